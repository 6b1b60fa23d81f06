//! What stands below the article. Behind its last line, where something else is named, whatever is no running
//! text is junk: the author, the date and the words of a comment look like parts of an article, and so do the
//! picture and the teaser of another one, but they are parts of no article that stays. What stands among comments
//! is named so.

use super::decide::{MODEL_CAPTION, MODEL_JUNK};
use super::model::Chances;
use super::{Page, Preset, tables};
use crate::kind::Kind;

/// What is below other things that are named must be no running text this surely: an article may go on behind a
/// box. Of 78 pages of our own .85 takes six lines of text more than .95, which takes none; .98 leaves 20 lines of
/// junk more.
const OTHER_MIN: f32 = 0.95;
/// The rules, below comments and below anything else.
pub(crate) const BELOW: [&str; 2] = ["comments/below", "boilerplate/below"];

pub(super) fn settle(page: &mut Page, chances: &[Chances], preset: Preset) {
    let Some(last) = page.items.iter().rposition(|item| item.verdict.is_none()) else { return };
    let (mut below_comments, mut below_other, mut among_comments) = (false, false, false);
    let is_row = tables::rows(&page.items);
    // Did the line above go as the author or the date of a comment?
    let mut is_signed = false;
    for ((item, chances), is_row) in page.items.iter_mut().zip(chances).zip(is_row).skip(last + 1) {
        let is_byline = item.evidence.is_some_and(|rule| rule.kind == Kind::Byline);
        let Some(verdict) = &mut item.verdict else { continue };
        let bound = if std::mem::take(&mut is_signed) { preset.furniture_min() } else { preset.junk_min() };
        if verdict.rule != MODEL_CAPTION {
            if among_comments && (verdict.rule == MODEL_JUNK || verdict.kind == Kind::Byline) {
                (verdict.kind, verdict.rule) = (Kind::Comments, BELOW[0]);
                is_signed = is_byline;
            } else if ends_article(verdict.kind) {
                among_comments = verdict.kind == Kind::Comments;
                below_comments |= among_comments;
                below_other = true;
            }
            continue;
        }
        let no_text = 1.0 - chances.body;
        if below_comments && no_text >= bound {
            (verdict.kind, verdict.rule) = (Kind::Comments, BELOW[0]);
            is_signed = is_byline;
        } else if below_other && !is_row && no_text >= preset.junk_min().max(OTHER_MIN) {
            (verdict.kind, verdict.rule) = (Kind::Boilerplate, BELOW[1]);
        }
    }
}

/// Kinds of what stands below articles more often than inside them. Advertisements, prompts and notes stand
/// anywhere.
fn ends_article(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Comments
            | Kind::Copyright
            | Kind::Navigation
            | Kind::Newsletter
            | Kind::Related
            | Kind::Share
            | Kind::Tags
    )
}

#[cfg(test)]
mod tests {
    use crate::{Config, clean};

    const ARTICLE: &str = "The ferry sails again\n\nThe ferry that the council bought in spring has sailed again since Monday, after nobody had measured the lock for half a year.\n\nThe harbour master says that he was never asked about any of it, and that he would have told them so if anybody had.\n\nOn Tuesday the first passengers paid four pounds for the crossing, and most of them said that it was worth it.\n";
    const COMMENTS: &str = "\nOrla Penrose\n12 March 2025 at 14:02\nI took it on Tuesday with my mother. It smells of paint, but the view is lovely and the crew could not have been kinder.\nReply\nharbourrat77\n12 March 2025 at 16:40\nHalf a year for one lock! My grandfather would have done it with a piece of string.\nReply\n";

    #[test]
    fn comments_go_with_their_authors_and_dates() {
        let text =
            format!("{ARTICLE}\nShare this article\n2 comments\n{COMMENTS}\nContact | Imprint | Privacy\n");
        let cleaned = clean(&text, &Config::default());
        assert_eq!(cleaned.text(), ARTICLE);
        let rule_of =
            |line: usize| cleaned.cuts.iter().find(|cut| cut.lines.contains(&line)).map(|cut| cut.rule);
        let opinion = text.lines().position(|line| line.starts_with("Half a year for one lock!")).unwrap();
        assert_eq!(rule_of(opinion), Some("comments/below"));
        let author = text.lines().position(|line| line == "Orla Penrose").unwrap();
        assert_eq!(rule_of(author), Some("comments/below"));
    }

    #[test]
    fn what_stands_above_the_last_line_of_the_text_stays() {
        let text = format!("2 comments\n\n{ARTICLE}");
        let cleaned = clean(&text, &Config::default());
        assert!(cleaned.text().ends_with(ARTICLE), "{}", cleaned.text());
    }

    #[test]
    fn a_picture_below_an_article_stays_if_nothing_is_named_there() {
        let text =
            format!("Home\nNews\nSport\nWeather\n\n{ARTICLE}\nThe ferry in the lock. Photo: Ada Moor\n");
        let cleaned = clean(&text, &Config::default());
        assert!(cleaned.text().ends_with("Photo: Ada Moor\n"), "{}", cleaned.text());
    }
}
