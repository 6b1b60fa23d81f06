//! The one integration binary.
#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::format_collect,
    clippy::format_push_string
)]

// Reading fixtures, running the command in a fresh folder.
mod util;

// fixtures/articles and fixtures/clean: what a careful person removes, and what they never would.
mod articles;
// Batches, threads, slow sources, line ends, planes, bytes that are no UTF-8: what must not show.
mod boundaries;
// `check`: expectations, limits, baselines, and the formats of CI systems.
mod check;
// The command: streams, files, errors, exit codes.
mod cli;
// Options that do not go together, or mean nothing here.
mod combinations;
// The corpus, where it is at hand: no harm, the samples. Skipped, saying so, where it is not.
mod corpus;
// docs/configuration.md: its commands run.
mod docs;
// Encodings, from file to file.
mod encodings;
// Dumps: every format, compressed or not, good records and bad.
mod formats;
// The fuzz targets, without a fuzzer.
mod fuzz;
// The hook and the action.
mod hooks;
// Documents that are made to be dear.
mod hostile;
// The page about a run.
mod html;
// Faults: disks, pipes, signals; going on after a stop; the commands of docs/formats.md.
mod faults;
// Help, completions, manual pages.
mod help;
// Models: train, eval, presets.
mod learning;
// The index of a dump: built, merged, used, refused.
mod index;
// `explain` and `rules`: what a person is told of a line and of a rule.
mod explain;
// Outputs that are there, or among the inputs.
mod outputs;
// A user's own rules: patterns of lines, phrases.
mod own;
// Looking: differences, pages, tables, reviews.
mod look;
// Runs that end before their inputs do: the first failure, a reader that goes away.
mod stops;
// Pictures of the README.
#[cfg(unix)]
mod pictures;
// Parquet: what is changed, what is kept, what is refused.
#[cfg(feature = "parquet")]
mod parquet;
// Conservation, determinism, restoring: random text over nasty alphabets, random bytes.
mod props;
// The README: its commands do what it says.
mod readme;
// The report and the way back.
mod report;
// fixtures/rules: each rule, line by line.
mod rules;
// Documents looked at together: templates, copies.
mod scope;
// unchaff.toml, variables and options: which counts, and what is said of mistakes.
mod settings;
// Removals as spans: Dolma attributes, intervals.
mod spans;
// Data and fixtures are in order.
mod tidy;
