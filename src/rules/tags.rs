//! Tags and topics.

use crate::kind::Kind;

use super::{Reach, Rule, Test};

/// The rules of kind `tags`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "tags/inline",
        kind: Kind::Tags,
        about: "\"Tags:\" or another label, and topics",
        keeps: "prose after a colon: no full stop may end the line",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Lead { words_max: 60, full_stop: false },
    },
    Rule {
        id: "tags/label",
        kind: Kind::Tags,
        about: "a label of a list of topics",
        keeps: "the same word as a heading: the label must be alone, outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Label,
    },
    Rule {
        id: "tags/item",
        kind: Kind::Tags,
        about: "a weak word for topics",
        keeps: "the same word as a heading: it needs other junk beside it",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Item,
    },
];
