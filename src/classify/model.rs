//! The model: what was learned, as one small file.
//!
//! The file is `unchaff model`, a line end, the version of the format, the card's length and the card
//! (JSON), then the words the model knows, their vectors and the weights of the network, and at the
//! end a hash of all of it. Numbers are little-endian. A file of another version, of another shape
//! or with a flipped bit is refused.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::inference;
use super::inputs::Inputs;
use super::network::{self, CLASSES, WEIGHTS, WORD};

const MAGIC: &[u8] = b"unchaff model\n";
/// The version of the format and of the facts that the network reads. A change of either is a new one.
pub const MODEL_VERSION: u32 = 3;
/// Longest card, in bytes.
const CARD_BYTES_MAX: usize = 1 << 20;
/// Numbers of a model are far smaller; with these no sum overflows.
const NUMBER_MAX: f32 = 1e4;
/// A temperature is fitted between .5 and 3.
const TEMPERATURE_MIN: f32 = 0.01;

/// The model that comes with the program; `docs/model-card.md` tells how it was made.
static EMBEDDED: LazyLock<Arc<Model>> = LazyLock::new(|| {
    let bytes = include_bytes!("../../models/default.model");
    Arc::new(Model::from_bytes(bytes).expect("the embedded model is whole, as a test shows"))
});

/// A trained model of the line classifier.
///
/// Memory: 64 bytes for each word it knows and 100 kB.
#[derive(Debug)]
pub struct Model {
    card: Card,
    vocabulary: Vocabulary,
    /// [`WORD`] numbers for each word.
    words: Vec<f32>,
    /// The weights of the network.
    weights: Vec<f32>,
    hash: u64,
}

/// What a model says about itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Documents it learned from, by the name of their set.
    pub documents: BTreeMap<String, usize>,
    /// Licences of the sets, as their records name them.
    pub licenses: BTreeMap<String, usize>,
    /// Lines with a label.
    pub lines: usize,
    /// Domains.
    pub domains: usize,
    /// The seed and the settings.
    pub settings: BTreeMap<String, f64>,
    /// Divides the network's scores, so that a score of .8 is right in four lines of five.
    pub temperature: f32,
}

/// Why a file is no model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Something else.
    #[error("is no unchaff model; make one with `unchaff train`")]
    Other,
    /// Made by another version of the program.
    #[error("is a model of version {found}, this program reads version {MODEL_VERSION}; train it again")]
    Version {
        /// The file's version.
        found: u32,
    },
    /// Cut short, or changed.
    #[error("is damaged: its bytes do not have the hash they should; copy it again or train it again")]
    Damaged,
}

/// The chances that a line is of each class; they sum to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chances {
    /// Running text.
    pub body: f32,
    /// A part of the article that is no running text: title, byline, date, caption.
    pub furniture: f32,
    /// Neither.
    pub junk: f32,
}

impl Model {
    /// The model that comes with the program.
    #[must_use]
    pub fn embedded() -> Arc<Self> {
        Arc::clone(&EMBEDDED)
    }

    /// Puts a model together from words (with their vectors in the same order) and weights.
    pub(crate) fn new(card: Card, known: &[u32], words: Vec<f32>, weights: Vec<f32>) -> Self {
        let mut model = Self { card, vocabulary: Vocabulary::of(known), words, weights, hash: 0 };
        model.hash = xxh3_64(&model.to_bytes());
        model
    }

    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// [`ModelError`]: no model, one of another version, a damaged one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(ModelError::Other)?;
        let version = take_number(&mut rest)?;
        if version != MODEL_VERSION {
            return Err(ModelError::Version { found: version });
        }
        let (body, hash) = bytes.split_at_checked(bytes.len().wrapping_sub(16)).ok_or(ModelError::Damaged)?;
        if hash != xxh3_128(body).to_le_bytes() {
            return Err(ModelError::Damaged);
        }
        let length = take_number(&mut rest)? as usize;
        if length > CARD_BYTES_MAX {
            return Err(ModelError::Damaged);
        }
        let card: Card = serde_json::from_slice(take(&mut rest, length)?).map_err(|_| ModelError::Damaged)?;
        let count = take_number(&mut rest)? as usize;
        let known: Vec<u32> = take_numbers(&mut rest, count)?.map(u32::from_le_bytes).collect();
        let words = take_numbers(&mut rest, count.checked_mul(WORD).ok_or(ModelError::Damaged)?)?;
        let words: Vec<f32> = words.map(f32::from_le_bytes).collect();
        let weights: Vec<f32> = take_numbers(&mut rest, WEIGHTS)?.map(f32::from_le_bytes).collect();
        // A score that is no number would be neither above nor below any bound.
        let is_bounded = |number: &f32| number.abs() <= NUMBER_MAX;
        let is_whole = rest.len() == 16 && words.iter().chain(&weights).all(is_bounded);
        if !is_whole || !(TEMPERATURE_MIN..=NUMBER_MAX).contains(&card.temperature) {
            return Err(ModelError::Damaged);
        }
        Ok(Self { card, vocabulary: Vocabulary::of(&known), words, weights, hash: xxh3_64(bytes) })
    }

    /// The model as a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let card = serde_json::to_vec(&self.card).unwrap_or_default();
        let mut bytes = MAGIC.to_vec();
        for number in [MODEL_VERSION as usize, card.len()] {
            bytes.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        }
        bytes.extend(card);
        let known = self.vocabulary.words();
        bytes.extend(u32::try_from(known.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(known.iter().flat_map(|word| word.to_le_bytes()));
        bytes.extend(self.words.iter().flat_map(|number| number.to_le_bytes()));
        bytes.extend(self.weights.iter().flat_map(|number| number.to_le_bytes()));
        let hash = xxh3_128(&bytes);
        bytes.extend(hash.to_le_bytes());
        bytes
    }

    /// What the model says about itself.
    #[must_use]
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// xxh3 (64 bits) of the file.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// Sets the temperature; see [`Card`].
    pub fn set_temperature(&mut self, temperature: f32) {
        self.card.temperature = temperature;
        self.hash = xxh3_64(&self.to_bytes());
    }

    /// The chances of each line of `inputs`.
    pub(crate) fn score(&self, inputs: &Inputs) -> Vec<Chances> {
        let chances = |scores: [f32; CLASSES]| {
            let [body, furniture, junk] =
                network::softmax(&scores.map(|score| score / self.card.temperature));
            Chances { body, furniture, junk }
        };
        self.raw_scores(inputs).into_iter().map(chances).collect()
    }

    /// The scores of body, furniture and junk of each line, before they become chances.
    pub(crate) fn raw_scores(&self, inputs: &Inputs) -> Vec<[f32; CLASSES]> {
        let mut rows = Vec::with_capacity(inputs.words.len() / 2);
        let spans: Vec<Range<usize>> = inputs
            .spans
            .iter()
            .map(|span| {
                let start = rows.len();
                rows.extend(inputs.words[span.clone()].iter().filter_map(|&word| self.vocabulary.row(word)));
                start..rows.len()
            })
            .collect();
        inference::scores(&self.weights, inputs, &self.words, &rows, &spans)
    }
}

impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

impl Eq for Model {}

/// The sum of the vectors of the words in `rows`, over the square root of their number, into `out`.
pub(crate) fn sum_words(rows: &[u32], words: &[f32], out: &mut [f32]) {
    for &row in rows {
        network::add_to(out, &words[row as usize * WORD..][..WORD]);
    }
    let scale = network::word_scale(rows.len());
    for sum in out {
        *sum *= scale;
    }
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Result<&'b [u8], ModelError> {
    let (taken, behind) = rest.split_at_checked(length).ok_or(ModelError::Damaged)?;
    *rest = behind;
    Ok(taken)
}

fn take_number(rest: &mut &[u8]) -> Result<u32, ModelError> {
    Ok(take_numbers(rest, 1)?.next().map(u32::from_le_bytes).unwrap_or_default())
}

fn take_numbers<'b>(
    rest: &mut &'b [u8],
    count: usize,
) -> Result<impl Iterator<Item = [u8; 4]> + use<'b>, ModelError> {
    let bytes = take(rest, count.checked_mul(4).ok_or(ModelError::Damaged)?)?;
    Ok(bytes.chunks_exact(4).map(|four| [four[0], four[1], four[2], four[3]]))
}

/// Bits of the filter of known words.
const FILTER_BITS: usize = 1 << 16;

/// The words a model knows: an open table from hashed word to row.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// Might a word with these last bits be known? Most words are not.
    filter: Vec<u64>,
    /// Word and row plus one; a row of 0 is an empty slot.
    slots: Vec<(u32, u32)>,
    known: usize,
}

impl Vocabulary {
    pub(crate) fn of(known: &[u32]) -> Self {
        let mut slots = vec![(0, 0); (known.len() * 2).next_power_of_two()];
        let mut filter = vec![0; FILTER_BITS / 64];
        for (row, &word) in (1..).zip(known) {
            let bit = word as usize % FILTER_BITS;
            filter[bit / 64] |= 1 << (bit % 64);
            let mut slot = word as usize & (slots.len() - 1);
            while slots[slot].1 != 0 {
                slot = (slot + 1) & (slots.len() - 1);
            }
            slots[slot] = (word, row);
        }
        Self { filter, slots, known: known.len() }
    }

    /// The row of a word, if it is known.
    pub(crate) fn row(&self, word: u32) -> Option<u32> {
        let bit = word as usize % FILTER_BITS;
        if self.filter[bit / 64] & 1 << (bit % 64) == 0 {
            return None;
        }
        let mut slot = word as usize & (self.slots.len() - 1);
        loop {
            match self.slots[slot] {
                (_, 0) => return None,
                (found, row) if found == word => return Some(row - 1),
                _ => slot = (slot + 1) & (self.slots.len() - 1),
            }
        }
    }

    /// The words in the order of their rows.
    fn words(&self) -> Vec<u32> {
        let mut words = vec![0; self.known];
        for &(word, row) in self.slots.iter().filter(|(_, row)| *row != 0) {
            words[row as usize - 1] = word;
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Model {
        let card = Card { temperature: 1.0, ..Card::default() };
        let words = (0..3 * WORD).map(|n| n as f32 / 7.0).collect();
        Model::new(card, &[5, 21, 37], words, vec![0.25; WEIGHTS])
    }

    #[test]
    fn a_model_is_read_as_it_was_written() {
        let model = small();
        let bytes = model.to_bytes();
        let read = Model::from_bytes(&bytes).unwrap();
        assert_eq!(read, model);
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!([5, 21, 37, 4].map(|word| read.vocabulary.row(word)), [Some(0), Some(1), Some(2), None]);
    }

    #[test]
    fn damaged_foreign_and_other_versions_are_told_apart() {
        let bytes = small().to_bytes();
        assert_eq!(Model::from_bytes(b"").unwrap_err(), ModelError::Other);
        assert_eq!(Model::from_bytes(b"%PDF-1.7 and so on").unwrap_err(), ModelError::Other);
        for length in MAGIC.len()..bytes.len() {
            if length % 997 == 0 || length < 300 || length + 40 > bytes.len() {
                assert_eq!(Model::from_bytes(&bytes[..length]).unwrap_err(), ModelError::Damaged, "{length}");
            }
        }
        for at in (MAGIC.len() + 4..bytes.len()).step_by(1009) {
            let mut changed = bytes.clone();
            changed[at] ^= 4;
            assert_eq!(Model::from_bytes(&changed).unwrap_err(), ModelError::Damaged, "{at}");
        }
        let mut other = bytes;
        other[MAGIC.len()] = 9;
        assert_eq!(Model::from_bytes(&other).unwrap_err(), ModelError::Version { found: 9 });
    }

    #[test]
    fn numbers_that_are_none_are_damage() {
        for number in [f32::NAN, f32::INFINITY, -1e9] {
            let mut model = small();
            model.weights[7] = number;
            assert_eq!(Model::from_bytes(&model.to_bytes()).unwrap_err(), ModelError::Damaged);
            let mut model = small();
            model.words[3] = number;
            assert_eq!(Model::from_bytes(&model.to_bytes()).unwrap_err(), ModelError::Damaged);
        }
        for temperature in [0.0, -1.0] {
            let mut model = small();
            model.card.temperature = temperature;
            assert_eq!(Model::from_bytes(&model.to_bytes()).unwrap_err(), ModelError::Damaged);
        }
    }

    #[test]
    fn the_embedded_model_is_whole() {
        assert!(Model::embedded().card().temperature > 0.0);
    }
}
