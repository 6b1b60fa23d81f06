//! Repeats: passages that stood before, in the same document or in another one.
//!
//! A document walks through it in a straight line:
//!
//! 1. `tokens`: the words of the lines that stay, in normal form;
//! 2. `matches`: runs of at least [`Settings::words_min`] words that stood before, found with a
//!    rolling hash, verified, extended as far as they go, each with its first copy;
//! 3. `blocks`: matches of one source in order, with a few lines between them that differ, and what
//!    each line of a block is: a whole copy, a copy with changed words (`near`), a part, a gap;
//! 4. `judge`: what of it is cut, and what is only marked.
//!
//! The first copy stays; each later one is one finding that names it. What is cut:
//!
//! - **Whole lines** of a block with a long line (of 20 words) or very many words
//!   (150), or of a body of prose that was pasted twice (`pasted`): short lines recur for good reasons (a
//!   refrain, a speaker's name).
//! - **Changed lines** of such a block, where the equal lines around it weigh as much; and a line that is
//!   its source plus a short credit. Never where a number differs.
//! - **Whole sentences** of a line that holds more than the copy, unless they are quoted there.
//!
//! Nothing is cut of a text that repeats by its nature (`scattered`): it is told instead.
//!
//! What else is left of a match, and changed lines without support, are marks: found, not cut.
//!
//! In other documents passages are found by sorting: the words of each document (`words`) give
//! fingerprints and keys (`windows`), equal keys give passages with their first copies (`passages`), and
//! `across` judges the lines they touch as those of one document are judged. Lines that stand in many
//! documents are `templates`.
//!
//! The detector knows nothing of rules. It is handed the lines that stay, so an advertisement
//! inside one of the copies does not break the block.
//!
//! # Complexity
//!
//! Linear in the text, whatever stands in it. Memory: 40 bytes for each word.

pub(crate) mod across;
mod blocks;
#[cfg(test)]
mod hostile;
mod judge;
mod matches;
mod near;
pub(crate) mod passages;
mod pasted;
mod scattered;
mod sentences;
mod settings;
pub(crate) mod templates;
mod tokenize;
pub(crate) mod tokens;
pub(crate) mod windows;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::profile::Profile;
use crate::segment::is_blank;
use across::Copied;
pub use settings::{Copies, Order, Partial, Scope, Settings, WORDS_MIN, WORDS_MIN_RANGE};
use templates::Templates;
pub(crate) use tokenize::TOKEN_VERSION;
use tokens::Tokens;

/// Least words of the longest line of a block, or of the longest part of a line. Lines of verse and of
/// lists are shorter: with 16, refrains of the corpus's poems were taken for repeats, with 20 none.
pub(crate) const LONG_LINE_WORDS_MIN: usize = 20;
/// A block of shorter lines (a text wrapped at a column) needs so many words: more than a chorus.
pub(crate) const SHORT_LINES_WORDS_MIN: usize = 150;
/// One of so many words is told: few choruses are as long.
pub(crate) const SHORT_LINES_TOLD_MIN: usize = 75;
/// In a text in which nothing else goes, repeats that are less than this share of its words stay. On 625
/// clean texts of the corpus, chosen repeats were below it (a recipe's steps, the refrain of an
/// argument), ledes that stand twice above.
pub(crate) const CLEAN_SHARE_MIN: f64 = 0.1;
/// The same for a page of which other lines go.
pub(crate) const PAGE_SHARE_MIN: f64 = 0.01;
/// The rule of whole lines that stood before.
pub(crate) const DOCUMENT: &str = "repeat/document";
/// The rule of whole lines that stand in an earlier document.
pub(crate) const CORPUS: &str = "repeat/corpus";
/// The rule of sentences, and of parts of them, that stood before.
pub(crate) const PARTIAL: &str = "repeat/partial";
/// The rule of lines that stood before with a few words changed.
pub(crate) const NEAR: &str = "repeat/near";
/// The rule of lines that stand between two parts of a copy and not between those of its source.
pub(crate) const GAP: &str = "repeat/gap";

/// In how far a copy is its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// Byte for byte, line ends aside.
    Exact,
    /// In normal form, punctuation and line ends aside.
    Normalised,
    /// But for a few words.
    Near,
}

/// A passage that stood before. Line numbers count from 0, spans are bytes of the text.
#[derive(Clone, Debug, PartialEq)]
#[doc(hidden)]
pub struct Repeat {
    /// The lines of the copy, in order, without blank and left-out ones; of a part, its line.
    pub lines: Vec<usize>,
    /// Where it stands, if it is a part of a line.
    pub part: Option<Range<usize>>,
    /// Why it is one.
    pub rule: &'static str,
    /// The first copy.
    pub first: First,
    /// xxh3 (128 bits) of the normal forms of the lines, or of the part, each followed by a line feed.
    pub key: u128,
    /// In how far it is its source.
    pub likeness: Likeness,
    /// Its number among the copies in the document, and how many there are, the first one counted; unknown of
    /// copies of other documents.
    pub occurrence: Option<(u32, u32)>,
    /// How many words.
    pub words: usize,
    /// The share of its words that differ from the source.
    pub changed: f32,
}

/// Where a first copy stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub struct First {
    /// The document, if it is another one.
    pub document: Option<Arc<str>>,
    /// Is that one of an index?
    pub indexed: bool,
    /// Bytes of its text.
    pub span: Range<usize>,
    /// Lines of its text, from 0.
    pub lines: Range<usize>,
}

/// What was found, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
#[doc(hidden)]
pub struct Findings {
    /// What goes: disjoint, and no line or part of a source is among it.
    pub cuts: Vec<Repeat>,
    /// What stays, and is told.
    pub marks: Vec<Repeat>,
}

/// What is known of a document from the others of its group.
#[derive(Clone, Debug)]
pub(crate) struct Others<'c> {
    /// Lines that stand in many documents.
    pub templates: &'c Templates,
    /// The number of its group ([`windows::group`]).
    pub group: u64,
    /// What of it stands in earlier documents, if anything.
    pub copied: Option<Copied>,
}

/// Finds the repeats among the lines for which `stays` holds.
#[must_use]
#[doc(hidden)]
pub fn find(profile: &Profile, stays: impl Fn(usize) -> bool, settings: &Settings) -> Findings {
    find_among(profile, &Tokens::of(profile, stays, settings.key), settings)
}

/// Finds the repeats among the words of lines.
pub(crate) fn find_among(profile: &Profile, tokens: &Tokens, settings: &Settings) -> Findings {
    let mut findings = Findings::default();
    if tokens.len() < 2 * settings.words_min {
        return findings;
    }
    let hashes: Vec<u64> = tokens.hashes(0..tokens.len()).collect();
    let found = matches::find(&hashes, |one, other| tokens.same(one, other), settings.words_min);
    let blocks = blocks::blocks(tokens, &found.matches);
    let pasted = pasted::bodies(profile, tokens, &blocks);
    for (at, block) in blocks.iter().enumerate() {
        let context = judge::Context { matches: &found.matches, is_pasted: pasted.contains(&at), settings };
        judge::judge(profile, tokens, block, context, &mut findings);
    }
    part_from_each_other(profile, &mut findings);
    if scattered::is_scattered(&findings.cuts) {
        findings.marks.append(&mut findings.cuts);
    }
    count(&mut findings);
    findings
}

/// Numbers the copies with one key. The first of them all is none of the findings.
fn count(findings: &mut Findings) {
    let mut all: Vec<&mut Repeat> = findings.cuts.iter_mut().chain(&mut findings.marks).collect();
    all.retain(|repeat| repeat.rule != GAP && repeat.likeness != Likeness::Near);
    all.sort_by_key(|repeat| {
        (repeat.key, repeat.lines.first().copied(), repeat.part.as_ref().map(|part| part.start))
    });
    for copies in all.chunk_by_mut(|one, other| one.key == other.key) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let most = number(copies.len() + 1);
        for (at, copy) in copies.iter_mut().enumerate() {
            copy.occurrence = Some((number(at + 2), most));
        }
    }
}

/// Makes the cuts disjoint. Two parts of one line may both take the blanks between them: the first has them. A
/// part that has more in common with another one, or whose line goes, becomes a mark.
fn part_from_each_other(profile: &Profile, findings: &mut Findings) {
    let cuts = &mut findings.cuts;
    let start = |cut: &Repeat| cut.part.as_ref().map(|span| span.start);
    let mut parts: Vec<usize> = (0..cuts.len()).filter(|&at| cuts[at].part.is_some()).collect();
    if parts.is_empty() {
        return;
    }
    parts.sort_by_key(|&at| start(&cuts[at]));
    let mut goes = vec![false; profile.lines.len()];
    for &line in cuts.iter().filter(|cut| cut.part.is_none()).flat_map(|cut| &cut.lines) {
        goes[line] = true;
    }
    let mut is_taken = vec![false; cuts.len()];
    let mut end = 0;
    for at in parts {
        let is_whole = cuts[at].lines.iter().any(|&line| goes[line]);
        let Some(span) = &mut cuts[at].part else { continue };
        let rest = span.start.max(end)..span.end;
        if is_whole || rest.is_empty() || !is_blank(&profile.text[span.start..rest.start]) {
            is_taken[at] = true;
        } else {
            end = span.end;
            *span = rest;
        }
    }
    for (cut, is_taken) in std::mem::take(cuts).into_iter().zip(is_taken) {
        if is_taken { findings.marks.push(cut) } else { findings.cuts.push(cut) }
    }
}

impl Findings {
    /// Turns repeats into marks that a text of which nothing else goes says again and again (`scattered`). On a page of
    /// which other lines go, a note that stands three times is an advertisement as often as not: of 35 such
    /// passages of the corpus the gold texts keep every copy of 7, one of 7 and none of 20.
    pub fn spare_responses(&mut self, profile: &Profile) {
        let are = scattered::responses(profile, &self.cuts);
        for (cut, is_response) in std::mem::take(&mut self.cuts).into_iter().zip(are) {
            if is_response { self.marks.push(cut) } else { self.cuts.push(cut) }
        }
    }

    /// Turns repeats into marks that in sum are a small share of the text: `CLEAN_SHARE_MIN` where nothing
    /// else goes, `PAGE_SHARE_MIN` where something does. A clean text repeats a sentence because its
    /// author did. Blocks of `SHORT_LINES_WORDS_MIN` words go all the same.
    pub fn spare_small(&mut self, profile: &Profile, is_clean: bool) {
        let words: usize = profile.facts.iter().map(|facts| facts.words() as usize).sum();
        let copied: usize = self.cuts.iter().map(|cut| cut.words).sum();
        if copied as f64 >= if is_clean { CLEAN_SHARE_MIN } else { PAGE_SHARE_MIN } * words as f64 {
            return;
        }
        let (large, small) =
            std::mem::take(&mut self.cuts).into_iter().partition(|cut| cut.words >= SHORT_LINES_WORDS_MIN);
        self.cuts = large;
        self.marks.extend::<Vec<Repeat>>(small);
    }

    /// Names first copies that stay: where the first copy in this document goes as a copy of another's, that
    /// other one's.
    pub fn follow(&mut self, copies: &[Repeat]) {
        let mut of_line: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, copy) in copies.iter().enumerate() {
            for &line in &copy.lines {
                of_line.entry(line).or_insert(at);
            }
        }
        for cut in &mut self.cuts {
            let gone = of_line.range(cut.first.lines.clone()).map(|(_, &at)| at).min();
            if let Some(at) = gone {
                cut.first = copies[at].first.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests;
