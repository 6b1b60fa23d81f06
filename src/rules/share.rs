//! Share, follow and print widgets, and their counters.

use crate::kind::Kind;

use super::{LineView, Reach, Rule, Test};

/// The rules of kind `share`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "share/label",
        kind: Kind::Share,
        about: "a share, follow or print widget, or its counter",
        keeps: "prose that begins with the same words",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Label,
    },
    Rule {
        id: "share/inline",
        kind: Kind::Share,
        about: "\"Share:\" or \"Follow us:\" and names of networks",
        keeps: "other things after such a colon: the name of a network must follow",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Lead { words_max: 14, full_stop: false },
    },
    Rule {
        id: "share/start",
        kind: Kind::Share,
        about: "a short call to share, follow or print",
        keeps: "other calls that begin so: the name of a network or channel must follow",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Start { chars_max: 60, words_max: 10, full_stop: true },
    },
    Rule {
        id: "share/glued",
        kind: Kind::Share,
        about: "widgets, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "share/part",
        kind: Kind::Share,
        about: "a longer call to share or follow",
        keeps: "articles about sharing: the wording is that of the widget",
        reach: Reach::Anywhere,
        score: 0.85,
        test: Test::Part { words_max: 40 },
    },
    Rule {
        id: "share/item",
        kind: Kind::Share,
        about: "the name of a network, or another word of a widget",
        keeps: "the same word as an answer or a heading: it needs a run of such lines",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Item,
    },
    Rule {
        id: "share/address",
        kind: Kind::Share,
        about: "nothing but addresses, handles or hash tags",
        keeps: "a link that a paragraph gives: it needs a widget beside it",
        reach: Reach::Company,
        score: 0.5,
        test: Test::Shape(is_only_addresses),
    },
];

/// Every word is an address, a handle or a hash tag.
fn is_only_addresses(line: &LineView) -> bool {
    line.facts.addresses > 0 && line.facts.addresses == line.facts.words()
}
