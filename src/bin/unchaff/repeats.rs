//! What the command line says of repeats.

use clap::{Args as ClapArgs, ValueEnum};
use unchaff::Config;
use unchaff::repeats::{Copies, Order, Partial, Scope};
use unchaff::settings::{Layer, parse_bytes};

/// Least `--memory`: below it the runs of a sort are too many.
const MEMORY_MIN: u64 = 16 << 20;

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Repeats")]
pub(crate) struct RepeatArgs {
    /// Sentences that stood before, in a line that holds more: cut them, or only mark them in the report
    /// [default: document]
    #[arg(hide_short_help = true, long, value_name = "HOW")]
    partial: Option<PartialArg>,

    /// Look at documents together: lines that stand in many go, passages that stand in an earlier one are
    /// told. Inputs are read twice [default: document]
    #[arg(long, value_name = "SCOPE")]
    scope: Option<ScopeArg>,

    /// Passages that stand in an earlier document: drop them, mark them in the report, or keep them
    /// [default: mark]
    #[arg(long, value_name = "HOW")]
    copies: Option<CopiesArg>,

    /// Which document has the first copy [default: input]
    #[arg(hide_short_help = true, long, value_name = "ORDER")]
    order: Option<OrderArg>,

    /// Least documents, with different main texts, of a line that goes as a template
    /// [default: 4, or one in 500 of its scope]
    #[arg(hide_short_help = true, long, value_name = "N")]
    min_docs: Option<u32>,

    /// Memory for looking at documents together, such as 512MiB or 4G: half of it is for sorting, which goes
    /// on in temporary files beyond
    #[arg(hide_short_help = true, long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_memory)]
    pub(crate) memory: u64,

    /// Least words of a repeat [default: 24]
    #[arg(hide_short_help = true, long, value_name = "N")]
    repeat_words: Option<usize>,

    /// A secret number for the hashes, where texts are made by an enemy: inside a document it changes nothing,
    /// across documents the hashes are what is compared
    #[arg(
        hide_short_help = true,
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        hide_default_value = true
    )]
    hash_key: u64,
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
            scope: self.scope.map(|scope| match scope {
                ScopeArg::Document => Scope::Document,
                ScopeArg::Site => Scope::Site,
                ScopeArg::Corpus => Scope::Corpus,
            }),
            copies: self.copies.map(|copies| match copies {
                CopiesArg::Drop => Copies::Drop,
                CopiesArg::Mark => Copies::Mark,
                CopiesArg::Keep => Copies::Keep,
            }),
            order: self.order.map(|order| match order {
                OrderArg::Input => Order::Input,
                OrderArg::Id => Order::Id,
            }),
            min_docs: self.min_docs,
            repeat_words: self.repeat_words,
            ..more
        }
    }

    /// Tells a configuration, and those of its sites, the key: a secret is no setting.
    pub(crate) fn apply(&self, config: &mut Config) {
        config.repeats.key = self.hash_key;
        for site in &mut config.sites {
            site.config.repeats.key = self.hash_key;
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

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CopiesArg {
    /// All but the first go
    Drop,
    /// They are marked
    Mark,
    /// Nothing
    Keep,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OrderArg {
    /// The first in the order of the inputs
    Input,
    /// The one with the least id
    Id,
}

/// What is held in memory: at least so much that a sort makes sense.
fn parse_memory(size: &str) -> Result<u64, String> {
    let bytes = parse_bytes(size)?;
    if bytes < MEMORY_MIN { Err("at least 16MiB".to_owned()) } else { Ok(bytes) }
}
