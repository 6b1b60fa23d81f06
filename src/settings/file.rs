//! Files of settings: finding the nearest, reading it, and saying what is wrong where.
#![expect(clippy::disallowed_methods, reason = "this is where files of settings are read")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::de::{DeTable, DeValue};

use super::keys::{self, Form, Key};
use super::layer::{Layer, MAX_RECORD};
use crate::document::host;
use crate::error::Error;
use crate::input::SETTINGS_FILE;
use crate::kind::Kind;
use crate::names::unknown;
use crate::rules::phrases::Role;

/// The file of settings.
pub const FILE_NAME: &str = SETTINGS_FILE;
/// The file of a Python project, in which a table may hold them instead.
const PROJECT_FILE: &str = "pyproject.toml";
const PROJECT_TABLE: [&str; 2] = ["tool", "unchaff"];

/// A file of settings that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// As it is shown: relative to the current folder.
    pub shown: String,
    /// What it says.
    pub layer: Layer,
    text: String,
    is_project: bool,
}

impl File {
    /// The file and the line of a key, or of the entry `text` in its list. `keys` are the names of the tables
    /// around it and its own.
    #[must_use]
    pub fn place(&self, keys: &[&str], text: Option<&str>) -> String {
        let line = || {
            let whole = DeTable::parse(&self.text).ok()?;
            let mut table = table_of(whole.get_ref(), self.is_project)?;
            let (last, tables) = keys.split_last()?;
            for key in tables {
                table = table.get(*key)?.get_ref().as_table()?;
            }
            let (key, value) = table.get_key_value(*last)?;
            let entry = text.and_then(|text| entry_of(value.get_ref(), value.span().start, text));
            Some(line_of(&self.text, entry.unwrap_or(key.span().start)).0)
        };
        match line() {
            Some(line) => format!("{}:{line}", self.shown),
            None => self.shown.clone(),
        }
    }
}

/// Where `wanted` stands in a value or in lists and tables below it.
fn entry_of(value: &DeValue, start: usize, wanted: &str) -> Option<usize> {
    match value {
        DeValue::String(text) => (text == wanted).then_some(start),
        DeValue::Array(list) => {
            list.iter().find_map(|entry| entry_of(entry.get_ref(), entry.span().start, wanted))
        }
        DeValue::Table(table) => {
            table.values().find_map(|entry| entry_of(entry.get_ref(), entry.span().start, wanted))
        }
        _ => None,
    }
}

/// The nearest file of settings: in the folder `start`, or the first one above it that has one.
#[must_use]
pub(super) fn nearest(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    start.ancestors().find_map(|folder| {
        let own = folder.join(FILE_NAME);
        if own.is_file() {
            return Some(own);
        }
        let project = folder.join(PROJECT_FILE);
        // A project file that cannot be read is another program's trouble, unless it names this one.
        let text = fs::read_to_string(&project).ok()?;
        let is_ours = DeTable::parse(&text).map_or_else(
            |_| text.contains("tool.unchaff"),
            |whole| table_of(whole.get_ref(), true).is_some(),
        );
        is_ours.then_some(project)
    })
}

/// Reads a file of settings and those it extends; the last one says most.
///
/// # Errors
///
/// A file that cannot be read or understood, and files that extend each other.
pub(super) fn read_with_bases(path: &Path) -> Result<Vec<File>, Error> {
    let mut files: Vec<File> = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut next = path.to_owned();
    loop {
        let identity = fs::canonicalize(&next).map_err(|error| match files.last() {
            Some(from) => Error::Setting {
                place: from.place(&["extend"], None),
                message: format!("{}: {}", shown(&next), crate::error::plain(&error)),
            },
            None => Error::input(&next, error),
        })?;
        if let (true, Some(from)) = (seen.contains(&identity), files.last()) {
            return Err(Error::Setting {
                place: from.place(&["extend"], None),
                message: "these files extend each other; one of them must not".to_owned(),
            });
        }
        seen.push(identity);
        let file = read(&next)?;
        let base = file.layer.extend.clone();
        files.push(file);
        match base {
            Some(base) => next = base,
            None => break,
        }
    }
    files.reverse();
    Ok(files)
}

fn read(path: &Path) -> Result<File, Error> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => {
            Error::Setting { place: shown(path), message: "is not UTF-8; save it as that".to_owned() }
        }
        _ => Error::input(Path::new(&shown(path)), error),
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let is_project = path.file_name().is_some_and(|name| name == PROJECT_FILE);
    let mut layer = parse(&text, is_project).map_err(|(at, message)| {
        let (line, column) = line_of(&text, at);
        Error::Setting { place: format!("{}:{line}:{column}", shown(path)), message }
    })?;
    for path in [&mut layer.extend, &mut layer.model].into_iter().flatten() {
        *path = folder.join(&*path);
    }
    Ok(File { shown: shown(path), layer, text, is_project })
}

/// The settings in a text, or the first thing that is wrong and where.
fn parse(text: &str, is_project: bool) -> Result<Layer, (usize, String)> {
    let wrong = |error: &toml::de::Error| (error.span().map_or(0, |span| span.start), plain(error.message()));
    let whole = DeTable::parse(text).map_err(|error| wrong(&error))?;
    let Some(table) = table_of(whole.get_ref(), is_project) else {
        return Err((0, "there is no table [tool.unchaff]".to_owned()));
    };
    check_names(table)?;
    let spanned = toml::Spanned::new(0..text.len(), table.clone());
    Layer::deserialize(spanned.into_deserializer()).map_err(|error| wrong(&error))
}

/// A message in one line.
pub(super) fn plain(message: &str) -> String {
    message.replace('\n', "; ")
}

fn table_of<'t, 'i>(whole: &'t DeTable<'i>, is_project: bool) -> Option<&'t DeTable<'i>> {
    if !is_project {
        return Some(whole);
    }
    PROJECT_TABLE.iter().try_fold(whole, |table, name| table.get(*name)?.get_ref().as_table())
}

/// Refuses names that are no keys, with the nearest one that is.
fn check_names(table: &DeTable) -> Result<(), (usize, String)> {
    let keys = keys::all();
    let names: Vec<String> = keys.iter().map(|key| key.name.clone()).collect();
    check_table(table, &names, "key")?;
    check_values(table, &keys)?;
    check_phrases(table)?;
    check_sites(table)?;
    let of_site = keys::of_site();
    for (_, site) in tables_in(table, "site") {
        check_table(site, &of_site, "key of a site")?;
        check_values(site, &keys)?;
        check_phrases(site)?;
    }
    Ok(())
}

/// Refuses values that are not of the form of their keys: what the reader of the file would say of them is in words
/// for programmers.
fn check_values(table: &DeTable, keys: &[Key]) -> Result<(), (usize, String)> {
    for (name, value) in table {
        let Some(key) = keys.iter().find(|key| key.name == *name.get_ref()) else { continue };
        let misfit = match (key.form, value.get_ref()) {
            (Form::Text, DeValue::String(text)) => key.misnamed(text),
            (Form::Text, DeValue::Integer(_)) if key.name == MAX_RECORD => None,
            (Form::Flag, DeValue::Boolean(_)) | (Form::Table, DeValue::Table(_)) => None,
            (Form::Number, DeValue::Integer(number)) => {
                let number = i64::from_str_radix(&number.as_str().replace('_', ""), number.radix());
                key.out_of_range(number.unwrap_or(i64::MAX))
            }
            (Form::Names | Form::Texts, DeValue::Array(list)) => {
                for entry in list {
                    let misfit = match entry.get_ref() {
                        DeValue::String(text) => key.misnamed(text),
                        _ => Some(key.wanted()),
                    };
                    misfit.map_or(Ok(()), |message| Err((entry.span().start, message)))?;
                }
                None
            }
            _ => Some(key.wanted()),
        };
        misfit.map_or(Ok(()), |message| Err((value.span().start, message)))?;
    }
    Ok(())
}

/// Refuses sites that no document can belong to.
fn check_sites(table: &DeTable) -> Result<(), (usize, String)> {
    let Some(sites) = table.get("site").and_then(|value| value.get_ref().as_table()) else { return Ok(()) };
    for key in sites.keys() {
        let name: &str = key.get_ref();
        let (what, meant) = if name.contains("://") {
            ("is an address", host(name))
        } else if let Some((first, _)) = name.split_once('/') {
            ("is a path", Some(first.to_owned()).filter(|first| first.contains('.')))
        } else if let Some(host) = name.strip_prefix("*.") {
            ("is a pattern, and a host is all below it, too", Some(host.to_owned()))
        } else {
            continue;
        };
        let meant = meant.map_or_else(String::new, |name| format!(": write {name:?}"));
        let message = format!("the site {name:?} {what}; a site is a host, or the name of one folder{meant}");
        return Err((key.span().start, message));
    }
    Ok(())
}

fn check_phrases(table: &DeTable) -> Result<(), (usize, String)> {
    let Some(phrases) = table.get("phrases").and_then(|value| value.get_ref().as_table()) else {
        return Ok(());
    };
    check_table(phrases, &Kind::ALL.map(|kind| kind.slug().to_owned()), "kind")?;
    for (kind, of_kind) in phrases {
        let lists = match of_kind.get_ref() {
            DeValue::Table(by_role) => by_role.values().collect(),
            _ => vec![of_kind],
        };
        let is_list = |value: &DeValue| matches!(value, DeValue::Array(list) if list.iter().all(|entry| entry.get_ref().is_str()));
        if let Some(value) = lists.into_iter().find(|value| !is_list(value.get_ref())) {
            let kind = kind.get_ref();
            let message = format!(
                "phrases of {kind} are lists of texts in quotes, as in {kind} = [\"back to the quay\"] or {kind} = {{ lead = [\"also on the quay\"] }}"
            );
            return Err((value.span().start, message));
        }
    }
    for (_, by_role) in tables_in(table, "phrases") {
        check_table(by_role, &Role::SECTIONS.map(|(_, role)| role.name().to_owned()), "role of a phrase")?;
    }
    Ok(())
}

fn tables_in<'t, 'i>(
    table: &'t DeTable<'i>,
    name: &str,
) -> impl Iterator<Item = (String, &'t DeTable<'i>)> + use<'t, 'i> {
    let outer = table.get(name).and_then(|value| value.get_ref().as_table());
    outer
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.get_ref().to_string(), value.get_ref().as_table()?)))
}

fn check_table(table: &DeTable, names: &[String], what: &str) -> Result<(), (usize, String)> {
    for key in table.keys() {
        let name: &str = key.get_ref();
        if !names.iter().any(|known| known == name) {
            return Err((key.span().start, unknown(name, names, what)));
        }
    }
    Ok(())
}

/// Line and column of a byte, from 1, the column in characters.
fn line_of(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let begin = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[begin..].chars().count() + 1)
}

/// A path relative to the current folder where that is short: below it, or in a folder above it.
pub(super) fn shown(path: &Path) -> String {
    let Ok(here) = std::path::absolute(".") else { return path.display().to_string() };
    for (up, folder) in here.ancestors().enumerate() {
        if let Ok(rest) = path.strip_prefix(folder) {
            let is_root = folder.parent().is_none();
            return if is_root {
                path.display().to_string()
            } else {
                format!("{}{}", "../".repeat(up), rest.display())
            };
        }
    }
    path.display().to_string()
}
