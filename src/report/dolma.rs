//! Cuts as spans: attribute files for the Dolma toolkit, and plain intervals.

use serde_json::{Map, Value, json};

use super::{Cut, Doc, Row};

/// What the names of attributes begin with: the tool, and what the spans are.
const ATTRIBUTE: &str = "unchaff__cut__";
/// The attribute that holds the spans of all kinds.
const ALL: &str = "all";

/// A row as a line of a Dolma attributes file: the id and, for each kind and for all kinds together, spans
/// `[start, end, score]` in code points, half-open, sorted; those that touch are one, with the lowest of
/// their scores. `None` for rows that stand for no document and no record.
///
/// The format is that of `attributes/*/` of the [Dolma toolkit](https://github.com/allenai/dolma): line n
/// belongs to line n of the documents file, and names its id.
#[must_use]
pub fn attributes_line(row: &Row) -> Option<Vec<u8>> {
    let (id, attributes) = match row {
        Row::Doc(doc) => (&doc.id, attributes(doc)),
        Row::Bad(bad) if bad.rec.is_some() => (&bad.id, Map::new()),
        Row::Bad(_) | Row::Run(_) | Row::Summary(_) => return None,
    };
    Some(format!("{}\n", json!({ "id": id, "attributes": attributes })).into_bytes())
}

fn attributes(doc: &Doc) -> Map<String, Value> {
    let mut attributes = Map::new();
    let mut add = |name: &str, spans: Vec<Value>| {
        attributes.insert(format!("{ATTRIBUTE}{name}"), Value::Array(spans));
    };
    add(ALL, spans(doc.cut.iter()));
    let mut kinds: Vec<_> = doc.cut.iter().map(|cut| cut.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        add(kind.slug(), spans(doc.cut.iter().filter(|cut| cut.kind == kind)));
    }
    attributes
}

fn spans<'c>(cuts: impl Iterator<Item = &'c Cut>) -> Vec<Value> {
    let spans = cuts.map(|cut| (cut.c, cut.score));
    joined(spans).into_iter().map(|([start, end], score)| json!([start, end, as_reported(score)])).collect()
}

/// A score as the report writes it, in thousandths: 0.95 for what a wider number would call 0.949999988079071, and
/// what asks for at least 0.95 would miss.
fn as_reported(score: f32) -> f64 {
    (f64::from(score) * 1000.0).round() / 1000.0
}

/// In what places are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offsets {
    /// Bytes of the decoded text in UTF-8.
    Bytes,
    /// Code points, as Python counts.
    Chars,
}

/// The removed intervals of a document, half-open and sorted; those that touch are one.
#[must_use]
pub fn removed(doc: &Doc, offsets: Offsets) -> Vec<[u64; 2]> {
    let span = |cut: &Cut| if offsets == Offsets::Bytes { cut.b } else { cut.c };
    joined(doc.cut.iter().map(|cut| (span(cut), 0.0))).into_iter().map(|(span, _)| span).collect()
}

/// The intervals that stay: what lies between those of [`removed`].
#[must_use]
pub fn kept(doc: &Doc, offsets: Offsets) -> Vec<[u64; 2]> {
    let end = if offsets == Offsets::Bytes { doc.before.b } else { doc.before.c };
    let gone = removed(doc, offsets);
    let starts = std::iter::once(0).chain(gone.iter().map(|span| span[1]));
    let ends = gone.iter().map(|span| span[0]).chain([end]);
    starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| [start, end]).collect()
}

/// Sorted, disjoint spans; those that touch become one.
fn joined(spans: impl Iterator<Item = ([u64; 2], f32)>) -> Vec<([u64; 2], f32)> {
    let mut joined: Vec<([u64; 2], f32)> = Vec::new();
    for (span, score) in spans {
        match joined.last_mut() {
            Some((last, lowest)) if last[1] == span[0] => {
                last[1] = span[1];
                *lowest = lowest.min(score);
            }
            _ => joined.push((span, score)),
        }
    }
    joined
}
