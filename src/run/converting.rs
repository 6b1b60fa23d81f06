//! Clean text in another format than that of its input.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::OutputFormat;
use crate::clean::Cleaned;
use crate::document::Document;
use crate::input::format::{Compression, extension};
use crate::removed::RemovedLines;

impl OutputFormat {
    /// Is the output in another format than the input?
    #[must_use]
    pub fn is_converted(self) -> bool {
        matches!(self, Self::Jsonl | Self::Txt)
    }

    /// The name that reports use, if the output is in another format than the input.
    #[must_use]
    pub fn converted_slug(self) -> Option<&'static str> {
        match self {
            Self::Jsonl => Some("jsonl"),
            Self::Txt => Some("txt"),
            Self::AsInput | Self::Marks => None,
        }
    }
}

#[derive(Serialize)]
struct Line<'d> {
    id: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'d str>,
    text: String,
}

/// A document in the format: a line of JSON, or its text with a line end.
pub(super) fn converted(
    format: OutputFormat,
    document: &Document,
    cleaned: &Cleaned,
    removed: RemovedLines,
) -> Vec<u8> {
    let mut text: String = removed.written(cleaned).collect();
    if format == OutputFormat::Txt {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        return text.into_bytes();
    }
    let line = Line { id: &document.id, url: document.url.as_deref(), text };
    let mut bytes = serde_json::to_vec(&line).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The name of a converted file: `dump.csv.gz` becomes `dump.csv.jsonl.gz`, so that no two inputs meet.
pub(super) fn converted_name(path: &Path) -> PathBuf {
    let compression = Compression::of_name(path);
    let mut name = match compression {
        Compression::None => path.to_owned(),
        _ => path.with_extension(""),
    }
    .into_os_string();
    name.push(".jsonl");
    if compression != Compression::None {
        name.push(".");
        name.push(extension(path));
    }
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_what_they_were() {
        let named = |path: &str| converted_name(Path::new(path)).to_str().unwrap().to_owned();
        assert_eq!(named("a/b.txt"), "a/b.txt.jsonl");
        assert_eq!(named("b.warc.wet.gz"), "b.warc.wet.jsonl.gz");
    }
}
