//! `review`: a person walks through the doubtful cuts of a report.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use console::{Key, Term};
use unchaff::error::Error;
use unchaff::output;
use unchaff::pieces::{Piece, pieces};
use unchaff::reasons;
use unchaff::report::{Cut, Doc, Header, ReadError, Reader};
use unchaff::restore::Originals;
use unchaff::review::{self, Answers, DOUBTFUL_BELOW, Item, Session, Step};
use unchaff::segment::is_blank;

use crate::args::{
    MessageArgs, OverwriteArgs, is_dash, no_dash, refuse_same, refuse_shared_stdout, write_text,
};
use crate::diff::cut_short;
use crate::exit::Exit;
use crate::message::{plural, say, shown};
use crate::style::{ColorArgs, Paint};

/// Lines around a cut that are shown, and lines of a cut.
const CONTEXT: usize = 2;
const LINES_MAX: usize = 12;
/// Columns of a line around a cut.
const CONTEXT_COLUMNS: usize = 110;

#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReviewArgs {
    /// The report that a run wrote
    report: PathBuf,

    /// The clean text that the run wrote, to show what stands around a cut
    #[arg(long, value_name = "PATH")]
    clean: Option<PathBuf>,

    /// Ask about cuts with a score below this
    #[arg(long, value_name = "SCORE", default_value_t = DOUBTFUL_BELOW, value_parser = parse_score)]
    below: f32,

    /// Where answers are kept, and taken up again [default: the report's name with .answers]
    #[arg(long, value_name = "FILE", value_parser = no_dash())]
    answers: Option<PathBuf>,

    /// Ask nothing; write the answers as labelled lines for `train` and `eval`
    #[arg(long, value_name = "FILE", requires = "clean")]
    labels: Option<PathBuf>,

    /// Ask nothing; write the lines that must stay, and those that had to go, as rules for unchaff.toml
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    #[command(flatten)]
    overwrite: OverwriteArgs,

    #[command(flatten)]
    color: ColorArgs,
}

const EXAMPLES: &str = "\
Keys: r right, it had to go; w wrong, it must stay; s skip; u undo; q quit (answers are kept)

Examples:
  unchaff review report.jsonl --clean cleaned
  unchaff review report.jsonl --clean cleaned --labels answers.jsonl && unchaff eval answers.jsonl
  unchaff review report.jsonl --rules keep.toml";

pub(crate) fn run(args: &ReviewArgs, messages: &MessageArgs) -> Result<Exit, Error> {
    let path = args.answers.clone().unwrap_or_else(|| with_suffix(&args.report, ".answers"));
    // Answers may stand in the folder of clean text, where the report may be.
    let clean = args.clean.iter().filter(|clean| clean.is_file());
    let guard = output::Guard::new(&clean.chain([&args.report]).cloned().collect::<Vec<_>>());
    for path in args.labels.iter().chain(&args.rules).filter(|path| !is_dash(path)).chain([&path]) {
        guard.check(path)?;
    }
    refuse_same(args.labels.iter().chain(&args.rules).chain([&path]))?;
    let answers = Answers::open(&path)?;
    if args.labels.is_some() || args.rules.is_some() {
        return export(args, messages, &answers);
    }
    let items = review::doubtful(&args.report, args.below)?;
    let mut session = Session::new(items, answers);
    let (_, open) = session.progress();
    if open == 0 {
        say(&format!("no cut with a score below {} is without an answer", args.below));
        return Ok(Exit::Done);
    }
    let screen = Screen::new(args, &session)?;
    walk(&mut session, &screen)?;
    if !messages.quiet {
        let (right, wrong) = session.answers().counts();
        let (seen, open) = session.progress();
        say(&format!(
            "{} {}: {right} right, {wrong} wrong; {} not asked yet; answers are in {}",
            right + wrong,
            plural((right + wrong) as u64, "answer", "answers"),
            open - seen,
            path.display()
        ));
    }
    Ok(Exit::Done)
}

fn parse_score(text: &str) -> Result<f32, String> {
    let score = text.parse().ok().filter(|score| (0.0..=1.0).contains(score));
    score.ok_or_else(|| "a score from 0 to 1".to_owned())
}

fn walk(session: &mut Session, screen: &Screen) -> Result<(), Error> {
    while let Some(item) = session.item() {
        screen.show(item, session.progress())?;
        // The end of input is an end too: answers so far are kept.
        let Some(step) = screen.next_step()? else { return Ok(()) };
        if !session.step(step)? {
            return Ok(());
        }
    }
    Ok(())
}

fn export(args: &ReviewArgs, messages: &MessageArgs, answers: &Answers) -> Result<Exit, Error> {
    let is_stdout = |path: &Option<PathBuf>| path.as_deref().is_some_and(is_dash);
    refuse_shared_stdout(&[("--labels", is_stdout(&args.labels)), ("--rules", is_stdout(&args.rules))])?;
    if let Some(path) = &args.rules {
        let text = review::line_rules(answers);
        if text.is_empty() {
            let message = "there is no answer yet to make rules of".to_owned();
            return Err(Error::Usage { message });
        }
        let said = format!("wrote {}; put it into unchaff.toml", path.display());
        write_text(path, &text, &args.overwrite, messages, &said)?;
    }
    let (Some(path), Some(clean)) = (&args.labels, &args.clean) else { return Ok(Exit::Done) };
    let labels = review::labels(&args.report, answers, clean)?;
    let said = format!(
        "wrote the labels of {} {} to {}",
        labels.documents,
        plural(labels.documents as u64, "document", "documents"),
        path.display()
    );
    write_text(path, &labels.text, &args.overwrite, messages, &said)?;
    if labels.without_text > 0 {
        say(&format!(
            "warning: {} {} left out: the clean text is not there or was changed",
            labels.without_text,
            plural(labels.without_text as u64, "document is", "documents are")
        ));
    }
    Ok(Exit::Done)
}

/// Where items are shown and keys come from: a terminal, or standard input as a list of keys.
struct Screen {
    /// The lines around the cuts that are asked about, if their text is at hand: by name and hash of the
    /// document, and first byte of the cut.
    around: BTreeMap<(String, String, u64), Around>,
    paint: Paint,
    term: Option<Term>,
}

/// Lines before and after a cut, with their numbers and, of what was found there and stays, the reason.
#[derive(Default)]
struct Around {
    before: Vec<Beside>,
    after: Vec<Beside>,
}

struct Beside {
    line: u64,
    text: String,
    found: Option<String>,
}

impl Around {
    fn of(doc: &Doc, text: &str, cut: &Cut) -> Self {
        let lines = pieces(text, &[]);
        let (from, to) = (cut.l[0], cut.l[1]);
        let beside = |piece: &Piece| {
            let mark = doc.mark.iter().find(|mark| (mark.l[0]..=mark.l[1]).contains(&piece.line));
            Beside {
                line: piece.line,
                text: piece.body().to_owned(),
                found: mark.map(|mark| format!("{}, stays", mark.rule)),
            }
        };
        let before = lines.iter().rev().filter(|piece| piece.line < from && !is_blank(piece.body()));
        let mut before: Vec<Beside> = before.take(CONTEXT).map(beside).collect();
        before.reverse();
        let after = lines.iter().filter(|piece| piece.line > to && !is_blank(piece.body()));
        Self { before, after: after.take(CONTEXT).map(beside).collect() }
    }
}

impl Screen {
    fn new(args: &ReviewArgs, session: &Session) -> Result<Self, Error> {
        let refused =
            |error: ReadError| Error::Report { path: args.report.clone(), message: error.to_string() };
        let header = Header::verify(&args.report).map_err(refused)?;
        let mut asked: BTreeMap<(&str, &str), Vec<&Item>> = BTreeMap::new();
        for item in session.open_items() {
            asked.entry((&item.id, &item.hash)).or_default().push(item);
        }
        let mut around = BTreeMap::new();
        let mut originals = Originals::new(args.clean.as_deref(), &header);
        let mut rows = Reader::open(&args.report).map_err(refused)?;
        while let Some(row) = rows.next_row().map_err(refused)?.filter(|_| args.clean.is_some()) {
            let items = row.doc().and_then(|doc| Some((doc, asked.get(&(&*doc.id, &*doc.before.xxh3))?)));
            let Some((doc, items)) = items else {
                originals.pass(&row);
                continue;
            };
            let Ok(text) = originals.text(doc) else { continue };
            for &item in items {
                around.insert(place(item), Around::of(doc, &text, &item.cut));
            }
        }
        let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let term = is_terminal.then(Term::stdout);
        Ok(Self { around, paint: args.color.stdout(), term })
    }

    fn show(&self, item: &Item, (seen, open): (usize, usize)) -> Result<(), Error> {
        let text = self.item_text(item, seen, open);
        let stream = |source| Error::Stream { stream: "standard output", source };
        if let Some(term) = &self.term {
            term.clear_screen().map_err(stream)?;
        }
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(stream)
    }

    fn item_text(&self, item: &Item, seen: usize, open: usize) -> String {
        let (paint, cut) = (self.paint, &item.cut);
        let about = reasons::of_lines(&cut.rule).map_or("", |reason| reason.about);
        let mut out = format!(
            "{} {}\n{}{}\n\n",
            paint.dim(&format!("{} of {open}", seen + 1)),
            paint.bold(&shown(&item.id)),
            paint.kind(cut.kind, &format!("{} {:.2}", shown(&cut.rule), cut.score)),
            paint.dim(&if about.is_empty() { String::new() } else { format!(" {about}") })
        );
        out += &self.lines(item);
        let keys = [("r", "ight"), ("w", "rong"), ("s", "kip"), ("u", "ndo"), ("q", "uit")];
        let keys: Vec<String> =
            keys.iter().map(|(key, rest)| format!("{}{rest}", paint.bold(&format!("[{key}]")))).collect();
        let _ = writeln!(out, "\nRight to remove? {}", keys.join(" "));
        out
    }

    /// The lines of the cut with a sign, between those around it if the text is at hand.
    fn lines(&self, item: &Item) -> String {
        let cut = &item.cut;
        let removed = cut.text.as_deref().unwrap_or_default();
        let row = |sign: &str, line: u64, text: &str| {
            let row = format!("  {sign} {line:>5}  {}", shown(text));
            if sign == "-" {
                self.paint.kind(cut.kind, row.trim_end()) + "\n"
            } else {
                self.paint.dim(&cut_short(&row, CONTEXT_COLUMNS)) + "\n"
            }
        };
        let whole = 0..removed.len();
        let gone: Vec<String> = pieces(removed, std::slice::from_ref(&whole))
            .iter()
            .map(|piece| row("-", cut.l[0] + piece.line - 1, piece.body()))
            .collect();
        let mut middle: String = gone.iter().take(LINES_MAX).map(String::as_str).collect();
        if gone.len() > LINES_MAX {
            let _ = writeln!(middle, "    … {} more lines", gone.len() - LINES_MAX);
        }
        let Some(Around { before, after }) = self.around.get(&place(item)) else { return middle };
        let beside = |beside: &Beside| {
            let note = beside.found.as_ref().map_or(String::new(), |found| format!("  ({})", shown(found)));
            row(" ", beside.line, &(beside.text.clone() + &note))
        };
        let before: String = before.iter().map(beside).collect();
        let after: String = after.iter().map(beside).collect();
        before + &middle + &after
    }

    /// The next key that means something; `None` at the end of input.
    fn next_step(&self) -> Result<Option<Step>, Error> {
        let stream = |source| Error::Stream { stream: "standard input", source };
        loop {
            let key = if let Some(term) = &self.term {
                match term.read_key_raw().map_err(stream)? {
                    Key::Char(c) => c,
                    Key::Escape | Key::CtrlC => 'q',
                    Key::Backspace | Key::ArrowLeft => 'u',
                    Key::ArrowRight => 's',
                    _ => continue,
                }
            } else {
                let mut byte = [0];
                match std::io::stdin().lock().read(&mut byte).map_err(stream)? {
                    0 => return Ok(None),
                    _ => char::from(byte[0]),
                }
            };
            if let Some(step) = Step::of_key(key) {
                return Ok(Some(step));
            }
        }
    }
}

fn place(item: &Item) -> (String, String, u64) {
    (item.id.clone(), item.hash.clone(), item.cut.b[0])
}

/// `report.jsonl.answers` beside `report.jsonl`.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
