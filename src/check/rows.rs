//! A cleaned document row by row: each line, or piece of a line, with the reason why it goes.

use std::fmt::{self, Write as _};
use std::ops::Range;

use crate::clean::Cleaned;
use crate::cuts;
use crate::kind::Kind;
use crate::pieces::{Piece, pieces};
use crate::report;
use crate::visible::is_hidden;

/// The width of the margin that holds the reason; a longer reason widens its row alone, so that a
/// change of one line never changes another.
const MARGIN: usize = 23;

/// A line of the input, or a piece of it where a cut begins or ends inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Why it goes: rule, for a repeat the lines of its first copy, and `*` where a cut begins although
    /// the row before goes for the same reason. Empty for what stays.
    pub reason: String,
    /// Does it go on in the line of the row before?
    pub goes_on: bool,
    /// The text with escapes: `\\` for a backslash, `\r`, `\u{…}` for hidden characters and for white space
    /// at the end, and a `\` at the end of a line that has no line feed.
    pub text: String,
}

impl Row {
    /// Does it stay?
    #[must_use]
    pub fn stays(&self) -> bool {
        self.reason.is_empty()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.goes_on { '+' } else { '|' };
        write!(f, "{:<MARGIN$} {sign}", self.reason)?;
        if self.text.is_empty() { Ok(()) } else { write!(f, " {}", self.text) }
    }
}

impl std::str::FromStr for Row {
    type Err = ();

    /// Reads a row as it was written.
    fn from_str(line: &str) -> Result<Self, ()> {
        let (reason, rest) = line.split_once(' ').ok_or(())?;
        let rest = rest.trim_start_matches(' ');
        let goes_on = rest.starts_with('+');
        let text = rest.strip_prefix(['|', '+']).ok_or(())?;
        let text = if text.is_empty() { text } else { text.strip_prefix(' ').ok_or(())? };
        Ok(Self { reason: reason.to_owned(), goes_on, text: text.to_owned() })
    }
}

/// The rows of a cleaned document.
#[must_use]
pub(crate) fn of_cleaned(id: &str, cleaned: &Cleaned) -> Vec<Row> {
    let spans = cleaned.cuts.iter().map(|cut| (cut.span.clone(), reason(id, cut)));
    rows(cleaned.original, spans)
}

/// The rows of a text with the cuts of a report; `None` if they are not of this text.
#[must_use]
pub(crate) fn of_report(id: &str, text: &str, cuts: &[report::Cut]) -> Option<Vec<Row>> {
    let mut spans = Vec::with_capacity(cuts.len());
    let mut at = 0;
    for cut in cuts {
        let span = usize::try_from(cut.b[0]).ok()?..usize::try_from(cut.b[1]).ok()?;
        if span.start < at || text.get(span.clone()).is_none() {
            return None;
        }
        at = span.end;
        spans.push((span, reported_reason(id, cut)));
    }
    Some(rows(text, spans.into_iter()))
}

/// The rows of a text that goes as a whole.
pub(super) fn of_text(text: &str, reason: &str) -> Vec<Row> {
    rows(text, std::iter::once((0..text.len(), reason.to_owned())))
}

/// Why a cut of a report goes, as rows say it.
#[must_use]
pub(crate) fn reported_reason(id: &str, cut: &report::Cut) -> String {
    let first = cut.first.as_ref().map(|first| (first.id.as_str(), first.l));
    say_reason(id, cut.kind, &cut.rule, first)
}

fn reason(id: &str, cut: &cuts::Cut) -> String {
    let first = cut.first.as_ref().map(|first| {
        let of = first.document.as_deref().unwrap_or(id);
        (of, [first.lines.start as u64 + 1, first.lines.end as u64])
    });
    say_reason(id, cut.kind, cut.rule, first)
}

fn say_reason(id: &str, kind: Kind, rule: &str, first: Option<(&str, [u64; 2])>) -> String {
    let is_of_kind = rule.split_once('/').is_some_and(|(slug, _)| slug == kind.slug());
    let mut out = if is_of_kind { rule.to_owned() } else { format!("{kind}:{rule}") };
    if let Some((first_id, [from, to])) = first {
        out.push('=');
        if first_id != id {
            out += &first_id.replace(|c: char| c.is_whitespace() || is_hidden(c), "_");
            out.push(':');
        }
        let _ = if from == to { write!(out, "{from}") } else { write!(out, "{from}-{to}") };
    }
    out
}

/// The rows of a text and its cuts: spans that are sorted and disjoint, with a reason each.
fn rows(text: &str, cuts: impl Iterator<Item = (Range<usize>, String)>) -> Vec<Row> {
    let (spans, reasons): (Vec<Range<usize>>, Vec<String>) = cuts.unzip();
    let is_next =
        |cut: usize| cut > 0 && spans[cut - 1].end == spans[cut].start && reasons[cut - 1] == reasons[cut];
    let mut last = None;
    let to_row = |piece: Piece| {
        let begins = piece.cut.filter(|_| piece.cut != last);
        last = piece.cut;
        let star = if begins.is_some_and(is_next) { "*" } else { "" };
        Row {
            reason: piece.cut.map(|cut| format!("{}{star}", reasons[cut])).unwrap_or_default(),
            goes_on: piece.goes_on,
            text: escaped(piece.text, piece.ends),
        }
    };
    pieces(text, &spans).into_iter().map(to_row).collect()
}

/// A piece of a line with escapes. The piece that ends the line says so if that is no plain line feed.
fn escaped(piece: &str, is_end: bool) -> String {
    let (body, has_feed) = match piece.strip_suffix('\n') {
        Some(body) => (body, true),
        None => (piece, false),
    };
    let printed_end = body.trim_end_matches(char::is_whitespace).len();
    let mut out = String::with_capacity(body.len());
    for (at, c) in body.char_indices() {
        match c {
            '\\' => out += "\\\\",
            '\t' if at < printed_end => out.push(c),
            '\r' => out += "\\r",
            c if is_hidden(c) || at >= printed_end => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    if is_end && !has_feed {
        out.push('\\');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, cuts: &[(Range<usize>, &str)]) -> String {
        let rows = rows(text, cuts.iter().map(|(span, reason)| (span.clone(), (*reason).to_owned())));
        rows.iter().flat_map(|row| [row.to_string(), "\n".to_owned()]).collect()
    }

    #[test]
    fn a_row_is_a_line_with_its_reason() {
        assert_eq!(
            shown("Home\nOne.\n\nTwo.", &[(0..5, "navigation/item")]),
            "navigation/item         | Home\n                        | One.\n                        |\n                        | Two.\\\n"
        );
    }

    #[test]
    fn cuts_inside_a_line_make_pieces() {
        assert_eq!(
            shown("One. Two. Three.\n", &[(5..10, "repeat/document=1")]),
            "                        | One.\\u{20}\nrepeat/document=1       + Two.\\u{20}\n                        + Three.\n"
        );
    }

    #[test]
    fn two_cuts_that_touch_are_told_apart() {
        let cuts = [(0..2, "repeat/x=1"), (2..6, "repeat/x=1")];
        assert_eq!(
            shown("a\nb\nc\n", &cuts),
            "repeat/x=1              | a\nrepeat/x=1*             | b\nrepeat/x=1              | c\n"
        );
    }

    #[test]
    fn nothing_hides_in_a_row() {
        assert_eq!(
            shown("a\\b \t\r\nc\rd\u{202e}\te\n", &[]),
            "                        | a\\\\b\\u{20}\\u{9}\\r\n                        | c\\r\\\n                        | d\\u{202e}\te\n"
        );
    }

    #[test]
    fn rows_read_back() {
        let long = "navigation/a-rule-of-a-very-long-name=1-2";
        let text = "a | b\n\n + c \u{3000}\n";
        for cuts in [&[][..], &[(0..6, long)], &[(2..7, "share/label"), (9..10, "x/y")]] {
            let rows = rows(text, cuts.iter().map(|(span, reason)| (span.clone(), (*reason).to_owned())));
            for row in rows {
                assert_eq!(row.to_string().parse(), Ok(row));
            }
        }
        assert_eq!("<<<<<<< HEAD".parse::<Row>(), Err(()));
        assert_eq!("".parse::<Row>(), Err(()));
    }
}
