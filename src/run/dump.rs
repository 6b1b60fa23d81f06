//! The dump that is being written.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{Job, Target};
use crate::error::Error;
use crate::input::Source;
use crate::input::format::{Compression, Format};
use crate::input::record::kept_bytes;
use crate::output::{self, Sink};
use crate::report::{self, Row};
use crate::tally::Tally;

pub(super) struct Dump {
    pub(super) src: usize,
    pub(super) format: Format,
    pub(super) compression: Compression,
    sink: Sink,
    /// Where its bad records are kept.
    errors: Option<Sink>,
    /// Totals of it alone, until it is known to be whole.
    pub(super) tally: Tally,
    /// What parts the next record from the last: it goes where that record goes.
    pub(super) between: Vec<u8>,
    /// Bytes that belong to no record, written since the last one. Kept of WARC files, whose records stand among
    /// others; elsewhere such bytes stand before all records or behind them.
    glue: u64,
    /// A record was written.
    has_records: bool,
    /// The row of the last record, which was left out. It will hold the comma behind it if no record was
    /// written yet: then that comma goes too.
    held: Option<(Row, Option<Vec<u8>>)>,
    /// Something in it was changed.
    pub(super) is_changed: bool,
    /// Fields that were warned of.
    pub(super) warned_arrays: BTreeSet<String>,
}

impl Dump {
    pub(super) fn new(src: usize, format: Format, compression: Compression, sink: Sink) -> Self {
        Self {
            src,
            format,
            compression,
            sink,
            errors: None,
            tally: Tally::default(),
            between: Vec::new(),
            glue: 0,
            has_records: false,
            held: None,
            is_changed: false,
            warned_arrays: BTreeSet::new(),
        }
    }

    /// Writes a record, and before it what parts it from the one before. The held row is complete then.
    pub(super) fn write_record(&mut self, bytes: &[u8], is_converted: bool) -> Result<(), Error> {
        let between = std::mem::take(&mut self.between);
        let is_comma_too_many = self.format == Format::Json && !self.has_records && between.contains(&b',');
        if is_comma_too_many {
            if let Some((_, Some(raw))) = &mut self.held {
                raw.extend_from_slice(&between);
            }
        } else {
            self.sink.write(&between)?;
        }
        self.has_records = true;
        self.glue = 0;
        if self.format == Format::Warc && !is_converted {
            self.sink.begin_member()?;
        }
        self.sink.write(bytes)
    }

    /// Leaves a record out; its row holds what it was, if `keeps_raw`.
    pub(super) fn leave_out(&mut self, bytes: &[u8], row: Option<Row>, keeps_raw: bool) {
        self.is_changed = true;
        let mut raw = std::mem::take(&mut self.between);
        raw.extend_from_slice(bytes);
        let glue = std::mem::take(&mut self.glue);
        self.held = row.map(|mut row| {
            match &mut row {
                Row::Doc(doc) if self.format == Format::Warc => doc.glue = Some(glue),
                Row::Bad(bad) if self.format == Format::Warc => bad.glue = Some(glue),
                _ => {}
            }
            (row, keeps_raw.then_some(raw))
        });
    }

    /// Writes what belongs to no record.
    pub(super) fn write_glue(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.glue += bytes.len() as u64;
        if self.format == Format::Warc && bytes.starts_with(b"WARC/") {
            self.sink.begin_member()?;
        }
        self.sink.write(bytes)
    }

    /// Writes more of a record that was written.
    pub(super) fn write_rest(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.sink.write(bytes)
    }

    /// Keeps a bad record, or what of it comes first, in the folder for them; `force` overwrites what is there.
    pub(super) fn keep_error(&mut self, job: &Job, bytes: &[u8], force: bool) -> Result<(), Error> {
        let Some(path) = errors_path(job, &job.sources[self.src], self.format) else { return Ok(()) };
        if let Some(errors) = &mut self.errors {
            // What parts records stays where it was: without an end of its own one would run into the next.
            if matches!(self.format, Format::Json | Format::Blocks) {
                errors.write(b"\n")?;
            }
        } else {
            self.errors = Some(Sink::file(&path, self.compression, force)?);
        }
        self.keep_more_error(&kept_bytes(self.format, bytes))
    }

    /// Keeps more of the bad record.
    pub(super) fn keep_more_error(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.errors.as_mut().map_or(Ok(()), |errors| errors.write(bytes))
    }

    /// Gives the file of its bad records its name.
    pub(super) fn finish_errors(&mut self) -> Result<(), Error> {
        let Some(mut errors) = self.errors.take() else { return Ok(()) };
        if self.format == Format::Json {
            errors.write(b"\n")?;
        }
        errors.finish()
    }

    /// Gives the files of the dump their names.
    pub(super) fn finish(&mut self, job: &Job) -> Result<(), Error> {
        let between = std::mem::take(&mut self.between);
        self.sink.write(&between)?;
        self.finish_errors()?;
        let mut sink = std::mem::replace(&mut self.sink, Sink::nowhere());
        if !self.is_changed {
            sink.is_as_it_was();
        }
        if let (Target::InPlace { suffix }, Source::File { path, .. }) = (&job.target, &job.sources[self.src])
        {
            if !self.is_changed {
                return Ok(()); // the file is as it would be
            }
            output::back_up(path, suffix.as_deref(), job.force)?;
        }
        sink.finish()
    }

    /// The row of the last record, if it was left out and its row was not written yet.
    pub(super) fn held_row(&mut self) -> Option<Vec<u8>> {
        let (mut row, raw) = self.held.take()?;
        match &mut row {
            Row::Doc(doc) => doc.raw = raw.map(Into::into),
            Row::Bad(bad) => bad.raw = raw.map(Into::into),
            Row::Run(_) | Row::Summary(_) => {}
        }
        Some(report::line_of(&row))
    }
}

/// Where bad records of an input are kept, if they are.
pub(super) fn errors_path(job: &Job, source: &Source, format: Format) -> Option<PathBuf> {
    let mut path = job.err_dir.as_ref()?.join(source.id()).into_os_string();
    if format == Format::Parquet {
        path.push(".txt"); // texts alone: a row has no bytes of its own
    }
    Some(path.into())
}
