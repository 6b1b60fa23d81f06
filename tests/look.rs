//! Looking at what goes: `clean --diff` and `--html`, `report --stat`, `review`.

use std::path::Path;

use serde_json::Value;

use crate::util::{Place, root, tree};

const PAGE: &str = "Share this article\n\nThe ferry \u{1b}[31msails again, said the council on Tuesday.\n\nAdvertisement\n\nNobody had measured the lock, which is narrow.\n";

fn page() -> Place {
    let place = Place::new();
    place.write("in/a.txt", PAGE).write("in/b.txt", "Nothing goes here, said the council on Tuesday.\n");
    place
}

/// The example dump, cleaned, with a report.
fn dump() -> Place {
    let place = Place::new();
    for (name, bytes) in tree(&root().join("examples/dump")) {
        place.write(&format!("in/{name}"), bytes);
    }
    place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(0);
    place
}

#[test]
fn a_difference_goes_to_standard_output_and_no_clean_text_is_needed() {
    let place = page();
    let ran = place.run(&["clean", "in", "--diff"]).code(0);
    assert!(
        ran.out_text().starts_with("a.txt ")
            && ran.out_text().contains(
                " removed, 3 of 7 lines stay\n\
                 \u{20} 1 - share/label            │ Share this article\n\
                 \u{20} 2 - blank/left-over        │\n\
                 \u{20} 3                          │ The ferry \\u{1b}[31msails again, said the council on Tuesday.\n"
            ),
        "{}",
        ran.out_text()
    );
    assert!(!ran.out_text().contains("b.txt"), "nothing goes there");
    ran.says("cleaned 2 documents").says("no clean text was written");
    let both = place.run(&["clean", "in", "--diff", "--output-dir", "out"]).code(0);
    assert!(both.out_text().contains("share/label") && !both.err.contains("no clean text"));
    assert!(place.path("out/a.txt").exists());
    let piped = place.run_with(&["clean", "--diff"], PAGE.as_bytes()).code(0);
    assert!(piped.out_text().starts_with("- ") && piped.out_text().contains("advertisement/label"));
}

/// What stands where lines were removed is no text that stayed.
#[test]
fn totals_of_a_report_are_those_of_its_run() {
    let place = Place::new();
    place.write("in/a.txt", "Home\nSport\nNews\nWeather\n\nThe ferry.\n\nShare this article\n");
    let page = |place: &Place| {
        let page = String::from_utf8(place.read("page.html")).unwrap();
        page.split("</header>").next().unwrap().split("<p class=\"made\">").next().unwrap().to_owned()
    };
    let mut pages = Vec::new();
    for removed_lines in ["drop", "blank", "mark"] {
        let ran = place.run(&[
            "clean",
            "in",
            "--output-dir",
            "out",
            "--report",
            "r.jsonl",
            "--stat",
            "--force",
            "--removed-lines",
            removed_lines,
        ]);
        let args = ["report", "r.jsonl", "--stat", "--html", "page.html", "--force", "-q"];
        let told = place.run(&args).code(0);
        assert_eq!(told.out_text(), ran.code(0).err, "{removed_lines}");
        pages.push(page(&place));
    }
    assert!(pages[0].contains("<dd>80.4 %</dd>"), "{}", pages[0]);
    assert!(pages.iter().all(|page| *page == pages[0]), "{}", pages[2]);
}

#[test]
fn colour_and_width_are_what_was_asked_for() {
    let place = page();
    let run = |args: &[&str], columns: &str| {
        let mut command = place.command(&[&["clean", "in", "-q"], args].concat());
        String::from_utf8(command.env("COLUMNS", columns).output().unwrap().stdout).unwrap()
    };
    let painted = run(&["--diff", "--color", "always"], "");
    assert!(painted.contains("\u{1b}[38;5;13m- share/label"), "{painted:?}");
    assert!(!painted.contains("\u{1b}[31msails"), "no control character of the input");
    assert!(!run(&["--diff"], "").contains('\u{1b}'));
    let side = run(&["--diff"], "160");
    assert!(side.contains(" │ share/label\n"), "a wide terminal shows two texts: {side}");
    assert!(!run(&["--diff=inline"], "160").contains(" │ share/label\n"));
    let narrow = run(&["--diff"], "60");
    assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_difference() {
    let place = Place::new();
    for number in 0..300 {
        place.write(&format!("in/{number}.txt"), PAGE.repeat(30));
    }
    let mut child = place
        .command(&["clean", "in", "--diff"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[test]
fn a_page_comes_from_a_run_as_from_its_report() {
    let place = dump();
    place.run(&["report", "r.jsonl", "--html", "one.html", "--clean", "out"]).code(0);
    place.run(&["clean", "in", "--html", "two.html"]).code(0).says("no clean text was written");
    assert!(place.read("one.html") == place.read("two.html"), "the same page");
    place.run(&["clean", "in", "--html", "two.html"]).code(2).says("two.html: exists");
    place.run(&["clean", "in", "--html", "in/x.html"]).code(2).says("inside the input");
    // Standard input goes on to standard output.
    let ran = place.run_with(&["clean", "--html", "three.html"], PAGE.as_bytes()).code(0);
    assert!(ran.out_text().starts_with("The ferry"));
}

#[test]
fn a_stored_report_gives_the_same_table() {
    let place = dump();
    let first = place.run(&["clean", "in", "--output-dir", "out", "--force", "--stat"]).code(0).err;
    assert_eq!(place.run(&["report", "r.jsonl", "--stat"]).code(0).out_text(), first);
    assert!(first.contains("8.2 %  ████████████████████\n"), "{first}");
}

#[test]
fn a_review_asks_about_doubtful_cuts_and_is_taken_up_again() {
    let place = dump();
    let review = ["review", "r.jsonl", "--clean", "out", "--below", "0.96"];
    let first = place.run_with(&review, b"rwxsq").code(0);
    let screens = first.out_text();
    assert_eq!(screens.matches("Right to remove?").count(), 4, "{screens}");
    let marked = |screen: &str| screen.lines().filter(|line| line.starts_with("  - ")).count();
    let around = |screen: &str| screen.lines().filter(|line| line.starts_with("      ")).count();
    for screen in screens.split_inclusive("Right to remove?").take(4) {
        assert!(marked(screen) >= 1 && around(screen) >= 2, "a line with those around it: {screen}");
    }
    first.says("2 answers: 1 right, 1 wrong").says("answers are in r.jsonl.answers");
    let answers = String::from_utf8(place.read("r.jsonl.answers")).unwrap();
    assert_eq!(answers.lines().count(), 2);
    let second = place.run_with(&review, b"q").code(0).out_text();
    let of = |screens: &str| -> usize {
        screens.split(" of ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap()
    };
    assert_eq!(of(&second), of(&screens) - 2, "what was skipped comes again");
    // The end of input is an end too, and nothing is lost.
    place.run_with(&review, b"rr").code(0).says("4 answers");
    place.run_with(&review, b"u").code(0).says("4 answers");
}

#[test]
fn answers_become_labels_that_eval_reads_and_rules() {
    let place = dump();
    place.run_with(&["review", "r.jsonl", "--below", "0.96"], b"rwrwrw").code(0);
    let ran = place
        .run(&["review", "r.jsonl", "--clean", "out", "--labels", "l.jsonl", "--rules", "keep.toml"])
        .code(0);
    ran.says("wrote the labels of ").says("wrote keep.toml; put it into unchaff.toml");
    let labels = String::from_utf8(place.read("l.jsonl")).unwrap();
    let row: Value = serde_json::from_str(labels.lines().next().unwrap()).unwrap();
    let letters = row["labels"].as_str().unwrap();
    assert_eq!(letters.chars().count(), row["lines"].as_array().unwrap().len());
    assert!(labels.contains('k') && letters.contains('?'));
    let scores = place.run(&["eval", "l.jsonl"]).code(0).out_text();
    assert!(scores.contains("all "), "{scores}");
    let rules = String::from_utf8(place.read("keep.toml")).unwrap();
    assert!(rules.starts_with("keep-line = [\n  \"^") && rules.ends_with("$\",\n]\n"), "{rules}");
    assert!(rules.contains("\n]\ndrop-line = [\n  \"^"), "{rules}");
    // They are settings as they stand: what was said is what happens.
    let texts = tree(&place.path("in"));
    let kept: Vec<&str> =
        rules.split("drop-line").next().unwrap().lines().filter(|line| line.starts_with("  ")).collect();
    place.run(&["clean", "in", "--output-dir", "again", "--config", "keep.toml", "-q"]).code(0);
    let again: String =
        tree(&place.path("again")).into_iter().map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
    assert!(!texts.is_empty() && !kept.is_empty());
    for pattern in kept {
        let text = pattern.trim().trim_start_matches("\"^").trim_end_matches("$\",").replace('\\', "");
        assert!(again.contains(&text), "{text}: {again}");
    }
    place.run(&["review", "r.jsonl", "--labels", "l.jsonl"]).code(2).says("--clean");
    place.run(&["review", "r.jsonl", "--rules", "keep.toml"]).code(2).says("exists");
}

#[test]
fn a_review_with_nothing_to_ask_says_so() {
    let place = page();
    place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(0);
    place.run(&["review", "r.jsonl", "--below", "0.1"]).code(0).says("no cut with a score below 0.1");
    place.write("r.jsonl.answers", "{}\n");
    place.run(&["review", "r.jsonl"]).code(2).says("r.jsonl.answers: line 1 is no answer of a review");
}

/// A dump of the example's documents, a bad record and an emptied one that is left out among them.
fn jsonl_dump() -> Place {
    let place = Place::new();
    let mut lines = Vec::new();
    let is_text = |name: &str| Path::new(name).extension() == Some("txt".as_ref());
    let files = tree(&root().join("examples/dump")).into_iter();
    for (name, bytes) in files.filter(|(name, _)| is_text(name)) {
        let text = String::from_utf8(bytes).unwrap();
        lines.push(serde_json::json!({ "id": name, "text": text }).to_string());
    }
    lines.insert(1, "no json".to_owned());
    lines.insert(2, "{\"id\":\"empty\",\"text\":\"Advertisement\\n\"}".to_owned());
    place.write("in/d.jsonl", lines.join("\n") + "\n");
    let args = ["clean", "in", "--output-dir", "out", "--report", "r", "--on-empty", "drop"];
    place.run(&args).code(2).says("1 not cleaned");
    place
}

#[test]
fn documents_of_a_dump_are_shown_like_files() {
    let place = jsonl_dump();
    let ran = place.run(&["report", "r", "--html", "one.html", "--clean", "out"]).code(0);
    assert!(
        !ran.err.contains("is not there or was changed") || ran.err.contains("1 document"),
        "{}",
        ran.err
    );
    let page = String::from_utf8(place.read("one.html")).unwrap();
    let text = String::from_utf8(place.read("in/d.jsonl")).unwrap();
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let kept = first["text"].as_str().unwrap().lines().max_by_key(|line| line.len()).unwrap();
    let kept: String = kept.chars().take_while(|c| c.is_alphabetic() || *c == ' ').collect();
    assert!(page.contains(&kept), "what stays is shown too: {kept}");
    place.run(&["report", "r", "--sarif", "s.json"]).code(0);
    let log: Value = serde_json::from_slice(&place.read("s.json")).unwrap();
    let place_of = &log["runs"][0]["results"][0]["locations"][0];
    assert_eq!(place_of["physicalLocation"]["artifactLocation"]["uri"], "d.jsonl");
    assert_eq!(place_of["logicalLocations"][0]["fullyQualifiedName"], first["id"]);
    assert!(place_of["physicalLocation"].get("region").is_none(), "a line of the text is none of the file");
}

#[test]
fn a_review_of_a_dump_shows_what_stands_around_and_gives_labels() {
    let place = jsonl_dump();
    let review = ["review", "r", "--clean", "out", "--below", "0.96"];
    let screens = place.run_with(&review, b"rw").code(0).out_text();
    for screen in screens.split_inclusive("Right to remove?").take(2) {
        assert!(screen.lines().any(|line| line.starts_with("      ")), "{screen}");
    }
    let ran = place.run(&["review", "r", "--clean", "out", "--labels", "l"]).code(0);
    assert!(!ran.err.contains("left out"), "{}", ran.err);
    let labels = String::from_utf8(place.read("l")).unwrap();
    let row: Value = serde_json::from_str(labels.lines().next().unwrap()).unwrap();
    assert_eq!(row["lines"].as_array().unwrap().len(), row["labels"].as_str().unwrap().chars().count());
}

/// A sentence that is long enough to be no repeat by chance.
const LONG: &str = "The ferry «Dragonfly» sails again on Tuesday, said the harbour master after the long vote of the council in May, although nobody had measured the lock that it must pass on its way to the sea, nobody had asked the three people who work there whether the gates still move, and nobody had read the report in which an engineer wrote twenty years ago that the chains would have to be replaced before any boat of that size could go through the lock again without being damaged by them.";

/// A copy that was found and stays is told wherever documents are shown.
#[test]
fn what_was_found_and_stays_is_shown() {
    let place = Place::new();
    let text = format!(
        "{LONG}\n\nBetween the two stands a paragraph of its own that is not repeated anywhere.\n\n{LONG}\n"
    );
    place.write("a.txt", text);
    let args =
        ["clean", "a.txt", "--keep", "repeat", "--diff", "--html", "p.html", "-o", "o", "--report", "r"];
    let ran = place.run(&args).code(0);
    assert!(ran.out_text().contains("(repeat/"), "{}", ran.out_text());
    let side = place.run(&["clean", "a.txt", "--keep", "repeat", "--diff=side"]).code(0).out_text();
    let note = side.lines().find(|line| line.contains("(repeat/")).unwrap();
    assert!(note.split_once('│').unwrap().0.trim().is_empty(), "the line stays, and has a note: {side}");
    let page = String::from_utf8(place.read("p.html")).unwrap();
    assert!(page.contains("class=\"r m") && page.contains("<i>stays</i>"), "{page}");
    place.run(&["report", "r", "--html", "q.html"]).code(0);
    let page = String::from_utf8(place.read("q.html")).unwrap();
    assert!(page.contains("<i>stays</i>"), "{page}");
}

/// A sentence that goes from the middle of a line has its columns, in code points.
#[test]
fn a_part_of_a_line_has_columns() {
    let place = Place::new();
    let text = format!(
        "{LONG} It was raining on the quay.\n\nNobody had measured the lock of Zürich before. {LONG} It rained again on the day after that.\n"
    );
    place.write("a.txt", &text);
    place.run(&["clean", "a.txt", "-o", "o", "--report", "r"]).code(0);
    place.run(&["report", "r", "--sarif", "s.json"]).code(0);
    let log: Value = serde_json::from_slice(&place.read("s.json")).unwrap();
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["endLine"]), (&3.into(), &3.into()), "{log:#}");
    let line: Vec<char> = text.lines().nth(2).unwrap().chars().collect();
    let at = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap() - 1;
    let gone: String = line[at("startColumn")..at("endColumn")].iter().collect();
    assert_eq!(gone.trim(), LONG);
}
