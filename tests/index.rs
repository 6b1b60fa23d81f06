//! The index of a dump: what is found with it, and what becomes of one that is no good.

use std::fs;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::scope::{FOOTER, STORY, body, rows, run};
use crate::util::{Place, root, tree};

/// Two dumps. Stories of the first stand in the second, whole, in part, with changed words and wrapped otherwise;
/// a footer stands twice in either; short lines, and a story that only the second has twice.
fn dumps() -> Place {
    let place = Place::new();
    let (one, two) = STORY.trim_end().split_once("\n\n").unwrap();
    let note = "Boats of more than nine tons wait at the upper lock.\n";
    let first = [
        format!("{}\n{FOOTER}", body(1)),
        format!("{}\n{STORY}", body(2)),
        format!("{}\n{note}\n{FOOTER}", body(3)),
        format!("{}\n{}\n{STORY}", body(4), body(2)),
        format!("{}\n", body(5)),
    ];
    let second = [
        format!("{}\n{STORY}\n{FOOTER}", body(20)),
        format!("{}\nSo the paper says. {one} Nobody has asked it.\n", body(21)),
        format!("{}\n{}\n{}", body(22), STORY.replace("spring", "autumn"), body(3)),
        format!("{}\n{}\n\n{note}", body(23), two.replace(" and ", "\nand ")),
        format!("{}\n{FOOTER}", body(24)),
        format!("{}\n{}", body(25), body(24)),
        format!("{}\n{}\n{STORY}", body(5), body(4)),
    ];
    let site = |number: usize| ["https://www.quay.example", "https://lock.example"][number % 2];
    let lines = |name: &str, texts: &[String]| -> String {
        let line = |(number, text): (usize, &String)| {
            let url = format!("{}/{number}", site(number));
            let day = 30 - number;
            json!({"id": format!("{name}{number}"), "url": url, "date": day, "text": text}).to_string() + "\n"
        };
        texts.iter().enumerate().map(line).collect()
    };
    place.write("in/a.jsonl", lines("a", &first)).write("in/b.jsonl", lines("b", &second));
    place
}

/// What was decided of the documents of the second dump.
fn decisions(place: &Place, report: &str) -> Vec<Value> {
    let mut rows: Vec<Value> =
        rows(place, report).into_iter().filter(|row| row["id"].as_str().unwrap().starts_with('b')).collect();
    for row in &mut rows {
        row["src"].take();
        for list in ["cut", "mark"] {
            for cut in row[list].as_array_mut().into_iter().flatten() {
                if let Some(first) = cut["first"].as_object_mut() {
                    let is_of_index = first.remove("index").is_some();
                    assert!(!is_of_index || first["id"].as_str().unwrap().starts_with('a'));
                }
            }
        }
    }
    rows
}

#[test]
fn a_later_dump_is_cleaned_as_if_the_earlier_one_came_before_it() {
    let place = dumps();
    for scope in ["corpus", "site"] {
        let index = format!("{scope}.idx");
        place
            .run(&["index", "build", "in/a.jsonl", "-o", &index, "--scope", scope])
            .code(0)
            .says("indexed 5");
        for (number, more) in [
            &["--copies", "mark"][..],
            &["--copies", "drop", "--partial", "cut"],
            &["--copies", "keep"],
            &["--min-docs", "3"],
        ]
        .into_iter()
        .enumerate()
        {
            let (whole, later) = (format!("{scope}{number}"), format!("{scope}{number}-later"));
            run(&place, &whole, &[&["--scope", scope], more].concat());
            let expected = decisions(&place, &format!("{whole}.jsonl"));
            for jobs in ["1", "3"] {
                let report = format!("{later}{jobs}.jsonl");
                let out = format!("{later}{jobs}");
                let args =
                    ["clean", "in/b.jsonl", "-o", &out, "--report", &report, "--index", &index, "-j", jobs];
                place.run(&[&args[..], more].concat()).code(0);
                assert_eq!(decisions(&place, &report), expected, "{scope} {more:?}");
                assert_eq!(place.read(&out), place.read(&format!("{whole}/b.jsonl")));
            }
            if scope == "corpus" && number == 0 {
                let rules = ["repeat/corpus", "repeat/partial", "repeat/near", "template/line"];
                let all = serde_json::to_string(&expected).unwrap();
                for rule in rules {
                    assert!(all.contains(rule), "the dumps show no {rule}");
                }
            }
        }
    }
}

#[test]
fn a_first_copy_in_the_index_is_named() {
    let place = dumps();
    place.run(&["index", "build", "in/a.jsonl", "-o", "a.idx", "-q"]).code(0);
    place.run(&["clean", "in/b.jsonl", "-o", "b", "--report", "b.r", "--index", "a.idx", "-q"]).code(0);
    let rows = rows(&place, "b.r");
    let mark = &rows[0]["mark"][0];
    assert_eq!(mark["first"]["id"], "a1");
    assert_eq!(mark["first"]["index"], true);
    // The second paragraph of the story stands in so many documents of both dumps that it is a template.
    assert_eq!(mark["first"]["l"], json!([7, 7]));
    let report = String::from_utf8(place.read("b.r")).unwrap();
    let head: Value = serde_json::from_str(report.lines().next().unwrap()).unwrap();
    let info: Value =
        serde_json::from_slice(&place.run(&["index", "info", "a.idx", "--json"]).code(0).out).unwrap();
    assert_eq!(head["index"], info["xxh3"]);
    assert_eq!((&info["docs"], &info["words"]), (&5.into(), &24.into()));
    let told = place.run(&["index", "info", "a.idx"]).code(0).out_text();
    assert!(told.contains("5 in 1 group (--scope corpus)"), "{told}");
    place.run(&["restore", "b", "--report", "b.r", "-o", "back"]).code(0);
    assert_eq!(place.read("back"), place.read("in/b.jsonl"));
}

#[test]
fn merging_is_building_at_once() {
    let place = dumps();
    for scope in ["corpus", "site"] {
        let build = |input: &str, index: &str, more: &[&str]| {
            let args = ["index", "build", input, "-o", index, "--scope", scope, "--force"];
            place.run(&[&args[..], more].concat()).code(0);
        };
        build("in/a.jsonl", "a.idx", &["-j", "1"]);
        build("in/b.jsonl", "b.idx", &["-j", "3"]);
        build("in", "both.idx", &["-j", "2"]);
        place
            .run(&["index", "merge", "a.idx", "b.idx", "-o", "merged.idx", "--force"])
            .code(0)
            .says("12 documents");
        assert!(place.read("merged.idx") == place.read("both.idx"));
        build("in", "again.idx", &["-j", "1", "--memory", "16MiB"]);
        assert!(place.read("again.idx") == place.read("both.idx"));
    }
    place.run(&["index", "build", "in/a.jsonl", "-o", "long.idx", "--repeat-words", "30"]).code(0);
    let args = ["index", "merge", "b.idx", "long.idx", "-o", "x.idx"];
    place.run(&args).code(2).says("long.idx: was built with another --scope than b.idx");
    assert!(!place.path("x.idx").exists());
}

/// Texts have the names of their run: in an index of two trees two may be called the same.
#[test]
fn texts_of_merged_trees_keep_the_names_that_they_had() {
    let place = Place::new();
    place.write("in/a/00.txt", format!("{}\n{STORY}", body(1))).write("in/b/00.txt", body(2));
    place.write("later.txt", format!("{}\n{STORY}", body(3)));
    let build = |index: &str, args: &[&str]| {
        place.run(&[&["index", "build", "-o", index], args].concat()).code(0);
    };
    let merge = |out: &str, indexes: [&str; 2]| {
        place.run(&[&["index", "merge", "-o", out][..], &indexes].concat()).code(0);
    };
    let first_of = |index: &str| {
        let args = ["clean", "later.txt", "-n", "--index", index, "--report", "r", "--force"];
        place.run(&args).code(0);
        rows(&place, "r")[0]["mark"][0]["first"]["id"].clone()
    };
    build("a.idx", &["in/a"]);
    build("b.idx", &["in/b"]);
    merge("merged.idx", ["a.idx", "b.idx"]);
    build("both.idx", &["in/a", "in/b"]);
    assert_eq!((first_of("merged.idx"), first_of("both.idx")), ("00.txt".into(), "a/00.txt".into()));
    // Built from the folder above they have the names of one run.
    build("below-a.idx", &["in", "-g", "a/**/*.txt"]);
    build("below-b.idx", &["in", "-g", "b/**/*.txt"]);
    merge("below.idx", ["below-a.idx", "below-b.idx"]);
    assert!(place.read("below.idx") == place.read("both.idx"));
}

#[test]
fn an_index_that_is_no_good_is_refused() {
    let place = dumps();
    place.run(&["index", "build", "in/a.jsonl", "-o", "a.idx", "-q"]).code(0);
    let whole = place.read("a.idx");
    let refused = |bytes: &[u8], says: &str| {
        place.write("bad.idx", bytes);
        for args in [
            &["clean", "in/b.jsonl", "-o", "b", "--index", "bad.idx"][..],
            &["index", "info", "bad.idx"],
            &["index", "merge", "a.idx", "bad.idx", "-o", "b"],
        ] {
            place.run(args).code(2).says("bad.idx: ").says(says);
            assert!(!place.path("b").exists());
        }
    };
    for length in [0, 1, 15, 16, 40, whole.len() / 2, whole.len() - 17, whole.len() - 1] {
        refused(&whole[..length], "is cut off or damaged");
    }
    for at in [17, whole.len() / 3, whole.len() / 2, whole.len() - 100, whole.len() - 12, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        refused(&bytes, "is cut off or damaged");
    }
    refused(&[&whole[..], b"more"].concat(), "is cut off or damaged");
    refused(&[b"unchaff index 7\n", &whole[16..]].concat(), "of version 7, and this unchaff reads version 1");
    refused(b"{\"type\":\"run\"}\n and something more", "is no index of unchaff");
    fs::create_dir(place.path("folder.idx")).unwrap();
    place.run(&["index", "info", "folder.idx"]).code(2).says("is a folder");
    place.run(&["index", "info", "nothing.idx"]).code(2).says("nothing.idx");
}

/// The index with other contents, and the hash that it ought to have: an enemy computes it.
fn resigned(index: &[u8], change: impl FnOnce(&mut Vec<u8>, &mut Value)) -> Vec<u8> {
    let (mut bytes, trailer) = (index[..index.len() - 16].to_vec(), &index[index.len() - 16..]);
    let length = usize::from_le_bytes(trailer[..8].try_into().unwrap());
    let mut facts = serde_json::from_slice(&bytes.split_off(bytes.len() - length)).unwrap();
    change(&mut bytes, &mut facts);
    let facts = facts.to_string();
    bytes.extend(facts.as_bytes());
    bytes.extend((facts.len() as u64).to_le_bytes());
    let hash = xxhash_rust::xxh3::xxh3_64(&bytes);
    [bytes, hash.to_le_bytes().to_vec()].concat()
}

#[test]
fn an_index_that_was_forged_is_refused() {
    let place = dumps();
    place.run(&["index", "build", "in/a.jsonl", "-o", "a.idx", "-q"]).code(0);
    let whole = place.read("a.idx");
    assert!(resigned(&whole, |_, _| {}) == whole);
    let says = |name: &str, args: &[&str]| {
        place.run(args).code(2).says("bad.idx: is cut off or damaged; build it again");
        assert!(!place.path("b").exists() && !place.path("c").exists(), "{name}");
    };
    let clean = ["clean", "in/b.jsonl", "-o", "b", "--index", "bad.idx"];
    let at = |part: &str, end: usize| {
        let info = place.run(&["index", "info", "a.idx", "--json"]).code(0).out;
        let info: Value = serde_json::from_slice(&info).unwrap();
        usize::try_from(info["sections"][part][end].as_u64().unwrap()).unwrap()
    };
    // What it says of itself is seen when it is opened.
    let parts = ["documents", "starts", "groups", "lines", "fingerprints", "short_lines"];
    let numbers = [0, 15, 17, u64::from(u32::MAX), u64::MAX - 7, u64::MAX];
    let forged = parts.iter().flat_map(|part| numbers.map(|number| (part, number)));
    for (part, number) in forged {
        for end in [0, 1] {
            let bad = resigned(&whole, |_, facts| facts["sections"][part][end] = number.into());
            place.write("bad.idx", bad);
            says(part, &["index", "info", "bad.idx"]);
        }
    }
    let starts = at("starts", 0);
    for (from, number) in [(starts, 8), (starts + 8, 31), (starts + 16, u64::MAX), (at("groups", 0) + 8, 6)] {
        let bad =
            |bytes: &mut Vec<u8>, _: &mut Value| bytes[from..from + 8].copy_from_slice(&number.to_le_bytes());
        place.write("bad.idx", resigned(&whole, bad));
        says("starts", &["index", "info", "bad.idx"]);
        says("starts", &["index", "merge", "a.idx", "bad.idx", "-o", "c"]);
        says("starts", &clean);
    }
    place.write("bad.idx", resigned(&whole, |_, facts| facts["docs"] = 6.into()));
    says("docs", &clean);
    // Documents and rows are seen when they are read. The second document has a story in it that is copied.
    let second = 16 + usize::from_le_bytes(whole[starts + 8..starts + 16].try_into().unwrap());
    let words = u32::from_le_bytes(whole[second..second + 4].try_into().unwrap());
    let line = second + 32 + 8 * usize::try_from(words).unwrap() + 40;
    let first_print = at("fingerprints", 0);
    for (name, from, bytes) in [
        ("more words", second, &u32::MAX.to_le_bytes()[..]),
        ("fewer words", second, &1_u32.to_le_bytes()),
        ("more lines", second + 4, &u32::MAX.to_le_bytes()),
        ("a longer id", second + 8, &u32::MAX.to_le_bytes()),
        ("a line before the first", line, &0_u32.to_le_bytes()),
        ("a line behind all words", line + 4, &u32::MAX.to_le_bytes()),
        ("a line that ends before it begins", line + 12, &1_u32.to_le_bytes()),
        ("a fingerprint of no document", first_print + 8 + 4, &9_u32.to_le_bytes()),
        ("fingerprints in no order", first_print, &u64::MAX.to_le_bytes()),
        ("lines in no order", at("lines", 0) + 8, &u64::MAX.to_le_bytes()),
    ] {
        let bad = |index: &mut Vec<u8>, _: &mut Value| {
            index[from..from + bytes.len()].copy_from_slice(bytes);
        };
        place.write("bad.idx", resigned(&whole, bad));
        says(name, &clean);
    }
    // A short line, or a fingerprint beside changed words, whose first copy stands behind the end of its document.
    for (part, width, word) in
        [("short_lines", 24, 10_000), ("short_lines", 24, u32::MAX), ("fingerprints", 16, u32::MAX)]
    {
        let bad = |index: &mut Vec<u8>, _: &mut Value| {
            for row in index[at(part, 0)..at(part, 1)].chunks_exact_mut(width) {
                row[width - 8..width - 4].copy_from_slice(&word.to_le_bytes());
            }
        };
        place.write("bad.idx", resigned(&whole, bad));
        says(part, &clean);
    }
}

#[test]
fn an_index_of_other_settings_is_refused() {
    let place = dumps();
    place.run(&["index", "build", "in/a.jsonl", "-o", "a.idx", "-q"]).code(0);
    let clean =
        |more: &[&str]| place.run(&[&["clean", "in/b.jsonl", "-n", "--index", "a.idx"][..], more].concat());
    clean(&["--scope", "site"]).code(2).says("a.idx: was built with --scope corpus");
    clean(&["--repeat-words", "30"]).code(2).says("--repeat-words 24");
    clean(&["--hash-key", "7"]).code(2).says("another --hash-key");
    clean(&["--keep", "byline"]).code(0).says("other settings of what goes");
    let quiet = clean(&[]).code(0);
    assert!(!quiet.err.contains("warning"), "{}", quiet.err);
    place.run(&["index", "build", "in/a.jsonl", "-o", "a.idx"]).code(2).says("a.idx: exists");
    place.run(&["index", "build", "in", "-o", "in/a.idx"]).code(2).says("inside the input");
    place
        .run(&["index", "build", "in/a.jsonl", "-o", "b.idx", "--scope", "document"])
        .code(2)
        .says("--scope site or corpus");
}

/// Bad records are told, and the rest is indexed.
#[test]
fn what_gives_no_document_is_told() {
    let place = dumps();
    let dump = String::from_utf8(place.read("in/a.jsonl")).unwrap();
    place.write("odd.jsonl", dump + "{\"id\":\"x\",\"text\":7}\n");
    place
        .run(&["index", "build", "odd.jsonl", "-o", "odd.idx"])
        .code(2)
        .says("odd.jsonl/5")
        .says("indexed 5");
    assert!(place.path("odd.idx").exists());
}

/// A build that is killed leaves what was there, and nothing that looks like an index.
#[cfg(unix)]
#[test]
fn a_build_that_is_killed_leaves_the_old_index_whole() {
    let place = dumps();
    place.run(&["index", "build", "in/a.jsonl", "-o", "out/a.idx", "-q"]).code(0);
    let old = place.read("out/a.idx");
    // Standard input that never ends: it waits in the middle of its work.
    let args = ["index", "build", "--input-format", "jsonl", "-o", "out/a.idx", "--force", "-q"];
    let mut child = place.command(&args).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), &place.read("in/b.jsonl")).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(place.read("out/a.idx") == old);
    place.run(&["index", "info", "out/a.idx"]).code(0);
    place.run(&["index", "build", "in", "-o", "out/a.idx", "--force", "-q"]).code(0);
    let names: Vec<String> = tree(&place.path("out")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.idx"], "the next build takes away what a killed one left");
}

/// The worked example of the page on repeats, number by number.
#[test]
fn the_keys_are_those_that_the_page_works_out() {
    use unchaff::internals::{Profile, Words, windows};
    let page = fs::read_to_string(root().join("docs/repeats.md")).unwrap();
    let says = |text: String| assert!(page.contains(&text), "the page lacks {text}");
    let profile = Profile::of("“The Ferry—at 9:40—sails,” he said.\n");
    let words = Words::of(&profile, |_| true, 0);
    assert_eq!(profile.normals.line(0), "\"the ferry-at 9:40-sails,\" he said.");
    says(format!("`{}`", profile.normals.line(0)));
    let forms = ["the", "ferry", "at", "9", "40", "sails", "he", "said"];
    for (form, hash) in forms.iter().zip(&words.hashes) {
        says(format!("| `{form}` | `{hash:016x}` |"));
    }
    assert_eq!(forms.len(), words.hashes.len());
    says(format!("`{:032x}`", words.lines[0].normal));
    let key = |group: u64| {
        windows::keys(&words.hashes, 8, group, &[u32::try_from(print(&words.hashes)).unwrap()], &[])[0].1
    };
    says(format!("`{:032x}`", key(0)));
    says(format!("`{:016x}`", windows::group("quay.example")));
    says(format!("`{:032x}`", key(windows::group("quay.example"))));
    says(format!("`{:016x}`", windows::fingerprints(&words.hashes, 8)[0].hash));
}

fn print(hashes: &[u64]) -> usize {
    unchaff::internals::windows::fingerprints(hashes, 8)[0].at
}
