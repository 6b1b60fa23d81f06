//! Inputs: which files there are, and how their bytes become documents.
#![expect(clippy::disallowed_methods, reason = "this is where files are read")]

pub(crate) mod blocks;
pub(crate) mod container;
pub(crate) mod csv;
pub(crate) mod decode;
pub(crate) mod fields;
pub mod format;
mod json;
pub(crate) mod jsonl;
mod lines;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
pub(crate) mod record;
pub(crate) mod spelling;
mod stream;
mod walk;
mod warc;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::classify::model::Model;
use crate::document::{Document, Raw};
use crate::error::Error;
pub use container::Container;
use encoding_rs::Encoding;
pub use fields::FieldNames;
use format::{Compression, Format};
use stream::Stream;
pub(crate) use walk::common_base;
pub use walk::{Finding, Found, find, find_all, first_found};
pub(crate) use walk::{RESUME_FOLDER, SETTINGS_FILE};

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
    /// Something that cannot be looked at, or is of a type that is not read.
    Unusable {
        /// Its path relative to the inputs, as far as it can be written.
        id: String,
        /// The cause and what to do.
        message: String,
    },
}

/// Is a panic of this thread caught and told of in words? The Parquet library panics on some files that were
/// damaged or made up; a panic hook has nothing to add to that.
#[must_use]
pub fn is_panic_caught() -> bool {
    #[cfg(feature = "parquet")]
    let is_guarded = parquet::GUARDED.get();
    #[cfg(not(feature = "parquet"))]
    let is_guarded = false;
    is_guarded
}

/// The id of standard input.
pub const STDIN_ID: &str = "-";

impl Source {
    /// Is it known already that it cannot be read?
    #[must_use]
    pub fn is_unusable(&self) -> bool {
        matches!(self, Self::Unusable { .. })
    }

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

/// How inputs are read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The format of all inputs, if names and first bytes are not to be asked.
    pub format: Option<Format>,
    /// Do texts hold documents parted by blank lines?
    pub split_blank: bool,
    /// The encoding of all text files, if they are not to be asked.
    pub encoding: Option<&'static Encoding>,
    /// The fields that hold text, id and address.
    pub fields: FieldNames,
    /// Bytes from which a record is too long to be cleaned.
    pub record_max: u64,
}

/// Bytes from which a record is too long to be cleaned, unless the user says otherwise.
pub const RECORD_MAX: u64 = 64 << 20;

impl Default for Reading {
    fn default() -> Self {
        Self {
            format: None,
            split_blank: false,
            encoding: None,
            fields: FieldNames::default(),
            record_max: RECORD_MAX,
        }
    }
}

impl Reading {
    /// The format of an input, as far as it is known without a look at its bytes.
    #[must_use]
    pub fn format_of(&self, source: &Source) -> Option<Format> {
        let by_name = || match source {
            Source::File { path, .. } => format::by_name(path),
            Source::Unusable { .. } => Some(Format::Text),
            Source::Stdin => None,
        };
        self.format.or_else(|| by_name().map(|format| self.split(format)))
    }

    fn split(&self, format: Format) -> Format {
        if self.split_blank && format == Format::Text { Format::Blocks } else { format }
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

/// A text that is one document.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The document.
    pub document: Document,
    /// The file as it stands.
    pub raw: Raw,
    /// Its content uncompressed.
    pub content: Raw,
    /// How it is compressed.
    pub compression: Compression,
}

/// An input that was opened.
pub enum Opened {
    /// It is one document.
    Whole(Whole),
    /// It holds many.
    Container(Box<Container>),
}

/// Opens an input, and reads it if it is one document.
///
/// # Errors
///
/// The input cannot be read, or is one document and its bytes are not text.
pub fn open(source: &Source, reading: &Reading) -> Result<Opened, Bad> {
    let stream = match source {
        Source::Unusable { message, .. } => return Err(Bad { message: message.clone(), raw: None }),
        Source::File { path, .. } => Stream::open(path),
        Source::Stdin => Stream::stdin(),
    };
    let stream = stream.map_err(|message| Bad { message, raw: None })?;
    open_stream(stream, source, source.id(), reading)
}

/// Opens what a reader gives, in pieces of any size, as an input called `id`. Its format is known by
/// `reading` or by its first bytes; a Parquet file, which is read from its end, cannot come so.
///
/// # Errors
///
/// As [`open`].
pub fn open_reader(bytes: impl Read + Send + 'static, id: &str, reading: &Reading) -> Result<Opened, Bad> {
    let stream = Stream::new(Box::new(bytes), Compression::None);
    let stream = stream.map_err(|message| Bad { message, raw: None })?;
    open_stream(stream, &Source::Stdin, id, reading)
}

fn open_stream(mut stream: Stream, source: &Source, id: &str, reading: &Reading) -> Result<Opened, Bad> {
    let format = reading.format_of(source).unwrap_or_else(|| reading.split(Format::of_bytes(&stream.head)));
    if !matches!(format, Format::Text | Format::Parquet) && format::is_utf16(&stream.head) {
        // Each of its records would be told as one that is no UTF-8.
        let message = "is UTF-16, and dumps are read as UTF-8; convert it first, as with iconv".to_owned();
        return Err(Bad { message, raw: None });
    }
    if format != Format::Text {
        let mut container = Container::new(stream, format, reading.fields.clone(), reading.record_max);
        if format == Format::Parquet {
            container.open_table(source).map_err(|message| Bad { message, raw: None })?;
        }
        return Ok(Opened::Container(Box::new(container)));
    }
    let bad = |message: String, raw| Err(Bad { message, raw });
    if let (Some(foreign), None) = (format::foreign(&stream.head), reading.encoding) {
        return bad(foreign.to_owned(), None);
    }
    let mut bytes = Vec::new();
    let mut limited = (&mut stream.reader).take(reading.record_max.saturating_add(1));
    if let Err(error) = limited.read_to_end(&mut bytes) {
        return bad(stream.broken(&error), None);
    }
    if bytes.len() as u64 > reading.record_max {
        let max = reading.record_max;
        return bad(format!("is longer than {max} bytes, not cleaned; raise --max-record to clean it"), None);
    }
    if stream.was_changed() {
        return bad("was changed while it was read; try again when nothing writes to it".to_owned(), None);
    }
    let (raw, content) = stream.raws();
    match decode::decode(bytes, reading.encoding) {
        Ok(decode::Decoded { text, encoding }) => Ok(Opened::Whole(Whole {
            document: Document { id: id.to_owned(), rec: 0, url: None, order: None, text, encoding },
            raw,
            content,
            compression: stream.compression,
        })),
        Err(error) => bad(error.to_string(), Some(raw)),
    }
}

/// What is said where Parquet files are not read.
#[cfg(not(feature = "parquet"))]
const NO_PARQUET: &str =
    "is a Parquet file, and this unchaff was built without them; build it with the feature `parquet`";

impl Container {
    /// Opens the columns of a Parquet file, which is read from its end.
    #[cfg(feature = "parquet")]
    fn open_table(&mut self, source: &Source) -> Result<(), String> {
        let Source::File { path, .. } = source else {
            return Err("is a Parquet file, which is read from its end; name the file".to_owned());
        };
        if self.compression() != Compression::None {
            return Err(
                "is a compressed Parquet file; uncompress it, its columns are compressed anyway".to_owned()
            );
        }
        let file = fs::File::open(path)
            .map_err(|error| format!("cannot be read: {}", crate::error::plain(&error)))?;
        self.table = Some(parquet::Table::open(file)?);
        Ok(())
    }

    #[cfg(not(feature = "parquet"))]
    #[expect(clippy::unused_self, reason = "where they are read it is used")]
    fn open_table(&mut self, _: &Source) -> Result<(), String> {
        Err(NO_PARQUET.to_owned())
    }
}

/// Reads all bytes of an input, uncompressed.
pub(crate) fn read_all(source: &Source) -> Result<Vec<u8>, String> {
    let stream = match source {
        Source::Unusable { message, .. } => return Err(message.clone()),
        Source::File { path, .. } => Stream::open(path),
        Source::Stdin => Stream::stdin(),
    };
    let mut stream = stream?;
    let mut bytes = Vec::new();
    stream.reader.read_to_end(&mut bytes).map_err(|error| stream.broken(&error))?;
    Ok(bytes)
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
