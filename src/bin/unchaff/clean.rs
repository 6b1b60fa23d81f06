//! `clean`: files, folders or standard input become clean text and a report.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args as ClapArgs, ValueEnum};
use unchaff::KindSet;
use unchaff::error::Error;
use unchaff::input::{self, Reading, Source};
use unchaff::report::ReportText;
use unchaff::run::{self, BadRecords, Event, Format, Target};
use unchaff::settings::Layer;

use crate::args::{MessageArgs, OverwriteArgs, ThreadArgs};
use crate::exit::Exit;
use crate::settings::SettingArgs;
use crate::{message, stat, stop_at_ctrl_c, tell};

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

    /// How much of each removed text the report holds; `restore` needs all of it [default: full]
    #[arg(long, value_name = "HOW", requires = "report")]
    pub(crate) report_text: Option<ReportTextArg>,

    /// Print a table of what was removed, by kind
    #[arg(long)]
    pub(crate) stat: bool,

    /// Read every input in this encoding (a label such as windows-1251) instead of detecting it
    #[arg(long, value_name = "LABEL")]
    pub(crate) encoding: Option<String>,

    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,

    #[command(flatten)]
    pub(crate) threads: ThreadArgs,

    #[command(flatten)]
    pub(crate) settings: SettingArgs,
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

pub(crate) fn run(args: &CleanArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let typed = Layer {
        encoding: args.encoding.clone(),
        report_text: args.report_text.map(ReportText::from),
        ..args.threads.layer()
    };
    let settings = args.settings.resolve(&args.paths, typed)?;
    let mut config = settings.config;
    if args.format == FormatArg::Marks {
        if args.report.is_some() || args.stat || args.settings.chooses_kinds() {
            return Err(Error::Usage {
                message: "--format marks writes every line and marks all kinds; it goes with none of --report, --stat, --keep, --drop and --body-only".to_owned(),
            });
        }
        config.dropped = KindSet::ALL;
    }
    let from_stdin = args.paths.is_empty() || matches!(&args.paths[..], [path] if path.as_os_str() == "-");
    if args.paths.is_empty() && std::io::stdin().is_terminal() {
        let message = "nothing to clean: name files or folders, or pipe text in (`-` reads the terminal); see unchaff --help";
        return Err(Error::Usage { message: message.to_owned() });
    }
    let mut sources = vec![Source::Stdin];
    if !from_stdin {
        let found = input::find(&args.paths)?;
        if !messages.quiet {
            message::passed_over(&found.passed_over);
        }
        sources = found.sources;
    }
    let job = run::Job {
        target: target(args, from_stdin, &sources)?,
        reading: Reading { encoding: settings.encoding, ..Reading::default() },
        bad_records: BadRecords::default(),
        err_dir: None,
        sources,
        format: if args.format == FormatArg::Marks { Format::Marks } else { Format::Text },
        report: args.report.clone(),
        report_text: settings.report_text,
        force: args.overwrite.force,
        jobs: settings.jobs,
        named: if from_stdin { Vec::new() } else { args.paths.clone() },
        config,
    };
    // A filter that waits for its input dies at Ctrl-C by itself.
    let stop = if from_stdin { Arc::default() } else { stop_at_ctrl_c()? };
    // Marks remove nothing: no document is emptied, and nothing is to be summed up but their number.
    let is_draft = job.format == Format::Marks;
    let tally = run::run(&job, &stop, |event| {
        if !(is_draft && matches!(event, Event::Emptied { .. })) {
            tell(event);
        }
    })?;
    if is_draft {
        if !messages.quiet && job.target != Target::Stdout {
            message::block(&format!(
                "drafted the marks of {} {}\n",
                tally.docs,
                message::plural(tally.docs, "document", "documents")
            ));
        }
    } else if args.stat {
        message::block(&stat::table(&tally));
    } else if !messages.quiet && job.target != Target::Stdout {
        message::block(&stat::line(&tally));
    }
    Ok(if tally.bad > 0 { Exit::Failed } else { Exit::Done })
}

/// Where clean text goes, from what was typed and what was found.
fn target(args: &CleanArgs, from_stdin: bool, sources: &[Source]) -> Result<Target, Error> {
    let usage = |message: String| Err(Error::Usage { message });
    if let Some(folder) = &args.output_dir {
        if from_stdin {
            return usage(
                "--output-dir needs paths; standard input goes to standard output or to -o FILE".to_owned(),
            );
        }
        return Ok(Target::Folder(folder.clone()));
    }
    let is_one_file = from_stdin || args.paths.len() == 1 && !args.paths[0].is_dir();
    if !is_one_file {
        let what =
            if args.output.is_some() { "-o takes one input file" } else { "no place for the clean text" };
        return usage(format!("{what}, and there are {} to clean; use --output-dir DIR", sources.len()));
    }
    Ok(match &args.output {
        Some(file) if file.as_os_str() != "-" => Target::File(file.clone()),
        _ => Target::Stdout,
    })
}
