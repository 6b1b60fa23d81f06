//! Encodings from file to file: the clean text is UTF-8, the way back gives the bytes that came.

use crate::util::Place;

const RUSSIAN: &str = "Поделиться\nГородской совет решил вернуть старый паром на реку, сообщил во вторник мэр города.\nРеклама\nПаром не ходил двадцать лет, и никто не помнит, почему он остановился.\n";
const KEPT: &str = "Городской совет решил вернуть старый паром на реку, сообщил во вторник мэр города.\nПаром не ходил двадцать лет, и никто не помнит, почему он остановился.\n";

#[track_caller]
fn check(bytes: &[u8], args: &[&str], encoding: &str, clean: &str) {
    let place = Place::new();
    place.write("in/a.txt", bytes);
    place.run(&[&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"], args].concat()).code(0);
    assert_eq!(String::from_utf8(place.read("out/a.txt")).unwrap(), clean);
    let report = String::from_utf8(place.read("r.jsonl")).unwrap();
    assert!(report.contains(&format!("\"encoding\":\"{encoding}\"")), "{report}");
    place.run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back"]).code(0);
    assert_eq!(place.read("back/a.txt"), bytes);
}

#[test]
fn utf8_with_and_without_a_mark() {
    check(RUSSIAN.as_bytes(), &[], "utf-8", KEPT);
    let marked = format!("\u{feff}{KEPT}");
    check(marked.as_bytes(), &[], "utf-8", &marked);
}

#[test]
fn utf16_by_its_mark() {
    let marked = format!("\u{feff}{KEPT}Реклама\n");
    let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
    check(&little, &[], "utf-16le", &format!("\u{feff}{KEPT}"));
    check(&big, &[], "utf-16be", &format!("\u{feff}{KEPT}"));
}

/// Told once, and not of each of its lines.
#[test]
fn dumps_in_utf16_are_refused_in_one_line() {
    let place = Place::new();
    let dump = "{\"id\":1,\"text\":\"The ferry sails again.\"}\n".repeat(3);
    for (name, text) in [
        ("a.jsonl", dump.clone()),
        ("b.jsonl", format!("\u{feff}{dump}")),
        ("c.csv", "id,text\n1,a\n".to_owned()),
    ] {
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            place.write(name, text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>());
            let ran = place.run(&["clean", name, "-o", "out", "-q"]).code(2);
            let told = "is UTF-16, and dumps are read as UTF-8; convert it first, as with iconv";
            assert_eq!(ran.err, format!("unchaff: {name}: {told}\n"));
            assert!(!place.path("out").exists());
        }
    }
}

#[test]
fn others_by_detection() {
    check(&encoding_rs::WINDOWS_1251.encode(RUSSIAN).0, &[], "windows-1251", KEPT);
    check(&encoding_rs::KOI8_U.encode(RUSSIAN).0, &[], "koi8-u", KEPT);
}

#[test]
fn as_the_user_says() {
    check(&encoding_rs::ISO_8859_5.encode(RUSSIAN).0, &["--encoding", "iso-8859-5"], "iso-8859-5", KEPT);
    check(
        &RUSSIAN.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        &["--encoding", "utf-16le"],
        "utf-16le",
        KEPT,
    );
}

#[test]
fn what_cannot_be_undone_is_refused() {
    // Shift_JIS writes some characters in two ways; the decoder forgets which it was.
    let place = Place::new();
    let mut bytes = encoding_rs::SHIFT_JIS
        .encode("市議会は火曜日、古い渡し船を復活させることを決めた。\n")
        .0
        .into_owned();
    bytes.extend([0x81, 0xca, 0xfa, 0x54, b'\n']);
    place.write("in/a.txt", &bytes);
    place
        .run(&["clean", "in", "--output-dir", "out", "--encoding", "shift_jis"])
        .code(2)
        .says("a.txt: decoding as shift_jis cannot be undone exactly, not cleaned; name the right encoding with --encoding");
    assert!(!place.path("out/a.txt").exists());
    place
        .run(&["clean", "in", "--output-dir", "out", "--encoding", "nonsense"])
        .code(2)
        .says("no such encoding");
}
