//! What the command line says of repeats.

use clap::{Args as ClapArgs, ValueEnum};
use unchaff::Config;
use unchaff::repeats::{self, Copies, Order, Partial, Scope, Settings};

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Repeats")]
pub(crate) struct RepeatArgs {
    /// Sentences that stood before, in a line that holds more: cut them, or only mark them in the report
    #[arg(long, value_name = "HOW", default_value = "document")]
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

    /// Memory for looking at documents together, such as 512MiB or 4G: half of it is for sorting, which goes
    /// on in temporary files beyond
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub(crate) memory: u64,

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
            PartialArg::Document => Partial::Document,
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

fn parse_words(count: &str) -> Result<usize, String> {
    match count.parse() {
        Ok(count @ 8..=10_000) => Ok(count),
        _ => Err("a number of words from 8 to 10000; shorter passages recur by accident".to_owned()),
    }
}

/// A number of bytes: `512MiB`, `4G`, `1.5GB`. Units of one letter are powers of 1024.
fn parse_size(size: &str) -> Result<u64, String> {
    let told = || "a size such as 512MiB, 4G or 800MB; at least 16MiB".to_owned();
    let unit_at = size.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(size.len());
    let number: f64 = size[..unit_at].parse().map_err(|_| told())?;
    let unit: u32 = match size[unit_at..].trim().to_ascii_lowercase().as_str() {
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => return Err(told()),
    };
    let bytes = number * f64::from(unit);
    if !(f64::from(16 << 20)..=1e15).contains(&bytes) {
        return Err(told());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 16 MiB and 1 PB"
    )]
    Ok(bytes as u64)
}
