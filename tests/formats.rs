//! Dumps in every format: the same documents, the same cuts, and the way back.

use serde_json::Value;

use crate::util::{Place, files, root, tree};

const PAGE: &str = "Share this article\n\nThe ferry sails again, said the council on Tuesday after a long debate.\n\nAdvertisement\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";
const CLEAN: &str = "The ferry sails again, said the council on Tuesday after a long debate.\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn compressed(bytes: &[u8], how: &str) -> Vec<u8> {
    use std::io::Write;
    match how {
        ".gz" => {
            // Two members, as many tools write them.
            let (one, two) = bytes.split_at(bytes.len() / 2);
            let member = |bytes: &[u8]| {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            };
            [member(one), member(two)].concat()
        }
        ".zst" => {
            let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
            encoder.long_distance_matching(true).unwrap();
            encoder.window_log(28).unwrap();
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        _ => bytes.to_vec(),
    }
}

fn zstd_decoder(bytes: &[u8]) -> impl std::io::Read {
    let mut decoder = zstd::Decoder::new(bytes).unwrap();
    decoder.window_log_max(31).unwrap();
    decoder
}

fn uncompressed(bytes: &[u8], how: &str) -> Vec<u8> {
    use std::io::Read;
    let mut out = Vec::new();
    match how {
        ".gz" => drop(flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).unwrap()),
        ".zst" => drop(zstd_decoder(bytes).read_to_end(&mut out).unwrap()),
        _ => out = bytes.to_vec(),
    }
    out
}

/// Whatever is not the text comes back byte for byte, and so does what stays of the text.
#[test]
fn only_the_text_of_a_json_line_changes() {
    let place = Place::new();
    let spelled = json(PAGE).replace("ferry", "f\\u0065rry").replace("lock", "lo\\/ck");
    let kept = json(CLEAN).replace("ferry", "f\\u0065rry").replace("lock", "lo\\/ck");
    let line = |text: &str| {
        format!(
            "{{ \"n\" : 1.50e+3,\"é\":\"\\u00e9\\ud800\", \"text\":{text} ,\"big\":123456789012345678901234567890, \"t\":[1, 2]}} \r\n"
        )
    };
    let same =
        "{\"text\":\"It is raining on the harbour, and has been since Tuesday at noon.\", \"x\" : null}\n";
    let input = format!("\u{feff}{}\n{same}{}", line(&spelled), line(&spelled).trim_end());
    let clean = format!("\u{feff}{}\n{same}{}", line(&kept), line(&kept).trim_end());
    for how in ["", ".gz", ".zst"] {
        let name = format!("dump.jsonl{how}");
        place.write(&name, compressed(input.as_bytes(), how));
        let (out, back) = (format!("out{how}"), format!("back{how}"));
        let report = format!("report{how}");
        place
            .run(&["clean", &name, "--output-dir", &out, "--report", &report])
            .code(0)
            .says("2 changed, 1 untouched");
        assert_eq!(uncompressed(&place.read(&format!("{out}/{name}")), how), clean.as_bytes());
        place
            .run(&["restore", &out, "--report", &report, "--output-dir", &back])
            .code(0)
            .says("restored 3 documents");
        assert_eq!(uncompressed(&place.read(&format!("{back}/{name}")), how), input.as_bytes());
    }
    let ran = place.run_with(&["clean"], &compressed(input.as_bytes(), ".zst")).code(0);
    assert_eq!(ran.out_text(), clean, "standard input, known by its first bytes");
}

#[test]
fn ascii_spelling_is_restored_as_it_was() {
    let place = Place::new();
    let page = PAGE.replace("Share this article", "Diesen Artikel teilen").replace("ferry", "Fähre 𝄞");
    let ascii = |text: &str| {
        let escaped: String = json(text)
            .chars()
            .map(|c| {
                if c.is_ascii() {
                    c.to_string()
                } else {
                    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
                }
            })
            .collect();
        format!("{{\"text\": {escaped}}}\n")
    };
    let odd = ascii(&page).replace("Share", "Sh\\u0061re").replace("Advertisement", "Adv\\u0065rtisement");
    let input = format!("{}{odd}", ascii(&page.replace("Advertisement", "Bild: Jörg Müller/dpa")));
    place.write("d.jsonl", &input);
    place.run(&["clean", "d.jsonl", "-o", "c.jsonl", "--report", "r.jsonl"]).code(0).says("2 changed");
    assert!(place.read("c.jsonl").is_ascii(), "what stays keeps its spelling");
    let report = String::from_utf8(place.read("r.jsonl")).unwrap();
    assert!(report.contains("\"escape\":\"ascii\""), "{report}");
    assert_eq!(report.matches("\"raw\":").count(), 1, "{report}");
    assert_eq!(place.run(&["restore", "c.jsonl", "--report", "r.jsonl"]).code(0).out_text(), input);
}

#[test]
fn ids_and_addresses_are_found_in_records() {
    let place = Place::new();
    let input = format!(
        "{{\"id\":\"first\",\"url\":\"https://a.example/1\",\"text\":{0}}}\n{{\"text\":{0}}}\n",
        json(PAGE)
    );
    place.write("d/x.jsonl", &input);
    place.run(&["clean", "d", "--output-dir", "o", "--report", "r.jsonl"]).code(0);
    let report = String::from_utf8(place.read("r.jsonl")).unwrap();
    assert!(
        report.contains(
            "{\"type\":\"doc\",\"id\":\"first\",\"src\":0,\"rec\":0,\"url\":\"https://a.example/1\""
        ),
        "{report}"
    );
    assert!(report.contains("{\"type\":\"doc\",\"id\":\"x.jsonl/1\",\"src\":0,\"rec\":1,\"in\""), "{report}");
    assert!(report.contains("\"format\":\"jsonl\",\"text_field\":\"text\""), "{report}");
}

#[test]
fn a_dump_without_one_text_field_says_which_fields_there_are() {
    let place = Place::new();
    place
        .write("none.jsonl", "{\"title\":\"a\",\"html\":\"b\"}\n")
        .write("two.jsonl", "{\"text\":\"a\",\"content\":\"b\"}\n");
    place
        .run(&["clean", "none.jsonl"])
        .code(2)
        .says("none.jsonl: no field is called text")
        .says("the fields are title, html");
    place.run(&["clean", "two.jsonl"]).code(2).says("several fields may be the text (text, content)");
}

#[test]
fn bad_records_are_left_out_and_everything_comes_back() {
    let place = Place::new();
    let good = format!("{{\"text\":{}}}\n", json(PAGE));
    let bad = [
        "{\"text\":\"\\ud800\"}\n",
        "{\"text\":NaN}\n",
        "{\"text\":\"a\",\"text\":\"b\"}\n",
        "no json\n",
        "{\"text\":7}\n",
    ];
    let mut input = good.clone().into_bytes();
    for line in bad {
        input.extend_from_slice(line.as_bytes());
        input.extend_from_slice(good.as_bytes());
    }
    input.extend_from_slice(b"{\"text\":\"\xff\"}\n{\"text\":\"it ends in the midd");
    place.write("d.jsonl", &input);
    let ran = place.run(&["clean", "d.jsonl", "--output-dir", "o", "--report", "r.jsonl"]).code(2);
    let ran =
        ran.says("d.jsonl/1: line 2: ").says("d.jsonl/12: line 13: not JSON: the object ends in the middle");
    ran.says("6 changed").says("7 not cleaned");
    assert_eq!(place.read("o/d.jsonl"), format!("{{\"text\":{}}}\n", json(CLEAN)).repeat(6).into_bytes());
    place.run(&["restore", "o", "--report", "r.jsonl", "--output-dir", "b"]).code(0);
    assert_eq!(place.read("b/d.jsonl"), input);
}

#[test]
fn a_dump_that_was_cut_off_gives_no_output() {
    let place = Place::new();
    let input = format!("{{\"text\":{}}}\n", json(PAGE)).repeat(3000);
    for (how, message) in
        [(".gz", "its gzip data ends in the middle"), (".zst", "its zstd data ends in the middle")]
    {
        let whole = compressed(input.as_bytes(), how);
        place.write(&format!("d{how}/cut.jsonl{how}"), &whole[..whole.len() - 9]);
        place.write(&format!("d{how}/whole.jsonl{how}"), &whole);
        let (folder, out, report) = (format!("d{how}"), format!("o{how}"), format!("r{how}"));
        let ran = place.run(&["clean", &folder, "--output-dir", &out, "--report", &report]).code(2);
        ran.says(&format!("cut.jsonl{how}: {message}")).says("cleaned 3,000 documents");
        let names: Vec<String> = tree(&place.path(&out)).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, [format!("whole.jsonl{how}")]);
        let report = String::from_utf8(place.read(&report)).unwrap();
        assert_eq!(
            report.lines().count(),
            3003,
            "a row for each document of the whole one, one for the other"
        );
    }
}

/// The documents of `fixtures/formats/text`: name and text.
fn documents() -> Vec<(String, String)> {
    let paths = files(&root().join("fixtures/formats/text"));
    let name = |path: &std::path::Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

fn url(name: &str) -> String {
    format!("https://www.gazette.example/{name}")
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

/// Rows of a report as data.
fn rows_of(place: &Place, report: &str) -> Vec<Value> {
    String::from_utf8(place.read(report))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
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
        place.run(&["restore", &format!("out/{name}"), "--report", &report, "-o", &back]).code(0);
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
    place.run(&["restore", "o", "--report", "r", "--output-dir", "b"]).code(0);
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
        place.run(&["restore", &out, "--report", &report, "-o", &back]).code(0);
        assert_eq!(String::from_utf8(place.read(&back)).unwrap(), input, "{order}");
    }
    place.write("broken.json", format!("[{good} {good}]"));
    place.run(&["clean", "broken.json"]).code(2).says("no comma between records 0 and 1");
    place.write("cut.json", format!("[{good},"));
    place.run(&["clean", "cut.json", "-o", "c"]).code(2).says("ends in the middle of its array");
}

#[test]
fn emptied_documents_can_be_left_out_and_come_back() {
    let place = Place::new();
    let junk = "Advertisement\n\nShare this article\n";
    place
        .write("in/a.txt", junk)
        .write("in/b.txt", PAGE)
        .write("in/d.jsonl", format!("{{\"text\":{}}}\n\n{{\"text\":{}}}\n", json(junk), json(PAGE)));
    place
        .run(&["clean", "in", "--output-dir", "out", "--report", "r", "--on-empty", "drop"])
        .code(0)
        .says("2 emptied");
    assert!(!place.path("out/a.txt").exists());
    assert_eq!(place.read("out/d.jsonl"), format!("\n{{\"text\":{}}}\n", json(CLEAN)).into_bytes());
    place.run(&["restore", "out", "--report", "r", "--output-dir", "back"]).code(0);
    assert_eq!(tree(&place.path("back")), tree(&place.path("in")));
}

#[test]
fn removed_lines_may_leave_a_trace_and_come_back() {
    let place = Place::new();
    place.write("in/a.txt", PAGE).write("in/d.jsonl", format!("{{\"text\":{}}}\n", json(PAGE)));
    for (how, first) in [("blank", "\n\nThe ferry"), ("mark", "[removed: share]\n\nThe ferry")] {
        let (out, report, back) = (format!("out-{how}"), format!("r-{how}"), format!("back-{how}"));
        place
            .run(&["clean", "in", "--output-dir", &out, "--report", &report, "--removed-lines", how])
            .code(0);
        let clean = String::from_utf8(place.read(&format!("{out}/a.txt"))).unwrap();
        assert!(clean.starts_with(first), "{clean}");
        assert_eq!(clean.lines().count(), PAGE.lines().count(), "line numbers stay");
        let row: Value = serde_json::from_slice(&place.read(&format!("{out}/d.jsonl"))).unwrap();
        assert_eq!(row["text"], clean);
        assert_eq!(rows_of(&place, &report)[1]["out"]["l"], PAGE.lines().count());
        place.run(&["restore", &out, "--report", &report, "--output-dir", &back]).code(0);
        assert_eq!(tree(&place.path(&back)), tree(&place.path("in")));
    }
}

#[test]
fn arrays_with_an_entry_for_each_line_can_follow_their_lines() {
    let place = Place::new();
    let line = |text: &str, scores: &str| {
        format!("{{\"scores\" : {scores} ,\"text\":{},\"meta\":{{\"ids\":[1,2,3,4,5,6,7,8]}}}}\n", json(text))
    };
    let before = "[ 0.10, 2e0,{\"a\":[1,2]} , \"x,]\",5,6, 7.0 ]";
    place.write("d.jsonl", line(PAGE, before));
    place
        .run(&["clean", "d.jsonl", "-o", "plain"])
        .code(0)
        .says("warning: its field scores is an array with an entry for each line");
    let ran = place
        .run(&[
            "clean",
            "d.jsonl",
            "-o",
            "o",
            "--report",
            "r",
            "--filter-parallel",
            "scores",
            "--filter-parallel",
            "meta.ids",
        ])
        .code(0);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
    // Lines 3, 4 and 7 of seven stay; the second array has one more entry, for what follows the last line end.
    let row: Value = serde_json::from_slice(&place.read("o")).unwrap();
    assert_eq!(row["text"], CLEAN);
    assert_eq!(row["scores"], serde_json::json!([{"a": [1, 2]}, "x,]", 7.0]));
    assert_eq!(row["meta"]["ids"], serde_json::json!([3, 4, 7, 8]));
    place.run(&["restore", "o", "--report", "r", "-o", "b"]).code(0);
    assert_eq!(place.read("b"), line(PAGE, before).into_bytes());
    place.write("e.jsonl", line(PAGE, "[1]"));
    place
        .run(&["clean", "e.jsonl", "-o", "p", "--filter-parallel", "scores"])
        .code(2)
        .says("its field scores has 1 entries, and the text 7 lines");
}

#[test]
fn bad_records_can_be_kept_set_apart_or_fatal() {
    let place = Place::new();
    let good = format!("{{\"text\":{}}}\n", json(PAGE));
    let input = format!("{good}no json\n{good}");
    place.write("in/d.jsonl", &input).write("in/e.jsonl", &good);
    place
        .run(&[
            "clean",
            "in",
            "--output-dir",
            "kept",
            "--report",
            "r",
            "--bad-records",
            "keep",
            "--err-dir",
            "bad",
        ])
        .code(2);
    let clean = format!("{{\"text\":{}}}\n", json(CLEAN));
    assert_eq!(place.read("kept/d.jsonl"), format!("{clean}no json\n{clean}").into_bytes());
    assert_eq!(tree(&place.path("bad")), [("d.jsonl".to_owned(), b"no json\n".to_vec())]);
    place.run(&["restore", "kept", "--report", "r", "--output-dir", "b"]).code(0);
    assert_eq!(place.read("b/d.jsonl"), input.as_bytes());
    place
        .run(&["clean", "in", "--output-dir", "failed", "--bad-records", "fail"])
        .code(2)
        .says("d.jsonl: record 1: line 2: not JSON");
    let names: Vec<String> = tree(&place.path("failed")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["e.jsonl"]);
    place
        .run(&["clean", "in", "--output-dir", "fast", "--fail-fast"])
        .code(2)
        .says("stopped at the first failure");
    assert_eq!(tree(&place.path("fast")), []);
}

/// A record that is too long never stands in memory whole, and what is around it is cleaned.
#[test]
fn a_record_that_is_too_long_is_bad() {
    let place = Place::new();
    let good = format!("{{\"text\":{}}}\n", json(PAGE));
    let bomb = format!("{{\"text\":\"{}\"}}\n", "0 ".repeat(3 << 20));
    let input = format!("{good}{bomb}{good}");
    place.write("d.jsonl.gz", compressed(input.as_bytes(), ".gz"));
    let args = [
        "clean",
        "d.jsonl.gz",
        "--output-dir",
        "o",
        "--max-record",
        "1M",
        "--report",
        "r",
        "--err-dir",
        "bad",
    ];
    place.run(&args).code(2).says("d.jsonl.gz/1: line 2: longer than 1048576 bytes; raise --max-record");
    assert_eq!(
        uncompressed(&place.read("o/d.jsonl.gz"), ".gz"),
        format!("{{\"text\":{}}}\n", json(CLEAN)).repeat(2).into_bytes()
    );
    assert!(uncompressed(&place.read("bad/d.jsonl.gz"), ".gz") == bomb.as_bytes());
    assert!(place.read("r").len() < 10_000, "the report does not hold it");
    place
        .run(&[
            "clean",
            "d.jsonl.gz",
            "--output-dir",
            "k",
            "--max-record",
            "1M",
            "--report",
            "k.r",
            "--bad-records",
            "keep",
        ])
        .code(2);
    place.run(&["restore", "k", "--report", "k.r", "--output-dir", "b"]).code(0);
    assert!(uncompressed(&place.read("b/d.jsonl.gz"), ".gz") == input.as_bytes());
    place
        .write("big.txt", "word ".repeat(1 << 20))
        .write("d.json", format!("[{good},{bomb},{good}]"))
        .write("d.csv", format!("text\n\"{}\"\nplain text\n", "row\n".repeat(1 << 20)));
    place
        .run(&["clean", "big.txt", "-o", "t", "--max-record", "1M"])
        .code(2)
        .says("big.txt: is longer than 1048576 bytes");
    for name in ["d.json", "d.csv"] {
        place
            .run(&["clean", name, "--output-dir", "o", "--max-record", "1M"])
            .code(2)
            .says("longer than 1048576 bytes");
    }
    assert_eq!(serde_json::from_slice::<Vec<Value>>(&place.read("o/d.json")).unwrap().len(), 2);
    assert_eq!(place.read("o/d.csv"), b"text\nplain text\n");
    place
        .run_with(&["clean", "--max-record", "10"], PAGE.as_bytes())
        .code(2)
        .says("-: is longer than 10 bytes");
}

#[test]
fn clean_text_can_be_written_as_json_lines_or_as_text() {
    let place = Place::new();
    place
        .write("in/a.txt", PAGE)
        .write("in/d.wet", std::fs::read(root().join("fixtures/formats/dump.wet")).unwrap());
    let ran = place.run(&["clean", "in", "--output-format", "jsonl", "--report", "r"]).code(0);
    let rows: Vec<Value> = ran.out_text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a.txt", "ferry", "musée", "regen"]);
    assert_eq!((&rows[0]["text"], &rows[1]["url"]), (&CLEAN.into(), &url("ferry").into()));
    place.run(&["restore", "x", "--report", "r"]).code(2).says("is of a run that wrote jsonl");
    place.run(&["clean", "in", "--output-format", "jsonl", "--output-dir", "j"]).code(0);
    let names: Vec<String> = tree(&place.path("j")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.txt.jsonl", "d.wet.jsonl"]);
    place.run(&["clean", "in", "--output-format", "txt", "--output-dir", "t"]).code(0);
    let names: Vec<String> = tree(&place.path("t")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.txt", "d.wet/000000.txt", "d.wet/000001.txt", "d.wet/000002.txt"]);
    let all = place.run(&["clean", "in", "--output-format", "txt", "-o", "all.txt.gz"]).code(0);
    assert!(all.out.is_empty());
    let all = String::from_utf8(uncompressed(&place.read("all.txt.gz"), ".gz")).unwrap();
    assert!(all.starts_with(&format!("{CLEAN}\nThe ferry")), "{all}");
}

#[test]
fn inputs_can_be_cleaned_in_place() {
    let place = Place::new();
    place
        .write("in/a.txt", PAGE)
        .write("in/b.txt", "Nothing to see here, and nothing to remove.\n")
        .write("in/d.jsonl", format!("{{\"text\":{}}}\n", json(PAGE)));
    let before = tree(&place.path("in"));
    place.run(&["clean", "in", "--dry-run", "--report", "dry"]).code(0).says("2 changed");
    assert_eq!(tree(&place.path("in")), before);
    place.run(&["clean", "in", "--in-place=.orig", "--report", "r"]).code(0).says("2 changed");
    let names: Vec<String> = tree(&place.path("in")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.txt", "a.txt.orig", "b.txt", "d.jsonl", "d.jsonl.orig"]);
    assert_eq!((place.read("in/a.txt"), place.read("in/a.txt.orig")), (CLEAN.into(), PAGE.into()));
    assert_eq!(place.read("dry"), place.read("r"));
    place.run(&["restore", "in", "--report", "r", "--output-dir", "back"]).code(0);
    assert_eq!(tree(&place.path("back")), before);
    place.write("in/a.txt", PAGE);
    place.run(&["clean", "in/a.txt", "--in-place=.orig"]).code(2).says("a.txt.orig: exists");
    place.run(&["clean", "in/a.txt", "--in-place"]).code(0);
    assert_eq!(place.read("in/a.txt"), CLEAN.as_bytes());
    place.run_with(&["clean", "--in-place"], b"x").code(2).says("--in-place needs paths");
}

#[test]
fn inputs_can_be_chosen_by_pattern_and_by_list() {
    let place = Place::new();
    place
        .write("in/a.txt", PAGE)
        .write("in/sub/b.txt", PAGE)
        .write("in/c.csv", "text\nplain text\n")
        .write("in/skip.txt", PAGE);
    place
        .run(&["clean", "in", "--output-dir", "o1", "-g", "*.csv", "-g", "sub/*"])
        .code(0)
        .says("cleaned 2 documents");
    place.run(&["clean", "in", "--output-dir", "o2", "-g", "!skip.txt"]).code(0).says("cleaned 2 documents");
    place
        .run(&["clean", "in", "--output-dir", "o3", "--input-format", "csv"])
        .code(0)
        .says("cleaned 1 document");
    place.write("list", "in/a.txt\nin/sub/b.txt\nin/gone.txt\n");
    let ran = place.run(&["clean", "--files-from", "list", "--output-dir", "o4"]).code(2);
    ran.says("gone.txt: cannot be read: no such file").says("cleaned 2 documents");
    place
        .run_with(&["clean", "--files-from", "-", "--output-dir", "o5"], b"in/a.txt\0in/sub/b.txt\0")
        .code(0)
        .says("cleaned 2 documents");
    let names: Vec<String> = tree(&place.path("o5")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.txt", "sub/b.txt"]);
    place.run(&["clean", "in", "--output-dir", "o6", "-g", "[a"]).code(2).says("--glob [a");
}

#[test]
fn fields_can_be_named_and_nested() {
    let place = Place::new();
    let input = format!(
        "{{\"page\":{{\"main\":{0},\"key\":\"k1\"}},\"content\":\"x\",\"text\":\"y\"}}\n",
        json(PAGE)
    );
    place.write("d.jsonl", &input);
    place
        .run(&[
            "clean",
            "d.jsonl",
            "-o",
            "o",
            "--report",
            "r",
            "--text-field",
            "page.main",
            "--id-field",
            "page.key",
            "--url-field",
            "content",
        ])
        .code(0);
    assert_eq!(String::from_utf8(place.read("o")).unwrap(), input.replace(&json(PAGE), &json(CLEAN)));
    assert_eq!(rows_of(&place, "r")[1]["id"], "k1");
    place.run(&["restore", "o", "--report", "r", "-o", "b"]).code(0);
    place
        .run(&["clean", "d.jsonl", "-o", "p", "--text-field", "page.body"])
        .code(2)
        .says("there is no field page.body; the fields are page, content, text");
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
    place.run(&["restore", "o5", "--report", "r5", "-o", "b"]).code(0);
    assert!(place.read("b") == input.as_bytes());
}

/// What is typed for each input can stand in unchaff.toml, and what is typed counts more.
#[test]
fn how_inputs_are_read_can_be_a_setting() {
    let place = Place::new();
    let line = |text: &str| {
        format!(
            "{{\"key\":\"k\",\"page\":{{\"main\":{}}},\"text\":\"x\",\"scores\":[1,2,3,4,5,6,7]}}\n",
            json(text)
        )
    };
    place.write("in/d.jsonl", line(PAGE) + &line(&"word ".repeat(1000))).write(
        "in/unchaff.toml",
        "text-field = \"page.main\"\nid-field = \"key\"\nfilter-parallel = [\"scores\"]\nmax-record = \"2K\"\n",
    );
    let ran = place.run(&["clean", "in", "--output-dir", "o", "--report", "r"]).code(2);
    ran.says("d.jsonl/1: line 2: longer than 2048 bytes");
    let row: Value = serde_json::from_slice(&place.read("o/d.jsonl")).unwrap();
    assert_eq!((&row["page"]["main"], &row["scores"]), (&CLEAN.into(), &serde_json::json!([3, 4, 7])));
    assert_eq!(rows_of(&place, "r")[1]["id"], "k");
    let ran = place.run(&["clean", "in", "--output-dir", "p", "--max-record", "1M", "--text-field", "text"]);
    ran.code(2).says("field scores has 7 entries, and the text 1 lines");
    place.write("in/unchaff.toml", "max-record = \"much\"\n");
    place.run(&["clean", "in", "-n"]).code(2).says("unchaff.toml:1").says("a number of bytes from 1 on");
    place.write("in/unchaff.toml", "split-blank = true\n").write("in/b.txt", format!("{PAGE}\n\n{PAGE}"));
    let shown = place.run(&["config", "in", "--show-origin"]).code(0).out_text();
    assert!(shown.contains("split-blank = true  # in/unchaff.toml:1"), "{shown}");
    place.run(&["clean", "in/b.txt", "-n"]).code(0).says("documents");
}

/// Between blank lines nothing can stand for a document that is empty, and no blank line inside one.
#[test]
fn documents_parted_by_blank_lines_come_back_also_when_one_is_emptied() {
    let place = Place::new();
    let input =
        format!("Advertisement\n\n{}\nShare this article\n\nAdvertisement\n", PAGE.replace("\n\n", "\n"));
    place.write("b.txt", &input);
    place.run(&["clean", "b.txt", "--split-blank", "-o", "o", "--report", "r"]).code(0).says("emptied");
    assert_eq!(place.run(&["restore", "o", "--report", "r"]).code(0).out_text(), input);
    let args = ["clean", "b.txt", "--split-blank", "-o", "p", "--removed-lines", "blank"];
    place
        .run(&args)
        .code(2)
        .says("b.txt: holds documents parted by blank lines, so none may stand inside one");
    place.write("in/a.txt", "Advertisement\n");
    place.run(&["clean", "in", "--output-dir", "q", "--report", "s", "--on-empty", "drop"]).code(0);
    place.run(&["restore", "q", "--report", "s", "--output-dir", "back"]).code(0);
    assert_eq!(tree(&place.path("back")), tree(&place.path("in")));
    place
        .run(&["clean", "in", "--output-format", "jsonl", "--report", "t"])
        .code(0)
        .says("cannot be restored");
}
