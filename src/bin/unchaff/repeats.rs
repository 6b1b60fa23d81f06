//! What the command line says of repeats.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args as ClapArgs, ValueEnum};
use unchaff::Config;
use unchaff::error::Error;
use unchaff::repeats::{Copies, Order, Partial, Scope};
use unchaff::run::MEMORY;
use unchaff::run::index::Index;
use unchaff::settings::{Layer, Settings, parse_bytes};

use crate::message::say;

/// Least `--memory`: below it the runs of a sort are too many.
const MEMORY_MIN: u64 = 16 << 20;

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Repeats")]
pub(crate) struct RepeatArgs {
    /// Sentences that stood before, in a line that holds more: cut them, or only mark them in the report
    /// [default: document]
    #[arg(hide_short_help = true, long, value_name = "HOW")]
    partial: Option<PartialArg>,

    /// Passages that stand in an earlier document: drop them, mark them in the report, or keep them
    /// [default: mark]
    #[arg(long, value_name = "HOW")]
    copies: Option<CopiesArg>,

    /// Which document has the first copy: the first (`input`), that of the least `id`, or of the least value of a
    /// field of this name, such as a date [default: input]
    #[arg(hide_short_help = true, long, value_name = "ORDER")]
    order: Option<String>,

    /// An index (`unchaff index build`) of documents that come before all of these
    #[arg(long, value_name = "FILE")]
    pub(crate) index: Option<PathBuf>,

    /// Least documents, with different main texts, of a line that goes as a template
    /// [default: 4, or one in 500 of its scope]
    #[arg(hide_short_help = true, long, value_name = "N")]
    min_docs: Option<u32>,

    #[command(flatten)]
    pub(crate) together: TogetherArgs,
}

/// What a run and the index it uses are both told.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Repeats")]
pub(crate) struct TogetherArgs {
    /// Look at documents together: lines that stand in many go, passages that stand in an earlier one are
    /// told. Inputs are read twice [default: document; of an index: corpus]
    #[arg(long, value_name = "SCOPE")]
    scope: Option<ScopeArg>,

    /// Memory for looking at documents together, such as 512MiB or 4G: half of it is for sorting, which goes
    /// on in temporary files beyond [default: 1GiB]
    #[arg(hide_short_help = true, long, value_name = "SIZE", value_parser = parse_memory)]
    memory: Option<u64>,

    /// Least words of a repeat [default: 24]
    #[arg(hide_short_help = true, long, value_name = "N")]
    repeat_words: Option<usize>,

    /// A secret number for the hashes, where texts are made by an enemy: inside a document it changes nothing,
    /// across documents the hashes are what is compared. A run and its index need the same
    #[arg(hide_short_help = true, long, value_name = "NUMBER")]
    hash_key: Option<u64>,
}

impl TogetherArgs {
    pub(crate) fn memory(&self) -> u64 {
        self.memory.unwrap_or(MEMORY)
    }

    pub(crate) fn hash_key(&self) -> u64 {
        self.hash_key.unwrap_or_default()
    }

    /// What was typed of settings, added to `more`.
    pub(crate) fn layer(&self, more: Layer) -> Layer {
        Layer { scope: self.scope.map(Scope::from), repeat_words: self.repeat_words, ..more }
    }
}

impl RepeatArgs {
    /// What was typed of settings, added to `more`.
    pub(crate) fn layer(&self, more: Layer) -> Layer {
        Layer {
            partial: self.partial.map(|partial| match partial {
                PartialArg::Document => Partial::Document,
                PartialArg::Cut => Partial::Cut,
                PartialArg::Mark => Partial::Mark,
            }),
            copies: self.copies.map(|copies| match copies {
                CopiesArg::Drop => Copies::Drop,
                CopiesArg::Mark => Copies::Mark,
                CopiesArg::Keep => Copies::Keep,
            }),
            order: self.order.clone().map(Order::from),
            min_docs: self.min_docs,
            ..self.together.layer(more)
        }
    }

    /// Tells a configuration, and those of its sites, the key: a secret is no setting. The scope is
    /// that of the index, unless somebody set another.
    pub(crate) fn apply(&self, config: &mut Config, settings: &Settings, index: Option<&Index>) {
        let of_index = index.filter(|_| !settings.is_set("scope")).map(|index| index.facts().scope);
        let tell = |repeats: &mut unchaff::repeats::Settings| {
            repeats.key = self.together.hash_key();
            repeats.scope = of_index.unwrap_or(repeats.scope);
        };
        tell(&mut config.repeats);
        config.sites.iter_mut().for_each(|site| tell(&mut site.config.repeats));
    }

    /// Refuses what was typed and does nothing in this run. What a file of settings says may be for another run;
    /// `--memory` and `--hash-key` say how to do something, and ask for nothing.
    ///
    /// `config` is that of the run, after [`RepeatArgs::apply`].
    pub(crate) fn refuse_idle(&self, config: &Config) -> Result<(), Error> {
        let repeats = &config.repeats;
        let is_cut = matches!(self.partial, Some(PartialArg::Cut));
        let of_many = [
            ("--copies", self.copies.is_some()),
            ("--order", self.order.is_some()),
            ("--min-docs", self.min_docs.is_some()),
            ("--partial cut", is_cut),
        ];
        let typed: Vec<&str> =
            of_many.into_iter().filter(|(_, typed)| *typed).map(|(name, _)| name).collect();
        let message = if repeats.scope == Scope::Document && !typed.is_empty() {
            format!(
                "{}: for documents that are looked at together, and in this run each is looked at alone; use --scope site, --scope corpus or --index FILE too",
                typed.join(", ")
            )
        } else if repeats.scope == Scope::Document {
            return Ok(());
        } else if is_cut && repeats.copies != Copies::Drop {
            "--partial cut cuts copies of other documents, and these stay; use --copies drop too".to_owned()
        } else if self.order.is_some() && repeats.copies == Copies::Keep {
            "--order says which of several copies is the first, and with --copies keep none is looked for; use --copies mark or drop"
                .to_owned()
        } else {
            return Ok(());
        };
        Err(Error::Usage { message })
    }

    /// Opens the index, if there is one.
    pub(crate) fn open_index(&self, stop: &AtomicBool) -> Result<Option<Arc<Index>>, Error> {
        self.index.as_ref().map(|path| Index::open(path, stop).map(Arc::new)).transpose()
    }

    /// Warns if the index was built under a configuration in which other lines stay.
    pub(crate) fn warn_of_index(&self, index: Option<&Index>, config: &Config) {
        if let (Some(path), Some(index)) = (&self.index, index)
            && !index.is_of(config)
        {
            say(&format!(
                "{}: warning: was built with another model or other settings of what goes; a first copy there may be a line that goes now",
                path.display()
            ));
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PartialArg {
    /// Cut whole sentences that stood before in the same document, mark the rest
    Document,
    /// Cut those that stand in an earlier document, too, with --copies drop
    Cut,
    /// Mark all of it
    Mark,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ScopeArg {
    /// Each document alone
    Document,
    /// Those of one site: the host of their address, or their folder
    Site,
    /// All
    Corpus,
}

impl From<ScopeArg> for Scope {
    fn from(arg: ScopeArg) -> Self {
        match arg {
            ScopeArg::Document => Self::Document,
            ScopeArg::Site => Self::Site,
            ScopeArg::Corpus => Self::Corpus,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CopiesArg {
    /// All but the first go
    Drop,
    /// They are marked
    Mark,
    /// Nothing
    Keep,
}

/// What is held in memory: at least so much that a sort makes sense.
fn parse_memory(size: &str) -> Result<u64, String> {
    let bytes = parse_bytes(size)?;
    if bytes < MEMORY_MIN { Err("at least 16MiB".to_owned()) } else { Ok(bytes) }
}
