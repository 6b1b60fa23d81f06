//! What is known of each key: name, meaning and form, all read from the schema of [`Layer`].

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::layer::{Layer, SiteLayer};
use crate::names::unknown;

/// A key of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// What it means, in one paragraph.
    pub about: String,
    /// A value it may have.
    pub example: Value,
    /// The form of its value.
    pub form: Form,
    /// The names that it or an entry of it may be; none if it may be any text.
    pub names: Vec<String>,
    /// The least and the greatest number that it may be.
    pub range: (i64, i64),
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A text or a name.
    Text,
    /// Yes or no.
    Flag,
    /// A number.
    Number,
    /// A list of names, which hold no comma.
    Names,
    /// A list of texts of any kind.
    Texts,
    /// A table.
    Table,
}

impl Key {
    /// Why it cannot be this name.
    pub(super) fn misnamed(&self, name: &str) -> Option<String> {
        let is_known = self.names.is_empty() || self.names.iter().any(|known| known == name);
        let what = if self.form == Form::Names { "kind" } else { "value" };
        (!is_known).then(|| format!("{}: {}", self.name, unknown(name, &self.names, what)))
    }

    /// Why it cannot be this number.
    pub(super) fn out_of_range(&self, number: i64) -> Option<String> {
        let (least, most) = self.range;
        let name = &self.name;
        if number < least {
            return Some(format!("{name} cannot be {number}; give a whole number from {least} on"));
        }
        (number > most).then(|| format!("{name} cannot be {number}; give a whole number of {most} at most"))
    }

    /// What it must be, with an example.
    pub(super) fn wanted(&self) -> String {
        let name = &self.name;
        let what = match self.form {
            Form::Text => "a text in quotes",
            Form::Flag => "true or false, without quotes",
            Form::Number => "a whole number, without quotes",
            Form::Names | Form::Texts => "a list of texts in quotes",
            Form::Table => return format!("{name} is a table, as in [{name}]"),
        };
        format!("{name} is {what}, as in {name} = {}", self.example)
    }

    /// The variable of the environment that gives it, unless it is a table.
    #[must_use]
    pub fn variable(&self) -> Option<String> {
        (self.form != Form::Table).then(|| variable(&self.name))
    }
}

/// The variable of a key.
pub(super) fn variable(name: &str) -> String {
    format!("UNCHAFF_{}", name.to_uppercase().replace('-', "_"))
}

/// The JSON Schema of `unchaff.toml`.
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(Layer).to_value()
}

/// The keys of the file, in its order.
#[must_use]
pub fn all() -> Vec<Key> {
    let whole = inlined::<Layer>();
    let properties = properties(&whole);
    let key = |(name, schema): (&String, &Value)| Key {
        name: name.clone(),
        about: schema["description"].as_str().unwrap_or_default().replace('\n', " "),
        example: schema["examples"][0].clone(),
        form: form(schema),
        names: names(schema),
        range: range(schema),
    };
    properties.iter().map(key).collect()
}

/// The names of a site's keys.
pub(super) fn of_site() -> Vec<String> {
    properties(&inlined::<SiteLayer>()).keys().cloned().collect()
}

fn inlined<T: schemars::JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

fn properties(schema: &Value) -> Map<String, Value> {
    schema["properties"].as_object().cloned().unwrap_or_default()
}

/// The names that a schema lists, of a value or of the entries of a list.
fn names(schema: &Value) -> Vec<String> {
    let one = schema["const"].as_str().map(str::to_owned);
    let below = ["anyOf", "oneOf"].into_iter().filter_map(|word| schema[word].as_array()).flatten();
    one.into_iter().chain(below.chain(schema.get("items")).flat_map(names)).collect()
}

fn range(schema: &Value) -> (i64, i64) {
    let most = if schema["format"] == "uint32" { u32::MAX.into() } else { i64::MAX };
    (schema["minimum"].as_i64().unwrap_or(0), most)
}

/// The form that a schema asks for. That a key may be left out is said as `null`.
fn form(schema: &Value) -> Form {
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if types.contains(&"boolean") {
        Form::Flag
    } else if types.contains(&"integer") {
        Form::Number
    } else if types.contains(&"object") {
        Form::Table
    } else if types.contains(&"array") {
        if schema["items"]["type"] == "string" && schema["items"].get("enum").is_none() {
            Form::Texts
        } else {
            Form::Names
        }
    } else {
        Form::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_meaning_an_example_and_a_form() {
        let keys = all();
        for key in &keys {
            assert!(!key.about.is_empty() && !key.example.is_null(), "{key:?}");
        }
        let form = |name: &str| keys.iter().find(|key| key.name == name).map(|key| key.form);
        assert_eq!(form("preset"), Some(Form::Text));
        assert_eq!(form("keep"), Some(Form::Names));
        assert_eq!(form("body-only"), Some(Form::Flag));
        assert_eq!(form("keep-line"), Some(Form::Texts));
        assert_eq!(form("jobs"), Some(Form::Number));
        assert_eq!(form("encoding"), Some(Form::Text));
        assert_eq!(form("phrases"), Some(Form::Table));
        assert_eq!(form("site"), Some(Form::Table));
    }

    /// What a site may say, the file may say.
    #[test]
    fn keys_of_a_site_are_keys_of_the_file() {
        let names: Vec<String> = all().into_iter().map(|key| key.name).collect();
        assert!(of_site().iter().all(|name| names.contains(name)));
    }
}
