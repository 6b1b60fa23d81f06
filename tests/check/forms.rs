//! What `check` tells machines: JSON, GitHub annotations, SARIF, JUnit.

use serde_json::Value;

use super::{accepted, check, edit};

#[test]
fn one_run_writes_several_formats() {
    let place = accepted();
    edit(&place, "share/label             | Share", "                        | Share");
    place.write("in/<new> & \"old\".txt", "Eins.\n");
    let mut command = place.command(&[
        "check",
        "in",
        "--expect",
        "want",
        "--format",
        "github",
        "--output",
        "json=o/c.json",
        "--output",
        "sarif=o/c.sarif",
        "--output",
        "junit=o/c.xml",
        "--output",
        "text=o/c.txt",
    ]);
    let output = command.env("GITHUB_STEP_SUMMARY", place.path("summary.md")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "::error file=in/<new> & \"old\".txt,title=unchaff%3A <new> & \"old\".txt::has no expectation yet\n\
         ::error file=in/a.txt,line=1,title=unchaff%3A a.txt::1 line differs: 1 newly removed%0Aline 1, newly removed as share/label: Share this article\n"
    );
    let summary = String::from_utf8(place.read("summary.md")).unwrap();
    assert!(summary.contains("1 of 3 documents as expected."), "{summary}");
    assert!(summary.contains("| &lt;new&gt; &amp; \"old\".txt | has no expectation yet |\n| a.txt | 1 line differs: 1 newly removed |\n"), "{summary}");

    let json: Value = serde_json::from_slice(&place.read("o/c.json")).unwrap();
    assert_eq!((&json["ok"], &json["documents"]), (&Value::Bool(false), &Value::from(3)));
    let finding = &json["findings"][1];
    assert_eq!((&finding["id"], &finding["problem"]), (&Value::from("a.txt"), &Value::from("differs")));
    assert_eq!(finding["lines"][0]["found"], "share/label");
    assert_eq!(finding["lines"][0]["expected"], "");

    let sarif: Value = serde_json::from_slice(&place.read("o/c.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    let place_of = &results[1]["locations"][0]["physicalLocation"];
    assert_eq!(place_of["artifactLocation"]["uri"], "in/a.txt");
    assert_eq!(place_of["region"]["startLine"], 1);
    assert_eq!(
        results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "in/%3Cnew%3E%20%26%20%22old%22.txt"
    );

    let junit = String::from_utf8(place.read("o/c.xml")).unwrap();
    assert!(junit.contains("tests=\"2\" failures=\"2\" errors=\"0\""), "{junit}");
    assert!(junit.contains("name=\"&lt;new&gt; &amp; &quot;old&quot;.txt\""), "{junit}");
    assert_eq!(place.read("o/c.txt"), check(&place).code(1).out_text().into_bytes());

    let again = ["check", "in", "--expect", "want", "--output", "json=o/c.json"];
    place.run(&again).code(2).says("o/c.json: exists; use --force");
    place.run(&[&again[..], &["--force"]].concat()).code(1);
    place
        .run(&["check", "in", "--expect", "want", "--output", "xml=x"])
        .code(2)
        .says("text, json, github, sarif, junit");
    place.run(&["check", "in", "--expect", "want", "--output", "json=in/x"]).code(2).says("inside the input");
}

/// SARIF as its schema wants it, in the parts that we write: no other key, and the right type for each.
#[test]
fn sarif_has_the_form_that_its_schema_asks_for() {
    let place = accepted();
    edit(&place, "share/label             | Share", "                        | Share");
    place.run(&["check", "in", "--expect", "want", "--output", "sarif=c.sarif"]).code(1);
    let log: Value = serde_json::from_slice(&place.read("c.sarif")).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&log), ["$schema", "version", "runs"]);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(keys(run), ["tool", "columnKind", "results"]);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(keys(&run["tool"]["driver"]), ["name", "version", "rules"]);
    let ids: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    for result in run["results"].as_array().unwrap() {
        assert_eq!(keys(result), ["ruleId", "level", "message", "locations", "partialFingerprints"]);
        assert!(ids.contains(&result["ruleId"].as_str().unwrap()));
        assert_eq!(result["level"], "error");
        assert!(result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap() >= 1);
    }
}
