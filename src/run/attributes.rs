//! Attribute files: beside a tree of inputs a tree of files that hold the spans of each document.

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
}

impl<'j> Attributes<'j> {
    pub(super) fn new(job: &'j Job, folder: &'j Path) -> Self {
        Self { job, folder, guard: Guard::new(&job.named), open: None }
    }

    /// Opens the file of an input. It is named as the input, and then `.jsonl` if that is of another format.
    pub(super) fn begin(&mut self, src: usize, format: Format, force: bool) -> Result<(), Error> {
        let path = self.path(src, format);
        self.guard.check(&path)?;
        self.open = Some(Sink::file(&path, Compression::of_name(&path), force)?);
        Ok(())
    }

    fn path(&self, src: usize, format: Format) -> PathBuf {
        let path = self.folder.join(self.job.sources[src].id());
        // Dolma's own documents are JSON lines whose names end in .json.gz.
        let is_json = matches!(format, Format::Jsonl | Format::Json);
        if is_json { path } else { converting::converted_name(&path) }
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
