//! The words of a document, for comparison with others: hashes, and the lines they stand in.

use xxhash_rust::xxh3::xxh3_64;

use super::templates::line_key;
use super::tokenize::{tokenize, word_hash};
use super::tokens::Tokens;
use crate::profile::Profile;

/// The words of the lines of a document that may be copies or first copies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The hash of each word: xxh3 (64 bits) of its normal form, its lowest bit set if it is a number.
    pub hashes: Vec<u64>,
    /// The lines, in order.
    pub lines: Vec<WordLine>,
}

/// A line and where its words begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordLine {
    /// Its number, from 0.
    pub line: u32,
    /// Its first word.
    pub word: u32,
    /// Its first byte, and the end of its line end.
    pub span: (u32, u32),
    /// xxh3 (128 bits) of its normal form.
    pub normal: u128,
    /// xxh3 (64 bits) of the line as it is written, without its line end.
    pub written: u64,
}

impl Words {
    /// Reads the lines for which `stays` holds.
    #[must_use]
    pub fn of(profile: &Profile, stays: impl Fn(usize) -> bool, key: u64) -> Self {
        let mut words = Self { hashes: Vec::with_capacity(profile.text.len() / 5), lines: Vec::new() };
        for line in (0..profile.lines.len()).filter(|&line| !profile.is_blank(line) && stays(line)) {
            words.begin(profile, line);
            let normal = profile.normals.line(line);
            tokenize(normal, |piece| words.hashes.push(word_hash(normal, &piece, key)));
        }
        words
    }

    /// Those of the lines that were read for which `stays` holds.
    pub(crate) fn among(profile: &Profile, tokens: &Tokens, stays: impl Fn(usize) -> bool) -> Self {
        let mut words = Self { hashes: Vec::with_capacity(tokens.len()), lines: Vec::new() };
        for (unit, &line) in tokens.lines.iter().enumerate().filter(|&(_, &line)| stays(line)) {
            words.begin(profile, line);
            words.hashes.extend(tokens.hashes(tokens.of_unit(unit)));
        }
        words
    }

    /// Begins a line: the words that are added from now on are its own.
    fn begin(&mut self, profile: &Profile, line: usize) {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let span = profile.lines[line].span();
        self.lines.push(WordLine {
            line: number(line),
            word: number(self.hashes.len()),
            span: (number(span.start), number(span.end)),
            normal: line_key(profile, line),
            written: xxh3_64(profile.line(line).as_bytes()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_hashes_of_the_tokens() {
        let text = "Don't pay $5 (or 3 %)!\n\n  The 2nd ferry, sailing.\n渡し船は３月。\n\nMenu\nDon't\n";
        let profile = Profile::of(text);
        for key in [0, 7] {
            let stays = |line| line != 5;
            let tokens = Tokens::of(&profile, |_| true, key);
            assert_eq!(Words::of(&profile, stays, key), Words::among(&profile, &tokens, stays));
        }
    }
}
