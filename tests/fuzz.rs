//! The fuzz targets over their seeds, and over what is near them: a short run that needs no fuzzer.

use std::path::Path;

use crate::util::{files, root};

#[path = "../fuzz/targets/mod.rs"]
mod targets;

/// Neighbours of each seed that are tried, unless [`TRIES`] says otherwise.
const NEIGHBOURS: u64 = 60;
/// The variable with the number of neighbours, for a longer run.
const TRIES: &str = "UNCHAFF_FUZZ";

/// A generator of numbers, the same each time (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end.max(1) as u64).unwrap()
    }
}

/// `seed` with a few changes: bytes that are others, pieces that are gone, doubled or of another seed.
fn neighbour(seed: &[u8], other: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    const TELLING: &[u8] = b"\0\n\r\"\\{}[],:;|\t -0159azA\x1f\x7f\x80\xc3\xe2\xf0\xff";
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(4) {
        let (at, length) = (numbers.below(bytes.len() + 1), numbers.below(24));
        let end = (at + length).min(bytes.len());
        match numbers.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            1 => bytes.insert(at, TELLING[numbers.below(TELLING.len())]),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 if !other.is_empty() => {
                let from = numbers.below(other.len());
                bytes.splice(at..end, other[from..(from + length).min(other.len())].iter().copied());
            }
            _ if numbers.below(8) == 0 => bytes.truncate(at),
            _ => {}
        }
    }
    bytes
}

fn run(name: &str) {
    let (_, target) = targets::ALL.iter().find(|(target, _)| *target == name).unwrap();
    let paths = files(&root().join("fuzz/seeds").join(name));
    assert!(!paths.is_empty(), "{name} has no seeds");
    let seeds: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let tries = std::env::var(TRIES).ok().and_then(|tries| tries.parse().ok()).unwrap_or(NEIGHBOURS);
    let mut numbers = Numbers(tries);
    for (path, seed) in paths.iter().zip(&seeds) {
        tell(path, || target(seed), seed);
        for _ in 0..tries {
            let bytes = neighbour(seed, &seeds[numbers.below(seeds.len())], &mut numbers);
            tell(path, || target(&bytes), &bytes);
        }
    }
}

/// Runs, and says on which bytes it failed.
fn tell(path: &Path, run: impl FnOnce(), bytes: &[u8]) {
    let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    assert!(ran.is_ok(), "beside {}: {}", path.display(), bytes.escape_ascii());
}

#[test]
fn clean() {
    run("clean");
}

#[test]
fn record() {
    run("record");
}

#[test]
fn formats() {
    run("formats");
}

#[test]
fn report() {
    run("report");
}

#[test]
fn restore() {
    run("restore");
}

#[test]
fn config() {
    run("config");
}

#[test]
fn model() {
    run("model");
}

#[test]
fn index() {
    run("index");
}

#[cfg(feature = "parquet")]
#[test]
fn parquet() {
    run("parquet");
}

/// Every target has its program for the fuzzer, its seeds and its test.
#[test]
fn every_target_is_run() {
    let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    let this = std::fs::read_to_string(root().join("tests/fuzz.rs")).unwrap();
    for (name, _) in targets::ALL {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        let program = std::fs::read_to_string(root().join(format!("fuzz/fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("targets::{name}(data)")), "{program}");
        assert!(this.contains(&format!("    run(\"{name}\");")), "{name}");
    }
    let others = usize::from(!cfg!(feature = "parquet"));
    assert_eq!(manifest.matches("[[bin]]").count(), targets::ALL.len() + others);
}
