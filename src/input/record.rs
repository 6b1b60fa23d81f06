//! Pieces tile a container; some hold a record. A record is a document and the frame it stands in.

use std::ops::Range;
use std::sync::Arc;

use super::fields::Fields;
use super::format::Format;
use super::spelling::Spelling;
use crate::clean::Cleaned;
use crate::document::Document;

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
    /// What stands between records: it is written as it is.
    Glue,
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
}

impl Frame {
    /// The record with its text cut. What stays keeps its spelling, byte for byte.
    #[must_use]
    pub fn cut(&self, cleaned: &Cleaned) -> Vec<u8> {
        let spelled = self.spelled_cuts(cleaned);
        let mut out = Vec::with_capacity(self.bytes.len());
        let mut at = 0;
        for cut in spelled {
            out.extend_from_slice(&self.bytes[at..cut.start]);
            at = cut.end;
        }
        out.extend_from_slice(&self.bytes[at..]);
        out
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

/// Reads the record that a piece of the input `path` holds.
///
/// # Errors
///
/// It is no record of this format, or has no text.
pub fn parse(format: Format, path: &str, piece: Piece) -> Result<Record, BadRecord> {
    let Piece { bytes, part: Part::Record { rec, line, fields } } = piece else {
        unreachable!("glue is not parsed")
    };
    let parsed = match format {
        Format::Jsonl => super::jsonl::parse(&bytes, &fields),
        Format::Text => unreachable!("a text file is read whole"),
    };
    match parsed {
        Ok(Parsed { text, span, spelling, id, url }) => {
            let id = id.unwrap_or_else(|| format!("{path}/{rec}"));
            let document = Document { id, rec, url, text, encoding: "utf-8".to_owned() };
            Ok(Record { document, frame: Frame { bytes, text: span, spelling } })
        }
        Err(message) => {
            let message = if line > 0 { format!("line {line}: {message}") } else { message };
            Err(BadRecord { rec, message, bytes })
        }
    }
}

/// What a format finds in the bytes of a record.
pub(crate) struct Parsed {
    pub(crate) text: String,
    /// Where the text stands, spelled.
    pub(crate) span: Range<usize>,
    pub(crate) spelling: Spelling,
    pub(crate) id: Option<String>,
    pub(crate) url: Option<String>,
}
