//! What a page might have been, had another converter made text of it: shown in training, because the corpus has
//! few ways to make text of a page, and a user has others.

use xxhash_rust::xxh3::xxh3_64;

use super::boxes::Boxes;
use super::gold::{Gold, Label};
use super::random::Random;
use crate::segment;

/// Share of the documents that are shown as if in a script without spaces.
const UNSPACED: f32 = 0.08;
/// Share of the documents of which neighbouring short lines are joined.
const JOINED: f32 = 0.12;
/// Share of the documents of which long lines are broken.
const WRAPPED: f32 = 0.12;
/// Columns of a document that is broken: from so many, and so many more.
const COLUMNS_MIN: usize = 60;
const COLUMNS_MORE: usize = 41;
/// Share of the pages that are shown with a further box inside the body.
const BOXED: f32 = 0.25;
/// Lines of a run of junk of which a part may go.
const LONG_RUN: usize = 6;
/// Most words of a label that is joined to another, and of a piece of a paragraph.
const JOINED_LABEL_WORDS: usize = 5;
const JOINED_BODY_WORDS: usize = 8;
/// What stands between labels in a row.
const BETWEEN_LABELS: [&str; 6] = [" ", " | ", " ", " · ", "  ", " "];

/// A text and a label for each of its lines.
pub(super) struct Variant {
    pub(super) text: String,
    pub(super) labels: Vec<Label>,
}

impl Variant {
    /// One of a document, at random.
    pub(super) fn of(gold: &Gold, boxes: &Boxes, random: &mut Random) -> Self {
        let mut variant = Self { text: gold.text.clone(), labels: gold.labels.clone() };
        if gold.genre.is_none() && random.unit() >= 0.5 {
            variant = variant.thinned(random);
        }
        if gold.genre.is_none()
            && random.unit() < BOXED
            && let Some((text, labels)) =
                boxes.put_into((&variant.text, &variant.labels), &gold.language, random)
        {
            variant = Self { text, labels };
        }
        if random.unit() < JOINED {
            variant = variant.joined(random);
        }
        if random.unit() < WRAPPED {
            variant = variant.wrapped(COLUMNS_MIN + random.below(COLUMNS_MORE));
        }
        if random.unit() < UNSPACED {
            variant.text = unspaced(&variant.text);
        }
        variant
    }

    /// Without runs of its junk, from a few to nearly all, and without parts of long runs: between a whole page
    /// and what an extractor leaves of it there is everything, and the corpus has only the two ends.
    fn thinned(&self, random: &mut Random) -> Self {
        let lines = segment::lines(&self.text);
        let is_blank = |at: usize| segment::is_blank(lines[at].text(&self.text));
        let is_junk = |at: usize| self.labels[at] == Label::Junk;
        let share = random.unit();
        let mut thinned = Self { text: String::new(), labels: Vec::new() };
        let mut at = 0;
        while at < lines.len() {
            let mut end = at + 1;
            let mut kept = at..end;
            if is_junk(at) {
                while end < lines.len() && (is_junk(end) || is_blank(end)) {
                    end += 1;
                }
                kept = if random.unit() < share {
                    at..at
                } else if end - at > LONG_RUN && random.unit() < 0.5 {
                    let from = at + random.below(end - at);
                    from..from + 1 + random.below(end - from)
                } else {
                    at..end
                };
            }
            for line in kept {
                thinned.text.push_str(&self.text[lines[line].span()]);
                thinned.labels.push(self.labels[line]);
            }
            at = end;
        }
        thinned
    }

    /// With short neighbours of one label in one line: menus in a row, and paragraphs that are not broken at
    /// their links.
    fn joined(&self, random: &mut Random) -> Self {
        let between = BETWEEN_LABELS[random.below(BETWEEN_LABELS.len())];
        let share = random.unit();
        let mut joined = Self { text: String::new(), labels: Vec::new() };
        let mut before = None;
        for (line, &label) in segment::lines(&self.text).iter().zip(&self.labels) {
            let own = line.text(&self.text);
            let words = own.split_whitespace().count();
            let between = match (label, before) {
                (Label::Junk, Some((Label::Junk, _))) if words <= JOINED_LABEL_WORDS => Some(between),
                (Label::Body, Some((Label::Body, other))) if words.min(other) <= JOINED_BODY_WORDS => {
                    Some(" ")
                }
                _ => None,
            };
            if let Some(between) = between.filter(|_| words > 0 && random.unit() < share) {
                joined.text.pop();
                joined.text.push_str(between);
                joined.text.push_str(own.trim());
            } else {
                joined.text.push_str(own.trim_end());
                joined.labels.push(label);
            }
            joined.text.push('\n');
            before = (words > 0).then_some((label, words));
        }
        joined
    }

    /// With lines of at most so many characters, broken at spaces as programs for terminals and mail do it.
    fn wrapped(&self, columns: usize) -> Self {
        let mut wrapped = Self { text: String::new(), labels: Vec::new() };
        for (line, &label) in segment::lines(&self.text).iter().zip(&self.labels) {
            let mut rest = line.text(&self.text).trim_end();
            while let Some((end, _)) = rest.char_indices().nth(columns) {
                let indent = rest.len() - rest.trim_start().len();
                let Some(space) = rest[..end].rfind(' ').filter(|&space| space > indent) else { break };
                let (first, others) = rest.split_at(space);
                wrapped.push(first, label);
                rest = others.trim_start();
            }
            wrapped.push(rest, label);
        }
        wrapped
    }

    fn push(&mut self, line: &str, label: Label) {
        self.text.push_str(line);
        self.text.push('\n');
        self.labels.push(label);
    }
}

/// The text as if it were written in a script without spaces and without capitals: each word becomes two
/// ideographs, the same word the same two, and the marks of sentences those of Chinese. There are few
/// pages in such scripts to learn from, and nearly all are news of one year.
fn unspaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let write_word = |word: &mut String, out: &mut String| {
        if !word.is_empty() {
            let hash = xxh3_64(word.as_bytes());
            for part in [hash & 0xfff, hash >> 32 & 0xfff] {
                let ideograph = u32::try_from(part).ok().and_then(|part| char::from_u32(0x4e00 + part));
                out.extend(ideograph);
            }
            word.clear();
        }
    };
    let mut after_word = false;
    for c in text.chars() {
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
            continue;
        }
        after_word |= !word.is_empty();
        write_word(&mut word, &mut out);
        match c {
            ' ' if after_word => {}
            '.' => out.push('。'),
            ',' => out.push('，'),
            '?' => out.push('？'),
            '!' => out.push('！'),
            other => out.push(other),
        }
        after_word = false;
    }
    write_word(&mut word, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Gold {
        let text = "Home\nNews\nSport\n\nThe ferry sails again on\nMonday\n, says the council of the island, which \
                    had waited for it since the winter and its storms.\n二つの町が一つになった。\nShare\n";
        let labels = [
            Label::Junk,
            Label::Junk,
            Label::Junk,
            Label::Unknown,
            Label::Body,
            Label::Body,
            Label::Body,
            Label::Body,
            Label::Junk,
        ];
        Gold { text: text.to_owned(), labels: labels.to_vec(), ..Gold::default() }
    }

    /// The letters of all lines of a label, in order.
    fn letters(variant: &Variant, of: Label) -> String {
        let lines = segment::lines(&variant.text);
        assert_eq!(lines.len(), variant.labels.len(), "{:?}", variant.text);
        let of_label = lines.iter().zip(&variant.labels).filter(|(_, label)| **label == of);
        of_label
            .flat_map(|(line, _)| line.text(&variant.text).chars())
            .filter(|c| c.is_alphanumeric())
            .collect()
    }

    #[test]
    fn every_line_of_a_variant_keeps_its_label() {
        let page = page();
        let whole = Variant { text: page.text.clone(), labels: page.labels.clone() };
        for seed in 0..50 {
            let mut random = Random::new(seed);
            let thinned = whole.thinned(&mut random);
            assert_eq!(letters(&thinned, Label::Body), letters(&whole, Label::Body));
            for variant in [whole.joined(&mut random), whole.wrapped(12 + random.below(40))] {
                for label in [Label::Junk, Label::Body] {
                    assert_eq!(letters(&variant, label), letters(&whole, label), "{:?}", variant.text);
                }
            }
        }
    }

    #[test]
    fn lines_are_broken_at_spaces_and_joined_where_a_link_broke_them() {
        let page = page();
        let whole = Variant { text: page.text.clone(), labels: page.labels.clone() };
        let wrapped = whole.wrapped(30);
        assert!(wrapped.text.lines().all(|line| line.chars().count() <= 30), "{}", wrapped.text);
        let joined: Vec<String> = (0..50).map(|seed| whole.joined(&mut Random::new(seed)).text).collect();
        assert!(joined.iter().any(|text| text.contains("sails again on Monday")), "{joined:?}");
        assert!(joined.iter().any(|text| text.contains("Home | News")), "{joined:?}");
        assert!(joined.iter().all(|text| !text.contains("Sport The")), "{joined:?}");
    }
}
