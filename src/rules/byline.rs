//! Author line, date, reading time.

use crate::features::End;
use crate::kind::Kind;
use crate::traits::{COLON, CURRENCY, UNSTABLE};

use super::phrases::Role;
use super::wordlist::SOURCE;
use super::{LineView, Reach, Rule, Test, dates};

/// The rules of kind `byline`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "byline/label",
        kind: Kind::Byline,
        about: "a label of the line with author and date, or a reading time",
        keeps: "prose that begins with the same words",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Label,
    },
    Rule {
        id: "byline/inline",
        kind: Kind::Byline,
        about: "\"Published:\", \"Author:\" or another label, and a value",
        keeps: "quotations and prose after a colon: at most fourteen words, no full stop, outside the running text",
        reach: Reach::Edge,
        score: 0.85,
        test: Test::Lead { words_max: 14, full_stop: false },
    },
    Rule {
        id: "byline/glued",
        kind: Kind::Byline,
        about: "labels of author and date, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "byline/author",
        kind: Kind::Byline,
        about: "\"By\", a name, and little more",
        keeps: "sentences and titles that begin so: names have capitals, and the line stands outside the running text",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Shape(is_author_line),
    },
    Rule {
        id: "byline/end",
        kind: Kind::Byline,
        about: "a name and the word for a reporter behind it",
        keeps: "sentences about reporters: at most four words, outside the running text",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::End { words_max: 4 },
    },
    Rule {
        id: "byline/start",
        kind: Kind::Byline,
        about: "a short line that begins as a date line begins",
        keeps: "sentences: at most twelve words, no full stop, outside the running text",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Start { chars_max: 90, words_max: 12, full_stop: false },
    },
    Rule {
        id: "byline/dated",
        kind: Kind::Byline,
        about: "a label such as \"Published\" or \"Updated\", and a date or a time",
        keeps: "sentences: at most sixteen words, no full stop, outside the running text",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Shape(is_dated_label),
    },
    Rule {
        id: "byline/source",
        kind: Kind::Byline,
        about: "\"Source:\" or \"Authors:\", and a name",
        keeps: "references and notes below tables: at most six words without a number, no full stop, outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Shape(is_source),
    },
    Rule {
        id: "byline/note",
        kind: Kind::Byline,
        about: "a note on who wrote or when it changed, in its usual wording",
        keeps: "sentences about authors: at most 25 words, outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Part { words_max: 25 },
    },
    Rule {
        id: "byline/time",
        kind: Kind::Byline,
        about: "a date with the time of day, and nothing else",
        keeps: "a ticker's minutes and a diary's dates: both a year and a time must be there, outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Shape(is_time_stamp),
    },
    Rule {
        id: "byline/date",
        kind: Kind::Byline,
        about: "a date, and nothing else",
        keeps: "a diary's dates: it needs other junk beside it; prices, months with a counter, and years and times among other words",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Shape(is_date_line),
    },
];

const SOURCE_WORDS_MAX: u32 = 6;

/// A label of a source, a colon, and a name.
fn is_source(line: &LineView) -> bool {
    let facts = line.facts;
    if facts.traits & (COLON | UNSTABLE) == 0
        || facts.words() > SOURCE_WORDS_MAX
        || facts.ends_statement()
        || facts.digits > 1
    {
        return false;
    }
    let Some(at) = line.key.find(':') else { return false };
    let (label, value) = (line.key[..at].trim_end(), line.key[at + 1..].trim());
    let is_name = || facts.capitalised >= 2 || !value.chars().any(char::is_lowercase);
    SOURCE.contains(label) && !value.is_empty() && is_name()
}

/// Most words of a line that names the authors.
const AUTHOR_WORDS_MAX: u32 = 12;
/// Least characters of the word before a name in a script without capitals ("記者", "بقلم"), and most words
/// and characters of the names.
const CASELESS_BY_MIN: usize = 2;
const CASELESS_NAMES_MAX: u32 = 4;
const CASELESS_CHARS_MAX: usize = 24;
/// Most words of a line with a label and one or two dates.
const DATED_WORDS_MAX: u32 = 16;
/// Letters of a date beyond two for each digit: weekday, month and zone in words.
const DATE_LETTERS_SPARE: u32 = 12;
/// Most words of a line that is a date: weekday, day, month, year, time, zone, and a word before.
const DATE_WORDS_MAX: u32 = 8;

/// A preposition or a word for a reporter, then names.
fn is_author_line(line: &LineView) -> bool {
    let facts = line.facts;
    (2..=AUTHOR_WORDS_MAX).contains(&facts.words())
        && facts.end == End::Open
        && facts.inner_ends <= 1
        && [Role::Hint, Role::End]
            .into_iter()
            .flat_map(|role| line.hits(Kind::Byline, role))
            .any(|by| by.start == 0 && is_before_names(line, &line.key[..by.end]))
}

/// Is what stands behind `by` names? In a script with capitals two words in three begin with one; in
/// others they are few, and a blank parts them from `by`.
fn is_before_names(line: &LineView, by: &str) -> bool {
    let facts = line.facts;
    let rest = &line.key[by.len()..];
    let Some(names) = rest.strip_prefix(": ").or_else(|| rest.strip_prefix(' ')) else { return false };
    let words = |text: &str| u32::try_from(text.split(' ').count()).unwrap_or(u32::MAX);
    if names.chars().any(char::is_lowercase) {
        let capital = line.text.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_uppercase);
        let behind = facts.spaced_words.saturating_sub(words(by));
        return behind > 0 && facts.capitalised.saturating_sub(u32::from(capital)) * 3 >= behind * 2;
    }
    by.chars().count() >= CASELESS_BY_MIN
        && facts.digits == 0
        && words(names) <= CASELESS_NAMES_MAX
        && names.chars().count() <= CASELESS_CHARS_MAX
}

/// A label of the kind at the beginning, in any role, then numbers.
fn is_dated_label(line: &LineView) -> bool {
    let facts = line.facts;
    facts.words() <= DATED_WORDS_MAX
        && !facts.ends_statement()
        && facts.digits >= 3
        && (has_year(line.text) || has_time(line.text))
        && line.hits.iter().any(|hit| hit.kind == Kind::Byline && hit.role != Role::Hint && hit.start == 0)
}

fn is_time_stamp(line: &LineView) -> bool {
    is_date_line(line) && has_year(line.text) && has_time(line.text)
}

/// A year or a time of day among few words, and no sentence.
fn is_date_line(line: &LineView) -> bool {
    let facts = line.facts;
    facts.digits >= 3
        && facts.words() <= DATE_WORDS_MAX
        && facts.inner_ends <= 2
        && facts.letters <= facts.digits * 2 + DATE_LETTERS_SPARE
        && facts.end != End::Exclamation
        && facts.traits & CURRENCY == 0
        && !has_counter(line.text)
        && (has_year(line.text) || has_time(line.text))
        && dates::is_date(line.text)
}

/// Does it end in a number in brackets, as the months of an archive do?
fn has_counter(text: &str) -> bool {
    let inner = text.trim_end().strip_suffix(')').and_then(|text| text.rsplit_once('('));
    inner.is_some_and(|(_, count)| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Four digits from 1900 to 2099 that stand alone.
fn has_year(text: &str) -> bool {
    digit_runs(text).any(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")))
}

/// A word that is a time of day: 14:05, 14h05, 14.05, with a comma or not.
fn has_time(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '.'))).any(|word| {
        let number = |part: &str, most: u8| {
            let digits = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            digits && part.parse().is_ok_and(|number: u8| number <= most)
        };
        let parts = word.split_once([':', 'h', '.']);
        parts.is_some_and(|(hours, minutes)| number(hours, 24) && minutes.len() == 2 && number(minutes, 59))
    })
}

fn digit_runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty())
}
