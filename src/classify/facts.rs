//! The facts that the model is told of a line, in words, each with what would be otherwise without it.
//!
//! What a fact does is measured, not derived: the line is scored again as if the fact were not so, and
//! everything else were. Facts that say one thing together are taken together.

use std::ops::Range;

use super::Item;
use super::inputs::{EVIDENCE, KINDS, PLACE, RELATION, SHAPE, SIZE, SIZE_STEPS, TOPIC, log};
use crate::features::End;

/// A middling line, in words and characters: what a line is compared with whose size is the question.
const MIDDLING: (u32, u32) = (14, 84);
/// Shares of words and of letters with capitals in a middling line of prose.
const MIDDLING_CAPITALS: (f32, f32) = (0.15, 0.03);
/// Share of words with a capital from which a line is said to be full of them.
const MANY_CAPITALS: f32 = 0.5;
/// Share of the words of a line from which it is said to share words with others.
const SHARED: f32 = 0.3;

/// A fact of one line.
pub(super) struct Fact {
    /// What is so, as the end of a sentence that begins with "it".
    pub(super) words: String,
    /// Makes it otherwise in the numbers of the line.
    pub(super) without: Change,
}

/// A change of the numbers of a line.
type Change = Box<dyn Fn(&mut [f32])>;

/// The facts of a line that can be told, in no order.
pub(super) fn of(item: &Item, row: &[f32]) -> Vec<Fact> {
    let mut facts = vec![size(item), end(item)];
    shape(item, row, &mut facts);
    evidence(item, row, &mut facts);
    topic(row, &mut facts);
    place(row, &mut facts);
    relation(row, &mut facts);
    facts
}

fn fact(words: impl Into<String>, without: impl Fn(&mut [f32]) + 'static) -> Fact {
    Fact { words: words.into(), without: Box::new(without) }
}

/// A fact that is so where any of the numbers is not zero, and otherwise where all are.
fn present(facts: &mut Vec<Fact>, row: &[f32], cells: Range<usize>, words: impl Into<String>) {
    if row[cells.clone()].iter().any(|&cell| cell != 0.0) {
        facts.push(fact(words, move |row| row[cells.clone()].fill(0.0)));
    }
}

fn size(item: &Item) -> Fact {
    let words = item.facts.words();
    let said = match words {
        1 => "has one word".to_owned(),
        2..=9 => format!("has only {words} words"),
        10..=30 => format!("has {words} words"),
        _ => format!("is long: {words} words"),
    };
    fact(said, |row| {
        let row = &mut row[SIZE];
        row[0] = log(MIDDLING.0) / 4.0;
        row[1] = log(MIDDLING.1) / 8.0;
        for (cell, step) in row[2..].iter_mut().zip(SIZE_STEPS) {
            *cell = f32::from(u8::from(MIDDLING.0 > step));
        }
    })
}

fn end(item: &Item) -> Fact {
    let cells = SHAPE.start..SHAPE.start + 5;
    let said = match item.facts.end {
        End::FullStop => "ends with a full stop",
        End::Exclamation => "ends as a question or an exclamation",
        End::Colon => "ends with a colon",
        End::Pause => "ends with a comma or a dash",
        End::Open => "does not end as a sentence ends",
    };
    let is_open = item.facts.end == End::Open;
    fact(said, move |row| {
        row[cells.clone()].fill(0.0);
        row[SHAPE.start] = f32::from(u8::from(is_open));
    })
}

fn shape(item: &Item, row: &[f32], facts: &mut Vec<Fact>) {
    let at = |number: usize| SHAPE.start + number;
    let one = |number: usize| at(number)..at(number) + 1;
    if row[at(5)] >= MANY_CAPITALS {
        facts.push(fact("is full of capitals", move |row| {
            row[at(5)] = MIDDLING_CAPITALS.0;
            row[at(6)] = MIDDLING_CAPITALS.1;
        }));
    }
    if row[at(7)] > 0.0 {
        facts.push(fact("holds digits", move |row| {
            row[at(7)] = 0.0;
            row[at(16)] = 0.0;
        }));
    }
    if row[at(8)] + row[at(9)] > 0.0 {
        facts.push(fact("holds commas or several sentences", move |row| row[at(8)..at(12)].fill(0.0)));
    }
    if row[at(12)] + row[at(21)] > 0.0 {
        facts.push(fact("holds separators such as |", move |row| {
            row[at(12)] = 0.0;
            row[at(21)] = 0.0;
        }));
    }
    if row[at(13)] + row[at(22)] > 0.0 {
        facts.push(fact("holds an address", move |row| {
            row[at(13)] = 0.0;
            row[at(22)] = 0.0;
        }));
    }
    if row[at(17)] + row[at(28)] > 0.0 {
        facts.push(fact("holds quotation marks", move |row| {
            row[at(17)] = 0.0;
            row[at(28)] = 0.0;
        }));
    }
    for (number, words) in [
        (14, "begins with a bullet"),
        (15, "begins with a small letter"),
        (18, "begins with a sign"),
        (23, "holds a copyright sign"),
        (24, "holds a sign of money"),
        (25, "holds a colon"),
        (26, "holds a question mark"),
        (27, "holds brackets"),
        (29, "holds no letter"),
    ] {
        present(facts, row, one(number), words);
    }
    debug_assert!(item.facts.words() == 0 || SHAPE.len() == 30, "the numbers above are those of the shape");
}

fn evidence(item: &Item, row: &[f32], facts: &mut Vec<Fact>) {
    if let Some(rule) = item.evidence {
        let own = EVIDENCE.start..EVIDENCE.start + 4 + KINDS;
        present(facts, row, own, format!("is what the rule {} looks for", rule.id));
    }
    let hits = EVIDENCE.start + 4 + KINDS..EVIDENCE.end;
    present(facts, row, hits, "holds phrases of the tables");
}

fn topic(row: &[f32], facts: &mut Vec<Fact>) {
    let cells = TOPIC.start + 1..TOPIC.start + 5;
    if row[TOPIC.start] == 0.0 {
        return;
    }
    let is_shared = row[TOPIC.start + 2] >= SHARED;
    let (words, instead) = if is_shared {
        ("shares words with running text elsewhere", 0.0)
    } else {
        ("shares few words with running text elsewhere", 0.6)
    };
    facts.push(fact(words, move |row| row[cells.clone()].fill(instead)));
}

fn place(row: &[f32], facts: &mut Vec<Fact>) {
    let at = |number: usize| PLACE.start + number;
    let before = row[at(5)];
    let words = match before {
        before if before < 0.05 => "stands near the beginning of the document",
        before if before > 0.95 => "stands near the end of the document",
        _ => "stands where it stands in the document",
    };
    facts.push(fact(words, move |row| {
        let (lines, all) = (row[at(1)].max(row[at(2)]), row[at(6)].max(row[at(7)]));
        row[at(0)] = 0.5;
        row[at(1)] = lines;
        row[at(2)] = lines;
        row[at(3)] = 1.0;
        row[at(4)] = 1.0;
        row[at(5)] = 0.5;
        row[at(6)] = all;
        row[at(7)] = all;
    }));
    present(facts, row, at(8)..at(12), "has blank lines around it");
    present(facts, row, at(12)..at(13), "is indented");
    present(facts, row, at(13)..at(15), "stands in the document more than once");
}

fn relation(row: &[f32], facts: &mut Vec<Fact>) {
    let at = |number: usize| RELATION.start + number;
    present(facts, row, at(0)..at(3), "shares words with the title");
    let longer = row[at(3)] + row[at(4)];
    present(
        facts,
        row,
        at(3)..at(5),
        if longer < 0.0 {
            "is shorter than the lines beside it"
        } else {
            "is longer than the lines beside it"
        },
    );
    present(facts, row, at(5)..at(7), "begins as lines near it begin");
    present(facts, row, at(7)..at(8), "ends as lines near it end");
    present(facts, row, at(8)..at(11), "has the form of other lines of the document");
}
