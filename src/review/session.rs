//! The walk: one item, one key.

use super::{Answers, Item, Verdict};
use crate::error::Error;

/// What can be said about the item at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It was rightly removed, or it must stay.
    Say(Verdict),
    /// The next one.
    Skip,
    /// The one before, and its answer is forgotten.
    Back,
    /// Enough.
    Quit,
}

impl Step {
    /// The step of a key, in either case; `None` for a key that means nothing.
    #[must_use]
    pub fn of_key(key: char) -> Option<Self> {
        Some(match key.to_ascii_lowercase() {
            'r' | 'y' => Self::Say(Verdict::Right),
            'w' | 'n' => Self::Say(Verdict::Wrong),
            's' | ' ' => Self::Skip,
            'u' | 'b' => Self::Back,
            'q' | '\u{1b}' | '\u{3}' | '\u{4}' => Self::Quit,
            _ => return None,
        })
    }
}

/// A walk through the items that have no answer yet.
#[derive(Debug)]
pub struct Session {
    items: Vec<Item>,
    /// Items that are asked about, as indices.
    open: Vec<usize>,
    at: usize,
    answers: Answers,
}

impl Session {
    /// Begins, or goes on where the answers end.
    #[must_use]
    pub fn new(items: Vec<Item>, answers: Answers) -> Self {
        let open = (0..items.len()).filter(|&at| answers.of(&items[at]).is_none()).collect();
        Self { items, open, at: 0, answers }
    }

    /// The item at hand; `None` if all were seen.
    #[must_use]
    pub fn item(&self) -> Option<&Item> {
        self.open.get(self.at).map(|&at| &self.items[at])
    }

    /// How many were seen, and how many there are to see.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.at, self.open.len())
    }

    /// The cuts that are asked about.
    pub fn open_items(&self) -> impl Iterator<Item = &Item> {
        self.open.iter().map(|&at| &self.items[at])
    }

    /// The answers so far.
    #[must_use]
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Takes a step. Is there more to ask?
    ///
    /// # Errors
    ///
    /// The answers cannot be written.
    pub fn step(&mut self, step: Step) -> Result<bool, Error> {
        match step {
            Step::Quit => return Ok(false),
            Step::Skip => self.at += 1,
            Step::Back => {
                self.at = self.at.saturating_sub(1);
                if let Some(item) = self.item().cloned() {
                    self.answers.forget(&item)?;
                }
            }
            Step::Say(verdict) => {
                if let Some(item) = self.item().cloned() {
                    self.answers.give(&item, verdict)?;
                    self.at += 1;
                }
            }
        }
        Ok(self.at < self.open.len())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::output;

    pub(in crate::review) fn item(id: &str, at: u64, score: f32) -> Item {
        let cut = json!({ "b": [at, at + 6], "c": [at, at + 6], "l": [at, at], "kind": "share", "rule": "share/label",
            "score": score, "text": "Share\n" });
        Item { id: id.to_owned(), hash: "xxh3:1".to_owned(), cut: serde_json::from_value(cut).unwrap() }
    }

    fn session(folder: &Path) -> Session {
        let items = vec![item("a", 0, 0.5), item("a", 9, 0.6), item("b", 0, 0.7)];
        Session::new(items, Answers::open(&folder.join("answers")).unwrap())
    }

    fn press(session: &mut Session, keys: &str) -> bool {
        let mut goes_on = true;
        for key in keys.chars() {
            goes_on = session.step(Step::of_key(key).unwrap()).unwrap();
        }
        goes_on
    }

    #[test]
    fn each_key_does_what_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let mut session = session(folder.path());
        assert!(press(&mut session, "r"));
        assert_eq!(session.answers().counts(), (1, 0));
        assert!(press(&mut session, "u"), "back to the first");
        assert_eq!((session.answers().counts(), session.progress()), ((0, 0), (0, 3)));
        assert!(press(&mut session, "WS"));
        assert_eq!((session.answers().counts(), session.progress()), ((0, 1), (2, 3)));
        assert!(!press(&mut session, "n"), "that was the last");
        assert_eq!(session.item(), None);
        assert_eq!(Step::of_key('x'), None);
        assert!(!press(&mut session, "q"));
    }

    #[test]
    fn a_review_is_taken_up_where_it_was_left() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!press(&mut session(folder.path()), "rsq"));
        let mut again = session(folder.path());
        let open: Vec<u64> = [again.item().unwrap().cut.b[0]].into();
        assert_eq!((open, again.progress()), (vec![9], (0, 2)), "what was skipped comes again");
        assert!(!press(&mut again, "ww"));
        assert_eq!(session(folder.path()).item(), None);
    }

    #[test]
    fn an_answer_is_about_one_text() {
        let folder = tempfile::tempdir().unwrap();
        press(&mut session(folder.path()), "rrr");
        let changed = Item { hash: "xxh3:2".to_owned(), ..item("a", 0, 0.5) };
        let answers = Answers::open(&folder.path().join("answers")).unwrap();
        assert!(answers.of(&changed).is_none() && answers.of(&item("a", 0, 0.5)).is_some());
        let bytes: &[u8] = b"no answer\n";
        output::write_file(&folder.path().join("answers"), std::iter::once(bytes), true).unwrap();
        let error = Answers::open(&folder.path().join("answers")).unwrap_err().to_string();
        assert!(error.contains("line 1 is no answer"), "{error}");
    }
}
