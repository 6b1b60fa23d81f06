//! `check`: what a person in a pull request, and what a CI system, gets to see.

mod forms;

use serde_json::Value;

use crate::util::{Place, Ran, root, tree};

const PAGE: &str = "Share this article\n\nThe ferry sails again, said the council.\n\nAdvertisement\n\nNobody had measured the lock.\n";
const ACCEPT: &str = "To accept what is found: unchaff check in --expect want --update\n";

/// Two documents with their expectations.
fn accepted() -> Place {
    let place = Place::new();
    place.write("in/a.txt", PAGE).write("in/de/b.txt", "Alles bleibt, sagte der Rat.\n");
    let ran = place.run(&["check", "in", "--expect", "want", "--update"]).code(0);
    assert_eq!(
        ran.out_text(),
        "created want/a.txt.expected\ncreated want/de/b.txt.expected\n2 documents checked, 2 expectations updated; read the difference before you commit it\n"
    );
    place
}

fn check(place: &Place) -> Ran {
    place.run(&["check", "in", "--expect", "want"])
}

/// Changes an expectation.
fn edit(place: &Place, from: &str, to: &str) {
    let text = String::from_utf8(place.read("want/a.txt.expected")).unwrap();
    assert!(text.contains(from), "{text}");
    place.write("want/a.txt.expected", text.replace(from, to));
}

#[test]
fn what_is_stored_is_pleasant_to_read() {
    let place = accepted();
    assert_eq!(
        String::from_utf8(place.read("want/a.txt.expected")).unwrap(),
        "# unchaff expectation 1\n\
         share/label             | Share this article\n\
         blank/left-over         |\n                        \
         | The ferry sails again, said the council.\n                        |\n\
         advertisement/label     | Advertisement\n\
         blank/left-over         |\n                        \
         | Nobody had measured the lock.\n"
    );
    assert_eq!(check(&place).code(0).out_text(), "2 documents as expected\n");
    assert_eq!(place.run(&["check", "in", "--expect", "want", "-q"]).code(0).out_text(), "");
}

#[test]
fn a_difference_is_shown_with_its_reasons_and_the_way_to_accept_it() {
    let place = accepted();
    edit(&place, "share/label             | Share", "                        | Share");
    edit(&place, "                        | Nobody", "related/inline          | Nobody");
    assert_eq!(
        check(&place).code(1).out_text(),
        format!(
            "a.txt: 2 lines differ: 1 newly removed, 1 kept again\n  @@ line 1 @@\n\
            \x20 -                         | Share this article\n\
            \x20 + share/label             | Share this article\n\
            \x20   blank/left-over         |\n\
            \x20                           | The ferry sails again, said the council.\n\
            \x20                           |\n\
            \x20   advertisement/label     | Advertisement\n\
            \x20   blank/left-over         |\n\
            \x20 - related/inline          | Nobody had measured the lock.\n\
            \x20 +                         | Nobody had measured the lock.\n\
            1 of 2 documents is not as expected\n{ACCEPT}"
        )
    );
    let again = place.run(&["check", "in", "--expect", "want", "--update"]).code(0).out_text();
    assert!(
        again.starts_with("rewritten want/a.txt.expected\n2 documents checked, 1 expectation updated"),
        "{again}"
    );
    check(&place).code(0);
}

#[test]
fn a_terminal_gets_marks_at_the_words() {
    let place = accepted();
    edit(&place, "had measured", "has measured");
    let out = place.run(&["check", "in", "--expect", "want", "--color", "always"]).code(1).out_text();
    assert!(out.contains("\u{1b}[31m\u{1b}[7mhas\u{1b}[0m") || out.contains("\u{1b}[7mhas"), "{out:?}");
    assert!(out.contains("had") && !check(&place).out_text().contains('\u{1b}'));
}

#[test]
fn missing_and_stale_expectations_fail_and_say_what_to_do() {
    let place = accepted();
    place.write("in/new.txt", PAGE);
    std::fs::remove_file(place.path("in/a.txt")).unwrap();
    let ran = check(&place).code(1).out_text();
    assert!(
        ran.contains(
            "a.txt: has an expectation, but is not there itself\n  to remove it: rm want/a.txt.expected\n"
        ),
        "{ran}"
    );
    assert!(ran.contains("new.txt: has no expectation yet\n"), "{ran}");
    assert!(
        ran.ends_with(&format!("1 of 2 documents is not as expected; 1 expectation is stale\n{ACCEPT}")),
        "{ran}"
    );
    let ran = place.run(&["check", "in", "--expect", "want", "--update"]).code(0).out_text();
    assert!(
        ran.contains("removed want/a.txt.expected\n") && ran.contains("created want/new.txt.expected\n"),
        "{ran}"
    );
    let names: Vec<String> = tree(&place.path("want")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["de/b.txt.expected", "new.txt.expected"]);
}

/// Whose expectation it was, nobody knows of a record that cannot be read: none of its dump is stale.
#[test]
fn expectations_of_a_dump_with_a_bad_record_are_not_removed() {
    let place = Place::new();
    let good = "{\"id\":\"y\",\"text\":\"The ferry sails again, said the council.\"}\n";
    place.write("in/d.jsonl", format!("{}{good}", good.replace("\"y\"", "\"x\"")));
    place.write("in/d.jsonl.txt", "Nothing goes here.\n").write("in/e.txt", "Nothing goes here.\n");
    let check = ["check", "in", "--expect", "expected"];
    let update = [&check[..], &["--update"]].concat();
    place.run(&update).code(0);
    place.write("in/d.jsonl", good.replace("\"y\"", "\"x\"") + "{\"id\":\"y\",\"text\":");
    std::fs::remove_file(place.path("in/d.jsonl.txt")).unwrap();
    let told = place.run(&check).code(2).out_text();
    assert!(!told.contains("d.jsonl/y") && told.contains("d.jsonl.txt: has an expectation"), "{told}");
    place.run(&update).code(2);
    assert!(place.path("expected/d.jsonl/y.expected").exists());
    assert!(!place.path("expected/d.jsonl.txt.expected").exists(), "this one is stale");
}

/// A name need not tell that it is a dump.
#[test]
fn a_bad_record_spares_the_expectations_of_a_dump_of_any_name() {
    let as_dump = &["-g", "*.txt", "--input-format", "jsonl"];
    for (name, how) in [("dump.data", &["-g", "*.data"][..]), ("dump.txt", as_dump)] {
        let place = Place::new();
        let line = |id: &str| format!("{{\"id\":\"{id}\",\"text\":\"The ferry sails again.\"}}\n");
        place.write(&format!("in/{name}"), line("one") + &line("two"));
        let update = [&["check", "in", "--expect", "expected", "--update"][..], how].concat();
        place.run(&update).code(0);
        place.write(&format!("in/{name}"), line("one") + "{\"id\":\"two\",\"text\":1}\n");
        let ran = place.run(&update).code(2);
        assert!(!ran.out_text().contains("stale"), "{}", ran.out_text());
        assert!(place.path(&format!("expected/{name}/two.expected")).exists());
    }
}

#[test]
fn one_file_alone_makes_no_other_expectation_stale() {
    let place = accepted();
    place.write("in/other.txt", PAGE);
    let ran = place.run(&["check", "in/a.txt", "--expect", "want"]).code(0);
    assert_eq!(ran.out_text(), "1 document as expected\n");
}

#[test]
fn an_update_is_refused_in_ci() {
    let place = accepted();
    let update = |value: &str| {
        let mut command = place.command(&["check", "in", "--expect", "want", "--update"]);
        command.env("CI", value).output().unwrap()
    };
    let refused = update("true");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("--update is refused because CI is set"));
    assert_eq!(update("false").status.code(), Some(0));
    assert_eq!(update("").status.code(), Some(0));
}

#[test]
fn trouble_is_told_apart_from_a_difference() {
    let place = accepted();
    edit(&place, "blank/left-over", "<<<<<<< HEAD\nblank/left-over");
    let ran = check(&place).code(2).out_text();
    assert!(ran.contains("a.txt: its expectation line 3 is no row of an expectation"), "{ran}");
    // What cannot be read may be somebody's work: an update does not overwrite it.
    place.run(&["check", "in", "--expect", "want", "--update"]).code(2);
    assert!(String::from_utf8(place.read("want/a.txt.expected")).unwrap().contains("<<<<<<<"));

    let place = accepted();
    place.write("in/a.txt", b"text\0text");
    let ran = check(&place).code(2).says("a.txt: binary file");
    assert!(!ran.out_text().contains("stale"), "{}", ran.out_text());
    place.run(&["check", "in", "--expect", "want", "--update"]).code(2);
    assert!(place.path("want/a.txt.expected").exists(), "a bad input makes its expectation no stale one");

    place.run(&["check", "in"]).code(2).says("nothing to compare with");
    place.run(&["check", "in", "--max-removed", "40"]).code(2).says("as in 40% or 0.4");
    place.run(&["check", "in", "--update"]).code(2);
}

#[test]
fn line_ends_that_version_control_changed_do_not_matter() {
    let place = accepted();
    edit(&place, "\n", "\r\n");
    check(&place).code(0);
}

#[test]
fn limits_hold_or_are_passed() {
    let place = accepted();
    let args = |share: &'static str| ["check", "in", "--max-removed", share, "--max-emptied", "0"];
    let held = place.run(&args("50%")).code(0).out_text();
    assert_eq!(
        held,
        "2 documents as expected; 25.7 % of all bytes go, 50.0 % may; 0 documents are emptied, 0 may be\n"
    );
    let passed = place.run(&args("0.2")).code(1).out_text();
    assert_eq!(passed, "--max-removed: 25.7 % of all bytes go, 20.0 % may\n  a.txt (32.7 %)\n");
    place.write("in/junk.txt", "Advertisement\n\nShare this article\n");
    let passed = place.run(&args("90%")).code(1).out_text();
    assert_eq!(passed, "--max-emptied: 1 document is emptied, 0 may be\n  junk.txt\n");
    place.run(&["check", "in", "--max-emptied", "1"]).code(0);
}

#[test]
fn a_baseline_fails_only_where_cuts_changed() {
    let place = accepted();
    place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(0);
    let baseline = ["check", "in", "--baseline", "r.jsonl"];
    assert_eq!(place.run(&baseline).code(0).out_text(), "2 documents as expected\n");
    // A new document, and other words in a line that stays, change no cut.
    place.write("in/new.txt", PAGE).write("in/a.txt", PAGE.replace("measured", "seen"));
    assert_eq!(
        place.run(&baseline).code(0).out_text(),
        "3 documents as expected; 1 new since the baseline\n"
    );
    place.write("in/a.txt", PAGE);
    let ran = place.run(&[&baseline[..], &["--keep", "share"]].concat()).code(1).out_text();
    assert!(ran.starts_with("a.txt: 2 lines differ: 2 kept again, by the baseline\n"), "{ran}");
    assert!(ran.contains("\n  - share/label             | Share this article\n"), "{ran}");
    assert!(ran.contains("1 of 3 documents is not as expected\n"), "{ran}");
    place.write("in/a.txt", PAGE.replace("measured", "seen").replace("Advertisement\n", ""));
    let ran = place.run(&baseline).code(1).out_text();
    assert!(ran.contains("- advertisement/label     | Advertisement\n"), "{ran}");
    place.write("r.jsonl", "{}");
    place.run(&baseline).code(2).says("r.jsonl: is no report");
}

#[test]
fn the_outcome_does_not_depend_on_threads_or_place() {
    let place = accepted();
    for name in ["x.txt", "c/y.txt", "ü.txt"] {
        place.write(&format!("in/{name}"), PAGE);
    }
    let one =
        place.run(&["check", "in", "--expect", "want", "-j", "1", "--format", "json"]).code(1).out_text();
    let eight =
        place.run(&["check", "in", "--expect", "want", "-j", "8", "--format", "json"]).code(1).out_text();
    assert_eq!(one, eight);
    let absolute = place.path("in").to_str().unwrap().to_owned();
    for format in ["json", "sarif", "junit", "github"] {
        let out = place.run(&["check", &absolute, "--expect", "want", "--format", format]).code(1).out_text();
        assert!(!out.contains(&absolute), "{format}: no path of this machine: {out}");
    }
}

#[test]
fn hostile_text_and_names_reach_nobody_raw() {
    let place = Place::new();
    place.write("in/\u{1b}[31m\u{202e}.txt", "Text \u{1b}[2J with \u{202e}tricks.\r\nAnd a\ttab.\n");
    place.run(&["check", "in", "--expect", "want", "--update"]).code(0);
    let name = "want/%1B[31m\u{202e}.txt.expected";
    let text = String::from_utf8(place.read(name)).unwrap();
    assert!(
        text.ends_with("| Text \\u{1b}[2J with \\u{202e}tricks.\\r\n                        | And a\ttab.\n"),
        "{text}"
    );
    place.write(name, text.replace("tricks", "tracks"));
    for format in ["text", "json", "github", "sarif", "junit"] {
        let out = place.run(&["check", "in", "--expect", "want", "--format", format]).code(1).out_text();
        assert!(!out.contains('\u{1b}'), "{format}: {out:?}");
    }
}

/// The project's own check. With `UNCHAFF_TIDY=1` the expectations are written anew.
#[test]
fn the_example_dump_is_cleaned_as_expected() {
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_unchaff"));
        let output = command.args(args).current_dir(root()).env_remove("CI").output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let args = ["check", "examples/dump", "--expect", "examples/expected"];
    if std::env::var_os("UNCHAFF_TIDY").is_some() {
        assert_eq!(run(&[&args[..], &["--update"]].concat()).0, Some(0));
    }
    let (code, out) = run(&args);
    assert_eq!(code, Some(0), "{out}");
}

/// Two dumps may hold the same ids, and a line of a record is none of its file.
#[test]
fn records_of_dumps_are_checked_like_files() {
    let place = Place::new();
    for name in ["dump.jsonl", "dump.wet.gz"] {
        place
            .write(&format!("in/{name}"), std::fs::read(root().join("fixtures/formats").join(name)).unwrap());
    }
    place.run(&["check", "in", "--expect", "want", "--update"]).code(0);
    assert!(place.path("want/dump.jsonl/ferry.expected").exists());
    assert!(place.path("want/dump.wet.gz/ferry.expected").exists());
    let ran = place.run(&["check", "in", "--expect", "want"]).code(0);
    assert_eq!(ran.out_text(), "6 documents as expected\n");
    let text = String::from_utf8(place.read("in/dump.jsonl")).unwrap();
    place.write("in/dump.jsonl", text.replacen("Advertisement", "The council waits.", 1));
    let ran = place.run(&["check", "in", "--expect", "want", "--format", "github"]).code(1);
    let out = ran.out_text();
    assert!(out.starts_with("::error file=in/dump.jsonl,title=unchaff%3A dump.jsonl/ferry::"), "{out}");
    assert!(out.contains("%0Aline 3"), "the line of the text is told in words: {out}");
    let ran = place.run(&["check", "in", "--expect", "want", "--format", "sarif"]).code(1);
    let log: Value = serde_json::from_str(&ran.out_text()).unwrap();
    let found = &log["runs"][0]["results"][0]["locations"][0];
    assert_eq!(found["logicalLocations"][0]["fullyQualifiedName"], "dump.jsonl/ferry");
    assert!(found["physicalLocation"].get("region").is_none());
    // A dump that cannot be read leaves its expectations alone.
    place.write("in/dump.wet.gz", "no gzip");
    let ran = place.run(&["check", "in", "--expect", "want"]).code(2);
    assert!(!ran.out_text().contains("wet.gz/ferry"), "{}", ran.out_text());
}

#[test]
fn a_baseline_tells_documents_of_one_name_apart_and_knows_first_copies_elsewhere() {
    let place = Place::new();
    let record = |text: &str| format!("{{\"id\":\"1\",\"text\":{}}}\n", serde_json::to_string(text).unwrap());
    place.write("in/a.jsonl", record(PAGE) + &record("The ferry sails again.\n"));
    place.write("in/b.jsonl", record("Share this article\n\nThe ferry sails again, says the council.\n"));
    place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(0);
    let ran = place.run(&["check", "in", "--baseline", "r.jsonl"]).code(0).out_text();
    assert_eq!(ran, "3 documents as expected\n");

    let block = "Nobody had measured the lock, and nobody was asked about it before the vote.\n".to_owned()
        + "The council met on a Tuesday in May, when the river stood higher than in any year that anybody remembers.\n"
        + "It voted nine to two for a second ferry, which will be built in the yard of the old town by the next summer.\n"
        + "The money comes from the county, and from a lottery that the fishermen hold each winter at the quay.\n";
    for name in ["x", "y"] {
        place.write(
            &format!("copies/{name}.txt"),
            format!("A text of its own that is called {name} here.\n{block}"),
        );
    }
    let scope = ["--scope", "corpus", "--copies", "drop"];
    place.run(&[&["clean", "copies", "--output-dir", "o2", "--report", "r2"][..], &scope].concat()).code(0);
    let report = String::from_utf8(place.read("r2")).unwrap();
    assert!(report.contains("\"first\":{\"id\":\"x.txt\""), "{report}");
    place.run(&[&["check", "copies", "--baseline", "r2"][..], &scope].concat()).code(0);
}

/// An id may be longer than a file name (and Windows has a limit for paths), and a pattern may match what stands beside the inputs.
#[cfg(not(windows))]
#[test]
fn expectations_have_names_that_files_may_have() {
    let place = Place::new();
    let text = "The ferry sails again, said the council on Tuesday after a long debate.";
    let id = |end: &str| format!("https://a.example/{}{end}", "long-".repeat(100));
    let lines = ["a", "b", "/c/d"].map(|end| serde_json::json!({"id": id(end), "text": text}).to_string());
    place.write("in/d.jsonl", lines.join("\n"));
    place.run(&["check", "in", "--expect", "in/want", "--update", "-g", "*"]).code(0);
    let ran = place.run(&["check", "in", "--expect", "in/want", "-g", "*"]).code(0);
    assert!(ran.out_text().starts_with("3 documents as expected"), "{}", ran.out_text());
    assert_eq!(tree(&place.path("in")).len(), 4);
}

/// What could not be cleaned is no document; and a document counts once, whoever finds fault with it.
#[test]
fn what_is_not_as_expected_is_counted_once_and_among_its_own() {
    let last = |ran: &Ran| {
        let text = ran.out_text();
        text.lines().rfind(|line| !line.starts_with("To accept")).unwrap().to_owned()
    };
    let place = accepted();
    for n in 1..=3 {
        place.write(&format!("in/n{n}.txt"), "a\0");
    }
    assert_eq!(last(&check(&place).code(2)), "3 inputs or records could not be cleaned");
    edit(&place, "share/label             | Share", "                        | Share");
    let ran = check(&place).code(2);
    let both = "1 of 2 documents is not as expected; 3 inputs or records could not be cleaned";
    assert_eq!(last(&ran), both);
    place.write("summary.md", "");
    let mut command = place.command(&["check", "in", "--expect", "want", "--format", "github"]);
    command.env("GITHUB_STEP_SUMMARY", place.path("summary.md")).output().unwrap();
    let summary = String::from_utf8(place.read("summary.md")).unwrap();
    let counted = "1 of 2 documents as expected; 3 inputs or records could not be cleaned.";
    assert!(summary.contains(counted), "{summary}");
    // Alone, with limits, too.
    let ran = place.run(&["check", "in/n1.txt", "--max-emptied", "0"]).code(2);
    assert_eq!(last(&ran), "1 input or record could not be cleaned");
    // By an expectation and by a baseline.
    place.run(&["clean", "in/a.txt", "in/de/b.txt", "-n", "--report", "r"]).code(0);
    let report = String::from_utf8(place.read("r")).unwrap();
    assert!(report.contains("share/label"));
    let ran = place.run(&[
        "check",
        "in/a.txt",
        "in/de/b.txt",
        "--expect",
        "want",
        "--baseline",
        "r",
        "--keep",
        "share",
    ]);
    let ran = ran.code(1);
    assert_eq!(last(&ran), "1 of 2 documents is not as expected", "{}", ran.out_text());
}

/// Of what is updated nothing is told as if it were still to be done.
#[test]
fn an_update_beside_a_damaged_expectation_says_what_it_did() {
    let place = accepted();
    place.write("want/a.txt.expected", "no expectation\n");
    for name in ["x", "y", "z"] {
        place.write(&format!("want/{name}.txt.expected"), "# unchaff expectation 1\n");
    }
    let ran = place.run(&["check", "in", "--expect", "want", "--update"]).code(2).out_text();
    assert!(ran.contains("removed want/x.txt.expected\n") && !ran.contains("stale"), "{ran}");
    assert!(
        ran.ends_with(
            "1 of 2 documents is not as expected\n2 documents checked, 3 expectations updated; read the difference before you commit it\n"
        ),
        "{ran}"
    );
    let names: Vec<String> = tree(&place.path("want")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.txt.expected", "de/b.txt.expected"]);
}
