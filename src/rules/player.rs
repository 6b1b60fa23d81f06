//! Players, loaders, script warnings.

use crate::kind::Kind;

use super::{Reach, Rule, Test};

/// The rules of kind `player`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "player/label",
        kind: Kind::Player,
        about: "a button, loader or counter of a player",
        keeps: "prose that begins with the same words",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Label,
    },
    Rule {
        id: "player/part",
        kind: Kind::Player,
        about: "a player's or browser's warning",
        keeps: "articles about browsers: the wording is that of the warning",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Part { words_max: 60 },
    },
    Rule {
        id: "player/inline",
        kind: Kind::Player,
        about: "a player's label, a separator and a title",
        keeps: "prose after a colon: no full stop may end the line",
        reach: Reach::Anywhere,
        score: 0.85,
        test: Test::Lead { words_max: 20, full_stop: false },
    },
    Rule {
        id: "player/glued",
        kind: Kind::Player,
        about: "buttons of a player, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when three labels are there",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "player/start",
        kind: Kind::Player,
        about: "a short line that begins as a player's label begins",
        keeps: "sentences: at most ten words, and no full stop",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Start { chars_max: 60, words_max: 10 },
    },
    Rule {
        id: "player/item",
        kind: Kind::Player,
        about: "a weak word of a player",
        keeps: "the same word in another meaning: it needs other junk beside it",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Item,
    },
];
