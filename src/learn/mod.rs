//! Learning a model from labelled lines, and measuring one.
//!
//! ```text
//! files → Corpus → examples (facts of every line) → vocabulary → training → Model
//!                                                                  held-out domains → temperature, scores
//! ```
//!
//! Documents of one domain are never parted: what is measured is always how a model does on sites
//! that it has not seen.
//!
//! Cost: about 1.1 kB of memory for each line, and for 14,000 documents of 180 MB in 2 million lines
//! some ten minutes of one core.

mod boxes;
pub mod curve;
mod examples;
pub mod gold;
mod gradient;
mod loss;
mod random;
pub mod scores;
mod train;
mod variant;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::classify;
use crate::classify::model::{Card, Model};
use crate::profile::Profile;
use gold::{Corpus, Fold, Gold, Label};

/// Passes over the documents. With so many words left out at random, twelve are better than five.
pub const EPOCHS: usize = 12;

/// How to train.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Passes over the documents.
    pub epochs: usize,
    /// Where the random numbers begin.
    pub seed: u64,
    /// Weight of the documents of a set, by its name; 1 if it has none.
    pub set_weights: BTreeMap<String, f32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { epochs: EPOCHS, seed: 1, set_weights: BTreeMap::new() }
    }
}

/// How far training is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The pass, from 0.
    pub epoch: usize,
    /// How many passes there are.
    pub epochs: usize,
    /// The step, from 1.
    pub step: usize,
    /// How many steps there are.
    pub steps: usize,
    /// Mean loss of the pass so far: nats a line, and twice what the body's F1 lacks.
    pub loss: f64,
}

/// Trains on all documents outside `held_out`.
///
/// The same corpus, settings and held-out part give the same bytes, for any number of threads: those of the
/// caller ([`crate::run::on_threads`]). `tell` hears of each step.
///
/// # Complexity
///
/// Linear in the lines times [`Settings::epochs`].
///
/// # Panics
///
/// If a document has not as many labels as lines; what [`gold::read`] gives has.
pub fn train(
    corpus: &Corpus,
    settings: &Settings,
    held_out: Option<Fold>,
    tell: &mut dyn FnMut(Progress),
) -> Model {
    let included = |gold: &Gold| held_out.is_none_or(|fold| !fold.holds(&gold.domain));
    let card = card(corpus, settings, included);
    train::train(|epoch| examples::gather(corpus, settings, epoch, included), card, settings, tell)
}

fn card(corpus: &Corpus, settings: &Settings, included: impl Fn(&Gold) -> bool) -> Card {
    let mut card = Card { temperature: 1.0, ..Card::default() };
    let mut domains = BTreeSet::new();
    for gold in corpus.documents.iter().filter(|gold| included(gold)) {
        *card.documents.entry(gold.dataset.clone()).or_default() += 1;
        *card.licenses.entry(gold.license.clone()).or_default() += 1;
        card.lines += gold.labels.iter().filter(|label| **label != Label::Unknown).count();
        domains.insert(&gold.domain);
    }
    card.domains = domains.len();
    card.settings.insert("epochs".to_owned(), settings.epochs as f64);
    card.settings.insert("seed".to_owned(), settings.seed as f64);
    for (set, &weight) in &settings.set_weights {
        card.settings.insert(format!("weight.{set}"), f64::from(weight));
    }
    card
}

/// The temperature (Guo et al. 2017, *On calibration of modern neural networks*) at which the chances
/// that `model` gives to the lines of `documents` are likeliest: each document has the same weight. 1 without
/// documents, else from 0.5 to 3 in steps of 0.05.
///
/// # Panics
///
/// If a document has not as many labels as lines.
#[must_use]
pub fn temperature(model: &Model, documents: &[&Gold]) -> f32 {
    let candidates: Vec<f32> = (10_u16..=60).map(|step| f32::from(step) / 20.0).collect();
    let losses: Vec<Vec<f64>> = documents
        .par_iter()
        .filter(|gold| gold.genre.is_none())
        .map(|gold| {
            let inputs = classify::inputs(&Profile::of(&gold.text));
            let scores = model.raw_scores(&inputs);
            let labels = inputs.lines.iter().map(|&line| gold.labels[line]);
            let labelled: Vec<(Label, [f32; 3])> = labels
                .zip(scores)
                .filter(|(label, _)| matches!(label, Label::Body | Label::Junk | Label::Furniture))
                .collect();
            let loss = |temperature: f32| {
                let of_line = |(label, scores): &(Label, [f32; 3])| {
                    let scaled = scores.map(|score| score / temperature);
                    let chances = classify::network::softmax(&scaled);
                    let right = match label {
                        Label::Body => chances[0],
                        Label::Furniture => chances[1],
                        _ => chances[2],
                    };
                    -f64::from(right.max(1e-9)).ln()
                };
                labelled.iter().map(of_line).sum::<f64>() / labelled.len().max(1) as f64
            };
            candidates.iter().map(|&temperature| loss(temperature)).collect()
        })
        .collect();
    if losses.is_empty() {
        return 1.0; // nothing was left out to measure on
    }
    let total = |at: usize| losses.iter().map(|of_document| of_document[at]).sum::<f64>();
    let best = (0..candidates.len()).min_by(|&a, &b| total(a).total_cmp(&total(b)));
    best.map_or(1.0, |at| candidates[at])
}
