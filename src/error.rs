//! What can go wrong at the edges. The core cannot fail.
//!
//! Every message names the file and says what to do. Paths stand as the user gave them.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::classify::model::ModelError;

/// Why a run could not begin or could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A path that cannot be looked at.
    #[error("{}: {}", path.display(), plain(source))]
    Input {
        /// The path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A file that is named but is of a format that is not read.
    #[error("{}: {}", path.display(), not_read(extension))]
    Format {
        /// The path.
        path: PathBuf,
        /// Its extension.
        extension: String,
    },
    /// Folders without any file to clean.
    #[error("{}: no file of a type that is read here, nothing to clean{}", path.display(), besides(passed_over))]
    NoInput {
        /// The first path that was searched.
        path: PathBuf,
        /// How many files of other types there are, by extension.
        passed_over: BTreeMap<String, usize>,
    },
    /// Folders without any file that matches the patterns.
    #[error("{}: no file below it matches --glob, nothing to clean", path.display())]
    NoMatch {
        /// The first path that was searched.
        path: PathBuf,
    },
    /// Standard input or several inputs where one file is needed, or the reverse.
    #[error("{message}")]
    Usage {
        /// What was asked and what to do.
        message: String,
    },
    /// An output that would stand among the inputs.
    #[error("{}: this output is inside the input {}; write it elsewhere", output.display(), input.display())]
    OutputInsideInput {
        /// The output.
        output: PathBuf,
        /// The input.
        input: PathBuf,
    },
    /// An output that is there already.
    #[error("{}: exists; use --force to overwrite it", path.display())]
    Exists {
        /// The output.
        path: PathBuf,
    },
    /// A folder where an output file should stand.
    #[error("{}: is a folder; name a file", path.display())]
    IsFolder {
        /// The path.
        path: PathBuf,
    },
    /// A file where a folder for outputs should stand.
    #[error("{}: is a file; name a folder", path.display())]
    IsFile {
        /// The path.
        path: PathBuf,
    },
    /// An output that cannot be written.
    #[error("{}: cannot be written: {}", path.display(), plain(source))]
    Output {
        /// The output.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// Standard input or output failed.
    #[error("{stream}: {}", plain(source))]
    Stream {
        /// `standard input` or `standard output`.
        stream: &'static str,
        /// The cause.
        source: io::Error,
    },
    /// A dump that cannot be read to its end, or a record that ends it.
    #[error("{id}: {message}")]
    Record {
        /// The dump.
        id: String,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// A report that cannot be used.
    #[error("{}: {message}", path.display())]
    Report {
        /// The report.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// A file of labelled lines that cannot be used.
    #[error("{}{}: {message}", path.display(), if *line == 0 { String::new() } else { format!(":{line}") })]
    Gold {
        /// The file.
        path: PathBuf,
        /// The line, from 1; 0 for the whole file.
        line: usize,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// A model file that cannot be used.
    #[error("{} {source}", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: ModelError,
    },
    /// An index that cannot be used.
    #[error("{}: {message}", path.display())]
    Index {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// A setting that cannot be used.
    #[error("{place}: {message}")]
    Setting {
        /// The file with its line, the variable or the option that gives it.
        place: String,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// The run was told to stop at the first failure.
    #[error("stopped at the first failure, as --fail-fast asks; outputs that were finished stay")]
    FailFast,
    /// The run was stopped by the user.
    #[error("stopped; outputs that were finished stay, nothing half-written is left")]
    Interrupted,
}

impl Error {
    /// Did the reader of standard output go away? That is no failure.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Stream { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The trouble with one input or output in words that hold no path, as reports write it: two runs into two
    /// folders write equal reports.
    pub(crate) fn without_path(&self) -> String {
        match self {
            Self::Input { source, .. } => format!("cannot be read: {}", plain(source)),
            Self::Format { extension, .. } => not_read(extension),
            Self::Exists { .. } => "the output exists; use --force to overwrite it".to_owned(),
            Self::IsFolder { .. } => "a folder stands where the output would".to_owned(),
            Self::OutputInsideInput { .. } => "the output would stand among the inputs".to_owned(),
            Self::Output { source, .. } => format!("the output cannot be written: {}", plain(source)),
            other => other.to_string(),
        }
    }

    /// The same about an input or a model under another name, as it is shown.
    pub(crate) fn at(self, path: PathBuf) -> Self {
        match self {
            Self::Input { source, .. } => Self::Input { path, source },
            Self::Model { source, .. } => Self::Model { path, source },
            other => other,
        }
    }

    pub(crate) fn input(path: &Path, source: io::Error) -> Self {
        Self::Input { path: path.to_owned(), source }
    }

    pub(crate) fn output(path: &Path, source: io::Error) -> Self {
        Self::Output { path: path.to_owned(), source }
    }

    pub(crate) fn gold(path: &Path, line: usize, message: &str) -> Self {
        Self::Gold { path: path.to_owned(), line, message: message.to_owned() }
    }

    pub(crate) fn report(path: &Path, cause: &impl ToString) -> Self {
        Self::Report { path: path.to_owned(), message: cause.to_string() }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into() }
    }
}

fn not_read(extension: &str) -> String {
    format!("files of type .{extension} are not read; give plain text or a dump of texts (docs/formats.md)")
}

/// What there is in place of inputs.
fn besides(passed_over: &BTreeMap<String, usize>) -> String {
    if passed_over.is_empty() {
        return String::new();
    }
    let list: Vec<String> = passed_over.iter().map(|(name, count)| format!("{count} {name}")).collect();
    format!(" (there are {}); name files, or choose them with --glob", list.join(", "))
}

/// An input/output error in words, without the operating system's number.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}
