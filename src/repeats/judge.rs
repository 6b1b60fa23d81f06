//! What of a block is cut, and what is only marked: the rules stand in the page of the module above.

use std::ops::Range;
use std::sync::Arc;

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::blocks::{Part, Status};
use super::matches::Match;
use super::tokens::{Sentence, Tokens};
use super::{
    CORPUS, DOCUMENT, Findings, First, GAP, LONG_LINE_WORDS_MIN, Likeness, NEAR, PARTIAL, Partial, Repeat,
    SHORT_LINES_TOLD_MIN, SHORT_LINES_WORDS_MIN, Settings, passages,
};
use crate::normal::normalise;
use crate::profile::Profile;
use crate::script::is_blank_char;

/// What is known beside a block.
#[derive(Clone, Copy)]
pub(super) struct Context<'c> {
    /// All matches of the document.
    pub(super) matches: &'c [Match],
    /// Is it a body that was pasted twice?
    pub(super) is_pasted: bool,
    pub(super) settings: &'c Settings,
}

/// Says what of a block is cut, and what is only marked.
pub(super) fn judge(
    profile: &Profile,
    tokens: &Tokens,
    block: &[Part],
    context: Context,
    findings: &mut Findings,
) {
    let Context { matches, is_pasted, settings } = context;
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
                // A line between that belongs to another block parts them, and so does one between their sources:
                // the first copy that is named reads as the copy does.
                let parts = open.is_some()
                    && (block[at - 1].source.end != part.source.start
                        || (block[at - 1].unit + 1..part.unit).any(|unit| !tokens.of_unit(unit).is_empty()));
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
                let line = tokens.of_unit(part.unit);
                for (span, _) in inside {
                    longest_part = longest_part.max(tokens.words(touching(matches, span.clone(), &line)));
                }
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
    let (is_foreign, is_long) =
        (!tokens.sources.is_empty(), all >= SHORT_LINES_TOLD_MIN.max(settings.words_min));
    if all >= settings.words_min && longest >= long_min
        || all >= SHORT_LINES_WORDS_MIN.max(settings.words_min)
        || is_pasted
    {
        findings.cuts.extend(cuts);
        findings.marks.extend(marks);
    } else if is_long || longest.max(longest_part) >= if is_foreign { told_min } else { long_min } {
        // Too little to cut, too long for an accident.
        cuts.retain(|cut| cut.part.is_some() || is_long || is_foreign);
        marks.retain(|mark| mark.rule != GAP);
        cuts.extend(marks);
        cuts.sort_by_key(|mark| (mark.lines.first().copied(), mark.part.as_ref().map(|span| span.start)));
        findings.marks.extend(cuts);
    }
}

/// The tokens around `span` in its line all of which stood before, in one place or in several that touch. It looks
/// no further than a long line reaches: a line may hold a hundred thousand matches, each a block of its own.
fn touching(matches: &[Match], span: Range<usize>, line: &Range<usize>) -> Range<usize> {
    let enough = 2 * LONG_LINE_WORDS_MIN; // tokens of half a word
    let (mut start, mut end) = (span.start, span.end);
    let at = matches.partition_point(|one| one.copy().end <= span.start);
    for one in &matches[at..] {
        if one.at > end || end >= line.end || end - start >= enough {
            break;
        }
        end = end.max(one.copy().end);
    }
    for one in matches[..at].iter().rev() {
        if one.copy().end < start || start <= line.start || end - start >= enough {
            break;
        }
        start = one.at;
    }
    let start = start.max(line.start);
    start..end.min(line.end).min(start + enough)
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
    // A line that says a few words over and over may stand in fewer of them (`across`).
    let is_as_long = |part: &Part| part.source.len() == tokens.of_unit(part.unit).len();
    let likeness = if changed > 0 || !parts.iter().all(is_as_long) {
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
        occurrence: None,
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
        occurrence: None,
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
        key: key(std::iter::once(normalise(&profile.text[span.clone()]).as_str())),
        lines: vec![line],
        part: Some(span),
        rule: PARTIAL,
        first,
        likeness: if is_exact { Likeness::Exact } else { Likeness::Normalised },
        occurrence: None,
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
        return Some(First {
            document: Some(Arc::clone(&head.document)),
            indexed: head.indexed,
            span,
            lines,
        });
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
    Some(First { document: None, indexed: false, span: start..end, lines })
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

    /// A paragraph that stands in one line over and over is one match after another, and each is asked for.
    #[test]
    fn few_words_are_looked_at_however_many_matches_touch() {
        let many = 100_000;
        for len in [1, 30, 500] {
            let matches: Vec<Match> = (1..many).map(|at| Match { at: at * len, source: 0, len }).collect();
            let line = 0..many * len;
            for at in [1, 2, many / 2, many - 1] {
                let around = touching(&matches, at * len..(at + 1) * len, &line);
                assert_eq!(around.len(), 2 * LONG_LINE_WORDS_MIN, "{at}: {around:?}");
            }
        }
        let three = [(10, 4), (14, 5), (20, 9)].map(|(at, len)| Match { at, source: 0, len });
        assert_eq!(touching(&three, 14..19, &(0..40)), 10..19, "a word between parts them");
        assert_eq!(touching(&three, 14..19, &(12..18)), 12..18);
    }
}
