//! Copyright, agency and reprint notices.

use std::ops::RangeInclusive;

use crate::kind::Kind;
use crate::script::trim_blank;

use super::{LineView, Reach, Rule, Test};

/// The rules of kind `copyright`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "copyright/label",
        kind: Kind::Copyright,
        about: "the name of an agency or a notice, alone on its line",
        keeps: "the same name in a list or before an answer: it counts only outside the running text",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Label,
    },
    Rule {
        id: "copyright/part",
        kind: Kind::Copyright,
        about: "a copyright or reprint notice",
        keeps: "a caption with a notice at its end: at most 25 words",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Part { words_max: 25 },
    },
    Rule {
        id: "copyright/reporting",
        kind: Kind::Copyright,
        about: "who reported and edited, in brackets",
        keeps: "an aside in brackets: it must begin with the wording of the note",
        reach: Reach::Anywhere,
        score: 0.85,
        test: Test::Shape(is_reporting_note),
    },
    Rule {
        id: "copyright/first",
        kind: Kind::Copyright,
        about: "the note that a blog's feed puts below each text: where it appeared first",
        keeps: "sentences about where something appeared: both halves of the note must be there",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Shape(is_first_published),
    },
    Rule {
        id: "copyright/end",
        kind: Kind::Copyright,
        about: "a short line that ends as a reporting note ends",
        keeps: "prose: at most 25 words, outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::End { words_max: 25 },
    },
    Rule {
        id: "copyright/hints",
        kind: Kind::Copyright,
        about: "two words of a reprint notice in one line",
        keeps: "articles about copyright: it counts only outside the running text or beside other notices",
        reach: Reach::Edge,
        score: 0.7,
        test: Test::Hints { least: 2, words_max: 80 },
    },
    Rule {
        id: "copyright/start",
        kind: Kind::Copyright,
        about: "a short line that begins as a notice begins",
        keeps: "sentences: at most fourteen words, and no full stop",
        reach: Reach::Edge,
        score: 0.7,
        test: Test::Start { chars_max: 100, words_max: 14, full_stop: false },
    },
];

/// Both halves of the note, as a well-known blog program has it in its languages: "The post … appeared first on …".
const FIRST_PUBLISHED: [(&str, &str); 14] = [
    ("the post ", " appeared first on "),
    ("the article ", " appeared first on "),
    ("der beitrag ", " erschien zuerst auf "),
    ("l'article ", " est apparu en premier sur "),
    ("la entrada ", " se publicó primero en "),
    ("la entrada ", " apareció primero en "),
    ("l'articolo ", " proviene da "),
    ("o post ", " apareceu primeiro em "),
    ("het bericht ", " verscheen eerst op "),
    ("artykuł ", " pochodzi z serwisu "),
    ("inlägget ", " dök först upp på "),
    ("сообщение ", " появились сначала на "),
    ("запись ", " впервые появилась "),
    ("příspěvek ", " pochází z "),
];
/// Words of such a note: a headline stands in it.
const FIRST_PUBLISHED_WORDS: RangeInclusive<u32> = 5..=60;

fn is_first_published(line: &LineView) -> bool {
    FIRST_PUBLISHED_WORDS.contains(&line.facts.words())
        && FIRST_PUBLISHED.iter().any(|(begin, middle)| {
            line.key.strip_prefix(begin).is_some_and(|rest| {
                rest.find(middle).is_some_and(|at| rest[at + middle.len()..].contains(char::is_alphanumeric))
            })
        })
}

/// Most words of a note on who reported and edited.
const REPORTING_WORDS_MAX: u32 = 40;

/// Least bytes of a note: a word, "by" and a name.
const REPORTING_BYTES_MIN: usize = 8;

/// "(Reporting by …; editing by …)": in brackets, or with both halves.
fn is_reporting_note(line: &LineView) -> bool {
    let may = line.key.len() >= REPORTING_BYTES_MIN && line.facts.words() <= REPORTING_WORDS_MAX;
    if !may || memchr::memmem::find(line.key.as_bytes(), b" by ").is_none() {
        return false;
    }
    let text = trim_blank(line.text);
    let bracketed = text.starts_with(['(', '[', '（']) && text.ends_with([')', ']', '）', '.']);
    let halves = ["reporting by ", "editing by ", "writing by ", "compiled by "];
    let named: usize = halves.iter().map(|half| line.key.matches(half).count()).sum();
    let openings = halves.iter().chain(&["additional reporting by "]);
    named >= 2 || bracketed && openings.into_iter().any(|half| is_followed_by_name(line, half))
}

/// Does the line begin with `half`, and what follows with a capital?
fn is_followed_by_name(line: &LineView, half: &str) -> bool {
    let begin = line.text.find(char::is_alphanumeric).unwrap_or(0);
    let after = line.text[begin..].get(half.len()..);
    line.key.starts_with(half) && after.is_some_and(|after| after.starts_with(char::is_uppercase))
}
