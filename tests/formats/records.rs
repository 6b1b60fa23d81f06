//! Records: what changes in them, which fields they have, and what becomes of bad ones.

use serde_json::Value;

use super::{CLEAN, PAGE, compressed, json, line, restore, rows_of, uncompressed};
use crate::util::{Place, tree};

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
        restore(&place, &out, &report, &back).says("restored 3 documents");
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
    // The field is there and is no text: that is not to say that there is no such field.
    let odd = "{\"id\":1,\"text\":7}\n";
    place.write("odd.jsonl", odd);
    place
        .run(&["clean", "odd.jsonl"])
        .code(2)
        .says("the field text of the first records is no text; --text-field text");
    let good = "{\"id\":2,\"text\":\"The ferry sails again.\"}\n";
    place.write("odd.jsonl", format!("{odd}{good}"));
    for named in [&[][..], &["--text-field", "text"]] {
        let ran = place.run(&[&["clean", "odd.jsonl"], named].concat()).code(2).says("odd.jsonl/0: line 1");
        assert_eq!(ran.out_text(), good);
    }
}

/// What a server answered in place of an article is a bad record, also where it comes first.
#[test]
fn first_records_without_a_text_do_not_end_a_run() {
    let place = Place::new();
    let error = |id: u64| format!("{{\"id\":{id},\"error\":\"404\"}}");
    let good = format!("{{\"id\":\"a\",\"text\":{}}}", json(PAGE));
    let clean = good.replace(&json(PAGE), &json(CLEAN));
    let lines = [error(1), "{}".to_owned(), "[7]".to_owned(), "no".to_owned(), error(2), good.clone()];
    place.write("in/d.jsonl", lines.join("\n\n")).write("in/e.json", format!("[{},\n{good}]", error(1)));
    for jobs in ["1", "3"] {
        let args = ["clean", "in/d.jsonl", "in/e.json", "--report", "r", "--force", "--jobs", jobs];
        let ran = place.run(&[&args[..], &["--output-dir", "o", "--bad-records", "skip"]].concat()).code(2);
        ran.says("d.jsonl/0: line 1: there is no field text; the fields are id, error")
            .says("d.jsonl/1: line 3: there is no field text; the fields are none")
            .says("e.json/0: there is no field text");
        assert_eq!(String::from_utf8(place.read("o/d.jsonl")).unwrap().trim_start(), clean);
        assert_eq!(String::from_utf8(place.read("o/e.json")).unwrap(), format!("[{clean}]"));
        let ids: Vec<Value> = rows_of(&place, "r").iter().map(|row| row["id"].clone()).collect();
        assert_eq!(ids.iter().filter(|id| *id == "a").count(), 2, "{ids:?}");
        place.run(&["restore", "o", "--report", "r", "--output-dir", "b", "--force"]).code(0);
        assert_eq!(place.read("b/d.jsonl"), place.read("in/d.jsonl"));
        assert_eq!(place.read("b/e.json"), place.read("in/e.json"));
        place.run(&[&args[..], &["--output-dir", "k", "--bad-records", "keep"]].concat()).code(2);
        let kept = String::from_utf8(place.read("k/d.jsonl")).unwrap();
        assert_eq!(kept, lines.join("\n\n").replace(&good, &clean));
    }
    // From a pipe, too, which is read once.
    let ran = place.run_with(&["clean"], &place.read("in/d.jsonl")).code(2);
    assert_eq!(ran.out_text().trim_start(), clean);
}

/// A name that no record has would make each of them bad, and the clean dump an empty file.
/// What holds nothing may be the text, but another record says which field it is.
#[test]
fn a_field_that_holds_nothing_is_the_text_if_no_record_has_one() {
    let place = Place::new();
    let told = "{\"error\":\"timeout\",\"content\":null}\n{\"text\":\"The ferry sails again.\"}\n";
    place.write("told.jsonl", told);
    let ran = place.run(&["clean", "told.jsonl", "--bad-records", "skip"]).code(2);
    let ran = ran.says("line 1: there is no field text");
    assert_eq!(ran.out_text(), "{\"text\":\"The ferry sails again.\"}\n");
    let empty = "{\"text\":null}\n{\"id\":\"a\",\"text\":null}\n";
    place.write("empty.jsonl", empty);
    assert_eq!(place.run(&["clean", "empty.jsonl"]).code(0).out_text(), empty);
}

/// The names of fields are looked up, not searched for: with a hundred thousand of them that would take minutes.
#[test]
fn a_record_of_many_fields_is_refused_with_the_first_of_them() {
    let place = Place::new();
    let fields: Vec<String> = (0..100_000).map(|at| format!("\"f{at}\":1")).collect();
    place.write("wide.jsonl", format!("{{{}}}\n", fields.join(",")));
    place.run(&["clean", "wide.jsonl"]).code(2).says("the fields are f0, f1");
}

#[test]
fn a_text_field_that_no_record_has_is_refused_before_anything_is_written() {
    let place = Place::new();
    let line = format!("{{\"id\":1,\"text\":{}}}\n", json(PAGE));
    place.write("d.jsonl", line.repeat(3)).write("long.jsonl", line.repeat(5000));
    let none = "has a field txt (--text-field); the fields are id, text";
    for (input, records) in [("d.jsonl", 3), ("long.jsonl", 100)] {
        for how in ["skip", "keep"] {
            let args = ["clean", input, "-o", "o.jsonl", "--text-field", "txt", "--bad-records", how];
            let ran = place.run(&args).code(2);
            assert_eq!(
                ran.err.lines().next(),
                Some(&*format!("unchaff: {input}: none of its first {records} records {none}"))
            );
            assert!(!place.path("o.jsonl").exists());
        }
    }
    // One record among the first that has it is enough.
    let rare = line.repeat(99) + &line.replace("text", "txt");
    place.write("rare.jsonl", &rare);
    place.run(&["clean", "rare.jsonl", "-o", "o.jsonl", "--text-field", "txt"]).code(2).says("89 more bad");
    assert_eq!(String::from_utf8(place.read("o.jsonl")).unwrap().lines().count(), 1);
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
    restore(&place, "o", "r", "b");
    place
        .run(&["clean", "d.jsonl", "-o", "p", "--text-field", "page.body"])
        .code(2)
        .says("its first record has no field page.body (--text-field); the fields are page, content, text");
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
    restore(&place, "o", "r", "b");
    assert_eq!(place.read("b"), line(PAGE, before).into_bytes());
    let first_stays = "{\"text\":\"The ferry sails again on Monday, says the council of the island.\\nShare this article\\n\",\"scores\":[\t7 ,8 ]}\n";
    place.write("f.jsonl", first_stays);
    place.run(&["clean", "f.jsonl", "-o", "f", "--filter-parallel", "scores"]).code(0).says("1 changed");
    let kept = first_stays.replace("Share this article\\n", "").replace(" ,8", "");
    assert_eq!(String::from_utf8(place.read("f")).unwrap(), kept, "what stays keeps its spelling");
    place.write("e.jsonl", line(PAGE, "[1]"));
    place
        .run(&["clean", "e.jsonl", "-o", "p", "--filter-parallel", "scores"])
        .code(2)
        .says("its field scores has 1 entry, and the text 7 lines");
}

#[test]
fn bad_records_are_left_out_and_everything_comes_back() {
    let place = Place::new();
    let good = line(PAGE);
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
    assert_eq!(place.read("o/d.jsonl"), line(CLEAN).repeat(6).into_bytes());
    restore(&place, "o", "r.jsonl", "b");
    assert_eq!(place.read("b/d.jsonl"), input);
}

#[test]
fn a_dump_that_was_cut_off_gives_no_output() {
    let place = Place::new();
    let input = line(PAGE).repeat(3000);
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

#[test]
fn bad_records_can_be_kept_set_apart_or_fatal() {
    let place = Place::new();
    let good = line(PAGE);
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
    let clean = line(CLEAN);
    assert_eq!(place.read("kept/d.jsonl"), format!("{clean}no json\n{clean}").into_bytes());
    assert_eq!(tree(&place.path("bad")), [("d.jsonl".to_owned(), b"no json\n".to_vec())]);
    restore(&place, "kept", "r", "b");
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
    let good = line(PAGE);
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
    assert_eq!(uncompressed(&place.read("o/d.jsonl.gz"), ".gz"), line(CLEAN).repeat(2).into_bytes());
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
    restore(&place, "k", "k.r", "b");
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

/// What goes to standard output, to one output of many, or to a file of its own cannot be taken back: then its rows
/// stay, too.
#[test]
fn what_a_broken_dump_gave_for_good_is_in_the_report() {
    let place = Place::new();
    let whole = compressed(line(PAGE).repeat(20_000).as_bytes(), ".gz");
    place.write("in/cut.jsonl.gz", &whole[..whole.len() - 9]).write("in/page.txt", PAGE);
    let docs = |report: &str| rows_of(&place, report).iter().filter(|row| row["type"] == "doc").count();
    place
        .run(&["clean", "in", "--output-format", "jsonl", "-o", "all.jsonl", "--report", "r"])
        .code(2)
        .says("its gzip data ends in the middle");
    let lines = place.read("all.jsonl").split(|&byte| byte == b'\n').count() - 1;
    assert!(lines > 1, "some of the dump was read before its end");
    assert_eq!(docs("r"), lines);
    place.run(&["clean", "in", "--output-format", "txt", "--output-dir", "t", "--report", "r2"]).code(2);
    assert_eq!(docs("r2"), tree(&place.path("t")).len());
}

#[test]
fn a_record_that_is_left_out_comes_back_between_others_that_are_no_text() {
    let record = |kind: &str, body: &[u8]| {
        let head = format!("WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
        [head.as_bytes(), body, b"\r\n\r\n"].concat()
    };
    let (text, junk) = (CLEAN.as_bytes(), &b"Home\nShare this article\n"[..]);
    let (good, bad, other) =
        (record("conversion", text), record("conversion", b"Caf\xe9"), record("metadata", b"m"));
    let emptied = record("conversion", junk);
    let place = Place::new();
    for (at, parts) in [
        vec![&good, &other, &bad, &other, &good],
        vec![&other, &bad, &other, &good],
        vec![&other, &good, &other, &emptied, &other, &bad, &other],
        vec![&good, &emptied, &other, &emptied, &good],
    ]
    .into_iter()
    .enumerate()
    {
        let input: Vec<u8> = parts.into_iter().flatten().copied().collect();
        let (name, out, report) = (format!("{at}.wet"), format!("o{at}"), format!("r{at}"));
        place.write(&name, &input);
        place.run(&["clean", &name, "--output-dir", &out, "--report", &report, "--on-empty", "drop"]);
        restore(&place, &out, &report, &format!("b{at}"));
        assert!(place.read(&format!("b{at}/{name}")) == input, "{name}");
    }
}

#[test]
fn blank_lines_before_a_header_come_back_before_it() {
    let place = Place::new();
    place.write("d.csv", "\n\nid,text\n1,a\n");
    place.run(&["clean", "d.csv", "--output-dir", "o", "--report", "r"]).code(0);
    assert_eq!(place.read("o/d.csv"), place.read("d.csv"));
    restore(&place, "o", "r", "b");
    place.write("open.csv", format!("\"{}", "\n".repeat(300_000)));
    let ran = place.run(&["clean", "open.csv", "--output-dir", "p"]).code(2);
    assert!(ran.err.len() < 2000, "no name is told that is none: {}", ran.err.len());
}

#[test]
fn an_array_with_a_comma_too_many_is_refused() {
    let place = Place::new();
    place.write("d.json", "[{\"text\":\"a\"},]");
    place
        .run(&["clean", "d.json", "--output-dir", "o"])
        .code(2)
        .says("no record follows the comma behind record 0");
    assert!(!place.path("o/d.json").exists());
}
