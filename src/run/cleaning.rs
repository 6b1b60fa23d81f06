//! The second stage: the items of a batch are read, cleaned and rendered. Work on single documents is
//! parallel and keeps its order; whatever depends on earlier documents stands between, in input order.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::reading::{Batch, Item};
use super::{Format, Job, Target};
use crate::clean::{Cleaned, clean};
use crate::cuts::Cut;
use crate::document::{Document, Raw};
use crate::error::Error;
use crate::input::format::Compression;
use crate::input::record::{self, BadRecord, Part, Piece, Record};
use crate::input::{self, Bad, Opened, Whole};
use crate::learn::gold::to_marks;
use crate::output;
use crate::report::{self, Row};
use crate::tally::Counts;

/// A batch that is ready to be written.
pub(super) struct Done {
    pub(super) items: Vec<DoneItem>,
    pub(super) bytes_read: u64,
}

/// What became of an item; `src` is the index of its input.
pub(super) enum DoneItem {
    /// A document of its own file, written already if it could be.
    Whole { src: usize, raws: Option<(Raw, Raw, Compression)>, result: Result<Finished, Failure> },
    /// A record of the open container.
    Record { src: usize, bytes: Vec<u8>, finished: Finished },
    /// A record that gave no document.
    Bad { src: usize, bad: BadRecord },
    /// Anything that is handed on as it is.
    Other(Item),
}

/// A cleaned document.
pub(super) struct Finished {
    pub(super) document: Document,
    pub(super) decision: Decision,
    pub(super) counts: Counts,
    /// Its row of the report, if there is one.
    pub(super) row: Vec<u8>,
}

/// What was decided of a document, apart from its text.
pub(super) struct Decision {
    cuts: Vec<Cut>,
    lines: usize,
    lines_kept: usize,
    emptied: bool,
}

impl From<Cleaned<'_>> for Decision {
    fn from(cleaned: Cleaned) -> Self {
        let Cleaned { original: _, cuts, lines, lines_kept, emptied } = cleaned;
        Self { cuts, lines, lines_kept, emptied }
    }
}

impl Decision {
    /// Together with the text again.
    pub(super) fn of(self, original: &str) -> Cleaned<'_> {
        let Self { cuts, lines, lines_kept, emptied } = self;
        Cleaned { original, cuts, lines, lines_kept, emptied }
    }
}

/// Why a document was not written.
pub(super) enum Failure {
    /// Its own trouble: it is told and reported, and the run goes on.
    Input { told: String, reported: String },
    /// Standard output went away.
    Run(Error),
}

/// Cleans a batch. Once `stop` is set what comes out is not whole.
pub(super) fn clean_batch(
    job: &Job,
    near_inputs: Option<&output::Guard>,
    stop: &AtomicBool,
    batch: Batch,
) -> Done {
    let loaded: Vec<Loaded> = batch.items.into_par_iter().map(|item| load(job, item)).collect();
    let cleaned: Vec<Option<Cleaned>> = loaded
        .par_iter()
        .map(|loaded| loaded.document().filter(|_| !stop.load(Ordering::Relaxed)))
        .map(|document| document.map(|document| clean(&document.text, job.config.of_site(&document.site()))))
        .collect();
    // What depends on earlier documents is asked here, in input order.
    let rendered: Vec<Option<Rendered>> = loaded
        .par_iter()
        .zip(cleaned)
        .map(|(loaded, cleaned)| Some(render(job, near_inputs, loaded, cleaned?)))
        .collect();
    let items = loaded.into_iter().zip(rendered).map(|(loaded, rendered)| done(loaded, rendered)).collect();
    Done { items, bytes_read: batch.bytes_read }
}

enum Loaded {
    Whole { src: usize, read: Result<Whole, Bad> },
    Record { src: usize, record: Record },
    Bad { src: usize, bad: BadRecord },
    Other(Item),
}

impl Loaded {
    fn document(&self) -> Option<&Document> {
        match self {
            Self::Whole { read, .. } => read.as_ref().ok().map(|whole| &whole.document),
            Self::Record { record, .. } => Some(&record.document),
            Self::Bad { .. } | Self::Other(_) => None,
        }
    }
}

fn load(job: &Job, item: Item) -> Loaded {
    match item {
        Item::Whole { src, read } => {
            let read = read.unwrap_or_else(|| match input::open(&job.sources[src], &job.reading)? {
                Opened::Whole(whole) => Ok(whole),
                Opened::Container(_) => unreachable!("its name says that it is one text"),
            });
            Loaded::Whole { src, read }
        }
        Item::Piece { src, format, piece: piece @ Piece { part: Part::Record { .. }, .. } } => {
            match record::parse(format, job.sources[src].id(), piece) {
                Ok(record) => Loaded::Record { src, record },
                Err(bad) => Loaded::Bad { src, bad },
            }
        }
        other => Loaded::Other(other),
    }
}

/// A document's clean text and its row.
struct Rendered {
    /// The bytes of a record, if they are not as they were; of a file of its own, whether they were written.
    bytes: Result<Option<Vec<u8>>, Failure>,
    decision: Decision,
    counts: Counts,
    row: Vec<u8>,
}

fn render(job: &Job, near_inputs: Option<&output::Guard>, loaded: &Loaded, cleaned: Cleaned) -> Rendered {
    let row = |row: &dyn Fn() -> report::Doc| match job.report {
        Some(_) => report::line_of(&Row::Doc(row())),
        None => Vec::new(),
    };
    let (bytes, row) = match loaded {
        Loaded::Whole { src, read: Ok(whole) } => (
            write_whole(job, near_inputs, whole, &cleaned).map(|()| None),
            row(&|| report::doc_row(&whole.document, &cleaned, *src, job.report_text)),
        ),
        Loaded::Record { src, record } => (
            Ok((!cleaned.cuts.is_empty()).then(|| record.frame.cut(&cleaned))),
            row(&|| report::record_row(record, &cleaned, *src, job.report_text)),
        ),
        _ => unreachable!("only documents are cleaned"),
    };
    Rendered { bytes, counts: Counts::of(&cleaned), row, decision: cleaned.into() }
}

/// Writes the clean text of a document that has a file of its own.
fn write_whole(
    job: &Job,
    near_inputs: Option<&output::Guard>,
    whole: &Whole,
    cleaned: &Cleaned,
) -> Result<(), Failure> {
    let Whole { document, compression, .. } = whole;
    let mut marks = None;
    let pieces: Vec<&str> = match job.format {
        Format::Text => cleaned.kept().collect(),
        Format::Marks => vec![marks.insert(to_marks(&document.id, cleaned))],
    };
    let pieces = || pieces.iter().map(|piece| piece.as_bytes());
    let into_input =
        |error: Error| Failure::Input { told: error.to_string(), reported: error.without_path() };
    match &job.target {
        Target::Nowhere => Ok(()),
        Target::Stdout => output::write_stdout(pieces()).map_err(Failure::Run),
        Target::File(path) => output::write_compressed(path, Compression::of_name(path), pieces(), job.force)
            .map_err(into_input),
        Target::Folder(folder) => {
            let path = folder.join(&document.id);
            near_inputs.map_or(Ok(()), |guard| guard.check(&path)).map_err(into_input)?;
            output::write_compressed(&path, *compression, pieces(), job.force).map_err(into_input)
        }
    }
}

fn done(loaded: Loaded, rendered: Option<Rendered>) -> DoneItem {
    match (loaded, rendered) {
        (Loaded::Whole { src, read: Ok(whole) }, Some(Rendered { bytes, decision, counts, row })) => {
            DoneItem::Whole {
                src,
                raws: Some((whole.raw, whole.content, whole.compression)),
                result: bytes.map(|_| Finished { document: whole.document, decision, counts, row }),
            }
        }
        (Loaded::Whole { src, read: Err(Bad { message, raw }) }, _) => DoneItem::Whole {
            src,
            raws: raw.map(|raw| (raw, raw, Compression::None)),
            result: Err(Failure::Input { told: message.clone(), reported: message }),
        },
        (Loaded::Record { src, record }, Some(Rendered { bytes: Ok(bytes), decision, counts, row })) => {
            let bytes = bytes.unwrap_or(record.frame.bytes);
            DoneItem::Record {
                src,
                bytes,
                finished: Finished { document: record.document, decision, counts, row },
            }
        }
        (Loaded::Bad { src, bad }, _) => DoneItem::Bad { src, bad },
        (Loaded::Other(item), _) => DoneItem::Other(item),
        // Stopped: nothing of this batch is written.
        (Loaded::Whole { src, .. }, None) => {
            DoneItem::Whole { src, raws: None, result: Err(Failure::Run(Error::Interrupted)) }
        }
        (Loaded::Record { src, record }, _) => {
            let Record { document, frame } = record;
            DoneItem::Bad {
                src,
                bad: BadRecord { rec: document.rec, message: String::new(), bytes: frame.bytes },
            }
        }
    }
}
