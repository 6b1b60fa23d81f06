//! The pass of the network that only wants the scores: what [`pass`](super::network::pass) computes, to
//! the last bit, without keeping what it computed.
//!
//! It is compiled for several instruction sets, of which the best is chosen when it runs. That changes
//! how many sums are made at once, and never a sum: each is made in the order of its inputs, and no
//! multiplication is fused with an addition.
//!
//! Cost: about 20,000 multiplications and 750 bytes for a line.

#![expect(
    clippy::inline_always,
    clippy::needless_range_loop,
    reason = "only what is inlined is compiled for the chosen instructions, and iterators may not be"
)]

use std::ops::Range;

use pulp::{Arch, NullaryFnOnce};

use super::inputs::{Inputs, LINE_FACTS};
use super::network::{
    BOTH, CLASSES, DOCUMENT, FIRST, GUESS, GUESSED, HIDDEN, INPUT, LAST, LINE, MEAN, MEMORY, MIDDLE, OUT,
    SECOND, TOP, WORD, add_to, dot, rectify, sigmoid, turned_out, word_scale,
};

/// Gates and candidates of both directions.
const COLUMNS: usize = 2 * BOTH;
/// So many facts are passed over at once if all are zero.
const GROUP: usize = 8;

/// The scores of body, furniture and junk of each line; `rows` has the rows of the known words of all lines
/// in `words`, and `spans` where each line's stand.
pub(super) fn scores(
    weights: &[f32],
    inputs: &Inputs,
    words: &[f32],
    rows: &[u32],
    spans: &[Range<usize>],
) -> Vec<[f32; CLASSES]> {
    Arch::new().dispatch(Scores { weights, inputs, words, rows, spans })
}

struct Scores<'a> {
    weights: &'a [f32],
    inputs: &'a Inputs,
    words: &'a [f32],
    rows: &'a [u32],
    spans: &'a [Range<usize>],
}

impl NullaryFnOnce for Scores<'_> {
    type Output = Vec<[f32; CLASSES]>;

    #[inline(always)]
    fn call(self) -> Self::Output {
        let (weights, inputs, lines) = (self.weights, self.inputs, self.inputs.len());
        let mut hidden = vec![[0.0; HIDDEN]; lines];
        let mut bias = [0.0; HIDDEN];
        bias.copy_from_slice(LINE.bias(weights));
        add_to(&mut bias, DOCUMENT.bias(weights));
        dense(&inputs.document, DOCUMENT.weights(weights), &mut bias);
        let mut input = [0.0; INPUT];
        for (line, hidden) in hidden.iter_mut().enumerate() {
            input[..LINE_FACTS].copy_from_slice(inputs.row(line));
            let rows = &self.rows[self.spans[line].clone()];
            input[LINE_FACTS..].fill(0.0);
            for &row in rows {
                add_to(&mut input[LINE_FACTS..], &self.words[row as usize * WORD..][..WORD]);
            }
            let scale = word_scale(rows.len());
            for sum in &mut input[LINE_FACTS..] {
                *sum *= scale;
            }
            *hidden = bias;
            grouped(&input, LINE.weights(weights), hidden);
            rectify(hidden);
        }

        let first =
            recurrent(FIRST.bias(weights), &FirstInput { weights: FIRST.weights(weights), hidden: &hidden });
        let (of_memory, of_hidden) = GUESS.weights(weights).split_at(BOTH);
        let mut guess = vec![GUESS.bias(weights)[0]; lines];
        for line in 0..lines {
            guess[line] = sigmoid(guess[line] + dot(&first[line], of_memory) + dot(&hidden[line], of_hidden));
        }
        for &(line, told) in &inputs.told {
            guess[line] = told;
        }
        let guessed = inputs.topic.guessed(&guess, &inputs.sizes);

        let mut mean = [0.0; BOTH];
        for memory in &first {
            add_to(&mut mean, memory);
        }
        for sum in &mut mean {
            *sum /= lines.max(1) as f32;
        }
        let mut bias = [0.0; COLUMNS];
        bias.copy_from_slice(SECOND.bias(weights));
        add_to(&mut bias, MEAN.bias(weights));
        dense(&mean, MEAN.weights(weights), &mut bias);
        let input = SecondInput { weights: SECOND.weights(weights), memory: &first, guessed: &guessed };
        let second = recurrent(&bias, &input);

        let out = turned_out(weights);
        let mut scores = vec![[0.0; CLASSES]; lines];
        for (line, scores) in scores.iter_mut().enumerate() {
            let mut last = [0.0; TOP];
            add_to(&mut last, LAST.bias(weights));
            let (of_memory, of_hidden) = LAST.weights(weights).split_at(BOTH * TOP);
            dense(&second[line], of_memory, &mut last);
            dense(&hidden[line], of_hidden, &mut last);
            rectify(&mut last);
            for class in 0..CLASSES {
                scores[class] = OUT.bias(weights)[class] + dot(&last, &out[class]);
            }
        }
        scores
    }
}

/// What goes into a recurrent layer. (A closure would not be compiled for the chosen instructions.)
trait LayerInput {
    fn lines(&self) -> usize;

    /// Adds a line's inputs times the layer's weights to `sums`.
    fn add_to(&self, line: usize, sums: &mut [f32; COLUMNS]);
}

struct FirstInput<'a> {
    weights: &'a [f32],
    hidden: &'a [[f32; HIDDEN]],
}

impl LayerInput for FirstInput<'_> {
    #[inline(always)]
    fn lines(&self) -> usize {
        self.hidden.len()
    }

    #[inline(always)]
    fn add_to(&self, line: usize, sums: &mut [f32; COLUMNS]) {
        dense(&self.hidden[line], self.weights, sums);
    }
}

struct SecondInput<'a> {
    weights: &'a [f32],
    memory: &'a [[f32; BOTH]],
    guessed: &'a [f32],
}

impl LayerInput for SecondInput<'_> {
    #[inline(always)]
    fn lines(&self) -> usize {
        self.memory.len()
    }

    #[inline(always)]
    fn add_to(&self, line: usize, sums: &mut [f32; COLUMNS]) {
        let mut middle = [0.0; MIDDLE];
        middle[..BOTH].copy_from_slice(&self.memory[line]);
        middle[BOTH..].copy_from_slice(&self.guessed[line * GUESSED..][..GUESSED]);
        dense(&middle, self.weights, sums);
    }
}

/// What a recurrent layer remembers at each line, of both directions.
#[inline(always)]
fn recurrent(bias: &[f32], input: &impl LayerInput) -> Vec<[f32; BOTH]> {
    let lines = input.lines();
    let mut start = [0.0; COLUMNS];
    start.copy_from_slice(bias);
    let mut memory = vec![[0.0; BOTH]; lines];
    let mut backward = vec![[0.0; BOTH]; lines];
    let mut kept = [0.0; MEMORY];
    for line in 0..lines {
        let mut sums = start;
        input.add_to(line, &mut sums);
        step(&sums[..BOTH], &mut kept);
        memory[line][..MEMORY].copy_from_slice(&kept);
        backward[line].copy_from_slice(&sums[BOTH..]);
    }
    kept = [0.0; MEMORY];
    for line in (0..lines).rev() {
        step(&backward[line], &mut kept);
        memory[line][MEMORY..].copy_from_slice(&kept);
    }
    memory
}

/// From gates (before the logistic function) and candidates to what is remembered next.
#[inline(always)]
fn step(sums: &[f32], kept: &mut [f32; MEMORY]) {
    let (gates, candidates) = sums[..BOTH].split_at(MEMORY);
    for at in 0..MEMORY {
        kept[at] += sigmoid(gates[at]) * (candidates[at] - kept[at]);
    }
}

/// Adds `x` times `weights` to `sums`.
#[inline(always)]
fn dense<const N: usize>(x: &[f32], weights: &[f32], sums: &mut [f32; N]) {
    let mut local = *sums;
    let rows = &weights.as_chunks::<N>().0[..x.len()];
    for at in 0..x.len() {
        add_row(x[at], &rows[at], &mut local);
    }
    *sums = local;
}

/// Adds the facts of a line times the weights; many are zero, and stand together.
#[inline(always)]
fn grouped(x: &[f32; INPUT], weights: &[f32], sums: &mut [f32; HIDDEN]) {
    let mut local = *sums;
    let rows = &weights.as_chunks::<HIDDEN>().0[..INPUT];
    let mut start = 0;
    while start < INPUT {
        let end = INPUT.min(start + GROUP);
        let (x, rows) = (&x[start..end], &rows[start..end]);
        let mut bits = 0;
        for at in 0..x.len() {
            bits |= x[at].to_bits();
        }
        if bits != 0 {
            for at in 0..x.len() {
                add_row(x[at], &rows[at], &mut local);
            }
        }
        start = end;
    }
    *sums = local;
}

#[inline(always)]
fn add_row<const N: usize>(x: f32, row: &[f32; N], sums: &mut [f32; N]) {
    for at in 0..N {
        sums[at] += x * row[at];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::model::sum_words;
    use crate::classify::network::{Trace, WEIGHTS, pass};

    /// Training and cleaning see the same network.
    #[test]
    fn scores_are_those_of_the_pass_that_keeps_everything() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 2_f32.powi(23) - 1.0
        };
        let weights: Vec<f32> = (0..WEIGHTS).map(|_| random() * 0.5).collect();
        let text =
            "Home\nThe ferry sails again on Monday, says the council.\n\n二つの町。\nFerry\nMore\n".repeat(3);
        let mut inputs = crate::classify::inputs(&crate::profile::Profile::of(&text));
        inputs.told = vec![(1, 0.0), (4, 1.0)];
        let words: Vec<f32> = (0..7 * WORD).map(|_| random()).collect();
        let rows: Vec<u32> = (0..9).cycle().take(9 * inputs.len()).map(|at| at * at % 7).collect();
        let spans: Vec<Range<usize>> = (0..inputs.len()).map(|line| 9 * line..9 * line + line % 10).collect();
        let mut input = Vec::new();
        for (line, span) in spans.iter().enumerate() {
            input.extend_from_slice(inputs.row(line));
            let mut sum = [0.0; WORD];
            sum_words(&rows[span.clone()], &words, &mut sum);
            input.extend_from_slice(&sum);
        }
        let kept = pass(&weights, &inputs, Trace { input, ..Trace::default() }, |_| ());
        let scores = scores(&weights, &inputs, &words, &rows, &spans);
        assert_eq!(scores.as_flattened(), kept.scores);
    }
}
