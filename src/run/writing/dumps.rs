//! The dump that is being written, piece by piece: the part of writing that is about dumps.

use std::path::Path;
use std::sync::atomic::Ordering;

use super::Writing;
use crate::error::Error;
use crate::input::Source;
use crate::input::format::{self, Compression};
use crate::input::record::{BadRecord, Part, Piece};
use crate::output::{self, Sink};
use crate::removed::RemovedLines;
use crate::report::{self, ReportText, Row};
use crate::run::cleaning::{Finished, ReportRow};
use crate::run::dump::Dump;
use crate::run::loading::too_long;
use crate::run::reading::Ended;
use crate::run::{BadRecords, Event, OutputFormat, Target, converting};

/// Bad records of one input that are told one by one.
const BAD_TOLD_MAX: u64 = 10;

impl<T: FnMut(&Event)> Writing<'_, T> {
    pub(super) fn begin_dump(
        &mut self,
        src: usize,
        format: format::Format,
        compression: Compression,
    ) -> Result<(), Error> {
        if self.job.format == OutputFormat::Marks {
            let message = format!("is a dump ({format}); marks are drafted of text files only");
            return self.abandon(src, Some((format, None)), Error::Record { id: String::new(), message });
        }
        let is_rewritten = format == format::Format::Parquet && !self.job.format.is_converted();
        if is_rewritten && self.job.drop_emptied {
            let message = "is a Parquet file, of which no row can be left out; use --on-empty keep, or --output-format jsonl".to_owned();
            return self.abandon(src, Some((format, None)), Error::Record { id: String::new(), message });
        }
        let is_blank = self.job.removed_lines == RemovedLines::Blank && !self.job.format.is_converted();
        if format == format::Format::Blocks && is_blank {
            let message = "holds documents parted by blank lines, so none may stand inside one; use --removed-lines mark or drop".to_owned();
            return self.abandon(src, Some((format, None)), Error::Record { id: String::new(), message });
        }
        match self.rows.begin(src, format).and_then(|()| self.create(src, format, compression)) {
            Ok(sink) => {
                self.open = Some(Dump::new(src, format, compression, sink));
                Ok(())
            }
            Err(error) => self.abandon(src, Some((format, None)), error),
        }
    }

    fn create(&self, src: usize, format: format::Format, compression: Compression) -> Result<Sink, Error> {
        let (job, source) = (self.job, &self.job.sources[src]);
        if self.shared.is_some() || job.format == OutputFormat::Txt {
            return Ok(Sink::nowhere()); // its documents go elsewhere
        }
        let file = |path: &Path, compression, force| match source {
            Source::File { path: original, .. }
                if format == format::Format::Parquet && job.format == OutputFormat::AsInput =>
            {
                Sink::table(Some(path), original, job.reading.fields.clone(), force)
            }
            _ => Sink::file(path, compression, force),
        };
        match (&job.target, source) {
            (Target::Stdout, Source::File { path, .. }) if format == format::Format::Parquet => {
                Sink::table(None, path, job.reading.fields.clone(), false)
            }
            (Target::Stdout, _) => Ok(Sink::stdout()),
            (Target::File(path), _) => file(path, Compression::of_name(path), job.force),
            (Target::Folder(folder), _) => {
                let mut path = folder.join(source.id());
                if job.format == OutputFormat::Jsonl {
                    path = converting::converted_name(&path);
                }
                self.near_inputs.map_or(Ok(()), |guard| guard.check(&path))?;
                file(&path, compression, self.rows.may_overwrite(src))
            }
            (Target::InPlace { suffix }, Source::File { path, .. }) => {
                let sink = file(path, compression, true)?;
                Ok(if suffix.is_none() { sink.synced() } else { sink })
            }
            (Target::InPlace { .. } | Target::Nowhere, _) => Ok(Sink::nowhere()),
        }
    }

    /// Does something with the open dump, if it is that of `src`; its trouble ends it, and only it.
    pub(super) fn in_dump(
        &mut self,
        src: usize,
        act: impl FnOnce(&mut Self, &mut Dump) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(mut open) = self.open.take_if(|open| open.src == src) else { return Ok(()) };
        match act(self, &mut open) {
            Ok(()) => {
                self.open = Some(open);
                Ok(())
            }
            Err(error) => self.fail_dump(open, error),
        }
    }

    pub(super) fn record(
        &mut self,
        open: &mut Dump,
        bytes: &[u8],
        mut finished: Finished,
    ) -> Result<(), Error> {
        self.warn_of_arrays(open, &mut finished);
        let is_left_out = finished.is_left_out;
        let (rec, src) = (finished.document.rec, open.src);
        open.is_changed |= finished.is_changed();
        self.named.see(src, &finished.document, &finished.arrays);
        let (counts, row) = self.tell_finished(src, finished);
        open.tally.add(counts);
        if is_left_out {
            let row = match row {
                ReportRow::LeftOut(doc) => Some(Row::Doc(*doc)),
                _ => None,
            };
            self.held_row(open)?;
            open.leave_out(bytes, row, self.keeps_raw());
            return Ok(());
        }
        if self.shared.is_some() {
            self.write_shared(bytes)?;
        } else if let (OutputFormat::Txt, Target::Folder(folder)) = (self.job.format, &self.job.target) {
            let path = folder.join(self.job.sources[src].id()).join(format!("{rec:06}.txt"));
            self.near_inputs.map_or(Ok(()), |guard| guard.check(&path))?;
            let force = self.rows.may_overwrite(open.src);
            output::write_compressed(&path, Compression::None, std::iter::once(bytes), force)?;
        } else {
            open.write_record(bytes, self.job.format.is_converted())?;
        }
        self.held_row(open)?;
        match row {
            ReportRow::Line(line) => self.rows.row(&line),
            _ => Ok(()),
        }
    }

    fn warn_of_arrays(&mut self, open: &mut Dump, finished: &mut Finished) {
        for field in std::mem::take(&mut finished.unnamed_parallel) {
            if open.warned_arrays.insert(field.clone()) {
                let message = format!(
                    "its field {field} is an array with an entry for each line of the text; name it with --filter-parallel {field}, so that entries go with their lines"
                );
                (self.tell)(&Event::Warning { id: self.job.sources[open.src].id(), message: &message });
            }
        }
    }

    pub(super) fn piece(&mut self, open: &mut Dump, piece: Piece) -> Result<(), Error> {
        let Piece { bytes, part } = piece;
        let is_converted = self.job.format.is_converted();
        match part {
            Part::TooLong { rec, line } => {
                let max = self.job.reading.record_max;
                let place = if line > 0 { format!("line {line}: ") } else { String::new() };
                let message = format!("{place}{}", too_long(max));
                self.bad_record(open, BadRecord { rec, message, bytes }, true)
            }
            Part::Rest => {
                open.keep_more_error(&bytes)?;
                if self.job.bad_records == BadRecords::Keep { open.write_rest(&bytes) } else { Ok(()) }
            }
            Part::Glue | Part::Between if is_converted => Ok(()),
            Part::Between => {
                open.between.extend_from_slice(&bytes);
                Ok(())
            }
            Part::Glue | Part::Record { .. } => open.write_glue(&bytes),
        }
    }

    /// Tells, counts and reports a record that gave no document, and keeps it where it is asked to.
    pub(super) fn bad_record(
        &mut self,
        open: &mut Dump,
        bad: BadRecord,
        is_too_long: bool,
    ) -> Result<(), Error> {
        let BadRecord { rec, message, bytes } = bad;
        let source = &self.job.sources[open.src];
        if self.job.bad_records == BadRecords::Fail || self.job.fail_fast {
            // Where records before it were written for good, bad ones were kept for good.
            if self.stays_written(open.format) && !is_too_long {
                self.keep_error(open, &bytes)?;
            }
            let message = format!("record {rec}: {message}");
            return Err(Error::Record { id: source.id().to_owned(), message });
        }
        let id = format!("{}/{rec}", source.id());
        open.tally.add_bad();
        if open.tally.bad <= BAD_TOLD_MAX {
            (self.tell)(&Event::Bad { id: &id, input: source.id(), message: &message, exists: false });
        }
        let is_rewritten = open.format == format::Format::Parquet && !self.job.format.is_converted();
        self.keep_error(open, &bytes)?;
        let kept = self.job.bad_records == BadRecords::Keep || is_rewritten;
        let row =
            report::Bad { id, src: open.src, rec: Some(rec), error: message, kept, raw: None, glue: None };
        if kept {
            open.write_record(&bytes, false)?;
            self.held_row(open)?;
            return self.rows.row(&report::line_of(&Row::Bad(row)));
        }
        // A record that is far too long is not kept in the report either.
        self.held_row(open)?;
        open.leave_out(&bytes, Some(Row::Bad(row)), self.keeps_raw() && !is_too_long);
        Ok(())
    }

    fn keep_error(&self, open: &mut Dump, bytes: &[u8]) -> Result<(), Error> {
        open.keep_error(self.job, bytes, self.rows.may_overwrite(open.src))
    }

    /// Do rows of what is left out hold what it was?
    fn keeps_raw(&self) -> bool {
        (self.job.report_text == ReportText::Full || self.job.resume) && !self.job.format.is_converted()
    }

    pub(super) fn end_dump(&mut self, src: usize, result: Result<Ended, String>) -> Result<(), Error> {
        let Some(mut open) = self.open.take_if(|open| open.src == src) else { return Ok(()) };
        let ended = match result {
            Ok(ended) => ended,
            Err(message) => {
                let id = self.job.sources[src].id().to_owned();
                return self.fail_dump(open, Error::Record { id, message });
            }
        };
        let mut finished = self.held_row(&mut open).and_then(|()| open.finish(self.job));
        if open.tally.bad == 0 {
            finished = finished.and_then(|()| self.rows.remove_errors(src, open.format));
        }
        if let Err(error) = finished {
            return self.fail_dump(open, error);
        }
        let Ended { raw, content, text_field, there } = ended;
        let input =
            self.rows.register(src, Some((open.format, text_field)), Some((raw, content, open.compression)));
        self.rows.end(src, input, &open.tally)?;
        if open.tally.bad > BAD_TOLD_MAX {
            let message = match open.tally.bad - BAD_TOLD_MAX {
                1 => "1 more bad record".to_owned(),
                more => format!("{more} more bad records"),
            };
            let id = self.job.sources[src].id();
            (self.tell)(&Event::Bad { id, input: id, message: &message, exists: false });
        }
        for message in self.named.warnings(src, &there) {
            (self.tell)(&Event::Warning { id: self.job.sources[src].id(), message: &message });
        }
        self.tally.merge(open.tally);
        Ok(())
    }

    /// Forgets what was written and reported of a dump, and says why. What cannot be taken back stays in the
    /// report, too.
    fn fail_dump(&mut self, mut open: Dump, mut error: Error) -> Result<(), Error> {
        let (src, format) = (open.src, open.format);
        if self.stays_written(format) {
            error = open.finish_errors().err().unwrap_or(error);
            self.held_row(&mut open)?;
            self.rows.stop()?;
            self.tally.merge(std::mem::take(&mut open.tally));
        } else {
            self.rows.forget()?;
        }
        drop(open); // its own files vanish
        self.abandon(src, Some((format, None)), error)
    }

    /// Is a record written for good before its dump has come to its end: on standard output, among those of other
    /// inputs, as a file of its own? A Parquet file is none without its end.
    fn stays_written(&self, format: format::Format) -> bool {
        let has_own_files =
            self.job.format == OutputFormat::Txt && matches!(self.job.target, Target::Folder(_));
        let is_stream = self.job.target == Target::Stdout && format != format::Format::Parquet;
        self.shared.is_some() || has_own_files || is_stream
    }

    fn abandon(
        &mut self,
        src: usize,
        format: Option<(format::Format, Option<String>)>,
        error: Error,
    ) -> Result<(), Error> {
        self.rows.register(src, format, None);
        self.abandoned.store(src, Ordering::Relaxed);
        match error {
            error @ Error::Stream { .. } => Err(error),
            Error::Record { message, .. } => self.fail_input(src, message.into()),
            error => self.fail_input(src, error.into()),
        }
    }

    fn held_row(&mut self, open: &mut Dump) -> Result<(), Error> {
        open.held_row().map_or(Ok(()), |row| self.rows.row(&row))
    }
}
