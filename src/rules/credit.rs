//! Who made a picture, standing on a line of its own.

use crate::features::End;
use crate::kind::Kind;
use crate::script::trim_blank;
use crate::traits::COPYRIGHT;

use super::phrases::{Hit, Role};
use super::{LineView, Reach, Rule, Test};

/// The rules of kind `credit`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "credit/inline",
        kind: Kind::Credit,
        about: "a label such as \"Photo:\" and a name",
        keeps: "captions behind the same label: at most eight words, and they must look like names",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Shape(is_labelled_credit),
    },
    Rule {
        id: "credit/copyright",
        kind: Kind::Credit,
        about: "\"Copyright\" or © and the name of an agency or a photographer",
        keeps: "titles that begin so: a sign, a year or an agency must be there",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Shape(is_copyright_credit),
    },
    Rule {
        id: "credit/start",
        kind: Kind::Credit,
        about: "\"Photo by\" or another short beginning of a credit, and a name",
        keeps: "captions and sentences that begin so: at most seven words, and no full stop",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Start { chars_max: 60, words_max: 7, full_stop: false },
    },
    Rule {
        id: "credit/end",
        kind: Kind::Credit,
        about: "a short line that ends in the name of a picture agency",
        keeps: "captions with a credit at their end: they are longer",
        reach: Reach::Edge,
        score: 0.7,
        test: Test::End { words_max: 6 },
    },
    Rule {
        id: "credit/bare",
        kind: Kind::Credit,
        about: "\"Copyright\" and a name",
        keeps: "titles that begin so: at most four words, and other junk beside it",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Shape(is_bare_copyright),
    },
    Rule {
        id: "credit/label",
        kind: Kind::Credit,
        about: "a picture's label with nothing behind it",
        keeps: "the same word as a heading: it needs other junk beside it",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Label,
    },
];

/// Most words of a credit, its label included.
const CREDIT_WORDS_MAX: u32 = 9;
/// Most letters of a name in a script without spaces, and most words of one in a script without capitals.
const UNSPACED_NAME_MAX: u32 = 7;
const CASELESS_NAME_MAX: u32 = 4;

/// A label of the kind, a colon, and what looks like names.
fn is_labelled_credit(line: &LineView) -> bool {
    let facts = line.facts;
    let Some(value) = line.hits(Kind::Credit, Role::Lead).find_map(|lead| value_behind(line, lead)) else {
        return false;
    };
    if value.is_empty() || facts.words() > CREDIT_WORDS_MAX || facts.ends_statement() {
        return false;
    }
    let is_source = |hit: &Hit| {
        let is_whole = hit.end == line.key.len() && hit.end - hit.start == value.len();
        hit.kind == Kind::Credit && (hit.role == Role::End || is_whole)
    };
    looks_like_names(line, value) || value.contains('/') || line.hits.iter().any(is_source)
}

/// Letters of a lead that may be an abbreviation with a full stop: "Fot. Jan Losek".
const ABBREVIATION_LETTERS_MAX: usize = 3;

/// What stands behind a lead and its separator. Scripts without capitals also have `=` and `/`: "사진=박서연".
fn value_behind<'k>(line: &LineView<'k>, lead: &Hit) -> Option<&'k str> {
    if lead.start != 0 {
        return None;
    }
    let (lead, rest) = line.key.split_at(lead.end);
    let rest = rest.trim_start();
    let has_case = lead.chars().any(char::is_lowercase);
    let is_short = lead.chars().count() <= ABBREVIATION_LETTERS_MAX;
    let value = rest
        .strip_prefix([':', '|'])
        .or_else(|| rest.strip_prefix(['=', '/']).filter(|_| !has_case))
        .or_else(|| rest.strip_prefix(". ").filter(|_| has_case && is_short));
    value.map(str::trim)
}

/// In a script with capitals most words begin with one; in others the value is short.
fn looks_like_names(line: &LineView, value: &str) -> bool {
    let facts = line.facts;
    if facts.digits > 0 {
        return false;
    }
    let words = u32::try_from(value.split(' ').count()).unwrap_or(u32::MAX);
    if value.chars().any(char::is_lowercase) {
        return facts.capitalised.saturating_sub(1) * 3 >= words * 2;
    }
    if facts.unspaced > 0 {
        return value.chars().count() <= UNSPACED_NAME_MAX as usize;
    }
    words <= CASELESS_NAME_MAX
}

/// Most words of a credit that begins with a copyright sign.
const COPYRIGHT_CREDIT_WORDS_MAX: u32 = 8;

/// "Copyright" or © and a name. The word alone also begins titles; it needs a sign, a year or an agency.
fn is_copyright_credit(line: &LineView) -> bool {
    let facts = line.facts;
    let begins =
        is_copyright_word(line) || facts.traits & COPYRIGHT != 0 && trim_blank(line.text).starts_with('©');
    if !begins || facts.words() > COPYRIGHT_CREDIT_WORDS_MAX || facts.ends_statement() {
        return false;
    }
    // The notice of a site: it says that rights are kept.
    if line.hits.iter().any(|hit| hit.kind == Kind::Copyright && hit.role == Role::Part) {
        return false;
    }
    let sign = facts.traits & COPYRIGHT != 0 || line.text.to_ascii_lowercase().contains("(c)");
    let agency = line.hits.iter().any(|hit| {
        hit.kind == Kind::Credit && hit.role == Role::End
            || hit.kind == Kind::Copyright && hit.role == Role::Label
    });
    sign || agency || facts.digits == 4
}

fn is_copyright_word(line: &LineView) -> bool {
    line.key.strip_prefix("copyright").is_some_and(|rest| rest.starts_with([' ', '-', ':']))
}

/// "Copyright" and a name of one to three words, which may be a title: it needs other junk beside it.
fn is_bare_copyright(line: &LineView) -> bool {
    let facts = line.facts;
    is_copyright_word(line)
        && (2..=4).contains(&facts.words())
        && facts.end == End::Open
        && facts.capitalised == facts.spaced_words
}
