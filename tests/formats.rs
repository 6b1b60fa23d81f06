//! Dumps in every format: the same documents, the same cuts, and the way back.

use crate::util::Place;

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

fn uncompressed(bytes: &[u8], how: &str) -> Vec<u8> {
    use std::io::Read;
    let mut out = Vec::new();
    match how {
        ".gz" => drop(flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).unwrap()),
        ".zst" => drop(zstd::Decoder::new(bytes).unwrap().read_to_end(&mut out).unwrap()),
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
        let names: Vec<String> =
            crate::util::tree(&place.path(&out)).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, [format!("whole.jsonl{how}")]);
        let report = String::from_utf8(place.read(&report)).unwrap();
        assert_eq!(
            report.lines().count(),
            3003,
            "a row for each document of the whole one, one for the other"
        );
    }
}
