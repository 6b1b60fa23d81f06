//! Exit codes.

use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done, or the reader of standard output went away.
    Done,
    /// `check` found that something is not as expected.
    Different,
    /// Something failed: usage, an unreadable input, a bad record. What could be done was done.
    Failed,
    /// Stopped by Ctrl-C.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Different => 1,
            Exit::Failed => 2,
            Exit::Interrupted => 130,
        })
    }
}
