//! The steps from one list to another: what is equal, what is gone, what came.
//!
//! Myers finds the fewest, in time that grows with the items times the steps: a long text in another order would
//! take hours. So where lists are long, what surely belongs together is found first, and Myers only fills the gaps.
//! A limit on time would do as well, and give other steps on another machine.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Of more items, both lists together, those that one list has alone are left out of the comparison: twice as many
/// would be four times the work, and 16,000 took six seconds (a build without optimization).
const ITEMS_MAX: usize = 10_000;
/// Between items that belong together so many are compared one by one: a million in such gaps take seconds.
const GAP_MAX: usize = 1000;

/// The steps from `old` to `new`.
///
/// # Complexity
///
/// Of up to [`ITEMS_MAX`] items, and of those that both lists have, the fewest steps, by Myers. Of more the time is
/// that of sorting, and a part that was moved is told as gone and come, but not always in the fewest steps.
pub(super) fn steps<T: Eq + Hash + Ord>(old: &[T], new: &[T]) -> Vec<DiffOp> {
    if old.len() + new.len() <= ITEMS_MAX {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let (in_old, in_new): (HashSet<&T>, HashSet<&T>) = (old.iter().collect(), new.iter().collect());
    let old_at: Vec<usize> = (0..old.len()).filter(|&at| in_new.contains(&old[at])).collect();
    let new_at: Vec<usize> = (0..new.len()).filter(|&at| in_old.contains(&new[at])).collect();
    let old_both: Vec<&T> = old_at.iter().map(|&at| &old[at]).collect();
    let new_both: Vec<&T> = new_at.iter().map(|&at| &new[at]).collect();
    let mut pairs = Pairs { old: &old_both, new: &new_both, found: Vec::new() };
    pairs.between(0..old_both.len(), 0..new_both.len(), ITEMS_MAX, Alike::Once);
    let mut steps = Vec::new();
    let (mut old_end, mut new_end) = (0, 0);
    for (old_index, new_index) in pairs.found {
        let (old_index, new_index) = (old_at[old_index], new_at[new_index]);
        steps.extend(between(old_end..old_index, new_end..new_index));
        match steps.last_mut() {
            Some(DiffOp::Equal { len, .. }) if (old_index, new_index) == (old_end, new_end) => *len += 1,
            _ => steps.push(DiffOp::Equal { old_index, new_index, len: 1 }),
        }
        (old_end, new_end) = (old_index + 1, new_index + 1);
    }
    steps.extend(between(old_end..old.len(), new_end..new.len()));
    steps
}

/// The step between two items that are equal.
fn between(old: Range<usize>, new: Range<usize>) -> Option<DiffOp> {
    let (old_index, old_len, new_index, new_len) = (old.start, old.len(), new.start, new.len());
    match (old_len, new_len) {
        (0, 0) => None,
        (_, 0) => Some(DiffOp::Delete { old_index, old_len, new_index }),
        (0, _) => Some(DiffOp::Insert { old_index, new_index, new_len }),
        _ => Some(DiffOp::Replace { old_index, old_len, new_index, new_len }),
    }
}

/// What is sure to belong together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alike {
    /// Items that stand once in each list.
    Once,
    /// Those that stand there several times, too: the first of one list with the first of the other, and so on.
    InOrder,
    /// Nothing is.
    Not,
}

/// Equal items of two lists, in the order of both.
struct Pairs<'t, T> {
    old: &'t [T],
    new: &'t [T],
    found: Vec<(usize, usize)>,
}

impl<T: Eq + Hash + Ord> Pairs<'_, T> {
    /// Finds those of two parts. Up to `max` items are compared one by one.
    fn between(&mut self, mut old: Range<usize>, mut new: Range<usize>, max: usize, alike: Alike) {
        while !old.is_empty() && !new.is_empty() && self.old[old.start] == self.new[new.start] {
            self.found.push((old.start, new.start));
            (old.start, new.start) = (old.start + 1, new.start + 1);
        }
        let ends = (old.end, new.end);
        while !old.is_empty() && !new.is_empty() && self.old[old.end - 1] == self.new[new.end - 1] {
            (old.end, new.end) = (old.end - 1, new.end - 1);
        }
        self.middle(old.clone(), new.clone(), max, alike);
        self.found.extend((old.end..ends.0).zip(new.end..ends.1));
    }

    /// Finds those of two parts that begin and end with different items.
    fn middle(&mut self, old: Range<usize>, new: Range<usize>, max: usize, alike: Alike) {
        if old.is_empty() || new.is_empty() {
            return;
        }
        if old.len() + new.len() <= max {
            let of_both =
                capture_diff_slices(Algorithm::Myers, &self.old[old.clone()], &self.new[new.clone()]);
            for op in of_both {
                if let DiffOp::Equal { old_index, new_index, len } = op {
                    self.found
                        .extend((0..len).map(|at| (old.start + old_index + at, new.start + new_index + at)));
                }
            }
            return;
        }
        let next = match alike {
            Alike::Once => Alike::InOrder,
            Alike::InOrder | Alike::Not => Alike::Not,
        };
        if alike == Alike::Not {
            return;
        }
        let (mut old_end, mut new_end) = (old.start, new.start);
        for (old_at, new_at) in rising(&self.alike(old.clone(), new.clone(), alike)) {
            self.between(old_end..old_at, new_end..new_at, GAP_MAX, next);
            self.found.push((old_at, new_at));
            (old_end, new_end) = (old_at + 1, new_at + 1);
        }
        self.between(old_end..old.end, new_end..new.end, GAP_MAX, next);
    }

    /// Equal items of two parts, in the order of the old one.
    fn alike(&self, old: Range<usize>, new: Range<usize>, alike: Alike) -> Vec<(usize, usize)> {
        let mut places: HashMap<&T, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for at in old.clone() {
            places.entry(&self.old[at]).or_default().0.push(at);
        }
        for at in new {
            places.entry(&self.new[at]).or_default().1.push(at);
        }
        let mut next: HashMap<&T, usize> = HashMap::new();
        let pair = |at: usize| {
            let (of_old, of_new) = &places[&self.old[at]];
            if alike == Alike::Once && (of_old.len(), of_new.len()) != (1, 1) {
                return None;
            }
            let number = next.entry(&self.old[at]).or_default();
            *number += 1;
            Some((at, *of_new.get(*number - 1)?))
        };
        old.filter_map(pair).collect()
    }
}

/// The longest part of pairs that rises on both sides; they rise on the first side already.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length the pair that ends the lowest such part, and for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (number, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < pair.1);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(number);
        } else {
            ends[length] = number;
        }
    }
    let mut rising: Vec<(usize, usize)> =
        std::iter::successors(ends.last().copied(), |&number| before[number])
            .map(|number| pairs[number])
            .collect();
    rising.reverse();
    rising
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps, done: the new list. Gives how many items are equal on both sides.
    fn equal(old: &[u32], new: &[u32]) -> usize {
        let (mut old_end, mut new_end, mut equal) = (0, 0, 0);
        for op in steps(old, new) {
            assert_eq!((op.old_range().start, op.new_range().start), (old_end, new_end));
            (old_end, new_end) = (op.old_range().end, op.new_range().end);
            if let DiffOp::Equal { len, .. } = op {
                assert_eq!(old[op.old_range()], new[op.new_range()]);
                equal += len;
            }
        }
        assert_eq!((old_end, new_end), (old.len(), new.len()));
        equal
    }

    #[test]
    fn long_lists_in_another_order_come_to_an_end() {
        let count = 40_000;
        let old: Vec<u32> = (0..count).collect();
        let backwards: Vec<u32> = (0..count).rev().collect();
        assert_eq!(equal(&old, &backwards), 1);
        // A shuffle that is the same each time: 7919 is prime, and no divisor.
        let shuffled: Vec<u32> = (0..count).map(|at| at * 7919 % count).collect();
        assert!(equal(&old, &shuffled) > 100);
        // What stands there twice and in another order.
        let (twice, back) = (old.repeat(2), backwards.repeat(2));
        assert!(equal(&twice, &back) >= 1);
        let same = vec![7; 60_000];
        let mut other = same.clone();
        (other[100], other[50_000]) = (8, 9);
        assert_eq!(equal(&same, &other), 59_998);
    }

    #[test]
    fn long_lists_that_differ_little_are_told_as_short_ones_are() {
        // Every second line is blank, as in articles.
        let text = |count: u32| -> Vec<u32> { (1..=count).flat_map(|line| [line, 0]).collect() };
        let old = text(20_000);
        let mut new = old.clone();
        new.remove(30_001); // a blank
        new.splice(10..10, [0, 90_001, 0]);
        assert_eq!(equal(&old, &new), old.len() - 1);
        // A part that was moved.
        let mut moved = old.clone();
        let part: Vec<u32> = moved.drain(2_000..4_000).collect();
        moved.extend(part);
        assert!(equal(&old, &moved) >= old.len() - 2_001);
    }
}
