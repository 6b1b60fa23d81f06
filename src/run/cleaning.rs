//! The second stage: the items of a batch are read, cleaned and rendered. Work on single documents is
//! parallel and keeps its order; whatever depends on earlier documents stands between, in input order.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::converting::converted;
use super::reading::{Batch, Item};
use super::resume::Resume;
use super::survey::Survey;
use super::{Format, Job, Target};
use crate::clean::{Cleaned, clean_among};
use crate::cuts::{Cut, Mark};
use crate::document::{Document, Raw};
use crate::error::Error;
use crate::input::format::Compression;
use crate::input::jsonl;
use crate::input::record::{self, BadRecord, Part, Piece, Record};
use crate::input::spelling::Spelling;
use crate::input::{self, Bad, Opened, Source, Whole};
use crate::learn::gold::to_marks;
use crate::output;
use crate::report::{self, RawBytes, ReportFormat, ReportText, Row};
use crate::tally::Counts;

/// So many records of an input are searched for arrays with an entry for each line.
const PARALLEL_RECORDS: u64 = 100;

/// A batch that is ready to be written.
pub(super) struct Done {
    pub(super) items: Vec<DoneItem>,
    pub(super) bytes_read: u64,
}

impl Done {
    /// A batch that ends the run.
    fn failed(error: Error, bytes_read: u64) -> Self {
        let item = DoneItem::Whole { src: 0, raws: None, result: Err(Failure::Run(error)) };
        Self { items: vec![item], bytes_read }
    }
}

/// What became of an item; `src` is the index of its input.
pub(super) enum DoneItem {
    /// A document of its own file, written already if it could be.
    Whole { src: usize, raws: Option<(Raw, Raw, Compression)>, result: Result<Finished, Failure> },
    /// A document of its own file in another format, not written yet.
    Converted { src: usize, raws: (Raw, Raw, Compression), bytes: Vec<u8>, finished: Finished },
    /// A record of the open container; of one that is left out its bytes as they were.
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
    /// Is it left out of the output, because nothing of it is left?
    pub(super) is_left_out: bool,
    /// Its row of the report, if there is one.
    pub(super) row: ReportRow,
    /// Arrays with an entry for each line that nobody named.
    pub(super) unnamed_parallel: Vec<String>,
}

impl Finished {
    pub(super) fn is_changed(&self) -> bool {
        !self.decision.cuts.is_empty()
    }
}

/// A row of the report.
pub(super) enum ReportRow {
    /// There is no report.
    None,
    /// The line.
    Line(Vec<u8>),
    /// The row of a document that is left out: it will hold what is not written.
    LeftOut(Box<report::Doc>),
}

/// What was decided of a document, apart from its text.
pub(super) struct Decision {
    cuts: Vec<Cut>,
    marks: Vec<Mark>,
    lines: usize,
    lines_kept: usize,
    emptied: bool,
}

impl From<Cleaned<'_>> for Decision {
    fn from(cleaned: Cleaned) -> Self {
        let Cleaned { original: _, cuts, marks, lines, lines_kept, emptied } = cleaned;
        Self { cuts, marks, lines, lines_kept, emptied }
    }
}

impl Decision {
    /// Together with the text again.
    pub(super) fn of(self, original: &str) -> Cleaned<'_> {
        let Self { cuts, marks, lines, lines_kept, emptied } = self;
        Cleaned { original, cuts, marks, lines, lines_kept, emptied }
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
    survey: Option<&Survey>,
    resume: Option<&Resume>,
    stop: &AtomicBool,
    batch: Batch,
) -> Done {
    // What is written by many threads is noted before it is.
    let begun =
        resume.map_or(Ok(()), |resume| resume.note_begun(job, batch.items.iter().filter_map(Item::begins)));
    if let Err(error) = begun {
        return Done::failed(error, batch.bytes_read);
    }
    let bytes_read = batch.bytes_read;
    let loaded: Vec<Loaded> = batch.items.into_par_iter().map(|item| load(job, item)).collect();
    let cleaned: Result<Vec<Option<Cleaned>>, Error> = loaded
        .par_iter()
        .map(|loaded| {
            let (src, document) = loaded.document().filter(|_| !stop.load(Ordering::Relaxed))?;
            let others = survey.map(|survey| survey.of(job, src, document)).transpose();
            let config = job.config.of_site(&document.site());
            Some(others.map(|others| clean_among(&document.text, config, others.as_ref())))
        })
        .map(Option::transpose)
        .collect();
    let cleaned = match cleaned {
        Ok(cleaned) => cleaned,
        Err(error) => return Done::failed(error, bytes_read),
    };
    let rendered: Vec<Option<Rendered>> = loaded
        .par_iter()
        .zip(cleaned)
        .map(|(loaded, cleaned)| Some(render(job, near_inputs, resume, loaded, cleaned?)))
        .collect();
    let items = loaded.into_iter().zip(rendered).map(|(loaded, rendered)| done(loaded, rendered)).collect();
    Done { items, bytes_read }
}

/// What a batch holds.
pub(super) struct Documents {
    /// The documents, with the indexes of their inputs.
    pub(super) found: Vec<(usize, Document)>,
    /// What gave no document: its name, and the cause in words that follow it.
    pub(super) bad: Vec<(String, String)>,
    /// The first document that has a text and no fields beside it.
    pub(super) without_fields: Option<String>,
}

/// The documents of a batch.
pub(super) fn documents(job: &Job, batch: Batch) -> Documents {
    let loaded: Vec<Loaded> = batch.items.into_par_iter().map(|item| load(job, item)).collect();
    let mut all = Documents { found: Vec::new(), bad: Vec::new(), without_fields: None };
    for loaded in loaded {
        let is_plain = match &loaded {
            Loaded::Whole { read, .. } => read.is_ok(),
            Loaded::Record { format, .. } => *format == input::format::Format::Blocks,
            Loaded::Bad { .. } | Loaded::Other(_) => false,
        };
        if let (true, None, Some((_, document))) = (is_plain, &all.without_fields, loaded.document()) {
            all.without_fields = Some(document.id.clone());
        }
        let id = |src: usize| job.sources[src].id();
        match loaded {
            Loaded::Whole { src, read: Ok(whole) } => all.found.push((src, whole.document)),
            Loaded::Record { src, record, .. } => all.found.push((src, record.document)),
            Loaded::Whole { src, read: Err(bad) } => all.bad.push((id(src).to_owned(), bad.message)),
            Loaded::Bad { src, bad } => all.bad.push((format!("{}/{}", id(src), bad.rec), bad.message)),
            Loaded::Other(Item::End { src, result: Err(message) }) => {
                all.bad.push((id(src).to_owned(), message));
            }
            Loaded::Other(Item::Piece {
                src, piece: Piece { part: Part::TooLong { rec, .. }, .. }, ..
            }) => {
                let message = too_long(job.reading.record_max);
                all.bad.push((format!("{}/{rec}", id(src)), message));
            }
            Loaded::Other(_) => {}
        }
    }
    all
}

/// Why a record is not cleaned.
pub(super) fn too_long(max: u64) -> String {
    format!("longer than {max} bytes; raise --max-record to clean it")
}

enum Loaded {
    Whole { src: usize, read: Result<Whole, Bad> },
    Record { src: usize, format: input::format::Format, record: Record },
    Bad { src: usize, bad: BadRecord },
    Other(Item),
}

impl Loaded {
    fn document(&self) -> Option<(usize, &Document)> {
        match self {
            Self::Whole { src, read } => read.as_ref().ok().map(|whole| (*src, &whole.document)),
            Self::Record { src, record, .. } => Some((*src, &record.document)),
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
                Ok(record) => Loaded::Record { src, format, record },
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
    is_left_out: bool,
    row: ReportRow,
    unnamed_parallel: Vec<String>,
}

fn render(
    job: &Job,
    near_inputs: Option<&output::Guard>,
    resume: Option<&Resume>,
    loaded: &Loaded,
    cleaned: Cleaned,
) -> Rendered {
    // Between documents that are parted by blank lines an empty one cannot stand.
    let leaves_trace = !matches!(loaded, Loaded::Record { format: input::format::Format::Blocks, .. })
        || job.format.is_converted();
    let is_left_out = cleaned.emptied && (job.drop_emptied || !leaves_trace);
    let row = |row: report::Doc| {
        if is_left_out {
            let keeps_raw =
                matches!(loaded, Loaded::Whole { .. }) && (job.report_text == ReportText::Full || job.resume);
            let raw = keeps_raw.then(|| RawBytes::Text(cleaned.original.to_owned()));
            ReportRow::LeftOut(Box::new(report::Doc { dropped: true, raw, ..row }))
        } else {
            ReportRow::Line(report::line_of(&Row::Doc(row)))
        }
    };
    // Notes for a later run hold all; what the report holds of it is decided when it is written.
    let text = match (job.resume, job.report_format) {
        (true, _) => ReportText::Full,
        (false, ReportFormat::Dolma) => ReportText::None,
        (false, ReportFormat::Jsonl) => job.report_text,
    };
    let removed = job.removed_lines;
    let (_, document) = loaded.document().expect("only documents are cleaned");
    let mut unnamed_parallel = Vec::new();
    let bytes = match loaded {
        _ if job.format.is_converted() && !is_a_file(job, loaded) => {
            Ok(Some(converted(job.format, document, &cleaned, removed)))
        }
        Loaded::Whole { .. } if is_left_out => Ok(None),
        Loaded::Whole { src, read: Ok(whole) } => {
            write_whole(job, near_inputs, resume, *src, whole, &cleaned).map(|()| None)
        }
        Loaded::Record { record, .. } if !cleaned.cuts.is_empty() && !is_left_out => {
            unnamed_parallel = unnamed_arrays(job, record);
            Ok(Some(record.frame.cut(&cleaned, removed)))
        }
        _ => Ok(None),
    };
    let row = match (job.report.is_some() || job.resume, loaded) {
        (false, _) => ReportRow::None,
        (true, Loaded::Record { src, record, .. }) => {
            row(report::record_row(record, &cleaned, *src, text, removed))
        }
        (true, Loaded::Whole { src, .. }) => row(report::doc_row(document, &cleaned, *src, text, removed)),
        (true, _) => unreachable!("only documents are cleaned"),
    };
    Rendered {
        bytes,
        counts: Counts::of(&cleaned),
        is_left_out,
        row,
        unnamed_parallel,
        decision: cleaned.into(),
    }
}

/// Is it a text of its own that stays one?
fn is_a_file(job: &Job, loaded: &Loaded) -> bool {
    matches!(loaded, Loaded::Whole { .. })
        && job.format == Format::Txt
        && matches!(job.target, Target::Folder(_))
}

/// Arrays with an entry for each line that nobody named; looked for in the first records.
fn unnamed_arrays(job: &Job, record: &Record) -> Vec<String> {
    let is_json = matches!(record.frame.spelling, Spelling::Json | Spelling::JsonAscii);
    if record.document.rec >= PARALLEL_RECORDS || !is_json {
        return Vec::new();
    }
    jsonl::unnamed_parallel(&record.frame.bytes, &record.document.text, &job.reading.fields.parallel)
}

/// Writes the clean text of a document that has a file of its own.
fn write_whole(
    job: &Job,
    near_inputs: Option<&output::Guard>,
    resume: Option<&Resume>,
    src: usize,
    whole: &Whole,
    cleaned: &Cleaned,
) -> Result<(), Failure> {
    let Whole { document, compression, .. } = whole;
    let pieces: Vec<Cow<str>> = match job.format {
        Format::Marks => vec![Cow::Owned(to_marks(&document.id, cleaned))],
        _ => job.removed_lines.written(cleaned).collect(),
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
            let force = job.force || resume.is_some_and(|resume| resume.may_overwrite(&document.id));
            output::write_compressed(&path, *compression, pieces(), force).map_err(into_input)
        }
        Target::InPlace { suffix } => {
            let Source::File { path, .. } = &job.sources[src] else { return Ok(()) };
            if cleaned.cuts.is_empty() {
                return Ok(()); // as it is, its encoding included
            }
            output::back_up(path, suffix.as_deref(), job.force)
                .and_then(|()| output::write_compressed(path, *compression, pieces(), true))
                .map_err(into_input)
        }
    }
}

fn done(loaded: Loaded, rendered: Option<Rendered>) -> DoneItem {
    let Some(Rendered { bytes, decision, counts, is_left_out, row, unnamed_parallel }) = rendered else {
        return match loaded {
            Loaded::Whole { src, read: Err(Bad { message, raw }) } => DoneItem::Whole {
                src,
                raws: raw.map(|raw| (raw, raw, Compression::None)),
                result: Err(Failure::Input { told: message.clone(), reported: message }),
            },
            Loaded::Bad { src, bad } => DoneItem::Bad { src, bad },
            Loaded::Other(item) => DoneItem::Other(item),
            // The run was stopped: nothing of this batch is written.
            Loaded::Whole { src, .. } | Loaded::Record { src, .. } => {
                DoneItem::Whole { src, raws: None, result: Err(Failure::Run(Error::Interrupted)) }
            }
        };
    };
    let finished = |document| Finished { document, decision, counts, is_left_out, row, unnamed_parallel };
    match (loaded, bytes) {
        (Loaded::Whole { src, read: Ok(whole) }, bytes) => {
            let raws = (whole.raw, whole.content, whole.compression);
            match bytes {
                Ok(Some(bytes)) => {
                    DoneItem::Converted { src, raws, bytes, finished: finished(whole.document) }
                }
                result => DoneItem::Whole {
                    src,
                    raws: Some(raws),
                    result: result.map(|_| finished(whole.document)),
                },
            }
        }
        (Loaded::Record { src, record, .. }, Ok(bytes)) => DoneItem::Record {
            src,
            bytes: bytes.unwrap_or(record.frame.bytes),
            finished: finished(record.document),
        },
        _ => unreachable!("only documents are rendered, and records are not written yet"),
    }
}
