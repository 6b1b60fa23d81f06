//! What an item of a batch is: a document, with what it stands in, or something that gave none.

use std::panic::{self, AssertUnwindSafe};

use rayon::prelude::*;

use super::reading::{Batch, Item};
use super::{BadRecords, Job};
use crate::document::Document;
use crate::input::format::Format;
use crate::input::record::{self, BadRecord, Part, Piece, Record};
use crate::input::{self, Bad, Opened, Whole};

/// Items that a thread takes at once: so few that all threads come to the end of a batch together.
pub(super) const ITEMS_AT_ONCE: usize = 16;

/// An item that was read and parsed; `src` is the index of its input.
pub(super) enum Loaded {
    /// A document of its own file, or why there is none.
    Whole { src: usize, read: Result<Whole, Bad> },
    /// A document that is a record.
    Record { src: usize, format: Format, record: Record },
    /// A record that gives no document.
    Bad { src: usize, bad: BadRecord },
    /// Anything else.
    Other(Item),
}

impl Loaded {
    /// Reads a file that is one document, and parses a record.
    pub(super) fn load(job: &Job, item: Item) -> Self {
        match item {
            Item::Whole { src, read } => {
                let read = read.unwrap_or_else(|| match open(job, src)? {
                    Opened::Whole(whole) => Ok(whole),
                    Opened::Container(_) => unreachable!("its name says that it is one text"),
                });
                Self::Whole { src, read }
            }
            Item::Piece { src, format, piece: piece @ Piece { part: Part::Record { .. }, .. } } => {
                let parsed = unless_it_panics(|| record::parsed(format, &piece));
                let parsed = parsed.unwrap_or_else(|| Err(FAULT.to_owned()));
                match record::framed(job.sources[src].id(), piece, parsed) {
                    Ok(record) => Self::Record { src, format, record },
                    Err(bad) => Self::Bad { src, bad },
                }
            }
            other => Self::Other(other),
        }
    }

    /// The document, with the index of its input.
    pub(super) fn document(&self) -> Option<(usize, &Document)> {
        match self {
            Self::Whole { src, read } => read.as_ref().ok().map(|whole| (*src, &whole.document)),
            Self::Record { src, record, .. } => Some((*src, &record.document)),
            Self::Bad { .. } | Self::Other(_) => None,
        }
    }
}

/// What a batch holds.
pub(super) struct Documents {
    /// The documents, with the indexes of their inputs.
    pub(super) found: Vec<(usize, Document)>,
    /// What gave no document: the index of its input, its name, and the cause in words that follow it.
    pub(super) bad: Vec<(usize, String, String)>,
    /// The first document that has a text and no fields beside it.
    pub(super) without_fields: Option<String>,
    /// The inputs that end in it, with the names of the fields of their first records.
    pub(super) ended: Vec<(usize, Vec<String>)>,
}

/// The documents of a batch.
pub(super) fn documents(job: &Job, batch: Batch) -> Documents {
    let items = batch.items.into_par_iter().with_max_len(ITEMS_AT_ONCE);
    let loaded: Vec<Loaded> = items.map(|item| Loaded::load(job, item)).collect();
    let mut all = Documents { found: Vec::new(), bad: Vec::new(), without_fields: None, ended: Vec::new() };
    for loaded in loaded {
        let is_plain = match &loaded {
            Loaded::Whole { read, .. } => read.is_ok(),
            Loaded::Record { format, .. } => *format == Format::Blocks,
            Loaded::Bad { .. } | Loaded::Other(_) => false,
        };
        if let (true, None, Some((_, document))) = (is_plain, &all.without_fields, loaded.document()) {
            all.without_fields = Some(document.id.clone());
        }
        let id = |src: usize| job.sources[src].id();
        match loaded {
            Loaded::Whole { src, read: Ok(whole) } => all.found.push((src, whole.document)),
            Loaded::Record { src, record, .. } => all.found.push((src, record.document)),
            Loaded::Whole { src, read: Err(bad) } => all.bad.push((src, id(src).to_owned(), bad.message)),
            Loaded::Bad { src, bad } => all.bad.push((src, format!("{}/{}", id(src), bad.rec), bad.message)),
            Loaded::Other(Item::End { src, result: Err(message) }) => {
                all.bad.push((src, id(src).to_owned(), message));
            }
            Loaded::Other(Item::End { src, result: Ok(ended) }) => all.ended.push((src, ended.there)),
            Loaded::Other(Item::Piece {
                src, piece: Piece { part: Part::TooLong { rec, .. }, .. }, ..
            }) => {
                let message = too_long(job.reading.record_max);
                all.bad.push((src, format!("{}/{rec}", id(src)), message));
            }
            Loaded::Other(_) => {}
        }
    }
    all
}

/// Opens input `src`.
pub(super) fn open(job: &Job, src: usize) -> Result<Opened, Bad> {
    let opened = unless_it_panics(|| input::open(&job.sources[src], &job.reading));
    let mut opened = opened.unwrap_or_else(|| Err(Bad { message: FAULT.to_owned(), raw: None }));
    if let (Ok(Opened::Container(container)), true) = (&mut opened, job.bad_records != BadRecords::Keep) {
        container.part_strays();
    }
    opened
}

/// Why a record is not cleaned.
pub(super) fn too_long(max: u64) -> String {
    format!("longer than {max} bytes; raise --max-record to clean it")
}

/// Does what should never panic. Where it does nevertheless, for a fault of ours, that costs one document and not
/// the run; the panic itself is told as any other.
pub(super) fn unless_it_panics<T>(act: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(act)).ok()
}

/// What of a document is told on which we failed.
pub(super) const FAULT: &str =
    "unchaff failed on it: a fault of the program and not of the text; please report it";
