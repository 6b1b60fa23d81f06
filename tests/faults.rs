//! What goes wrong on a disk, on a wire and at a keyboard: what is told, and what is left.

use std::fs;
use std::process::{Command, Stdio};

use crate::formats::{compressed, uncompressed};
use crate::util::{Place, root, tree};

const PAGE: &str = "Share this article\n\nThe ferry sails again, said the council on Tuesday after a long debate.\n\nAdvertisement\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";

fn line(number: usize) -> String {
    let text = format!(
        "{PAGE}Sentence number {number} says that the ferry sails on the river again today, as before.\n"
    );
    format!("{{\"id\":{number},\"text\":{}}}\n", serde_json::to_string(&text).unwrap())
}

fn dump(records: usize) -> String {
    (0..records).map(line).collect()
}

fn names(place: &Place, folder: &str) -> Vec<String> {
    tree(&place.path(folder)).into_iter().map(|(name, _)| name).collect()
}

/// Every command of docs/formats.md runs, one after another, beside the example dumps.
#[test]
fn the_commands_of_the_page_on_formats_run() {
    let place = Place::new();
    for (name, bytes) in tree(&root().join("fixtures/formats")) {
        place.write(&name, &bytes).write(&format!("dumps/{name}"), &bytes);
    }
    let page = fs::read_to_string(root().join("docs/formats.md")).unwrap();
    let block = page.split("<!-- commands -->\n```sh\n").nth(1).unwrap().split("\n```").next().unwrap();
    assert!(block.lines().count() >= 12);
    for command in block.lines() {
        let words: Vec<&str> = command
            .strip_prefix("unchaff ")
            .unwrap()
            .split(' ')
            .map(|word| word.trim_matches('\''))
            .collect();
        place.run(&words).code(0);
    }
    assert!(place.path("originals/dump.jsonl.zst").exists() && place.path("text/ferry.txt.orig").exists());
    assert_eq!(place.read("overnight.jsonl"), place.read("overnight2.jsonl"));
    let rows = String::from_utf8(place.read("all.jsonl")).unwrap();
    assert_eq!(rows.lines().count(), 6);
}

#[test]
fn a_run_that_is_resumed_does_the_rest_and_reports_the_whole() {
    let place = Place::new();
    for number in 0..5 {
        place.write(&format!("in/{number}.jsonl"), dump(3 + number)).write(&format!("in/{number}.txt"), PAGE);
    }
    let args = |out: &'static str, report: &'static str| {
        ["clean", "in", "--output-dir", out, "--report", report, "--resume"]
    };
    place.run(&args("whole", "whole.r")).code(0);
    // A run that was stopped: some inputs are done, of one the output is there and was not noted as done.
    place.run(&args("out", "first.r")).code(0);
    let notes = String::from_utf8(place.read("out/.unchaff-resume/notes.jsonl")).unwrap();
    let kept: Vec<&str> = notes
        .lines()
        .filter(|note| !(note.contains("\"path\":\"3.jsonl\"") || note.contains("\"path\":\"4.txt\"")))
        .collect();
    place.write("out/.unchaff-resume/notes.jsonl", kept.join("\n") + "\n{\"done\":{\"torn");
    fs::remove_file(place.path("out/4.txt")).unwrap();
    let ran = place.run(&args("out", "second.r")).code(0).says("8 inputs were done before");
    ran.says("cleaned 30 documents");
    assert_eq!(place.read("second.r"), place.read("whole.r"));
    let whole: Vec<(String, Vec<u8>)> =
        tree(&place.path("whole")).into_iter().filter(|(name, _)| !name.starts_with(".unchaff")).collect();
    let out: Vec<(String, Vec<u8>)> =
        tree(&place.path("out")).into_iter().filter(|(name, _)| !name.starts_with(".unchaff")).collect();
    assert_eq!(out, whole);
    place.run(&["restore", "out", "--report", "second.r", "--output-dir", "back"]).code(0);
    assert_eq!(tree(&place.path("back")), tree(&place.path("in")));
    // The report of a run that is done is written anew, and nothing else.
    place
        .run(&args("out", "second.r"))
        .code(2)
        .says("second.r: exists; use --force")
        .says("what is done stays done");
    let forced = [&args("out", "second.r")[..], &["--force"]].concat();
    place.run(&forced).code(0).says("10 inputs were done before");
    assert_eq!(place.read("second.r"), place.read("whole.r"));
    // An input that changed is cleaned again; an output that someone changed is not overwritten silently.
    place.write("in/1.txt", format!("{PAGE}A new sentence that says something of its own.\n"));
    place.run(&args("out", "third.r")).code(0).says("9 inputs were done before");
    assert!(String::from_utf8(place.read("out/1.txt")).unwrap().contains("A new sentence"));
    // Other settings are refused, and so is an output that no run noted.
    place
        .run(&["clean", "in", "--output-dir", "out", "--resume", "--body-only"])
        .code(2)
        .says("had other settings");
    place.write("other/2.txt", "mine");
    place.run(&["clean", "in", "--output-dir", "other", "--resume"]).code(2).says("other/2.txt: exists");
    assert_eq!(place.read("other/2.txt"), b"mine");
}

/// After a power cut the notes may be on disk and rows that they tell of may not.
#[test]
fn an_input_whose_noted_rows_are_not_whole_is_done_again() {
    let place = Place::new();
    place.write("in/a.txt", PAGE).write("in/b.jsonl", dump(3)).write("in/c.txt", PAGE);
    let args = ["clean", "in", "--output-dir", "out", "--resume", "--report", "r", "--force"];
    place.run(&args).code(0);
    let (report, rows) = (place.read("r"), place.read("out/.unchaff-resume/rows.jsonl"));
    let mut zeroed = rows.clone();
    let half = rows.len() / 2;
    zeroed[half..].fill(0);
    for (damaged, done) in [(&rows[..half], "1 input was done"), (&zeroed, "1 input was done"), (&[], "c")] {
        let place = Place::new();
        place.write("in/a.txt", PAGE).write("in/b.jsonl", dump(3)).write("in/c.txt", PAGE);
        place.run(&args).code(0);
        place.write("out/.unchaff-resume/rows.jsonl", damaged);
        place.run(&args).code(0).says(done);
        assert_eq!(String::from_utf8(place.read("r")).unwrap(), String::from_utf8(report.clone()).unwrap());
        place.run(&args).code(0).says("3 inputs were done before");
    }
}

/// What `--report-text` leaves out of a report does not hinder a later run.
#[test]
fn a_resumed_report_holds_as_much_text_as_was_asked_for() {
    let place = Place::new();
    place.write("in/a.txt", PAGE).write("in/b.jsonl", dump(3));
    for (how, out) in [("excerpt", "o1"), ("none", "o2")] {
        let args = |report: &'static str| {
            [
                "clean",
                "in",
                "--output-dir",
                out,
                "--resume",
                "--report-text",
                how,
                "--report",
                report,
                "--force",
            ]
        };
        place.run(&args("plain.r")).code(0);
        place.run(&args("resumed.r")).code(0).says("2 inputs were done before");
        place
            .run(&[
                "clean",
                "in",
                "--output-dir",
                &format!("{out}-plain"),
                "--report-text",
                how,
                "--report",
                "without.r",
                "--force",
            ])
            .code(0);
        assert_eq!(place.read("resumed.r"), place.read("plain.r"));
        assert_eq!(
            String::from_utf8(place.read("resumed.r")).unwrap(),
            String::from_utf8(place.read("without.r")).unwrap()
        );
    }
}

#[cfg(unix)]
#[test]
fn a_dump_that_is_stopped_leaves_nothing_and_is_done_when_resumed() {
    let place = Place::new();
    place.write("in/a.txt", PAGE).write("in/big.jsonl", dump(40_000));
    let args = ["clean", "in", "--output-dir", "out", "--resume", "--report", "r"];
    for signal in ["-INT", "-KILL"] {
        let child = place.command(&args).stderr(Stdio::piped()).spawn().unwrap();
        let is_begun = || {
            fs::read_dir(place.path("out")).is_ok_and(|entries| {
                entries
                    .filter_map(Result::ok)
                    .any(|entry| entry.file_name().to_string_lossy().ends_with(".tmp"))
            })
        };
        while !(is_begun() && place.path("out/a.txt").exists()) {
            std::thread::yield_now();
        }
        assert!(
            std::process::Command::new("kill")
                .args([signal, &child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        let output = child.wait_with_output().unwrap();
        if signal == "-INT" {
            assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
            assert!(!names(&place, "out").iter().any(|name| name.contains(".tmp")));
        }
        assert!(!place.path("out/big.jsonl").exists() && !place.path("r").exists());
    }
    // A killed run leaves its temporary file, unless it was between two; the next run removes it.
    place.write("in/big.jsonl", dump(40));
    place.run(&args).code(0).says("cleaned 41 documents");
    let left: Vec<String> =
        names(&place, "out").into_iter().filter(|name| !name.contains("resume")).collect();
    assert_eq!(left, ["a.txt", "big.jsonl"], "the next run removes it");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_in_the_middle_of_a_dump_costs_that_dump_alone() {
    let place = Place::new();
    place.write("in/a.jsonl", dump(3)).write("in/big.jsonl", dump(2000)).write("in/z.jsonl", dump(3));
    let unchaff = env!("CARGO_BIN_EXE_unchaff");
    let script = format!("ulimit -f 100; exec {unchaff} clean in --output-dir out");
    let output =
        std::process::Command::new("sh").args(["-c", &script]).current_dir(place.path("")).output().unwrap();
    let messages = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{messages}");
    assert!(messages.contains("big.jsonl: cannot be written: file too large"), "{messages}");
    assert_eq!(names(&place, "out"), ["a.jsonl", "z.jsonl"]);
}

/// The rows of a report on standard output wait in the folder for temporary files: that is what is full.
#[cfg(target_os = "linux")]
#[test]
fn a_full_folder_for_temporary_files_is_named() {
    let place = Place::new();
    place.write("d.jsonl", dump(2000)).write("tmp/x", "");
    let unchaff = env!("CARGO_BIN_EXE_unchaff");
    let script = format!("ulimit -f 100; TMPDIR=$PWD/tmp exec {unchaff} clean d.jsonl -n --report -");
    let mut command = Command::new("sh");
    let output = command.args(["-c", &script]).current_dir(place.path("")).output().unwrap();
    let messages = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{messages}");
    assert!(messages.contains("/tmp: cannot be written: file too large"), "{messages}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_without_space_is_told() {
    if !fs::exists("/dev/full").unwrap_or(false) {
        return;
    }
    let place = Place::new();
    place.write("d.jsonl", dump(3000));
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let child = place.command(&["clean", "d.jsonl"]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    let messages = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{messages}");
    assert!(messages.contains("standard output: no space left on device"), "{messages}");
}

/// `-o /dev/null --force` must not put a file in the place of the device; a pipe with a name stands for it here.
#[cfg(unix)]
#[test]
fn a_device_or_a_pipe_is_written_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let place = Place::new();
    let made = Command::new("mkfifo").arg(place.path("pipe")).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: no pipe with a name can be made here");
        return;
    }
    place.write("a.txt", "Share this article\nThe ferry sails again, said the council.\n");
    for force in [&["--force"][..], &[]] {
        let pipe = place.path("pipe");
        let reader = std::thread::spawn(move || fs::read_to_string(pipe).unwrap());
        place.run(&[&["clean", "a.txt", "-o", "pipe"], force].concat()).code(0);
        assert_eq!(reader.join().unwrap(), "The ferry sails again, said the council.\n");
        assert!(fs::metadata(place.path("pipe")).unwrap().file_type().is_fifo());
    }
}

/// `-o /dev/stdout --force >> log`: a link of the same making stands for it here.
#[cfg(target_os = "linux")]
#[test]
fn a_link_to_standard_output_is_written_and_not_replaced() {
    let place = Place::new();
    place.write("a.txt", "Share this article\nThe ferry sails again, said the council.\n");
    place.write("log", "Before.\n");
    std::os::unix::fs::symlink("/proc/self/fd/1", place.path("first")).unwrap();
    std::os::unix::fs::symlink("first", place.path("second")).unwrap();
    let log = fs::File::options().append(true).open(place.path("log")).unwrap();
    let mut command = place.command(&["clean", "a.txt", "-o", "second", "--force"]);
    assert_eq!(command.stdout(log).status().unwrap().code(), Some(0));
    assert_eq!(
        fs::read_to_string(place.path("log")).unwrap(),
        "Before.\nThe ferry sails again, said the council.\n"
    );
    assert!(fs::symlink_metadata(place.path("second")).unwrap().is_symlink());
}

#[cfg(unix)]
#[test]
fn a_dump_into_a_pipe_that_closes_is_no_failure() {
    let place = Place::new();
    place.write("d.jsonl", dump(20_000));
    let mut child =
        place.command(&["clean", "d.jsonl"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[test]
fn damaged_compression_costs_that_dump_alone() {
    let place = Place::new();
    let fixture = |name: &str| fs::read(root().join("fixtures/formats").join(name)).unwrap();
    for (name, message) in
        [("dump.jsonl.gz", "its gzip data is damaged"), ("dump.jsonl.zst", "its zstd data is damaged")]
    {
        // What unchaff writes has a checksum; the fixture has none.
        place.write(name, fixture(name)).run(&["clean", name, "--output-dir", "summed"]).code(0);
        let mut bytes = place.read(&format!("summed/{name}"));
        let middle = bytes.len() / 2;
        for byte in &mut bytes[middle..middle + 8] {
            *byte ^= 0x55;
        }
        place.write(&format!("in/{name}"), bytes);
        place.run(&["clean", &format!("in/{name}"), "--output-dir", "out"]).code(2).says(message);
    }
    place
        .write("in/text.jsonl.gz", "This is text, and no gzip data at all.\n")
        .write("in/whole.jsonl.gz", fixture("dump.jsonl.gz"));
    place
        .run(&["clean", "in", "--output-dir", "out"])
        .code(2)
        .says("text.jsonl.gz: its gzip data is damaged")
        .says("cleaned 3 documents");
    assert_eq!(names(&place, "out"), ["whole.jsonl.gz"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.write("d.jsonl", dump(3));
    fs::create_dir(place.path("out")).unwrap();
    fs::set_permissions(place.path("out"), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(place.path("out/probe"), "").is_ok() {
        println!("skipped: this user may write everywhere");
        return;
    }
    place
        .run(&["clean", "d.jsonl", "--output-dir", "out"])
        .code(2)
        .says("cannot be written: permission denied");
}

/// A run holds a few batches, however many files there are.
#[test]
fn many_small_files_are_cleaned_one_by_one() {
    let place = Place::new();
    let files = 2500;
    for number in 0..files {
        let page = PAGE.replace("Tuesday", &format!("day {number}"));
        place.write(&format!("in/{:02}/{number}.txt", number % 50), page);
    }
    let args = ["clean", "in", "--output-dir", "out", "--report", "r", "--resume"];
    place.run(&args).code(0).says("cleaned 2,500 documents: 2,500 changed");
    assert_eq!(names(&place, "out").iter().filter(|name| !name.starts_with(".unchaff")).count(), files);
    assert_eq!(String::from_utf8(place.read("r")).unwrap().lines().count(), files + 2);
    place.run(&[&args[..], &["--force"]].concat()).code(0).says("2500 inputs were done before");
    place.run(&["restore", "out", "--report", "r", "--output-dir", "back"]).code(0).says("restored 2,500");
    assert!(tree(&place.path("back")) == tree(&place.path("in")));
}

/// The reader is held up by a pipe that nobody empties; then the file becomes shorter.
#[cfg(unix)]
#[test]
fn a_file_that_shrinks_while_it_is_read_is_told() {
    use std::io::Read;
    let place = Place::new();
    place.write("d.jsonl", "");
    let file = fs::File::options().write(true).open(place.path("d.jsonl")).unwrap();
    file.set_len(400 << 20).unwrap(); // a hole, which costs no disk
    let args = ["clean", "d.jsonl", "--max-record", "1M", "--bad-records", "keep"];
    let mut child = place.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdout.as_mut().unwrap().read_exact(&mut [0; 1]).unwrap();
    file.set_len(1 << 20).unwrap();
    let mut rest = child.stdout.take().unwrap();
    std::io::copy(&mut rest, &mut std::io::sink()).unwrap();
    let output = child.wait_with_output().unwrap();
    let messages = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{messages}");
    assert!(messages.contains("d.jsonl: was changed while it was read"), "{messages}");
}

/// The first failure is the first in input order, whatever was begun beside it: nothing behind it is written.
#[test]
fn nothing_is_written_behind_the_first_failure() {
    let place = Place::new();
    let page = "Advertisement\n\nThe ferry sails again, said the council on Tuesday after a long debate.\n";
    for number in 0..60 {
        place.write(&format!("in/{number:02}.txt"), page);
    }
    place.write("in/20.txt", b"\xff\xfe\x00").write("in/40.txt", b"\xff\xfe\x00");
    let written =
        |folder: &str| tree(&place.path(folder)).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let wanted: Vec<String> = (0..20).map(|number| format!("{number:02}.txt")).collect();
    for jobs in ["1", "8"] {
        let out = format!("out-{jobs}");
        let ran = place.run(&["clean", "in", "--output-dir", &out, "--fail-fast", "-j", jobs]).code(2);
        let ran = ran.says("20.txt: ").says("stopped at the first failure");
        assert!(!ran.err.contains("40.txt"), "{}", ran.err);
        assert_eq!(written(&out), wanted);
        let out = format!("txt-{jobs}");
        let args = ["clean", "in", "--output-format", "txt", "--output-dir", &out, "--fail-fast", "-j", jobs];
        place.run(&args).code(2);
        assert_eq!(written(&out), wanted);
    }
    place.run(&["clean", "in", "--in-place=.orig", "--fail-fast"]).code(2);
    assert_ne!(place.read("in/19.txt"), page.as_bytes());
    assert_eq!(place.read("in/19.txt.orig"), page.as_bytes());
    assert_eq!(place.read("in/21.txt"), page.as_bytes());
    assert!(!place.path("in/21.txt.orig").exists());
}

/// Without a line end of its own each bad record of one line would run into the next.
#[test]
fn bad_records_that_are_kept_stay_apart() {
    let place = Place::new();
    place.write("d.json", "1 2 \"x\" {\"text\":\"The ferry.\"} [1] {\"body\":2}");
    place.run(&["clean", "d.json", "-o", "o.json", "--err-dir", "bad", "--report", "r.jsonl"]).code(2);
    assert_eq!(place.read("bad/d.json"), b"1\n2\n\"x\"\n[1]\n{\"body\":2}\n");
    place.run(&["restore", "o.json", "--report", "r.jsonl", "-o", "back.json"]).code(0);
    assert_eq!(place.read("back.json"), place.read("d.json"));

    place.write("d.txt", format!("{}\n\nThe ferry.\n\n{}\n", "a ".repeat(80), "b ".repeat(80)));
    let args = ["clean", "d.txt", "-o", "o.txt", "--split-blank", "--max-record", "100", "--err-dir", "bad"];
    place.run(&args).code(2);
    let kept = format!("{}\n\n{}\n", "a ".repeat(80), "b ".repeat(80));
    assert_eq!(String::from_utf8(place.read("bad/d.txt")).unwrap(), kept);
}

/// Zeros fill up a block of a tape. Anything else behind the end is told as what it is, and costs that input alone.
#[test]
fn what_stands_behind_gzip_data_is_told_as_that() {
    let text = "Share this article\n\nThe ferry sails again, said the council on Tuesday.\n";
    let member = compressed(text.as_bytes(), ".gz");
    for zeros in [1, 7, 512, 1 << 18] {
        let place = Place::new();
        place.write("in/a.txt.gz", [&member[..], &vec![0; zeros]].concat());
        place.run(&["clean", "in", "--output-dir", "out", "--report", "r"]).code(0);
        place.run(&["restore", "out", "--report", "r", "--output-dir", "back"]).code(0);
        assert_eq!(uncompressed(&place.read("back/a.txt.gz"), ".gz"), text.as_bytes());
    }
    let long = "garbage that is longer than a header\n".repeat(20_000);
    for behind in ["garbage\n", "g", &long, "\0\0\0garbage\n", "PK\u{3}\u{4}"] {
        let place = Place::new();
        let garbled = [&member[..], behind.as_bytes()].concat();
        place.write("in/a.txt.gz", &garbled).write("in/b.jsonl.gz", &garbled).write("in/c.txt.gz", &member);
        let ran = place.run(&["clean", "in", "--output-dir", "out"]).code(2);
        for name in ["a.txt.gz", "b.jsonl.gz"] {
            let said =
                format!("{name}: behind the end of its gzip data stand bytes that are none; fetch it again");
            assert!(ran.err.contains(&said), "{}", ran.err);
        }
        assert_eq!(names(&place, "out"), ["c.txt.gz"]);
    }
    // What begins as a member and is none is cut off.
    let place = Place::new();
    place.write("a.txt.gz", [&member[..], &member[..9]].concat());
    place.run(&["clean", "a.txt.gz", "-o", "o"]).code(2).says("its gzip data ends in the middle");
}
