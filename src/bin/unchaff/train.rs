//! `train`: labelled documents become a model.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args as ClapArgs;
use unchaff::error::Error;
use unchaff::learn::gold::{self, Fold, Gold};
use unchaff::learn::{self, EPOCHS, Progress, Settings};
use unchaff::run::on_threads;
use unchaff::{Config, Kind, KindSet, output};

use crate::args::{MessageArgs, OverwriteArgs, ThreadArgs, no_dash};
use crate::exit::Exit;
use crate::measure::{ChoiceArgs, choose, measure, print};
use crate::message::say;
use crate::settings::SettingArgs;

/// The part that is measured on if none is named.
const MEASURED: Fold = Fold { part: 0, of: 5 };
/// Draws for the interval behind `train`.
const ROUNDS: usize = 200;

#[derive(Debug, ClapArgs)]
pub(crate) struct TrainArgs {
    /// Labelled documents: .jsonl, .jsonl.gz, files of marks, and folders of them
    #[arg(required = true, value_name = "GOLD")]
    pub(crate) gold: Vec<PathBuf>,

    /// Write the model to FILE
    #[arg(short, long, value_name = "FILE", value_parser = no_dash())]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,

    /// Leave this part of the domains out (0/5 to 4/5) and measure on it; without it a fifth is left out
    /// to measure, and then the model is trained on all
    #[arg(long, value_name = "PART/OF")]
    pub(crate) hold_out: Option<Fold>,

    /// Weigh the documents of a set, as in wcxb=2
    #[arg(long, value_name = "SET=WEIGHT,…", value_delimiter = ',', value_parser = parse_weight)]
    pub(crate) weight: Vec<(String, f32)>,

    /// Passes over the documents
    #[arg(long, value_name = "N", default_value_t = EPOCHS, value_parser = parse_epochs)]
    pub(crate) epochs: usize,

    /// Where the random numbers begin; the same seed and documents give the same model
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,

    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
}

pub(crate) fn run(args: &TrainArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let settings = SettingArgs::default().resolve(&args.gold, args.threads.layer())?;
    let jobs = settings.jobs;
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
    output::Guard::new(&args.gold).check(&args.output)?;
    output::refuse_existing(&args.output, args.overwrite.force)?;
    let fold = args.hold_out.unwrap_or(MEASURED);
    if args.hold_out.is_some() && corpus.documents.iter().all(|gold| fold.holds(&gold.domain)) {
        let message = "--hold-out leaves out every domain there is; nothing is left to learn from";
        return Err(Error::Usage { message: message.to_owned() });
    }
    let tell = |what: &'static str| {
        let mut last = usize::MAX;
        move |progress: Progress| {
            let tenth = progress.step * 10 / progress.steps;
            if tenth != last && !messages.quiet {
                last = tenth;
                say(&format!("{what}: {} %, loss {:.3}", tenth * 10, progress.loss));
            }
        }
    };
    let mut model = on_threads(jobs, || learn::train(&corpus, &settings, Some(fold), &mut tell("training")))?;
    let held_out: Vec<&Gold> = corpus.documents.iter().filter(|gold| fold.holds(&gold.domain)).collect();
    let temperature = on_threads(jobs, || learn::temperature(&model, &held_out))?;
    model.set_temperature(temperature);
    let model = Arc::new(model);
    say(&format!(
        "on {} documents of domains that were left out ({}/{}), --body-only; temperature {temperature:.2}:",
        held_out.len(),
        fold.part,
        fold.of
    ));
    let config = Config { dropped: body_only(), model: Arc::clone(&model), ..Config::default() };
    let table = on_threads(jobs, || measure(&corpus, &held_out, &config, ROUNDS).0)?;
    print(&table)?;
    let bytes = if args.hold_out.is_some() {
        model.to_bytes()
    } else {
        let mut model =
            on_threads(jobs, || learn::train(&corpus, &settings, None, &mut tell("training on all")))?;
        model.set_temperature(temperature);
        model.to_bytes()
    };
    output::write_file(&args.output, std::iter::once(&bytes[..]), args.overwrite.force)?;
    if !messages.quiet {
        say(&format!("wrote {}; use it with --model", args.output.display()));
    }
    Ok(Exit::Done)
}

fn body_only() -> KindSet {
    KindSet::default().iter().chain([Kind::Title, Kind::Caption, Kind::Byline]).collect()
}

fn parse_weight(text: &str) -> Result<(String, f32), String> {
    let parsed = text.split_once('=').and_then(|(set, weight)| Some((set.to_owned(), weight.parse().ok()?)));
    match parsed {
        Some((set, weight)) if (0.0..=1000.0).contains(&weight) => Ok((set, weight)),
        _ => Err("a set and a weight from 0 to 1000, as in wcxb=2".to_owned()),
    }
}

fn parse_epochs(count: &str) -> Result<usize, String> {
    match count.parse() {
        Ok(count @ 1..=1000) => Ok(count),
        _ => Err("a number of passes from 1 to 1000".to_owned()),
    }
}
