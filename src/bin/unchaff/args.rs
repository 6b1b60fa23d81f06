//! What can be typed: the verbs, and the arguments that several of them share. Each verb's own stand in
//! its file. Nothing behind the verbs looks at these types.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand};
use unchaff::error::Error;
use unchaff::output;
use unchaff::settings::{Layer, Settings};

use crate::check::CheckArgs;
use crate::clean::CleanArgs;
use crate::config::{ConfigArgs, InitArgs};
use crate::eval::EvalArgs;
use crate::explain::{ExplainArgs, RulesArgs};
use crate::index::IndexArgs;
use crate::intervals::IntervalsArgs;
use crate::manual::{CompletionsArgs, ManArgs};
use crate::message::say;
use crate::report::ReportArgs;
use crate::restore::RestoreArgs;
use crate::review::ReviewArgs;
use crate::train::TrainArgs;

/// Cleans scraped articles: drops menus, share widgets, prompts, ads, lists of other stories and
/// repeated blocks, keeps every other byte as it is, and reports each removal.
#[derive(Debug, Parser)]
#[command(name = "unchaff", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) messages: MessageArgs,

    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  unchaff clean dump --output-dir cleaned --report report.jsonl --stat
  unchaff clean < page.txt > article.txt
  unchaff restore cleaned --report report.jsonl --output-dir originals
  unchaff check fixtures --expect expected

The first word that is no option is the verb, or a path to clean if it is called otherwise; a file or folder that is called as a verb is ./check.
Exit codes: 0 done; 1 `check` found a difference; 2 something failed, the rest was done; 130 stopped by Ctrl-C.";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Clean text files, folders of them, or standard input (the default verb)
    Clean(CleanArgs),
    /// Compare cleaning with what is expected, for CI
    Check(CheckArgs),
    /// Show a stored report: a page, SARIF
    Report(ReportArgs),
    /// List what was removed as plain intervals, a line for each document
    Intervals(IntervalsArgs),
    /// Give back the originals, byte for byte, from clean text and report
    Restore(RestoreArgs),
    /// Say right or wrong to doubtful removals; the answers become labels and rules
    Review(ReviewArgs),
    /// Keep what later runs must know of a dump, to find what repeats it
    Index(IndexArgs),
    /// Learn a model from labelled documents
    Train(TrainArgs),
    /// Measure cleaning against labelled documents
    Eval(EvalArgs),
    /// Show the settings that count for an input
    Config(ConfigArgs),
    /// Write an unchaff.toml to begin with
    Init(InitArgs),
    /// Say why a line was kept or cut, or what a rule is
    Explain(ExplainArgs),
    /// List the kinds and rules
    Rules(RulesArgs),
    /// Print a script that makes a shell complete what is typed
    Completions(CompletionsArgs),
    /// Print a manual page, or write all of them
    Man(ManArgs),
}

/// What a person is told: the same for every verb.
#[derive(Debug, ClapArgs)]
pub(crate) struct MessageArgs {
    /// Say nothing but errors and warnings
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// Say too which settings and which model are used
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

impl MessageArgs {
    /// Says what is used, if that is wanted.
    pub(crate) fn tell_settings(&self, settings: &Settings) {
        if !self.verbose {
            return;
        }
        say(&format!("settings: {}", settings.file.as_deref().unwrap_or("no file")));
        let model = &settings.config.model;
        let whose = if settings.is_set("model") { "your own" } else { "built in" };
        say(&format!("model: {whose}, xxh3:{:016x}; preset {}", model.hash(), settings.config.preset.name()));
        let sites = settings.config.sites.len();
        if sites > 0 {
            say(&format!("sites with settings of their own: {sites}"));
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct OverwriteArgs {
    /// Overwrite outputs that exist
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ThreadArgs {
    /// Threads [default: one for each core]; the output does not depend on it
    #[arg(short, long, value_name = "N", value_parser = parse_jobs)]
    jobs: Option<NonZeroUsize>,
}

impl ThreadArgs {
    /// As a setting.
    pub(crate) fn layer(&self) -> Layer {
        Layer { jobs: self.jobs, ..Layer::default() }
    }
}

/// Is it the name of standard output?
pub(crate) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A file or folder that cannot be standard output.
pub(crate) fn no_dash() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        let wrong = "this does not go to standard output; a file or folder of that name is ./-";
        if is_dash(&path) { Err(wrong) } else { Ok(path) }
    })
}

/// Refuses more than one output on standard output: each with whether it goes there.
pub(crate) fn refuse_shared_stdout(outputs: &[(&str, bool)]) -> Result<(), Error> {
    let there: Vec<&str> = outputs.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| *name).collect();
    if there.len() < 2 {
        return Ok(());
    }
    let message = format!(
        "standard output takes one of these, and {} go there; write the others to files, or leave them out",
        there.join(" and ")
    );
    Err(Error::Usage { message })
}

/// Writes a text to a file, and says so, or to standard output, if it is called `-`.
pub(crate) fn write_text(
    path: &Path,
    text: &str,
    overwrite: &OverwriteArgs,
    messages: &MessageArgs,
    said: &str,
) -> Result<(), Error> {
    if is_dash(path) {
        return output::write_stdout(std::iter::once(text.as_bytes()));
    }
    output::write_file(path, std::iter::once(text.as_bytes()), overwrite.force)?;
    if !messages.quiet {
        say(said);
    }
    Ok(())
}

/// Refuses two outputs of one name; `-` is standard output.
pub(crate) fn refuse_same<'p>(outputs: impl Iterator<Item = &'p PathBuf>) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for path in outputs.filter(|path| !is_dash(path)) {
        if !seen.insert(std::path::absolute(path).unwrap_or_else(|_| path.clone())) {
            return Err(Error::Usage { message: format!("{}: two outputs need two files", path.display()) });
        }
    }
    Ok(())
}

fn parse_jobs(count: &str) -> Result<NonZeroUsize, String> {
    count.parse().map_err(|_| "a number of threads from 1 on".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }
}
