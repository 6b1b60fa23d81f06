//! The command: streams, files, errors, exit codes.

use std::process::Stdio;

use crate::util::{Place, tree};

pub(crate) const PAGE: &str = "Share this article\n\nThe ferry sails again, said the council on Tuesday after a long debate.\n\nAdvertisement\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";
pub(crate) const CLEAN: &str = "The ferry sails again, said the council on Tuesday after a long debate.\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";

/// A page in a folder.
pub(crate) fn page() -> Place {
    let place = Place::new();
    place.write("in/a.txt", PAGE);
    place
}

#[test]
fn a_filter_writes_clean_text_and_nothing_else() {
    let place = Place::new();
    for args in [&["clean"][..], &["clean", "-"], &[]] {
        let ran = place.run_with(args, PAGE.as_bytes()).code(0);
        assert_eq!((ran.out_text().as_str(), ran.err.as_str()), (CLEAN, ""));
    }
    assert_eq!(tree(&place.path("")), []);
}

#[test]
fn one_file_goes_to_standard_output_or_to_a_file() {
    let place = page();
    assert_eq!(place.run(&["clean", "in/a.txt"]).code(0).out_text(), CLEAN);
    place.run(&["in/a.txt", "-o", "new/b.txt"]).code(0);
    assert_eq!(place.read("new/b.txt"), CLEAN.as_bytes());
    place.run_with(&["clean", "-o", "c.txt", "--report", "c.jsonl"], PAGE.as_bytes()).code(0);
    assert_eq!(place.read("c.txt"), CLEAN.as_bytes());
    assert_eq!(place.run(&["restore", "c.txt", "--report", "c.jsonl"]).code(0).out_text(), PAGE);
    let clean = place.read("c.txt");
    assert_eq!(place.run_with(&["restore", "-", "--report", "c.jsonl"], &clean).code(0).out_text(), PAGE);
}

#[test]
fn a_tree_is_mirrored_in_sorted_order() {
    let place = page();
    place
        .write("in/sub/deep/b.md", PAGE)
        .write("in/.hidden/c.TXT", PAGE)
        .write("in/picture.jpg", [0xff, 0xd8]);
    let ran = place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(0);
    let ran = ran
        .says("passed over 1 file of types that are not read (1 .jpg)")
        .says("cleaned 3 documents: 3 changed");
    assert!(ran.out.is_empty());
    let names: Vec<String> = tree(&place.path("out")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, [".hidden/c.TXT", "a.txt", "sub/deep/b.md"]);
    let report = String::from_utf8(place.read("r.jsonl")).unwrap();
    let ids: Vec<&str> = report
        .lines()
        .filter_map(|line| line.strip_prefix("{\"type\":\"doc\",\"id\":\"")?.split('"').next())
        .collect();
    assert_eq!(ids, [".hidden/c.TXT", "a.txt", "sub/deep/b.md"]);
}

#[test]
fn several_paths_mirror_below_their_common_parent() {
    let place = page();
    place.write("in2/b.txt", PAGE).write("in2/more/c.txt", PAGE);
    place
        .run(&["clean", "in/a.txt", "in2", "in2/b.txt", "--output-dir", "out"])
        .code(0)
        .says("cleaned 3 documents");
    let names: Vec<String> = tree(&place.path("out")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["in/a.txt", "in2/b.txt", "in2/more/c.txt"]);
    place.run(&["clean", "./in2/../in/", "--output-dir", "dots"]).code(0);
    assert_eq!(tree(&place.path("dots"))[0].0, "a.txt");
}

#[test]
fn unchaffignore_leaves_files_out() {
    let place = page();
    place.write("in/b.txt", PAGE).write("in/.unchaffignore", "b.txt\n");
    place.run(&["clean", "in", "--output-dir", "out"]).code(0).says("cleaned 1 document");
}

#[test]
fn kinds_can_be_kept_and_dropped() {
    let place = Place::new();
    let page = "Old ferry sails again after years\n\nBy Jane Roe\n\nThe ferry sails again, said the council on Tuesday after a long debate.\n\nAdvertisement\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";
    let run = |args: &[&str]| place.run_with(args, page.as_bytes()).code(0).out_text();
    assert!(run(&["clean"]).starts_with("Old ferry") && !run(&["clean"]).contains("Jane"));
    assert!(run(&["clean", "--keep", "byline,advertisement"]).contains("By Jane Roe"));
    assert!(run(&["clean", "--keep", "byline", "--keep", "advertisement"]).contains("Advertisement"));
    assert!(run(&["clean", "--drop", "title"]).starts_with("The ferry"));
    assert!(run(&["clean", "--body-only"]).starts_with("The ferry"));
    assert!(run(&["clean", "--body-only", "--keep", "title"]).starts_with("Old ferry"));
    place
        .run(&["clean", "--keep", "advert"])
        .code(2)
        .says("there is no kind \"advert\"")
        .says("advertisement");
    place.run(&["clean", "--keep", "title", "--drop", "title"]).code(2).says("choose one");
    place.run(&["clean", "--keep", "repeat", "--kinds", "repeat"]).code(2).says("choose one");

    let alone = run(&["clean", "--kinds", "advertisement"]);
    assert_eq!(alone, page.replace("Advertisement\n\n", ""));
    assert_eq!(run(&["clean", "--kinds", "repeat,template"]), page);
    assert!(!run(&["clean", "--kinds", "repeat", "--drop-line", "^By Jane"]).contains("Jane"));
}

/// Whoever wants repeats alone gets them, in a document and across documents.
#[test]
fn repeats_can_go_alone() {
    let place = Place::new();
    let body = "The ferry sails again, said the council on Tuesday after a long debate about the lock, which is a foot too narrow for her and will be so until somebody pays for a wider one.\n\nNobody had measured it, and nobody was asked about it before the vote of last spring.\n";
    place.write("in/a.txt", format!("Share this article\n\n{body}\n{body}"));
    place.write("in/b.txt", format!("Subscribe to our newsletter\n\n{body}"));
    let args = ["clean", "in", "--output-dir", "out", "--report", "report.jsonl"];
    place.run(&[&args[..], &["--scope", "corpus", "--copies", "drop", "--kinds", "repeat"]].concat()).code(0);
    let text = |name: &str| String::from_utf8(place.read(name)).unwrap();
    assert_eq!(text("out/a.txt"), format!("Share this article\n\n{body}"));
    assert_eq!(text("out/b.txt"), "Subscribe to our newsletter\n");
    place.run(&["restore", "out", "--report", "report.jsonl", "--output-dir", "back"]).code(0);
    assert_eq!(tree(&place.path("back")), tree(&place.path("in")));
}

#[test]
fn stat_prints_a_table_by_kind() {
    let place = page();
    let ran = place.run(&["clean", "in", "--output-dir", "out", "--stat"]).code(0);
    for part in ["kind ", "share  ", "advertisement ", "blank ", "removed ", "kept ", "cleaned 1 document"] {
        assert!(ran.err.contains(part), "{part}:\n{}", ran.err);
    }
    let ran = place.run_with(&["clean", "--stat"], PAGE.as_bytes()).code(0).says("advertisement");
    assert_eq!(ran.out_text(), CLEAN, "the table is not on standard output");
}

#[test]
fn empty_and_blank_files_are_fine() {
    let place = Place::new();
    place.write("in/empty.txt", "").write("in/blank.txt", "\n \n\t\n");
    place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(0);
    assert_eq!((place.read("out/empty.txt"), place.read("out/blank.txt")), (Vec::new(), Vec::new()));
    place.run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back"]).code(0);
    assert_eq!(place.read("back/blank.txt"), b"\n \n\t\n");
    assert_eq!(place.run_with(&["clean"], b"").code(0).out, b"");
}

#[test]
fn a_document_is_never_emptied_silently() {
    let place = Place::new();
    place.write("in/a.txt", "Advertisement\n\nShare this article\n");
    let ran = place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(0);
    ran.says("a.txt: warning: nothing is left of this document").says("1 emptied");
    // Of a thousand, the first are told by their names.
    place.write("many.jsonl", "{\"text\":\"Advertisement\\n\\nShare this article\\n\"}\n".repeat(1000));
    let ran = place.run(&["clean", "many.jsonl", "-n"]).code(0).says("1,000 emptied");
    assert_eq!(ran.err.matches("nothing is left of this document").count(), 20);
    ran.says("warning: nothing is left of 980 more documents; a report names them");
    assert!(String::from_utf8(place.read("r.jsonl")).unwrap().contains("\"status\":\"emptied\""));
}

#[test]
fn one_bad_input_stops_no_other() {
    let place = page();
    place
        .write("in/nul.txt", b"text\0text")
        .write("in/noise.txt", [1, 2, 3, 0x81, 0xfe, 5, 6])
        .write("in/z.txt", PAGE);
    std::fs::create_dir_all(place.path("in/folder.txt")).unwrap();
    let ran = place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(2);
    let ran = ran.says("nul.txt: binary file, not cleaned (NUL bytes)").says("noise.txt: ");
    ran.says("2 not cleaned");
    let names: Vec<String> = tree(&place.path("out")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.txt", "z.txt"]);
    let report = String::from_utf8(place.read("r.jsonl")).unwrap();
    assert!(
        report.contains("{\"type\":\"bad\",\"id\":\"nul.txt\",\"src\":2,\"error\":\"binary file"),
        "{report}"
    );
    assert!(report.contains("\"docs\":{\"in\":4,\"changed\":2,\"emptied\":0,\"bad\":2}"), "{report}");
    place
        .run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back"])
        .code(2)
        .says("nul.txt: was not cleaned")
        .says("restored 2 documents");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = page();
    place.write("in/locked.txt", PAGE);
    // A link that leads nowhere is unreadable even for root.
    symlink("nowhere", place.path("in/link.txt")).unwrap();
    place
        .run(&["clean", "in/link.txt", "in/a.txt", "--output-dir", "x"])
        .code(2)
        .says("link.txt: cannot be read: no such file")
        .says("cleaned 1 document");
    std::fs::set_permissions(place.path("in/locked.txt"), std::fs::Permissions::from_mode(0o000)).unwrap();
    let ran = place.run(&["clean", "in", "--output-dir", "out"]).says("symbolic link");
    if std::fs::read(place.path("in/locked.txt")).is_err() {
        ran.code(2).says("locked.txt: cannot be read: permission denied");
    }
    assert_eq!(place.read("out/a.txt"), CLEAN.as_bytes());
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_told() {
    use std::os::unix::ffi::OsStrExt;
    let place = page();
    let name = std::ffi::OsStr::from_bytes(b"in/\xff.txt");
    std::fs::write(place.path("").join(name), PAGE).unwrap();
    place.run(&["clean", "in", "--output-dir", "out"]).code(2).says("its name is not valid UTF-8; rename it");
    assert_eq!(place.read("out/a.txt"), CLEAN.as_bytes());
}

/// As `unchaff *` types them in a folder of all sorts.
#[test]
fn a_path_that_cannot_be_used_stops_no_other() {
    let place = page();
    place
        .write("in/b.txt", PAGE)
        .write("in/n.html", "<p>")
        .write("in/z.zip", "PK")
        .write("in/p.pdf", "%PDF-1.4");
    let typed = ["in/a.txt", "in/n.html", "in/gone.txt", "in/z.zip", "in/p.pdf", "in/b.txt", "nowhere"];
    let clean = [&["clean"][..], &typed, &["--output-dir", "o", "--report", "r"]].concat();
    let told = [
        ("in/gone.txt", "cannot be read: no such file or directory"),
        (
            "in/n.html",
            "files of type .html are not read; give plain text or a dump of texts (docs/formats.md)",
        ),
        ("in/p.pdf", "is a PDF"),
        ("in/z.zip", "files of type .zip are not read; give plain text or a dump of texts (docs/formats.md)"),
        ("nowhere", "cannot be read: no such file or directory"),
    ];
    let ran = place.run(&clean).code(2).says("cleaned 2 documents");
    let report = String::from_utf8(place.read("r")).unwrap();
    for (id, message) in told {
        assert_eq!(ran.err.matches(&format!("unchaff: {id}: {message}")).count(), 1, "{id}: {}", ran.err);
        assert!(report.contains(&format!("{{\"type\":\"bad\",\"id\":\"{id}\"")), "{id}: {report}");
    }
    let names: Vec<String> = tree(&place.path("o")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["in/a.txt", "in/b.txt"]);
    // The other verbs that read texts: what is told is a failure there, too.
    let check = [&["check"][..], &typed, &["--max-emptied", "9"]].concat();
    place.run(&check).code(2).says("nowhere: cannot be read").says("n.html: files of type");
    place.run(&[&["check"][..], &typed, &["--expect", "want", "--update"]].concat()).code(2);
    assert!(place.path("want/in/a.txt.expected").exists());
    let build = [&["index", "build"][..], &typed, &["-o", "all.idx"]].concat();
    place.run(&build).code(2).says("nowhere: cannot be read");
    place.run(&["clean", "in/a.txt", "nowhere", "--in-place=.orig"]).code(2).says("cleaned 1 document");
    assert!(place.path("in/a.txt.orig").exists());
    place.run(&["clean", "nowhere", "in/b.txt", "-n", "--fail-fast"]).code(2).says("stopped at the first");
    // What a folder gives is read, whichever was typed first.
    for typed in [["in", "in/n.html"], ["in/n.html", "in"]] {
        place
            .run(&[&["clean"][..], &typed, &["-n", "-g", "*.html"]].concat())
            .code(0)
            .says("cleaned 1 document");
    }
    // Where the format is said, a name says nothing.
    place.write("in/n.xml", PAGE);
    place.run(&["clean", "in/n.xml", "in/b.txt", "-n", "--input-format", "text"]).code(0);
    // Nothing that can be read: nothing is begun.
    let nothing = ["clean", "nowhere", "in/n.html", "--output-dir", "o2", "--report", "r2"];
    place.run(&nothing).code(2).says("unchaff: nowhere: no such file or directory");
    assert!(!place.path("o2").exists() && !place.path("r2").exists());
}

#[test]
fn inputs_that_are_not_there_or_no_plain_text() {
    let place = page();
    place.write("in/page.html", "<p>").write("empty/x.jpg", "");
    place.run(&["clean", "nowhere", "--output-dir", "out"]).code(2).says("nowhere: no such file");
    place.run(&["clean", "in/page.html"]).code(2).says("files of type .html are not read");
    place
        .run(&["clean", "empty", "--output-dir", "out"])
        .code(2)
        .says("empty: no file of a type that is read");
    place.run_with(&["clean", "--output-dir", "out"], b"x").code(2).says("--output-dir needs paths");
    place.run(&["clean", "--no-such-flag"]).code(2).says("--no-such-flag");
    place.run(&["clean", "in", "--output-dir", "o", "-j", "0"]).code(2).says("from 1 on");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::new();
    let long = format!("{PAGE}{}", "A line that stays because it says something of its own, namely this.\n");
    place.write("a.txt", long.repeat(20_000));
    let mut child = place
        .command(&["clean", "a.txt", "--keep", "repeat"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_no_half_written_file() {
    let place = page();
    // A limit on file size stands in for the full disk: the write fails in the middle.
    place.write(
        "in/big.txt",
        (0..20_000)
            .map(|n| format!("Sentence number {n} says that the ferry sails on the river again today.\n"))
            .collect::<String>(),
    );
    let unchaff = env!("CARGO_BIN_EXE_unchaff");
    let script = format!("ulimit -f 100; exec {unchaff} clean in --output-dir out --report r.jsonl");
    let output =
        std::process::Command::new("sh").args(["-c", &script]).current_dir(place.path("")).output().unwrap();
    let messages = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{messages}");
    assert!(messages.contains("big.txt: cannot be written: file too large"), "{messages}");
    let names: Vec<String> = tree(&place.path("out")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.txt"], "no half of big.txt and no temporary file");
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_half_written() {
    let place = Place::new();
    for number in 0..4000 {
        place.write(&format!("in/{number}.txt"), PAGE.repeat(20));
    }
    let child = place
        .command(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !place.path("out").exists() {
        std::thread::yield_now();
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    let messages = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{messages}");
    assert!(messages.contains("stopped"), "{messages}");
    assert!(!place.path("r.jsonl").exists());
    let expected = place.run_with(&["clean"], PAGE.repeat(20).as_bytes()).code(0).out;
    for (name, bytes) in tree(&place.path("out")) {
        assert!(!name.contains(".unchaff-") && bytes == expected, "{name} is whole");
    }
}

#[test]
fn hostile_names_do_not_reach_the_terminal() {
    let place = Place::new();
    place.write("in/\u{1b}[31mred.txt", b"a\0b");
    let ran = place.run(&["clean", "in", "--output-dir", "out"]).code(2).says("\\u{1b}[31mred.txt");
    assert!(!ran.err.contains('\u{1b}'));
}

#[test]
fn help_and_version() {
    let place = Place::new();
    let help = place.run(&["--help"]).code(0).out_text();
    for part in ["clean", "restore", "Exit codes", "unchaff clean dump --output-dir cleaned"] {
        assert!(help.contains(part), "{help}");
    }
    assert_eq!(
        place.run(&["--version"]).code(0).out_text(),
        format!("unchaff {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn an_empty_list_is_told() {
    let place = Place::new();
    place.write("list", "\n");
    let ran = place.run(&["clean", "--files-from", "list", "--output-dir", "o"]).code(2);
    ran.says("the list of --files-from names no path");
}

#[test]
fn the_verb_may_stand_behind_options() {
    let place = page();
    place.run(&["--no-config", "explain", "in/a.txt:1"]).code(0);
    place.write("unchaff.toml", "").run(&["--force", "init"]).code(0).says("wrote");
    place.run(&["-j", "2", "check", "in", "--max-emptied", "0"]).code(0);
    place.run(&["cleen", "in/a.txt"]).code(2).says("did you mean \"clean\"?");
    // A file of that name is meant where a path is.
    std::fs::create_dir(place.path("sub")).unwrap();
    place.write("sub/check", PAGE).write("sub/cleen", PAGE);
    let in_sub = |args: &[&str]| place.command(args).current_dir(place.path("sub")).output().unwrap().stdout;
    let cleaned = in_sub(&["./check"]);
    assert!(!cleaned.is_empty() && cleaned.len() < PAGE.len());
    for args in [&["clean", "check"][..], &["--", "check"], &["--no-config", "--", "check"], &["cleen"]] {
        assert_eq!(in_sub(args), cleaned, "{args:?}");
    }
}
