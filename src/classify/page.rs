//! The lines of a text that are not blank, with all that rules and neighbours say of them.

use std::ops::Range;

use super::words::{Token, push_tokens};
use super::{Verdict, authors, captions, lists, menus};
use crate::features::{End, Facts};
use crate::kind::Kind;
use crate::normal::{label_key_into, label_key_within};
use crate::own::{DROP_RULE, Own, Wish, Wishes};
use crate::profile::Profile;
use crate::rules::finder::Finder;
use crate::rules::phrases::Role;
use crate::rules::{self, LineView, Reach, Rule, word};
use crate::traits::{self, COMBINING};

/// Least words of a line of prose. By eye on the samples of eight languages: headings, captions and
/// headlines seldom end in a full stop, and dialogue in short lines needs no prose around it to stay.
const PROSE_WORDS_MIN: u32 = 10;
/// A line of so many words is prose even without a full stop: Thai writes none, and wrapped or cut
/// paragraphs lose theirs.
const PROSE_WORDS_SURE: u32 = 45;
/// Lines without prose that part an island of prose from the body: more than a heading, a caption
/// and a credit.
const ISLAND_GAP_MIN: usize = 4;
/// Words of a headline.
const HEADLINE_WORDS: std::ops::RangeInclusive<u32> = 3..=30;

/// Least links of a row of nothing else, and most words for each: more are headlines.
const ROW_LINKS_MIN: usize = 3;
const ROW_WORDS_MAX: usize = 4;
/// Two links are such a row if they are the path to the page, and what stands between them then.
const PATH_LINKS: usize = 2;
const PATH_MARKS: [&str; 5] = [" / ", " > ", " › ", " » ", " → "];
const ROW_SCORE: f32 = 0.85;
/// Width of a line of a wrapped paragraph, in characters and in letters of a script without spaces.
const WRAPPED_COLUMNS: std::ops::RangeInclusive<u32> = 50..=100;
const WRAPPED_LETTERS: std::ops::RangeInclusive<u32> = 20..=50;
/// Levels of headings in Markdown.
const HEADING_LEVEL_MAX: usize = 6;

/// The lines of a text that are not blank, with all that is known of them.
pub(super) struct Page<'t> {
    pub(super) items: Vec<Item<'t>>,
    /// The tokens of all items.
    pub(super) tokens: Vec<Token>,
    /// From the first to past the last line of prose, in items; empty if there is no prose.
    pub(super) body: Range<usize>,
}

pub(super) struct Item<'t> {
    /// Number of the line, from 0.
    pub(super) line: usize,
    pub(super) text: &'t str,
    pub(super) normal: &'t str,
    pub(super) facts: &'t Facts,
    /// How many links it has, if nothing else stands in it and their addresses are given.
    pub(super) links_alone: usize,
    /// Where its tokens stand in the page's.
    pub(super) tokens: Range<usize>,
    pub(super) evidence: Option<&'static Rule>,
    /// The kinds of the phrases found in it, as bits: of weak words, and of all others.
    pub(super) hints: u32,
    pub(super) phrases: u32,
    /// What the user wants of it.
    pub(super) wish: Option<Wish>,
    pub(super) verdict: Option<Verdict>,
}

impl Item<'_> {
    pub(super) fn settle(&mut self, kind: Kind, rule: &'static str, score: f32) {
        debug_assert!(!self.is_kept(), "a line that must stay has no verdict");
        self.verdict = Some(Verdict { kind, rule, score, first: None });
    }

    /// What it says, without marks at either end.
    pub(super) fn key(&self) -> &str {
        self.normal.trim_matches(|c: char| !c.is_alphanumeric() && traits::of(c) & COMBINING == 0)
    }

    /// Has it a verdict that says it is junk? Title and caption are parts of the article.
    pub(super) fn is_junk(&self) -> bool {
        self.verdict.as_ref().is_some_and(|verdict| !matches!(verdict.kind, Kind::Title | Kind::Caption))
    }

    /// Must it stay? Then it is running text, and part of no list.
    pub(super) fn is_kept(&self) -> bool {
        self.wish == Some(Wish::Keep)
    }

    pub(super) fn is_prose(&self) -> bool {
        let facts = self.facts;
        self.is_kept()
            || facts.ends_statement() && facts.words() >= PROSE_WORDS_MIN
            || facts.words() >= PROSE_WORDS_SURE
    }

    /// Is it a heading in Markdown, and of which level?
    pub(super) fn heading_level(&self) -> Option<usize> {
        let text = self.text.trim_start();
        let level = text.len() - text.trim_start_matches('#').len();
        (1..=HEADING_LEVEL_MAX)
            .contains(&level)
            .then_some(level)
            .filter(|&level| text[level..].starts_with(' '))
    }

    /// Might it be the headline of a story?
    pub(super) fn is_headline(&self) -> bool {
        let facts = self.facts;
        !self.is_kept()
            && HEADLINE_WORDS.contains(&facts.words())
            && matches!(facts.end, End::Open | End::Exclamation)
            && facts.digits * 3 <= facts.letters
    }
}

impl<'t> Page<'t> {
    pub(super) fn read(profile: &'t Profile, own: &Own, wishes: &Wishes) -> Self {
        let mut folded = String::new();
        let (mut finder, mut words, mut tokens) = (Finder::default(), Vec::new(), Vec::new());
        let items = (0..profile.lines.len())
            .filter(|&line| !profile.is_blank(line))
            .map(|line| {
                let (text, normal, facts) = profile.said(line);
                words.clear();
                word::split(normal, facts.traits, &mut words);
                let start = tokens.len();
                push_tokens(normal, &words, &mut tokens);
                let span = start..tokens.len();
                let within = label_key_within(normal, facts.traits);
                if within.is_none() {
                    folded.clear();
                    label_key_into(normal, &mut folded);
                }
                let key = within.unwrap_or(&folded);
                let wish = wishes.of(line);
                finder.clear();
                if facts.words() <= rules::LINE_WORDS_MAX && wish != Some(Wish::Keep) {
                    match within {
                        Some(key) => {
                            let offset = key.as_ptr().addr() - normal.as_ptr().addr();
                            finder.find_among(key, offset, &words);
                        }
                        None => finder.find_with(key, facts.traits),
                    }
                    own.find_phrases(key, &mut finder.hits);
                }
                let found = &finder.hits;
                let evidence = match wish {
                    None => rules::judge(&LineView::new(text, key, facts, found)),
                    Some(Wish::Keep) => None,
                    Some(Wish::Drop) => Some(&DROP_RULE),
                };
                let kinds_in = |of: &dyn Fn(Role) -> bool| {
                    found.iter().filter(|hit| of(hit.role)).fold(0, |kinds, hit| kinds | 1 << hit.kind as u32)
                };
                let (hints, phrases) =
                    (kinds_in(&|role| role == Role::Hint), kinds_in(&|role| role != Role::Hint));
                Item {
                    line,
                    text,
                    normal,
                    facts,
                    links_alone: profile.links_alone(line),
                    tokens: span,
                    evidence,
                    hints,
                    phrases,
                    wish,
                    verdict: None,
                }
            })
            .collect();
        Self { items, tokens, body: 0..0 }
    }

    /// Gives lines their names, by rules and neighbours, in the order that the module tells.
    pub(super) fn name(&mut self) {
        self.settle(|_, rule| rule.reach == Reach::Anywhere);
        self.find_body();
        let body = self.body.clone();
        let near = self.byline_zone();
        self.settle(|at, rule| {
            let inside = if rule.kind == Kind::Byline { near.contains(&at) } else { body.contains(&at) };
            rule.reach == Reach::Edge && !inside
        });
        settle_links(self);
        captions::settle(self);
        keep_headings(self);
        lists::settle(self);
        menus::settle(self);
        name_headline(self);
        settle_company(self);
        authors::settle(self);
    }

    /// Settles every item without a verdict whose evidence `enough` accepts.
    pub(super) fn settle(&mut self, enough: impl Fn(usize, &Rule) -> bool) {
        for (at, item) in self.items.iter_mut().enumerate().filter(|(_, item)| item.verdict.is_none()) {
            if let Some(rule) = item.evidence.filter(|rule| enough(at, rule)) {
                item.settle(rule.kind, rule.id, rule.score);
            }
        }
    }

    /// The body runs from the first to the last line of prose. A single such line at either end that
    /// [`ISLAND_GAP_MIN`] other lines part from the rest is an island (a notice on top, a note at the
    /// end) and no part of it.
    pub(super) fn find_body(&mut self) {
        let is_body = |item: &Item| item.verdict.is_none() && item.evidence.is_none() && item.is_prose();
        let mut prose: &[usize] =
            &(0..self.items.len()).filter(|&at| is_body(&self.items[at])).collect::<Vec<usize>>();
        if let [first, second, _, ..] = prose
            && second - first > ISLAND_GAP_MIN
        {
            prose = &prose[1..];
        }
        if let [_, .., second, last] = prose
            && last - second > ISLAND_GAP_MIN
        {
            prose = &prose[..prose.len() - 1];
        }
        // Without prose nothing is outside the body: a poem has no edges.
        self.body = match prose {
            [] => 0..self.items.len(),
            [first, .., last] => *first..last + 1,
            [only] => *only..only + 1,
        };
    }

    /// The items between the second and the last but one line of prose: where no byline stands. Above it
    /// may be a line of introduction, below it a note on the author.
    pub(super) fn byline_zone(&self) -> Range<usize> {
        let is_prose = |at: &usize| self.items[*at].verdict.is_none() && self.items[*at].is_prose();
        let second = self.body.clone().filter(is_prose).nth(1);
        let last_but_one = self.body.clone().rev().filter(is_prose).nth(1);
        match (second, last_but_one) {
            (Some(second), Some(last)) if second < last => second..last + 1,
            _ => self.body.clone(),
        }
    }

    /// Is an item the next line of a paragraph that is wrapped? The line above ends open, is as wide as wrapped
    /// lines are, and no bullet, bar or heading mark stands in either.
    pub(super) fn is_wrapped(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| &self.items[before]) else { return false };
        let item = &self.items[at];
        let columns =
            if before.facts.unspaced > before.facts.spaced_words { WRAPPED_LETTERS } else { WRAPPED_COLUMNS };
        let is_plain = |item: &Item| {
            !item.facts.marked
                && item.links_alone == 0
                && item.heading_level().is_none()
                && !item.text.contains('|')
        };
        item.line == before.line + 1
            && matches!(before.facts.end, End::Open | End::Pause)
            && columns.contains(&before.facts.chars)
            && item.facts.chars <= *columns.end()
            && is_plain(before)
            && is_plain(item)
    }

    pub(super) fn is_outside(&self, at: usize) -> bool {
        !self.body.contains(&at)
    }

    pub(super) fn into_verdicts(self, lines: usize) -> Vec<Option<Verdict>> {
        let mut verdicts = vec![None; lines];
        for item in self.items {
            verdicts[item.line] = item.verdict;
        }
        verdicts
    }
}

/// Kinds that stand in boxes of several lines; a single word of one counts only beside such a line.
const BOXED_KINDS: [Kind; 5] = [Kind::Newsletter, Kind::Paywall, Kind::Consent, Kind::Share, Kind::Comments];

/// Settles lines with evidence that was not enough by itself and that stand directly beside a line
/// that was settled before. A second round lets the prompts of one box go together; bylines have only
/// one, so that a list of dates does not fall like dominoes.
fn settle_company(page: &mut Page) {
    for round in 0..2 {
        let junk: Vec<Option<Kind>> = page
            .items
            .iter()
            .map(|item| item.verdict.as_ref().filter(|_| item.is_junk()).map(|verdict| verdict.kind))
            .collect();
        page.settle(|at, rule| {
            let one_word = matches!(rule.test, rules::Test::Hints { least: 1, .. });
            let beside = |neighbour: Option<usize>| {
                let kind = neighbour.and_then(|at| junk.get(at)).copied().flatten();
                kind.is_some_and(|kind| !one_word || BOXED_KINDS.contains(&kind))
            };
            (round == 0 || rule.kind != Kind::Byline) && (beside(at.checked_sub(1)) || beside(Some(at + 1)))
        });
    }
}

/// Settles rows of links with addresses outside the body: "[Home](/) / [News](/news) / [Sport](/sport)".
/// Two are the path to the page if its mark stands between them.
fn settle_links(page: &mut Page) {
    let body = page.body.clone();
    for (_, item) in page.items.iter_mut().enumerate().filter(|(at, _)| !body.contains(at)) {
        let is_path =
            || item.links_alone == PATH_LINKS && PATH_MARKS.iter().any(|mark| item.normal.contains(mark));
        let is_row = (item.links_alone >= ROW_LINKS_MIN || is_path())
            && item.facts.words() as usize <= item.links_alone * ROW_WORDS_MAX
            && !item.facts.ends_statement();
        if is_row && item.verdict.is_none() && item.wish.is_none() {
            item.settle(Kind::Navigation, "navigation/links", ROW_SCORE);
        }
    }
}

/// Takes back the verdict on a label that the next line of prose begins with: an article about share
/// buttons has a section "Share this article", and says "Share this article, the pages say". Where
/// other lines of that kind go, the label is one of them. A weak word below a Markdown heading mark is the
/// heading of the prose that follows ("## Contact"), whatever else goes.
fn keep_headings(page: &mut Page) {
    let mut of_kind = [0_usize; Kind::ALL.len()];
    for verdict in page.items.iter().filter_map(|item| item.verdict.as_ref()) {
        of_kind[verdict.kind as usize] += 1;
    }
    for at in 1..page.items.len() {
        let (label, next) = (&page.items[at - 1], &page.items[at]);
        let is_weak = label.evidence.is_some_and(|rule| rule.reach == Reach::Company);
        if is_weak && label.heading_level().is_some() && next.verdict.is_none() && next.is_prose() {
            page.items[at - 1].verdict = None;
            page.items[at - 1].evidence = None;
            continue;
        }
        let Some(verdict) = &label.verdict else { continue };
        let is_label = label.evidence.is_some_and(|rule| matches!(rule.test, rules::Test::Label));
        let taken_up = next.verdict.is_none() && next.is_prose() && next.normal.starts_with(label.normal);
        if is_label && taken_up && of_kind[verdict.kind as usize] == 1 {
            page.items[at - 1].verdict = None;
            page.items[at - 1].evidence = None;
        }
    }
}

/// The heading of the first level before the body, or else the first line there that stays and is no item of a
/// list and no lone link, if it looks like a headline.
fn name_headline(page: &mut Page) {
    let head = page.body.start.min(page.items.len());
    let items = &mut page.items[..head];
    let stays = |item: &Item| item.verdict.is_none() && !item.is_kept();
    let is_free = |item: &Item| {
        let is_item = item.facts.marked && item.heading_level().is_none();
        item.verdict.is_none() && !is_item && item.links_alone == 0
    };
    let heading = items.iter().position(|item| stays(item) && item.heading_level() == Some(1));
    let headline = || items.iter().position(is_free).filter(|&at| items[at].is_headline());
    if let Some(at) = heading.or_else(headline) {
        items[at].settle(Kind::Title, "title/headline", 0.6);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "The ferry that the council bought in spring has not left its berth since then.\n\nNobody had measured the lock before the vote, and the harbour master was never asked.\n";

    fn named(text: &str) -> Vec<(String, &'static str)> {
        let profile = Profile::of(text);
        let mut page = Page::read(&profile, &Own::default(), &Wishes::default());
        page.name();
        page.items
            .iter()
            .filter_map(|item| Some((item.text.to_owned(), item.verdict.as_ref()?.rule)))
            .collect()
    }

    #[test]
    fn a_lone_link_is_no_headline() {
        let links = "* [Who we are and what we do](https://gazette.example/us)\n\n[Find a ferry near you](https://gazette.example/find)\n\n";
        let title = ("A ferry without a lock".to_owned(), "title/headline");
        assert_eq!(named(&format!("{links}A ferry without a lock\n\n{PROSE}")), [title]);
        let title = ("# A ferry without a lock".to_owned(), "title/headline");
        let begin = "News of the island and the sea\n\n# A ferry without a lock\n\n";
        assert_eq!(named(&format!("{begin}{PROSE}")), [title]);
    }

    #[test]
    fn two_links_are_a_path_if_its_mark_stands_between_them() {
        let rules = |row: &str| named(&format!("{row}\n\n# A ferry without a lock\n\n{PROSE}"));
        let is_row = |row: &str| rules(row).iter().any(|(_, rule)| *rule == "navigation/links");
        assert!(is_row("[News](/news) / [Research](/news/research)"));
        assert!(!is_row("[Orla Penrose](/penrose) [Ada Moor](/moor)"));
    }

    #[test]
    fn the_tail_of_a_wrapped_line_is_no_label() {
        let wrapped = "The drawings of the lock were made by the engineer Josep\nCamat\n\n";
        let labels = "Sport\n\nOpinion\n\nVideo\n\nLogin\n\n";
        let named = named(&format!("{PROSE}\n{wrapped}{labels}"));
        assert!(named.iter().any(|(line, _)| line == "Sport"), "{named:?}");
        assert!(!named.iter().any(|(line, _)| line == "Camat"), "{named:?}");
    }
}
