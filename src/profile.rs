//! What every stage sees of a text: its lines, their normal forms and their facts, made once.

use std::collections::BTreeMap;

use crate::features::{self, Facts};
use crate::links::{self, Unlinked};
use crate::normal::{Normals, normalise};
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
    /// The lines with links that have addresses, as they are without these.
    said: BTreeMap<usize, Said>,
}

/// A line without the addresses of its links.
#[derive(Debug)]
struct Said {
    text: String,
    normal: String,
    facts: Facts,
    links_alone: usize,
}

impl<'t> Profile<'t> {
    /// Reads a text: three passes, all linear.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        let lines = segment::lines(text);
        let facts: Vec<Facts> = lines.iter().map(|line| features::facts(line.text(text))).collect();
        let normals = Normals::of(text, &lines, &facts);
        let mut said = BTreeMap::new();
        if links::may_have_links(text) {
            let without = |line: &Line| links::without_addresses(line.text(text));
            said = lines
                .iter()
                .enumerate()
                .filter_map(|(at, line)| Some((at, Said::of(without(line)?))))
                .collect();
        }
        Self { text, lines, normals, facts, said }
    }

    /// What line `number` says: its text, its normal form and its facts, without the addresses of its links.
    pub(crate) fn said(&self, number: usize) -> (&str, &str, &Facts) {
        match self.said.get(&number) {
            Some(said) => (&said.text, &said.normal, &said.facts),
            None => (self.line(number), self.normals.line(number), &self.facts[number]),
        }
    }

    /// How many links line `number` has, if nothing else stands in it.
    pub(crate) fn links_alone(&self, number: usize) -> usize {
        self.said.get(&number).map_or(0, |said| said.links_alone)
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

impl Said {
    fn of(Unlinked { text, links_alone }: Unlinked) -> Self {
        Self { normal: normalise(&text), facts: features::facts(&text), text, links_alone }
    }
}
