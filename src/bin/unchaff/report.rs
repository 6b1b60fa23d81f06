//! `report`: shows a stored report again, without a second run.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use tempfile::NamedTempFile;
use unchaff::check::sarif;
use unchaff::error::Error;
use unchaff::html::{DOCUMENTS_MAX, Page};
use unchaff::output;
use unchaff::report::{Header, ReadError, Reader, Row};
use unchaff::restore::Originals;
use unchaff::tally::Tally;

use crate::args::{MessageArgs, OverwriteArgs, is_dash, refuse_same, refuse_shared_stdout, write_text};
use crate::exit::Exit;
use crate::message::{plural, say};
use crate::stat;
use crate::style::ColorArgs;

#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReportArgs {
    /// The report that a run wrote; `-`: standard input
    report: PathBuf,

    /// Write a page to FILE: one HTML file that needs no script, no network and no other file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// The clean text that the run wrote, so that the page can show what stays too
    #[arg(long, value_name = "PATH", requires = "html")]
    clean: Option<PathBuf>,

    /// How many documents the page shows at most
    #[arg(long, value_name = "N", default_value_t = DOCUMENTS_MAX, requires = "html")]
    max_docs: usize,

    /// Write the removals to FILE as SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,

    /// Print a table of what was removed, by kind
    #[arg(long)]
    stat: bool,

    #[command(flatten)]
    overwrite: OverwriteArgs,

    #[command(flatten)]
    color: ColorArgs,
}

const EXAMPLES: &str = "\
Examples:
  unchaff report report.jsonl --html page.html --clean cleaned
  unchaff report report.jsonl --sarif removals.sarif
  unchaff report report.jsonl --stat";

pub(crate) fn run(args: &ReportArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    if args.html.is_none() && args.sarif.is_none() && !args.stat {
        let message = "say what to make of the report: --html FILE, --sarif FILE or --stat";
        return Err(Error::Usage { message: message.to_owned() });
    }
    let refused = |error: ReadError| Error::Report { path: args.report.clone(), message: error.to_string() };
    let stored = Stored::at(&args.report)?;
    let header = Header::verify(stored.path()).map_err(refused)?;
    let inputs: Vec<PathBuf> = args.clean.iter().cloned().chain([args.report.clone()]).collect();
    let guard = output::Guard::new(&inputs);
    refuse_same(args.html.iter().chain(&args.sarif))?;
    let is_stdout = |path: &Option<PathBuf>| path.as_deref().is_some_and(is_dash);
    refuse_shared_stdout(&[
        ("--html", is_stdout(&args.html)),
        ("--sarif", is_stdout(&args.sarif)),
        ("--stat", args.stat),
    ])?;
    for path in args.html.iter().chain(&args.sarif).filter(|path| !is_dash(path)) {
        guard.check(path)?;
        output::refuse_existing(path, args.overwrite.force)?;
    }
    let mut page = Page::new(args.max_docs);
    let mut log = sarif::Log::default();
    let mut tally = Tally::default();
    let mut missing = 0_u64;
    let mut originals = Originals::new(args.clean.as_deref(), &header);
    let mut rows = Reader::open(stored.path()).map_err(refused)?;
    while let Some(row) = rows.next_row().map_err(refused)? {
        match row {
            Row::Doc(doc) => {
                let mut is_asked = false;
                page.add(&doc, || {
                    args.clean.as_ref()?;
                    is_asked = true;
                    let text = originals.text(&doc);
                    missing += u64::from(text.is_err());
                    text.ok()
                });
                if !is_asked {
                    originals.pass_doc(&doc);
                }
                log.add_doc(&doc, header.run.inputs.get(doc.src));
                tally.add(doc.counts());
            }
            Row::Bad(bad) => {
                originals.pass(&Row::Bad(bad.clone()));
                tally.add_bad();
                page.add_bad(&bad.id, &bad.error);
            }
            Row::Run(_) | Row::Summary(_) => {}
        }
    }
    if missing > 0 {
        say(&format!(
            "warning: the clean text of {missing} {} is not there or was changed; the page shows only what was removed there",
            plural(missing, "document", "documents")
        ));
    }
    if let Some(path) = &args.html {
        write(path, &page.write(&header.run), args, messages)?;
    }
    if let Some(path) = &args.sarif {
        write(path, &log.write(), args, messages)?;
    }
    if args.stat {
        let table = stat::table(&tally, args.color.stdout());
        output::write_stdout(std::iter::once(table.as_bytes()))?;
    }
    Ok(Exit::Done)
}

/// A report that can be read more than once.
pub(crate) enum Stored {
    File(PathBuf),
    /// What stood on standard input.
    Copy(NamedTempFile),
}

impl Stored {
    pub(crate) fn at(path: &Path) -> Result<Self, Error> {
        if !is_dash(path) {
            return Ok(Self::File(path.to_owned()));
        }
        let copied = NamedTempFile::new().and_then(|mut copy| {
            std::io::copy(&mut std::io::stdin().lock(), &mut copy)?;
            Ok(copy)
        });
        copied.map(Self::Copy).map_err(|source| Error::Stream { stream: "standard input", source })
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Copy(file) => file.path(),
        }
    }
}

fn write(path: &Path, text: &str, args: &ReportArgs, messages: &MessageArgs) -> Result<(), Error> {
    write_text(path, text, &args.overwrite, messages, &format!("wrote {}", path.display()))
}
