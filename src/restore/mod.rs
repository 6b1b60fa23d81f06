//! The way back: clean text and report make the originals, byte for byte, or a clear refusal.

mod dump;
mod originals;
mod text;

use std::fs;
use std::io;
use std::path::{Component, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Error;
use crate::input::Source;
use crate::input::fields::FieldNames;
use crate::input::format::{Compression, Format};
use crate::output::{self, Sink};
use crate::removed::RemovedLines;
use crate::report::{self, Header, Input, Reader, ReportText, Row};
use crate::run::{Event, Target};
pub use originals::Originals;

/// What to restore.
#[derive(Clone, Debug)]
pub struct Job {
    /// The folder of clean text, or the one file; `None` for standard input.
    pub clean: Option<PathBuf>,
    /// The report of the run that wrote it.
    pub report: PathBuf,
    /// Where the originals go.
    pub target: Target,
    /// Overwrite what is there.
    pub force: bool,
}

/// How it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Documents given back, each checked against the hash of the original.
    pub docs: u64,
    /// Inputs that could not be given back.
    pub bad: u64,
}

/// Gives back the originals. An input whose clean text was changed is refused; the others are given
/// back all the same.
///
/// # Errors
///
/// What stops everything: a report that is no report, incomplete, changed or without texts; one file
/// asked for and several inputs there; an output among the inputs; standard output that goes away.
///
/// # Complexity
///
/// The report is read twice: once for its hash. Memory is that of a text, or of a record of a dump, and of its row.
pub fn restore(job: &Job, stop: &AtomicBool, mut tell: impl FnMut(&Event)) -> Result<Restored, Error> {
    if matches!(job.target, Target::InPlace { .. }) {
        return Err(Error::usage(
            "originals are given back into a folder, a file or standard output, not in place",
        ));
    }
    let refused = |message: String| Error::Report { path: job.report.clone(), message };
    let header = Header::verify(&job.report).map_err(|error| refused(error.to_string()))?;
    if header.run.text != ReportText::Full {
        return Err(refused(
            "holds no removed text (--report-text); without it nothing can be restored".to_owned(),
        ));
    }
    if let Some(format) = &header.run.output {
        return Err(refused(format!(
            "is of a run that wrote {format}; only clean text in the format of the input can be restored"
        )));
    }
    // A run that left every document out wrote no folder.
    let docs = header.summary.docs;
    let is_nothing_left = docs.emptied > 0 && docs.emptied + docs.bad == docs.given;
    let from_folder = match &job.clean {
        Some(path) => match fs::metadata(path) {
            Ok(metadata) => metadata.is_dir(),
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_nothing_left => true,
            Err(error) => return Err(Error::input(path, error)),
        },
        None => false,
    };
    let inputs = header.run.inputs.len();
    if !(from_folder && matches!(job.target, Target::Folder(_))) && inputs != 1 {
        return Err(refused(format!(
            "is of {inputs} inputs; give the folder of clean text and --output-dir"
        )));
    }
    guard_outputs(job)?;

    let mut restored = Restored::default();
    let reader = Reader::open(&job.report).map_err(|error| refused(error.to_string()))?;
    let mut rows = Rows { reader, next: None };
    for (src, input) in header.run.inputs.iter().enumerate() {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        rows.fill().map_err(&refused)?;
        let place = Place { job, from_folder, input, removed_lines: header.run.removed_lines };
        let mut of_input = || rows.of_input(src);
        let result = match (&input.format, of_input().map_err(&refused)?) {
            (_, Some(Row::Bad(report::Bad { rec: None, .. }))) => {
                Err("was not cleaned, so there is nothing to restore".to_owned().into())
            }
            (None, Some(Row::Doc(doc))) => text::restore(&place, &doc).map(|()| 1),
            (None, _) => Err("has no row in the report".to_owned().into()),
            (Some(format), first) => dump::restore(&place, format, first, of_input),
        };
        match result {
            Ok(docs) => restored.docs += docs,
            Err(Failure::Run(error)) => return Err(error),
            Err(Failure::Input { message, exists }) => {
                restored.bad += 1;
                let id = &*input.path;
                tell(&Event::Bad { id, input: id, message: &message, exists });
            }
        }
        rows.skip_input(src).map_err(&refused)?;
    }
    Ok(restored)
}

enum Failure {
    /// One input's trouble; `exists` if it is only that its original is there already.
    Input { message: String, exists: bool },
    /// Standard output went away.
    Run(Error),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Input { message, exists: false }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Stream { .. } => Self::Run(error),
            error => {
                let exists = matches!(error, Error::Exists { .. });
                Self::Input { message: error.to_string(), exists }
            }
        }
    }
}

/// The rows of a report, input by input.
struct Rows {
    reader: Reader,
    next: Option<Row>,
}

impl Rows {
    /// The next row, if it belongs to the input `src`.
    fn of_input(&mut self, src: usize) -> Result<Option<Row>, String> {
        self.fill()?;
        Ok(match &self.next {
            Some(Row::Doc(report::Doc { src: of, .. }) | Row::Bad(report::Bad { src: of, .. }))
                if *of == src =>
            {
                self.next.take()
            }
            _ => None,
        })
    }

    fn skip_input(&mut self, src: usize) -> Result<(), String> {
        while self.of_input(src)?.is_some() {}
        Ok(())
    }

    fn fill(&mut self) -> Result<(), String> {
        while matches!(self.next, None | Some(Row::Run(_))) {
            self.next = self.reader.next_row().map_err(|error| error.to_string())?;
            if self.next.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// Where one input's clean text is and where its original goes.
struct Place<'j> {
    job: &'j Job,
    from_folder: bool,
    input: &'j Input,
    /// What stands where lines were removed.
    removed_lines: RemovedLines,
}

impl Place<'_> {
    /// Its clean text.
    fn clean(&self) -> Result<Source, String> {
        let path = match &self.job.clean {
            None => return Ok(Source::Stdin),
            Some(folder) if self.from_folder => folder.join(relative_path(&self.input.path)?),
            Some(file) => file.clone(),
        };
        Ok(Source::File { path, id: self.input.path.clone(), bytes: 0 })
    }

    /// Opens its original, compressed as it was.
    fn original(&self) -> Result<Sink, Failure> {
        let compression = match self.input.content.as_ref().map(|content| content.compression.as_str()) {
            Some("gz") => Compression::Gzip,
            Some("zst") => Compression::Zstd,
            _ => Compression::None,
        };
        if self.input.format.as_deref() == Some(Format::Parquet.slug()) {
            return self.original_table();
        }
        Ok(match &self.job.target {
            Target::Stdout => Sink::stdout(),
            Target::Nowhere | Target::InPlace { .. } => Sink::nowhere(),
            Target::File(path) => Sink::file(path, Compression::of_name(path), self.job.force)?,
            Target::Folder(folder) => {
                let path = folder.join(relative_path(&self.input.path)?);
                Sink::file(&path, compression, self.job.force)?
            }
        })
    }

    /// Opens its original, a Parquet file: the clean one with the texts as they were.
    fn original_table(&self) -> Result<Sink, Failure> {
        let Source::File { path: clean, .. } = self.clean()? else {
            return Err("is a Parquet file, which is read from its end; name the file".to_owned().into());
        };
        let names = FieldNames { text: self.input.text_field.clone(), ..FieldNames::default() };
        let path = match &self.job.target {
            Target::Stdout => None,
            Target::Nowhere | Target::InPlace { .. } => return Ok(Sink::nowhere()),
            Target::File(path) => Some(path.clone()),
            Target::Folder(folder) => Some(folder.join(relative_path(&self.input.path)?)),
        };
        Ok(Sink::table(path.as_deref(), &clean, names, self.job.force)?)
    }

    /// Is this the hash of its bytes, uncompressed?
    fn is_content(&self, xxh3: &str) -> bool {
        let content = self.input.content.as_ref().map(|content| &content.xxh3);
        content.or(self.input.xxh3.as_ref()).is_some_and(|known| known == xxh3)
    }
}

/// Puts the cut texts back between the pieces that were kept.
fn splice(cuts: &[report::Cut], clean: &[u8], removed_lines: RemovedLines) -> Option<String> {
    let removed: usize = cuts.iter().map(|cut| cut.text.as_ref().map_or(0, String::len)).sum();
    let mut text = Vec::with_capacity(clean.len() + removed);
    let mut rest = clean;
    for cut in cuts {
        let kept = usize::try_from(cut.b[0]).ok()?.checked_sub(text.len())?;
        let (piece, after) = rest.split_at_checked(kept)?;
        let removed = cut.text.as_ref()?;
        if cut.b[1].checked_sub(cut.b[0])? != removed.len() as u64 {
            return None;
        }
        text.extend_from_slice(piece);
        text.extend_from_slice(removed.as_bytes());
        rest = after.strip_prefix(removed_lines.stand_in(cut.kind, removed).as_bytes())?;
    }
    text.extend_from_slice(rest);
    String::from_utf8(text).ok()
}

fn damaged(what: &str) -> String {
    format!("the report does not fit this document ({what}); it was changed or is of another run")
}

const CHANGED: &str = "its clean text was changed after it was written; clean the original again";

/// An input's id as a path below a folder. An id that would lead out of it is refused.
fn relative_path(id: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(id);
    if id.is_empty() || !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err("this id is no path below a folder; the report is not one of ours".to_owned());
    }
    Ok(path)
}

fn guard_outputs(job: &Job) -> Result<(), Error> {
    let inputs: Vec<PathBuf> = job.clean.iter().cloned().chain([job.report.clone()]).collect();
    let guard = output::Guard::new(&inputs);
    match &job.target {
        Target::Folder(path) => {
            guard.check(path)?;
            output::refuse_file(path)
        }
        Target::File(path) => {
            guard.check(path)?;
            output::refuse_existing(path, job.force)
        }
        Target::Stdout | Target::Nowhere | Target::InPlace { .. } => Ok(()),
    }
}
