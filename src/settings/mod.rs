//! Settings: what the command line, the environment, files and defaults say, and which of them counts.
//!
//! ```text
//! command line   one Layer ┐
//! UNCHAFF_*      one Layer ├→ resolve → Settings: Config, encoding, threads …
//! unchaff.toml   one Layer │
//! what it extends …  Layers┘
//! ```
//!
//! Of single values that of the highest source counts. Each kind is kept or dropped as the highest source
//! says that names it. Patterns of lines and phrases add up. A site's settings stand above those of the
//! files for all documents, and below the environment.
//!
//! The nearest file counts alone: files are not merged, but one may extend another.

mod environment;
mod file;
pub mod keys;
mod layer;
mod show;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::classify::Preset;
use crate::classify::model::Model;
use crate::config::{Config, Site};
use crate::error::Error;
use crate::input::decode::encoding_for_label;
use crate::input::fields::FieldNames;
use crate::input::{self, RECORD_MAX, Reading};
use crate::kind::{Kind, KindSet};
use crate::own::{Own, OwnError, Phrase};
use crate::repeats::{self, Order};
use crate::report::ReportText;

pub use environment::FILE_VARIABLE;
pub use file::{FILE_NAME, File};
use layer::MAX_RECORD;
pub use layer::{Layer, Phrases, SiteLayer};
pub use show::template;

/// The kinds that `body-only` drops.
const BODY_ONLY: [Kind; 3] = [Kind::Title, Kind::Caption, Kind::Byline];

/// Which file of settings to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The nearest one from this folder upward, or the one that the environment names.
    Nearest(PathBuf),
    /// This one.
    Named(PathBuf),
    /// None.
    Without,
}

/// Most threads that can be asked for.
pub const JOBS_MAX: usize = 1024;

/// What a run is to do, and who said so.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How to clean.
    pub config: Config,
    /// Patterns of the files that are taken from folders; all if there are none.
    pub globs: Vec<String>,
    /// How inputs are read.
    pub reading: Reading,
    /// Threads; 0 for one on each core.
    pub jobs: usize,
    /// How much of each removed text a report holds.
    pub report_text: ReportText,
    /// The file of settings that was read, as it is shown.
    pub file: Option<String>,
    /// Things to tell: variables that begin as ours do and are none.
    pub warnings: Vec<String>,
    /// The sources, from the lowest to the highest.
    sources: Vec<Source>,
}

impl Settings {
    /// The files that were read for them: of settings, and of the model.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        let of_settings = self.sources.iter().filter_map(|source| match source {
            Source::File(file) => Some(PathBuf::from(&file.shown)),
            Source::Environment(_) | Source::Typed(_) => None,
        });
        of_settings.chain(last(&self.sources, |layer| layer.model.clone()).map(|(_, path)| path))
    }
}

/// One source of settings.
#[derive(Clone, Debug, PartialEq)]
enum Source {
    File(File),
    Environment(Layer),
    Typed(Layer),
}

impl Source {
    fn layer(&self) -> &Layer {
        match self {
            Self::File(file) => &file.layer,
            Self::Environment(layer) | Self::Typed(layer) => layer,
        }
    }

    /// The name of the place that gives a key, or the entry `text` of its list.
    fn place(&self, tables: &[&str], key: &str, text: Option<&str>) -> String {
        match self {
            Self::File(file) => file.place(&[tables, &[key]].concat(), text),
            Self::Environment(_) => keys::variable(key),
            Self::Typed(_) => format!("--{}", if key == "phrases" { "phrase" } else { key }),
        }
    }
}

/// Brings together what was typed, what the environment says and what the files say.
///
/// # Errors
///
/// A file that cannot be read, and any value that cannot be used; the message names the place.
pub fn resolve(
    typed: Layer,
    variables: impl IntoIterator<Item = (String, String)>,
    choice: &Choice,
) -> Result<Settings, Error> {
    let environment = environment::read(variables)?;
    let path = match (choice, environment.file) {
        (Choice::Without, _) => None,
        (Choice::Named(path), _) => Some(path.clone()),
        (Choice::Nearest(_), Some(path)) => Some(path),
        (Choice::Nearest(start), None) => file::nearest(start),
    };
    let files = path.as_deref().map(file::read_with_bases).transpose()?.unwrap_or_default();
    let mut sources: Vec<Source> = files.into_iter().map(Source::File).collect();
    sources.push(Source::Environment(environment.layer));
    sources.push(Source::Typed(typed));

    let model = match last(&sources, |layer| layer.model.as_deref()) {
        Some((source @ Source::File(_), path)) => {
            let model = input::read_model(path).map_err(|error| Error::Setting {
                place: source.place(&[], "model", None),
                message: error.at(file::shown(path).into()).to_string(),
            })?;
            Arc::new(model)
        }
        Some((_, path)) => Arc::new(input::read_model(path)?),
        None => Model::embedded(),
    };
    let jobs = match last(&sources, |layer| layer.jobs) {
        Some((source, jobs)) if jobs.get() > JOBS_MAX => {
            let message = format!("{jobs} threads are too many; give a number from 1 to {JOBS_MAX}");
            return Err(Error::Setting { place: source.place(&[], "jobs", None), message });
        }
        Some((_, jobs)) => jobs.get(),
        None => 0,
    };
    let encoding = last(&sources, |layer| layer.encoding.as_deref())
        .map(|(source, label)| {
            encoding_for_label(label).ok_or_else(|| Error::Setting {
                place: source.place(&[], "encoding", None),
                message: format!("no such encoding, {label:?}; labels are those of the WHATWG Encoding Standard, such as utf-16le, windows-1252, shift_jis"),
            })
        })
        .transpose()?;
    let repeats = repeats(&sources)?;
    let reading = reading(&sources, encoding)?;
    let mut config = Config { repeats: repeats.clone(), ..config(&said(&sources, None), &model)? };
    let names: BTreeSet<&String> = sources.iter().flat_map(|source| site_names(source.layer())).collect();
    for name in names {
        let site = self::config(&said(&sources, Some(name)), &model)?;
        config
            .sites
            .push(Site { name: name.to_lowercase(), config: Config { repeats: repeats.clone(), ..site } });
    }
    Ok(Settings {
        config,
        globs: last(&sources, |layer| layer.glob.clone()).map_or_else(Vec::new, |(_, globs)| globs),
        reading,
        jobs,
        report_text: last(&sources, |layer| layer.report_text)
            .map_or_else(ReportText::default, |(_, how)| how),
        file: path.as_deref().map(file::shown),
        warnings: environment.strange,
        sources,
    })
}

/// How repeats are found: the same for all sites, because documents of several are compared.
fn repeats(sources: &[Source]) -> Result<repeats::Settings, Error> {
    let mut settings = repeats::Settings::default();
    settings.scope = last(sources, |layer| layer.scope).map_or(settings.scope, |(_, scope)| scope);
    settings.copies = last(sources, |layer| layer.copies).map_or(settings.copies, |(_, copies)| copies);
    if let Some((source, order)) = last(sources, |layer| layer.order.clone()) {
        if order.to_string().trim().is_empty() {
            let message = "input, id, or the name of a field".to_owned();
            return Err(Error::Setting { place: source.place(&[], "order", None), message });
        }
        settings.order = order;
    }
    settings.partial = last(sources, |layer| layer.partial).map_or(settings.partial, |(_, partial)| partial);
    if let Some((source, docs)) = last(sources, |layer| layer.min_docs) {
        if docs < 2 {
            let place = source.place(&[], "min-docs", None);
            return Err(Error::Setting {
                place,
                message: "a template stands in 2 documents at least".to_owned(),
            });
        }
        settings.docs_min = Some(docs);
    }
    if let Some((source, words)) = last(sources, |layer| layer.repeat_words) {
        if !repeats::WORDS_MIN_RANGE.contains(&words) {
            let message = "a number of words from 8 to 10000; shorter passages recur by accident".to_owned();
            return Err(Error::Setting { place: source.place(&[], "repeat-words", None), message });
        }
        settings.words_min = words;
    }
    Ok(settings)
}

fn reading(sources: &[Source], encoding: Option<&'static Encoding>) -> Result<Reading, Error> {
    let text = |give: fn(&Layer) -> Option<&String>| last(sources, give).map(|(_, text)| text.clone());
    let record_max = last(sources, |layer| layer.max_record.as_deref()).map(|(source, text)| {
        parse_bytes(text).map_err(|wanted| Error::Setting {
            place: source.place(&[], MAX_RECORD, None),
            message: format!("{MAX_RECORD} is {wanted}, and not {text:?}"),
        })
    });
    let format = last(sources, |layer| layer.input_format.as_deref()).map(|(source, name)| {
        name.parse()
            .map_err(|message| Error::Setting { place: source.place(&[], "input-format", None), message })
    });
    Ok(Reading {
        format: format.transpose()?,
        split_blank: last(sources, |layer| layer.split_blank).is_some_and(|(_, split)| split),
        encoding,
        fields: FieldNames {
            text: text(|layer| layer.text_field.as_ref()),
            id: text(|layer| layer.id_field.as_ref()),
            url: text(|layer| layer.url_field.as_ref()),
            order: last(sources, |layer| layer.order.clone()).and_then(|(_, order)| match order {
                Order::Field(name) => Some(name),
                Order::Input | Order::Id => None,
            }),
            parallel: last(sources, |layer| layer.filter_parallel.clone())
                .map_or_else(Vec::new, |(_, list)| list),
        },
        record_max: record_max.transpose()?.unwrap_or(RECORD_MAX),
    })
}

/// A number of bytes: digits, and perhaps `K`, `M` or `G`, with or without `B` or `iB`, for powers of 1024.
///
/// # Errors
///
/// Words that say what it must be.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    let upper = text.to_ascii_uppercase();
    let unit_at = upper.find(|c: char| !c.is_ascii_digit()).unwrap_or(upper.len());
    let shift = match &upper[unit_at..] {
        "" | "B" => Some(0),
        "K" | "KB" | "KIB" => Some(10),
        "M" | "MB" | "MIB" => Some(20),
        "G" | "GB" | "GIB" => Some(30),
        _ => None,
    };
    let count: Option<u64> = upper[..unit_at].parse().ok();
    let bytes = count.zip(shift).and_then(|(count, shift)| count.checked_mul(1 << shift));
    bytes
        .filter(|&bytes| bytes > 0)
        .ok_or_else(|| format!("a number of bytes from 1 on, as in {RECORD_MAX}, 64M or 2GiB"))
}

/// The folder from which the nearest file of settings is looked for: that of the inputs, or the current one.
///
/// # Errors
///
/// An input that cannot be looked at.
pub fn start(paths: &[PathBuf]) -> Result<PathBuf, Error> {
    let paths: Vec<PathBuf> = paths.iter().filter(|path| path.as_os_str() != "-").cloned().collect();
    if paths.is_empty() { Ok(Path::new(".").to_owned()) } else { input::common_base(&paths) }
}

/// The highest source that gives something, and what.
fn last<'s, T>(sources: &'s [Source], give: impl Fn(&'s Layer) -> Option<T>) -> Option<(&'s Source, T)> {
    sources.iter().rev().find_map(|source| Some((source, give(source.layer())?)))
}

fn site_names(layer: &Layer) -> impl Iterator<Item = &String> {
    layer.site.iter().flat_map(BTreeMap::keys)
}

/// What one source says of the lines of one site or of all documents.
struct Said<'s> {
    source: &'s Source,
    /// The tables in which it stands.
    tables: Vec<&'s str>,
    lines: SiteLayer,
}

impl Said<'_> {
    fn place(&self, key: &str, text: Option<&str>) -> String {
        self.source.place(&self.tables, key, text)
    }

    fn phrases(&self) -> impl Iterator<Item = Phrase> {
        self.lines.phrases.iter().flatten().flat_map(|(&kind, phrases)| phrases.of(kind))
    }
}

/// What the sources say, from the lowest to the highest. For a site: files for all documents, files for the
/// site, then the environment and what was typed.
fn said<'s>(sources: &'s [Source], site: Option<&'s str>) -> Vec<Said<'s>> {
    let for_all = |source: &'s Source| Said { source, tables: Vec::new(), lines: source.layer().for_all() };
    let is_file = |source: &&Source| matches!(source, Source::File(_));
    let of_site = sources.iter().filter_map(|source| {
        let name = site?;
        let lines = source.layer().site.as_ref()?.get(name)?.clone();
        Some(Said { source, tables: vec!["site", name], lines })
    });
    let files = sources.iter().filter(is_file).map(for_all);
    let others = sources.iter().filter(|source| !is_file(source)).map(for_all);
    files.chain(of_site).chain(others).collect()
}

fn config(said: &[Said], model: &Arc<Model>) -> Result<Config, Error> {
    let mut dropped = KindSet::default();
    for (kind, (goes, _)) in kinds(said)? {
        if goes { dropped.insert(kind) } else { dropped.remove(kind) }
    }
    Ok(Config {
        dropped,
        preset: said.iter().rev().find_map(|said| said.lines.preset).unwrap_or_default(),
        model: Arc::clone(model),
        own: Arc::new(own(said)?),
        ..Config::default()
    })
}

/// The kinds that somebody spoke of: whether they go, and who says so.
fn kinds(said: &[Said]) -> Result<BTreeMap<Kind, (bool, String)>, Error> {
    let mut kinds = BTreeMap::new();
    for one in said {
        let (keep, drop) =
            (one.lines.keep.as_deref().unwrap_or(&[]), one.lines.drop.as_deref().unwrap_or(&[]));
        let chosen = one.lines.kinds.as_deref().unwrap_or(&[]);
        for (list, key) in [(drop, "drop"), (chosen, "kinds")] {
            if let Some(kind) = list.iter().find(|kind| keep.contains(kind)) {
                return Err(Error::Setting {
                    place: one.place(key, Some(kind.slug())),
                    message: format!("{kind} stands in both keep and {key}; choose one"),
                });
            }
        }
        // Blank lines go with what goes, whatever that is.
        for kind in Kind::ALL.into_iter().filter(|&kind| one.lines.kinds.is_some() && kind != Kind::Blank) {
            let goes = chosen.contains(&kind);
            kinds.insert(kind, (goes, one.place("kinds", goes.then(|| kind.slug()))));
        }
        // `body-only = false` takes back what a lower source asked for, as `kinds` has done already.
        let speaks = |body_only: bool| body_only || one.lines.kinds.is_none();
        for kind in BODY_ONLY.into_iter().filter(|_| one.lines.body_only.is_some_and(speaks)) {
            let goes = one.lines.body_only == Some(true) || KindSet::default().contains(kind);
            kinds.insert(kind, (goes, one.place("body-only", None)));
        }
        for (list, key, goes) in [(drop, "drop", true), (keep, "keep", false)] {
            for &kind in list {
                kinds.insert(kind, (goes, one.place(key, Some(kind.slug()))));
            }
        }
    }
    Ok(kinds)
}

/// Own rules of all sources together.
fn own(said: &[Said]) -> Result<Own, Error> {
    let all = |list: &dyn Fn(&SiteLayer) -> &Option<Vec<String>>| -> Vec<String> {
        said.iter().flat_map(|said| list(&said.lines).iter().flatten().cloned()).collect()
    };
    let keep = all(&|lines| &lines.keep_line);
    let drop = all(&|lines| &lines.drop_line);
    let phrases: Vec<Phrase> = said.iter().flat_map(Said::phrases).collect();
    Own::new(&keep, &drop, &phrases)
        .map_err(|error| Error::Setting { place: culprit(said, &error), message: error.to_string() })
}

/// The place of the rule that cannot be used.
fn culprit(said: &[Said], error: &OwnError) -> String {
    let holds = |list: &Option<Vec<String>>, text: &String| list.iter().flatten().any(|entry| entry == text);
    let place = said.iter().rev().find_map(|one| {
        let (key, text) = match error {
            OwnError::Pattern { pattern, .. } if holds(&one.lines.keep_line, pattern) => {
                ("keep-line", pattern)
            }
            OwnError::Pattern { pattern, .. } | OwnError::EveryLine { pattern }
                if holds(&one.lines.drop_line, pattern) =>
            {
                ("drop-line", pattern)
            }
            OwnError::Phrase { text, .. } if one.phrases().any(|phrase| phrase.text == *text) => {
                ("phrases", text)
            }
            _ => return None,
        };
        Some(one.place(key, Some(text)))
    });
    place.unwrap_or_else(|| "settings".to_owned())
}

impl Default for Choice {
    fn default() -> Self {
        Self::Nearest(PathBuf::from("."))
    }
}

/// The default of a key that has one and stands in no other list.
fn default_of(key: &str) -> Option<&'static str> {
    match key {
        "preset" => Some(Preset::default().name()),
        "report-text" => Some("full"),
        "max-record" => Some("64M"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        for (text, bytes) in
            [("1", 1), ("64M", 64 << 20), ("2g", 2 << 30), ("3kb", 3 << 10), ("512MiB", 512 << 20)]
        {
            assert_eq!(parse_bytes(text), Ok(bytes));
        }
        for text in ["", "0", "-1", "M", "iB", "1T", "1.5G", "99999999999G"] {
            assert!(parse_bytes(text).is_err(), "{text}");
        }
        assert_eq!(default_of("max-record").map(parse_bytes), Some(Ok(RECORD_MAX)));
    }
}
