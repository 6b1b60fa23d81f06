//! What the command line says of repeats.

use clap::{Args as ClapArgs, ValueEnum};
use unchaff::Config;
use unchaff::repeats::{self, Copies, Order, Partial, Scope, Settings};

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Repeats")]
pub(crate) struct RepeatArgs {
    /// Sentences that stood before, in a line that holds more: cut them, or only mark them in the report
    #[arg(long, value_name = "HOW", default_value = "cut")]
    partial: PartialArg,

    /// Look at documents together: lines that stand in many go, blocks that stand in an earlier one are
    /// told. Inputs are read twice
    #[arg(long, value_name = "SCOPE", default_value = "document")]
    scope: ScopeArg,

    /// Blocks that stand in an earlier document: drop them, mark them in the report, or keep them
    #[arg(long, value_name = "HOW", default_value = "mark")]
    copies: CopiesArg,

    /// Which document has the first copy
    #[arg(long, value_name = "ORDER", default_value = "input")]
    order: OrderArg,

    /// Least documents, with different main texts, of a line that goes as a template
    /// [default: 4, or one in 500 of its scope]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    min_docs: Option<u32>,

    /// Least words of a repeat
    #[arg(long, value_name = "N", default_value_t = repeats::WORDS_MIN, value_parser = parse_words)]
    repeat_words: usize,

    /// A secret number for the hashes, where texts are made by an enemy; it never changes what is found
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    hash_key: u64,
}

impl RepeatArgs {
    /// Tells a configuration, and those of its sites, what was typed.
    pub(crate) fn apply(&self, config: &mut Config) {
        let partial = match self.partial {
            PartialArg::Cut => Partial::Cut,
            PartialArg::Mark => Partial::Mark,
        };
        config.repeats = Settings {
            words_min: self.repeat_words,
            partial,
            scope: match self.scope {
                ScopeArg::Document => Scope::Document,
                ScopeArg::Site => Scope::Site,
                ScopeArg::Corpus => Scope::Corpus,
            },
            copies: match self.copies {
                CopiesArg::Drop => Copies::Drop,
                CopiesArg::Mark => Copies::Mark,
                CopiesArg::Keep => Copies::Keep,
            },
            order: match self.order {
                OrderArg::Input => Order::Input,
                OrderArg::Id => Order::Id,
            },
            docs_min: self.min_docs,
            key: self.hash_key,
        };
        for site in &mut config.sites {
            site.config.repeats = config.repeats;
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PartialArg {
    /// Cut whole sentences, mark the rest
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

fn parse_words(count: &str) -> Result<usize, String> {
    match count.parse() {
        Ok(count @ 8..=10_000) => Ok(count),
        _ => Err("a number of words from 8 to 10000; shorter passages recur by accident".to_owned()),
    }
}
