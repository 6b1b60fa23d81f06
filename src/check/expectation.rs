//! What is stored for a document: its rows, in a text that a person can read in a pull request.
//!
//! ```text
//! # unchaff expectation 1
//! navigation/item         | Home
//! blank/left-over         |
//!                         | The ferry sails again, said the council.
//! ```
//!
//! The margin holds the reason of what goes; `docs/ci.md` tells the form in full. The whole input stands
//! there, so the clean text can be read off: it is the rows without a reason.

use std::path::{Path, PathBuf};

use super::rows::Row;

/// The end of the names of expectations.
pub(crate) const SUFFIX: &str = ".expected";

/// The first line, with the version of the form.
const HEADER: &str = "# unchaff expectation 1";

/// The text of an expectation.
#[must_use]
pub(crate) fn write(rows: &[Row]) -> String {
    let mut out = format!("{HEADER}\n");
    for row in rows {
        out += &row.to_string();
        out.push('\n');
    }
    out
}

/// Why a stored text is no expectation: words that follow its name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    /// Its first line is another.
    #[error("is no expectation of this version of unchaff: its first line is not {HEADER:?}")]
    Header,
    /// A line that is no row.
    #[error("line {0} is no row of an expectation; was the file edited, or merged with conflicts?")]
    Row(usize),
}

/// Reads an expectation. Line ends of another system are fine: version control may have changed them.
///
/// # Errors
///
/// The text is no expectation.
pub(crate) fn read(text: &str) -> Result<Vec<Row>, ReadError> {
    let mut lines = text.split_terminator('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    if lines.next() != Some(HEADER) {
        return Err(ReadError::Header);
    }
    (2..).zip(lines).map(|(number, line)| line.parse().map_err(|()| ReadError::Row(number))).collect()
}

/// Where the expectation of a document stands below the folder of expectations: its id as a path. What
/// a file name cannot hold everywhere is written as `%` and two hexadecimal digits for each byte.
#[must_use]
pub(crate) fn path_of(id: &str) -> PathBuf {
    let mut path = String::with_capacity(id.len() + SUFFIX.len());
    for (at, part) in id.split('/').enumerate() {
        if at > 0 {
            path.push('/');
        }
        if part.is_empty() {
            path.push('%'); // two slashes, or one at an end
        }
        let is_special = part.chars().all(|c| c == '.');
        for c in part.chars() {
            let is_barred = c.is_control() || r#"<>:"\|?*%"#.contains(c) || is_special;
            if is_barred {
                let mut bytes = [0; 4];
                path.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
            } else {
                path.push(c);
            }
        }
    }
    PathBuf::from(path + SUFFIX)
}

/// A path as messages write it, with `/` on every system.
#[must_use]
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_reads_back() {
        let rows: Vec<Row> =
            ["share/label  | Share", "  | One.", "  |"].iter().map(|line| line.parse().unwrap()).collect();
        let text = write(&rows);
        assert_eq!(read(&text), Ok(rows.clone()));
        assert_eq!(read(&text.replace('\n', "\r\n")), Ok(rows));
    }

    #[test]
    fn paths_can_be_written_everywhere() {
        for (id, path) in [
            ("de/brücke.txt", "de/brücke.txt.expected"),
            ("dump.jsonl#3", "dump.jsonl#3.expected"),
            ("https://a.example/x?y", "https%3A/%/a.example/x%3Fy.expected"),
            ("../x", "%2E%2E/x.expected"),
        ] {
            assert_eq!(path_of(id).to_str(), Some(path));
        }
    }

    #[test]
    fn what_is_no_expectation_is_told() {
        assert_eq!(read(""), Err(ReadError::Header));
        assert_eq!(read("Share\n"), Err(ReadError::Header));
        assert_eq!(read(&format!("{HEADER}\n  | One.\n<<<<<<< HEAD\n")), Err(ReadError::Row(3)));
    }
}
