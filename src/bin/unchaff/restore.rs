//! `restore`: clean text and report become the originals.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use unchaff::error::Error;
use unchaff::restore;
use unchaff::run::Target;

use crate::args::{MessageArgs, OverwriteArgs, no_dash};
use crate::exit::Exit;
use crate::progress::Shown;
use crate::{message, stat, stop_at_ctrl_c, tell};

#[derive(Debug, ClapArgs)]
pub(crate) struct RestoreArgs {
    /// The folder of clean text, one clean file, or `-` for standard input
    pub(crate) clean: PathBuf,

    /// The report of the run that wrote it
    #[arg(long, value_name = "FILE")]
    pub(crate) report: PathBuf,

    /// Write the originals below DIR, in the same tree
    #[arg(long, value_name = "DIR", value_parser = no_dash())]
    pub(crate) output_dir: Option<PathBuf>,

    /// Write the one original to FILE [default: standard output]
    #[arg(short, long, value_name = "FILE", conflicts_with = "output_dir")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,
}

pub(crate) fn run(args: &RestoreArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let clean = (args.clean.as_os_str() != "-").then(|| args.clean.clone());
    let target = match (&args.output_dir, &args.output) {
        (Some(folder), _) => Target::Folder(folder.clone()),
        (None, Some(file)) if file.as_os_str() != "-" => Target::File(file.clone()),
        _ => Target::Stdout,
    };
    let job = restore::Job { clean, report: args.report.clone(), target, force: args.overwrite.force };
    let stop = stop_at_ctrl_c(job.clean.is_none())?;
    let mut shown = Shown::new(0, messages.quiet);
    let restored = restore::restore(&job, &stop, |event| shown.see(event, tell));
    shown.finish();
    let restored = restored?;
    if !messages.quiet && job.target != Target::Stdout {
        message::block(&stat::restored_line(restored));
    }
    Ok(if restored.bad > 0 { Exit::Failed } else { Exit::Done })
}
