//! Looking while cleaning: a difference on standard output, a page in a file.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args as ClapArgs, ValueEnum};
use unchaff::error::Error;
use unchaff::html::{DOCUMENTS_MAX, Page};
use unchaff::output;
use unchaff::removed::RemovedLines;
use unchaff::report::{Input, ReportText, Row, Run, Told, doc_row, run_row};
use unchaff::restore::Originals;
use unchaff::run::{Event, Job, Target};

use crate::args::is_dash;
use crate::diff::{self, Look, SIDE_COLUMNS};
use crate::style::ColorArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct ViewArgs {
    /// Show what goes, line by line, on standard output; clean text is written only where it is asked for
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
    diff: Option<DiffArg>,

    /// Write a page about the run to FILE: one HTML file that needs no script, no network and no other file
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,

    /// How many documents the page shows at most
    #[arg(hide_short_help = true, long, value_name = "N", default_value_t = DOCUMENTS_MAX, requires = "html")]
    max_docs: usize,

    #[command(flatten)]
    pub(crate) color: ColorArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiffArg {
    /// Side by side on a wide terminal
    Auto,
    /// Line by line
    Inline,
    /// The text before and after
    Side,
}

impl ViewArgs {
    /// Is a difference shown?
    pub(crate) fn is_diff(&self) -> bool {
        self.diff.is_some()
    }

    /// Is standard output taken?
    pub(crate) fn takes_stdout(&self) -> bool {
        self.is_diff() || self.html.as_deref().is_some_and(is_dash)
    }

    /// Is there something to look at, so that clean text need not be written?
    pub(crate) fn is_any(&self) -> bool {
        self.diff.is_some() || self.html.is_some()
    }

    fn look(&self, how: DiffArg) -> Look {
        let columns = columns();
        let side = match how {
            DiffArg::Auto => columns.is_some_and(|columns| columns >= SIDE_COLUMNS),
            DiffArg::Inline => false,
            DiffArg::Side => true,
        };
        Look { paint: self.color.stdout(), columns, side }
    }
}

/// The columns of the terminal on standard output, or those that `COLUMNS` gives.
fn columns() -> Option<usize> {
    let given = std::env::var_os("COLUMNS").and_then(|value| value.to_str()?.parse().ok());
    given.or_else(|| console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns)))
}

/// What is shown of a run that is under way.
pub(crate) struct View<'a> {
    job: &'a Job,
    look: Option<Look>,
    page: Option<(&'a PathBuf, Page)>,
    /// Of the input that an earlier run has done and that is told: its name and its texts.
    done_before: Option<(String, Originals<'static>)>,
    /// Standard output went away.
    failed: Option<Error>,
}

impl<'a> View<'a> {
    /// Refuses a page that exists or stands among the inputs.
    pub(crate) fn new(args: &'a ViewArgs, job: &'a Job) -> Result<Self, Error> {
        if let Some(path) = args.html.as_ref().filter(|path| !is_dash(path)) {
            output::Guard::new(&job.named).check(path)?;
            output::refuse_existing(path, job.force)?;
        }
        Ok(Self {
            job,
            look: args.diff.map(|how| args.look(how)),
            page: args.html.as_ref().map(|path| (path, Page::new(args.max_docs))),
            done_before: None,
            failed: None,
        })
    }

    /// Shows what the run tells. If nobody reads standard output any more, the run is stopped.
    pub(crate) fn see(&mut self, event: &Event, stop: &AtomicBool) {
        match (event, &mut self.page) {
            (Event::Cleaned { document, cleaned, .. }, Some((_, page))) => {
                let row = doc_row(document, cleaned, 0, ReportText::Full, RemovedLines::Drop);
                page.add(&row, || Some(cleaned.original.to_owned()));
            }
            (Event::Bad { id, message, .. }, Some((_, page))) => page.add_bad(id, message),
            (Event::DoneBefore { input, row }, Some(_)) => self.add_done_before(input, row),
            _ => {}
        }
        if let (Event::Cleaned { document, cleaned, .. }, Some(look), None) = (event, self.look, &self.failed)
        {
            let text = diff::document(&document.id, cleaned, look);
            self.failed = output::write_stdout(std::iter::once(text.as_bytes())).err();
            if self.failed.is_some() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Adds to the page what an earlier run has done.
    fn add_done_before(&mut self, input: &Input, row: &Row) {
        let (Some((_, page)), Target::Folder(clean)) = (&mut self.page, &self.job.target) else { return };
        let is_other = self.done_before.as_ref().is_none_or(|(path, _)| *path != input.path);
        if is_other {
            self.done_before = None;
        }
        let (_, originals) = self.done_before.get_or_insert_with(|| {
            (input.path.clone(), Originals::of_run(clean, first_row(self.job, vec![input.clone()])))
        });
        match row {
            Row::Doc(doc) => {
                let mut is_asked = false;
                page.add(doc, || {
                    is_asked = true;
                    originals.text(doc).ok() // of what was left out there is none
                });
                if !is_asked {
                    originals.pass_doc(doc);
                }
            }
            Row::Bad(bad) => {
                page.add_bad(&bad.id, &bad.error);
                originals.pass(row);
            }
            Row::Run(_) | Row::Summary(_) => {}
        }
    }

    /// Why standard output could not be written, if so.
    pub(crate) fn failure(&mut self) -> Option<Error> {
        self.failed.take()
    }

    /// Writes the page.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let Some((path, page)) = self.page else { return Ok(()) };
        let text = page.write(&first_row(self.job, Vec::new()));
        let text = std::iter::once(text.as_bytes());
        if is_dash(path) {
            output::write_stdout(text)
        } else {
            output::write_file(path, text, self.job.force)
        }
    }
}

/// The first row of a report that holds all removed text.
fn first_row(job: &Job, inputs: Vec<Input>) -> Run {
    let told = Told {
        removed_lines: job.removed_lines,
        output: job.format.converted_slug().map(str::to_owned),
        ..Told::default()
    };
    run_row(&job.config, &told, inputs)
}
