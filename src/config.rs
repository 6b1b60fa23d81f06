//! What a run is told: plain fields, with the defaults in one place.

use serde_json::json;
use xxhash_rust::xxh3::xxh3_64;

use crate::kind::{Kind, KindSet};
use crate::rules::phrases;

/// How to clean.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Config {
    /// The kinds that are cut. By default all but `title` and `caption`.
    pub dropped: KindSet,
}

impl Config {
    /// The hash of everything that decides which lines go, as reports name it.
    #[must_use]
    pub fn hash(&self) -> u64 {
        let dropped: Vec<&str> = self.dropped.iter().map(Kind::slug).collect();
        xxh3_64(json!({ "dropped": dropped }).to_string().as_bytes())
    }
}

/// The hash of what scores lines: today the phrase tables and the program's version, which pins the
/// rules; later the model file.
#[must_use]
pub fn model_hash() -> u64 {
    let mut hasher = xxhash_rust::xxh3::Xxh3Default::new();
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    for (kind, table) in phrases::TABLES {
        hasher.update(kind.slug().as_bytes());
        hasher.update(table.as_bytes());
    }
    hasher.digest()
}
