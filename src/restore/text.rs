//! A text that is one document.

use xxhash_rust::xxh3::xxh3_64;

use super::{CHANGED, Failure, Place, damaged, splice};
use crate::input::{self, decode};
use crate::report::{Doc, RawBytes, hash_text};

pub(super) fn restore(place: &Place, doc: &Doc) -> Result<(), Failure> {
    if doc.dropped {
        return write(place, &left_out(doc)?);
    }
    let clean = input::read_all(&place.clean()?)
        .map_err(|message| format!("its clean text {message}; give the folder that the run wrote"))?;
    write(place, &rebuild(place, doc, &clean)?)
}

fn write(place: &Place, original: &[u8]) -> Result<(), Failure> {
    if !place.is_content(&hash_text(xxh3_64(original))) {
        return Err(damaged("the hash of its input").into());
    }
    let mut sink = place.original()?;
    sink.write(original)?;
    Ok(sink.finish()?)
}

/// The original of a document that was left out.
fn left_out(doc: &Doc) -> Result<Vec<u8>, String> {
    let text = doc.raw.as_ref().and_then(RawBytes::bytes).and_then(|bytes| String::from_utf8(bytes).ok());
    let bytes = text.and_then(|text| decode::encode(&text, &doc.encoding));
    bytes.ok_or_else(|| damaged("its bytes"))
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
    let text = splice(&doc.cut, clean, place.removed_lines).ok_or_else(|| damaged("its cuts"))?;
    if hash_text(xxh3_64(text.as_bytes())) != doc.before.xxh3 {
        return Err(damaged("the hash of its text"));
    }
    decode::encode(&text, &doc.encoding).ok_or_else(|| damaged("its encoding"))
}
