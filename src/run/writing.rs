//! The third stage: what was cleaned is written, told, counted and reported, in input order.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::cleaning::{Done, DoneItem, Failure, Finished, ReportRow};
use super::dump::Dump;
use super::reading::{Ended, Item};
use super::resume::{Entry, Resume};
use super::{BadRecords, Event, Format, Job, Progress, Target, converting};
use crate::document::Raw;
use crate::error::Error;
use crate::input::Source;
use crate::input::format::{self, Compression};
use crate::input::record::{BadRecord, Part, Piece};
use crate::output::{self, Sink};
use crate::report::{self, ReportText, Row, Told, hash_text};
use crate::tally::{Counts, Tally};

/// Bad records of one input that are told one by one.
const BAD_TOLD_MAX: u64 = 10;

pub(super) struct Writing<'j, T> {
    job: &'j Job,
    near_inputs: Option<&'j output::Guard>,
    /// The index of an input that need not be read further.
    abandoned: &'j AtomicUsize,
    tell: T,
    report: Option<report::Writer>,
    tally: Tally,
    /// The dump that is being written.
    open: Option<Dump>,
    /// Where all converted documents go, if it is one place.
    shared: Option<Sink>,
    /// Something stands in the shared place.
    has_shared: bool,
    /// Notes for a later run.
    resume: Option<&'j Resume>,
    /// Where in the notes the rows of the input begin.
    noted: u64,
    /// How many inputs an earlier run had done.
    done_before: u64,
}

/// How an input stands on disk, and its content.
type Raws = (Raw, Raw, Compression);

impl<'j, T: FnMut(&Event)> Writing<'j, T> {
    pub(super) fn begin(
        job: &'j Job,
        near_inputs: Option<&'j output::Guard>,
        abandoned: &'j AtomicUsize,
        resume: Option<&'j Resume>,
        tell: T,
    ) -> Result<Self, Error> {
        let report = job.report.as_deref().map(|path| report::Writer::create(path, job.force)).transpose()?;
        let shared = match &job.target {
            Target::Stdout if job.format.is_converted() => Some(Sink::stdout()),
            Target::File(path) if job.format.is_converted() => {
                Some(Sink::file(path, Compression::of_name(path), job.force)?)
            }
            _ => None,
        };
        Ok(Self {
            job,
            near_inputs,
            abandoned,
            tell,
            report,
            tally: Tally::default(),
            open: None,
            shared,
            has_shared: false,
            resume,
            noted: 0,
            done_before: 0,
        })
    }

    pub(super) fn write(&mut self, done: Done, stop: &AtomicBool) -> Result<(), Error> {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        for item in done.items {
            self.item(item)?;
        }
        let of_open = self.open.as_ref().map(|open| (open.tally.docs, open.tally.bytes));
        let (docs, text) = of_open.unwrap_or_default();
        (self.tell)(&Event::Progress(Progress {
            bytes: done.bytes_read,
            docs: self.tally.docs + docs,
            text: (self.tally.bytes.0 + text.0, self.tally.bytes.1 + text.1),
        }));
        Ok(())
    }

    pub(super) fn finish(mut self, stop: &AtomicBool) -> Result<Tally, Error> {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        if self.done_before > 0 {
            (self.tell)(&Event::Resumed { inputs: self.done_before });
        }
        if let Some(shared) = self.shared {
            shared.finish()?;
        }
        if let Some(report) = self.report {
            let told = Told {
                text: self.job.report_text,
                removed_lines: self.job.removed_lines,
                output: self.job.format.converted_slug().map(str::to_owned),
            };
            report.finish(&told, &self.job.config, &self.tally)?;
        }
        Ok(self.tally)
    }

    fn item(&mut self, item: DoneItem) -> Result<(), Error> {
        match item {
            DoneItem::Whole { src, raws, result } => self.whole(src, raws, result),
            DoneItem::Converted { src, raws, bytes, finished } => {
                let result = self.write_converted(src, raws.2, &bytes, &finished);
                let result = result.map(|()| finished).map_err(|error| match error {
                    error @ Error::Stream { .. } => Failure::Run(error),
                    error => Failure::Input { told: error.to_string(), reported: error.without_path() },
                });
                self.whole(src, Some(raws), result)
            }
            DoneItem::Record { src, bytes, finished } => {
                self.in_dump(src, |writing, open| writing.record(open, &bytes, finished))
            }
            DoneItem::Bad { src, bad } => {
                self.in_dump(src, |writing, open| writing.bad_record(open, bad, false))
            }
            DoneItem::Other(Item::Done { src, entry }) => self.done_before(src, *entry),
            DoneItem::Other(Item::Begin { src, format, compression }) => {
                self.begin_dump(src, format, compression)
            }
            DoneItem::Other(Item::Piece { src, piece, .. }) => {
                self.in_dump(src, |writing, open| writing.piece(open, piece))
            }
            DoneItem::Other(Item::End { src, result }) => self.end_dump(src, result),
            DoneItem::Other(Item::Whole { .. }) => unreachable!("texts are read and cleaned"),
        }
    }

    /// A document of its own file.
    fn whole(
        &mut self,
        src: usize,
        raws: Option<Raws>,
        result: Result<Finished, Failure>,
    ) -> Result<(), Error> {
        let input = self.register(src, None, raws);
        self.begin_rows()?;
        match result {
            Ok(finished) => {
                let (counts, row) = self.tell_finished(src, finished);
                match row {
                    ReportRow::LeftOut(doc) => self.row(&report::line_of(&Row::Doc(*doc)))?,
                    ReportRow::Line(line) => self.row(&line)?,
                    ReportRow::None => {}
                }
                let mut tally = Tally::default();
                tally.add(counts);
                self.note_done(src, input, &tally)?;
                self.tally.merge(tally);
                Ok(())
            }
            Err(Failure::Input { told, reported }) => self.fail_input(src, &told, reported),
            Err(Failure::Run(error)) => Err(error),
        }
    }

    /// An input that an earlier run has done: its rows and totals are those of then.
    fn done_before(&mut self, src: usize, entry: Entry) -> Result<(), Error> {
        self.done_before += 1;
        if let (Some(resume), true) = (self.resume, self.report.is_some()) {
            for line in resume.rows_of(&entry)?.split_inclusive(|&byte| byte == b'\n') {
                let row = serde_json::from_slice(line)
                    .map_err(|error| Error::usage(format!("the notes of the run to be resumed: {error}")))?;
                self.report_row(report::at_input(row, src))?;
            }
        }
        if let Some(report) = &mut self.report {
            report.input(entry.input);
        }
        self.tally.merge(entry.tally);
        Ok(())
    }

    /// The rows of an input begin here.
    fn begin_rows(&mut self) -> Result<(), Error> {
        self.noted = self.resume.map_or(Ok(0), |resume| resume.append(b""))?;
        Ok(())
    }

    /// Notes for a later run that an input is done.
    fn note_done(&mut self, src: usize, input: report::Input, tally: &Tally) -> Result<(), Error> {
        let Some(resume) = self.resume else { return Ok(()) };
        resume.note_done(self.job, &self.job.sources[src], input, tally.clone(), self.noted)
    }

    /// Writes a text in another format.
    fn write_converted(
        &mut self,
        src: usize,
        compression: Compression,
        bytes: &[u8],
        finished: &Finished,
    ) -> Result<(), Error> {
        if finished.is_left_out(self.job) {
            return Ok(());
        }
        if self.shared.is_some() {
            return self.write_shared(bytes);
        }
        let Target::Folder(folder) = &self.job.target else { return Ok(()) };
        let path = converting::converted_name(&folder.join(self.job.sources[src].id()));
        self.near_inputs.map_or(Ok(()), |guard| guard.check(&path))?;
        output::write_compressed(&path, compression, std::iter::once(bytes), self.may_overwrite(src))
    }

    fn may_overwrite(&self, src: usize) -> bool {
        let id = self.job.sources[src].id();
        self.job.force || self.resume.is_some_and(|resume| resume.may_overwrite(id))
    }

    fn write_shared(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let parts_by_blank = self.job.format == Format::Txt && self.has_shared;
        self.has_shared = true;
        let Some(shared) = &mut self.shared else { return Ok(()) };
        if parts_by_blank {
            shared.write(b"\n")?;
        }
        shared.write(bytes)
    }

    /// Tells of a document that was written, and gives what is to be counted and reported.
    fn tell_finished(&mut self, src: usize, finished: Finished) -> (Counts, ReportRow) {
        let Finished { document, decision, counts, row, .. } = finished;
        let cleaned = &decision.of(&document.text);
        let source = &self.job.sources[src];
        (self.tell)(&Event::Cleaned { source, document: &document, cleaned });
        if cleaned.emptied {
            (self.tell)(&Event::Emptied { id: &document.id });
        }
        (counts, row)
    }

    fn begin_dump(
        &mut self,
        src: usize,
        format: format::Format,
        compression: Compression,
    ) -> Result<(), Error> {
        if self.job.format == Format::Marks {
            let message = format!("is a dump ({format}); marks are drafted of text files only");
            return self.abandon(src, Some((format, None)), Error::Record { id: String::new(), message });
        }
        self.begin_rows()?;
        match self.create(src, compression) {
            Ok(sink) => {
                let mark = self.report.as_ref().map(report::Writer::mark);
                self.open = Some(Dump::new(src, format, compression, sink, mark));
                Ok(())
            }
            Err(error) => self.abandon(src, Some((format, None)), error),
        }
    }

    fn create(&self, src: usize, compression: Compression) -> Result<Sink, Error> {
        let (job, source) = (self.job, &self.job.sources[src]);
        if self.shared.is_some() || job.format == Format::Txt {
            return Ok(Sink::nowhere()); // its documents go elsewhere
        }
        match (&job.target, source) {
            (Target::Stdout, _) => Ok(Sink::stdout()),
            (Target::File(path), _) => Sink::file(path, Compression::of_name(path), job.force),
            (Target::Folder(folder), _) => {
                let mut path = folder.join(source.id());
                if job.format == Format::Jsonl {
                    path = converting::converted_name(&path);
                }
                self.near_inputs.map_or(Ok(()), |guard| guard.check(&path))?;
                Sink::file(&path, compression, self.may_overwrite(src))
            }
            (Target::InPlace { .. }, Source::File { path, .. }) => Sink::file(path, compression, true),
            (Target::InPlace { .. } | Target::Nowhere, _) => Ok(Sink::nowhere()),
        }
    }

    /// Does something with the open dump, if it is that of `src`; its trouble ends it, and only it.
    fn in_dump(
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

    fn record(&mut self, open: &mut Dump, bytes: &[u8], mut finished: Finished) -> Result<(), Error> {
        self.warn_of_arrays(open, &mut finished);
        let is_left_out = finished.is_left_out(self.job);
        let (rec, src) = (finished.document.rec, open.src);
        open.is_changed |= finished.is_changed();
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
        } else if let (Format::Txt, Target::Folder(folder)) = (self.job.format, &self.job.target) {
            let path = folder.join(self.job.sources[src].id()).join(format!("{rec:06}.txt"));
            self.near_inputs.map_or(Ok(()), |guard| guard.check(&path))?;
            output::write_file(&path, std::iter::once(bytes), self.may_overwrite(open.src))?;
        } else {
            open.write_record(bytes, self.job.format.is_converted())?;
        }
        self.held_row(open)?;
        match row {
            ReportRow::Line(line) => self.row(&line),
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

    fn piece(&mut self, open: &mut Dump, piece: Piece) -> Result<(), Error> {
        let Piece { bytes, part } = piece;
        let is_converted = self.job.format.is_converted();
        match part {
            Part::TooLong { rec, line } => {
                let max = self.job.reading.record_max;
                let place = if line > 0 { format!("line {line}: ") } else { String::new() };
                let message = format!("{place}longer than {max} bytes; raise --max-record to clean it");
                self.bad_record(open, BadRecord { rec, message, bytes }, true)
            }
            Part::Rest => {
                open.keep_error(self.job, &bytes)?;
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
    fn bad_record(&mut self, open: &mut Dump, bad: BadRecord, is_too_long: bool) -> Result<(), Error> {
        let BadRecord { rec, message, bytes } = bad;
        let source = &self.job.sources[open.src];
        if self.job.bad_records == BadRecords::Fail {
            let message = format!("record {rec}: {message}");
            return Err(Error::Record { id: source.id().to_owned(), message });
        }
        let id = format!("{}/{rec}", source.id());
        open.tally.add_bad();
        if open.tally.bad <= BAD_TOLD_MAX {
            (self.tell)(&Event::Bad { id: &id, message: &message });
        }
        if self.job.fail_fast {
            return Err(Error::FailFast);
        }
        open.keep_error(self.job, &bytes)?;
        let kept = self.job.bad_records == BadRecords::Keep;
        let row = report::Bad { id, src: open.src, rec: Some(rec), error: message, kept, raw: None };
        if kept {
            open.write_record(&bytes, false)?;
            self.held_row(open)?;
            return self.row(&report::line_of(&Row::Bad(row)));
        }
        // A record that is far too long is not kept in the report either.
        self.held_row(open)?;
        open.leave_out(&bytes, Some(Row::Bad(row)), self.keeps_raw() && !is_too_long);
        Ok(())
    }

    /// Do rows of what is left out hold what it was?
    fn keeps_raw(&self) -> bool {
        (self.job.report_text == ReportText::Full || self.job.resume) && !self.job.format.is_converted()
    }

    fn end_dump(&mut self, src: usize, result: Result<Ended, String>) -> Result<(), Error> {
        let Some(mut open) = self.open.take_if(|open| open.src == src) else { return Ok(()) };
        let ended = match result {
            Ok(ended) => ended,
            Err(message) => {
                let id = self.job.sources[src].id().to_owned();
                return self.fail_dump(open, Error::Record { id, message });
            }
        };
        if let Err(error) = self.held_row(&mut open).and_then(|()| open.finish(self.job)) {
            return self.fail_dump(open, error);
        }
        let Ended { raw, content, text_field } = ended;
        let input =
            self.register(src, Some((open.format, text_field)), Some((raw, content, open.compression)));
        self.note_done(src, input, &open.tally)?;
        if open.tally.bad > BAD_TOLD_MAX {
            let message = format!("{} more bad records", open.tally.bad - BAD_TOLD_MAX);
            (self.tell)(&Event::Bad { id: self.job.sources[src].id(), message: &message });
        }
        self.tally.merge(open.tally);
        Ok(())
    }

    /// Forgets what was written and reported of a dump, and says why.
    fn fail_dump(&mut self, mut open: Dump, error: Error) -> Result<(), Error> {
        let (src, format, mark) = (open.src, open.format, open.mark.take());
        drop(open); // its files vanish
        if let (Some(report), Some(mark)) = (&mut self.report, mark) {
            report.forget(mark)?;
        }
        self.abandon(src, Some((format, None)), error)
    }

    fn abandon(
        &mut self,
        src: usize,
        format: Option<(format::Format, Option<String>)>,
        error: Error,
    ) -> Result<(), Error> {
        self.register(src, format, None);
        self.abandoned.store(src, Ordering::Relaxed);
        match error {
            error @ (Error::Stream { .. } | Error::FailFast) => Err(error),
            Error::Record { message, .. } => self.fail_input(src, &message, message.clone()),
            error => self.fail_input(src, &error.to_string(), error.without_path()),
        }
    }

    fn fail_input(&mut self, src: usize, told: &str, reported: String) -> Result<(), Error> {
        let id = self.job.sources[src].id();
        self.tally.add_bad();
        (self.tell)(&Event::Bad { id, message: told });
        if self.job.fail_fast {
            return Err(Error::FailFast);
        }
        let row = report::Bad { id: id.to_owned(), src, rec: None, error: reported, kept: false, raw: None };
        self.row(&report::line_of(&Row::Bad(row)))
    }

    fn held_row(&mut self, open: &mut Dump) -> Result<(), Error> {
        open.held_row().map_or(Ok(()), |row| self.row(&row))
    }

    fn row(&mut self, row: &[u8]) -> Result<(), Error> {
        let Some(resume) = self.resume else {
            return self.report.as_mut().map_or(Ok(()), |report| report.line(row));
        };
        resume.append(row)?;
        if self.report.is_some() {
            let row = serde_json::from_slice(row)
                .map_err(|error| Error::usage(format!("a row that cannot be read again: {error}")))?;
            self.report_row(row)?;
        }
        Ok(())
    }

    /// Writes a row that holds all removed text to the report, with as much of it as was asked for.
    fn report_row(&mut self, row: Row) -> Result<(), Error> {
        let row = report::with_text(row, self.job.report_text);
        self.report.as_mut().map_or(Ok(()), |report| report.line(&report::line_of(&row)))
    }

    /// Names an input in the report.
    fn register(
        &mut self,
        src: usize,
        format: Option<(format::Format, Option<String>)>,
        raws: Option<Raws>,
    ) -> report::Input {
        let content = raws.and_then(|(_, content, compression)| {
            Some(report::Content {
                compression: compression.extension()?.to_owned(),
                bytes: content.bytes,
                xxh3: hash_text(content.xxh3),
            })
        });
        let input = report::Input {
            path: self.job.sources[src].id().to_owned(),
            bytes: raws.map(|(raw, ..)| raw.bytes),
            xxh3: raws.map(|(raw, ..)| hash_text(raw.xxh3)),
            format: format.as_ref().map(|(format, _)| format.slug().to_owned()),
            text_field: format.and_then(|(_, text_field)| text_field),
            content,
        };
        if let Some(report) = &mut self.report {
            report.input(input.clone());
        }
        input
    }
}
