//! The command: arguments in, messages and an exit code out. People only; the work is in the library.
//! Each verb has a file of its own, with its arguments and its `run`.

mod args;
mod check;
mod check_text;
mod clean;
mod config;
mod diff;
mod eval;
mod exit;
mod explain;
mod index;
mod inputs;
mod intervals;
mod manual;
mod measure;
mod message;
mod progress;
mod repeats;
mod report;
mod restore;
mod review;
mod settings;
mod stat;
mod style;
mod train;
mod verb;
mod view;

use std::panic;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;
use unchaff::error::Error;
use unchaff::run::Event;

use args::{Args, Verb};
use exit::Exit;
use message::say;

fn main() -> ExitCode {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |told| {
        if !unchaff::input::is_panic_caught() {
            usual(told);
        }
    }));
    fail_at_file_limit();
    let typed = match verb::with_verb(std::env::args_os()) {
        Ok(typed) => typed,
        Err(error) => {
            say(&error.to_string());
            return Exit::Failed.into();
        }
    };
    let Args { messages, verb } = Args::parse_from(typed);
    let done = match &verb {
        Verb::Clean(args) => clean::run(args, &messages),
        Verb::Check(args) => check::run(args, &messages),
        Verb::Intervals(args) => intervals::run(args),
        Verb::Report(args) => report::run(args, &messages),
        Verb::Restore(args) => restore::run(args, &messages),
        Verb::Review(args) => review::run(args, &messages),
        Verb::Index(args) => index::run(args, &messages),
        Verb::Train(args) => train::run(args, &messages),
        Verb::Eval(args) => eval::run(args, &messages),
        Verb::Config(args) => config::run_config(args),
        Verb::Init(args) => config::run_init(args, &messages),
        Verb::Explain(args) => explain::run(args),
        Verb::Rules(args) => explain::run_rules(args),
        Verb::Completions(args) => manual::run_completions(args),
        Verb::Man(args) => manual::run_man(args, &messages),
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

/// Makes a write beyond the limit of file sizes (`ulimit -f`) fail as one to a full disk does: it is told, and what
/// was half-written goes. Of itself the signal would end the program.
fn fail_at_file_limit() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

/// Says what happened to one input.
fn tell(event: &Event) {
    match event {
        Event::Resumed { inputs } => {
            say(&format!("{inputs} {} done before", message::plural(*inputs, "input was", "inputs were")));
        }
        Event::Warning { id, message } => say(&format!("{id}: warning: {message}")),
        Event::Bad { id, message, .. } => say(&format!("{id}: {message}")),
        Event::Emptied { id, copy_of: Some(first) } => {
            say(&format!("{id}: warning: nothing is left of this document, a copy of {first}"));
        }
        Event::Emptied { id, copy_of: None } => say(&format!(
            "{id}: warning: nothing is left of this document; see the report, or keep a kind with --keep"
        )),
        _ => {}
    }
}

/// Sets a flag at Ctrl-C or `SIGTERM`: the run stops at the next document and leaves nothing half-written.
/// The second time the program ends at once, and so it does the first time where it `waits` for standard
/// input, which no flag can interrupt; temporary files go all the same.
#[expect(clippy::exit, reason = "a person asked for it")]
fn stop_at_ctrl_c(waits: bool) -> Result<Arc<AtomicBool>, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let stop_at_signal = move || {
        if flag.swap(true, Ordering::Relaxed) || waits {
            unchaff::output::remove_pending();
            std::process::exit(Exit::Interrupted.code().into());
        }
    };
    ctrlc::set_handler(stop_at_signal)
        .map_err(|error| Error::Usage { message: format!("cannot watch for Ctrl-C: {error}") })?;
    Ok(stop)
}
