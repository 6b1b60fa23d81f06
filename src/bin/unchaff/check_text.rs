//! The outcome of a check in words and differences, for a terminal or a log.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};
use unchaff::check::{DiffRow, Difference, Finding, Outcome, Problem, Side, junit};
use unchaff::visible::quoted;

use crate::message::{plural, shown};
use crate::style::Paint;

/// The width of the margin that holds the reason, as in an expectation.
const MARGIN: usize = 23;

/// The whole text; `accept` is the command that accepts what was found.
pub(crate) fn write(outcome: &Outcome, paint: Paint, accept: &str) -> String {
    let mut out = String::new();
    for finding in &outcome.findings {
        finding_text(&mut out, finding, outcome.is_update, paint);
    }
    for limit in outcome.limits.iter().filter(|limit| limit.passed) {
        let _ = writeln!(out, "{} {}", paint.minus(&format!("--{}:", limit.name)), limit.message);
        for id in &limit.named {
            let _ = writeln!(out, "  {}", shown(id));
        }
    }
    if outcome.is_failed() {
        out += &last_lines(outcome, paint, accept);
        return out;
    }
    if outcome.is_update {
        out += &updated(outcome);
        return out;
    }
    let documents = plural(outcome.documents, "document", "documents");
    let _ = write!(out, "{} {documents}", outcome.documents);
    out += &paint.plus(" as expected");
    for limit in &outcome.limits {
        let _ = write!(out, "; {}", limit.message);
    }
    for (count, what) in [(outcome.new_documents, "new"), (outcome.gone_documents, "gone")] {
        if count > 0 {
            let _ = write!(out, "; {count} {what} since the baseline");
        }
    }
    out.push('\n');
    out
}

fn finding_text(out: &mut String, finding: &Finding, is_update: bool, paint: Paint) {
    let id = shown(&finding.id);
    let expectation = shown(&finding.expectation);
    if is_update && !finding.problem.is_trouble() && !finding.expectation.is_empty() {
        let what = match &finding.problem {
            Problem::Missing => "created",
            Problem::Stale => "removed",
            _ => "rewritten",
        };
        let _ = writeln!(out, "{what} {expectation}");
        return;
    }
    let _ = writeln!(out, "{}: {}", paint.bold(&id), paint.minus(&shown(&finding.problem.sentence())));
    match &finding.problem {
        Problem::Differs(difference) | Problem::Changed(difference) => {
            difference_text(out, difference, paint);
        }
        Problem::Stale => {
            let _ = writeln!(out, "  to remove it: rm {}", quoted(&expectation));
        }
        Problem::Damaged(_) => {
            let _ = writeln!(out, "  to write it anew: rm {}, then use --update", quoted(&expectation));
        }
        Problem::Missing | Problem::Bad(_) => {}
    }
}

fn difference_text(out: &mut String, difference: &Difference, paint: Paint) {
    for hunk in &difference.hunks {
        let line = hunk.first().map_or(1, |row| row.line);
        let _ = writeln!(out, "  {}", paint.dim(&format!("@@ line {line} @@")));
        for row in hunk {
            row_text(out, row, hunk, paint);
        }
    }
}

fn row_text(out: &mut String, row: &DiffRow, hunk: &[DiffRow], paint: Paint) {
    let sign = if row.row.goes_on { '+' } else { '|' };
    let margin = format!("{:<MARGIN$} {sign} ", row.row.reason);
    let line = match row.side {
        Side::Both => paint.dim(&format!("    {margin}{}", junit::short(&row.row).text)),
        side => {
            let is_plus = side == Side::Found;
            let all = |text: &str| if is_plus { paint.plus(text) } else { paint.minus(text) };
            let partner = row.partner.map(|at| hunk[at].row.text.as_str());
            let head = all(&format!("  {} {margin}", if is_plus { '+' } else { '-' }));
            match partner {
                Some(other) if other != row.row.text && paint.is_on() => {
                    head + &words(other, &row.row.text, is_plus, paint)
                }
                _ => head + &all(&row.row.text),
            }
        }
    };
    out.push_str(line.trim_end());
    out.push('\n');
}

/// The text of a row with the words marked that the other side does not have.
fn words(other: &str, text: &str, is_plus: bool, paint: Paint) -> String {
    let (old, new) = if is_plus { (other, text) } else { (text, other) };
    let own = if is_plus { ChangeTag::Insert } else { ChangeTag::Delete };
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for change in TextDiff::from_unicode_words(old, new).iter_all_changes() {
        let is_marked = change.tag() == own;
        if !is_marked && change.tag() != ChangeTag::Equal {
            continue;
        }
        match pieces.last_mut() {
            Some((marked, piece)) if *marked == is_marked => piece.push_str(change.value()),
            _ => pieces.push((is_marked, change.value().to_owned())),
        }
    }
    let painted = pieces.iter().map(|(is_marked, piece)| match (is_marked, is_plus) {
        (true, _) => paint.word(piece, is_plus),
        (false, true) => paint.plus(piece),
        (false, false) => paint.minus(piece),
    });
    painted.collect()
}

/// What an update did.
fn updated(outcome: &Outcome) -> String {
    format!(
        "{} {} checked, {} {} updated{}\n",
        outcome.documents,
        plural(outcome.documents, "document", "documents"),
        outcome.updated,
        plural(outcome.updated, "expectation", "expectations"),
        if outcome.updated > 0 { "; read the difference before you commit it" } else { "" }
    )
}

fn last_lines(outcome: &Outcome, paint: Paint, accept: &str) -> String {
    let mut out = String::new();
    let blame = outcome.blame();
    if !blame.is_empty() {
        let _ = writeln!(out, "{}", paint.bold(&blame));
    }
    if outcome.is_update && outcome.updated > 0 {
        out += &updated(outcome);
    }
    let can_accept = outcome
        .findings
        .iter()
        .any(|finding| !finding.expectation.is_empty() && !finding.problem.is_trouble());
    if can_accept && !outcome.is_update {
        let _ = writeln!(out, "To accept what is found: {accept}");
    } else if outcome.findings.iter().any(|finding| matches!(finding.problem, Problem::Changed(_))) {
        let _ = writeln!(
            out,
            "To accept what is found, take the report of a new run as the baseline: unchaff clean … --report FILE"
        );
    }
    out
}
