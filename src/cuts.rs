//! Cuts: the sorted, disjoint list of spans that go. Everything else reads this list.
//!
//! Clean text, report and restoring are readings of the cuts; no other place decides what goes.
//! A cut is whole lines, or a part of one line: sentences that stood before. The complement of the cuts
//! is the clean text. Marks are what was found and stays.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use crate::classify::Verdict;
use crate::kind::{Kind, KindSet};
use crate::own::Wishes;
use crate::profile::Profile;
use crate::repeats::{Findings, GAP, Likeness, Repeat};
use crate::segment::is_blank;

/// The rule of cuts that close the hole another cut leaves.
pub(crate) const BLANK_LEFT_OVER: &str = "blank/left-over";
/// The rule of cuts of blank lines at a document's end.
pub(crate) const BLANK_END: &str = "blank/end";

/// A span that goes, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Lines of the text, from 0: those that go, or the one that the span is a part of.
    pub lines: Range<usize>,
    /// Is it a part of one line, which stays?
    pub part: bool,
    /// What it was.
    pub kind: Kind,
    /// The rule that says so.
    pub rule: &'static str,
    /// How sure that is, from 0 to 1.
    pub score: f32,
    /// For a repeat: where the first copy stands, and its key.
    pub first: Option<First>,
}

impl Cut {
    /// The lines that go as a whole, line end included: none for a part of a line.
    #[must_use]
    pub fn whole_lines(&self) -> Range<usize> {
        if self.part { self.lines.start..self.lines.start } else { self.lines.clone() }
    }
}

/// A finding that is told and not cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Lines of the text, from 0, that the span touches.
    pub lines: Range<usize>,
    /// What it would be.
    pub kind: Kind,
    /// The rule that found it.
    pub rule: &'static str,
    /// The share of it that is as in the first copy, from 0 to 1.
    pub score: f32,
    /// For a repeat: where the first copy stands.
    pub first: Option<First>,
}

/// Where the first copy of a repeat stands.
#[derive(Clone, Debug, PartialEq)]
pub struct First {
    /// The document, if it is another one.
    pub document: Option<Arc<str>>,
    /// Is that one of an index?
    pub indexed: bool,
    /// Bytes of its text.
    pub span: Range<usize>,
    /// Lines of its text, from 0.
    pub lines: Range<usize>,
    /// What the detector of repeats says of the copy; `None` for a caption given twice.
    pub copy: Option<Copied>,
}

/// A copy beside its source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Copied {
    /// xxh3 (128 bits) of the copy's normal form.
    pub key: u128,
    /// In how far it is its source.
    pub likeness: Likeness,
    /// Its number among the copies in the document, and how many there are, the first one counted.
    pub occurrence: Option<(u32, u32)>,
    /// How many words it has.
    pub words: usize,
    /// The share of them that differ from the source.
    pub changed: f32,
}

/// Makes the cuts from what the stages found. Only kinds in `dropped` are cut, and no line that the user
/// wants to stay.
///
/// Blank lines inside a repeated block, and between lines that go for one reason, belong to that cut.
/// Of the blank lines around a cut one run stays, the shorter one; the rest, and all blank
/// lines at the end, become cuts of kind `blank`.
///
/// # Complexity
///
/// Linear in the lines.
#[must_use]
#[doc(hidden)]
pub fn assemble(
    profile: &Profile,
    verdicts: &[Option<Verdict>],
    repeats: &Findings,
    dropped: KindSet,
    wishes: &Wishes,
) -> Vec<Cut> {
    let causes = causes(verdicts, repeats, dropped);
    let is_filler = |line: usize| profile.is_blank(line) && !wishes.keeps(line);
    let mut cuts = join(profile, &causes, is_filler);
    if dropped.contains(Kind::Repeat) {
        add_parts(profile, &repeats.cuts, &mut cuts);
    }
    if dropped.contains(Kind::Blank) {
        close_holes(profile, &mut cuts, is_filler);
    }
    cuts
}

/// What was found and stays, in the order of the text. A mark may have `cuts` in it, as an advertisement in a
/// story; one of which nothing stays is none. A repeat that would be cut if its kind were dropped is marked.
#[must_use]
pub(crate) fn marks(profile: &Profile, repeats: &Findings, dropped: KindSet, cuts: &[Cut]) -> Vec<Mark> {
    let kept: &[Repeat] = if dropped.contains(Kind::Repeat) { &[] } else { &repeats.cuts };
    let mut marks: Vec<Mark> =
        kept.iter().chain(&repeats.marks).map(|repeat| mark(profile, repeat)).collect();
    marks.sort_by_key(|mark| (mark.span.start, mark.span.end));
    marks.retain(|mark| {
        let cuts = &cuts[cuts.partition_point(|cut| cut.span.end <= mark.span.start)..];
        let inside = cuts.partition_point(|cut| cut.span.start < mark.span.end);
        let mut rest = kept_between(&cuts[..inside], mark.span.clone()).filter(|span| !span.is_empty());
        rest.any(|span| !is_blank(&profile.text[span]))
    });
    marks
}

fn mark(profile: &Profile, repeat: &Repeat) -> Mark {
    let lines = match repeat.lines[..] {
        [first, .., last] => first..last + 1,
        [only] => only..only + 1,
        [] => 0..0,
    };
    let whole = || profile.lines[lines.start].start..profile.lines[lines.end - 1].end;
    Mark {
        span: repeat.part.clone().unwrap_or_else(whole),
        lines: lines.clone(),
        kind: Kind::Repeat,
        rule: repeat.rule,
        score: 1.0 - repeat.changed,
        first: (repeat.rule != GAP).then(|| first_of(repeat)),
    }
}

fn first_of(repeat: &Repeat) -> First {
    First {
        document: repeat.first.document.clone(),
        indexed: repeat.first.indexed,
        span: repeat.first.span.clone(),
        lines: repeat.first.lines.clone(),
        copy: Some(Copied {
            key: repeat.key,
            likeness: repeat.likeness,
            occurrence: repeat.occurrence,
            words: repeat.words,
            changed: repeat.changed,
        }),
    }
}

/// Adds the cuts of parts of lines. A line of which all parts go, each the copy of another place, goes as one
/// whole: nothing but its end would stay. It names the first copy of its longest part, and says of the others
/// that they differ from it.
fn add_parts(profile: &Profile, repeats: &[Repeat], cuts: &mut Vec<Cut>) {
    let mut parts: Vec<Cut> = repeats
        .iter()
        .filter_map(|repeat| {
            let (Some(span), [line]) = (&repeat.part, &repeat.lines[..]) else { return None };
            Some(Cut {
                span: span.clone(),
                lines: *line..line + 1,
                part: true,
                kind: Kind::Repeat,
                rule: repeat.rule,
                score: 1.0,
                first: Some(first_of(repeat)),
            })
        })
        .collect();
    parts.sort_by_key(|cut| cut.span.start);
    for of_line in parts.chunk_by(|a, b| a.lines == b.lines) {
        let line = profile.lines[of_line[0].lines.start];
        let mut rest = kept_between(of_line, line.span());
        let longest = of_line.iter().max_by_key(|cut| (cut.span.len(), Reverse(cut.span.start)));
        match longest {
            Some(longest) if rest.all(|span| is_blank(&profile.text[span])) => {
                let mut cut = Cut { span: line.span(), part: false, ..longest.clone() };
                if let ([_, _, ..], Some(copy)) =
                    (of_line, cut.first.as_mut().and_then(|first| first.copy.as_mut()))
                {
                    let copies = of_line.iter().filter_map(|cut| cut.first.as_ref()?.copy.as_ref());
                    let words: usize = copies.map(|copy| copy.words).sum();
                    copy.changed = (words - copy.words) as f32 / words.max(1) as f32;
                    (copy.likeness, copy.words, copy.occurrence) = (Likeness::Near, words, None);
                }
                cuts.push(cut);
            }
            _ => cuts.extend_from_slice(of_line),
        }
    }
    cuts.sort_by_key(|cut| cut.span.start);
}

/// The spans of `whole` that no cut takes.
fn kept_between(cuts: &[Cut], whole: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let starts = std::iter::once(whole.start).chain(cuts.iter().map(|cut| cut.span.end));
    let ends = cuts.iter().map(|cut| cut.span.start).chain(std::iter::once(whole.end));
    starts.zip(ends).map(|(start, end)| start..end)
}

/// What stays of `text`, in order: the complement of `cuts`.
pub(crate) fn kept<'t>(text: &'t str, cuts: &[Cut]) -> impl Iterator<Item = &'t str> {
    kept_between(cuts, 0..text.len()).map(|span| &text[span]).filter(|piece| !piece.is_empty())
}

/// Why a line goes. There is one for each line, so it only points to what says so.
#[derive(Clone, Copy)]
enum Cause<'f> {
    Verdict(&'f Verdict),
    Repeat(&'f Repeat),
}

impl Cause<'_> {
    /// Do two lines that go for these causes make one cut? Lines of one rule do, and lines of one block;
    /// two captions or two blocks do not.
    fn joins(self, next: Self) -> bool {
        match (self, next) {
            (Self::Verdict(one), Self::Verdict(next)) => {
                one.rule == next.rule
                    && one.first == next.first
                    && !(one.first.is_some() && one.rule == "repeat/caption")
            }
            (Self::Repeat(one), Self::Repeat(next)) => {
                std::ptr::eq(one, next) || one.rule == next.rule && first_of(one) == first_of(next)
            }
            _ => false,
        }
    }

    fn score(self) -> f32 {
        match self {
            Self::Verdict(verdict) => verdict.score,
            Self::Repeat(repeat) => 1.0 - repeat.changed,
        }
    }

    /// The cut of this line alone.
    fn cut(self, profile: &Profile, line: usize) -> Cut {
        let place = |line: usize| First {
            document: None,
            indexed: false,
            span: profile.lines[line].span(),
            lines: line..line + 1,
            copy: None,
        };
        let (kind, rule, first) = match self {
            Self::Verdict(verdict) => (verdict.kind, verdict.rule, verdict.first.map(place)),
            Self::Repeat(repeat) => (Kind::Repeat, repeat.rule, Some(first_of(repeat))),
        };
        Cut {
            span: profile.lines[line].span(),
            lines: line..line + 1,
            part: false,
            kind,
            rule,
            score: self.score(),
            first,
        }
    }
}

fn causes<'f>(
    verdicts: &'f [Option<Verdict>],
    repeats: &'f Findings,
    dropped: KindSet,
) -> Vec<Option<Cause<'f>>> {
    let mut causes: Vec<Option<Cause>> = verdicts
        .iter()
        .map(|verdict| verdict.as_ref().filter(|verdict| verdict.is_cut(dropped)).map(Cause::Verdict))
        .collect();
    let whole = repeats.cuts.iter().filter(|repeat| repeat.part.is_none() && dropped.contains(Kind::Repeat));
    for repeat in whole {
        for &line in &repeat.lines {
            causes[line] = Some(Cause::Repeat(repeat));
        }
    }
    causes
}

/// Joins lines that go for one reason, with the blank lines between them, into cuts.
fn join(profile: &Profile, causes: &[Option<Cause>], is_filler: impl Fn(usize) -> bool) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    let mut open: Option<Cause> = None;
    for (number, &cause) in causes.iter().enumerate() {
        let Some(cause) = cause else {
            if !is_filler(number) {
                open = None;
            }
            continue;
        };
        match cuts.last_mut() {
            Some(last) if open.is_some_and(|open| open.joins(cause)) => {
                last.lines.end = number + 1;
                last.span.end = profile.lines[number].end;
                last.score = last.score.min(cause.score());
            }
            _ => cuts.push(cause.cut(profile, number)),
        }
        open = Some(cause);
    }
    cuts
}

/// Adds cuts for the blank lines that removals leave over and for those at the end.
fn close_holes(profile: &Profile, cuts: &mut Vec<Cut>, is_filler: impl Fn(usize) -> bool) {
    let mut gone = vec![false; profile.lines.len()];
    for cut in cuts.iter() {
        gone[cut.whole_lines()].fill(true);
    }
    let stays = |line: usize| !gone[line] && !is_filler(line);
    let mut blanks = Vec::new();
    let mut start = 0;
    while start < gone.len() {
        if stays(start) {
            start += 1;
            continue;
        }
        let end = (start..gone.len()).find(|&line| stays(line)).unwrap_or(gone.len());
        let holes = left_over(start..end, &gone);
        blanks.extend(holes.into_iter().map(|(lines, rule)| Cut {
            span: profile.lines[lines.start].start..profile.lines[lines.end - 1].end,
            lines,
            part: false,
            kind: Kind::Blank,
            rule,
            score: 1.0,
            first: None,
        }));
        start = end;
    }
    cuts.extend(blanks);
    cuts.sort_by_key(|cut| cut.span.start);
}

/// The blank lines that go from a gap between two lines that stay, or at either end of the text.
fn left_over(gap: Range<usize>, gone: &[bool]) -> Vec<(Range<usize>, &'static str)> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for line in gap.clone().filter(|&line| !gone[line]) {
        match runs.last_mut() {
            Some(run) if run.end == line => run.end += 1,
            _ => runs.push(line..line + 1),
        }
    }
    if gap.end == gone.len() {
        return runs.into_iter().map(|run| (run, BLANK_END)).collect();
    }
    if gap.clone().all(|line| !gone[line]) {
        return Vec::new(); // no cut here: the gap is the author's
    }
    if gap.start > 0 {
        // One run parts the lines that stay: the shorter of the outer two, which is the text's own
        // spacing; if only one side had blank lines, that one.
        let leading = runs.first().filter(|run| run.start == gap.start).cloned();
        let trailing = runs.last().filter(|run| run.end == gap.end).cloned();
        let kept = match (leading, trailing) {
            (Some(leading), Some(trailing)) if trailing.len() < leading.len() => Some(trailing),
            (Some(leading), _) => Some(leading),
            (None, trailing) => trailing,
        }
        .or_else(|| runs.first().cloned());
        runs.retain(|run| Some(run) != kept.as_ref());
    }
    runs.into_iter().map(|run| (run, BLANK_LEFT_OVER)).collect()
}
