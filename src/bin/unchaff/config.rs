//! `config` and `init`: settings to look at, and a file to begin with.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use unchaff::error::Error;
use unchaff::output;
use unchaff::settings::{FILE_NAME, keys, template};

use crate::args::{MessageArgs, OverwriteArgs, ThreadArgs, is_dash, no_dash};
use crate::exit::Exit;
use crate::message::say;
use crate::settings::SettingArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct ConfigArgs {
    /// The inputs whose settings to show [default: the current folder]
    pub(crate) paths: Vec<PathBuf>,

    /// Say behind each value who gives it: a file and its line, a variable, an option
    #[arg(long)]
    pub(crate) show_origin: bool,

    /// Print the JSON Schema of unchaff.toml, for editors
    #[arg(long, conflicts_with_all = ["show_origin", "paths"])]
    pub(crate) schema: bool,

    #[command(flatten)]
    pub(crate) threads: ThreadArgs,

    #[command(flatten)]
    pub(crate) settings: SettingArgs,
}

pub(crate) fn run_config(args: &ConfigArgs) -> Result<Exit, Error> {
    let text = if args.schema {
        serde_json::to_string_pretty(&keys::schema()).unwrap_or_default() + "\n"
    } else {
        for path in args.paths.iter().filter(|path| !is_dash(path)) {
            path.metadata().map_err(|source| Error::Input { path: path.clone(), source })?;
        }
        let settings = args.settings.resolve(&args.paths, args.threads.layer())?;
        let file = settings.file.as_deref().unwrap_or("no file of settings; defaults");
        format!("# {file}\n{}", settings.to_toml(args.show_origin))
    };
    output::write_stdout(std::iter::once(text.as_bytes()))?;
    Ok(Exit::Done)
}

#[derive(Debug, ClapArgs)]
pub(crate) struct InitArgs {
    /// The folder to write unchaff.toml into
    #[arg(default_value = ".", value_parser = no_dash())]
    pub(crate) folder: PathBuf,

    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,
}

pub(crate) fn run_init(args: &InitArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let path = args.folder.join(FILE_NAME);
    output::write_file(&path, std::iter::once(template().as_bytes()), args.overwrite.force)?;
    if !messages.quiet {
        say(&format!(
            "wrote {}; all of it is commented out, take away a # where you want a change",
            path.display()
        ));
    }
    Ok(Exit::Done)
}
