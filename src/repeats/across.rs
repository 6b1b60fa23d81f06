//! Copies of other documents: what becomes of each line that passages touch.
//!
//! The words of the sources stand before those of the text, as lines of their own, so that blocks, near
//! copies and sentences are judged as they are inside one document. A line is a copy if all of it stands in
//! one place of one document, as words in a row: reports of one pattern with other numbers or names can be
//! pieced together from a thousand earlier ones, and none of them says what the new one says. What is pieced
//! together, and lines with changed words, is told and never cut as a line.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::blocks::{self, Part, Status};
use super::judge::{Context, judge};
use super::passages::{Basis, Passage};
use super::tokens::{SourceLine, Tokens};
use super::words::Words;
use super::{Findings, Settings, part_from_each_other};
use crate::profile::Profile;

/// Around a passage so many words of its source are looked at: a paragraph with changed words.
const MARGIN_WORDS: usize = 400;
/// Fewer where there are so many passages that more than this, and more than four times the document, would be
/// looked at: a document that is put together from a hundred thousand others.
const MARGINS_WORDS_MAX: usize = 1 << 20;
/// A line that differs from its source in more than this share of its words is another line. It is more
/// than inside one document, because such lines are only told: of twelve words three may be others.
const CHANGED_PERCENT_MAX: usize = 25;
/// In so many places at most a line is looked for as a whole: those of its longest pieces.
const PLACES_MAX: usize = 8;
/// So many lines may stand between two lines of a block that stood before.
const GAP_LINES_MAX: usize = 12;

/// What other documents have of one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Copied {
    /// The lines that were compared, in order.
    pub lines: Vec<u32>,
    /// How many words they have.
    pub words: usize,
    /// Passages, disjoint and in order.
    pub pieces: Vec<Passage>,
    /// The group of each of them ([`super::passages::with`]).
    pub groups: Vec<usize>,
    /// The source of each of them, among `sources`.
    pub from: Vec<usize>,
    /// What stands around the first copies.
    pub sources: Vec<Source>,
}

/// A part of a document that comes first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// The id of the document.
    pub id: Arc<str>,
    /// Is it one of an index?
    pub indexed: bool,
    /// The first of its words that is here.
    pub word: u32,
    /// Its words from there on, and the lines in which they stand; the first may begin before them.
    pub words: Words,
}

/// The words of other documents that are to be looked at, each once, and for each passage of a document of
/// `words` words which of these ranges holds its first copy. Ranges may reach over the end of a document.
#[must_use]
pub(crate) fn ranges(pieces: &[Passage], words: u32) -> (Vec<(u32, Range<u32>)>, Vec<usize>) {
    let most = MARGINS_WORDS_MAX.max(4 * words as usize);
    let margin = MARGIN_WORDS.min(most / (2 * pieces.len().max(1)));
    let margin = u32::try_from(margin).unwrap_or(u32::MAX);
    let around = |piece: &Passage| {
        let source = piece.source();
        (piece.first, source.start.saturating_sub(margin)..source.end.saturating_add(margin))
    };
    let mut all: Vec<(u32, Range<u32>)> = pieces.iter().map(around).collect();
    all.sort_unstable_by_key(|(first, range)| (*first, range.start));
    all.dedup_by(|next, last| {
        let goes_on = next.0 == last.0 && next.1.start <= last.1.end;
        if goes_on {
            last.1.end = last.1.end.max(next.1.end);
        }
        goes_on
    });
    let holds = |piece: &Passage| {
        let behind =
            all.partition_point(|(first, range)| (*first, range.start) <= (piece.first, piece.first_at));
        behind - 1
    };
    let from = pieces.iter().map(holds).collect();
    (all, from)
}

/// A line that passages touch.
struct Touched {
    unit: usize,
    inside: Vec<Inside>,
    /// The group in whose document all of it stands; else the one that has most of it.
    group: usize,
    /// The tokens among which all of it stands, if there are any.
    whole: Option<Range<usize>>,
}

/// A part of a line.
struct Inside {
    tokens: Range<usize>,
    /// The first token of its source.
    source: usize,
    /// The number of that source.
    from: usize,
    group: usize,
    basis: Basis,
}

impl Inside {
    fn first(&self) -> Range<usize> {
        self.source..self.source + self.tokens.len()
    }

    /// Is it known by the keys of windows?
    fn is_certain(&self) -> bool {
        self.basis == Basis::Windows
    }
}

/// Finds what of a text stands in earlier documents, in lines for which `is_free` holds.
pub(crate) fn find(
    profile: &Profile,
    copied: &Copied,
    is_free: impl Fn(usize) -> bool,
    settings: &Settings,
) -> Findings {
    let mut findings = Findings::default();
    let (sources, bases) = sources(copied);
    let is_compared = |line: usize| copied.lines.binary_search_by_key(&line, |&line| line as usize).is_ok();
    let tokens = Tokens::behind(sources, profile, is_compared, settings.key);
    let base = bases.last().copied().unwrap_or(0);
    if tokens.len() - base != copied.words {
        return findings; // the document is not what it was
    }
    let touched = touched(&tokens, copied, &bases, base);
    let mut is_taken = vec![false; tokens.lines.len()];
    let mut of_group: Vec<Vec<&Touched>> = Vec::new();
    for line in &touched {
        is_taken[line.unit] = true;
        of_group.resize_with(of_group.len().max(line.group + 1), Vec::new);
        of_group[line.group].push(line);
    }
    for own in of_group {
        let mut parts = block(&tokens, &own, &is_taken);
        for part in &parts {
            is_taken[part.unit] = true;
        }
        parts.retain(|part| is_free(tokens.lines[part.unit]));
        let context = Context { matches: &[], is_pasted: false, settings };
        judge(profile, &tokens, &parts, context, &mut findings);
    }
    let place =
        |repeat: &super::Repeat| (repeat.lines.first().copied(), repeat.part.as_ref().map(|span| span.start));
    findings.cuts.sort_by_key(place);
    findings.marks.sort_by_key(place);
    part_from_each_other(profile, &mut findings);
    findings
}

/// The lines of all sources with their words, and the first token of each source; at last that of the
/// text.
fn sources(copied: &Copied) -> (Vec<(SourceLine, &[u64])>, Vec<usize>) {
    let (mut lines, mut bases, mut base) = (Vec::new(), Vec::new(), 0);
    for source in &copied.sources {
        bases.push(base);
        base += source.words.hashes.len();
        let words = &source.words;
        let behind = source.word as usize + words.hashes.len();
        for (at, line) in words.lines.iter().enumerate() {
            let end = words.lines.get(at + 1).map_or(behind, |next| next.word as usize);
            let from = (line.word.max(source.word) - source.word) as usize;
            let to = end.saturating_sub(source.word as usize).clamp(from, words.hashes.len());
            let known = SourceLine {
                document: Arc::clone(&source.id),
                indexed: source.indexed,
                line: line.line as usize,
                span: line.span.0 as usize..line.span.1 as usize,
                written: line.written,
            };
            lines.push((known, &words.hashes[from..to]));
        }
    }
    bases.push(base);
    (lines, bases)
}

/// The lines that passages touch, in order.
fn touched(tokens: &Tokens, copied: &Copied, bases: &[usize], base: usize) -> Vec<Touched> {
    let mut touched: Vec<Touched> = Vec::new();
    for ((piece, &group), &from) in copied.pieces.iter().zip(&copied.groups).zip(&copied.from) {
        let (start, end) = (base + piece.at as usize, base + piece.copy().end as usize);
        let source = bases[from] + (piece.first_at - copied.sources[from].word) as usize;
        for unit in tokens.unit(start)..=tokens.unit(end - 1) {
            let line = tokens.of_unit(unit);
            let copy = line.start.max(start)..line.end.min(end);
            if copy.is_empty() {
                continue;
            }
            let source = source + copy.start - start;
            let inside = Inside { tokens: copy, source, from, group, basis: piece.basis };
            match touched.last_mut() {
                Some(last) if last.unit == unit => last.inside.push(inside),
                _ => touched.push(Touched { unit, inside: vec![inside], group, whole: None }),
            }
        }
    }
    for line in &mut touched {
        if let Some((source, group)) = whole(tokens, line, bases) {
            (line.whole, line.group) = (Some(source), group);
            continue;
        }
        // The words of each group and where it comes first; of equal ones the first counts.
        let mut groups: BTreeMap<usize, (usize, Reverse<usize>)> = BTreeMap::new();
        for (at, inside) in line.inside.iter().enumerate() {
            groups.entry(inside.group).or_insert((0, Reverse(at))).0 += inside.tokens.len();
        }
        let most = groups.into_iter().max_by_key(|&(_, words)| words);
        line.group = most.map_or(line.group, |(group, _)| group);
    }
    touched
}

/// Where all of a line stands, and the group of that place: in one piece, which may say again what it said;
/// or around one of its longest pieces, where the rest is known from elsewhere because its document has it from
/// there. In the second case a word of the piece has its first copy there, so that the line is no copy there.
fn whole(tokens: &Tokens, line: &Touched, bases: &[usize]) -> Option<(Range<usize>, usize)> {
    let copy = tokens.of_unit(line.unit);
    let certain = || line.inside.iter().filter(|inside| inside.is_certain());
    let first = certain().next()?;
    let mut all = Some((copy.start, first.first()));
    for inside in certain() {
        all = all.filter(|(end, source)| {
            inside.tokens.start == *end
                && inside.from == first.from
                && (source.start..=source.end).contains(&inside.source)
        });
        let Some((end, source)) = &mut all else { break };
        (*end, source.end) = (inside.tokens.end, source.end.max(inside.first().end));
    }
    if let Some((_, source)) = all.filter(|(end, _)| *end == copy.end) {
        return Some((source, first.group));
    }
    let mut pieces: Vec<&Inside> = certain().collect();
    pieces.sort_by_key(|inside| Reverse(inside.tokens.len()));
    let mut places: Vec<usize> = Vec::new();
    for inside in pieces {
        let Some(start) = inside.source.checked_sub(inside.tokens.start - copy.start) else { continue };
        if places.contains(&start) {
            continue;
        }
        if places.len() == PLACES_MAX {
            break;
        }
        places.push(start);
        let is_there = bases[inside.from] <= start && start + copy.len() <= bases[inside.from + 1];
        if is_there && (0..copy.len()).all(|at| tokens.same(start + at, copy.start + at)) {
            return Some((start..start + copy.len(), inside.group));
        }
    }
    None
}

/// What each line of a group is, and each line between them that is in no other group.
fn block(tokens: &Tokens, own: &[&Touched], is_taken: &[bool]) -> Vec<Part> {
    let is_open = |unit: usize| {
        unit < tokens.lines.len()
            && !tokens.is_foreign(unit)
            && !tokens.of_unit(unit).is_empty()
            && !is_taken[unit]
    };
    let mut parts: Vec<Part> = Vec::new();
    for line in own {
        let Some(part) = part(tokens, line) else { continue };
        if let Some(last) = parts.last() {
            let gap = last.source.end..part.source.start;
            let between = last.unit + 1..part.unit;
            if gap.start <= gap.end && between.len() <= GAP_LINES_MAX {
                let mut source_unit = tokens.unit(last.source.end - 1) + 1;
                for unit in between.filter(|&unit| is_open(unit)) {
                    let part = blocks::unmatched(tokens, unit, &gap, source_unit, CHANGED_PERCENT_MAX);
                    if !part.source.is_empty() {
                        source_unit = tokens.unit(part.source.end - 1) + 1;
                    }
                    parts.push(part);
                }
            }
        }
        parts.push(part);
    }
    // Lines with changed words at either end of the block.
    let same = |one: usize, other: usize| {
        tokens.is_foreign(other)
            && Arc::ptr_eq(&tokens.sources[one].document, &tokens.sources[other].document)
    };
    while let Some(last) = parts.last() {
        let (unit, end) = (last.unit + 1, tokens.unit(last.source.end - 1));
        let Some(part) = next_to(tokens, unit, end + 1).filter(|_| is_open(unit) && same(end, end + 1))
        else {
            break;
        };
        parts.push(part);
    }
    let mut before = Vec::new();
    while let Some(first) = before.last().or(parts.first()) {
        let (unit, start) = (first.unit.wrapping_sub(1), tokens.unit(first.source.start));
        let source = start.wrapping_sub(1);
        if start == 0 || !is_open(unit) || !same(start, source) {
            break;
        }
        let Some(part) = next_to(tokens, unit, source) else { break };
        before.push(part);
    }
    before.reverse();
    before.append(&mut parts);
    before
}

/// The line beside a block, if it is a changed copy of the line beside the block's source.
fn next_to(tokens: &Tokens, unit: usize, source: usize) -> Option<Part> {
    if unit >= tokens.lines.len() || tokens.is_foreign(unit) || !tokens.is_foreign(source) {
        return None;
    }
    let source = tokens.of_unit(source);
    let changes =
        (!source.is_empty()).then(|| blocks::compare(tokens, unit, &source, CHANGED_PERCENT_MAX))??;
    Some(Part { unit, status: Status::Doubtful(changes), source })
}

/// A line that passages touch: a copy, a changed copy, or one in part; `None` if it only shares a phrase.
fn part(tokens: &Tokens, line: &Touched) -> Option<Part> {
    let Touched { unit, inside, group, whole } = line;
    if let Some(source) = whole.clone() {
        return Some(Part { unit: *unit, status: Status::Whole, source });
    }
    let own = || inside.iter().filter(|inside| inside.group == *group);
    let source = own().map(|inside| inside.source).min()?..own().map(|inside| inside.first().end).max()?;
    let largest = own().max_by_key(|inside| inside.tokens.len()).map_or(source.start, |inside| inside.source);
    let whole = tokens.of_unit(tokens.unit(largest));
    if let Some(changes) = blocks::compare(tokens, *unit, &whole, CHANGED_PERCENT_MAX) {
        return Some(Part { unit: *unit, status: Status::Doubtful(changes), source: whole });
    }
    let certain = inside.iter().filter(|inside| inside.is_certain());
    let parts: Vec<_> = certain.map(|inside| (inside.tokens.clone(), inside.source)).collect();
    let is_told = !parts.is_empty();
    is_told.then_some(Part { unit: *unit, status: Status::Partly(parts), source })
}
