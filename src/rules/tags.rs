//! Tags and topics.

use crate::kind::Kind;

use super::{Reach, Rule, Test};

/// The rules of kind `tags`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "tags/inline",
        kind: Kind::Tags,
        about: "\"Tags:\" or another label, and topics",
        keeps: "agendas, categories and prose after a colon: no full stop, and only outside the running text",
        reach: Reach::Edge,
        score: 0.8,
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
];
