//! `intervals`: a report as plain lists of what was removed, for programs that cut for themselves.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::json;
use unchaff::error::Error;
use unchaff::report::dolma::{self, Offsets};
use unchaff::report::{Header, ReadError, Reader, Row};

use crate::exit::Exit;
use crate::report::Stored;

#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IntervalsArgs {
    /// The report that a run wrote; `-`: standard input
    report: PathBuf,

    /// In what places are counted
    #[arg(long, value_name = "UNIT", default_value = "chars")]
    offsets: OffsetsArg,

    /// List what stays instead
    #[arg(long)]
    kept: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OffsetsArg {
    /// Bytes of the decoded text in UTF-8
    Bytes,
    /// Code points, as in Python
    Chars,
}

const EXAMPLES: &str = "\
A line of JSON for each document, in input order: its id, the path of its input, its number there, and
`removed` (or `kept`): intervals [start, end) of the text as it was, sorted; those that touch are one.

Examples:
  unchaff intervals report.jsonl > removed.jsonl
  unchaff intervals report.jsonl --offsets bytes --kept";

pub(crate) fn run(args: &IntervalsArgs) -> Result<Exit, Error> {
    let refused = |error: ReadError| Error::Report { path: args.report.clone(), message: error.to_string() };
    let stream = |source| Error::Stream { stream: "standard output", source };
    let stored = Stored::at(&args.report)?;
    let header = Header::verify(stored.path()).map_err(refused)?;
    let offsets = match args.offsets {
        OffsetsArg::Bytes => Offsets::Bytes,
        OffsetsArg::Chars => Offsets::Chars,
    };
    let mut rows = Reader::open(stored.path()).map_err(refused)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    while let Some(row) = rows.next_row().map_err(refused)? {
        let Row::Doc(doc) = row else { continue };
        let path = header.run.inputs.get(doc.src).map(|input| &input.path);
        let mut line = json!({ "id": doc.id, "path": path, "rec": doc.rec });
        if args.kept {
            line["kept"] = json!(dolma::kept(&doc, offsets));
        } else {
            line["removed"] = json!(dolma::removed(&doc, offsets));
        }
        writeln!(out, "{line}").map_err(stream)?;
    }
    out.flush().map_err(stream)?;
    Ok(Exit::Done)
}
