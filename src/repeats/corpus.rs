//! Across documents: lines that stand in many documents (templates), and blocks that stand in another
//! one (copies).
//!
//! Two passes over the inputs. The first ([`Survey`]) takes a key of each line of each document: xxh3
//! (128 bits) of its normal form. Sorted, the keys tell for each line in how many documents of its group
//! it stands and where first ([`Corpus`]). The second pass asks for each document ([`Corpus::of`]). A key
//! decides: two of 10⁹ different lines have the same with a chance of 1.5 · 10⁻²¹.
//!
//! A **template** stands in at least [`Scope`]-wide `docs_min` documents whose main texts differ: a story
//! that many sites carry is no template, however often it stands. The main text is told by the longest
//! lines in the middle half of a document.
//!
//! What is found does not depend on threads, and templates not on any order. The first copy is that of the
//! least document in the order of the inputs, or of the ids ([`Order`]).
//!
//! # Complexity
//!
//! Sorting the keys: 48 bytes of memory for each line of all documents, then 64 for each line that stands
//! in two documents.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::{First, LONG_LINE_WORDS_MIN, Likeness, Repeat, SHORT_LINES_WORDS_MIN, Settings, key};
use crate::profile::Profile;

/// The rule of lines that stand in many documents.
pub const TEMPLATE: &str = "template/line";
/// The rule of blocks that stand in another document.
pub const CORPUS: &str = "repeat/corpus";
/// A template stands in at least so many documents with different main texts.
pub const DOCS_MIN: u32 = 4;
/// And in at least one of so many documents of its group.
const DOCS_SHARE: u32 = 500;
/// A shorter line needs a neighbour that goes too, or an end of the document, and must not be a sentence:
/// "He declined to comment." stands in many documents and is no template.
const SHORT_WORDS: u32 = 9;

/// Which documents are looked at together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Each alone.
    #[default]
    Document,
    /// Those of one site ([`crate::document::Document::site`]).
    Site,
    /// All.
    Corpus,
}

/// What becomes of a block that stands in another document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Copies {
    /// All but the first go.
    Drop,
    /// They are marked.
    #[default]
    Mark,
    /// Nothing.
    Keep,
}

/// Which of several copies is the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// That of the first input and record.
    #[default]
    Input,
    /// That of the document with the least id.
    Id,
}

/// Where a document stands in the inputs: the index of its input, and of the record in it.
pub type DocumentPlace = (usize, u64);

/// One line of one document.
#[derive(Clone, Copy, Debug)]
struct Seen {
    key: u128,
    group: u32,
    document: u32,
    line: u32,
    start: u32,
    end: u32,
    /// What tells the main text of its document.
    main: u64,
}

/// The keys of a document, made apart from all others.
#[derive(Debug, Default)]
pub struct Keys {
    /// For each line: its key, its number, its bytes and what tells the main text beside it.
    lines: Vec<(u128, u32, Range<u32>, u64)>,
}

impl Keys {
    /// Reads a document.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let profile = Profile::of(text);
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let main = main_lines(&profile);
        let lines = (0..profile.lines.len()).filter(|&line| !profile.is_blank(line));
        let lines = lines.map(|line| {
            let main = main.iter().find(|&&(other, _)| other != line).map_or(0, |&(_, hash)| hash);
            let span = profile.lines[line].span();
            (line_key(&profile, line), number(line), number(span.start)..number(span.end), main)
        });
        Self { lines: lines.collect() }
    }
}

fn line_key(profile: &Profile, line: usize) -> u128 {
    xxh3_128(profile.normals.line(line).as_bytes())
}

/// The two longest lines in the middle half of a document, and the hashes of their normal forms.
fn main_lines(profile: &Profile) -> Vec<(usize, u64)> {
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
    middle.sort_by_key(|&line| std::cmp::Reverse(words(line)));
    middle.dedup_by_key(|line| profile.normals.line(*line));
    middle.into_iter().take(2).map(|line| (line, xxh3_64(profile.normals.line(line).as_bytes()))).collect()
}

/// The first pass: keys of all documents, in input order.
#[derive(Debug, Default)]
pub struct Survey {
    seen: Vec<Seen>,
    documents: Vec<(Arc<str>, DocumentPlace)>,
    groups: HashMap<String, u32>,
    group_sizes: Vec<u32>,
}

impl Survey {
    /// Adds the next document.
    pub fn add(&mut self, id: &str, place: DocumentPlace, group: &str, keys: &Keys) {
        let document = u32::try_from(self.documents.len()).unwrap_or(u32::MAX);
        self.documents.push((id.into(), place));
        let groups = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        let group = *self.groups.entry(group.to_owned()).or_insert(groups);
        if group == groups {
            self.group_sizes.push(0);
        }
        self.group_sizes[group as usize] += 1;
        self.seen.extend(keys.lines.iter().map(|(key, line, span, main)| Seen {
            key: *key,
            group,
            document,
            line: *line,
            start: span.start,
            end: span.end,
            main: *main,
        }));
    }

    /// Counts.
    #[must_use]
    pub fn finish(self, settings: &Settings) -> Corpus {
        let Self { mut seen, documents, groups, group_sizes } = self;
        let rank = ranks(&documents, settings.order);
        seen.sort_unstable_by_key(|one| (one.group, one.key, rank[one.document as usize], one.line));
        let mut lines = Vec::new();
        for same in seen.chunk_by(|one, other| (one.group, one.key) == (other.group, other.key)) {
            let first = same[0];
            if same.iter().all(|one| one.document == first.document) {
                continue;
            }
            let docs = 1 + same.windows(2).filter(|pair| pair[0].document != pair[1].document).count();
            let mut mains: Vec<u64> = same.iter().map(|one| one.main).collect();
            mains.sort_unstable();
            mains.dedup();
            let (docs, mains) =
                (u32::try_from(docs).unwrap_or(u32::MAX), u32::try_from(mains.len()).unwrap_or(u32::MAX));
            let least = settings
                .docs_min
                .unwrap_or_else(|| DOCS_MIN.max(group_sizes[first.group as usize].div_ceil(DOCS_SHARE)));
            lines.push(Known {
                key: first.key,
                group: first.group,
                document: first.document,
                line: first.line,
                start: first.start,
                end: first.end,
                is_template: mains >= least && 2 * mains >= docs,
            });
        }
        let places = documents
            .iter()
            .enumerate()
            .map(|(at, &(_, place))| (place, u32::try_from(at).unwrap_or(u32::MAX)));
        Corpus {
            lines,
            groups,
            places: places.collect(),
            documents: documents.into_iter().map(|(id, _)| id).collect(),
        }
    }
}

/// The place of each document in the order in which the first copy is chosen.
fn ranks(documents: &[(Arc<str>, DocumentPlace)], order: Order) -> Vec<u32> {
    let mut by: Vec<usize> = (0..documents.len()).collect();
    if order == Order::Id {
        by.sort_by(|&one, &other| documents[one].0.cmp(&documents[other].0).then(one.cmp(&other)));
    }
    let mut ranks = vec![0; documents.len()];
    for (rank, document) in by.into_iter().enumerate() {
        ranks[document] = u32::try_from(rank).unwrap_or(u32::MAX);
    }
    ranks
}

/// A line that stands in two documents of its group, or more.
#[derive(Clone, Copy, Debug)]
struct Known {
    key: u128,
    group: u32,
    /// Where it stands first.
    document: u32,
    line: u32,
    start: u32,
    end: u32,
    is_template: bool,
}

/// What the first pass found.
#[derive(Debug, Default)]
pub struct Corpus {
    /// By group and key.
    lines: Vec<Known>,
    groups: HashMap<String, u32>,
    places: HashMap<DocumentPlace, u32>,
    documents: Vec<Arc<str>>,
}

impl Corpus {
    /// What it tells of the document at `place`, whose group is `group`.
    #[must_use]
    pub fn of(&self, place: DocumentPlace, group: &str) -> Evidence<'_> {
        let document = self.places.get(&place).copied();
        Evidence { corpus: self, document, group: self.groups.get(group).copied() }
    }
}

/// What other documents tell of one.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'c> {
    corpus: &'c Corpus,
    document: Option<u32>,
    group: Option<u32>,
}

impl Evidence<'_> {
    fn line(&self, profile: &Profile, line: usize) -> Option<&Known> {
        let (group, key) = (self.group?, line_key(profile, line));
        let lines = &self.corpus.lines;
        let at = lines.binary_search_by_key(&(group, key), |known| (known.group, known.key)).ok()?;
        Some(&lines[at])
    }

    /// The lines that go as templates: those that stand in many documents, less short ones that stand
    /// alone or are a sentence. `goes` tells which lines go for another reason.
    #[must_use]
    pub fn templates(&self, profile: &Profile, goes: impl Fn(usize) -> bool) -> Vec<usize> {
        let lines: Vec<usize> = (0..profile.lines.len()).filter(|&line| !profile.is_blank(line)).collect();
        let is_template: Vec<bool> = lines
            .iter()
            .map(|&line| !goes(line) && self.line(profile, line).is_some_and(|known| known.is_template))
            .collect();
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

    /// The blocks, among the lines for which `stays` holds, that stand in an earlier document.
    #[must_use]
    pub fn copies(
        &self,
        profile: &Profile,
        stays: impl Fn(usize) -> bool,
        settings: &Settings,
    ) -> Vec<Repeat> {
        let mut copies = Vec::new();
        let mut open: Vec<(usize, Known)> = Vec::new();
        for line in (0..profile.lines.len()).filter(|&line| !profile.is_blank(line)) {
            let known = Some(line).filter(|&line| stays(line)).and_then(|line| self.line(profile, line));
            let known = known.filter(|known| Some(known.document) != self.document).copied();
            let goes_on = match (&known, open.last()) {
                (Some(known), Some((_, last))) => known.document == last.document && known.line > last.line,
                _ => false,
            };
            if !goes_on {
                copies.extend(self.block(profile, &std::mem::take(&mut open), settings));
            }
            open.extend(known.map(|known| (line, known)));
        }
        copies.extend(self.block(profile, &open, settings));
        copies
    }

    fn block(&self, profile: &Profile, block: &[(usize, Known)], settings: &Settings) -> Option<Repeat> {
        let (first, last) = (block.first()?.1, block.last()?.1);
        let words = |&(line, _): &(usize, Known)| profile.facts[line].words() as usize;
        let (all, longest) = (block.iter().map(words).sum::<usize>(), block.iter().map(words).max()?);
        let is_long = all >= settings.words_min && longest >= LONG_LINE_WORDS_MIN.min(settings.words_min);
        if !is_long && all < SHORT_LINES_WORDS_MIN.max(settings.words_min) {
            return None;
        }
        let normals = block.iter().map(|&(line, _)| profile.normals.line(line));
        let (line, end) = (first.line as usize, last.line as usize + 1);
        Some(Repeat {
            lines: block.iter().map(|&(line, _)| line).collect(),
            part: None,
            rule: CORPUS,
            first: First {
                document: Some(Arc::clone(&self.corpus.documents[first.document as usize])),
                span: first.start as usize..last.end as usize,
                lines: line..end,
            },
            key: key(normals),
            likeness: Likeness::Normalised,
            words: all,
            changed: 0.0,
        })
    }
}
