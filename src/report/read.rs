//! Reading a report back: whole, unchanged, and one row at a time.
#![expect(clippy::disallowed_methods, reason = "this is where reports are read")]

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3Default;

use super::{Row, Run, SCHEMA, Summary, hash_text};
use crate::error::plain;

/// Why a report cannot be used. The message follows its path.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("cannot be read: {}", plain(.0))]
    Io(#[from] io::Error),
    /// A line is no row.
    #[error("line {line} is no row of a report: {cause}")]
    Row {
        /// From 1.
        line: u64,
        /// What the parser says.
        cause: serde_json::Error,
    },
    /// The first line is no `run` row.
    #[error("is no report: its first line is no `run` row")]
    NoRun,
    /// Another major version of the format.
    #[error("has schema {found}; this program reads {SCHEMA}; use the version of unchaff that wrote it")]
    Schema {
        /// The version found.
        found: String,
    },
    /// It ends before its summary.
    #[error("is incomplete, its `summary` row is missing; run the cleaning again")]
    Incomplete,
    /// Something stands behind the summary, or two rows of a kind that comes once.
    #[error("line {line} stands where no such row belongs; the report was changed or two were joined")]
    OutOfPlace {
        /// From 1.
        line: u64,
    },
    /// The hash of the rows is not that of the summary.
    #[error("was changed after it was written: its rows do not fit the hash in its summary")]
    Changed,
}

/// First and last row of a report that was found whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The first row.
    pub run: Run,
    /// The last row.
    pub summary: Summary,
}

impl Header {
    /// Reads a report from end to end and checks that it is whole and unchanged.
    ///
    /// # Errors
    ///
    /// See [`ReadError`].
    ///
    /// # Complexity
    ///
    /// One pass; memory is one row.
    pub fn verify(path: &Path) -> Result<Self, ReadError> {
        let mut hasher = Xxh3Default::new();
        let mut first: Option<(Run, Vec<u8>)> = None;
        let mut summary: Option<Summary> = None;
        let mut lines = Lines::open(path)?;
        while let Some((number, bytes)) = lines.next()? {
            if summary.is_some() {
                return Err(ReadError::OutOfPlace { line: number });
            }
            match (parse(number, bytes), &first) {
                (Ok(Row::Run(run)), None) => {
                    check_schema(&run)?;
                    first = Some((run, bytes.to_vec()));
                }
                (_, None) => return Err(ReadError::NoRun),
                (Ok(Row::Run(_)), Some(_)) => return Err(ReadError::OutOfPlace { line: number }),
                (Ok(Row::Summary(row)), Some(_)) => summary = Some(row),
                (Ok(Row::Doc(_) | Row::Bad(_)), Some(_)) => hasher.update(bytes),
                (Err(error), Some(_)) => return Err(error),
            }
        }
        let Some((run, run_bytes)) = first else { return Err(ReadError::NoRun) };
        let Some(summary) = summary else { return Err(ReadError::Incomplete) };
        hasher.update(&run_bytes);
        if summary.rows != hash_text(hasher.digest()) {
            return Err(ReadError::Changed);
        }
        Ok(Self { run, summary })
    }
}

/// The rows of a report, one at a time.
#[derive(Debug)]
pub struct Reader {
    lines: Lines,
}

impl Reader {
    /// Opens a report.
    ///
    /// # Errors
    ///
    /// [`ReadError::Io`].
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        Ok(Self { lines: Lines::open(path)? })
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`ReadError::Io`] and [`ReadError::Row`].
    pub fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        match self.lines.next()? {
            Some((number, bytes)) => parse(number, bytes).map(Some),
            None => Ok(None),
        }
    }
}

fn parse(line: u64, bytes: &[u8]) -> Result<Row, ReadError> {
    serde_json::from_slice(bytes).map_err(|cause| ReadError::Row { line, cause })
}

fn check_schema(run: &Run) -> Result<(), ReadError> {
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    if major(&run.schema) == major(SCHEMA) {
        return Ok(());
    }
    Err(ReadError::Schema { found: run.schema.clone() })
}

/// Lines with their line feeds and numbers, in one buffer that is used again.
#[derive(Debug)]
struct Lines {
    file: BufReader<File>,
    buffer: Vec<u8>,
    number: u64,
}

impl Lines {
    fn open(path: &Path) -> Result<Self, ReadError> {
        Ok(Self { file: BufReader::new(File::open(path)?), buffer: Vec::new(), number: 0 })
    }

    fn next(&mut self) -> Result<Option<(u64, &[u8])>, ReadError> {
        self.buffer.clear();
        self.number += 1;
        let read = self.file.read_until(b'\n', &mut self.buffer)?;
        Ok((read > 0).then_some((self.number, self.buffer.as_slice())))
    }
}
