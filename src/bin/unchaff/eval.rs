//! `eval`: how well cleaning does on labelled documents.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use unchaff::error::Error;
use unchaff::learn::curve::Curve;
use unchaff::learn::gold::{self, Fold, Gold, Label};
use unchaff::learn::scores::Outcome;
use unchaff::run::on_threads;
use unchaff::{output, segment};

use crate::args::{MessageArgs, OverwriteArgs, ThreadArgs, no_dash};
use crate::exit::Exit;
use crate::measure::{ChoiceArgs, choose, measure, print};
use crate::message::shown;
use crate::settings::SettingArgs;

/// Wrong lines that are shown of one document, and characters of each.
const WRONG_MAX: usize = 12;
const WRONG_CHARS: usize = 100;

#[derive(Debug, ClapArgs)]
pub(crate) struct EvalArgs {
    /// Labelled documents: .jsonl, .jsonl.gz, files of marks, and folders of them
    #[arg(required = true, value_name = "GOLD")]
    pub(crate) gold: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,

    /// Only this part of the domains, which a model trained with the same --hold-out has not seen
    #[arg(long, value_name = "PART/OF")]
    pub(crate) only: Option<Fold>,

    /// Show the lines of the N documents that came out worst
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) worst: usize,

    /// Measure each preset and the calibration of the score too, and draw both to FILE, as SVG
    #[arg(long, value_name = "FILE", value_parser = no_dash())]
    pub(crate) plot: Option<PathBuf>,

    /// Draws for the 95 % interval of the article score
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) rounds: usize,

    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,

    #[command(flatten)]
    pub(crate) threads: ThreadArgs,

    #[command(flatten)]
    pub(crate) settings: SettingArgs,
}

pub(crate) fn run(args: &EvalArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let settings = args.settings.resolve(&args.gold, args.threads.layer())?;
    messages.tell_settings(&settings);
    if let Some(path) = &args.plot {
        output::Guard::new(&args.gold).check(path)?;
        output::refuse_existing(path, args.overwrite.force)?;
    }
    let mut corpus = gold::read(&args.gold)?;
    choose(&mut corpus, &args.choice)?;
    let documents: Vec<&Gold> = corpus
        .documents
        .iter()
        .filter(|gold| args.only.is_none_or(|fold| fold.holds(&gold.domain)))
        .collect();
    if documents.is_empty() {
        let message = "--only names a part in which no document is; give another, or leave it out";
        return Err(Error::Usage { message: message.to_owned() });
    }
    let (table, outcomes) =
        on_threads(settings.jobs, || measure(&corpus, &documents, &settings.config, args.rounds))?;
    print(&table)?;
    print(&worst(&documents, &outcomes, args.worst))?;
    if let Some(path) = &args.plot {
        let config = |gold: &Gold| settings.config.of_site(&gold.domain).clone();
        let curve = on_threads(settings.jobs, || Curve::of(&corpus, &documents, &config))?;
        print(&curve.table())?;
        output::write_file(path, std::iter::once(curve.svg().as_bytes()), args.overwrite.force)?;
    }
    Ok(Exit::Done)
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
