//! How a text in normal form becomes words.
//!
//! Token form `v1`, over the normal form of a line: a maximal run of letters, digits, marks and the
//! apostrophes between them is a token; a letter of a script without spaces is a token of its own;
//! signs that change what a number means (`$`, `%`, `+`, `=`, `°`, signs of currencies, a minus before
//! a digit) are tokens. All other punctuation is passed over: a copy with other quotation marks,
//! dashes or line breaks has the same tokens, one with another number has not. A run of more than
//! [`TOKEN_BYTES_MAX`] bytes is split.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::masks;
use crate::script::is_unspaced;

/// The version of the token form, as reports and indexes name it.
pub(crate) const TOKEN_VERSION: &str = "v1";
/// Longest token in bytes of its normal form: a text of one letter has tokens, too.
pub(crate) const TOKEN_BYTES_MAX: usize = 64;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its bytes in the normal form.
    pub(crate) span: Range<usize>,
    /// Its length in half words.
    pub(crate) halves: u8,
    /// Has it a digit, or no letter?
    pub(crate) is_number: bool,
}

/// Calls `take` with each token of a text in normal form.
pub(crate) fn tokenize(normal: &str, mut take: impl FnMut(Piece)) {
    if normal.is_ascii() {
        tokenize_ascii(normal, &mut take);
    } else {
        tokenize_part(normal, 0..normal.len(), &mut take);
    }
}

/// The same for ASCII: runs of letters and digits are found many bytes at a time, and what stands between them is
/// mostly one blank.
fn tokenize_ascii(normal: &str, take: &mut impl FnMut(Piece)) {
    let bytes = normal.as_bytes();
    // The last run, with those before it that only an apostrophe parts from it.
    let (mut word, mut has_digit) = (0..0, false);
    masks::runs_with(bytes, masks::alnum, masks::digit, |start, end, digits| {
        if start == word.end + 1 && bytes[word.end] == b'\'' && !word.is_empty() {
            word.end = end;
            has_digit |= digits;
            return;
        }
        take_word(normal, word.clone(), has_digit, take);
        if start != word.end + 1 || bytes[word.end] != b' ' {
            tokenize_part(normal, word.end..start, take);
        }
        (word, has_digit) = (start..end, digits);
    });
    take_word(normal, word.clone(), has_digit, take);
    tokenize_part(normal, word.end..bytes.len(), take);
}

#[inline]
fn take_word(normal: &str, word: Range<usize>, has_digit: bool, take: &mut impl FnMut(Piece)) {
    if word.len() > TOKEN_BYTES_MAX {
        tokenize_part(normal, word, take);
    } else if !word.is_empty() {
        // A run of letters and digits: without a digit it has a letter.
        take(Piece { span: word, halves: 2, is_number: has_digit });
    }
}

/// The tokens of a part of a text, before and behind which stands no part of a word.
fn tokenize_part(normal: &str, part: Range<usize>, take: &mut impl FnMut(Piece)) {
    let mut take = |span: Range<usize>, halves| {
        let is_number = is_number(&normal[span.clone()]);
        take(Piece { span, halves, is_number });
    };
    let bytes = &normal.as_bytes()[..part.end];
    let mut at = part.start;
    while at < bytes.len() {
        let start = at;
        match class_at(normal, at) {
            (Class::Word, size) => {
                at += size;
                while let Some(size) = goes_on(normal, at).filter(|_| at < bytes.len()) {
                    if at + size - start > TOKEN_BYTES_MAX {
                        break;
                    }
                    at += size;
                }
                take(start..at, 2);
            }
            (Class::Letter, size) => {
                at += size;
                // Vowel signs and tone marks belong to their letter.
                while at < bytes.len() && !bytes[at].is_ascii() {
                    let Some(mark) = normal[at..].chars().next().filter(|&c| is_combining_mark(c)) else {
                        break;
                    };
                    if at + mark.len_utf8() - start > TOKEN_BYTES_MAX {
                        break;
                    }
                    at += mark.len_utf8();
                }
                take(start..at, 1);
            }
            (Class::Sign, size) => {
                at += size;
                take(start..at, 0);
            }
            (Class::Other, size) => at += size,
        }
    }
}

/// The size of the character at `at` if a word that stands before it goes on there.
fn goes_on(normal: &str, at: usize) -> Option<usize> {
    let byte = *normal.as_bytes().get(at)?;
    if byte.is_ascii_lowercase() || byte.is_ascii_digit() {
        return Some(1);
    }
    if byte == b'\'' {
        let is_inside = at + 1 < normal.len() && class_at(normal, at + 1).0 == Class::Word;
        return is_inside.then_some(1);
    }
    if byte.is_ascii() {
        return None;
    }
    let (class, size) = class_at(normal, at);
    (class == Class::Word).then_some(size)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A letter, digit or mark of a script with spaces.
    Word,
    /// A letter of a script without spaces.
    Letter,
    /// A sign that is a token.
    Sign,
    Other,
}

/// The class and size of the character at `at`, which is inside the text.
fn class_at(normal: &str, at: usize) -> (Class, usize) {
    let bytes = normal.as_bytes();
    let byte = bytes[at];
    if byte.is_ascii() {
        let class = match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' => Class::Word,
            b'$' | b'%' | b'+' | b'=' => Class::Sign,
            b'-' if is_minus(bytes, at) => Class::Sign,
            _ => Class::Other,
        };
        return (class, 1);
    }
    let Some(c) = normal[at..].chars().next() else { return (Class::Other, 1) };
    let class = if is_unspaced(c) && c.is_alphanumeric() {
        Class::Letter
    } else if c.is_alphanumeric() || is_combining_mark(c) {
        Class::Word
    } else if matches!(c, '¢' | '£' | '¤' | '¥' | '°' | '±' | '×' | '÷' | '‰' | '\u{20a0}'..='\u{20cf}')
    {
        Class::Sign
    } else {
        Class::Other
    };
    (class, c.len_utf8())
}

/// A minus stands before a digit and behind nothing or a blank.
fn is_minus(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1).is_some_and(u8::is_ascii_digit) && (at == 0 || matches!(bytes[at - 1], b' ' | b'('))
}

fn is_number(token: &str) -> bool {
    if token.is_ascii() {
        let bytes = token.as_bytes();
        bytes.iter().any(u8::is_ascii_digit) || !bytes.iter().any(u8::is_ascii_alphabetic)
    } else {
        token.contains(char::is_numeric) || !token.contains(char::is_alphabetic)
    }
}

/// The hash of a token of a text in normal form, with its lowest bit set if it is a number.
#[inline]
pub(crate) fn word_hash(normal: &str, piece: &Piece, key: u64) -> u64 {
    let word = &normal.as_bytes()[piece.span.clone()];
    xxh3_64_with_seed(word, key) & !1 | u64::from(piece.is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal::normalise;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let normal = normalise(text);
        tokenize(&normal, |piece| words.push(normal[piece.span].to_owned()));
        words
    }

    #[test]
    fn ascii_has_the_tokens_that_any_text_has() {
        let long = "w".repeat(70) + "'" + &"9x".repeat(40);
        let texts = [
            "don't 'quote' rock'n'roll '' ' a''b o' 'tis",
            "it cost $5, not -3 % (-4) well-known 3-2 a=b+c 100%",
            "-1 at 9:40 - then -x and x -7",
            "'",
            "$",
            "",
            " ",
            long.as_str(),
        ];
        for text in texts {
            for text in [text.to_owned(), format!("{text} {text}"), format!("({text})")] {
                let (mut fast, mut slow) = (Vec::new(), Vec::new());
                tokenize(&text, |piece| fast.push(piece));
                tokenize_part(&text, 0..text.len(), &mut |piece| slow.push(piece));
                assert_eq!(fast, slow, "{text}");
            }
        }
    }

    #[test]
    fn words_are_what_a_reader_would_compare() {
        assert_eq!(words("“Don’t,” she said—twice."), ["don't", "she", "said", "twice"]);
        assert_eq!(words("Don't; she 'said' - TWICE"), words("“Don’t,” she said—twice."));
        assert_eq!(words("渡し船は３月。"), ["渡", "し", "船", "は", "3", "月"]);
        assert_eq!(
            words("it cost $5, not €5 (-3 %)"),
            ["it", "cost", "$", "5", "not", "€", "5", "-", "3", "%"]
        );
        assert_eq!(words("3-2 well-known"), ["3", "2", "well", "known"]);
        assert_eq!(words("यह भी पढ़ें"), ["यह", "भी", "पढ\u{93c}ें"]);
        assert_eq!(words(&"a".repeat(150)).iter().map(String::len).collect::<Vec<_>>(), [64, 64, 22]);
    }
}
