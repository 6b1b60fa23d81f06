//! The phrases of all tables in a line.
//!
//! One tree of words holds the phrases of all kinds, and a walk into it from each word of a line finds
//! them; most words are the first of no phrase, which a small table of bits says at once. A hit is a fact,
//! not a judgement: the rules ask for a shape around it.

use std::sync::LazyLock;

use super::phrases::{Hit, Role, TABLES, entries};
use super::word::{Word, split};
use crate::kind::Kind;
use crate::traits::{self, Traits, UNSPACED};

/// Every phrase of every table in the label key `key`, whole words only, in the order in which
/// they end, longer ones first.
///
/// # Complexity
///
/// Linear in the key, plus the hits.
#[must_use]
pub fn find(key: &str) -> Vec<Hit> {
    let mut finder = Finder::default();
    finder.find(key);
    finder.hits
}

/// Finds phrases in one key after another, without new memory for each.
#[derive(Debug, Default)]
pub struct Finder {
    words: Vec<Word>,
    /// What was found last.
    pub(crate) hits: Vec<Hit>,
}

impl Finder {
    /// Forgets what was found.
    pub(crate) fn clear(&mut self) {
        self.hits.clear();
    }

    /// What [`find`] gives.
    pub fn find(&mut self, key: &str) -> &[Hit] {
        self.find_with(key, traits::of_text(key));
        &self.hits
    }

    /// What [`find`] gives for a key of which the characters have no other traits than `all`.
    pub(crate) fn find_with(&mut self, key: &str, all: Traits) {
        let mut words = std::mem::take(&mut self.words);
        words.clear();
        split(key, all, &mut words);
        self.find_among(key, 0, &words);
        self.words = words;
    }

    /// What [`find`] gives for a key that is split into words already, which stand `offset` bytes further.
    pub(crate) fn find_among(&mut self, key: &str, offset: usize, words: &[Word]) {
        let phrases = &*PHRASES;
        self.hits.clear();
        for (at, first) in words.iter().enumerate() {
            if !phrases.may_begin_with(first.hash) || first.start < offset {
                continue;
            }
            let start = first.start - offset;
            let mut node = ROOT;
            for word in &words[at..] {
                let Some(next) = phrases.next(node, word.hash) else { break };
                node = next;
                for &phrase in phrases.ends_at(node) {
                    let (text, uses) = &phrases.entries[phrase as usize];
                    let end = start + text.len();
                    if end + offset == word.end && key.as_bytes().get(start..end) == Some(text.as_bytes()) {
                        let hit = |&(kind, role)| Hit { phrase, kind, role, start, end };
                        self.hits.extend(uses.iter().map(hit));
                    }
                }
            }
        }
        // Each phrase has hits of its own places, so that only those of one phrase are equal here.
        self.hits.sort_by_key(|hit| (hit.end, hit.start));
    }
}

const ROOT: u32 = 0;
/// Bits of the filter of first words; few of the words of a text begin a phrase.
const FIRST_BITS: usize = 1 << 16;

/// The phrases as a tree of words, in open tables.
struct Phrases {
    /// Each phrase with the tables and sections that hold it.
    entries: Vec<(&'static str, Vec<(Kind, Role)>)>,
    /// Is there a phrase that begins with a word of this hash?
    first: Vec<u64>,
    /// Node and word to the next node; 0 is an empty slot.
    edges: Vec<(u32, u32, u32)>,
    /// Where the phrases of a node stand in `ends`, by its number.
    spans: Vec<(u32, u32)>,
    ends: Vec<u32>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut uses: Vec<(&str, (Kind, Role))> = Vec::new();
    for (kind, table) in TABLES {
        let entries = entries(table).unwrap_or_default();
        uses.extend(entries.into_iter().map(|entry| (entry.phrase, (kind, entry.role))));
    }
    // In capitals the Turkish letters ı and i are one to Unicode's lower case: "BUNLARI DA OKUYUN".
    let of_capitals: Vec<(&str, (Kind, Role))> = uses
        .iter()
        .filter(|(phrase, _)| phrase.contains('ı'))
        .map(|(phrase, own)| (&*phrase.replace('ı', "i").leak(), *own))
        .collect();
    uses.extend(of_capitals);
    // In capitals Greek words lose their accents: "ΣΧΕΤΙΚΑ ΑΡΘΡΑ".
    let of_greek: Vec<(&str, (Kind, Role))> = uses
        .iter()
        .filter(|(phrase, _)| phrase.contains(|c| GREEK_ACCENTED.contains(&c)))
        .map(|(phrase, own)| (&*without_greek_accents(phrase).leak(), *own))
        .collect();
    uses.extend(of_greek);
    uses.sort_by_key(|(phrase, _)| *phrase);
    let of_one = |uses: &[(&'static str, (Kind, Role))]| {
        let mut own: Vec<(Kind, Role)> = Vec::new();
        for (_, one) in uses {
            if !own.contains(one) {
                own.push(*one);
            }
        }
        (uses[0].0, own)
    };
    Phrases::of(uses.chunk_by(|(a, _), (b, _)| a == b).map(of_one).collect())
});

/// Greek vowels with an accent, and without.
const GREEK_ACCENTED: [char; 9] = ['ά', 'έ', 'ή', 'ί', 'ΐ', 'ό', 'ύ', 'ΰ', 'ώ'];
const GREEK_PLAIN: [char; 9] = ['α', 'ε', 'η', 'ι', 'ϊ', 'ο', 'υ', 'ϋ', 'ω'];

fn without_greek_accents(phrase: &str) -> String {
    let plain = |c| GREEK_ACCENTED.iter().position(|&accented| accented == c).map_or(c, |at| GREEK_PLAIN[at]);
    phrase.chars().map(plain).collect()
}

impl Phrases {
    fn of(entries: Vec<(&'static str, Vec<(Kind, Role)>)>) -> Self {
        let (mut words, mut spans) = (Vec::new(), Vec::with_capacity(entries.len()));
        for (phrase, _) in &entries {
            let start = words.len();
            split(phrase, if phrase.is_ascii() { 0 } else { UNSPACED }, &mut words);
            spans.push(start..words.len());
        }
        let mut phrases = Self {
            first: vec![0; FIRST_BITS / 64],
            edges: vec![(0, 0, 0); (2 * words.len()).next_power_of_two()],
            spans: Vec::new(),
            ends: Vec::new(),
            entries,
        };
        let mut nodes = ROOT;
        let mut ends: Vec<(u32, u32)> = Vec::with_capacity(phrases.entries.len());
        for (at, span) in (0..).zip(spans) {
            let mut node = ROOT;
            for word in &words[span] {
                if node == ROOT {
                    let bit = word.hash as usize % FIRST_BITS;
                    phrases.first[bit / 64] |= 1 << (bit % 64);
                }
                node = phrases.next(node, word.hash).unwrap_or_else(|| {
                    nodes += 1;
                    let slot = phrases.slot(node, word.hash);
                    phrases.edges[slot] = (node, word.hash, nodes);
                    nodes
                });
            }
            ends.push((node, at));
        }
        ends.sort_unstable();
        phrases.spans = vec![(0, 0); nodes as usize + 1];
        for (at, &(node, phrase)) in (0..).zip(&ends) {
            let span = &mut phrases.spans[node as usize];
            *span = if span.1 == 0 { (at, at + 1) } else { (span.0, at + 1) };
            phrases.ends.push(phrase);
        }
        phrases
    }

    /// The slot of an edge: where it is, or where it would be put.
    fn slot(&self, node: u32, word: u32) -> usize {
        let mask = self.edges.len() - 1;
        let mut slot = (word ^ node.wrapping_mul(0x9e37_79b9)) as usize & mask;
        while self.edges[slot].2 != 0 && (self.edges[slot].0, self.edges[slot].1) != (node, word) {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn may_begin_with(&self, word: u32) -> bool {
        let bit = word as usize % FIRST_BITS;
        self.first[bit / 64] & 1 << (bit % 64) != 0
    }

    fn next(&self, node: u32, word: u32) -> Option<u32> {
        let next = self.edges[self.slot(node, word)].2;
        (next != 0).then_some(next)
    }

    fn ends_at(&self, node: u32) -> &[u32] {
        let (start, end) = self.spans[node as usize];
        &self.ends[start as usize..end as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::word::stands_alone;

    #[test]
    fn hits_are_whole_words() {
        let whole = |key: &str| find(key).iter().any(|hit| hit.start == 0 && hit.end == key.len());
        assert!(whole("share this article"));
        assert!(!find("shares").iter().any(|hit| hit.end < "shares".len()), "share is no hit in shares");
        assert!(whole("σχετικά άρθρα") && whole("σχετικα αρθρα"), "capitals have no accents");
        assert!(find("関連記事一覧").iter().any(|hit| hit.start == 0), "no spaces, no edges");
    }

    /// Every phrase is found in its place, with all others that stand in it, as a search for each one by
    /// itself finds them.
    #[test]
    fn the_tree_finds_what_single_searches_find() {
        for at in (0..PHRASES.entries.len()).step_by(41) {
            let key = format!("x {} - {}0", PHRASES.entries[at].0, PHRASES.entries[at / 2].0);
            let mut expected = Vec::new();
            for (phrase, (text, uses)) in (0..).zip(&PHRASES.entries) {
                for (start, _) in key.match_indices(text) {
                    let end = start + text.len();
                    if stands_alone(&key, start, end) {
                        expected.extend(uses.iter().map(|&(kind, role)| Hit {
                            phrase,
                            kind,
                            role,
                            start,
                            end,
                        }));
                    }
                }
            }
            expected.sort_by_key(|hit| (hit.end, hit.start));
            assert_eq!(find(&key), expected, "{key}");
        }
    }
}
