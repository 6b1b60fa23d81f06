//! `completions` and `man`: what shells and `man` want to know of the command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, CommandFactory};
use clap_complete::Shell;
use unchaff::error::Error;
use unchaff::output;

use crate::args::{Args, MessageArgs, OverwriteArgs};
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
    /// The verb whose page to print [default: the page of the whole command]
    verb: Option<String>,

    /// Write the pages of all verbs below DIR
    #[arg(long, value_name = "DIR", conflicts_with = "verb")]
    output_dir: Option<PathBuf>,

    #[command(flatten)]
    overwrite: OverwriteArgs,
}

pub(crate) fn run_man(args: &ManArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let mut command = Args::command().disable_help_subcommand(true);
    command.build();
    let pages: Vec<(String, clap::Command)> = std::iter::once(("unchaff".to_owned(), command.clone()))
        .chain(command.get_subcommands().map(|verb| (format!("unchaff-{}", verb.get_name()), verb.clone())))
        .collect();
    let Some(folder) = &args.output_dir else {
        let wanted = args.verb.as_ref().map_or("unchaff".to_owned(), |verb| format!("unchaff-{verb}"));
        let Some((_, page)) = pages.into_iter().find(|(name, _)| *name == wanted) else {
            let message =
                format!("there is no verb {:?}; see unchaff --help", args.verb.as_deref().unwrap_or(""));
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

fn rendered(command: clap::Command) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Error::Usage { message: format!("the page cannot be made: {error}") })?;
    Ok(page)
}
