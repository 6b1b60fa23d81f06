//! The first pass over the inputs of a run that looks at documents together.
//!
//! ```text
//! documents → lines ─ sort → templates
//!           → words → store
//!           → short lines ─ sort → copied lines
//!           → fingerprints ─ sort → shared ones ─ sort by place → keys of windows (from the store)
//!                                    ─ sort → copied windows ─ sort by place → passages
//! ```
//!
//! Each sort keeps to its share of [`Job::memory`]. What stays in memory for the second pass: 24 bytes for
//! each document and each passage, 32 for each template.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::spill::{Sorted, Sorter};
use super::store::{Head, Store, Writer};
use super::{Job, WAITING, cleaning, reading};
use crate::clean;
use crate::document::Document;
use crate::error::Error;
use crate::input::Source;
use crate::profile::Profile;
use crate::repeats::across::{self, Copied};
use crate::repeats::passages::{self, Basis, LINE_WORDS_MIN, Passage, parts, place};
use crate::repeats::templates::{Counter, LineRow, Templates, line_rows};
use crate::repeats::windows::{self, Fingerprint};
use crate::repeats::words::Words;
use crate::repeats::{Copies, Order, Others, Scope};

/// Three sorts hold rows at a time; the other half is for batches and what is found.
const SORTS: u64 = 6;
/// Windows of a template line that is at least so long are no passages. Shorter ones may stand in a story,
/// and are too short to be one.
const TEMPLATE_WORDS_MIN: u32 = 9;
/// Words of documents whose windows are looked at side by side.
const WORDS_AT_ONCE: u64 = 1 << 20;
/// So many passages of one document are looked at, and what stands behind stays: in a text that is one word
/// over and over every window is a passage of its own, and each asks for its source.
const PIECES_MAX: usize = 4096;

/// What the first pass found.
pub(super) struct Survey {
    templates: Templates,
    /// Where each document stands in the inputs, in order.
    places: Vec<(usize, u64)>,
    /// Unless copies are kept.
    copied: Option<Passages>,
}

/// The words of all documents, and what of them stood in earlier ones: by document and place.
struct Passages {
    store: Store,
    windows: Vec<Passage>,
    /// Lines and seeds.
    more: Vec<Passage>,
}

/// What is told of one document.
struct Surveyed {
    lines: Vec<LineRow>,
    words: Words,
    fingerprints: Vec<Fingerprint>,
}

/// Reads every input once. Inputs and records that cannot be read are passed over: the second pass tells.
///
/// # Errors
///
/// Standard input, which cannot be read twice, a temporary file that cannot be written, and a stop asked
/// for through `stop`.
pub(super) fn survey(job: &Job, pool: &rayon::ThreadPool, stop: &AtomicBool) -> Result<Survey, Error> {
    if job.sources.contains(&Source::Stdin) {
        return Err(Error::usage(
            "documents are compared with each other in two passes, and standard input can be read only once; give files, or --scope document",
        ));
    }
    let abandoned = AtomicUsize::new(usize::MAX);
    let mut first = First::new(job).map_err(spilling)?;
    std::thread::scope(|scope| {
        let (to, batches) = sync_channel(WAITING);
        let abandoned = &abandoned;
        scope.spawn(move || reading::read_all(job, stop, abandoned, HashMap::new(), &to));
        for batch in batches {
            pool.install(|| {
                let documents = cleaning::documents(job, batch);
                let surveyed: Vec<Surveyed> =
                    documents.par_iter().map(|(_, document)| look_at(job, document)).collect();
                documents
                    .iter()
                    .zip(surveyed)
                    .try_for_each(|((src, document), surveyed)| first.add(job, *src, document, surveyed))
            })
            .map_err(spilling)?;
        }
        Ok::<(), Error>(())
    })?;
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    pool.install(|| first.finish(job, stop))
}

/// The group in which a document of `site` is looked at.
fn group(scope: Scope, site: &str) -> u64 {
    match scope {
        Scope::Site => windows::group(site),
        Scope::Document | Scope::Corpus => windows::group(""),
    }
}

fn look_at(job: &Job, document: &Document) -> Surveyed {
    let profile = Profile::of(&document.text);
    let lines = line_rows(&profile);
    if job.config.repeats.copies == Copies::Keep {
        return Surveyed { lines, words: Words::default(), fingerprints: Vec::new() };
    }
    let words = clean::words(&profile, job.config.of_site(&document.site()));
    let fingerprints = windows::fingerprints(&words.hashes, job.config.repeats.words_min);
    Surveyed { lines, words, fingerprints }
}

fn spilling(source: io::Error) -> Error {
    Error::output(&std::env::temp_dir(), source)
}

/// What is gathered while the inputs are read.
struct First {
    lines: Sorter<5>,
    fingerprints: Sorter<2>,
    short_lines: Sorter<3>,
    store: Writer,
    places: Vec<(usize, u64)>,
    group_sizes: HashMap<u64, u32>,
    /// Ids, if the first copy is told by them.
    ids: Vec<Box<str>>,
}

impl First {
    fn new(job: &Job) -> io::Result<Self> {
        let share = job.memory / SORTS;
        Ok(Self {
            lines: Sorter::new(share),
            fingerprints: Sorter::new(share),
            short_lines: Sorter::new(share),
            store: Writer::new()?,
            places: Vec::new(),
            group_sizes: HashMap::new(),
            ids: Vec::new(),
        })
    }

    fn add(&mut self, job: &Job, src: usize, document: &Document, surveyed: Surveyed) -> io::Result<()> {
        let number = u32::try_from(self.places.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let group = group(job.config.repeats.scope, &document.site());
        self.places.push((src, document.rec));
        *self.group_sizes.entry(group).or_default() += 1;
        for (key, main) in surveyed.lines {
            let [high, low] = halves(key);
            self.lines.push([group, high, low, main, u64::from(number)])?;
        }
        if job.config.repeats.copies == Copies::Keep {
            return Ok(());
        }
        if job.config.repeats.order == Order::Id {
            self.ids.push(document.id.as_str().into());
        }
        for print in &surveyed.fingerprints {
            let at = u32::try_from(print.at).unwrap_or(u32::MAX);
            // Fingerprints of two groups do not meet.
            let hash = print.hash ^ group.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            self.fingerprints.push([hash, place(number, at)])?;
        }
        for (key, word, _) in short_lines(&surveyed.words, job.config.repeats.words_min) {
            let [high, low] = halves(key ^ u128::from(group));
            self.short_lines.push([high, low, place(number, word)])?;
        }
        self.store.add(&document.id, group, xxh3_64(document.text.as_bytes()), &surveyed.words)
    }

    fn finish(self, job: &Job, stop: &AtomicBool) -> Result<Survey, Error> {
        let settings = &job.config.repeats;
        let mut counter = Counter::new(self.group_sizes, settings);
        for row in self.lines.finish().map_err(spilling)? {
            let [group, high, low, main, _] = row.map_err(spilling)?;
            counter.add(group, (u128::from(high) << 64 | u128::from(low), main));
        }
        let templates = counter.finish();
        if settings.copies == Copies::Keep {
            return Ok(Survey { templates, places: self.places, copied: None });
        }
        let store = self.store.finish().map_err(spilling)?;
        let share = job.memory / SORTS;
        let ranks = Ranks::of(settings.order, &self.ids);
        let ranked = |sorted| ranks.sort(sorted, share);
        let (mut shared, mut seeds) = (Sorter::<1>::new(share), Sorter::<2>::new(share));
        let fingerprints = self.fingerprints.finish().and_then(ranked).map_err(spilling)?;
        passages::shared(fingerprints, |at, first| {
            let (at, first) = (ranks.back(at), ranks.back(first));
            if parts(at).0 != parts(first).0 {
                seeds.push([at, first])?;
            }
            shared.push([at])
        })
        .map_err(spilling)?;
        let shared = shared.finish().map_err(spilling)?;
        let keys = keys(job, &store, &templates, &ranks, shared, stop)?;
        let windows = copied(job, &ranks, keys.finish().map_err(spilling)?).map_err(spilling)?;
        let mut found = Vec::new();
        for row in windows {
            let [window, first] = row.map_err(spilling)?;
            passages::add(&mut found, settings.words_min, window, first);
        }
        let short_lines = self.short_lines.finish().and_then(|sorted| ranks.sort(sorted, share));
        let copied_lines = copied(job, &ranks, short_lines.map_err(spilling)?).map_err(spilling)?;
        let seeds = seeds.finish().map_err(spilling)?;
        let more = more(job, &store, &templates, &found, copied_lines, seeds).map_err(spilling)?;
        found.shrink_to_fit();
        Ok(Survey { templates, places: self.places, copied: Some(Passages { store, windows: found, more }) })
    }
}

/// The lines of a document: key, first word and length.
fn lines(words: &Words) -> impl Iterator<Item = (u128, u32, u32)> {
    let count = u32::try_from(words.hashes.len()).unwrap_or(u32::MAX);
    let ends = words.lines.iter().skip(1).map(|line| line.word).chain([count]);
    words.lines.iter().zip(ends).map(|(line, end)| (line.normal, line.word, end - line.word))
}

/// Those that are too short for a window, and long enough to be told.
fn short_lines(words: &Words, words_min: usize) -> impl Iterator<Item = (u128, u32, u32)> {
    lines(words).filter(move |&(_, _, len)| (LINE_WORDS_MIN..words_min).contains(&(len as usize)))
}

/// The halves of a key, the upper one first: they sort as the key does.
#[expect(clippy::cast_possible_truncation, reason = "the halves of a number")]
fn halves(key: u128) -> [u64; 2] {
    [(key >> 64) as u64, key as u64]
}

/// The places of what is copied with their first places, by place. Rows are a key and a ranked place.
fn copied(job: &Job, ranks: &Ranks, rows: Sorted<3>) -> io::Result<Sorted<2>> {
    let mut copied = Sorter::<2>::new(job.memory / SORTS);
    passages::copied(rows, |at, first| copied.push([ranks.back(at), ranks.back(first)]))?;
    copied.finish()
}

/// The short lines and seeds that add something to the windows, document by document.
fn more(
    job: &Job,
    store: &Store,
    templates: &Templates,
    windows: &[Passage],
    copied_lines: Sorted<2>,
    seeds: Sorted<2>,
) -> io::Result<Vec<Passage>> {
    let short = u32::try_from(windows::short(job.config.repeats.words_min)).unwrap_or(u32::MAX);
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
            let words = store.words(&head)?;
            let lines = short_lines(&words, job.config.repeats.words_min);
            let copied = lines.filter(|&(key, _, _)| !templates.holds(head.group, key));
            lengths.extend(copied.map(|(_, word, len)| (word, len)));
        }
        let mut found: Vec<Passage> = rows
            .into_iter()
            .filter_map(|([at, first], basis)| {
                let ((document, at), (first, first_at)) = (parts(at), parts(first));
                let len = if basis == Basis::Line { *lengths.get(&at)? } else { short };
                Some(Passage { document, at, len, first, first_at, basis })
            })
            .collect();
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
    let mut keys = Sorter::<3>::new(job.memory / SORTS);
    let mut batch: Vec<(u32, Head, Vec<u32>)> = Vec::new();
    let mut words = 0;
    let mut shared = shared.peekable();
    while let Some(row) = shared.next() {
        let (document, at) = parts(row.map_err(spilling)?[0]);
        match batch.last_mut() {
            Some((last, _, places)) if *last == document => places.push(at),
            _ => {
                let head = store.head(document).map_err(spilling)?;
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
                let words = store.words(head)?;
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
            rows.and_then(|rows| rows.into_iter().try_for_each(|row| keys.push(row))).map_err(spilling)?;
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

/// The place of each document in the order in which the first copy is chosen.
struct Ranks {
    /// Rank of each document, and the document of each rank; empty in the order of the inputs.
    ranks: Vec<u32>,
    documents: Vec<u32>,
}

impl Ranks {
    fn of(order: Order, ids: &[Box<str>]) -> Self {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let mut documents: Vec<u32> = match order {
            Order::Input => Vec::new(),
            Order::Id => (0..number(ids.len())).collect(),
        };
        documents.sort_by_key(|&document| (&ids[document as usize], document));
        let mut ranks = vec![0; documents.len()];
        for (rank, &document) in documents.iter().enumerate() {
            ranks[document as usize] = number(rank);
        }
        Self { ranks, documents }
    }

    fn rank(&self, document: u32) -> u32 {
        self.ranks.get(document as usize).copied().unwrap_or(document)
    }

    /// Rows that end in a place, sorted with the rank of its document.
    fn sort<const N: usize>(&self, rows: Sorted<N>, bytes: u64) -> io::Result<Sorted<N>> {
        if self.ranks.is_empty() {
            return Ok(rows);
        }
        let mut ranked = Sorter::new(bytes);
        for row in rows {
            let mut row = row?;
            let (document, word) = parts(row[N - 1]);
            row[N - 1] = place(self.rank(document), word);
            ranked.push(row)?;
        }
        ranked.finish()
    }

    /// A place with its document for the rank.
    fn back(&self, ranked: passages::Place) -> passages::Place {
        let (rank, word) = parts(ranked);
        place(self.documents.get(rank as usize).copied().unwrap_or(rank), word)
    }
}

impl Survey {
    /// What the others tell of a document, which is a record of input `src`.
    ///
    /// # Errors
    ///
    /// A temporary file that cannot be read.
    pub(super) fn of(&self, job: &Job, src: usize, document: &Document) -> Result<Others<'_>, Error> {
        let group = group(job.config.repeats.scope, &document.site());
        Ok(Others {
            templates: &self.templates,
            group,
            copied: self.copied(src, document).map_err(spilling)?,
        })
    }

    fn copied(&self, src: usize, document: &Document) -> io::Result<Option<Copied>> {
        let Some(Passages { store, windows, more }) = &self.copied else { return Ok(None) };
        let Ok(number) = self.places.binary_search(&(src, document.rec)) else { return Ok(None) };
        let number = u32::try_from(number).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let pieces = passages::pieces(windows, number);
        let (mut pieces, mut groups) = passages::with(pieces, passages::of_document(more, number));
        pieces.truncate(PIECES_MAX);
        groups.truncate(PIECES_MAX);
        if pieces.is_empty() {
            return Ok(None);
        }
        let head = store.head(number)?;
        if head.text != xxh3_64(document.text.as_bytes()) {
            return Ok(None); // it was changed while the run went on
        }
        let sources = across::ranges(&pieces, &groups)
            .into_iter()
            .map(|(first, words)| store.source(&store.head(first)?, words))
            .collect::<io::Result<Vec<_>>>()?;
        let lines = store.words(&head)?.lines.iter().map(|line| line.line).collect();
        Ok(Some(Copied { lines, words: head.words as usize, pieces, groups, sources }))
    }
}
