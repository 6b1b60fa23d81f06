//! The first stage: inputs become batches of items, in order. Files that are one document are only
//! named here and read in the next stage, by many threads; containers are read here, piece by piece. So are
//! compressed texts: how much of a batch one is, is known when it was read.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;

use super::loading::{self, FAULT, unless_it_panics};
use super::resume::Entry;
use super::{BatchSize, Job};
use crate::document::Raw;
use crate::input::format::{Compression, Format};
use crate::input::record::Piece;
use crate::input::{self, Bad, Opened, Source, Whole};

/// Items of one or more inputs, in order.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) items: Vec<Item>,
    /// Bytes of all inputs read up to its end.
    pub(super) bytes_read: u64,
}

/// A part of the inputs; `src` is the index of its input.
pub(super) enum Item {
    /// An input that is one document, if it was read already.
    Whole { src: usize, read: Option<Result<Whole, Bad>> },
    /// An input that an earlier run has done.
    Done { src: usize, entry: Box<Entry> },
    /// A container begins.
    Begin { src: usize, format: Format, compression: Compression },
    /// A piece of it.
    Piece { src: usize, format: Format, piece: Piece },
    /// It ends, or cannot be read further: what it was, or why.
    End { src: usize, result: Result<Ended, String> },
}

impl Item {
    /// The index of the input, if its output begins with this item.
    pub(super) fn begins(&self) -> Option<usize> {
        match self {
            Self::Whole { src, .. } | Self::Begin { src, .. } => Some(*src),
            _ => None,
        }
    }
}

/// A container that was read to its end.
pub(super) struct Ended {
    /// The file as it stands.
    pub(super) raw: Raw,
    /// Its content, uncompressed.
    pub(super) content: Raw,
    /// The field that is the text, if there are fields.
    pub(super) text_field: Option<String>,
    /// The names of the fields of its first record.
    pub(super) there: Vec<String>,
}

/// Reads the inputs and sends batches until they end, nobody takes them, or `stop` is set. The input
/// whose index is in `abandoned` is not read further.
pub(super) fn read_all(
    job: &Job,
    stop: &AtomicBool,
    abandoned: &AtomicUsize,
    mut done_before: HashMap<String, Entry>,
    to: &SyncSender<Batch>,
) {
    let mut batches = Batches { to, size: job.batch, open: Batch::default(), bytes: 0 };
    let mut bytes_before = 0;
    for (src, source) in job.sources.iter().enumerate() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        batches.open.bytes_read = bytes_before + source.bytes();
        let done = done_before.remove(source.id()).filter(|entry| entry.holds(job, source));
        let sent = if let Some(entry) = done {
            batches.add(Item::Done { src, entry: Box::new(entry) }, 0)
        } else if job.reading.format_of(source) == Some(Format::Text) && is_as_large_as_on_disk(source) {
            batches.add(Item::Whole { src, read: None }, source.bytes())
        } else {
            match loading::open(job, src) {
                Ok(Opened::Container(container)) => {
                    read_container(*container, src, bytes_before, abandoned, stop, &mut batches)
                }
                Ok(Opened::Whole(whole)) => {
                    let bytes = whole.content.bytes;
                    batches.add(Item::Whole { src, read: Some(Ok(whole)) }, bytes)
                }
                Err(bad) => batches.add(Item::Whole { src, read: Some(Err(bad)) }, 0),
            }
        };
        if sent.is_none() {
            return;
        }
        bytes_before += source.bytes();
    }
    batches.send();
}

/// Is its size known without a look into it?
fn is_as_large_as_on_disk(source: &Source) -> bool {
    match source {
        Source::File { path, .. } => Compression::of_name(path) == Compression::None,
        Source::Unusable { .. } => true,
        Source::Stdin => false,
    }
}

fn read_container(
    mut container: input::Container,
    src: usize,
    bytes_before: u64,
    abandoned: &AtomicUsize,
    stop: &AtomicBool,
    batches: &mut Batches,
) -> Option<()> {
    let format = container.format();
    batches.add(Item::Begin { src, format, compression: container.compression() }, 0)?;
    let result = loop {
        if stop.load(Ordering::Relaxed) || abandoned.load(Ordering::Relaxed) == src {
            break Err(String::new()); // nobody reads it
        }
        batches.open.bytes_read = bytes_before + container.bytes_read();
        let next = unless_it_panics(|| container.next_piece());
        match next.unwrap_or_else(|| Err(FAULT.to_owned())) {
            Ok(Some(piece)) => {
                let bytes = piece.bytes.len() as u64;
                batches.add(Item::Piece { src, format, piece }, bytes)?;
            }
            Ok(None) => {
                let (raw, content) = container.raws();
                let text_field = container.text_field().map(str::to_owned);
                break Ok(Ended { raw, content, text_field, there: container.field_names().to_vec() });
            }
            Err(message) => break Err(message),
        }
    };
    batches.add(Item::End { src, result }, 0)
}

struct Batches<'s> {
    to: &'s SyncSender<Batch>,
    size: BatchSize,
    open: Batch,
    /// Bytes of the items in the open batch.
    bytes: u64,
}

impl Batches<'_> {
    /// Adds an item; `None` if nobody takes batches any more.
    fn add(&mut self, item: Item, bytes: u64) -> Option<()> {
        let is_full = self.bytes + bytes > self.size.bytes || self.open.items.len() >= self.size.items;
        if is_full && !self.open.items.is_empty() {
            self.send()?;
        }
        self.open.items.push(item);
        self.bytes += bytes;
        Some(())
    }

    fn send(&mut self) -> Option<()> {
        let next = Batch { items: Vec::new(), bytes_read: self.open.bytes_read };
        self.bytes = 0;
        self.to.send(std::mem::replace(&mut self.open, next)).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;
    use crate::output;

    /// Compressed, all of them are smaller than one batch.
    #[test]
    fn compressed_texts_count_as_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let text = "The ferry sails again. ".repeat(5000);
        let mut job = Job { batch: BatchSize { bytes: 2 * text.len() as u64, items: 100 }, ..Job::default() };
        for (name, compression) in [("a.txt.gz", Compression::Gzip), ("b.txt.zst", Compression::Zstd)] {
            for number in 0..3 {
                let path = folder.path().join(format!("{number}-{name}"));
                let pieces = std::iter::once(text.as_bytes());
                output::write_compressed(&path, compression, pieces, false).unwrap();
                let bytes = path.metadata().unwrap().len();
                assert!(bytes < text.len() as u64 / 10);
                job.sources.push(Source::File { path, id: format!("{number}-{name}"), bytes });
            }
        }
        let (to, batches) = sync_channel(100);
        read_all(&job, &AtomicBool::new(false), &AtomicUsize::new(usize::MAX), HashMap::new(), &to);
        drop(to);
        let sizes: Vec<usize> = batches.into_iter().map(|batch| batch.items.len()).collect();
        assert_eq!(sizes, [2, 2, 2]);
    }
}
