//! The third stage: what was cleaned is written, told, counted and reported, in input order.

mod dumps;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::cleaning::{Done, DoneItem, Failure, Finished, OwnFile, ReportRow, Trouble};
use super::dump::Dump;
use super::named::Named;
use super::reading::Item;
use super::resume::{Entry, Resume};
use super::rows::{Raws, Rows};
use super::{Event, Job, OutputFormat, Progress, Target, converting};
use crate::clean::Cleaned;
use crate::cuts::Cut;
use crate::error::Error;
use crate::input::format::{self, Compression};
use crate::output::{self, Sink};
use crate::report::{self, Row};
use crate::tally::{Counts, Tally};

pub(super) struct Writing<'j, T> {
    job: &'j Job,
    near_inputs: Option<&'j output::Guard>,
    /// The index of an input that need not be read further.
    abandoned: &'j AtomicUsize,
    tell: T,
    rows: Rows<'j>,
    tally: Tally,
    /// Named fields that were seen.
    named: Named<'j>,
    /// The dump that is being written.
    open: Option<Dump>,
    /// Where all converted documents go, if it is one place.
    shared: Option<Sink>,
    /// Something stands in the shared place.
    has_shared: bool,
    /// How many inputs an earlier run had done.
    done_before: u64,
}

impl<'j, T: FnMut(&Event)> Writing<'j, T> {
    pub(super) fn begin(
        job: &'j Job,
        near_inputs: Option<&'j output::Guard>,
        abandoned: &'j AtomicUsize,
        resume: Option<&'j Resume>,
        tell: T,
    ) -> Result<Self, Error> {
        let rows = Rows::create(job, resume)?;
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
            rows,
            tally: Tally::default(),
            named: Named::new(job),
            open: None,
            shared,
            has_shared: false,
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
        self.rows.finish(&self.tally, false)?;
        Ok(self.tally)
    }

    /// Ends the run at its first failure: the outputs that were finished have a report, which tells of the failure
    /// last. Where all documents go into one file there is neither, as that file is not whole.
    pub(super) fn finish_early(self) -> Result<(), Error> {
        match self.shared {
            Some(shared) if self.job.target == Target::Stdout => shared.finish()?,
            Some(_) => return Ok(()),
            None => {}
        }
        self.rows.finish(&self.tally, true)
    }

    fn item(&mut self, item: DoneItem) -> Result<(), Error> {
        match item {
            DoneItem::Whole { src, raws, result } => self.whole(src, raws, result),
            DoneItem::Converted { src, raws, bytes, finished } => {
                let result = self.write_converted(src, raws.2, &bytes, &finished);
                self.whole(src, Some(raws), result.map(|()| finished).map_err(Failure::from))
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
        let input = self.rows.register(src, None, raws);
        let result = result.and_then(|finished| {
            let began = self.rows.begin(src, format::Format::Text);
            began.map(|()| finished).map_err(Failure::from)
        });
        match result {
            Ok(finished) => {
                let (counts, row) = self.tell_finished(src, finished);
                match row {
                    ReportRow::LeftOut(doc) => self.rows.row(&report::line_of(&Row::Doc(*doc)))?,
                    ReportRow::Line(line) => self.rows.row(&line)?,
                    ReportRow::None => {}
                }
                let mut tally = Tally::default();
                tally.add(counts);
                self.rows.end(src, input, &tally)?;
                self.tally.merge(tally);
                Ok(())
            }
            Err(Failure::Input(trouble)) => self.fail_input(src, trouble),
            Err(Failure::Run(error)) => Err(error),
        }
    }

    /// An input that an earlier run has done: its rows and totals are those of then.
    fn done_before(&mut self, src: usize, entry: Entry) -> Result<(), Error> {
        self.done_before += 1;
        self.rows.again(src, &entry, &mut self.tell)?;
        self.tally.merge(entry.tally);
        Ok(())
    }

    /// Writes a text that was not written yet.
    fn write_converted(
        &mut self,
        src: usize,
        compression: Compression,
        bytes: &[u8],
        finished: &Finished,
    ) -> Result<(), Error> {
        if finished.is_left_out {
            return Ok(());
        }
        let may_overwrite = self.rows.may_overwrite(src);
        if self.job.keeps_texts() {
            let file = OwnFile { src, compression, is_changed: finished.is_changed(), may_overwrite };
            return file.write(self.job, self.near_inputs, std::iter::once(bytes));
        }
        if self.shared.is_some() {
            return self.write_shared(bytes);
        }
        let Target::Folder(folder) = &self.job.target else { return Ok(()) };
        let path = converting::converted_name(&folder.join(self.job.sources[src].id()));
        self.near_inputs.map_or(Ok(()), |guard| guard.check(&path))?;
        output::write_compressed(&path, compression, std::iter::once(bytes), may_overwrite)
    }

    fn write_shared(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let parts_by_blank = self.job.format == OutputFormat::Txt && self.has_shared;
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
            (self.tell)(&Event::Emptied { id: &document.id, copy_of: copied(cleaned) });
        }
        (counts, row)
    }

    fn fail_input(&mut self, src: usize, trouble: Trouble) -> Result<(), Error> {
        let Trouble { told, reported, exists } = trouble;
        let id = self.job.sources[src].id();
        self.tally.add_bad();
        (self.tell)(&Event::Bad { id, input: id, message: &told, exists });
        let id = id.to_owned();
        let row = report::Bad { id, src, rec: None, error: reported, kept: false, raw: None, glue: None };
        self.rows.row(&report::line_of(&Row::Bad(row)))?;
        if self.job.fail_fast { Err(Error::FailFast) } else { Ok(()) }
    }
}

/// The other document in which most of what went stands, too.
fn copied<'c>(cleaned: &'c Cleaned) -> Option<&'c str> {
    let document = |cut: &'c Cut| cut.first.as_ref()?.document.as_deref();
    let bytes = |is_copy: bool| -> usize {
        let cuts = cleaned.cuts.iter().filter(|cut| document(cut).is_some() == is_copy);
        cuts.map(|cut| cut.span.len()).sum()
    };
    let longest = cleaned.cuts.iter().filter(|cut| document(cut).is_some()).max_by_key(|cut| cut.span.len());
    longest.filter(|_| bytes(true) > bytes(false)).and_then(document)
}
