//! Settings to look at: what counts and who says so, and a file to begin with.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::keys::{self, Form, Key};
use super::{Settings, Source, default_of, kinds, last, said};
use crate::kind::KindSet;

/// Lists of which the entries of all sources count together; of another list those of the highest source do.
const ADD_UP: [&str; 2] = ["keep-line", "drop-line"];

impl Settings {
    /// What counts, as a file of settings that says the same; with `origin` behind each value who says so.
    #[must_use]
    pub fn to_toml(&self, origin: bool) -> String {
        let note = |place: &str| if origin { format!("  # {place}") } else { String::new() };
        let mut out = String::new();
        let mut tables = String::new();
        for key in keys::all() {
            match (key.name.as_str(), key.form) {
                ("extend" | "body-only" | "kinds", _) => {} // said by what they bring
                ("keep" | "drop", _) => self.write_kinds(&key.name, &note, &mut out),
                (_, Form::Texts) => self.write_texts(&key.name, &note, &mut out),
                (_, Form::Table) => self.write_table(&key.name, &note, &mut tables),
                _ => self.write_value(&key.name, &note, &mut out),
            }
        }
        out + &tables
    }

    fn write_value(&self, key: &str, note: &dyn Fn(&str) -> String, out: &mut String) {
        let stated = self.sources.iter().rev().find_map(|source| {
            let value = json!(source.layer())[key].clone();
            (!value.is_null()).then(|| (value, source.place(&[], key, None)))
        });
        let default = || default_of(key).map(|value| (json!(value), "default".to_owned()));
        if let Some((value, place)) = stated.or_else(default) {
            let _ = writeln!(out, "{key} = {}{}", toml_of(&value), note(&place));
        }
    }

    fn write_kinds(&self, key: &str, note: &dyn Fn(&str) -> String, out: &mut String) {
        let goes = key == "drop";
        let stated = kinds(&said(&self.sources, None)).unwrap_or_default();
        let changed: Vec<_> = stated
            .iter()
            .filter(|(kind, (says, _))| *says == goes && KindSet::default().contains(**kind) != goes)
            .map(|(kind, (_, place))| (kind.slug().to_owned(), place.clone()))
            .collect();
        write_list(key, &changed, note, out);
    }

    fn write_texts(&self, key: &str, note: &dyn Fn(&str) -> String, out: &mut String) {
        let mut entries = Vec::new();
        let gives = |source: &Source| !json!(source.layer())[key].is_null();
        let highest = || self.sources.iter().rposition(gives).unwrap_or(0);
        let from = if ADD_UP.contains(&key) { 0 } else { highest() };
        for source in &self.sources[from..] {
            for text in json!(source.layer())[key].as_array().into_iter().flatten().filter_map(Value::as_str)
            {
                entries.push((text.to_owned(), source.place(&[], key, Some(text))));
            }
        }
        write_list(key, &entries, note, out);
    }

    /// Tables of all sources, one below the other: what they say adds up, or is of one site.
    fn write_table(&self, key: &str, note: &dyn Fn(&str) -> String, out: &mut String) {
        let mut merged = json!({});
        for source in &self.sources {
            add(&mut merged, &json!(source.layer())[key]);
        }
        if merged.as_object().is_some_and(|table| !table.is_empty()) {
            let places: Vec<String> = self
                .sources
                .iter()
                .filter(|source| !json!(source.layer())[key].is_null())
                .map(|source| source.place(&[], key, None))
                .collect();
            let text = table_text(key, &merged);
            let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
            let _ = write!(out, "\n{first}{}\n{rest}", note(&places.join(", ")));
        }
    }

    /// Is there a value for a key other than the default?
    #[must_use]
    pub fn is_set(&self, key: &str) -> bool {
        last(&self.sources, |layer| (!json!(layer)[key].is_null()).then_some(())).is_some()
    }
}

fn write_list(key: &str, entries: &[(String, String)], note: &dyn Fn(&str) -> String, out: &mut String) {
    if entries.is_empty() {
        return;
    }
    let _ = writeln!(out, "{key} = [");
    for (text, place) in entries {
        let _ = writeln!(out, "  {},{}", toml_of(&json!(text)), note(place));
    }
    let _ = writeln!(out, "]");
}

/// Adds what `more` says to `table`: lists grow, other values are replaced.
fn add(table: &mut Value, more: &Value) {
    match (table, more) {
        (Value::Object(table), Value::Object(more)) => {
            for (key, value) in more.iter().filter(|(_, value)| !value.is_null()) {
                match table.get_mut(key) {
                    Some(old) => add(old, value),
                    None => drop(table.insert(key.clone(), value.clone())),
                }
            }
        }
        (Value::Array(list), Value::Array(more)) => list.extend(more.iter().cloned()),
        (value, more) if !more.is_null() => *value = more.clone(),
        _ => {}
    }
}

/// A file of settings with every key, its meaning and an example, all of it commented out.
#[must_use]
pub fn template() -> String {
    let mut out = "# Settings of unchaff for the texts in this folder and below it.\n\
        # The nearest such file counts. What is typed and UNCHAFF_* variables go before it;\n\
        # `unchaff config --show-origin` shows what counts, and docs/configuration.md tells more.\n"
        .to_owned();
    for key in keys::all() {
        let _ = write!(out, "\n{}{}", wrapped(&key.about), commented(&example(&key)));
    }
    out
}

/// The example of a key, as it stands in a file.
fn example(key: &Key) -> String {
    match key.form {
        Form::Table => table_text(&key.name, &key.example),
        _ => format!("{} = {}\n", key.name, toml_of(&key.example)),
    }
}

fn table_text(key: &str, table: &Value) -> String {
    let mut outer = serde_json::Map::new();
    outer.insert(key.to_owned(), without_nulls(table));
    toml::to_string(&Value::Object(outer)).unwrap_or_default()
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(table) => {
            let held = table.iter().filter(|(_, value)| !value.is_null());
            Value::Object(held.map(|(key, value)| (key.clone(), without_nulls(value))).collect())
        }
        other => other.clone(),
    }
}

fn toml_of(value: &Value) -> String {
    toml::Value::try_from(value).map_or_else(|_| value.to_string(), |value| value.to_string())
}

fn commented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "#\n".to_owned() } else { format!("#{line}\n") }).collect()
}

/// A paragraph as comments of at most 90 columns.
fn wrapped(text: &str) -> String {
    let mut out = String::from("#");
    let mut column = 1;
    for word in text.split(' ') {
        if column + 1 + word.chars().count() > 90 {
            out.push_str("\n#");
            column = 1;
        }
        out.push(' ');
        out.push_str(word);
        column += 1 + word.chars().count();
    }
    out.push('\n');
    out
}
