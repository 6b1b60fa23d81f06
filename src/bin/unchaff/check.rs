//! `check`: cleaning beside what is expected of it.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use clap::{Args as ClapArgs, ValueEnum};
use unchaff::check::{Check, EXPECTATION_SUFFIX, Options, Outcome, github, json, junit, sarif};
use unchaff::error::Error;
use unchaff::output;
use unchaff::run::{Event, Job, Target};
use unchaff::settings::Layer;
use unchaff::visible::quoted;

use crate::args::{MessageArgs, OverwriteArgs, ThreadArgs, no_dash, refuse_same};
use crate::check_text;
use crate::exit::Exit;
use crate::inputs::{InputArgs, Inputs};
use crate::message::say;
use crate::repeats::RepeatArgs;
use crate::settings::SettingArgs;
use crate::stop_at_ctrl_c;
use crate::style::{ColorArgs, Paint};

const CI: &str = "CI";
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// Files, and folders in which every text file is checked; none or `-`: standard input
    pub(crate) paths: Vec<PathBuf>,

    /// Compare each document, text and cuts, with what is stored below DIR
    #[arg(long, value_name = "DIR", value_parser = no_dash())]
    expect: Option<PathBuf>,

    /// Write what is stored below the --expect folder anew; refused when CI is set
    #[arg(long, requires = "expect")]
    update: bool,

    /// Fail where cuts are others than in this report of an earlier run
    #[arg(long, value_name = "REPORT")]
    baseline: Option<PathBuf>,

    /// Fail if more than this share of all bytes goes, as in 40%
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    max_removed: Option<f64>,

    /// Fail if nothing is left of more than N documents
    #[arg(long, value_name = "N")]
    max_emptied: Option<u64>,

    /// How to say what was found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: OutputFormat,

    /// Write it to a file too, in a format of its own: text, json, github, sarif or junit; may be repeated
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse_output)]
    output: Vec<(OutputFormat, PathBuf)>,

    #[command(flatten)]
    inputs: InputArgs,

    #[command(flatten)]
    overwrite: OverwriteArgs,

    #[command(flatten)]
    color: ColorArgs,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    settings: SettingArgs,

    #[command(flatten)]
    repeats: RepeatArgs,
}

const EXAMPLES: &str = "\
Examples:
  unchaff check fixtures --expect expected            compare; exit 1 and a difference if one differs
  unchaff check fixtures --expect expected --update   accept what is found, then read the git diff
  unchaff check dump --max-removed 40% --max-emptied 0
  unchaff check dump --baseline report.jsonl --output junit=check.xml --output sarif=check.sarif

Exit codes: 0 all as expected; 1 something is not; 2 something could not be checked.
-h shows what is often wanted; --help and `unchaff man check` show every option.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// Annotations, and a table in the step's summary
    Github,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
}

pub(crate) fn run(args: &CheckArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let usage = |message: &str| Err(Error::Usage { message: message.to_owned() });
    if args.expect.is_none()
        && args.baseline.is_none()
        && args.max_removed.is_none()
        && args.max_emptied.is_none()
    {
        return usage(
            "nothing to compare with; give --expect DIR, --baseline REPORT, --max-removed SHARE or --max-emptied N",
        );
    }
    if args.update && is_ci() {
        return usage(
            "--update is refused because CI is set: expectations are accepted by a person, who reads the difference",
        );
    }
    refuse_outputs(args)?;
    let typed = Layer { jobs: args.threads.layer().jobs, ..args.repeats.layer(args.inputs.layer()) };
    let mut settings = args.settings.resolve(&args.paths, typed)?;
    let index = args.repeats.open_index(&AtomicBool::new(false))?;
    let mut config = std::mem::take(&mut settings.config);
    args.repeats.apply(&mut config, &settings, index.as_deref());
    args.repeats.refuse_idle(&config)?;
    args.repeats.warn_of_index(index.as_deref(), &config);
    settings.config = config;
    messages.tell_settings(&settings);
    // Expectations may stand beside their inputs, and are none, whatever a pattern says.
    if args.expect.is_some() && !settings.globs.is_empty() {
        settings.globs.push(format!("!*{EXPECTATION_SUFFIX}"));
    }
    let Inputs { sources, named, .. } = args.inputs.find(&args.paths, &settings, messages)?;
    let is_stdin = named.is_empty();
    let mut check = Check::new(Options {
        expect: args.expect.clone(),
        update: args.update,
        whole: !named.is_empty() && named.iter().all(|path| path.is_dir()),
        baseline: args.baseline.clone(),
        removed_max: args.max_removed,
        emptied_max: args.max_emptied,
    })?;
    let job = Job {
        sources,
        target: Target::Nowhere,
        reading: settings.reading,
        jobs: settings.jobs,
        memory: args.repeats.together.memory(),
        index,
        config: settings.config,
        ..Job::default()
    };
    let stop = stop_at_ctrl_c(is_stdin)?;
    let mut failed: Option<Error> = None;
    let tally = unchaff::run::run(&job, &stop, |event| {
        match event {
            Event::Bad { id, message, .. } => say(&format!("{id}: {message}")),
            Event::Warning { id, message } => say(&format!("{id}: warning: {message}")),
            _ => {}
        }
        if failed.is_none() {
            failed = check.see(event).err();
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    let outcome = check.finish(&tally)?;
    tell(args, messages, &outcome)?;
    Ok(if outcome.is_trouble() {
        Exit::Failed
    } else if outcome.is_failed() {
        Exit::Different
    } else {
        Exit::Done
    })
}

/// Every form of the outcome that was asked for.
fn tell(args: &CheckArgs, messages: &MessageArgs, outcome: &Outcome) -> Result<(), Error> {
    for (format, path) in &args.output {
        let text = rendered(args, *format, outcome, false);
        output::write_file(path, std::iter::once(text.as_bytes()), args.overwrite.force)?;
    }
    if args.format == OutputFormat::Github
        || args.output.iter().any(|(format, _)| *format == OutputFormat::Github)
    {
        append_summary(outcome)?;
    }
    if messages.quiet && !outcome.is_failed() && args.format == OutputFormat::Text {
        return Ok(());
    }
    let text = rendered(args, args.format, outcome, true);
    output::write_stdout(std::iter::once(text.as_bytes()))
}

fn rendered(args: &CheckArgs, format: OutputFormat, outcome: &Outcome, is_stdout: bool) -> String {
    match format {
        OutputFormat::Text => {
            let paint = if is_stdout { args.color.stdout() } else { Paint::off() };
            check_text::write(outcome, paint, &accept_command())
        }
        OutputFormat::Json => json::write(outcome),
        OutputFormat::Github => github::annotations(outcome),
        OutputFormat::Sarif => sarif::of_check(outcome),
        OutputFormat::Junit => junit::write(outcome),
    }
}

/// Adds the table to the summary of the step, if there is one.
fn append_summary(outcome: &Outcome) -> Result<(), Error> {
    use std::io::Write;
    let Some(path) = std::env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(());
    };
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(github::summary(outcome).as_bytes()))
        .map_err(|source| Error::Output { path, source })
}

/// What was typed, with `--update` and without the forms of output: what accepts the outcome.
fn accept_command() -> String {
    let mut words: Vec<String> = vec!["unchaff".to_owned()];
    let mut typed = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    while let Some(word) = typed.next() {
        if word == "--format" || word == "--output" || word == "--color" {
            typed.next();
        } else if !["--format=", "--output=", "--color="].iter().any(|option| word.starts_with(option))
            && !["--update", "--force", "-q", "--quiet"].contains(&word.as_str())
        {
            words.push(quoted(&word));
        }
    }
    words.push("--update".to_owned());
    words.join(" ")
}

/// Two outputs need two files, and none overwrites another's.
fn refuse_outputs(args: &CheckArgs) -> Result<(), Error> {
    let read: Vec<PathBuf> = args.paths.iter().chain(&args.baseline).cloned().collect();
    let guard = output::Guard::new(&read);
    refuse_same(args.output.iter().map(|(_, path)| path))?;
    for (_, path) in &args.output {
        guard.check(path)?;
        output::refuse_existing(path, args.overwrite.force)?;
    }
    Ok(())
}

/// Is this a machine's run? The variable is set by all common CI systems.
fn is_ci() -> bool {
    std::env::var_os(CI)
        .is_some_and(|value| !["", "0", "false"].iter().any(|no| value.eq_ignore_ascii_case(no)))
}

fn parse_output(text: &str) -> Result<(OutputFormat, PathBuf), String> {
    let wrong =
        "a format and a file, as in junit=check.xml; the formats are text, json, github, sarif, junit";
    let (format, path) = text.split_once('=').ok_or(wrong)?;
    let format = OutputFormat::from_str(format, true).map_err(|_| wrong)?;
    if path.is_empty() || path == "-" {
        return Err("a file behind the `=`; --format chooses what goes to standard output".to_owned());
    }
    Ok((format, PathBuf::from(path)))
}

/// A share of the whole: `40%` or `0.4`.
fn parse_share(text: &str) -> Result<f64, String> {
    let share = match text.trim().strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
        None => text.trim().parse(),
    };
    match share {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share from 0% to 100%, as in 40% or 0.4".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_percents_or_parts() {
        assert_eq!(parse_share("40%"), Ok(0.4));
        assert_eq!(parse_share("0.4"), Ok(0.4));
        assert_eq!(parse_share("0"), Ok(0.0));
        for wrong in ["40", "-1%", "101%", "", "%", "NaN"] {
            assert!(parse_share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn outputs_are_a_format_and_a_file() {
        assert_eq!(parse_output("junit=a=b.xml"), Ok((OutputFormat::Junit, PathBuf::from("a=b.xml"))));
        for wrong in ["junit", "xml=a", "json=", "json=-"] {
            assert!(parse_output(wrong).is_err(), "{wrong}");
        }
    }
}
