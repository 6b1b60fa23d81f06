//! Labels and forms of a comment section.

use crate::kind::Kind;

use super::{Reach, Rule, Test};

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
        id: "comments/item",
        kind: Kind::Comments,
        about: "a button below a comment",
        keeps: "the same word as an answer or a heading: it needs a run of such lines",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Item,
    },
];
