//! Matches: runs of tokens that stood before, each with the place of its first copy.
//!
//! What is found is defined without any hash. Read from left to right; where the `window` tokens from
//! `at` on are those from `source` on, the first place of these tokens, and the source ends before the
//! copy begins, the match is extended to both sides as far as tokens are the same, the source does not
//! reach into the copy, and the copy takes in no token of an earlier match. Behind a match the window
//! that begins there is looked at first, then those that reach over its end, then the next. Of "ab ab
//! ab" the first period stays. Where a source is itself a copy, its own source takes its place, so that no
//! token of a source is ever a copy.
//!
//! The search is that of an LZ77 parser which knows matches of at least `window` tokens only, so that
//! one table of windows replaces a suffix structure (Crochemore and Ilie 2008 call the general form
//! the longest previous factor). A rolling hash (Karp and Rabin 1987) proposes, a comparison decides.
//!
//! # Complexity
//!
//! Linear in the tokens: each is rolled over at most three times and compared at most `window` times on
//! any text. 12 bytes of memory for each token. A text in which nothing stands twice, as most do, is only
//! rolled over once, with a table of a byte and a half for each token ([`may_repeat`]).

use std::ops::Range;

/// A run of tokens that stood before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The first token of the copy.
    pub(crate) at: usize,
    /// The first token of the source.
    pub(crate) source: usize,
    /// How many tokens.
    pub(crate) len: usize,
}

impl Match {
    /// The tokens of the copy.
    pub(crate) fn copy(&self) -> Range<usize> {
        self.at..self.at + self.len
    }

    /// The tokens of the source.
    pub(crate) fn first(&self) -> Range<usize> {
        self.source..self.source + self.len
    }
}

/// What was found, and how many steps it took: windows rolled, slots looked at, tokens compared.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In order and disjoint.
    pub(crate) matches: Vec<Match>,
    pub(crate) steps: u64,
}

/// Finds the matches of at least `window` tokens. `hashes` are the tokens' hashes; `same` compares two
/// tokens for certain.
pub(crate) fn find(hashes: &[u64], same: impl Fn(usize, usize) -> bool, window: usize) -> Found {
    let mut found = Found::default();
    if window == 0 || hashes.len() < 2 * window || !may_repeat(hashes, window, &mut found.steps) {
        return found;
    }
    let mut table = Table::new(hashes.len());
    let mut rolling = Rolling::new(window);
    let mut copies: Vec<Range<usize>> = Vec::new(); // as they were found, those before `at` passed over
    let mut passed = 0;
    let mut claimed = 0; // the end of the last of them
    let mut waiting: Vec<(usize, usize)> = Vec::new(); // windows that reach over it, and their sources
    let mut at = 0;
    loop {
        // Windows inside a copy stood before, and so did their first places.
        passed += copies[passed..].iter().take_while(|copy| copy.end < at + window).count();
        if let Some(copy) = copies.get(passed).filter(|copy| copy.start <= at) {
            at = copy.end + 1 - window;
        }
        let mut place = None;
        let is_over = at + window > hashes.len();
        if !is_over {
            let hash = rolling.at(hashes, at, &mut found.steps);
            let source = table.first(hash, at, window, &same, &mut found.steps);
            place = source.filter(|source| source + window <= at).map(|source| (at, source));
        }
        if at < claimed && !is_over {
            waiting.extend(place.take());
        } else if place.is_none() {
            waiting.retain(|&(at, _)| at + window > claimed);
            place = waiting.first().copied();
        }
        if let Some((start, source)) = place {
            let matched = extend(start, source, window, claimed, hashes.len(), &same, &mut found.steps);
            resolve(matched, claimed, &mut found.matches);
            copies.push(matched.copy());
            claimed = matched.copy().end;
        } else if is_over {
            return found;
        }
        at += 1;
    }
}

/// Could a window of tokens stand twice? If none does, this mostly says so at a small part of the cost.
///
/// Every run of `window` tokens holds one of the blocks of half as many into which the text is cut from its
/// beginning. So if a window stands twice, then one of the blocks stands again at some later place.
fn may_repeat(hashes: &[u64], window: usize, steps: &mut u64) -> bool {
    let block = window.div_ceil(2);
    let mut known = vec![0_u64; (2 * hashes.len() / block + 2).next_power_of_two()];
    let mask = known.len() - 1;
    let mut rolling = Rolling::new(block);
    let mut next = 0; // where the next block begins
    for at in 0..=hashes.len() - block {
        let hash = rolling.at(hashes, at, steps) | 1; // 0 is a free slot
        let mut slot = usize::try_from(mixed(hash) & mask as u64).unwrap_or(0);
        while known[slot] != 0 {
            *steps += 1;
            if known[slot] == hash {
                return true;
            }
            slot = (slot + 1) & mask;
        }
        if at == next {
            known[slot] = hash;
            next += block;
        }
    }
    false
}

/// The longest match around a window. Its copy begins behind `claimed` at the earliest, or reaches
/// over it; then the part before is another's.
fn extend(
    at: usize,
    source: usize,
    window: usize,
    claimed: usize,
    tokens: usize,
    same: &impl Fn(usize, usize) -> bool,
    steps: &mut u64,
) -> Match {
    let mut len = window;
    while at + len < tokens && source + len < at {
        *steps += 1;
        if !same(source + len, at + len) {
            break;
        }
        len += 1;
    }
    let (mut at, mut source) = (at, source);
    while at > claimed && source > 0 && source + len < at {
        *steps += 1;
        if !same(source - 1, at - 1) {
            break;
        }
        (at, source, len) = (at - 1, source - 1, len + 1);
    }
    Match { at, source, len }
}

/// Adds a match without what is claimed before it, and with sources that are no copies.
fn resolve(mut rest: Match, claimed: usize, matches: &mut Vec<Match>) {
    let before = claimed.saturating_sub(rest.at).min(rest.len);
    rest = Match { at: rest.at + before, source: rest.source + before, len: rest.len - before };
    let mut piece = matches.partition_point(|one| one.at + one.len <= rest.source);
    while rest.len > 0 {
        let copied = matches.get(piece).copied().filter(|one| one.at < rest.source + rest.len);
        let take = match copied {
            None => rest.len,
            Some(one) if one.at > rest.source => one.at - rest.source,
            Some(one) => (one.at + one.len - rest.source).min(rest.len),
        };
        let source = match copied {
            Some(one) if one.at <= rest.source => {
                piece += 1;
                one.source + (rest.source - one.at)
            }
            _ => rest.source,
        };
        push(Match { at: rest.at, source, len: take }, matches);
        rest = Match { at: rest.at + take, source: rest.source + take, len: rest.len - take };
    }
}

/// Adds a piece, joined with the one before it if that goes on in the same source.
fn push(piece: Match, matches: &mut Vec<Match>) {
    match matches.last_mut() {
        Some(last)
            if last.at + last.len == piece.at
                && last.source + last.len == piece.source
                && piece.source < last.at =>
        {
            last.len += piece.len;
        }
        _ => matches.push(piece),
    }
}

/// A polynomial over the hashes of `window` tokens, modulo 2^64. Weak for texts of two symbols and
/// thousands of tokens, not for windows of a few tokens whose hashes are mixed and keyed.
pub(crate) struct Rolling {
    window: usize,
    /// The multiplier to the power of `window`.
    power: u64,
    /// The window of the last hash, and that hash.
    last: Option<(usize, u64)>,
}

/// The multiplier: odd, from the golden ratio (Knuth, TAOCP vol. 3, 6.4).
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

impl Rolling {
    pub(crate) fn new(window: usize) -> Self {
        let power = (0..window).fold(1_u64, |power, _| power.wrapping_mul(MULTIPLIER));
        Self { window, power, last: None }
    }

    /// The hash of the window that begins at `at`: rolled from the one before it, or made anew.
    #[inline]
    pub(crate) fn at(&mut self, hashes: &[u64], at: usize, steps: &mut u64) -> u64 {
        let hash = match self.last {
            Some((last, hash)) if last + 1 == at => {
                *steps += 1;
                let (first, next) = (hashes[last], hashes[at + self.window - 1]);
                hash.wrapping_mul(MULTIPLIER).wrapping_add(next.wrapping_sub(first.wrapping_mul(self.power)))
            }
            Some((last, hash)) if last == at => hash,
            _ => {
                *steps += self.window as u64;
                hashes[at..at + self.window]
                    .iter()
                    .fold(0, |hash: u64, &token| hash.wrapping_mul(MULTIPLIER).wrapping_add(token))
            }
        };
        self.last = Some((at, hash));
        hash
    }
}

/// The hashes of all windows, one after another: those that [`Rolling`] gives.
pub(crate) fn rolled(hashes: &[u64], window: usize) -> impl Iterator<Item = u64> {
    let fold = |hash: u64, token: &u64| hash.wrapping_mul(MULTIPLIER).wrapping_add(*token);
    let of_first = (1..window).fold(1_u64, |power, _| power.wrapping_mul(MULTIPLIER));
    let before = window.saturating_sub(1).min(hashes.len());
    let mut open = hashes[..before].iter().fold(0, fold); // the window without its last token
    hashes[before..].iter().zip(hashes).map(move |(last, first)| {
        let hash = fold(open, last);
        open = hash.wrapping_sub(first.wrapping_mul(of_first));
        hash
    })
}

/// Spreads a polynomial's bits, of which the low ones depend on low ones only.
pub(crate) fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 29)
}

/// The first place of each window: open addressing with linear probing, at most half full.
struct Table {
    /// High half of the hash, and place plus one; a place of 0 is a free slot.
    slots: Vec<(u32, u32)>,
}

impl Table {
    fn new(windows: usize) -> Self {
        Self { slots: vec![(0, 0); (2 * windows).next_power_of_two()] }
    }

    /// The first place of the window with this hash that begins at `at`: `None` if it is this one, which
    /// is remembered.
    fn first(
        &mut self,
        hash: u64,
        at: usize,
        window: usize,
        same: &impl Fn(usize, usize) -> bool,
        steps: &mut u64,
    ) -> Option<usize> {
        let hash = mixed(hash);
        let tag = (hash >> 32) as u32;
        let mask = self.slots.len() - 1;
        let mut slot = usize::try_from(hash & mask as u64).unwrap_or(0);
        loop {
            *steps += 1;
            let (known, place) = self.slots[slot];
            if place == 0 {
                self.slots[slot] = (tag, u32::try_from(at + 1).unwrap_or(0));
                return None;
            }
            let place = place as usize - 1;
            let is_same = |by| {
                *steps += 1;
                same(place + by, at + by)
            };
            if known == tag && (0..window).all(is_same) {
                return Some(place);
            }
            slot = (slot + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rolled_hashes_are_those_of_each_window_alone() {
        let hashes: Vec<u64> = (1..40_u64).map(|at| mixed(at * at)).collect();
        for window in 1..=12 {
            for count in [0, 1, window - 1, window, window + 1, hashes.len()] {
                let hashes = &hashes[..count];
                let places = 0..(count + 1).saturating_sub(window);
                let alone = places.map(|at| Rolling::new(window).at(hashes, at, &mut 0));
                assert_eq!(rolled(hashes, window).collect::<Vec<_>>(), alone.collect::<Vec<_>>());
            }
        }
    }
}
