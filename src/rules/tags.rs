//! Tags and topics.

use crate::kind::Kind;

use super::wordlist::KEY_WORDS;
use super::{LineView, Reach, Rule, Test};

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
        id: "tags/keywords",
        kind: Kind::Tags,
        about: "the key words of a paper, behind their label",
        keeps: "an abstract's key words: where nothing else goes, three or more are a part of the text",
        reach: Reach::Edge,
        score: 0.85,
        test: Test::Shape(is_key_words),
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

/// What stands between them, and how often at least: a news site has one or two.
const SEPARATORS: [char; 6] = [',', ';', '、', '،', '·', '؛'];
const SEPARATORS_MIN: usize = 2;
/// Most words of such a line.
const KEY_WORDS_WORDS_MAX: u32 = 60;

/// Longest label, in bytes.
const LABEL_BYTES_MAX: usize = 48;

fn is_key_words(line: &LineView) -> bool {
    let has_words = |rest: &str| {
        let value = rest.trim_start().strip_prefix(':');
        value.is_some_and(|value| value.matches(SEPARATORS).count() >= SEPARATORS_MIN)
    };
    let start = &line.key.as_bytes()[..line.key.len().min(LABEL_BYTES_MAX)];
    memchr::memchr(b':', start).is_some()
        && line.facts.words() <= KEY_WORDS_WORDS_MAX
        && !line.facts.ends_statement()
        && KEY_WORDS.behind(line.key).any(has_words)
}
