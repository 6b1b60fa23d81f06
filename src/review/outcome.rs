//! What comes of the answers: labelled lines, and rules for lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;

use super::{Answer, Answers, Verdict, each_row};
use crate::error::Error;
use crate::kind::Kind;
use crate::report::{Header, Row};
use crate::restore::Originals;
use crate::segment;

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

/// The answers as rules for `unchaff.toml`, a regular expression for each line: `keep-line` for lines that must
/// stay, and `drop-line` for those that were rightly removed and that no answer wants to stay.
#[must_use]
pub fn line_rules(answers: &Answers) -> String {
    let stay = lines_of(answers, Verdict::Wrong);
    let go: BTreeSet<&str> = lines_of(answers, Verdict::Right).difference(&stay).copied().collect();
    let mut out = String::new();
    for (key, lines) in [("keep-line", stay), ("drop-line", go)] {
        if lines.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{key} = [");
        for line in lines {
            // A JSON string is a basic string of TOML, but for one control character.
            let line = json!(format!("^{}$", regex::escape(line))).to_string();
            let _ = writeln!(out, "  {},", line.replace('\u{7f}', "\\u007f"));
        }
        out += "]\n";
    }
    out
}

/// The lines of which this was said, as they stand.
fn lines_of(answers: &Answers, verdict: Verdict) -> BTreeSet<&str> {
    let said = answers.iter().filter(|answer| answer.answer == verdict);
    let lines = said.flat_map(|answer| answer.text.split(['\n', '\r']));
    lines.filter(|line| !segment::is_blank(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::session::tests::item;

    #[test]
    fn rules_match_the_line_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let mut answers = Answers::open(&folder.path().join("answers")).unwrap();
        let mut wrong = item("a", 0, 0.5);
        wrong.cut.text = Some("Was it \"a.b\" (or c\\d)?\n\nOne more\n".to_owned());
        answers.give(&wrong, Verdict::Wrong).unwrap();
        answers.give(&item("b", 0, 0.5), Verdict::Right).unwrap();
        assert_eq!(
            line_rules(&answers),
            "keep-line = [\n  \"^One more$\",\n  \"^Was it \\\"a\\\\.b\\\" \\\\(or c\\\\\\\\d\\\\)\\\\?$\",\n]\ndrop-line = [\n  \"^Share$\",\n]\n"
        );
        // A control character that JSON takes as it is, and TOML does not.
        let mut odd = item("d", 0, 0.5);
        odd.cut.text = Some("One\u{7f}\u{1}more".to_owned());
        answers.give(&odd, Verdict::Wrong).unwrap();
        let rules: toml::Table = line_rules(&answers).parse().unwrap();
        assert_eq!(rules["keep-line"][1].as_str(), Some("^One\u{7f}\u{1}more$"));
        // What one answer wants to stay, no rule drops.
        let mut stays = item("c", 0, 0.5);
        stays.cut.text = Some("Share".to_owned());
        answers.give(&stays, Verdict::Wrong).unwrap();
        assert!(!line_rules(&answers).contains("drop-line"));
        assert!(line_rules(&answers).contains("^Share$"));
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
