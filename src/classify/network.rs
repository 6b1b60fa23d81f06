//! The network that scores lines: layers, their shapes, and the pass from facts to class scores.
//!
//! For each line its facts and the sum of its words' vectors make a hidden vector. Two layers of
//! minimal gated recurrent units ("minGRU", Feng et al. 2024, *Were RNNs All We Needed?*) run over
//! the lines in both directions. After the first a guess is made of which lines are body, and the
//! second is told how many words each line shares with the guessed body, and the mean over the
//! document. The last layer sees its line again and what both directions remember, and gives a score
//! for each class.
//!
//! All sums run in a fixed order over plain single-precision numbers, and the exponential is a
//! polynomial of our own, so that the same text gives the same bits on every machine.
//!
//! Cost: about 25,000 multiplications and 3 kB for a line, whatever its length; the pass that keeps nothing
//! (`inference`) needs a quarter of that.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the instructions chosen at run time"
)]

use super::inputs::{DOCUMENT_FACTS, Inputs, LINE_FACTS};

/// Numbers of a word's vector.
pub(crate) const WORD: usize = 16;
/// Numbers a line begins with: its facts and its words.
pub(crate) const INPUT: usize = LINE_FACTS + WORD;
/// Numbers of a line's hidden vector.
pub(crate) const HIDDEN: usize = 48;
/// Numbers that one direction of a layer remembers.
pub(crate) const MEMORY: usize = 24;
/// Both directions.
pub(crate) const BOTH: usize = 2 * MEMORY;
/// Numbers of the last hidden vector.
pub(crate) const TOP: usize = 48;
/// Body, furniture, junk.
pub(crate) const CLASSES: usize = 3;

/// Where the weights of a layer stand among all: rows of inputs by columns of outputs, then a bias.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layer {
    pub(crate) start: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl Layer {
    const fn after(start: usize, rows: usize, columns: usize) -> Self {
        Self { start, rows, columns }
    }

    const fn end(self) -> usize {
        self.start + (self.rows + 1) * self.columns
    }

    /// The weights, row after row.
    pub(crate) fn weights(self, all: &[f32]) -> &[f32] {
        &all[self.start..self.start + self.rows * self.columns]
    }

    /// The bias.
    pub(crate) fn bias(self, all: &[f32]) -> &[f32] {
        &all[self.start + self.rows * self.columns..self.end()]
    }
}

pub(crate) const LINE: Layer = Layer::after(0, INPUT, HIDDEN);
pub(crate) const DOCUMENT: Layer = Layer::after(LINE.end(), DOCUMENT_FACTS, HIDDEN);
/// Gate and candidate of both directions of the first recurrent layer: forward gate, forward
/// candidate, backward gate, backward candidate.
pub(crate) const FIRST: Layer = Layer::after(DOCUMENT.end(), HIDDEN, 2 * BOTH);
pub(crate) const MEAN: Layer = Layer::after(FIRST.end(), BOTH, 2 * BOTH);
/// The guess after the first recurrent layer: is it body?
pub(crate) const GUESS: Layer = Layer::after(MEAN.end(), BOTH + HIDDEN, 1);
/// Numbers of a line that come from all guesses.
pub(crate) const GUESSED: usize = 8;
/// Inputs of the second recurrent layer.
pub(crate) const MIDDLE: usize = BOTH + GUESSED;
pub(crate) const SECOND: Layer = Layer::after(GUESS.end(), MIDDLE, 2 * BOTH);
pub(crate) const LAST: Layer = Layer::after(SECOND.end(), BOTH + HIDDEN, TOP);
pub(crate) const OUT: Layer = Layer::after(LAST.end(), TOP, CLASSES);
/// All weights but the words'.
pub(crate) const WEIGHTS: usize = OUT.end();
pub(crate) const LAYERS: [Layer; 8] = [LINE, DOCUMENT, FIRST, MEAN, GUESS, SECOND, LAST, OUT];

/// What the pass computes for each line, kept for learning and for explaining.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// [`INPUT`] numbers a line.
    pub(crate) input: Vec<f32>,
    /// [`HIDDEN`] numbers a line.
    pub(crate) hidden: Vec<f32>,
    pub(crate) first: Recurrent,
    /// [`BOTH`] numbers: the mean of the first layer's memory.
    pub(crate) mean: Vec<f32>,
    /// The chance of being body, one for each line.
    pub(crate) guess: Vec<f32>,
    /// [`MIDDLE`] numbers a line.
    pub(crate) middle: Vec<f32>,
    pub(crate) second: Recurrent,
    /// [`BOTH`] + [`HIDDEN`] numbers a line.
    pub(crate) joined: Vec<f32>,
    /// [`TOP`] numbers a line.
    pub(crate) last: Vec<f32>,
    /// [`CLASSES`] numbers a line.
    pub(crate) scores: Vec<f32>,
}

/// A recurrent layer: gates and candidates as in [`FIRST`], and what is remembered.
#[derive(Debug, Default)]
pub(crate) struct Recurrent {
    /// 2 × [`BOTH`] numbers a line; the gates between 0 and 1.
    pub(crate) gates: Vec<f32>,
    /// [`BOTH`] numbers a line.
    pub(crate) memory: Vec<f32>,
}

/// Runs the network over the lines of `inputs`; `trace` brings what goes in ([`INPUT`] numbers a line).
/// `leave_out` may set hidden numbers to zero, as training does.
pub(crate) fn pass(
    weights: &[f32],
    inputs: &Inputs,
    mut trace: Trace,
    mut leave_out: impl FnMut(&mut [f32]),
) -> Trace {
    let lines = trace.input.len() / INPUT;
    let mut bias = [0.0; HIDDEN];
    bias.copy_from_slice(LINE.bias(weights));
    multiply::<HIDDEN>(&inputs.document, DOCUMENT.weights(weights), DOCUMENT.bias(weights), &mut bias);
    trace.hidden = vec![0.0; lines * HIDDEN];
    for (x, y) in trace.input.chunks_exact(INPUT).zip(trace.hidden.chunks_exact_mut(HIDDEN)) {
        multiply::<HIDDEN>(x, LINE.weights(weights), &bias, y);
        rectify(y);
    }
    leave_out(&mut trace.hidden);
    let bias = FIRST.bias(weights).to_vec();
    trace.first = recurrent(FIRST, weights, &bias, &trace.hidden, HIDDEN);

    trace.guess = vec![0.0; lines];
    for (line, guess) in trace.guess.iter_mut().enumerate() {
        let memory = &trace.first.memory[line * BOTH..][..BOTH];
        let hidden = &trace.hidden[line * HIDDEN..][..HIDDEN];
        let (of_memory, of_hidden) = GUESS.weights(weights).split_at(BOTH);
        *guess = sigmoid(GUESS.bias(weights)[0] + dot(memory, of_memory) + dot(hidden, of_hidden));
    }
    for &(line, guess) in &inputs.told {
        trace.guess[line] = guess;
    }
    let guessed = inputs.topic.guessed(&trace.guess, &inputs.sizes);
    trace.middle = Vec::with_capacity(lines * MIDDLE);
    for (memory, guessed) in trace.first.memory.chunks_exact(BOTH).zip(guessed.chunks_exact(GUESSED)) {
        trace.middle.extend_from_slice(memory);
        trace.middle.extend_from_slice(guessed);
    }

    trace.mean = vec![0.0; BOTH];
    for row in trace.first.memory.chunks_exact(BOTH) {
        add_to(&mut trace.mean, row);
    }
    for sum in &mut trace.mean {
        *sum /= lines.max(1) as f32;
    }
    let mut bias = SECOND.bias(weights).to_vec();
    multiply::<{ 2 * BOTH }>(&trace.mean, MEAN.weights(weights), MEAN.bias(weights), &mut bias);
    trace.second = recurrent(SECOND, weights, &bias, &trace.middle, MIDDLE);

    trace.joined = Vec::with_capacity(lines * (BOTH + HIDDEN));
    for (memory, hidden) in trace.second.memory.chunks_exact(BOTH).zip(trace.hidden.chunks_exact(HIDDEN)) {
        trace.joined.extend_from_slice(memory);
        trace.joined.extend_from_slice(hidden);
    }
    trace.last = vec![0.0; lines * TOP];
    for (x, y) in trace.joined.chunks_exact(BOTH + HIDDEN).zip(trace.last.chunks_exact_mut(TOP)) {
        multiply::<TOP>(x, LAST.weights(weights), LAST.bias(weights), y);
        rectify(y);
    }
    leave_out(&mut trace.last);
    trace.scores = vec![0.0; lines * CLASSES];
    let out = turned_out(weights);
    for (x, y) in trace.last.chunks_exact(TOP).zip(trace.scores.chunks_exact_mut(CLASSES)) {
        for class in 0..CLASSES {
            y[class] = OUT.bias(weights)[class] + dot(x, &out[class]);
        }
    }
    trace
}

/// The weights of the last layer, class by class.
pub(crate) fn turned_out(weights: &[f32]) -> [[f32; TOP]; CLASSES] {
    let rows = OUT.weights(weights);
    std::array::from_fn(|class| std::array::from_fn(|at| rows[at * CLASSES + class]))
}

/// Nothing below zero.
#[inline(always)]
pub(crate) fn rectify(numbers: &mut [f32]) {
    for number in numbers {
        *number = number.max(0.0);
    }
}

/// What the sum of so many words' vectors is multiplied with.
#[inline(always)]
pub(crate) fn word_scale(words: usize) -> f32 {
    1.0 / (words.max(1) as f32).sqrt()
}

/// Adds `x` to `sums`.
#[inline(always)]
pub(crate) fn add_to(sums: &mut [f32], x: &[f32]) {
    for (sum, x) in sums.iter_mut().zip(x) {
        *sum += x;
    }
}

/// The product of two vectors of a length that eight divides, in eight sums that are added at the end.
#[inline(always)]
pub(crate) fn dot(x: &[f32], y: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    for start in (0..x.len()).step_by(8) {
        let (x, y) = (&x[start..start + 8], &y[start..start + 8]);
        for at in 0..8 {
            sums[at] += x[at] * y[at];
        }
    }
    let halves: [f32; 4] = std::array::from_fn(|at| sums[at] + sums[at + 4]);
    (halves[0] + halves[1]) + (halves[2] + halves[3])
}

/// Adds `x` times `weights`, and `bias`, to `y`.
pub(crate) fn multiply<const OUTPUTS: usize>(x: &[f32], weights: &[f32], bias: &[f32], y: &mut [f32]) {
    let mut sum = [0.0_f32; OUTPUTS];
    sum.copy_from_slice(y);
    for (sum, bias) in sum.iter_mut().zip(bias) {
        *sum += bias;
    }
    for (x, row) in x.iter().zip(weights.chunks_exact(OUTPUTS)) {
        if *x != 0.0 {
            for (sum, weight) in sum.iter_mut().zip(row) {
                *sum += x * weight;
            }
        }
    }
    y.copy_from_slice(&sum);
}

fn recurrent(layer: Layer, weights: &[f32], bias: &[f32], input: &[f32], width: usize) -> Recurrent {
    let lines = input.len() / width;
    let mut gates = vec![0.0; lines * 2 * BOTH];
    for (x, y) in input.chunks_exact(width).zip(gates.chunks_exact_mut(2 * BOTH)) {
        multiply::<{ 2 * BOTH }>(x, layer.weights(weights), bias, y);
        for at in 0..MEMORY {
            y[at] = sigmoid(y[at]);
            y[BOTH + at] = sigmoid(y[BOTH + at]);
        }
    }
    let mut memory = vec![0.0; lines * BOTH];
    let mut kept = [0.0; MEMORY];
    for line in 0..lines {
        step(&gates[line * 2 * BOTH..], &mut kept, &mut memory[line * BOTH..][..MEMORY]);
    }
    kept = [0.0; MEMORY];
    for line in (0..lines).rev() {
        step(&gates[line * 2 * BOTH + BOTH..], &mut kept, &mut memory[line * BOTH + MEMORY..][..MEMORY]);
    }
    Recurrent { gates, memory }
}

fn step(gates: &[f32], kept: &mut [f32; MEMORY], memory: &mut [f32]) {
    let (gate, candidate) = (&gates[..MEMORY], &gates[MEMORY..BOTH]);
    for at in 0..MEMORY {
        kept[at] += gate[at] * (candidate[at] - kept[at]);
    }
    memory.copy_from_slice(kept);
}

/// The logistic function.
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The exponential, from sums and products alone; relative error below 2e-5 between -87 and 87,
/// held at those ends.
///
/// Range reduction to a power of two and the Taylor polynomial of degree 6 on [-ln 2 / 2, ln 2 / 2].
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    /// Added to a small number, it leaves the nearest whole number in the last bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 87.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let rest = x - (rounded - ROUND) * std::f32::consts::LN_2;
    let mut sum = 1.0 / 720.0;
    for factor in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        sum = sum * rest + factor;
    }
    // The power is between -126 and 126, so the exponent's bits hold it.
    sum * f32::from_bits((rounded.to_bits() << 23).wrapping_add(127 << 23))
}

/// Turns three scores into shares that sum to 1.
pub(crate) fn softmax(scores: &[f32]) -> [f32; CLASSES] {
    let most = scores.iter().fold(f32::MIN, |most, &score| most.max(score));
    let mut shares = [0.0; CLASSES];
    let mut sum = 0.0;
    for (share, score) in shares.iter_mut().zip(scores) {
        *share = exp(score - most);
        sum += *share;
    }
    for share in &mut shares {
        *share /= sum;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_close_to_the_library_s() {
        for step in -870..=870 {
            let x = step as f32 / 10.0;
            let error = (f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs();
            assert!(error < 2e-5, "{x}: {error}");
        }
        assert!(exp(-1000.0) < 1e-37 && exp(1000.0).is_finite());
    }
}
