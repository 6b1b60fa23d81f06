//! `explain` and `rules`: why a line stays or goes, and what a rule is.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use unchaff::classify::explain::Account;
use unchaff::classify::model::Chances;
use unchaff::error::Error;
use unchaff::explain::{Explanation, explain, percent};
use unchaff::input::{self, Opened, Reading, STDIN_ID, Source};
use unchaff::settings::Layer;
use unchaff::{Config, output, reasons};

use crate::exit::Exit;
use crate::message::shown;
use crate::settings::SettingArgs;
use crate::style::{ColorArgs, Paint};

/// Causes and neighbours that are shown.
const CAUSES_MAX: usize = 5;
const NEIGHBOURS_MAX: usize = 3;
/// Characters of a line that are shown.
const LINE_CHARS: usize = 100;
const NEIGHBOUR_CHARS: usize = 38;

#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExplainArgs {
    /// A rule or a kind, as `unchaff rules` lists them; or a line of a file, as in page.txt:12 (`:12` for
    /// standard input)
    #[arg(value_name = "RULE|FILE:LINE", required_unless_present = "line", conflicts_with = "line")]
    what: Option<String>,

    /// Explain this line as if it stood alone
    #[arg(long, value_name = "TEXT")]
    line: Option<String>,

    /// Read the file in this encoding instead of detecting it
    #[arg(long, value_name = "LABEL")]
    encoding: Option<String>,

    #[command(flatten)]
    color: ColorArgs,

    #[command(flatten)]
    settings: SettingArgs,
}

const EXAMPLES: &str = "\
Examples:
  unchaff explain share/label              what the rule finds and leaves, with examples
  unchaff explain page.txt:12              why line 12 was kept or cut, and what would change it
  unchaff explain --line 'Share this article'";

pub(crate) fn run(args: &ExplainArgs) -> Result<Exit, Error> {
    let paint = args.color.stdout();
    let page = match (&args.line, &args.what) {
        (Some(line), _) => explain_line(args, line, paint)?,
        (None, Some(what)) => match reasons::page(what) {
            Some(page) => page,
            None => explain_place(args, what, paint)?,
        },
        (None, None) => String::new(),
    };
    output::write_stdout(std::iter::once(page.as_bytes()))?;
    Ok(Exit::Done)
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RulesArgs {}

pub(crate) fn run_rules(_: &RulesArgs) -> Result<Exit, Error> {
    output::write_stdout(std::iter::once(reasons::list().as_bytes()))?;
    Ok(Exit::Done)
}

fn explain_line(args: &ExplainArgs, line: &str, paint: Paint) -> Result<String, Error> {
    let usage = |message: &str| Error::Usage { message: message.to_owned() };
    let settings =
        args.settings.resolve(&[], Layer { encoding: args.encoding.clone(), ..Layer::default() })?;
    let text = format!("{line}\n");
    if line.trim().is_empty() || line.contains(['\n', '\r']) {
        return Err(usage("--line takes one line with something in it"));
    }
    let explained = explain(&text, 0, &settings.config).ok_or_else(|| usage("--line takes one line"))?;
    Ok(rendered("this line, alone", &explained, &settings.config, &text, paint))
}

fn explain_place(args: &ExplainArgs, what: &str, paint: Paint) -> Result<String, Error> {
    let usage = |message: String| Error::Usage { message };
    let Some((path, number)) =
        what.rsplit_once(':').and_then(|(path, number)| Some((path, number.parse::<usize>().ok()?)))
    else {
        let is_file = Path::new(what).exists();
        return Err(usage(if is_file {
            format!("{what}: name the line too, as in {what}:12")
        } else {
            format!(
                "{} `unchaff rules` lists them all; a line of a file is named as in page.txt:12",
                reasons::unknown(what)
            )
        }));
    };
    let from_stdin = path.is_empty() || path == STDIN_ID;
    let shown_path = if from_stdin { "standard input" } else { path };
    let paths = if from_stdin { Vec::new() } else { vec![PathBuf::from(path)] };
    let settings =
        args.settings.resolve(&paths, Layer { encoding: args.encoding.clone(), ..Layer::default() })?;
    let source = if from_stdin {
        Source::Stdin
    } else {
        Source::File { path: PathBuf::from(path), id: path.to_owned(), bytes: 0 }
    };
    let reading = Reading { encoding: settings.reading.encoding, ..Reading::default() };
    let document = match input::open(&source, &reading) {
        Ok(Opened::Whole(whole)) => whole.document,
        Ok(Opened::Container(_)) => {
            return Err(usage(format!(
                "{shown_path}: holds many documents; write the text of one to a file, or pipe it into `unchaff explain :LINE`"
            )));
        }
        Err(bad) => return Err(usage(format!("{shown_path}: {}", bad.message))),
    };
    let config = settings.config.of_site(&document.site());
    let explained = number.checked_sub(1).and_then(|line| explain(&document.text, line, config));
    let Some(explained) = explained else {
        let lines = unchaff::segment::lines(&document.text).len();
        return Err(usage(format!(
            "{shown_path}: has {lines} lines, there is no line {number}; lines count from 1"
        )));
    };
    Ok(rendered(what, &explained, config, &document.text, paint))
}

fn rendered(place: &str, explained: &Explanation, config: &Config, text: &str, paint: Paint) -> String {
    let mut out = format!("{}  {}\n\n", paint.bold(&shown(place)), excerpt(&explained.text, LINE_CHARS));
    let fate = if let Some(cut) = &explained.cut {
        let what = if cut.part { "A part of it goes" } else { "It goes" };
        paint.minus(&format!("{what}: {}, by {} (score {:.2}).", cut.kind, cut.rule, cut.score))
    } else {
        let verdict = explained.account.as_ref().and_then(|account| account.verdict.as_ref());
        let part = verdict.filter(|_| !explained.spared);
        let part = part.map(|verdict| format!(", as {} ({})", verdict.kind, verdict.rule));
        paint.plus(&format!("It stays{}.", part.unwrap_or_default()))
    };
    let _ = writeln!(out, "{fate} {}", explained.why());
    let Some(account) = &explained.account else { return out };

    write_model(&mut out, account, config, paint);
    write_rules(&mut out, account, paint);
    write_effects(&mut out, explained, text, paint);
    let _ = writeln!(out, "\n{}", paint.bold("What would change it"));
    for change in &explained.flips {
        let _ = writeln!(out, "  {}  ({})", shown(&change.option), change.effect);
    }
    out
}

/// The chances, and what is asked of them.
fn write_model(out: &mut String, account: &Account, config: &Config, paint: Paint) {
    let asked = |furniture: f32, junk: f32| {
        format!("no running text from {} on, junk from {} on", percent(furniture), percent(junk))
    };
    let _ = writeln!(out, "\n{}", paint.bold("The model"));
    if account.chances != account.alone {
        let _ = writeln!(out, "  in this document   {}", chances(account.chances));
    }
    let _ = writeln!(out, "  the line alone     {}", chances(account.alone));
    let preset = config.preset;
    let _ =
        writeln!(out, "  preset {:<12}{}", preset.name(), asked(preset.furniture_min(), preset.junk_min()));
    if let Some(because) = account.asked.because {
        let asked = asked(account.asked.furniture_min, account.asked.junk_min);
        let _ = writeln!(out, "  for this line      {asked}: {because}");
    }
}

/// The rule that speaks of the line, its name, and the phrases in it.
fn write_rules(out: &mut String, account: &Account, paint: Paint) {
    let _ = writeln!(out, "\n{}", paint.bold("Rules"));
    match account.evidence {
        Some(rule) => {
            let _ = writeln!(out, "  {}: {}; it counts {}", rule.id, rule.about, reasons::reach(rule.reach));
        }
        None => out.push_str("  none speaks of the line by itself\n"),
    }
    let is_other = |rule: &str| account.evidence.is_none_or(|evidence| evidence.id != rule);
    if let Some(named) = account.named.as_ref().filter(|named| is_other(named.rule)) {
        let _ = writeln!(out, "  {}: named so by the lines around it", named.rule);
    }
    for found in &account.phrases {
        let _ = writeln!(out, "  phrase \"{}\": {} of {}", shown(&found.text), found.role.name(), found.kind);
    }
}

/// What speaks against the line and for it, and which neighbours do.
fn write_effects(out: &mut String, explained: &Explanation, text: &str, paint: Paint) {
    let title = |out: &mut String, title: &str, column: &str| {
        let _ = writeln!(out, "\n{}{}", paint.bold(&format!("{title:<52}")), paint.dim(column));
    };
    for (name, speaks_for) in [("Against it", false), ("For it", true)] {
        let causes = explained.causes(speaks_for, CAUSES_MAX);
        if !causes.is_empty() {
            title(out, name, "running text without this");
        }
        for (words, without, flips) in causes {
            let _ = writeln!(out, "  {:<50}{}{}", shown(&words), percent(without), flip(flips));
        }
    }
    let neighbours = explained.neighbours(NEIGHBOURS_MAX);
    if !neighbours.is_empty() {
        title(out, "Lines around it", "running text without that line");
    }
    let lines = unchaff::segment::lines(text);
    for (line, without, flips) in neighbours {
        let what = format!("line {}: {}", line + 1, excerpt(lines[line].text(text), NEIGHBOUR_CHARS));
        let _ = writeln!(out, "  {what:<50}{}{}", percent(without), flip(flips));
    }
}

fn flip(flips: bool) -> &'static str {
    if flips { ", and another verdict" } else { "" }
}

fn chances(chances: Chances) -> String {
    format!(
        "running text {}, furniture {}, junk {}",
        percent(chances.body),
        percent(chances.furniture),
        percent(chances.junk)
    )
}

fn excerpt(text: &str, most: usize) -> String {
    let text = text.trim();
    let short: String = text.chars().take(most).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{}{more}", shown(&short))
}
