//! The decision on each line: the model's chances and the names that rules gave, brought together.

use super::model::Chances;
use super::{Item, Page, Preset, Verdict, tables};
use crate::features::End;
use crate::kind::Kind;
use crate::own::Wish;

/// A named line stays nevertheless if the model is so sure that it is running text. By the lines of
/// held-out domains and of clean texts: see `docs/classifier.md`.
const BODY_SURE: f32 = 0.9;
/// A named line stays if it is junk with less than this chance. Bylines, credits, comments, notes on
/// the author and lists of other stories are furniture or disputed in what the model learned from, so for
/// them furniture counts too.
const NAMED_JUNK_MIN: f32 = 0.1;

/// Rules whose shape leaves little doubt, and the bounds for what they name.
const SHAPE_SURE: f32 = 0.9;
const SURE_BOUNDS: (f32, f32) = (0.97, 0.03);
/// A line without evidence between two lines of body is a heading, a line of dialogue or an item of
/// a list more often than junk, and must be this surely something else. Lines of body have less than
/// the second chance of being something else.
const ALONE_MIN: f32 = 0.85;
const NEIGHBOUR_MAX: f32 = 0.3;
/// A short line directly above a paragraph that stays is its heading, whatever box stands above it, and must be this
/// surely something else; of the paragraph, the second bound above is asked. Its most words.
const HEADING_MIN: f32 = 0.95;
const HEADING_WORDS_MAX: u32 = 10;
/// Standings, results and measures end articles: behind the first line of body, a row of a table of numbers must be
/// this surely something else.
const ROW_MIN: f32 = 0.95;
/// Above the body, with author, date and a share widget between, stands the headline: a line that looks
/// like one must be junk this surely.
const TITLE_DISTANCE_MAX: usize = 12;
const TITLE_JUNK_MIN: f32 = 0.9;
/// Directly above the line that names the author stands the headline, more surely still.
const TITLE_OF_BYLINE_JUNK_MIN: f32 = 0.98;
/// In a document of which no line has a name, little tells that it is a page and not a text: its lines
/// must be junk this surely.
const JUNK_MIN_WITHOUT_NAMES: f32 = 0.95;
/// Where no line is likely body, those are that are likely by this share of the likeliest: a document is
/// not emptied because the model does not know its like.
const BEST_SHARE: f32 = 0.6;
/// Lines of a run that is kept beside text, and the chance of being junk with which one of them is sure.
const RUN_LINES_MAX: usize = 8;
const RUN_SURE: f32 = 0.9;
/// The same for a run with prose in it that goes on in prose, with more of the text above: behind a box in the
/// middle of an article the model takes the next paragraph for a teaser.
const RUN_OF_PROSE_SURE: f32 = 0.95;
/// Between the first and the last line of body, a line must be no running text more surely: by this share of what
/// lacks to certainty. The last words behind a box, answers and rows of tables are text more often than captions.
const INSIDE_RAISE: f32 = 0.22;
/// A line of prose must be surer junk: by this share of what lacks to certainty.
const PROSE_RAISE: f32 = 0.4;

/// The rule of lines that the model alone takes for junk.
pub(crate) const MODEL_JUNK: &str = "boilerplate/model";
/// The rules of lines that the model alone takes for furniture.
pub(crate) const MODEL_TITLE: &str = "title/model";
pub(crate) const MODEL_CAPTION: &str = "caption/model";

/// Turns names into verdicts. If nothing would stay, the names alone decide: a document is not emptied
/// by a guess.
pub(super) fn decide(page: &mut Page, chances: &[Chances], preset: Preset) {
    let chances = &wished(page, chances);
    let bounds = Bounds::of(page, chances, preset);
    let mut decided: Vec<Option<Verdict>> =
        (0..page.items.len()).map(|at| decide_one(page, chances, at, &bounds)).collect();
    keep_beside_text(page, chances, &mut decided);
    let stays = |verdict: &Option<Verdict>| verdict.as_ref().is_none_or(|verdict| is_part(verdict.kind));
    if decided.iter().any(stays) {
        for (item, verdict) in page.items.iter_mut().zip(decided) {
            item.verdict = verdict;
        }
    }
}

/// The chances, with what the user wants of a line as a certainty.
fn wished(page: &Page, chances: &[Chances]) -> Vec<Chances> {
    let of_line = |(item, chances): (&Item, &Chances)| match item.wish {
        None => *chances,
        Some(Wish::Keep) => Chances { body: 1.0, furniture: 0.0, junk: 0.0 },
        Some(Wish::Drop) => Chances { body: 0.0, furniture: 0.0, junk: 1.0 },
    };
    page.items.iter().zip(chances).map(of_line).collect()
}

/// What a document asks of its lines.
struct Bounds {
    furniture_min: f32,
    junk_min: f32,
    /// The first and the last line that the model takes for body.
    first_body: usize,
    last_body: usize,
    named_body_max: f32,
    /// Which lines are rows of tables of numbers.
    is_row: Vec<bool>,
}

impl Bounds {
    fn of(page: &Page, chances: &[Chances], preset: Preset) -> Self {
        let is_page = page.items.iter().any(Item::is_junk);
        let best = chances.iter().map(|chances| chances.body).fold(0.0, f32::max);
        let furniture_min = preset.furniture_min().max(1.0 - BEST_SHARE * best);
        let is_body = |chances: &Chances| 1.0 - chances.body < furniture_min;
        Self {
            furniture_min,
            junk_min: if is_page { preset.junk_min() } else { preset.junk_min().max(JUNK_MIN_WITHOUT_NAMES) },
            first_body: chances.iter().position(is_body).unwrap_or(chances.len()),
            last_body: chances.iter().rposition(is_body).unwrap_or(0),
            named_body_max: preset.named_body_max(),
            is_row: tables::rows(&page.items),
        }
    }

    /// A line with this name stays if it is running text more surely than the first of these, or junk less surely
    /// than the second.
    fn of_named(&self, named: &Verdict) -> (f32, f32) {
        let (body_sure, junk_min) =
            if named.score >= SHAPE_SURE { SURE_BOUNDS } else { (BODY_SURE, NAMED_JUNK_MIN) };
        (body_sure.min(self.named_body_max), junk_min)
    }
}

fn decide_one(page: &Page, chances: &[Chances], at: usize, bounds: &Bounds) -> Option<Verdict> {
    let (item, own) = (&page.items[at], chances[at]);
    match item.wish {
        Some(Wish::Keep) => return None,
        Some(Wish::Drop) => return item.verdict.clone(),
        None => {}
    }
    let score = ((1.0 - own.body) * 1000.0).round() / 1000.0;
    let Some(named) = &item.verdict else {
        return by_model(page, chances, at, bounds, score);
    };
    if named.first.is_some() {
        return Some(named.clone());
    }
    if named.rule == super::menus::UNKNOWN && (at < bounds.first_body || score < bounds.furniture_min) {
        // What is named so for its neighbours alone may be the headline below the menu, or a heading: the model
        // decides.
        let verdict = by_model(page, chances, at, bounds, score)?;
        return Some(if is_part(verdict.kind) { verdict } else { Verdict { score, ..named.clone() } });
    }
    if is_part(named.kind) {
        let is_named = own.body < BODY_SURE && own.junk < Preset::Precision.junk_min();
        let named = Verdict { score, ..named.clone() };
        return if is_named { Some(named) } else { by_model(page, chances, at, bounds, score) };
    }
    let disputed =
        matches!(named.kind, Kind::Byline | Kind::Credit | Kind::Comments | Kind::Bio | Kind::Related);
    let against = own.junk + if disputed { own.furniture } else { 0.0 };
    let (body_sure, junk_min) = bounds.of_named(named);
    let stays = own.body > body_sure || against < junk_min;
    (!stays).then(|| Verdict { score: score.max(named.score), ..named.clone() })
}

/// What the model's chances must be before it alone takes a line.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(hidden)]
pub struct Asked {
    /// The least chance of being no running text.
    pub furniture_min: f32,
    /// The least chance of being junk.
    pub junk_min: f32,
    /// The chance of being running text above which a line stays that a rule names.
    pub named_body_max: f32,
    /// Why more is asked than the preset says, if it is.
    pub because: Option<&'static str>,
}

/// What is asked of line `at` in this document.
pub(super) fn asked_of(page: &Page, chances: &[Chances], preset: Preset, at: usize) -> Asked {
    let chances = &wished(page, chances);
    asked(page, chances, at, &Bounds::of(page, chances, preset))
}

fn asked(page: &Page, chances: &[Chances], at: usize, bounds: &Bounds) -> Asked {
    let item = &page.items[at];
    let is_body = |at: usize| chances.get(at).is_some_and(|chances| 1.0 - chances.body < NEIGHBOUR_MAX);
    let is_alone = item.evidence.is_none() && at > 0 && is_body(at - 1) && is_body(at + 1);
    let is_inside = (bounds.first_body..=bounds.last_body).contains(&at);
    let is_heading = is_inside && may_be_heading(item) && is_body(at + 1) && page.items[at + 1].is_prose();
    let is_row = bounds.is_row[at] && item.evidence.is_none() && at > bounds.first_body;
    let least = if is_row {
        ROW_MIN
    } else if is_heading {
        HEADING_MIN
    } else if is_alone {
        ALONE_MIN
    } else {
        0.0
    };
    let raise = if item.is_prose() { PROSE_RAISE } else { 0.0 };
    let above = bounds.first_body.checked_sub(at).is_some_and(|by| (1..=TITLE_DISTANCE_MAX).contains(&by));
    let has_title = |at: usize| page.items[at].heading_level() == Some(1);
    let may_be_title = above
        && item.evidence.is_none()
        && item.is_headline()
        && !(at + 1..=bounds.first_body.min(page.items.len() - 1)).any(has_title);
    let next = page.items.get(at + 1).and_then(|item| item.verdict.as_ref());
    let least_of_title = match next {
        Some(verdict) if verdict.kind == Kind::Byline => TITLE_OF_BYLINE_JUNK_MIN,
        _ => TITLE_JUNK_MIN,
    };
    let junk_min = bounds.junk_min.max(if may_be_title { least_of_title } else { least });
    let because = if may_be_title {
        Some("it may be the headline")
    } else if is_row {
        Some("it is a row of a table of numbers")
    } else if is_heading {
        Some("it may be the heading of the paragraph below it")
    } else if is_alone {
        Some("it stands between two lines of running text")
    } else if item.is_prose() {
        Some("it reads like running text")
    } else if bounds.junk_min >= JUNK_MIN_WITHOUT_NAMES {
        Some("no rule names any line of this document, so it may be no page at all")
    } else {
        None
    };
    let inside = if is_inside { INSIDE_RAISE } else { 0.0 };
    let furniture_min = bounds.furniture_min + (1.0 - bounds.furniture_min) * inside;
    Asked {
        furniture_min: furniture_min.max(least),
        junk_min: junk_min + (1.0 - junk_min) * raise,
        named_body_max: match &item.verdict {
            Some(named) if !is_part(named.kind) => bounds.of_named(named).0,
            _ => BODY_SURE,
        },
        because,
    }
}

fn may_be_heading(item: &Item) -> bool {
    item.evidence.is_none()
        && !item.is_prose()
        && (1..=HEADING_WORDS_MAX).contains(&item.facts.words())
        && matches!(item.facts.end, End::Open | End::Exclamation)
}

/// The verdict on a line that has no name, or only that of a part of the article.
fn by_model(page: &Page, chances: &[Chances], at: usize, bounds: &Bounds, score: f32) -> Option<Verdict> {
    let item = &page.items[at];
    let asked = asked(page, chances, at, bounds);
    if score < asked.furniture_min {
        return None;
    }
    let (kind, rule) = if chances[at].junk >= asked.junk_min {
        item.evidence.map_or((Kind::Boilerplate, MODEL_JUNK), |rule| (rule.kind, rule.id))
    } else if at < bounds.first_body {
        (Kind::Title, MODEL_TITLE)
    } else {
        (Kind::Caption, MODEL_CAPTION)
    };
    Some(Verdict { kind, rule, score, first: None })
}

/// Is it marked as what a list holds, or does it begin with a figure, as a number or a measure?
fn is_of_list(item: &Item) -> bool {
    item.facts.marked || item.text.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// A short run of lines that speak of nothing and are no sure junk, directly beside prose that stays, between
/// lines that stay, in one block with lines that do, or as a list below one that does, is more likely a list, a
/// table or the last words of the text: it is furniture.
fn keep_beside_text(page: &Page, chances: &[Chances], decided: &mut [Option<Verdict>]) {
    let is_doubtful =
        |verdict: &Option<Verdict>| verdict.as_ref().is_some_and(|verdict| verdict.rule == MODEL_JUNK);
    // Does the line stay, and is it prose?
    let stays = |decided: &[Option<Verdict>], at: Option<usize>| {
        let at = at.filter(|&at| decided.get(at).is_some_and(|v| v.as_ref().is_none_or(|v| is_part(v.kind))));
        (at.is_some(), at.is_some_and(|at| page.items[at].is_prose()))
    };
    let is_close = |at: usize| at > 0 && page.items[at].line == page.items[at - 1].line + 1;
    let has_blocks = !(1..page.items.len()).all(is_close);
    // Between the items of a menu above the text nothing is the text's.
    let first = decided.iter().position(Option::is_none).unwrap_or(decided.len());
    let (mut at, mut prose_above) = (0, false);
    while at < decided.len() {
        let end = at + decided[at..].iter().take_while(|verdict| is_doubtful(verdict)).count();
        let is_short = end > at && end - at <= RUN_LINES_MAX && end > first;
        let (before, after) = (stays(decided, at.checked_sub(1)), stays(decided, Some(end)));
        let is_inside = prose_above && after.1 && page.items[at..end].iter().any(Item::is_prose);
        let sure = if is_inside { RUN_OF_PROSE_SURE } else { RUN_SURE };
        // Below a heading in Markdown that stays stands what it is the heading of.
        let heading =
            at.checked_sub(1).filter(|&above| before.0 && page.items[above].heading_level().is_some());
        let is_sure = chances[at..end].iter().any(|chances| chances.junk >= sure);
        let goes_on = prose_above && before.0 && has_blocks && is_close(at);
        let is_list = prose_above && before.0 && page.items[at..end].iter().all(is_of_list);
        let belongs = before.1 || after.1 || before.0 && after.0 || heading.is_some() || goes_on || is_list;
        if is_short && !is_sure && belongs {
            for verdict in decided[at..end].iter_mut().flatten() {
                (verdict.kind, verdict.rule) = (Kind::Caption, MODEL_CAPTION);
            }
        }
        let next = end.max(at + 1);
        prose_above |= (at..next).any(|at| stays(decided, Some(at)).1);
        at = next;
    }
}

/// Title and caption are parts of the article.
fn is_part(kind: Kind) -> bool {
    matches!(kind, Kind::Title | Kind::Caption)
}

#[cfg(test)]
mod tests {
    use crate::kind::Kind;
    use crate::{Config, clean};

    #[test]
    fn a_heading_below_a_box_stays_with_its_paragraph() {
        let box_of_links =
            "Read also\nLifeboat crew praised after night call\nOld chapel to become a library\n";
        let heading = "A lock too short";
        let text = format!(
            "Home\nNews\nSport\n\nThe ferry sails again\n\nThe ferry that the council bought in spring has sailed again since Monday, after nobody had measured the lock for half a year.\n\nThe harbour master says that he was never asked about any of it.\n\n{box_of_links}\n{heading}\n\nThe lock is forty metres long, and the ferry is forty-two, which the council was told by a boy of nine.\n\nOn Tuesday the first passengers paid four pounds for the crossing, and most of them said that it was worth it.\n\nContact\nImprint\nPrivacy\n"
        );
        let mut body_only = Config::default();
        for kind in [Kind::Title, Kind::Caption, Kind::Byline] {
            body_only.dropped.insert(kind);
        }
        let cleaned = clean(&text, &body_only).text();
        assert!(cleaned.lines().any(|line| line == heading), "{cleaned}");
        assert!(!cleaned.contains("Lifeboat"), "{cleaned}");
    }
}
