//! Texts that repeat by their nature: a thread whose posts quote each other, a reference, a form, a liturgy.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Repeat, SHORT_LINES_TOLD_MIN};
use crate::profile::Profile;
use crate::segment::is_blank;

/// So many separate passages that stand a second time, none of them half of all, are how a text is made. In
/// 26 such pages of the corpus (of 5,013) the gold texts keep both copies of 51 % of what would go and leave
/// one out of 12 %, in pages with fewer passages 20 % and 55 %; the rest is not labelled.
const PASSAGES_MIN: usize = 4;
/// A response has so many copies behind its first place.
const RESPONSE_COPIES_MIN: usize = 2;
/// And at most so many words, which is a sentence or two: longer ones are paragraphs.
const RESPONSE_WORDS_MAX: usize = SHORT_LINES_TOLD_MIN;

/// A passage that stood before, in pieces: their sources follow each other and stand before the copy.
struct Passage {
    /// The first piece, as an index of the cuts.
    first: usize,
    words: usize,
}

/// Does what recurs say that the text repeats by its nature? Copies of one source are weighed together: a
/// body may be pasted many times. `cuts` are in the order of the text.
///
/// # Complexity
///
/// That of sorting the cuts.
pub(super) fn is_scattered(cuts: &[Repeat]) -> bool {
    let passages = passages(cuts);
    if passages.len() < PASSAGES_MIN {
        return false;
    }
    let sources = sources(cuts);
    let mut words = vec![0; cuts.len()];
    for passage in &passages {
        words[sources[passage.first]] += passage.words;
    }
    let all: usize = words.iter().sum();
    words.iter().all(|&words| words * 2 < all)
}

/// The number of the source of each cut: sources that overlap have one number.
fn sources(cuts: &[Repeat]) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..cuts.len()).collect();
    sorted.sort_by_key(|&cut| cuts[cut].first.span.start);
    let mut numbers = vec![0; cuts.len()];
    let (mut number, mut end) = (0, 0);
    for cut in sorted {
        let span = &cuts[cut].first.span;
        number += usize::from(span.start >= end);
        end = end.max(span.end);
        numbers[cut] = number - 1;
    }
    numbers
}

/// Cuts that are pieces of one passage: a body that was pasted twice has other lines in its second copy.
fn passages(cuts: &[Repeat]) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    let (mut source_end, mut copy_start) = (0, 0);
    for (at, cut) in cuts.iter().enumerate() {
        let goes_on = cut.first.span.start >= source_end && cut.first.lines.end <= copy_start;
        source_end = cut.first.span.end;
        match passages.last_mut() {
            Some(last) if goes_on => last.words += cut.words,
            _ => {
                copy_start = cut.lines.first().copied().unwrap_or_default();
                passages.push(Passage { first: at, words: cut.words });
            }
        }
    }
    passages
}

/// Which cuts are responses: a passage of a sentence or two that stands three times or more, each time parted from
/// the others by text that stays. A liturgy, an oath or a speech says it again; who pastes a text does so once, or
/// one copy behind the other. `cuts` are in any order.
///
/// # Complexity
///
/// That of sorting the cuts, and linear in the text.
pub(super) fn responses(profile: &Profile, cuts: &[Repeat]) -> Vec<bool> {
    let span = |cut: &Repeat| match (&cut.part, &cut.lines[..]) {
        (Some(part), _) => part.clone(),
        (None, [first, .., last]) => profile.lines[*first].start..profile.lines[*last].end,
        (None, [only]) => profile.lines[*only].start..profile.lines[*only].end,
        (None, []) => 0..0,
    };
    let mut order: Vec<(Range<usize>, usize)> = cuts.iter().map(span).zip(0..).collect();
    order.sort_by_key(|(span, cut)| (span.start, *cut));
    // How many runs of text that stays begin before each cut.
    let (mut runs, mut end) = (0, 0);
    let mut runs_before = vec![0; cuts.len()];
    for (span, cut) in &order {
        runs += usize::from(end < span.start && !is_blank(&profile.text[end..span.start]));
        end = end.max(span.end);
        runs_before[*cut] = runs;
    }
    let numbers = sources(cuts);
    let mut copies: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (_, cut) in &order {
        copies.entry(numbers[*cut]).or_default().push(*cut);
    }
    let mut are = vec![false; cuts.len()];
    for copies in copies.into_values().filter(|copies| copies.len() >= RESPONSE_COPIES_MIN) {
        let source = &cuts[copies[0]].first.span;
        let behind = order.partition_point(|(span, _)| span.start < source.end);
        let next = order.get(behind).map(|(span, cut)| (span.start, runs_before[*cut]));
        let is_parted_from_source = next.is_some_and(|(start, runs)| {
            runs_before[copies[0]] > runs || !is_blank(&profile.text[source.end..start])
        });
        let are_parted = copies.windows(2).all(|pair| runs_before[pair[0]] < runs_before[pair[1]]);
        let are_short = copies.iter().all(|&cut| cuts[cut].words <= RESPONSE_WORDS_MAX);
        if is_parted_from_source && are_parted && are_short {
            for cut in copies {
                are[cut] = true;
            }
        }
    }
    are
}
