//! Readers of dumps.

#[cfg(feature = "parquet")]
use std::{path::Path, sync::atomic::AtomicBool};

use unchaff::input::format::{Compression, Format};
use unchaff::input::{self, FieldNames, Opened, Reading, Source};
use unchaff::internals::record::{self, Part};
#[cfg(feature = "parquet")]
use unchaff::restore;
#[cfg(feature = "parquet")]
use unchaff::run::{self, Job, Target};
use xxhash_rust::xxh3::xxh3_64;

use super::Place;

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
