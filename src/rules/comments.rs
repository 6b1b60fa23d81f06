//! Labels and forms of a comment section.

use crate::kind::Kind;
use crate::script::trim_blank;

use super::wordlist::{COUNT, COUNT_AT_END};
use super::{LineView, Reach, Rule, Test};

/// The rules of kind `comments`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "comments/label",
        kind: Kind::Comments,
        about: "a label, counter or button of a comment section",
        keeps: "prose that begins with the same words",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Label,
    },
    Rule {
        id: "comments/part",
        kind: Kind::Comments,
        about: "the text of a comment form",
        keeps: "articles about comments: the wording is that of the form",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Part { words_max: 60 },
    },
    Rule {
        id: "comments/glued",
        kind: Kind::Comments,
        about: "buttons of a comment section, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "comments/start",
        kind: Kind::Comments,
        about: "a short line that begins as a comment form begins",
        keeps: "sentences: at most ten words, and no full stop",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Start { chars_max: 60, words_max: 10, full_stop: false },
    },
    Rule {
        id: "comments/count",
        kind: Kind::Comments,
        about: "the heading of a blog's comments: their number, and the headline in quotation marks",
        keeps: "a headline that counts thoughts itself: the marks must close at the line's end, and only outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Shape(is_count),
    },
    Rule {
        id: "comments/item",
        kind: Kind::Comments,
        about: "a button below a comment",
        keeps: "the same word as an answer or a heading: it needs a run of such lines",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Item,
    },
];

/// Most words of such a heading: a headline stands in it.
const COUNT_WORDS_MAX: u32 = 30;

fn is_count(line: &LineView) -> bool {
    let may = (3..=COUNT_WORDS_MAX).contains(&line.facts.words());
    let text = trim_blank(line.text);
    let closes = || text.ends_with(['"', '”', '“', '»', '«', '’']);
    let opens = |rest: &str| rest.trim_start().starts_with(['"', '«', '»']);
    let begins = || COUNT.behind(line.key).any(opens);
    let ends = || COUNT_AT_END.iter().any(|end| line.key.ends_with(end));
    may && (closes() && begins() || ends())
}
