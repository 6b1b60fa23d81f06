//! Documents that are made to be dear: what is found in them does not depend on threads, batches or memory.

use std::sync::atomic::AtomicBool;

use serde_json::Value;
use unchaff::input::Source;
use unchaff::repeats::{Copies, Partial, Scope};
use unchaff::run::{self, BatchSize, Job};

use crate::scope::{FOOTER, STORY, body, rows};
use crate::util::Place;

const WORDS: usize = 3000;
const LINE_WORDS: usize = 37;

/// Lines of words, each of which is one of a few.
fn lines(words: impl Iterator<Item = usize>) -> String {
    let words: Vec<String> = words.take(WORDS).map(|number| format!("quay{}", "ab".repeat(number))).collect();
    words.chunks(LINE_WORDS).map(|line| line.join(" ") + ".\n").collect()
}

/// Fibonacci and Thue-Morse words, periods, and words as they fall.
fn hostile() -> Vec<String> {
    let mut fibonacci = (vec![0], vec![0, 1]);
    while fibonacci.1.len() < WORDS {
        fibonacci = (fibonacci.1.clone(), [fibonacci.1, fibonacci.0].concat());
    }
    let mut random = 1_u64;
    let fallen = std::iter::repeat_with(move || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::from(random >> 63 == 1)
    });
    vec![
        lines(fibonacci.1.into_iter()),
        lines((0..).map(|at: usize| at.count_ones() as usize % 2)),
        lines(std::iter::repeat(0)),
        lines((0..).map(|at| at % 2)),
        lines((0..).map(|at| at % 29)),
        lines(fallen),
    ]
}

/// Each of these texts in two documents, a line in forty, and a story in some of them.
fn dump() -> Place {
    let mut texts = Vec::new();
    for (number, text) in hostile().into_iter().enumerate() {
        let (middle, _) = text.char_indices().filter(|(_, c)| *c == '\n').nth(30).unwrap();
        texts.push(format!("{}\n{text}", body(number)));
        texts.push(format!("{}\n{}", body(number + 10), &text[middle + 1..]));
    }
    for number in 20..60 {
        let story = if number % 7 == 0 { STORY } else { "" };
        texts.push(format!("{}\n{story}\n{FOOTER}", body(number)));
    }
    let place = Place::new();
    let record = |(number, text): (usize, &String)| {
        serde_json::json!({"id": format!("{number}"), "text": text}).to_string() + "\n"
    };
    place.write("in.jsonl", texts.iter().enumerate().map(record).collect::<String>());
    place
}

/// The report of a run, which names all that went and all that was found.
fn report(place: &Place, name: &str, change: impl FnOnce(&mut Job)) -> Vec<u8> {
    let path = place.path("in.jsonl");
    let mut job = Job {
        sources: vec![Source::File { path, id: "in.jsonl".to_owned(), bytes: 0 }],
        report: Some(place.path(name)),
        force: true,
        memory: 1 << 30,
        jobs: 1,
        ..Job::default()
    };
    job.config.repeats.scope = Scope::Corpus;
    job.config.repeats.copies = Copies::Drop;
    job.config.repeats.partial = Partial::Cut;
    change(&mut job);
    run::run(&job, &AtomicBool::new(false), |_| ()).unwrap();
    place.read(name)
}

#[test]
fn the_same_is_found_whatever_the_run_is_given() {
    let place = dump();
    let expected = report(&place, "expected", |_| {});
    for (batch, jobs, memory) in [(1, 1, 1 << 30), (3000, 3, 1 << 30), (1 << 20, 2, 0), (1, 8, 1 << 20)] {
        let other = report(&place, "other", |job| {
            job.batch = BatchSize { bytes: batch, ..BatchSize::default() };
            (job.jobs, job.memory) = (jobs, memory);
        });
        assert!(other == expected, "batches of {batch} bytes, {jobs} threads, {memory} bytes of memory");
    }
    let keyed = report(&place, "keyed", |job| job.config.repeats.key = 7);
    let cuts = |report: &str| -> Vec<Value> {
        rows(&place, report).into_iter().map(|row| serde_json::json!([row["id"], row["cut"]])).collect()
    };
    assert!(!keyed.is_empty() && cuts("keyed") == cuts("expected"), "the key changes nothing that goes");
    let told = String::from_utf8(expected).unwrap();
    for rule in ["repeat/document", "repeat/corpus", "template/line"] {
        assert!(told.contains(rule), "the texts show no {rule}");
    }
}

/// An excerpt tells of lines by number, and a report that was made up may tell of any number.
#[test]
fn a_baseline_that_was_made_up_is_compared_all_the_same() {
    use xxhash_rust::xxh3::Xxh3Default;
    let place = Place::new();
    place.write("in/a.txt", "Share this article\n\nThe ferry sails again, said the council.\n");
    place.run(&["clean", "in", "--output-dir", "out", "--report", "r", "--report-text", "none"]).code(0);
    let report = String::from_utf8(place.read("r")).unwrap();
    let mut lines: Vec<String> = report.split_inclusive('\n').map(str::to_owned).collect();
    let most = (1_u64 << 53) - 1;
    let size = format!("\"in\":{{\"b\":{most},\"c\":{most},\"l\":{most},");
    let (start, end) = (lines[1].find("\"in\":{").unwrap(), lines[1].find("\"xxh3\"").unwrap());
    lines[1].replace_range(start..end, &size);
    lines[1] = lines[1].replacen("\"l\":[1,1]", &format!("\"l\":[1,{most}]"), 1);
    let mut hasher = Xxh3Default::new();
    hasher.update(lines[1].as_bytes());
    hasher.update(lines[0].as_bytes());
    let last = lines.last_mut().unwrap();
    let at = last.find("\"rows\":\"").unwrap();
    last.replace_range(at.., &format!("\"rows\":\"xxh3:{:016x}\"}}\n", hasher.digest()));
    place.write("r", lines.concat());
    place.write("in/a.txt", "Share this article\n\nThe ferry sails again, said the harbour master.\n");
    place.run(&["check", "in", "--baseline", "r"]).code(1);
}

/// One word again and again in one line: with each block looked at alone this took the square of its length, hours
/// for 50 MB.
#[test]
fn a_line_of_one_word_takes_no_square_of_time() {
    for words in ["quay ", "quay boat tide ", "The ferry sails again today. "] {
        let text = words.repeat(3_000_000 / words.len());
        let cleaned = unchaff::clean(&text, &unchaff::Config::default());
        assert!(cleaned.cuts.iter().all(|cut| cut.span.end <= text.len()));
    }
}
