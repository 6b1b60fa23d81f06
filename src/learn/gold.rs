//! Labelled documents: what the model learns from and is measured on.
//!
//! Three kinds of file are read:
//!
//! - `.jsonl` and `.jsonl.gz`: one document a line, with `lines` and a letter for each of them in
//!   `labels` (`k` body, `s` furniture or disputed, `d` junk, anything else unlabelled), and `page`,
//!   `domain`, `dataset`, `lang`, `converter`, `license`. A document with a `genre` is a clean text:
//!   its `k` lines must stay, be they body or furniture. A row with `page` and `gold` holds the
//!   article of a page. A row with `with` and `without` lists strings that must stay and must go.
//! - any other file: *marks*, a text that a person can write by hand, as `docs/labelling.md` tells.
//! - folders: every file in them, sorted.

#![expect(clippy::disallowed_methods, reason = "labelled documents are read here")]

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use xxhash_rust::xxh3::xxh3_64;

use crate::clean::Cleaned;
use crate::error::Error;
use crate::kind::Kind;
use crate::segment;

/// What a line is, as its label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Running text of the article.
    Body,
    /// A part of the article that is no running text (title, byline, date, caption), or disputed.
    Furniture,
    /// Neither.
    Junk,
    /// Body or furniture.
    Stays,
    /// Not known, or blank.
    Unknown,
}

/// A document and its labels.
#[derive(Clone, Debug, Default)]
pub struct Gold {
    /// Its name.
    pub id: String,
    /// The page it was made from.
    pub page: String,
    /// The site it is from: what a split keeps together.
    pub domain: String,
    /// The set it belongs to.
    pub dataset: String,
    /// Language, as an ISO 639-1 code.
    pub language: String,
    /// The kind of input: how the page became text.
    pub converter: String,
    /// The licence of its labels.
    pub license: String,
    /// For a clean text in which nothing may go: its genre.
    pub genre: Option<String>,
    /// The text.
    pub text: String,
    /// One label for each line of the text.
    pub labels: Vec<Label>,
}

/// Labelled documents, and the articles of their pages.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    /// The documents, in the order of the files.
    pub documents: Vec<Gold>,
    /// The gold text of a page's article, by page.
    pub articles: BTreeMap<String, String>,
}

/// One part of a corpus split by domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Which part, from 0.
    pub part: u64,
    /// Of how many.
    pub of: u64,
}

impl Fold {
    /// Does a domain fall into this part? By its hash, so that one domain always falls into the same.
    #[must_use]
    pub fn holds(self, domain: &str) -> bool {
        xxh3_64(domain.as_bytes()) % self.of == self.part
    }
}

impl std::str::FromStr for Fold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((part, of)) if part < of && of > 1 => Ok(Self { part, of }),
            _ => Err("a part and their number, from 0/5 to 4/5".to_owned()),
        }
    }
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    id: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    domain: String,
    #[serde(default)]
    dataset: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    converter: String,
    #[serde(default)]
    license: String,
    genre: Option<String>,
    lines: Option<Vec<String>>,
    labels: Option<String>,
    gold: Option<String>,
    with: Option<Vec<String>>,
    without: Option<Vec<String>>,
}

/// Reads files and folders of labelled documents.
///
/// # Errors
///
/// A file that cannot be read, or a line of it that is no labelled document, with its number.
pub fn read(paths: &[PathBuf]) -> Result<Corpus, Error> {
    let mut corpus = Corpus::default();
    for path in paths {
        read_path(path, path, &mut corpus)?;
    }
    if corpus.documents.is_empty() {
        return Err(Error::usage("there is no labelled document in these files; see docs/labelling.md"));
    }
    let mut labels = corpus.documents.iter().flat_map(|document| &document.labels);
    if labels.all(|label| *label == Label::Unknown) && corpus.articles.is_empty() {
        return Err(Error::usage("no line in these files has a label; see docs/labelling.md"));
    }
    link_clean_texts(&mut corpus);
    Ok(corpus)
}

fn read_path(path: &Path, named: &Path, corpus: &mut Corpus) -> Result<(), Error> {
    let failed = |source| Error::Input { path: path.to_owned(), source };
    if path.is_dir() {
        let entries: Result<Vec<_>, _> = std::fs::read_dir(path).map_err(failed)?.collect();
        let mut inside: Vec<PathBuf> =
            entries.map_err(failed)?.into_iter().map(|entry| entry.path()).collect();
        inside.sort();
        return inside.iter().try_for_each(|path| read_path(path, named, corpus));
    }
    let name = path.to_string_lossy();
    let mut bytes = std::fs::read(path).map_err(failed)?;
    if name.ends_with(".gz") {
        let mut unpacked = Vec::new();
        flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut unpacked).map_err(failed)?;
        bytes = unpacked;
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::gold(path, 0, "the file is not UTF-8"))?;
    if name.ends_with(".jsonl") || name.ends_with(".jsonl.gz") {
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let row =
                serde_json::from_str(line).map_err(|error| Error::gold(path, number, &error.to_string()))?;
            add_row(row, corpus).map_err(|message| Error::gold(path, number, message))?;
        }
        return Ok(());
    }
    let id = path.strip_prefix(named).ok().filter(|id| !id.as_os_str().is_empty()).unwrap_or(path);
    let gold = from_marks(&id.to_string_lossy(), &text)
        .map_err(|number| Error::gold(path, number, "the line begins with no mark; see docs/labelling.md"))?;
    corpus.documents.push(gold);
    Ok(())
}

fn add_row(row: Row, corpus: &mut Corpus) -> Result<(), &'static str> {
    if let Some(gold) = row.gold {
        corpus.articles.insert(row.page, gold);
        return Ok(());
    }
    let lines = row.lines.ok_or("the row has neither `lines` nor `gold`")?;
    let labels = match (&row.labels, row.with.is_some() || row.without.is_some()) {
        (Some(labels), _) => labels.chars().map(|letter| label(letter, row.genre.is_some())).collect(),
        (None, true) => {
            let (with, without) = (squeezed(row.with.as_deref()), squeezed(row.without.as_deref()));
            lines.iter().map(|line| weak_label(line, &with, &without)).collect()
        }
        (None, false) => return Err("the row has neither `labels` nor `with` and `without`"),
    };
    let labels: Vec<Label> = labels;
    if labels.len() != lines.len() {
        return Err("there are not as many letters in `labels` as there are lines");
    }
    let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    if segment::lines(&text).len() != labels.len() {
        return Err("a line holds a line end");
    }
    // Without a name a page is told apart by its number; without a domain it is one of its own.
    let or = |name: String, other: &str| if name.is_empty() { other.to_owned() } else { name };
    let id = or(row.id, &format!("document {}", corpus.documents.len() + 1));
    let page = or(row.page, &id);
    corpus.documents.push(Gold {
        domain: or(row.domain, &page),
        id,
        page,
        dataset: row.dataset,
        language: row.lang,
        converter: row.converter,
        license: row.license,
        genre: row.genre,
        text,
        labels,
    });
    Ok(())
}

fn label(letter: char, is_clean: bool) -> Label {
    match letter {
        'k' if is_clean => Label::Stays,
        'k' => Label::Body,
        's' => Label::Furniture,
        'd' => Label::Junk,
        _ => Label::Unknown,
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn squeezed(list: Option<&[String]>) -> Vec<String> {
    list.unwrap_or_default().iter().map(|text| squeeze(text)).collect()
}

/// The label of a line of which only strings that must stay or must go are known: it has one if such
/// a string is a third of it or more, or holds it.
fn weak_label(line: &str, with: &[String], without: &[String]) -> Label {
    const HELD_BYTES_MIN: usize = 20;
    let line = squeeze(line);
    let holds = |list: &[String]| {
        list.iter().any(|text| {
            line.contains(text) && text.len() * 3 > line.len()
                || line.len() > HELD_BYTES_MIN && text.contains(&line)
        })
    };
    match (holds(with), holds(without)) {
        (true, false) => Label::Stays,
        (false, true) => Label::Junk,
        _ => Label::Unknown,
    }
}

/// Reads marks: the first character of each line is its label, the rest the line.
///
/// A space is body, `~` furniture, `-` junk, `?` unknown; `#` lines are notes, and those of the form
/// `# domain: example.org` also say where the text is from (`domain`, `lang`, `converter`, `dataset`,
/// `license`). An empty line is a blank line.
///
/// # Errors
///
/// The number of the first line, from 1, that begins with none of these.
pub fn from_marks(id: &str, marks: &str) -> Result<Gold, usize> {
    let mut gold = Gold { id: id.to_owned(), page: id.to_owned(), domain: id.to_owned(), ..Gold::default() };
    "marks".clone_into(&mut gold.dataset);
    "marks".clone_into(&mut gold.converter);
    let marks = marks.strip_prefix('\u{feff}').unwrap_or(marks);
    for (number, line) in (1..).zip(segment::lines(marks)) {
        let mut chars = line.text(marks).chars();
        let label = match chars.next() {
            Some(' ') => Label::Body,
            Some('~') => Label::Furniture,
            Some('-') => Label::Junk,
            None | Some('?') => Label::Unknown,
            Some('#') => {
                note(chars.as_str(), &mut gold);
                continue;
            }
            Some(_) => return Err(number),
        };
        gold.text.push_str(chars.as_str());
        gold.text.push('\n');
        gold.labels.push(if chars.as_str().trim().is_empty() { Label::Unknown } else { label });
    }
    Ok(gold)
}

/// The marks of a cleaned text: a draft for a person to correct. Kinds that are parts of the article are
/// furniture, all others junk; only what was cut is marked, so that `cleaned` should have been cleaned of
/// every kind. Line ends become `\n`.
#[must_use]
pub(crate) fn to_marks(id: &str, cleaned: &Cleaned) -> String {
    let lines = segment::lines(cleaned.original);
    let mut marks = vec![' '; lines.len()];
    for cut in &cleaned.cuts {
        let is_part = matches!(cut.kind, Kind::Title | Kind::Caption | Kind::Byline | Kind::Credit);
        marks[cut.whole_lines()].fill(if is_part { '~' } else { '-' });
    }
    let id = id.replace(char::is_control, " ");
    let mut out = format!("# id: {id}\n# A draft by unchaff: read every line and put its mark right.\n");
    for (line, mark) in lines.iter().zip(marks) {
        let text = line.text(cleaned.original);
        if !segment::is_blank(text) {
            out.push(mark);
            out.push_str(text);
        }
        out.push('\n');
    }
    out
}

fn note(note: &str, gold: &mut Gold) {
    let Some((key, value)) = note.split_once(':') else { return };
    let field = match key.trim() {
        "domain" => &mut gold.domain,
        "lang" => &mut gold.language,
        "converter" => &mut gold.converter,
        "dataset" => &mut gold.dataset,
        "license" => &mut gold.license,
        _ => return,
    };
    value.trim().clone_into(field);
}

/// A clean text that is the article of some page belongs to that page's domain, so that a split does
/// not part them; any other clean text is a domain of its own.
fn link_clean_texts(corpus: &mut Corpus) {
    let letters =
        |text: &str| xxh3_64(text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().as_bytes());
    let domains: HashMap<&str, &str> = corpus
        .documents
        .iter()
        .filter(|gold| gold.genre.is_none())
        .map(|gold| (gold.page.as_str(), gold.domain.as_str()))
        .collect();
    let of_article: HashMap<u64, String> = corpus
        .articles
        .iter()
        .filter_map(|(page, article)| Some((letters(article), (*domains.get(page.as_str())?).to_owned())))
        .collect();
    for gold in corpus.documents.iter_mut().filter(|gold| gold.genre.is_some()) {
        gold.domain = of_article.get(&letters(&gold.text)).unwrap_or(&gold.page).clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_line_by_line() {
        let marks = "# a note\n# domain: example.org\n# lang: de\n~Titel\n\n Der Text.\n-Teilen\n?Ort\n";
        let gold = from_marks("a.txt", marks).unwrap();
        assert_eq!(gold.text, "Titel\n\nDer Text.\nTeilen\nOrt\n");
        assert_eq!(gold.labels, [Label::Furniture, Label::Unknown, Label::Body, Label::Junk, Label::Unknown]);
        assert_eq!((gold.domain.as_str(), gold.language.as_str()), ("example.org", "de"));
        assert_eq!(from_marks("a.txt", " One\nTwo\n").unwrap_err(), 2);
        // Each line has its label, whatever ends it.
        assert_eq!(from_marks("a.txt", " One\rTwo\r\n-Share\n").unwrap_err(), 2);
        let gold = from_marks("a.txt", " One\r-Two\r\n Three").unwrap();
        assert_eq!(gold.text, "One\nTwo\nThree\n");
        assert_eq!(gold.labels, [Label::Body, Label::Junk, Label::Body]);
    }

    #[test]
    fn strings_that_must_stay_or_go_label_their_lines() {
        let list = |text: &str| vec![text.to_owned()];
        let of = |line: &str| weak_label(line, &list("The ferry sails again"), &list("Imprint"));
        assert_eq!(of("The  ferry sails again."), Label::Stays);
        assert_eq!(of("Imprint"), Label::Junk);
        assert_eq!(
            of("A long paragraph in which the word Imprint stands among many others."),
            Label::Unknown
        );
        assert_eq!(of("Home"), Label::Unknown);
    }

    #[test]
    fn a_domain_falls_into_one_part() {
        let parts = (0..5).filter(|&part| Fold { part, of: 5 }.holds("example.org")).count();
        assert_eq!(parts, 1);
        assert_eq!("2/5".parse(), Ok(Fold { part: 2, of: 5 }));
        assert!("5/5".parse::<Fold>().is_err() && "x".parse::<Fold>().is_err());
    }
}
