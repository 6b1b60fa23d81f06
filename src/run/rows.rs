//! Where rows go: into the report, and into the notes for a later run.

use xxhash_rust::xxh3::Xxh3Default;

use super::attributes::Attributes;
use super::resume::{Entry, Resume};
use super::{Event, Job};
use crate::document::Raw;
use crate::error::Error;
use crate::input::format::{self, Compression};
use crate::report::{self, ReportFormat, Row, Told, hash_text};
use crate::tally::Tally;

pub(super) struct Rows<'j> {
    job: &'j Job,
    report: Option<report::Writer>,
    attributes: Option<Attributes<'j>>,
    /// Notes for a later run.
    resume: Option<&'j Resume>,
    /// Where in the report and in the notes the rows of the input begin.
    began: (Option<report::Mark>, u64),
    /// Of the rows of the input that stand in the notes.
    hasher: Xxh3Default,
}

/// How an input stands on disk, and its content.
pub(super) type Raws = (Raw, Raw, Compression);

impl<'j> Rows<'j> {
    pub(super) fn create(job: &'j Job, resume: Option<&'j Resume>) -> Result<Self, Error> {
        let (mut report, mut attributes) = (None, None);
        match (job.report.as_deref(), job.report_format) {
            (Some(path), ReportFormat::Jsonl) => report = Some(report::Writer::create(path, job.force)?),
            (Some(folder), ReportFormat::Dolma) => attributes = Some(Attributes::new(job, folder)),
            (None, _) => {}
        }
        Ok(Self { job, report, attributes, resume, began: (None, 0), hasher: Xxh3Default::new() })
    }

    /// The rows of an input begin.
    pub(super) fn begin(&mut self, src: usize, format: format::Format) -> Result<(), Error> {
        let noted = self.resume.map_or(Ok(0), |resume| resume.append(b""))?;
        self.began = (self.report.as_ref().map(report::Writer::mark), noted);
        self.hasher.reset();
        let force = self.may_overwrite(src);
        self.attributes.as_mut().map_or(Ok(()), |attributes| attributes.begin(src, format, force))
    }

    /// Writes a row of the input.
    pub(super) fn row(&mut self, row: &[u8]) -> Result<(), Error> {
        if let (None, Some(report)) = (self.resume, &mut self.report) {
            return report.line(row);
        }
        if let Some(resume) = self.resume {
            resume.append(row)?;
            self.hasher.update(row);
        }
        if self.report.is_some() || self.attributes.is_some() {
            let row = serde_json::from_slice(row)
                .map_err(|error| Error::usage(format!("a row that cannot be read again: {error}")))?;
            self.write(row)?;
        }
        Ok(())
    }

    /// Writes a row that holds all removed text, with as much of it as was asked for.
    fn write(&mut self, row: Row) -> Result<(), Error> {
        if let Some(attributes) = &mut self.attributes {
            return attributes.row(&row);
        }
        let row = report::with_text(row, self.job.report_text);
        self.report.as_mut().map_or(Ok(()), |report| report.line(&report::line_of(&row)))
    }

    /// The input broke off, and what was written of it stays. A later run begins it anew.
    pub(super) fn stop(&mut self) -> Result<(), Error> {
        self.attributes.as_mut().map_or(Ok(()), Attributes::end)
    }

    /// Forgets the rows of the input: it came to nothing.
    pub(super) fn forget(&mut self) -> Result<(), Error> {
        if let Some(attributes) = &mut self.attributes {
            attributes.forget();
        }
        match (&mut self.report, self.began.0.take()) {
            (Some(report), Some(mark)) => report.forget(mark),
            _ => Ok(()),
        }
    }

    /// Names an input in the report.
    pub(super) fn register(
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

    /// All rows of the input are written: notes for a later run that it is done.
    pub(super) fn end(&mut self, src: usize, input: report::Input, tally: &Tally) -> Result<(), Error> {
        self.attributes.as_mut().map_or(Ok(()), Attributes::end)?;
        let Some(resume) = self.resume else { return Ok(()) };
        let rows = (self.began.1, self.hasher.digest());
        resume.note_done(self.job, &self.job.sources[src], input, tally.clone(), rows)
    }

    /// Writes and tells the rows of an input that an earlier run has done.
    pub(super) fn again(
        &mut self,
        src: usize,
        entry: &Entry,
        mut tell: impl FnMut(&Event),
    ) -> Result<(), Error> {
        if let Some(attributes) = &mut self.attributes {
            let format = entry.input.format.as_deref().and_then(|format| format.parse().ok());
            attributes.begin(src, format.unwrap_or(format::Format::Text), true)?;
        }
        if let (Some(resume), true) = (self.resume, self.job.report.is_some() || self.job.tells_done) {
            resume.rows_of(entry, |line| {
                let row = serde_json::from_slice(line)
                    .map_err(|error| Error::usage(format!("the notes of the run to be resumed: {error}")))?;
                let row = report::at_input(row, 0);
                if self.job.tells_done {
                    tell(&Event::DoneBefore { input: &entry.input, row: &row });
                }
                self.write(report::at_input(row, src))
            })?;
        }
        self.attributes.as_mut().map_or(Ok(()), Attributes::end)?;
        if let Some(report) = &mut self.report {
            report.input(entry.input.clone());
        }
        Ok(())
    }

    /// Was what stands at the output of this input written by a run that this one goes on with?
    pub(super) fn may_overwrite(&self, src: usize) -> bool {
        let id = self.job.sources[src].id();
        self.job.force || self.resume.is_some_and(|resume| resume.may_overwrite(id))
    }

    /// Nothing bad is kept of the input: what a run that this one goes on with kept of it goes.
    pub(super) fn remove_errors(&self, src: usize, format: format::Format) -> Result<(), Error> {
        self.resume.map_or(Ok(()), |resume| resume.remove_errors(self.job, &self.job.sources[src], format))
    }

    /// Writes the end of the report; `stopped` at the first failure, or whole.
    pub(super) fn finish(self, tally: &Tally, stopped: bool) -> Result<(), Error> {
        let Some(report) = self.report else { return Ok(()) };
        let told = Told {
            text: self.job.report_text,
            removed_lines: self.job.removed_lines,
            output: self.job.format.converted_slug().map(str::to_owned),
            index: self.job.index.as_ref().map(|index| hash_text(index.hash())),
            stopped,
        };
        report.finish(&told, &self.job.config, tally)
    }
}
