//! A run: batches of inputs in order, read, cleaned and written; one row of the report for each.
//!
//! Work inside a batch is parallel and keeps its order; a batch is finished before the next one
//! begins, so the bytes written do not depend on the number of threads, and memory is a batch.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use encoding_rs::Encoding;
use rayon::prelude::*;

use crate::clean::{Cleaned, clean};
use crate::config::Config;
use crate::document::{Document, Raw};
use crate::error::Error;
use crate::input::{self, Bad, Source};
use crate::learn::gold::to_marks;
use crate::output;
use crate::report::{self, ReportText, Row};
use crate::tally::Tally;

/// A batch ends when its inputs have so many bytes, or are so many. Memory is about six times the
/// bytes, and 3 kB for each line of the documents that are cleaned at the same moment.
const BATCH_BYTES_MAX: u64 = 16 << 20;
const BATCH_INPUTS_MAX: usize = 1024;

/// Where clean text goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A folder in which the tree of inputs is mirrored.
    Folder(PathBuf),
    /// A file, for one input.
    File(PathBuf),
    /// Standard output, for one input.
    Stdout,
    /// Nothing is written: the run is for its events, its report or its totals.
    Nowhere,
}

/// What is written for a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The clean text.
    #[default]
    Text,
    /// All lines with a mark each: a draft of labels ([`crate::learn::gold::to_marks`]).
    Marks,
}

/// What to do.
#[derive(Clone, Debug)]
pub struct Job {
    /// The inputs, in order.
    pub sources: Vec<Source>,
    /// Where clean text goes.
    pub target: Target,
    /// What goes there.
    pub format: Format,
    /// Where the report goes.
    pub report: Option<PathBuf>,
    /// How much of each removed text the report holds.
    pub report_text: ReportText,
    /// Overwrite what is there.
    pub force: bool,
    /// Threads; 0 for one on each core.
    pub jobs: usize,
    /// The encoding of all inputs, if they are not to be asked.
    pub encoding: Option<&'static Encoding>,
    /// The inputs that must not be written to, as they were named.
    pub named: Vec<PathBuf>,
    /// How to clean.
    pub config: Config,
}

/// Something to tell while the run goes on, in input order.
#[derive(Debug, PartialEq)]
pub enum Event<'e> {
    /// A document was cleaned, and what goes to the target is there. Whatever shows documents (`check`,
    /// a difference, a page) reads them here.
    Cleaned {
        /// Its input.
        source: &'e Source,
        /// The document.
        document: &'e Document,
        /// Its cuts.
        cleaned: &'e Cleaned<'e>,
    },
    /// An input gave no clean text: the cause and what to do.
    Bad {
        /// The input.
        id: &'e str,
        /// Words that follow its name.
        message: &'e str,
    },
    /// Nothing that can be read is left of a document.
    Emptied {
        /// The document.
        id: &'e str,
    },
}

/// Runs the job. One input that fails stops no other; what became of each is in the tally, the
/// events and the report.
///
/// # Errors
///
/// What stops the whole run: an output among the inputs, a report that cannot be written, standard
/// output that goes away, and a stop asked for through `stop`. Then no report is left.
pub fn run(job: &Job, stop: &AtomicBool, mut tell: impl FnMut(&Event)) -> Result<Tally, Error> {
    let guard = output::Guard::new(&job.named);
    guard_outputs(job, &guard)?;
    let mut writer = job.report.as_deref().map(|path| report::Writer::create(path, job.force)).transpose()?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(job.jobs)
        .build()
        .map_err(|error| Error::usage(format!("cannot start {} threads: {error}", job.jobs)))?;

    // Only where an input stands inside the output folder might a file written there be one.
    let near_inputs = match &job.target {
        Target::Folder(folder) if guard.holds_input(folder) => Some(&guard),
        _ => None,
    };
    let mut tally = Tally::default();
    let mut begin = 0;
    for batch in batches(&job.sources) {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let documents: Vec<Result<Document, Bad>> =
            pool.install(|| batch.par_iter().map(|source| input::read(source, job.encoding)).collect());
        let cleaned: Vec<Option<Cleaned>> =
            pool.install(|| documents.par_iter().map(|document| clean_one(job, document)).collect());
        let written: Vec<Result<Vec<u8>, Failure>> = pool.install(|| {
            (0..batch.len())
                .into_par_iter()
                .map(|at| write_one(job, near_inputs, begin + at, &documents[at], cleaned[at].as_ref()))
                .collect()
        });
        for (at, result) in written.into_iter().enumerate() {
            let source = &batch[at];
            let line = match (result, &cleaned[at]) {
                (Ok(line), Some(cleaned)) => {
                    tally.add(cleaned);
                    if let Ok(document) = &documents[at] {
                        tell(&Event::Cleaned { source, document, cleaned });
                    }
                    if cleaned.emptied {
                        tell(&Event::Emptied { id: source.id() });
                    }
                    line
                }
                (Err(Failure::Run(error)), _) => return Err(error),
                (Err(Failure::Input { told, reported }), _) => {
                    tally.add_bad();
                    tell(&Event::Bad { id: source.id(), message: &told });
                    bad_line(source, begin + at, reported)
                }
                (Ok(_), None) => unreachable!("what is written was cleaned"),
            };
            if let Some(writer) = &mut writer {
                writer.input(source.id(), raw(&documents[at]));
                writer.line(&line)?;
            }
        }
        begin += batch.len();
    }
    if let Some(writer) = writer {
        writer.finish(&job.config, job.report_text, &tally)?;
    }
    Ok(tally)
}

/// Why one input gave no clean text.
enum Failure {
    /// The input's own trouble: it is told and reported, and the run goes on.
    Input { told: String, reported: String },
    /// Standard output went away.
    Run(Error),
}

fn clean_one<'d>(job: &Job, document: &'d Result<Document, Bad>) -> Option<Cleaned<'d>> {
    document.as_ref().ok().map(|document| clean(&document.text, &job.config))
}

/// Writes the clean text of one document and gives its row.
fn write_one(
    job: &Job,
    near_inputs: Option<&output::Guard>,
    src: usize,
    document: &Result<Document, Bad>,
    cleaned: Option<&Cleaned>,
) -> Result<Vec<u8>, Failure> {
    let (document, cleaned) = match (document, cleaned) {
        (Ok(document), Some(cleaned)) => (document, cleaned),
        (Err(bad), _) => {
            return Err(Failure::Input { told: bad.message.clone(), reported: bad.message.clone() });
        }
        (Ok(_), None) => unreachable!("every document is cleaned"),
    };
    let mut marks = None;
    let pieces: Vec<&str> = match job.format {
        Format::Text => cleaned.kept().collect(),
        Format::Marks => vec![marks.insert(to_marks(&document.id, cleaned))],
    };
    let pieces = || pieces.iter().map(|piece| piece.as_bytes());
    let into_input =
        |error: Error| Failure::Input { told: error.to_string(), reported: error.without_path() };
    match &job.target {
        Target::Nowhere => {}
        Target::Stdout => output::write_stdout(pieces()).map_err(Failure::Run)?,
        Target::File(path) => output::write_file(path, pieces(), job.force).map_err(into_input)?,
        Target::Folder(folder) => {
            let path = folder.join(&document.id);
            near_inputs.map_or(Ok(()), |guard| guard.check(&path)).map_err(into_input)?;
            output::write_file(&path, pieces(), job.force).map_err(into_input)?;
        }
    }
    if job.report.is_none() {
        return Ok(Vec::new());
    }
    Ok(report::line_of(&Row::Doc(report::doc_row(document, cleaned, src, 0, job.report_text))))
}

fn bad_line(source: &Source, src: usize, error: String) -> Vec<u8> {
    report::line_of(&Row::Bad(report::Bad { id: source.id().to_owned(), src, error }))
}

fn raw(document: &Result<Document, Bad>) -> Option<Raw> {
    match document {
        Ok(document) => Some(document.raw),
        Err(bad) => bad.raw,
    }
}

/// No output may stand among the inputs, and clean text and report need two places.
fn guard_outputs(job: &Job, guard: &output::Guard) -> Result<(), Error> {
    match &job.target {
        Target::Folder(path) => guard.check(path)?,
        Target::File(path) => {
            guard.check(path)?;
            output::refuse_existing(path, job.force)?;
        }
        Target::Stdout | Target::Nowhere => {}
    }
    if let Some(report) = &job.report {
        guard.check(report)?;
        if matches!(&job.target, Target::File(path) if path == report) {
            return Err(Error::usage(format!("{}: clean text and report need two files", report.display())));
        }
    }
    Ok(())
}

/// The inputs in batches, in order.
fn batches(sources: &[Source]) -> impl Iterator<Item = &[Source]> {
    let mut rest = sources;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let mut length = 0;
        while length < rest.len().min(BATCH_INPUTS_MAX)
            && (length == 0 || bytes + rest[length].bytes() <= BATCH_BYTES_MAX)
        {
            bytes += rest[length].bytes();
            length += 1;
        }
        let (batch, after) = rest.split_at(length);
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}
