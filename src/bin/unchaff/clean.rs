//! `clean`: files, folders or standard input become clean text and a report.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use clap::{Args as ClapArgs, ValueEnum};
use unchaff::KindSet;
use unchaff::error::Error;
use unchaff::input::{Source, format};
use unchaff::removed::RemovedLines;
use unchaff::report::{ReportFormat, ReportText};
use unchaff::run::{self, BadRecords, Event, OutputFormat, Target};
use unchaff::settings::Layer;
use unchaff::tally::Tally;

use crate::args::{
    MessageArgs, OverwriteArgs, ThreadArgs, is_dash, no_dash, refuse_same, refuse_shared_stdout,
};
use crate::exit::Exit;
use crate::inputs::{InputArgs, Inputs, Mistaken};
use crate::progress::Shown;
use crate::repeats::RepeatArgs;
use crate::settings::SettingArgs;
use crate::view::{View, ViewArgs};
use crate::{message, stat, stop_at_ctrl_c, tell};

const EXAMPLES: &str = "\
Examples:
  unchaff clean dump --output-dir cleaned --report report.jsonl --stat
  unchaff clean < page.txt > article.txt
  unchaff clean page.txt -o article.txt --keep byline --keep-line '^Recipe:'
  unchaff clean dump.jsonl.zst --output-dir cleaned --text-field text --resume

-h shows what is often wanted; --help and `unchaff man clean` show every option.";

#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CleanArgs {
    /// Files of text, dumps of texts, and folders of them (.txt, .md, .jsonl, .wet; with .gz and .zst);
    /// none or `-`: standard input
    pub(crate) paths: Vec<PathBuf>,

    /// Write the clean text of one input to FILE; of several with --output-format
    #[arg(short, long, value_name = "FILE", conflicts_with = "output_dir")]
    pub(crate) output: Option<PathBuf>,

    /// Write clean text below DIR, in the tree of the inputs
    #[arg(long, value_name = "DIR", value_parser = no_dash())]
    pub(crate) output_dir: Option<PathBuf>,

    /// What to write: the clean text, or all lines with a mark each, as a draft of labels for `train`
    #[arg(hide_short_help = true, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: FormatArg,

    /// Write a report of every removal to FILE, one JSON object a line; `-` is standard output, as of --html
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    /// The format of the report: one file of rows, or attribute files for the Dolma toolkit, one for each
    /// input, below the folder that --report names
    #[arg(hide_short_help = true, long, value_name = "FORMAT", requires = "report", default_value = "jsonl")]
    pub(crate) report_format: ReportFormatArg,

    /// How much of each removed text the report holds; `restore` needs all of it [default: full]
    #[arg(hide_short_help = true, long, value_name = "HOW", requires = "report")]
    pub(crate) report_text: Option<ReportTextArg>,

    /// Print a table of what was removed, by kind
    #[arg(long)]
    pub(crate) stat: bool,

    #[command(flatten)]
    pub(crate) inputs: InputArgs,

    #[command(flatten)]
    pub(crate) outputs: OutputArgs,

    #[command(flatten)]
    pub(crate) view: ViewArgs,

    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,

    #[command(flatten)]
    pub(crate) threads: ThreadArgs,

    #[command(flatten)]
    pub(crate) settings: SettingArgs,

    #[command(flatten)]
    pub(crate) repeats: RepeatArgs,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Outputs")]
#[expect(clippy::option_option, reason = "the parser's form of an option whose value may be left out")]
pub(crate) struct OutputArgs {
    /// Replace each input by its clean text; with SUFFIX keep the original under its name and SUFFIX
    #[arg(hide_short_help = true, long, value_name = "SUFFIX", num_args = 0..=1, require_equals = true, value_parser = parse_suffix,
          conflicts_with_all = ["output", "output_dir"])]
    in_place: Option<Option<String>>,

    /// Write no clean text; a report, if one is asked for, is written
    #[arg(short = 'n', long, conflicts_with_all = ["output", "output_dir", "in_place"])]
    dry_run: bool,

    /// Write clean text in this format [default: that of the input]
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["format", "in_place"])]
    output_format: Option<OutputFormatArg>,

    /// What stands where lines were removed
    #[arg(
        hide_short_help = true,
        long,
        value_name = "HOW",
        default_value = "drop",
        conflicts_with = "format"
    )]
    removed_lines: RemovedLinesArg,

    /// What becomes of records that cannot be read or have no text
    #[arg(hide_short_help = true, long, value_name = "HOW", default_value = "skip")]
    bad_records: BadRecordsArg,

    /// Keep bad records, as they are, below DIR
    #[arg(hide_short_help = true, long, value_name = "DIR", value_parser = no_dash())]
    err_dir: Option<PathBuf>,

    /// What becomes of documents of which nothing is left
    #[arg(
        hide_short_help = true,
        long,
        value_name = "HOW",
        default_value = "keep",
        conflicts_with = "format"
    )]
    on_empty: OnEmptyArg,

    /// Stop at the first input or record that fails
    #[arg(hide_short_help = true, long)]
    fail_fast: bool,

    /// Go on where an earlier run with --resume into the same --output-dir stopped
    ///
    /// Where the report of that run stands already, --force writes it anew; what is done stays done.
    #[arg(long, requires = "output_dir", conflicts_with_all = ["format", "fail_fast"])]
    resume: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutputFormatArg {
    /// A line of JSON with id, url and text for each document
    Jsonl,
    /// Text: below --output-dir a file for each document, otherwise parted by blank lines
    Txt,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RemovedLinesArg {
    /// Nothing
    Drop,
    /// An empty line for each, so that line numbers stay as they were
    Blank,
    /// A line that names its kind, for each that was not blank
    Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum BadRecordsArg {
    /// Their dump fails and gives no output
    Fail,
    /// They are left out; the report holds them
    Skip,
    /// They are written as they are
    Keep,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OnEmptyArg {
    /// They stay, empty
    Keep,
    /// They are left out; the report holds them
    Drop,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormatArg {
    /// One JSON object a line, in one file
    Jsonl,
    /// Attributes with spans in code points, in a folder
    Dolma,
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
        report_text: args.report_text.map(ReportText::from),
        jobs: args.threads.layer().jobs,
        ..args.repeats.layer(args.inputs.layer())
    };
    let settings = args.settings.resolve(&args.paths, typed)?;
    messages.tell_settings(&settings);
    let mut config = settings.config.clone();
    // A long check of a file that nothing depends on yet: a signal may end it at once.
    let index = args.repeats.open_index(&AtomicBool::new(false))?;
    args.repeats.apply(&mut config, &settings, index.as_deref());
    args.repeats.refuse_idle(&config)?;
    args.repeats.warn_of_index(index.as_deref(), &config);
    if args.format == FormatArg::Marks {
        if args.report.is_some() || args.stat || args.view.is_any() || args.settings.chooses_kinds() {
            return Err(Error::Usage {
                message: "--format marks writes every line and marks all kinds; it goes with none of --report, --stat, --diff, --html, --keep, --drop, --kinds and --body-only".to_owned(),
            });
        }
        config.dropped = KindSet::ALL;
    }
    let out = &args.outputs;
    let format = format(args);
    if format.is_converted() && out.bad_records == BadRecordsArg::Keep {
        return Err(Error::Usage {
            message: "--bad-records keep goes not with --output-format: a bad record has no text".to_owned(),
        });
    }
    if out.resume && args.view.is_diff() {
        return Err(Error::Usage {
            message: "--diff shows what is cleaned now, and --resume leaves out what is done; make a page of all with --html, or look with --diff alone".to_owned(),
        });
    }
    let inputs = args.inputs.find(&args.paths, &settings, messages)?;
    let target = target(args, &inputs)?;
    let is_stdin = inputs.is_stdin();
    // Nothing that is read is written to: neither texts nor what else the run needs.
    let lists = args.inputs.files_from.iter().filter(|path| path.as_os_str() != "-");
    let read_besides = args.repeats.index.iter().chain(lists).cloned().chain(settings.files()).collect();
    let job = run::Job {
        target,
        reading: settings.reading.clone(),
        format,
        bad_records: match out.bad_records {
            BadRecordsArg::Fail => BadRecords::Fail,
            BadRecordsArg::Skip => BadRecords::Skip,
            BadRecordsArg::Keep => BadRecords::Keep,
        },
        removed_lines: match out.removed_lines {
            RemovedLinesArg::Drop => RemovedLines::Drop,
            RemovedLinesArg::Blank => RemovedLines::Blank,
            RemovedLinesArg::Mark => RemovedLines::Mark,
        },
        drop_emptied: out.on_empty == OnEmptyArg::Drop,
        fail_fast: out.fail_fast,
        resume: out.resume,
        tells_done: args.view.html.is_some(),
        err_dir: out.err_dir.clone(),
        report: args.report.clone(),
        report_format: match args.report_format {
            ReportFormatArg::Jsonl => ReportFormat::Jsonl,
            ReportFormatArg::Dolma => ReportFormat::Dolma,
        },
        report_text: settings.report_text,
        force: args.overwrite.force,
        jobs: settings.jobs,
        batch: run::BatchSize::default(),
        memory: args.repeats.together.memory(),
        index,
        sources: inputs.sources,
        named: [inputs.named, read_besides].concat(),
        config,
    };
    note_conversion(&job, messages);
    note_name(&job, messages);
    refuse_outputs(args, &job)?;
    let mut view = View::new(&args.view, &job)?;
    let stop = stop_at_ctrl_c(is_stdin)?;
    // Marks remove nothing: no document is emptied, and nothing is to be summed up but their number.
    let is_draft = job.format == OutputFormat::Marks;
    let total = job.sources.iter().map(Source::bytes).sum();
    let mut shown = Shown::new(total, messages.quiet);
    let mut mistaken = Mistaken::new(&args.inputs);
    let ran = run::run(&job, &stop, |event| {
        mistaken.see(event);
        if !(is_draft && matches!(event, Event::Emptied { .. })) {
            shown.see(event, tell);
        }
        view.see(event, &stop);
    });
    shown.finish();
    let tally = match view.failure().map_or(ran, Err).map_err(|error| of_resumed(error, &job)) {
        Ok(tally) => tally,
        Err(error) => {
            if matches!(error, Error::FailFast) {
                view.finish()?; // of what was cleaned before
            }
            return if error.is_broken_pipe() { tell_unwritten(args, error) } else { Err(error) };
        }
    };
    view.finish()?;
    tell_totals(args, messages, &job, &tally);
    Ok(if tally.bad > 0 { Exit::Failed } else { Exit::Done })
}

/// To write a report anew is no reason to do the work anew.
fn of_resumed(error: Error, job: &run::Job) -> Error {
    match error {
        Error::Exists { path } if job.resume && job.report.as_ref() == Some(&path) => Error::Usage {
            message: format!(
                "{}: exists; use --force to write it anew: with --resume what is done stays done",
                path.display()
            ),
        },
        error => error,
    }
}

/// The reader of standard output went away, which is no failure; but files that were asked for are not there.
fn tell_unwritten(args: &CleanArgs, error: Error) -> Result<Exit, Error> {
    let files: Vec<&PathBuf> =
        args.report.iter().chain(&args.view.html).filter(|path| !is_dash(path)).collect();
    for path in &files {
        message::say(&format!(
            "{}: not written, as the reader of standard output went away before the end",
            path.display()
        ));
    }
    if files.is_empty() { Err(error) } else { Ok(Exit::Failed) }
}

fn tell_totals(args: &CleanArgs, messages: &MessageArgs, job: &run::Job, tally: &Tally) {
    if job.format == OutputFormat::Marks {
        if !messages.quiet && job.target != Target::Stdout {
            message::block(&format!(
                "drafted the marks of {} {}\n",
                tally.docs,
                message::plural(tally.docs, "document", "documents")
            ));
        }
    } else if args.stat {
        message::block(&stat::table(tally, args.view.color.stderr()));
    } else if !messages.quiet && job.target != Target::Stdout {
        message::block(&stat::line(tally));
        if job.target == Target::Nowhere && !args.outputs.dry_run {
            message::say("no clean text was written; --output-dir or -o would");
        }
    }
}

/// Clean text, report and page have names of their own.
fn refuse_outputs(args: &CleanArgs, job: &run::Job) -> Result<(), Error> {
    let files = || args.output.iter().chain(&args.report).chain(&args.view.html);
    refuse_same(files().chain(&args.output_dir))?;
    refuse_same(files().chain(&args.outputs.err_dir))?;
    let is_report = args.report.as_deref().is_some_and(is_dash);
    if is_report && job.report_format == ReportFormat::Dolma {
        let message = "--report-format dolma writes a folder: name one with --report".to_owned();
        return Err(Error::Usage { message });
    }
    refuse_shared_stdout(&[
        ("the clean text", job.target == Target::Stdout),
        ("--report", is_report),
        ("--html", args.view.html.as_deref().is_some_and(is_dash)),
        ("--diff", args.view.is_diff()),
    ])?;
    match &args.view.html {
        Some(page) if job.writes_to(page) => {
            let message = format!("{}: clean text and page need two places", page.display());
            Err(Error::Usage { message })
        }
        _ => Ok(()),
    }
}

fn format(args: &CleanArgs) -> OutputFormat {
    match (args.outputs.output_format, args.format) {
        (Some(OutputFormatArg::Jsonl), _) => OutputFormat::Jsonl,
        (Some(OutputFormatArg::Txt), _) => OutputFormat::Txt,
        (None, FormatArg::Marks) => OutputFormat::Marks,
        (None, FormatArg::Text) => OutputFormat::AsInput,
    }
}

fn parse_suffix(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("an empty end of a name keeps no original; name one, as in .orig, or leave out the `=`"
            .to_owned());
    }
    let is_suffix = !text.contains(std::path::is_separator);
    is_suffix.then(|| text.to_owned()).ok_or_else(|| "the end of a name, as in .orig".to_owned())
}

/// Says that the name of the output promises another format.
fn note_name(job: &run::Job, messages: &MessageArgs) {
    let (Target::File(path), [source], OutputFormat::AsInput, false) =
        (&job.target, &job.sources[..], job.format, messages.quiet)
    else {
        return;
    };
    let formats = job.reading.format_of(source).zip(format::by_name(path));
    if let Some((input, _)) = formats.filter(|(input, name)| input != name) {
        message::say(&format!(
            "note: {} is written in the format of its input, {input}; --output-format chooses another",
            path.display()
        ));
    }
}

/// Says before the work that a report will not do for the way back.
fn note_conversion(job: &run::Job, messages: &MessageArgs) {
    if job.report.is_some() && job.format.is_converted() && !messages.quiet {
        message::say(
            "note: clean text in another format cannot be restored; the report tells what was removed and why",
        );
    }
}

/// Where clean text goes, from what was typed and what was found.
fn target(args: &CleanArgs, inputs: &Inputs) -> Result<Target, Error> {
    let usage = |message: String| Err(Error::Usage { message });
    let out = &args.outputs;
    if args.report_format == ReportFormatArg::Dolma && inputs.is_stdin() {
        let message = "--report-format dolma names its files as the inputs, and standard input has no name";
        return usage(message.to_owned());
    }
    if out.dry_run {
        return Ok(Target::Nowhere);
    }
    if let Some(suffix) = &out.in_place {
        if inputs.is_stdin() {
            return usage("--in-place needs paths".to_owned());
        }
        suffix.as_deref().map_or(Ok(()), |suffix| inputs.refuse_suffix(suffix))?;
        return Ok(Target::InPlace { suffix: suffix.clone() });
    }
    if let Some(folder) = &args.output_dir {
        if inputs.is_stdin() {
            return usage(
                "--output-dir needs paths; standard input goes to standard output or to -o FILE".to_owned(),
            );
        }
        return Ok(Target::Folder(folder.clone()));
    }
    let is_view_enough = args.view.takes_stdout() || args.view.is_any() && !inputs.is_one();
    if args.output.is_none() && is_view_enough {
        return Ok(Target::Nowhere);
    }
    if !inputs.is_one() && out.output_format.is_none() {
        let what =
            if args.output.is_some() { "-o takes one input file" } else { "no place for the clean text" };
        let found = if inputs.has_folder() {
            "a folder is to be cleaned".to_owned()
        } else {
            format!("there are {} to clean", inputs.sources.len())
        };
        return usage(format!("{what}, and {found}; use --output-dir DIR"));
    }
    Ok(match &args.output {
        Some(file) if file.as_os_str() != "-" => Target::File(file.clone()),
        _ => Target::Stdout,
    })
}
