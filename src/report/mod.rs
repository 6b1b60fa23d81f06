//! The report: one JSON object a line, schema 1.0. `docs/report.md` says what each field means.
//!
//! These types are the format and nothing else; the core has its own. The tool reads its own reports.

pub mod dolma;
mod read;
mod totals;
mod write;

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::removed::RemovedLines;
pub use read::{Header, ReadError, Reader};
pub use totals::Kept;
pub(crate) use write::{ESCAPE_ASCII, ESCAPE_UNQUOTED, Mark, Writer, at_input, record_row, with_text};
pub use write::{STDOUT, Told, doc_row, line_of, run_row};

/// The version of the format. A reader refuses another major version.
pub const SCHEMA: &str = "1.0";

/// A line of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Row {
    /// First: what was run on what.
    Run(Run),
    /// One for each document, in input order, also when nothing was cut.
    Doc(Doc),
    /// One for each input and each record that gave no document.
    Bad(Bad),
    /// Last: totals.
    Summary(Summary),
}

impl Row {
    /// The document, if the row is about one.
    #[must_use]
    pub fn doc(&self) -> Option<&Doc> {
        match self {
            Self::Doc(doc) => Some(doc),
            Self::Run(_) | Self::Bad(_) | Self::Summary(_) => None,
        }
    }
}

/// What was run on what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// [`SCHEMA`].
    pub schema: String,
    /// `unchaff`.
    pub tool: String,
    /// The version of the tool.
    pub version: String,
    /// Hash of the configuration.
    pub config: String,
    /// Hash of what scores lines.
    pub model: String,
    /// How keys of repeats are made.
    pub key: Key,
    /// How much of each removed text the report holds.
    pub text: ReportText,
    /// What stands where lines were removed.
    #[serde(skip_serializing_if = "RemovedLines::is_drop", default)]
    pub removed_lines: RemovedLines,
    /// The format of the clean text, if it is another than that of the inputs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub output: Option<String>,
    /// Hash of the index whose documents came before all of these, if there was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub index: Option<String>,
    /// The inputs, in order.
    pub inputs: Vec<Input>,
}

/// How keys of repeats are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// The hash.
    pub algo: String,
    /// The version of the normal form.
    pub norm: String,
    /// The version of Unicode behind it.
    pub unicode: String,
}

/// How much of each removed text a report holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportText {
    /// All of it: `restore` works.
    #[default]
    Full,
    /// The first 80 characters.
    Excerpt,
    /// Nothing.
    None,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportFormat {
    /// One file: rows as this module describes them.
    #[default]
    Jsonl,
    /// A folder with an attributes file for each input ([`dolma`]).
    Dolma,
}

/// An input file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Relative to the inputs, with `/`.
    pub path: String,
    /// Its size; not there if it could not be read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bytes: Option<u64>,
    /// Its hash; not there if it could not be read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub xxh3: Option<String>,
    /// Its format, unless it is one text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub format: Option<String>,
    /// The field that is the text, in formats that have fields.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text_field: Option<String>,
    /// Size and hash of its content, if it is compressed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub content: Option<Content>,
}

/// The content of a compressed input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// `gz` or `zst`.
    pub compression: String,
    /// Its size uncompressed.
    pub bytes: u64,
    /// Hash of the uncompressed bytes.
    pub xxh3: String,
}

/// The size and hash of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// Bytes in UTF-8.
    pub b: u64,
    /// Code points.
    pub c: u64,
    /// Lines.
    pub l: u64,
    /// Hash of the UTF-8 bytes.
    pub xxh3: String,
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing was cut.
    Unchanged,
    /// Something was cut.
    Changed,
    /// Nothing that can be read is left.
    Emptied,
}

/// A document and its cuts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Doc {
    /// Its name.
    pub id: String,
    /// Index of its input in [`Run::inputs`].
    pub src: usize,
    /// Index of the record in the input.
    pub rec: u64,
    /// The address that the record carries.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    /// The decoded text.
    #[serde(rename = "in")]
    pub before: Size,
    /// The clean text.
    #[serde(rename = "out")]
    pub after: Size,
    /// The encoding of the input.
    pub encoding: String,
    /// `ascii` if the record spells its text in ASCII alone, as in `Z\u00fcrich`; `unquoted` if its field of CSV
    /// stands without quotes, and in the clean table with them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub escape: Option<String>,
    /// Of a changed WARC record its header as it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub head: Option<String>,
    /// Arrays that lost the entries of removed lines, as they were.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub parallel: Vec<Parallel>,
    /// Was the document left out of the output, because nothing was left of it?
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub dropped: bool,
    /// The record as it was, if it was left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub raw: Option<RawBytes>,
    /// Of a WARC record that was left out: bytes between the record before and it that belong to neither.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub glue: Option<u64>,
    /// What became of it.
    pub status: Status,
    /// The cuts, sorted and disjoint.
    pub cut: Vec<Cut>,
    /// What was found and stays, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub mark: Vec<Cut>,
}

/// An array with one entry for each line, as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parallel {
    /// The field.
    pub field: String,
    /// The array, as the record spelled it.
    pub raw: String,
}

/// A removal, or a finding that stays. Offsets refer to the decoded text before anything is cut.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// Bytes in UTF-8, half-open.
    pub b: [u64; 2],
    /// Code points, half-open.
    pub c: [u64; 2],
    /// Lines from 1, inclusive.
    pub l: [u64; 2],
    /// Of a part of a line: its columns in code points, from 1, the end excluded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub col: Option<[u64; 2]>,
    /// What it was.
    pub kind: Kind,
    /// The rule.
    pub rule: String,
    /// How sure, from 0 to 1.
    pub score: f32,
    /// For a repeat: the key of its block.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<String>,
    /// For a repeat: where the first copy stands.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first: Option<Place>,
    /// For a repeat: in how far it is its first copy.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none", default)]
    pub matched: Option<Match>,
    /// For a repeat inside a document: its number among the copies, and how many there are, the first one counted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub occurrence: Option<[u32; 2]>,
    /// For a repeat: how many words it has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub words: Option<u64>,
    /// For a near repeat: the share of its words that differ from the first copy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub changed: Option<f32>,
    /// The removed text, as [`Run::text`] says.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<String>,
    /// The removed text as the record spells it, where that is not the usual spelling.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub raw: Option<String>,
}

impl Cut {
    /// How many lines it takes as a whole: none if it is a part of a line, which stays.
    #[must_use]
    pub fn whole_lines(&self) -> u64 {
        if self.col.is_some() { 0 } else { self.l[1] + 1 - self.l[0] }
    }
}

/// In how far a repeat is its first copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Match {
    /// Byte for byte, line ends aside.
    Exact,
    /// In normal form, punctuation and line ends aside.
    Normalised,
    /// But for a few words.
    Near,
}

/// A place in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The document.
    pub id: String,
    /// Is it one of the index of the run?
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub index: bool,
    /// Bytes in UTF-8, half-open.
    pub b: [u64; 2],
    /// Lines from 1, inclusive.
    pub l: [u64; 2],
}

/// An input or a record that gave no document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bad {
    /// Its name.
    pub id: String,
    /// Index of its input in [`Run::inputs`].
    pub src: usize,
    /// Index of the record in the input; not there if it is the whole input that gave nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rec: Option<u64>,
    /// Is the record in the output, as it was?
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub kept: bool,
    /// The record as it was, if it is not in the output and of any sensible length.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub raw: Option<RawBytes>,
    /// See [`Doc::glue`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub glue: Option<u64>,
    /// The cause and what to do.
    pub error: String,
}

/// Bytes as a report writes them: a string if they are UTF-8, or `{"hex": "…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RawBytes {
    /// UTF-8.
    Text(String),
    /// Anything else, two hexadecimal digits a byte.
    Hex {
        /// The digits.
        hex: String,
    },
}

impl From<Vec<u8>> for RawBytes {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => {
                let bytes = error.into_bytes();
                let mut hex = String::with_capacity(2 * bytes.len());
                for byte in bytes {
                    let _ = write!(hex, "{byte:02x}");
                }
                Self::Hex { hex }
            }
        }
    }
}

impl RawBytes {
    /// The bytes; `None` if the digits are none.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Hex { hex } => hex
                .as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
                .collect(),
        }
    }
}

/// Totals of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Documents.
    pub docs: Docs,
    /// Bytes of decoded and of clean text.
    pub b: Bytes,
    /// Removals by kind, in the order of the kinds.
    pub kinds: serde_json::Map<String, serde_json::Value>,
    /// The removed lines that most documents had.
    pub top: Vec<Top>,
    /// Hash of the rows before this one: the rows behind the first, then the first.
    pub rows: String,
    /// Did the run stop at its first failure, as it was asked to? Inputs behind that are not in the report.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub stopped: bool,
}

/// How many documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Docs {
    /// Were given, bad ones included.
    #[serde(rename = "in")]
    pub given: u64,
    /// Had something cut, emptied ones included.
    pub changed: u64,
    /// Were emptied.
    pub emptied: u64,
    /// Gave no document.
    pub bad: u64,
}

/// Bytes before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bytes {
    /// Of decoded text.
    #[serde(rename = "in")]
    pub before: u64,
    /// Of clean text.
    #[serde(rename = "out")]
    pub after: u64,
}

/// A removed text that many documents had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Top {
    /// The text, trimmed.
    pub text: String,
    /// Its kind.
    pub kind: Kind,
    /// How many documents.
    pub docs: u64,
}

/// A 64-bit hash as reports write it.
#[must_use]
pub fn hash_text(hash: u64) -> String {
    format!("xxh3:{hash:016x}")
}
