//! Captions given twice: the text of a picture's caption, and directly below it the same text
//! again, with or without a credit at its end. The first copy stays and is named a caption.

use crate::features::{self, End};
use crate::kind::Kind;
use crate::normal::label_key_into;
use crate::rules::finder;
use crate::rules::phrases::Role;

use super::{Item, Page, Verdict};

/// Least words that both copies share when one has a credit. Shorter lines that one repeats and
/// extends are verse ("And the green grass grew / And the green grass grew all around").
const SHARED_WORDS_MIN: u32 = 6;
/// Least words of a caption that is repeated without a change.
const EQUAL_WORDS_MIN: u32 = 10;
/// Most words of a credit, from the fragment guards (names, agency, a notice).
const CREDIT_WORDS_MAX: u32 = 14;

pub(super) fn settle(page: &mut Page) {
    for second in 1..page.items.len() {
        let first = second - 1;
        let is_settled = |item: &Item| item.is_junk() || item.is_kept();
        if is_settled(&page.items[first]) || is_settled(&page.items[second]) {
            continue;
        }
        if is_given_twice(&page.items[first], &page.items[second]) {
            let line = page.items[first].line;
            page.items[first].settle(Kind::Caption, "caption/first-copy", 0.9);
            page.items[second].verdict =
                Some(Verdict { kind: Kind::Repeat, rule: "repeat/caption", score: 0.9, first: Some(line) });
        }
    }
}

fn is_given_twice(first: &Item, second: &Item) -> bool {
    if first.normal == second.normal {
        return first.facts.words() >= EQUAL_WORDS_MIN && first.facts.end == End::Open;
    }
    let (short, long) =
        if first.normal.len() < second.normal.len() { (first, second) } else { (second, first) };
    if short.facts.words() < SHARED_WORDS_MIN {
        return false;
    }
    long.normal.strip_prefix(short.normal).is_some_and(is_credit_in_normal_form)
        || long
            .normal
            .strip_prefix(short.normal.trim_end_matches(['.', '。', '।']))
            .is_some_and(is_credit_in_normal_form)
}

/// Is what one copy adds a credit? It must name an agency, a right or a picture, or hold the slash
/// or the brackets in which credits stand.
fn is_credit_in_normal_form(added: &str) -> bool {
    if !added.starts_with(|c: char| !c.is_alphanumeric()) {
        return false;
    }
    let facts = features::facts(added);
    if facts.words() == 0 || facts.words() > CREDIT_WORDS_MAX {
        return false;
    }
    let text = added.trim_start_matches([' ', '.', '-', ',', '。', '।']);
    let bracketed = text.starts_with(['(', '[', '©', '/', '|']);
    let slashed = text.contains('/');
    let mut key = String::new();
    label_key_into(added, &mut key);
    let named = finder::find(&key).iter().any(|hit| {
        hit.kind == Kind::Copyright
            || hit.kind == Kind::Credit
                && matches!(hit.role, Role::Lead | Role::End | Role::Part | Role::Hint)
    });
    let copyright = key.contains("copyright");
    bracketed || slashed || named || copyright
}
