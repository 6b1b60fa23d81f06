//! Boxes of junk for the middle of articles: shown in training, because a page of today has forms and lists of
//! links between its last paragraphs, and most pages that are labelled are older.

use std::collections::BTreeMap;

use super::gold::{Gold, Label};
use super::random::Random;
use crate::segment;

/// Most lines of a box, and most characters of one: longer ones are prose.
const LINES_MAX: usize = 8;
const CHARS_MAX: usize = 160;
/// How far below an article the junk is that stands in a box, in lines.
const BELOW_MAX: usize = 40;
/// Share of the boxes that are taken from below articles, where there are more kinds, not from inside.
const BELOW: f32 = 0.4;
/// Share of the boxes that are put before one of the last lines of the body, and how many these are.
const NEAR_END: f32 = 0.7;
const LAST_LINES: usize = 5;

/// Runs of junk from inside articles and from below them, by language.
#[derive(Default)]
pub(super) struct Boxes<'g> {
    of_language: BTreeMap<&'g str, [Vec<Vec<&'g str>>; 2]>,
}

impl<'g> Boxes<'g> {
    /// The boxes of labelled pages.
    pub(super) fn of(documents: &[&'g Gold]) -> Self {
        let mut boxes = Self::default();
        for gold in documents.iter().filter(|gold| gold.genre.is_none()) {
            let lines: Vec<(&str, Label)> = segment::lines(&gold.text)
                .iter()
                .zip(&gold.labels)
                .map(|(line, &label)| (line.text(&gold.text).trim(), label))
                .filter(|(text, _)| !text.is_empty())
                .collect();
            let Some(first) = lines.iter().position(|&(_, label)| label == Label::Body) else { continue };
            let Some(last) = lines.iter().rposition(|&(_, label)| label == Label::Body) else { continue };
            let [inside, below] = boxes.of_language.entry(&gold.language).or_default();
            let fits =
                |&(text, label): &(&str, Label)| label == Label::Junk && text.chars().count() <= CHARS_MAX;
            let texts = |run: &[(&'g str, Label)]| run.iter().map(|&(text, _)| text).collect();
            for run in
                lines[first..=last].chunk_by(|one, other| (one.1 == Label::Body) == (other.1 == Label::Body))
            {
                if run.len() <= LINES_MAX && run.iter().all(fits) {
                    inside.push(texts(run));
                }
            }
            let behind = &lines[last + 1..lines.len().min(last + 1 + BELOW_MAX)];
            for run in behind.chunk_by(|one, other| fits(one) == fits(other)) {
                if run.len() > 1 && run.iter().all(fits) {
                    below.push(texts(run));
                }
            }
        }
        boxes
    }

    /// A box in a language, if any is known.
    fn draw(&self, language: &str, random: &mut Random) -> Option<&[&'g str]> {
        let [inside, below] = self.of_language.get(language)?;
        if random.unit() < BELOW && !below.is_empty() {
            let run = &below[random.below(below.len())];
            let start = random.below(run.len());
            let count = 1 + random.below((run.len() - start).min(LINES_MAX));
            return Some(&run[start..start + count]);
        }
        inside.get(random.below(inside.len())).map(Vec::as_slice)
    }

    /// The text and its labels, with a box before a line of its body that is not the first, most often before one of
    /// the last.
    pub(super) fn put_into(
        &self,
        (text, labels): (&str, &[Label]),
        language: &str,
        random: &mut Random,
    ) -> Option<(String, Vec<Label>)> {
        let body: Vec<usize> = (0..labels.len()).filter(|&at| labels[at] == Label::Body).skip(1).collect();
        if body.is_empty() {
            return None;
        }
        let own = self.draw(language, random)?;
        let among = if random.unit() < NEAR_END { LAST_LINES.min(body.len()) } else { body.len() };
        let before = body[body.len() - 1 - random.below(among)];
        let lines = segment::lines(text);
        let is_spaced = before > 0 && segment::is_blank(lines[before - 1].text(text));
        let (mut boxed, mut boxed_labels) = (String::new(), Vec::new());
        for (at, line) in lines.iter().enumerate() {
            if at == before {
                for one in own {
                    boxed.push_str(one);
                    boxed.push_str(if is_spaced { "\n\n" } else { "\n" });
                    boxed_labels.push(Label::Junk);
                    if is_spaced {
                        boxed_labels.push(Label::Unknown);
                    }
                }
            }
            boxed.push_str(&text[line.span()]);
            boxed_labels.push(labels[at]);
        }
        Some((boxed, boxed_labels))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(language: &str, lines: &[(&str, Label)]) -> Gold {
        let text = lines.iter().map(|(line, _)| line).fold(String::new(), |text, line| text + line + "\n\n");
        let labels = lines.iter().flat_map(|&(_, label)| [label, Label::Unknown]).collect();
        Gold { text, labels, language: language.to_owned(), ..Gold::default() }
    }

    fn pages() -> [Gold; 2] {
        use Label::{Body, Furniture, Junk};
        let english = [
            ("News", Junk),
            ("The ferry sails", Furniture),
            ("The ferry sails again.", Body),
            ("Sign up", Junk),
            ("Email address", Junk),
            ("It had a new lock.", Body),
            ("Ada Moor", Furniture),
            ("Related", Junk),
            ("It was painted, too.", Body),
            ("Most read", Junk),
            ("Two ferries, one lock", Junk),
        ];
        let german = [("Die Fähre fährt wieder.", Body), ("Anzeige", Junk), ("Sie ist neu.", Body)];
        [page("en", &english), page("de", &german)]
    }

    #[test]
    fn boxes_are_runs_of_junk_in_the_same_language() {
        let pages = pages();
        let boxes = Boxes::of(&pages.each_ref());
        let mut random = Random::new(1);
        for _ in 0..100 {
            let own = boxes.draw("en", &mut random).unwrap();
            let expected = [
                &["Sign up", "Email address"][..],
                &["Most read"],
                &["Two ferries, one lock"],
                &["Most read", "Two ferries, one lock"],
            ];
            assert!(expected.contains(&own), "beside a byline nothing is a box: {own:?}");
            assert_eq!(boxes.draw("de", &mut random), Some(&["Anzeige"][..]));
        }
        assert!(boxes.draw("fr", &mut random).is_none());
    }

    #[test]
    fn a_box_stands_before_a_line_of_the_body_and_all_else_is_as_before() {
        let [english, german] = pages();
        let boxes = Boxes::of(&[&english]);
        let mut places = std::collections::BTreeSet::new();
        for seed in 0..50 {
            let own = (&*english.text, &*english.labels);
            let (text, labels) = boxes.put_into(own, "en", &mut Random::new(seed)).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines.len(), labels.len());
            let of = |wanted: Label| -> Vec<&str> {
                let lines = lines.iter().zip(&labels).filter(|(_, label)| **label == wanted);
                lines.map(|(line, _)| *line).collect()
            };
            assert_eq!(
                of(Label::Body),
                ["The ferry sails again.", "It had a new lock.", "It was painted, too."]
            );
            assert_eq!(of(Label::Furniture), ["The ferry sails", "Ada Moor"]);
            assert!(of(Label::Junk).len() > 6);
            places.insert((0..lines.len()).filter(|&at| labels[at] == Label::Body).collect::<Vec<usize>>());
        }
        assert!(places.len() > 2, "not always in one place: {places:?}");
        assert!(boxes.put_into((&german.text, &german.labels), "de", &mut Random::new(1)).is_none());
        let no_body = ("Home\n", &[Label::Junk][..]);
        assert!(boxes.put_into(no_body, "en", &mut Random::new(1)).is_none());
    }
}
