//! Reviewing doubtful cuts: a person says right or wrong, and the answers become labels and rules.
//!
//! [`doubtful`] takes the cuts with low scores from a report; [`Session`] walks through them, one key at
//! a time, and knows nothing of terminals or files; [`Answers`] is the file of answers, replaced as a
//! whole after each, so that a review can be left and taken up again. [`labels`] and [`line_rules`] are
//! what comes of them.

mod answers;
mod outcome;
mod session;

use std::path::Path;

use crate::error::Error;
use crate::kind::Kind;
use crate::report::{Cut, Header, Reader, Row};

pub use answers::{Answer, Answers, Verdict};
pub use outcome::{Labels, labels, line_rules};
pub use session::{Session, Step};

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
