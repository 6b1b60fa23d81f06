//! Text files with documents parted by blank lines.

use std::sync::Arc;

use super::container::Container;
use super::lines::Read;
use super::record::{Parsed, Part, Piece};
use super::spelling::Spelling;

impl Container {
    pub(super) fn next_of_blocks(&mut self) -> Result<Option<Piece>, String> {
        if let Some(bytes) = self.held.take() {
            return Ok(Some(Piece { bytes, part: Part::Between }));
        }
        let (mut bytes, begin) = (Vec::new(), self.line);
        loop {
            let mut line = Vec::new();
            let read = self.read_line(&mut line)?;
            let is_blank = read == Read::Line && line.trim_ascii().is_empty();
            if read == Read::End || is_blank {
                self.inside_too_long = false;
                return Ok(match (bytes.is_empty(), read) {
                    (true, Read::End) => None,
                    (true, _) => Some(Piece { bytes: line, part: Part::Between }),
                    (false, _) => {
                        self.held = is_blank.then_some(line);
                        Some(self.record(bytes, begin, Arc::default()))
                    }
                });
            }
            bytes.extend_from_slice(&line);
            if self.inside_too_long {
                return Ok(Some(Piece { bytes, part: Part::Rest }));
            }
            if read == Read::Part || bytes.len() > self.record_max {
                self.inside_too_long = true;
                return Ok(Some(self.too_long(bytes, begin)));
            }
        }
    }
}

/// Does a document that was cut read as one still, apart from what follows it? Where lines end in carriage
/// returns and in line feeds, what is left of it may run into the blank line behind it, or hold one. Of one
/// that is white space of other kinds nothing would be left.
pub(crate) fn is_one(before: &[u8], after: &[u8]) -> bool {
    let ends = after.ends_with(b"\n") || !before.ends_with(b"\n");
    ends && !after.is_empty()
        && !after.split_inclusive(|&byte| byte == b'\n').any(|line| line.trim_ascii().is_empty())
}

pub(crate) fn parse(bytes: &[u8]) -> Result<Parsed, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        format!("not UTF-8, at byte {} of the document; convert the file first", error.valid_up_to())
    })?;
    Ok(Parsed {
        text: text.to_owned(),
        span: 0..bytes.len(),
        spelling: Spelling::Plain,
        id: None,
        url: None,
        order: None,
        head: None,
        parallel: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_into_a_blank_line_is_no_document() {
        assert!(is_one(b"one\ntwo\n", b"one\n"));
        assert!(is_one(b"one\r\ntwo", b"one\r\n"), "nothing follows the last one");
        assert!(!is_one(b"one\rtwo\n", b"one\r"), "with the blank line behind it: one line end");
        assert!(!is_one(b"one\n\rtwo\nthree\n", b"one\n\r\n"));
        assert!(!is_one("\u{2028}".as_bytes(), b""));
    }
}
