//! The block of keys that stands before a text in Markdown ("front matter"): `title: …` and `date: …` between
//! two lines of `---`, or `title = …` between two of `+++`. It is data: one line less, and nothing reads it.

use super::Page;
use crate::kind::Kind;
use crate::profile::Profile;

/// Most lines of such a block.
const LINES_MAX: usize = 100;
const SCORE: f32 = 0.95;
pub(super) const RULE: &str = "title/front-matter";

/// Names all lines of the block parts of the article: they stay together, or go together with the title.
pub(super) fn settle(page: &mut Page, profile: &Profile) {
    let Some(end) = end_of(profile) else { return };
    for item in page.items.iter_mut().take_while(|item| item.line <= end).filter(|item| item.wish.is_none()) {
        item.settle(Kind::Title, RULE, SCORE);
    }
}

/// The last line of the block, if the text begins with one.
fn end_of(profile: &Profile) -> Option<usize> {
    let lines = profile.lines.len().min(LINES_MAX);
    let line = |number: usize| profile.line(number).trim_end();
    let mark = (lines > 0).then(|| line(0)).filter(|mark| matches!(*mark, "---" | "+++"))?;
    let end = (1..lines).find(|&number| line(number) == mark)?;
    let sign = if mark == "---" { ':' } else { '=' };
    let has_key =
        |number: usize| line(number).split_once(sign).is_some_and(|(key, _)| is_key(key.trim_end()));
    let is_part = |number: usize| {
        let text = line(number);
        text.is_empty() || text.starts_with([' ', '\t', '-', '#', '[', ']', '}']) || has_key(number)
    };
    ((1..end).any(has_key) && (1..end).all(is_part)).then_some(end)
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_keys_are_told_from_rules_between_paragraphs() {
        let end = |text: &str| end_of(&Profile::of(text));
        assert_eq!(
            end("---\ntitle: A ferry\ntags:\n  - boats\n- locks\n\ndate: 2026-05-14\n---\nText\n"),
            Some(7)
        );
        assert_eq!(end("+++\ntitle = \"A ferry\"\n+++\nText\n"), Some(2));
        assert_eq!(end("---\nThe ferry sails: at last.\n---\nText\n"), None, "a paragraph between two rules");
        assert_eq!(end("---\ntitle: A ferry\nText\n"), None);
        assert_eq!(end("---\n---\n"), None);
        assert_eq!(end("title: A ferry\n"), None);
        assert_eq!(end(""), None);
    }
}
