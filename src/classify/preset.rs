//! How sure the classifier must be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sure the classifier must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Lines go that are almost surely junk: for text that is cleaned already.
    Precision,
    /// Lines go that are clearly more likely junk than not.
    #[default]
    Balanced,
    /// Lines go that may be junk: for training data, where what is left must be clean.
    Recall,
}

impl Preset {
    /// All of them, from the most careful on.
    pub const ALL: [Self; 3] = [Self::Precision, Self::Balanced, Self::Recall];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Precision => "precision",
            Self::Balanced => "balanced",
            Self::Recall => "recall",
        }
    }

    /// The least chance of being no running text with which a line is taken for furniture or junk.
    #[must_use]
    pub fn furniture_min(self) -> f32 {
        match self {
            Self::Precision => 0.8,
            Self::Balanced => 0.55,
            Self::Recall => 0.35,
        }
    }

    /// The least chance of being junk with which a line is taken for junk. It is higher: what is
    /// furniture stays unless asked, so a doubtful line of junk costs less than a lost one of text.
    #[must_use]
    pub fn junk_min(self) -> f32 {
        match self {
            Self::Precision => 0.9,
            Self::Balanced => 0.75,
            Self::Recall => 0.45,
        }
    }

    /// A line that a rule names stays if it is running text more surely, however clear its shape.
    #[must_use]
    pub fn named_body_max(self) -> f32 {
        match self {
            Self::Precision => 0.5,
            Self::Balanced | Self::Recall => 1.0,
        }
    }
}
