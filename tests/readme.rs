//! The README: what it shows is what the program does.

use std::fs;

use crate::util::{Place, root, search_path, tree};

pub(crate) fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The code block that follows the line `marker`.
pub(crate) fn block(readme: &str, marker: &str) -> String {
    let after =
        readme.split(&format!("<!-- {marker} -->\n")).nth(1).unwrap_or_else(|| panic!("no block {marker}"));
    let body = after.split_once("```").unwrap().1.split_once('\n').unwrap().1;
    body.split("\n```").next().unwrap().to_owned() + "\n"
}

#[test]
fn the_example_is_true() {
    let readme = readme();
    let place = Place::new();
    let input = block(&readme, "example input");
    place.write("page.txt", &input);
    let ran = place.run_with(&["clean", "--report", "report.jsonl"], input.as_bytes()).code(0);
    assert_eq!(ran.out_text(), block(&readme, "example output"));
    let report = String::from_utf8(place.read("report.jsonl")).unwrap();
    let doc: serde_json::Value = serde_json::from_str(report.lines().nth(1).unwrap()).unwrap();
    let cuts: String = doc["cut"].as_array().unwrap().iter().map(|cut| format!("{cut}\n")).collect();
    assert_eq!(cuts, block(&readme, "example cuts"));
}

#[test]
fn the_main_job_runs_on_the_example_dump() {
    let readme = readme();
    let line = "cargo run --release -- clean examples/dump --output-dir cleaned --report report.jsonl --stat";
    assert!(readme.contains(line), "the first command");
    assert!(readme.contains("\ncargo test\n"), "the second command");
    let place = Place::new();
    for (name, bytes) in tree(&root().join("examples/dump")) {
        place.write(&format!("examples/dump/{name}"), bytes);
    }
    let args: Vec<&str> = line.split(" -- ").nth(1).unwrap().split(' ').collect();
    let ran = place.run(&args).code(0);
    assert_eq!(ran.err, block(&readme, "example stat"));
    place.run(&["restore", "cleaned", "--report", "report.jsonl", "--output-dir", "originals"]).code(0);
    assert_eq!(tree(&place.path("originals")), tree(&root().join("examples/dump")));
}

/// Each command runs as it stands, in the order in which it stands. (`tests/learning.rs` trains.)
#[cfg(unix)]
#[test]
fn the_commands_run() {
    let readme = readme();
    for (name, outcome) in [
        ("batch", "page.html"),
        ("filter", "article.txt"),
        ("ci", "expected/en/en-ferry-council.txt.expected"),
        ("resume", "cleaned/dump.jsonl.zst"),
        ("index", "later-cleaned/en/en-ferry-council.txt"),
        ("own", "dump/unchaff.toml"),
    ] {
        let place = Place::new();
        for (file, bytes) in tree(&root().join("examples/dump")) {
            for folder in ["dump", "fixtures", "later"] {
                place.write(&format!("{folder}/{file}"), &bytes);
            }
        }
        place.write("dump.jsonl.zst", fs::read(root().join("fixtures/formats/dump.jsonl.zst")).unwrap());
        place.write("page.txt", block(&readme, "example input"));
        let commands = block(&readme, &format!("commands {name}"));
        for line in commands.lines() {
            let mut command = std::process::Command::new("sh");
            command.args(["-c", line]).current_dir(place.path("")).env_clear().env("PATH", search_path());
            let output = command.stdin(std::process::Stdio::null()).output().unwrap();
            assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
        }
        assert!(!place.read(outcome).is_empty(), "{name}");
    }
}
