//! Passages: runs of words of one document that stood before in another, from sorted rows.
//!
//! What is found is defined without any filter. The first place of a window of `words_min` words is the one
//! in the least document of its group, and the first in that. A window is copied if its first place is in
//! another document. Windows that follow each other, with first places that do so too, are one passage.
//!
//! A word of a first place may itself be copied: by a window that begins before the first place, or ends
//! behind it. Such words are taken off ([`pieces`]), so that no word of a source is ever part of a copy;
//! where they stood first, another passage says.
//!
//! Two things more are found, only to be told: lines shorter than a window that are a line of an earlier
//! document ([`Basis::Line`]), and fingerprints that stand in one in the same order, as the words between
//! the changed ones of a near copy do ([`Basis::Seed`]).
//!
//! Rows are numbers, so that they can be sorted on disk. A place is a document in the upper and a word in
//! the lower half.

use std::cmp::Ordering;
use std::ops::Range;

/// So many seeds make a near copy where no window is copied.
const SEEDS_MIN: usize = 3;
/// Between two passages from one document at most so many words may stand that were changed, on either
/// side.
const GAP_WORDS_MAX: u32 = 400;
/// So many groups may be open at a time: passages of other documents stand between those of one.
const GROUPS_OPEN_MAX: usize = 4;

/// A place: the document in the upper half, the word in the lower one.
pub type Place = u64;

/// Makes a place.
#[must_use]
pub fn place(document: u32, word: u32) -> Place {
    u64::from(document) << 32 | u64::from(word)
}

/// The document and the word of a place.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "the halves of a number")]
pub fn parts(place: Place) -> (u32, u32) {
    ((place >> 32) as u32, place as u32)
}

/// How rows are sorted: as a whole, number by number. It asks without branching, because hashes come in no order.
#[inline]
#[must_use]
#[expect(clippy::needless_bitwise_bool, reason = "so that there is no branch")]
pub fn order<const N: usize>(one: &[u64; N], other: &[u64; N]) -> Ordering {
    let before = |less, at: usize| (one[at] < other[at]) | ((one[at] == other[at]) & less);
    if (0..N).rev().fold(false, before) {
        Ordering::Less
    } else if one == other {
        Ordering::Equal
    } else {
        Ordering::Greater
    }
}

/// Gives the places of fingerprints that stand in two documents, each with the first of its places. Rows are a
/// fingerprint's hash and its place, the document by rank; sorted.
///
/// # Errors
///
/// Those of the rows, and of `take`.
pub fn shared<E>(
    rows: impl Iterator<Item = Result<[u64; 2], E>>,
    mut take: impl FnMut(Place, Place) -> Result<(), E>,
) -> Result<(), E> {
    /// One document may hold a fingerprint so often that its places are not held back.
    const WAITING_MAX: usize = 4096;
    let mut open: Option<(u64, Place)> = None; // a hash and its first place
    let mut waiting: Vec<Place> = Vec::new();
    let mut is_shared = false;
    for row in rows {
        let [hash, place] = row?;
        let first = match open {
            Some((known, first)) if known == hash => {
                is_shared |= parts(first).0 != parts(place).0;
                first
            }
            _ => {
                open = Some((hash, place));
                waiting.clear();
                is_shared = false;
                place
            }
        };
        waiting.push(place);
        if is_shared || waiting.len() > WAITING_MAX {
            waiting.drain(..).try_for_each(|place| take(place, first))?;
        }
    }
    Ok(())
}

/// Gives each copied window and its first place. Rows are the halves of a window's key and its place, the
/// document by rank; sorted.
///
/// # Errors
///
/// Those of the rows, and of `take`.
pub fn copied<E>(
    rows: impl Iterator<Item = Result<[u64; 3], E>>,
    mut take: impl FnMut(Place, Place) -> Result<(), E>,
) -> Result<(), E> {
    let mut first: Option<[u64; 3]> = None;
    for row in rows {
        let row = row?;
        match first {
            Some(first) if first[..2] == row[..2] => {
                if parts(first[2]).0 != parts(row[2]).0 {
                    take(row[2], first[2])?;
                }
            }
            _ => first = Some(row),
        }
    }
    Ok(())
}

/// How a passage is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// By the keys of its windows.
    Windows,
    /// By the key of a line of at least `LINE_WORDS_MIN` words that is too short for a window.
    Line,
    /// By a fingerprint in line with others of the same document.
    Seed,
}

/// Least words of a line that is told as a copy. Shorter ones recur by accident.
pub(crate) const LINE_WORDS_MIN: usize = 8;

/// A run of words of one document, and where they stood first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The document of the copy.
    pub document: u32,
    /// Its first word.
    pub at: u32,
    /// How many words.
    pub len: u32,
    /// The document of the first copy.
    pub first: u32,
    /// The first word there.
    pub first_at: u32,
    /// How it is known.
    pub basis: Basis,
}

impl Passage {
    /// The words of the copy.
    #[must_use]
    pub fn copy(&self) -> Range<u32> {
        self.at..self.at + self.len
    }

    /// The words of the first copy.
    #[must_use]
    pub fn source(&self) -> Range<u32> {
        self.first_at..self.first_at + self.len
    }

    /// The part of it whose copy is `words`.
    fn part(&self, words: Range<u32>) -> Self {
        Self {
            at: words.start,
            len: words.end - words.start,
            first_at: self.first_at + (words.start - self.at),
            ..*self
        }
    }
}

/// Adds a copied window to the passages; windows come in the order of their places.
pub fn add(passages: &mut Vec<Passage>, words_min: usize, window: Place, first: Place) {
    let ((document, at), (first, first_at)) = (parts(window), parts(first));
    let len = u32::try_from(words_min).unwrap_or(u32::MAX);
    if let Some(last) = passages.last_mut()
        && (last.document, last.first) == (document, first)
        && last.at + last.len + 1 == at + len
        && last.first_at + last.len + 1 == first_at + len
    {
        last.len += 1;
        return;
    }
    passages.push(Passage { document, at, len, first, first_at, basis: Basis::Windows });
}

/// The passages of a document, among all that are sorted by document and place.
#[must_use]
pub(crate) fn of_document(passages: &[Passage], document: u32) -> &[Passage] {
    let from = passages.partition_point(|one| one.document < document);
    let behind = passages[from..].partition_point(|one| one.document == document);
    &passages[from..from + behind]
}

/// The passages of a document without words that are copied in their source, and without words that an
/// earlier one of them has: disjoint, in order.
#[must_use]
pub fn pieces(passages: &[Passage], document: u32) -> Vec<Passage> {
    pieces_counted(passages, document, &mut 0)
}

/// The same, with its steps: passages looked at.
fn pieces_counted(passages: &[Passage], document: u32, steps: &mut u64) -> Vec<Passage> {
    let mut pieces = Vec::new();
    for passage in of_document(passages, document) {
        let in_source = of_document(passages, passage.first);
        let source = passage.source();
        // Passages of a document begin and end in the same order.
        let from = in_source.partition_point(|one| one.copy().end <= source.start);
        let mut own = source.start;
        *steps += 1;
        for copied in in_source[from..].iter().take_while(|one| one.at < source.end) {
            *steps += 1;
            if copied.at > own {
                pieces.push(passage.part(back(passage, own..copied.at)));
            }
            own = own.max(copied.copy().end);
        }
        if own < source.end {
            pieces.push(passage.part(back(passage, own..source.end)));
        }
    }
    pieces.sort_by_key(|piece| (piece.at, std::cmp::Reverse(piece.len)));
    disjoint(pieces)
}

/// Passages, sorted by their first words, without words that an earlier one has.
#[must_use]
pub fn disjoint(mut pieces: Vec<Passage>) -> Vec<Passage> {
    let mut claimed = 0;
    pieces.retain_mut(|piece| {
        let copy = piece.copy();
        if copy.end <= claimed {
            return false;
        }
        *piece = piece.part(copy.start.max(claimed)..copy.end);
        claimed = copy.end;
        true
    });
    pieces
}

/// Words of a source, as those of the copy.
fn back(passage: &Passage, source: Range<u32>) -> Range<u32> {
    let by = |word: u32| passage.at + (word - passage.first_at);
    by(source.start)..by(source.end)
}

/// Adds to the pieces of a document what of `more`, which is sorted, reaches into none of them and no earlier one
/// of its own: lines, and seeds that are in line with a piece or with enough of their kind.
#[must_use]
pub fn with(pieces: Vec<Passage>, more: &[Passage]) -> (Vec<Passage>, Vec<usize>) {
    let mut all = Vec::with_capacity(pieces.len() + more.len());
    let mut pieces = pieces.into_iter().peekable();
    let mut end = 0;
    for one in more {
        while let Some(piece) = pieces.next_if(|piece| piece.at < one.copy().end) {
            end = piece.copy().end;
            all.push(piece);
        }
        if end <= one.at && all.last().is_none_or(|last| last.copy().end <= one.at) {
            all.push(*one);
        }
    }
    all.extend(pieces);
    let mut groups = groups(&all);
    let mut seeds = vec![0; groups.iter().max().map_or(0, |last| last + 1)];
    for (one, &group) in all.iter().zip(&groups) {
        seeds[group] += if one.basis == Basis::Seed { 1 } else { SEEDS_MIN };
    }
    // Groups keep their order, and are counted anew.
    let mut count = 0;
    let numbers: Vec<Option<usize>> = seeds
        .iter()
        .map(|&seeds| {
            let number = (seeds >= SEEDS_MIN).then_some(count);
            count += usize::from(number.is_some());
            number
        })
        .collect();
    let mut at = 0;
    all.retain(|_| {
        at += 1;
        numbers[groups[at - 1]].is_some()
    });
    groups = groups.into_iter().filter_map(|group| numbers[group]).collect();
    (all, groups)
}

/// Groups pieces that go on in the same document, in order and with few words between them: for each
/// piece its group. Groups count from 0, in the order of their first pieces.
///
/// In a text that says the same over and over every window begins anew in the first copy; pieces that do so are of
/// one group, too.
fn groups(pieces: &[Passage]) -> Vec<usize> {
    struct Open {
        group: usize,
        last: Passage,
        /// The words of the first copy, from the first piece to the last.
        source: Range<u32>,
    }
    let mut open: Vec<Open> = Vec::new(); // the latest at the end
    let mut count = 0;
    let mut groups = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let source = piece.source();
        let goes_on = |open: &Open| {
            let (copy, last) = (open.last.copy().end, open.last.source());
            let is_behind = || source.start.checked_sub(last.end).is_some_and(|gap| gap <= GAP_WORDS_MAX);
            let is_again = || {
                piece.at == copy
                    && (open.source.start..last.end).contains(&source.start)
                    && last.start < source.end
                    && source.end <= open.source.end
            };
            open.last.first == piece.first && piece.at - copy <= GAP_WORDS_MAX && (is_behind() || is_again())
        };
        let before = open.iter().rposition(goes_on).map(|at| open.remove(at));
        let (group, start, end) =
            before.map_or((count, source.start, 0), |open| (open.group, open.source.start, open.source.end));
        if group == count {
            count += 1;
        }
        if open.len() == GROUPS_OPEN_MAX {
            open.remove(0);
        }
        open.push(Open { group, last: *piece, source: start..end.max(source.end) });
        groups.push(group);
    }
    groups
}

#[cfg(test)]
#[path = "passages_tests.rs"]
mod tests;
