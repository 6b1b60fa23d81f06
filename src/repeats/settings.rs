//! How repeats are found: what a run is told of it.

use std::fmt;
use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Least words of a match. Two texts that share 24 words in a row share a source: it is the length at
/// which winnowing of 13-word windows is certain to find a repeat.
pub const WORDS_MIN: usize = 24;
/// The lengths that may be asked for: shorter passages recur by accident.
pub const WORDS_MIN_RANGE: RangeInclusive<usize> = 8..=10_000;

/// How repeats are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Least words of a match.
    pub words_min: usize,
    /// What becomes of sentences of a line that holds more than the copy.
    pub partial: Partial,
    /// Which documents are looked at together.
    pub scope: Scope,
    /// What becomes of blocks that stand in another document.
    pub copies: Copies,
    /// Which of several copies is the first.
    pub order: Order,
    /// Least documents of a template; without it, by the size of the group.
    pub docs_min: Option<u32>,
    /// The key of the hashes. Inside a document it may change how long the search takes, and never what is
    /// found; of other documents the hashes are what is compared (`windows`).
    pub key: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            words_min: WORDS_MIN,
            partial: Partial::Document,
            scope: Scope::Document,
            copies: Copies::Mark,
            order: Order::Input,
            docs_min: None,
            key: 0,
        }
    }
}

/// What becomes of a repeat that is a part of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Partial {
    /// Whole sentences that stood before in the same document go, the rest is marked.
    #[default]
    Document,
    /// Whole sentences go, also those of an earlier document if copies are dropped; the rest is marked.
    Cut,
    /// It is marked.
    Mark,
}

/// Which documents are looked at together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Each alone.
    #[default]
    Document,
    /// Those of one site ([`crate::document::Document::site`]).
    Site,
    /// All.
    Corpus,
}

impl Scope {
    /// Its name, as it is typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Site => "site",
            Self::Corpus => "corpus",
        }
    }
}

/// What becomes of passages that stand in an earlier document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Copies {
    /// All but the first go.
    Drop,
    /// They are marked.
    #[default]
    Mark,
    /// Nothing.
    Keep,
}

/// Which of several copies is the first. Written as `input`, `id`, or the name of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String")]
pub enum Order {
    /// That of the first input and record.
    #[default]
    Input,
    /// That of the document with the least id.
    Id,
    /// That of the record with the least value of this field, such as a date: numbers by their size and before
    /// all else, other values by their bytes. Records without it come last; of equal ones the first of the
    /// inputs.
    Field(String),
}

impl From<String> for Order {
    fn from(name: String) -> Self {
        match name.as_str() {
            "input" => Self::Input,
            "id" => Self::Id,
            _ => Self::Field(name),
        }
    }
}

impl From<Order> for String {
    fn from(order: Order) -> Self {
        order.to_string()
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Input => "input",
            Self::Id => "id",
            Self::Field(name) => name,
        })
    }
}
