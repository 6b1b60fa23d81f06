//! Blocks: matches of one source in order, and what becomes of each line they touch.

use std::ops::Range;

use super::matches::Match;
use super::near::{self, Changes};
use super::tokens::{Sentence, Tokens};

/// Between two matches of one source at most so many tokens may stand that are not matched, on either
/// side: an advertisement inside the second copy, a paragraph in which words were changed.
const GAP_TOKENS_MAX: usize = 120;
/// And at most so many lines.
const GAP_LINES_MAX: usize = 6;
/// A line that differs from its source in more than this share of its words is another line.
const CHANGED_PERCENT_MAX: usize = 15;
/// A changed line is a repeat if the repeated lines around it, in the same block, have so many words,
/// and as many as the changed lines have.
const SUPPORT_WORDS_MIN: usize = 40;
/// A credit that was added to a line, or taken away, has at most so many words.
const CREDIT_WORDS_MAX: usize = 8;

/// What a line of a block is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Status {
    /// All of it stood before, in one piece.
    Whole,
    /// It differs from a line of the source in a few words, and the block around it, or its shape, says
    /// that it is a copy nevertheless.
    Near(Changes),
    /// The same, and nothing says so.
    Doubtful(Changes),
    /// Parts of it stood before: token spans of the copy, and the first token of the source of each.
    Partly(Vec<(Range<usize>, usize)>),
    /// Nothing of it stood before.
    Gap,
}

/// A unit of a block and what it is.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The line, among the units of the tokens.
    pub(crate) unit: usize,
    pub(crate) status: Status,
    /// The tokens of its source.
    pub(crate) source: Range<usize>,
}

/// Groups matches into blocks and says of each line what it is.
pub(crate) fn blocks(tokens: &Tokens, matches: &[Match]) -> Vec<Vec<Part>> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for end in 1..=matches.len() {
        if end < matches.len() && goes_on(tokens, matches, end) {
            continue;
        }
        blocks.push(block(tokens, matches, start..end));
        start = end;
    }
    blocks
}

/// Does match `next` belong to the block of the one before it?
fn goes_on(tokens: &Tokens, matches: &[Match], next: usize) -> bool {
    let (last, next) = (&matches[next - 1], &matches[next]);
    let (copy_gap, source_gap) = (last.copy().end..next.at, last.first().end..next.source);
    let is_short = |gap: &Range<usize>| {
        gap.start <= gap.end
            && gap.len() <= GAP_TOKENS_MAX
            && tokens.unit(gap.end) - tokens.unit(gap.start.saturating_sub(1)) <= GAP_LINES_MAX + 1
    };
    is_short(&copy_gap) && is_short(&source_gap) && !is_copied(matches, &source_gap)
}

/// Is any of these tokens part of a copy?
fn is_copied(matches: &[Match], tokens: &Range<usize>) -> bool {
    let at = matches.partition_point(|one| one.copy().end <= tokens.start);
    matches.get(at).is_some_and(|one| one.at < tokens.end)
}

fn block(tokens: &Tokens, matches: &[Match], range: Range<usize>) -> Vec<Part> {
    let pieces = &matches[range];
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return Vec::new() };
    let units = tokens.unit(first.at)..tokens.unit(last.copy().end - 1) + 1;
    let mut parts = Vec::with_capacity(units.len());
    let mut piece = 0;
    let mut source_unit = 0; // the first unit of the source that no line has been compared with
    for unit in units {
        let span = tokens.of_unit(unit);
        while piece < pieces.len() && pieces[piece].copy().end <= span.start {
            piece += 1;
        }
        if span.is_empty() {
            continue; // a line of marks alone goes with what is around it
        }
        let mut inside: Vec<(Range<usize>, usize)> = Vec::new();
        for one in pieces[piece..].iter().take_while(|one| one.at < span.end) {
            let start = one.at.max(span.start);
            inside.push((start..one.copy().end.min(span.end), one.source + start - one.at));
        }
        let part = match &inside[..] {
            [(copy, source)] if *copy == span => {
                Part { unit, status: Status::Whole, source: *source..source + copy.len() }
            }
            [] => {
                let before = pieces[piece.saturating_sub(1)].first().end;
                let gap = before..pieces.get(piece).map_or(before, |next| next.source);
                unmatched(tokens, unit, &gap, source_unit, CHANGED_PERCENT_MAX)
            }
            _ => partly(tokens, matches, unit, inside),
        };
        source_unit =
            source_unit.max(if part.source.is_empty() { 0 } else { tokens.unit(part.source.end - 1) + 1 });
        parts.push(part);
    }
    accept(tokens, &mut parts);
    parts
}

/// A line without a match, between two matches: is it a changed copy of a line in the source's gap?
pub(crate) fn unmatched(
    tokens: &Tokens,
    unit: usize,
    gap: &Range<usize>,
    source_unit: usize,
    percent_max: usize,
) -> Part {
    if !gap.is_empty() {
        let last = tokens.unit(gap.end - 1);
        for other in tokens.unit(gap.start).max(source_unit)..=last {
            let source = tokens.of_unit(other);
            if source.is_empty() || source.start < gap.start || source.end > gap.end {
                continue;
            }
            if let Some(changes) = compare(tokens, unit, &source, percent_max) {
                return Part { unit, status: Status::Doubtful(changes), source };
            }
        }
    }
    Part { unit, status: Status::Gap, source: 0..0 }
}

/// A line of which parts are matched: is it a changed copy of a line?
fn partly(tokens: &Tokens, matches: &[Match], unit: usize, inside: Vec<(Range<usize>, usize)>) -> Part {
    let copy = tokens.of_unit(unit);
    let largest = inside.iter().max_by_key(|(span, _)| span.len()).map_or(0, |(_, source)| *source);
    let other = tokens.unit(largest);
    let line = tokens.of_unit(other);
    if other < unit
        && !is_copied(matches, &line)
        && let Some(changes) = compare(tokens, unit, &line, CHANGED_PERCENT_MAX)
    {
        let status = if is_credit(tokens, &changes, &copy, &line) {
            Status::Near(changes)
        } else {
            Status::Doubtful(changes)
        };
        return Part { unit, status, source: line };
    }
    let source = inside.first().map_or(0, |(_, source)| *source)
        ..inside.last().map_or(0, |(span, source)| source + span.len());
    Part { unit, status: Status::Partly(inside), source }
}

/// The changes between a line and its source, if they are at most `percent_max` of its words, no number is
/// among them, and no sentence is new.
pub(crate) fn compare(
    tokens: &Tokens,
    unit: usize,
    source: &Range<usize>,
    percent_max: usize,
) -> Option<Changes> {
    let copy = tokens.of_unit(unit);
    let words = copy.len().max(source.len());
    let most = words * percent_max / 100;
    let credit = if words > 2 * CREDIT_WORDS_MAX { CREDIT_WORDS_MAX } else { 0 };
    let most_tokens = (2 * most).max(credit).min(GAP_TOKENS_MAX);
    let changes = near::changes(tokens, copy.clone(), source.clone(), most_tokens)?;
    if changes.touch_numbers(tokens) {
        return None;
    }
    let is_near = changes.words() <= most && !adds_sentence(tokens, unit, &changes);
    (is_near || is_credit(tokens, &changes, &copy, source)).then_some(changes)
}

/// Is more than half of some sentence of the copy new?
fn adds_sentence(tokens: &Tokens, unit: usize, changes: &Changes) -> bool {
    if changes.copy.is_empty() {
        return false;
    }
    // Changes are listed from the end.
    let before = |token: usize| changes.copy.len() - changes.copy.partition_point(|&change| change >= token);
    let is_new = |sentence: &Sentence| {
        2 * (before(sentence.tokens.end) - before(sentence.tokens.start)) > sentence.tokens.len()
    };
    tokens.sentences(unit).is_none_or(|sentences| sentences.iter().any(is_new))
}

/// Is all that was changed a short credit at the end of the copy, or of the source?
fn is_credit(tokens: &Tokens, changes: &Changes, copy: &Range<usize>, source: &Range<usize>) -> bool {
    let (longer, end) = match (&changes.copy[..], &changes.source[..]) {
        ([], longer @ [_, ..]) => (longer, source.end),
        (longer @ [_, ..], []) => (longer, copy.end),
        _ => return false,
    };
    // Changes are listed from the end.
    let is_tail = longer.iter().enumerate().all(|(back, &token)| token + 1 + back == end);
    is_tail
        && longer.len() <= CREDIT_WORDS_MAX
        && longer.last().is_some_and(|&first| tokens.begins_credit(first))
}

/// Takes doubtful lines for copies where the block around them is large enough.
fn accept(tokens: &Tokens, parts: &mut [Part]) {
    let words = |part: &Part| tokens.words(tokens.of_unit(part.unit));
    let of = |parts: &[Part], wanted: fn(&Status) -> bool| -> usize {
        parts.iter().filter(|part| wanted(&part.status)).map(words).sum()
    };
    let support = of(parts, |status| matches!(status, Status::Whole));
    let doubtful = of(parts, |status| matches!(status, Status::Doubtful(_)));
    if support >= SUPPORT_WORDS_MIN.max(doubtful) {
        for part in parts {
            if let Status::Doubtful(changes) = &mut part.status {
                part.status = Status::Near(std::mem::take(changes));
            }
        }
    }
}
