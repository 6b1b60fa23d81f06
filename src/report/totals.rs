//! What a row adds to the totals of a run. Sums stop at the largest number: a row may be made up.

use super::{Cut, Doc, Status};
use crate::tally::{Counts, Removal};

/// What stays of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Bytes in UTF-8.
    pub b: u64,
    /// Code points.
    pub c: u64,
    /// Lines, those of which a part stays included.
    pub l: u64,
}

impl Doc {
    /// What stays of the text: its size without the cuts. The clean text ([`Doc::after`]) is larger if something
    /// stands where lines were removed.
    #[must_use]
    pub fn kept(&self) -> Kept {
        let without = |whole: u64, of_cut: &dyn Fn(&Cut) -> u64| {
            self.cut.iter().fold(whole, |left, cut| left.saturating_sub(of_cut(cut)))
        };
        Kept {
            b: without(self.before.b, &|cut| cut.b[1] - cut.b[0]),
            c: without(self.before.c, &|cut| cut.c[1] - cut.c[0]),
            l: without(self.before.l, &Cut::whole_lines),
        }
    }

    /// What it adds to the totals of a run.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let removals = self.cut.iter().map(|cut| Removal {
            kind: cut.kind,
            lines: cut.whole_lines(),
            bytes: cut.b[1] - cut.b[0],
            text: cut.text.as_deref().unwrap_or_default(),
        });
        let kept = self.kept();
        let mut counts = Counts::of_removals(removals);
        counts.changed = self.status != Status::Unchanged;
        counts.emptied = self.status == Status::Emptied;
        counts.lines = (self.before.l, kept.l);
        counts.bytes = (self.before.b, kept.b);
        counts
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tally::Tally;

    #[test]
    fn totals_of_a_report_that_was_made_up_are_no_panic() {
        let most = (1_u64 << 53) - 1;
        let size = json!({ "b": most, "c": most, "l": most, "xxh3": "" });
        let cut = json!({ "b": [0, most], "c": [0, most], "l": [1, most], "kind": "share", "rule": "", "score": 1.0 });
        let again = json!({ "b": [most, most], "c": [most, most], "l": [1, most], "kind": "share", "rule": "", "score": 1.0 });
        let row = json!({
            "id": "", "src": 0, "rec": 0, "in": size, "out": size, "encoding": "utf-8", "status": "changed",
            "cut": [cut, again],
        });
        let doc: Doc = serde_json::from_value(row).unwrap();
        assert_eq!(doc.kept(), Kept { b: 0, c: 0, l: 0 });
        let (mut tally, mut page) = (Tally::default(), crate::html::Page::new(1));
        for _ in 0..2100 {
            tally.add(doc.counts());
            page.add(&doc, || None);
        }
        assert_eq!((tally.bytes, tally.lines), ((u64::MAX, 0), (u64::MAX, 0)));
        let of_kind = tally.kinds().next().unwrap().1;
        assert_eq!((of_kind.docs, of_kind.lines, of_kind.bytes), (2100, u64::MAX, u64::MAX));
    }
}
