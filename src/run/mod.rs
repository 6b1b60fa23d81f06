//! A run: inputs in order, read, cleaned and written; one row of the report for each document.
//!
//! ```text
//! reading → batch → cleaning (all threads) → batch → writing
//! ```
//!
//! The three stages run at the same time, each on another batch. Batches are cut by bytes and by
//! number, work inside one keeps its order, and they are written in input order: the bytes written do
//! not depend on the number of threads, and memory is a few batches. Where documents are looked at
//! together ([`Scope`]), a first pass over all inputs takes their lines and words (`survey`, with `spill`,
//! `store` and `verdicts` for what does not fit in memory); what it gathers may also be kept as an [`index`].

mod attributes;
mod cleaning;
mod converting;
mod dump;
pub mod index;
mod loading;
mod named;
mod positioned;
mod reading;
mod resume;
mod rows;
mod spill;
mod store;
mod survey;
mod verdicts;
mod writing;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::mpsc::sync_channel;

use crate::clean::Cleaned;
use crate::config::Config;
use crate::document::Document;
use crate::error::Error;
use crate::input::{Reading, Source};
use crate::output;
use crate::removed::RemovedLines;
use crate::repeats::Scope;
use crate::report::{self, ReportFormat, ReportText};
use crate::tally::Tally;
use cleaning::Cleaning;
use index::Index;
use resume::Resume;
use writing::Writing;

/// Where clean text goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// A folder in which the tree of inputs is mirrored.
    Folder(PathBuf),
    /// A file, for one input; for several if they are converted.
    File(PathBuf),
    /// Standard output, for one input; for several if they are converted.
    Stdout,
    /// Each input itself.
    InPlace {
        /// What is appended to the name of the original, if it is kept.
        suffix: Option<String>,
    },
    /// Nothing is written: the run is for its events, its report or its totals.
    #[default]
    Nowhere,
}

/// What is written for a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputFormat {
    /// The clean text, in the format of the input.
    #[default]
    AsInput,
    /// All lines with a mark each: a draft of labels ([`crate::learn::gold`]). Of texts only.
    Marks,
    /// A line of JSON with `id`, `url` and `text` for each document.
    Jsonl,
    /// The clean text alone: in a folder a file for each document, otherwise parted by blank lines.
    Txt,
}

/// What becomes of a record that gives no document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BadRecords {
    /// Its input fails: it gives no output.
    Fail,
    /// It is left out of the output.
    #[default]
    Skip,
    /// It is written as it is.
    Keep,
}

/// What to do.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an answer of its own to one question")]
pub struct Job {
    /// The inputs, in order.
    pub sources: Vec<Source>,
    /// How they are read.
    pub reading: Reading,
    /// Where clean text goes.
    pub target: Target,
    /// What goes there.
    pub format: OutputFormat,
    /// What becomes of bad records.
    pub bad_records: BadRecords,
    /// What stands where lines were removed.
    pub removed_lines: RemovedLines,
    /// Are documents of which nothing is left left out of the output?
    pub drop_emptied: bool,
    /// Does the first failure end the run?
    pub fail_fast: bool,
    /// Does the run go on where an earlier one into the same folder stopped, and take notes for a later one?
    pub resume: bool,
    /// Are the rows of inputs that an earlier run has done told, for whatever shows documents
    /// ([`Event::DoneBefore`])?
    pub tells_done: bool,
    /// The folder in which bad records are kept as they are, in the tree of the inputs.
    pub err_dir: Option<PathBuf>,
    /// Where the report goes: a file, or a folder as its format asks; `-` is standard output.
    pub report: Option<PathBuf>,
    /// The format of the report.
    pub report_format: ReportFormat,
    /// How much of each removed text the report holds.
    pub report_text: ReportText,
    /// Overwrite what is there.
    pub force: bool,
    /// Threads; 0 for one on each core.
    pub jobs: usize,
    /// How much is at work at a time. It decides nothing but memory and speed.
    pub batch: BatchSize,
    /// Bytes of memory for documents that are looked at together: half of it is for sorting, on disk if it is
    /// more. 0 for [`MEMORY`].
    pub memory: u64,
    /// An index of documents that come before all inputs, if repeats are looked for in many documents.
    pub index: Option<Arc<Index>>,
    /// The inputs that must not be written to, as they were named.
    pub named: Vec<PathBuf>,
    /// How to clean.
    pub config: Config,
}

/// Memory for documents that are looked at together, in bytes, unless more or less is asked for.
pub const MEMORY: u64 = 1 << 30;

impl Job {
    /// Is it where the clean text of an input goes?
    #[must_use]
    pub fn writes_to(&self, path: &Path) -> bool {
        match &self.target {
            Target::File(file) => file == path,
            Target::Folder(_) => {
                self.sources.iter().any(|source| resume::output_path(self, source).as_deref() == Some(path))
            }
            Target::Stdout | Target::InPlace { .. } | Target::Nowhere => false,
        }
    }

    /// Is the clean text of an input that is one document a file of its own, in its tree?
    fn keeps_texts(&self) -> bool {
        match self.format {
            OutputFormat::AsInput | OutputFormat::Marks => true,
            OutputFormat::Txt => matches!(self.target, Target::Folder(_)),
            OutputFormat::Jsonl => false,
        }
    }

    /// The memory for documents that are looked at together.
    fn memory(&self) -> u64 {
        if self.memory == 0 { MEMORY } else { self.memory }
    }
}

/// When a batch ends: before the item with which it would be larger. It holds at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSize {
    /// Bytes of its items, uncompressed.
    pub bytes: u64,
    /// Items: documents, and what stands between them in a dump.
    pub items: usize,
}

impl Default for BatchSize {
    /// So many that the work on a batch is long beside the way from thread to thread.
    fn default() -> Self {
        Self { bytes: 8 << 20, items: 4096 }
    }
}

/// Something to tell while the run goes on, in input order.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
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
    /// A row of an input that an earlier run has done, if `Job::tells_done` asks for them. They come where the
    /// input does; its documents are not cleaned again.
    DoneBefore {
        /// The input, as the report names it.
        input: &'e report::Input,
        /// A document of it, or what gave none. Its input counts as the only one: `src` is 0.
        row: &'e report::Row,
    },
    /// An input or a record gave no clean text: the cause and what to do.
    Bad {
        /// The input or record.
        id: &'e str,
        /// The input that it is, or stands in.
        input: &'e str,
        /// Words that follow its name.
        message: &'e str,
        /// Is it only that its output is there already? Where it is one, it often is many.
        exists: bool,
    },
    /// Nothing that can be read is left of a document.
    Emptied {
        /// The document.
        id: &'e str,
        /// The document that most of what went stands in, too.
        copy_of: Option<&'e str>,
    },
    /// Something to look into, at an input that was cleaned.
    Warning {
        /// The input.
        id: &'e str,
        /// Words that follow its name.
        message: &'e str,
    },
    /// A batch was read in the first of two passes, where documents are looked at together; what becomes of
    /// their text is not known yet.
    Surveyed(Progress),
    /// So many inputs were done by an earlier run.
    Resumed {
        /// How many.
        inputs: u64,
    },
    /// A batch was written.
    Progress(Progress),
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the inputs that are done, as they stand on disk.
    pub bytes: u64,
    /// Documents that are done.
    pub docs: u64,
    /// Bytes of their text, before and after.
    pub text: (u64, u64),
}

/// Batches that wait between two stages.
const WAITING: usize = 1;

/// Runs the job. One input that fails stops no other, and no bad record a run; what became of each is in
/// the tally, the events and the report.
///
/// # Errors
///
/// What stops the whole run: an output among the inputs, a report that cannot be written, standard
/// output that goes away, and a stop asked for through `stop`. Then no report is left. After the first failure,
/// where `Job::fail_fast` asks to stop there, there is one, of what was done before it.
///
/// # Complexity
///
/// Time is linear in the inputs, and memory that of a few batches ([`Job::batch`]) and of the largest document. Where
/// documents are looked at together the inputs are read twice, and memory is `Job::memory` besides.
pub fn run(job: &Job, stop: &AtomicBool, mut tell: impl FnMut(&Event)) -> Result<Tally, Error> {
    let guard = output::Guard::new(&job.named);
    guard_outputs(job, &guard)?;
    refuse_pipes(job)?;
    // A link in the output folder may lead to an input.
    let near_inputs = matches!(job.target, Target::Folder(_)).then_some(&guard);
    let pool = pool(job.jobs)?;
    if let Some(index) = &job.index {
        index.check(&job.config.repeats)?;
    }
    let survey = match job.config.repeats.scope {
        Scope::Document => None,
        // What goes from one document depends on all of them: a part that is done is done no more when
        // another input came or went.
        Scope::Site | Scope::Corpus if job.resume => {
            return Err(Error::usage(
                "--resume goes not with repeats that are looked for in many documents; use --scope document, or leave --resume out",
            ));
        }
        Scope::Site | Scope::Corpus => Some(survey::survey(job, &pool, stop, &mut tell)?),
    };
    let abandoned = AtomicUsize::new(usize::MAX);
    let resume = if job.resume { Some(Resume::open(job)?) } else { None };
    let done_before = resume.as_ref().map(Resume::done).unwrap_or_default();
    let mut writing = Writing::begin(job, near_inputs, &abandoned, resume.as_ref(), tell)?;

    std::thread::scope(|scope| {
        let (to_clean, batches) = sync_channel(WAITING);
        let (to_write, cleaned) = sync_channel(WAITING);
        scope.spawn(|| {
            let to_clean = to_clean;
            reading::read_all(job, stop, &abandoned, done_before, &to_clean);
        });
        let cleaning = Cleaning { job, near_inputs, survey: survey.as_ref(), resume: resume.as_ref(), stop };
        let pool = &pool;
        scope.spawn(move || {
            for batch in batches {
                if to_write.send(pool.install(|| cleaning.batch(batch))).is_err() {
                    break;
                }
            }
        });
        for done in cleaned {
            match writing.write(done, stop) {
                Err(Error::FailFast) => {
                    writing.finish_early()?;
                    return Err(Error::FailFast);
                }
                written => written?,
            }
        }
        writing.finish(stop)
    })
}

/// Does `work` with so many threads, 0 for one on each core: what is done on many documents at once
/// ([`crate::learn`]) takes the threads of its caller.
///
/// # Errors
///
/// The threads cannot be started.
pub fn on_threads<R: Send>(jobs: usize, work: impl FnOnce() -> R + Send) -> Result<R, Error> {
    Ok(pool(jobs)?.install(work))
}

fn pool(jobs: usize) -> Result<rayon::ThreadPool, Error> {
    let build = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
    build.map_err(|error| Error::usage(format!("cannot start {jobs} threads: {error}")))
}

/// What is no file can be read only once, and nothing takes its place.
fn refuse_pipes(job: &Job) -> Result<(), Error> {
    let why = match (job.config.repeats.scope, &job.target) {
        (Scope::Site | Scope::Corpus, _) => "documents that are compared with each other are read twice",
        (Scope::Document, Target::InPlace { .. }) => "nothing can take its place",
        (Scope::Document, _) => return Ok(()),
    };
    for source in &job.sources {
        let Source::File { path, .. } = source else { continue };
        if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            let message = format!(
                "{}: is a pipe or a device, and {why}; write what it gives to a file first",
                path.display()
            );
            return Err(Error::usage(message));
        }
    }
    Ok(())
}

/// No output may stand among the inputs, and clean text and report need two places.
fn guard_outputs(job: &Job, guard: &output::Guard) -> Result<(), Error> {
    match &job.target {
        Target::Folder(path) => {
            guard.check(path)?;
            output::refuse_file(path)?;
        }
        Target::File(path) => {
            guard.check(path)?;
            output::refuse_existing(path, job.force)?;
        }
        Target::Stdout | Target::InPlace { .. } | Target::Nowhere => {}
    }
    let two_places =
        |path: &Path, what: &str| Err(Error::usage(format!("{}: {what} need two places", path.display())));
    if let Some(folder) = &job.err_dir {
        guard.check(folder)?;
        output::refuse_file(folder)?;
        if matches!(&job.target, Target::Folder(path) if path == folder) {
            return two_places(folder, "clean text and bad records");
        }
    }
    if let Some(report) = job.report.as_ref().filter(|report| report.as_os_str() == report::STDOUT) {
        if job.target == Target::Stdout {
            return two_places(report, "clean text and report");
        }
    } else if let Some(report) = &job.report {
        guard.check(report)?;
        if job.report_format == ReportFormat::Dolma {
            output::refuse_file(report)?;
            attributes::refuse_one_name(job, report)?;
        }
        let is_folder = matches!(&job.target, Target::Folder(folder) if folder == report);
        if is_folder || job.writes_to(report) {
            return two_places(report, "clean text and report");
        }
    }
    Ok(())
}
