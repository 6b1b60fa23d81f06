//! Lists of other stories: a label ("You may also like", "Read more") and the headlines below it.
//!
//! A trailing run of lines without full stops is no list by itself: tour dates, league tables and
//! price lists end real articles. It needs the label.

use crate::kind::Kind;

use super::{Item, Page, see_also};

/// The rules of lines with dates, of which several stand one behind the other: stories, and all others.
pub(crate) const DATED: [&str; 2] = ["related/dated", "navigation/dated"];

/// Longest list inside the body; longer runs below a label are something else (a glossary, a cast).
const INSIDE_HEADLINES_MAX: usize = 8;
/// A single line below a label that is shorter than this may be the next section's heading.
const LAST_HEADLINE_WORDS_MIN: u32 = 5;
/// So is a last line of a few words that is much shorter than two or more above it, by these tenths of their mean.
const LAST_HEADLINE_WORDS_SURE: u32 = 7;
const LAST_HEADLINE_TENTHS: u32 = 6;
const SCORE: f32 = 0.85;
/// A headline of a list that is nothing but a link leaves less doubt.
const LINKED_SCORE: f32 = 0.9;
/// Most words of a heading over such a list, least lines of it, and least words of each in the mean: an
/// encyclopedia's "See also" has names, not headlines.
const LINKED_LABEL_WORDS_MAX: u32 = 5;
const LINKED_MIN: usize = 2;
const LINKED_WORDS_MIN: usize = 4;
/// Most words of a label that may be the heading of a text's last section: longer ones say what they are.
const SHORT_LABEL_WORDS_MAX: u32 = 2;
/// Most lines of a card of such a list below its headline.
const CARD_LINES_MAX: usize = 3;
/// Digits of the number of a headline.
const RANK_DIGITS_MAX: usize = 2;
/// A headline has no more ends of sentences inside ("What now? The ferry waits").
const HEADLINE_INNER_ENDS_MAX: u32 = 1;
/// So many questions directly above prose are those of an interview: in a list that prose follows, the last line is
/// another if it asks. By eye, on texts of our own.
const QUESTIONS_MIN: usize = 3;
/// Least lines with dates, one behind the other, that are a list: an article has one date line, or two.
const DATED_MIN: usize = 3;
/// Letters of a script without spaces that no date has.
const UNSPACED_OF_DATE_MAX: u32 = 7;

pub(super) fn settle(page: &mut Page) {
    name_linked(page);
    let asks = is_interview(page);
    let mut at = page.body.start;
    while let Some(label) = (at..page.items.len()).find(|&at| opens_list(&page.items[at])) {
        let end = list_end(page, label + 1, asks);
        if is_of_text(page, label, end) {
            page.items[label].verdict = None;
            page.items[label].evidence = None;
            at = label + 1;
            continue;
        }
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

/// Is a label that opens no list a line of the text? Behind the body a statement follows: "Up next", and a
/// sentence. "See also" is a section of an encyclopedia's article or a manual's page, with its list, if other
/// headings of such stand near, or if what follows is no headline.
fn is_of_text(page: &Page, label: usize, end: usize) -> bool {
    let Some(next) = page.items.get(label + 1) else { return false };
    let stays = !next.is_junk();
    let is_short = page.items[label].facts.words() <= SHORT_LABEL_WORDS_MAX;
    if is_short && label >= page.body.end && end == label + 1 && stays && next.facts.ends_statement() {
        return true;
    }
    let opens_no_list = end == label + 1 && stays && !next.is_prose();
    see_also::is_heading(page, label) && (opens_no_list || see_also::is_beside_others(page, label))
}

/// A heading in Markdown that may be one of the text's own ("## See also") is the label of a list if nothing but
/// headlines with their addresses follows, up to the end of the text or to what goes.
fn name_linked(page: &mut Page) {
    // Where the last look at links, and at cards, came to an end: labels before it would end there too.
    let (mut links_end, mut cards_end) = (0, 0);
    for at in 0..page.items.len() {
        if at >= cards_end && is_linked_label(&page.items[at]) {
            cards_end = name_cards(page, at);
        }
        if at < links_end || !is_linked_label(&page.items[at]) {
            continue;
        }
        let list = page.items[at + 1..].iter().take_while(|item| item.links_alone == 1 && !item.is_kept());
        let (lines, words) =
            list.fold((0, 0), |(lines, words), item| (lines + 1, words + item.facts.words()));
        links_end = at + 1 + lines;
        let ends = page.items.get(links_end).is_none_or(Item::is_junk);
        if ends && lines >= LINKED_MIN && words as usize >= lines * LINKED_WORDS_MIN {
            page.items[at].settle(Kind::Related, "related/label", LINKED_SCORE);
        }
    }
}

fn is_linked_label(item: &Item) -> bool {
    item.verdict.is_none()
        && !item.is_kept()
        && item.heading_level().is_some()
        && (item.hints | item.phrases) & (1 << Kind::Related as u32) != 0
        && item.facts.words() <= LINKED_LABEL_WORDS_MAX
}

/// The same below such a heading for cards: headings that are links, each with a teaser, a date or a name. Gives
/// the end of what it looked at.
fn name_cards(page: &mut Page, label: usize) -> usize {
    let (mut cards, mut others, mut end) = (0, 0, label + 1);
    while let Some(item) = page.items.get(end).filter(|item| !item.is_kept() && !item.is_junk()) {
        let is_card = item.links_alone == 1 && item.heading_level().is_some();
        if !is_card && (cards == 0 || others == CARD_LINES_MAX) {
            break;
        }
        (cards, others) = if is_card { (cards + 1, 0) } else { (cards, others + 1) };
        end += 1;
    }
    if cards >= LINKED_MIN && page.items.get(end).is_none_or(Item::is_junk) {
        page.items[label].settle(Kind::Related, "related/label", LINKED_SCORE);
        for item in &mut page.items[label + 1..end] {
            item.settle(Kind::Related, "related/list", LINKED_SCORE);
        }
    }
    end
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

/// Is an item the number of the headline below it in a list that counts: 1, 2, 3?
fn is_rank(page: &Page, at: usize, rank: usize) -> bool {
    let text = page.items[at].text.trim().trim_end_matches('.');
    let is_number = text.parse::<usize>().is_ok_and(|number| number == rank) && text.len() <= RANK_DIGITS_MAX;
    is_number && page.items.get(at + 1).is_some_and(|item| item.verdict.is_none() && item.is_headline())
}

/// Is an item a question, directly above prose?
fn is_asked(page: &Page, at: usize) -> bool {
    let is_question = page.items[at].text.trim_end().ends_with(['?', '？', '؟']);
    is_question && page.items.get(at + 1).is_some_and(|next| next.verdict.is_none() && next.is_prose())
}

/// Do several questions stand in the text, each above its answer?
fn is_interview(page: &Page) -> bool {
    let may = |at: &usize| page.items[*at].verdict.is_none() && is_asked(page, *at);
    (0..page.items.len()).filter(may).nth(QUESTIONS_MIN - 1).is_some()
}

/// The end of the list that begins at item `start`. `asks` says that the text is an interview.
fn list_end(page: &Page, start: usize, asks: bool) -> usize {
    let is_headline = |item: &Item| item.is_headline() && item.facts.inner_ends <= HEADLINE_INNER_ENDS_MAX;
    let belongs = |item: &Item| item.is_junk() || item.verdict.is_none() && is_headline(item);
    let mut ranks = 0;
    // Inside the body a list is short, and no more lines need to be looked at.
    let most = if page.is_outside(start) { usize::MAX } else { INSIDE_HEADLINES_MAX + 1 };
    let mut end = start;
    while end < page.items.len() && end - start - ranks < most {
        if !page.items[end].is_kept() && is_rank(page, end, ranks + 1) {
            ranks += 1;
            end += 1;
            continue;
        }
        if !belongs(&page.items[end]) {
            break;
        }
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
    // The first line of a wrapped paragraph looks like a headline.
    let goes_on = end < page.items.len() && page.is_wrapped(end) && !page.items[end].is_junk();
    if end > start && goes_on && !page.items[end - 1].is_junk() {
        end -= 1;
    }
    if page.is_outside(start) {
        return end;
    }
    // Prose follows: the list is a box inside the article, and its last line may be a heading.
    if end - start - ranks > INSIDE_HEADLINES_MAX {
        return start;
    }
    let is_heading = |last: usize| {
        is_heading_behind(&page.items[start..last], page.items[last].facts.words())
            || asks && last > start && is_asked(page, last)
    };
    let heading = end > start && !page.items[end - 1].is_junk() && is_heading(end - 1);
    end - usize::from(heading)
}

/// Is a line of so many words behind these of a list too short for a headline?
fn is_heading_behind(list: &[Item], words: u32) -> bool {
    let headlines = list.iter().filter(|item| item.is_headline() && !item.is_junk());
    let (lines, total) =
        headlines.fold((0, 0), |(lines, total), item| (lines + 1, total + item.facts.words()));
    words < LAST_HEADLINE_WORDS_MIN
        || words < LAST_HEADLINE_WORDS_SURE && lines >= 2 && words * 10 * lines < total * LAST_HEADLINE_TENTHS
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

    const PROSE: &str = "The ferry that the council bought in spring has not left its berth since then.\n\nNobody had measured the lock before the vote, and the harbour master was never asked.\n\nThe island waits for the builders, who promised to look at their drawings again.\n\n";

    /// The lines of a text that rules and neighbours take for junk.
    fn junk(text: &str) -> Vec<String> {
        let profile = Profile::of(text);
        let mut page = Page::read(&profile, &Own::default(), &Wishes::default());
        page.name();
        page.items.iter().filter(|item| item.is_junk()).map(|item| item.text.trim().to_owned()).collect()
    }

    #[test]
    fn a_label_before_a_statement_is_the_texts_own() {
        assert!(junk(&format!("{PROSE}More news\n\nThe harbour board meets on Friday.\n")).is_empty());
        assert!(junk(&format!("{PROSE}UP NEXT\n\nSkelby visits Harle on Friday.\n")).is_empty());
        let list = "More news\n\nHarbour board meets on a Friday\n\nSchool gets a second roof this year\n";
        assert_eq!(junk(&format!("{PROSE}{list}")).len(), 3);
    }

    #[test]
    fn a_list_may_count_its_headlines() {
        let list = "People are also reading\n\n1\n\nHarbour board meets on a Friday\n\n2\n\nSchool gets a second roof this year\n\n";
        assert_eq!(junk(&format!("{PROSE}{list}{PROSE}")).len(), 5);
        let steps = "People are also reading\n\n2\n\nHarbour board meets on a Friday\n\n";
        assert_eq!(junk(&format!("{PROSE}{steps}{PROSE}")).len(), 1, "a list begins with its first");
    }

    #[test]
    fn a_question_of_an_interview_is_no_headline() {
        let answered = |question: &str| format!("{question}\n\n{PROSE}");
        let question = "Who told the council that nobody had measured the lock?";
        let others =
            answered("Why has the ferry not left its berth?") + &answered("And what comes next for it?");
        let list = "More news\n\nHarbour board meets on a Friday\n\n";
        let interview = format!("{others}{list}{}", answered(question));
        assert_eq!(junk(&interview).len(), 2);
        let article = format!("{PROSE}{list}{}", answered(question));
        assert_eq!(junk(&article).len(), 3, "elsewhere it is a headline that asks");
    }

    #[test]
    fn an_encyclopedia_sees_also() {
        let list = "See also\n\nList of ferries in the northern isles\nHarle lock and weir\n\n";
        assert!(
            junk(&format!("{PROSE}{list}References\n\n1. Hobbs, F. (1978). Lost Ferries. p. 12.\n"))
                .is_empty()
        );
        assert!(junk(&format!("{PROSE}SEE ALSO\n     ferry(1), lock(1)\n")).is_empty());
        let stories = "See also\n\nHarbour board meets on a Friday\n\nSchool gets a second roof this year\n";
        assert_eq!(junk(&format!("{PROSE}{stories}")).len(), 3);
    }

    #[test]
    fn a_wrapped_paragraph_begins_with_no_headline() {
        let wrapped = "The council has looked at the drawings of the lock\nagain and found that nobody had measured it, neither\nbefore the vote nor after.\n\n";
        let text = format!("{PROSE}More news\n\nHarbour board meets on a Friday\n\n{wrapped}{PROSE}");
        let junk = junk(&text);
        assert!(!junk.iter().any(|line| line.starts_with("The council has looked")), "{junk:?}");
    }

    #[test]
    fn cards_below_a_heading_go_with_their_teasers() {
        let card = |story: &str| {
            format!(
                "### [{story}](https://gazette.example/story)\n\nWhat the harbour board thinks of it\n\n1 May 2024\n\n"
            )
        };
        let cards = card("Harbour board meets on a Friday") + &card("School gets a second roof this year");
        assert_eq!(junk(&format!("{PROSE}### Read next\n\n{cards}")).len(), 7);
        assert!(junk(&format!("{PROSE}### Read next\n\n{PROSE}")).is_empty());
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
