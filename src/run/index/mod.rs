//! The index of a dump: what a later run must know of its documents, without reading them again.
//!
//! It is the first pass over a dump, kept: sorted rows with the keys and counts of lines and the places of
//! fingerprints, and the words of each document. [`build`] writes one, [`merge`] makes one of several, and a run
//! with [`Job::index`] finds in its inputs what it would find if the documents of the index came before them.
//! `docs/repeats.md` says what stands in the file and how its keys are made.
//!
//! A file is read in order, or by positioned reads where words of one document are asked for: a merge of sorted
//! rows needs no map of the file into memory, and so no unsafe code.
//!
//! # Complexity
//!
//! A run reads all rows of the index once, in order, and the words of those documents that share a fingerprint
//! with another; of each document 8 bytes are held in memory. Opening an index reads it whole, for its hash.

mod file;
mod sections;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::positioned::{Positioned, failed};
use super::spill::Sorted;
use super::store::Part;
use super::survey::first::{First, Keep, Rows};
use super::{Event, Job};
use crate::config::{Config, model_hash};
use crate::error::Error;
use crate::input::Source;
use crate::normal::NORMAL_VERSION;
use crate::output::{Guard, Pending};
use crate::repeats::passages::place;
use crate::repeats::{Copies, Order, Scope, Settings, TOKEN_VERSION};
use crate::report::hash_text;
pub use sections::Sections;

/// The version of the file. Others are refused.
pub const INDEX_VERSION: u32 = 1;

/// What an index says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// `unchaff`.
    pub tool: String,
    /// The version of the tool.
    pub version: String,
    /// The version of the normal form.
    pub norm: String,
    /// The version of the form of words.
    pub tokens: String,
    /// The version of Unicode behind both.
    pub unicode: String,
    /// Words of a window.
    pub words: usize,
    /// Which documents are looked at together.
    pub scope: Scope,
    /// Hash of the key of the hashes, which may be a secret.
    pub hash_key: String,
    /// Hash of the settings that decide which lines stay.
    pub config: String,
    /// Hash of what scores lines.
    pub model: String,
    /// How many documents.
    pub docs: u64,
    /// Where each part of the file begins and ends.
    pub sections: Sections,
}

/// An index that was opened, and is whole.
#[derive(Debug)]
pub struct Index {
    path: PathBuf,
    facts: Facts,
    hash: u64,
    file: Arc<Positioned>,
    /// Where each document begins.
    starts: Vec<u64>,
    group_sizes: BTreeMap<u64, u32>,
}

impl Index {
    /// Opens an index and reads it whole, to see that it is.
    ///
    /// # Errors
    ///
    /// It cannot be read, is no index or one of another version, or is not whole; a stop asked for through
    /// `stop`.
    pub fn open(path: &Path, stop: &AtomicBool) -> Result<Self, Error> {
        file::open(path, stop)
    }

    /// What it says of itself.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// xxh3 (64 bits) of the file: what reports name it by.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// How many documents it has.
    pub(super) fn docs(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// How many rows each kind has: lines, fingerprints, short lines.
    #[must_use]
    pub fn rows_of_each(&self) -> [u64; 3] {
        let [.., lines, fingerprints, short_lines] = self.facts.sections.rows();
        [lines, fingerprints, short_lines]
    }

    /// How many groups of documents it has.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.group_sizes.len()
    }

    /// Refuses settings under which its keys mean something else.
    ///
    /// # Errors
    ///
    /// Words that name the setting.
    pub fn check(&self, settings: &Settings) -> Result<(), Error> {
        let Facts { words, scope, hash_key, .. } = &self.facts;
        let message = if settings.scope != *scope {
            format!("was built with --scope {}, and this run has another; say the same", scope.name())
        } else if settings.words_min != *words {
            format!(
                "was built with --repeat-words {words}, and this run has {}; say the same",
                settings.words_min
            )
        } else if *hash_key != hash_of_key(settings.key) {
            "was built with another --hash-key; say the same".to_owned()
        } else {
            return Ok(());
        };
        Err(Error::Index { path: self.path.clone(), message })
    }

    /// Do the same lines of its documents stay under this configuration? Otherwise a first copy in the index may
    /// be a line that goes now.
    #[must_use]
    pub fn is_of(&self, config: &Config) -> bool {
        let now = Facts::of(config);
        (&self.facts.config, &self.facts.model) == (&now.config, &now.model)
    }

    /// Its rows.
    pub(super) fn rows(&self) -> std::io::Result<Rows> {
        self.rows_behind(0)
    }

    /// Its rows, where so many documents come before its own.
    fn rows_behind(&self, docs: u32) -> std::io::Result<Rows> {
        let Sections { documents, lines, fingerprints, short_lines, .. } = self.facts.sections;
        let part = |[from, to]: [u64; 2]| from..to;
        let (shift, end) = (place(docs, 0), place(self.docs(), 0));
        Ok(Rows {
            lines: Sorted::section(&self.file, part(lines), 0, u64::MAX)?,
            fingerprints: Sorted::section(&self.file, part(fingerprints), shift, end)?,
            short_lines: Sorted::section(&self.file, part(short_lines), shift, end)?,
            group_sizes: self.group_sizes.clone(),
            documents: vec![Part {
                file: Arc::clone(&self.file),
                starts: self.starts.clone(),
                span: part(documents),
            }],
        })
    }
}

impl Facts {
    /// What an index under this configuration says, but for its content.
    fn of(config: &Config) -> Self {
        let (major, minor, update) = unicode_normalization::UNICODE_VERSION;
        // What becomes of copies changes nothing of the documents they are looked for in.
        let settings = Settings {
            scope: Scope::Document,
            copies: Copies::Mark,
            order: Order::Input,
            docs_min: None,
            ..config.repeats.clone()
        };
        let sites = config.sites.iter().cloned().map(|mut site| {
            site.config.repeats = settings.clone();
            site
        });
        let alone = Config { sites: sites.collect(), repeats: settings.clone(), ..config.clone() };
        Self {
            tool: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            norm: NORMAL_VERSION.to_owned(),
            tokens: TOKEN_VERSION.to_owned(),
            unicode: format!("{major}.{minor}.{update}"),
            words: config.repeats.words_min,
            scope: config.repeats.scope,
            hash_key: hash_of_key(config.repeats.key),
            config: hash_text(alone.hash()),
            model: hash_text(model_hash(&config.model)),
            docs: 0,
            sections: Sections::default(),
        }
    }
}

fn hash_of_key(key: u64) -> String {
    hash_text(xxh3_64(&key.to_le_bytes()))
}

/// What was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Built {
    /// Documents.
    pub docs: u64,
    /// Inputs and records that gave none.
    pub bad: u64,
}

/// Builds an index of the inputs of a job at `path`. Of the job, what it says of inputs, memory, threads and
/// cleaning counts; first copies are chosen in the order of the inputs.
///
/// # Errors
///
/// A scope of single documents; an output that cannot be written; a temporary file that cannot; a stop asked for
/// through `stop`. Then what stood at `path` still does.
pub fn build(
    job: &Job,
    path: &Path,
    stop: &AtomicBool,
    mut tell: impl FnMut(&Event),
) -> Result<Built, Error> {
    if job.config.repeats.scope == Scope::Document {
        return Err(Error::usage(
            "an index is of documents that are looked at together: --scope site or corpus",
        ));
    }
    Guard::new(&job.named).check(path)?;
    let mut out = Pending::create(path, job.force)?;
    out.sync();
    let mut job = job.clone();
    (job.config.repeats.copies, job.config.repeats.order) = (Copies::Mark, Order::Input);
    if job.sources.contains(&Source::Stdin) && job.sources.len() > 1 {
        return Err(Error::usage("standard input goes with no other input"));
    }
    let pool = super::pool(job.jobs)?;
    let mut bad = 0;
    let first = First::read(&job, &pool, 0, Keep::Nothing, stop, |event| {
        bad += u64::from(matches!(event, Event::Bad { .. }));
        tell(event);
    })?;
    let docs = first.docs();
    let gathered = pool.install(|| first.finish(&job)).map_err(failed)?;
    file::write(out, Facts::of(&job.config), gathered.rows, stop)?;
    Ok(Built { docs, bad })
}

/// Makes one index of several at `path`, as if their dumps had been indexed at once, in this order; documents keep the
/// ids that they have there.
///
/// # Errors
///
/// One that cannot be used, or does not go with the first; an output that cannot be written.
pub fn merge(paths: &[PathBuf], path: &Path, force: bool, stop: &AtomicBool) -> Result<u64, Error> {
    Guard::new(paths).check(path)?;
    let indexes: Vec<Index> = paths.iter().map(|path| Index::open(path, stop)).collect::<Result<_, _>>()?;
    let Some(first) = indexes.first() else { return Err(Error::usage("name the indexes to merge")) };
    let mut merged: Option<Rows> = None;
    let mut docs: u32 = 0;
    for index in &indexes {
        if let Some(other) = differing(&first.facts, &index.facts) {
            let message = format!(
                "was built with {other} than {}; build them with the same, to merge them",
                first.path.display()
            );
            return Err(Error::Index { path: index.path.clone(), message });
        }
        let rows = index.rows_behind(docs).map_err(failed)?;
        merged = Some(match merged {
            Some(before) => before.and(rows),
            None => rows,
        });
        docs = docs
            .checked_add(index.docs())
            .ok_or_else(|| Error::usage(format!("one index holds {} documents at most", u32::MAX)))?;
    }
    let facts = Facts {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        docs: 0,
        sections: Sections::default(),
        ..first.facts.clone()
    };
    let mut out = Pending::create(path, force)?;
    out.sync();
    if let Some(rows) = merged {
        file::write(out, facts, rows, stop)?;
    }
    Ok(docs.into())
}

/// What two indexes do not have in common that they must.
fn differing(one: &Facts, other: &Facts) -> Option<&'static str> {
    let pairs = [
        (one.scope == other.scope, "another --scope"),
        (one.words == other.words, "other --repeat-words"),
        (one.hash_key == other.hash_key, "another --hash-key"),
        (one.config == other.config, "other settings of what goes"),
        (one.model == other.model, "another model or version of unchaff"),
    ];
    pairs.into_iter().find(|(is_same, _)| !is_same).map(|(_, what)| what)
}
