//! The summary of a run: one line, or a table by kind.

use std::fmt::Write as _;

use unchaff::numbers::{self, grouped};
use unchaff::restore::Restored;
use unchaff::tally::Tally;

use crate::message::{plural, shown};
use crate::style::Paint;

/// How many of the most frequent lines the table names, and how much of each.
const TOP_COUNT: usize = 5;
const TOP_CHARS: usize = 60;

/// One line.
pub(crate) fn line(tally: &Tally) -> String {
    let mut out = format!(
        "cleaned {} {}: {} changed, {} untouched",
        grouped(tally.docs),
        plural(tally.docs, "document", "documents"),
        grouped(tally.changed),
        grouped(tally.docs - tally.changed),
    );
    for (count, what) in [(tally.emptied, "emptied"), (tally.bad, "not cleaned")] {
        if count > 0 {
            let _ = write!(out, ", {} {what}", grouped(count));
        }
    }
    let removed = tally.bytes.0 - tally.bytes.1;
    let _ = writeln!(
        out,
        "; {} of {} bytes removed ({})",
        grouped(removed),
        grouped(tally.bytes.0),
        share(removed, tally.bytes.0)
    );
    out
}

/// A table of what went by kind, with a bar each, and the lines that most documents had.
pub(crate) fn table(tally: &Tally, paint: Paint) -> String {
    let mut out = format!(
        "{:<14} {:>10} {:>10} {:>10} {:>14} {:>7}\n",
        "kind", "documents", "cuts", "lines", "bytes", "share"
    );
    let most = tally.kinds().map(|(_, of)| of.bytes).max().unwrap_or(0);
    for (kind, of) in tally.kinds() {
        let _ = writeln!(
            out,
            "{kind:<14} {:>10} {:>10} {:>10} {:>14} {:>7}  {}",
            grouped(of.docs),
            grouped(of.cuts),
            grouped(of.lines),
            grouped(of.bytes),
            share(of.bytes, tally.bytes.0),
            paint.kind(kind, &bar(of.bytes, most))
        );
    }
    let row = |name: &str, docs: u64, lines: u64, bytes: u64| {
        format!(
            "{name:<14} {:>10} {:>10} {:>10} {:>14} {:>7}\n",
            grouped(docs),
            "",
            grouped(lines),
            grouped(bytes),
            share(bytes, tally.bytes.0)
        )
    };
    out += &row("removed", tally.changed, tally.lines.0 - tally.lines.1, tally.bytes.0 - tally.bytes.1);
    out += &row("kept", tally.docs - tally.emptied, tally.lines.1, tally.bytes.1);
    let top = tally.top(TOP_COUNT);
    if top.iter().any(|&(_, _, docs)| docs > 1) {
        out += "\nmost frequent removed lines\n";
        for (text, kind, docs) in top.into_iter().filter(|&(_, _, docs)| docs > 1) {
            let text: String = text.chars().take(TOP_CHARS).collect();
            let _ = writeln!(out, "{:>10}  {kind:<14} {}", grouped(docs), shown(&text));
        }
    }
    out.push('\n');
    out += &line(tally);
    out
}

/// One line on what was given back.
pub(crate) fn restored_line(restored: Restored) -> String {
    let mut out = format!(
        "restored {} {}, each equal to the original",
        grouped(restored.docs),
        plural(restored.docs, "document", "documents")
    );
    if restored.bad > 0 {
        let _ = write!(out, "; {} could not be", grouped(restored.bad));
    }
    out.push('\n');
    out
}

/// A bar for a part of the largest one, in eighths of a column; what is there shows.
fn bar(part: u64, most: u64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    const COLUMNS: u64 = 20;
    if part == 0 || most == 0 {
        return String::new();
    }
    let eighths = (u128::from(part) * u128::from(COLUMNS) * 8).div_ceil(u128::from(most));
    let eighths = usize::try_from(eighths).unwrap_or(usize::MAX);
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

pub(crate) fn share(part: u64, whole: u64) -> String {
    numbers::share(part, whole).unwrap_or_else(|| "-".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_parts_of_the_largest() {
        let bars: Vec<String> = [0, 1, 500, 525, 1000].iter().map(|&part| bar(part, 1000)).collect();
        assert_eq!(bars, ["", "▏", "██████████", "██████████▌", "████████████████████"]);
        assert_eq!(bar(0, 0), "");
    }
}
