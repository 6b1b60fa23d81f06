//! The way back through the network: from an error of the scores to the slope of every weight.

use crate::classify::inputs::{DOCUMENT_FACTS, LINE_FACTS};
use crate::classify::network::{
    BOTH, CLASSES, DOCUMENT, FIRST, GUESS, HIDDEN, INPUT, LAST, LINE, Layer, MEAN, MEMORY, MIDDLE, OUT,
    Recurrent, SECOND, TOP, Trace, WEIGHTS, WORD,
};

/// Slopes of the weights, and of each line's sum of word vectors.
pub(super) struct Gradient {
    pub(super) weights: Vec<f32>,
    /// [`WORD`] numbers a line.
    pub(super) words: Vec<f32>,
}

/// The weights of the layers turned around, made once for a batch.
pub(super) struct Turned {
    line: Vec<f32>,
    first: Vec<f32>,
    mean: Vec<f32>,
    second: Vec<f32>,
    guess: Vec<f32>,
    last: Vec<f32>,
    out: Vec<f32>,
}

impl Turned {
    pub(super) fn of(weights: &[f32]) -> Self {
        let turn = |layer: Layer| {
            let from = layer.weights(weights);
            let mut to = vec![0.0; from.len()];
            for row in 0..layer.rows {
                for column in 0..layer.columns {
                    to[column * layer.rows + row] = from[row * layer.columns + column];
                }
            }
            to
        };
        Self {
            line: turn(LINE),
            first: turn(FIRST),
            mean: turn(MEAN),
            second: turn(SECOND),
            guess: turn(GUESS),
            last: turn(LAST),
            out: turn(OUT),
        }
    }
}

/// Slopes for one document, from the slopes of its scores ([`CLASSES`] numbers a line) and of its guesses
/// (one a line). `left_out` is the share of hidden numbers that were left out.
pub(super) fn back(
    trace: &Trace,
    document: &[f32; DOCUMENT_FACTS],
    turned: &Turned,
    scores: &[f32],
    guess: &[f32],
    left_out: f32,
) -> Gradient {
    let lines = scores.len() / CLASSES;
    let mut slopes = vec![0.0; WEIGHTS];
    let mut last = vec![0.0; lines * TOP];
    layer_back::<CLASSES, TOP>(OUT, &trace.last, scores, &turned.out, &mut slopes, &mut last);
    rectify(&trace.last, &mut last, left_out);
    let mut joined = vec![0.0; lines * (BOTH + HIDDEN)];
    layer_back::<TOP, { BOTH + HIDDEN }>(LAST, &trace.joined, &last, &turned.last, &mut slopes, &mut joined);
    let mut memory = Vec::with_capacity(lines * BOTH);
    let mut hidden = Vec::with_capacity(lines * HIDDEN);
    for row in joined.chunks_exact(BOTH + HIDDEN) {
        memory.extend_from_slice(&row[..BOTH]);
        hidden.extend_from_slice(&row[BOTH..]);
    }
    let gates = recurrent_back(&trace.second, &memory);
    let mut middle = vec![0.0; lines * MIDDLE];
    layer_back::<{ 2 * BOTH }, MIDDLE>(
        SECOND,
        &trace.middle,
        &gates,
        &turned.second,
        &mut slopes,
        &mut middle,
    );
    let mut memory = Vec::with_capacity(lines * BOTH);
    for row in middle.chunks_exact(MIDDLE) {
        memory.extend_from_slice(&row[..BOTH]);
    }
    let mut joined = vec![0.0; lines * (BOTH + HIDDEN)];
    let mut x = Vec::with_capacity(lines * (BOTH + HIDDEN));
    for (memory, hidden) in trace.first.memory.chunks_exact(BOTH).zip(trace.hidden.chunks_exact(HIDDEN)) {
        x.extend_from_slice(memory);
        x.extend_from_slice(hidden);
    }
    layer_back::<1, { BOTH + HIDDEN }>(GUESS, &x, guess, &turned.guess, &mut slopes, &mut joined);
    for ((row, memory), hidden) in joined
        .chunks_exact(BOTH + HIDDEN)
        .zip(memory.chunks_exact_mut(BOTH))
        .zip(hidden.chunks_exact_mut(HIDDEN))
    {
        memory.iter_mut().zip(&row[..BOTH]).for_each(|(to, from)| *to += from);
        hidden.iter_mut().zip(&row[BOTH..]).for_each(|(to, from)| *to += from);
    }
    // The mean over the document has a hand in every line's gates.
    let mut of_gates = [0.0; 2 * BOTH];
    for row in gates.chunks_exact(2 * BOTH) {
        of_gates.iter_mut().zip(row).for_each(|(sum, slope)| *sum += slope);
    }
    let mut of_mean = [0.0; BOTH];
    layer_back::<{ 2 * BOTH }, BOTH>(MEAN, &trace.mean, &of_gates, &turned.mean, &mut slopes, &mut of_mean);
    for row in memory.chunks_exact_mut(BOTH) {
        row.iter_mut().zip(of_mean).for_each(|(slope, mean)| *slope += mean / lines as f32);
    }
    let gates = recurrent_back(&trace.first, &memory);
    layer_back::<{ 2 * BOTH }, HIDDEN>(FIRST, &trace.hidden, &gates, &turned.first, &mut slopes, &mut hidden);
    rectify(&trace.hidden, &mut hidden, left_out);
    let mut input = vec![0.0; lines * INPUT];
    layer_back::<HIDDEN, INPUT>(LINE, &trace.input, &hidden, &turned.line, &mut slopes, &mut input);
    let mut of_hidden = [0.0; HIDDEN];
    for row in hidden.chunks_exact(HIDDEN) {
        of_hidden.iter_mut().zip(row).for_each(|(sum, slope)| *sum += slope);
    }
    outer::<HIDDEN>(DOCUMENT, document, &of_hidden, &mut slopes);
    let mut words = Vec::with_capacity(lines * WORD);
    for row in input.chunks_exact(INPUT) {
        words.extend_from_slice(&row[LINE_FACTS..]);
    }
    Gradient { weights: slopes, words }
}

/// Slopes of a layer's weights, and, added to `input`, of what went in.
fn layer_back<const OUTPUTS: usize, const INPUTS: usize>(
    layer: Layer,
    x: &[f32],
    output: &[f32],
    turned: &[f32],
    slopes: &mut [f32],
    input: &mut [f32],
) {
    for ((x, output), input) in
        x.chunks_exact(INPUTS).zip(output.chunks_exact(OUTPUTS)).zip(input.chunks_exact_mut(INPUTS))
    {
        outer::<OUTPUTS>(layer, x, output, slopes);
        let mut sum = [0.0_f32; INPUTS];
        for (slope, row) in output.iter().zip(turned.chunks_exact(INPUTS)) {
            if *slope != 0.0 {
                sum.iter_mut().zip(row).for_each(|(sum, weight)| *sum += slope * weight);
            }
        }
        input.iter_mut().zip(sum).for_each(|(input, sum)| *input += sum);
    }
}

fn outer<const OUTPUTS: usize>(layer: Layer, x: &[f32], output: &[f32], slopes: &mut [f32]) {
    let slopes = &mut slopes[layer.start..layer.start + (layer.rows + 1) * OUTPUTS];
    let (weights, bias) = slopes.split_at_mut(layer.rows * OUTPUTS);
    for (x, row) in x.iter().zip(weights.chunks_exact_mut(OUTPUTS)) {
        if *x != 0.0 {
            row.iter_mut().zip(output).for_each(|(slope, out)| *slope += x * out);
        }
    }
    bias.iter_mut().zip(output).for_each(|(slope, out)| *slope += out);
}

/// No slope where the rectifier was at rest.
fn rectify(output: &[f32], slopes: &mut [f32], left_out: f32) {
    for (out, slope) in output.iter().zip(slopes) {
        if *out <= 0.0 {
            *slope = 0.0;
        } else {
            *slope /= 1.0 - left_out;
        }
    }
}

/// Slopes of gates and candidates, before the gates' logistic function, from those of the memory.
fn recurrent_back(layer: &Recurrent, memory: &[f32]) -> Vec<f32> {
    let lines = memory.len() / BOTH;
    let mut slopes = vec![0.0; lines * 2 * BOTH];
    for backward in [false, true] {
        let offset = if backward { MEMORY } else { 0 };
        let mut carried = [0.0_f32; MEMORY];
        for step in 0..lines {
            let line = if backward { step } else { lines - 1 - step };
            let before = if backward { (line + 1 < lines).then_some(line + 1) } else { line.checked_sub(1) };
            let gates = &layer.gates[line * 2 * BOTH + 2 * offset..][..BOTH];
            let out = &mut slopes[line * 2 * BOTH + 2 * offset..][..BOTH];
            for at in 0..MEMORY {
                let (gate, candidate) = (gates[at], gates[MEMORY + at]);
                let kept = before.map_or(0.0, |before| layer.memory[before * BOTH + offset + at]);
                let slope = carried[at] + memory[line * BOTH + offset + at];
                out[at] = slope * (candidate - kept) * gate * (1.0 - gate);
                out[MEMORY + at] = slope * gate;
                carried[at] = slope * (1.0 - gate);
            }
        }
    }
    slopes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::inputs::Inputs;
    use crate::classify::network::{pass, softmax};
    use crate::learn::random::Random;

    /// Every slope is what a small change of the weight does to the loss.
    #[test]
    fn slopes_agree_with_differences() {
        // A rectifier has no slope where it begins to work: a small step seldom crosses that.
        const STEP: f32 = 2e-3;
        let mut random = Random::new(7);
        let mut weights: Vec<f32> = (0..WEIGHTS).map(|_| random.normal() * 0.2).collect();
        // What follows from the guesses is taken as given, on the way back: so it must not matter here.
        let of_guesses = SECOND.start + BOTH * SECOND.columns..SECOND.start + MIDDLE * SECOND.columns;
        weights[of_guesses.clone()].fill(0.0);
        let input: Vec<f32> = (0..5 * INPUT).map(|_| random.normal()).collect();
        let text = "Home\nA line of the article that says something of ferries\nFerries\nMore\nThe ferries sail again\n";
        let mut inputs: Inputs = crate::classify::inputs(&crate::profile::Profile::of(text));
        inputs.document = std::array::from_fn(|_| random.normal());
        let loss = |weights: &[f32], input: &[f32]| -> f64 {
            let trace = pass(weights, &inputs, Trace { input: input.to_vec(), ..Trace::default() }, |_| ());
            trace.scores.chunks_exact(CLASSES).map(|row| -f64::from(softmax(row)[1]).ln()).sum()
        };
        let trace = pass(&weights, &inputs, Trace { input: input.clone(), ..Trace::default() }, |_| ());
        let scores: Vec<f32> = trace
            .scores
            .chunks_exact(CLASSES)
            .flat_map(|row| {
                let shares = softmax(row);
                [shares[0], shares[1] - 1.0, shares[2]]
            })
            .collect();
        let gradient = back(&trace, &inputs.document, &Turned::of(&weights), &scores, &[0.0; 5], 0.0);
        for at in (0..WEIGHTS).step_by(97).filter(|at| !of_guesses.contains(at)) {
            let was = weights[at];
            weights[at] = was + STEP;
            let above = loss(&weights, &input);
            weights[at] = was - STEP;
            let below = loss(&weights, &input);
            weights[at] = was;
            let slope = (above - below) / f64::from(2.0 * STEP);
            assert!(
                (slope - f64::from(gradient.weights[at])).abs() < 0.04 * (1.0 + slope.abs()),
                "weight {at}: {slope} against {}",
                gradient.weights[at]
            );
        }
    }
}
