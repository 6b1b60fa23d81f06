//! Menus: runs of labels.
//!
//! A single "Sport" may be a heading and a single "Facebook" an answer; three such words in three
//! lines, or one beside a widget, are a menu.

use crate::kind::Kind;
use crate::rules::{Test, is_short_label};

use super::{Item, Page};

/// Least words of a menu that stand one after another and are all known.
const KNOWN_MIN: usize = 3;
/// Least length of a run of short lines outside the body that is a menu though some are unknown.
const RUN_MIN: usize = 4;
/// Least known lines in such a run, and the share of it that they make: by eye on raw page text,
/// where half of a menu's words are a site's own section names.
const RUN_KNOWN_MIN: usize = 3;
const RUN_KNOWN_SHARE: usize = 4;
const RUN_SCORE: f32 = 0.75;
/// The rule of lines of a run whose words no table has.
pub(super) const UNKNOWN: &str = "navigation/menu";

pub(super) fn settle(page: &mut Page) {
    settle_known(page);
    settle_runs_at_the_edges(page);
}

/// Runs of known words, with settled lines among them.
fn settle_known(page: &mut Page) {
    let is_known = |item: &Item| item.is_junk() || item.verdict.is_none() && is_item(item);
    runs(&mut page.items, is_known, |items| {
        let settled = items.iter().any(Item::is_junk);
        if settled || items.len() >= KNOWN_MIN {
            for item in items.iter_mut().filter(|item| item.verdict.is_none()) {
                if let Some(rule) = item.evidence {
                    item.settle(rule.kind, rule.id, rule.score);
                }
            }
        }
    });
}

/// Runs of short lines before and after the body of which enough are known; after it from the first line of
/// which a rule speaks, for above that may stand the list that the article ends with.
fn settle_runs_at_the_edges(page: &mut Page) {
    let body = page.body.clone();
    // The last words of a wrapped paragraph are no label, whatever stands beside them.
    let is_tail = |at: usize| {
        let item = &page.items[at];
        let may_be_label = item.evidence.is_some() && !item.facts.begins_small;
        page.is_wrapped(at) && !page.items[at - 1].is_junk() && !may_be_label
    };
    let tails: Vec<usize> =
        (0..page.items.len()).filter(|&at| is_tail(at)).map(|at| page.items[at].line).collect();
    let (head, rest) = page.items.split_at_mut(body.start);
    let tail = &mut rest[body.len()..];
    for (part, is_tail) in [(head, false), (tail, true)] {
        let is_short = |item: &Item| {
            let is_label = !item.is_kept() && item.heading_level() != Some(1) && is_short_label(item.facts);
            item.is_junk() || item.verdict.is_none() && is_label && tails.binary_search(&item.line).is_err()
        };
        runs(part, is_short, |items| {
            // A weak word alone among others opens no menu: "Team" is a cell of a table, too.
            let is_weak_alone = |at: usize| {
                let is_unknown = |next: &Item| next.evidence.is_none() && !next.is_junk();
                is_item(&items[at]) && items.get(at + 1).is_some_and(is_unknown)
            };
            let opens =
                |&at: &usize| items[at].is_junk() || items[at].evidence.is_some() && !is_weak_alone(at);
            let first = if is_tail { (0..items.len()).find(opens).unwrap_or(items.len()) } else { 0 };
            let items = &mut items[first..];
            let known = items.iter().filter(|item| item.is_junk() || is_item(item)).count();
            if items.len() >= RUN_MIN && known >= RUN_KNOWN_MIN && known * RUN_KNOWN_SHARE >= items.len() {
                for item in items.iter_mut().filter(|item| item.verdict.is_none()) {
                    match item.evidence {
                        Some(rule) => item.settle(rule.kind, rule.id, rule.score),
                        None => item.settle(Kind::Navigation, UNKNOWN, RUN_SCORE),
                    }
                }
            }
        });
    }
}

/// Is it a weak word of a menu or a widget, alone on its line?
fn is_item(item: &Item) -> bool {
    item.evidence.is_some_and(|rule| matches!(rule.test, Test::Item))
}

/// Calls `act` on every longest run of items that belong.
fn runs<'t>(
    mut items: &mut [Item<'t>],
    belongs: impl Fn(&Item) -> bool,
    mut act: impl FnMut(&mut [Item<'t>]),
) {
    while let Some(start) = items.iter().position(&belongs) {
        let rest = &mut items[start..];
        let length = rest.iter().position(|item| !belongs(item)).unwrap_or(rest.len());
        let (run, after) = rest.split_at_mut(length);
        act(run);
        items = after;
    }
}
