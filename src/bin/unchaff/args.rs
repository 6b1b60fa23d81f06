//! What can be typed. Nothing behind `main` looks at these types.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use encoding_rs::Encoding;
use unchaff::error::Error;
use unchaff::input::decode::encoding_for_label;
use unchaff::learn::EPOCHS;
use unchaff::learn::gold::Fold;
use unchaff::report::ReportText;
use unchaff::{Kind, KindSet, Preset};

/// Cleans scraped articles: drops menus, share widgets, prompts, ads, lists of other stories and
/// repeated blocks, keeps every other byte as it is, and reports each removal.
#[derive(Debug, Parser)]
#[command(name = "unchaff", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  unchaff clean dump --output-dir cleaned --report report.jsonl --stat
  unchaff clean < page.txt > article.txt
  unchaff restore cleaned --report report.jsonl --output-dir originals

Exit codes: 0 done; 2 something failed, the rest was done; 130 stopped by Ctrl-C.";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Clean text files, folders of them, or standard input (the default verb)
    Clean(CleanArgs),
    /// Give back the originals, byte for byte, from clean text and report
    Restore(RestoreArgs),
    /// Learn a model from labelled documents
    Train(TrainArgs),
    /// Measure cleaning against labelled documents
    Eval(EvalArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CleanArgs {
    /// Files, and folders in which every .txt and .md file is cleaned; none or `-`: standard input
    pub(crate) paths: Vec<PathBuf>,

    /// Write the clean text of one input to FILE
    #[arg(short, long, value_name = "FILE", conflicts_with = "output_dir")]
    pub(crate) output: Option<PathBuf>,

    /// Write clean text below DIR, in the tree of the inputs
    #[arg(long, value_name = "DIR")]
    pub(crate) output_dir: Option<PathBuf>,

    /// What to write: the clean text, or all lines with a mark each, as a draft of labels for `train`
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: FormatArg,

    /// Write a report of every removal to FILE, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    /// How much of each removed text the report holds; `restore` needs all of it
    #[arg(long, value_name = "HOW", default_value = "full", requires = "report")]
    pub(crate) report_text: ReportTextArg,

    /// Print a table of what was removed, by kind
    #[arg(long)]
    pub(crate) stat: bool,

    #[command(flatten)]
    pub(crate) kinds: KindArgs,

    #[command(flatten)]
    pub(crate) classifier: ClassifierArgs,

    /// Read every input in this encoding (a label such as windows-1251) instead of detecting it
    #[arg(long, value_name = "LABEL", value_parser = parse_encoding)]
    pub(crate) encoding: Option<&'static Encoding>,

    /// Overwrite outputs that exist
    #[arg(long)]
    pub(crate) force: bool,

    /// Threads [default: one for each core]; the output does not depend on it
    #[arg(short, long, value_name = "N", value_parser = parse_jobs)]
    pub(crate) jobs: Option<usize>,

    /// Say nothing but errors and warnings
    #[arg(short, long)]
    pub(crate) quiet: bool,
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
pub(crate) struct TrainArgs {
    /// Labelled documents: .jsonl, .jsonl.gz, files of marks, and folders of them
    #[arg(required = true, value_name = "GOLD")]
    pub(crate) gold: Vec<PathBuf>,

    /// Write the model to FILE
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,

    /// Leave this part of the domains out (0/5 to 4/5) and measure on it; without it a fifth is left out
    /// to measure, and then the model is trained on all
    #[arg(long, value_name = "PART/OF")]
    pub(crate) hold_out: Option<Fold>,

    /// Weigh the documents of a set, as in wcxb=2
    #[arg(long, value_name = "SET=WEIGHT,…", value_delimiter = ',', value_parser = parse_weight)]
    pub(crate) weight: Vec<(String, f32)>,

    /// Passes over the documents
    #[arg(long, value_name = "N", default_value_t = EPOCHS, value_parser = parse_epochs)]
    pub(crate) epochs: usize,

    /// Where the random numbers begin; the same seed and documents give the same model
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Overwrite a model that exists
    #[arg(long)]
    pub(crate) force: bool,

    /// Threads [default: one for each core]; the model does not depend on it
    #[arg(short, long, value_name = "N", value_parser = parse_jobs)]
    pub(crate) jobs: Option<usize>,

    /// Say nothing but errors and the scores
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ChoiceArgs {
    /// Only documents of these sets
    #[arg(long, value_name = "SET,…", value_delimiter = ',')]
    pub(crate) dataset: Vec<String>,

    /// Only documents under these licences, as their records name them; the beginning is enough
    #[arg(long, value_name = "LICENSE,…", value_delimiter = ',')]
    pub(crate) license: Vec<String>,

    /// No documents in these languages
    #[arg(long, value_name = "LANG,…", value_delimiter = ',')]
    pub(crate) without_language: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct EvalArgs {
    /// Labelled documents: .jsonl, .jsonl.gz, files of marks, and folders of them
    #[arg(required = true, value_name = "GOLD")]
    pub(crate) gold: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) classifier: ClassifierArgs,

    #[command(flatten)]
    pub(crate) kinds: KindArgs,

    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,

    /// Only this part of the domains, which a model trained with the same --hold-out has not seen
    #[arg(long, value_name = "PART/OF")]
    pub(crate) only: Option<Fold>,

    /// Show the lines of the N documents that came out worst
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) worst: usize,

    /// Draws for the 95 % interval of the article score
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) rounds: usize,

    /// Threads [default: one for each core]; the scores do not depend on it
    #[arg(short, long, value_name = "N", value_parser = parse_jobs)]
    pub(crate) jobs: Option<usize>,
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

#[derive(Debug, ClapArgs)]
pub(crate) struct RestoreArgs {
    /// The folder of clean text, one clean file, or `-` for standard input
    pub(crate) clean: PathBuf,

    /// The report of the run that wrote it
    #[arg(long, value_name = "FILE")]
    pub(crate) report: PathBuf,

    /// Write the originals below DIR, in the same tree
    #[arg(long, value_name = "DIR")]
    pub(crate) output_dir: Option<PathBuf>,

    /// Write the one original to FILE [default: standard output]
    #[arg(short, long, value_name = "FILE", conflicts_with = "output_dir")]
    pub(crate) output: Option<PathBuf>,

    /// Overwrite outputs that exist
    #[arg(long)]
    pub(crate) force: bool,

    /// Say nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// The clean text
    Text,
    /// Every line behind a mark: space body, ~ furniture, - junk
    Marks,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReportTextArg {
    /// All of it
    Full,
    /// The first 80 characters
    Excerpt,
    /// Nothing
    None,
}

impl From<ReportTextArg> for ReportText {
    fn from(arg: ReportTextArg) -> Self {
        match arg {
            ReportTextArg::Full => Self::Full,
            ReportTextArg::Excerpt => Self::Excerpt,
            ReportTextArg::None => Self::None,
        }
    }
}

/// Puts `clean` where no verb stands: `unchaff dump …` is `unchaff clean dump …`.
pub(crate) fn with_default_verb(typed: impl Iterator<Item = OsString>) -> Vec<OsString> {
    const WORDS: [&str; 9] = ["clean", "restore", "train", "eval", "help", "-h", "--help", "-V", "--version"];
    let mut typed: Vec<OsString> = typed.collect();
    if !typed.get(1).is_some_and(|word| WORDS.iter().any(|known| word == known)) {
        typed.insert(1.min(typed.len()), "clean".into());
    }
    typed
}

fn parse_kind(name: &str) -> Result<Kind, String> {
    name.parse().map_err(|error: unchaff::kind::UnknownKind| error.to_string())
}

fn parse_encoding(label: &str) -> Result<&'static Encoding, String> {
    encoding_for_label(label).ok_or_else(|| "no such encoding; labels are those of the WHATWG Encoding Standard, such as utf-16le, windows-1252, shift_jis".to_owned())
}

fn parse_weight(text: &str) -> Result<(String, f32), String> {
    let parsed = text.split_once('=').and_then(|(set, weight)| Some((set.to_owned(), weight.parse().ok()?)));
    match parsed {
        Some((set, weight)) if (0.0..=1000.0).contains(&weight) => Ok((set, weight)),
        _ => Err("a set and a weight from 0 to 1000, as in wcxb=2".to_owned()),
    }
}

fn parse_epochs(count: &str) -> Result<usize, String> {
    match count.parse() {
        Ok(count @ 1..=1000) => Ok(count),
        _ => Err("a number of passes from 1 to 1000".to_owned()),
    }
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
    use clap::CommandFactory;

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
        assert_eq!(typed(&["unchaff", "restore", "x"]), ["restore", "x"]);
        assert_eq!(typed(&["unchaff", "--version"]), ["--version"]);
    }
}
