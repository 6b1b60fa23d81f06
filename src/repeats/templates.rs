//! Templates: lines that stand in many documents of a group.
//!
//! A template stands in at least `docs_min` documents whose main texts differ: a story that many sites
//! carry is no template, however often it stands. The main text is told by long lines in the middle
//! half of a document. A line is known by xxh3 (128 bits) of its normal form.
//!
//! What is found depends on no order.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_128;

use super::Settings;
use crate::profile::Profile;

/// The rule of lines that stand in many documents.
pub(crate) const TEMPLATE: &str = "template/line";
/// A template stands in at least so many documents with different main texts.
pub(crate) const DOCS_MIN: u32 = 4;
/// And in at least one of so many documents of its group.
const DOCS_SHARE: u32 = 500;
/// A shorter line needs a neighbour that goes too, or an end of the document, and must not be a sentence:
/// "He declined to comment." stands in many documents and is no template.
const SHORT_WORDS: u32 = 9;

/// A line of a document: its key, and what tells the main text beside it.
pub(crate) type LineRow = (u128, u64);

/// The lines of a document, each once, in no order.
#[must_use]
pub(crate) fn line_rows(profile: &Profile) -> Vec<LineRow> {
    let main = main_lines(profile);
    let lines = (0..profile.lines.len()).filter(|&line| !profile.is_blank(line));
    let mut rows: Vec<LineRow> = lines
        .map(|line| {
            let own = profile.normals.hash(line);
            (line_key(profile, line), main.iter().copied().find(|&hash| hash != own).unwrap_or(0))
        })
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// The key of a line.
pub(crate) fn line_key(profile: &Profile, line: usize) -> u128 {
    xxh3_128(profile.normals.line(line).as_bytes())
}

/// The hashes of two long lines in the middle half of a document: of those at least half as long as the
/// longest, the ones with the least hashes. So the copies of a story name the same lines, also where what
/// stands around it moves its middle.
fn main_lines(profile: &Profile) -> Vec<u64> {
    let words = |line: usize| u64::from(profile.facts[line].words());
    let all: u64 = (0..profile.lines.len()).map(words).sum();
    let mut before = 0;
    let mut middle: Vec<usize> = Vec::new();
    for line in 0..profile.lines.len() {
        if 4 * (before + words(line)) > all && 4 * before < 3 * all {
            middle.push(line);
        }
        before += words(line);
    }
    let longest = middle.iter().copied().map(words).max().unwrap_or(0);
    let long = middle.into_iter().filter(|&line| 2 * words(line) >= longest);
    let mut mains: Vec<u64> = long.map(|line| profile.normals.hash(line)).collect();
    mains.sort_unstable();
    mains.dedup();
    mains.truncate(2);
    mains
}

/// Counts documents of lines, which come one after another in the order of group, key and main text.
#[derive(Debug)]
pub(crate) struct Counter<'s> {
    group_sizes: &'s BTreeMap<u64, u32>,
    docs_min: Option<u32>,
    /// The line that is counted, its documents and their different main texts.
    open: Option<(u64, u128)>,
    docs: u32,
    mains: u32,
    last_main: u64,
    found: Vec<(u64, u128)>,
}

impl<'s> Counter<'s> {
    /// Begins to count; `group_sizes` holds the documents of each group.
    #[must_use]
    pub(crate) fn new(group_sizes: &'s BTreeMap<u64, u32>, settings: &Settings) -> Self {
        let docs_min = settings.docs_min;
        Self { group_sizes, docs_min, open: None, docs: 0, mains: 0, last_main: 0, found: Vec::new() }
    }

    /// Counts a line of so many documents.
    pub(crate) fn add(&mut self, group: u64, (key, main): LineRow, docs: u32) {
        if self.open != Some((group, key)) {
            self.close();
            self.open = Some((group, key));
            (self.docs, self.mains) = (0, 0);
        }
        self.docs = self.docs.saturating_add(docs);
        if self.mains == 0 || main != self.last_main {
            self.mains += 1;
        }
        self.last_main = main;
    }

    fn close(&mut self) {
        let Some((group, key)) = self.open else { return };
        let size = self.group_sizes.get(&group).copied().unwrap_or(0);
        let least = self.docs_min.unwrap_or_else(|| DOCS_MIN.max(size.div_ceil(DOCS_SHARE)));
        if self.mains >= least && self.mains >= self.docs.div_ceil(2) {
            self.found.push((group, key));
        }
    }

    /// The templates.
    #[must_use]
    pub(crate) fn finish(mut self) -> Templates {
        self.close();
        self.found.sort_unstable();
        Templates { lines: self.found }
    }
}

/// The templates of all groups.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    /// Group and key, sorted.
    lines: Vec<(u64, u128)>,
}

impl Templates {
    /// Does the line with this key stand in many documents of the group?
    #[must_use]
    pub(crate) fn holds(&self, group: u64, key: u128) -> bool {
        self.lines.binary_search(&(group, key)).is_ok()
    }

    /// The lines of a document that go as templates: those that stand in many, less short ones that stand
    /// alone or are a sentence. `goes` tells which lines go for another reason.
    #[must_use]
    pub(crate) fn of(&self, profile: &Profile, group: u64, goes: impl Fn(usize) -> bool) -> Vec<usize> {
        let lines: Vec<usize> = (0..profile.lines.len()).filter(|&line| !profile.is_blank(line)).collect();
        let is_template: Vec<bool> =
            lines.iter().map(|&line| !goes(line) && self.holds(group, line_key(profile, line))).collect();
        let falls = |at: Option<usize>| {
            at.is_none_or(|at| lines.get(at).is_none_or(|&line| is_template[at] || goes(line)))
        };
        let is_sure = |&at: &usize| {
            let facts = &profile.facts[lines[at]];
            let is_alone = !falls(at.checked_sub(1)) && !falls(Some(at + 1));
            is_template[at]
                && (facts.words() >= SHORT_WORDS
                    || !(facts.ends_statement() && facts.words() > 2 || is_alone))
        };
        (0..lines.len()).filter(is_sure).map(|at| lines[at]).collect()
    }
}
