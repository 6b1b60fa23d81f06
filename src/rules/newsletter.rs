//! Calls to subscribe to a newsletter, an app or push messages.

use crate::kind::Kind;

use super::{Reach, Rule, Test};

/// The rules of kind `newsletter`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "newsletter/label",
        kind: Kind::Newsletter,
        about: "a button or heading of a newsletter or app box",
        keeps: "prose that begins with the same words",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Label,
    },
    Rule {
        id: "newsletter/part",
        kind: Kind::Newsletter,
        about: "a call to subscribe to a letter, an app or messages",
        keeps: "articles about newsletters: the wording is that of the box, unquoted, in at most thirty words",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Part { words_max: 30 },
    },
    Rule {
        id: "newsletter/glued",
        kind: Kind::Newsletter,
        about: "buttons of a newsletter box, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "newsletter/long",
        kind: Kind::Newsletter,
        about: "a longer call to subscribe to a letter, an app or messages",
        keeps: "prose that takes up such a call: it counts only outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Part { words_max: 60 },
    },
    Rule {
        id: "newsletter/hints",
        kind: Kind::Newsletter,
        about: "two words of a newsletter or app box in one line",
        keeps: "articles about newsletters: it counts only outside the running text or beside other prompts",
        reach: Reach::Edge,
        score: 0.7,
        test: Test::Hints { least: 2, words_max: 45 },
    },
    Rule {
        id: "newsletter/hint",
        kind: Kind::Newsletter,
        about: "a short line with one word of such a prompt",
        keeps: "headings with that word: it needs other junk beside it",
        reach: Reach::Company,
        score: 0.55,
        test: Test::Hints { least: 1, words_max: 16 },
    },
];
