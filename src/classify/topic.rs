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
///
/// A word is a slot of a table. What is counted of it stands under its number among the slots that the
/// document uses, so that the counts of most documents are few and stand close together.
#[derive(Clone, Debug)]
pub(crate) struct Topic {
    /// The numbers of the words of all lines; within a line each once, in the order of their slots.
    words: Vec<u16>,
    spans: Vec<Range<usize>>,
    is_prose: Vec<bool>,
    /// One more than the number of each slot; 0 where it is not used.
    number_of_slot: Vec<u16>,
    /// Lines that have the word of a number, and lines of prose.
    in_lines: Vec<[u16; 2]>,
}

impl Default for Topic {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            spans: Vec::new(),
            is_prose: Vec::new(),
            number_of_slot: vec![0; TOPIC_SLOTS],
            in_lines: Vec::new(),
        }
    }
}

impl Topic {
    pub(super) fn push(&mut self, tokens: &[Token], is_prose: bool) {
        let mut slots = [0_u16; TOPIC_TOKENS_MAX];
        let mut count = 0;
        for (slot, token) in slots.iter_mut().zip(tokens.iter().filter(|token| token.is_long)) {
            *slot = u16::try_from(token.hash as usize % TOPIC_SLOTS).unwrap_or_default();
            count += 1;
        }
        let slots = &mut slots[..count];
        slots.sort_unstable();
        let start = self.words.len();
        for (at, &slot) in slots.iter().enumerate() {
            if at > 0 && slots[at - 1] == slot {
                continue;
            }
            let number = &mut self.number_of_slot[slot as usize];
            if *number == 0 {
                self.in_lines.push([0; 2]);
                *number = u16::try_from(self.in_lines.len()).unwrap_or(u16::MAX);
            }
            let word = *number - 1;
            let [lines, prose] = &mut self.in_lines[word as usize];
            *lines = lines.saturating_add(1);
            *prose = prose.saturating_add(u16::from(is_prose));
            self.words.push(word);
        }
        self.spans.push(start..self.words.len());
        self.is_prose.push(is_prose);
    }

    /// The words of a line, each once.
    pub(super) fn of_line(&self, line: usize) -> &[u16] {
        &self.words[self.spans[line].clone()]
    }

    /// Whether a line has the word of each number.
    pub(super) fn is_in(&self, line: usize) -> Vec<bool> {
        let mut is_in = vec![false; self.in_lines.len()];
        self.of_line(line).iter().for_each(|&word| is_in[word as usize] = true);
        is_in
    }

    /// Gives for each line how many words it has that do not stand in every tenth line; the shares of
    /// these that stand in another line, in another line of prose, in the prose before and in the prose
    /// after; and the share they are of all.
    pub(super) fn facts(&self, mut give: impl FnMut(usize, [f32; 6])) {
        let lines = self.spans.len();
        let common = u16::try_from(lines / 10).unwrap_or(u16::MAX).max(COMMON_LINES_MIN);
        let before = self.shared_with_prose(0..lines, common);
        let after = self.shared_with_prose((0..lines).rev(), common);
        for line in 0..lines {
            let own_prose = u16::from(self.is_prose[line]);
            let (mut words, mut in_others, mut in_prose) = (0, 0, 0);
            for &word in self.of_line(line) {
                let [in_lines, of_prose] = self.in_lines[word as usize];
                if in_lines <= common {
                    words += 1;
                    in_others += u32::from(in_lines > 1);
                    in_prose += u32::from(of_prose > own_prose);
                }
            }
            give(
                line,
                [
                    log(words) / 4.0,
                    share(in_others, words),
                    share(in_prose, words),
                    share(before[line], words),
                    share(after[line], words),
                    share(words, u32::try_from(self.of_line(line).len()).unwrap_or(u32::MAX)),
                ],
            );
        }
    }

    /// How many words each line shares with the nearest prose that was passed before it, if that is near;
    /// `lines` are passed in order or backwards.
    fn shared_with_prose(&self, lines: impl Iterator<Item = usize>, common: u16) -> Vec<u32> {
        let mut shared = vec![0; self.spans.len()];
        // The line of prose in which a word stood last.
        let mut last_with = vec![usize::MAX; self.in_lines.len()];
        let mut last = None;
        for line in lines {
            let words = self.of_line(line).iter().map(|&word| word as usize);
            if let Some(prose) = last.filter(|prose: &usize| prose.abs_diff(line) <= PROSE_LINES_MAX) {
                for word in words.clone() {
                    let tells = self.in_lines[word][0] <= common;
                    shared[line] += u32::from(tells && last_with[word] == prose);
                }
            }
            if self.is_prose[line] {
                words.for_each(|word| last_with[word] = line);
                last = Some(line);
            }
        }
        shared
    }

    /// What follows for each line from a guess of which lines are body: the guess itself, how far the
    /// line's words stand in the other body lines (in one, in three) and outside the body, how much of
    /// the body was before, how long the body is, and how its lines share words on the mean.
    /// [`GUESSED`] numbers a line.
    pub(super) fn guessed(&self, guess: &[f32], sizes: &[u32]) -> Vec<f32> {
        let lines = guess.len();
        let mut mass = vec![[0.0_f32; 2]; self.in_lines.len()];
        for (line, chance) in guess.iter().enumerate() {
            for &word in self.of_line(line) {
                let [body, rest] = &mut mass[word as usize];
                *body += chance;
                *rest += 1.0 - chance;
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
            for &word in self.of_line(line) {
                let [body, rest] = mass[word as usize];
                let (in_body, in_rest) = (body - chance, rest - (1.0 - chance));
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
