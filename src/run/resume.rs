//! Notes of a run, so that a later one goes on where it stopped: which inputs are done, what they were,
//! what was written, and their rows of the report.
//!
//! The notes stand in a folder of the output folder. `notes.jsonl` begins with a row about the settings;
//! then come rows of outputs that are begun, noted before they are written, and of inputs that are done.
//! `rows.jsonl` holds the rows of the report. Both are only ever appended to; a torn last line is what
//! `kill -9` leaves, and counts for nothing.
#![expect(clippy::disallowed_methods, reason = "this is where notes are kept and checked")]

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::json;
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::dump::errors_path;
use super::{Job, OutputFormat, Target, converting};
use crate::config::model_hash;
use crate::error::Error;
use crate::input::format::Format;
use crate::input::{RESUME_FOLDER, Source};
use crate::report::{self, hash_text};
use crate::tally::Tally;

const VERSION: u32 = 1;
/// The file of rows.
const ROWS: &str = "rows.jsonl";

/// An input that is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The input, as the report names it.
    pub(super) input: report::Input,
    /// Size and hash of the output as it stands on disk; none if nothing was written.
    output: Option<(u64, String)>,
    /// Of the file in which its bad records are kept the same.
    #[serde(default)]
    errors: Option<(u64, String)>,
    /// Where its rows stand.
    rows: (u64, u64),
    /// The hash of its rows: after a power cut the note may be on disk, and they may not.
    #[serde(default)]
    rows_xxh3: String,
    /// Its totals.
    pub(super) tally: Tally,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Note {
    Run { version: u32, settings: String },
    Begun(Vec<String>),
    Done(Box<Entry>),
}

pub(super) struct Resume {
    done: HashMap<String, Entry>,
    /// Outputs that an earlier run, or this one, began to write: what stands there is no one else's.
    begun: Mutex<HashSet<String>>,
    notes: Mutex<File>,
    rows: Mutex<File>,
    folder: PathBuf,
}

impl Resume {
    /// Opens the notes, and reads what an earlier run left.
    ///
    /// # Errors
    ///
    /// They cannot be read or written, or are of a run with other settings.
    pub(super) fn open(job: &Job) -> Result<Self, Error> {
        let Target::Folder(output) = &job.target else {
            return Err(Error::usage("--resume needs --output-dir"));
        };
        let folder = output.join(RESUME_FOLDER);
        let path = folder.join("notes.jsonl");
        let failed = |error| Error::output(&path, error);
        fs::create_dir_all(&folder).map_err(failed)?;
        let settings = hash_text(settings_hash(job));
        let (mut done, mut begun) = (HashMap::new(), HashSet::new());
        let mut is_new = true;
        let mut whole = 0;
        let before = match File::open(&path) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        if let Some(file) = before {
            let mut reader = BufReader::new(file);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).map_err(failed)? > 0 {
                if !line.ends_with(b"\n") {
                    break; // torn by a kill
                }
                whole += line.len() as u64;
                match serde_json::from_slice(&line) {
                    Ok(Note::Run { version: VERSION, settings: then }) if then == settings => is_new = false,
                    Ok(Note::Run { .. }) => return Err(other_settings(&folder)),
                    Ok(Note::Begun(ids)) => begun.extend(ids),
                    Ok(Note::Done(entry)) => drop(done.insert(entry.input.path.clone(), *entry)),
                    Err(_) => {}
                }
                line.clear();
            }
        }
        let notes = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
        notes.set_len(whole).map_err(failed)?;
        let mut rows = OpenOptions::new();
        let rows = rows.create(true).append(true).open(folder.join(ROWS)).map_err(failed)?;
        let resume = Self { done, begun: begun.into(), notes: notes.into(), rows: rows.into(), folder };
        if is_new {
            resume.note(&Note::Run { version: VERSION, settings })?;
        }
        Ok(resume)
    }

    /// The inputs that an earlier run has done.
    pub(super) fn done(&self) -> HashMap<String, Entry> {
        self.done.clone()
    }

    /// Notes that the outputs of these inputs are about to be written; those that exist and were not
    /// noted before are someone else's.
    pub(super) fn note_begun(&self, job: &Job, srcs: impl Iterator<Item = usize>) -> Result<(), Error> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new = Vec::new();
        for src in srcs {
            let source = &job.sources[src];
            let is_absent = |path: PathBuf| fs::symlink_metadata(path).is_err();
            let is_free = !begun.contains(source.id())
                && output_path(job, source).is_some_and(is_absent)
                && [Format::Text, Format::Parquet]
                    .into_iter()
                    .all(|format| errors_path(job, source, format).is_none_or(is_absent));
            if is_free {
                begun.insert(source.id().to_owned());
                new.push(source.id().to_owned());
            }
        }
        drop(begun);
        if new.is_empty() { Ok(()) } else { self.note(&Note::Begun(new)) }
    }

    /// Is what stands at the output of this input of a run like this one?
    pub(super) fn may_overwrite(&self, id: &str) -> bool {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    /// Appends rows, and gives the place behind them.
    pub(super) fn append(&self, line: &[u8]) -> Result<u64, Error> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error| Error::output(&self.folder, error);
        rows.write_all(line).map_err(failed)?;
        rows.seek(SeekFrom::End(0)).map_err(failed)
    }

    /// Notes that an input is done, its rows being those from `from` on, which have this hash.
    pub(super) fn note_done(
        &self,
        job: &Job,
        source: &Source,
        input: report::Input,
        tally: Tally,
        (from, rows_xxh3): (u64, u64),
    ) -> Result<(), Error> {
        let output = output_path(job, source).and_then(|path| hash_of(&path));
        let errors = errors_of(job, source, &input, &tally);
        let rows = (from, self.append(b"")?);
        let rows_xxh3 = hash_text(rows_xxh3);
        self.note(&Note::Done(Box::new(Entry { input, output, errors, rows, rows_xxh3, tally })))
    }

    /// An input that was cleaned again has no bad records any more: what an earlier run kept of them goes.
    pub(super) fn remove_errors(&self, job: &Job, source: &Source, format: Format) -> Result<(), Error> {
        let path = errors_path(job, source, format).filter(|_| self.may_overwrite(source.id()));
        let Some(path) = path.filter(|path| path.is_file()) else { return Ok(()) };
        fs::remove_file(&path).map_err(|error| Error::output(&path, error))
    }

    /// Tells the rows of an input that is done, one by one.
    pub(super) fn rows_of(
        &self,
        entry: &Entry,
        mut tell: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let failed = |error| Error::output(&self.folder, error);
        let mut rows = BufReader::new(entry.rows(&self.folder).map_err(failed)?);
        let mut row = Vec::new();
        while rows.read_until(b'\n', &mut row).map_err(failed)? > 0 {
            tell(&row)?;
            row.clear();
        }
        Ok(())
    }

    fn note(&self, note: &Note) -> Result<(), Error> {
        let failed = |error| Error::output(&self.folder, error);
        let mut line = serde_json::to_vec(note).map_err(|error| failed(error.into()))?;
        line.push(b'\n');
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line).map_err(failed)
    }
}

impl Entry {
    /// Are input, output, and the rows if they are wanted, still as they were noted? Costs reading them.
    pub(super) fn holds(&self, job: &Job, source: &Source) -> bool {
        let (Source::File { path, bytes, .. }, Target::Folder(output)) = (source, &job.target) else {
            return false;
        };
        let then = self.input.bytes.zip(self.input.xxh3.clone());
        then.as_ref().is_some_and(|then| then.0 == *bytes)
            && hash_of(path) == then
            && output_path(job, source).and_then(|path| hash_of(&path)) == self.output
            && errors_of(job, source, &self.input, &self.tally) == self.errors
            && (job.report.is_none() && !job.tells_done || self.has_rows(&output.join(RESUME_FOLDER)))
    }

    fn has_rows(&self, folder: &Path) -> bool {
        let hash = self.rows(folder).ok().and_then(hash_of_all);
        hash == Some((self.rows.1.saturating_sub(self.rows.0), self.rows_xxh3.clone()))
    }

    /// Its rows, in the folder of the notes.
    fn rows(&self, folder: &Path) -> io::Result<io::Take<File>> {
        let mut rows = File::open(folder.join(ROWS))?;
        rows.seek(SeekFrom::Start(self.rows.0))?;
        Ok(rows.take(self.rows.1.saturating_sub(self.rows.0)))
    }
}

fn other_settings(folder: &Path) -> Error {
    Error::usage(format!(
        "{}: the run to be resumed had other settings, another model or another version of unchaff; use those, or begin anew: remove this folder, and overwrite with --force",
        folder.display()
    ))
}

/// Where the output of an input stands: a file, or a folder with a file for each document.
pub(super) fn output_path(job: &Job, source: &Source) -> Option<PathBuf> {
    let Target::Folder(folder) = &job.target else { return None };
    let path = folder.join(source.id());
    Some(if job.format == OutputFormat::Jsonl { converting::converted_name(&path) } else { path })
}

/// Size and hash of the file in which the bad records of an input are kept, if it has any.
fn errors_of(job: &Job, source: &Source, input: &report::Input, tally: &Tally) -> Option<(u64, String)> {
    let format = input.format.as_deref().and_then(|format| format.parse().ok()).unwrap_or(Format::Text);
    errors_path(job, source, format).filter(|_| tally.bad > 0).and_then(|path| hash_of(&path))
}

/// Size and hash of a file, or of all files of a folder.
fn hash_of(path: &Path) -> Option<(u64, String)> {
    if path.is_dir() {
        let (mut hasher, mut bytes) = (Xxh3Default::new(), 0);
        let mut names: Vec<PathBuf> =
            fs::read_dir(path).ok()?.map(|entry| Some(entry.ok()?.path())).collect::<Option<_>>()?;
        names.sort();
        for name in names {
            let (size, hash) = hash_of(&name)?;
            hasher.update(name.file_name()?.as_encoded_bytes());
            hasher.update(hash.as_bytes());
            bytes += size;
        }
        return Some((bytes, hash_text(hasher.digest())));
    }
    hash_of_all(File::open(path).ok()?)
}

/// Size and hash of what can be read.
fn hash_of_all(mut from: impl Read) -> Option<(u64, String)> {
    let (mut hasher, mut bytes) = (Xxh3Default::new(), 0);
    let mut buffer = vec![0; 128 << 10];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Some((bytes, hash_text(hasher.digest()))),
            Ok(count) => {
                hasher.update(&buffer[..count]);
                bytes += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// The hash of everything that decides what is written.
fn settings_hash(job: &Job) -> u64 {
    let reading = &job.reading;
    let all = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "config": job.config.hash(),
        "model": model_hash(&job.config.model),
        "format": job.format.converted_slug(),
        "removed_lines": job.removed_lines,
        "bad_records": format!("{:?}", job.bad_records),
        "drop_emptied": job.drop_emptied,
        "err_dir": job.err_dir.as_ref().map(|folder| folder.to_string_lossy()),
        "input_format": reading.format.map(crate::input::format::Format::slug),
        "split_blank": reading.split_blank,
        "encoding": reading.encoding.map(encoding_rs::Encoding::name),
        "fields": [&reading.fields.text, &reading.fields.id, &reading.fields.url],
        "parallel": reading.fields.parallel,
        "record_max": reading.record_max,
    });
    xxh3_64(all.to_string().as_bytes())
}
