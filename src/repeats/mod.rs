//! Repeats: blocks of lines that stood before in the same document.
//!
//! A block is a maximal run of lines, blank ones passed over, that stands again further down, equal
//! in normal form. The first copy stays; each later one is one finding that names its source.
//!
//! Lines of a few words recur for good reasons (a refrain, a speaker's name, "Yes."), so a block
//! must hold a long line or very many short ones. A hash proposes a source; the normal forms are
//! compared before a match is claimed.
//!
//! The detector knows nothing of rules. It is handed the lines that stay, so an advertisement
//! inside one of the copies does not break the block.
//!
//! # Complexity
//!
//! Linear in the text: the search goes on behind a match, whether it was claimed or not.

use std::collections::HashMap;
use std::ops::Range;

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use crate::profile::Profile;

/// Least words of a block. Two texts that share 24 words in a row share a source: it is the length
/// at which winnowing of 13-word windows is certain to find a repeat.
pub const BLOCK_WORDS_MIN: u32 = 24;
/// Least words of the longest line of a block. Lines of verse and of lists are shorter: with 16, refrains
/// of the corpus's poems were taken for repeats, with 20 none.
pub const LONG_LINE_WORDS_MIN: u32 = 20;
/// A block of shorter lines (a text wrapped at a column) needs so many words: more than a chorus.
pub const SHORT_LINES_WORDS_MIN: u32 = 150;
/// Least words of a line at which a search for a source begins. A common short line at the head of
/// the document would hide the longer match behind it; the match is extended to the left instead.
const ANCHOR_WORDS_MIN: u32 = 5;

/// A block that stood before. Line numbers count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// The lines of the copy, in order, without blank and left-out ones.
    pub lines: Vec<usize>,
    /// From the first to past the last line of the source.
    pub first: Range<usize>,
    /// xxh3 (128 bits) of the normal forms of the lines, each followed by a line feed.
    pub key: u128,
}

/// Finds the repeats among the lines for which `stays` holds, in order and disjoint. No line of a
/// source is part of a copy.
#[must_use]
pub fn find(profile: &Profile, stays: impl Fn(usize) -> bool) -> Vec<Repeat> {
    let units: Vec<usize> =
        (0..profile.lines.len()).filter(|&line| !profile.is_blank(line) && stays(line)).collect();
    let normal = |unit: usize| profile.normals.line(units[unit]);
    let words = |unit: usize| profile.facts[units[unit]].words();

    let mut sources: HashMap<u64, usize> = HashMap::with_capacity(units.len());
    let mut copied = vec![false; units.len()];
    let mut repeats = Vec::new();
    let mut at = 0;
    while at < units.len() {
        let source = *sources.entry(xxh3_64(normal(at).as_bytes())).or_insert(at);
        if source == at || words(at) < ANCHOR_WORDS_MIN || copied[source] || normal(source) != normal(at) {
            at += 1;
            continue;
        }
        let same = |one: usize, other: usize| !copied[one] && !copied[other] && normal(one) == normal(other);
        // The source ends before its copy begins: of "ab ab ab" the first period stays.
        let gap = at - source;
        let left = (1..gap.min(source + 1)).take_while(|&back| same(source - back, at - back)).count();
        let right =
            (1..(gap - left).min(units.len() - at)).take_while(|&on| same(source + on, at + on)).count() + 1;
        let copy = at - left..at + right;
        if is_block(copy.clone().map(words)) {
            copied[copy.clone()].fill(true);
            repeats.push(Repeat {
                lines: units[copy.clone()].to_vec(),
                first: units[source - left]..units[source + right - 1] + 1,
                key: key(copy.clone().map(normal)),
            });
        }
        at = copy.end;
    }
    repeats
}

/// Is a match of lines of so many words no accident and no refrain?
fn is_block(words: impl Iterator<Item = u32>) -> bool {
    let (all, longest) = words.fold((0, 0), |(all, longest), words| (all + words, longest.max(words)));
    all >= BLOCK_WORDS_MIN && longest >= LONG_LINE_WORDS_MIN || all >= SHORT_LINES_WORDS_MIN
}

fn key<'n>(normals: impl Iterator<Item = &'n str>) -> u128 {
    let mut hasher = Xxh3Default::new();
    for normal in normals {
        hasher.update(normal.as_bytes());
        hasher.update(b"\n");
    }
    hasher.digest128()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.";
    const NEXT: &str = "The harbour master says that he was never asked, and that he would have told them so for the price of a very small coffee.";

    fn found(text: &str) -> Vec<(Vec<usize>, Range<usize>)> {
        find(&Profile::of(text), |_| true).into_iter().map(|repeat| (repeat.lines, repeat.first)).collect()
    }

    #[test]
    fn a_block_is_one_finding_with_its_short_lines() {
        let text = format!("Title\n{LONG}\nYes.\n{NEXT}\n\n{LONG}\nYes.\n\n{NEXT}\nEnd.\n");
        assert_eq!(found(&text), [(vec![5, 6, 8], 1..4)]);
    }

    #[test]
    fn a_common_short_line_does_not_hide_the_match() {
        let text = format!("Yes.\nYes.\n{LONG}\nYes.\n{LONG}\n");
        assert_eq!(found(&text), [(vec![3, 4], 1..3)]);
    }

    #[test]
    fn type_setting_does_not_matter_and_numbers_do() {
        let shouted = LONG.to_uppercase().replace(' ', "  ");
        assert_eq!(found(&format!("{LONG}\n{shouted}\n")), [(vec![1], 0..1)]);
        let prices = "On Monday the price of a barrel of salted herring at the upper market stood at 12.40 crowns, up from the day before yesterday, traders said.";
        assert_eq!(found(&format!("{prices}\n{}\n", prices.replace("12.40", "12.41"))), []);
    }

    #[test]
    fn of_equal_lines_the_first_stays() {
        let text = format!("{LONG}\n").repeat(4);
        assert_eq!(found(&text), [(vec![1], 0..1), (vec![2], 0..1), (vec![3], 0..1)]);
    }

    #[test]
    fn refrains_stay() {
        let verse = "Row on, row on, the tide is turning,\nRow on, row on, the lamp is burning,\nRow on till the morning comes.\n";
        assert_eq!(found(&format!("{verse}\nOne\n\n{verse}\nTwo\n\n{verse}")), []);
    }

    #[test]
    fn no_source_is_part_of_a_copy() {
        let text = [LONG, NEXT, LONG, "Between.", NEXT, LONG, NEXT].join("\n");
        let repeats = find(&Profile::of(&text), |_| true);
        let copies: Vec<usize> = repeats.iter().flat_map(|repeat| repeat.lines.clone()).collect();
        assert_eq!(copies, [2, 4, 5, 6]);
        for repeat in &repeats {
            assert!(repeat.first.clone().all(|line| !copies.contains(&line)), "{repeat:?}");
        }
    }
}
