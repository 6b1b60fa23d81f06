//! Inputs: which files there are, and how their bytes become documents.
#![expect(clippy::disallowed_methods, reason = "this is where files are read")]

pub mod decode;
mod walk;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;
use xxhash_rust::xxh3::xxh3_64;

use crate::classify::model::Model;
use crate::document::{Document, Raw};
use crate::error::{Error, plain};
pub use walk::{Found, find};

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its path relative to the inputs, with `/`.
        id: String,
        /// Its size when it was found, for planning only.
        bytes: u64,
    },
    /// Standard input.
    Stdin,
    /// Something below a folder that cannot be looked at.
    Unusable {
        /// Its path relative to the inputs, as far as it can be written.
        id: String,
        /// The cause and what to do.
        message: String,
    },
}

/// The id of standard input.
pub const STDIN_ID: &str = "-";

impl Source {
    /// Its size as far as it is known, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::File { bytes, .. } => *bytes,
            Self::Stdin | Self::Unusable { .. } => 0,
        }
    }

    /// The name that reports and messages use.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::File { id, .. } | Self::Unusable { id, .. } => id,
            Self::Stdin => STDIN_ID,
        }
    }
}

/// Why one input gave no document: words that follow its name, and what was read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The cause and what to do.
    pub message: String,
    /// Size and hash, if it could be read at all.
    pub raw: Option<Raw>,
}

/// Reads and decodes one input.
///
/// # Errors
///
/// The input cannot be read, or its bytes are not text.
pub fn read(source: &Source, forced: Option<&'static Encoding>) -> Result<Document, Bad> {
    let unreadable =
        |error: io::Error| Bad { message: format!("cannot be read: {}", plain(&error)), raw: None };
    let bytes = match source {
        Source::Unusable { message, .. } => return Err(Bad { message: message.clone(), raw: None }),
        Source::File { path, .. } => fs::read(path).map_err(unreadable)?,
        Source::Stdin => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
            bytes
        }
    };
    let raw = Raw { bytes: bytes.len() as u64, xxh3: xxh3_64(&bytes) };
    match decode::decode(bytes, forced) {
        Ok(decode::Decoded { text, encoding }) => {
            Ok(Document { id: source.id().to_owned(), text, encoding, raw })
        }
        Err(error) => Err(Bad { message: error.to_string(), raw: Some(raw) }),
    }
}

/// Reads a model file.
///
/// # Errors
///
/// The file cannot be read, or is no model that this program can use.
pub fn read_model(path: &Path) -> Result<Model, Error> {
    let bytes = fs::read(path).map_err(|source| Error::input(path, source))?;
    Model::from_bytes(&bytes).map_err(|source| Error::Model { path: path.to_owned(), source })
}
