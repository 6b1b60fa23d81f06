//! How far a run is: a bar on a terminal, when it takes longer than a moment; lines otherwise, rarely.
#![expect(clippy::disallowed_methods, reason = "a person waits in real time; no clock reaches an output")]

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use unchaff::numbers::grouped;
use unchaff::run::{Event, Progress};

use crate::message::{plural, say};
use crate::stat::share;

/// Work that is shorter shows no bar.
const MOMENT: Duration = Duration::from_millis(500);
/// Between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(30);

/// Emptied documents, and outputs that are there already, that are told one by one.
const TOLD_MAX: u64 = 20;

/// Which of its passes over the inputs a run is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Only,
    First,
    Second,
}

/// Shows how far a run is, and hands its other events on.
pub(crate) struct Shown {
    begin: Instant,
    last_line: Instant,
    is_quiet: bool,
    is_terminal: bool,
    /// Bytes of all inputs; 0 if nobody knows.
    total: u64,
    pass: Pass,
    bar: Option<ProgressBar>,
    /// Documents of which nothing is left.
    emptied: u64,
    /// Inputs whose output is there already.
    existing: u64,
}

impl Shown {
    pub(crate) fn new(total: u64, is_quiet: bool) -> Self {
        let now = Instant::now();
        let is_terminal = std::io::stderr().is_terminal();
        let pass = Pass::Only;
        Self {
            begin: now,
            last_line: now,
            is_quiet,
            is_terminal,
            total,
            pass,
            bar: None,
            emptied: 0,
            existing: 0,
        }
    }

    /// Takes an event; `tell` says what a person must know.
    pub(crate) fn see(&mut self, event: &Event, tell: impl FnOnce(&Event)) {
        self.emptied += u64::from(matches!(event, Event::Emptied { .. }));
        self.existing += u64::from(matches!(event, Event::Bad { exists: true, .. }));
        match (event, &self.bar) {
            (Event::Surveyed(progress), _) => {
                self.pass = Pass::First;
                self.show(progress);
            }
            (Event::Progress(progress), _) => {
                if self.pass == Pass::First {
                    self.begin_anew();
                }
                self.show(progress);
            }
            (Event::Cleaned { .. } | Event::DoneBefore { .. }, _) => {}
            (Event::Emptied { .. }, _) if self.emptied > TOLD_MAX => {}
            (Event::Bad { exists: true, .. }, _) if self.existing > TOLD_MAX => {}
            (event, Some(bar)) => bar.suspend(|| tell(event)),
            (event, None) => tell(event),
        }
    }

    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        if self.existing > TOLD_MAX {
            let more = self.existing - TOLD_MAX;
            let outputs = plural(more, "output exists", "outputs exist");
            say(&format!("{} more {outputs}; use --force to overwrite", grouped(more)));
        }
        if self.emptied > TOLD_MAX {
            let more = self.emptied - TOLD_MAX;
            say(&format!(
                "warning: nothing is left of {} more {}; a report names them",
                grouped(more),
                plural(more, "document", "documents")
            ));
        }
    }

    /// The second pass has its own rate and time left.
    fn begin_anew(&mut self) {
        (self.pass, self.begin) = (Pass::Second, Instant::now());
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn show(&mut self, progress: &Progress) {
        if self.is_quiet {
            return;
        }
        if self.is_terminal {
            if self.begin.elapsed() >= MOMENT {
                self.draw(progress);
            }
        } else if self.last_line.elapsed() >= BETWEEN_LINES {
            self.last_line = Instant::now();
            say(&format!("{}, {} read", self.words(progress), self.read(progress)));
        }
    }

    fn draw(&mut self, progress: &Progress) {
        let words = self.words(progress);
        let bar = self.bar.get_or_insert_with(|| {
            let template = if self.total > 0 {
                "{wide_bar} {bytes} of {total_bytes}, {msg}, {eta} left"
            } else {
                "{spinner} {bytes}, {msg}"
            };
            let bar = ProgressBar::with_draw_target(Some(self.total), ProgressDrawTarget::stderr())
                .with_elapsed(self.begin.elapsed());
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        });
        bar.set_message(words);
        bar.set_position(progress.bytes);
    }

    fn words(&self, progress: &Progress) -> String {
        let seconds = self.begin.elapsed().as_secs_f64().max(0.001);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate, to be read")]
        let rate = (progress.docs as f64 / seconds) as u64;
        let documents = format!(
            "{} {} ({}/s)",
            grouped(progress.docs),
            plural(progress.docs, "document", "documents"),
            grouped(rate)
        );
        let (before, after) = progress.text;
        let removed = share(before - after.min(before), before);
        match self.pass {
            Pass::Only => format!("{documents}, {removed} removed"),
            Pass::First => format!("pass 1 of 2, looking for repeats: {documents}"),
            Pass::Second => format!("pass 2 of 2: {documents}, {removed} removed"),
        }
    }

    fn read(&self, progress: &Progress) -> String {
        let megabytes = |bytes: u64| format!("{} MB", grouped(bytes / 1_000_000));
        match self.total {
            0 => megabytes(progress.bytes),
            total => format!("{} of {}", megabytes(progress.bytes), megabytes(total)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fit_their_number_and_pass() {
        let mut shown = Shown::new(2_000_000, false);
        let progress = |docs, text| Progress { bytes: 1_000_000, docs, text };
        let words = shown.words(&progress(1, (200, 150)));
        assert!(words.starts_with("1 document (") && words.ends_with("/s), 25.0 % removed"), "{words}");
        shown.pass = Pass::First;
        let words = shown.words(&progress(1200, (200, 0)));
        assert!(words.starts_with("pass 1 of 2, looking for repeats: 1,200 documents ("), "{words}");
        shown.begin_anew();
        assert!(shown.words(&progress(2, (200, 150))).starts_with("pass 2 of 2: 2 documents ("));
        assert_eq!(shown.read(&progress(0, (0, 0))), "1 MB of 2 MB");
    }
}
