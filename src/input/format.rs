//! Which format a file is in: by the end of its name, then by its first bytes.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// How a file holds its documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The whole file is one document.
    Text,
    /// Documents parted by blank lines.
    Blocks,
    /// One JSON object a line; one of its fields is the text.
    Jsonl,
    /// An array of JSON objects, or such objects one after another.
    Json,
    /// Comma-separated values with a header; a semicolon, tab or bar may part them too.
    Csv,
    /// Tab-separated values with a header.
    Tsv,
    /// `conversion` records of a WARC file, as in Common Crawl's WET files.
    Warc,
    /// A table of columns in row groups, Apache Parquet. Read where the feature `parquet` is built in.
    Parquet,
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// It is not.
    #[default]
    None,
    /// gzip, of one member or many.
    Gzip,
    /// Zstandard, of one frame or many, with windows up to 2 GB.
    Zstd,
}

/// First bytes that are looked at.
pub(crate) const HEAD_BYTES: usize = 64 << 10;

impl Format {
    /// All formats.
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Blocks, Self::Jsonl, Self::Json, Self::Csv, Self::Tsv, Self::Warc, Self::Parquet];

    /// Its name on the command line and in reports.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Blocks => "blocks",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Warc => "warc",
            Self::Parquet => "parquet",
        }
    }

    /// Ends of names, without the dot and in lower case, that are in this format.
    #[must_use]
    pub(crate) fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt", "md"],
            Self::Blocks => &[],
            Self::Jsonl => &["jsonl", "ndjson"],
            Self::Json => &["json"],
            Self::Csv => &["csv"],
            Self::Tsv => &["tsv"],
            Self::Warc => &["wet", "warc"],
            Self::Parquet => &["parquet", "pq"],
        }
    }

    /// Is a file of this format taken when it is found below a folder? Tables and `.json` files are often
    /// something else than dumps: they must be named, or asked for with a pattern or a format.
    #[must_use]
    pub(crate) fn is_found(self) -> bool {
        !matches!(self, Self::Json | Self::Csv | Self::Tsv)
            && (self != Self::Parquet || cfg!(feature = "parquet"))
    }

    /// The format of what begins with `head`, uncompressed: text, unless there are signs of another.
    #[must_use]
    pub fn of_bytes(head: &[u8]) -> Self {
        if head.starts_with(b"PAR1") {
            return Self::Parquet;
        }
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let line = head.trim_ascii_start().split(|&b| b == b'\n').next().unwrap_or_default();
        let field = line.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
        if field.is_some_and(|field| field.starts_with(b"\"")) && is_cut_or_object(line, head.len()) {
            return Self::Jsonl;
        }
        if head.starts_with(b"WARC/1.") {
            return Self::Warc;
        }
        let element = head.trim_ascii_start().strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
        let field = element.and_then(|element| element.strip_prefix(b"{")).map(<[u8]>::trim_ascii_start);
        if field.is_some_and(|field| field.starts_with(b"\"")) {
            return Self::Json;
        }
        Self::Text
    }
}

/// What is no text, by its first bytes, and need hold no byte that a text does not: in words that follow its name.
pub(super) fn foreign(head: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 6] = [
        (b"%PDF-", "is a PDF file, not cleaned; make a text of it first"),
        (b"{\\rtf", "is an RTF file, not cleaned; make a text of it first"),
        (b"PK\x03\x04", "is a zip archive, or a document in one, not cleaned; unpack it first"),
        (b"\xfd7zXZ\0", "is compressed with xz, which is not read; unpack it, or use gzip or zstd"),
        (b"BZh91AY&SY", "is compressed with bzip2, which is not read; unpack it, or use gzip or zstd"),
        (b"7z\xbc\xaf\x27\x1c", "is a 7z archive, not cleaned; unpack it first"),
    ];
    SIGNS.into_iter().find(|(sign, _)| head.starts_with(sign)).map(|(_, words)| words)
}

/// Is it UTF-16, by its byte order mark, or as every other one of its first bytes is 0?
pub(super) fn is_utf16(head: &[u8]) -> bool {
    matches!(
        head,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [1..=127, 0, 1..=127, 0, ..] | [0, 1..=127, 0, 1..=127, ..]
    )
}

/// Is the first line a JSON object, or the beginning of one that is longer than the head?
fn is_cut_or_object(line: &[u8], head: usize) -> bool {
    match serde_json::from_slice::<serde::de::IgnoredAny>(line) {
        Ok(_) => true,
        Err(error) => error.is_eof() && line.len() + 1 >= head && head >= HEAD_BYTES,
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(slug: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.slug() == slug).ok_or_else(|| {
            let all: Vec<&str> = Self::ALL.iter().map(|format| format.slug()).collect();
            format!("there is no format {slug:?}; formats are {}", all.join(", "))
        })
    }
}

impl Compression {
    /// The end of the names of files that are compressed so, without the dot.
    #[must_use]
    pub fn extension(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Gzip => Some("gz"),
            Self::Zstd => Some("zst"),
        }
    }

    /// By the first four bytes.
    #[must_use]
    pub fn of_bytes(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // A frame, or a frame to be skipped, which may stand first.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    /// By the end of a name.
    #[must_use]
    pub fn of_name(path: &Path) -> Self {
        match extension(path).as_str() {
            "gz" => Self::Gzip,
            "zst" | "zstd" => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// The format that the end of a name tells, the compression's own end left out; `None` if it tells nothing.
#[must_use]
pub fn by_name(path: &Path) -> Option<Format> {
    let inner = match Compression::of_name(path) {
        Compression::None => path.to_owned(),
        _ => path.with_extension(""),
    };
    let extension = extension(&inner);
    Format::ALL.into_iter().find(|format| format.extensions().contains(&extension.as_str()))
}

/// The end of a name, without the dot, in lower case; empty if there is none.
pub(crate) fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_format_and_compression() {
        let told = |name: &str| (by_name(Path::new(name)), Compression::of_name(Path::new(name)));
        assert_eq!(told("a/b.txt"), (Some(Format::Text), Compression::None));
        assert_eq!(told("a.TXT.GZ"), (Some(Format::Text), Compression::Gzip));
        assert_eq!(told("dump.jsonl.zst"), (Some(Format::Jsonl), Compression::Zstd));
        assert_eq!(told("dump.zst"), (None, Compression::Zstd));
        assert_eq!(told("CC-MAIN.warc.wet.gz"), (Some(Format::Warc), Compression::Gzip));
        assert_eq!(told("page"), (None, Compression::None));
        assert_eq!(told("page.jpg"), (None, Compression::None));
    }

    #[test]
    fn first_bytes_tell_the_rest() {
        assert_eq!(Format::of_bytes(b"{\"text\": \"a\"}\n{"), Format::Jsonl);
        assert_eq!(Format::of_bytes(b"\n\xef\xbb\xbf"), Format::Text);
        assert_eq!(Format::of_bytes(b"{\"text\" is how a line of code begins.\n"), Format::Text);
        assert_eq!(Format::of_bytes(b"{not json}\n"), Format::Text);
        let long = format!("{{\"text\": \"{}", "a".repeat(HEAD_BYTES));
        assert_eq!(Format::of_bytes(&long.as_bytes()[..HEAD_BYTES]), Format::Jsonl);
        assert_eq!(Format::of_bytes(b" [\n {\"text\""), Format::Json);
        assert_eq!(Format::of_bytes(b"[1] A footnote.\n"), Format::Text);
        assert_eq!(Format::of_bytes(b"WARC/1.0\r\n"), Format::Warc);
        assert_eq!(Compression::of_bytes(&[0x1f, 0x8b, 8, 0]), Compression::Gzip);
        assert_eq!(Compression::of_bytes(&[0x28, 0xb5, 0x2f, 0xfd]), Compression::Zstd);
        assert_eq!(Compression::of_bytes(b"(a)"), Compression::None);
    }
}
