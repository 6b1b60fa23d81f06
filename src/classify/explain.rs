//! Why the classifier says of a line what it says: its evidence, the model's chances, what each fact and
//! each neighbour does to them, and how the decision was made.
//!
//! Cost: the document is scored once for each fact, each word and each neighbour, some fifty times.

use rayon::prelude::*;

use super::decide::{self, Asked};
use super::inputs::Inputs;
use super::model::{Chances, Model};
use super::{Page, Preset, Verdict, conclude, facts};
use crate::kind::Kind;
use crate::normal::label_key;
use crate::own::{Own, Wishes};
use crate::profile::Profile;
use crate::rules::Rule;
use crate::rules::finder;
use crate::rules::phrases::{self, Role};
use crate::script::is_unspaced;

/// Lines that are left out one at a time, before and after.
const NEIGHBOURS: usize = 6;
/// Words of a line that are looked at.
const WORDS_MAX: usize = 40;

/// Why a line was decided on as it was.
#[derive(Debug)]
pub struct Account {
    /// The model's chances in the document.
    pub chances: Chances,
    /// Its chances if the line stood alone.
    pub alone: Chances,
    /// The rule that speaks of the line alone.
    pub evidence: Option<&'static Rule>,
    /// The phrases found in it.
    pub phrases: Vec<Found>,
    /// What rules and neighbours call it, before the model is asked.
    pub named: Option<Verdict>,
    /// What was decided.
    pub verdict: Option<Verdict>,
    /// What was asked of the model before it may take the line.
    pub asked: Asked,
    /// What facts, words and neighbours do, the strongest first.
    pub effects: Vec<Effect>,
}

/// A phrase in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// As the line has it, in normal form.
    pub text: String,
    /// What it is evidence of.
    pub kind: Kind,
    /// Where in a line it counts.
    pub role: Role,
}

/// What something does to the chances of a line.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What.
    pub cause: Cause,
    /// Its share of the log-odds of running text, in nats; below zero it speaks against the line.
    pub weight: f32,
    /// The chances without it.
    pub without: Chances,
    /// Would another verdict be given without it?
    pub flips: bool,
}

/// What has an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Something about the line, as the end of a sentence that begins with "it".
    Fact(String),
    /// Words in it.
    Words(String),
    /// The whole line, which the model knows.
    WholeLine,
    /// Another line, by its number from 0.
    Neighbour(usize),
}

/// Gives the account of line `line` (from 0), which is not blank.
///
/// # Panics
///
/// If the line is blank or is not there.
#[must_use]
pub(crate) fn account(
    profile: &Profile,
    line: usize,
    model: &Model,
    preset: Preset,
    own: &Own,
    wishes: &Wishes,
) -> Account {
    let mut page = Page::read(profile, own, wishes);
    let inputs = Inputs::of(profile, &page);
    let at = page.items.iter().position(|item| item.line == line).expect("a line that is not blank");
    let all = model.score(&inputs);
    let told = facts::of(&page.items[at], inputs.row(at));
    let evidence = page.items[at].evidence;
    page.name();
    let named = page.items[at].verdict.clone();
    let asked = decide::asked_of(&page, &all, preset, at);
    let verdict_with = |chances: Chances| {
        let mut page = Page::read(profile, own, wishes);
        page.name();
        let mut all = all.clone();
        all[at] = chances;
        conclude(&mut page, profile, &all, preset);
        page.items[at].verdict.clone()
    };
    let verdict = verdict_with(all[at]);
    let effect = |cause: Cause, without: Chances| Effect {
        cause,
        weight: log_odds(all[at]) - log_odds(without),
        without,
        flips: verdict_with(without).map(|other| other.kind) != verdict.as_ref().map(|verdict| verdict.kind),
    };

    let mut effects: Vec<Effect> = told
        .into_iter()
        .map(|fact| {
            let mut changed = inputs.clone();
            (fact.without)(changed.row_mut(at));
            effect(Cause::Fact(fact.words), model.score(&changed)[at])
        })
        .collect();
    effects.extend(
        pieces(page.items[at].normal)
            .into_par_iter()
            .filter_map(|piece| {
                let (cause, hashes) = piece;
                let changed = inputs.without_words(at, &hashes)?;
                Some(effect(cause, model.score(&changed)[at]))
            })
            .collect::<Vec<_>>(),
    );
    let around = (at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(page.items.len()))
        .filter(|&other| other != at);
    let around: Vec<usize> = around.map(|other| page.items[other].line).collect();
    effects.extend(
        around
            .into_par_iter()
            .filter_map(|other| {
                let without = score_without(profile, other, line, model)?;
                Some(effect(Cause::Neighbour(other), without))
            })
            .collect::<Vec<_>>(),
    );
    effects.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));

    let alone = Profile::of(profile.line(line));
    let key = label_key(page.items[at].normal);
    let mut hits = finder::find(&key);
    own.find_phrases(&key, &mut hits);
    let found = |hit: &phrases::Hit| Found {
        text: key[hit.start..hit.end].to_owned(),
        kind: hit.kind,
        role: hit.role,
    };
    Account {
        chances: all[at],
        alone: model.score(&super::inputs(&alone)).first().copied().unwrap_or_default(),
        evidence,
        phrases: hits.iter().map(found).collect(),
        named,
        verdict,
        asked,
        effects,
    }
}

/// The chances of `line` in the document without the line `other`.
fn score_without(profile: &Profile, other: usize, line: usize, model: &Model) -> Option<Chances> {
    let gone = profile.lines[other].span();
    let text = format!("{}{}", &profile.text[..gone.start], &profile.text[gone.end..]);
    let rest = Profile::of(&text);
    let inputs = super::inputs(&rest);
    let line = line - usize::from(other < line);
    let at = inputs.lines.iter().position(|&number| number == line)?;
    model.score(&inputs).get(at).copied()
}

/// The words of a line, its pairs of words and the line as a whole, each with the hashes that the model may
/// know of it. What the model is told of a piece that stands alone is what it is told of that piece.
fn pieces(normal: &str) -> Vec<(Cause, Vec<u32>)> {
    let hashes = |text: &str| super::inputs(&Profile::of(text)).words;
    let words = words(normal);
    let of_words: Vec<Vec<u32>> = words.iter().map(|word| hashes(word)).collect();
    let mut pieces: Vec<(Cause, Vec<u32>)> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        pieces.push((Cause::Words((*word).to_owned()), of_words[at].clone()));
        if let Some(next) = words.get(at + 1) {
            let start = word.as_ptr().addr() - normal.as_ptr().addr();
            let end = next.as_ptr().addr() - normal.as_ptr().addr() + next.len();
            let pair = &normal[start..end];
            let own = hashes(pair)
                .into_iter()
                .filter(|hash| !of_words[at].contains(hash) && !of_words[at + 1].contains(hash));
            pieces.push((Cause::Words(pair.to_owned()), own.collect()));
        }
    }
    let parts: Vec<u32> = pieces.iter().flat_map(|(_, hashes)| hashes.iter().copied()).collect();
    let whole = hashes(normal).into_iter().filter(|hash| !parts.contains(hash)).collect();
    pieces.push((Cause::WholeLine, whole));
    let mut seen: Vec<Cause> = Vec::new();
    pieces.retain(|(cause, _)| {
        let is_new = !seen.contains(cause);
        seen.push(cause.clone());
        is_new
    });
    pieces
}

/// The words of a line; in a script without spaces its letters.
fn words(normal: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in
        normal.split(|c: char| !(c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)))
    {
        if part.chars().any(is_unspaced) {
            words.extend(part.char_indices().map(|(at, c)| &part[at..at + c.len_utf8()]));
        } else if !part.is_empty() {
            words.push(part);
        }
    }
    words.truncate(WORDS_MAX);
    words
}

/// The log-odds of running text, in nats.
fn log_odds(chances: Chances) -> f32 {
    let body = chances.body.clamp(1e-4, 1.0 - 1e-4);
    (body / (1.0 - body)).ln()
}
