//! What can be typed: the verbs, and the arguments that several of them share. Each verb's own stand in
//! its file. Nothing behind the verbs looks at these types.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args as ClapArgs, CommandFactory, Parser, Subcommand, ValueEnum};
use unchaff::error::Error;
use unchaff::{Config, Kind, KindSet, Model, Preset, input};

use crate::check::CheckArgs;
use crate::clean::CleanArgs;
use crate::eval::EvalArgs;
use crate::report::ReportArgs;
use crate::restore::RestoreArgs;
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

Exit codes: 0 done; 1 `check` found a difference; 2 something failed, the rest was done; 130 stopped by Ctrl-C.";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Clean text files, folders of them, or standard input (the default verb)
    Clean(CleanArgs),
    /// Compare cleaning with what is expected, for CI
    Check(CheckArgs),
    /// Show a stored report: a page, SARIF
    Report(ReportArgs),
    /// Give back the originals, byte for byte, from clean text and report
    Restore(RestoreArgs),
    /// Learn a model from labelled documents
    Train(TrainArgs),
    /// Measure cleaning against labelled documents
    Eval(EvalArgs),
}

/// What a person is told: the same for every verb.
#[derive(Debug, ClapArgs)]
pub(crate) struct MessageArgs {
    /// Say nothing but errors and warnings
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
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
    jobs: Option<usize>,
}

impl ThreadArgs {
    /// How many; 0 for one on each core.
    pub(crate) fn count(&self) -> usize {
        self.jobs.unwrap_or(0)
    }

    pub(crate) fn pool(&self) -> Result<rayon::ThreadPool, Error> {
        let build = rayon::ThreadPoolBuilder::new().num_threads(self.count()).build();
        build.map_err(|error| Error::Usage { message: format!("cannot start threads: {error}") })
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ClassifierArgs {
    /// Score lines with this model, made by `unchaff train` [default: the built-in one]
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,

    /// How sure to be before a line goes
    #[arg(long, value_name = "PRESET", default_value = "balanced")]
    preset: PresetArg,
}

impl ClassifierArgs {
    pub(crate) fn preset(&self) -> Preset {
        match self.preset {
            PresetArg::Precision => Preset::Precision,
            PresetArg::Balanced => Preset::Balanced,
            PresetArg::Recall => Preset::Recall,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PresetArg {
    /// Remove what is almost surely junk
    Precision,
    /// Remove what is more likely junk than not
    Balanced,
    /// Remove what may be junk
    Recall,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct KindArgs {
    /// Keep removals of these kinds in the text
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', value_parser = parse_kind)]
    keep: Vec<Kind>,

    /// Drop these kinds too: `title`, `caption`
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', value_parser = parse_kind)]
    drop: Vec<Kind>,

    /// Nothing but the running text: short for --drop title,caption,byline
    #[arg(long)]
    body_only: bool,
}

impl KindArgs {
    /// Was anything chosen?
    pub(crate) fn is_default(&self) -> bool {
        self.keep.is_empty() && self.drop.is_empty() && !self.body_only
    }

    /// The kinds that are cut.
    pub(crate) fn dropped(&self) -> Result<KindSet, Error> {
        let mut dropped = KindSet::default();
        let body_only = [Kind::Title, Kind::Caption, Kind::Byline];
        for kind in body_only.into_iter().filter(|_| self.body_only) {
            dropped.insert(kind);
        }
        for &kind in &self.drop {
            if self.keep.contains(&kind) {
                return Err(Error::Usage {
                    message: format!("{kind} stands behind both --keep and --drop; choose one"),
                });
            }
            dropped.insert(kind);
        }
        for &kind in &self.keep {
            dropped.remove(kind);
        }
        Ok(dropped)
    }
}

/// The configuration that was asked for.
pub(crate) fn config(kinds: &KindArgs, classifier: &ClassifierArgs) -> Result<Config, Error> {
    let model = match &classifier.model {
        Some(path) => Arc::new(input::read_model(path)?),
        None => Model::embedded(),
    };
    Ok(Config { dropped: kinds.dropped()?, preset: classifier.preset(), model })
}

/// Puts `clean` where no verb stands: `unchaff dump …` is `unchaff clean dump …`. Flags of every verb
/// may stand before it: `unchaff --quiet restore …`.
pub(crate) fn with_default_verb(typed: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let command = Args::command();
    let is_verb = |word: &OsString| {
        command.get_subcommands().any(|verb| word == verb.get_name())
            || ["help", "-h", "--help", "-V", "--version"].iter().any(|known| word == known)
    };
    let is_flag_of_all = |word: &&OsString| ["-q", "--quiet"].iter().any(|flag| *word == flag);
    let mut typed: Vec<OsString> = typed.collect();
    let at = 1 + typed.iter().skip(1).take_while(is_flag_of_all).count();
    if !typed.get(at).is_some_and(is_verb) {
        typed.insert(at.min(typed.len()), "clean".into());
    }
    typed
}

fn parse_kind(name: &str) -> Result<Kind, String> {
    name.parse().map_err(|error: unchaff::kind::UnknownKind| error.to_string())
}

fn parse_jobs(count: &str) -> Result<usize, String> {
    match count.parse() {
        Ok(0) | Err(_) => Err("a number of threads from 1 on".to_owned()),
        Ok(count) => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn clean_is_the_default_verb() {
        let typed = |words: &[&str]| {
            with_default_verb(words.iter().map(OsString::from))
                .into_iter()
                .skip(1)
                .map(|word| word.into_string().unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(typed(&["unchaff", "dump"]), ["clean", "dump"]);
        assert_eq!(typed(&["unchaff"]), ["clean"]);
        assert_eq!(typed(&["unchaff", "-q", "dump"]), ["-q", "clean", "dump"]);
        assert_eq!(typed(&["unchaff", "-q", "restore", "x"]), ["-q", "restore", "x"]);
        assert_eq!(typed(&["unchaff", "restore", "x"]), ["restore", "x"]);
        assert_eq!(typed(&["unchaff", "--version"]), ["--version"]);
    }
}
