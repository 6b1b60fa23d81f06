//! What `train` and `eval` have in common: the choice of documents and the table of scores.

use std::fmt::Write as _;

use clap::Args as ClapArgs;
use unchaff::error::Error;
use unchaff::learn::gold::{Corpus, Gold};
use unchaff::learn::scores::{self, Outcome, Score};
use unchaff::{Config, output};

/// Groups of fewer documents are not listed.
const GROUP_MIN: usize = 20;

#[derive(Debug, ClapArgs)]
pub(crate) struct ChoiceArgs {
    /// Only documents of these sets
    #[arg(long, value_name = "SET,…", value_delimiter = ',')]
    pub(crate) dataset: Vec<String>,

    /// Only documents under these licences, as their records name them; the beginning is enough
    #[arg(long, value_name = "LICENSE,…", value_delimiter = ',')]
    pub(crate) license: Vec<String>,

    /// Only documents in these languages
    #[arg(long, value_name = "LANG,…", value_delimiter = ',')]
    pub(crate) language: Vec<String>,

    /// No documents in these languages
    #[arg(long, value_name = "LANG,…", value_delimiter = ',')]
    pub(crate) without_language: Vec<String>,
}

/// Leaves out what was not chosen.
pub(crate) fn choose(corpus: &mut Corpus, choice: &ChoiceArgs) -> Result<(), Error> {
    corpus.documents.retain(|gold| {
        (choice.dataset.is_empty() || choice.dataset.contains(&gold.dataset))
            && (choice.license.is_empty()
                || choice.license.iter().any(|start| gold.license.starts_with(start)))
            && (choice.language.is_empty() || choice.language.contains(&gold.language))
            && !choice.without_language.contains(&gold.language)
    });
    if corpus.documents.is_empty() {
        let message =
            "no labelled document is left; see --dataset, --license, --language and --without-language";
        return Err(Error::Usage { message: message.to_owned() });
    }
    Ok(())
}

/// Cleans the documents; the table of scores, and what became of each.
pub(crate) fn measure(
    corpus: &Corpus,
    documents: &[&Gold],
    config: &Config,
    rounds: usize,
) -> (String, Vec<Outcome>) {
    let outcomes = scores::outcomes(corpus, documents, &|gold| config.of_site(&gold.domain).clone());
    let groups = |gold: &Gold| {
        if gold.genre.is_some() {
            return Vec::new();
        }
        let named = [("converter", &gold.converter), ("set", &gold.dataset), ("language", &gold.language)];
        let named = named.into_iter().filter(|(_, name)| !name.is_empty());
        std::iter::once("all".to_owned())
            .chain(named.map(|(group, name)| format!("{group} {name}")))
            .collect()
    };
    let by_group = scores::by_group(documents, &outcomes, groups);
    let mut table = format!(
        "{:<24}{:>6}  {:<20}{:<20}{:<20}{:<14}{:<16}{}\n",
        "",
        "docs",
        "line keep P/R/F1",
        "line drop P/R/F1",
        "char keep P/R/F1",
        "char drop F1",
        "article F1",
        "exact"
    );
    for (name, score) in
        by_group.iter().filter(|(name, score)| *name == "all" || score.documents >= GROUP_MIN)
    {
        let interval = if name == "all" { scores::interval(documents, &outcomes, rounds) } else { None };
        let _ = writeln!(table, "{}", row(name, score, interval));
    }
    let clean = scores::by_group(documents, &outcomes, |gold| gold.genre.iter().cloned().collect());
    let mut all = Score::default();
    for (outcome, _) in outcomes.iter().zip(documents).filter(|(outcome, _)| outcome.clean.is_some()) {
        all.add(outcome);
    }
    if all.clean.0 > 0 {
        let _ = writeln!(
            table,
            "\n{:<24}{:>6}{:>10}{:>12}{:>14}",
            "clean texts", "docs", "changed", "chars", "chars lost"
        );
        for (name, score) in clean.iter().map(|(name, score)| (name.as_str(), score)).chain([("all", &all)]) {
            let lost = 100.0 * score.clean_chars.1 as f64 / (score.clean_chars.0.max(1)) as f64;
            let _ = writeln!(
                table,
                "{name:<24}{:>6}{:>10}{:>12}{lost:>12.3} %",
                score.clean.0, score.clean.1, score.clean_chars.0
            );
        }
    }
    (table, outcomes)
}

fn row(name: &str, score: &Score, interval: Option<(f64, f64)>) -> String {
    let three = |values: [f64; 3]| values.map(|value| format!("{value:.3}")).join(" ");
    let ((keep, drop), (chars, chars_gone)) = (score.of_lines(), score.of_chars());
    let mut out = format!(
        "{name:<24}{:>6}  {:<20}{:<20}{:<20}{:<14.3}",
        score.documents,
        three(keep),
        three(drop),
        three(chars),
        chars_gone[2]
    );
    if let Some((f1, exact)) = score.of_articles() {
        let interval = interval.map_or(String::new(), |(from, to)| format!(" [{from:.3},{to:.3}]"));
        let _ = write!(out, "{:<16}{exact:.3}", format!("{f1:.4}{interval} "));
    }
    out
}

/// Scores are data: they go to standard output.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    output::write_stdout(std::iter::once(text.as_bytes()))
}
