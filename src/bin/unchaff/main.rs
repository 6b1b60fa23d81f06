//! The command: arguments in, messages and an exit code out. People only; the work is in the library.

mod args;
mod exit;
mod learning;
mod message;
mod stat;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;
use unchaff::Model;
use unchaff::error::Error;
use unchaff::input::{self, Source};
use unchaff::run::{self, Event, Format, Target};
use unchaff::{Config, KindSet, restore};

use args::{Args, ClassifierArgs, CleanArgs, FormatArg, KindArgs, RestoreArgs, Verb};
use exit::Exit;
use message::say;

fn main() -> ExitCode {
    let args = Args::parse_from(args::with_default_verb(std::env::args_os()));
    let done = match &args.verb {
        Verb::Clean(clean) => run_clean(clean),
        Verb::Restore(restore) => run_restore(restore),
        Verb::Train(train) => learning::run_train(train),
        Verb::Eval(eval) => learning::run_eval(eval),
    };
    let exit = done.unwrap_or_else(|error| {
        if error.is_broken_pipe() {
            return Exit::Done;
        }
        say(&error.to_string());
        if matches!(error, Error::Interrupted) { Exit::Interrupted } else { Exit::Failed }
    });
    exit.into()
}

fn run_clean(args: &CleanArgs) -> Result<Exit, Error> {
    let mut config = config(&args.kinds, &args.classifier)?;
    if args.format == FormatArg::Marks {
        if args.report.is_some() || args.stat || !args.kinds.is_default() {
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
        if !args.quiet {
            message::passed_over(&found.passed_over);
        }
        sources = found.sources;
    }
    let job = run::Job {
        target: target(args, from_stdin, &sources)?,
        sources,
        format: if args.format == FormatArg::Marks { Format::Marks } else { Format::Text },
        report: args.report.clone(),
        report_text: args.report_text.into(),
        force: args.force,
        jobs: args.jobs.unwrap_or(0),
        encoding: args.encoding,
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
        if !args.quiet && job.target != Target::Stdout {
            message::block(&format!(
                "drafted the marks of {} {}\n",
                tally.docs,
                message::plural(tally.docs, "document", "documents")
            ));
        }
    } else if args.stat {
        message::block(&stat::table(&tally));
    } else if !args.quiet && job.target != Target::Stdout {
        message::block(&stat::line(&tally));
    }
    Ok(if tally.bad > 0 { Exit::Failed } else { Exit::Done })
}

/// The configuration that was asked for.
fn config(kinds: &KindArgs, classifier: &ClassifierArgs) -> Result<Config, Error> {
    let model = match &classifier.model {
        Some(path) => Arc::new(input::read_model(path)?),
        None => Model::embedded(),
    };
    Ok(Config { dropped: kinds.dropped()?, preset: classifier.preset(), model })
}

fn run_restore(args: &RestoreArgs) -> Result<Exit, Error> {
    let clean = (args.clean.as_os_str() != "-").then(|| args.clean.clone());
    let target = match (&args.output_dir, &args.output) {
        (Some(folder), _) => Target::Folder(folder.clone()),
        (None, Some(file)) if file.as_os_str() != "-" => Target::File(file.clone()),
        _ => Target::Stdout,
    };
    let job = restore::Job { clean, report: args.report.clone(), target, force: args.force };
    let stop = if job.clean.is_none() { Arc::default() } else { stop_at_ctrl_c()? };
    let restored = restore::restore(&job, &stop, tell)?;
    if !args.quiet && job.target != Target::Stdout {
        message::block(&stat::restored_line(restored));
    }
    Ok(if restored.bad > 0 { Exit::Failed } else { Exit::Done })
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

fn tell(event: &Event) {
    match event {
        Event::Bad { id, message } => say(&format!("{id}: {message}")),
        Event::Emptied { id } => say(&format!(
            "{id}: warning: nothing is left of this document; see the report, or keep a kind with --keep"
        )),
    }
}

/// Sets a flag at Ctrl-C or `SIGTERM`; the run stops at the next batch and leaves nothing half-written.
fn stop_at_ctrl_c() -> Result<Arc<AtomicBool>, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|error| Error::Usage { message: format!("cannot watch for Ctrl-C: {error}") })?;
    Ok(stop)
}
