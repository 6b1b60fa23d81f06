//! The report as others read it, and the way back when something is wrong.

use serde_json::Value;

use crate::util::{Place, tree};

const LONG: &str = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.";
const NEXT: &str = "Die Fähre, die der Rat im Frühling kaufte, hat ihren Liegeplatz seither nicht verlassen, weil niemand die Schleuse vermessen hatte, durch die sie muss.";

fn page() -> String {
    format!("Teilen\n\nÄrger um die neue Fähre im Rat\n\n{LONG}\n\n{NEXT}\n\n{LONG}\n\n{NEXT}\n\n\n")
}

fn cleaned() -> Place {
    let place = Place::new();
    place.write("in/a.txt", page()).write("in/b.txt", "Nothing to see.\n");
    place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(0);
    place
}

fn rows(place: &Place) -> Vec<Value> {
    let report = String::from_utf8(place.read("r.jsonl")).unwrap();
    assert!(report.ends_with('\n'));
    report.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn rows_come_in_order_with_a_row_for_every_document() {
    let place = cleaned();
    let rows = rows(&place);
    let types: Vec<&str> = rows.iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["run", "doc", "doc", "summary"]);
    assert_eq!(rows[0]["schema"], "1.0");
    assert_eq!(rows[0]["inputs"][0]["path"], "a.txt");
    assert_eq!(rows[0]["inputs"][0]["bytes"], page().len());
    assert_eq!((&rows[1]["id"], &rows[1]["src"], &rows[1]["rec"]), (&"a.txt".into(), &0.into(), &0.into()));
    assert_eq!((&rows[1]["status"], &rows[2]["status"]), (&"changed".into(), &"unchanged".into()));
    assert_eq!(rows[3]["docs"]["in"], 2);
    assert_eq!(rows[3]["kinds"]["repeat"]["cuts"], 1);
}

#[test]
fn offsets_are_bytes_code_points_and_lines_of_the_original() {
    let place = cleaned();
    let text = page();
    let clean = String::from_utf8(place.read("out/a.txt")).unwrap();
    let doc = &rows(&place)[1];
    let numbers = |value: &Value| -> Vec<usize> {
        value.as_array().unwrap().iter().map(|n| usize::try_from(n.as_u64().unwrap()).unwrap()).collect()
    };
    let (mut kept, mut end) = (String::new(), 0);
    for cut in doc["cut"].as_array().unwrap() {
        let (b, c, l) = (numbers(&cut["b"]), numbers(&cut["c"]), numbers(&cut["l"]));
        let removed = &text[b[0]..b[1]];
        assert_eq!(cut["text"], removed);
        assert_eq!(text.chars().skip(c[0]).take(c[1] - c[0]).collect::<String>(), removed);
        assert_eq!(
            text.split_inclusive('\n').skip(l[0] - 1).take(l[1] + 1 - l[0]).collect::<String>(),
            removed
        );
        kept += &text[end..b[0]];
        end = b[1];
    }
    kept += &text[end..];
    assert_eq!(kept, clean, "the complement of the cuts is the clean text");
    assert_eq!(doc["in"]["c"], text.chars().count());
    assert_eq!(doc["out"]["c"], clean.chars().count());
    assert_eq!((&doc["in"]["l"], &doc["out"]["l"]), (&13.into(), &clean.lines().count().into()));
}

#[test]
fn a_repeat_is_one_cut_that_names_its_first_copy() {
    let place = cleaned();
    let doc = &rows(&place)[1];
    let repeats: Vec<&Value> =
        doc["cut"].as_array().unwrap().iter().filter(|cut| cut["kind"] == "repeat").collect();
    assert_eq!(repeats.len(), 1);
    let first = &repeats[0]["first"];
    assert_eq!(
        (&repeats[0]["l"], &first["l"], &first["id"]),
        (&serde_json::json!([9, 11]), &serde_json::json!([5, 7]), &"a.txt".into())
    );
    let b: Vec<usize> = first["b"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| usize::try_from(n.as_u64().unwrap()).unwrap())
        .collect();
    assert_eq!(page()[b[0]..b[1]], format!("{LONG}\n\n{NEXT}\n"));
    assert!(repeats[0]["key"].as_str().unwrap().starts_with("xxh3_128:"));
}

#[test]
fn report_text_may_be_short_and_then_nothing_is_restored() {
    let place = cleaned();
    for how in ["excerpt", "none"] {
        let report = format!("{how}.jsonl");
        place.run(&["clean", "in", "--output-dir", how, "--report", &report, "--report-text", how]).code(0);
        let ran = place.run(&["restore", how, "--report", &report, "--output-dir", "back"]).code(2);
        ran.says("holds no removed text");
    }
    let none = String::from_utf8(place.read("none.jsonl")).unwrap();
    assert!(!none.contains("Teilen\\n") && !none.contains("\"text\":\"Tei"), "{none}");
    place.run(&["clean", "in", "--output-dir", "x", "--report-text", "none"]).code(2).says("--report");
}

#[test]
fn the_originals_come_back() {
    let place = cleaned();
    place
        .run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back"])
        .code(0)
        .says("restored 2 documents, each equal to the original");
    assert_eq!(tree(&place.path("in")), tree(&place.path("back")));
    place
        .run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back"])
        .code(2)
        .says("a.txt: exists")
        .says("2 could not be");
    place.run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back", "--force"]).code(0);
    place
        .run(&["restore", "out", "--report", "r.jsonl"])
        .code(2)
        .says("is of 2 inputs; give the folder of clean text and --output-dir");
    place
        .run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "out/back"])
        .code(2)
        .says("is inside the input");
}

#[test]
fn changed_clean_text_is_refused_and_the_others_come_back() {
    let place = cleaned();
    place.write("out/a.txt", "changed meanwhile\n");
    let ran = place.run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back"]).code(2);
    ran.says("a.txt: its clean text was changed after it was written; clean the original again");
    assert!(!place.path("back/a.txt").exists());
    assert_eq!(place.read("back/b.txt"), b"Nothing to see.\n");
    std::fs::remove_file(place.path("out/a.txt")).unwrap();
    let ran = place.run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back2"]).code(2);
    ran.says("a.txt: its clean text cannot be read: no such file");
}

#[test]
fn a_changed_report_is_refused() {
    let place = cleaned();
    let report = String::from_utf8(place.read("r.jsonl")).unwrap();
    let lines: Vec<&str> = report.lines().collect();
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    let cases = [
        (report.replace("Teilen", "Keilen"), "was changed after it was written"),
        (report.replace("\"path\":\"a.txt\"", "\"path\":\"c.txt\""), "was changed after it was written"),
        (joined(&[lines[0], lines[2], lines[3]]), "was changed after it was written"),
        (joined(&lines[..3]), "is incomplete, its `summary` row is missing"),
        (joined(&lines[1..]), "its first line is no `run` row"),
        (
            joined(&[lines[0], lines[1], lines[2], lines[3], lines[2]]),
            "line 5 stands where no such row belongs",
        ),
        (
            report.replace("\"schema\":\"1.0\"", "\"schema\":\"2.0\""),
            "has schema 2.0; this program reads 1.0",
        ),
        (report[..report.len() / 2].to_owned(), "is no row of a report"),
        ("not a report\n".to_owned(), "is no report"),
        (String::new(), "is no report"),
    ];
    for (changed, message) in cases {
        place.write("r.jsonl", changed);
        place
            .run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back"])
            .code(2)
            .says("r.jsonl: ")
            .says(message);
        assert!(!place.path("back").exists(), "{message}: nothing is written");
    }
    place
        .run(&["restore", "out", "--report", "none.jsonl", "--output-dir", "back"])
        .code(2)
        .says("none.jsonl: cannot be read");
}

/// A report that leads out of the folder, with a hash that fits.
#[test]
fn a_hostile_report_writes_nothing_outside() {
    let place = cleaned();
    let report = String::from_utf8(place.read("r.jsonl"))
        .unwrap()
        .replace("\"path\":\"b.txt\"", "\"path\":\"../b.txt\"");
    let mut lines: Vec<&str> = report.lines().collect();
    let behind = format!("{}\n{}\n{}\n", lines[1], lines[2], lines[0]);
    let hash = format!("xxh3:{:016x}", xxhash_rust::xxh3::xxh3_64(behind.as_bytes()));
    let old = lines[3].split("\"rows\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let summary = lines[3].replace(&old, &hash);
    lines[3] = &summary;
    place.write("r.jsonl", lines.join("\n") + "\n");
    let ran = place.run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "deep/back"]).code(2);
    ran.says("../b.txt: this id is no path below a folder");
    assert!(!place.path("deep/b.txt").exists() && place.path("deep/back/a.txt").exists());
}

/// A line made of sentences of two lines is no copy of either, byte for byte.
#[test]
fn a_line_of_several_copies_does_not_say_that_it_is_one() {
    let one = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.";
    let two = "The harbour master says that he was never asked, and that he would have told them so for the price of a very small coffee, if he drank any.";
    let text = format!("{one}\nHe said no more.\n{two}\nNobody laughed.\n{two} {one}\n");
    let cleaned = unchaff::clean(&text, &unchaff::Config::default());
    assert_eq!(cleaned.text(), format!("{one}\nHe said no more.\n{two}\nNobody laughed.\n"));
    let copy = cleaned.cuts[0].first.as_ref().and_then(|first| first.copy).unwrap();
    assert_eq!((copy.likeness, copy.words), (unchaff::repeats::Likeness::Near, 55));
    assert!((0.4..0.5).contains(&copy.changed), "{}", copy.changed);
}
