//! Lines that tile a text.
//!
//! A line owns its end, so the lines of a text, put one after another, are the text.
//! Line ends are `\n`, `\r\n` and a lone `\r`; NEL, LS, PS, form feed and vertical tab are ordinary
//! characters, as in every tool that counts lines for an editor.
//!
//! Cost: one pass with `memchr`; 24 bytes for each line.

use std::ops::Range;

use crate::script::is_blank_char;

/// Where a line stands in its text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// First byte of the line.
    pub start: usize,
    /// End of its text: the first byte of its line end.
    pub text_end: usize,
    /// End of the line, its line end included: the start of the next line.
    pub end: usize,
}

impl Line {
    /// The span of the line with its line end.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The line without its line end.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.text_end]
    }
}

/// The lines of `text`, in order. A text that ends in a line end has no empty line after it;
/// the empty text has no lines.
///
/// # Examples
///
/// ```
/// let text = "one\r\ntwo\rthree";
/// let lines = unchaff::segment::lines(text);
/// assert_eq!(lines.iter().map(|line| line.text(text)).collect::<Vec<_>>(), ["one", "two", "three"]);
/// assert_eq!(lines.iter().map(|line| &text[line.span()]).collect::<String>(), text);
/// ```
#[must_use]
pub fn lines(text: &str) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Vec::with_capacity(bytes.len() / 64 + 1);
    let mut start = 0;
    let mut passed = 0;
    for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        if at < passed {
            continue; // the `\n` of a `\r\n`
        }
        let end = if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 };
        lines.push(Line { start, text_end: at, end });
        start = end;
        passed = end;
    }
    if start < bytes.len() {
        lines.push(Line { start, text_end: bytes.len(), end: bytes.len() });
    }
    lines
}

/// Is there nothing to see: white space of any kind, zero-width characters, a byte order mark?
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_blank_char)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        lines(text).iter().map(|line| line.text(text)).collect()
    }

    #[test]
    fn every_line_end_is_seen_and_no_other_character_ends_a_line() {
        assert_eq!(texts(""), [""; 0]);
        assert_eq!(texts("\n"), [""]);
        assert_eq!(texts("a"), ["a"]);
        assert_eq!(texts("a\n"), ["a"]);
        assert_eq!(texts("a\nb"), ["a", "b"]);
        assert_eq!(texts("a\r\nb\r\n"), ["a", "b"]);
        assert_eq!(texts("a\rb\r"), ["a", "b"]);
        assert_eq!(texts("\r\r\n\n\r"), ["", "", "", ""]);
        assert_eq!(texts("a\n\rb"), ["a", "", "b"]);
        assert_eq!(
            texts("a\u{85}b\u{2028}c\u{2029}d\u{b}e\u{c}f"),
            ["a\u{85}b\u{2028}c\u{2029}d\u{b}e\u{c}f"]
        );
        assert_eq!(texts("\u{feff}a\nb"), ["\u{feff}a", "b"]);
    }

    #[test]
    fn blank_lines_may_hold_spaces_of_any_kind() {
        for blank in ["", " ", "\t", "\u{a0}\u{3000}", "\u{200b}", "\u{feff}", "\u{2028}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        assert!(!is_blank(" . "));
    }
}
