//! Dumps in every format.

mod records;
mod running;
mod same;
mod tables;

use serde_json::Value;

use crate::util::{Place, Ran};

const PAGE: &str = "Share this article\n\nThe ferry sails again, said the council on Tuesday after a long debate.\n\nAdvertisement\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";
const CLEAN: &str = "The ferry sails again, said the council on Tuesday after a long debate.\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";

pub(crate) fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A line of a dump: a record that holds a text and nothing else.
fn line(text: &str) -> String {
    format!("{{\"text\":{}}}\n", json(text))
}

/// Restores a file or a folder to what it was, in `out`.
fn restore(place: &Place, clean: &str, report: &str, out: &str) -> Ran {
    let target = if place.path(clean).is_file() { "-o" } else { "--output-dir" };
    place.run(&["restore", clean, "--report", report, target, out]).code(0)
}

pub(crate) fn compressed(bytes: &[u8], how: &str) -> Vec<u8> {
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

fn zstd_decoder(bytes: &[u8]) -> impl std::io::Read {
    let mut decoder = zstd::Decoder::new(bytes).unwrap();
    decoder.window_log_max(31).unwrap();
    decoder
}

pub(crate) fn uncompressed(bytes: &[u8], how: &str) -> Vec<u8> {
    use std::io::Read;
    let mut out = Vec::new();
    match how {
        ".gz" => drop(flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).unwrap()),
        ".zst" => drop(zstd_decoder(bytes).read_to_end(&mut out).unwrap()),
        _ => out = bytes.to_vec(),
    }
    out
}

/// Rows of a report as data.
fn rows_of(place: &Place, report: &str) -> Vec<Value> {
    String::from_utf8(place.read(report))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn url(name: &str) -> String {
    format!("https://www.gazette.example/{name}")
}
