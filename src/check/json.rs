//! A check as one JSON object.

use serde_json::{Value, json};

use super::compare::sentence;
use super::outcome::{Finding, Outcome};

/// The object, indented, with a line feed at its end. `docs/ci.md` says what the fields mean.
#[must_use]
pub fn write(outcome: &Outcome) -> String {
    let limits: Vec<Value> = outcome
        .limits
        .iter()
        .map(|limit| {
            json!({ "name": limit.name, "passed": limit.passed, "message": limit.message, "documents": limit.named })
        })
        .collect();
    let object = json!({
        "type": "check",
        "schema": "1.0",
        "tool": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "ok": !outcome.is_failed(),
        "documents": outcome.documents,
        "b": { "in": outcome.bytes.0, "out": outcome.bytes.1 },
        "updated": outcome.updated,
        "findings": outcome.findings.iter().map(finding).collect::<Vec<Value>>(),
        "limits": limits,
    });
    format!("{object:#}\n")
}

fn finding(finding: &Finding) -> Value {
    let mut object = json!({
        "id": finding.id,
        "path": finding.path,
        "expectation": (!finding.expectation.is_empty()).then_some(&finding.expectation),
        "problem": finding.problem.name(),
        "message": finding.problem.sentence(),
    });
    let Some(difference) = finding.problem.difference() else { return object };
    let changes: Vec<Value> = difference
        .changes()
        .map(|(row, partner)| {
            let (expected, found) = match row.side {
                super::Side::Expected => (Some(&row.row), None),
                _ => (partner.map(|partner| &partner.row), Some(&row.row)),
            };
            json!({
                "line": row.line,
                "message": sentence(row, partner),
                "expected": expected.map(|row| &row.reason),
                "found": found.map(|row| &row.reason),
                "text": row.row.text,
            })
        })
        .collect();
    object["lines"] = Value::Array(changes);
    object
}
