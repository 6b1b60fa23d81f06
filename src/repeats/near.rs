//! How far two runs of tokens are apart, in changed words.

use std::ops::Range;

use super::tokens::Tokens;

/// The tokens that differ between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Tokens of the copy that its source has not, and of the source that the copy has not; a replaced
    /// word is one of each.
    pub(crate) copy: Vec<usize>,
    pub(crate) source: Vec<usize>,
}

impl Changes {
    /// How many words were changed: a replaced word is one.
    pub(crate) fn words(&self) -> usize {
        self.copy.len().max(self.source.len())
    }

    /// Does a number differ?
    pub(crate) fn touch_numbers(&self, tokens: &Tokens) -> bool {
        let is_number = |&token: &usize| tokens.is_number(token);
        self.copy.iter().chain(&self.source).any(is_number)
    }
}

/// The changes between two runs of tokens, or `None` if more than `most` tokens were added and taken
/// away.
///
/// The greedy algorithm of Myers (1986), "An O(ND) difference algorithm and its variations", stopped
/// at `most` differences.
///
/// # Complexity
///
/// `most` times the tokens, in time; `most` squared in memory.
pub(crate) fn changes(
    tokens: &Tokens,
    copy: Range<usize>,
    source: Range<usize>,
    most: usize,
) -> Option<Changes> {
    let (n, m) = (copy.len(), source.len());
    if n.abs_diff(m) > most {
        return None;
    }
    let same = |x: usize, y: usize| tokens.same(copy.start + x, source.start + y);
    // `reach[d][k]` is how far along the copy `d` differences reach on the diagonal `x - y = k - d`.
    let mut reach: Vec<Vec<usize>> = Vec::new();
    for d in 0..=most {
        let mut row = vec![0; 2 * d + 1];
        for k in (0..=2 * d).step_by(2) {
            let (mut x, _) = step(reach.last(), d, k);
            // Here `y` is `x + d - k`.
            while x < n && x + d - k < m && same(x, x + d - k) {
                x += 1;
            }
            row[k] = x;
            if x == n && x + d - k == m {
                reach.push(row);
                return Some(walk_back(&reach, &copy, &source));
            }
        }
        reach.push(row);
    }
    None
}

/// Where diagonal `k` of `d` differences begins, and whether a token of the copy was passed to get there.
fn step(before: Option<&Vec<usize>>, d: usize, k: usize) -> (usize, bool) {
    let Some(before) = before else { return (0, false) };
    // Diagonal `k` of row `d` is diagonal `k - 1` of row `d - 1`.
    let from_copy = k.checked_sub(2).map(|k| before[k] + 1);
    let from_source = (k < 2 * d).then(|| before[k]);
    match (from_copy, from_source) {
        (Some(copy), Some(source)) if copy > source => (copy, true),
        (_, Some(source)) => (source, false),
        (Some(copy), None) => (copy, true),
        (None, None) => (0, false),
    }
}

fn walk_back(reach: &[Vec<usize>], copy: &Range<usize>, source: &Range<usize>) -> Changes {
    let mut changes = Changes::default();
    let (mut x, mut y) = (copy.len(), source.len());
    for d in (1..reach.len()).rev() {
        let k = x + d - y;
        let (start, passed_copy) = step(Some(&reach[d - 1]), d, k);
        let start_y = start + d - k;
        if passed_copy {
            changes.copy.push(copy.start + start - 1);
            (x, y) = (start - 1, start_y);
        } else {
            changes.source.push(source.start + start_y - 1);
            (x, y) = (start, start_y - 1);
        }
    }
    changes
}
