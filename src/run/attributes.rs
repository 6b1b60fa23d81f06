//! Attribute files: beside a tree of inputs a tree of files that hold the spans of each document.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{Job, converting};
use crate::error::Error;
use crate::input::format::{Compression, Format};
use crate::output::{Guard, Sink};
use crate::report::Row;
use crate::report::dolma::attributes_line;

pub(super) struct Attributes<'j> {
    job: &'j Job,
    folder: &'j Path,
    guard: Guard,
    /// The file of the input whose rows are written.
    open: Option<Sink>,
    /// The inputs whose files were opened, by those.
    begun: HashMap<PathBuf, usize>,
}

/// Refuses a run in which two inputs would have one file, as far as names tell the formats.
pub(super) fn refuse_one_name(job: &Job, folder: &Path) -> Result<(), Error> {
    let mut names = HashMap::new();
    for (src, source) in job.sources.iter().enumerate().filter(|(_, source)| !source.is_unusable()) {
        let Some(format) = job.reading.format_of(source) else { continue };
        let path = path(folder, source.id(), format);
        if let Some(other) = names.insert(path.clone(), src) {
            return Err(one_name(job, &path, other, src));
        }
    }
    Ok(())
}

fn one_name(job: &Job, path: &Path, one: usize, other: usize) -> Error {
    let [one, other] = [one, other].map(|src| job.sources[src].id());
    Error::usage(format!(
        "{}: the attributes of {one} and of {other} need two files; rename one of these inputs, or clean them apart",
        path.display()
    ))
}

/// The file of an input, which is named as that, and then `.jsonl` if that is of another format.
fn path(folder: &Path, id: &str, format: Format) -> PathBuf {
    let path = folder.join(id);
    // Dolma's own documents are JSON lines whose names end in .json.gz.
    let is_json = matches!(format, Format::Jsonl | Format::Json);
    if is_json { path } else { converting::converted_name(&path) }
}

impl<'j> Attributes<'j> {
    pub(super) fn new(job: &'j Job, folder: &'j Path) -> Self {
        Self { job, folder, guard: Guard::new(&job.named), open: None, begun: HashMap::new() }
    }

    /// Opens the file of an input.
    pub(super) fn begin(&mut self, src: usize, format: Format, force: bool) -> Result<(), Error> {
        let path = path(self.folder, self.job.sources[src].id(), format);
        self.guard.check(&path)?;
        // Of an input whose name tells no format it is known only now.
        if let Some(&other) = self.begun.get(&path) {
            return Err(one_name(self.job, &path, other, src));
        }
        self.begun.insert(path.clone(), src);
        self.open = Some(Sink::file(&path, Compression::of_name(&path), force)?);
        Ok(())
    }

    pub(super) fn row(&mut self, row: &Row) -> Result<(), Error> {
        match (&mut self.open, attributes_line(row)) {
            (Some(file), Some(line)) => file.write(&line),
            _ => Ok(()),
        }
    }

    /// The file of the input is not to appear.
    pub(super) fn forget(&mut self) {
        self.open = None;
    }

    /// Gives the file of the input its name.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        self.open.take().map_or(Ok(()), Sink::finish)
    }
}
