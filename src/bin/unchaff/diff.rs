//! What goes from a document, for a terminal: line by line, or the text before and after side by side.

use std::fmt::Write as _;

use console::measure_text_width;
use unchaff::Cleaned;
use unchaff::cuts::{Cut, First, Mark};
use unchaff::numbers::grouped;
use unchaff::pieces::{Piece, pieces};

use crate::message::{plural, shown};
use crate::stat::share;
use crate::style::Paint;

/// Lines that stay and are shown around those that go.
const CONTEXT: usize = 2;
/// The width of the reason at the margin.
const REASON: usize = 22;
/// Terminals of so many columns have room for two texts.
pub(crate) const SIDE_COLUMNS: usize = 150;

/// How documents are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) paint: Paint,
    /// Columns; without them nothing is wrapped or cut short.
    pub(crate) columns: Option<usize>,
    /// Two columns of text?
    pub(crate) side: bool,
}

/// A cleaned document; nothing if nothing goes.
pub(crate) fn document(id: &str, cleaned: &Cleaned, look: Look) -> String {
    if cleaned.cuts.is_empty() && cleaned.marks.is_empty() {
        return String::new();
    }
    let spans: Vec<_> = cleaned.cuts.iter().map(|cut| cut.span.clone()).collect();
    let removed: usize = spans.iter().map(ExactSizeIterator::len).sum();
    let mut out = format!(
        "{} {}\n",
        look.paint.bold(&shown(id)),
        look.paint.dim(&format!(
            "{} removed, {} of {} {} stay",
            share(removed as u64, cleaned.original.len() as u64),
            grouped(cleaned.lines_kept as u64),
            grouped(cleaned.lines as u64),
            plural(cleaned.lines as u64, "line", "lines")
        ))
    );
    let pieces = pieces(cleaned.original, &spans);
    let mut near: Vec<bool> = (0..pieces.len())
        .map(|at| {
            let around = at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(pieces.len());
            pieces[around].iter().any(|piece| piece.cut.is_some() || mark(cleaned, piece).is_some())
        })
        .collect();
    // A note on one line that is left out would be as long as the line.
    for at in 1..near.len().saturating_sub(1) {
        near[at] = near[at] || near[at - 1] && near[at + 1];
    }
    let number_width = cleaned.lines.to_string().len().max(3);
    let row = Row { cleaned, look, number_width };
    let mut at = 0;
    while at < pieces.len() {
        if !near[at] {
            let end = (at..pieces.len()).find(|&at| near[at]).unwrap_or(pieces.len());
            let lines = pieces[at..end].iter().filter(|piece| !piece.goes_on).count();
            let stay = plural(lines as u64, "line stays", "lines stay");
            let _ = writeln!(out, "{}", look.paint.dim(&format!("{:>number_width$}   {lines} {stay}", "⋮")));
            at = end;
            continue;
        }
        let begins = pieces[at].cut.is_some() && (at == 0 || pieces[at - 1].cut != pieces[at].cut);
        if look.side {
            row.side(&mut out, &pieces[at], begins);
        } else {
            row.inline(&mut out, &pieces[at], begins);
        }
        at += 1;
    }
    out.push('\n');
    out
}

struct Row<'c> {
    cleaned: &'c Cleaned<'c>,
    look: Look,
    number_width: usize,
}

impl Row<'_> {
    fn cut(&self, piece: &Piece) -> Option<&Cut> {
        piece.cut.map(|cut| &self.cleaned.cuts[cut])
    }

    fn number(&self, piece: &Piece) -> String {
        let width = self.number_width;
        if piece.goes_on { format!("{:>width$}", "…") } else { format!("{:>width$}", piece.line) }
    }

    /// Number, sign, reason, text.
    fn inline(&self, out: &mut String, piece: &Piece, begins: bool) {
        let Look { paint, columns, .. } = self.look;
        let cut = self.cut(piece);
        let text = shown(piece.body());
        let reason = match (cut, mark(self.cleaned, piece)) {
            (Some(cut), _) if begins => reason(cut.rule, cut.first.as_ref()),
            (None, Some(mark)) => format!("({})", reason(mark.rule, mark.first.as_ref())),
            _ => String::new(),
        };
        let margin = format!("{:<REASON$} ", shown(&reason));
        // Number, blank, sign, blank before the margin; "│ " behind it.
        let before = self.number_width + 3 + measure_text_width(&margin) + 2;
        let room = columns.map(|columns| columns.saturating_sub(before).max(20));
        let lines = match (cut, room) {
            (Some(_), Some(room)) => wrapped(&text, room),
            (None, Some(room)) => vec![cut_short(&text, room)],
            (_, None) => vec![text.into_owned()],
        };
        for (at, line) in lines.iter().enumerate() {
            let number = if at == 0 { self.number(piece) } else { " ".repeat(self.number_width) };
            let margin = if at == 0 { margin.clone() } else { " ".repeat(measure_text_width(&margin)) };
            let line = if at == 0 { line } else { line.trim_start() };
            let line = match cut {
                Some(cut) => {
                    let gone = format!("- {margin}│ {line}");
                    format!("{} {}", paint.dim(&number), paint.kind(cut.kind, &gone))
                }
                None => format!("{}   {margin}│ {line}", paint.dim(&number)),
            };
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }

    /// Number and text before, text after; what goes has its reason there, and what was found and stays has a
    /// note below it.
    fn side(&self, out: &mut String, piece: &Piece, begins: bool) {
        let Look { paint, columns, .. } = self.look;
        let half = (columns.unwrap_or(SIDE_COLUMNS).saturating_sub(self.number_width + 6) / 2).max(20);
        let cut = self.cut(piece);
        let left = wrapped(&shown(piece.body()), half);
        let right: Vec<String> = match cut {
            None => {
                let note = mark(self.cleaned, piece).map(|mark| {
                    let note = format!("({})", reason(mark.rule, mark.first.as_ref()));
                    cut_short(&shown(&note), half)
                });
                left.iter().cloned().chain(note).collect()
            }
            Some(cut) if begins => {
                vec![cut_short(&shown(&reason(cut.rule, cut.first.as_ref())), half)]
            }
            Some(_) => Vec::new(),
        };
        for at in 0..left.len().max(right.len()) {
            let number = if at == 0 { self.number(piece) } else { " ".repeat(self.number_width) };
            let trimmed =
                |line: &'_ String| if at == 0 { line.clone() } else { line.trim_start().to_owned() };
            let before = padded(&left.get(at).map(trimmed).unwrap_or_default(), half);
            let after = &right.get(at).map(trimmed).unwrap_or_default();
            let line = match cut {
                Some(cut) => format!(
                    "{} {} {} {}",
                    paint.dim(&number),
                    paint.kind(cut.kind, &format!("- {before}")),
                    paint.dim("│"),
                    paint.kind(cut.kind, after)
                ),
                None => format!("{}   {before} {} {after}", paint.dim(&number), paint.dim("│")),
            };
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// What was found on this line and stays, told where it begins.
fn mark<'c>(cleaned: &'c Cleaned, piece: &Piece) -> Option<&'c Mark> {
    let line = usize::try_from(piece.line).ok()?.checked_sub(1)?;
    let at = cleaned.marks.partition_point(|mark| mark.lines.start < line);
    cleaned.marks.get(at).filter(|mark| mark.lines.start == line && !piece.goes_on && piece.cut.is_none())
}

/// Why something goes, or was found: its rule, and of a repeat the lines of its first copy.
fn reason(rule: &str, first: Option<&First>) -> String {
    let Some(first) = first else { return rule.to_owned() };
    let lines = match first.lines.len() {
        1 => format!("line {}", first.lines.end),
        _ => format!("{}–{}", first.lines.start + 1, first.lines.end),
    };
    let other = first.document.as_ref().map_or(String::new(), |id| format!(" of {id}"));
    format!("{rule} = {lines}{other}")
}

/// The text in lines of at most `columns`, broken at blanks where there are any.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut width = 0;
    for c in text.chars() {
        let of_char = char_width(c);
        if width + of_char > columns {
            // Back to the last blank, if that is not too far back.
            let rest = match line.rfind(' ').filter(|at| *at > line.len() / 2) {
                Some(at) => line.split_off(at + 1),
                None => String::new(),
            };
            width = measure_text_width(&rest);
            lines.push(std::mem::replace(&mut line, rest));
        }
        line.push(c);
        width += of_char;
    }
    lines.push(line);
    lines
}

/// The beginning of the text, in `columns`.
pub(crate) fn cut_short(text: &str, columns: usize) -> String {
    if measure_text_width(text) <= columns {
        return text.to_owned();
    }
    let mut width = 0;
    let kept = text.chars().take_while(|&c| {
        width += char_width(c);
        width < columns
    });
    kept.collect::<String>() + "…"
}

fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(measure_text_width(text))))
}

fn char_width(c: char) -> usize {
    measure_text_width(c.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use unchaff::{Config, clean};

    const PAGE: &str = "Share this article\n\nThe ferry \u{1b}[31msails again, said the council on Tuesday.\n\nNobody had measured the lock, which is narrow and old.\n\nThe winch was oiled by the harbour master herself last week.\n\nAdvertisement\n\nThe first crossing is planned for June, weather permitting.\n";

    fn look(columns: Option<usize>, side: bool) -> Look {
        Look { paint: Paint::off(), columns, side }
    }

    #[test]
    fn what_goes_has_a_sign_and_its_reason() {
        let cleaned = clean(PAGE, &Config::default());
        let shown = document("a.txt", &cleaned, look(None, false));
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[0].ends_with("% removed, 7 of 11 lines stay"), "{shown}");
        assert_eq!(lines[1], "  1 - share/label            │ Share this article");
        assert_eq!(lines[2], "  2 - blank/left-over        │");
        let ferry = "The ferry \\u{1b}[31msails again, said the council on Tuesday.";
        assert_eq!(lines[3], format!("  3                          │ {ferry}"));
        assert!(shown.contains("  9 - advertisement/label    │ Advertisement\n"), "{shown}");
        assert_eq!(
            document("b", &clean("Only text, said the council.\n", &Config::default()), look(None, false)),
            ""
        );
    }

    #[test]
    fn side_by_side_is_before_and_after() {
        let cleaned = clean(PAGE, &Config::default());
        let shown = document("a.txt", &cleaned, look(Some(60), true));
        assert!(shown.contains("  1 - Share this article        │ share/label\n"), "{shown}");
        assert!(shown.contains("│ The first crossing"), "{shown}");
        assert!(shown.lines().all(|line| measure_text_width(line) <= 60), "{shown}");
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        let text = "Advertisement 新聞の記事は長いので折り返される必要がある and words".to_owned();
        for columns in 3..40 {
            let lines = wrapped(&text, columns);
            assert!(lines.iter().all(|line| measure_text_width(line) <= columns), "{columns}: {lines:?}");
            assert_eq!(lines.concat(), text);
            assert!(measure_text_width(&cut_short(&text, columns)) <= columns);
        }
    }
}
