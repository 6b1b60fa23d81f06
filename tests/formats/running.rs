//! What is written, and which inputs are taken.

use serde_json::Value;

use super::{CLEAN, PAGE, json, line, restore, rows_of, uncompressed, url};
use crate::util::{Place, root, tree};

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
    restore(&place, "out", "r", "back");
    assert_eq!(tree(&place.path("back")), tree(&place.path("in")));
}

#[test]
fn removed_lines_may_leave_a_trace_and_come_back() {
    let place = Place::new();
    place.write("in/a.txt", PAGE).write("in/d.jsonl", line(PAGE));
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
        restore(&place, &out, &report, &back);
        assert_eq!(tree(&place.path(&back)), tree(&place.path("in")));
    }
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
        .write("in/d.jsonl", line(PAGE));
    let before = tree(&place.path("in"));
    place.run(&["clean", "in", "--dry-run", "--report", "dry"]).code(0).says("2 changed");
    assert_eq!(tree(&place.path("in")), before);
    place.run(&["clean", "in", "--in-place=.orig", "--report", "r"]).code(0).says("2 changed");
    let names: Vec<String> = tree(&place.path("in")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.txt", "a.txt.orig", "b.txt", "d.jsonl", "d.jsonl.orig"]);
    assert_eq!((place.read("in/a.txt"), place.read("in/a.txt.orig")), (CLEAN.into(), PAGE.into()));
    assert_eq!(place.read("dry"), place.read("r"));
    restore(&place, "in", "r", "back");
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
fn one_is_counted_as_one() {
    let place = Place::new();
    place
        .write("d.jsonl", format!("{{\"text\":\"The ferry sails again.\",\"n\":[7]}}\n{}", "7\n".repeat(11)));
    place.run(&["clean", "d.jsonl", "-n"]).code(2).says("d.jsonl: 1 more bad record\n");
    place.write("e.jsonl", "{\"text\":\"The ferry sails again.\\nSo does the other one.\",\"n\":[7]}\n");
    let ran = place.run(&["clean", "e.jsonl", "-n", "--filter-parallel", "n"]).code(2);
    ran.says("its field n has 1 entry, and the text 2 lines");
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
    ran.code(2).says("field scores has 7 entries, and the text 1 line");
    // A size may be a number.
    place.write("in/unchaff.toml", "max-record = 100\ntext-field = \"text\"\n");
    place.run(&["clean", "in", "-n"]).code(2).says("d.jsonl/1: line 2: longer than 100 bytes");
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
    restore(&place, "q", "s", "back");
    assert_eq!(tree(&place.path("back")), tree(&place.path("in")));
    place
        .run(&["clean", "in", "--output-format", "jsonl", "--report", "t"])
        .code(0)
        .says("cannot be restored");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_overwritten_keeps_its_permissions_and_a_link_its_end() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    place.write("real/a.txt", PAGE);
    let permissions = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(place.path("real/a.txt"), permissions).unwrap();
    symlink(place.path("real/a.txt"), place.path("link.txt")).unwrap();
    place.run(&["clean", "link.txt", "--in-place=.orig"]).code(0);
    assert!(place.path("link.txt").is_symlink());
    assert_eq!((place.read("real/a.txt"), place.read("link.txt.orig")), (CLEAN.into(), PAGE.into()));
    for name in ["real/a.txt", "link.txt.orig"] {
        let mode = std::fs::metadata(place.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

/// A run that is killed between the two leaves two names of one file.
#[test]
fn a_backup_that_is_the_file_itself_is_no_other_file() {
    let place = Place::new();
    place.write("a.txt", PAGE);
    std::fs::hard_link(place.path("a.txt"), place.path("a.txt.orig")).unwrap();
    place.run(&["clean", "a.txt", "--in-place=.orig"]).code(0);
    assert_eq!((place.read("a.txt"), place.read("a.txt.orig")), (CLEAN.into(), PAGE.into()));
}

#[test]
fn a_text_that_is_emptied_in_place_is_an_empty_text() {
    let place = Place::new();
    place.write("a.txt", "Share this article\n\nAdvertisement\n");
    place.run(&["clean", "a.txt", "--in-place", "--on-empty", "drop", "--report", "r"]).code(0);
    assert_eq!(place.read("a.txt"), b"");
    restore(&place, "a.txt", "r", "b.txt");
}

#[test]
fn a_folder_of_texts_that_is_gone_is_written_again() {
    let place = Place::new();
    place.write("in/d.jsonl", line(PAGE).repeat(2));
    let args = ["clean", "in", "--output-format", "txt", "--output-dir", "o", "--resume"];
    place.run(&args).code(0);
    place.run(&args).code(0).says("1 input was done before");
    let before = tree(&place.path("o/d.jsonl"));
    std::fs::remove_file(place.path("o/d.jsonl/000001.txt")).unwrap();
    place.run(&args).code(0);
    assert_eq!(tree(&place.path("o/d.jsonl")), before);
}

/// A backup that is an input would be cleaned by the next run, and nothing would be left of the original.
#[test]
fn a_backup_is_no_input_of_the_next_run() {
    let place = Place::new();
    place.write("in/a.txt", PAGE).write("in/d.json", format!("[{}]", line(PAGE)));
    let before = tree(&place.path("in"));
    let refused = |path: &str, suffix: &str, how: &[&str], backup: &str| {
        let suffix = format!("--in-place={suffix}");
        let ran = place.run(&[&["clean", path, &suffix][..], how].concat()).code(2);
        ran.says(&format!("{suffix}: {backup} may be an input of the next run"));
    };
    refused("in", ".md", &[], "in/a.txt.md");
    refused("in/a.txt", ".gz", &[], "in/a.txt.gz");
    refused("in/d.json", "l", &[], "in/d.jsonl");
    refused("in", ".orig", &["-g", "*"], "in/a.txt.orig");
    // From a variable that is empty: nobody meant to keep nothing.
    place.run(&["clean", "in", "--in-place="]).code(2).says("an empty end of a name keeps no original");
    assert_eq!(tree(&place.path("in")), before);
    place.run(&["clean", "in", "--in-place=.orig", "-g", "*.txt", "-g", "!*.orig"]).code(0);
    assert_eq!(place.read("in/a.txt.orig"), PAGE.as_bytes());
    assert_ne!(place.read("in/a.txt"), PAGE.as_bytes());
    place.run(&["clean", "in", "--in-place=.md", "--input-format", "json"]).code(0).says("1 changed");
    assert!(place.path("in/d.json.md").exists(), "no JSON by its name");
}
