//! `check`: what cleaning does now beside what it is expected to do.
//!
//! [`Check`] listens to a run ([`crate::run::Event`]) and compares each document with a stored
//! expectation, with the cuts of an earlier report (a baseline) and the totals with
//! limits. What it finds is an [`Outcome`]; [`github`], [`json`], [`junit`] and [`sarif`] write it for
//! machines.

pub(crate) mod baseline;
mod compare;
pub(crate) mod expectation;
pub mod github;
pub mod json;
pub mod junit;
pub mod outcome;
pub(crate) mod rows;
pub mod sarif;
mod steps;
mod stored;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use baseline::Baseline;
pub use compare::{Counts, DiffRow, Difference, Side};
pub use expectation::SUFFIX as EXPECTATION_SUFFIX;
pub use outcome::{Finding, Limit, Outcome, Problem};

use crate::error::Error;
use crate::input::Source;
use crate::run::Event;
use crate::tally::Tally;
use stored::Stored;

/// What to compare with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The folder of stored expectations.
    pub expect: Option<PathBuf>,
    /// Write the expectations anew instead of finding fault.
    pub update: bool,
    /// Are all documents of the expectations given? Then one whose document is not there is stale.
    pub whole: bool,
    /// The report of an earlier run. Its rows are held in memory.
    pub baseline: Option<PathBuf>,
    /// The largest share of bytes that may go, over all documents, from 0 to 1.
    pub removed_max: Option<f64>,
    /// The most documents that may be emptied.
    pub emptied_max: Option<u64>,
}

/// A check that is under way.
#[derive(Debug)]
pub struct Check {
    options: Options,
    stored: Option<Stored>,
    baseline: Option<Baseline>,
    outcome: Outcome,
    /// The documents that lost the largest shares, for the message of a limit.
    most_removed: Vec<(f64, String)>,
    emptied: Vec<String>,
}

/// How many documents the message of a limit names.
const NAMED_MAX: usize = 5;

impl Check {
    /// Begins a check.
    ///
    /// # Errors
    ///
    /// The folder of expectations or the report cannot be read.
    pub fn new(options: Options) -> Result<Self, Error> {
        let stored = options.expect.as_deref().map(Stored::open).transpose()?;
        let baseline = options.baseline.as_deref().map(Baseline::read).transpose()?;
        let outcome = Outcome { is_update: options.update, ..Outcome::default() };
        Ok(Self { options, stored, baseline, outcome, most_removed: Vec::new(), emptied: Vec::new() })
    }

    /// Takes note of what the run tells. Documents come in input order.
    ///
    /// # Errors
    ///
    /// An expectation cannot be read, or written when it is updated.
    pub fn see(&mut self, event: &Event) -> Result<(), Error> {
        match event {
            Event::Cleaned { source, document, cleaned } => {
                let (id, is_record) = name(source.id(), &document.id);
                let id = &*id;
                self.outcome.documents += 1;
                if cleaned.emptied {
                    self.emptied.push(id.to_owned());
                }
                self.note_share(id, cleaned);
                let rows = rows::of_cleaned(&document.id, cleaned);
                let path = shown_path(source);
                let place = (path.as_deref(), is_record);
                let mut is_failed = false;
                if let Some(stored) = &mut self.stored {
                    let problem = stored.compare(id, &rows, self.options.update)?;
                    let is_mended = problem.as_ref().is_some_and(|problem| !problem.is_trouble());
                    self.outcome.updated += u64::from(self.options.update && is_mended);
                    is_failed |= self.outcome.add(id, place, stored.path(id), problem);
                }
                if let Some(baseline) = &mut self.baseline {
                    let problem = baseline.compare(id, cleaned, &rows);
                    is_failed |= self.outcome.add(id, place, String::new(), problem);
                }
                self.outcome.failed_documents += u64::from(is_failed);
            }
            Event::Bad { id, input, message, .. } => {
                if let Some(stored) = &mut self.stored {
                    stored.spare(input);
                }
                if let Some(baseline) = &mut self.baseline {
                    baseline.spare(id);
                }
                self.outcome.add(id, (None, false), String::new(), Some(Problem::Bad((*message).to_owned())));
            }
            Event::Emptied { .. }
            | Event::DoneBefore { .. }
            | Event::Warning { .. }
            | Event::Resumed { .. }
            | Event::Surveyed(_)
            | Event::Progress(_) => {}
        }
        Ok(())
    }

    /// Ends the check: stale expectations, and limits over all documents.
    ///
    /// # Errors
    ///
    /// A stale expectation cannot be removed when expectations are updated.
    pub fn finish(mut self, tally: &Tally) -> Result<Outcome, Error> {
        if let Some(stored) = self.stored.take().filter(|_| self.options.whole) {
            for (id, path) in stored.stale() {
                if self.options.update {
                    stored::remove(&path)?;
                    self.outcome.updated += 1;
                }
                self.outcome.add(&id, (None, false), expectation::shown(&path), Some(Problem::Stale));
            }
        }
        if let Some(baseline) = &self.baseline {
            self.outcome.new_documents = baseline.new_documents;
            self.outcome.gone_documents = baseline.gone();
        }
        self.outcome.findings.sort_by(|one, other| one.id.cmp(&other.id));
        self.outcome.bytes = tally.bytes;
        self.outcome.bad = tally.bad;
        self.outcome.limits = self.limits(tally);
        Ok(self.outcome)
    }

    fn note_share(&mut self, id: &str, cleaned: &crate::clean::Cleaned) {
        if self.options.removed_max.is_none() || cleaned.cuts.is_empty() {
            return;
        }
        let removed: usize = cleaned.cuts.iter().map(|cut| cut.span.len()).sum();
        self.most_removed.push((removed as f64 / cleaned.original.len() as f64, id.to_owned()));
        // A stable sort: of equal shares the first documents stay.
        self.most_removed.sort_by(|one, other| other.0.total_cmp(&one.0));
        self.most_removed.truncate(NAMED_MAX);
    }

    fn limits(&self, tally: &Tally) -> Vec<Limit> {
        let mut limits = Vec::new();
        if let Some(most) = self.options.removed_max {
            let share = match tally.bytes.0 {
                0 => 0.0,
                before => (before - tally.bytes.1) as f64 / before as f64,
            };
            let named = self
                .most_removed
                .iter()
                .map(|(share, id)| format!("{id} ({:.1} %)", 100.0 * share))
                .collect();
            limits.push(Limit {
                name: "max-removed",
                passed: share > most,
                message: format!("{:.1} % of all bytes go, {:.1} % may", 100.0 * share, 100.0 * most),
                named,
            });
        }
        if let Some(most) = self.options.emptied_max {
            limits.push(Limit {
                name: "max-emptied",
                passed: tally.emptied > most,
                message: format!(
                    "{} {} emptied, {most} may be",
                    tally.emptied,
                    if tally.emptied == 1 { "document is" } else { "documents are" }
                ),
                named: self.emptied.iter().take(NAMED_MAX).cloned().collect(),
            });
        }
        limits
    }
}

/// The name of a document among all inputs, and whether it is a record: of a record the name of its dump
/// stands before its own, so that two dumps may hold the same ids.
fn name<'d>(source: &str, id: &'d str) -> (Cow<'d, str>, bool) {
    let is_below = id.strip_prefix(source).is_some_and(|rest| rest.starts_with('/'));
    match id == source {
        true => (id.into(), false),
        false if is_below => (id.into(), true),
        false => (format!("{source}/{id}").into(), true),
    }
}

/// The path of an input as it was typed, for tools that look files up; `None` if it is absolute, as no
/// output names a path of this machine.
fn shown_path(source: &Source) -> Option<String> {
    let Source::File { path, .. } = source else { return None };
    let path: &Path = path.strip_prefix(".").unwrap_or(path);
    (path.is_relative()).then(|| expectation::shown(path))
}
