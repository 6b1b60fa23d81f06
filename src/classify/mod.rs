//! The line classifier: one verdict for each line, from what the line says and what stands around it.
//!
//! A document walks through it in a straight line:
//!
//! 1. evidence of rules (`rules`) is gathered line by line;
//! 2. the model ([`model`]) says how likely each line is body, furniture (title, byline, date, caption)
//!    or junk, from facts, words, evidence and all other lines (`inputs`, `network`);
//! 3. rules and neighbours *name* lines: evidence that is enough anywhere; then, outside the body, what
//!    is enough at the edges (the *body* runs from the first to the last line of prose without
//!    evidence, islands left out); captions given twice (`captions`); lists of other stories (`lists`);
//!    runs of labels (`menus`); the headline; weaker evidence beside a named line; names beside a
//!    byline and the note on the author (`authors`);
//! 4. `decide` brings both together: the model decides, the name says why. A name decides alone only
//!    where the model is in doubt. Below the article, what is no running text goes with what is named there
//!    (`below`). Dates that go one behind the other are a list, and are named so.
//!    A text browser's list of links and a page's contents go by their shape alone (`addresses`, `contents`), and
//!    the block of keys before a text in Markdown is a part of it (`front_matter`).
//!
//! A line without a verdict stays: text is content unless there is evidence against it.
//!
//! Cost: linear in the text.

mod addresses;
mod authors;
mod below;
mod captions;
mod contents;
mod counts;
mod decide;
pub mod explain;
mod facts;
mod front_matter;
mod inference;
pub(crate) mod inputs;
mod lists;
mod menus;
pub mod model;
pub(crate) mod network;
mod page;
mod preset;
mod see_also;
mod tables;
pub(crate) mod topic;
mod words;

use crate::classify::inputs::Inputs;
use crate::classify::model::{Chances, Model};
use crate::kind::{Kind, KindSet};
use crate::own::{DROP_RULE, Own, Wish, Wishes};
use crate::profile::Profile;

pub(crate) use below::BELOW;
pub use decide::Asked;
pub(crate) use lists::DATED;
use page::{Item, Page};
pub use preset::Preset;

/// What the classifier says of a line that is no running text.
#[derive(Clone, Debug, PartialEq)]
#[doc(hidden)]
pub struct Verdict {
    /// What the line is.
    pub kind: Kind,
    /// The rule that settled it.
    pub rule: &'static str,
    /// How sure that is, from 0 to 1: the chance that the line is no running text.
    pub score: f32,
    /// For a second copy: the line, from 0, where the first one stands.
    pub first: Option<usize>,
}

impl Verdict {
    /// Is the line cut, if these kinds are? What a user's own pattern drops always is.
    #[must_use]
    pub fn is_cut(&self, dropped: KindSet) -> bool {
        dropped.contains(self.kind) || self.rule == DROP_RULE.id
    }
}

/// The verdicts on the lines of a text: `None` for running text and for blank lines. `wishes` are those
/// of `own` for this text.
#[must_use]
#[doc(hidden)]
pub fn classify(
    profile: &Profile,
    model: &Model,
    preset: Preset,
    own: &Own,
    wishes: &Wishes,
) -> Vec<Option<Verdict>> {
    let mut page = Page::read(profile, own, wishes);
    let chances = model.score(&Inputs::of(profile, &page));
    page.name();
    conclude(&mut page, profile, &chances, preset);
    page.into_verdicts(profile.lines.len())
}

/// The rules of lines that go, or stay, by their shape alone, whatever the model says.
pub(crate) const BY_SHAPE: [&str; 3] = [addresses::RULE, contents::RULE, front_matter::RULE];

/// The verdicts on a page whose lines have their names.
fn conclude(page: &mut Page, profile: &Profile, chances: &[Chances], preset: Preset) {
    decide::decide(page, chances, preset);
    below::settle(page, chances, preset);
    lists::name_dated(page);
    keep_comments_of_code(page);
    addresses::settle(page, profile);
    contents::settle(page);
    front_matter::settle(page, profile);
}

/// Takes back the verdict on a notice in a comment of a program (" * All rights reserved.") between lines that stay.
fn keep_comments_of_code(page: &mut Page) {
    let is_comment = |item: &Item| {
        let text = item.text.trim_start();
        ["* ", "# ", "// "].iter().any(|mark| text.starts_with(mark))
    };
    for at in 1..page.items.len().saturating_sub(1) {
        let item = &page.items[at];
        let is_notice = item.verdict.as_ref().is_some_and(|verdict| verdict.rule == "copyright/part");
        let stays = |at: usize| page.items[at].verdict.is_none();
        if is_notice && item.wish.is_none() && is_comment(item) && stays(at - 1) && stays(at + 1) {
            page.items[at].verdict = None;
        }
    }
}

/// The verdicts where nothing but the user's wishes counts.
#[must_use]
pub(crate) fn wished(profile: &Profile, wishes: &Wishes) -> Vec<Option<Verdict>> {
    let verdict = Verdict { kind: DROP_RULE.kind, rule: DROP_RULE.id, score: DROP_RULE.score, first: None };
    let goes = |line: usize| !profile.is_blank(line) && wishes.of(line) == Some(Wish::Drop);
    (0..profile.lines.len()).map(|line| goes(line).then(|| verdict.clone())).collect()
}

/// The rules of lines that are parts of a text where nothing else goes: its contents, and the key words of an
/// abstract.
const PARTS_OF_TEXTS: [&str; 2] = [contents::RULE, "tags/keywords"];

/// Would nothing but bylines and credits go, and what a user's own pattern drops? That is no page with
/// things around its article but an article, and a clean text comes through untouched.
#[must_use]
pub(crate) fn is_clean_text(verdicts: &[Option<Verdict>]) -> bool {
    let is_part = |verdict: &Verdict| {
        matches!(verdict.kind, Kind::Title | Kind::Caption | Kind::Byline | Kind::Credit)
            || DATED.contains(&verdict.rule)
            || PARTS_OF_TEXTS.contains(&verdict.rule)
    };
    let is_page = |verdict: &Verdict| !is_part(verdict) || verdict.first.is_some();
    !verdicts.iter().flatten().any(|verdict| is_page(verdict) && verdict.rule != DROP_RULE.id)
}

/// Takes back the verdicts on a clean text, but for what a user's own pattern drops.
pub(crate) fn spare_clean_text(verdicts: &mut [Option<Verdict>]) {
    for verdict in verdicts {
        *verdict = verdict.take().filter(|verdict| verdict.rule == DROP_RULE.id);
    }
}

/// What the model is told of a text.
pub(crate) fn inputs(profile: &Profile) -> Inputs {
    Inputs::of(profile, &Page::read(profile, &Own::default(), &Wishes::default()))
}

#[cfg(test)]
mod tests {
    use crate::{Config, clean, explain};

    /// The notice at the head of a program is a part of the program.
    #[test]
    fn a_notice_in_a_comment_of_code_stays() {
        let code = "/*\n * lock.c - moves the gates of the lock\n * Copyright (c) 1994 The Harbour Board of Harle.\n * All rights reserved.\n * Redistribution in source form is permitted.\n */\n#include <stdio.h>\n\nint main(void)\n{\n    printf(\"open\\n\");\n    return 0;\n}\n";
        assert_eq!(clean(code, &Config::default()).text(), code);
        let explained = explain::explain(code, 3, &Config::default()).unwrap();
        assert!(explained.cut.is_none(), "{}", explained.why());
    }
}
