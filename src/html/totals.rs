//! What the page says of all documents together: totals, frequent lines, blocks that repeat.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::{BLOCK_CHARS_MAX, shortened};
use crate::kind::Kind;
use crate::report::{Cut, Doc, Status};

/// Longest line that is counted among the frequent ones, in code points; longer ones are prose.
const LINE_CHARS_MAX: usize = 200;
/// Different lines, and different blocks, that are counted at once. When there are more, the rarest are
/// forgotten until half are left.
const DIFFERENT_MAX: usize = 100_000;
/// Places of one block that are remembered.
const PLACES_MAX: usize = 100;

/// Removals of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OfKind {
    pub(super) docs: u64,
    pub(super) lines: u64,
    pub(super) chars: u64,
}

/// A kind, its removals, and the line that most documents had with their number.
pub(super) type Row<'t> = (Kind, OfKind, Option<(&'t str, u64)>);

/// A block that was removed because it stood before.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Its text, or as much of it as the report holds.
    pub(super) text: String,
    pub(super) chars: u64,
    /// The first copy: document and lines.
    pub(super) first: (String, [u64; 2]),
    /// The copies that were removed; at most [`PLACES_MAX`] are remembered.
    pub(super) places: Vec<(String, [u64; 2])>,
    pub(super) copies: u64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    pub(super) docs: u64,
    pub(super) changed: u64,
    pub(super) emptied: u64,
    /// Code points before and after.
    pub(super) chars: (u64, u64),
    /// Lines before and after.
    pub(super) lines: (u64, u64),
    kinds: BTreeMap<Kind, OfKind>,
    /// For each removed line its kind and how many documents had it. Walked only to be sorted.
    frequent: HashMap<String, (Kind, u64)>,
    /// By the place of the first copy. Walked only to be sorted, too.
    blocks: HashMap<(String, [u64; 2]), Block>,
}

impl Totals {
    pub(super) fn add(&mut self, doc: &Doc) {
        self.docs += 1;
        self.changed += u64::from(doc.status != Status::Unchanged);
        self.emptied += u64::from(doc.status == Status::Emptied);
        let kept = doc.kept();
        let add = |sum: (u64, u64), before: u64, kept: u64| {
            (sum.0.saturating_add(before), sum.1.saturating_add(kept))
        };
        self.chars = add(self.chars, doc.before.c, kept.c);
        self.lines = add(self.lines, doc.before.l, kept.l);
        let mut of_doc: BTreeMap<Kind, OfKind> = BTreeMap::new();
        let mut lines: BTreeMap<&str, Kind> = BTreeMap::new();
        for cut in &doc.cut {
            let of_kind = of_doc.entry(cut.kind).or_insert(OfKind { docs: 1, ..OfKind::default() });
            of_kind.lines = of_kind.lines.saturating_add(cut.whole_lines());
            of_kind.chars = of_kind.chars.saturating_add(cut.c[1] - cut.c[0]);
            match &cut.first {
                Some(_) => self.add_block(doc, cut),
                None if cut.kind == Kind::Blank => {}
                None => {
                    let text = cut.text.as_deref().unwrap_or_default().split(['\n', '\r']).map(str::trim);
                    let short = text.filter(|line| (1..=LINE_CHARS_MAX).contains(&line.chars().count()));
                    lines.extend(short.map(|line| (line, cut.kind)));
                }
            }
        }
        for (kind, of_kind) in of_doc {
            let total = self.kinds.entry(kind).or_default();
            total.docs += 1;
            total.lines = total.lines.saturating_add(of_kind.lines);
            total.chars = total.chars.saturating_add(of_kind.chars);
        }
        for (line, kind) in lines {
            match self.frequent.get_mut(line) {
                Some((_, docs)) => *docs += 1,
                None => drop(self.frequent.insert(line.to_owned(), (kind, 1))),
            }
        }
        thin(&mut self.frequent, |&(_, docs)| docs);
        thin(&mut self.blocks, |block| block.copies);
    }

    fn add_block(&mut self, doc: &Doc, cut: &Cut) {
        let Some(first) = &cut.first else { return };
        let key = (first.id.clone(), first.l);
        let block = self.blocks.entry(key.clone()).or_insert_with(|| Block {
            text: shortened(cut.text.as_deref().unwrap_or_default().trim_end(), BLOCK_CHARS_MAX),
            chars: cut.c[1] - cut.c[0],
            first: key,
            places: Vec::new(),
            copies: 0,
        });
        block.copies += 1;
        if block.places.len() < PLACES_MAX {
            block.places.push((doc.id.clone(), cut.l));
        }
    }

    /// The kinds that were removed, the largest first, each with the line that most documents had and
    /// their number.
    pub(super) fn kinds(&self) -> Vec<Row<'_>> {
        let mut most: BTreeMap<Kind, (&str, u64)> = BTreeMap::new();
        let mut sorted: Vec<(&str, Kind, u64)> =
            self.frequent.iter().map(|(line, &(kind, docs))| (line.as_str(), kind, docs)).collect();
        sorted.sort_unstable_by(|one, other| one.2.cmp(&other.2).then(other.0.cmp(one.0)));
        for (line, kind, docs) in sorted {
            most.insert(kind, (line, docs));
        }
        let mut kinds: Vec<Row> =
            self.kinds.iter().map(|(&kind, &of_kind)| (kind, of_kind, most.get(&kind).copied())).collect();
        kinds.sort_by(|one, other| other.1.chars.cmp(&one.1.chars).then(one.0.cmp(&other.0)));
        kinds
    }

    /// The `count` blocks that were removed most often; of equal ones the longest.
    pub(super) fn blocks(&self, count: usize) -> Vec<&Block> {
        let mut blocks: Vec<&Block> = self.blocks.values().collect();
        blocks.sort_by(|one, other| {
            (other.copies, other.chars).cmp(&(one.copies, one.chars)).then(one.first.cmp(&other.first))
        });
        blocks.truncate(count);
        blocks
    }
}

/// If a map has become too large, forgets its rarest until half are left, so that this is seldom needed.
fn thin<K: Eq + Hash, V>(map: &mut HashMap<K, V>, count: impl Fn(&V) -> u64) {
    if map.len() <= DIFFERENT_MAX {
        return;
    }
    let mut rare = 0;
    while map.len() > DIFFERENT_MAX / 2 {
        rare = map.values().map(&count).filter(|&count| count > rare).min().unwrap_or(u64::MAX);
        map.retain(|_, value| count(value) > rare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rarest_are_forgotten_by_halves() {
        let mut map: HashMap<u64, u64> = (0..DIFFERENT_MAX as u64).map(|n| (n, 1 + n % 3)).collect();
        thin(&mut map, |&count| count);
        assert_eq!(map.len(), DIFFERENT_MAX, "there is room for so many");
        map.insert(u64::MAX, 1_000_000);
        thin(&mut map, |&count| count);
        assert_eq!(map.values().min(), Some(&3));
        assert!(map.len() <= DIFFERENT_MAX / 2);
    }
}
