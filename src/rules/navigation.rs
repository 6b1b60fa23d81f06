//! Menus, breadcrumbs, skip links, pagination, footer links.

use crate::kind::Kind;
use crate::normal::label_key;
use crate::script::{is_blank_char, trim_blank};
use crate::traits::ARROW;

use super::phrases::Role;
use super::{LineView, Reach, Rule, Test};

/// The rules of kind `navigation`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "navigation/label",
        kind: Kind::Navigation,
        about: "a skip link, a page turner or a footer link, alone on its line",
        keeps: "a heading or a short sentence: only wording that no article line has",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Label,
    },
    Rule {
        id: "navigation/glued",
        kind: Kind::Navigation,
        about: "a menu, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "navigation/start",
        kind: Kind::Navigation,
        about: "a short line that begins as a skip link or page turner begins",
        keeps: "longer lines, and all that end as a sentence ends",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Start { chars_max: 60, words_max: 10, full_stop: false },
    },
    Rule {
        id: "navigation/breadcrumb",
        kind: Kind::Navigation,
        about: "the path to the page: parts between arrows, or behind the word for the front page",
        keeps: "tables and lists: the parts stand between arrows, or the first is the front page, and outside the running text",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Shape(is_breadcrumb),
    },
    Rule {
        id: "navigation/item",
        kind: Kind::Navigation,
        about: "a section name or another word of a menu",
        keeps: "the same word as a heading: it needs a run of such lines",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Item,
    },
];

/// Most words of a breadcrumb line, by eye on raw page text.
const BREADCRUMB_WORDS_MAX: u32 = 18;

/// What the first part of the path to a page is called; a phrase of the kind begins each.
const HOME_WORDS: [&str; 27] = [
    "home",
    "homepage",
    "home page",
    "home-page",
    "startseite",
    "accueil",
    "inicio",
    "portada",
    "início",
    "hem",
    "hjem",
    "forside",
    "forsiden",
    "etusivu",
    "strona główna",
    "domů",
    "acasă",
    "ana sayfa",
    "anasayfa",
    "главная",
    "головна",
    "αρχική",
    "ホーム",
    "トップ",
    "首页",
    "首頁",
    "홈",
];
/// What may stand between the parts, blanks or not.
const PATH_SEPARATORS: [char; 10] = ['>', '＞', '›', '»', '→', '/', '／', '|', '｜', '\\'];
/// Least and most parts of such a path, and most words of one.
const PATH_PARTS: std::ops::RangeInclusive<usize> = 3..=7;
const PATH_PART_WORDS_MAX: usize = 6;

/// A path that begins with the word for the front page: "Home / News / Local".
fn begins_at_home(line: &LineView) -> bool {
    if !line.hits.iter().any(|hit| hit.kind == Kind::Navigation && hit.start == 0) {
        return false;
    }
    let parts: Vec<&str> = line.text.split(PATH_SEPARATORS).map(trim_blank).collect();
    let is_short =
        |part: &&str| (1..=PATH_PART_WORDS_MAX).contains(&part.split(' ').count()) && !part.is_empty();
    PATH_PARTS.contains(&parts.len())
        && parts.iter().all(is_short)
        && HOME_WORDS.contains(&label_key(parts[0]).as_str())
}

/// Two or more arrows between short parts, or one arrow behind a word of a menu.
fn is_breadcrumb(line: &LineView) -> bool {
    let facts = line.facts;
    if facts.words() > BREADCRUMB_WORDS_MAX || facts.words() < 2 || facts.ends_statement() {
        return false;
    }
    if begins_at_home(line) {
        return true;
    }
    if facts.traits & ARROW == 0 {
        return false;
    }
    // What stands before all parts separates nothing: it is a bullet, or the mark of a quotation.
    let marks = |c: char| is_blank_char(c) || matches!(c, '>' | '›' | '»' | '→');
    let parts = line.text.trim_start_matches(marks).split(is_blank_char);
    let arrows = parts.filter(|part| matches!(*part, ">" | "›" | "»" | "→" | ">>")).count();
    let starts_in_menu = line.hits(Kind::Navigation, Role::Hint).any(|hit| hit.start == 0);
    arrows >= 2 || arrows == 1 && starts_in_menu
}
