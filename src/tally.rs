//! Totals of a run: what went, by kind, and which lines most documents had.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize, Serializer};

use crate::clean::Cleaned;
use crate::kind::Kind;

/// Longest line that is counted among the most frequent ones, in bytes; longer ones are prose.
const TOP_BYTES_MAX: usize = 200;
/// How many different lines are counted at once. When there are more, the rarest are forgotten until
/// half are left; the count of a line that was forgotten and comes again is too low.
const TOP_DIFFERENT_MAX: usize = 200_000;

/// Removals of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfKind {
    /// Documents that had one.
    pub docs: u64,
    /// Cuts.
    pub cuts: u64,
    /// Lines.
    pub lines: u64,
    /// Bytes in UTF-8.
    pub bytes: u64,
}

/// Totals over documents, added in input order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Documents cleaned.
    pub docs: u64,
    /// Those with at least one cut, emptied ones included.
    pub changed: u64,
    /// Those left without anything to read.
    pub emptied: u64,
    /// Inputs that gave no document.
    pub bad: u64,
    /// Lines before and after.
    pub lines: (u64, u64),
    /// Bytes of decoded and of clean text.
    pub bytes: (u64, u64),
    kinds: [OfKind; Kind::ALL.len()],
    /// For each removed line: its kind and how many documents had it. Walked only to be sorted.
    #[serde(serialize_with = "in_order")]
    removed: HashMap<String, (Kind, u64)>,
}

/// Serialises a map in the order of its keys.
fn in_order<S: Serializer>(map: &HashMap<String, (Kind, u64)>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(map.iter().collect::<BTreeMap<_, _>>())
}

/// What one document adds to the totals. Made from the document where it is at hand, added in order.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    pub(crate) changed: bool,
    pub(crate) emptied: bool,
    pub(crate) lines: (u64, u64),
    pub(crate) bytes: (u64, u64),
    kinds: Vec<(Kind, OfKind)>,
    removed: Vec<(String, Kind)>,
}

impl Counts {
    /// Counts a cleaned document.
    #[must_use]
    pub fn of(cleaned: &Cleaned) -> Self {
        let removals = cleaned.cuts.iter().map(|cut| Removal {
            kind: cut.kind,
            lines: cut.whole_lines().len() as u64,
            bytes: cut.span.len() as u64,
            text: cleaned.removed(cut),
        });
        Self {
            changed: !cleaned.cuts.is_empty(),
            emptied: cleaned.emptied,
            lines: (cleaned.lines as u64, cleaned.lines_kept as u64),
            bytes: (cleaned.original.len() as u64, cleaned.kept().map(str::len).sum::<usize>() as u64),
            ..Self::of_removals(removals)
        }
    }

    /// Counts removals; of their document nothing is known yet.
    pub(crate) fn of_removals<'t>(removals: impl Iterator<Item = Removal<'t>>) -> Self {
        let mut kinds: Vec<(Kind, OfKind)> = Vec::new();
        let mut texts: Vec<(&str, Kind)> = Vec::new();
        for Removal { kind, lines, bytes, text } in removals {
            let at = kinds.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
                kinds.push((kind, OfKind { docs: 1, ..OfKind::default() }));
                kinds.len() - 1
            });
            let of_kind = &mut kinds[at].1;
            of_kind.cuts += 1;
            of_kind.add(OfKind { lines, bytes, ..OfKind::default() });
            if !matches!(kind, Kind::Blank | Kind::Repeat) {
                let lines = text.split(['\n', '\r']).map(str::trim);
                let short = lines.filter(|line| (1..=TOP_BYTES_MAX).contains(&line.len()));
                texts.extend(short.map(|line| (line, kind)));
            }
        }
        texts.sort_unstable();
        texts.dedup_by_key(|(text, _)| *text);
        let removed = texts.into_iter().map(|(text, kind)| (text.to_owned(), kind)).collect();
        Self { kinds, removed, ..Self::default() }
    }
}

/// A removal as it is counted.
pub(crate) struct Removal<'t> {
    pub(crate) kind: Kind,
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
    pub(crate) text: &'t str,
}

impl OfKind {
    /// Sums stop at the largest number: those of a report that was made up may be of any size.
    fn add(&mut self, other: Self) {
        self.docs += other.docs;
        self.cuts += other.cuts;
        self.lines = self.lines.saturating_add(other.lines);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

/// Sums that stop at the largest number.
fn added(one: (u64, u64), other: (u64, u64)) -> (u64, u64) {
    (one.0.saturating_add(other.0), one.1.saturating_add(other.1))
}

impl Tally {
    /// Adds a document.
    pub fn add(&mut self, counts: Counts) {
        self.docs += 1;
        self.changed += u64::from(counts.changed);
        self.emptied += u64::from(counts.emptied);
        self.lines = added(self.lines, counts.lines);
        self.bytes = added(self.bytes, counts.bytes);
        for (kind, of_kind) in counts.kinds {
            self.kinds[kind as usize].add(of_kind);
        }
        for (text, kind) in counts.removed {
            self.removed.entry(text).or_insert((kind, 0)).1 += 1;
        }
        self.forget();
    }

    /// Adds the totals of another run.
    pub fn merge(&mut self, other: Self) {
        self.docs += other.docs;
        self.changed += other.changed;
        self.emptied += other.emptied;
        self.bad += other.bad;
        self.lines = added(self.lines, other.lines);
        self.bytes = added(self.bytes, other.bytes);
        for (own, of_kind) in self.kinds.iter_mut().zip(other.kinds) {
            own.add(of_kind);
        }
        let mut removed: Vec<(String, (Kind, u64))> = other.removed.into_iter().collect();
        removed.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        for (text, (kind, docs)) in removed {
            self.removed.entry(text).or_insert((kind, 0)).1 += docs;
        }
        self.forget();
    }

    fn forget(&mut self) {
        if self.removed.len() > TOP_DIFFERENT_MAX {
            self.forget_rarest(TOP_DIFFERENT_MAX / 2);
        }
    }

    /// Forgets lines of one document, of two, and so on, until at most `count` are left.
    fn forget_rarest(&mut self, count: usize) {
        if self.removed.len() <= count {
            return;
        }
        let mut all: Vec<u64> = self.removed.values().map(|&(_, docs)| docs).collect();
        let (_, &mut rare, _) = all.select_nth_unstable_by(count, |one, other| other.cmp(one));
        self.removed.retain(|_, (_, docs)| *docs > rare);
    }

    /// Counts an input that gave no document.
    pub fn add_bad(&mut self) {
        self.bad += 1;
    }

    /// The kinds that were removed, in the order of [`Kind::ALL`].
    pub fn kinds(&self) -> impl Iterator<Item = (Kind, OfKind)> {
        Kind::ALL
            .into_iter()
            .map(|kind| (kind, self.kinds[kind as usize]))
            .filter(|(_, of_kind)| of_kind.cuts > 0)
    }

    /// The `count` removed lines that most documents had: text, kind, documents.
    #[must_use]
    pub fn top(&self, count: usize) -> Vec<(&str, Kind, u64)> {
        let mut top: Vec<(&str, Kind, u64)> =
            self.removed.iter().map(|(text, &(kind, docs))| (text.as_str(), kind, docs)).collect();
        top.sort_unstable_by(|one, other| other.2.cmp(&one.2).then(one.0.cmp(other.0)));
        top.truncate(count);
        top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_many_documents_outlive_rare_ones() {
        let mut tally = Tally::default();
        for (text, docs) in [("often", 9), ("twice", 2), ("once", 1), ("also once", 1)] {
            tally.removed.insert(text.to_owned(), (Kind::Share, docs));
        }
        tally.forget_rarest(2);
        assert_eq!(tally.top(5), [("often", Kind::Share, 9), ("twice", Kind::Share, 2)]);
        tally.forget_rarest(1);
        assert_eq!(tally.top(5), [("often", Kind::Share, 9)]);
    }
}
