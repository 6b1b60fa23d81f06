//! What stands where lines were removed: nothing, empty lines, or marks.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::clean::Cleaned;
use crate::kind::Kind;
use crate::segment;

/// What stands where lines were removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RemovedLines {
    /// Nothing.
    #[default]
    Drop,
    /// An empty line for each: line numbers stay as they were.
    Blank,
    /// A line `[removed: KIND]` for each that was not blank.
    Mark,
}

impl RemovedLines {
    /// Is nothing put there?
    #[must_use]
    pub fn is_drop(&self) -> bool {
        *self == Self::Drop
    }

    /// What stands where `removed` was.
    ///
    /// # Examples
    ///
    /// ```
    /// use unchaff::{Kind, removed::RemovedLines};
    /// let removed = "Share\n\nTweet\r\n";
    /// assert_eq!(RemovedLines::Blank.stand_in(Kind::Share, removed), "\n\n\r\n");
    /// assert_eq!(RemovedLines::Mark.stand_in(Kind::Share, removed), "[removed: share]\n\n[removed: share]\r\n");
    /// ```
    #[must_use]
    pub fn stand_in(self, kind: Kind, removed: &str) -> String {
        if self == Self::Drop {
            return String::new();
        }
        let mut out = String::new();
        for line in segment::lines(removed) {
            if self == Self::Mark && !segment::is_blank(line.text(removed)) {
                let _ = write!(out, "[removed: {kind}]");
            }
            out += &removed[line.text_end..line.end];
        }
        out
    }

    /// The clean text as it is written, in order and piece by piece.
    pub fn written<'t>(self, cleaned: &'t Cleaned<'t>) -> impl Iterator<Item = Cow<'t, str>> {
        let mut at = 0;
        let ends = cleaned.cuts.iter().map(Some).chain([None]);
        ends.flat_map(move |cut| {
            let end = cut.map_or(cleaned.original.len(), |cut| cut.span.start);
            let kept = Cow::Borrowed(&cleaned.original[at..end]);
            at = cut.map_or(end, |cut| cut.span.end);
            let stand_in = cut.map_or(String::new(), |cut| self.stand_in(cut.kind, cleaned.removed(cut)));
            [kept, Cow::Owned(stand_in)]
        })
        .filter(|piece| !piece.is_empty())
    }
}
