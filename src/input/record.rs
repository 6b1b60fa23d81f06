//! Pieces tile a container; some hold a record. A record is a document and the frame it stands in.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::fields::Fields;
use super::format::Format;
use super::spelling::Spelling;
use crate::clean::Cleaned;
use crate::document::Document;
use crate::removed::RemovedLines;
use crate::segment;

/// A part of an input. The bytes of all pieces, one after another, are the content of the input.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What they are.
    pub part: Part,
}

/// What a piece is.
#[derive(Clone, Debug)]
pub enum Part {
    /// A record, whole, with its number from 0, the line it begins on, from 1, and where its fields are.
    Record {
        /// Its number, from 0.
        rec: u64,
        /// The line it begins on, from 1; 0 where lines mean nothing.
        line: u64,
        /// Which fields hold what.
        fields: Arc<Fields>,
    },
    /// What stands before, behind or among the records for itself: it is written as it is.
    Glue,
    /// What parts a record from the one before it: it goes where that record goes.
    Between,
    /// The beginning of a record that is longer than one may be.
    TooLong {
        /// Its number, from 0.
        rec: u64,
        /// The line it begins on, from 1; 0 where lines mean nothing.
        line: u64,
    },
    /// What follows [`Part::TooLong`] of that record.
    Rest,
}

/// A record: a document and what stands around it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The document.
    pub document: Document,
    /// Where it stands.
    pub frame: Frame,
}

/// A record that gives no document.
#[derive(Clone, Debug)]
pub struct BadRecord {
    /// Its number, from 0.
    pub rec: u64,
    /// Why, and what to do.
    pub message: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The bytes of a record, and where in them its text stands, spelled in some way.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The record.
    pub bytes: Vec<u8>,
    /// The spelled text in it.
    pub text: Range<usize>,
    /// How the text is spelled.
    pub spelling: Spelling,
    /// Of a WARC record the header: it tells the length of the text, and changes with it.
    pub head: Option<String>,
    /// Arrays with one entry for each line.
    pub parallel: Vec<Parallel>,
}

/// An array of a record with one entry for each line of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parallel {
    /// The field, as it was named.
    pub field: String,
    /// Where the array stands in the bytes of the record.
    pub span: Range<usize>,
    /// Where its entries stand.
    pub entries: Vec<Range<usize>>,
}

impl Frame {
    /// The record with its text cut. What stays keeps its spelling, byte for byte; but a field of CSV that would
    /// not be read as what is left of it is put in quotes.
    #[must_use]
    pub fn cut(&self, cleaned: &Cleaned, removed: RemovedLines) -> Vec<u8> {
        let spelled = self.spelled(cleaned, removed);
        if let Some(head) = &self.head {
            let head = super::warc::fit(head, &spelled);
            return [&head, &spelled[..], &self.bytes[self.text.end..]].concat();
        }
        let spelled = self.quoted(&spelled).unwrap_or(spelled);
        let mut changes = vec![(self.text.clone(), spelled)];
        if removed.is_drop() {
            let is_gone = gone_lines(cleaned);
            let arrays = self.parallel.iter();
            changes.extend(arrays.map(|array| (array.span.clone(), array.without(&self.bytes, &is_gone))));
        }
        // Fields are disjoint: an array is no text.
        replaced(&self.bytes, changes).unwrap_or_else(|| self.bytes.clone())
    }

    /// Has its text no quotes, and needs them once it is cut?
    #[must_use]
    pub fn gets_quotes(&self, cleaned: &Cleaned, removed: RemovedLines) -> bool {
        self.spelling == Spelling::Unquoted && self.quoted(&self.spelled(cleaned, removed)).is_some()
    }

    /// A record of CSV whose text got quotes when it was cut, without them; `text` is what they hold.
    #[must_use]
    pub(crate) fn without_quotes(&self, text: &str) -> Option<Self> {
        let (start, end) = (self.text.start.checked_sub(1)?, self.text.end + 1);
        if self.spelling != Spelling::Csv {
            return None;
        }
        let bytes = replaced(&self.bytes, vec![(start..end, text.as_bytes().to_vec())])?;
        let text = start..start + text.len();
        Some(Self { bytes, text, spelling: Spelling::Unquoted, head: None, parallel: Vec::new() })
    }

    /// What is left of the text, spelled as it was.
    fn spelled(&self, cleaned: &Cleaned, removed: RemovedLines) -> Vec<u8> {
        let mut spelled = Vec::with_capacity(self.text.len());
        let mut at = self.text.start;
        for (span, cut) in self.spelled_cuts(cleaned).into_iter().zip(&cleaned.cuts) {
            spelled.extend_from_slice(&self.bytes[at..span.start]);
            let stand_in = removed.stand_in(cut.kind, cleaned.removed(cut));
            spelled.extend_from_slice(self.spelling.spell(&stand_in).as_bytes());
            at = span.end;
        }
        spelled.extend_from_slice(&self.bytes[at..self.text.end]);
        spelled
    }

    /// What is left of a text without quotes, in quotes, if it needs them.
    fn quoted(&self, spelled: &[u8]) -> Option<Vec<u8>> {
        let (before, after) = (&self.bytes[..self.text.start], &self.bytes[self.text.end..]);
        (self.spelling == Spelling::Unquoted).then(|| super::csv::quoted(before, spelled, after)).flatten()
    }

    /// The record as it was: in its place `spelled`, before it `head`, and the arrays as they were. `None` if
    /// these overlap, as they do in no record that was cut.
    #[must_use]
    pub(crate) fn uncut<'r>(
        &self,
        spelled: Vec<u8>,
        head: Option<&str>,
        arrays: impl Iterator<Item = &'r str>,
    ) -> Option<Vec<u8>> {
        let mut changes = vec![(self.text.clone(), spelled)];
        changes.extend(head.map(|head| (0..self.text.start, head.as_bytes().to_vec())));
        for (now, then) in self.parallel.iter().zip(arrays) {
            changes.push((now.span.clone(), then.as_bytes().to_vec()));
        }
        replaced(&self.bytes, changes)
    }

    /// The spelling of each removed text, where it is not the usual one: what `restore` could not guess.
    #[must_use]
    pub fn odd_spellings(&self, cleaned: &Cleaned) -> Vec<Option<String>> {
        let spans = self.spelled_cuts(cleaned);
        let odd = |(span, cut): (Range<usize>, &crate::cuts::Cut)| {
            let spelled = &self.bytes[span];
            let usual = self.spelling.spell(cleaned.removed(cut));
            (usual.as_bytes() != spelled).then(|| String::from_utf8_lossy(spelled).into_owned())
        };
        spans.into_iter().zip(&cleaned.cuts).map(odd).collect()
    }

    /// Where the cuts are in the bytes of the record.
    fn spelled_cuts(&self, cleaned: &Cleaned) -> Vec<Range<usize>> {
        let ends: Vec<usize> = cleaned.cuts.iter().flat_map(|cut| [cut.span.start, cut.span.end]).collect();
        let places = self.spelling.places(&self.bytes[self.text.clone()], &ends);
        places.chunks_exact(2).map(|pair| self.text.start + pair[0]..self.text.start + pair[1]).collect()
    }
}

impl Parallel {
    /// The array without the entries of lines that are gone. A comma goes with the entry behind it; the space
    /// before the first stays.
    fn without(&self, bytes: &[u8], is_gone: &[bool]) -> Vec<u8> {
        let mut end = self.entries.first().map_or(self.span.start + 1, |entry| entry.start);
        let mut out = bytes[self.span.start..end].to_vec();
        let mut is_first = true;
        for (number, entry) in self.entries.iter().enumerate() {
            if !is_gone.get(number).copied().unwrap_or(false) {
                out.extend_from_slice(&bytes[if is_first { entry.start } else { end }..entry.end]);
                is_first = false;
            }
            end = entry.end;
        }
        out.extend_from_slice(&bytes[end..self.span.end]);
        out
    }
}

/// For each line of the text: was all of it removed?
fn gone_lines(cleaned: &Cleaned) -> Vec<bool> {
    let covers = |line: &segment::Line| {
        let at = cleaned.cuts.partition_point(|cut| cut.span.end < line.end);
        cleaned.cuts.get(at).is_some_and(|cut| cut.span.start <= line.start)
    };
    segment::lines(cleaned.original).iter().map(covers).collect()
}

/// `bytes` with other bytes in place of some spans, which must be disjoint.
fn replaced(bytes: &[u8], mut changes: Vec<(Range<usize>, Vec<u8>)>) -> Option<Vec<u8>> {
    changes.sort_by_key(|(span, _)| span.start);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for (span, new) in changes {
        out.extend_from_slice(bytes.get(at..span.start)?);
        out.extend_from_slice(&new);
        at = span.end;
    }
    out.extend_from_slice(bytes.get(at..)?);
    Some(out)
}

/// Reads the record that a piece of the input `path` holds.
///
/// # Errors
///
/// It is no record of this format, or has no text.
pub fn parse(format: Format, path: &str, piece: Piece) -> Result<Record, BadRecord> {
    let parsed = parsed(format, &piece);
    framed(path, piece, parsed)
}

/// What the format finds in the record.
pub(crate) fn parsed(format: Format, piece: &Piece) -> Result<Parsed, String> {
    let Piece { bytes, part: Part::Record { fields, .. } } = piece else {
        unreachable!("glue is not parsed")
    };
    match format {
        Format::Jsonl | Format::Json => super::jsonl::parse(bytes, fields),
        Format::Blocks => super::blocks::parse(bytes),
        Format::Csv | Format::Tsv => super::csv::parse(bytes, fields),
        Format::Warc => super::warc::parse(bytes, fields),
        #[cfg(feature = "parquet")]
        Format::Parquet => super::parquet::parse(bytes),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => Err(super::NO_PARQUET.to_owned()),
        Format::Text => unreachable!("a text file is read whole"),
    }
}

/// The record of the input `path`, with what was found in it.
pub(crate) fn framed(path: &str, piece: Piece, parsed: Result<Parsed, String>) -> Result<Record, BadRecord> {
    let Piece { bytes, part: Part::Record { rec, line, .. } } = piece else {
        unreachable!("glue is not parsed")
    };
    match parsed {
        Ok(Parsed { text, span, spelling, id, url, order, head, parallel }) => {
            let id = id.unwrap_or_else(|| format!("{path}/{rec}"));
            let document = Document { id, rec, url, order, text, encoding: "utf-8".to_owned() };
            Ok(Record { document, frame: Frame { bytes, text: span, spelling, head, parallel } })
        }
        Err(message) => {
            let message = if line > 0 { format!("line {line}: {message}") } else { message };
            Err(BadRecord { rec, message, bytes })
        }
    }
}

/// A bad record as it is kept. A row of a Parquet file has no bytes of its own: its text is, as a line.
pub(crate) fn kept_bytes(format: Format, bytes: &[u8]) -> Cow<'_, [u8]> {
    #[cfg(feature = "parquet")]
    if format == Format::Parquet {
        return [super::parquet::text_of(bytes), b"\n"].concat().into();
    }
    let _ = format;
    bytes.into()
}

/// What a format finds in the bytes of a record.
pub(crate) struct Parsed {
    pub(crate) text: String,
    /// Where the text stands, spelled.
    pub(crate) span: Range<usize>,
    pub(crate) spelling: Spelling,
    pub(crate) id: Option<String>,
    pub(crate) url: Option<String>,
    /// The value by which documents are ordered.
    pub(crate) order: Option<String>,
    /// Of a WARC record the header.
    pub(crate) head: Option<String>,
    /// Arrays with one entry for each line.
    pub(crate) parallel: Vec<Parallel>,
}
