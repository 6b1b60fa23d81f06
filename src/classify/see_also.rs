//! "See also" and its like: sections that encyclopedias and manuals have below an article, and that belong to it.

use super::Page;
use crate::normal::label_key;
use crate::rules::wordlist::{APPARATUS, SEE_ALSO};

/// So many lines away at most stands another heading of its apparatus.
const APPARATUS_NEAR: usize = 25;

/// Is a line what an encyclopedia calls its list of other articles?
pub(super) fn is_heading(page: &Page, line: usize) -> bool {
    SEE_ALSO.contains(&label_key(page.items[line].key()))
}

/// Stand other headings of an article's apparatus near a line?
pub(super) fn is_beside_others(page: &Page, line: usize) -> bool {
    let near = line.saturating_sub(APPARATUS_NEAR)..(line + APPARATUS_NEAR).min(page.items.len());
    near.into_iter().any(|at| at != line && APPARATUS.contains(&label_key(page.items[at].key())))
}
