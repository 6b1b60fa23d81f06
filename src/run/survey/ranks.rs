//! The order in which the first copy is chosen.

use std::io;

use crate::document::Document;
use crate::repeats::Order;
use crate::repeats::passages::{Place, parts, place};
use crate::run::spill::{Sorted, Sorter};

/// What a document is ordered by. Numbers come before other values, and documents without one at the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// As a floating-point number, by the bits that sort as it does; numbers that are the same there by the
    /// integer that they are.
    Number(u64, i128),
    /// By its bytes: dates as ISO 8601 writes them sort by time.
    Text(Box<str>),
    Missing,
}

impl Value {
    /// What `order` asks of a document; nothing if it is the order of the inputs.
    pub(super) fn of(order: &Order, document: &Document) -> Option<Self> {
        match order {
            Order::Input => None,
            Order::Id => Some(Self::Text(document.id.as_str().into())),
            Order::Field(_) => Some(match document.order.as_deref().map(str::trim) {
                None | Some("") => Self::Missing,
                Some(value) => Self::of_field(value),
            }),
        }
    }

    fn of_field(value: &str) -> Self {
        let starts_as_number =
            value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
        match value.parse::<f64>() {
            Ok(number) if starts_as_number && number.is_finite() => {
                let bits = (number + 0.0).to_bits(); // no minus before 0
                let sorting = if bits >> 63 == 0 { bits | 1 << 63 } else { !bits };
                Self::Number(sorting, value.parse().unwrap_or(0))
            }
            _ => Self::Text(value.into()),
        }
    }
}

/// The place of each document in that order. Those before the first, which an index has, stay before all.
pub(in crate::run) struct Ranks {
    /// The number of the first document.
    base: u32,
    /// Rank of each document, and the document of each rank, from `base` on; empty in the order of the inputs.
    of_documents: Vec<u32>,
    documents: Vec<u32>,
}

impl Ranks {
    /// Ranks documents by their values; equal ones keep the order of the inputs.
    pub(super) fn of(base: u32, values: &[Value]) -> Self {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let mut documents: Vec<u32> = (0..number(values.len())).collect();
        documents.sort_by_key(|&document| (&values[document as usize], document));
        let mut ranks = vec![0; documents.len()];
        for (rank, &document) in documents.iter().enumerate() {
            ranks[document as usize] = number(rank);
        }
        Self { base, of_documents: ranks, documents }
    }

    /// The rank of a document.
    pub(super) fn rank(&self, document: u32) -> u32 {
        self.look_up(&self.of_documents, document)
    }

    fn look_up(&self, table: &[u32], number: u32) -> u32 {
        let own = number.checked_sub(self.base).and_then(|own| table.get(own as usize));
        own.map_or(number, |other| self.base + other)
    }

    /// Rows that end in a place, sorted with the rank of its document.
    pub(super) fn sort<const N: usize>(&self, rows: Sorted<N>, bytes: u64) -> io::Result<Sorted<N>> {
        if self.of_documents.is_empty() {
            return Ok(rows);
        }
        let mut ranked = Sorter::new(bytes);
        for row in rows {
            let mut row = row?;
            let (document, word) = parts(row[N - 1]);
            row[N - 1] = place(self.rank(document), word);
            ranked.push(row)?;
        }
        ranked.finish()
    }

    /// A place with its document for the rank.
    pub(super) fn back(&self, ranked: Place) -> Place {
        let (rank, word) = parts(ranked);
        place(self.look_up(&self.documents, rank), word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_sort_as_a_person_expects() {
        let values = ["-3", "-0.5", "0", "9", "10", "1e3", "9007199254740992", "9007199254740993"];
        let texts = ["2024-12-31", "2025-01-01T09:00:00Z", "a", "nan"];
        let all: Vec<Value> = values.iter().chain(&texts).map(|value| Value::of_field(value)).collect();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "{all:?}");
        assert!(all.iter().all(|value| *value < Value::Missing));
        assert_eq!(Value::of_field("1.50"), Value::of_field("1.5"));
    }

    #[test]
    fn what_an_index_has_stays_before_all() {
        let ranks = Ranks::of(2, &[3, 1, 3].map(|value| Value::Number(value, 0)));
        assert_eq!([0, 1, 2, 3, 4].map(|document| ranks.rank(document)), [0, 1, 3, 2, 4]);
        assert_eq!([0, 1, 3, 2, 4].map(|rank| parts(ranks.back(place(rank, 7))).0), [0, 1, 2, 3, 4]);
    }
}
