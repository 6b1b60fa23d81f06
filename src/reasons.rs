//! Everything that a report may give as a rule, in words for people: the rules of single lines, those
//! that look at neighbours, the model, repeats and blank lines.
//!
//! `unchaff rules` and `unchaff explain RULE` print these, and `docs/rules.md` is made of them. Examples are
//! those of the rules' fixtures.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::kind::Kind;
use crate::names;
use crate::own::DROP_RULE;
use crate::repeats::CORPUS;
use crate::repeats::templates::TEMPLATE;
use crate::repeats::{DOCUMENT, GAP, NEAR, PARTIAL};
use crate::rules::phrases::{self, Entry, Role};
use crate::rules::{RULES, Test};
pub use crate::rules::{Reach, Rule};

/// A rule by which a line may go.
#[derive(Clone, Copy, Debug)]
pub struct Reason {
    /// `<kind>/<name>`, as reports have it.
    pub id: &'static str,
    /// The kind of what it finds.
    pub kind: Kind,
    /// What it finds, in a few words.
    pub about: &'static str,
    /// What it leaves, and the guard that does so.
    pub keeps: &'static str,
    /// The rule of single lines, if it is one.
    pub rule: Option<&'static Rule>,
}

/// Rules that see more than one line. A test holds that no other stands in a report.
const OTHERS: [Reason; 27] = [
    other(
        Kind::Navigation,
        "navigation/menu",
        "a short line in a run of short lines before or after the running text, of which enough are words of menus",
        "runs with fewer than three known words, and all runs inside the running text",
    ),
    other(
        Kind::Navigation,
        "navigation/links",
        "a row of links with their addresses, such as \"[Home](/) / [News](/news) / [Sport](/sport)\"",
        "rows inside the running text, rows with other words, and rows of headlines",
    ),
    other(
        Kind::Navigation,
        "navigation/addresses",
        "the list of numbered addresses that text browsers put below a page, with its labels",
        "lists of fewer than ten, and all lists where few lines begin with the number of a link, such as \"[12]Home\"",
    ),
    other(
        Kind::Navigation,
        "navigation/contents",
        "a page's table of contents: three or more short lines, each of which comes again below as a heading, in the same order; with its label",
        "the headings below; tables of clean texts, of which nothing else goes; verses that come again, and names of speakers",
    ),
    other(
        Kind::Related,
        "related/list",
        "a headline below a label such as \"You may also like\"",
        "lists without such a label, and long lists inside the running text",
    ),
    other(
        Kind::Navigation,
        "navigation/dated",
        "lines with a date of which three or more stand one behind the other, such as the months of an archive",
        "an article's own date; whether the lines go is decided before they are named so",
    ),
    other(
        Kind::Related,
        "related/dated",
        "lines with a date of which three or more stand one behind the other, most of them headlines",
        "an article's own date; whether the lines go is decided before they are named so",
    ),
    other(
        Kind::Byline,
        "byline/name",
        "a name on a line of its own beside a byline",
        "the headline, and the line directly above the running text",
    ),
    other(
        Kind::Bio,
        "bio/named",
        "the last line, if it begins with a name that a byline gave",
        "every line but the last",
    ),
    other(
        Kind::Title,
        "title/front-matter",
        "the block of keys before a text in Markdown, between two lines of `---` or `+++`; it stays as titles do",
        "paragraphs between such lines",
    ),
    other(
        Kind::Boilerplate,
        "boilerplate/model",
        "what the model takes for junk and no rule has a name for",
        "lines between two lines of running text, short runs beside it, and headlines above it, unless the model is surer than elsewhere",
    ),
    other(
        Kind::Comments,
        "comments/below",
        "what stands behind the last line of running text and behind a line of comments, and is no running text: their authors, dates and words",
        "what the model may take for running text, and everything above the last line of it",
    ),
    other(
        Kind::Boilerplate,
        "boilerplate/below",
        "what stands behind the last line of running text and behind a menu, a list of other stories, a share widget or the like, and is surely no running text",
        "what the model may take for running text, and everything above the last line of it",
    ),
    other(Kind::Boilerplate, DROP_RULE.id, DROP_RULE.about, DROP_RULE.keeps),
    other(
        Kind::Repeat,
        DOCUMENT,
        "a block of lines that stood before in the same document",
        "the first copy; refrains, verse and lists, whose lines are short",
    ),
    other(
        Kind::Repeat,
        "repeat/caption",
        "a caption that is given again directly below, with or without its credit",
        "the first copy",
    ),
    other(
        Kind::Repeat,
        PARTIAL,
        "sentences inside a line that stood before, and parts of them",
        "the first copy; matches of a few words",
    ),
    other(
        Kind::Repeat,
        NEAR,
        "lines that stood before with a few words changed",
        "the first copy; changed lines that stand alone, without equal ones around them",
    ),
    other(
        Kind::Repeat,
        GAP,
        "lines between two parts of a copy that do not stand between those of its source",
        "the first copy",
    ),
    other(
        Kind::Repeat,
        CORPUS,
        "a block that stood in another document (`--scope site` or `corpus`)",
        "the first copy, in the first document that has it",
    ),
    other(
        Kind::Template,
        TEMPLATE,
        "a line that stands in many documents of the site or the corpus (`--scope site` or `corpus`)",
        "lines of fewer documents",
    ),
    other(
        Kind::Blank,
        "blank/left-over",
        "blank lines that a removal leaves over",
        "one run of blank lines between two lines that stay, the shorter one",
    ),
    other(Kind::Blank, "blank/end", "blank lines at the end of the text", "blank lines anywhere else"),
    other(
        Kind::Title,
        "title/headline",
        "the first line before the running text that stays, if it looks like a headline",
        "it stays unless you say --drop title",
    ),
    other(
        Kind::Title,
        "title/model",
        "a line before the running text that the model takes for a part of the article that is no running text",
        "it stays unless you say --drop title",
    ),
    other(
        Kind::Caption,
        "caption/first-copy",
        "the first copy of a caption that is given twice",
        "it stays unless you say --drop caption",
    ),
    other(
        Kind::Caption,
        "caption/model",
        "a line that the model takes for a part of the article that is no running text, or short lines beside the running text of which it is not sure",
        "it stays unless you say --drop caption",
    ),
];

const fn other(kind: Kind, id: &'static str, about: &'static str, keeps: &'static str) -> Reason {
    Reason { id, kind, about, keeps, rule: None }
}

/// Fixtures of the rules: a section for each, lines it takes and lines it leaves.
const FIXTURES: [(Kind, &str); 15] = [
    (Kind::Navigation, include_str!("../fixtures/rules/navigation.txt")),
    (Kind::Related, include_str!("../fixtures/rules/related.txt")),
    (Kind::Share, include_str!("../fixtures/rules/share.txt")),
    (Kind::Newsletter, include_str!("../fixtures/rules/newsletter.txt")),
    (Kind::Consent, include_str!("../fixtures/rules/consent.txt")),
    (Kind::Paywall, include_str!("../fixtures/rules/paywall.txt")),
    (Kind::Advertisement, include_str!("../fixtures/rules/advertisement.txt")),
    (Kind::Credit, include_str!("../fixtures/rules/credit.txt")),
    (Kind::Copyright, include_str!("../fixtures/rules/copyright.txt")),
    (Kind::Byline, include_str!("../fixtures/rules/byline.txt")),
    (Kind::Comments, include_str!("../fixtures/rules/comments.txt")),
    (Kind::Tags, include_str!("../fixtures/rules/tags.txt")),
    (Kind::Player, include_str!("../fixtures/rules/player.txt")),
    (Kind::Bio, include_str!("../fixtures/rules/bio.txt")),
    (Kind::Disclaimer, include_str!("../fixtures/rules/disclaimer.txt")),
];
/// Examples of each sort on a page.
const EXAMPLES_MAX: usize = 4;
/// Phrases that a page names.
const PHRASES_MAX: usize = 6;

/// All of them, in the order of [`Kind::ALL`].
#[must_use]
pub fn all() -> Vec<Reason> {
    let of_rule = |rule: &&'static Rule| Reason {
        id: rule.id,
        kind: rule.kind,
        about: rule.about,
        keeps: rule.keeps,
        rule: Some(rule),
    };
    let mut all: Vec<Reason> = RULES.iter().map(of_rule).chain(OTHERS).collect();
    all.sort_by_key(|reason| Kind::ALL.iter().position(|&kind| kind == reason.kind));
    all
}

/// The rule of single lines that is called so, if there is one.
#[must_use]
pub fn of_lines(id: &str) -> Option<Reason> {
    all().into_iter().find(|reason| reason.id == id && reason.rule.is_some())
}

/// What a kind is, in one sentence.
#[must_use]
pub fn about_kind(kind: Kind) -> String {
    // The doc comment of the kind is its text: it reaches here by way of the schema.
    let schema = schemars::schema_for!(Kind).to_value();
    let variants = schema["oneOf"].as_array();
    let own = variants.into_iter().flatten().find(|variant| variant["const"] == kind.slug());
    own.and_then(|variant| variant["description"].as_str()).unwrap_or_default().replace('\n', " ")
}

/// The list: each kind, and below it its rules, one a line.
#[must_use]
pub fn list() -> String {
    let mut out = String::new();
    let all = all();
    for kind in Kind::ALL {
        let _ = writeln!(out, "{:<24}{}", kind.slug(), about_kind(kind));
        for reason in all.iter().filter(|reason| reason.kind == kind) {
            let _ = writeln!(out, "  {:<22}{}", reason.id, reason.about);
        }
    }
    out
}

/// The page of a rule or of a kind, in Markdown that reads well as it is; `None` if there is none of that
/// name.
#[must_use]
pub fn page(name: &str) -> Option<String> {
    let all = all();
    if let Some(reason) = all.iter().find(|reason| reason.id == name) {
        return Some(page_of(reason, "#"));
    }
    let kind: Kind = name.parse().ok()?;
    let mut out = format!("# {kind}\n\n{}\n\n{}\n\n", about_kind(kind), what_to_do(kind));
    for reason in all.iter().filter(|reason| reason.kind == kind) {
        let _ = writeln!(out, "- `{}`: {}", reason.id, reason.about);
    }
    Some(out)
}

/// Says that there is no such rule, and which one may be meant.
#[must_use]
pub fn unknown(name: &str) -> String {
    let ids = all().into_iter().map(|reason| reason.id.to_owned());
    let kinds = Kind::ALL.into_iter().map(|kind| kind.slug().to_owned());
    let mut said = names::unknown(name, &ids.chain(kinds).collect::<Vec<_>>(), "rule or kind");
    if let Some(end) = said.find("; there are ") {
        said.truncate(end);
        said.push('.');
    }
    said
}

/// `docs/rules.md`.
#[must_use]
pub fn markdown() -> String {
    let mut out = "# Kinds and rules\n\nMade from the program's own tables; a test holds it. `unchaff rules` prints the list, \
        `unchaff explain RULE` one page, and `unchaff explain FILE:LINE` says why a line of yours was kept or cut.\n\n\
        The trained model decides *whether* a line goes; rules say *what* it is. Where the model is in doubt, a rule decides; \
        where it is sure that a line is running text, the line stays whatever a rule says.\n"
        .to_owned();
    let all = all();
    for kind in Kind::ALL {
        let _ = write!(out, "\n## {kind}\n\n{} {}\n", about_kind(kind), what_to_do(kind));
        for reason in all.iter().filter(|reason| reason.kind == kind) {
            let _ = write!(out, "\n{}", page_of(reason, "###"));
        }
    }
    out
}

fn what_to_do(kind: Kind) -> String {
    if matches!(kind, Kind::Title | Kind::Caption) {
        format!("It is recognised and stays; `--drop {kind}` takes it out.")
    } else {
        format!("`--keep {kind}` leaves it in.")
    }
}

fn page_of(reason: &Reason, mark: &str) -> String {
    let mut out = format!("{mark} {}\n\n", reason.id);
    let _ = writeln!(out, "- Finds: {}.\n- Leaves: {}.", reason.about, reason.keeps);
    let Some(rule) = reason.rule else { return out };
    let _ = writeln!(out, "- Looks for: {}.\n- Counts: {}.", shape(&rule.test), reach(rule.reach));
    if let Some(phrases) = phrases_of(rule) {
        let _ = writeln!(out, "- Phrases: {phrases}.");
    }
    let (takes, leaves) = examples(rule);
    for (title, lines) in [("Takes", takes), ("Leaves", leaves)] {
        let _ = write!(out, "\n{title}, for example:\n\n");
        for line in lines {
            let _ = writeln!(out, "    {line}");
        }
    }
    out
}

fn shape(test: &Test) -> String {
    match *test {
        Test::Label => "a line that is a phrase and nothing else".to_owned(),
        Test::Item => "a line that is one weak word and nothing else".to_owned(),
        Test::Lead { words_max, full_stop } => format!(
            "a phrase, a separator such as a colon, and a title or value; at most {words_max} words{}",
            if full_stop { "" } else { ", and no full stop" }
        ),
        Test::Start { chars_max, words_max, full_stop } => format!(
            "a line that begins with a phrase; at most {words_max} words and {chars_max} characters{}",
            if full_stop { "" } else { ", and no full stop" }
        ),
        Test::End { words_max } => format!("a line that ends with a phrase; at most {words_max} words"),
        Test::Part { words_max } => {
            format!("a phrase anywhere in the line, outside quotation marks; at most {words_max} words")
        }
        Test::Hints { least: 1, words_max } => {
            format!("a weak word in a line without a full stop; at most {words_max} words")
        }
        Test::Hints { least, words_max } => {
            format!("{least} or more different weak words; at most {words_max} words")
        }
        Test::Glued => "several phrases one after another and nothing else".to_owned(),
        Test::Shape(_) => "a shape of its own".to_owned(),
    }
}

/// Where evidence of such reach is enough.
#[must_use]
pub fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Anywhere => "wherever the line stands",
        Reach::Edge => "before the first and after the last line of running text, and beside lines that go",
        Reach::Company => "only beside a line that goes, or in a run of such lines",
    }
}

/// How many phrases the rule reads, and a few of them.
fn phrases_of(rule: &Rule) -> Option<String> {
    let (_, table) = phrases::TABLES.into_iter().find(|(kind, _)| *kind == rule.kind)?;
    let entries = phrases::entries(table).unwrap_or_default();
    let read: Vec<&Entry> = entries.iter().filter(|entry| rule.reads(entry.role)).collect();
    let languages: BTreeSet<&str> = read.iter().map(|entry| entry.language).collect();
    if read.is_empty() {
        return None;
    }
    let own = |entry: &&&Entry| {
        entry.language == "en" && (!matches!(rule.test, Test::Label) || entry.role == Role::Label)
    };
    let english: Vec<&Entry> = read.iter().filter(own).copied().collect();
    let step = (english.len() / PHRASES_MAX).max(1);
    let some: Vec<String> =
        english.iter().step_by(step).take(PHRASES_MAX).map(|entry| format!("\"{}\"", entry.phrase)).collect();
    let such = if some.is_empty() { String::new() } else { format!(", such as {}", some.join(", ")) };
    Some(format!("{} in {} languages{such}", read.len(), languages.len()))
}

/// Lines of the rule's fixture that it takes and leaves.
fn examples(rule: &Rule) -> (Vec<&'static str>, Vec<&'static str>) {
    let fixture = FIXTURES.iter().find(|(kind, _)| *kind == rule.kind).map_or("", |(_, text)| text);
    let name = rule.id.split_once('/').map_or("", |(_, name)| name);
    let section = fixture
        .lines()
        .skip_while(|line| line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) != Some(name))
        .skip(1)
        .take_while(|line| !line.starts_with('['));
    let of = |mark: char| {
        section.clone().filter_map(move |line| line.strip_prefix(mark)).take(EXAMPLES_MAX).collect()
    };
    (of('-'), of(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_and_kind_has_a_page() {
        for reason in all() {
            let page = page(reason.id).unwrap();
            assert!(page.starts_with(&format!("# {}\n", reason.id)), "{page}");
            assert!(reason.rule.is_none() || page.contains("\nLeaves, for example:"), "{page}");
            assert!(reason.id.starts_with(reason.kind.slug()), "{}", reason.id);
        }
        for kind in Kind::ALL {
            assert!(!about_kind(kind).is_empty() && page(kind.slug()).is_some());
        }
        assert!(page("share/nothing").is_none());
    }

    #[test]
    fn the_list_has_one_line_for_each() {
        assert_eq!(list().lines().count(), Kind::ALL.len() + all().len());
    }
}
