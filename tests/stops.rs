//! Runs that end before their inputs do: what is left, and what is told of it.

use std::process::Stdio;

use serde_json::Value;

use crate::util::{Place, tree};

const PAGE: &str =
    "Advertisement\n\nThe ferry sails again, said the council on Tuesday after a long debate.\n";

fn record(id: usize) -> String {
    format!("{{\"id\":{id},\"text\":{}}}\n", serde_json::to_string(PAGE).unwrap())
}

fn rows(place: &Place, report: &str) -> Vec<Value> {
    let text = String::from_utf8(place.read(report)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What was replaced in place comes back from its report, also if the run stopped at a failure.
#[test]
fn the_first_failure_leaves_a_report_of_what_was_done() {
    let place = Place::new();
    let begin = |folder: &str| {
        for number in 0..60 {
            place.write(&format!("{folder}/{number:02}.txt"), PAGE);
        }
        place
            .write(&format!("{folder}/20.txt"), b"\xff\xfe\x00")
            .write(&format!("{folder}/40.txt"), b"\xff\xfe\x00");
    };
    begin("in");
    let mut reports = Vec::new();
    for jobs in ["1", "8"] {
        let out = format!("out-{jobs}");
        let report = format!("r-{jobs}");
        let args = ["clean", "in", "--output-dir", &out, "--fail-fast", "-j", jobs, "--report", &report];
        place.run(&args).code(2).says("20.txt: ").says("stopped at the first failure");
        reports.push(place.read(&report));
    }
    assert_eq!(reports[0], reports[1]);
    let told = rows(&place, "r-1");
    assert_eq!(told[0]["inputs"].as_array().unwrap().len(), 21, "those behind the failure are not told of");
    assert_eq!((told.len(), &told[20]["id"]), (23, &Value::from("19.txt")));
    assert_eq!((&told[21]["type"], &told[21]["id"]), (&Value::from("bad"), &Value::from("20.txt")));
    assert_eq!((&told[22]["type"], &told[22]["stopped"]), (&Value::from("summary"), &Value::from(true)));

    begin("here");
    place
        .run(&["clean", "here", "--in-place", "--fail-fast", "--report", "here.r", "--html", "page"])
        .code(2);
    assert_ne!(place.read("here/19.txt"), PAGE.as_bytes());
    place
        .run(&["restore", "here", "--report", "here.r", "--output-dir", "back"])
        .code(2)
        .says("20.txt: was not cleaned")
        .says("restored 20 documents");
    assert_eq!(place.read("back/19.txt"), PAGE.as_bytes());
    assert!(String::from_utf8(place.read("page")).unwrap().contains("20.txt"));
    // A run that came to its end says nothing of a stop.
    place.run(&["clean", "in", "-n", "--report", "whole.r"]).code(2);
    assert_eq!(rows(&place, "whole.r").last().unwrap().get("stopped"), None);
}

#[test]
fn a_record_that_ends_the_run_ends_its_dump() {
    let place = Place::new();
    place.write("in/a.txt", PAGE).write("in/z.txt", PAGE);
    place.write("in/d.jsonl", format!("{}no json\n{}", record(1), record(3)));
    let stop = ["--fail-fast", "--report", "r", "--force", "--err-dir", "bad"];
    let ran = place.run(&[&["clean", "in", "--output-dir", "out"][..], &stop].concat()).code(2);
    ran.says("d.jsonl: record 1: line 2: not JSON");
    let names: Vec<String> = tree(&place.path("out")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.txt"]);
    assert!(!place.path("bad").exists(), "of a dump that gives nothing nothing is kept aside");
    let ids = |rows: &[Value]| -> Vec<String> {
        rows[1..rows.len() - 1].iter().map(|row| format!("{}{}", row["type"], row["id"])).collect()
    };
    assert_eq!(ids(&rows(&place, "r")), ["\"doc\"\"a.txt\"", "\"bad\"\"d.jsonl\""]);
    place.run(&["restore", "out", "--report", "r", "--output-dir", "back"]).code(2);
    assert_eq!(place.read("back/a.txt"), PAGE.as_bytes());

    // On standard output what was written stays, and so do its rows and what was kept aside.
    let ran = place.run(&[&["clean", "in/d.jsonl"][..], &stop].concat()).code(2);
    assert_eq!(ran.out_text(), record(1).replace("Advertisement\\n\\n", ""));
    assert_eq!(ids(&rows(&place, "r")), ["\"doc\"\"1\"", "\"bad\"\"d.jsonl\""]);
    assert_eq!(place.read("bad/d.jsonl"), b"no json\n");

    // One file for all is not whole, and has no report.
    let args = ["clean", "in", "--output-format", "jsonl", "-o", "all", "--report", "all.r", "--fail-fast"];
    place.run(&args).code(2);
    assert!(!place.path("all").exists() && !place.path("all.r").exists());
}

/// What was kept of a dump that broke off in the middle, and whose records were written, stays.
#[test]
fn bad_records_before_a_break_are_kept() {
    let place = Place::new();
    let dump: String = (0..3000).map(record).collect();
    place.write("whole.jsonl", format!("no json\n{dump}"));
    place.run(&["clean", "whole.jsonl", "-o", "d.jsonl.gz", "--bad-records", "keep"]).code(2);
    let bytes = place.read("d.jsonl.gz");
    place.write("d.jsonl.gz", &bytes[..bytes.len() - 100]);
    place.run(&["clean", "d.jsonl.gz", "--err-dir", "bad"]).code(2).says("it was cut off");
    assert!(place.path("bad/d.jsonl.gz").exists());
    place.run(&["clean", "d.jsonl.gz", "--output-dir", "out", "--err-dir", "other"]).code(2);
    assert_eq!(tree(&place.path("other")), []);
}

/// `unchaff clean dump.jsonl --report r | head` ends early; who asked for a report is told that there is none.
#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_leaves_no_report_and_that_is_told() {
    let place = Place::new();
    place.write("d.jsonl", (0..20_000).map(record).collect::<String>());
    for (more, names) in [
        (&["--report", "r"][..], &["r"][..]),
        (&["--diff", "--report", "r", "--html", "page"], &["r", "page"]),
    ] {
        let mut command = place.command(&[&["clean", "d.jsonl"], more].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let messages: String = names
            .iter()
            .map(|name| {
                format!("unchaff: {name}: not written, as the reader of standard output went away before the end\n")
            })
            .collect();
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(2), messages));
        assert!(names.iter().all(|name| !place.path(name).exists()));
    }
}

/// What `--err-dir` holds after a run that was taken up is what one run would have put there.
#[test]
fn bad_records_of_a_resumed_run_are_those_of_one_run() {
    let place = Place::new();
    let bad = |number: usize| format!("{}no json {number}\n", record(number));
    for number in 0..4 {
        place.write(&format!("in/{number}.jsonl"), bad(number));
    }
    let args = ["clean", "in", "--output-dir", "out", "--resume", "--err-dir", "bad"];
    place.run(&args).code(2);
    let kept = tree(&place.path("bad"));
    assert_eq!(kept.len(), 4);
    // Killed before 1 was noted as done; of 2 what was kept is gone; 3 has no bad record any more.
    let notes = String::from_utf8(place.read("out/.unchaff-resume/notes.jsonl")).unwrap();
    let left: String = notes
        .lines()
        .filter(|note| !(note.contains("\"done\"") && note.contains("\"path\":\"1.jsonl\"")))
        .map(|note| format!("{note}\n"))
        .collect();
    assert_ne!(left, notes);
    place.write("out/.unchaff-resume/notes.jsonl", left);
    std::fs::remove_file(place.path("bad/2.jsonl")).unwrap();
    place.write("in/3.jsonl", record(3));
    let ran = place.run(&args).code(2).says("1 input was done before");
    assert!(!ran.err.contains("exists"), "{}", ran.err);
    assert_eq!(tree(&place.path("bad")), kept[..3]);
    // Somebody's file is not overwritten, and the notes are of this folder of bad records.
    place.write("mine/0.jsonl", "mine");
    place
        .run(&["clean", "in", "--output-dir", "new", "--resume", "--err-dir", "mine"])
        .code(2)
        .says("exists");
    assert_eq!(place.read("mine/0.jsonl"), b"mine");
    place.run(&["clean", "in", "--output-dir", "out", "--resume"]).code(2).says("had other settings");
}
