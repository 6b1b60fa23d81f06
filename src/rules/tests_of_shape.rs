//! The shapes that rules ask for around a phrase.
//!
//! Most boilerplate phrases also occur in ordinary prose; what tells them apart is the shape of
//! the line: how long it is, where the phrase stands, how the line ends.

use crate::features::{End, Facts};
use crate::kind::Kind;
use crate::script::{is_blank_char, trim_blank};
use crate::traits::{self, ALNUM};

use super::phrases::{Hit, Role};
use super::{LineView, Rule, Test};

/// Longest line that is tested as a run of glued labels. By eye on glued menus of raw page text:
/// longer lines are site maps, which a run of labels around them shows as well.
const GLUED_WORDS_MAX: u32 = 40;
/// So many different words of menus and widgets in one line are no heading.
const GLUED_MANY: usize = 4;
/// Share of a line with so many that they must cover; the rest is a site's own name.
const GLUED_SHARE_MIN: f32 = 0.7;
/// Kinds whose longer texts are asked for more than a phrase, from so many words on: sentences with phrases must
/// make half of it. Essays about such prompts that quote one have up to 41 percent.
/// Calls for a newsletter often tell at length what is in it.
const PROMPTING_KINDS: [Kind; 3] = [Kind::Share, Kind::Consent, Kind::Paywall];
const PROMPT_WORDS_MAX: u32 = 18;
const PROMPT_SHARE: usize = 2;
/// Bytes of a phrase that is an ordinary word, too: the names of networks have "x", and those of buttons "a".
const LETTERS_MAX: usize = 3;
/// Longest number of an article of a law, in bytes: "第十二条".
const ARTICLE_BYTES_MAX: usize = 9;
/// A label of so many words with a full stop behind it may be a line of dialogue ("Follow me.").
const SPOKEN_WORDS_MAX: u32 = 3;
/// Kinds whose labels may be questions or exclamations: "Already a subscriber?", "Subscribe now!".
/// Elsewhere a question is a heading.
const ASKING_KINDS: [Kind; 5] = [Kind::Newsletter, Kind::Paywall, Kind::Comments, Kind::Share, Kind::Bio];
/// Words of a label-like line, from the fragment guards: at most four, or eight characters in a
/// script without spaces.
const LABEL_WORDS_MAX: u32 = 4;

/// Does the rule's test hold for the line?
pub(super) fn holds(rule: &Rule, line: &LineView) -> bool {
    let (kind, facts) = (rule.kind, line.facts);
    match rule.test {
        Test::Shape(test) => test(line),
        Test::Label => {
            let asks = facts.end == End::Exclamation && !ASKING_KINDS.contains(&kind);
            let answers = facts.end == End::Colon && kind == Kind::Copyright;
            !asks
                && !answers
                && !is_spoken(line)
                && !is_numbered(line)
                && line
                    .hits
                    .iter()
                    .any(|hit| hit.kind == kind && is_whole(hit, line) && is_label_of_line(hit, line))
        }
        Test::Item => {
            let alone = line.hits(kind, Role::Hint).any(|hit| is_whole(hit, line));
            !facts.ends_statement() && (alone || glued(line) == Some((kind, Glue::Weak)))
        }
        Test::Lead { words_max, full_stop } => {
            facts.words() <= words_max
                && (full_stop || !facts.ends_statement())
                && line.hits.iter().filter(|hit| hit.kind == kind && hit.start == 0).any(|hit| {
                    match hit.role {
                        Role::Lead => {
                            is_separated(&line.key[hit.end..]) && is_backed(hit, line)
                                || is_capital_lead(hit, line)
                        }
                        Role::Label => is_long_label(hit, line) && is_separated(&line.key[hit.end..]),
                        _ => false,
                    }
                })
        }
        Test::Start { chars_max, words_max, full_stop } => {
            facts.chars <= chars_max
                && facts.words() <= words_max
                && (full_stop || !facts.ends_statement())
                && facts.inner_ends == 0
                && line.hits(kind, Role::Start).any(|hit| hit.start == 0 && is_backed(hit, line))
        }
        Test::End { words_max } => {
            let is_end = |hit: &Hit| is_end_or_address(&line.key[hit.end..]);
            facts.words() <= words_max && line.hits(kind, Role::End).any(is_end)
        }
        Test::Part { words_max } => {
            facts.words() <= words_max
                && line.hits(kind, Role::Part).any(|hit| !is_quoted(hit, line))
                && is_mostly_of(kind, line)
        }
        Test::Hints { least, words_max } => {
            facts.words() <= words_max
                && (least > 1 || !facts.ends_statement() && !is_numbered(line))
                && distinct_hints(kind, line) >= least
                && is_mostly_of(kind, line)
        }
        Test::Glued => glued(line) == Some((kind, Glue::Strong)),
    }
}

/// Does the line end as one of a program does: in a semicolon or a brace ("policy accept;")? Among lines of
/// up to twelve words in the corpus that end so and have a word of a prompt, 15 belong to an article and
/// one does not. In Greek a semicolon asks a question, so that it tells of a program in ASCII alone.
pub(super) fn is_code(line: &LineView) -> bool {
    let text = line.text.trim_end_matches(is_blank_char);
    text.ends_with(['{', '}']) || text.ends_with(';') && text.is_ascii()
}

/// Is the line as short as a label: few words, no end of a sentence, no pause?
pub(crate) fn is_short_label(facts: &Facts) -> bool {
    (1..=LABEL_WORDS_MAX).contains(&facts.words())
        && matches!(facts.end, End::Open)
        && facts.inner_ends == 0
        && facts.commas == 0
}

/// Does nothing follow, or only an address for mail: "한도윤 기자 dyhan@solnews.example"?
fn is_end_or_address(rest: &str) -> bool {
    let address = rest.trim_start_matches([' ', '(', '<']);
    address.is_empty() || rest.starts_with(' ') && address.contains('@') && !address.contains(' ')
}

fn is_label(hit: &Hit) -> bool {
    matches!(hit.role, Role::Label | Role::Lead | Role::Start)
}

fn is_whole(hit: &Hit, line: &LineView) -> bool {
    hit.start == 0 && hit.end == line.key.len()
}

/// Does what follows a lead begin with a separator and go on?
fn is_separated(rest: &str) -> bool {
    let rest = rest.trim_start();
    let Some(mark) = rest.chars().next() else { return false };
    let value = rest[mark.len_utf8()..].trim_start();
    match mark {
        ':' | '|' | '>' | '→' | '】' | ']' | '〉' | '》' | '「' => !value.is_empty(),
        '.' => rest.starts_with("..") && !value.trim_start_matches(['.', ' ']).is_empty(),
        '-' => rest.starts_with("- ") && !value.is_empty(),
        _ => false,
    }
}

/// Kinds whose labels of several words also lead: "More on this topic: a ferry for the island".
const LEADING_KINDS: [Kind; 1] = [Kind::Related];
/// Least letters of such a label in a script without spaces.
const LEADING_LETTERS_MIN: usize = 3;

fn is_long_label(hit: &Hit, line: &LineView) -> bool {
    let label = &line.key[hit.start..hit.end];
    let is_unspaced = line.facts.unspaced > 0 && !label.is_ascii();
    LEADING_KINDS.contains(&hit.kind)
        && (label.contains(' ') || is_unspaced && label.chars().count() >= LEADING_LETTERS_MIN)
}

/// Does a lead stand in capitals before a title that does not: "READ ALSO The ferry sails again"?
fn is_capital_lead(hit: &Hit, line: &LineView) -> bool {
    let text = line.text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let lead = line.key[hit.start..hit.end].chars().count();
    let Some((end, _)) = text.char_indices().nth(lead) else { return false };
    let (lead, title) = text.split_at(end);
    LEADING_KINDS.contains(&hit.kind)
        && lead.contains(' ')
        && lead.chars().any(char::is_uppercase)
        && !lead.chars().any(char::is_lowercase)
        && title.starts_with(' ')
        && title.chars().any(char::is_lowercase)
}

/// Is the hit a label here? A lead alone below a Markdown heading mark ("## See also") is the heading of
/// a section of the text.
fn is_label_of_line(hit: &Hit, line: &LineView) -> bool {
    is_label(hit) && (hit.role == Role::Label || !line.text.trim_start().starts_with('#'))
}

/// Kinds whose leads and starts are also ordinary beginnings ("Follow our guide", "Sign up for the blood
/// drive"): another phrase of the kind must follow, such as the name of a network.
const BACKED_KINDS: [Kind; 4] = [Kind::Share, Kind::Newsletter, Kind::Paywall, Kind::Consent];

fn is_backed(hit: &Hit, line: &LineView) -> bool {
    !BACKED_KINDS.contains(&hit.kind)
        || line.hits.iter().any(|other| {
            let is_article = hit.role == Role::Start && &line.key[other.start..other.end] == "a";
            other.kind == hit.kind && other.end > hit.end && other.phrase != hit.phrase && !is_article
        })
}

/// Is the line a numbered heading of a text: "2. Cookies", "第3条(クッキー)"?
fn is_numbered(line: &LineView) -> bool {
    let text = trim_blank(line.text);
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let has_number = behind.len() < text.len()
        && behind.strip_prefix('.').is_some_and(|rest| rest.starts_with(is_blank_char));
    let article = line
        .text
        .trim_start()
        .strip_prefix('第')
        .and_then(|rest| rest.find(['条', '條', '章', '节', '節', '項']));
    has_number || article.is_some_and(|at| at <= ARTICLE_BYTES_MAX)
}

/// Is a short line something that somebody says: in quotation marks, behind a dash, or with the full
/// stop of a sentence? ("Loading..." has no full stop.)
fn is_spoken(line: &LineView) -> bool {
    let text = trim_blank(line.text);
    let dash = text.strip_prefix(['—', '–', '―']).is_some_and(|rest| rest.starts_with(is_blank_char));
    let quoted = text.starts_with(['"', '“', '„', '«', '”', '「', '『', '‘', '\'']);
    let stops = line.facts.ends_statement() && !text.ends_with("..") && !text.ends_with('…');
    dash || quoted || stops && line.facts.words() <= SPOKEN_WORDS_MAX
}

/// Does the hit stand inside a quotation? An article about prompts quotes them; a prompt does not
/// quote itself. Double quotation marks of all kinds are one in the key, which has lost those at its
/// beginning.
pub(super) fn is_quoted(hit: &Hit, line: &LineView) -> bool {
    let opened = trim_blank(line.text).starts_with(['"', '“', '„', '«', '»', '”', '「', '『']);
    let before =
        line.key[..hit.start].chars().filter(|c| matches!(c, '"' | '「' | '『' | '」' | '』')).count();
    (before + usize::from(opened)) % 2 == 1
}

/// Do the sentences with phrases of the kind make a fair part of a long line? An essay that takes up a prompt
/// says more about it than the prompt does. Disclaimers and notices are long, with few known words.
fn is_mostly_of(kind: Kind, line: &LineView) -> bool {
    if line.facts.words() <= PROMPT_WORDS_MAX
        || line.facts.inner_ends == 0
        || !PROMPTING_KINDS.contains(&kind)
    {
        return true;
    }
    let (mut start, mut covered) = (0, 0);
    for sentence in line.key.split_inclusive(['.', '!', '?', '。', '।']) {
        let end = start + sentence.len();
        let is_of_kind = |hit: &Hit| hit.kind == kind && hit.end - hit.start > LETTERS_MAX;
        if line.hits.iter().any(|hit| is_of_kind(hit) && hit.start < end && hit.end > start) {
            covered += sentence.len();
        }
        start = end;
    }
    covered * PROMPT_SHARE >= line.key.len()
}

/// How many different hints and parts of `kind` the line has, not counting one inside another.
fn distinct_hints(kind: Kind, line: &LineView) -> usize {
    let mut taken: Vec<&Hit> = Vec::new();
    let counts =
        |hit: &&Hit| hit.kind == kind && matches!(hit.role, Role::Hint | Role::Part) && !is_quoted(hit, line);
    for hit in line.hits.iter().filter(counts) {
        let apart =
            |other: &&Hit| other.phrase != hit.phrase && (other.end <= hit.start || hit.end <= other.start);
        if taken.iter().all(apart) {
            taken.push(hit);
        }
    }
    taken.len()
}

/// How sure it is that a line is a run of glued labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glue {
    /// A real label among them, or so many weak words that they are no heading.
    Strong,
    /// Two or three weak words: "Team Video" may be a heading.
    Weak,
}

/// The kind that most of a line of glued labels has; `None` if the line is no such thing.
fn glued(line: &LineView) -> Option<(Kind, Glue)> {
    *line.glued.get_or_init(|| find_glued(line))
}

fn find_glued(line: &LineView) -> Option<(Kind, Glue)> {
    if line.facts.ends_statement() || line.facts.words() > GLUED_WORDS_MAX {
        return None;
    }
    let pieces = tiles(line.hits);
    let mut phrases: Vec<u32> = pieces.iter().map(|hit| hit.phrase).collect();
    phrases.sort_unstable();
    phrases.dedup();
    if phrases.len() < 2 {
        return None;
    }
    let many = phrases.len() >= GLUED_MANY;
    let letters = |text: &str| text.chars().filter(|&c| traits::of(c) & ALNUM != 0).count();
    let covered: usize = pieces.iter().map(|hit| letters(&line.key[hit.start..hit.end])).sum();
    let share = covered as f32 / letters(line.key).max(1) as f32;
    if share < GLUED_SHARE_MIN || share < 1.0 && !many {
        return None;
    }
    // The widget that is named first on a tie is the one the eye reads first.
    let weight = |kind: Kind| -> usize {
        pieces.iter().filter(|hit| hit.kind == kind).map(|hit| hit.end - hit.start).sum()
    };
    let most = pieces.iter().map(|hit| weight(hit.kind)).max()?;
    let kind = pieces.iter().map(|hit| hit.kind).find(|&kind| weight(kind) == most)?;
    let labels = pieces.iter().filter(|hit| is_label(hit)).count();
    let may_be_heading = |kind| HEADING_KINDS.contains(&kind);
    let is_sure = match pieces[..] {
        [one, other] if one.end == other.start => return None,
        [one, other] if may_be_heading(kind) && &line.key[one.end..other.start] == " " => labels == 2,
        _ => many || labels > 0,
    };
    Some((kind, if is_sure { Glue::Strong } else { Glue::Weak }))
}

/// Kinds of which a label and a weak word are often a heading: "Share News". (Where words are not parted, two
/// with nothing between them are one: "新聞広告".)
const HEADING_KINDS: [Kind; 4] = [Kind::Navigation, Kind::Share, Kind::Advertisement, Kind::Comments];

/// The longest labels and items that tile the line from the left.
fn tiles(hits: &[Hit]) -> Vec<&Hit> {
    let mut tiling: Vec<&Hit> = hits.iter().filter(|hit| is_label(hit) || hit.role == Role::Hint).collect();
    tiling.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end), hit.role));
    let mut end = 0;
    tiling.retain(|hit| {
        let free = hit.start >= end;
        if free {
            end = hit.end;
        }
        free
    });
    tiling
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_headings_are_no_labels() {
        let is_numbered = |text| is_numbered(&LineView::new(text, text, &Facts::default(), &[]));
        assert!(
            is_numbered("2. Cookies") && is_numbered("  12. Advertising") && is_numbered("第3条（クッキー）")
        );
        assert!(
            !is_numbered("12 Comments") && !is_numbered("2.5 stars") && !is_numbered("第一の手紙について")
        );
    }

    #[test]
    fn a_greek_question_is_no_line_of_a_program() {
        let is_code = |text| is_code(&LineView::new(text, text, &Facts::default(), &[]));
        assert!(is_code("    policy accept; ") && is_code("if (cookies) {") && is_code("}"));
        assert!(!is_code("Έχετε ήδη λογαριασμό;") && !is_code("Accept all cookies") && !is_code(""));
    }
}
