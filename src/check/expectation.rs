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

use xxhash_rust::xxh3::xxh3_64;

use super::rows::Row;

/// The end of the names of stored expectations.
pub const SUFFIX: &str = ".expected";

/// Most bytes of the name of a file, [`SUFFIX`] aside: common file systems take 255.
const NAME_BYTES_MAX: usize = 255 - SUFFIX.len();
/// Most bytes of a path, the folder of expectations and [`SUFFIX`] aside: systems take 1024 at least.
const PATH_BYTES_MAX: usize = 700;

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
/// a file name cannot hold everywhere is written as `%` and two hexadecimal digits for each byte, and a part that
/// is longer than a file name may be is cut short: its beginning, `%-` and its hash.
#[must_use]
pub(crate) fn path_of(id: &str) -> PathBuf {
    let parts: Vec<String> = id.split('/').map(|part| cut_short(name_of(part), NAME_BYTES_MAX)).collect();
    PathBuf::from(cut_short(parts.join("/"), PATH_BYTES_MAX) + SUFFIX)
}

/// A part of an id as the name of a file or folder, of any length.
fn name_of(part: &str) -> String {
    if part.is_empty() {
        return "%".to_owned(); // two slashes, or one at an end
    }
    let mut name = String::with_capacity(part.len());
    let is_special = part.chars().all(|c| c == '.');
    for c in part.chars() {
        let is_barred = c.is_control() || r#"<>:"\|?*%"#.contains(c) || is_special;
        if is_barred {
            let mut bytes = [0; 4];
            name.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            name.push(c);
        }
    }
    name
}

/// The name, or if it is longer than `max` bytes as much of its beginning as leaves room for its hash. No other
/// name has `%-` in it.
fn cut_short(name: String, max: usize) -> String {
    if name.len() <= max {
        return name;
    }
    let hash = format!("%-{:016x}", xxh3_64(name.as_bytes()));
    let mut end = max.min(NAME_BYTES_MAX) - hash.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned() + &hash
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
    fn a_long_id_has_a_name_that_a_file_may_have() {
        let long = "x".repeat(246);
        assert_eq!(path_of(&long).to_str().unwrap(), format!("{long}.expected"));
        let (one, other) = (format!("dump.jsonl/{long}a"), format!("dump.jsonl/{long}b"));
        assert_ne!(path_of(&one), path_of(&other));
        let deep = "de/brücke/".repeat(500);
        for id in [one, "ü".repeat(300), "?".repeat(100), deep] {
            let path = path_of(&id);
            assert!(path.to_str().unwrap().len() < 800, "{id}");
            assert!(path.iter().all(|name| name.len() <= 255), "{id}");
            assert_eq!(path, path_of(&id));
        }
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
