//! `index`: what a later run must know of a dump, kept in a file.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use clap::{Args as ClapArgs, Subcommand};
use serde_json::json;
use unchaff::error::Error;
use unchaff::input::Source;
use unchaff::numbers::grouped;
use unchaff::output;
use unchaff::repeats::Scope;
use unchaff::report::hash_text;
use unchaff::run::index::{self, Index};
use unchaff::run::{Event, Job};
use unchaff::settings::Layer;

use crate::args::{MessageArgs, OverwriteArgs, ThreadArgs, no_dash};
use crate::exit::Exit;
use crate::inputs::InputArgs;
use crate::progress::Shown;
use crate::repeats::TogetherArgs;
use crate::settings::SettingArgs;
use crate::{message, stop_at_ctrl_c, tell};

const EXAMPLES: &str = "\
Examples:
  unchaff index build january -o january.idx
  unchaff clean february --index january.idx --copies drop --output-dir cleaned
  unchaff index build february -o february.idx
  unchaff index merge january.idx february.idx -o both.idx";

/// Bad records that are told one by one.
const BAD_TOLD_MAX: u64 = 10;

#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IndexArgs {
    #[command(subcommand)]
    verb: IndexVerb,
}

#[derive(Debug, Subcommand)]
enum IndexVerb {
    /// Read a dump, and keep what `clean --index` must know of it
    Build(Box<BuildArgs>),
    /// Make one index of several, as if their dumps had been read at once
    Merge(MergeArgs),
    /// Say what an index holds, and whether it is whole
    Info(InfoArgs),
}

#[derive(Debug, ClapArgs)]
struct BuildArgs {
    /// Files of text, dumps of texts, and folders of them; none or `-`: standard input
    paths: Vec<PathBuf>,

    /// Write the index to FILE
    #[arg(short, long, value_name = "FILE", value_parser = no_dash())]
    output: PathBuf,

    #[command(flatten)]
    inputs: InputArgs,

    #[command(flatten)]
    together: TogetherArgs,

    #[command(flatten)]
    overwrite: OverwriteArgs,

    #[command(flatten)]
    threads: ThreadArgs,

    #[command(flatten)]
    settings: SettingArgs,
}

#[derive(Debug, ClapArgs)]
struct MergeArgs {
    /// The indexes, in the order in which their documents come
    #[arg(required = true, value_name = "INDEX")]
    paths: Vec<PathBuf>,

    /// Write the index to FILE
    #[arg(short, long, value_name = "FILE", value_parser = no_dash())]
    output: PathBuf,

    #[command(flatten)]
    overwrite: OverwriteArgs,
}

#[derive(Debug, ClapArgs)]
struct InfoArgs {
    /// The index
    path: PathBuf,

    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &IndexArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    match &args.verb {
        IndexVerb::Build(args) => build(args, messages),
        IndexVerb::Merge(args) => merge(args, messages),
        IndexVerb::Info(args) => info(args),
    }
}

fn build(args: &BuildArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let typed = Layer { jobs: args.threads.layer().jobs, ..args.together.layer(args.inputs.layer()) };
    let settings = args.settings.resolve(&args.paths, typed)?;
    messages.tell_settings(&settings);
    let mut config = settings.config.clone();
    if !settings.is_set("scope") {
        config.repeats.scope = Scope::Corpus;
    }
    config.repeats.key = args.together.hash_key();
    let inputs = args.inputs.find(&args.paths, &settings, messages)?;
    let job = Job {
        reading: settings.reading.clone(),
        force: args.overwrite.force,
        jobs: settings.jobs,
        memory: args.together.memory(),
        sources: inputs.sources,
        named: inputs.named.into_iter().chain(settings.files()).collect(),
        config,
        ..Job::default()
    };
    let stop = stop_at_ctrl_c(job.sources.contains(&Source::Stdin))?;
    let total = job.sources.iter().map(Source::bytes).sum();
    let mut shown = Shown::new(total, messages.quiet);
    let mut bad = 0;
    let built = index::build(&job, &args.output, &stop, |event| {
        bad += u64::from(matches!(event, Event::Bad { .. }));
        if bad <= BAD_TOLD_MAX || !matches!(event, Event::Bad { .. }) {
            shown.see(event, tell);
        }
    });
    shown.finish();
    if bad > BAD_TOLD_MAX {
        message::say(&format!("and {} more that gave no document", grouped(bad - BAD_TOLD_MAX)));
    }
    let built = built?;
    say_docs(messages, "indexed", built.docs);
    Ok(if built.bad > 0 { Exit::Failed } else { Exit::Done })
}

fn merge(args: &MergeArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let stop = stop_at_ctrl_c(false)?;
    let docs = index::merge(&args.paths, &args.output, args.overwrite.force, &stop)?;
    say_docs(messages, "merged the indexes of", docs);
    Ok(Exit::Done)
}

fn say_docs(messages: &MessageArgs, what: &str, docs: u64) {
    if !messages.quiet {
        let documents = message::plural(docs, "document", "documents");
        message::block(&format!("{what} {} {documents}\n", grouped(docs)));
    }
}

fn info(args: &InfoArgs) -> Result<Exit, Error> {
    let index = Index::open(&args.path, &AtomicBool::new(false))?;
    let (facts, [lines, fingerprints, short_lines]) = (index.facts(), index.rows_of_each());
    let text = if args.json {
        let more = json!({
            "xxh3": hash_text(index.hash()),
            "groups": index.groups(),
            "rows": { "lines": lines, "fingerprints": fingerprints, "short_lines": short_lines },
        });
        let mut all = json!(facts);
        if let (Some(all), Some(more)) = (all.as_object_mut(), more.as_object()) {
            all.extend(more.clone());
        }
        format!("{all}\n")
    } else {
        let groups = index.groups() as u64;
        format!(
            "index version {}, made by unchaff {}, {}\n\
             documents     {} in {} {} (--scope {})\n\
             lines         {}, and {} short ones with their places\n\
             fingerprints  {} of windows of {} words\n\
             keys          normal form {}, words {}, Unicode {}\n\
             settings      {}, model {}\n",
            index::INDEX_VERSION,
            message::shown(&facts.version),
            hash_text(index.hash()),
            grouped(facts.docs),
            grouped(groups),
            message::plural(groups, "group", "groups"),
            facts.scope.name(),
            grouped(lines),
            grouped(short_lines),
            grouped(fingerprints),
            facts.words,
            facts.norm,
            facts.tokens,
            facts.unicode,
            message::shown(&facts.config),
            message::shown(&facts.model),
        )
    };
    output::write_stdout(std::iter::once(text.as_bytes()))?;
    Ok(Exit::Done)
}
