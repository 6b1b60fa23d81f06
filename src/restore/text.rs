//! A text that is one document.

use xxhash_rust::xxh3::xxh3_64;

use super::{CHANGED, Failure, Place, damaged, splice};
use crate::input::{self, decode};
use crate::report::{Doc, hash_text};

pub(super) fn restore(place: &Place, doc: &Doc) -> Result<(), Failure> {
    let clean = input::read_all(&place.clean()?)
        .map_err(|message| format!("its clean text {message}; give the folder that the run wrote"))?;
    let original = rebuild(place, doc, &clean)?;
    let mut sink = place.original()?;
    sink.write(&original)?;
    Ok(sink.finish()?)
}

/// The original bytes of a document from its clean text.
///
/// # Errors
///
/// Words that say what does not fit and what to do.
fn rebuild(place: &Place, doc: &Doc, clean: &[u8]) -> Result<Vec<u8>, String> {
    if clean.len() as u64 != doc.after.b || hash_text(xxh3_64(clean)) != doc.after.xxh3 {
        return Err(CHANGED.to_owned());
    }
    let text = splice(&doc.cut, clean).ok_or_else(|| damaged("its cuts"))?;
    if hash_text(xxh3_64(text.as_bytes())) != doc.before.xxh3 {
        return Err(damaged("the hash of its text"));
    }
    let bytes = decode::encode(&text, &doc.encoding).ok_or_else(|| damaged("its encoding"))?;
    if !place.is_content(&hash_text(xxh3_64(&bytes))) {
        return Err(damaged("the hash of its input"));
    }
    Ok(bytes)
}
