//! Repeats: passages that stood before, in the same document or in another one.
//!
//! A document walks through it in a straight line:
//!
//! 1. `tokens`: the words of the lines that stay, in normal form;
//! 2. `matches`: runs of at least [`Settings::words_min`] words that stood before, found with a
//!    rolling hash, verified, extended as far as they go, each with its first copy;
//! 3. `blocks`: matches of one source in order, with a few lines between them that differ, and what
//!    each line of a block is: a whole copy, a copy with changed words (`near`), a part, a gap;
//! 4. here: what of it is cut, and what is only marked.
//!
//! The first copy stays; each later one is one finding that names it. What is cut:
//!
//! - **Whole lines** of a block with a long line ([`LONG_LINE_WORDS_MIN`]) or very many words
//!   ([`SHORT_LINES_WORDS_MIN`]): short lines recur for good reasons (a refrain, a speaker's name).
//! - **Changed lines** of such a block, where the equal lines around it weigh as much; and a line that is
//!   its source plus a short credit. Never where a number differs.
//! - **Whole sentences** of a line that holds more than the copy, unless they are quoted there.
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

pub mod across;
mod blocks;
mod matches;
mod near;
pub mod passages;
mod sentences;
pub mod templates;
mod tokens;
pub mod windows;
pub mod words;

use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use crate::profile::Profile;
use crate::script::is_blank_char;
use across::Copied;
use blocks::{Part, Status};
use templates::Templates;
pub use tokens::TOKEN_VERSION;
use tokens::{Sentence, Tokens};

/// Least words of a match. Two texts that share 24 words in a row share a source: it is the length at
/// which winnowing of 13-word windows is certain to find a repeat.
pub const WORDS_MIN: usize = 24;
/// Least words of the longest line of a block, or of the longest part of a line. Lines of verse and of
/// lists are shorter: with 16, refrains of the corpus's poems were taken for repeats, with 20 none.
pub const LONG_LINE_WORDS_MIN: usize = 20;
/// A block of shorter lines (a text wrapped at a column) needs so many words: more than a chorus.
pub const SHORT_LINES_WORDS_MIN: usize = 150;
/// In a text in which nothing else goes, repeats that are less than this share of its words stay. On 625
/// clean texts of the corpus, chosen repeats were below it (a recipe's steps, the refrain of an
/// argument), ledes that stand twice above.
pub const CLEAN_SHARE_MIN: f64 = 0.1;
/// The same for a page of which other lines go.
pub const PAGE_SHARE_MIN: f64 = 0.01;
/// The lengths that may be asked for: shorter passages recur by accident.
pub const WORDS_MIN_RANGE: std::ops::RangeInclusive<usize> = 8..=10_000;
/// The rule of whole lines that stood before.
pub const DOCUMENT: &str = "repeat/document";
/// The rule of whole lines that stand in an earlier document.
pub const CORPUS: &str = "repeat/corpus";
/// The rule of sentences, and of parts of them, that stood before.
pub const PARTIAL: &str = "repeat/partial";
/// The rule of lines that stood before with a few words changed.
pub const NEAR: &str = "repeat/near";
/// The rule of lines that stand between two parts of a copy and not between those of its source.
pub const GAP: &str = "repeat/gap";

/// How repeats are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Least words of a match.
    pub words_min: usize,
    /// What becomes of sentences of a line that holds more than the copy.
    pub partial: Partial,
    /// Which documents are looked at together.
    pub scope: Scope,
    /// What becomes of blocks that stand in another document.
    pub copies: Copies,
    /// Which of several copies is the first.
    pub order: Order,
    /// Least documents of a template; without it, by the size of the group.
    pub docs_min: Option<u32>,
    /// The key of the hashes. Inside a document it may change how long the search takes, and never what is
    /// found; of other documents the hashes are what is compared ([`windows`]).
    pub key: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            words_min: WORDS_MIN,
            partial: Partial::Document,
            scope: Scope::Document,
            copies: Copies::Mark,
            order: Order::Input,
            docs_min: None,
            key: 0,
        }
    }
}

/// What becomes of a repeat that is a part of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Partial {
    /// Whole sentences that stood before in the same document go, the rest is marked.
    #[default]
    Document,
    /// Whole sentences go, also those of an earlier document if copies are dropped; the rest is marked.
    Cut,
    /// It is marked.
    Mark,
}

/// Which documents are looked at together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Each alone.
    #[default]
    Document,
    /// Those of one site ([`crate::document::Document::site`]).
    Site,
    /// All.
    Corpus,
}

/// What becomes of passages that stand in an earlier document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// That of the first input and record.
    #[default]
    Input,
    /// That of the document with the least id.
    Id,
}

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
    /// How many words.
    pub words: usize,
    /// The share of its words that differ from the source.
    pub changed: f32,
}

/// Where a first copy stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// The document, if it is another one.
    pub document: Option<Arc<str>>,
    /// Bytes of its text.
    pub span: Range<usize>,
    /// Lines of its text, from 0.
    pub lines: Range<usize>,
}

/// What was found, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// What goes: disjoint, and no line or part of a source is among it.
    pub cuts: Vec<Repeat>,
    /// What stays, and is told.
    pub marks: Vec<Repeat>,
}

/// What is known of a document from the others of its group.
#[derive(Clone, Debug)]
pub struct Others<'c> {
    /// Lines that stand in many documents.
    pub templates: &'c Templates,
    /// The number of its group ([`windows::group`]).
    pub group: u64,
    /// What of it stands in earlier documents, if anything.
    pub copied: Option<Copied>,
}

/// Finds the repeats among the lines for which `stays` holds.
#[must_use]
pub fn find(profile: &Profile, stays: impl Fn(usize) -> bool, settings: &Settings) -> Findings {
    let mut findings = Findings::default();
    let tokens = Tokens::of(profile, stays, settings.key);
    if tokens.len() < 2 * settings.words_min {
        return findings;
    }
    let found = matches::find(&tokens.hashes(), |one, other| tokens.same(one, other), settings.words_min);
    for block in blocks::blocks(&tokens, &found.matches) {
        judge(profile, &tokens, &block, settings, &mut findings);
    }
    part_from_each_other(&mut findings.cuts);
    findings
}

/// Two parts of one line may both take the blanks between them: the first has them.
fn part_from_each_other(cuts: &mut [Repeat]) {
    let mut gone = 0;
    for span in cuts.iter_mut().filter_map(|cut| cut.part.as_mut()) {
        span.start = span.start.max(gone);
        gone = span.end;
    }
}

impl Findings {
    /// Turns repeats into marks that in sum are a small share of the text: [`CLEAN_SHARE_MIN`] where nothing
    /// else goes, [`PAGE_SHARE_MIN`] where something does. A clean text repeats a sentence because its
    /// author did. Blocks of [`SHORT_LINES_WORDS_MIN`] words go all the same.
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
}

impl Findings {
    /// Names first copies that stay: where the first copy in this document goes as a copy of another's, that
    /// other one's.
    pub fn follow(&mut self, copies: &[Repeat]) {
        for cut in &mut self.cuts {
            let first = &cut.first.lines;
            let gone = copies.iter().find(|copy| copy.lines.iter().any(|line| first.contains(line)));
            if let Some(copy) = gone {
                cut.first = copy.first.clone();
            }
        }
    }
}

/// Says what of a block is cut, and what is only marked.
fn judge(profile: &Profile, tokens: &Tokens, block: &[Part], settings: &Settings, findings: &mut Findings) {
    let words = |part: &Part| profile.facts[tokens.lines[part.unit]].words() as usize;
    let mut cuts = Vec::new();
    let mut marks = Vec::new();
    let (mut all, mut longest, mut longest_part) = (0, 0, 0);
    let mut open: Option<usize> = None; // where a run of whole lines begins
    for (at, part) in block.iter().enumerate() {
        match &part.status {
            Status::Whole | Status::Near(_) => {
                all += words(part);
                longest = longest.max(words(part));
                // A line between that belongs to another block parts them.
                let parts = open.is_some()
                    && (block[at - 1].unit + 1..part.unit).any(|unit| !tokens.of_unit(unit).is_empty());
                if parts {
                    cuts.extend(open.take().and_then(|start| of_lines(profile, tokens, &block[start..at])));
                }
                open.get_or_insert(at);
                continue;
            }
            _ => cuts.extend(open.take().and_then(|start| of_lines(profile, tokens, &block[start..at]))),
        }
        match &part.status {
            Status::Partly(inside) => {
                let (whole, rest) = of_part(profile, tokens, part.unit, inside, settings.partial);
                for sentence in &whole {
                    all += sentence.words;
                    longest = longest.max(sentence.words);
                }
                longest_part =
                    inside.iter().map(|(span, _)| tokens.words(span.clone())).fold(longest_part, usize::max);
                cuts.extend(whole);
                marks.extend(rest);
            }
            Status::Doubtful(_) => {
                longest_part = longest_part.max(words(part));
                marks.extend(of_lines(profile, tokens, std::slice::from_ref(part)));
            }
            Status::Gap => marks.extend(gap(profile, tokens, block, at)),
            Status::Whole | Status::Near(_) => {}
        }
    }
    cuts.extend(open.and_then(|start| of_lines(profile, tokens, &block[start..])));
    let long_min = LONG_LINE_WORDS_MIN.min(settings.words_min);
    let told_min = long_min.min(passages::LINE_WORDS_MIN);
    if all >= settings.words_min && longest >= long_min
        || all >= SHORT_LINES_WORDS_MIN.max(settings.words_min)
    {
        findings.cuts.extend(cuts);
        findings.marks.extend(marks);
    } else if longest.max(longest_part) >= if tokens.sources.is_empty() { long_min } else { told_min } {
        // Too little to cut, too long for an accident.
        cuts.retain(|cut| cut.part.is_some() || !tokens.sources.is_empty());
        marks.retain(|mark| mark.rule != GAP);
        cuts.extend(marks);
        cuts.sort_by_key(|mark| (mark.lines.first().copied(), mark.part.as_ref().map(|span| span.start)));
        findings.marks.extend(cuts);
    }
}

/// A run of lines that are whole or changed copies.
fn of_lines(profile: &Profile, tokens: &Tokens, parts: &[Part]) -> Option<Repeat> {
    let lines: Vec<usize> = parts.iter().map(|part| tokens.lines[part.unit]).collect();
    let source =
        parts.iter().map(|part| part.source.start).min()?..parts.iter().map(|part| part.source.end).max()?;
    let words = lines.iter().map(|&line| profile.facts[line].words() as usize).sum();
    let changed: usize = parts
        .iter()
        .map(|part| match &part.status {
            Status::Near(changes) | Status::Doubtful(changes) => changes.words(),
            _ => 0,
        })
        .sum();
    let is_exact = |part: &Part| {
        let unit = tokens.unit(part.source.start);
        let copy = profile.line(tokens.lines[part.unit]);
        tokens.of_unit(unit) == part.source
            && tokens.sources.get(unit).map_or_else(
                || profile.line(tokens.lines[unit]) == copy,
                |source| source.written == xxh3_64(copy.as_bytes()),
            )
    };
    let likeness = if changed > 0 {
        Likeness::Near
    } else if parts.iter().all(is_exact) {
        Likeness::Exact
    } else {
        Likeness::Normalised
    };
    Some(Repeat {
        first: first(profile, tokens, source, *lines.first()?)?,
        key: key(lines.iter().map(|&line| profile.normals.line(line))),
        part: None,
        rule: match changed {
            0 if tokens.sources.is_empty() => DOCUMENT,
            0 => CORPUS,
            _ => NEAR,
        },
        likeness,
        words,
        changed: changed as f32 / words.max(1) as f32,
        lines,
    })
}

/// A line between two lines of a copy that its source has not.
fn gap(profile: &Profile, tokens: &Tokens, block: &[Part], at: usize) -> Option<Repeat> {
    let before = block[..at].iter().rev().find(|part| !part.source.is_empty())?;
    let line = tokens.lines[block[at].unit];
    let source = before.source.clone();
    Some(Repeat {
        lines: vec![line],
        part: None,
        rule: GAP,
        first: first(profile, tokens, source, line)?,
        key: key(std::iter::once(profile.normals.line(line))),
        likeness: Likeness::Near,
        words: profile.facts[line].words() as usize,
        changed: 1.0,
    })
}

/// The whole sentences of a line that stood before, and what else of it did.
fn of_part(
    profile: &Profile,
    tokens: &Tokens,
    unit: usize,
    inside: &[(Range<usize>, usize)],
    partial: Partial,
) -> (Vec<Repeat>, Vec<Repeat>) {
    let line = tokens.lines[unit];
    let (text, base) = (profile.line(line), tokens.of_unit(unit).start);
    let (mut cuts, mut marks) = (Vec::new(), Vec::new());
    let cuts_sentences = match partial {
        Partial::Document => tokens.sources.is_empty(),
        Partial::Cut => true,
        Partial::Mark => false,
    };
    let (Some(written), Some(sentences)) = (tokens.written(unit), tokens.sentences(unit)) else {
        return (cuts, marks);
    };
    let bytes = |span: &Range<usize>| written[span.start - base].start..written[span.end - 1 - base].end;
    for (copied, source) in inside {
        let mut mark = |tokens_of: Range<usize>| {
            if !tokens_of.is_empty() {
                let from = source + tokens_of.start - copied.start;
                marks.extend(passage(profile, tokens, line, bytes(&tokens_of), tokens_of, from));
            }
        };
        let whole = whole_sentences(text, &sentences, copied).filter(|_| cuts_sentences);
        let Some((span, copy)) = whole else {
            mark(copied.clone());
            continue;
        };
        let cut = passage(profile, tokens, line, span, copy.clone(), source + copy.start - copied.start);
        if cut.is_none() {
            mark(copied.clone());
            continue;
        }
        cuts.extend(cut);
        mark(copied.start..copy.start);
        mark(copy.end..copied.end);
    }
    (cuts, marks)
}

/// The whole sentences inside a copy, unless they stand inside quotation marks: their span in the line,
/// with the blanks that part them from the next or the last sentence that stays, and their tokens.
fn whole_sentences(
    text: &str,
    sentences: &[Sentence],
    copied: &Range<usize>,
) -> Option<(Range<usize>, Range<usize>)> {
    let from = sentences.partition_point(|sentence| sentence.tokens.start < copied.start);
    let is_inside = |sentence: &&Sentence| !sentence.tokens.is_empty() && sentence.tokens.end <= copied.end;
    let count = sentences[from..].iter().take_while(is_inside).count();
    let inside = &sentences[from..from + count];
    let (first, last) = (inside.first()?, inside.last()?);
    if first.opens_inside || last.ends_inside {
        return None;
    }
    let mut span = first.span.start..last.span.end;
    if last.span.end == text.len() {
        span.start = text[..span.start].trim_end_matches(is_blank_char).len();
    }
    Some((span, first.tokens.start..last.tokens.end))
}

/// A part of a line with its source.
fn passage(
    profile: &Profile,
    tokens: &Tokens,
    line: usize,
    span: Range<usize>,
    copy: Range<usize>,
    source: usize,
) -> Option<Repeat> {
    let start = profile.lines[line].start;
    let span = start + span.start..start + span.end;
    let first = first(profile, tokens, source..source + copy.len(), line)?;
    if first.document.is_none() && first.span.end > span.start {
        return None;
    }
    let written = |span: &Range<usize>| profile.text[span.clone()].trim_matches(is_blank_char);
    let is_exact = first.document.is_none()
        && written(&span).contains(written(&first.span).trim_end_matches(|c: char| !c.is_alphanumeric()));
    Some(Repeat {
        key: key(std::iter::once(crate::normal::normalise(&profile.text[span.clone()]).as_str())),
        lines: vec![line],
        part: Some(span),
        rule: PARTIAL,
        first,
        likeness: if is_exact { Likeness::Exact } else { Likeness::Normalised },
        words: tokens.words(copy),
        changed: 0.0,
    })
}

/// Where a run of tokens stands: whole lines where it begins and ends with a line above `before`, and in
/// another document; else from its first to its last token.
fn first(profile: &Profile, tokens: &Tokens, source: Range<usize>, before: usize) -> Option<First> {
    let (from, to) = (tokens.unit(source.start), tokens.unit(source.end - 1));
    let lines = tokens.lines[from]..tokens.lines[to] + 1;
    if let (Some(head), Some(tail)) = (tokens.sources.get(from), tokens.sources.get(to)) {
        let span = head.span.start..tail.span.end;
        return Some(First { document: Some(Arc::clone(&head.document)), span, lines });
    }
    let (head, tail) = (&profile.lines[lines.start], &profile.lines[lines.end - 1]);
    let begins = tokens.of_unit(from).start == source.start;
    let ends = tokens.of_unit(to).end == source.end && lines.end <= before;
    let start = if begins {
        head.start
    } else {
        head.start + tokens.written(from)?[source.start - tokens.of_unit(from).start].start
    };
    let end = if begins && ends {
        tail.end
    } else {
        tail.start + tokens.written(to)?[source.end - 1 - tokens.of_unit(to).start].end
    };
    Some(First { document: None, span: start..end, lines })
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
mod tests;
