//! What is gathered while the inputs are read: rows about lines and windows, and the words of each document.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::ranks::{Ranks, Value};
use super::{SORTS, group, halves, short_lines};
use crate::clean::{self, Alone};
use crate::document::Document;
use crate::error::Error;
use crate::profile::Profile;
use crate::repeats::passages::place;
use crate::repeats::templates::{LineRow, line_rows};
use crate::repeats::windows::{self, Fingerprint};
use crate::repeats::words::Words;
use crate::repeats::{Copies, Order};
use crate::run::loading::{self, Documents, FAULT, unless_it_panics};
use crate::run::named::Named;
use crate::run::positioned::failed;
use crate::run::spill::{Sorted, Sorter};
use crate::run::store::{Part, Writer};
use crate::run::verdicts::{self, Verdicts};
use crate::run::{Event, Job, Progress, WAITING, reading};

/// Sorted rows about documents, and their words.
pub(in crate::run) struct Rows {
    /// Group, key (two halves), main text beside it, how many documents: of each line.
    pub(in crate::run) lines: Sorted<5>,
    /// Hash and place of each fingerprint.
    pub(in crate::run) fingerprints: Sorted<2>,
    /// Key (two halves) and place of each line that is too short for a window, and long enough to be told.
    pub(in crate::run) short_lines: Sorted<3>,
    /// The documents of each group.
    pub(in crate::run) group_sizes: BTreeMap<u64, u32>,
    /// Their words, in one file or more.
    pub(in crate::run) documents: Vec<Part>,
}

impl Rows {
    /// These and those of documents that come after them.
    pub(in crate::run) fn and(mut self, mut more: Self) -> Self {
        for (group, size) in more.group_sizes {
            let all = self.group_sizes.entry(group).or_default();
            *all = all.saturating_add(size);
        }
        self.documents.append(&mut more.documents);
        Self {
            lines: self.lines.and(more.lines),
            fingerprints: self.fingerprints.and(more.fingerprints),
            short_lines: self.short_lines.and(more.short_lines),
            ..self
        }
    }
}

/// Takes documents one after another.
pub(in crate::run) struct First {
    /// The number of the first of them.
    base: u32,
    lines: Sorter<5>,
    fingerprints: Sorter<2>,
    short_lines: Sorter<3>,
    store: Writer,
    /// What was decided of each document, if that is kept.
    verdicts: Option<verdicts::Writer>,
    /// Where each stands in the inputs.
    places: Vec<(usize, u64)>,
    group_sizes: BTreeMap<u64, u32>,
    /// What they are ordered by, if it is not the order of the inputs.
    values: Vec<Value>,
}

/// What was gathered of all documents.
pub(in crate::run) struct Gathered {
    pub(in crate::run) rows: Rows,
    /// Where each stands in the inputs.
    pub(super) places: Vec<(usize, u64)>,
    pub(super) ranks: Ranks,
    /// What was decided of each document; of none if that is not kept.
    pub(super) verdicts: Verdicts,
}

/// Is what was decided of documents kept, for a second pass over them?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::run) enum Keep {
    Verdicts,
    Nothing,
}

/// What is told of one document.
struct Surveyed {
    lines: Vec<LineRow>,
    words: Words,
    fingerprints: Vec<Fingerprint>,
    /// What was decided of it alone.
    alone: Option<Alone>,
}

impl First {
    /// Reads every input once; the first document has the number `base`. What cannot be read is told and
    /// passed over.
    ///
    /// # Errors
    ///
    /// A temporary file that cannot be written, a document that has not what documents are ordered by, and a
    /// stop asked for through `stop`.
    pub(in crate::run) fn read(
        job: &Job,
        pool: &rayon::ThreadPool,
        base: u32,
        keep: Keep,
        stop: &AtomicBool,
        mut tell: impl FnMut(&Event),
    ) -> Result<Self, Error> {
        let abandoned = AtomicUsize::new(usize::MAX);
        let mut first = Self::new(job, base, keep).map_err(failed)?;
        let mut progress = Progress::default();
        let mut named = Named::new(job);
        std::thread::scope(|scope| {
            let (to, batches) = sync_channel(WAITING);
            let abandoned = &abandoned;
            scope.spawn(move || reading::read_all(job, stop, abandoned, HashMap::new(), &to));
            for batch in batches {
                progress.bytes = batch.bytes_read;
                let Documents { found: documents, bad, without_fields, ended } =
                    pool.install(|| loading::documents(job, batch));
                for (src, id, message) in bad {
                    let input = job.sources[src].id();
                    tell(&Event::Bad { id: &id, input, message: &message, exists: false });
                }
                if let (Order::Field(name), Some(id)) = (&job.config.repeats.order, without_fields) {
                    return Err(Error::usage(format!(
                        "{id}: a text has no fields, and --order {name} asks for one; use --order input or id"
                    )));
                }
                let surveyed = pool.install(|| look_at_all(&documents, |document| look_at(job, document)));
                for ((src, document), surveyed) in documents.iter().zip(surveyed) {
                    progress.docs += 1;
                    progress.text.0 += document.text.len() as u64;
                    named.see(*src, document, &job.reading.fields.parallel);
                    let Some(surveyed) = surveyed else {
                        let input = job.sources[*src].id();
                        tell(&Event::Bad { id: &document.id, input, message: FAULT, exists: false });
                        continue;
                    };
                    pool.install(|| first.add(job, *src, document, surveyed)).map_err(failed)?;
                }
                for (src, there) in ended {
                    for message in named.warnings(src, &there) {
                        tell(&Event::Warning { id: job.sources[src].id(), message: &message });
                    }
                }
                tell(&Event::Progress(progress));
            }
            Ok::<(), Error>(())
        })?;
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        if let Order::Field(name) = &job.config.repeats.order
            && !first.values.is_empty()
            && first.values.iter().all(|value| *value == Value::Missing)
        {
            return Err(Error::usage(format!(
                "no record has a field {name} (--order); name one that they have, or use --order input or id"
            )));
        }
        Ok(first)
    }

    fn new(job: &Job, base: u32, keep: Keep) -> io::Result<Self> {
        let share = job.memory() / SORTS;
        Ok(Self {
            base,
            lines: Sorter::new(share),
            fingerprints: Sorter::new(share),
            short_lines: Sorter::new(share),
            store: Writer::new()?,
            verdicts: (keep == Keep::Verdicts).then(verdicts::Writer::new).transpose()?,
            places: Vec::new(),
            group_sizes: BTreeMap::new(),
            values: Vec::new(),
        })
    }

    fn add(&mut self, job: &Job, src: usize, document: &Document, surveyed: Surveyed) -> io::Result<()> {
        let number = u32::try_from(self.places.len()).ok().and_then(|count| self.base.checked_add(count));
        let number = number.ok_or(io::ErrorKind::FileTooLarge)?;
        let group = group(job.config.repeats.scope, &document.site());
        self.places.push((src, document.rec));
        *self.group_sizes.entry(group).or_default() += 1;
        for (key, main) in surveyed.lines {
            let [high, low] = halves(key);
            self.lines.push([group, high, low, main, 1])?;
        }
        if job.config.repeats.copies == Copies::Keep {
            return Ok(());
        }
        self.values.extend(Value::of(&job.config.repeats.order, document));
        for print in &surveyed.fingerprints {
            let at = u32::try_from(print.at).unwrap_or(u32::MAX);
            self.fingerprints.push([print.hash ^ windows::group_mask(group), place(number, at)])?;
        }
        for (key, word, _) in short_lines(&surveyed.words, job.config.repeats.words_min) {
            let [high, low] = halves(key ^ u128::from(group));
            self.short_lines.push([high, low, place(number, word)])?;
        }
        let text = xxh3_64(document.text.as_bytes());
        if let (Some(verdicts), Some(alone)) = (&mut self.verdicts, &surveyed.alone) {
            verdicts.add(text, alone)?;
        }
        self.store.add(&document.id, group, text, &surveyed.words)
    }

    /// How many documents were read.
    pub(in crate::run) fn docs(&self) -> u64 {
        self.places.len() as u64
    }

    /// Everything, in the order of the ranks.
    pub(in crate::run) fn finish(self, job: &Job) -> io::Result<Gathered> {
        let ranks = Ranks::of(self.base, &self.values);
        let share = job.memory() / SORTS;
        let rows = Rows {
            lines: self.lines.finish()?,
            fingerprints: ranks.sort(self.fingerprints.finish()?, share)?,
            short_lines: ranks.sort(self.short_lines.finish()?, share)?,
            group_sizes: self.group_sizes,
            documents: vec![self.store.finish()?],
        };
        let verdicts = self.verdicts.map(verdicts::Writer::finish).transpose()?.unwrap_or_default();
        Ok(Gathered { rows, places: self.places, ranks, verdicts })
    }
}

/// What `look` tells of each document; nothing of one on which it fails.
fn look_at_all<T: Send>(
    documents: &[(usize, Document)],
    look: impl Fn(&Document) -> T + Sync,
) -> Vec<Option<T>> {
    documents.par_iter().map(|(_, document)| unless_it_panics(|| look(document))).collect()
}

fn look_at(job: &Job, document: &Document) -> Surveyed {
    let profile = Profile::of(&document.text);
    let lines = line_rows(&profile);
    if job.config.repeats.copies == Copies::Keep {
        return Surveyed { lines, words: Words::default(), fingerprints: Vec::new(), alone: None };
    }
    let (words, alone) = clean::words(&profile, job.config.of_site(&document.site()));
    let fingerprints = windows::fingerprints(&words.hashes, job.config.repeats.words_min);
    Surveyed { lines, words, fingerprints, alone: Some(alone) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_on_which_we_fail_costs_no_other() {
        let document = |text: &str| (0, Document { text: text.to_owned(), ..Document::default() });
        let documents = ["one", "two", "three"].map(document);
        let look = |document: &Document| {
            assert_ne!(document.text, "two", "a fault of ours, in a test");
            document.text.len()
        };
        assert_eq!(look_at_all(&documents, look), [Some(3), None, Some(5)]);
    }
}
