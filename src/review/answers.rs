//! The file of answers: a JSON object a line.
#![expect(clippy::disallowed_methods, reason = "answers are read here")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Item;
use crate::error::Error;
use crate::kind::Kind;
use crate::output;

/// What a person says of a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It was rightly removed.
    Right,
    /// It must stay.
    Wrong,
}

/// An answer as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The document.
    pub id: String,
    /// The hash of its text.
    pub hash: String,
    /// The bytes of the cut.
    pub b: [u64; 2],
    /// Its lines, from 1, both ends included.
    pub l: [u64; 2],
    /// Its kind.
    pub kind: Kind,
    /// Its rule.
    pub rule: String,
    /// What was said.
    pub answer: Verdict,
    /// The removed text.
    pub text: String,
}

/// The file of answers.
#[derive(Debug)]
pub struct Answers {
    path: PathBuf,
    /// By document, hash and first byte.
    by_place: BTreeMap<(String, String, u64), Answer>,
}

impl Answers {
    /// Opens the answers at `path`, if there are any.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a line of it is no answer.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::input(path, error)),
        };
        let mut by_place = BTreeMap::new();
        for (line, number) in text.lines().zip(1..) {
            let answer: Answer = serde_json::from_str(line).map_err(|cause| Error::Report {
                path: path.to_owned(),
                message: format!("line {number} is no answer of a review: {cause}"),
            })?;
            by_place.insert((answer.id.clone(), answer.hash.clone(), answer.b[0]), answer);
        }
        Ok(Self { path: path.to_owned(), by_place })
    }

    /// The answer about an item.
    #[must_use]
    pub fn of(&self, item: &Item) -> Option<&Answer> {
        self.by_place.get(&place(item)).filter(|answer| answer.b == item.cut.b)
    }

    /// All answers, by document and place.
    pub fn iter(&self) -> impl Iterator<Item = &Answer> {
        self.by_place.values()
    }

    /// How many say right, and how many wrong.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let right = self.iter().filter(|answer| answer.answer == Verdict::Right).count();
        (right, self.by_place.len() - right)
    }

    pub(super) fn give(&mut self, item: &Item, answer: Verdict) -> Result<(), Error> {
        let given = Answer {
            id: item.id.clone(),
            hash: item.hash.clone(),
            b: item.cut.b,
            l: item.cut.l,
            kind: item.cut.kind,
            rule: item.cut.rule.clone(),
            answer,
            text: item.cut.text.clone().unwrap_or_default(),
        };
        self.by_place.insert(place(item), given);
        self.write()
    }

    pub(super) fn forget(&mut self, item: &Item) -> Result<(), Error> {
        if self.by_place.remove(&place(item)).is_some() { self.write() } else { Ok(()) }
    }

    fn write(&self) -> Result<(), Error> {
        let lines: Vec<Vec<u8>> =
            self.iter().map(|answer| (json!(answer).to_string() + "\n").into_bytes()).collect();
        output::write_file(&self.path, lines.iter().map(Vec::as_slice), true)
    }
}

fn place(item: &Item) -> (String, String, u64) {
    (item.id.clone(), item.hash.clone(), item.cut.b[0])
}
