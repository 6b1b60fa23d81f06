//! Subscription prompts; they also tell that the article may be cut short.

use crate::kind::Kind;

use super::{Reach, Rule, Test};

/// The rules of kind `paywall`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "paywall/label",
        kind: Kind::Paywall,
        about: "a button or heading of a subscription prompt",
        keeps: "prose that begins with the same words",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Label,
    },
    Rule {
        id: "paywall/part",
        kind: Kind::Paywall,
        about: "the text of a subscription prompt",
        keeps: "articles about subscriptions: the wording is that of the prompt",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Part { words_max: 60 },
    },
    Rule {
        id: "paywall/glued",
        kind: Kind::Paywall,
        about: "buttons of a subscription prompt, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "paywall/hints",
        kind: Kind::Paywall,
        about: "two words of a subscription prompt in one line",
        keeps: "articles about subscriptions: it counts only outside the running text or beside other prompts",
        reach: Reach::Edge,
        score: 0.7,
        test: Test::Hints { least: 2, words_max: 40 },
    },
    Rule {
        id: "paywall/hint",
        kind: Kind::Paywall,
        about: "a short line with one word of such a prompt",
        keeps: "headings with that word: it needs other junk beside it",
        reach: Reach::Company,
        score: 0.55,
        test: Test::Hints { least: 1, words_max: 12 },
    },
];
