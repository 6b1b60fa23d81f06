//! Reviewing doubtful cuts: a person says right or wrong, and the answers become labels and rules.
//!
//! [`doubtful`] takes the cuts with low scores from a report; [`Session`] walks through them, one key at
//! a time, and knows nothing of terminals or files; [`Answers`] is the file of answers, replaced as a
//! whole after each, so that a review can be left and taken up again. [`labels`] and [`keep_rules`] are
//! what comes of them.

#![expect(clippy::disallowed_methods, reason = "answers are read here")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::Error;
use crate::kind::Kind;
use crate::output;
use crate::report::{Cut, Header, Reader, Row};
use crate::restore::Originals;
use crate::segment;

/// Cuts with a lower score are doubtful unless asked otherwise. Chosen by eye on the example dump: rules
/// that need company and lines that the model alone dropped are below, menus and prompts above.
pub const DOUBTFUL_BELOW: f32 = 0.9;

/// A cut to ask about.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The document.
    pub id: String,
    /// The hash of its text, so that an answer is not taken for one about another text.
    pub hash: String,
    /// The row of the report.
    pub cut: Cut,
}

/// What a person says of a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It was rightly removed.
    Right,
    /// It must stay.
    Wrong,
}

/// An answer as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The document.
    pub id: String,
    /// The hash of its text.
    pub hash: String,
    /// The bytes of the cut.
    pub b: [u64; 2],
    /// Its lines, from 1, both ends included.
    pub l: [u64; 2],
    /// Its kind.
    pub kind: Kind,
    /// Its rule.
    pub rule: String,
    /// What was said.
    pub answer: Verdict,
    /// The removed text.
    pub text: String,
}

/// The doubtful cuts of a report: those with a score below `below`, the most doubtful first. Blank lines
/// and repeats are no question of score and are left out.
///
/// # Errors
///
/// The report cannot be read, is incomplete or was changed.
pub fn doubtful(report: &Path, below: f32) -> Result<Vec<Item>, Error> {
    let mut items = Vec::new();
    Header::verify(report).map_err(|error| Error::report(report, &error))?;
    each_row(report, |row| {
        let Row::Doc(doc) = row else { return };
        let of_doc = doc.cut.iter().filter(|cut| {
            cut.score < below && cut.first.is_none() && cut.kind != Kind::Blank && cut.text.is_some()
        });
        items.extend(of_doc.map(|cut| Item {
            id: doc.id.clone(),
            hash: doc.before.xxh3.clone(),
            cut: cut.clone(),
        }));
    })?;
    // A stable sort: of equal scores the first in the report comes first.
    items.sort_by(|one, other| one.cut.score.total_cmp(&other.cut.score));
    Ok(items)
}

fn each_row(report: &Path, mut see: impl FnMut(&Row)) -> Result<(), Error> {
    let mut rows = Reader::open(report).map_err(|error| Error::report(report, &error))?;
    while let Some(row) = rows.next_row().map_err(|error| Error::report(report, &error))? {
        see(&row);
    }
    Ok(())
}

/// What can be said about the item at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It was rightly removed, or it must stay.
    Say(Verdict),
    /// The next one.
    Skip,
    /// The one before, and its answer is forgotten.
    Back,
    /// Enough.
    Quit,
}

impl Step {
    /// The step of a key, in either case; `None` for a key that means nothing.
    #[must_use]
    pub fn of_key(key: char) -> Option<Self> {
        Some(match key.to_ascii_lowercase() {
            'r' | 'y' => Self::Say(Verdict::Right),
            'w' | 'n' => Self::Say(Verdict::Wrong),
            's' | ' ' => Self::Skip,
            'u' | 'b' => Self::Back,
            'q' | '\u{1b}' | '\u{3}' | '\u{4}' => Self::Quit,
            _ => return None,
        })
    }
}

/// A walk through the items that have no answer yet.
#[derive(Debug)]
pub struct Session {
    items: Vec<Item>,
    /// Items that are asked about, as indices.
    open: Vec<usize>,
    at: usize,
    answers: Answers,
}

impl Session {
    /// Begins, or goes on where the answers end.
    #[must_use]
    pub fn new(items: Vec<Item>, answers: Answers) -> Self {
        let open = (0..items.len()).filter(|&at| answers.of(&items[at]).is_none()).collect();
        Self { items, open, at: 0, answers }
    }

    /// The item at hand; `None` if all were seen.
    #[must_use]
    pub fn item(&self) -> Option<&Item> {
        self.open.get(self.at).map(|&at| &self.items[at])
    }

    /// How many were seen, and how many there are to see.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.at, self.open.len())
    }

    /// The cuts that are asked about.
    pub fn open_items(&self) -> impl Iterator<Item = &Item> {
        self.open.iter().map(|&at| &self.items[at])
    }

    /// The answers so far.
    #[must_use]
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Takes a step. Is there more to ask?
    ///
    /// # Errors
    ///
    /// The answers cannot be written.
    pub fn step(&mut self, step: Step) -> Result<bool, Error> {
        match step {
            Step::Quit => return Ok(false),
            Step::Skip => self.at += 1,
            Step::Back => {
                self.at = self.at.saturating_sub(1);
                if let Some(item) = self.item().cloned() {
                    self.answers.forget(&item)?;
                }
            }
            Step::Say(verdict) => {
                if let Some(item) = self.item().cloned() {
                    self.answers.give(&item, verdict)?;
                    self.at += 1;
                }
            }
        }
        Ok(self.at < self.open.len())
    }
}

/// The file of answers.
#[derive(Debug)]
pub struct Answers {
    path: PathBuf,
    /// By document, hash and first byte.
    by_place: BTreeMap<(String, String, u64), Answer>,
}

impl Answers {
    /// Opens the answers at `path`, if there are any.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a line of it is no answer.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::input(path, error)),
        };
        let mut by_place = BTreeMap::new();
        for (line, number) in text.lines().zip(1..) {
            let answer: Answer = serde_json::from_str(line).map_err(|cause| Error::Report {
                path: path.to_owned(),
                message: format!("line {number} is no answer of a review: {cause}"),
            })?;
            by_place.insert((answer.id.clone(), answer.hash.clone(), answer.b[0]), answer);
        }
        Ok(Self { path: path.to_owned(), by_place })
    }

    /// The answer about an item.
    #[must_use]
    pub fn of(&self, item: &Item) -> Option<&Answer> {
        self.by_place.get(&place(item)).filter(|answer| answer.b == item.cut.b)
    }

    /// All answers, by document and place.
    pub fn iter(&self) -> impl Iterator<Item = &Answer> {
        self.by_place.values()
    }

    /// How many say right, and how many wrong.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let right = self.iter().filter(|answer| answer.answer == Verdict::Right).count();
        (right, self.by_place.len() - right)
    }

    fn give(&mut self, item: &Item, answer: Verdict) -> Result<(), Error> {
        let given = Answer {
            id: item.id.clone(),
            hash: item.hash.clone(),
            b: item.cut.b,
            l: item.cut.l,
            kind: item.cut.kind,
            rule: item.cut.rule.clone(),
            answer,
            text: item.cut.text.clone().unwrap_or_default(),
        };
        self.by_place.insert(place(item), given);
        self.write()
    }

    fn forget(&mut self, item: &Item) -> Result<(), Error> {
        if self.by_place.remove(&place(item)).is_some() { self.write() } else { Ok(()) }
    }

    fn write(&self) -> Result<(), Error> {
        let lines: Vec<Vec<u8>> =
            self.iter().map(|answer| (json!(answer).to_string() + "\n").into_bytes()).collect();
        output::write_file(&self.path, lines.iter().map(Vec::as_slice), true)
    }
}

fn place(item: &Item) -> (String, String, u64) {
    (item.id.clone(), item.hash.clone(), item.cut.b[0])
}

/// Labelled documents for `train` and `eval`, a JSON object a line: every document with an answer, its
/// lines, and a letter for each. `clean` is the clean text that the run wrote.
///
/// A line that was rightly removed is junk, or furniture if it was a byline, credit, title or caption;
/// one that must stay is body. Nothing is said of the others: they are context.
///
/// # Errors
///
/// The report cannot be read.
pub fn labels(report: &Path, answers: &Answers, clean: &Path) -> Result<Labels, Error> {
    let mut of_doc: BTreeMap<(&str, &str), Vec<&Answer>> = BTreeMap::new();
    for answer in answers.iter() {
        of_doc.entry((&answer.id, &answer.hash)).or_default().push(answer);
    }
    let header = Header::verify(report).map_err(|error| Error::report(report, &error))?;
    let mut labels = Labels::default();
    let mut originals = Originals::new(Some(clean), &header);
    each_row(report, |row| {
        let answers = match row {
            Row::Doc(doc) => of_doc.get(&(doc.id.as_str(), doc.before.xxh3.as_str())),
            _ => None,
        };
        let (Row::Doc(doc), Some(answers)) = (row, answers) else { return originals.pass(row) };
        match originals.text(doc) {
            Ok(text) => {
                labels.text += &labelled(&doc.id, &text, answers);
                labels.text.push('\n');
                labels.documents += 1;
            }
            Err(_) => labels.without_text += 1,
        }
    })?;
    Ok(labels)
}

/// What [`labels`] gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The lines.
    pub text: String,
    /// How many documents.
    pub documents: usize,
    /// Documents with answers whose text is not at hand.
    pub without_text: usize,
}

fn labelled(id: &str, text: &str, answers: &[&Answer]) -> String {
    let lines = segment::lines(text);
    let mut letters = vec!['?'; lines.len()];
    for answer in answers {
        let letter = match (answer.answer, answer.kind) {
            (Verdict::Wrong, _) => 'k',
            (Verdict::Right, Kind::Byline | Kind::Credit | Kind::Title | Kind::Caption) => 's',
            (Verdict::Right, _) => 'd',
        };
        for (at, line) in lines.iter().enumerate() {
            let is_inside = answer.b[0] <= line.start as u64 && line.text_end as u64 <= answer.b[1];
            if is_inside && !segment::is_blank(line.text(text)) {
                letters[at] = letter;
            }
        }
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.text(text)).collect();
    json!({ "id": id, "lines": lines, "labels": letters.into_iter().collect::<String>() }).to_string()
}

/// The lines that must stay as a rule for `unchaff.toml`: `keep-line`, a regular expression for each.
#[must_use]
pub fn keep_rules(answers: &Answers) -> String {
    let mut lines: Vec<&str> = answers
        .iter()
        .filter(|answer| answer.answer == Verdict::Wrong)
        .flat_map(|answer| answer.text.split(['\n', '\r']).map(str::trim))
        .filter(|line| !line.is_empty())
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let mut out = String::from("keep-line = [\n");
    for line in lines {
        // A JSON string is a basic string of TOML.
        let _ = writeln!(out, "  {},", json!(format!("^{}$", escaped(line))));
    }
    out += "]\n";
    out
}

/// The text as a regular expression that matches it alone.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, at: u64, score: f32) -> Item {
        let cut = json!({ "b": [at, at + 6], "c": [at, at + 6], "l": [at, at], "kind": "share", "rule": "share/label",
            "score": score, "text": "Share\n" });
        Item { id: id.to_owned(), hash: "xxh3:1".to_owned(), cut: serde_json::from_value(cut).unwrap() }
    }

    fn session(folder: &Path) -> Session {
        let items = vec![item("a", 0, 0.5), item("a", 9, 0.6), item("b", 0, 0.7)];
        Session::new(items, Answers::open(&folder.join("answers")).unwrap())
    }

    fn press(session: &mut Session, keys: &str) -> bool {
        let mut goes_on = true;
        for key in keys.chars() {
            goes_on = session.step(Step::of_key(key).unwrap()).unwrap();
        }
        goes_on
    }

    #[test]
    fn each_key_does_what_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let mut session = session(folder.path());
        assert!(press(&mut session, "r"));
        assert_eq!(session.answers().counts(), (1, 0));
        assert!(press(&mut session, "u"), "back to the first");
        assert_eq!((session.answers().counts(), session.progress()), ((0, 0), (0, 3)));
        assert!(press(&mut session, "WS"));
        assert_eq!((session.answers().counts(), session.progress()), ((0, 1), (2, 3)));
        assert!(!press(&mut session, "n"), "that was the last");
        assert_eq!(session.item(), None);
        assert_eq!(Step::of_key('x'), None);
        assert!(!press(&mut session, "q"));
    }

    #[test]
    fn a_review_is_taken_up_where_it_was_left() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!press(&mut session(folder.path()), "rsq"));
        let mut again = session(folder.path());
        let open: Vec<u64> = [again.item().unwrap().cut.b[0]].into();
        assert_eq!((open, again.progress()), (vec![9], (0, 2)), "what was skipped comes again");
        assert!(!press(&mut again, "ww"));
        assert_eq!(session(folder.path()).item(), None);
    }

    #[test]
    fn an_answer_is_about_one_text() {
        let folder = tempfile::tempdir().unwrap();
        press(&mut session(folder.path()), "rrr");
        let changed = Item { hash: "xxh3:2".to_owned(), ..item("a", 0, 0.5) };
        let answers = Answers::open(&folder.path().join("answers")).unwrap();
        assert!(answers.of(&changed).is_none() && answers.of(&item("a", 0, 0.5)).is_some());
        fs::write(folder.path().join("answers"), "no answer\n").unwrap();
        let error = Answers::open(&folder.path().join("answers")).unwrap_err().to_string();
        assert!(error.contains("line 1 is no answer"), "{error}");
    }

    #[test]
    fn rules_match_the_line_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let mut answers = Answers::open(&folder.path().join("answers")).unwrap();
        let mut wrong = item("a", 0, 0.5);
        wrong.cut.text = Some("Was it \"a.b\" (or c\\d)?\n\nOne more\n".to_owned());
        answers.give(&wrong, Verdict::Wrong).unwrap();
        answers.give(&item("b", 0, 0.5), Verdict::Right).unwrap();
        assert_eq!(
            keep_rules(&answers),
            "keep-line = [\n  \"^One more$\",\n  \"^Was it \\\"a\\\\.b\\\" \\\\(or c\\\\\\\\d\\\\)\\\\?$\",\n]\n"
        );
    }

    #[test]
    fn labels_are_for_the_lines_of_the_answers() {
        let text = "Share\nBody one.\n\nBy A\nShare\n";
        let answer = |b: [u64; 2], kind: Kind, answer: Verdict| Answer {
            id: "a".to_owned(),
            hash: String::new(),
            b,
            l: [1, 1],
            kind,
            rule: String::new(),
            answer,
            text: String::new(),
        };
        let answers = [
            answer([0, 6], Kind::Share, Verdict::Right),
            answer([17, 22], Kind::Byline, Verdict::Right),
            answer([22, 28], Kind::Share, Verdict::Wrong),
        ];
        let row: serde_json::Value =
            serde_json::from_str(&labelled("a", text, &answers.iter().collect::<Vec<_>>())).unwrap();
        assert_eq!(row["labels"], "d??sk");
        assert_eq!(row["lines"][1], "Body one.");
    }
}
