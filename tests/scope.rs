//! Documents looked at together: templates, copies, the order of first copies.

use std::fs;
use std::sync::atomic::AtomicBool;

use serde_json::Value;
use unchaff::input::Source;
use unchaff::repeats::{Copies, Scope};
use unchaff::run::{self, Job};

use crate::util::{Place, tree};

pub(crate) const STORY: &str = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.\n\nThe harbour master says that he was never asked, and that he would have told them so for the price of a very small coffee.\n";
pub(crate) const FOOTER: &str = "The Westhaven Courier is made by nine people above the fish market, and every one of them would like to hear from you before noon.\n";

/// A document of its own: sentences with a number that is written out differently in each.
pub(crate) fn body(number: usize) -> String {
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

pub(crate) fn rows(place: &Place, report: &str) -> Vec<Value> {
    let report = String::from_utf8(place.read(report)).unwrap();
    let rows = report.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.filter(|row| row["type"] == "doc").collect()
}

pub(crate) fn run(place: &Place, out: &str, more: &[&str]) {
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
    // Of a copy of which nothing is left its first one is named; to keep a kind would be no help.
    let again = ["clean", "in", "--output-dir", "again", "--scope", "corpus", "--copies", "drop"];
    let ran = place.run(&again).code(0);
    ran.says("wire/c.txt: warning: nothing is left of this document, a copy of wire/a.txt\n");
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

/// The story of another site as its readers get it, and the mark that is wanted: its rule, its text and the lines of
/// the first copy.
fn marked(first: &str, second: &str, more: &[&str]) -> Vec<(String, String, Vec<u64>)> {
    let place = Place::new();
    place.write("in/a.txt", first);
    place.write("in/b.txt", second);
    run(&place, "out", &[&["--scope", "corpus"], more].concat());
    let rows = rows(&place, "out.jsonl");
    assert!(rows[0]["mark"].is_null(), "the first copy is none: {}", rows[0]);
    let marks = rows[1]["mark"].as_array().cloned().unwrap_or_default();
    let b = |mark: &Value, at: usize| usize::try_from(mark["b"][at].as_u64().unwrap()).unwrap();
    marks
        .iter()
        .map(|mark| {
            assert_eq!(mark["first"]["id"], "a.txt");
            let lines = serde_json::from_value(mark["first"]["l"].clone()).unwrap();
            let text = &second[b(mark, 0)..b(mark, 1)];
            (mark["rule"].as_str().unwrap().to_owned(), text.to_owned(), lines)
        })
        .collect()
}

#[test]
fn a_story_set_otherwise_is_found() {
    let first = format!("{}\n{STORY}", body(1));
    let (one, two) = STORY.trim_end().split_once("\n\n").unwrap();
    let mut wrapped = String::new();
    for (at, word) in STORY.split_whitespace().enumerate() {
        wrapped.push_str(word);
        wrapped.push(if at % 9 == 8 { '\n' } else { ' ' });
    }
    let wrapped = wrapped.trim_end().to_owned() + "\n";
    let shouted = STORY.to_uppercase().replace(' ', "  ");
    for second in [wrapped, format!("{one} {two}\n"), shouted] {
        let marks = marked(&first, &format!("{}\n{second}", body(2)), &[]);
        assert_eq!(marks, [("repeat/corpus".to_owned(), second, vec![7, 9])]);
    }
}

#[test]
fn a_story_with_an_advertisement_in_it_is_marked_all_the_same() {
    let first = format!("{}\n{STORY}", body(1));
    let second = STORY.replacen("\n\n", "\n\nAdvertisement\n\n", 1);
    let marks = marked(&first, &format!("{}\n{second}", body(2)), &[]);
    let told: String = marks.iter().map(|(_, text, _)| text.as_str()).collect();
    assert!(STORY.split("\n\n").all(|paragraph| told.contains(paragraph.trim_end())), "{marks:?}");
}

#[test]
fn a_part_of_a_paragraph_is_marked_and_cut_only_when_asked() {
    let first = format!("{}\n{STORY}", body(1));
    let (one, _) = STORY.split_once("\n\n").unwrap();
    let second = format!("{}\nSo the paper says. {one} Nobody has asked it.\n", body(2));
    let marks = marked(&first, &second, &[]);
    assert_eq!(marks, [("repeat/partial".to_owned(), one.trim_end_matches('.').to_owned(), vec![7, 7])]);
    assert_eq!(marked(&first, &second, &["--copies", "drop"]), marks);
    assert_eq!(marked(&first, &second, &["--copies", "keep"]), []);
    assert_eq!(marked(&first, &second, &["--copies", "drop", "--partial", "cut"]), [], "it is cut");
}

#[test]
fn changed_words_are_told_and_changed_numbers_are_news() {
    let report = "The harbour office counted the boats that came in over the summer and found that fewer than ever had asked for a berth for longer than one night, and that most of them were from the other side of the bay.\n";
    let first = format!("{}\n{STORY}\n{report}", body(1));
    let edited = STORY.replace("spring", "autumn").replace("small coffee", "large coffee");
    let marks = marked(&first, &format!("{}\n{edited}\n{report}", body(2)), &["--copies", "drop"]);
    let near: Vec<&str> =
        marks.iter().filter(|(rule, ..)| rule == "repeat/near").map(|(_, text, _)| text.trim_end()).collect();
    let lines: Vec<&str> = edited.trim_end().split("\n\n").collect();
    assert_eq!(near, lines, "told, and not dropped: {marks:?}");
    let prices = |day: &str, price: &str| {
        format!(
            "On the {day} of the month the barrel of herring at the upper market stood at {price} crowns.\n"
        )
    };
    let one = format!("{}\n{}", body(1), prices("3rd", "12.40"));
    assert_eq!(marked(&one, &format!("{}\n{}", body(2), prices("4th", "12.95")), &[]), []);
}

/// The words of cuts and marks that are said to be as their first copies, and the words of those.
fn said_equal(place: &Place, report: &str) -> Vec<(String, Vec<String>, Vec<String>)> {
    let text =
        |row: &Value| String::from_utf8(place.read(&format!("in/{}", row["id"].as_str().unwrap()))).unwrap();
    let words = |text: &str, b: &Value| -> Vec<String> {
        let at = |at: usize| usize::try_from(b[at].as_u64().unwrap()).unwrap();
        text[at(0)..at(1)].split_whitespace().map(|word| word.trim_matches('.').to_lowercase()).collect()
    };
    let mut said = Vec::new();
    for row in rows(place, report) {
        let of = |what: &str| row[what].as_array().cloned().unwrap_or_default();
        for copy in [of("cut"), of("mark")].concat().iter().filter(|copy| !copy["first"].is_null()) {
            if copy["match"] != "near" {
                let first = words(&text(&copy["first"]), &copy["first"]["b"]);
                said.push((copy["rule"].as_str().unwrap().to_owned(), words(&text(&row), &copy["b"]), first));
            }
        }
    }
    said
}

/// Every piece of a report stands in an earlier one, and no earlier report says what it says.
#[test]
fn a_line_pieced_together_from_several_documents_stays() {
    let report = |wind: usize, glass: usize, morning: usize, noon: usize| {
        format!(
            "In the morning the wind was from the south-west at {wind} miles an hour, with a moderate sea and good visibility in all quarters, and the glass stood at {glass} millibars, while the thermometer on the north wall of the light showed {morning} degrees at eight and {noon} degrees at noon.\n"
        )
    };
    let place = Place::new();
    let mut lines = std::collections::BTreeMap::new();
    for number in 0..60 {
        let of = |many: usize, by: usize| number * by % 61 % many;
        let line = report(10 + of(2, 7), 1001 + of(2, 13), 4 + of(2, 29), 6 + of(2, 37));
        place.write(&format!("in/{number:02}.txt"), format!("{}\n{line}", body(number)));
        lines.entry(line).or_insert_with(Vec::new).push(number);
    }
    assert_eq!(lines.len(), 16, "all there are");
    for copies in ["mark", "drop"] {
        run(&place, copies, &["--scope", "corpus", "--min-docs", "1000", "--copies", copies]);
        for (rule, copy, first) in said_equal(&place, &format!("{copies}.jsonl")) {
            let reads = if rule == "repeat/partial" {
                first.windows(copy.len()).any(|words| words == copy)
            } else {
                copy == first
            };
            assert!(reads, "{rule}: {copy:?} is not {first:?}");
        }
    }
    // An equal line that comes later is told in pieces, too: their first copies stand in other documents.
    for (line, numbers) in lines {
        let clean = String::from_utf8(place.read(&format!("drop/{:02}.txt", numbers[0]))).unwrap();
        assert!(clean.contains(&line), "{}: {line}", numbers[0]);
    }
}

/// The second site took half a sentence from the first, the third took its line from the second.
#[test]
fn a_line_that_is_a_copy_in_part_is_a_first_copy() {
    let taken = "Every boat that asks for a berth for longer than one night is to be measured at the upper lock, and its master pays for the measuring, in coin";
    let line = format!(
        "{taken}, unless he can show a letter of the harbour office in which the length and the breadth of his boat are written down by hand and sealed with wax.\n"
    );
    let place = Place::new();
    place.write("in/a.txt", format!("{}\n{taken}, before noon.\n", body(1)));
    place.write("in/b.txt", format!("{}\n{line}", body(2)));
    place.write("in/c.txt", format!("{}\n{line}", body(3)));
    run(&place, "out", &["--scope", "corpus", "--copies", "drop"]);
    let clean = |name: &str| String::from_utf8(place.read(&format!("out/{name}.txt"))).unwrap();
    assert!(clean("b").contains(&line));
    assert_eq!(clean("c"), body(3));
    let row = &rows(&place, "out.jsonl")[2];
    let copy = row["cut"].as_array().unwrap().iter().find(|cut| cut["rule"] == "repeat/corpus").unwrap();
    assert_eq!((&copy["first"]["id"], &copy["match"]), (&"b.txt".into(), &"exact".into()));
}

#[test]
fn a_line_that_goes_is_no_first_copy() {
    let place = Place::new();
    let notice = "Every boat that asks for a berth for longer than one night is to be measured at the upper lock, and its master pays for the measuring.";
    place.write("unchaff.toml", "drop-line = [\"^Every boat\"]\n");
    place.write("in/a.txt", format!("{}\n{notice}\n", body(1)));
    place.write("in/b.txt", format!("{}\nHe read it out to us: {notice} Then he laughed.\n", body(2)));
    run(&place, "out", &["--scope", "corpus", "--copies", "drop", "--partial", "cut"]);
    assert!(!String::from_utf8(place.read("out/a.txt")).unwrap().contains(notice));
    assert!(String::from_utf8(place.read("out/b.txt")).unwrap().contains(notice), "it would be lost");
}

#[test]
fn the_order_says_which_copy_is_the_first() {
    let place = Place::new();
    place.write("in/z.jsonl", format!("{}\n{}\n", record("b", 1), record("a", 2)));
    let kept = |out: &str, order: &str| {
        run(&place, out, &["--scope", "corpus", "--copies", "drop", "--order", order]);
        let clean = String::from_utf8(place.read(&format!("{out}/z.jsonl"))).unwrap();
        clean.lines().map(|line| line.contains("harbour master")).collect::<Vec<_>>()
    };
    assert_eq!(kept("input", "input"), [true, false]);
    assert_eq!(kept("id", "id"), [false, true]);
}

fn record(id: &str, number: usize) -> Value {
    serde_json::json!({ "id": id, "text": format!("{}\n{STORY}", body(number)) })
}

/// Rows that are sorted in memory, and in runs of a few on disk.
#[test]
fn memory_changes_nothing() {
    let place = Place::new();
    let mut records = String::new();
    for number in 0..600 {
        let mut record = record(&number.to_string(), number);
        if number % 3 > 0 {
            record["text"] = format!("{}\n{}", body(number), body(number / 2)).into();
        }
        records += &format!("{record}\n");
    }
    place.write("in/dump.jsonl", records);
    let report = |name: &str, memory: u64, jobs: usize| {
        let mut job = Job {
            sources: vec![Source::File {
                path: place.path("in/dump.jsonl"),
                id: "dump.jsonl".to_owned(),
                bytes: 0,
            }],
            report: Some(place.path(name)),
            memory,
            jobs,
            ..Job::default()
        };
        job.config.repeats.scope = Scope::Corpus;
        job.config.repeats.copies = Copies::Drop;
        let tally = run::run(&job, &AtomicBool::new(false), |_| ()).unwrap();
        assert_eq!(tally.docs, 600);
        place.read(name)
    };
    let expected = report("plenty.jsonl", 1 << 30, 1);
    assert!(String::from_utf8_lossy(&expected).matches("repeat/corpus").count() > 300);
    assert!(report("little.jsonl", 0, 1) == expected);
    assert!(report("threads.jsonl", 0, 3) == expected);
}

/// One word over and over: every window of the second text begins anew in the first. Each source is looked at once,
/// and the windows are one passage; a search that took them one by one would not end.
#[test]
fn one_word_over_and_over_comes_to_an_end() {
    let place = Place::new();
    let lines = |words: usize| format!("{}\n", vec!["quay"; words].join(" "));
    for (number, words) in [100_000, 99_990].into_iter().enumerate() {
        place.write(&format!("in/{number}.txt"), format!("{}\n{}", body(number), lines(words)));
    }
    run(&place, "out", &["--scope", "corpus", "--copies", "drop"]);
    let rows = rows(&place, "out.jsonl");
    let copies: Vec<&Value> =
        rows[1]["cut"].as_array().unwrap().iter().filter(|cut| cut["rule"] == "repeat/corpus").collect();
    assert_eq!(copies.len(), 1, "the line is one copy");
    assert_eq!(copies[0]["words"], 99_990);
    assert_eq!(copies[0]["first"]["id"], "0.txt");
    assert_eq!(String::from_utf8(place.read("out/1.txt")).unwrap(), body(1));
}

/// A few words over and over, in lines of odd lengths, among documents of other words.
#[test]
fn periodic_texts_are_one_copy() {
    let place = Place::new();
    let text = |period: usize, lines: usize| -> String {
        let words: Vec<String> = (0..lines * 37).map(|at| format!("w{}", at % period)).collect();
        words.chunks(37).map(|line| line.join(" ") + "\n").collect()
    };
    for period in [2, 3, 29] {
        place.write(&format!("in/{period}a.txt"), format!("{}\n{}", body(period), text(period, 40)));
        place.write(&format!("in/{period}b.txt"), format!("{}\n{}", body(period + 40), text(period, 40)));
    }
    run(&place, "out", &["--scope", "corpus", "--copies", "drop"]);
    for period in [2, 3, 29] {
        let clean = String::from_utf8(place.read(&format!("out/{period}b.txt"))).unwrap();
        assert_eq!(clean, body(period + 40), "nothing of the copy stays");
    }
}

#[test]
fn a_field_says_which_copy_is_the_first() {
    let place = Place::new();
    let record = |id: &str, date: Option<Value>, number: usize| {
        let mut record = record(id, number);
        if let Some(date) = date {
            record["date"] = date;
        }
        format!("{record}\n")
    };
    let dump = [
        record("none", None, 1),
        record("late", Some("2024-05-02".into()), 2),
        record("early", Some("2023-12-31T23:00:00Z".into()), 3),
        record("number", Some(20_231_231.into()), 4),
    ];
    place.write("in/z.jsonl", dump.concat());
    let args = |order: &str| {
        [
            "clean",
            "in",
            "--output-dir",
            "out",
            "--scope",
            "corpus",
            "--copies",
            "drop",
            "--min-docs",
            "9",
            "--force",
            "--order",
            order,
        ]
        .map(str::to_owned)
    };
    let kept = |order: &str| {
        place.run(&args(order).each_ref().map(String::as_str)).code(0);
        let clean = String::from_utf8(place.read("out/z.jsonl")).unwrap();
        clean.lines().map(|line| line.contains("harbour master")).collect::<Vec<_>>()
    };
    assert_eq!(kept("date"), [false, false, false, true], "a number comes before other values");
    assert_eq!(kept("input"), [true, false, false, false]);
    place.write("in/z.jsonl", dump[..3].concat());
    assert_eq!(kept("date"), [false, false, true]);
    place.write("in/z.jsonl", [&dump[0][..], &dump[1]].concat());
    assert_eq!(kept("date"), [false, true], "one without a date comes last");
    place
        .run(&args("published").each_ref().map(String::as_str))
        .code(2)
        .says("no record has a field published");
    place.write("in/a.txt", body(1));
    place.run(&args("date").each_ref().map(String::as_str)).code(2).says("a.txt: a text has no fields");
}

/// Columns and headers are fields, too.
#[test]
fn tables_and_archives_have_an_order() {
    let place = Place::new();
    let quoted = |number: usize| format!("\"{}\n{STORY}\"", body(number));
    place.write(
        "in/z.csv",
        format!("id,date,text\na,9,{}\nb,10,{}\nc,8.5,{}\n", quoted(1), quoted(2), quoted(3)),
    );
    run(&place, "csv", &["-g", "*.csv", "--scope", "corpus", "--copies", "drop", "--order", "date"]);
    let first: Vec<Value> =
        rows(&place, "csv.jsonl").iter().flat_map(|row| row["cut"].as_array().unwrap().clone()).collect();
    assert!(first.iter().filter(|cut| cut["kind"] == "repeat").all(|cut| cut["first"]["id"] == "c"));
    let page = |number: usize, date: &str| {
        let text = format!("{}\n{STORY}", body(number));
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <r{number}>\r\nWARC-Date: {date}\r\nContent-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        )
    };
    fs::remove_dir_all(place.path("in")).unwrap();
    place.write("in/z.wet", page(1, "2024-05-02T00:00:00Z") + &page(2, "2024-05-01T00:00:00Z"));
    run(&place, "wet", &["--scope", "corpus", "--order", "WARC-Date"]);
    let rows = rows(&place, "wet.jsonl");
    assert_eq!(rows[0]["mark"][0]["first"]["id"], "r2");
    assert!(rows[1]["mark"].is_null());
}
