//! Share, follow and print widgets, and their counters.

use crate::kind::Kind;
use crate::traits::QUESTION;

use super::phrases::{Hit, Role};
use super::tests_of_shape::is_quoted;
use super::wordlist::{FOLLOW, FOLLOW_OTHERS, NETWORK};
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
        id: "share/call",
        kind: Kind::Share,
        about: "a call to follow or join, and the network to do it on",
        keeps: "articles about networks: the call begins or ends a sentence, unquoted, and the network is named near it in at most thirty words",
        reach: Reach::Anywhere,
        score: 0.85,
        test: Test::Shape(is_call),
    },
    Rule {
        id: "share/follow",
        kind: Kind::Share,
        about: "a call to follow somebody, by name, on a network",
        keeps: "advice whom to follow: a name with a capital, and no sentence; only outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Shape(follows),
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

/// Most letters of the ending that a language gives the name of a network.
const ENDING_MAX: usize = 4;
/// Most words of a call, of the words between it and the network, and of a call to follow somebody else.
const CALL_WORDS_MAX: u32 = 30;
const CALL_DISTANCE_MAX: usize = 10;
const FOLLOW_WORDS_MAX: u32 = 10;
/// Most words behind the network in the latter: "too", "and Instagram".
const FOLLOW_TAIL_WORDS_MAX: usize = 3;

fn is_call(line: &LineView) -> bool {
    let may = |hit: &&Hit| {
        hit.kind == Kind::Share
            && match hit.role {
                Role::Start | Role::Lead | Role::Label => is_of_words(hit, line),
                Role::End => hit.end == line.key.len(),
                _ => false,
            }
    };
    if !(3..=CALL_WORDS_MAX).contains(&line.facts.words()) {
        return false;
    }
    let is_call = |hit: &Hit| {
        let begins = begins_sentence(&line.key[..hit.start]);
        let ends = hit.end == line.key.len();
        !is_quoted(hit, line)
            && (begins && names_network(&line.key[hit.start..])
                || ends && is_network_near(&line.key[..hit.start]))
    };
    line.hits.iter().filter(may).any(is_call)
}

/// Has a phrase several words, or is it of a script without spaces?
fn is_of_words(hit: &Hit, line: &LineView) -> bool {
    let phrase = &line.key[hit.start..hit.end];
    phrase.contains(' ') || line.facts.unspaced > 0 && !phrase.is_ascii()
}

fn begins_sentence(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || before.ends_with(['.', '!', '?', '…', ':', '-', '|', '*', '_', '।', '。'])
}

/// Is a network named in the first words?
fn names_network(text: &str) -> bool {
    let end = text.match_indices(' ').nth(CALL_DISTANCE_MAX).map_or(text.len(), |(at, _)| at);
    place_of_network(&text[..end]).is_some()
}

/// Is a network named in the last words?
fn is_network_near(text: &str) -> bool {
    let start = text.rmatch_indices(' ').nth(CALL_DISTANCE_MAX).map_or(0, |(at, _)| at);
    place_of_network(&text[start..]).is_some()
}

/// Where the last network begins. Latin names stand alone, but for an ending ("Telegramie").
fn place_of_network(text: &str) -> Option<usize> {
    let is_whole = |at: usize, name: &str| {
        let ending = text[at + name.len()..].chars().take_while(|c| c.is_alphanumeric()).count();
        let begins = at == 0 || text[..at].ends_with(|c: char| !c.is_alphanumeric());
        !name.is_ascii() || begins && ending <= ENDING_MAX
    };
    NETWORK
        .iter()
        .filter_map(|name| text.rmatch_indices(name).map(|(at, _)| at).find(|&at| is_whole(at, name)))
        .max()
}

/// Has a word behind the first one a capital that is no network? Advice has none: "Follow your idols on Facebook".
fn names_somebody(text: &str) -> bool {
    let is_network = |word: &str| {
        let word = word.to_lowercase();
        NETWORK.iter().any(|name| name.split(' ').next().is_some_and(|first| word.starts_with(first)))
    };
    text.split_whitespace().skip(1).any(|word| word.starts_with(char::is_uppercase) && !is_network(word))
}

/// "Follow the Gazette on Facebook": a verb, a name, and a network at the end.
fn follows(line: &LineView) -> bool {
    let facts = line.facts;
    let is_sentence = facts.ends_statement() || facts.traits & QUESTION != 0;
    if facts.words() > FOLLOW_WORDS_MAX || facts.inner_ends > 0 || facts.commas > 0 || is_sentence {
        return false;
    }
    let Some(rest) = FOLLOW.behind(line.key).find(|rest| rest.starts_with(' ')) else { return false };
    let quoted = line.text.trim_start().starts_with(['"', '“', '„', '«', '»', '”', '\'', '‘']);
    !quoted
        && names_somebody(line.text)
        && !FOLLOW_OTHERS.behind(rest.trim_start()).any(|rest| rest.starts_with(' '))
        && place_of_network(rest).is_some_and(|at| rest[at..].split(' ').count() <= FOLLOW_TAIL_WORDS_MAX + 1)
}
