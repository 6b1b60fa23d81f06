//! What the model is told of each line: numbers about the line, its place and the document, and the
//! hashed words it is made of.
//!
//! Nothing here is learned and nothing depends on a vocabulary, a language or the machine: logarithms
//! are piecewise linear, so that the same text gives the same bits everywhere.
//!
//! Cost: linear in the text.

use std::ops::Range;

use super::counts::Counts;
use super::topic::Topic;
use super::words::{Form, Token, mix, push_words};
use super::{Item, Page};
use crate::features::End;
use crate::own::Wish;
use crate::profile::Profile;
use crate::rules::Reach;
use crate::script::{is_blank_char, trim_blank};
use crate::traits::{self, ALNUM, AT, BAR, COLON, COPYRIGHT, CURRENCY, NUMERIC, QUESTION, QUOTE, Traits};

/// Numbers about one line.
pub(crate) const LINE_FACTS: usize = RELATION.end;
/// Numbers about the document.
pub(crate) const DOCUMENT_FACTS: usize = 16;

/// Where each group of facts stands in a line's.
pub(super) const SIZE: Range<usize> = 0..2 + SIZE_STEPS.len();
pub(super) const SHAPE: Range<usize> = SIZE.end..SIZE.end + 30;
pub(crate) const EVIDENCE: Range<usize> = SHAPE.end..SHAPE.end + 4 + 2 * KINDS;
pub(super) const TOPIC: Range<usize> = EVIDENCE.end..EVIDENCE.end + 6;
pub(super) const PLACE: Range<usize> = TOPIC.end..TOPIC.end + 15;
pub(super) const RELATION: Range<usize> = PLACE.end..PLACE.end + 11;
/// Blank lines and indents, among the facts of the place.
pub(crate) const LAYOUT: Range<usize> = PLACE.start + 8..PLACE.start + 13;
/// Words with capitals, letters that are capitals, and a small first letter, among the facts of shape.
pub(crate) const CAPITALS: [usize; 3] = [SHAPE.start + 5, SHAPE.start + 6, SHAPE.start + 15];
/// Copies of the line, among the facts of the place.
const COPIES: usize = PLACE.start + 13;

/// Kinds that rules speak of.
pub(super) const KINDS: usize = 15;
/// The size of a line in words is also told in steps: is it longer than this?
pub(super) const SIZE_STEPS: [u32; 8] = [1, 2, 3, 5, 8, 14, 24, 48];
/// A line of so many words is prose to the facts about topic and document.
const PROSE_WORDS: u32 = 15;
/// The title of a page is the first of so many lines that has so many words which tell a topic.
const TITLE_LINES: usize = 3;
const TITLE_WORDS_MIN: usize = 2;
/// Longest title in which lines are searched, in bytes.
const TITLE_BYTES_MAX: usize = 512;

/// The model's view of a document, one entry for each line that is not blank.
#[derive(Clone, Debug)]
pub(crate) struct Inputs {
    /// Numbers of the lines, from 0.
    pub(crate) lines: Vec<usize>,
    /// [`LINE_FACTS`] numbers for each line.
    pub(crate) facts: Vec<f32>,
    /// The document's facts.
    pub(crate) document: [f32; DOCUMENT_FACTS],
    /// Hashed words, pairs of words and whole labels, of all lines.
    pub(crate) words: Vec<u32>,
    /// Where each line's words stand in `words`.
    pub(crate) spans: Vec<Range<usize>>,
    /// Length of each line in words.
    pub(crate) sizes: Vec<u32>,
    /// Lines of which the user says whether they are body (1) or not (0), in order.
    pub(crate) told: Vec<(usize, f32)>,
    /// The words that say what each line is about.
    pub(crate) topic: Topic,
}

impl Inputs {
    /// Reads a profile and the evidence of its lines.
    pub(super) fn of(profile: &Profile, page: &Page) -> Self {
        let items = &page.items;
        let mut inputs = Self {
            lines: items.iter().map(|item| item.line).collect(),
            facts: vec![0.0; items.len() * LINE_FACTS],
            document: [0.0; DOCUMENT_FACTS],
            words: Vec::new(),
            spans: Vec::with_capacity(items.len()),
            sizes: items.iter().map(|item| item.facts.words()).collect(),
            told: told(items),
            topic: Topic::default(),
        };
        let topic = &mut inputs.topic;
        let mut frames = Vec::with_capacity(items.len());
        for item in items {
            let tokens = &page.tokens[item.tokens.clone()];
            let start = inputs.words.len();
            push_words(tokens, &mut inputs.words);
            inputs.spans.push(start..inputs.words.len());
            topic.push(tokens, item.facts.words() >= PROSE_WORDS);
            frames.push(Frame::of(tokens));
        }
        for (at, item) in items.iter().enumerate() {
            let row = &mut inputs.facts[at * LINE_FACTS..(at + 1) * LINE_FACTS];
            size_facts(item, &mut row[SIZE]);
            shape_facts(item, &mut row[SHAPE]);
            evidence_facts(item, &mut row[EVIDENCE]);
        }
        topic.facts(|at, facts| inputs.facts[at * LINE_FACTS..][TOPIC].copy_from_slice(&facts));
        place_facts(profile, items, &mut inputs.facts);
        relation_facts(items, &frames, topic, &mut inputs.facts);
        inputs.document = document_facts(profile, items, &inputs.facts);
        inputs
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The facts of line `at` of these.
    pub(crate) fn row(&self, at: usize) -> &[f32] {
        &self.facts[at * LINE_FACTS..(at + 1) * LINE_FACTS]
    }
}

/// The same with something changed: to see what it does.
impl Inputs {
    /// The facts of line `at` of these, to change.
    pub(super) fn row_mut(&mut self, at: usize) -> &mut [f32] {
        &mut self.facts[at * LINE_FACTS..(at + 1) * LINE_FACTS]
    }

    /// These with some words of line `at` taken out, if it has any of them.
    pub(super) fn without_words(&self, at: usize, gone: &[u32]) -> Option<Self> {
        let words = &self.words[self.spans[at].clone()];
        if !words.iter().any(|word| gone.contains(word)) {
            return None;
        }
        let kept: Vec<u32> = words.iter().copied().filter(|word| !gone.contains(word)).collect();
        let mut changed = self.clone();
        let start = changed.words.len();
        changed.words.extend(kept);
        changed.spans[at] = start..changed.words.len();
        Some(changed)
    }
}

/// Lines of which the user says what they are.
fn told(items: &[Item]) -> Vec<(usize, f32)> {
    let wishes = items.iter().enumerate().filter_map(|(at, item)| Some((at, item.wish?)));
    wishes.map(|(at, wish)| (at, flag(wish == Wish::Keep))).collect()
}

/// Binary logarithm of `n + 1`, linear between powers of two.
pub(super) fn log(n: u32) -> f32 {
    let n = u64::from(n) + 1;
    let whole = n.ilog2();
    whole as f32 + n as f32 / (1_u64 << whole) as f32 - 1.0
}

pub(super) fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

fn flag(holds: bool) -> f32 {
    f32::from(u8::from(holds))
}

fn size_facts(item: &Item, row: &mut [f32]) {
    let words = item.facts.words();
    row[0] = log(words) / 4.0;
    row[1] = log(item.facts.chars) / 8.0;
    for (cell, step) in row[2..].iter_mut().zip(SIZE_STEPS) {
        *cell = flag(words > step);
    }
}

fn shape_facts(item: &Item, row: &mut [f32]) {
    let (facts, text) = (item.facts, trim_blank(item.text));
    let words = facts.words().max(1);
    let first = text.chars().next().unwrap_or(' ');
    let of_first = traits::of(first);
    let has = |bit: Traits| flag(facts.traits & bit != 0);
    row.copy_from_slice(&[
        flag(facts.end == End::FullStop),
        flag(facts.end == End::Exclamation),
        flag(facts.end == End::Colon),
        flag(facts.end == End::Pause),
        flag(text.ends_with('…') || text.ends_with("...")),
        share(facts.capitalised, facts.spaced_words),
        share(facts.capitals, facts.letters),
        share(facts.digits, facts.chars),
        (share(facts.commas, words) * 8.0).min(2.0),
        (share(facts.inner_ends, words) * 16.0).min(2.0),
        log(facts.inner_ends) / 2.0,
        log(facts.commas) / 2.0,
        log(facts.separators),
        flag(facts.addresses > 0),
        flag(facts.marked),
        flag(facts.begins_small),
        flag(of_first & NUMERIC != 0),
        flag(matches!(first, '"' | '“' | '„' | '«' | '‘' | '\'' | '「' | '—' | '–')),
        flag(of_first & ALNUM == 0),
        (share(facts.letters - facts.unspaced.min(facts.letters), facts.spaced_words) / 8.0).min(2.0),
        share(facts.unspaced, facts.letters),
        has(BAR),
        has(AT),
        has(COPYRIGHT),
        has(CURRENCY),
        has(COLON),
        has(QUESTION),
        (share(facts.brackets, words) * 4.0).min(2.0),
        has(QUOTE),
        flag(facts.letters == 0),
    ]);
}

fn evidence_facts(item: &Item, row: &mut [f32]) {
    if let Some(rule) = item.evidence {
        debug_assert!(Reach::Anywhere as usize == 2);
        row[rule.reach as usize] = 1.0;
        row[3] = rule.score;
        // A user's pattern names no kind that the model has learned of.
        if (rule.kind as usize) < KINDS {
            row[4 + rule.kind as usize] = 1.0;
        }
    }
    for (kind, cell) in row[4 + KINDS..].iter_mut().enumerate() {
        *cell = if item.phrases & 1 << kind != 0 { 1.0 } else { flag(item.hints & 1 << kind != 0) / 2.0 };
    }
}

fn place_facts(profile: &Profile, items: &[Item], facts: &mut [f32]) {
    let lines = items.len();
    let words: Vec<u32> = items.iter().map(|item| item.facts.words()).collect();
    let all: u32 = words.iter().sum();
    let mut copies = Counts::with_capacity(lines);
    let nth: Vec<u32> = items.iter().map(|item| copies.add(profile.normals.hash(item.line))).collect();
    let mut before = 0;
    for (at, item) in items.iter().enumerate() {
        let row = &mut facts[at * LINE_FACTS..(at + 1) * LINE_FACTS];
        let all_copies = copies.of(profile.normals.hash(item.line));
        let previous = at.checked_sub(1).map_or(0, |at| items[at].line + 1);
        let next = items.get(at + 1).map_or(profile.lines.len(), |item| item.line);
        let blanks = |count: usize| (count.min(3) as f32) / 3.0;
        let indent = item.text.chars().take_while(|&c| is_blank_char(c)).count();
        let clip = |n: usize| (n.min(10) as f32) / 10.0;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        row[PLACE].copy_from_slice(&[
            at as f32 / lines as f32,
            log(number(at)) / 8.0,
            log(number(lines - 1 - at)) / 8.0,
            clip(at),
            clip(lines - 1 - at),
            share(before, all),
            log(before) / 12.0,
            log(all - before) / 12.0,
            blanks(item.line - previous),
            blanks(next - item.line - 1),
            flag(item.line > previous),
            flag(next > item.line + 1),
            clip(indent),
            log(all_copies.max(1) - 1) / 3.0,
            flag(nth[at] > 1),
        ]);
        before += words[at];
    }
}

/// How a line begins and ends, as hashes: lines of one widget begin or end alike.
struct Frame {
    whole: u32,
    first: u32,
    last: u32,
    first_pair: u32,
    last_pair: u32,
}

impl Frame {
    fn of(tokens: &[Token]) -> Self {
        let count = tokens.len();
        Self {
            whole: mix(Form::Whole, tokens),
            first: mix(Form::First, &tokens[..count.min(1)]),
            last: mix(Form::Last, &tokens[count.saturating_sub(1)..]),
            first_pair: mix(Form::FirstPair, &tokens[..count.min(2)]),
            last_pair: mix(Form::LastPair, &tokens[count.saturating_sub(2)..]),
        }
    }
}

/// What a line shares with the page's title, with the lines around it, and with all others in form.
fn relation_facts(items: &[Item], frames: &[Frame], topic: &Topic, facts: &mut [f32]) {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut forms = Counts::with_capacity(3 * items.len());
    for frame in frames {
        for form in [frame.whole, frame.first_pair, frame.last_pair] {
            forms.add(u64::from(form));
        }
    }
    let copies = |form: u32| log(forms.of(u64::from(form)).max(1) - 1) / 3.0;
    let title = (0..items.len().min(TITLE_LINES)).find(|&at| topic.of_line(at).len() >= TITLE_WORDS_MIN);
    let in_title = title.map_or_else(Vec::new, |title| topic.is_in(title));
    for (at, item) in items.iter().enumerate() {
        let (own, size) = (topic.of_line(at), log(item.facts.words()));
        let (mut of_own, mut of_title, mut is_inside) = (0.0, 0.0, false);
        if let Some(title) = title.filter(|&title| title != at) {
            let shared = own.iter().filter(|&&word| in_title[word as usize]).count();
            of_own = share(number(shared), number(own.len()));
            of_title = share(number(shared), number(topic.of_line(title).len()));
            let outer = items[title].normal;
            is_inside = item.facts.words() > 2
                && (item.normal.len()..=TITLE_BYTES_MAX).contains(&outer.len())
                && outer.contains(item.normal);
        }
        let other_size = |other: Option<usize>| {
            other.and_then(|other| items.get(other)).map_or(0.0, |other| log(other.facts.words()))
        };
        let near = |distance: Range<usize>, alike: &dyn Fn(&Frame) -> bool| {
            distance.into_iter().any(|by| {
                let (before, after) = (at.checked_sub(by), Some(at + by));
                [before, after].into_iter().flatten().filter_map(|other| frames.get(other)).any(alike)
            })
        };
        let frame = &frames[at];
        let row = &mut facts[at * LINE_FACTS..(at + 1) * LINE_FACTS];
        row[RELATION].copy_from_slice(&[
            of_own,
            of_title,
            flag(is_inside),
            (size - other_size(at.checked_sub(1))) / 4.0,
            (size - other_size(Some(at + 1))) / 4.0,
            flag(near(1..2, &|other| other.first == frame.first)),
            flag(near(2..5, &|other| other.first == frame.first)),
            flag(near(1..5, &|other| other.last == frame.last)),
            copies(frame.whole),
            copies(frame.first_pair),
            copies(frame.last_pair),
        ]);
    }
}

fn document_facts(profile: &Profile, items: &[Item], facts: &[f32]) -> [f32; DOCUMENT_FACTS] {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let lines = number(items.len());
    let of_lines =
        |holds: &dyn Fn(&Item) -> bool| share(number(items.iter().filter(|item| holds(item)).count()), lines);
    let words: u32 = items.iter().map(|item| item.facts.words()).sum();
    let prose: u32 = items.iter().map(|item| item.facts.words()).filter(|&words| words >= PROSE_WORDS).sum();
    let sum = |fact: &dyn Fn(&Item) -> u32| items.iter().map(fact).sum::<u32>();
    let letters = sum(&|item| item.facts.letters);
    let copies = (0..items.len()).filter(|at| facts[at * LINE_FACTS + COPIES] > 0.0).count();
    [
        log(lines) / 8.0,
        log(words) / 12.0,
        share(prose, words),
        of_lines(&|item| item.facts.words() >= PROSE_WORDS),
        of_lines(&|item| item.facts.words() <= 3),
        of_lines(&|item| item.facts.ends_statement()),
        of_lines(&|item| item.facts.marked),
        of_lines(&|item| item.facts.begins_small),
        of_lines(&|item| item.evidence.is_some()),
        of_lines(&|item| item.evidence.is_some_and(|rule| rule.reach == Reach::Anywhere)),
        share(sum(&|item| item.facts.unspaced), letters),
        share(number(profile.lines.len() - items.len()), number(profile.lines.len())),
        share(number(copies), lines),
        share(sum(&|item| item.facts.separators), lines).min(2.0),
        of_lines(&|item| item.text.starts_with([' ', '\t'])),
        share(letters, sum(&|item| item.facts.chars)),
    ]
}
