//! The cuts of an earlier report, beside the cuts of now.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use super::compare::compare;
use super::name;
use super::outcome::Problem;
use super::rows::{self, Row};
use crate::clean::Cleaned;
use crate::error::Error;
use crate::report::{Doc, Header, Reader, ReportText, hash_text};

/// So many rows more than go now are compared of a document. Without texts a report only tells how many lines
/// went, and one that was made up may tell of any number.
const MORE_ROWS_MAX: usize = 100_000;

/// An earlier report, document by document. Memory is that of the report.
#[derive(Debug)]
pub(crate) struct Baseline {
    /// By their names among all inputs; records of a dump may share one.
    docs: BTreeMap<String, VecDeque<Doc>>,
    text: ReportText,
    /// Documents that it does not have.
    pub new_documents: u64,
}

impl Baseline {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// It cannot be read, is incomplete or was changed.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let header = Header::verify(path).map_err(|error| Error::report(path, &error))?;
        let mut docs: BTreeMap<String, VecDeque<Doc>> = BTreeMap::new();
        let mut rows = Reader::open(path).map_err(|error| Error::report(path, &error))?;
        while let Some(row) = rows.next_row().map_err(|error| Error::report(path, &error))? {
            if let crate::report::Row::Doc(doc) = row {
                let (name, _) = name(&header.run.inputs[doc.src].path, &doc.id);
                docs.entry(name.into_owned()).or_default().push_back(doc);
            }
        }
        Ok(Self { docs, text: header.run.text, new_documents: 0 })
    }

    /// The problem of a document, by its name among all inputs, whose cuts are others than they were. A new
    /// document has none.
    pub(super) fn compare(&mut self, name: &str, cleaned: &Cleaned, rows: &[Row]) -> Option<Problem> {
        let Some(doc) = self.take(name) else {
            self.new_documents += 1;
            return None;
        };
        let is_same_text = doc.before.xxh3 == hash_text(xxh3_64(cleaned.original.as_bytes()));
        let before = if is_same_text { rows::of_report(&doc.id, cleaned.original, &doc.cut) } else { None };
        let difference = if let Some(before) = before {
            compare(&before, rows)
        } else {
            // Another text: only what went can be compared.
            let now = self.gone_now(rows);
            compare(&self.gone_before(&doc, now.len() + MORE_ROWS_MAX), &now)
        };
        difference.map(Problem::Changed)
    }

    /// A document that could not be cleaned is not gone.
    pub(super) fn spare(&mut self, name: &str) {
        self.take(name);
    }

    /// The next document of a name.
    fn take(&mut self, name: &str) -> Option<Doc> {
        let same = self.docs.get_mut(name)?;
        let doc = same.pop_front();
        if same.is_empty() {
            self.docs.remove(name);
        }
        doc
    }

    /// How many documents were not given this time.
    pub(super) fn gone(&self) -> u64 {
        self.docs.values().map(|same| same.len() as u64).sum()
    }

    /// A row for each line that went, so many at most. Without texts in the report, lines are told apart by
    /// reason alone.
    fn gone_before(&self, doc: &Doc, most: usize) -> Vec<Row> {
        let mut gone = Vec::new();
        for cut in &doc.cut {
            let reason = rows::reported_reason(&doc.id, cut);
            let left = most - gone.len();
            match &cut.text {
                Some(text) if self.text == ReportText::Full => {
                    gone.extend(rows::of_text(text, &reason).iter().take(left).map(placeless));
                }
                _ => {
                    let row = placeless(&Row { reason, goes_on: false, text: String::new() });
                    gone.extend((cut.l[0]..=cut.l[1]).take(left).map(|_| row.clone()));
                }
            }
        }
        gone
    }

    fn gone_now(&self, rows: &[Row]) -> Vec<Row> {
        let has_texts = self.text == ReportText::Full;
        rows.iter()
            .filter(|row| !row.stays())
            .map(|row| {
                let row = placeless(row);
                if has_texts { row } else { Row { text: String::new(), ..row } }
            })
            .collect()
    }
}

/// A row without what depends on its surroundings: the lines of a first copy, where it stands in a line.
fn placeless(row: &Row) -> Row {
    let reason = row.reason.split(['=', '*']).next().unwrap_or_default();
    Row { reason: reason.to_owned(), goes_on: false, text: row.text.trim_end_matches('\\').to_owned() }
}
