//! What says how to clean: files of settings, and models.

use std::sync::Arc;

use unchaff::settings::{self, Choice, Layer};
use unchaff::{Config, Model};
use xxhash_rust::xxh3::xxh3_128;

use super::{Place, number};

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
