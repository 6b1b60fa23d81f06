//! Where outputs go: nothing that is there, is read or is written by the same run is written over.

use crate::cli::{CLEAN, PAGE, page};
use crate::util::{Place, tree};

#[test]
fn nothing_is_overwritten_without_force() {
    let place = page();
    place.write("in/b.txt", PAGE).write("out/a.txt", "mine").write("r.jsonl", "mine");
    let args = ["clean", "in", "--output-dir", "out"];
    place.run(&args).code(2).says("a.txt: exists; use --force");
    // The report names no path of this machine: the trouble is told with one, and reported without.
    let out = place.path("out").to_str().unwrap().to_owned();
    place
        .run(&["clean", "in", "--output-dir", &out, "--report", "bad.jsonl"])
        .code(2)
        .says(&format!("{out}/a.txt: exists"));
    let bad = String::from_utf8(place.read("bad.jsonl")).unwrap();
    assert!(bad.contains("\"error\":\"the output exists; use --force") && !bad.contains(&out), "{bad}");
    assert_eq!(place.read("out/a.txt"), b"mine");
    assert_eq!(place.read("out/b.txt"), CLEAN.as_bytes(), "the others are cleaned");
    place.run(&[&args[..], &["--force", "--report", "r2.jsonl"]].concat()).code(0);
    assert_eq!(place.read("out/a.txt"), CLEAN.as_bytes());
    place.run(&["clean", "in/a.txt", "--report", "r.jsonl"]).code(2).says("r.jsonl: exists; use --force");
    assert_eq!(place.read("r.jsonl"), b"mine");
    place.run(&["clean", "in/a.txt", "-o", "out/b.txt"]).code(2).says("out/b.txt: exists");
}

#[test]
fn a_folder_in_the_place_of_a_file_is_told() {
    let place = page();
    std::fs::create_dir_all(place.path("out/a.txt")).unwrap();
    place.run(&["clean", "in", "--output-dir", "out"]).code(2).says("out/a.txt: is a folder");
    place.run(&["clean", "in/a.txt", "-o", "out"]).code(2).says("out: is a folder; name a file");
    place.run(&["clean", "in"]).code(2).says("use --output-dir DIR");
    place.run(&["clean", "in", "-o", "x.txt"]).code(2).says("-o takes one input file");
    place.write("plain", "x");
    place.run(&["clean", "in", "--output-dir", "plain"]).code(2).says("plain");
}

#[test]
fn no_output_stands_among_the_inputs() {
    let place = page();
    for args in [
        &["clean", "in", "--output-dir", "in"][..],
        &["clean", "in", "--output-dir", "in/new/deep"],
        &["clean", "in", "--output-dir", "out/../in"],
        &["clean", "in", "--output-dir", "out", "--report", "in/report.jsonl"],
        &["clean", "in/a.txt", "-o", "in/a.txt", "--force"],
    ] {
        place.run(args).code(2).says("is inside the input in");
    }
    place.run(&["clean", "in/a.txt", "--output-dir", "in", "--force"]).code(2).says("is inside the input");
    assert_eq!(tree(&place.path("in")), [("a.txt".to_owned(), PAGE.as_bytes().to_vec())]);
    place.run(&["clean", "in/a.txt", "-o", "x", "--report", "x"]).code(2).says("two files");
}

#[test]
fn nothing_that_is_read_or_written_is_written_over() {
    let place = page();
    place.write("c.toml", "body-only = true\n");
    for (args, said) in [
        (&["-o", "z", "--html", "z"][..], "two outputs need two files"),
        (&["-o", "z", "--report", "r", "--html", "r"], "two outputs need two files"),
        (&["--output-dir", "o", "--report", "o/a.txt"], "clean text and report need two places"),
        (&["--output-dir", "o", "--html", "o/a.txt"], "clean text and page need two places"),
        (&["--output-format", "jsonl", "--output-dir", "o", "--report", "o/a.txt.jsonl"], "need two places"),
        (&["--output-dir", "o", "--err-dir", "o"], "clean text and bad records need two places"),
        (&["--config", "c.toml", "-o", "c.toml"], "this output is inside the input c.toml"),
    ] {
        place.run(&[&["clean", "in/a.txt", "--force"], args].concat()).code(2).says(said);
    }
    assert_eq!(place.read("c.toml"), b"body-only = true\n");
    place.write("in/unchaff.toml", "body-only = true\n");
    place.run(&["clean", "in/a.txt", "-o", "in/unchaff.toml", "--force"]).code(2).says("is inside the input");
    place
        .run(&["clean", "in/a.txt", "--jobs", "100000"])
        .code(2)
        .says("--jobs: 100000 threads are too many; give a number from 1 to 1024");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_output_folder_leads_to_no_input() {
    let place = Place::new();
    place.write("in/a.txt", "Share this article\n\nThe ferry sails again.\n").write("other/b.txt", "Text.\n");
    std::fs::create_dir(place.path("out")).unwrap();
    std::os::unix::fs::symlink(place.path("in"), place.path("out/in")).unwrap();
    let before = place.read("in/a.txt");
    let ran = place.run(&["clean", "in", "other", "--output-dir", "out", "--force"]).code(2);
    ran.says("this output is inside the input in");
    assert_eq!(place.read("in/a.txt"), before);
}

/// A run into a folder that an earlier one filled.
#[test]
fn of_many_outputs_that_exist_a_few_are_named() {
    let place = Place::new();
    for number in 0..33 {
        place.write(&format!("in/{number:02}.txt"), PAGE);
    }
    place
        .write("in/50.jsonl", format!("{}\n", serde_json::json!({ "text": PAGE })))
        .write("in/99.txt", "a\0");
    let clean = ["clean", "in", "--output-dir", "out", "--report", "r", "--force"];
    place.run(&clean).code(2);
    let again = place.run(&clean[..4]).code(2);
    assert_eq!(again.err.matches("exists; use --force").count(), 20, "{}", again.err);
    again.says("19.txt: exists").says("14 more outputs exist; use --force to overwrite").says("99.txt: ");
    let restore = ["restore", "out", "--report", "r", "--output-dir", "back"];
    place.run(&restore).code(2);
    let again = place.run(&restore).code(2);
    assert_eq!(again.err.matches("exists; use --force").count(), 20, "{}", again.err);
    again.says("14 more outputs exist; use --force to overwrite");
}
