//! Windows of words: the keys by which passages are found in other documents.
//!
//! The key of a window of `words_min` words is xxh3 (128 bits) over the 64-bit hashes of its words,
//! little-endian, with the group of its document as the seed. Equal keys are equal words: among 10⁹
//! windows any two different ones have the same key with a chance of 1.5 · 10⁻²¹, and two different words the
//! same hash with one of 2⁻⁶³.
//!
//! Most windows stand nowhere else and need no key. Fingerprints say which: winnowing (Schleimer,
//! Wilkerson and Aiken 2003) takes of each window of `words_min` words the least hash of the shorter
//! windows in it. Equal windows have equal fingerprints, so a window whose fingerprint no other document has
//! is in no other document. About two in thirteen words begin a fingerprint.
//!
//! # Complexity
//!
//! Linear in the words: each is rolled over once, and looked at twelve times at most.

use std::ops::Range;

use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use super::matches::{mixed, rolled};

/// A fingerprint is the least of so many hashes. With 24 words this leaves 13 to the shorter windows,
/// a length at which words rarely meet by accident.
const PICKED_FROM_MAX: usize = 12;

/// The hashes that are remembered: a power of two, so that no division finds their places.
const RECENT: usize = PICKED_FROM_MAX.next_power_of_two();

/// The words of the shorter windows.
#[must_use]
pub fn short(words_min: usize) -> usize {
    words_min + 1 - PICKED_FROM_MAX.min(words_min / 2).max(1)
}

/// The fingerprint that stands for a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The word at which its shorter window begins.
    pub at: usize,
    /// The hash of that window.
    pub hash: u64,
}

/// Calls `take` with each window of `words` words, by its first word, and its fingerprint. The places of
/// fingerprints never go back.
pub(crate) fn winnow(words: &[u64], words_min: usize, take: impl FnMut(usize, Fingerprint)) {
    winnow_counted(words, words_min, take, &mut 0);
}

/// The same, with its steps: words rolled over, hashes looked at.
pub(super) fn winnow_counted(
    words: &[u64],
    words_min: usize,
    mut take: impl FnMut(usize, Fingerprint),
    steps: &mut u64,
) {
    let from = PICKED_FROM_MAX.min(words_min / 2).max(1);
    if words_min < 2 || words.len() < words_min {
        return;
    }
    let mut recent = [0_u64; RECENT];
    let mut picked = Fingerprint { at: 0, hash: u64::MAX };
    for (at, hash) in rolled(words, short(words_min)).map(mixed).enumerate() {
        *steps += 1;
        recent[at % RECENT] = hash;
        let Some(window) = (at + 1).checked_sub(from) else { continue };
        // It stays while it is the least: of a word repeated a thousand times few windows are picked.
        if picked.at < window || window == 0 {
            picked = Fingerprint { at, hash };
            for at in (window..at).rev() {
                *steps += 1;
                let hash = recent[at % RECENT];
                if hash < picked.hash {
                    picked = Fingerprint { at, hash };
                }
            }
        } else if hash < picked.hash {
            picked = Fingerprint { at, hash };
        }
        take(window, picked);
    }
}

/// The different fingerprints of a document.
#[must_use]
pub fn fingerprints(words: &[u64], words_min: usize) -> Vec<Fingerprint> {
    let mut all: Vec<Fingerprint> = Vec::with_capacity(words.len() / 5);
    let mut last = usize::MAX;
    winnow(words, words_min, |_, picked| {
        if picked.at != last {
            last = picked.at;
            all.push(picked);
        }
    });
    all
}

/// The keys of those windows whose fingerprint begins at one of `places` and that touch none of the words in
/// `masked`; both are sorted. Windows are given by their first words.
#[must_use]
pub fn keys(
    words: &[u64],
    words_min: usize,
    group: u64,
    places: &[u32],
    masked: &[Range<usize>],
) -> Vec<(usize, u128)> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let (mut place, mut mask) = (0, 0);
    let mut keys = Vec::new();
    winnow(words, words_min, |at, picked| {
        place += places[place..].iter().take_while(|&&place| (place as usize) < picked.at).count();
        mask += masked[mask..].iter().take_while(|masked| masked.end <= at).count();
        let is_picked = places.get(place).is_some_and(|&place| place as usize == picked.at);
        if is_picked && masked.get(mask).is_none_or(|masked| masked.start >= at + words_min) {
            keys.push((at, xxh3_128_with_seed(&bytes[8 * at..8 * (at + words_min)], group)));
        }
    });
    keys
}

/// The number of a group of documents, from its name; 0 for the group of all.
#[must_use]
pub fn group(name: &str) -> u64 {
    if name.is_empty() { 0 } else { xxh3_64(name.as_bytes()) }
}

/// What the hashes of a group's fingerprints are combined with (exclusive or), so that those of two groups
/// do not meet.
#[must_use]
pub(crate) fn group_mask(group: u64) -> u64 {
    group.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(symbols: &[u8]) -> Vec<u64> {
        symbols.iter().map(|symbol| xxh3_64(&[*symbol])).collect()
    }

    #[test]
    fn golden_fingerprints() {
        for (count, expected) in [(0, 0), (1, 0), (23, 0), (24, 1), (25, 1), (1000, 82)] {
            let same = vec![xxh3_64(b"a"); count];
            assert_eq!(fingerprints(&same, 24).len(), expected, "{count} equal words");
        }
        let text: Vec<u64> = (0..10_000_u32).map(|at| xxh3_64(&at.to_le_bytes())).collect();
        assert_eq!(fingerprints(&text, 24).len(), 1514, "two in thirteen");
        assert_eq!(fingerprints(&text, 8).len(), 4031, "two in five");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// The fingerprint of a window is a function of its words: what the filter rests on.
        #[test]
        fn equal_windows_have_equal_fingerprints(
            before in proptest::collection::vec(0..3_u8, 0..30),
            shared in proptest::collection::vec(0..3_u8, 24..60),
            behind in proptest::collection::vec(0..3_u8, 0..30),
            words_min in 2..24_usize,
        ) {
            let text = words(&[&before[..], &shared[..], &behind[..]].concat());
            let alone = words(&shared);
            let mut here = Vec::new();
            winnow(&text, words_min, |at, picked| here.push((at, picked)));
            prop_assert_eq!(here.len(), text.len() + 1 - words_min);
            winnow(&alone, words_min, |at, picked| {
                let (window, other) = here[at + before.len()];
                assert_eq!((window, other.hash), (at + before.len(), picked.hash));
                assert!(window <= other.at && other.at < window + words_min);
            });
        }
    }
}
