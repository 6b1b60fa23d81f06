//! Every format gives the same documents and the same cuts, and comes back.

use serde_json::Value;

use super::{CLEAN, PAGE, compressed, json, restore, rows_of, uncompressed, url};
use crate::util::{Place, files, root};

/// The documents of `fixtures/formats/text`: name and text.
fn documents() -> Vec<(String, String)> {
    let paths = files(&root().join("fixtures/formats/text"));
    let name = |path: &std::path::Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// Every format's dump of these documents, as it stands in `fixtures/formats`.
fn dumps() -> Vec<(&'static str, Vec<u8>)> {
    let documents = documents();
    let rows = |row: &dyn Fn(&str, &str) -> String, glue: &str| {
        documents.iter().map(|(name, text)| row(name, text)).collect::<Vec<_>>().join(glue)
    };
    let object = |name: &str, text: &str| {
        format!(
            "{{\"id\": \"{name}\", \"url\": {}, \"n\": 1.50, \"text\": {}}}",
            json(&url(name)),
            json(text)
        )
    };
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let table = |separator: &str| {
        let row = |name: &str, text: &str| [name, &url(name), &quoted(text), "1.50"].join(separator);
        format!("{}\n{}\n", ["id", "url", "text", "n"].join(separator), rows(&row, "\n"))
    };
    let wet = |name: &str, text: &str| {
        let length = text.len();
        let uri = url(name);
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: {uri}\r\nWARC-Record-ID: <{name}>\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{text}\r\n\r\n"
        )
    };
    let info = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Type: application/warc-fields\r\nContent-Length: 18\r\n\r\nsoftware: by hand\n\r\n\r\n";
    let jsonl = rows(&object, "\n") + "\n";
    vec![
        ("dump.jsonl", jsonl.clone().into_bytes()),
        ("dump.json", format!("[\n  {}\n]\n", rows(&object, ",\n  ")).into_bytes()),
        ("dump.csv", table(",").into_bytes()),
        ("dump.tsv", table("\t").into_bytes()),
        ("dump.wet", format!("{info}{}", rows(&wet, "")).into_bytes()),
        ("blocks.txt", rows(&|_, text| text.to_owned(), "\n\n").into_bytes()),
    ]
}

/// With `UNCHAFF_TIDY=1` the dumps are written anew.
#[test]
fn the_dumps_hold_the_documents() {
    let folder = root().join("fixtures/formats");
    for (name, bytes) in dumps() {
        for how in ["", ".gz", ".zst"] {
            let path = folder.join(format!("{name}{how}"));
            if !how.is_empty() && name != "dump.jsonl" && !(name == "dump.wet" && how == ".gz") {
                continue;
            }
            if std::env::var_os("UNCHAFF_TIDY").is_some()
                && !(path.exists() && uncompressed(&std::fs::read(&path).unwrap(), how) == bytes)
            {
                std::fs::write(&path, compressed(&bytes, how)).unwrap();
            }
            assert!(
                uncompressed(&std::fs::read(&path).unwrap(), how) == bytes,
                "{}: run the tests once with UNCHAFF_TIDY=1",
                path.display()
            );
        }
    }
}

/// What every format must agree on: texts before and after, status and cuts of each document.
fn decisions(place: &Place, report: &str) -> Vec<Value> {
    let docs = rows_of(place, report).into_iter().filter(|row| row["type"] == "doc");
    docs.map(|row| serde_json::json!([row["in"], row["out"], row["status"], row["cut"]]))
        .map(|mut decision| {
            // How a removed text was spelled is the format's own.
            for cut in decision[3].as_array_mut().unwrap() {
                cut.as_object_mut().unwrap().remove("raw");
                if let Some(first) = cut.get_mut("first") {
                    first.as_object_mut().unwrap().remove("id");
                }
            }
            decision
        })
        .collect()
}

#[test]
fn all_formats_give_the_same_documents_and_the_same_cuts_and_come_back() {
    let place = Place::new();
    for (name, text) in documents() {
        place.write(&format!("text/{name}.txt"), text);
    }
    place.run(&["clean", "text", "--output-dir", "clean-text", "--report", "text.report"]).code(0);
    let wanted = decisions(&place, "text.report");
    assert_eq!(wanted.len(), 3);
    assert_eq!(wanted.iter().filter(|decision| decision[2] == "changed").count(), 2);
    let mut fixtures = files(&root().join("fixtures/formats"));
    assert_eq!(fixtures.len(), 10);
    fixtures.retain(|path| cfg!(feature = "parquet") || path.extension() != Some("parquet".as_ref()));
    for path in fixtures {
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        place.write(name, &bytes);
        let report = format!("{name}.report");
        let mut args = vec!["clean", name, "--output-dir", "out", "--report", &report, "-j", "3"];
        if name == "blocks.txt" {
            args.push("--split-blank");
        }
        place.run(&args).code(0).says("cleaned 3 documents: 2 changed, 1 untouched");
        assert_eq!(decisions(&place, &report), wanted, "{name}");
        let back = format!("back-{name}");
        restore(&place, &format!("out/{name}"), &report, &back);
        let how = path.extension().unwrap().to_str().unwrap();
        let how = if matches!(how, "gz" | "zst") { format!(".{how}") } else { String::new() };
        if name == "dump.parquet" {
            // Written anew, its bytes are others; tests/parquet.rs looks at its rows.
            place.run(&["clean", &back, "--input-format", "parquet", "-n", "--report", "again"]).code(0);
            assert_eq!(decisions(&place, "again"), wanted);
        } else {
            assert_eq!(uncompressed(&place.read(&back), &how), uncompressed(&bytes, &how), "{name}");
        }
        if name != "blocks.txt" {
            let rows = rows_of(&place, &report);
            assert_eq!((&rows[1]["id"], &rows[1]["url"]), (&"ferry".into(), &url("ferry").into()), "{name}");
        }
    }
    // What was cleaned is a dump of its format again, and there is nothing left to clean.
    for name in ["dump.jsonl.zst", "dump.json", "dump.csv", "dump.tsv", "dump.wet.gz"] {
        place
            .run(&["clean", &format!("out/{name}"), "--output-dir", "twice"])
            .code(0)
            .says("0 changed, 3 untouched");
    }
}

/// The bytes do not depend on the number of threads, nor on how records fall into batches.
#[test]
fn dumps_are_the_same_for_any_number_of_threads() {
    let place = Place::new();
    let mut input = String::new();
    for number in 0..3000 {
        let text = format!(
            "{PAGE}Sentence number {number} says that the ferry sails on the river again today, as before.\n"
        )
        .repeat(1 + number % 7);
        input += &if number % 500 == 3 {
            "bad\n".to_owned()
        } else {
            format!("{{\"id\":{number},\"text\":{}}}\n", json(&text))
        };
    }
    place.write("d.jsonl", &input);
    for jobs in ["1", "5"] {
        place
            .run(&[
                "clean",
                "d.jsonl",
                "-o",
                &format!("o{jobs}"),
                "--report",
                &format!("r{jobs}"),
                "-j",
                jobs,
            ])
            .code(2);
    }
    assert!(place.read("o1") == place.read("o5") && place.read("r1") == place.read("r5"));
    restore(&place, "o5", "r5", "b");
    assert!(place.read("b") == input.as_bytes());
}

#[test]
fn a_cleaned_wet_file_has_right_lengths_and_digests_and_a_member_for_each_record() {
    let place = Place::new();
    let wet = String::from_utf8(std::fs::read(root().join("fixtures/formats/dump.wet")).unwrap()).unwrap();
    let wet = wet.replacen(
        "WARC-Record-ID: <ferry>\r\n",
        "WARC-Record-ID: <ferry>\r\nWARC-Block-Digest: sha1:AAAA\r\n",
        1,
    );
    place.write("d.wet.gz", compressed(wet.as_bytes(), ".gz"));
    place.run(&["clean", "d.wet.gz", "--output-dir", "o", "--report", "r"]).code(0);
    let bytes = place.read("o/d.wet.gz");
    let members = bytes.windows(3).filter(|window| *window == [0x1f, 0x8b, 8]).count();
    assert_eq!(members, 4);
    let clean = String::from_utf8(uncompressed(&bytes, ".gz")).unwrap();
    let text = "The ferry \"Dragonfly\" sails again";
    let body = clean.split("\r\n\r\n").find(|part| part.starts_with(text)).unwrap();
    assert!(clean.contains(&format!("Content-Length: {}\r\n", body.len())), "{clean}");
    assert!(!clean.contains("sha1:AAAA") && clean.contains("WARC-Block-Digest: sha1:"), "{clean}");
    restore(&place, "o", "r", "b");
    assert_eq!(uncompressed(&place.read("b/d.wet.gz"), ".gz"), wet.as_bytes());
}

#[test]
fn a_wet_file_without_text_is_no_empty_success() {
    let place = Place::new();
    let record = |kind: &str, body: &str, end: &str| {
        format!("WARC/1.0{end}WARC-Type: {kind}{end}Content-Length: {}{end}{end}{body}{end}{end}", body.len())
    };
    place.write("a.warc", record("response", "HTTP/1.1 200 OK", "\r\n").repeat(2));
    place.run(&["clean", "a.warc"]).code(2).says("holds no text").says("2 response");
    place.write("b.wet", record("conversion", PAGE, "\n"));
    assert!(
        place.run(&["clean", "b.wet"]).code(0).out_text().contains(CLEAN),
        "line feeds alone end lines too"
    );
    place.write("c.wet", &record("conversion", PAGE, "\r\n")[..100]);
    let ran =
        place.run(&["clean", "c.wet", "--output-dir", "o"]).code(2).says("ends in the middle of record 0");
    assert!(ran.out.is_empty() && !place.path("o/c.wet").exists());
    place.write("d.wet", "no warc\n");
    place.run(&["clean", "d.wet"]).code(2).says("no WARC header before record 0");
}

/// Records that are left out take their commas with them, wherever they stand.
#[test]
fn what_is_left_out_of_an_array_leaves_an_array() {
    let place = Place::new();
    let good = format!("{{\"text\": {}}}", json(PAGE));
    let empty = format!("{{\"text\": {}}}", json("Advertisement\n\nShare this article\n"));
    for order in ["xg", "gx", "gxg", "xxgxxgxx", "x", "xx", "eg", "exgeg", "ge", "e"] {
        let elements: Vec<&str> = order
            .chars()
            .map(|c| match c {
                'g' => &good[..],
                'e' => &empty,
                _ => "{\"text\": NaN}",
            })
            .collect();
        let input = format!(" [ {} ]\n", elements.join(" ,\n"));
        let name = format!("{order}.json");
        place.write(&name, &input);
        let (out, report, back) =
            (format!("{order}.out"), format!("{order}.report"), format!("{order}.back"));
        place
            .run(&["clean", &name, "-o", &out, "--report", &report, "--on-empty", "drop"])
            .code(if order.contains('x') { 2 } else { 0 });
        let clean: Vec<Value> =
            serde_json::from_slice(&place.read(&out)).unwrap_or_else(|error| panic!("{order}: {error}"));
        assert_eq!(clean.len(), order.matches('g').count(), "{order}");
        assert!(clean.iter().all(|element| element["text"] == CLEAN));
        restore(&place, &out, &report, &back);
        assert_eq!(String::from_utf8(place.read(&back)).unwrap(), input, "{order}");
    }
    place.write("broken.json", format!("[{good} {good}]"));
    place.run(&["clean", "broken.json"]).code(2).says("no comma between records 0 and 1");
    place.write("cut.json", format!("[{good},"));
    place.run(&["clean", "cut.json", "-o", "c"]).code(2).says("ends in the middle of its array");
}
