//! Advertising marks, sponsor and affiliate notes.

use crate::kind::Kind;

use super::{Reach, Rule, Test};

/// The rules of kind `advertisement`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "advertisement/label",
        kind: Kind::Advertisement,
        about: "an advertising mark, alone on its line",
        keeps: "an article about advertising: only the bare mark",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Label,
    },
    Rule {
        id: "advertisement/inline",
        kind: Kind::Advertisement,
        about: "an advertising mark, a separator and a name",
        keeps: "prose after a colon: short, and without a full stop",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Lead { words_max: 14, full_stop: false },
    },
    Rule {
        id: "advertisement/part",
        kind: Kind::Advertisement,
        about: "an affiliate or sponsor note",
        keeps: "articles about advertising: the wording is that of the note",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Part { words_max: 60 },
    },
    Rule {
        id: "advertisement/glued",
        kind: Kind::Advertisement,
        about: "advertising marks, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "advertisement/start",
        kind: Kind::Advertisement,
        about: "a short line that begins as an advertising mark begins",
        keeps: "sentences: at most eight words, and no full stop",
        reach: Reach::Anywhere,
        score: 0.85,
        test: Test::Start { chars_max: 60, words_max: 8, full_stop: false },
    },
    Rule {
        id: "advertisement/item",
        kind: Kind::Advertisement,
        about: "a short advertising mark that has other meanings",
        keeps: "the same word in another meaning: it needs other junk beside it",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Item,
    },
];
