//! A check as GitHub sees it: annotations (workflow commands) and a table for the step's summary.

use std::fmt::Write as _;

use super::compare::sentence;
use super::outcome::{Finding, Outcome};
use crate::visible::visible;

/// GitHub shows so many annotations of one step and drops the rest.
pub(crate) const ANNOTATIONS_MAX: usize = 10;
/// Rows of the summary; it may hold 1 MiB.
const ROWS_MAX: usize = 200;

/// Workflow commands, one a line: an error for each document, at the first line that differs, and for
/// each limit passed, ten in all. Then a plain line that says what was left out.
#[must_use]
pub fn annotations(outcome: &Outcome) -> String {
    let limits = outcome.limits.iter().filter(|limit| limit.passed).map(|limit| {
        let named = if limit.named.is_empty() {
            String::new()
        } else {
            format!(": {}", visible(&limit.named.join(", ")))
        };
        format!(
            "::error title={}::{}\n",
            property(&format!("--{}", limit.name)),
            data(&(limit.message.clone() + &named))
        )
    });
    let all: Vec<String> = limits.chain(outcome.failures().map(annotation)).collect();
    let mut out: String = all.iter().take(ANNOTATIONS_MAX).map(String::as_str).collect();
    if all.len() > ANNOTATIONS_MAX {
        let _ = writeln!(out, "{} more; the step's summary lists them", all.len() - ANNOTATIONS_MAX);
    }
    if all.is_empty() {
        let _ = writeln!(out, "{}", outcome.praise());
    }
    out
}

fn annotation(finding: &Finding) -> String {
    let mut message = visible(&finding.problem.sentence()).into_owned();
    let mut place = String::new();
    let first = finding.problem.difference().and_then(|difference| difference.changes().next());
    if let Some(path) = &finding.path {
        let _ = write!(place, "file={},", property(&visible(path)));
        if let Some((row, _)) = first.filter(|_| !finding.is_record) {
            let _ = write!(place, "line={},", row.line);
        }
    }
    if let Some((row, partner)) = first {
        let _ = write!(message, "\nline {}, {}: {}", row.line, sentence(row, partner), row.row.text);
    }
    format!(
        "::error {place}title={}::{}\n",
        property(&format!("unchaff: {}", visible(&finding.id))),
        data(&message)
    )
}

/// A table in Markdown, of 200 rows at most.
#[must_use]
pub fn summary(outcome: &Outcome) -> String {
    let mut out = String::from("### unchaff check\n\n");
    let failures = outcome.failures().count();
    let _ = write!(
        out,
        "{} of {} documents as expected",
        outcome.documents.saturating_sub(outcome.failed_documents),
        outcome.documents
    );
    if let Some(bad) = outcome.not_cleaned() {
        let _ = write!(out, "; {bad}");
    }
    out += ".\n\n";
    if !outcome.limits.is_empty() {
        out += "| limit | | measured |\n|---|---|---|\n";
        for limit in &outcome.limits {
            let verdict = if limit.passed { "❌ passed" } else { "✅ held" };
            let _ = writeln!(out, "| `--{}` | {verdict} | {} |", limit.name, cell(&limit.message));
        }
        out.push('\n');
    }
    if failures > 0 {
        out += "| document | what is not as expected |\n|---|---|\n";
        for finding in outcome.failures().take(ROWS_MAX) {
            let _ = writeln!(out, "| {} | {} |", cell(&finding.id), cell(&finding.problem.sentence()));
        }
        if failures > ROWS_MAX {
            let _ = writeln!(out, "\n… and {} more.", failures - ROWS_MAX);
        }
    }
    out
}

/// The text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text in a table of Markdown.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '@' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Problem;

    fn outcome(count: usize) -> Outcome {
        let findings = (0..count)
            .map(|n| Finding {
                id: format!("{n}|,:%.txt"),
                path: Some(format!("in/{n}|,:%.txt")),
                is_record: false,
                expectation: String::new(),
                problem: Problem::Missing,
            })
            .collect();
        Outcome { documents: count as u64, findings, ..Outcome::default() }
    }

    #[test]
    fn at_most_ten_annotations() {
        let text = annotations(&outcome(12));
        assert_eq!(text.matches("::error").count(), 10);
        assert!(text.ends_with("\n2 more; the step's summary lists them\n"), "{text}");
        assert!(
            text.starts_with("::error file=in/0|%2C%3A%25.txt,title=unchaff%3A 0|%2C%3A%25.txt::has no"),
            "{text}"
        );
        assert_eq!(annotations(&outcome(10)).matches("::error").count(), 10);
    }

    #[test]
    fn the_summary_is_a_table_that_text_cannot_break() {
        let text = summary(&outcome(1));
        assert!(text.contains("| 0&#124;,:%.txt | has no expectation yet |"), "{text}");
        assert!(summary(&outcome(500)).ends_with("… and 300 more.\n"));
    }
}
