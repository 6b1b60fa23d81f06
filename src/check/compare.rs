//! The difference between two lists of rows, and what it says in one sentence.

use std::fmt;
use std::ops::Range;

use similar::DiffOp;

use super::rows::Row;
use super::steps::steps;

/// Rows around a difference that are shown with it.
const CONTEXT: usize = 3;

/// How many rows differ, by how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stayed and go now.
    pub removed: u64,
    /// Went and stay now.
    pub kept: u64,
    /// Went and go, for another reason.
    pub reason: u64,
    /// Have another text, or are on one side alone.
    pub text: u64,
}

impl Counts {
    /// All rows that differ.
    #[must_use]
    pub fn all(self) -> u64 {
        self.removed + self.kept + self.reason + self.text
    }
}

impl fmt::Display for Counts {
    /// `3 lines differ: 2 newly removed, 1 kept again`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.all();
        write!(f, "{all} {}", if all == 1 { "line differs" } else { "lines differ" })?;
        let parts = [
            (self.removed, "newly removed"),
            (self.kept, "kept again"),
            (self.reason, "removed for another reason"),
            (self.text, "with another text"),
        ];
        for (at, (count, what)) in parts.into_iter().filter(|&(count, _)| count > 0).enumerate() {
            write!(f, "{} {count} {what}", if at == 0 { ":" } else { "," })?;
        }
        Ok(())
    }
}

/// Which side a row of a difference stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// On both.
    Both,
    /// What was expected.
    Expected,
    /// What is.
    Found,
}

/// A row of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffRow {
    /// Where it stands.
    pub side: Side,
    /// The row.
    pub row: Row,
    /// Its line, from 1, in the text of its side; on both sides, that of the text as it is.
    pub line: u64,
    /// The row of the other side that stands in its place, as an index of the same run of rows.
    pub partner: Option<usize>,
}

/// A difference: runs of rows, each with rows around it that are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How many rows differ.
    pub counts: Counts,
    /// The runs.
    pub hunks: Vec<Vec<DiffRow>>,
}

impl Difference {
    /// The rows that differ and are found, then those expected and gone, in the order of the text: what
    /// an annotation points at.
    pub fn changes(&self) -> impl Iterator<Item = (&DiffRow, Option<&DiffRow>)> {
        self.hunks.iter().flat_map(|hunk| {
            hunk.iter().filter_map(move |row| match (row.side, row.partner) {
                (Side::Both, _) | (Side::Expected, Some(_)) => None,
                (_, partner) => Some((row, partner.map(|at| &hunk[at]))),
            })
        })
    }
}

/// What a changed row says to a person: `newly removed as share/label`.
#[must_use]
pub(super) fn sentence(row: &DiffRow, partner: Option<&DiffRow>) -> String {
    match (row.side, partner) {
        (Side::Expected, _) => "expected, and not there".to_owned(),
        (_, None) => "not expected".to_owned(),
        (_, Some(expected)) if expected.row.text != row.row.text => "another text than expected".to_owned(),
        (_, Some(expected)) => match (expected.row.stays(), row.row.stays()) {
            (true, _) => format!("newly removed as {}", row.row.reason),
            (_, true) => format!("kept again, expected to go as {}", expected.row.reason),
            _ => format!("removed as {}, expected {}", row.row.reason, expected.row.reason),
        },
    }
}

/// The difference of two lists of rows; `None` if they are equal.
///
/// # Complexity
///
/// Linear in the rows times those that differ in text (Myers). Of long texts hardly more than linear, whatever
/// became of them ([`steps`]).
pub(super) fn compare(expected: &[Row], found: &[Row]) -> Option<Difference> {
    if expected == found {
        return None;
    }
    let old: Vec<Key> = expected.iter().map(|row| (row.text.as_str(), row.goes_on)).collect();
    let new: Vec<Key> = found.iter().map(|row| (row.text.as_str(), row.goes_on)).collect();
    let (old_lines, new_lines) = (line_numbers(expected), line_numbers(found));
    let mut counts = Counts::default();
    let mut rows: Vec<DiffRow> = Vec::with_capacity(found.len());
    let is_expected = |at: usize| (Side::Expected, &expected[at], old_lines[at]);
    let is_found = |at: usize| (Side::Found, &found[at], new_lines[at]);
    for op in steps(&old, &new) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                for at in 0..len {
                    let (before, after) = (&expected[old_index + at], &found[new_index + at]);
                    if before == after {
                        push(&mut rows, (Side::Both, after, new_lines[new_index + at]));
                        continue;
                    }
                    let count = match (before.stays(), after.stays()) {
                        (true, _) => &mut counts.removed,
                        (_, true) => &mut counts.kept,
                        _ => &mut counts.reason,
                    };
                    *count += 1;
                    push(&mut rows, is_expected(old_index + at));
                    push(&mut rows, is_found(new_index + at));
                    pair(&mut rows, 1, 1);
                }
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                counts.text += old_len as u64;
                (old_index..old_index + old_len).for_each(|at| push(&mut rows, is_expected(at)));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                counts.text += new_len as u64;
                (new_index..new_index + new_len).for_each(|at| push(&mut rows, is_found(at)));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                counts.text += old_len.max(new_len) as u64;
                (old_index..old_index + old_len).for_each(|at| push(&mut rows, is_expected(at)));
                (new_index..new_index + new_len).for_each(|at| push(&mut rows, is_found(at)));
                pair(&mut rows, old_len, new_len);
            }
        }
    }
    Some(Difference { counts, hunks: hunks(rows) })
}

/// The text of a row, and whether it goes on in the line of the row before.
type Key<'r> = (&'r str, bool);

fn push(rows: &mut Vec<DiffRow>, (side, row, line): (Side, &Row, u64)) {
    rows.push(DiffRow { side, row: row.clone(), line, partner: None });
}

/// Pairs the last rows: the first expected one with the first found one, and so on.
fn pair(rows: &mut [DiffRow], expected: usize, found: usize) {
    let first_found = rows.len() - found;
    for at in 0..expected.min(found) {
        rows[first_found - expected + at].partner = Some(first_found + at);
        rows[first_found + at].partner = Some(first_found - expected + at);
    }
}

/// The line of each row.
fn line_numbers(rows: &[Row]) -> Vec<u64> {
    let mut line = 0;
    rows.iter()
        .map(|row| {
            line += u64::from(!row.goes_on);
            line
        })
        .collect()
}

/// Runs of rows that differ, with [`CONTEXT`] equal rows around them. Partners become indices of the run.
fn hunks(rows: Vec<DiffRow>) -> Vec<Vec<DiffRow>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for at in (0..rows.len()).filter(|&at| rows[at].side != Side::Both) {
        let span = at.saturating_sub(CONTEXT)..(at + 1 + CONTEXT).min(rows.len());
        match spans.last_mut() {
            Some(last) if last.end >= span.start => last.end = span.end,
            _ => spans.push(span),
        }
    }
    let mut rows = rows.into_iter().enumerate();
    let mut hunks = Vec::with_capacity(spans.len());
    for span in spans {
        let of_span = rows.by_ref().skip_while(|(at, _)| *at < span.start).take(span.len());
        let shifted =
            of_span.map(|(_, row)| DiffRow { partner: row.partner.map(|at| at - span.start), ..row });
        hunks.push(shifted.collect());
    }
    hunks
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        text.lines().map(|line| line.parse().unwrap()).collect()
    }

    fn shown(expected: &str, found: &str) -> String {
        let Some(difference) = compare(&rows(expected), &rows(found)) else { return "equal".to_owned() };
        let mut out = format!("{}\n", difference.counts);
        for hunk in &difference.hunks {
            for row in hunk {
                let sign = match row.side {
                    Side::Both => ' ',
                    Side::Expected => '-',
                    Side::Found => '+',
                };
                let _ = writeln!(out, "{sign}{} {}", row.line, row.row);
            }
            out += "--\n";
        }
        for (row, partner) in difference.changes() {
            let _ = writeln!(out, "{}: {}", row.line, sentence(row, partner));
        }
        out
    }

    #[test]
    fn verdicts_that_changed_are_told_apart() {
        let expected = "share/label  | Share\n  | One.\nbyline/author | By A\n  | Two.\n";
        let found = "  | Share\nrelated/inline  | One.\nbyline/dated | By A\n  | Two.\n";
        assert_eq!(
            shown(expected, found),
            "3 lines differ: 1 newly removed, 1 kept again, 1 removed for another reason\n\
             -1 share/label             | Share\n\
             +1                         | Share\n\
             -2                         | One.\n\
             +2 related/inline          | One.\n\
             -3 byline/author           | By A\n\
             +3 byline/dated            | By A\n \
             4                         | Two.\n--\n\
             1: kept again, expected to go as share/label\n\
             2: newly removed as related/inline\n\
             3: removed as byline/dated, expected byline/author\n"
        );
        assert_eq!(shown(expected, expected), "equal");
    }

    #[test]
    fn a_changed_text_is_no_changed_verdict() {
        let expected = "  | One.\n  | Two.\n  | Three.\n";
        assert!(
            shown(expected, "  | One.\n  | Two!\n  | Three.\n")
                .starts_with("1 line differs: 1 with another text\n")
        );
        assert!(shown(expected, "  | One.\n  | Three.\n").ends_with("--\n2: expected, and not there\n"));
        assert!(shown("  | One.\n", expected).starts_with("2 lines differ: 2 with another text\n"));
    }

    #[test]
    fn far_rows_are_left_out() {
        let expected: String =
            (0..30).flat_map(|n| ["  | Line ".to_owned(), n.to_string(), ".\n".to_owned()]).collect();
        let found =
            expected.replace("  | Line 3.", "a/b  | Line 3.").replace("  | Line 25.", "a/b  | Line 25.");
        let difference = compare(&rows(&expected), &rows(&found)).unwrap();
        let sizes: Vec<usize> = difference.hunks.iter().map(Vec::len).collect();
        assert_eq!(sizes, [3 + 2 + 3, 3 + 2 + 3]);
        assert_eq!(difference.changes().map(|(row, _)| row.line).collect::<Vec<_>>(), [4, 26]);
    }

    /// With Myers alone this would take minutes.
    #[test]
    fn long_texts_that_differ_everywhere_come_to_an_end() {
        let row = |text: String| Row { reason: String::new(), goes_on: false, text };
        let old: Vec<Row> = (0..30_000).map(|n| row(format!("old {n}"))).collect();
        let mut new: Vec<Row> = (0..30_000).map(|n| row(format!("new {n}"))).collect();
        new[20_000] = old[9_000].clone();
        let counts = |difference: Option<Difference>| difference.unwrap().counts;
        assert_eq!(counts(compare(&old, &new)), Counts { text: 20_000 + 20_999, ..Counts::default() });
        // What differs little is told as it is of short texts.
        let mut dropped = old.clone();
        dropped[7].reason = "share/label".to_owned();
        dropped.remove(29_000);
        let told = compare(&old, &dropped).unwrap();
        assert_eq!(told.counts, Counts { removed: 1, text: 1, ..Counts::default() });
        assert_eq!(told.changes().map(|(row, _)| row.line).collect::<Vec<_>>(), [8, 29_001]);
    }
}
