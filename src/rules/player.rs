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
        id: "player/glued",
        kind: Kind::Player,
        about: "buttons of a player, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
];
