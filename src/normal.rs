//! What counts as the same text: the normal form that comparisons use, and nothing ever writes.
//!
//! Normal form `v1`: NFKC, lower case (with final sigma folded), white space collapsed to single
//! spaces and trimmed, quotation marks and dashes folded to `'`, `"` and `-`, zero-width characters
//! dropped. Digits stay: texts that differ in a number differ.
//!
//! Cost: one pass; texts in ASCII take a short path without tables.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::script::{is_arabic_mark, is_zero_width};
use crate::segment::Line;

/// The version of the normal form, as reports name it. A change of the form is a new version.
pub const NORMAL_VERSION: &str = "v1";

/// The normal forms of the lines of a text, one after another in one buffer.
///
/// Memory: the size of the text, and 16 bytes for each line.
#[derive(Debug)]
pub struct Normals {
    buffer: String,
    spans: Vec<Range<usize>>,
}

impl Normals {
    /// Normalises every line.
    #[must_use]
    pub fn of(text: &str, lines: &[Line]) -> Self {
        let mut buffer = String::with_capacity(text.len());
        let spans = lines
            .iter()
            .map(|line| {
                let start = buffer.len();
                normalise_into(line.text(text), &mut buffer);
                start..buffer.len()
            })
            .collect();
        Self { buffer, spans }
    }

    /// The normal form of line `number`, from 0. It is empty just when the line is blank.
    #[must_use]
    pub fn line(&self, number: usize) -> &str {
        &self.buffer[self.spans[number].clone()]
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Is there no line?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

/// Appends the normal form of `text` to `out`.
pub(crate) fn normalise_into(text: &str, out: &mut String) {
    let start = out.len();
    let mut space = false;
    let mut push = |c: char, out: &mut String| {
        if c.is_whitespace() {
            space = true;
        } else {
            if space && out.len() > start {
                out.push(' ');
            }
            space = false;
            out.push(c);
        }
    };
    if text.is_ascii() {
        for byte in text.bytes() {
            push(fold_ascii(byte), out);
        }
    } else {
        for c in text.nfkc() {
            if is_zero_width(c) {
                continue;
            }
            if c == 'İ' {
                push('i', out); // Unicode's lower case keeps the dot as a mark of its own
                continue;
            }
            for lower in c.to_lowercase() {
                push(fold(lower), out);
            }
        }
    }
}

/// The key of a label: the form in which phrase tables are written. See [`label_key_into`].
#[must_use]
pub fn label_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    label_key_into(&normalise(text), &mut key);
    key
}

/// The normal form of `text`.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    normalise_into(text, &mut out);
    out
}

/// Appends the key of a label to `out`: its normal form (`normal`) with each run of digits as one
/// `0`, Arabic vowel signs dropped, without punctuation, arrows and bullets at either end and
/// without a bracketed counter at its end. "» Read more (12):" and "Read More" have the same key.
pub fn label_key_into(normal: &str, out: &mut String) {
    let start = out.len();
    let inner = normal.trim_matches(|c: char| !is_key_end(c));
    let mut rest = inner.chars().peekable();
    while let Some(c) = rest.next() {
        if is_arabic_mark(c) {
            continue;
        }
        if !c.is_numeric() {
            out.push(c);
            continue;
        }
        out.push('0');
        loop {
            match rest.peek() {
                Some(digit) if digit.is_numeric() => {}
                Some('.' | ',' | ':') => {
                    let mut ahead = rest.clone();
                    ahead.next();
                    if !ahead.peek().is_some_and(|c| c.is_numeric()) {
                        break;
                    }
                }
                _ => break,
            }
            rest.next();
        }
    }
    for counter in [" (0", " [0", "(0", "[0"] {
        if let Some(shorter) = out[start..].strip_suffix(counter) {
            out.truncate(start + shorter.len());
            break;
        }
    }
}

/// May a label begin or end with `c`? Letters, digits and combining marks may.
fn is_key_end(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

fn fold_ascii(byte: u8) -> char {
    match byte.to_ascii_lowercase() {
        b'`' => '\'',
        lower => char::from(lower),
    }
}

fn fold(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' | 'ʼ' | '‹' | '›' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '〝' | '〞' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '⸺' => '-',
        'ς' => 'σ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_setting_does_not_tell_texts_apart_and_numbers_do() {
        for (one, other) in [
            ("“Well—then”, he said", "\"well-then\", HE  said "),
            ("ﬁne\u{a0}day", "fine day"),
            ("Zu\u{308}rich", "Zürich"),
            ("soft\u{ad}hy\u{200b}phen", "softhyphen"),
            ("ΟΔΟΣ", "οδος"),
            ("İLGİLİ", "ilgili"),
            ("οδός", "ΟΔΌΣ"),
            ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ] {
            assert_eq!(normalise(one), normalise(other));
        }
        assert_ne!(normalise("Dow 12,400"), normalise("Dow 12,401"));
        assert_eq!(normalise(" \t\u{a0} "), "");
    }

    #[test]
    fn label_keys_fold_counters_and_lose_their_edges() {
        assert_eq!(label_key("» Read more (12):"), "read more");
        assert_eq!(label_key("▶ Weiterlesen …"), "weiterlesen");
        assert_eq!(label_key("12 Comments"), "0 comments");
        assert_eq!(label_key("1.2K shares"), "0k shares");
        assert_eq!(label_key("12:30, 3.5. x"), "0, 0. x");
        assert_eq!(label_key("【関連】"), "関連");
        assert_eq!(label_key("اقرأ أيضاً :"), "اقرأ أيضا");
        assert_eq!(label_key("यह भी पढ़ें:"), label_key("यह भी पढ़ें"));
        assert_eq!(label_key("***"), "");
    }
}
