//! Training: Adam over batches of whole documents.

use rayon::prelude::*;

use super::examples::Example;
use super::gradient::{Turned, back};
use super::loss::Loss;
use super::random::Random;
use super::{Progress, Settings, vocabulary};
use crate::classify::inputs::{CAPITALS, EVIDENCE, LAYOUT, LINE_FACTS};
use crate::classify::model::{Card, Model, Vocabulary, sum_words};
use crate::classify::network::{BOTH, FIRST, INPUT, LAYERS, MEMORY, SECOND, Trace, WEIGHTS, WORD, pass};

/// Documents a step. Each is worked on by itself and their slopes are added in order, so that the
/// number of threads does not matter.
const BATCH: usize = 8;
/// Adam (Kingma and Ba 2015), with weight decay apart (Loshchilov and Hutter 2019). The rate is the
/// best of .0015, .003, .005 and .006 on held-out domains.
const RATE: f32 = 0.005;
const RATE_LEAST: f32 = 0.01;
const MOMENTUM: f32 = 0.9;
const MOMENTUM_OF_SQUARES: f32 = 0.99;
const DECAY: f32 = 0.01;
const STEPS_TO_WARM: f32 = 200.0;
/// Longest slope of a step; longer ones are scaled down.
const SLOPE_MAX: f32 = 5.0;
/// The model is the running mean of the weights, over about so many steps.
const MEAN_STEPS: f32 = 1000.0;
/// Share of the words, and of the hidden numbers, that are left out at random in training (Srivastava
/// et al. 2014). So many words, because what is learned must hold on sites with other words.
const WORDS_LEFT_OUT: f32 = 0.4;
const HIDDEN_LEFT_OUT: f32 = 0.15;
/// Share of the documents that are shown without any word, without the evidence of rules, or without
/// their blank lines and indents: languages that the corpus lacks, languages without phrase tables, and
/// converters that keep no layout.
const WITHOUT_WORDS: f32 = 0.3;
const WITHOUT_EVIDENCE: f32 = 0.1;
const WITHOUT_LAYOUT: f32 = 0.15;
/// Of those without words, the share that is also shown without capitals: most scripts have none.
const WITHOUT_CAPITALS: f32 = 0.4;

/// Trains a model on the documents as `gather` shows them in each pass, by its number. The same documents and
/// settings give the same bytes on one machine.
pub(super) fn train(
    gather: impl Fn(usize) -> Vec<Example>,
    card: Card,
    settings: &Settings,
    tell: &mut dyn FnMut(Progress),
) -> Model {
    let epochs = settings.epochs;
    let mut examples = gather(0);
    let known = vocabulary::choose(&examples);
    let vocabulary = Vocabulary::of(&known);
    let mut random = Random::new(settings.seed);
    let mut state = State::new(known.len(), &mut random);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let steps = epochs * examples.len().div_ceil(BATCH);
    for epoch in 0..epochs {
        if epoch > 0 {
            drop(examples); // before the next ones are made: they are most of the memory
            examples = gather(epoch);
        }
        let rows: Vec<Vec<Vec<u32>>> =
            examples.par_iter().map(|example| rows(example, &vocabulary)).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, random.below(at + 1));
        }
        let (mut loss, mut weight) = (0.0, 0.0);
        for batch in order.chunks(BATCH) {
            let turned = Turned::of(&state.weights);
            let jobs: Vec<(usize, u64)> = batch.iter().map(|&at| (at, random.next())).collect();
            let lessons: Vec<Lesson> = jobs
                .par_iter()
                .map(|&(at, seed)| learn(&examples[at], &rows[at], &state, &turned, &mut Random::new(seed)))
                .collect();
            for lesson in &lessons {
                loss += f64::from(lesson.loss);
                weight += f64::from(lesson.weight);
            }
            state.step(&lessons, steps);
            tell(Progress { epoch, epochs, step: state.step, steps, loss: loss / f64::max(weight, 1e-9) });
        }
    }
    Model::new(card, &known, state.mean_words, state.mean_weights)
}

/// The rows of the known words of each line.
fn rows(example: &Example, vocabulary: &Vocabulary) -> Vec<Vec<u32>> {
    let row = |&word: &u32| vocabulary.row(word);
    let words = |span: &std::ops::Range<usize>| &example.inputs.words[span.clone()];
    example.inputs.spans.iter().map(|span| words(span).iter().filter_map(row).collect()).collect()
}

/// Weights, words, and what the optimiser remembers of each.
struct State {
    weights: Vec<f32>,
    words: Vec<f32>,
    mean_weights: Vec<f32>,
    mean_words: Vec<f32>,
    moments: Moments,
    word_moments: Moments,
    word_slopes: Vec<f32>,
    step: usize,
}

struct Moments {
    first: Vec<f32>,
    second: Vec<f32>,
}

impl Moments {
    fn new(length: usize) -> Self {
        Self { first: vec![0.0; length], second: vec![0.0; length] }
    }

    /// The step of number `at`, for its slope.
    fn step(&mut self, at: usize, slope: f32, correction: (f32, f32)) -> f32 {
        let (first, second) = (&mut self.first[at], &mut self.second[at]);
        *first += (1.0 - MOMENTUM) * (slope - *first);
        *second += (1.0 - MOMENTUM_OF_SQUARES) * (slope * slope - *second);
        *first / correction.0 / ((*second / correction.1).sqrt() + 1e-8)
    }
}

impl State {
    fn new(known: usize, random: &mut Random) -> Self {
        let mut weights = vec![0.0; WEIGHTS];
        for layer in LAYERS {
            let scale = 1.0 / (layer.rows as f32).sqrt();
            let of_layer = &mut weights[layer.start..layer.start + layer.rows * layer.columns];
            for weight in of_layer {
                *weight = random.normal() * scale;
            }
        }
        // Gates begin with memories of different lengths: of two lines to twenty.
        for layer in [FIRST, SECOND] {
            let bias = layer.start + layer.rows * layer.columns;
            for at in 0..MEMORY {
                let length = -3.0 * at as f32 / MEMORY as f32;
                weights[bias + at] = length;
                weights[bias + BOTH + at] = length;
            }
        }
        let words: Vec<f32> = (0..known * WORD).map(|_| random.normal() * 0.05).collect();
        Self {
            mean_weights: weights.clone(),
            mean_words: words.clone(),
            moments: Moments::new(WEIGHTS),
            word_moments: Moments::new(words.len()),
            word_slopes: vec![0.0; words.len()],
            weights,
            words,
            step: 0,
        }
    }

    fn step(&mut self, lessons: &[Lesson], steps: usize) {
        self.step += 1;
        let mut slopes = vec![0.0_f32; WEIGHTS];
        let mut touched: Vec<u32> = Vec::new();
        for lesson in lessons {
            slopes.iter_mut().zip(&lesson.weight_slopes).for_each(|(sum, slope)| *sum += slope);
            for (rows, slope) in lesson.rows.iter().zip(lesson.word_slopes.chunks_exact(WORD)) {
                let scale = 1.0 / (rows.len().max(1) as f32).sqrt();
                for &row in rows {
                    let sums = &mut self.word_slopes[row as usize * WORD..][..WORD];
                    sums.iter_mut().zip(slope).for_each(|(sum, slope)| *sum += slope * scale);
                }
                touched.extend_from_slice(rows);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        let length = slopes.iter().map(|slope| slope * slope).sum::<f32>().sqrt();
        let scale = if length > SLOPE_MAX { SLOPE_MAX / length } else { 1.0 };
        let step = self.step as f32;
        let cosine = 0.5 + 0.5 * (std::f32::consts::PI * step / steps as f32).cos();
        let rate = RATE * (step / STEPS_TO_WARM).min(1.0) * cosine.max(RATE_LEAST);
        let power = i32::try_from(self.step).unwrap_or(i32::MAX);
        let correction = (1.0 - MOMENTUM.powi(power), 1.0 - MOMENTUM_OF_SQUARES.powi(power));
        for (at, slope) in slopes.iter().enumerate() {
            let move_by = self.moments.step(at, slope * scale, correction);
            self.weights[at] -= rate * (move_by + DECAY * self.weights[at]);
        }
        for row in touched {
            for at in row as usize * WORD..(row as usize + 1) * WORD {
                let slope = std::mem::take(&mut self.word_slopes[at]);
                let move_by = self.word_moments.step(at, slope * scale, correction);
                self.words[at] -= rate * (move_by + DECAY * self.words[at]);
            }
        }
        let keep = (step / (step + 10.0)).min(1.0 - 1.0 / MEAN_STEPS);
        let means = self.mean_weights.iter_mut().zip(&self.weights);
        for (mean, now) in means.chain(self.mean_words.iter_mut().zip(&self.words)) {
            *mean = keep * *mean + (1.0 - keep) * now;
        }
    }
}

/// What one document teaches.
struct Lesson {
    loss: f32,
    weight: f32,
    weight_slopes: Vec<f32>,
    word_slopes: Vec<f32>,
    /// The words that were shown.
    rows: Vec<Vec<u32>>,
}

fn learn(
    example: &Example,
    rows: &[Vec<u32>],
    state: &State,
    turned: &Turned,
    random: &mut Random,
) -> Lesson {
    let lines = example.inputs.len();
    let without_words = random.unit() < WITHOUT_WORDS;
    let without_evidence = random.unit() < WITHOUT_EVIDENCE;
    let without_capitals = without_words && random.unit() < WITHOUT_CAPITALS;
    let without_layout = random.unit() < WITHOUT_LAYOUT;
    let mut input = vec![0.0; lines * INPUT];
    let mut shown = Vec::with_capacity(lines);
    for (line, row) in input.chunks_exact_mut(INPUT).enumerate() {
        row[..LINE_FACTS].copy_from_slice(example.inputs.row(line));
        if without_evidence {
            row[EVIDENCE].fill(0.0);
        }
        if without_capitals {
            for fact in CAPITALS {
                row[fact] = 0.0;
            }
        }
        if without_layout {
            row[LAYOUT].fill(0.0);
        }
        let words: Vec<u32> = rows[line]
            .iter()
            .copied()
            .filter(|_| !without_words && random.unit() >= WORDS_LEFT_OUT)
            .collect();
        sum_words(&words, &state.words, &mut row[LINE_FACTS..]);
        shown.push(words);
    }
    let leave_out = |numbers: &mut [f32]| {
        for number in numbers.iter_mut().filter(|number| **number != 0.0) {
            let left_out = random.unit() < HIDDEN_LEFT_OUT;
            *number = if left_out { 0.0 } else { *number / (1.0 - HIDDEN_LEFT_OUT) };
        }
    };
    let trace = pass(&state.weights, &example.inputs, Trace { input, ..Trace::default() }, leave_out);
    let Loss { value, scores, guesses } = Loss::of(example, &trace);
    let gradient = back(&trace, &example.inputs.document, turned, &scores, &guesses, HIDDEN_LEFT_OUT);
    Lesson {
        loss: value,
        weight: example.weights.iter().sum(),
        weight_slopes: gradient.weights,
        word_slopes: gradient.words,
        rows: shown,
    }
}
