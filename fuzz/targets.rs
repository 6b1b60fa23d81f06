//! What must hold for any bytes: the bodies of the fuzz targets. The tests run them too, over the seeds and
//! their neighbours (`tests/fuzz.rs`), so that a broken promise shows without a fuzzer.
//!
//! A target panics if a promise is broken, and says nothing if the bytes are refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use unchaff::input::fields::{FieldNames, Fields};
use unchaff::input::format::{Compression, Format};
use unchaff::input::record::{self, Part, Piece};
use unchaff::input::{self, Opened, Reading, Source};
use unchaff::kind::{Kind, KindSet};
use unchaff::own::Own;
use unchaff::removed::RemovedLines;
use unchaff::repeats::{Copies, Scope};
use unchaff::report::{Header, Reader, Row, dolma};
use unchaff::restore::{self, Originals};
use unchaff::run::index::{self, Index};
use unchaff::run::{self, Event, Job, Target};
use unchaff::settings::{self, Choice, Layer};
use unchaff::{Config, Model, Preset};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64, xxh3_128};

/// A target: its name, which is that of its folder of seeds, and what it does.
pub(crate) type Fuzzed = (&'static str, fn(&[u8]));

/// All targets.
pub(crate) const ALL: &[Fuzzed] = &[
    ("clean", clean),
    ("record", record),
    ("formats", formats),
    ("report", report),
    ("restore", restore),
    ("config", config),
    ("model", model),
    ("index", index),
    #[cfg(feature = "parquet")]
    ("parquet", parquet),
];

/// Conservation, determinism and reasons, for any text and many configurations.
pub(crate) fn clean(data: &[u8]) {
    let (choice, bytes) = data.split_first().unwrap_or((&0, &[]));
    let text = String::from_utf8_lossy(bytes);
    let config = configured(*choice);
    let cleaned = unchaff::clean(&text, &config);
    let (mut at, mut whole) = (0, String::new());
    for cut in &cleaned.cuts {
        assert!(at <= cut.span.start && !cut.span.is_empty(), "sorted, disjoint and not empty: {cut:?}");
        whole += &text[at..cut.span.start];
        whole += cleaned.removed(cut);
        at = cut.span.end;
        assert!((0.0..=1.0).contains(&cut.score) && cut.rule.starts_with(cut.kind.slug()), "{cut:?}");
        assert!(cut.lines.start < cut.lines.end && cut.lines.end <= cleaned.lines, "{cut:?}");
        if let Some(first) = &cut.first {
            assert!(first.span.end <= cut.span.start && first.document.is_none(), "{cut:?}");
        }
    }
    whole += &text[at..];
    assert_eq!(whole, text, "kept and removed, put back in order, are the text");
    for mark in &cleaned.marks {
        assert!(mark.span.start < mark.span.end && mark.span.end <= text.len(), "{mark:?}");
    }
    assert_eq!(cleaned, unchaff::clean(&text, &config), "the same each time");
}

fn configured(choice: u8) -> Config {
    let preset =
        [Preset::Balanced, Preset::Precision, Preset::Recall, Preset::Balanced][usize::from(choice & 3)];
    let dropped = if choice & 4 == 0 { KindSet::default() } else { KindSet::ALL };
    let own = if choice & 8 == 0 { Own::default() } else { own() };
    let mut config = Config { preset, dropped, own: Arc::new(own), ..Config::default() };
    if choice & 16 != 0 {
        config.dropped.remove(Kind::Blank);
    }
    if choice & 32 != 0 {
        config.repeats.words_min = 8;
    }
    config
}

fn own() -> Own {
    Own::new(&["^The".to_owned()], &["a$".to_owned(), "^$".to_owned()], &[]).unwrap_or_default()
}

/// A record of JSON: what is cut from its text is cut from its bytes and from nothing else.
pub(crate) fn record(data: &[u8]) {
    let (choice, bytes) = data.split_first().unwrap_or((&0, &[]));
    let fields = Fields {
        text: if choice & 1 == 0 { "text" } else { "a.text" }.to_owned(),
        id: Some("id".to_owned()),
        url: Some("url".to_owned()),
        order: Some("date".to_owned()),
        parallel: if choice & 2 == 0 { Vec::new() } else { vec!["scores".to_owned(), "scores".to_owned()] },
        header: None,
    };
    let fields = Arc::new(fields);
    let parsed = |bytes: &[u8]| {
        let part = Part::Record { rec: 0, line: 1, fields: Arc::clone(&fields) };
        record::parse(Format::Jsonl, "in", Piece { bytes: bytes.to_vec(), part })
    };
    let Ok(record) = parsed(bytes) else { return };
    assert_eq!(record.frame.bytes, bytes);
    let cleaned = unchaff::clean(&record.document.text, &configured(choice & 0b11_1100));
    let removed = match choice >> 6 {
        0 | 1 => RemovedLines::Drop,
        2 => RemovedLines::Blank,
        _ => RemovedLines::Mark,
    };
    let cut = record.frame.cut(&cleaned, removed);
    assert_eq!(record.frame.odd_spellings(&cleaned).len(), cleaned.cuts.len());
    if cleaned.cuts.is_empty() {
        assert_eq!(cut, bytes, "nothing was cut: the same bytes");
        return;
    }
    match parsed(&cut) {
        Ok(again) => {
            if removed.is_drop() {
                assert_eq!(again.document.text, cleaned.text());
            }
            assert_eq!((again.document.id, again.document.url), (record.document.id, record.document.url));
        }
        Err(bad) => panic!("a cut record is one still: {}", bad.message),
    }
}

/// Every reader of dumps: the pieces tile the content, whatever is in it.
pub(crate) fn formats(data: &[u8]) {
    let (choice, bytes) = data.split_first().unwrap_or((&0, &[]));
    let place = Place::new();
    let path = place.file("in", bytes);
    let source = Source::File { path: path.clone(), id: "in".to_owned(), bytes: bytes.len() as u64 };
    let format = Format::ALL[usize::from(choice & 7)];
    let reading = Reading {
        // Of a table the text field must be known by a name, or be named.
        fields: FieldNames { text: (choice & 8 != 0).then(|| "a".to_owned()), ..FieldNames::default() },
        record_max: if choice & 16 == 0 { 1 << 20 } else { 40 },
        format: (choice & 32 == 0).then_some(format),
        ..Reading::default()
    };
    let mut container = match input::open(&source, &reading) {
        Ok(Opened::Container(container)) => container,
        Ok(Opened::Whole(whole)) => {
            assert_eq!(whole.raw.bytes, bytes.len() as u64);
            return;
        }
        Err(_) => return,
    };
    let mut content = Vec::new();
    loop {
        match container.next_piece() {
            Ok(Some(piece)) => {
                content.extend_from_slice(&piece.bytes);
                if !matches!(piece.part, Part::Record { .. }) {
                    continue;
                }
                if let Ok(record) = record::parse(container.format(), "in", piece) {
                    assert!(container.format() == Format::Parquet || !record.frame.bytes.is_empty());
                }
            }
            Ok(None) => break,
            Err(_) => return,
        }
    }
    let (raw, whole) = container.raws();
    assert_eq!(raw.bytes, bytes.len() as u64, "all of it was read");
    if container.format() != Format::Parquet {
        assert_eq!(whole.bytes, content.len() as u64);
        assert_eq!(whole.xxh3, xxh3_64(&content), "pieces tile the content");
        if container.compression() == Compression::None {
            assert_eq!(content, bytes);
        }
    }
}

/// A Parquet file from anywhere: it is refused in words and gives no output, or what is written has as many
/// rows, and every text comes back.
#[cfg(feature = "parquet")]
pub(crate) fn parquet(data: &[u8]) {
    let place = Place::new();
    let path = place.file("in", data);
    let (clean, report, back) = (place.0.join("clean"), place.0.join("report"), place.0.join("back"));
    let job = Job {
        sources: vec![parquet_file(&path)],
        target: Target::File(clean.clone()),
        report: Some(report.clone()),
        jobs: 1,
        reading: Reading { format: Some(Format::Parquet), ..Reading::default() },
        ..Job::default()
    };
    let stop = AtomicBool::new(false);
    let tally = run::run(&job, &stop, |_| {}).expect("what is wrong with an input ends no run");
    if !clean.exists() {
        assert!(tally.bad > 0, "there is no output, and nobody was told");
        return;
    }
    assert_eq!(rows(&clean).len(), rows(&path).len());
    let job = restore::Job { clean: Some(clean), report, target: Target::File(back.clone()), force: false };
    let restored = restore::restore(&job, &stop, |_| {}).expect("what was just written is restored");
    assert_eq!(restored.bad, 0);
    assert_eq!(rows(&back), rows(&path));
}

#[cfg(feature = "parquet")]
fn parquet_file(path: &Path) -> Source {
    Source::File { path: path.to_owned(), id: "in".to_owned(), bytes: 0 }
}

/// Texts of a Parquet file, with the names beside them.
#[cfg(feature = "parquet")]
fn rows(path: &Path) -> Vec<Vec<u8>> {
    let reading = Reading { format: Some(Format::Parquet), ..Reading::default() };
    let Ok(Opened::Container(mut container)) = input::open(&parquet_file(path), &reading) else {
        panic!("it was read before")
    };
    let next = || container.next_piece().expect("it was read before").map(|piece| piece.bytes);
    std::iter::from_fn(next).collect()
}

/// A report from anywhere: it is refused in words, or its rows can be shown.
pub(crate) fn report(data: &[u8]) {
    let place = Place::new();
    let path = place.file("report", &signed(data));
    show(&path, None);
}

/// Everything that reads reports.
fn show(path: &Path, clean: Option<&Path>) {
    let Ok(header) = Header::verify(path) else { return };
    let mut page = unchaff::html::Page::new(3);
    let mut log = unchaff::check::sarif::Log::default();
    let mut originals = Originals::new(clean, &header);
    let mut rows = match Reader::open(path) {
        Ok(rows) => rows,
        Err(error) => panic!("it was read before: {error}"),
    };
    loop {
        match rows.next_row() {
            Ok(Some(Row::Doc(doc))) => {
                page.add(&doc, || originals.text(&doc).ok());
                log.add_doc(&doc, header.run.inputs.get(doc.src));
                for offsets in [dolma::Offsets::Bytes, dolma::Offsets::Chars] {
                    let sum = |spans: Vec<[u64; 2]>| spans.iter().map(|span| span[1] - span[0]).sum::<u64>();
                    let all = sum(dolma::removed(&doc, offsets)) + sum(dolma::kept(&doc, offsets));
                    let whole = if offsets == dolma::Offsets::Bytes { doc.before.b } else { doc.before.c };
                    assert_eq!(all, whole);
                }
                drop(unchaff::tally::Counts::of_row(&doc));
            }
            Ok(Some(Row::Bad(bad))) => page.add_bad(&bad.id, &bad.error),
            Ok(Some(Row::Run(_) | Row::Summary(_))) => {}
            Ok(None) => break,
            Err(error) => panic!("it was whole: {error}"),
        }
    }
    let page = page.write(&header.run);
    assert!(page.ends_with("</html>\n") && !page.contains("<script"));
    drop(log.write());
    drop(unchaff::review::doubtful(path, 2.0));
}

/// The report with the hash that it ought to have: a fuzzer does not guess hashes, an enemy computes them.
fn signed(report: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = report.split_inclusive(|&byte| byte == b'\n').collect();
    let Some(last) = lines.pop() else { return Vec::new() };
    let mut hasher = Xxh3Default::new();
    for line in lines.iter().skip(1).chain(lines.first()) {
        hasher.update(line);
    }
    let mut out = lines.concat();
    match serde_json::from_slice::<serde_json::Value>(last) {
        Ok(mut summary) if summary.get("rows").is_some() => {
            summary["rows"] = format!("xxh3:{:016x}", hasher.digest()).into();
            out.extend_from_slice(summary.to_string().as_bytes());
        }
        _ => out.extend_from_slice(last),
    }
    out
}

/// A clean text and a report from anywhere: what is restored has the hash that the report tells, and
/// nothing is written outside the folder. The bytes are the clean text, a NUL and the report.
pub(crate) fn restore(data: &[u8]) {
    let at = data.iter().position(|&byte| byte == 0).unwrap_or(data.len());
    let (clean, report) = (&data[..at], signed(data.get(at + 1..).unwrap_or_default()));
    let place = Place::new();
    let (clean, report) = (place.file("clean", clean), place.file("report", &report));
    let out = place.0.join("deep/out");
    let stop = AtomicBool::new(false);
    for target in [Target::Folder(out.clone()), Target::File(place.0.join("one"))] {
        let job = restore::Job { clean: Some(clean.clone()), report: report.clone(), target, force: true };
        drop(restore::restore(&job, &stop, |_| {}));
    }
    show(&report, Some(&clean));
    // As a folder, in which the clean text has the name that the report tells, if it is a plain one.
    if let Ok(Header { run, .. }) = Header::verify(&report) {
        let name = run.inputs.first().map_or("", |input| input.path.as_str());
        let folder = place.0.join("folder");
        if !name.is_empty()
            && name.len() < 50
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
            && name.trim_matches('.') == name
        {
            fs::create_dir_all(&folder)
                .and_then(|()| fs::copy(&clean, folder.join(name)))
                .map(drop)
                .unwrap_or_default();
            let job = restore::Job { clean: Some(folder), report, target: Target::Folder(out), force: true };
            drop(restore::restore(&job, &stop, |_| {}));
        }
    }
    let mut names: Vec<String> = fs::read_dir(&place.0)
        .map(|entries| {
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        })
        .unwrap_or_default();
    names.retain(|name| !["clean", "deep", "folder", "one", "report"].contains(&name.as_str()));
    assert_eq!(names, Vec::<String>::new(), "nothing stands where nothing was asked for");
}

/// A file of settings from anywhere: it is refused in words, or it can be used and shown.
pub(crate) fn config(data: &[u8]) {
    let place = Place::new();
    let path = place.file("unchaff.toml", data);
    let Ok(settings) = settings::resolve(Layer::default(), [], &Choice::Named(path)) else { return };
    let text = "Share this article\n\nThe ferry sails again, said the council.\n";
    let cleaned = unchaff::clean(text, &settings.config);
    assert!(cleaned.text().len() <= text.len());
    drop(settings.to_toml(true));
    assert_eq!(settings.config.hash(), settings.config.hash());
}

/// A model from anywhere: it is refused, or it scores lines, and reads the same when written again.
///
/// The bytes say what is changed in the built-in model: first where it is cut off or what is behind it, then
/// places with what stands there. Its hash is made to fit: an enemy can compute it.
pub(crate) fn model(data: &[u8]) {
    let mut bytes = Model::embedded().to_bytes();
    let end = bytes.len() - HASH_BYTES;
    bytes.truncate(end);
    let (length, changes) = data.split_at(data.len().min(4));
    match length {
        [0, ..] | [] => {}
        [1, more @ ..] => bytes.extend_from_slice(more),
        [_, cut @ ..] => bytes.truncate(end - number(cut) % end),
    }
    for change in changes.chunks_exact(5) {
        // Most of the file is weights: one place in two is in its beginning.
        let range = if change[0] & 1 == 0 { bytes.len() } else { bytes.len().min(1024) };
        if range > 0 {
            bytes[number(&change[1..4]) % range] = change[4];
        }
    }
    let hash = xxh3_128(&bytes).to_le_bytes();
    bytes.extend_from_slice(&hash);
    let Ok(model) = Model::from_bytes(&bytes) else { return };
    let again = model.to_bytes();
    assert!(Model::from_bytes(&again).is_ok_and(|model| model.to_bytes() == again), "it reads what it wrote");
    let text = "Home\nSport\n\nThe ferry sails again, said the council.\n\nShare this article\n";
    let config = Config { model: Arc::new(model), ..Config::default() };
    for cut in unchaff::clean(text, &config).cuts {
        assert!((0.0..=1.0).contains(&cut.score), "{cut:?}");
    }
}

/// The bytes of the hash at the end of a model.
const HASH_BYTES: usize = 16;

/// Stories that stand in each other: what the index of the target below is of, and what is cleaned with it.
const STORIES: [&str; 3] = [
    "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.\n\nNobody had asked the harbour master.\n\nHe says that he would have told them so for the price of a very small coffee, and of a bun on Sundays, if they had only come.\n",
    "Nobody had asked the harbour master.\n\nSo the paper says. The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way. It is still there.\n",
    "The ferry that the council bought in autumn has not left its berth since then, because nobody had measured the lock it must pass on the way.\n\nHe says that he would have told them so for the price of a very large coffee, and of a bun on Sundays, if they had only come.\n",
];

/// An index from anywhere: it is refused in words, or a run and a merge with it end.
///
/// The bytes say how a sound index is changed: what is found with it, then places with what stands there. Its hash
/// is made to fit, and so is the length of its facts.
pub(crate) fn index(data: &[u8]) {
    static SOUND: OnceLock<(Vec<u8>, serde_json::Value)> = OnceLock::new();
    let (body, facts) = SOUND.get_or_init(sound_index);
    let (mut body, mut facts) = (body.clone(), facts.clone());
    let (choice, changes) = data.split_first().unwrap_or((&0, &[]));
    for change in changes.chunks_exact(5) {
        let value = u64::from(change[4]);
        let value = if change[0] & 8 == 0 { value } else { u64::MAX - value };
        let at = number(&change[1..4]);
        match change[0] & 7 {
            // A byte anywhere, or what stands behind all; a number of 32 or 64 bits, as its place allows.
            0 if !body.is_empty() => {
                let end = body.len();
                body[at % end] = change[4];
            }
            1 => body.resize(at % (2 * body.len()).max(1), change[4]),
            2 | 3 => {
                let width = if change[0] & 1 == 0 { 4 } else { 8 };
                let at = at % body.len().max(1) / 4 * 4;
                if let Some(place) = body.get_mut(at..at + width) {
                    place.copy_from_slice(&value.to_le_bytes()[..width]);
                }
            }
            // Where a part begins or ends: another place, or one nearby.
            4 | 5 => {
                let names = ["documents", "starts", "groups", "lines", "fingerprints", "short_lines"];
                let place = &mut facts["sections"][names[at % 6]][at / 6 % 2];
                let known = place.as_u64().unwrap_or(0);
                *place = if change[0] & 1 == 0 { value } else { known.wrapping_add(value) }.into();
            }
            6 => facts["docs"] = value.into(),
            _ => facts["version"] = String::from_utf8_lossy(&change[1..]).into(),
        }
    }
    let json = facts.to_string();
    let mut bytes = [&body[..], json.as_bytes(), &(json.len() as u64).to_le_bytes()].concat();
    bytes.extend(xxh3_64(&bytes).to_le_bytes());
    let place = Place::new();
    let (path, stop) = (place.file("index", &bytes), AtomicBool::new(false));
    let index = match Index::open(&path, &stop) {
        Ok(index) => Arc::new(index),
        Err(error) => {
            assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
            return;
        }
    };
    let mut job = stories(&place);
    job.index = Some(index);
    job.report = Some(place.0.join("report"));
    job.config.repeats.copies = if choice & 1 == 0 { Copies::Mark } else { Copies::Drop };
    let ended = run::run(&job, &stop, |event| {
        if let Event::Cleaned { cleaned, .. } = event {
            assert!(cleaned.cuts.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        }
    });
    if let Err(error) = ended {
        assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
    }
    let merged = place.0.join("merged");
    if index::merge(&[path.clone(), path], &merged, true, &stop).is_ok() {
        assert!(Index::open(&merged, &stop).is_ok(), "what is merged is an index");
    }
}

/// A job about the stories, in a scope of all.
fn stories(place: &Place) -> Job {
    let file = |(number, story): (usize, &&str)| {
        let id = format!("{number}.txt");
        let path = place.file(&id, story.as_bytes());
        Source::File { path, id, bytes: story.len() as u64 }
    };
    let mut job = Job {
        sources: STORIES.iter().enumerate().map(file).collect(),
        jobs: 1,
        memory: 1 << 20,
        ..Job::default()
    };
    job.config.repeats.scope = Scope::Corpus;
    job
}

/// An index of the stories: what stands before its facts, and those.
fn sound_index() -> (Vec<u8>, serde_json::Value) {
    let place = Place::new();
    let (path, stop) = (place.0.join("index"), AtomicBool::new(false));
    index::build(&stories(&place), &path, &stop, |_| {}).expect("an index of three texts");
    let mut bytes = fs::read(path).expect("the index");
    bytes.truncate(bytes.len() - 8);
    let length = bytes.split_off(bytes.len() - 8);
    let length = usize::from_le_bytes(length.try_into().expect("eight bytes"));
    let facts = bytes.split_off(bytes.len() - length);
    (bytes, serde_json::from_slice(&facts).expect("its facts"))
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, &byte| number << 8 | usize::from(byte))
}

/// A folder of its own, which goes with the value.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("unchaff-fuzz-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder for the files of a target");
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).expect("a file of a target");
        path
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}
