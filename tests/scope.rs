//! Documents looked at together: templates, copies, the order of first copies.

use serde_json::Value;

use crate::util::{Place, tree};

const STORY: &str = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.\n\nThe harbour master says that he was never asked, and that he would have told them so for the price of a very small coffee.\n";
const FOOTER: &str = "The Westhaven Courier is made by nine people above the fish market, and every one of them would like to hear from you before noon.\n";

/// A document of its own: sentences with a number that is written out differently in each.
fn body(number: usize) -> String {
    const NAMES: [&str; 8] = ["heron", "otter", "plover", "badger", "curlew", "weasel", "dipper", "siskin"];
    let name = |at: usize| NAMES[(number + at * (1 + number / 8)) % 8];
    format!(
        "A {} was seen beside the {} near the old mill on the day the {} came back to the upper meadow, says the warden of parish {number}.\n\nHe said.\n\nNobody else had looked at the {} for years, and the {} had not been counted since the flood that took the fence away in year {number}.\n",
        name(0),
        name(1),
        name(2),
        name(3),
        name(4)
    )
}

fn dump() -> Place {
    let place = Place::new();
    for number in 0..6 {
        place.write(&format!("in/courier/{number}.txt"), format!("{}\n{FOOTER}", body(number)));
    }
    for (number, site) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        let name = format!("in/wire/{site}.txt");
        place.write(&name, format!("{}\n{STORY}", if number == 1 { body(90) } else { String::new() }));
    }
    place
}

fn rows(place: &Place, report: &str) -> Vec<Value> {
    let report = String::from_utf8(place.read(report)).unwrap();
    let rows = report.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.filter(|row| row["type"] == "doc").collect()
}

fn run(place: &Place, out: &str, more: &[&str]) {
    let report = format!("{out}.jsonl");
    let args = [&["clean", "in", "--output-dir", out, "--report", &report, "-q"], more].concat();
    place.run(&args).code(0);
}

#[test]
fn a_line_of_many_documents_is_a_template_and_a_story_is_none() {
    let place = dump();
    for scope in ["site", "corpus"] {
        run(&place, scope, &["--scope", scope]);
        for number in 0..6 {
            let clean = String::from_utf8(place.read(&format!("{scope}/courier/{number}.txt"))).unwrap();
            assert!(!clean.contains("Westhaven Courier"), "all copies go:\n{clean}");
            assert!(clean.contains("He said.") && clean.contains("was seen beside"), "{clean}");
        }
        let rows = rows(&place, &format!("{scope}.jsonl"));
        let cut = &rows[0]["cut"].as_array().unwrap().iter().find(|cut| cut["kind"] == "template").unwrap();
        assert_eq!(cut["rule"], "template/line");
        for site in ["a", "b", "c", "d", "e"] {
            let clean = String::from_utf8(place.read(&format!("{scope}/wire/{site}.txt"))).unwrap();
            assert!(clean.contains("The harbour master says"), "a story is no template:\n{clean}");
        }
        place
            .run(&[
                "restore",
                scope,
                "--report",
                &format!("{scope}.jsonl"),
                "--output-dir",
                &format!("{scope}-back"),
            ])
            .code(0);
        assert_eq!(tree(&place.path("in")), tree(&place.path(&format!("{scope}-back"))));
    }
}

#[test]
fn copies_are_marked_or_dropped_and_the_first_stays() {
    let place = dump();
    run(&place, "mark", &["--scope", "corpus"]);
    let marked: Vec<Value> =
        rows(&place, "mark.jsonl").into_iter().filter(|row| !row["mark"].is_null()).collect();
    assert_eq!(marked.len(), 4);
    for row in &marked {
        let mark = &row["mark"][0];
        assert_eq!((&mark["rule"], &mark["first"]["id"]), (&"repeat/corpus".into(), &"wire/a.txt".into()));
        let b = |at: usize| usize::try_from(mark["first"]["b"][at].as_u64().unwrap()).unwrap();
        let first = String::from_utf8(place.read("in/wire/a.txt")).unwrap();
        assert_eq!(&first[b(0)..b(1)], STORY);
    }
    run(&place, "drop", &["--scope", "corpus", "--copies", "drop"]);
    let text = |name: &str| String::from_utf8(place.read(name)).unwrap();
    assert!(text("drop/wire/a.txt").contains("The harbour master says"), "the first stays");
    assert!(!text("drop/wire/b.txt").contains("The harbour master says"));
    assert!(text("drop/wire/b.txt").contains("parish 90"));
    run(&place, "keep", &["--scope", "corpus", "--copies", "keep"]);
    assert!(rows(&place, "keep.jsonl").iter().all(|row| row["mark"].is_null()));
}

#[test]
fn templates_depend_on_no_order_and_nothing_on_threads() {
    let place = dump();
    for (out, more) in [("one", ["-j", "1"]), ("eight", ["-j", "8"])] {
        run(&place, out, &[&["--scope", "corpus", "--copies", "drop"], &more[..]].concat());
    }
    assert!(place.read("one.jsonl") == place.read("eight.jsonl"));
    assert!(tree(&place.path("one")) == tree(&place.path("eight")));
    run(&place, "more", &["--scope", "corpus", "--min-docs", "7"]);
    let clean = String::from_utf8(place.read("more/courier/0.txt")).unwrap();
    assert!(clean.contains("Westhaven Courier"), "six are not seven");
}

#[test]
fn standard_input_cannot_be_read_twice() {
    let place = Place::new();
    place.run_with(&["clean", "--scope", "corpus"], b"text\n").code(2).says("--scope document");
}
