//! `completions` and `man`: what shells and `man` want to know of the command line.

use std::path::PathBuf;

use clap::{Arg, Args as ClapArgs, Command, CommandFactory};
use clap_complete::Shell;
use unchaff::error::Error;
use unchaff::output;

use crate::args::{Args, MessageArgs, OverwriteArgs, no_dash};
use crate::exit::Exit;
use crate::message::say;

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  unchaff completions bash > ~/.local/share/bash-completion/completions/unchaff
  unchaff completions zsh > ~/.zfunc/_unchaff
  unchaff completions fish > ~/.config/fish/completions/unchaff.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell that is to complete what is typed
    shell: Shell,
}

pub(crate) fn run_completions(args: &CompletionsArgs) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "unchaff", &mut script);
    output::write_stdout(std::iter::once(&script[..]))?;
    Ok(Exit::Done)
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  unchaff man clean | man -l -
  unchaff man --output-dir ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// The verb whose page to print, as in `clean` or `index build` [default: the page of the whole command]
    verb: Vec<String>,

    /// Write the pages of all verbs below DIR
    #[arg(long, value_name = "DIR", value_parser = no_dash(), conflicts_with = "verb")]
    output_dir: Option<PathBuf>,

    #[command(flatten)]
    overwrite: OverwriteArgs,
}

pub(crate) fn run_man(args: &ManArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let mut command = with_all_help(Args::command().disable_help_subcommand(true));
    command.build();
    let mut pages = Vec::new();
    add_pages("unchaff".to_owned(), &command, &mut pages);
    let Some(folder) = &args.output_dir else {
        let wanted = [&["unchaff".to_owned()], &args.verb[..]].concat().join("-");
        let Some((_, page)) = pages.into_iter().find(|(name, _)| *name == wanted) else {
            let message = format!("there is no verb {:?}; see unchaff --help", args.verb.join(" "));
            return Err(Error::Usage { message });
        };
        output::write_stdout(std::iter::once(&rendered(page)?[..]))?;
        return Ok(Exit::Done);
    };
    let count = pages.len();
    for (name, page) in pages {
        let page = rendered(page)?;
        output::write_file(
            &folder.join(format!("{name}.1")),
            std::iter::once(&page[..]),
            args.overwrite.force,
        )?;
    }
    if !messages.quiet {
        say(&format!("wrote {count} pages below {}", folder.display()));
    }
    Ok(Exit::Done)
}

/// The page of a command, and those of its verbs.
fn add_pages(name: String, command: &Command, pages: &mut Vec<(String, Command)>) {
    let verbs: Vec<_> =
        command.get_subcommands().map(|verb| (format!("{name}-{}", verb.get_name()), verb)).collect();
    pages.push((name, command.clone()));
    for (name, verb) in verbs {
        add_pages(name, verb, pages);
    }
}

/// A page has room for what `-h` leaves out; its maker leaves out with it what such an option does.
fn with_all_help(command: Command) -> Command {
    let with_help = |arg: Arg| match arg.get_help().cloned() {
        Some(help) if arg.is_hide_short_help_set() && arg.get_long_help().is_none() => arg.long_help(help),
        _ => arg,
    };
    command.mut_args(with_help).mut_subcommands(with_all_help)
}

fn rendered(command: Command) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Error::Usage { message: format!("the page cannot be made: {error}") })?;
    Ok(page)
}
