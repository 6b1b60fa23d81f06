//! The corpus and the samples, where they are at hand. Nothing of them is part of the project.

use std::fmt::Write;
use std::io::Read;

use serde_json::Value;
use unchaff::{Config, Kind, clean};

use crate::util::shared;

/// Share of the characters of clean texts that may go: half a percent.
const HARM_MAX: f64 = 0.005;

#[test]
fn clean_texts_of_the_corpus_keep_nearly_every_character() {
    let Some(path) = shared("corpus/dev/never_touch.jsonl.gz") else { return };
    let (mut all, mut removed) = (0, 0);
    for document in read_jsonl_gz(&path) {
        let lines: Vec<&str> =
            document["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        let text = lines.join("\n") + "\n";
        let cleaned = clean(&text, &Config::default());
        all += text.chars().filter(|c| !c.is_whitespace()).count();
        removed += cleaned
            .cuts
            .iter()
            .flat_map(|cut| cleaned.removed(cut).chars())
            .filter(|c| !c.is_whitespace())
            .count();
    }
    let share = removed as f64 / all as f64;
    assert!(
        share <= HARM_MAX,
        "{removed} of {all} characters of clean texts are cut ({:.3} %)",
        100.0 * share
    );
}

/// Share of the characters of clean texts that may go, or be marked, as repeats.
const REPEATS_MAX: f64 = 0.0002;
const MARKS_MAX: f64 = 0.002;

#[test]
fn clean_texts_of_the_corpus_have_no_repeats_to_cut() {
    let Some(path) = shared("corpus/dev/never_touch.jsonl.gz") else { return };
    let (mut all, mut cut, mut marked) = (0, 0, 0);
    let mut told = String::new();
    for document in read_jsonl_gz(&path) {
        let lines: Vec<&str> =
            document["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        let text = lines.join("\n") + "\n";
        let cleaned = clean(&text, &Config::default());
        all += text.chars().count();
        let words = text.split_whitespace().count();
        let repeats = cleaned.cuts.iter().filter(|cut| cut.kind == Kind::Repeat);
        let found = repeats.map(|cut| ("cut", &cut.span, cut.rule));
        for (what, span, rule) in
            found.chain(cleaned.marks.iter().map(|mark| ("mark", &mark.span, mark.rule)))
        {
            let chars = text[span.clone()].chars().count();
            *(if what == "cut" { &mut cut } else { &mut marked }) += chars;
            let start: String = text[span.clone()].chars().take(90).collect();
            let _ = writeln!(told, "{what} {} {rule} {chars} of {}: {start}", document["id"], words * 6);
        }
    }
    println!("{cut} of {all} characters cut, {marked} marked\n{told}");
    assert!(cut as f64 <= REPEATS_MAX * all as f64, "{cut} of {all} characters are cut:\n{told}");
    assert!(marked as f64 <= MARKS_MAX * all as f64, "{marked} of {all} characters are marked:\n{told}");
}

/// Line numbers of each sample that must go, and that may: from the samples' own README.
#[test]
fn the_samples_are_cleaned_as_a_careful_person_would() {
    let Some(folder) = shared("samples") else { return };
    let range = |from, to| (from..=to).collect::<Vec<usize>>();
    let cases: [(&str, Vec<usize>, Vec<usize>); 5] = [
        ("000_3d89b15a94e55954.txt", vec![8], vec![]),
        (
            "001_f732977be79c2a27.txt",
            [range(1, 3), range(8, 14), vec![18, 37, 50, 59, 65, 66, 68, 70, 72, 74]].concat(),
            vec![5, 7, 36, 49, 58],
        ),
        ("002_86154fe3c28c599d.txt", range(13, 29), vec![]),
        ("003_0667f53c74d38d8b.txt", vec![], vec![]),
        ("004_888c58a4d7dcaec2.txt", vec![], vec![]),
    ];
    for (name, drop, free) in cases {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let cleaned = clean(&text, &Config::default());
        let gone: Vec<usize> =
            cleaned.cuts.iter().flat_map(|cut| cut.lines.clone()).map(|line| line + 1).collect();
        for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
            if !line.trim().is_empty() && !free.contains(&number) {
                assert_eq!(gone.contains(&number), drop.contains(&number), "{name}:{number}");
            }
        }
    }
}

fn read_jsonl_gz(path: &std::path::Path) -> Vec<Value> {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
