//! What a run is told: plain fields, with the defaults in one place.

use std::sync::Arc;

use serde_json::json;
use xxhash_rust::xxh3::xxh3_64;

use crate::classify::Preset;
use crate::classify::model::Model;
use crate::kind::{Kind, KindSet};
use crate::rules::phrases;

/// How to clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The kinds that are cut. By default all but `title` and `caption`.
    pub dropped: KindSet,
    /// How sure the classifier must be.
    pub preset: Preset,
    /// What scores the lines. By default the model that comes with the program.
    pub model: Arc<Model>,
}

impl Default for Config {
    fn default() -> Self {
        Self { dropped: KindSet::default(), preset: Preset::default(), model: Model::embedded() }
    }
}

impl Config {
    /// The hash of everything that decides which lines go, as reports name it.
    #[must_use]
    pub fn hash(&self) -> u64 {
        let dropped: Vec<&str> = self.dropped.iter().map(Kind::slug).collect();
        xxh3_64(
            json!({ "dropped": dropped, "preset": [self.preset.furniture_min(), self.preset.junk_min()] })
                .to_string()
                .as_bytes(),
        )
    }
}

/// The hash of what judges lines: the model, the phrase tables and the program's version, which pins
/// the rules.
#[must_use]
pub fn model_hash(model: &Model) -> u64 {
    let mut hasher = xxhash_rust::xxh3::Xxh3Default::new();
    hasher.update(&model.hash().to_le_bytes());
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    for (kind, table) in phrases::TABLES {
        hasher.update(kind.slug().as_bytes());
        hasher.update(table.as_bytes());
    }
    hasher.digest()
}
