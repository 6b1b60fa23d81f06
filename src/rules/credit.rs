//! Who made a picture, standing on a line of its own.

use crate::kind::Kind;
use crate::script::is_blank_char;

use super::{LineView, Reach, Rule, Test};

/// The rules of kind `credit`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "credit/inline",
        kind: Kind::Credit,
        about: "a label such as \"Photo:\" and a name",
        keeps: "a caption behind the same label: at most twelve words, and no full stop",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Lead { words_max: 12, full_stop: false },
    },
    Rule {
        id: "credit/copyright",
        kind: Kind::Credit,
        about: "\"Copyright\" or © and the name of an agency or a photographer",
        keeps: "sentences about copyright: at most eight words, and no full stop",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Shape(is_copyright_credit),
    },
    Rule {
        id: "credit/start",
        kind: Kind::Credit,
        about: "\"Photo by\" or another short beginning of a credit, and a name",
        keeps: "captions and sentences that begin so: at most seven words, and no full stop",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Start { chars_max: 60, words_max: 7 },
    },
    Rule {
        id: "credit/end",
        kind: Kind::Credit,
        about: "a short line that ends in the name of a picture agency",
        keeps: "captions with a credit at their end: they are longer",
        reach: Reach::Edge,
        score: 0.7,
        test: Test::End { words_max: 6 },
    },
    Rule {
        id: "credit/label",
        kind: Kind::Credit,
        about: "a picture's label with nothing behind it",
        keeps: "the same word as a heading: it needs other junk beside it",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Label,
    },
];

/// Most words of a credit that begins with a copyright sign.
const COPYRIGHT_CREDIT_WORDS_MAX: u32 = 8;

fn is_copyright_credit(line: &LineView) -> bool {
    let facts = line.facts;
    let sign = line.text.trim_matches(is_blank_char).starts_with('©');
    let word = line.key.strip_prefix("copyright").is_some_and(|rest| rest.starts_with([' ', '-', ':']));
    (sign || word)
        && facts.words() <= COPYRIGHT_CREDIT_WORDS_MAX
        && !facts.ends_statement()
        // "Copyright law in a new light" is a title; names have capitals.
        && facts.capitalised + facts.unspaced + facts.digits > facts.spaced_words / 2
        && facts.inner_ends == 0
}
