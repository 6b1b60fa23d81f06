//! The folder of expectations: what it holds, what is missing there, what is stale.
#![expect(clippy::disallowed_methods, reason = "expectations are read here")]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::compare::compare;
use super::expectation::{self, SUFFIX};
use super::outcome::Problem;
use super::rows::Row;
use crate::error::Error;
use crate::input::format::Compression;
use crate::output;

/// The expectations below a folder.
#[derive(Debug)]
pub(super) struct Stored {
    folder: PathBuf,
    /// Relative paths of expectations that no document has asked for yet.
    unseen: BTreeSet<String>,
    /// Paths that a document has asked for.
    seen: BTreeSet<PathBuf>,
}

impl Stored {
    /// Looks which expectations there are. A folder that is not there holds none.
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        let mut unseen = BTreeSet::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            let entries = match fs::read_dir(&next) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound && next == folder => break,
                Err(error) => return Err(Error::input(&next, error)),
            };
            for entry in entries {
                let path = entry.map_err(|error| Error::input(&next, error))?.path();
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path);
                } else if path.to_string_lossy().ends_with(SUFFIX) {
                    let relative = path.strip_prefix(folder).unwrap_or(&path);
                    unseen.insert(expectation::shown(relative));
                }
            }
        }
        Ok(Self { folder: folder.to_owned(), unseen, seen: BTreeSet::new() })
    }

    /// The path of a document's expectation, as the folder was typed.
    pub(super) fn path(&self, id: &str) -> String {
        expectation::shown(&self.folder.join(expectation::path_of(id)))
    }

    /// Compares a document with its expectation, and writes it anew if it differs and `update` is set.
    pub(super) fn compare(&mut self, id: &str, rows: &[Row], update: bool) -> Result<Option<Problem>, Error> {
        let relative = expectation::path_of(id);
        let path = self.folder.join(&relative);
        self.unseen.remove(&expectation::shown(&relative));
        if !self.seen.insert(relative) {
            let message = "another document has this name too; an expectation needs a name of its own";
            return Ok(Some(Problem::Bad(message.to_owned())));
        }
        let stored = match fs::read(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::input(&path, error)),
        };
        let problem = match stored.map(|bytes| String::from_utf8(bytes).map(|text| expectation::read(&text)))
        {
            None => Some(Problem::Missing),
            Some(Ok(Ok(expected))) => compare(&expected, rows).map(Problem::Differs),
            Some(Ok(Err(error))) => Some(Problem::Damaged(error.to_string())),
            Some(Err(_)) => Some(Problem::Damaged(expectation::ReadError::Header.to_string())),
        };
        // What is no expectation may be somebody's file: it is not overwritten.
        if update && matches!(problem, Some(Problem::Missing | Problem::Differs(_))) {
            let text = expectation::write(rows);
            output::write_compressed(&path, Compression::None, std::iter::once(text.as_bytes()), true)?;
        }
        Ok(problem)
    }

    /// An input that could not be cleaned, or a record of it: its expectation, and those of its records, are not
    /// stale. Of a record that could not be read nobody knows the name.
    pub(super) fn spare(&mut self, id: &str) {
        let own = expectation::shown(&expectation::path_of(id));
        let records = format!("{}/", own.strip_suffix(SUFFIX).unwrap_or(&own));
        self.unseen.retain(|path| *path != own && !path.starts_with(&records));
    }

    /// Ids and paths of the expectations that no document asked for.
    pub(super) fn stale(self) -> impl Iterator<Item = (String, PathBuf)> {
        let Self { folder, unseen, .. } = self;
        unseen.into_iter().map(move |path| {
            let id = path.strip_suffix(SUFFIX).unwrap_or(&path).to_owned();
            (id, folder.join(path))
        })
    }
}

/// Removes a stale expectation, if it is one.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::input(path, error))?;
    if expectation::read(&text) == Err(expectation::ReadError::Header) {
        let message = format!("{}: {}; it is not removed", path.display(), expectation::ReadError::Header);
        return Err(Error::usage(message));
    }
    fs::remove_file(path).map_err(|error| Error::output(path, error))
}
