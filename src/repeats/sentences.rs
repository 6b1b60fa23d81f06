//! Sentences of a line, told so that a cut between two of them leaves no half sentence.
//!
//! A boundary is missed rather than made up: the end of a word that looks like an abbreviation or an
//! ordinal ("Dr.", "J.", "z. B.", "3.") is none, and neither is a full stop before a small letter.
//!
//! Cost: one pass over the line.

use std::ops::Range;

use crate::script::{is_blank_char, is_closing, is_exclamation_or_question, is_full_stop, is_unspaced};

/// A word of at most so many characters that begins with a capital may be an abbreviation.
const ABBREVIATION_CHARS_MAX: usize = 3;
/// A number of at most so many digits may be an ordinal.
const ORDINAL_DIGITS_MAX: usize = 2;

/// The sentences of `line`, as spans in bytes that tile it: each takes the blanks behind it.
pub(crate) fn sentences(line: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !is_full_stop(c) && !is_exclamation_or_question(c) {
            continue;
        }
        let mut end = at + c.len_utf8();
        let mut is_closed = false; // behind "?」" the sentence may go on
        while let Some(&(_, next)) = chars.peek() {
            if !(is_full_stop(next) || is_exclamation_or_question(next) || is_closing(next)) {
                break;
            }
            is_closed |= is_closing(next);
            end += next.len_utf8();
            chars.next();
        }
        let blanks = line[end..].chars().take_while(|&c| is_blank_char(c)).map(char::len_utf8).sum::<usize>();
        let next = line[end + blanks..].chars().next();
        let parts = match next {
            None => false,
            Some(next) if blanks == 0 => {
                matches!(c, '。' | '．' | '｡' | '！' | '？') && !(is_closed && is_unspaced(next))
            }
            Some(next) => !(next.is_lowercase() || c == '.' && may_be_abbreviation(&line[start..at])),
        };
        if parts {
            sentences.push(start..end + blanks);
            start = end + blanks;
            while chars.peek().is_some_and(|&(at, _)| at < start) {
                chars.next();
            }
        }
    }
    if start < line.len() {
        sentences.push(start..line.len());
    }
    sentences
}

/// Might the full stop behind `text` belong to its last word?
fn may_be_abbreviation(text: &str) -> bool {
    let word = text.rsplit(|c: char| is_blank_char(c) || is_closing(c) || c == '(').next().unwrap_or("");
    let last = word.rsplit(['.', '-', '–']).next().unwrap_or("");
    let chars = last.chars().count();
    if last.chars().all(char::is_numeric) {
        return chars <= ORDINAL_DIGITS_MAX;
    }
    chars <= 1 || last.starts_with(char::is_uppercase) && chars <= ABBREVIATION_CHARS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> Vec<&str> {
        sentences(line).into_iter().map(|span| &line[span]).collect()
    }

    #[test]
    fn sentences_tile_the_line() {
        assert_eq!(
            split("It rained. “Why now?” she said. Nobody knew…"),
            ["It rained. ", "“Why now?” she said. ", "Nobody knew…"]
        );
        assert_eq!(
            split("雨が降った。「なぜ？」と彼女は言った。終わり"),
            ["雨が降った。", "「なぜ？」と彼女は言った。", "終わり"]
        );
        assert_eq!(split("वह आया। वह गया।"), ["वह आया। ", "वह गया।"]);
        assert_eq!(split(""), [""; 0]);
        assert_eq!(split("No end"), ["No end"]);
    }

    #[test]
    fn what_may_be_an_abbreviation_ends_nothing() {
        for line in [
            "Dr. Roe came",
            "J. Roe and z. B. Anna",
            "On the 3. Mai it rained",
            "It grew by 2.5 Percent",
            "at 5 p.m. Tuesday",
        ] {
            assert_eq!(split(line), [line]);
        }
        assert_eq!(split("It ended in 1989. Nobody came."), ["It ended in 1989. ", "Nobody came."]);
    }
}
