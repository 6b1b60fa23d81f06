//! Lists of other stories: a label ("You may also like", "Read more") and the headlines below it.
//!
//! A trailing run of lines without full stops is no list by itself: tour dates, league tables and
//! price lists end real articles. It needs the label.

use crate::kind::Kind;

use super::{Item, Page};

/// Longest list inside the body; longer runs below a label are something else (a glossary, a cast).
const INSIDE_HEADLINES_MAX: usize = 8;
/// A single line below a label that is shorter than this may be the next section's heading.
const LAST_HEADLINE_WORDS_MIN: u32 = 5;
const SCORE: f32 = 0.85;

pub(super) fn settle(page: &mut Page) {
    let labels: Vec<usize> =
        (0..page.items.len()).filter(|&at| opens_list(&page.items[at]) && at >= page.body.start).collect();
    for label in labels {
        let end = list_end(page, label + 1);
        for item in &mut page.items[label + 1..end] {
            if item.verdict.is_none() {
                item.settle(Kind::Related, "related/list", SCORE);
            }
        }
    }
}

/// Before the body no label opens a list: what follows there is the article's own headline.
fn opens_list(item: &Item) -> bool {
    item.verdict.as_ref().is_some_and(|verdict| verdict.rule == "related/label")
}

/// The end of the list that begins at item `start`.
fn list_end(page: &Page, start: usize) -> usize {
    let belongs = |item: &Item| item.is_junk() || item.verdict.is_none() && item.is_headline();
    let length = page.items[start..].iter().take_while(|item| belongs(item)).count();
    let end = start + length;
    if page.is_outside(start) {
        return end;
    }
    // Prose follows: the list is a box inside the article, and its last line may be a heading.
    if length > INSIDE_HEADLINES_MAX {
        return start;
    }
    let heading = end > start
        && !page.items[end - 1].is_junk()
        && page.items[end - 1].facts.words() < LAST_HEADLINE_WORDS_MIN;
    end - usize::from(heading)
}
