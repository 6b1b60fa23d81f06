//! `train` and `eval`.

use std::fmt::Write as _;
use std::sync::Arc;

use unchaff::error::Error;
use unchaff::learn::gold::{self, Corpus, Fold, Gold, Label};
use unchaff::learn::scores::{self, Outcome, Score};
use unchaff::learn::{self, Progress, Settings};
use unchaff::{Config, KindSet, Preset, output, segment};

use crate::args::{ChoiceArgs, EvalArgs, TrainArgs};
use crate::exit::Exit;
use crate::message::{say, shown};

/// The part that is measured on if none is named.
const MEASURED: Fold = Fold { part: 0, of: 5 };
/// Draws for the interval behind `train`.
const ROUNDS: usize = 200;
/// Groups of fewer documents are not listed.
const GROUP_MIN: usize = 20;
/// Wrong lines that are shown of one document, and characters of each.
const WRONG_MAX: usize = 12;
const WRONG_CHARS: usize = 100;

pub(crate) fn run_train(args: &TrainArgs) -> Result<Exit, Error> {
    let pool = pool(args.jobs)?;
    let mut corpus = gold::read(&args.gold)?;
    choose(&mut corpus, &args.choice)?;
    let settings =
        Settings { epochs: args.epochs, seed: args.seed, set_weights: args.weight.iter().cloned().collect() };
    for (set, _) in &args.weight {
        if !corpus.documents.iter().any(|gold| gold.dataset == *set) {
            return Err(Error::Usage {
                message: format!("--weight {set}: there is no such set among the documents"),
            });
        }
    }
    output::refuse_existing(&args.output, args.force)?;
    let fold = args.hold_out.unwrap_or(MEASURED);
    if args.hold_out.is_some() && corpus.documents.iter().all(|gold| fold.holds(&gold.domain)) {
        let message = "--hold-out leaves out every domain there is; nothing is left to learn from";
        return Err(Error::Usage { message: message.to_owned() });
    }
    let tell = |what: &'static str| {
        let mut last = usize::MAX;
        move |progress: Progress| {
            let tenth = progress.step * 10 / progress.steps;
            if tenth != last && !args.quiet {
                last = tenth;
                say(&format!("{what}: {} %, loss {:.3}", tenth * 10, progress.loss));
            }
        }
    };
    let mut model = pool.install(|| learn::train(&corpus, &settings, Some(fold), &mut tell("training")));
    let held_out: Vec<&Gold> = corpus.documents.iter().filter(|gold| fold.holds(&gold.domain)).collect();
    let temperature = pool.install(|| learn::temperature(&model, &held_out));
    model.set_temperature(temperature);
    let model = Arc::new(model);
    say(&format!(
        "on {} documents of domains that were left out ({}/{}), --body-only; temperature {temperature:.2}:",
        held_out.len(),
        fold.part,
        fold.of
    ));
    let config = Config { dropped: body_only(), preset: Preset::default(), model: Arc::clone(&model) };
    let table = pool.install(|| measure(&corpus, &held_out, &config, ROUNDS).0);
    print(&table)?;
    let bytes = if args.hold_out.is_some() {
        model.to_bytes()
    } else {
        let mut model = pool.install(|| learn::train(&corpus, &settings, None, &mut tell("training on all")));
        model.set_temperature(temperature);
        model.to_bytes()
    };
    output::write_file(&args.output, std::iter::once(&bytes[..]), args.force)?;
    Ok(Exit::Done)
}

pub(crate) fn run_eval(args: &EvalArgs) -> Result<Exit, Error> {
    let config = crate::config(&args.kinds, &args.classifier)?;
    let mut corpus = gold::read(&args.gold)?;
    choose(&mut corpus, &args.choice)?;
    let documents: Vec<&Gold> = corpus
        .documents
        .iter()
        .filter(|gold| args.only.is_none_or(|fold| fold.holds(&gold.domain)))
        .collect();
    let (table, outcomes) = pool(args.jobs)?.install(|| measure(&corpus, &documents, &config, args.rounds));
    print(&table)?;
    print(&worst(&documents, &outcomes, args.worst))?;
    Ok(Exit::Done)
}

fn pool(jobs: Option<usize>) -> Result<rayon::ThreadPool, Error> {
    let build = rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0)).build();
    build.map_err(|error| Error::Usage { message: format!("cannot start threads: {error}") })
}

/// Leaves out what was not chosen.
fn choose(corpus: &mut Corpus, choice: &ChoiceArgs) -> Result<(), Error> {
    corpus.documents.retain(|gold| {
        (choice.dataset.is_empty() || choice.dataset.contains(&gold.dataset))
            && (choice.license.is_empty()
                || choice.license.iter().any(|start| gold.license.starts_with(start)))
            && !choice.without_language.contains(&gold.language)
    });
    if corpus.documents.is_empty() {
        let message = "no labelled document is left; see --dataset, --license and --without-language";
        return Err(Error::Usage { message: message.to_owned() });
    }
    Ok(())
}

fn body_only() -> KindSet {
    let mut dropped = KindSet::default();
    for kind in [unchaff::Kind::Title, unchaff::Kind::Caption, unchaff::Kind::Byline] {
        dropped.insert(kind);
    }
    dropped
}

/// Cleans the documents; the table of scores, and what became of each.
fn measure(corpus: &Corpus, documents: &[&Gold], config: &Config, rounds: usize) -> (String, Vec<Outcome>) {
    let outcomes = scores::outcomes(corpus, documents, &|_| config.clone());
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

/// The documents with the largest share of wrong characters, and their wrong lines.
fn worst(documents: &[&Gold], outcomes: &[Outcome], count: usize) -> String {
    let share = |outcome: &Outcome| {
        let [kept, lost, left, _] = outcome.chars;
        (lost + left) / (kept + lost + left).max(1.0)
    };
    let mut order: Vec<usize> = (0..documents.len()).filter(|&at| !outcomes[at].wrong.is_empty()).collect();
    order.sort_by(|&a, &b| share(&outcomes[b]).total_cmp(&share(&outcomes[a])).then(a.cmp(&b)));
    let mut out = String::new();
    for at in order.into_iter().take(count) {
        let (gold, outcome) = (documents[at], &outcomes[at]);
        let _ =
            writeln!(out, "\n{}: {:.0} % of its characters wrong", shown(&gold.id), 100.0 * share(outcome));
        let lines = segment::lines(&gold.text);
        for &number in outcome.wrong.iter().take(WRONG_MAX) {
            let text: String = lines[number - 1].text(&gold.text).trim().chars().take(WRONG_CHARS).collect();
            let what = if gold.labels[number - 1] == Label::Junk { "left" } else { "lost" };
            let _ = writeln!(out, "  {what} {number:>5}  {}", shown(&text));
        }
        if outcome.wrong.len() > WRONG_MAX {
            let _ = writeln!(out, "  … {} more", outcome.wrong.len() - WRONG_MAX);
        }
    }
    out
}

/// Scores are data: they go to standard output.
fn print(text: &str) -> Result<(), Error> {
    output::write_stdout(std::iter::once(text.as_bytes()))
}
