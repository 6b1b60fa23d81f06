//! The phrase tables: what boilerplate says, by kind and language.
//!
//! The tables are plain text files in `phrases/`, one for each kind, in the normal form of labels;
//! `tests/tidy.rs` holds them sorted, unique and normal. `finder` finds their phrases in a line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;

/// How a phrase may be used as evidence: the section of the table in which it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The whole line is the phrase.
    Label,
    /// The phrase, a colon or another separator, and a title or value. Alone it is a label.
    Lead,
    /// The line begins with the phrase and goes on briefly.
    Start,
    /// The line ends with the phrase.
    End,
    /// The phrase anywhere in the line.
    Part,
    /// A weak word: two different ones, or a line among others of its kind.
    Hint,
}

impl Role {
    /// The roles in the order of a table's sections, with their headings.
    pub const SECTIONS: [(&'static str, Self); 6] = [
        ("[label]", Self::Label),
        ("[lead]", Self::Lead),
        ("[start]", Self::Start),
        ("[end]", Self::End),
        ("[part]", Self::Part),
        ("[hint]", Self::Hint),
    ];

    /// Its name, as a table's heading has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Lead => "lead",
            Self::Start => "start",
            Self::End => "end",
            Self::Part => "part",
            Self::Hint => "hint",
        }
    }
}

/// The tables, one for each kind that has phrases.
pub const TABLES: [(Kind, &str); 15] = [
    (Kind::Navigation, include_str!("phrases/navigation.txt")),
    (Kind::Related, include_str!("phrases/related.txt")),
    (Kind::Share, include_str!("phrases/share.txt")),
    (Kind::Newsletter, include_str!("phrases/newsletter.txt")),
    (Kind::Consent, include_str!("phrases/consent.txt")),
    (Kind::Paywall, include_str!("phrases/paywall.txt")),
    (Kind::Advertisement, include_str!("phrases/advertisement.txt")),
    (Kind::Credit, include_str!("phrases/credit.txt")),
    (Kind::Copyright, include_str!("phrases/copyright.txt")),
    (Kind::Byline, include_str!("phrases/byline.txt")),
    (Kind::Comments, include_str!("phrases/comments.txt")),
    (Kind::Tags, include_str!("phrases/tags.txt")),
    (Kind::Player, include_str!("phrases/player.txt")),
    (Kind::Bio, include_str!("phrases/bio.txt")),
    (Kind::Disclaimer, include_str!("phrases/disclaimer.txt")),
];

/// A phrase found in the label key of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Number of the phrase: equal numbers, equal phrases.
    pub phrase: u32,
    /// The kind whose table holds it.
    pub kind: Kind,
    /// Its role there.
    pub role: Role,
    /// First byte in the key.
    pub start: usize,
    /// Past its last byte.
    pub end: usize,
}

/// One entry of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'t> {
    /// The section it stands in.
    pub role: Role,
    /// Language, as an ISO 639-1 code.
    pub language: &'t str,
    /// The phrase, in the normal form of labels.
    pub phrase: &'t str,
}

/// The entries of a table, in its order. A line that is none is given back as the error.
///
/// # Errors
///
/// The first line that is neither a note, a heading nor `LANGUAGE phrase`.
pub fn entries(table: &str) -> Result<Vec<Entry<'_>>, &str> {
    let mut entries = Vec::new();
    let mut section = None;
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        if let Some((_, role)) = Role::SECTIONS.iter().find(|(heading, _)| *heading == line) {
            section = Some(*role);
            continue;
        }
        let (Some(role), Some((language, phrase))) = (section, line.split_once(' ')) else {
            return Err(line);
        };
        if !matches!(language.len(), 2 | 3) || phrase.is_empty() {
            return Err(line);
        }
        entries.push(Entry { role, language, phrase });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_as_sections_of_entries() {
        let table = "# Notes.\n[label]\nen advertisement\n\n[lead]\nde lesen sie auch\n";
        let read = entries(table).unwrap();
        assert_eq!(read[1], Entry { role: Role::Lead, language: "de", phrase: "lesen sie auch" });
        assert_eq!(entries("en too early"), Err("en too early"));
        assert_eq!(entries("[label]\nnospace"), Err("nospace"));
    }
}
