//! The words of a line, as hashes: what the model may know.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use crate::rules::word::Word;
use crate::traits::{self, NUMERIC};

/// Words that are looked up at either end of a line; those between say what it is about, not what it is.
const WORDS_AT_END: usize = 12;
/// Pairs that are looked up at either end of a long line.
const PAIRS_AT_END: usize = 4;
/// Least bytes of a word that says what a line is about.
const LONG_BYTES_MIN: usize = 5;
/// Longest line that is looked up as a whole, in tokens.
const WHOLE_TOKENS_MAX: usize = 6;

/// A word, a number or, in a script without spaces, a letter or two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) hash: u32,
    /// Long enough to say what the line is about.
    pub(super) is_long: bool,
}

/// Appends the tokens of a text in normal form that consists of `words`. Numbers are all alike. Letters of
/// scripts without spaces are tokens, and so is each pair of them.
pub(super) fn push_tokens(normal: &str, words: &[Word], tokens: &mut Vec<Token>) {
    let hash = |text: &str| (xxh3_64(text.as_bytes()) >> 32) as u32;
    let mut previous: Option<Word> = None;
    for word in words {
        let text = &normal[word.start..word.end];
        if !word.is_letter {
            let is_number = text.chars().all(|c| traits::of(c) & NUMERIC != 0);
            let is_long = !is_number && text.len() >= LONG_BYTES_MIN;
            tokens.push(Token { hash: hash(if is_number { "0" } else { text }), is_long });
            continue;
        }
        tokens.push(Token { hash: hash(text), is_long: false });
        if let Some(before) = previous.replace(*word).filter(|before| before.end == word.start) {
            tokens.push(Token { hash: hash(&normal[before.start..word.end]), is_long: true });
        }
    }
}

/// What a hashed word is: a word anywhere in the line, a pair, the first or last of a line, a whole line.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Word = 1,
    Pair,
    First,
    FirstPair,
    Last,
    LastPair,
    Whole,
}

pub(super) fn mix(form: Form, parts: &[Token]) -> u32 {
    let mut hash = (form as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for part in parts {
        hash = (hash ^ u64::from(part.hash)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash ^= hash >> 29;
    }
    (hash >> 32) as u32
}

/// Of so many the first and the last `each`, or all of them.
fn ends(count: usize, each: usize, is_all: bool) -> [Range<usize>; 2] {
    if is_all { [0..count, count..count] } else { [0..each, count - each..count] }
}

pub(super) fn push_words(tokens: &[Token], words: &mut Vec<u32>) {
    let count = tokens.len();
    if count == 0 {
        return;
    }
    for range in ends(count, WORDS_AT_END, count <= 2 * WORDS_AT_END) {
        words.extend(range.map(|at| mix(Form::Word, &tokens[at..=at])));
    }
    for range in ends(count - 1, PAIRS_AT_END, count <= WORDS_AT_END) {
        words.extend(range.map(|at| mix(Form::Pair, &tokens[at..at + 2])));
    }
    words.push(mix(Form::First, &tokens[..1]));
    words.push(mix(Form::Last, &tokens[count - 1..]));
    if count >= 2 {
        words.push(mix(Form::FirstPair, &tokens[..2]));
        words.push(mix(Form::LastPair, &tokens[count - 2..]));
    }
    if count <= WHOLE_TOKENS_MAX {
        words.push(mix(Form::Whole, tokens));
    }
}
