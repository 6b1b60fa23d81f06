//! A page's own table of contents: short lines one behind the other, each of which comes again below as a line
//! of its own, in the same order, with text between. The later copies are the headings of the text.
//!
//! Its shape alone tells it, whatever the model says. A text of which nothing else goes keeps its contents: a
//! book, a programme, minutes with an agenda.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::{Item, Page};
use crate::kind::Kind;
use crate::rules::is_short_label;
use crate::rules::wordlist::CONTENTS;
use crate::traits::{self, ALNUM, LETTER};

/// Least lines of such a table, and most that are looked at as one.
const LINES_MIN: usize = 3;
const LINES_MAX: usize = 60;
/// Most words of one of its lines.
const LINE_WORDS_MAX: u32 = 20;
/// Most places of a line in the text: a table may stand at the head and beside it. Speakers of a play, and
/// refrains, come more often.
const PLACES_MAX: usize = 3;
/// Of the copies below so many stand apart, and the text between them has so many words for each of the table:
/// neither has a stanza that comes again. By eye, on pages and texts of our own.
const APART_TENTHS: usize = 6;
const APART_MIN: usize = 2;
const TEXT_SHARE: u32 = 3;
/// Below a label: least lines with a copy, most lines that are looked at, and most without one at the end.
const LABELLED_MIN: usize = 2;
const LABELLED_LINES_MAX: usize = 20;
const LABELLED_OTHERS_MAX: usize = 2;
/// Most words of a label above it.
const LABEL_WORDS_MAX: u32 = 7;
const SCORE: f32 = 0.9;
pub(super) const RULE: &str = "navigation/contents";

pub(super) fn settle(page: &mut Page) {
    for table in tables(page) {
        let start = table.start - usize::from(table.start > 0 && is_label(&page.items[table.start - 1]));
        for item in &mut page.items[start..table.end] {
            if item.wish.is_none() {
                item.settle(Kind::Navigation, RULE, SCORE);
            }
        }
    }
}

/// The tables of contents of a page, in items.
fn tables(page: &Page) -> Vec<Range<usize>> {
    let all = Copies::of(&page.items);
    let mut tables = Vec::new();
    let mut start = 0;
    while start < page.items.len() {
        let copies = all.of_table(start);
        let table = start..start + copies.len();
        if is_table(page, &table, &copies) {
            start = table.end;
            tables.push(table);
        } else if let Some(table) = start.checked_sub(1).and_then(|label| labelled(page, &all, label)) {
            start = table.end;
            tables.push(table);
        } else {
            start += 1;
        }
    }
    tables
}

/// Where the lines of a page stand that stand there two or three times.
struct Copies {
    /// The hash of what an item says; 0 if it stands there once, or too often, or can be no line of a table.
    keys: Vec<u64>,
    /// Hashes and items, in order.
    places: Vec<(u64, usize)>,
}

impl Copies {
    fn of(items: &[Item]) -> Self {
        let hash = |item: &Item| key(item).map_or(0, |key| xxh3_64(key.as_bytes()));
        let mut keys: Vec<u64> = items.iter().map(hash).collect();
        let mut places: Vec<(u64, usize)> =
            keys.iter().copied().zip(0..).filter(|&(key, _)| key != 0).collect();
        places.sort_unstable();
        for own in places.chunk_by(|one, other| one.0 == other.0) {
            if !(2..=PLACES_MAX).contains(&own.len()) {
                for &(_, at) in own {
                    keys[at] = 0;
                }
            }
        }
        Self { keys, places }
    }

    /// The copies below, in order, of as many lines from item `start` on as have such.
    fn of_table(&self, start: usize) -> Vec<usize> {
        let mut copies: Vec<usize> = Vec::new();
        for at in start..(start + LINES_MAX).min(self.keys.len()) {
            // The table ends at its own first copy.
            if self.keys[at] == 0 || copies.first() == Some(&at) {
                break;
            }
            let after = copies.last().copied().unwrap_or(at);
            match self.next(at, after) {
                Some(copy) => copies.push(copy),
                None => break,
            }
        }
        copies
    }

    /// The first copy of item `at` behind item `after`.
    fn next(&self, at: usize, after: usize) -> Option<usize> {
        let key = self.keys[at];
        let next = self.places.partition_point(|&place| place <= (key, after));
        self.places.get(next).filter(|place| key != 0 && place.0 == key).map(|place| place.1)
    }
}

/// The table below a label ("Jump to:"), which says what it is: two of its lines come again, and others, as many
/// at most, may have another wording in the text.
fn labelled(page: &Page, copies: &Copies, label: usize) -> Option<Range<usize>> {
    let start = label + 1;
    if !is_label(page.items.get(label)?) {
        return None;
    }
    let may = |item: &Item| key(item).is_some() && !item.facts.ends_statement() && item.wish.is_none();
    let lines = page.items[start..].iter().take(LABELLED_LINES_MAX).take_while(|item| may(item)).count();
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut end = start + lines;
    for at in start..start + lines {
        // The table ends at its own first copy.
        if found.first().is_some_and(|&(_, first)| first <= at) {
            end = at;
            break;
        }
        let after = found.last().map_or(at, |&(_, copy)| copy);
        if let Some(copy) = copies.next(at, after) {
            found.push((at, copy));
        }
    }
    let (&(first, first_copy), &(last, last_copy)) = (found.first()?, found.last()?);
    // Behind its last known line only a short one belongs, before prose.
    let rest = page.items[last + 1..end].iter().take_while(|item| is_short_label(item.facts)).count();
    let goes_on = page.items.get(last + 1 + rest).is_some_and(Item::is_prose);
    let end = last + 1 + if goes_on && rest <= LABELLED_OTHERS_MAX { rest } else { 0 };
    let words: u32 = page.items[start..end].iter().map(|item| item.facts.words()).sum();
    let has_text = || {
        let mut below = 0;
        page.items[first_copy..].iter().any(|item| {
            below += item.facts.words();
            below >= TEXT_SHARE * words
        })
    };
    let is_table = found.len() >= LABELLED_MIN
        && first == start
        && first_copy >= end
        && found.len() * 2 >= end - start
        && last_copy - first_copy >= found.len()
        && has_text();
    is_table.then_some(start..end)
}

fn is_table(page: &Page, table: &Range<usize>, copies: &[usize]) -> bool {
    let (Some(&first), Some(&last)) = (copies.first(), copies.last()) else { return false };
    if table.len() < LINES_MIN || first < table.end {
        return false;
    }
    let apart = copies.windows(2).filter(|pair| pair[1] - pair[0] > 1).count();
    let words = |items: &[Item]| -> u32 { items.iter().map(|item| item.facts.words()).sum() };
    apart >= APART_MIN
        && apart * 10 >= (copies.len() - 1) * APART_TENTHS
        && words(&page.items[first..last]) >= TEXT_SHARE * words(&page.items[table.clone()])
}

/// What a line of such a table says: without bullets and numbers.
fn key<'t>(item: &Item<'t>) -> Option<&'t str> {
    let key = item
        .normal
        .trim_start_matches(|c: char| traits::of(c) & LETTER == 0)
        .trim_end_matches(|c: char| traits::of(c) & ALNUM == 0);
    (item.facts.words() <= LINE_WORDS_MAX && !key.is_empty()).then_some(key)
}

fn is_label(item: &Item) -> bool {
    let begins = |key: &str| CONTENTS.behind(key).next().is_some();
    item.facts.words() <= LABEL_WORDS_MAX && !item.facts.ends_statement() && key(item).is_some_and(begins)
}

#[cfg(test)]
mod tests {
    use crate::{Config, clean};

    const PARTS: [(&str, &str); 3] = [
        (
            "What the ferry cost",
            "The council paid for it in spring, and the sum was more than the school had been given in ten years.\n\nNobody on the island had asked for a ferry with two decks and a bar.",
        ),
        (
            "Why it does not sail",
            "Nobody had measured the lock before the vote, and the ferry is wider than the lock by the breadth of a hand.\n\nThe harbour master says that he was never asked about any of it.",
        ),
        (
            "Questions and answers",
            "Will it sail in summer? The council hopes so, and the builders of the lock have promised to look at their drawings again.",
        ),
    ];

    fn text(menu: &str) -> String {
        let list: Vec<String> =
            PARTS.iter().zip(1..).map(|((part, _), n)| format!("{n}. {part}\n")).collect();
        let parts: Vec<String> =
            PARTS.iter().map(|(part, text)| format!("## {part}\n\n{text}\n\n")).collect();
        let (list, parts) = (list.concat(), parts.concat());
        let begin =
            "The new ferry lies at its berth, and the island talks of nothing else since the winter came.";
        format!("{menu}{begin}\n\nIn this article:\n\n{list}\n{parts}")
    }

    #[test]
    fn a_pages_contents_go_and_its_headings_stay() {
        let text = text("Skip to content\n\n");
        let cleaned = clean(&text, &Config::default());
        let kept = cleaned.text();
        assert!(!kept.contains("In this article") && !kept.contains("1. What the ferry cost"), "{kept}");
        assert!(PARTS.iter().all(|(part, _)| kept.contains(&format!("## {part}\n"))), "{kept}");
        assert!(cleaned.cuts.iter().any(|cut| cut.rule == "navigation/contents"));
    }

    #[test]
    fn a_clean_text_keeps_its_contents() {
        let text = text("");
        assert_eq!(clean(&text, &Config::default()).text().trim_end(), text.trim_end());
    }

    #[test]
    fn below_a_label_two_lines_that_come_again_are_enough() {
        let page = |label: &str| {
            let begin = "The new ferry lies at its berth, and the island talks of nothing else since the winter came.";
            let parts: Vec<String> =
                PARTS[..2].iter().map(|(part, text)| format!("{part}\n\n{text}\n\n")).collect();
            let parts = parts.concat();
            format!(
                "Skip to content\n\n{label}\n\n{}\n\n{}\n\nFAQs\n\n{begin}\n\n{parts}",
                PARTS[0].0, PARTS[1].0
            )
        };
        let is_contents = |text: &str| {
            let cleaned = clean(text, &Config::default());
            cleaned.cuts.iter().any(|cut| cut.rule == "navigation/contents")
        };
        assert!(is_contents(&page("Jump to:")));
        assert!(!is_contents(&page("Of the island")));
    }

    #[test]
    fn a_song_has_no_contents() {
        let verse = "Pull the rope\nTurn the wheel\nMind the lock\n";
        let text = format!(
            "Skip to content\n\n{verse}\nThe ferry is wide and the lock is small,\nand nobody measured the ferry at all.\n\n{verse}"
        );
        assert!(!clean(&text, &Config::default()).cuts.iter().any(|cut| cut.rule == "navigation/contents"));
    }
}
