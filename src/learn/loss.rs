//! How wrong the scores of a document are, and which way each of them should go.
//!
//! Of every labelled line the cross-entropy, and of the document the F1 of its body: what a line is worth depends on
//! what else of the document is kept, and one line of fifty in a text of three is the whole error. With the chance
//! `p` that a line of `n` words is body, and `y` what its label says, that F1 is `2 Σ n p y / Σ n (p + y)`: the loss
//! that Milletari, Navab and Ahmadi 2016 (*V-Net*) call Dice, with words for pixels.

use super::examples::Example;
use super::gold::Label;
use crate::classify::network::{CLASSES, Trace, softmax};

/// Weight of the first layer's guess.
const GUESS_WEIGHT: f32 = 0.5;
/// Weight of the body's F1, beside 1 for the cross-entropy of a line. With more the chances say less what they are
/// (`docs/classifier.md`, "What was tried").
const F1_WEIGHT: f32 = 2.0;

/// The loss of one document.
pub(super) struct Loss {
    /// Weighted by the lines.
    pub(super) value: f32,
    /// Its slope for each score, [`CLASSES`] a line.
    pub(super) scores: Vec<f32>,
    /// Its slope for each guess, before the logistic function: one a line.
    pub(super) guesses: Vec<f32>,
}

impl Loss {
    pub(super) fn of(example: &Example, trace: &Trace) -> Self {
        let lines = example.labels.len();
        let chances: Vec<[f32; CLASSES]> = trace.scores.chunks_exact(CLASSES).map(softmax).collect();
        let mut loss = Self { value: 0.0, scores: vec![0.0; lines * CLASSES], guesses: vec![0.0; lines] };
        for (line, (chances, &guess)) in chances.iter().zip(&trace.guess).enumerate() {
            loss.add_line(line, example, chances, guess);
        }
        if example.labels.contains(&Label::Body) {
            loss.add_f1(example, &chances);
        }
        loss
    }

    fn add_line(&mut self, line: usize, example: &Example, chances: &[f32; CLASSES], guess: f32) {
        let (weight, label) = (example.weights[line], example.labels[line]);
        let stays = (chances[0] + chances[1]).max(1e-9);
        let target = match label {
            Label::Body => [1.0, 0.0, 0.0],
            Label::Furniture => [0.0, 1.0, 0.0],
            Label::Junk => [0.0, 0.0, 1.0],
            Label::Stays => [chances[0] / stays, chances[1] / stays, 0.0],
            Label::Unknown => return,
        };
        let right: f32 = match label {
            Label::Stays => stays,
            _ => chances.iter().zip(target).map(|(chance, target)| chance * target).sum(),
        };
        self.value -= weight * right.max(1e-9).ln();
        for class in 0..CLASSES {
            self.scores[line * CLASSES + class] += weight * (chances[class] - target[class]);
        }
        let is_body = f32::from(u8::from(matches!(label, Label::Body | Label::Stays)));
        self.guesses[line] = GUESS_WEIGHT * weight * (guess - is_body);
    }

    /// Furniture counts for neither side: whether it stays is the user's choice.
    fn add_f1(&mut self, example: &Example, chances: &[[f32; CLASSES]]) {
        let sized = example.labels.iter().zip(&example.inputs.sizes).enumerate();
        let counted = sized.filter_map(|(line, (label, &size))| match label {
            Label::Body => Some((line, size as f32, 1.0_f32)),
            Label::Junk => Some((line, size as f32, 0.0)),
            Label::Furniture | Label::Stays | Label::Unknown => None,
        });
        let (mut right, mut all) = (0.0, f32::EPSILON);
        for (line, size, body) in counted.clone() {
            right += size * chances[line][0] * body;
            all += size * (chances[line][0] + body);
        }
        let weight = F1_WEIGHT * example.weights.iter().sum::<f32>();
        self.value += weight * (1.0 - 2.0 * right / all);
        for (line, size, body) in counted {
            let slope = -weight * 2.0 * size * (body * all - right) / (all * all);
            let [chance, others @ ..] = chances[line];
            let scores = &mut self.scores[line * CLASSES..][..CLASSES];
            scores[0] += slope * chance * (1.0 - chance);
            scores[1..].iter_mut().zip(others).for_each(|(score, other)| *score -= slope * chance * other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::inputs::Inputs;
    use crate::learn::random::Random;
    use crate::profile::Profile;

    /// Every slope is what a small change of the score does to the loss.
    #[test]
    fn slopes_agree_with_differences() {
        let text =
            "Home\nThe ferry sails again\nA photograph of it\nSport and more\nSo the council said today\n?\n";
        let inputs: Inputs = crate::classify::inputs(&Profile::of(text));
        let labels =
            [Label::Junk, Label::Body, Label::Furniture, Label::Junk, Label::Body, Label::Unknown].to_vec();
        let weights = vec![0.3, 0.2, 0.1, 0.2, 0.4, 0.0];
        let example = Example { inputs, domain: String::new(), labels, weights };
        let mut random = Random::new(3);
        let guess = vec![0.5; example.labels.len()];
        let mut trace = Trace { guess, ..Trace::default() };
        trace.scores = (0..example.labels.len() * CLASSES).map(|_| random.normal()).collect();
        let slopes = Loss::of(&example, &trace).scores;
        for (at, slope) in slopes.iter().enumerate() {
            let mut value = |by: f32| {
                trace.scores[at] += by;
                let value = Loss::of(&example, &trace).value;
                trace.scores[at] -= by;
                value
            };
            let found = (value(1e-2) - value(-1e-2)) / 2e-2;
            assert!(
                (found - slope).abs() < 0.01 * (1.0 + slope.abs()),
                "score {at}: {found} against {slope}"
            );
        }
    }
}
