//! Which documents of many are shown: all that were emptied, the most changed, and a sample of the rest.

use std::collections::{BTreeMap, BTreeSet};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::report::{Doc, Status};

/// The seed of the sample. It is fixed, so that two pages of one report are equal.
const SEED: u64 = 0;

/// Why a document is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    Emptied,
    MostChanged,
    Sample,
}

/// A document to show.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) doc: Doc,
    /// Its text before anything was cut, if it is at hand.
    pub(super) text: Option<String>,
}

/// What is chosen so far: at most `max` documents for each reason. Memory is that of the chosen ones.
#[derive(Debug)]
pub(super) struct Choice {
    max: usize,
    documents: BTreeMap<u64, Shown>,
    /// For each reason the chosen ones, worst last: a key to compare by, and the number of the document.
    chosen: BTreeMap<Why, BTreeSet<(u64, u64)>>,
    next: u64,
}

impl Choice {
    pub(super) fn new(max: usize) -> Self {
        Self { max, documents: BTreeMap::new(), chosen: BTreeMap::new(), next: 0 }
    }

    /// Offers a document. Its text is asked for only if it is chosen.
    pub(super) fn offer(&mut self, doc: &Doc, text: impl FnOnce() -> Option<String>) {
        let number = self.next;
        self.next += 1;
        let mut is_chosen = false;
        for (why, key, max) in self.keys(doc) {
            let chosen = self.chosen.entry(why).or_default();
            chosen.insert((key, number));
            if chosen.len() > max {
                let last = chosen.pop_last();
                if let Some((_, dropped)) = last.filter(|&(_, dropped)| dropped != number) {
                    self.forget(dropped);
                } else {
                    continue;
                }
            }
            is_chosen = true;
        }
        if is_chosen {
            self.documents.insert(number, Shown { doc: doc.clone(), text: text() });
        }
    }

    /// For each reason that speaks for a document its key, the smaller the better, and how many are wanted.
    fn keys(&self, doc: &Doc) -> Vec<(Why, u64, usize)> {
        let sample = xxh3_64_with_seed(doc.id.as_bytes(), SEED);
        let half = self.max.div_ceil(2);
        if doc.status == Status::Emptied {
            return vec![(Why::Emptied, sample, self.max)];
        }
        let removed = doc.before.c - doc.kept().c;
        let mut keys = vec![(Why::Sample, sample, self.max)];
        if removed > 0 {
            // Parts of a billion: exact enough to sort by, and no floating point decides.
            let share = u128::from(removed) * 1_000_000_000 / u128::from(doc.before.c.max(1));
            keys.push((Why::MostChanged, u64::MAX - u64::try_from(share).unwrap_or(u64::MAX), half));
        }
        keys
    }

    /// Forgets a document if no other reason speaks for it.
    fn forget(&mut self, number: u64) {
        let Some(shown) = self.documents.get(&number) else { return };
        let is_chosen = |(why, key, _): (Why, u64, usize)| {
            self.chosen.get(&why).is_some_and(|chosen| chosen.contains(&(key, number)))
        };
        if !self.keys(&shown.doc).into_iter().any(is_chosen) {
            self.documents.remove(&number);
        }
    }

    /// The chosen documents by reason, `max` in all, each once, and sorted by name inside each.
    pub(super) fn finish(mut self) -> Vec<(Why, Vec<Shown>)> {
        let mut left = self.max;
        let mut groups = Vec::new();
        for (why, chosen) in std::mem::take(&mut self.chosen) {
            let mut documents: Vec<Shown> = Vec::new();
            for (_, number) in chosen {
                if left == 0 {
                    break;
                }
                if let Some(document) = self.documents.remove(&number) {
                    documents.push(document);
                    left -= 1;
                }
            }
            documents.sort_by(|one, other| one.doc.id.cmp(&other.doc.id));
            if !documents.is_empty() {
                groups.push((why, documents));
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Size;

    fn doc(id: &str, before: u64, after: u64, status: Status) -> Doc {
        let size = |c: u64| Size { b: c, c, l: 1, xxh3: String::new() };
        let span = [after, before];
        let row = serde_json::json!({
            "id": id, "src": 0, "rec": 0, "in": size(before), "out": size(after), "encoding": "utf-8",
            "status": status,
            "cut": [{ "b": span, "c": span, "l": [1, 1], "kind": "share", "rule": "share/label", "score": 1.0 }],
        });
        serde_json::from_value(row).unwrap()
    }

    fn chosen(max: usize, docs: &[Doc]) -> (Vec<(Why, Vec<String>)>, usize) {
        let mut asked = 0;
        let mut choice = Choice::new(max);
        for doc in docs {
            choice.offer(doc, || {
                asked += 1;
                None
            });
        }
        let ids = |documents: Vec<Shown>| documents.into_iter().map(|shown| shown.doc.id).collect();
        (choice.finish().into_iter().map(|(why, documents)| (why, ids(documents))).collect(), asked)
    }

    #[test]
    fn emptied_ones_then_the_most_changed_then_a_sample() {
        let mut docs: Vec<Doc> =
            (0..50).map(|n| doc(&format!("{n:02}"), 1000, 1000 - n, Status::Changed)).collect();
        docs.push(doc("emptied", 10, 0, Status::Emptied));
        let (groups, _) = chosen(10, &docs);
        assert_eq!(groups[0], (Why::Emptied, vec!["emptied".to_owned()]));
        assert_eq!(groups[1].1, ["45", "46", "47", "48", "49"]);
        assert_eq!((groups[2].0, groups[2].1.len()), (Why::Sample, 4));
        docs.reverse();
        assert_eq!(chosen(10, &docs).0, groups, "the order of the documents does not matter");
    }

    #[test]
    fn few_documents_are_all_shown_and_many_are_not_all_read() {
        let docs: Vec<Doc> =
            (0..2000).map(|n| doc(&format!("{n}"), 100, 100 - n % 7, Status::Changed)).collect();
        let all =
            |groups: Vec<(Why, Vec<String>)>| groups.into_iter().map(|(_, ids)| ids.len()).sum::<usize>();
        assert_eq!(all(chosen(20, &docs[..20]).0), 20);
        let (groups, asked) = chosen(20, &docs);
        assert_eq!(all(groups), 20);
        assert!(asked < 400, "{asked} texts were asked for");
        assert_eq!(all(chosen(0, &docs).0), 0);
    }
}
