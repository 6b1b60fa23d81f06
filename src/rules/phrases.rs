//! The phrase tables: what boilerplate says, by kind and language, and where a line says it.
//!
//! The tables are plain text files in `phrases/`, one for each kind, in the normal form of labels;
//! `tests/tidy.rs` holds them sorted, unique and normal. One tree of words holds the phrases of all
//! kinds, and a walk into it from each word of a line finds them; most words are the first of no
//! phrase, which a small table of bits says at once. A hit is a fact, not a judgement: the rules ask
//! for a shape around it.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::traits::{self, ALNUM, COMBINING, NON_ASCII, Traits, UNSPACED, UNSTABLE};

/// How a phrase may be used as evidence: the section of the table in which it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The whole line is the phrase.
    Label,
    /// The phrase, a colon or another separator, and a title or value. Alone it is a label.
    Lead,
    /// The line begins with the phrase and goes on briefly.
    Start,
    /// The line ends with the phrase.
    End,
    /// The phrase anywhere in the line.
    Part,
    /// A weak word: two different ones, or a line among others of its kind.
    Hint,
}

impl Role {
    /// The roles in the order of a table's sections, with their headings.
    pub const SECTIONS: [(&'static str, Self); 6] = [
        ("[label]", Self::Label),
        ("[lead]", Self::Lead),
        ("[start]", Self::Start),
        ("[end]", Self::End),
        ("[part]", Self::Part),
        ("[hint]", Self::Hint),
    ];

    /// Its name, as a table's heading has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Lead => "lead",
            Self::Start => "start",
            Self::End => "end",
            Self::Part => "part",
            Self::Hint => "hint",
        }
    }
}

/// The tables, one for each kind that has phrases.
pub const TABLES: [(Kind, &str); 15] = [
    (Kind::Navigation, include_str!("phrases/navigation.txt")),
    (Kind::Related, include_str!("phrases/related.txt")),
    (Kind::Share, include_str!("phrases/share.txt")),
    (Kind::Newsletter, include_str!("phrases/newsletter.txt")),
    (Kind::Consent, include_str!("phrases/consent.txt")),
    (Kind::Paywall, include_str!("phrases/paywall.txt")),
    (Kind::Advertisement, include_str!("phrases/advertisement.txt")),
    (Kind::Credit, include_str!("phrases/credit.txt")),
    (Kind::Copyright, include_str!("phrases/copyright.txt")),
    (Kind::Byline, include_str!("phrases/byline.txt")),
    (Kind::Comments, include_str!("phrases/comments.txt")),
    (Kind::Tags, include_str!("phrases/tags.txt")),
    (Kind::Player, include_str!("phrases/player.txt")),
    (Kind::Bio, include_str!("phrases/bio.txt")),
    (Kind::Disclaimer, include_str!("phrases/disclaimer.txt")),
];

/// A phrase found in the label key of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Number of the phrase: equal numbers, equal phrases.
    pub phrase: u32,
    /// The kind whose table holds it.
    pub kind: Kind,
    /// Its role there.
    pub role: Role,
    /// First byte in the key.
    pub start: usize,
    /// Past its last byte.
    pub end: usize,
}

/// One entry of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'t> {
    /// The section it stands in.
    pub role: Role,
    /// Language, as an ISO 639-1 code.
    pub language: &'t str,
    /// The phrase, in the normal form of labels.
    pub phrase: &'t str,
}

/// The entries of a table, in its order. A line that is none is given back as the error.
///
/// # Errors
///
/// The first line that is neither a note, a heading nor `LANGUAGE phrase`.
pub fn entries(table: &str) -> Result<Vec<Entry<'_>>, &str> {
    let mut entries = Vec::new();
    let mut section = None;
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        if let Some((_, role)) = Role::SECTIONS.iter().find(|(heading, _)| *heading == line) {
            section = Some(*role);
            continue;
        }
        let (Some(role), Some((language, phrase))) = (section, line.split_once(' ')) else {
            return Err(line);
        };
        if !matches!(language.len(), 2 | 3) || phrase.is_empty() {
            return Err(line);
        }
        entries.push(Entry { role, language, phrase });
    }
    Ok(entries)
}

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

/// A word in its text, or a letter of a script without spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// First byte.
    pub(crate) start: usize,
    /// Past its last byte.
    pub(crate) end: usize,
    /// Of its length and its first eight bytes: enough to propose a phrase, which is compared then.
    hash: u32,
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
        let mut edges = Edges::default();
        if all & NON_ASCII == 0 {
            for (at, &byte) in bytes.iter().enumerate() {
                edges.see(at, traits::of_byte(byte).0 & ALNUM != 0, &mut push);
            }
        } else {
            for (at, c) in text.char_indices() {
                edges.see(at, is_word_char(traits::of(c)), &mut push);
            }
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
    uses.sort_by_key(|(phrase, _)| *phrase);
    let of_one =
        |uses: &[(&'static str, (Kind, Role))]| (uses[0].0, uses.iter().map(|(_, own)| *own).collect());
    Phrases::of(uses.chunk_by(|(a, _), (b, _)| a == b).map(of_one).collect())
});

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_whole_words() {
        let whole = |key: &str| find(key).iter().any(|hit| hit.start == 0 && hit.end == key.len());
        assert!(whole("share this article"));
        assert!(!find("shares").iter().any(|hit| hit.end < "shares".len()), "share is no hit in shares");
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

    #[test]
    fn a_table_reads_as_sections_of_entries() {
        let table = "# Notes.\n[label]\nen advertisement\n\n[lead]\nde lesen sie auch\n";
        let read = entries(table).unwrap();
        assert_eq!(read[1], Entry { role: Role::Lead, language: "de", phrase: "lesen sie auch" });
        assert_eq!(entries("en too early"), Err("en too early"));
        assert_eq!(entries("[label]\nnospace"), Err("nospace"));
    }
}
