//! Words that do not go together, that mean nothing here, or that a slip of the pen made.

use crate::util::{Place, tree};

const STORY: &str = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way to the sea.\n";

fn place() -> Place {
    let place = Place::new();
    place.write("in/a.txt", STORY).write("in/b.txt", format!("Advertisement\n\n{STORY}"));
    place.write("d.jsonl", format!("{{\"guid\":7,\"link\":[],\"body\":{}}}\n", serde_json::json!(STORY)));
    place
}

/// What is typed for documents that are looked at together, and they are not, is a mistake; what a file says may
/// be meant for another run.
#[test]
fn what_does_nothing_is_refused_where_it_was_typed() {
    let place = place();
    for (args, names) in [
        (&["--copies", "drop"][..], "--copies: for documents that are looked at together"),
        (&["--order", "id", "--min-docs", "3"], "--order, --min-docs: for documents"),
        (&["--partial", "cut"], "--partial cut: for documents"),
        (
            &["--scope", "document", "--copies", "keep"],
            "use --scope site, --scope corpus or --index FILE too",
        ),
        (&["--scope", "corpus", "--partial", "cut"], "use --copies drop too"),
        (&["--scope", "corpus", "--copies", "keep", "--order", "id"], "use --copies mark or drop"),
    ] {
        place.run(&[&["clean", "in", "-n"], args].concat()).code(2).says(names);
        place.run(&[&["check", "in", "--max-emptied", "0"], args].concat()).code(2).says(names);
    }
    place.run(&["clean", "in", "-n", "--partial", "mark"]).code(0);
    let all = ["--copies", "drop", "--partial", "cut", "--order", "id", "--memory", "64MiB"];
    place.run(&[&["clean", "in", "-n", "--scope", "corpus"], &all[..]].concat()).code(0);
    place.write("unchaff.toml", "copies = \"drop\"\norder = \"id\"\nmin-docs = 3\npartial = \"cut\"\n");
    place.run(&["clean", "in", "-n"]).code(0);
    place.write("unchaff.toml", "scope = \"site\"\n");
    place.run(&["clean", "in", "-n", "--copies", "drop"]).code(0);
}

#[test]
fn what_is_typed_for_inputs_of_another_format_is_warned_of() {
    let place = place();
    for option in ["--text-field", "--id-field", "--url-field", "--filter-parallel"] {
        place.run(&["clean", "in", "-n", option, "body"]).code(0).says(option).says("no input has fields");
    }
    place.run(&["clean", "in", "d.jsonl", "-n", "--text-field", "body", "--encoding", "latin1"]).code(0);
    place.run(&["clean", "d.jsonl", "-n", "--encoding", "latin1"]).code(0).says("dumps are UTF-8");
    place.run(&["clean", "d.jsonl", "-n", "--split-blank"]).code(0).says("is for texts");
    place.run(&["clean", "in", "-n", "--split-blank", "--no-config"]).code(0);
    let ran = place.run(&["clean", "in/a.txt", "-n", "--glob", "*.md"]).code(0);
    ran.says("warning: --glob chooses among the files below folders, and no folder is named");
    place.write("unchaff.toml", "text-field = \"body\"\nid-field = \"guid\"\nglob = [\"*.txt\"]\n");
    let ran = place.run(&["clean", "in/a.txt", "-n"]).code(0);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
}

#[test]
fn a_field_that_no_record_has_is_told_once() {
    let place = place();
    let line = "{\"guid\":\"x\",\"body\":\"The ferry sails again.\"}\n";
    place.write("more.jsonl", line.repeat(20)).write("table.csv", "nr,body\n1,The ferry sails again.\n");
    let named = ["--id-field", "giud", "--url-field", "link"];
    for dump in ["d.jsonl", "more.jsonl", "table.csv"] {
        for verb in [&["clean", "-n"][..], &["check", "--max-emptied", "1"]] {
            let ran = place.run(&[verb, &[dump], &named].concat()).code(0);
            assert_eq!(ran.err.matches("no record has a field giud").count(), 1, "{}", ran.err);
            assert_eq!(ran.err.matches("no record has a field link").count(), 1, "{}", ran.err);
        }
    }
    let ran = place.run(&["clean", "d.jsonl", "-n", "--filter-parallel", "marks"]).code(0);
    ran.says("d.jsonl: warning: no record has an array marks (--filter-parallel)");
    let ran = place.run(&[&["clean", "d.jsonl", "-n"], &named[..]].concat());
    ran.says("d.jsonl: warning: no record has a field giud with a string or a number (--id-field)")
        .says("the fields of the first are guid, link, body");
    place
        .run(&["index", "build", "more.jsonl", "-o", "more.idx", "--scope", "site", "--url-field", "url"])
        .code(0)
        .says("more.jsonl: warning: no record has a field url");

    // One record that has it is enough, wherever it stands.
    place.write("more.jsonl", format!("{}{{\"body\":\"The ferry.\",\"no\":3}}\n", line.repeat(20)));
    let ran = place.run(&["clean", "more.jsonl", "-n", "--id-field", "no"]).code(0);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
}

#[test]
fn a_text_that_is_no_field_of_a_table_costs_it_in_one_line() {
    let place = Place::new();
    place.write("one.csv", "id,body\n1,The ferry.\n2,The lock.\n");
    let ran = place.run(&["clean", "one.csv", "-o", "out.csv", "--text-field", "txt"]).code(2);
    ran.says("one.csv: there is no field txt; the fields are id, body");
    assert!(!place.path("out.csv").exists());
    place.write("two.csv", "id,text,content\n1,The ferry.,The lock.\n");
    let ran = place.run(&["clean", "two.csv", "-n"]).code(2);
    ran.says("several fields may be the text (text, content); choose with --text-field");
    place.write("same.csv", "text,id,text\nThe ferry.,1,The lock.\n");
    let ran = place.run(&["clean", "same.csv", "-n"]).code(2);
    ran.says("same.csv: its header names the column text 2 times; rename all but one");
}

#[test]
fn standard_output_takes_one_thing() {
    let place = place();
    let report = place.run(&["clean", "in", "--output-dir", "out", "--report", "-"]).code(0);
    place.write("r.jsonl", &report.out);
    place.run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back"]).code(0);
    assert_eq!(tree(&place.path("back")), tree(&place.path("in")));
    assert_eq!(place.run(&["clean", "in", "-n", "--report", "-"]).code(0).out, report.out);
    assert!(place.run(&["clean", "in", "--html", "-"]).code(0).out.starts_with(b"<!doctype html>"));
    assert!(place.run(&["report", "r.jsonl", "--html", "-"]).code(0).out.starts_with(b"<!doctype html>"));
    let told = place.run(&["intervals", "r.jsonl"]).code(0).out;
    assert_eq!(place.run_with(&["intervals", "-"], &report.out).code(0).out, told);
    let table = place.run_with(&["report", "-", "--stat"], &report.out).code(0).out;
    assert_eq!(table, place.run(&["report", "r.jsonl", "--stat"]).code(0).out);
    place.run_with(&["report", "-", "--stat"], b"Home\n").code(2).says("-: is no report");
    let sarif = place.run(&["report", "r.jsonl", "--sarif", "-", "--html", "page.html"]).code(0).out;
    assert!(serde_json::from_slice::<serde_json::Value>(&sarif).is_ok());

    for args in [
        &["clean", "in/a.txt", "--report", "-"][..],
        &["clean", "in/a.txt", "-o", "-", "--diff"],
        &["clean", "in", "-n", "--report", "-", "--html", "-"],
        &["report", "r.jsonl", "--html", "-", "--stat"],
        &["report", "r.jsonl", "--html", "-", "--sarif", "-"],
    ] {
        let ran = place.run(args).code(2).says("standard output takes one of these");
        assert!(ran.out.is_empty(), "{args:?}");
    }
    for args in [
        &["clean", "in", "--output-dir", "-"][..],
        &["clean", "in", "-n", "--err-dir", "-"],
        &["check", "in", "--expect", "-"],
        &["restore", "out", "--report", "r.jsonl", "--output-dir", "-"],
        &["index", "build", "in", "-o", "-"],
        &["train", "gold.jsonl", "-o", "-"],
        &["init", "-"],
        &["man", "--output-dir", "-"],
    ] {
        place.run(args).code(2).says("is ./-");
    }
    let dolma = ["clean", "in", "-n", "--report", "-", "--report-format", "dolma"];
    place.run(&dolma).code(2).says("name one with --report");
    assert!(!place.path("-").exists());
}

#[test]
fn a_site_that_no_document_can_belong_to_is_refused() {
    let place = place();
    for (site, message) in [
        (
            "https://Example.org/news",
            "is an address; a site is a host, or the name of one folder: write \"example.org\"",
        ),
        ("example.org/", "is a path; a site is a host, or the name of one folder: write \"example.org\""),
        ("2026/may", "is a path; a site is a host, or the name of one folder"),
        ("*.example.org", "write \"example.org\""),
    ] {
        place.write("unchaff.toml", format!("\n[site.\"{site}\"]\nbody-only = true\n"));
        place
            .run(&["clean", "in", "-n"])
            .code(2)
            .says(&format!("unchaff.toml:2:7: the site {site:?}"))
            .says(message);
    }
    // The host of an address is known without its `www.`.
    place.write("d.jsonl", "{\"url\":\"https://www.example.org/a\",\"text\":\"By Jane Roe\\n\\nThe ferry sails again, said the council.\\n\"}\n");
    place.write("unchaff.toml", "[site.\"www.example.org\"]\nkeep-line = [\"^By Jane\"]\n");
    assert!(place.run(&["clean", "d.jsonl"]).code(0).out_text().contains("By Jane"));
}

/// A file that is named twice is read once.
#[test]
fn one_file_is_one_input_however_often_it_is_named() {
    let place = place();
    place.run(&["clean", "in/a.txt", "./in/../in/a.txt", "-o", "out.txt"]).code(0);
    assert_eq!(place.read("out.txt"), STORY.as_bytes());
    place
        .run(&["clean", "in", "-o", "x.txt"])
        .code(2)
        .says("-o takes one input file, and a folder is to be cleaned");
    place.run(&["clean", "in/a.txt", "in/b.txt", "-o", "x.txt"]).code(2).says("and there are 2 to clean");
}

#[test]
fn outputs_of_a_run_have_places_of_their_own() {
    let place = place();
    for args in [
        &["--output-dir", "out", "--report", "./out"][..],
        &["--output-dir", "out", "--html", "out"],
        &["--output-dir", "out", "--report", "out", "--report-format", "dolma"],
        &["-n", "--err-dir", "out", "--report", "out"],
    ] {
        place.run(&[&["clean", "in"], args].concat()).code(2).says("two outputs need two files");
        assert!(!place.path("out").exists());
    }
    // A file is no folder, and that is told before the work.
    place.write("file", "");
    for args in [
        &["--output-dir", "file"][..],
        &["-n", "--err-dir", "file"],
        &["-n", "--report", "file", "--report-format", "dolma"],
    ] {
        let ran = place.run(&[&["clean", "in"], args].concat()).code(2);
        assert_eq!(ran.err, "unchaff: file: is a file; name a folder\n");
    }
    place.run(&["clean", "in", "--output-dir", "out", "--report", "out/r.jsonl"]).code(0);
    let report = place.read("out/r.jsonl");
    for option in ["--rules", "--answers", "--labels"] {
        let args = ["review", "out/r.jsonl", "--clean", "out", option, "out/r.jsonl", "--force"];
        place.run(&args).code(2).says("this output is inside the input out/r.jsonl");
    }
    place
        .run_with(&["review", "out/r.jsonl", "--clean", "out", "--below", "1"], b"w")
        .code(0)
        .says("1 answer");
    let rules = place.run(&["review", "out/r.jsonl", "--rules", "-"]).code(0).out_text();
    assert!(rules.contains("keep-line") && rules.contains("Advertisement"), "{rules}");
    assert_eq!(place.read("out/r.jsonl"), report);
    place.run(&["review", "out/r.jsonl", "--below", "7"]).code(2).says("a score from 0 to 1");
}

/// What is listed and has no name in UTF-8 stops nothing else.
#[cfg(target_os = "linux")]
#[test]
fn a_list_may_hold_names_that_are_not_utf8() {
    let place = place();
    place.write("list", b"in/a.txt\0in/caf\xe9.txt\0");
    let ran = place.run(&["clean", "--files-from", "list", "--output-dir", "out"]).code(2);
    ran.says("caf\u{fffd}.txt: ").says("cleaned 1 document");
    place.write("list", "in/a.txt\r\n\r\nin/b.txt\r\n");
    place.run(&["clean", "--files-from", "list", "--output-dir", "both"]).code(0).says("cleaned 2 documents");
}

/// A pipe gives its text once, and has no place that could be taken.
#[cfg(unix)]
#[test]
fn a_pipe_is_refused_where_it_must_be_a_file() {
    let place = place();
    let made = std::process::Command::new("mkfifo").arg(place.path("pipe")).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: no pipe can be made here");
        return;
    }
    place
        .run(&["clean", "in", "pipe", "-n", "--scope", "corpus"])
        .code(2)
        .says("pipe: is a pipe or a device");
    // A report may go into one, beside which no file can be made.
    if std::path::Path::new("/proc/self/fd").exists() {
        let ran = place.run(&["clean", "in", "-n", "--report", "/dev/stdout"]).code(0);
        assert!(ran.out.starts_with(b"{\"type\":\"run\""), "{}", ran.err);
        let ran = place.run(&["clean", "in", "-n", "--report", "/dev/fd/1"]).code(0);
        assert!(ran.out.starts_with(b"{\"type\":\"run\""), "{}", ran.err);
    }
    place.run(&["clean", "pipe", "--in-place"]).code(2).says("nothing can take its place");
    // In a folder one is passed over, whatever it is called.
    std::fs::rename(place.path("pipe"), place.path("in/x.txt")).unwrap();
    let ran = place.run(&["clean", "in", "-n"]).code(0);
    ran.says("passed over 1 file of types that are not read (1 pipe or device)");
}

#[test]
fn nothing_is_learned_from_nothing() {
    let place = place();
    place.write("empty.txt", "").write("none.jsonl", "{\"lines\":[\"a\"],\"labels\":\"?\"}\n");
    for gold in ["empty.txt", "none.jsonl"] {
        place.run(&["train", gold, "-o", "m"]).code(2).says("no line in these files has a label");
        place.run(&["eval", gold]).code(2).says("no line in these files has a label");
    }
    assert!(!place.path("m").exists());
    place.write("gold.jsonl", "{\"lines\":[\"a\"],\"labels\":\"k\",\"domain\":\"a.example\"}\n");
    let parts = ["0/2", "1/2"].map(|part| place.run(&["eval", "gold.jsonl", "--only", part]));
    assert_eq!(parts.iter().filter(|ran| ran.err.contains("in which no document is")).count(), 1);
    place.run(&["config", "nothing-here"]).code(2).says("nothing-here: ");
}

#[test]
fn what_is_plainly_no_text_is_called_by_its_name() {
    let place = Place::new();
    for (bytes, words) in [
        (&b"%PDF-1.4\n1 0 obj\n"[..], "is a PDF file"),
        (b"{\\rtf1\\ansi The ferry.}", "is an RTF file"),
        (b"BZh91AY&SY\xe9\xe9", "is compressed with bzip2"),
        (b"\xfd7zXZ\x00\x00", "is compressed with xz"),
        (b"PK\x03\x04", "is a zip archive"),
    ] {
        place.write("in.txt", bytes);
        place.run(&["clean", "in.txt", "-o", "out.txt"]).code(2).says(&format!("in.txt: {words}"));
        assert!(!place.path("out.txt").exists());
    }
    place.write("in.txt", "PDF is a format.\n");
    place.run(&["clean", "in.txt", "-n"]).code(0);
}

#[test]
fn a_name_that_promises_another_format_is_told() {
    let place = place();
    let note = "note: out.txt is written in the format of its input, jsonl";
    place.run(&["clean", "d.jsonl", "-o", "out.txt"]).code(0).says(note);
    for args in [
        &["d.jsonl", "-o", "out.json.jsonl"][..],
        &["d.jsonl", "-o", "out"],
        &["in/a.txt", "-o", "out.md"],
        &["d.jsonl", "-o", "texts.txt", "--output-format", "txt"],
    ] {
        let ran = place.run(&[&["clean"], args].concat()).code(0);
        assert!(!ran.err.contains("note"), "{}", ran.err);
    }
    for suffix in ["/x", "/../x"] {
        let in_place = format!("--in-place={suffix}");
        place.run(&["clean", "in/a.txt", &in_place]).code(2).says("the end of a name, as in .orig");
    }
}

/// Whoever finds nothing to clean is told what is there.
#[test]
fn a_folder_without_inputs_says_what_it_has() {
    let place = Place::new();
    place.write("in/a.csv", "text\nThe ferry.\n").write("in/b.csv", "").write("in/c.jpg", "");
    let ran = place.run(&["clean", "in", "-n"]).code(2);
    ran.says("in: no file of a type that is read here, nothing to clean (there are 2 .csv, 1 .jpg); name files, or choose them with --glob");
    place.run(&["clean", "in", "-n", "-g", "*.zip"]).code(2).says("in: no file below it matches --glob");
    place.run(&["clean", "in", "-n", "-g", "a.csv"]).code(0);
}

#[cfg(unix)]
#[test]
fn folders_that_are_links_or_closed_are_told_in_words() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = place();
    symlink("in", place.path("link")).unwrap();
    let ran = place.run(&["clean", "link", "-n"]).code(0);
    assert!(!ran.err.contains("passed over"), "{}", ran.err);
    place.write("in/closed/c.txt", STORY);
    let closed = place.path("in/closed");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read_dir(&closed).is_err() {
        let folder = place.path("in");
        let ran = place.run(&["clean", folder.to_str().unwrap(), "-n"]).code(2);
        ran.says("unchaff: closed: cannot be read: permission denied");
    } else {
        println!("skipped: nothing is closed to this user");
    }
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_dump_that_is_taken_for_a_text_is_told() {
    let place = place();
    place.write("in/dump.txt", place.read("d.jsonl")).write("in/dump2.txt", place.read("d.jsonl"));
    let ran = place.run(&["clean", "in", "--output-dir", "out"]).code(0);
    assert_eq!(ran.err.matches("warning").count(), 1, "{}", ran.err);
    ran.says("dump.txt: warning: looks like jsonl and is cleaned as a text; --input-format jsonl reads it");
    let ran = place.run(&["clean", "in/dump.txt", "-n", "--input-format", "text"]).code(0);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
    let ran =
        place.run_with(&["clean", "--text-field", "body"], b"id,body\n1,The ferry sails again.\n").code(0);
    ran.says("-: warning: is cleaned as a text, which has no fields (--text-field)");
    let ran = place.run_with(&["clean", "--text-field", "body"], &place.read("d.jsonl")).code(0);
    assert_eq!((ran.out, ran.err.as_str()), (place.read("d.jsonl"), ""));
}

/// A difference of what is cleaned now would leave out what an earlier run has done.
#[test]
fn a_difference_is_not_resumed() {
    let place = place();
    let args = ["clean", "in", "--output-dir", "out", "--resume", "--diff"];
    place.run(&args).code(2).says("--diff shows what is cleaned now, and --resume leaves out what is done");
    assert!(!place.path("out").exists());
}
