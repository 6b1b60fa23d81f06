//! What every stage sees of a text: its lines, their normal forms and their facts, made once.

use crate::features::{self, Facts};
use crate::normal::Normals;
use crate::segment::{self, Line};

/// A text and what is known of each of its lines before anything is judged.
///
/// Memory: about 1.1 times the text, and 110 bytes for each line.
#[derive(Debug)]
pub struct Profile<'t> {
    /// The text.
    pub text: &'t str,
    /// Its lines; they tile it.
    pub lines: Vec<Line>,
    /// The normal form of each line.
    pub normals: Normals,
    /// The facts of each line.
    pub facts: Vec<Facts>,
}

impl<'t> Profile<'t> {
    /// Reads a text: three passes, all linear.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        let lines = segment::lines(text);
        let facts: Vec<Facts> = lines.iter().map(|line| features::facts(line.text(text))).collect();
        let normals = Normals::of(text, &lines, &facts);
        Self { text, lines, normals, facts }
    }

    /// Line `number`, from 0, without its line end.
    #[must_use]
    pub fn line(&self, number: usize) -> &'t str {
        self.lines[number].text(self.text)
    }

    /// Is line `number` blank?
    #[must_use]
    pub fn is_blank(&self, number: usize) -> bool {
        self.normals.line(number).is_empty()
    }
}
