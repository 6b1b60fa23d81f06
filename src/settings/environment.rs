//! Settings from the environment: `UNCHAFF_` and the name of a key.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Value;

use super::file::plain;
use super::keys::{self, Form, Key};
use super::layer::Layer;
use crate::error::Error;
use crate::names::unknown;

/// The variable that names a file of settings.
pub const FILE_VARIABLE: &str = "UNCHAFF_CONFIG";
const PREFIX: &str = "UNCHAFF_";

/// What the environment says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Environment {
    /// The settings.
    pub(super) layer: Layer,
    /// The file of settings that it names.
    pub(super) file: Option<PathBuf>,
    /// Variables that begin as ours do and are none, with what may be meant.
    pub(super) strange: Vec<String>,
}

/// Reads the variables that begin with `UNCHAFF_`. Lists of kinds are parted by commas, lists of patterns by
/// line ends; an empty variable is none.
///
/// # Errors
///
/// A value that its key does not take.
pub(super) fn read(variables: impl IntoIterator<Item = (String, String)>) -> Result<Environment, Error> {
    let ours: BTreeMap<String, String> =
        variables.into_iter().filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty()).collect();
    let mut environment = Environment::default();
    if ours.is_empty() {
        return Ok(environment);
    }
    let keys = keys::all();
    let mut table = toml::Table::new();
    for (name, value) in ours {
        if name == FILE_VARIABLE {
            environment.file = Some(PathBuf::from(value));
            continue;
        }
        let Some(key) = keys.iter().find(|key| key.variable().as_ref() == Some(&name)) else {
            let mut names: Vec<String> = keys.iter().filter_map(Key::variable).collect();
            names.push(FILE_VARIABLE.to_owned());
            environment.strange.push(unknown(&name, &names, "variable"));
            continue;
        };
        let wrong = |message: String| Error::Setting { place: name.clone(), message };
        let value = parse(&value, key.form).map_err(wrong)?;
        let misfit = match &value {
            Value::String(name) => key.misnamed(name),
            Value::Integer(number) => key.out_of_range(*number),
            Value::Array(names) => names.iter().filter_map(Value::as_str).find_map(|name| key.misnamed(name)),
            _ => None,
        };
        misfit.map_or(Ok(()), |message| Err(wrong(message)))?;
        // Each variable alone first, so that the error names it.
        let alone = toml::Table::from_iter([(key.name.clone(), value.clone())]);
        Layer::deserialize(alone).map_err(|error| wrong(plain(error.message())))?;
        table.insert(key.name.clone(), value);
    }
    environment.layer =
        Layer::deserialize(table).map_err(|error| Error::usage(error.message().to_owned()))?;
    Ok(environment)
}

fn parse(text: &str, form: Form) -> Result<Value, String> {
    let list = |by: char| {
        text.split(by)
            .map(|part| part.trim_end_matches('\r'))
            .filter(|part| !part.trim().is_empty())
            .map(|part| Value::String(part.to_owned()))
            .collect()
    };
    Ok(match form {
        Form::Text | Form::Table => Value::String(text.to_owned()),
        Form::Flag => Value::Boolean(match text.to_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => true,
            "0" | "false" | "no" | "off" => false,
            _ => return Err(format!("{text:?} is neither true nor false")),
        }),
        Form::Number => Value::Integer(text.trim().parse().map_err(|_| format!("{text:?} is no number"))?),
        Form::Names => {
            let names: Vec<Value> = list(',');
            Value::Array(
                names
                    .into_iter()
                    .map(|name| Value::String(name.as_str().unwrap_or_default().trim().to_lowercase()))
                    .collect(),
            )
        }
        Form::Texts => Value::Array(list('\n')),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Preset};

    fn read_pairs(pairs: &[(&str, &str)]) -> Result<Environment, Error> {
        read(pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())))
    }

    #[test]
    fn variables_have_the_forms_of_their_keys() {
        let read = read_pairs(&[
            ("UNCHAFF_PRESET", "recall"),
            ("UNCHAFF_KEEP", "byline, Credit"),
            ("UNCHAFF_KEEP_LINE", "^a, b$\n^c"),
            ("UNCHAFF_BODY_ONLY", "1"),
            ("UNCHAFF_JOBS", "3"),
            ("UNCHAFF_CONFIG", "x.toml"),
            ("UNCHAFF_MODEL", ""),
            ("HOME", "/"),
        ])
        .unwrap();
        assert_eq!(read.layer.preset, Some(Preset::Recall));
        assert_eq!(read.layer.keep, Some(vec![Kind::Byline, Kind::Credit]));
        assert_eq!(read.layer.keep_line, Some(vec!["^a, b$".to_owned(), "^c".to_owned()]));
        assert_eq!((read.layer.body_only, read.layer.jobs.map(usize::from)), (Some(true), Some(3)));
        assert_eq!((read.layer.model, read.file), (None, Some(PathBuf::from("x.toml"))));
    }

    #[test]
    fn wrong_values_name_their_variable_and_strange_ones_what_is_near() {
        let message = |pairs: &[(&str, &str)]| read_pairs(pairs).unwrap_err().to_string();
        assert!(
            message(&[("UNCHAFF_PRESET", "high")])
                .starts_with("UNCHAFF_PRESET: preset: there is no value \"high\"; there are precision")
        );
        assert!(message(&[("UNCHAFF_KEEP", "bylin")]).ends_with("did you mean \"byline\"?"));
        assert!(
            message(&[("UNCHAFF_JOBS", "0")]).ends_with("jobs cannot be 0; give a whole number from 1 on")
        );
        assert!(message(&[("UNCHAFF_JOBS", "many")]).starts_with("UNCHAFF_JOBS: \"many\" is no number"));
        let strange = read_pairs(&[("UNCHAFF_PRESETT", "x"), ("UNCHAFF_PHRASES", "x")]).unwrap().strange;
        assert!(strange[1].ends_with("did you mean \"UNCHAFF_PRESET\"?"), "{strange:?}");
    }
}
