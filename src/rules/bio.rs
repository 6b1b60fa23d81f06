//! Who the author is and how to reach them.

use crate::kind::Kind;

use super::{Reach, Rule, Test};

/// The rules of kind `bio`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "bio/inline",
        kind: Kind::Bio,
        about: "\"About the author:\" and what follows",
        keeps: "prose about an author: the label and its colon, and only outside the running text",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Lead { words_max: 80, full_stop: true },
    },
    Rule {
        id: "bio/label",
        kind: Kind::Bio,
        about: "a label that opens the author's box",
        keeps: "prose that begins with the same words",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Label,
    },
    Rule {
        id: "bio/part",
        kind: Kind::Bio,
        about: "who the author is, where they work, how to reach them",
        keeps: "portraits of journalists: it needs other junk beside it",
        reach: Reach::Company,
        score: 0.7,
        test: Test::Part { words_max: 60 },
    },
    Rule {
        id: "bio/start",
        kind: Kind::Bio,
        about: "a short line that begins as an author's box begins",
        keeps: "sentences: at most twelve words, no full stop, outside the running text",
        reach: Reach::Edge,
        score: 0.7,
        test: Test::Start { chars_max: 80, words_max: 12, full_stop: false },
    },
];
