//! A check as JUnit XML, the form that CI systems draw test reports from: a test case for each document
//! that is not as expected and for each limit, and one for all documents that are.

use std::fmt::Write as _;

use super::compare::Difference;
use super::outcome::Outcome;
use super::rows::Row;
use super::{DiffRow, Side};

/// The document.
#[must_use]
pub fn write(outcome: &Outcome) -> String {
    let mut cases = String::new();
    let (mut failures, mut errors, mut count) = (0, 0, 0);
    for finding in outcome.failures() {
        count += 1;
        let tag = if finding.problem.is_trouble() { "error" } else { "failure" };
        *(if tag == "error" { &mut errors } else { &mut failures }) += 1;
        let details = finding.problem.difference().map(unified).unwrap_or_default();
        let _ = writeln!(
            cases,
            "    <testcase classname=\"unchaff.check\" name=\"{}\" time=\"0\">\n      <{tag} message=\"{}\" type=\"{}\">{}</{tag}>\n    </testcase>",
            escaped(&finding.id),
            escaped(&finding.problem.sentence()),
            finding.problem.name(),
            escaped(&details)
        );
    }
    for limit in &outcome.limits {
        count += 1;
        let (name, message) = (limit.name, escaped(&limit.message));
        let _ = if limit.passed {
            failures += 1;
            writeln!(
                cases,
                "    <testcase classname=\"unchaff.limit\" name=\"{name}\" time=\"0\">\n      <failure message=\"{message}\" type=\"{name}\">{}</failure>\n    </testcase>",
                escaped(&limit.named.join("\n"))
            )
        } else {
            writeln!(cases, "    <testcase classname=\"unchaff.limit\" name=\"{name}\" time=\"0\"/>")
        };
    }
    if failures + errors == 0 {
        count += 1;
        let _ = writeln!(
            cases,
            "    <testcase classname=\"unchaff.check\" name=\"{}\" time=\"0\"/>",
            outcome.praise()
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"unchaff check\" tests=\"{count}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\" time=\"0\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

/// A difference as text: the sign, the line, the reason and the text of each row.
#[must_use]
pub fn unified(difference: &Difference) -> String {
    let mut out = String::new();
    for hunk in &difference.hunks {
        let _ = writeln!(out, "@@ line {} @@", hunk.first().map_or(1, |row| row.line));
        for DiffRow { side, row, .. } in hunk {
            let sign = match side {
                Side::Both => ' ',
                Side::Expected => '-',
                Side::Found => '+',
            };
            let _ = writeln!(out, "{sign} {}", if *side == Side::Both { short(row) } else { row.clone() });
        }
    }
    out
}

/// A row that is there for orientation, cut short.
#[must_use]
pub fn short(row: &Row) -> Row {
    const CHARS_MAX: usize = 80;
    match row.text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => Row { text: format!("{}…", &row.text[..end]), ..row.clone() },
        None => row.clone(),
    }
}

/// Text in XML. Characters that XML cannot hold are written as escapes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' => out += "&#10;",
            '\t' => out += "&#9;",
            '\u{fffe}' | '\u{ffff}' => out.extend(c.escape_unicode()),
            c if crate::visible::is_hidden(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Finding, Limit, Problem};

    #[test]
    fn hostile_text_stays_text() {
        let finding = Finding {
            id: "a\"&<\u{1}\u{ffff}.txt".to_owned(),
            path: None,
            is_record: false,
            expectation: String::new(),
            problem: Problem::Bad("]]> --> <x>".to_owned()),
        };
        let limit =
            Limit { name: "max-emptied", passed: true, message: "1".to_owned(), named: vec!["b".to_owned()] };
        let xml = write(&Outcome { findings: vec![finding], limits: vec![limit], ..Outcome::default() });
        assert!(xml.contains("tests=\"2\" failures=\"1\" errors=\"1\""), "{xml}");
        assert!(xml.contains("name=\"a&quot;&amp;&lt;\\u{1}\\u{ffff}.txt\""), "{xml}");
        assert!(xml.contains("message=\"]]&gt; --&gt; &lt;x&gt;\""), "{xml}");
    }
}
