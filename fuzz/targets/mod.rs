//! What must hold for any bytes: the bodies of the fuzz targets. The tests run them too, over the seeds and
//! their neighbours (`tests/fuzz.rs`), so that a broken promise shows without a fuzzer.
//!
//! A target panics if a promise is broken, and says nothing if the bytes are refused.

mod dumps;
mod indexes;
mod reports;
mod settings;
mod texts;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use dumps::formats;
#[cfg(feature = "parquet")]
pub(crate) use dumps::parquet;
pub(crate) use indexes::index;
pub(crate) use reports::{report, restore};
pub(crate) use settings::{config, model};
pub(crate) use texts::{clean, record};

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
