//! Which field of a record is the text, which its id and its address.

use std::sync::Arc;

use super::csv::Header;

/// Names that a text field has, one of which must be there.
pub(crate) const TEXT_NAMES: [&str; 7] =
    ["text", "content", "raw_content", "maintext", "body", "article", "markdown"];
/// Names that an id has; the first that is there counts.
pub(crate) const ID_NAMES: [&str; 5] = ["id", "doc_id", "docid", "uuid", "_id"];
/// Names that an address has; the first that is there counts.
pub(crate) const URL_NAMES: [&str; 6] =
    ["url", "source_url", "canonical_url", "link", "uri", "warc_target_uri"];

/// The fields that a user named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldNames {
    /// The text: a name, or names joined by dots.
    pub text: Option<String>,
    /// The id.
    pub id: Option<String>,
    /// The address.
    pub url: Option<String>,
    /// What documents are ordered by.
    pub order: Option<String>,
    /// Arrays with one entry for each line of the text.
    pub parallel: Vec<String>,
}

impl FieldNames {
    /// What is said where none of the first records, `records` of them, has the field that was named as the text,
    /// but those that are `there`.
    pub(super) fn untold(text: &str, there: &[(String, bool)], records: u64) -> String {
        let among = if records == 1 {
            "its first record has no field".to_owned()
        } else {
            format!("none of its first {records} records has a field")
        };
        let all: Vec<&str> = there.iter().map(|(field, _)| field.as_str()).collect();
        format!("{among} {text} (--text-field); the fields are {}", listed(&all))
    }
}

/// The fields of one input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// The text: a name, or names joined by dots.
    pub text: String,
    /// The id, if there is one.
    pub id: Option<String>,
    /// The address, if there is one.
    pub url: Option<String>,
    /// What documents are ordered by.
    pub order: Option<String>,
    /// Arrays with one entry for each line of the text.
    pub parallel: Vec<String>,
    /// The columns of a table.
    pub header: Option<Arc<Header>>,
}

impl Fields {
    /// Finds the fields by the names the user gave, or among `there`: the names of the fields of the first
    /// record, each with whether it may hold a text.
    ///
    /// # Errors
    ///
    /// No field or more than one may be the text: words that name the fields.
    pub fn find(names: &FieldNames, there: &[(String, bool)]) -> Result<Self, String> {
        let first = |known: &[&str]| {
            known.iter().find(|name| there.iter().any(|(field, _)| field == *name)).map(ToString::to_string)
        };
        let text = match &names.text {
            Some(text) => text.clone(),
            None => text_among(there)?,
        };
        Ok(Self {
            text,
            id: names.id.clone().or_else(|| first(&ID_NAMES)),
            url: names.url.clone().or_else(|| first(&URL_NAMES)),
            order: names.order.clone(),
            parallel: names.parallel.clone(),
            header: None,
        })
    }
}

/// The one field that may be the text.
fn text_among(there: &[(String, bool)]) -> Result<String, String> {
    let texts: Vec<&str> = TEXT_NAMES
        .into_iter()
        .filter(|name| there.iter().any(|(field, is_text)| field == name && *is_text))
        .collect();
    let all: Vec<&str> = there.iter().map(|(field, _)| field.as_str()).collect();
    let not_text = TEXT_NAMES.into_iter().find(|name| all.contains(name));
    match (&texts[..], not_text) {
        ([one], _) => Ok((*one).to_owned()),
        ([], Some(name)) => Err(format!(
            "the field {name} of the first records is no text; --text-field {name} takes it all the same, and such records are bad; the fields are {}",
            listed(&all)
        )),
        ([], None) => Err(format!(
            "no field is called {}; name the text with --text-field; the fields are {}",
            TEXT_NAMES.join(", "),
            listed(&all)
        )),
        _ => Err(format!(
            "several fields may be the text ({}); choose with --text-field; the fields are {}",
            texts.join(", "),
            listed(&all)
        )),
    }
}

/// The names, or the first of many; of a name that is none the beginning.
pub(crate) fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 20;
    const NAME_CHARS: usize = 60;
    if names.is_empty() {
        return "none".to_owned();
    }
    let shown = names.iter().take(SHOWN).map(|name| match name.char_indices().nth(NAME_CHARS) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => (*name).to_owned(),
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{shown} and {} more", names.len() - SHOWN) } else { shown }
}
