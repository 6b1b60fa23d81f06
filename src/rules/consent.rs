//! Cookie and privacy prompts.

use crate::kind::Kind;

use super::{Reach, Rule, Test};

/// The rules of kind `consent`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "consent/label",
        kind: Kind::Consent,
        about: "a button or heading of a consent box",
        keeps: "an article about cookies: only a button's wording, alone on its line",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Label,
    },
    Rule {
        id: "consent/part",
        kind: Kind::Consent,
        about: "the text of a consent box",
        keeps: "articles and recipes: it counts only outside the running text",
        reach: Reach::Edge,
        score: 0.85,
        test: Test::Part { words_max: 120 },
    },
    Rule {
        id: "consent/glued",
        kind: Kind::Consent,
        about: "buttons of a consent box, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "consent/hints",
        kind: Kind::Consent,
        about: "two words of a consent box in one line",
        keeps: "an article about cookies: it counts only outside the running text or beside other prompts",
        reach: Reach::Edge,
        score: 0.7,
        test: Test::Hints { least: 2, words_max: 80 },
    },
    Rule {
        id: "consent/hint",
        kind: Kind::Consent,
        about: "a short line with one word of such a prompt",
        keeps: "headings with that word: it needs other junk beside it",
        reach: Reach::Company,
        score: 0.55,
        test: Test::Hints { least: 1, words_max: 12 },
    },
];
