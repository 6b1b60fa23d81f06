//! What a document is about: which words its lines share, for lack of anything better than words.

use std::ops::Range;

use super::inputs::{log, share};
use super::network::GUESSED;
use super::words::Token;

/// Tokens of a line that count for its topic.
const TOPIC_TOKENS_MAX: usize = 64;
/// Slots of the table of a document's words. Two words in one slot are taken for one, which in an
/// article of 2,000 different words befalls one in five, for all its lines alike.
const TOPIC_SLOTS: usize = 1 << 13;
/// Lines that are searched for the nearest prose, in either direction.
const PROSE_LINES_MAX: usize = 12;
/// A word that stands in more than a tenth of the lines, and in more than so many, is no topic.
const COMMON_LINES_MIN: u16 = 3;
/// The same where lines are weighed by guesses.
const COMMON_MASS_MIN: f32 = 20.0;

/// Which words stand in how many lines of a document: what a line shares with the others.
#[derive(Clone, Debug)]
pub(crate) struct Topic {
    /// Slots of the words of all lines, sorted and unique within a line.
    slots: Vec<u16>,
    spans: Vec<Range<usize>>,
    is_prose: Vec<bool>,
    in_lines: Vec<u16>,
    in_prose: Vec<u16>,
}

impl Default for Topic {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            spans: Vec::new(),
            is_prose: Vec::new(),
            in_lines: vec![0; TOPIC_SLOTS],
            in_prose: vec![0; TOPIC_SLOTS],
        }
    }
}

impl Topic {
    pub(super) fn push(&mut self, tokens: &[Token], is_prose: bool) {
        let long = tokens.iter().filter(|token| token.is_long).take(TOPIC_TOKENS_MAX);
        let mut slots: Vec<u16> =
            long.map(|token| u16::try_from(token.hash as usize % TOPIC_SLOTS).unwrap_or_default()).collect();
        slots.sort_unstable();
        slots.dedup();
        for &slot in &slots {
            let (lines, prose) = (&mut self.in_lines[slot as usize], &mut self.in_prose[slot as usize]);
            *lines = lines.saturating_add(1);
            *prose = prose.saturating_add(u16::from(is_prose));
        }
        let start = self.slots.len();
        self.slots.extend(slots);
        self.spans.push(start..self.slots.len());
        self.is_prose.push(is_prose);
    }

    pub(super) fn of_line(&self, line: usize) -> &[u16] {
        &self.slots[self.spans[line].clone()]
    }

    /// How many words a line has that do not stand in every tenth line; the shares of these that stand
    /// in another line, in another line of prose, in the prose before and in the prose after; and the
    /// share they are of all.
    pub(super) fn facts(&self, at: usize, lines: usize, row: &mut [f32]) {
        let common = u16::try_from(lines / 10).unwrap_or(u16::MAX).max(COMMON_LINES_MIN);
        let own_prose = u16::from(self.is_prose[at]);
        let before = (0..at).rev().take(PROSE_LINES_MAX).find(|&other| self.is_prose[other]);
        let after = (at + 1..lines).take(PROSE_LINES_MAX).find(|&other| self.is_prose[other]);
        let holds = |other: Option<usize>, slot: &u16| {
            other.is_some_and(|other| self.of_line(other).binary_search(slot).is_ok())
        };
        let mut counts = [0_u32; 5];
        for slot in self.of_line(at) {
            let in_lines = self.in_lines[*slot as usize];
            if in_lines > common {
                continue;
            }
            counts[0] += 1;
            counts[1] += u32::from(in_lines > 1);
            counts[2] += u32::from(self.in_prose[*slot as usize] > own_prose);
            counts[3] += u32::from(holds(before, slot));
            counts[4] += u32::from(holds(after, slot));
        }
        row[0] = log(counts[0]) / 4.0;
        for fact in 1..5 {
            row[fact] = share(counts[fact], counts[0]);
        }
        row[5] = share(counts[0], u32::try_from(self.of_line(at).len()).unwrap_or(u32::MAX));
    }

    /// What follows for each line from a guess of which lines are body: the guess itself, how far the
    /// line's words stand in the other body lines (in one, in three) and outside the body, how much of
    /// the body was before, how long the body is, and how its lines share words on the mean.
    /// [`GUESSED`] numbers a line.
    pub(super) fn guessed(&self, guess: &[f32], sizes: &[u32]) -> Vec<f32> {
        let lines = guess.len();
        let (mut body, mut rest) = (vec![0.0_f32; TOPIC_SLOTS], vec![0.0_f32; TOPIC_SLOTS]);
        for (line, chance) in guess.iter().enumerate() {
            for &slot in self.of_line(line) {
                body[slot as usize] += chance;
                rest[slot as usize] += 1.0 - chance;
            }
        }
        let common = (lines as f32 / 10.0).max(COMMON_MASS_MIN);
        let all = guess.iter().zip(sizes).map(|(chance, &size)| chance * size as f32).sum::<f32>().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "words of a document")]
        let length = log(all as u32) / 10.0;
        let mut out = vec![0.0; lines * GUESSED];
        let (mut before, mut shared, mut weight) = (0.0, 0.0, 1e-3);
        for (line, row) in out.chunks_exact_mut(GUESSED).enumerate() {
            let chance = guess[line];
            let (mut words, mut in_one, mut in_three, mut outside) = (0.0, 0.0, 0.0, 0.0);
            for &slot in self.of_line(line) {
                let in_body = body[slot as usize] - chance;
                let in_rest = rest[slot as usize] - (1.0 - chance);
                if in_body + in_rest > common {
                    continue;
                }
                words += 1.0;
                in_one += in_body.min(1.0);
                in_three += (in_body / 3.0).min(1.0);
                outside += in_rest.min(1.0);
            }
            row[0] = chance;
            if words > 0.0 {
                row[1] = in_one / words;
                row[2] = in_three / words;
                row[3] = outside / words;
                shared += chance * in_one;
                weight += chance * words;
            }
            row[4] = before / all;
            row[5] = length;
            before += chance * sizes[line] as f32;
        }
        let mean = shared / weight;
        for row in out.chunks_exact_mut(GUESSED) {
            row[6] = mean;
            row[7] = row[1] - mean;
        }
        out
    }
}
