//! Words of a line in normal form, with their places.

use crate::masks;
use crate::traits::{self, ALNUM, COMBINING, NON_ASCII, Traits, UNSPACED, UNSTABLE};

/// A word in its text, or a letter of a script without spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// First byte.
    pub(crate) start: usize,
    /// Past its last byte.
    pub(crate) end: usize,
    /// Of its length and its first eight bytes: enough to propose a phrase, which is compared then.
    pub(super) hash: u32,
    /// Is it a letter of a script without spaces?
    pub(crate) is_letter: bool,
}

/// Splits a text, of which the characters have `all` traits, into words.
pub(crate) fn split(text: &str, all: Traits, words: &mut Vec<Word>) {
    let bytes = text.as_bytes();
    let mut push = |start, end, is_letter| {
        words.push(Word { start, end, hash: hash(bytes, start, end), is_letter });
    };
    if all & (UNSPACED | UNSTABLE) == 0 {
        if all & NON_ASCII == 0 {
            masks::runs(bytes, masks::alnum, |start, end| push(start, end, false));
            return;
        }
        let mut edges = Edges::default();
        for (at, c) in text.char_indices() {
            edges.see(at, is_word_char(traits::of(c)), &mut push);
        }
        edges.finish(text.len(), &mut push);
        return;
    }
    let mut start = None;
    for (at, c) in text.char_indices() {
        let own = traits::of(c);
        if is_word_char(own) {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            push(start, at, false);
        }
        if own & UNSPACED != 0 {
            push(at, at + c.len_utf8(), true);
        }
    }
    if let Some(start) = start {
        push(start, text.len(), false);
    }
}

/// Edges of words that are kept before the words are made: an even number.
const EDGES: usize = 32;

/// Where words begin and end, in turn.
#[derive(Default)]
struct Edges {
    places: [usize; EDGES],
    found: usize,
    inside: bool,
}

impl Edges {
    /// Sees the character at byte `at`. Only an edge that is one is kept: a branch here would be guessed wrong
    /// at each word.
    #[inline]
    fn see(&mut self, at: usize, is_inside: bool, push: &mut impl FnMut(usize, usize, bool)) {
        self.places[self.found % EDGES] = at;
        self.found += usize::from(is_inside != self.inside);
        self.inside = is_inside;
        if self.found == EDGES {
            self.empty(push);
        }
    }

    fn empty(&mut self, push: &mut impl FnMut(usize, usize, bool)) {
        let whole = self.found & !1;
        self.places[..whole].chunks_exact(2).for_each(|edge| push(edge[0], edge[1], false));
        self.found = 0;
    }

    fn finish(mut self, end: usize, push: &mut impl FnMut(usize, usize, bool)) {
        if self.inside {
            self.places[self.found] = end;
            self.found += 1;
        }
        self.empty(push);
    }
}

/// Multiplicative hashing (Knuth) of up to eight bytes, and the length.
fn hash(bytes: &[u8], start: usize, end: usize) -> u32 {
    let length = end - start;
    let eight = match bytes[start..].first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes[start..].iter().rev().fold(0, |eight, &byte| eight << 8 | u64::from(byte)),
    };
    let own = if length < 8 { eight & ((1 << (8 * length)) - 1) } else { eight };
    ((own ^ (length as u64) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// Does a word begin at `start` and end at `end`? Scripts without spaces have no such edges.
pub(crate) fn stands_alone(key: &str, start: usize, end: usize) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| is_word_char(traits::of(c)));
    let (before, inside, after) = (&key[..start], &key[start..end], &key[end..]);
    let goes_on = is_word(before.chars().next_back()) && is_word(inside.chars().next());
    let goes_on_behind = is_word(inside.chars().next_back()) && is_word(after.chars().next());
    !goes_on && !goes_on_behind
}

/// Is it a letter, digit or mark of a script with spaces?
fn is_word_char(own: Traits) -> bool {
    own & (ALNUM | COMBINING) != 0 && own & UNSPACED == 0
}
