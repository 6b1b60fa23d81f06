//! The way back: clean text and report make the originals, byte for byte, or a clear refusal.
#![expect(clippy::disallowed_methods, reason = "this is where clean text is read back")]

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, plain};
use crate::input::decode;
use crate::output;
use crate::report::{self, Doc, Header, Reader, ReportText, Row, hash_text};
use crate::run::{Event, Target};

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

/// Gives back the originals. A document whose clean text was changed is refused; the others are given
/// back all the same.
///
/// # Errors
///
/// What stops everything: a report that is no report, incomplete, changed or without texts; one file
/// asked for and several documents there; an output among the inputs; standard output that goes away.
pub fn restore(job: &Job, stop: &AtomicBool, mut tell: impl FnMut(&Event)) -> Result<Restored, Error> {
    let refused = |message: String| Error::Report { path: job.report.clone(), message };
    let header = Header::verify(&job.report).map_err(|error| refused(error.to_string()))?;
    if header.run.text != ReportText::Full {
        return Err(refused(
            "holds no removed text (--report-text); without it nothing can be restored".to_owned(),
        ));
    }
    let from_folder = match &job.clean {
        Some(path) => fs::metadata(path).map_err(|error| Error::input(path, error))?.is_dir(),
        None => false,
    };
    let docs = header.summary.docs.given - header.summary.docs.bad.min(header.summary.docs.given);
    if !(from_folder && matches!(job.target, Target::Folder(_))) && docs != 1 {
        return Err(refused(format!(
            "is of {docs} documents; give the folder of clean text and --output-dir"
        )));
    }
    guard_outputs(job)?;

    let mut restored = Restored::default();
    let mut rows = Reader::open(&job.report).map_err(|error| refused(error.to_string()))?;
    while let Some(row) = rows.next_row().map_err(|error| refused(error.to_string()))? {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let (id, result) = match &row {
            Row::Doc(doc) => (&doc.id, restore_one(job, &header, doc, from_folder)),
            Row::Bad(bad) => {
                (&bad.id, Err(Failure::Doc("was not cleaned, so there is nothing to restore".to_owned())))
            }
            Row::Run(_) | Row::Summary(_) => continue,
        };
        match result {
            Ok(()) => restored.docs += 1,
            Err(Failure::Run(error)) => return Err(error),
            Err(Failure::Doc(message)) => {
                restored.bad += 1;
                tell(&Event::Bad { id, message: &message });
            }
        }
    }
    Ok(restored)
}

enum Failure {
    /// One document's trouble.
    Doc(String),
    /// Standard output went away.
    Run(Error),
}

fn restore_one(job: &Job, header: &Header, doc: &Doc, from_folder: bool) -> Result<(), Failure> {
    let relative = relative_path(&doc.id).map_err(Failure::Doc)?;
    let clean = read_clean(job, &relative, from_folder).map_err(|error| {
        Failure::Doc(format!(
            "its clean text cannot be read: {}; give the folder that the run wrote",
            plain(&error)
        ))
    })?;
    let original = rebuild(doc, header, &clean).map_err(Failure::Doc)?;
    let pieces = std::iter::once(original.as_slice());
    let into_doc = |error: Error| Failure::Doc(error.to_string());
    match &job.target {
        Target::Stdout => output::write_stdout(pieces).map_err(Failure::Run),
        Target::Nowhere => Ok(()),
        Target::File(path) => output::write_file(path, pieces, job.force).map_err(into_doc),
        Target::Folder(folder) => {
            output::write_file(&folder.join(relative), pieces, job.force).map_err(into_doc)
        }
    }
}

/// The original bytes of a document from its clean text.
///
/// # Errors
///
/// Words that say what does not fit and what to do.
fn rebuild(doc: &Doc, header: &Header, clean: &[u8]) -> Result<Vec<u8>, String> {
    if clean.len() as u64 != doc.after.b || hash_text(xxh3_64(clean)) != doc.after.xxh3 {
        return Err("its clean text was changed after it was written; clean the original again".to_owned());
    }
    let damaged = |what: &str| {
        format!("the report does not fit this document ({what}); it was changed or is of another run")
    };
    let text = splice(&doc.cut, clean).ok_or_else(|| damaged("its cuts"))?;
    if hash_text(xxh3_64(text.as_bytes())) != doc.before.xxh3 {
        return Err(damaged("the hash of its text"));
    }
    let bytes = decode::encode(&text, &doc.encoding).ok_or_else(|| damaged("its encoding"))?;
    let input = header.run.inputs.get(doc.src).ok_or_else(|| damaged("its input"))?;
    if input.xxh3.as_ref() != Some(&hash_text(xxh3_64(&bytes))) {
        return Err(damaged("the hash of its input"));
    }
    Ok(bytes)
}

/// Puts the cut texts back between the pieces that were kept.
fn splice(cuts: &[report::Cut], clean: &[u8]) -> Option<String> {
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
        rest = after;
    }
    text.extend_from_slice(rest);
    String::from_utf8(text).ok()
}

fn read_clean(job: &Job, relative: &Path, from_folder: bool) -> io::Result<Vec<u8>> {
    match &job.clean {
        Some(folder) if from_folder => fs::read(folder.join(relative)),
        Some(file) => fs::read(file),
        None => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes)?;
            Ok(bytes)
        }
    }
}

/// A document's id as a path below a folder. An id that would lead out of it is refused.
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
        Target::Folder(path) => guard.check(path),
        Target::File(path) => {
            guard.check(path)?;
            output::refuse_existing(path, job.force)
        }
        Target::Stdout | Target::Nowhere => Ok(()),
    }
}
