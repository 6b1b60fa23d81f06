//! What the command line says of repeats.

use clap::{Args as ClapArgs, ValueEnum};
use unchaff::Config;
use unchaff::repeats::{self, Partial, Settings};

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Repeats")]
pub(crate) struct RepeatArgs {
    /// Sentences that stood before, in a line that holds more: cut them, or only mark them in the report
    #[arg(long, value_name = "HOW", default_value = "cut")]
    partial: PartialArg,

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
        config.repeats = Settings { words_min: self.repeat_words, partial, key: self.hash_key };
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

fn parse_words(count: &str) -> Result<usize, String> {
    match count.parse() {
        Ok(count @ 8..=10_000) => Ok(count),
        _ => Err("a number of words from 8 to 10000; shorter passages recur by accident".to_owned()),
    }
}
