//! Removals as spans for other programs: Dolma attributes, plain intervals.

use serde_json::Value;

use crate::util::{Place, tree};

const PAGE: &str = "Teilen\nDiesen Artikel teilen\n\nDie Fähre fährt wieder, sagte der Rat am Dienstag nach langer Debatte. 𝄞\n\nAdvertisement\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";

fn line(id: &str, text: &str) -> String {
    format!("{}\n", serde_json::json!({ "id": id, "text": text }))
}

fn rows(bytes: &[u8]) -> Vec<Value> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// What is left when Python, or the mixer, cuts the spans out.
fn without(text: &str, spans: &Value) -> String {
    let inside = |at: usize| {
        spans.as_array().unwrap().iter().any(|span| (number(&span[0])..number(&span[1])).contains(&at))
    };
    text.chars().enumerate().filter(|(at, _)| !inside(*at)).map(|(_, c)| c).collect()
}

#[test]
fn attributes_stand_beside_documents_row_for_row_and_cut_as_unchaff_does() {
    let place = Place::new();
    let plain = "It is raining on the harbour, and has been since Tuesday at noon.\n";
    let dump = line("a", PAGE) + "no json\n" + &line("b", plain) + &line("c", PAGE);
    place.write("documents/x.jsonl.gz", gzip(&dump)).write("documents/sub/page.txt", PAGE);
    let args = [
        "clean",
        "documents",
        "--output-dir",
        "clean",
        "--report",
        "attributes/u",
        "--report-format",
        "dolma",
    ];
    place.run(&args).code(2).says("x.jsonl.gz/1: line 2");
    let names: Vec<String> = tree(&place.path("attributes")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["u/sub/page.txt.jsonl", "u/x.jsonl.gz"]);
    let attributes = rows(&gunzip(&place.read("attributes/u/x.jsonl.gz")));
    let ids: Vec<&str> = attributes.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "x.jsonl.gz/1", "b", "c"], "a row for each record, the bad one too");
    let clean: Vec<Value> = rows(&gunzip(&place.read("clean/x.jsonl.gz")));
    let spans = &attributes[0]["attributes"]["unchaff__cut__all"];
    assert_eq!(without(PAGE, spans), clean[0]["text"].as_str().unwrap());
    let pairs: Vec<(u64, u64)> =
        spans.as_array().unwrap().iter().map(|s| (s[0].as_u64().unwrap(), s[1].as_u64().unwrap())).collect();
    assert!(pairs.windows(2).all(|two| two[0].1 < two[1].0), "spans that touch are one: {pairs:?}");
    assert!(attributes[0]["attributes"]["unchaff__cut__advertisement"].is_array());
    assert_eq!(attributes[2]["attributes"], serde_json::json!({ "unchaff__cut__all": [] }));
    let page = rows(&place.read("attributes/u/sub/page.txt.jsonl"));
    assert_eq!((&page[0]["id"], page.len()), (&"sub/page.txt".into(), 1));
    place.run(&args).code(2).says("exists");
    // A run that goes on writes them anew, the same.
    let before = tree(&place.path("attributes"));
    place.write("documents/x.jsonl.gz", gzip(&dump));
    let resumed =
        [&args[..3], &["again", "--report", "attributes2/u", "--report-format", "dolma", "--resume"]]
            .concat();
    place.run(&resumed).code(2);
    place.run(&[&resumed[..], &["--force"]].concat()).code(2).says("2 inputs were done before");
    let after = tree(&place.path("attributes2"));
    assert!(after == before);
    place
        .run_with(&["clean", "--report", "r", "--report-format", "dolma"], PAGE.as_bytes())
        .code(2)
        .says("no name");
}

fn gzip(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

#[test]
fn a_report_becomes_plain_intervals() {
    let place = Place::new();
    place.write("in/d.jsonl", line("a", PAGE)).write("in/e.txt", PAGE);
    place.run(&["clean", "in", "--output-dir", "out", "--report", "r"]).code(0);
    let clean = String::from_utf8(place.read("out/e.txt")).unwrap();
    let listed = rows(place.run(&["intervals", "r"]).code(0).out_text().as_bytes());
    assert_eq!(
        (&listed[0]["id"], &listed[0]["path"], &listed[0]["rec"]),
        (&"a".into(), &"d.jsonl".into(), &0.into())
    );
    for row in &listed {
        assert_eq!(without(PAGE, &row["removed"]), clean);
    }
    let bytes =
        rows(place.run(&["intervals", "r", "--offsets", "bytes", "--kept"]).code(0).out_text().as_bytes());
    let kept: String = bytes[1]["kept"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| &PAGE[number(&span[0])..number(&span[1])])
        .collect();
    assert_eq!(kept, clean);
    place.run(&["intervals", "in/e.txt"]).code(2).says("is no report");
}

/// A mixer takes what scores 0.95 or more: the number is that of the report.
#[test]
fn scores_are_those_of_the_report() {
    let place = Place::new();
    place
        .write("d/a.txt", PAGE)
        .write("d/b.txt", "Share this article\n\nThe ferry sails again on Tuesday.\n");
    place.run(&["clean", "d", "-n", "--report", "r"]).code(0);
    place.run(&["clean", "d", "-n", "--report", "u", "--report-format", "dolma"]).code(0);
    let mut scores = 0;
    for (row, name) in rows(&place.read("r")).iter().filter(|row| row["type"] == "doc").zip(["a", "b"]) {
        let reported: Vec<&Value> = row["cut"].as_array().unwrap().iter().map(|cut| &cut["score"]).collect();
        let attributes = &rows(&place.read(&format!("u/{name}.txt.jsonl")))[0]["attributes"];
        for span in attributes.as_object().unwrap().values().flat_map(|spans| spans.as_array().unwrap()) {
            assert!(reported.contains(&&span[2]), "{span} is not among {reported:?}");
            scores += 1;
        }
    }
    assert!(scores > 4);
}

/// Two inputs whose attributes would be one file are told before anything is written.
#[test]
fn attributes_of_two_inputs_need_two_files() {
    let dump = line("a", PAGE);
    for (one, other, dumped) in
        [("a.txt", "a.txt.jsonl", dump.clone().into_bytes()), ("a.txt.gz", "a.txt.jsonl.gz", gzip(&dump))]
    {
        let place = Place::new();
        place.write(&format!("in/{one}"), PAGE).write(&format!("in/{other}"), &dumped);
        let args = ["clean", "in", "--report", "att", "--report-format", "dolma", "--output-dir", "out"];
        for force in [&[][..], &["--force"]] {
            let ran = place.run(&[&args[..], force].concat()).code(2);
            ran.says(&format!("att/{other}: the attributes of {one} and of {other} need two files"));
            assert!(!place.path("att").exists() && !place.path("out").exists());
        }
        // Where both are JSON their names are their own.
        place.write(&format!("in/{one}"), &dumped);
        place.run(&[&args[..], &["--input-format", "jsonl", "-g", "*"]].concat()).code(0);
        assert_eq!(tree(&place.path("att")).len(), 2);
    }
    // What a name does not tell is seen when it is read: what stands there stays.
    let place = Place::new();
    place.write("in/a", PAGE).write("in/a.jsonl", &dump);
    let args = ["clean", "in/a", "in/a.jsonl", "--report", "att", "--report-format", "dolma", "--dry-run"];
    place
        .run(&[&args[..], &["--force"]].concat())
        .code(2)
        .says("the attributes of a and of a.jsonl need two");
    assert_eq!(rows(&place.read("att/a.jsonl")).len(), 1);
}
