//! The second stage: the items of a batch are parsed, cleaned and rendered, each by one thread from its
//! bytes to those that are written; no item waits for another, and their order is kept.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::converting::converted;
use super::loading::{FAULT, ITEMS_AT_ONCE, Loaded, unless_it_panics};
use super::reading::{Batch, Item};
use super::resume::Resume;
use super::survey::{Survey, Told};
use super::{Job, OutputFormat, Target};
use crate::clean::{Cleaned, clean_among};
use crate::cuts::{Cut, Mark};
use crate::document::{Document, Raw};
use crate::error::Error;
use crate::input::format::Compression;
use crate::input::record::{BadRecord, Record};
use crate::input::spelling::Spelling;
use crate::input::{self, Bad, Source, Whole, blocks, jsonl};
use crate::learn::gold::to_marks;
use crate::output::{self, Sink};
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
    /// A document of its own file that is not written yet: in another format, or where the first failure ends
    /// the run.
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
    /// Arrays with an entry for each line that were named, and
    pub(super) arrays: Vec<String>,
    /// those that nobody named.
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
    /// Its own: it is told and reported, and the run goes on.
    Input(Trouble),
    /// Standard output went away.
    Run(Error),
}

/// What is wrong with one input.
pub(super) struct Trouble {
    pub(super) told: String,
    pub(super) reported: String,
    /// Is it only that its output is there already?
    pub(super) exists: bool,
}

impl From<String> for Trouble {
    fn from(message: String) -> Self {
        Self { told: message.clone(), reported: message, exists: false }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        let exists = matches!(error, Error::Exists { .. });
        Self { told: error.to_string(), reported: error.without_path(), exists }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            error @ Error::Stream { .. } => Self::Run(error),
            error => Self::Input(error.into()),
        }
    }
}

/// What is the same for all batches of a run.
pub(super) struct Cleaning<'r> {
    pub(super) job: &'r Job,
    pub(super) near_inputs: Option<&'r output::Guard>,
    pub(super) survey: Option<&'r Survey>,
    pub(super) resume: Option<&'r Resume>,
    pub(super) stop: &'r AtomicBool,
}

impl Cleaning<'_> {
    /// Cleans a batch. Once `stop` is set what comes out is not whole.
    pub(super) fn batch(&self, batch: Batch) -> Done {
        // What is written by many threads is noted before it is.
        let begins = batch.items.iter().filter_map(Item::begins);
        let begun = self.resume.map_or(Ok(()), |resume| resume.note_begun(self.job, begins));
        let items = begun.and_then(|()| {
            let items = batch.items.into_par_iter().with_max_len(ITEMS_AT_ONCE);
            items.map(|item| self.item(item)).collect()
        });
        let bytes_read = batch.bytes_read;
        match items {
            Ok(items) => Done { items, bytes_read },
            Err(error) => Done::failed(error, bytes_read),
        }
    }

    /// One item from the bytes that were read to those that are written.
    fn item(&self, item: Item) -> Result<DoneItem, Error> {
        let loaded = Loaded::load(self.job, item);
        let document = loaded.document().filter(|_| !self.stop.load(Ordering::Relaxed));
        let Some((src, document)) = document else { return Ok(without_document(loaded)) };
        let told = self.survey.map(|survey| survey.of(self.job, src, document)).transpose()?;
        let Told { others, alone } = told.unwrap_or_default();
        let config = self.job.config.of_site(&document.site());
        let rendered = unless_it_panics(|| {
            let mut cleaned = clean_among(&document.text, config, others.as_ref(), alone);
            if self.runs_together(&loaded, &cleaned) {
                cleaned = Cleaned { cuts: Vec::new(), lines_kept: cleaned.lines, ..cleaned };
            }
            self.render(&loaded, cleaned)
        });
        Ok(match rendered {
            Some(rendered) => done(loaded, rendered),
            None => left_out(loaded),
        })
    }

    /// Would a document that is parted from others by blank lines, cut, not be parted any more? Then it stays
    /// whole.
    fn runs_together(&self, loaded: &Loaded, cleaned: &Cleaned) -> bool {
        let Loaded::Record { format: input::format::Format::Blocks, record, .. } = loaded else {
            return false;
        };
        let is_cut = !cleaned.cuts.is_empty() && !cleaned.emptied && !self.job.format.is_converted();
        is_cut && !blocks::is_one(&record.frame.bytes, &record.frame.cut(cleaned, self.job.removed_lines))
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
    arrays: Vec<String>,
    unnamed_parallel: Vec<String>,
}

impl Cleaning<'_> {
    fn render(&self, loaded: &Loaded, cleaned: Cleaned) -> Rendered {
        let job = self.job;
        // Between documents that are parted by blank lines an empty one cannot stand.
        let leaves_trace = !matches!(loaded, Loaded::Record { format: input::format::Format::Blocks, .. })
            || job.format.is_converted();
        // What is cleaned in place cannot be left out of its folder.
        let stays_in_place = matches!((loaded, &job.target), (Loaded::Whole { .. }, Target::InPlace { .. }));
        let is_left_out = cleaned.emptied && (job.drop_emptied || !leaves_trace) && !stays_in_place;
        let row = |row: report::Doc| {
            if is_left_out {
                let keeps_raw = matches!(loaded, Loaded::Whole { .. })
                    && (job.report_text == ReportText::Full || job.resume);
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
            Loaded::Whole { src, read: Ok(whole) } => self.write_whole(*src, whole, &cleaned),
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
            (true, Loaded::Whole { src, .. }) => {
                row(report::doc_row(document, &cleaned, *src, text, removed))
            }
            (true, _) => unreachable!("only documents are cleaned"),
        };
        let arrays = match loaded {
            Loaded::Record { record, .. } => {
                record.frame.parallel.iter().map(|array| array.field.clone()).collect()
            }
            _ => Vec::new(),
        };
        Rendered {
            bytes,
            arrays,
            counts: Counts::of(&cleaned),
            is_left_out,
            row,
            unnamed_parallel,
            decision: cleaned.into(),
        }
    }

    /// Writes the clean text of a document that has a file of its own; or gives it, if what comes before may end
    /// the run.
    fn write_whole(&self, src: usize, whole: &Whole, cleaned: &Cleaned) -> Result<Option<Vec<u8>>, Failure> {
        let Self { job, near_inputs, resume, .. } = *self;
        let Whole { document, compression, .. } = whole;
        let pieces: Vec<Cow<str>> = match job.format {
            OutputFormat::Marks => vec![Cow::Owned(to_marks(&document.id, cleaned))],
            _ => job.removed_lines.written(cleaned).collect(),
        };
        if job.fail_fast && job.target != Target::Nowhere {
            return Ok(Some(pieces.concat().into_bytes()));
        }
        let file = OwnFile {
            src,
            compression: *compression,
            is_changed: !cleaned.cuts.is_empty(),
            may_overwrite: job.force || resume.is_some_and(|resume| resume.may_overwrite(&document.id)),
        };
        let pieces = pieces.iter().map(|piece| piece.as_bytes());
        file.write(job, near_inputs, pieces).map(|()| None).map_err(Failure::from)
    }
}

/// The clean text of an input that is one document.
pub(super) struct OwnFile {
    /// The index of the input.
    pub(super) src: usize,
    pub(super) compression: Compression,
    pub(super) is_changed: bool,
    /// May what stands in its place be overwritten?
    pub(super) may_overwrite: bool,
}

impl OwnFile {
    /// Writes it to the target.
    pub(super) fn write<'p>(
        &self,
        job: &Job,
        near_inputs: Option<&output::Guard>,
        pieces: impl Iterator<Item = &'p [u8]>,
    ) -> Result<(), Error> {
        let source = &job.sources[self.src];
        match &job.target {
            Target::Nowhere => Ok(()),
            Target::Stdout => output::write_stdout(pieces),
            Target::File(path) => {
                output::write_compressed(path, Compression::of_name(path), pieces, job.force)
            }
            Target::Folder(folder) => {
                let path = folder.join(source.id());
                near_inputs.map_or(Ok(()), |guard| guard.check(&path))?;
                output::write_compressed(&path, self.compression, pieces, self.may_overwrite)
            }
            Target::InPlace { suffix } => {
                let Source::File { path, .. } = source else { return Ok(()) };
                if !self.is_changed {
                    return Ok(()); // as it is, its encoding included
                }
                output::back_up(path, suffix.as_deref(), job.force)?;
                let sink = Sink::file(path, self.compression, true)?;
                // Nothing else holds the text of the original once its name is given away.
                output::write_to(if suffix.is_none() { sink.synced() } else { sink }, pieces)
            }
        }
    }
}

/// Is it a text of its own that stays one?
fn is_a_file(job: &Job, loaded: &Loaded) -> bool {
    matches!(loaded, Loaded::Whole { .. }) && job.keeps_texts()
}

/// Arrays with an entry for each line that nobody named; looked for in the first records.
fn unnamed_arrays(job: &Job, record: &Record) -> Vec<String> {
    let is_json = matches!(record.frame.spelling, Spelling::Json | Spelling::JsonAscii);
    if record.document.rec >= PARALLEL_RECORDS || !is_json {
        return Vec::new();
    }
    jsonl::unnamed_parallel(&record.frame.bytes, &record.document.text, &job.reading.fields.parallel)
}

/// A document on which we failed, as one that could not be read.
fn left_out(loaded: Loaded) -> DoneItem {
    match loaded {
        Loaded::Record { src, record, .. } => {
            let bad =
                BadRecord { rec: record.document.rec, message: FAULT.to_owned(), bytes: record.frame.bytes };
            DoneItem::Bad { src, bad }
        }
        Loaded::Whole { src, read: Ok(whole) } => DoneItem::Whole {
            src,
            raws: Some((whole.raw, whole.content, whole.compression)),
            result: Err(Failure::Input(FAULT.to_owned().into())),
        },
        other => without_document(other),
    }
}

/// An item that was not cleaned.
fn without_document(loaded: Loaded) -> DoneItem {
    match loaded {
        Loaded::Whole { src, read: Err(Bad { message, raw }) } => DoneItem::Whole {
            src,
            raws: raw.map(|raw| (raw, raw, Compression::None)),
            result: Err(Failure::Input(message.into())),
        },
        Loaded::Bad { src, bad } => DoneItem::Bad { src, bad },
        Loaded::Other(item) => DoneItem::Other(item),
        // The run was stopped: nothing of this batch is written.
        Loaded::Whole { src, .. } | Loaded::Record { src, .. } => {
            DoneItem::Whole { src, raws: None, result: Err(Failure::Run(Error::Interrupted)) }
        }
    }
}

fn done(loaded: Loaded, rendered: Rendered) -> DoneItem {
    let Rendered { bytes, decision, counts, is_left_out, row, arrays, unnamed_parallel } = rendered;
    let finished =
        |document| Finished { document, decision, counts, is_left_out, row, arrays, unnamed_parallel };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::record::Frame;

    #[test]
    fn a_document_on_which_we_fail_is_a_bad_one() {
        assert_eq!(unless_it_panics(|| 1), Some(1));
        assert_eq!(unless_it_panics(|| -> u8 { panic!("a fault of ours, in a test") }), None);
        let document = Document { rec: 7, ..Document::default() };
        let frame = Frame {
            bytes: b"{}".to_vec(),
            text: 0..0,
            spelling: Spelling::Json,
            head: None,
            parallel: Vec::new(),
        };
        let record = Record { document, frame };
        let item = left_out(Loaded::Record { src: 3, format: input::format::Format::Jsonl, record });
        let DoneItem::Bad { src: 3, bad } = item else { panic!("it is bad") };
        assert_eq!((bad.rec, &bad.bytes[..], &bad.message[..]), (7, &b"{}"[..], FAULT));
    }
}
