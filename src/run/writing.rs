//! The third stage: what was cleaned is written, told, counted and reported, in input order.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::cleaning::{Done, DoneItem, Failure, Finished};
use super::reading::{Ended, Item};
use super::{BadRecords, Event, Job, Progress, Target};
use crate::document::Raw;
use crate::error::Error;
use crate::input::format::{Compression, Format};
use crate::input::record::{BadRecord, Part, Piece};
use crate::output::{self, Sink};
use crate::report::{self, ReportText, Row, hash_text};
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
    open: Option<Open>,
}

/// The container that is being written.
struct Open {
    src: usize,
    format: Format,
    compression: Compression,
    sink: Sink,
    /// Where its bad records are kept.
    errors: Option<Sink>,
    /// Totals of it alone, until it is known to be whole.
    tally: Tally,
    /// The place in the report to come back to if it is not.
    mark: Option<report::Mark>,
    /// The record at hand is longer than one may be.
    inside_bad: bool,
}

impl<'j, T: FnMut(&Event)> Writing<'j, T> {
    pub(super) fn begin(
        job: &'j Job,
        near_inputs: Option<&'j output::Guard>,
        abandoned: &'j AtomicUsize,
        tell: T,
    ) -> Result<Self, Error> {
        let report = job.report.as_deref().map(|path| report::Writer::create(path, job.force)).transpose()?;
        Ok(Self { job, near_inputs, abandoned, tell, report, tally: Tally::default(), open: None })
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

    pub(super) fn finish(self, stop: &AtomicBool) -> Result<Tally, Error> {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        if let Some(report) = self.report {
            report.finish(&self.job.config, self.job.report_text, &self.tally)?;
        }
        Ok(self.tally)
    }

    fn item(&mut self, item: DoneItem) -> Result<(), Error> {
        match item {
            DoneItem::Whole { src, raws, result } => self.whole(src, raws, result),
            DoneItem::Other(Item::Begin { src, format, compression }) => {
                self.begin_container(src, format, compression)
            }
            DoneItem::Record { src, bytes, finished } => self.in_container(src, |writing, open| {
                open.sink.write(&bytes)?;
                open.tally.add(writing.finished(src, finished)?);
                Ok(())
            }),
            DoneItem::Bad { src, bad } => {
                self.in_container(src, |writing, open| writing.bad_record(open, bad))
            }
            DoneItem::Other(Item::Piece { src, piece, .. }) => {
                self.in_container(src, |writing, open| writing.piece(open, piece))
            }
            DoneItem::Other(Item::End { src, result }) => self.end_container(src, result),
            DoneItem::Other(Item::Whole { .. }) => unreachable!("texts are read and cleaned"),
        }
    }

    /// A document of its own file.
    fn whole(
        &mut self,
        src: usize,
        raws: Option<(Raw, Raw, Compression)>,
        result: Result<Finished, Failure>,
    ) -> Result<(), Error> {
        self.register(src, None, raws);
        match result {
            Ok(finished) => {
                let counts = self.finished(src, finished)?;
                self.tally.add(counts);
                Ok(())
            }
            Err(Failure::Input { told, reported }) => self.fail_input(src, &told, reported),
            Err(Failure::Run(error)) => Err(error),
        }
    }

    /// Tells of a document that was written, and reports it.
    fn finished(&mut self, src: usize, finished: Finished) -> Result<Counts, Error> {
        let Finished { document, decision, counts, row } = finished;
        let cleaned = &decision.of(&document.text);
        let source = &self.job.sources[src];
        (self.tell)(&Event::Cleaned { source, document: &document, cleaned });
        if cleaned.emptied {
            (self.tell)(&Event::Emptied { id: &document.id });
        }
        self.row(&row)?;
        Ok(counts)
    }

    fn begin_container(&mut self, src: usize, format: Format, compression: Compression) -> Result<(), Error> {
        match self.create(src, compression) {
            Ok((sink, errors)) => {
                let mark = self.report.as_ref().map(report::Writer::mark);
                let tally = Tally::default();
                self.open =
                    Some(Open { src, format, compression, sink, errors, tally, mark, inside_bad: false });
                Ok(())
            }
            Err(error) => {
                self.register(src, Some((format, None)), None);
                self.abandon(src, error)
            }
        }
    }

    fn create(&self, src: usize, compression: Compression) -> Result<(Sink, Option<Sink>), Error> {
        let force = self.job.force;
        let id = self.job.sources[src].id();
        let sink = match &self.job.target {
            Target::Stdout => Sink::stdout(),
            Target::Nowhere => Sink::nowhere(),
            Target::File(path) => Sink::file(path, Compression::of_name(path), force)?,
            Target::Folder(folder) => {
                let path = folder.join(id);
                self.near_inputs.map_or(Ok(()), |guard| guard.check(&path))?;
                Sink::file(&path, compression, force)?
            }
        };
        Ok((sink, None))
    }

    /// Does something with the open container, if it is that of `src`; its trouble ends it, and only it.
    fn in_container(
        &mut self,
        src: usize,
        act: impl FnOnce(&mut Self, &mut Open) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(mut open) = self.open.take_if(|open| open.src == src) else { return Ok(()) };
        match act(self, &mut open) {
            Ok(()) => {
                self.open = Some(open);
                Ok(())
            }
            Err(error) => self.fail_container(open, error),
        }
    }

    fn piece(&mut self, open: &mut Open, piece: Piece) -> Result<(), Error> {
        let Piece { bytes, part } = piece;
        match part {
            Part::TooLong { rec, line } => {
                let max = self.job.reading.record_max;
                let place = if line > 0 { format!("line {line}: ") } else { String::new() };
                let message = format!("{place}longer than {max} bytes; raise --max-record to clean it");
                open.inside_bad = true;
                let done = self.bad_record(open, BadRecord { rec, message, bytes });
                open.inside_bad = false;
                done
            }
            Part::Rest => self.bad_bytes(open, &bytes),
            Part::Glue | Part::Record { .. } => open.sink.write(&bytes),
        }
    }

    /// Tells, counts and reports a record that gave no document, and keeps it where it is asked to.
    fn bad_record(&mut self, open: &mut Open, bad: BadRecord) -> Result<(), Error> {
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
        self.bad_bytes(open, &bytes)?;
        let kept = self.job.bad_records == BadRecords::Keep;
        // A record that is written or far too long is not in the report a second time.
        let is_reported =
            !kept && !open.inside_bad && self.report.is_some() && self.job.report_text == ReportText::Full;
        let raw = is_reported.then(|| bytes.into());
        let row = report::Bad { id, src: open.src, rec: Some(rec), error: message, kept, raw };
        self.row(&report::line_of(&Row::Bad(row)))
    }

    fn bad_bytes(&mut self, open: &mut Open, bytes: &[u8]) -> Result<(), Error> {
        if self.job.bad_records == BadRecords::Keep {
            open.sink.write(bytes)?;
        }
        if let Some(folder) = &self.job.err_dir {
            if open.errors.is_none() {
                let path = folder.join(self.job.sources[open.src].id());
                open.errors = Some(Sink::file(&path, open.compression, self.job.force)?);
            }
            if let Some(errors) = &mut open.errors {
                errors.write(bytes)?;
            }
        }
        Ok(())
    }

    fn end_container(&mut self, src: usize, result: Result<Ended, String>) -> Result<(), Error> {
        let Some(mut open) = self.open.take_if(|open| open.src == src) else { return Ok(()) };
        let ended = match result {
            Ok(ended) => ended,
            Err(message) => {
                let id = self.job.sources[src].id().to_owned();
                return self.fail_container(open, Error::Record { id, message });
            }
        };
        let sink = std::mem::replace(&mut open.sink, Sink::nowhere());
        if let Err(error) = open.errors.take().map_or(Ok(()), Sink::finish).and_then(|()| sink.finish()) {
            return self.fail_container(open, error);
        }
        let Ended { raw, content, text_field } = ended;
        self.register(src, Some((open.format, text_field)), Some((raw, content, open.compression)));
        if open.tally.bad > BAD_TOLD_MAX {
            let message = format!("{} more bad records", open.tally.bad - BAD_TOLD_MAX);
            (self.tell)(&Event::Bad { id: self.job.sources[src].id(), message: &message });
        }
        self.tally.merge(open.tally);
        Ok(())
    }

    /// Forgets what was written and reported of a container, and says why.
    fn fail_container(&mut self, open: Open, error: Error) -> Result<(), Error> {
        let Open { src, format, sink, errors, mark, .. } = open;
        drop((sink, errors));
        if let (Some(report), Some(mark)) = (&mut self.report, mark) {
            report.forget(mark)?;
        }
        self.register(src, Some((format, None)), None);
        self.abandon(src, error)
    }

    fn abandon(&mut self, src: usize, error: Error) -> Result<(), Error> {
        self.abandoned.store(src, Ordering::Relaxed);
        match error {
            error @ Error::Stream { .. } => Err(error),
            Error::Record { message, .. } => self.fail_input(src, &message, message.clone()),
            error => self.fail_input(src, &error.to_string(), error.without_path()),
        }
    }

    fn fail_input(&mut self, src: usize, told: &str, reported: String) -> Result<(), Error> {
        let id = self.job.sources[src].id();
        self.tally.add_bad();
        (self.tell)(&Event::Bad { id, message: told });
        let row = report::Bad { id: id.to_owned(), src, rec: None, error: reported, kept: false, raw: None };
        self.row(&report::line_of(&Row::Bad(row)))
    }

    fn row(&mut self, row: &[u8]) -> Result<(), Error> {
        self.report.as_mut().map_or(Ok(()), |report| report.line(row))
    }

    /// Names an input in the report.
    fn register(
        &mut self,
        src: usize,
        format: Option<(Format, Option<String>)>,
        raws: Option<(Raw, Raw, Compression)>,
    ) {
        let Some(report) = &mut self.report else { return };
        let content = raws.and_then(|(_, content, compression)| {
            Some(report::Content {
                compression: compression.extension()?.to_owned(),
                bytes: content.bytes,
                xxh3: hash_text(content.xxh3),
            })
        });
        report.input(report::Input {
            path: self.job.sources[src].id().to_owned(),
            bytes: raws.map(|(raw, ..)| raw.bytes),
            xxh3: raws.map(|(raw, ..)| hash_text(raw.xxh3)),
            format: format.as_ref().map(|(format, _)| format.slug().to_owned()),
            text_field: format.and_then(|(_, text_field)| text_field),
            content,
        });
    }
}
