//! Disclaimers and notes on how the text was made.

use crate::kind::Kind;

use super::{Reach, Rule, Test};

/// The rules of kind `disclaimer`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "disclaimer/inline",
        kind: Kind::Disclaimer,
        about: "\"Disclaimer:\" and what follows",
        keeps: "prose in which a narrator disclaims something: it counts only outside the running text",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Lead { words_max: 150, full_stop: true },
    },
    Rule {
        id: "disclaimer/part",
        kind: Kind::Disclaimer,
        about: "a disclaimer in its usual wording",
        keeps: "articles about disclaimers: it counts only outside the running text",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Part { words_max: 100 },
    },
    Rule {
        id: "disclaimer/label",
        kind: Kind::Disclaimer,
        about: "a label that opens a disclaimer",
        keeps: "the same word as a heading: it must stand outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Label,
    },
];
