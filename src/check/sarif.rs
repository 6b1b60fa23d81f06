//! Findings as SARIF 2.1.0, the form that code scanning takes: of a check, and of a stored report.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::compare::sentence;
use super::outcome::{Outcome, Problem};
use crate::kind::Kind;
use crate::report::{Cut, Doc, Input, hash_text};
use crate::rules::RULES;
use crate::visible::visible;

/// Results of one run that code scanning shows; more are left out, and the log says how many.
pub(crate) const RESULTS_MAX: usize = 5000;
/// Characters of a removed text in a message.
const TEXT_CHARS_MAX: usize = 200;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// A result.
struct Found<'f> {
    rule: &'f str,
    /// What the rule is about.
    about: &'f str,
    level: &'f str,
    message: &'f str,
    file: &'f str,
    /// From 1, both ends included; 0 stands for the whole file.
    lines: [u64; 2],
    /// Of a part of a line its columns in code points, from 1, the end excluded.
    columns: Option<[u64; 2]>,
    /// The record, if the file holds many: its lines are not those of the file.
    record: Option<&'f str>,
    /// What tells it apart from other results of its rule and file, also when lines move.
    key: &'f str,
}

impl<'f> Found<'f> {
    /// An error about a whole file.
    fn of_file(rule: &'f str, about: &'f str, message: &'f str, file: &'f str) -> Self {
        let (lines, columns, record, key) = ([0, 0], None, None, "");
        Self { rule, about, level: "error", message, file, lines, columns, record, key }
    }
}

/// A log of one run, result by result.
#[derive(Debug, Default)]
pub struct Log {
    results: Vec<Value>,
    /// Rules that a result names, with what they are about.
    rules: BTreeMap<String, String>,
    left_out: usize,
}

impl Log {
    fn add(&mut self, found: &Found) {
        let Found { rule, about, level, message, file, lines, columns, record, key } = *found;
        if self.results.len() == RESULTS_MAX {
            self.left_out += 1;
            return;
        }
        self.rules.entry(rule.to_owned()).or_insert_with(|| about.to_owned());
        let mut place = json!({ "artifactLocation": { "uri": uri(file) } });
        if lines[0] > 0 {
            place["region"] = json!({ "startLine": lines[0], "endLine": lines[1].max(lines[0]) });
        }
        if let Some([start, end]) = columns.filter(|_| lines[0] > 0) {
            place["region"]["startColumn"] = json!(start);
            place["region"]["endColumn"] = json!(end);
        }
        let mut location = json!({ "physicalLocation": place });
        if let Some(record) = record {
            location["logicalLocations"] = json!([{ "fullyQualifiedName": record }]);
        }
        let fingerprint = hash_text(xxh3_64(format!("{rule}\0{file}\0{key}").as_bytes()));
        self.results.push(json!({
            "ruleId": rule,
            "level": level,
            "message": { "text": message },
            "locations": [location],
            "partialFingerprints": { "unchaff/v1": fingerprint },
        }));
    }

    /// Adds the cuts of a document of `input` as notes, blank lines aside. Cuts of a record of a dump are
    /// placed in the dump, without a line: their lines are those of its text.
    pub fn add_doc(&mut self, doc: &Doc, input: Option<&Input>) {
        let dump = input.filter(|input| input.format.is_some());
        for cut in doc.cut.iter().filter(|cut| cut.kind != Kind::Blank) {
            let text: String =
                cut.text.iter().flat_map(|text| text.trim().chars()).take(TEXT_CHARS_MAX).collect();
            let mut message = String::new();
            if dump.is_some() {
                let _ = write!(message, "{}, lines {} to {}: ", visible(&doc.id), cut.l[0], cut.l[1]);
            }
            let _ = write!(message, "Removed as {} (score {:.3})", cut.kind, cut.score);
            if let Some(first) = &cut.first {
                let place =
                    if first.id == doc.id { String::new() } else { format!(" of {}", visible(&first.id)) };
                let _ = write!(message, "; its first copy is lines {} to {}{place}", first.l[0], first.l[1]);
            }
            if !text.is_empty() {
                let _ = write!(message, ": {}", visible(&text));
            }
            self.add(&Found {
                rule: &cut.rule,
                about: about(cut),
                level: "note",
                message: &message,
                file: dump.map_or(&doc.id, |input| &input.path),
                lines: if dump.is_some() { [0, 0] } else { cut.l },
                columns: cut.col,
                record: dump.map(|_| doc.id.as_str()),
                key: &text,
            });
        }
    }

    /// The log, indented, with a line feed at its end.
    #[must_use]
    pub fn write(self) -> String {
        let Self { results, rules, left_out } = self;
        let rules: Vec<Value> = rules
            .into_iter()
            .map(|(id, about)| json!({ "id": id, "shortDescription": { "text": about } }))
            .collect();
        let mut run = json!({
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        });
        if left_out > 0 {
            let text =
                format!("{left_out} more results were left out; {RESULTS_MAX} are the most that are shown");
            run["invocations"] = json!([{
                "executionSuccessful": true,
                "toolExecutionNotifications": [{ "level": "warning", "message": { "text": text } }],
            }]);
        }
        format!("{:#}\n", json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))
    }
}

/// A check as a log: a result for each line that differs, and for whatever else is not as expected.
#[must_use]
pub fn of_check(outcome: &Outcome) -> String {
    let mut log = Log::default();
    for finding in outcome.failures() {
        let file = match finding.problem {
            Problem::Stale => &finding.expectation,
            _ => finding.path.as_ref().unwrap_or(&finding.id),
        };
        let (rule, about) = (finding.problem.name(), problem_about(&finding.problem));
        let Some(difference) = finding.problem.difference() else {
            let message = format!("{}: {}", visible(&finding.id), visible(&finding.problem.sentence()));
            log.add(&Found::of_file(rule, about, &message, file));
            continue;
        };
        for (row, partner) in difference.changes() {
            let message = format!("{}: {}", sentence(row, partner), row.row.text);
            let lines = if finding.is_record { [0, 0] } else { [row.line; 2] };
            let record = finding.is_record.then_some(finding.id.as_str());
            log.add(&Found { lines, record, key: &message, ..Found::of_file(rule, about, &message, file) });
        }
    }
    for limit in outcome.limits.iter().filter(|limit| limit.passed) {
        // A result needs a place: the document that has most to do with the limit.
        let file = limit.named.first().map_or(".", |named| named.split(" (").next().unwrap_or(named));
        log.add(&Found::of_file(limit.name, "A limit over all documents", &limit.message, file));
    }
    log.write()
}

fn problem_about(problem: &Problem) -> &'static str {
    match problem {
        Problem::Differs(_) => "A line is not cleaned as its expectation says",
        Problem::Changed(_) => "A line is not cleaned as the baseline says",
        Problem::Missing => "A document has no expectation",
        Problem::Stale => "An expectation has no document",
        Problem::Damaged(_) => "An expectation cannot be read",
        Problem::Bad(_) => "An input gave no document",
    }
}

fn about(cut: &Cut) -> &'static str {
    RULES
        .iter()
        .find(|rule| rule.id == cut.rule)
        .map_or("A line that is no part of the article", |rule| rule.about)
}

/// A relative path as a relative reference of RFC 3986.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("de/brücke 1.txt#3"), "de/br%C3%BCcke%201.txt%233");
    }

    #[test]
    fn a_log_is_capped_and_says_so() {
        let mut log = Log::default();
        for line in 1..=RESULTS_MAX as u64 + 7 {
            let (rule, about, level, message, file) = ("a/b", "about", "note", "text", "a.txt");
            log.add(&Found {
                rule,
                about,
                level,
                message,
                file,
                lines: [line, line],
                columns: None,
                record: None,
                key: "",
            });
        }
        let log: Value = serde_json::from_str(&log.write()).unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), RESULTS_MAX);
        let told = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
        assert!(told.as_str().unwrap().starts_with("7 more results"), "{told}");
        assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 1);
    }
}
