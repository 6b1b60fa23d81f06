//! Labels and forms of a comment section.

use crate::kind::Kind;
use crate::script::trim_blank;

use super::{LineView, Reach, Rule, Test};

/// The rules of kind `comments`, strongest first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "comments/label",
        kind: Kind::Comments,
        about: "a label, counter or button of a comment section",
        keeps: "prose that begins with the same words",
        reach: Reach::Anywhere,
        score: 0.95,
        test: Test::Label,
    },
    Rule {
        id: "comments/part",
        kind: Kind::Comments,
        about: "the text of a comment form",
        keeps: "articles about comments: the wording is that of the form",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Part { words_max: 60 },
    },
    Rule {
        id: "comments/glued",
        kind: Kind::Comments,
        about: "buttons of a comment section, glued into one line",
        keeps: "sentences that name such a thing: every word must belong to a known label, or nearly every one when four are there; two weak words are no label",
        reach: Reach::Anywhere,
        score: 0.9,
        test: Test::Glued,
    },
    Rule {
        id: "comments/start",
        kind: Kind::Comments,
        about: "a short line that begins as a comment form begins",
        keeps: "sentences: at most ten words, and no full stop",
        reach: Reach::Edge,
        score: 0.8,
        test: Test::Start { chars_max: 60, words_max: 10, full_stop: false },
    },
    Rule {
        id: "comments/count",
        kind: Kind::Comments,
        about: "the heading of a blog's comments: their number, and the headline in quotation marks",
        keeps: "a headline that counts thoughts itself: the marks must close at the line's end, and only outside the running text",
        reach: Reach::Edge,
        score: 0.75,
        test: Test::Shape(is_count),
    },
    Rule {
        id: "comments/item",
        kind: Kind::Comments,
        about: "a button below a comment",
        keeps: "the same word as an answer or a heading: it needs a run of such lines",
        reach: Reach::Company,
        score: 0.6,
        test: Test::Item,
    },
];

/// How the heading begins, as a well-known blog program has it in its languages: "3 thoughts on “The ferry”".
const COUNTS: [&str; 42] = [
    "0 thought on",
    "0 thoughts on",
    "one thought on",
    "0 comments on",
    "one comment on",
    "0 responses to",
    "one response to",
    "0 gedanken zu",
    "ein gedanke zu",
    "0 kommentare zu",
    "ein kommentar zu",
    "0 réflexions sur",
    "0 réflexion sur",
    "une réflexion sur",
    "0 commentaires sur",
    "un commentaire sur",
    "0 comentarios en",
    "un comentario en",
    "0 pensamientos en",
    "un pensamiento en",
    "0 commenti su",
    "un commento su",
    "0 pensieri su",
    "un pensiero su",
    "0 comentários em",
    "um comentário em",
    "0 gedachten over",
    "één gedachte over",
    "0 reacties op",
    "één reactie op",
    "0 komentarz do",
    "0 komentarze do",
    "0 komentarzy do",
    "jeden komentarz do",
    "0 kommentarer till",
    "0 svar på",
    "ett svar på",
    "0 комментариев к",
    "0 комментария к",
    "один комментарий к",
    "0 коментарів до",
    "один коментар до",
];
/// How it ends in languages that put the number behind.
const COUNTS_AT_END: [&str; 4] =
    ["への0件のフィードバック", "に対する0件のフィードバック", "有0条评论", "有0个想法"];
/// Most words of such a heading: a headline stands in it.
const COUNT_WORDS_MAX: u32 = 30;

fn is_count(line: &LineView) -> bool {
    let may = (3..=COUNT_WORDS_MAX).contains(&line.facts.words());
    let text = trim_blank(line.text);
    let closes = || text.ends_with(['"', '”', '“', '»', '«', '’']);
    let opens = |rest: &str| rest.trim_start().starts_with(['"', '«', '»']);
    let begins = || COUNTS.iter().any(|begin| line.key.strip_prefix(begin).is_some_and(opens));
    let ends = || COUNTS_AT_END.iter().any(|end| line.key.ends_with(end));
    may && (closes() && begins() || ends())
}
