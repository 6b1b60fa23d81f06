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
//! `first` gathers the rows, `join` finds what they have in common. Rows of an index ([`super::index`]) are
//! merged with those of the run where they are read sorted.
//!
//! What was decided of each document is kept for the second pass ([`super::verdicts`]).
//!
//! Each sort keeps to its share of [`Job::memory`]. What stays in memory for the second pass: 32 bytes for
//! each document and each template, 24 for each passage.

pub(super) mod first;
mod join;
mod ranks;

use std::io;
use std::sync::atomic::AtomicBool;

use xxhash_rust::xxh3::xxh3_64;

use super::index::Index;
use super::loading::FAULT;
use super::positioned::failed;
use super::store::Store;
use super::verdicts::Verdicts;
use super::{Event, Job};
use crate::clean::Alone;
use crate::document::Document;
use crate::error::Error;
use crate::input::Source;
use crate::repeats::across::{self, Copied};
use crate::repeats::passages::{self, LINE_WORDS_MIN, Passage};
use crate::repeats::templates::Templates;
use crate::repeats::words::Words;
use crate::repeats::{Others, Scope, windows};
use first::{First, Keep};

/// Three sorts hold rows at a time; the other half is for batches and what is found.
const SORTS: u64 = 6;

/// What the first pass found.
pub(super) struct Survey {
    templates: Templates,
    /// The number of the first document of the inputs: an index has those before.
    base: u32,
    /// Where each document stands in the inputs, in order.
    places: Vec<(usize, u64)>,
    /// Unless copies are kept.
    copied: Option<Passages>,
    /// What was decided of each document; nothing if the first pass had no need to.
    verdicts: Verdicts,
}

/// What the first pass tells of a document.
#[derive(Debug, Default)]
pub(super) struct Told<'s> {
    /// What is known of it from the others.
    pub(super) others: Option<Others<'s>>,
    /// What was decided of it alone.
    pub(super) alone: Option<Alone>,
}

/// The words of all documents, and what of them stood in earlier ones: by document and place.
struct Passages {
    store: Store,
    windows: Vec<Passage>,
    /// Lines and seeds.
    more: Vec<Passage>,
}

/// Reads every input once. Inputs and records that cannot be read are passed over: the second pass tells.
///
/// # Errors
///
/// Standard input, which cannot be read twice, a temporary file that cannot be written, and a stop asked
/// for through `stop`.
pub(super) fn survey(
    job: &Job,
    pool: &rayon::ThreadPool,
    stop: &AtomicBool,
    mut tell: impl FnMut(&Event),
) -> Result<Survey, Error> {
    if job.sources.contains(&Source::Stdin) {
        return Err(Error::usage(
            "documents are compared with each other in two passes, and standard input can be read only once; give files, or --scope document",
        ));
    }
    let index = job.index.as_deref().map(Index::rows).transpose().map_err(failed)?;
    let base = job.index.as_deref().map_or(0, Index::docs);
    let first = First::read(job, pool, base, Keep::Verdicts, stop, |event| match event {
        Event::Progress(progress) => tell(&Event::Surveyed(*progress)),
        // The second pass tells of anything else, but may not fail there.
        Event::Bad { id, message, .. } if *message == FAULT => {
            let message = format!("{message}; it is compared with no other document");
            tell(&Event::Warning { id, message: &message });
        }
        _ => {}
    })?;
    pool.install(|| join::join(job, first, index, stop))
}

/// The group in which a document of `site` is looked at.
fn group(scope: Scope, site: &str) -> u64 {
    match scope {
        Scope::Site => windows::group(site),
        Scope::Document | Scope::Corpus => windows::group(""),
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

impl Survey {
    /// What is told of a document, which is a record of input `src`.
    ///
    /// # Errors
    ///
    /// A temporary file that cannot be read.
    pub(super) fn of(&self, job: &Job, src: usize, document: &Document) -> Result<Told<'_>, Error> {
        let group = group(job.config.repeats.scope, &document.site());
        let (mut copied, mut alone) = (None, None);
        if let Ok(own) = self.places.binary_search(&(src, document.rec)) {
            let text = xxh3_64(document.text.as_bytes());
            copied = self.copied(own, text).map_err(failed)?;
            alone = self.verdicts.of(own, text).map_err(failed)?;
        }
        Ok(Told { others: Some(Others { templates: &self.templates, group, copied }), alone })
    }

    /// What of document `own` of the inputs, whose text has this hash, stood in earlier ones.
    fn copied(&self, own: usize, text: u64) -> io::Result<Option<Copied>> {
        let Some(Passages { store, windows, more }) = &self.copied else { return Ok(None) };
        let number = u32::try_from(own).ok().and_then(|own| self.base.checked_add(own));
        let number = number.ok_or(io::ErrorKind::FileTooLarge)?;
        let pieces = passages::pieces(windows, number);
        let (pieces, groups) = passages::with(pieces, passages::of_document(more, number));
        if pieces.is_empty() {
            return Ok(None);
        }
        let head = store.head(number)?;
        if head.text != text {
            return Ok(None); // it was changed while the run went on
        }
        let (ranges, from) = across::ranges(&pieces, head.words);
        let sources = ranges
            .into_iter()
            .map(|(first, words)| {
                let source = store.head(first)?.source(words)?;
                Ok(across::Source { indexed: first < self.base, ..source })
            })
            .collect::<io::Result<Vec<_>>>()?;
        // Places of first copies that an index names may be none.
        for (piece, &from) in pieces.iter().zip(&from) {
            let (source, known) = (piece.source(), &sources[from]);
            let end = known.word as usize + known.words.hashes.len();
            if source.start < known.word || source.end as usize > end {
                return Err(store.head(piece.first)?.damaged());
            }
        }
        let lines = head.read_words()?.lines.iter().map(|line| line.line).collect();
        Ok(Some(Copied { lines, words: head.words as usize, pieces, groups, from, sources }))
    }
}
