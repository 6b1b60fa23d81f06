//! Between the two passes: what of the rows stands in many documents, and what in an earlier one.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::first::{First, Gathered, Rows};
use super::ranks::Ranks;
use super::{Passages, SORTS, Survey, halves, lines, short_lines};
use crate::error::Error;
use crate::repeats::passages::{self, Basis, Passage, parts, place};
use crate::repeats::templates::{Counter, Templates};
use crate::repeats::windows;
use crate::repeats::words::Words;
use crate::repeats::{Copies, Settings};
use crate::run::Job;
use crate::run::positioned::failed;
use crate::run::spill::{Sorted, Sorter};
use crate::run::store::{Head, Store};

/// Windows of a template line that is at least so long are no passages. Shorter ones may stand in a story,
/// and are too short to be one.
const TEMPLATE_WORDS_MIN: u32 = 9;
/// Words of documents whose windows are looked at side by side.
const WORDS_AT_ONCE: u64 = 1 << 20;

/// Finds what is copied among the documents that were read, and those of an index.
///
/// # Errors
///
/// A temporary file or the index that cannot be read, and a stop asked for through `stop`.
pub(super) fn join(job: &Job, first: First, index: Option<Rows>, stop: &AtomicBool) -> Result<Survey, Error> {
    let settings = &job.config.repeats;
    let share = job.memory() / SORTS;
    let Gathered { rows, places, ranks, verdicts } = first.finish(job).map_err(failed)?;
    let base = index.as_ref().map_or(0, documents);
    let rows = match index {
        Some(index) => index.and(rows),
        None => rows,
    };
    let templates = templates(rows.lines, &rows.group_sizes, settings).map_err(failed)?;
    if settings.copies == Copies::Keep {
        return Ok(Survey { templates, base, places, copied: None, verdicts });
    }
    let store = Store::new(rows.documents);
    let (mut shared, mut seeds) = (Sorter::<1>::new(share), Sorter::<2>::new(share));
    passages::shared(rows.fingerprints, |at, first| {
        let (at, first) = (ranks.back(at), ranks.back(first));
        if parts(at).0 != parts(first).0 && parts(at).0 >= base {
            seeds.push([at, first])?;
        }
        shared.push([at])
    })
    .map_err(failed)?;
    let shared = shared.finish().map_err(failed)?;
    let keys = keys(job, &store, &templates, &ranks, shared, stop)?;
    let windows = copied(job, &ranks, keys.finish().map_err(failed)?).map_err(failed)?;
    let mut found = Vec::new();
    for row in windows {
        let [window, first] = row.map_err(failed)?;
        passages::add(&mut found, settings.words_min, window, first);
    }
    found.shrink_to_fit();
    let copied_lines = copied(job, &ranks, rows.short_lines).map_err(failed)?;
    let seeds = seeds.finish().map_err(failed)?;
    let more = more(job, &store, &templates, &found, base, copied_lines, seeds).map_err(failed)?;
    let copied = Some(Passages { store, windows: found, more });
    Ok(Survey { templates, base, places, copied, verdicts })
}

/// How many documents rows are about.
fn documents(rows: &Rows) -> u32 {
    let count: usize = rows.documents.iter().map(|part| part.starts.len()).sum();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The lines that stand in many documents.
fn templates(
    lines: impl Iterator<Item = io::Result<[u64; 5]>>,
    group_sizes: &BTreeMap<u64, u32>,
    settings: &Settings,
) -> io::Result<Templates> {
    let mut counter = Counter::new(group_sizes, settings);
    for row in lines {
        let [group, high, low, main, docs] = row?;
        let docs = u32::try_from(docs).unwrap_or(u32::MAX);
        counter.add(group, (u128::from(high) << 64 | u128::from(low), main), docs);
    }
    Ok(counter.finish())
}

/// The places of what is copied with their first places, by place. Rows are a key and a ranked place.
fn copied(job: &Job, ranks: &Ranks, rows: Sorted<3>) -> io::Result<Sorted<2>> {
    let mut copied = Sorter::<2>::new(job.memory() / SORTS);
    passages::copied(rows, |at, first| copied.push([ranks.back(at), ranks.back(first)]))?;
    copied.finish()
}

/// The short lines and seeds that add something to the windows, document by document; those of documents
/// before `base` are not told.
fn more(
    job: &Job,
    store: &Store,
    templates: &Templates,
    windows: &[Passage],
    base: u32,
    copied_lines: Sorted<2>,
    seeds: Sorted<2>,
) -> io::Result<Vec<Passage>> {
    let short = u32::try_from(windows::short(job.config.repeats.words_min)).unwrap_or(u32::MAX);
    let is_told = |row: &io::Result<[u64; 2]>| row.as_ref().map_or(true, |[at, _]| parts(*at).0 >= base);
    let copied_lines = copied_lines.filter(is_told);
    let mut copied_lines = copied_lines.map(|row| row.map(|row| (row, Basis::Line))).peekable();
    let mut seeds = seeds.map(|row| row.map(|row| (row, Basis::Seed))).peekable();
    let mut all = Vec::new();
    loop {
        let document = |row: Option<&io::Result<([u64; 2], Basis)>>| match row {
            Some(Ok(([at, _], _))) => Some(parts(*at).0),
            Some(Err(_)) => Some(0), // told by the next step
            None => None,
        };
        let next = [document(copied_lines.peek()), document(seeds.peek())].into_iter().flatten().min();
        let Some(number) = next else { return Ok(all) };
        let is_next = |row: &io::Result<([u64; 2], Basis)>| match row {
            Ok(([at, _], _)) => parts(*at).0 == number,
            Err(_) => true,
        };
        let mut rows = Vec::new();
        while let Some(row) = copied_lines.next_if(is_next).or_else(|| seeds.next_if(is_next)) {
            rows.push(row?);
        }
        // Of lines the words are counted, and templates passed over.
        let mut lengths = HashMap::new();
        if rows.iter().any(|(_, basis)| *basis == Basis::Line) {
            let head = store.head(number)?;
            let words = head.read_words()?;
            let lines = short_lines(&words, job.config.repeats.words_min);
            let copied = lines.filter(|&(key, _, _)| !templates.holds(head.group, key));
            lengths.extend(copied.map(|(_, word, len)| (word, len)));
        }
        let mut found: Vec<Passage> = Vec::with_capacity(rows.len());
        for ([at, first], basis) in rows {
            let ((document, at), (first, first_at)) = (parts(at), parts(first));
            let len = if basis == Basis::Line { lengths.get(&at).copied() } else { Some(short) };
            let Some(len) = len else { continue };
            // An index may name any place.
            if first_at.checked_add(len).is_none() {
                return Err(store.head(first)?.damaged());
            }
            found.push(Passage { document, at, len, first, first_at, basis });
        }
        found.sort_by_key(|one| (one.at, one.basis == Basis::Seed));
        let of_windows = passages::of_document(windows, number).to_vec();
        let (found, _) = passages::with(passages::disjoint(of_windows), &found);
        all.extend(found.into_iter().filter(|one| one.basis != Basis::Windows));
    }
}

/// The keys of windows whose fingerprint stands at a shared place.
fn keys(
    job: &Job,
    store: &Store,
    templates: &Templates,
    ranks: &Ranks,
    shared: Sorted<1>,
    stop: &AtomicBool,
) -> Result<Sorter<3>, Error> {
    let mut keys = Sorter::<3>::new(job.memory() / SORTS);
    let mut batch: Vec<(u32, Head, Vec<u32>)> = Vec::new();
    let mut words = 0;
    let mut shared = shared.peekable();
    while let Some(row) = shared.next() {
        let (document, at) = parts(row.map_err(failed)?[0]);
        match batch.last_mut() {
            Some((last, _, places)) if *last == document => places.push(at),
            _ => {
                let head = store.head(document).map_err(failed)?;
                words += u64::from(head.words);
                batch.push((document, head, vec![at]));
            }
        }
        let is_last = match shared.peek() {
            Some(Ok([next])) => parts(*next).0 != document && words >= WORDS_AT_ONCE,
            _ => true,
        };
        if !is_last {
            continue;
        }
        let found: Vec<io::Result<Vec<[u64; 3]>>> = batch
            .par_iter()
            .map(|(document, head, places)| {
                let words = head.read_words()?;
                let masked = masked(&words, head.group, templates);
                let words_min = job.config.repeats.words_min;
                let keys = windows::keys(&words.hashes, words_min, head.group, places, &masked);
                let row = |(at, key)| {
                    let place = place(ranks.rank(*document), u32::try_from(at).unwrap_or(u32::MAX));
                    let [high, low] = halves(key);
                    [high, low, place]
                };
                Ok(keys.into_iter().map(row).collect())
            })
            .collect();
        for rows in found {
            rows.and_then(|rows| rows.into_iter().try_for_each(|row| keys.push(row))).map_err(failed)?;
        }
        batch.clear();
        words = 0;
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
    }
    Ok(keys)
}

/// The words of a document's templates, in order.
fn masked(words: &Words, group: u64, templates: &Templates) -> Vec<Range<usize>> {
    let is_masked = |len: u32, key| len >= TEMPLATE_WORDS_MIN && templates.holds(group, key);
    let lines = lines(words).filter(|&(key, _, len)| is_masked(len, key));
    lines.map(|(_, word, len)| word as usize..(word + len) as usize).collect()
}
