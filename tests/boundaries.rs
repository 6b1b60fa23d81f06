//! Boundaries that must not show: where a batch ends, how many threads work, how a source gives its bytes, how
//! lines end, which characters there are. Always the same bytes out, and the way back.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use unchaff::input::format::Format;
use unchaff::input::{self, Opened, Reading, Source};
use unchaff::restore;
use unchaff::run::{self, BatchSize, Job, Target};

use crate::formats::{compressed, json, uncompressed};
use crate::util::{Place, tree};

/// Texts as a dump of each format, compressed and not: the name of the file and its bytes.
fn dumps(texts: &[Vec<u8>]) -> Vec<(String, Vec<u8>)> {
    let mut dumps = Vec::new();
    for (name, bytes) in plain_dumps(texts) {
        for how in ["", ".gz", ".zst"] {
            dumps.push((format!("{name}{how}"), compressed(&bytes, how)));
        }
    }
    #[cfg(feature = "parquet")]
    dumps.push(("d.parquet".to_owned(), crate::parquet::table(texts)));
    dumps
}

fn plain_dumps(texts: &[Vec<u8>]) -> Vec<(&'static str, Vec<u8>)> {
    let joined = |row: &dyn Fn(&[u8]) -> Vec<u8>, glue: &str| {
        texts.iter().map(|text| row(text)).collect::<Vec<_>>().join(glue.as_bytes())
    };
    let object = |text: &[u8]| [b"{\"text\":", &spelled(text)[..], b"}"].concat();
    let quoted = |text: &[u8]| -> Vec<u8> {
        let doubled = text.iter().flat_map(|&byte| if byte == b'"' { vec![byte; 2] } else { vec![byte] });
        std::iter::once(b'"').chain(doubled).chain(*b"\"").collect()
    };
    let table = |separator: &'static str| {
        let row = |text: &[u8]| [b"1".to_vec(), quoted(text), b"x".to_vec()].join(separator.as_bytes());
        let header = ["id", "text", "n"].join(separator);
        [header.into_bytes(), joined(&row, "\n")].join(&b'\n')
    };
    let wet = |text: &[u8]| {
        let head = format!("WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: {}\r\n\r\n", text.len());
        [head.as_bytes(), text, b"\r\n\r\n"].concat()
    };
    vec![
        ("d.txt", joined(&<[u8]>::to_vec, "\n")),
        ("d.blocks", joined(&<[u8]>::to_vec, "\n\n")),
        ("d.jsonl", joined(&object, "\n")),
        ("d.json", [b"[".to_vec(), joined(&object, " ,\n"), b"]\n".to_vec()].concat()),
        ("d.csv", table(",")),
        ("d.tsv", table("\t")),
        ("d.wet", joined(&wet, "")),
    ]
}

/// A text as JSON spells it; what is not UTF-8 stands in it as it is.
fn spelled(text: &[u8]) -> Vec<u8> {
    let mut out = vec![b'"'];
    for chunk in text.utf8_chunks() {
        let quoted = json(chunk.valid());
        out.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
        out.extend_from_slice(chunk.invalid());
    }
    out.push(b'"');
    out
}

fn reading(name: &str) -> Reading {
    let format = name.starts_with("d.blocks").then_some(Format::Blocks);
    Reading { format, ..Reading::default() }
}

/// What a run wrote: the clean dump, if there is one, and the report. How many inputs and records were bad.
#[derive(PartialEq)]
struct Written {
    clean: Option<Vec<u8>>,
    report: Vec<u8>,
    bad: u64,
}

/// A dump in a folder of its own.
struct Dump {
    place: Place,
    name: String,
    bytes: Vec<u8>,
}

impl Dump {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        let place = Place::new();
        place.write(name, &bytes);
        Self { place, name: name.to_owned(), bytes }
    }

    fn clean(&self, batch: BatchSize, jobs: usize) -> Written {
        let out = self.place.path(&format!("out/{}", self.name));
        let report = self.place.path("report");
        let job = Job {
            sources: vec![Source::File {
                path: self.place.path(&self.name),
                id: self.name.clone(),
                bytes: self.bytes.len() as u64,
            }],
            reading: reading(&self.name),
            target: Target::File(out.clone()),
            report: Some(report.clone()),
            force: true,
            jobs,
            batch,
            ..Job::default()
        };
        drop(std::fs::remove_file(&out));
        let tally = run::run(&job, &AtomicBool::new(false), |_| ()).unwrap();
        let left: Vec<PathBuf> =
            tree(&self.place.path("")).into_iter().map(|(name, _)| name.into()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().contains(".tmp")), "{left:?}");
        Written { clean: std::fs::read(&out).ok(), report: std::fs::read(report).unwrap(), bad: tally.bad }
    }

    /// Cleans, checks that the original comes back, and gives what was written. A dump that gives no output was
    /// refused, and somebody was told.
    fn clean_and_restore(&self) -> Written {
        let written = self.clean(BatchSize::default(), 1);
        if written.clean.is_none() {
            assert!(written.bad > 0, "{}: no output, and nobody was told", self.name);
            return written;
        }
        let back = self.place.path(&format!("back/{}", self.name));
        let job = restore::Job {
            clean: Some(self.place.path(&format!("out/{}", self.name))),
            report: self.place.path("report"),
            target: Target::File(back.clone()),
            force: true,
        };
        let restored = restore::restore(&job, &AtomicBool::new(false), |_| ()).unwrap();
        assert_eq!(restored.bad, 0, "{}", self.name);
        assert!(self.is_content_of(&back), "{}: something else came back", self.name);
        written
    }

    /// Has the file the same content? Of a table its texts.
    fn is_content_of(&self, path: &Path) -> bool {
        if self.name.ends_with("parquet") {
            let reading = Reading { format: Some(Format::Parquet), ..Reading::default() };
            return pieces(&self.place.path(&self.name), &reading) == pieces(path, &reading);
        }
        let how = [".gz", ".zst"].into_iter().find(|how| self.name.ends_with(how)).unwrap_or_default();
        uncompressed(&std::fs::read(path).unwrap(), how) == uncompressed(&self.bytes, how)
    }
}

/// The pieces of a dump in a file.
fn pieces(path: &Path, reading: &Reading) -> Vec<String> {
    let source = Source::File { path: path.to_owned(), id: "d".to_owned(), bytes: 0 };
    all_of(input::open(&source, reading).unwrap())
}

/// The pieces of a dump, with what they are; a text is one.
fn all_of(opened: Opened) -> Vec<String> {
    match opened {
        Opened::Whole(whole) => vec![whole.document.text],
        Opened::Container(mut container) => {
            let next = || container.next_piece().unwrap();
            std::iter::from_fn(next).map(|piece| format!("{piece:?}")).collect()
        }
    }
}

/// A source that gives one byte at a time, as a slow wire might.
struct Slow(std::io::Cursor<Vec<u8>>);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(1);
        self.0.read(&mut buffer[..most])
    }
}

const PROSE: &str = "The ferry sails again, said the council on Tuesday after a long debate.";

/// Ends of lines as files have them, and characters that end lines in some programs and none here.
const ENDS: [&str; 10] =
    ["\n", "\r\n", "\r", "\n\r", "\r\r\n", "\u{2028}", "\u{2029}", "\u{85}", "\u{b}\u{c}", ""];

/// Texts with three line ends each, in every combination.
fn line_end_texts() -> Vec<Vec<u8>> {
    let text = |one, two, three| {
        format!("Share this article{one}{PROSE} \"Yes\", he said.{two}Advertisement{three}").into_bytes()
    };
    let pairs = ENDS.iter().flat_map(|one| ENDS.iter().map(move |two| (one, two)));
    pairs.flat_map(|(one, two)| ENDS.iter().map(move |three| text(one, two, three))).collect()
}

/// Texts with the first, some and the last characters of each of the 17 planes, NUL aside: a file with one is no
/// text.
fn plane_texts() -> Vec<Vec<u8>> {
    let low = [1, 0x7f, 0x80, 0x7ff, 0x800, 0x1234, 0xd7ff, 0xe000, 0xfdd0, 0xfeff, 0xfffd, 0xfffe, 0xffff];
    let of_plane = |plane: u32| {
        let chars: String =
            low.into_iter().chain([0]).filter_map(|low| char::from_u32(plane << 16 | low)).collect();
        let chars = chars.replace('\0', "");
        let apart: String = chars.chars().map(|c| format!("{c} word ")).collect();
        format!(
            "Advertisement\n{chars}\n{PROSE} {chars}\nShare this {chars}\n{apart}\n{chars}Advertisement{chars}"
        )
    };
    (0..=16).map(|plane| of_plane(plane).into_bytes()).collect()
}

#[test]
fn every_mix_of_line_ends_comes_back_in_every_format() {
    let texts = line_end_texts();
    for (name, bytes) in dumps(&texts) {
        let written = Dump::new(&name, bytes).clean_and_restore();
        assert!(written.clean.is_some() && written.bad == 0, "{name}");
        let report = String::from_utf8(written.report).unwrap();
        assert!(report.contains("\"kind\":"), "{name}: nothing was removed");
    }
}

#[test]
fn every_plane_comes_back_in_every_format() {
    for (name, bytes) in dumps(&plane_texts()) {
        let written = Dump::new(&name, bytes).clean_and_restore();
        assert!(written.clean.is_some() && written.bad == 0, "{name}");
    }
}

/// Bytes that are no UTF-8: alone, cut off, too long, half a surrogate pair, behind the last plane.
#[test]
fn what_is_no_utf8_comes_back_or_is_refused_in_every_format() {
    const BAD: [&[u8]; 8] = [
        b"\xff",
        b"\x80",
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\x98",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
    ];
    let good = format!("Advertisement\n{PROSE}\n").into_bytes();
    for bad in BAD {
        for at in [0, 5, 14, 30, good.len()] {
            let mut text = good.clone();
            text.splice(at..at, bad.iter().copied());
            for (name, bytes) in dumps(&[good.clone(), text, good.clone()]) {
                let written = Dump::new(&name, bytes).clean_and_restore();
                // A text may be in another encoding; of a dump the one record is bad.
                let is_text = name.starts_with("d.txt");
                assert!(is_text || written.clean.is_some() && written.bad == 1, "{name} {bad:?} at {at}");
            }
        }
    }
}

/// Of a dump whose records are all left out nothing is left, and it comes back.
#[test]
fn a_dump_of_bad_records_alone_comes_back() {
    for (name, bytes) in dumps(&[b"\x80".to_vec()]).into_iter().filter(|(name, _)| !name.starts_with("d.txt"))
    {
        let written = Dump::new(&name, bytes).clean_and_restore();
        assert!(written.clean.is_some() && written.bad == 1, "{name}");
    }
}

/// A batch of one item, of two, and so on to more than there are; by bytes, too; with few threads and many.
#[test]
fn sizes_of_batches_and_threads_change_nothing() {
    let mut all: Vec<Vec<u8>> = line_end_texts().into_iter().step_by(77).chain(plane_texts()).collect();
    all.push(b"Advertisement\n\xff\n".to_vec());
    all.push(Vec::new());
    for (name, bytes) in dumps(&all) {
        let dump = Dump::new(&name, bytes);
        let wanted = dump.clean(BatchSize::default(), 1);
        let by_items = (1..=all.len() + 1).map(|items| BatchSize { items, bytes: u64::MAX });
        let by_bytes = [0, 1, 100, 1000].map(|bytes| BatchSize { bytes, items: usize::MAX });
        for (number, batch) in by_items.chain(by_bytes).enumerate() {
            let jobs = [1, 2, 3, 8][number % 4];
            assert!(dump.clean(batch, jobs) == wanted, "{name}, {batch:?}, {jobs} threads");
        }
    }
}

/// The readers see the same pieces whether a source gives a file at once or byte by byte.
#[test]
fn a_source_that_gives_one_byte_at_a_time_changes_nothing() {
    let all: Vec<Vec<u8>> =
        line_end_texts().into_iter().step_by(13).chain(plane_texts()).chain([Vec::new()]).collect();
    let place = Place::new();
    for (name, bytes) in dumps(&all).into_iter().filter(|(name, _)| !name.ends_with("parquet")) {
        let path = place.write(&name, &bytes).path(&name);
        let source = Source::File { path: path.clone(), id: name.clone(), bytes: 0 };
        let reading = Reading { format: reading(&name).format_of(&source), ..Reading::default() };
        let wanted = pieces(&path, &reading);
        let opened = input::open_reader(Slow(std::io::Cursor::new(bytes)), "d", &reading);
        let found = all_of(opened.unwrap_or_else(|bad| panic!("{name}: {}", bad.message)));
        assert!(found == wanted, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Anything at all as the texts of a dump.
    #[test]
    fn random_texts_come_back_from_every_format(
        texts in proptest::collection::vec(proptest::collection::vec(piece(), 0..12), 1..8),
        items in 1..9_usize,
        jobs in 1..5_usize,
    ) {
        let texts: Vec<Vec<u8>> = texts.into_iter().map(|pieces| pieces.concat()).collect();
        for (name, bytes) in dumps(&texts) {
            let dump = Dump::new(&name, bytes);
            let written = dump.clean_and_restore();
            let again = dump.clean(BatchSize { items, bytes: u64::MAX }, jobs);
            prop_assert!(again == written, "{}: {} items in a batch, {} threads", name, items, jobs);
        }
    }
}

/// A piece of a text: a line end, a few characters of any plane, a line of a page, now and then bytes that are none.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => proptest::sample::select(&ENDS[..]).prop_map(|end| end.as_bytes().to_vec()),
        4 => proptest::sample::select(&["Advertisement", "Share this article", PROSE, "\\", "\"", ",", "\t", " "][..])
            .prop_map(|line| line.as_bytes().to_vec()),
        3 => proptest::collection::vec(any::<char>(), 0..5)
            .prop_map(|chars| chars.into_iter().collect::<String>().into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..3),
    ]
}
