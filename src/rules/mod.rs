//! Rules: what one line, seen alone, says about itself.
//!
//! A rule is a kind, a test of a line's shape around the phrases found in it, and how far the
//! evidence reaches: some lines are junk wherever they stand, some only at the edges of a document
//! or in the company of other junk. Neighbours are the classifier's business; no rule sees them.
//!
//! One file for each kind holds its rules; [`RULES`] lists them all; `fixtures/rules/<kind>.txt`
//! says line by line what each takes and must leave.

mod advertisement;
mod bio;
mod byline;
mod comments;
mod consent;
mod copyright;
mod credit;
mod dates;
mod disclaimer;
pub mod finder;
mod navigation;
mod newsletter;
mod paywall;
pub(crate) mod phrases;
mod player;
mod related;
mod share;
mod tags;
mod tests_of_shape;
pub(crate) mod word;
pub(crate) mod wordlist;

use std::cell::OnceCell;
use std::sync::LazyLock;

use crate::features::Facts;
use crate::kind::Kind;
use phrases::{Hit, Role};
use tests_of_shape::Glue;
pub(crate) use tests_of_shape::is_short_label;

/// A rule about one line.
#[derive(Debug)]
pub struct Rule {
    /// `<kind>/<name>`, stable: it stands in reports.
    pub id: &'static str,
    /// The kind of what it finds.
    pub kind: Kind,
    /// What it finds, in a few words.
    pub about: &'static str,
    /// What it must leave, with the guard that does so.
    pub keeps: &'static str,
    /// Where in a document its word counts.
    pub reach: Reach,
    /// How sure the rule is, set by hand in steps of .05: an order and not a probability. A cut has this
    /// score or the model's, whichever is higher.
    pub score: f32,
    /// The test.
    pub(crate) test: Test,
}

impl Rule {
    /// Does the rule look at phrases in this role?
    pub(crate) fn reads(&self, role: Role) -> bool {
        match self.test {
            Test::Label => matches!(role, Role::Label | Role::Lead | Role::Start),
            Test::Item => role == Role::Hint,
            Test::Lead { .. } => role == Role::Lead, // of some kinds also labels of several words
            Test::Start { .. } => role == Role::Start,
            Test::End { .. } => role == Role::End,
            Test::Part { .. } => role == Role::Part,
            Test::Hints { .. } => matches!(role, Role::Hint | Role::Part),
            Test::Glued => false,
            // Shapes that read a role by themselves.
            Test::Shape(_) => {
                matches!(
                    (self.id, role),
                    ("byline/author", Role::Hint)
                        | ("credit/inline", Role::Lead)
                        | ("related/teaser", Role::End)
                        | ("share/call", Role::Start | Role::End)
                )
            }
        }
    }
}

/// Where in a document a rule's evidence is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Only next to a line that goes, or in a run of lines with evidence.
    Company,
    /// Also before the first and after the last line of prose.
    Edge,
    /// Everywhere.
    Anywhere,
}

/// The shape that a rule asks for.
#[derive(Debug)]
pub(crate) enum Test {
    /// The whole line is a label of the kind.
    Label,
    /// A weak word of the kind is the whole line.
    Item,
    /// A lead of the kind, a separator, and no more words than this behind it; with a full stop
    /// at the end only if said so.
    Lead { words_max: u32, full_stop: bool },
    /// A start of the kind, and no more than this in the whole line; with a full stop at the end only if said
    /// so.
    Start { chars_max: u32, words_max: u32, full_stop: bool },
    /// An end of the kind, in a line of no more words than this.
    End { words_max: u32 },
    /// A characteristic part, in a line of no more words than this.
    Part { words_max: u32 },
    /// So many different hints or parts of the kind, in a line of no more words than this; one alone
    /// only in a line without a full stop.
    Hints { least: usize, words_max: u32 },
    /// Two or more labels and items one after another and nothing else, most of them of the kind.
    Glued,
    /// A shape of its own.
    Shape(fn(&LineView) -> bool),
}

/// What a rule sees of a line.
#[derive(Clone, Debug)]
pub struct LineView<'a> {
    /// The line as it stands, without its line end.
    pub text: &'a str,
    /// Its label key.
    pub key: &'a str,
    /// Counts.
    pub facts: &'a Facts,
    /// The phrases found in the key.
    pub hits: &'a [Hit],
    /// What the line is as a run of glued labels: asked by several rules, told once.
    glued: OnceCell<Option<(Kind, Glue)>>,
}

impl<'a> LineView<'a> {
    /// A line with its label key, its counts and the phrases found in the key.
    #[must_use]
    pub fn new(text: &'a str, key: &'a str, facts: &'a Facts, hits: &'a [Hit]) -> Self {
        Self { text, key, facts, hits, glued: OnceCell::new() }
    }

    /// The hits of one kind in one role.
    fn hits(&self, kind: Kind, role: Role) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(move |hit| hit.kind == kind && hit.role == role)
    }
}

/// Longest line of which any rule speaks, in words: longer lines need no phrases looked up.
pub(crate) const LINE_WORDS_MAX: u32 = 150;

/// All rules, in the order of [`Kind::ALL`] and, within a kind, of decreasing score.
pub static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    [
        navigation::RULES,
        related::RULES,
        share::RULES,
        newsletter::RULES,
        consent::RULES,
        paywall::RULES,
        advertisement::RULES,
        credit::RULES,
        copyright::RULES,
        byline::RULES,
        comments::RULES,
        tags::RULES,
        player::RULES,
        bio::RULES,
        disclaimer::RULES,
    ]
    .into_iter()
    .flatten()
    .collect()
});

/// The rule that says most about a line: of those that hold, the one with the greatest reach, then
/// the highest score, then the first.
///
/// # Complexity
///
/// A line asks only the rules of the kinds it has a phrase of, and the few that need no phrase.
#[must_use]
pub fn judge(line: &LineView) -> Option<&'static Rule> {
    if tests_of_shape::is_code(line) {
        return None;
    }
    let mut kinds = line.hits.iter().fold(0_u32, |kinds, hit| kinds | 1 << hit.kind as u32);
    let tables = &*BY_NEED;
    let mut best: Option<(usize, &'static Rule)> = None;
    let mut ask = |rules: &[(usize, &'static Rule)]| {
        for &(at, rule) in rules {
            let better = best.is_none_or(|(first, best)| {
                let (one, other) = ((rule.reach, rule.score), (best.reach, best.score));
                one > other || one == other && at < first
            });
            if better && tests_of_shape::holds(rule, line) {
                best = Some((at, rule));
            }
        }
    };
    ask(&tables.shapes);
    while kinds != 0 {
        ask(&tables.of_kind[kinds.trailing_zeros() as usize]);
        kinds &= kinds - 1;
    }
    best.map(|(_, rule)| rule)
}

/// The rules with their places in [`RULES`], by what they need.
struct ByNeed {
    /// Those that need no phrase.
    shapes: Vec<(usize, &'static Rule)>,
    /// Those that need a phrase of a kind, by its number.
    of_kind: [Vec<(usize, &'static Rule)>; Kind::ALL.len()],
}

static BY_NEED: LazyLock<ByNeed> = LazyLock::new(|| {
    let rules = || RULES.iter().copied().enumerate();
    let is_shape = |rule: &Rule| matches!(rule.test, Test::Shape(_));
    ByNeed {
        shapes: rules().filter(|(_, rule)| is_shape(rule)).collect(),
        of_kind: std::array::from_fn(|kind| {
            rules().filter(|(_, rule)| !is_shape(rule) && rule.kind as usize == kind).collect()
        }),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    /// A phrase in a section that no rule of its kind reads would do nothing.
    #[test]
    fn every_section_of_every_table_is_read_by_a_rule() {
        for (kind, table) in phrases::TABLES {
            for entry in phrases::entries(table).unwrap() {
                let read = RULES.iter().filter(|rule| rule.kind == kind).any(|rule| rule.reads(entry.role));
                assert!(read, "{kind}: no rule reads {:?}, as in {:?}", entry.role, entry.phrase);
            }
        }
    }
}
