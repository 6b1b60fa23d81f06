//! Other stories: labels that open a list of them, and links among the paragraphs.

use crate::kind::Kind;

use super::phrases::Role;
use super::{LineView, Reach, Rule, Test};

/// The rules of kind `related`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "related/label",
        kind: Kind::Related,
        about: "a label that opens a list of other stories",
        keeps: "prose that begins with the same words",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Label,
    },
    Rule {
        id: "related/inline",
        kind: Kind::Related,
        about: "\"Also read:\" and the title of another story",
        keeps: "an imperative in prose: a separator must follow, or the phrase alone stands in capitals, and no full stop may end the line",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Lead { words_max: 30, full_stop: false },
    },
    Rule {
        id: "related/glued",
        kind: Kind::Related,
        about: "labels of lists of other stories, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "related/start",
        kind: Kind::Related,
        about: "a short line that begins as a link to other stories begins",
        keeps: "headlines and prose that begin with the same words: they are longer or end as a sentence ends",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Start { chars_max: 60, words_max: 10, full_stop: false },
    },
    Rule {
        id: "related/teaser",
        kind: Kind::Related,
        about: "the teaser of another story, with its link at the end",
        keeps: "sentences that end in such words: the link stands behind the end of a sentence, outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Shape(is_teaser),
    },
    Rule {
        id: "related/item",
        kind: Kind::Related,
        about: "a weak word for other stories",
        keeps: "the same word as a heading: it needs a run of such lines",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Item,
    },
];

/// Most words of a teaser.
const TEASER_WORDS_MAX: u32 = 60;

/// Text, the end of a sentence or what stands for cut words, and the link: "The lock is shut. Read more".
fn is_teaser(line: &LineView) -> bool {
    let is_link = |end: usize, start: usize| {
        let before = line.key[..start].trim_end_matches([' ', '[', '(', '>', '»', '|', '-', ']', '"']);
        // "What do we need? More" is no link.
        let asks = before.ends_with(['!', '?']) && !line.key[start..].contains(' ');
        end == line.key.len() && before.ends_with(['.', '…', '!', '?', '。']) && !asks
    };
    (4..=TEASER_WORDS_MAX).contains(&line.facts.words())
        && !line.facts.ends_statement()
        && line.hits.iter().any(|hit| {
            let is_wording = matches!(hit.role, Role::Label | Role::Lead | Role::End);
            hit.kind == Kind::Related && is_wording && is_link(hit.end, hit.start)
        })
}
