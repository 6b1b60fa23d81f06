//! Lists of other stories: a label ("You may also like", "Read more") and the headlines below it.
//!
//! A trailing run of lines without full stops is no list by itself: tour dates, league tables and
//! price lists end real articles. It needs the label.

use crate::kind::Kind;

use super::{Item, Page};

/// The rules of lines with dates, of which several stand one behind the other: stories, and all others.
pub(crate) const DATED: [&str; 2] = ["related/dated", "navigation/dated"];

/// Longest list inside the body; longer runs below a label are something else (a glossary, a cast).
const INSIDE_HEADLINES_MAX: usize = 8;
/// A single line below a label that is shorter than this may be the next section's heading.
const LAST_HEADLINE_WORDS_MIN: u32 = 5;
const SCORE: f32 = 0.85;
/// A headline of a list that is nothing but a link leaves less doubt.
const LINKED_SCORE: f32 = 0.9;
/// Most words of a heading over such a list, least lines of it, and least words of each in the mean: an
/// encyclopedia's "See also" has names, not headlines.
const LINKED_LABEL_WORDS_MAX: u32 = 5;
const LINKED_MIN: usize = 2;
const LINKED_WORDS_MIN: usize = 4;
/// Least lines with dates, one behind the other, that are a list: an article has one date line, or two.
const DATED_MIN: usize = 3;
/// Letters of a script without spaces that no date has.
const UNSPACED_OF_DATE_MAX: u32 = 7;

pub(super) fn settle(page: &mut Page) {
    name_linked(page);
    let mut at = page.body.start;
    while let Some(label) = (at..page.items.len()).find(|&at| opens_list(&page.items[at])) {
        let end = list_end(page, label + 1);
        for item in &mut page.items[label + 1..end] {
            if item.verdict.is_none() {
                let score = if item.links_alone > 0 { LINKED_SCORE } else { SCORE };
                item.settle(Kind::Related, "related/list", score);
            }
        }
        // A label inside a list opens no other one, and each line is looked at once.
        at = end.max(label + 1);
    }
}

/// A heading in Markdown that may be one of the text's own ("## See also") is the label of a list if nothing but
/// headlines with their addresses follows, up to the end of the text or to what goes.
fn name_linked(page: &mut Page) {
    for at in 0..page.items.len() {
        let item = &page.items[at];
        let is_label = item.verdict.is_none()
            && !item.is_kept()
            && item.heading_level().is_some()
            && (item.hints | item.phrases) & (1 << Kind::Related as u32) != 0
            && item.facts.words() <= LINKED_LABEL_WORDS_MAX;
        if !is_label {
            continue;
        }
        let list = page.items[at + 1..].iter().take_while(|item| item.links_alone == 1 && !item.is_kept());
        let (lines, words) =
            list.fold((0, 0), |(lines, words), item| (lines + 1, words + item.facts.words()));
        let ends = page.items.get(at + 1 + lines).is_none_or(Item::is_junk);
        if ends && lines >= LINKED_MIN && words as usize >= lines * LINKED_WORDS_MIN {
            page.items[at].settle(Kind::Related, "related/label", LINKED_SCORE);
        }
    }
}

/// Names what goes as lines with a date, if several stand one behind the other: the months of an archive,
/// other stories with their days. Only the name changes.
pub(super) fn name_dated(page: &mut Page) {
    let mut items = &mut page.items[..];
    while let Some(start) = items.iter().position(is_dated) {
        let rest = &mut items[start..];
        let length = rest.iter().position(|item| !is_dated(item)).unwrap_or(rest.len());
        let (run, after) = rest.split_at_mut(length);
        if length >= DATED_MIN {
            let is_story = |item: &&Item| item.is_headline() || item.facts.unspaced > UNSPACED_OF_DATE_MAX;
            let stories = run.iter().filter(is_story).count();
            let (kind, rule) =
                if stories * 2 > length { (Kind::Related, DATED[0]) } else { (Kind::Navigation, DATED[1]) };
            for verdict in run.iter_mut().filter_map(|item| item.verdict.as_mut()) {
                (verdict.kind, verdict.rule) = (kind, rule);
            }
        }
        items = after;
    }
}

fn is_dated(item: &Item) -> bool {
    item.verdict.as_ref().is_some_and(|verdict| verdict.rule == "byline/date")
}

/// Before the body no label opens a list: what follows there is the article's own headline.
fn opens_list(item: &Item) -> bool {
    item.verdict.as_ref().is_some_and(|verdict| verdict.rule == "related/label")
}

/// The end of the list that begins at item `start`.
fn list_end(page: &Page, start: usize) -> usize {
    let belongs = |item: &Item| item.is_junk() || item.verdict.is_none() && item.is_headline();
    // Inside the body a list is short, and no more lines need to be looked at.
    let most = if page.is_outside(start) { usize::MAX } else { INSIDE_HEADLINES_MAX + 1 };
    let mut end = start;
    while end < page.items.len() && end - start < most && belongs(&page.items[end]) {
        // A line that begins small goes on with the line before it: wrapped prose, and no headlines.
        let item = &page.items[end];
        if end > start
            && !item.is_junk()
            && item.facts.begins_small
            && item.line == page.items[end - 1].line + 1
        {
            end -= 1;
            break;
        }
        end += 1;
    }
    if page.is_outside(start) {
        return end;
    }
    // Prose follows: the list is a box inside the article, and its last line may be a heading.
    if end - start > INSIDE_HEADLINES_MAX {
        return start;
    }
    let heading = end > start
        && !page.items[end - 1].is_junk()
        && page.items[end - 1].facts.words() < LAST_HEADLINE_WORDS_MIN;
    end - usize::from(heading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own::{Own, Wishes};
    use crate::profile::Profile;

    /// The rules of the lines of a text of which all are dates to the rule for single lines.
    fn rules(text: &str) -> Vec<&'static str> {
        let profile = Profile::of(text);
        let mut page = Page::read(&profile, &Own::default(), &Wishes::default());
        for item in &mut page.items {
            item.settle(Kind::Byline, "byline/date", 0.6);
        }
        name_dated(&mut page);
        let verdicts = page.items.iter().filter_map(|item| item.verdict.as_ref());
        verdicts.map(|verdict| verdict.rule).collect()
    }

    #[test]
    fn dates_one_behind_the_other_are_a_list() {
        assert_eq!(rules("May 2024\nApril 2024\n\nMarch 2024\n"), ["navigation/dated"; 3]);
        let stories = "The ferry sails again after a long winter 01.05.2024\nNobody measured the lock before the vote 30.04.2024\n";
        assert_eq!(rules(&format!("{stories}April 2024\n")), ["related/dated"; 3]);
        assert_eq!(
            rules("1 May 2024\nUpdated 2 May 2024\n"),
            ["byline/date"; 2],
            "an article has one or two"
        );
    }
}
