//! Text from outside, made safe to show: control and direction characters are written as escapes.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Is `c` one that steers a terminal, turns the direction of text or cannot be seen at all?
///
/// Control characters, zero-width characters and joiners' neighbours from U+200B, embeddings and
/// isolates of direction (Unicode Standard Annex 9), invisible operators and the byte order mark. The
/// two joiners U+200C and U+200D are letters' business in many scripts and are left alone.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// The text with its hidden characters as escapes: `\n`, `\t`, `\u{202e}`.
///
/// # Examples
///
/// ```
/// assert_eq!(unchaff::visible::visible("a\u{1b}[31mb\r\u{202e}c"), "a\\u{1b}[31mb\\r\\u{202e}c");
/// assert_eq!(unchaff::visible::visible("Zürich 新聞"), "Zürich 新聞");
/// ```
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            let _ = write!(out, "{}", c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// A word as a shell reads it back, with its hidden characters as escapes.
///
/// # Examples
///
/// ```
/// use unchaff::visible::quoted;
/// assert_eq!(quoted("de/brücke.txt"), "de/brücke.txt");
/// assert_eq!(quoted("it's here"), r"'it'\''s here'");
/// assert_eq!(quoted(""), "''");
/// ```
#[must_use]
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=%+:,@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", visible(word).replace('\'', r"'\''"))
}
