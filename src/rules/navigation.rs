//! Menus, breadcrumbs, skip links, pagination, footer links.

use crate::kind::Kind;
use crate::normal::label_key;
use crate::script::{is_blank_char, trim_blank};
use crate::traits::{ARROW, COLON, SEPARATOR, UNSTABLE};

use super::phrases::Role;
use super::wordlist::{HERE, HERE_OR_HEADLINE, HERE_UNSPACED, HOME};
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
        about: "the path to the page: parts between arrows, or behind the word for the front page or \"You are here\"",
        keeps: "tables and lists: the parts stand between arrows, or the first is the front page, and outside the running text; sentences that begin with \"You are here\"",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Shape(is_breadcrumb),
    },
    Rule {
        id: "navigation/row",
        kind: Kind::Navigation,
        about: "a menu in one row, between bars or dots",
        keeps: "rows of a table and lists of names: half of the parts and three of them must be words of menus, outside the running text",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Shape(is_row),
    },
    Rule {
        id: "navigation/file",
        kind: Kind::Navigation,
        about: "a file to load, with its size in brackets at the end",
        keeps: "sentences about files: at most twenty words and no end of a sentence, outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Shape(is_file),
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
    PATH_PARTS.contains(&parts.len()) && parts.iter().all(is_short) && HOME.contains(&label_key(parts[0]))
}

/// "You are here", a colon or a part of the path, and no sentence.
fn says_where(line: &LineView) -> bool {
    if line.facts.traits & (COLON | ARROW | SEPARATOR | UNSTABLE) == 0 {
        return false;
    }
    let is_path = |rest: &str| rest.contains(PATH_SEPARATORS);
    let leads = |rest: &str| {
        rest.is_empty() || rest.trim_start().starts_with(':') || rest.starts_with(' ') && is_path(rest)
    };
    let leads_unspaced = |rest: &str| rest.is_empty() || rest.starts_with([':', ' ']) || is_path(rest);
    let has_arrow = |rest: &str| rest.contains(['>', '›', '»', '/']);
    HERE.behind(line.key).any(leads)
        || HERE_UNSPACED.behind(line.key).any(leads_unspaced)
        || HERE_OR_HEADLINE.behind(line.key).any(|rest| has_arrow(rest) && leads(rest))
}

/// What stands between the entries of a menu in one row, and the least that are known words.
const ROW_SEPARATORS: [char; 5] = ['|', '｜', '·', '•', '∙'];
const ROW_KNOWN_MIN: usize = 3;
const ROW_WORDS_MAX: u32 = 60;
/// Most words of one of them.
const ROW_PART_WORDS_MAX: usize = 4;

/// Entries between bars or dots of which most are words of menus.
fn is_row(line: &LineView) -> bool {
    let facts = line.facts;
    if facts.traits & SEPARATOR == 0 || facts.words() > ROW_WORDS_MAX || facts.ends_statement() {
        return false;
    }
    let is_known = |part: &str, start: usize| {
        let end = start + part.len();
        line.hits.iter().any(|hit| {
            let is_word = matches!(hit.role, Role::Hint | Role::Label | Role::Lead);
            is_word && hit.kind == Kind::Navigation && hit.start == start && hit.end == end
        })
    };
    let (mut parts, mut known, mut start) = (0, 0, 0);
    for part in line.key.split(ROW_SEPARATORS) {
        let own = part.trim();
        let place = start + (part.len() - part.trim_start().len());
        start += part.len();
        start += line.key[start..].chars().next().map_or(0, char::len_utf8);
        if own.is_empty() {
            continue;
        }
        if own.split(' ').count() > ROW_PART_WORDS_MAX {
            return false;
        }
        parts += 1;
        known += usize::from(is_known(own, place));
    }
    known >= ROW_KNOWN_MIN && known * 2 >= parts
}

/// Units of the sizes of files, most words of a line with one, and of what stands in the brackets.
const FILE_UNITS: [&str; 9] = ["kb", "mb", "kib", "mib", "ko", "mo", "кб", "мб", "kbyte"];
/// What a file is called by its type; without one a comma stands before its size.
const FILE_TYPES: [&str; 12] =
    ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "zip", "jpg", "mp3", "epub"];
const FILE_WORDS_MAX: u32 = 20;
const FILE_SIZE_WORDS_MAX: usize = 5;

/// "Annual report (PDF, 1.2 MB)".
fn is_file(line: &LineView) -> bool {
    let text = trim_blank(line.text);
    let Some(inside) =
        text.strip_suffix([')', ']']).and_then(|text| text.rfind(['(', '[']).map(|at| &text[at + 1..]))
    else {
        return false;
    };
    let inside = inside.to_lowercase();
    let has = |words: &[&str]| inside.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    let has_type = inside.contains(',') || has(&FILE_TYPES);
    line.facts.words() <= FILE_WORDS_MAX
        && line.facts.inner_ends == 0
        && inside.split(' ').count() <= FILE_SIZE_WORDS_MAX
        && has_type
        && inside.split(|c: char| !c.is_alphabetic()).any(|word| FILE_UNITS.contains(&word))
        && inside.contains(|c: char| c.is_ascii_digit())
}

/// Two or more arrows between short parts, or one arrow behind a word of a menu.
fn is_breadcrumb(line: &LineView) -> bool {
    let facts = line.facts;
    if facts.words() > BREADCRUMB_WORDS_MAX || facts.words() < 2 || facts.ends_statement() {
        return false;
    }
    if begins_at_home(line) || says_where(line) {
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
