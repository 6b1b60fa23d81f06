//! Reading a report back: whole, unchanged, and one row at a time.
#![expect(clippy::disallowed_methods, reason = "this is where reports are read")]

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3Default;

use super::{Bad, Cut, Doc, Row, Run, SCHEMA, Size, Summary, hash_text};
use crate::error::plain;

/// Why a report cannot be used. The message follows its path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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
    /// A row tells of places that no text can have, or of an input that is not there.
    #[error("line {line} tells of {what} that cannot be; the report is not one of ours")]
    Unsound {
        /// From 1.
        line: u64,
        /// What it tells of.
        what: &'static str,
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
                (Ok(Row::Doc(Doc { src, .. }) | Row::Bad(Bad { src, .. })), Some((run, _))) => {
                    if src >= run.inputs.len() {
                        return Err(ReadError::Unsound { line: number, what: "an input" });
                    }
                    hasher.update(bytes);
                }
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
    let row: Row = serde_json::from_slice(bytes).map_err(|cause| ReadError::Row { line, cause })?;
    match row.doc().map_or(Ok(()), check) {
        Ok(()) => Ok(row),
        Err(what) => Err(ReadError::Unsound { line, what }),
    }
}

/// Sizes from here on are no text's: so nobody who adds a few of them has to think of overflow.
const SIZE_MAX: u64 = 1 << 53;

/// Are the places in a row such as a text can have? Who reads rows relies on it, whoever wrote them.
fn check(doc: &Doc) -> Result<(), &'static str> {
    let fits = |size: &Size| size.b < SIZE_MAX && size.c <= size.b && size.l <= size.b;
    if !fits(&doc.before) || !fits(&doc.after) || doc.rec >= SIZE_MAX {
        return Err("sizes");
    }
    let is_inside = |cut: &Cut| {
        let is_span = |span: [u64; 2], end: u64| span[0] <= span[1] && span[1] <= end;
        let are_lines = |[from, to]: [u64; 2], end: u64| from >= 1 && to <= end && from <= to + 1;
        let is_place =
            cut.first.as_ref().is_none_or(|first| is_span(first.b, SIZE_MAX) && are_lines(first.l, SIZE_MAX));
        is_span(cut.b, doc.before.b)
            && is_span(cut.c, doc.before.c)
            && are_lines(cut.l, doc.before.l)
            && cut.col.is_none_or(|col| col[0] >= 1 && is_span(col, SIZE_MAX))
            && is_place
    };
    let are_sorted =
        doc.cut.windows(2).all(|pair| pair[0].b[1] <= pair[1].b[0] && pair[0].c[1] <= pair[1].c[0]);
    if are_sorted && doc.cut.iter().chain(&doc.mark).all(is_inside) { Ok(()) } else { Err("cuts") }
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
