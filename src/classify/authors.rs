//! Names around a byline: an author's name on a line of its own beside the date, and the note at the
//! end that begins with a name that a byline gave.

use crate::features::End;
use crate::kind::Kind;

use super::{Item, Page};
use crate::rules::is_short_label;

/// Most words of a name with a place or a post ("Jane Roe at Quarry Lane").
const NAME_WORDS_MAX: u32 = 6;
/// Most lines below a byline that are part of it: a name, and a post.
const NAMES_BELOW_MAX: usize = 2;
/// Words of a headline that is no name of a site or a section.
const HEADLINE_WORDS_SURE: u32 = 6;
/// Most words of the note, from the guards of author notes.
const NOTE_WORDS_MAX: u32 = 60;

pub(super) fn settle(page: &mut Page) {
    settle_names(page);
    settle_notes(page);
}

/// Before the body and behind the headline, a name beside a byline is part of it. The headline itself
/// is never taken: something must stay before the name.
fn settle_names(page: &mut Page) {
    let head = page.body.start.min(page.items.len());
    let Some(headline) = page.items[..head].iter().position(|item| !item.is_junk()) else { return };
    let is_byline = |item: &Item| item.verdict.as_ref().is_some_and(|verdict| verdict.kind == Kind::Byline);
    let mut below = 0;
    // The line directly above the body is left out: there stands its first heading.
    for at in headline + 1..head.saturating_sub(1) {
        let is_below = is_byline(&page.items[at - 1]) && below < NAMES_BELOW_MAX;
        let is_above = || is_byline(&page.items[at + 1]) && may_stand_above(page, at);
        let beside = is_below || is_above();
        let is_tail = page.is_wrapped(at) && page.items[at].facts.spaced_words == 1;
        let item = &mut page.items[at];
        if item.verdict.is_none() && !item.is_kept() && beside && !is_tail && is_name(item) {
            item.settle(Kind::Byline, "byline/name", 0.7);
            below += 1;
        } else {
            below = 0;
        }
    }
}

/// Above a byline may stand the headline itself. A name there has a headline above it, below whatever goes, and
/// two words or more, all with capitals; or the headline is so long that it is no name of a site or a section.
fn may_stand_above(page: &Page, at: usize) -> bool {
    let facts = page.items[at].facts;
    let is_full = facts.spaced_words >= 2 && facts.capitalised == facts.spaced_words;
    let above = page.items[..at].iter().rev().take_while(|item| !item.is_junk());
    above.filter(|item| item.is_headline()).any(|item| is_full || item.facts.words() >= HEADLINE_WORDS_SURE)
}

/// Few words, most of them with a capital, and no sentence: a name, perhaps with a place or a post.
fn is_name(item: &Item) -> bool {
    let facts = item.facts;
    (1..=NAME_WORDS_MAX).contains(&facts.spaced_words)
        && facts.end == End::Open
        && facts.capitalised * 5 >= facts.spaced_words * 3
        && facts.digits == 0
        && facts.unspaced == 0
        && !facts.marked
        && item.heading_level().is_none()
}

/// The last line, if it begins with a name from a byline: "Jane Roe writes about rivers."
fn settle_notes(page: &mut Page) {
    let names: Vec<String> = page.items.iter().filter_map(name_in_byline).collect();
    if names.is_empty() {
        return;
    }
    // Only the very last line that stays, but for labels: where the body tells of its own author, it goes on.
    let stays = |item: &&mut Item| item.verdict.is_none() && !is_short_label(item.facts);
    if let Some(last) = page.items.iter_mut().rfind(stays)
        && !last.is_kept()
        && last.facts.words() <= NOTE_WORDS_MAX
        && names.iter().any(|name| last.normal.starts_with(name.as_str()))
    {
        last.settle(Kind::Bio, "bio/named", 0.7);
    }
}

/// The name in a line that a byline rule settled: its longest run of two or more capitalised words,
/// the last one of that length ("A Report by Jane Roe").
fn name_in_byline(item: &Item) -> Option<String> {
    let verdict = item.verdict.as_ref()?;
    if !matches!(verdict.rule, "byline/author" | "byline/name" | "byline/inline") {
        return None;
    }
    let mut best: Vec<&str> = Vec::new();
    let mut run: Vec<&str> = Vec::new();
    for word in item.text.split_whitespace() {
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
        if capital && !letters.is_empty() {
            run.push(letters);
        }
        if run.len() >= best.len() {
            best.clone_from(&run);
        }
        if !capital || word.ends_with([',', ';', '|']) {
            run.clear();
        }
    }
    // The label's own capital ("By Jane Roe") is no part of the name.
    let by = item.evidence.is_some() && verdict.rule == "byline/author";
    let begin = usize::from(by && best.first() == item.text.split_whitespace().next().as_ref());
    (best.len() - begin.min(best.len()) >= 2).then(|| crate::normal::normalise(&best[begin..].join(" ")))
}

#[cfg(test)]
mod tests {
    use crate::classify::Page;
    use crate::own::{Own, Wishes};
    use crate::profile::Profile;

    const PROSE: &str = "Die Linsen kochen eine halbe Stunde, und die Pflaumen kommen erst am Ende dazu.\n\nWer mag, gibt einen Löffel Essig hinein, wie es die Großmutter getan hat.\n";

    /// The lines before the prose with the rules that name them.
    fn named(head: &str) -> Vec<(String, &'static str)> {
        let text = format!("{head}\n\n{PROSE}");
        let profile = Profile::of(&text);
        let mut page = Page::read(&profile, &Own::default(), &Wishes::default());
        page.name();
        let named =
            page.items.iter().filter_map(|item| Some((item.text.to_owned(), item.verdict.as_ref()?.rule)));
        named.filter(|(_, rule)| *rule == "byline/name").collect()
    }

    #[test]
    fn a_headline_above_the_date_is_no_name() {
        assert!(
            named("Küche und Keller\n\nLinsensuppe mit Backpflaumen\n\n12. November 2023 von Ida Falk")
                .is_empty()
        );
        assert!(named("Küche und Keller\n\nLinsensuppe\n\n12. November 2023 von Ida Falk").is_empty());
        let head = "Eine Suppe gegen den langen Winter\n\nIda Falk\n\nVeröffentlicht am 12. November 2023";
        assert_eq!(named(head), [("Ida Falk".to_owned(), "byline/name")]);
    }
}
