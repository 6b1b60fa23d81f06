//! A user's own rules about lines: patterns of lines that stay, patterns of lines that go, and phrases.
//!
//! They act before anything is decided. A line that is kept is running text to the model, to the rules
//! that look at neighbours and to the repeat detector, and no cut takes it. A line that is dropped is
//! junk to them. A phrase is evidence, as those of the built-in tables are.
//!
//! Cost: without own rules nothing; patterns are one pass over each line for all of them together.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use regex::{RegexSet, RegexSetBuilder};

use crate::features;
use crate::kind::Kind;
use crate::normal::label_key;
use crate::profile::Profile;
use crate::rules::phrases::Hit;
pub use crate::rules::phrases::Role;
use crate::rules::word;
use crate::rules::{self, Reach, Rule, Test};

/// The rule of cuts that a user's pattern asks for.
pub const DROP_LINE: &str = "boilerplate/drop-line";

/// Evidence of a user's pattern.
pub(crate) static DROP_RULE: Rule = Rule {
    id: DROP_LINE,
    kind: Kind::Boilerplate,
    about: "a line that matches a pattern of your own (--drop-line)",
    keeps: "a line that also matches --keep-line",
    reach: Reach::Anywhere,
    score: 1.0,
    test: Test::Shape(|_| false),
};

/// Most memory of the patterns of one list, compiled, in bytes: the crate's default for one pattern is
/// 10 MB. A larger one is a slip, such as `(\w{1,500}){500}`.
const PATTERN_BYTES_MAX: usize = 16 << 20;
/// A phrase that counts anywhere in a line has so many words, or letters without spaces, or bytes:
/// shorter ones stand in ordinary prose. The built-in tables are held to the same.
const PART_WORDS_MIN: u32 = 3;
const PART_UNSPACED_MIN: u32 = 5;
const PART_BYTES_MIN: usize = 15;

/// What a user wants of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It stays, whatever else speaks against it.
    Keep,
    /// It goes.
    Drop,
}

/// One phrase of a user's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phrase {
    /// What it is evidence of.
    pub kind: Kind,
    /// Where in a line it counts.
    pub role: Role,
    /// The words, in any spelling: they are compared in the normal form of labels.
    pub text: String,
}

/// Why an own rule cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OwnError {
    /// No regular expression.
    #[error("{pattern:?} is no regular expression: {message}")]
    Pattern {
        /// As it was given.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
    /// A pattern of lines to drop that every line matches.
    #[error("{pattern:?} matches every line: it would drop the whole text")]
    EveryLine {
        /// As it was given.
        pattern: String,
    },
    /// A phrase that can do nothing, or too much.
    #[error("phrase {text:?}: {message}")]
    Phrase {
        /// As it was given.
        text: String,
        /// What is wrong with it, and what to do.
        message: String,
    },
}

/// A user's own rules, ready for use.
#[derive(Clone, Debug, Default)]
pub struct Own {
    keep: RegexSet,
    drop: RegexSet,
    phrases: Vec<Phrase>,
    finder: Option<Finder>,
}

impl Own {
    /// Makes rules ready: patterns of lines that stay and of lines that go, and phrases.
    ///
    /// A pattern is a regular expression of the `regex` crate and is searched in a line without its line
    /// end; `^` and `$` are the line's ends.
    ///
    /// # Errors
    ///
    /// The first rule that cannot be used.
    pub fn new(keep: &[String], drop: &[String], phrases: &[Phrase]) -> Result<Self, OwnError> {
        for pattern in drop {
            let set = compile(std::slice::from_ref(pattern))?;
            // No text has the second of these; what matches it and the empty line matches all.
            if set.is_match("") && set.is_match("\u{f8ff}") {
                return Err(OwnError::EveryLine { pattern: pattern.clone() });
            }
        }
        let mut phrases = phrases.to_vec();
        phrases.sort();
        phrases.dedup();
        Ok(Self { keep: compile(keep)?, drop: compile(drop)?, finder: Finder::of(&phrases)?, phrases })
    }

    /// Is there no rule?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keep.is_empty() && self.drop.is_empty() && self.phrases.is_empty()
    }

    /// The patterns of lines that stay.
    #[must_use]
    pub fn keep_lines(&self) -> &[String] {
        self.keep.patterns()
    }

    /// The patterns of lines that go.
    #[must_use]
    pub fn drop_lines(&self) -> &[String] {
        self.drop.patterns()
    }

    /// The phrases, sorted.
    #[must_use]
    pub fn phrases(&self) -> &[Phrase] {
        &self.phrases
    }

    /// What is wished of the lines of a text. Where both patterns match, the line stays.
    #[must_use]
    #[doc(hidden)]
    pub fn wishes(&self, profile: &Profile) -> Wishes {
        if self.keep.is_empty() && self.drop.is_empty() {
            return Wishes::default();
        }
        let wish = |line: usize| {
            let text = profile.line(line);
            if self.keep.is_match(text) {
                Some(Wish::Keep)
            } else {
                self.drop.is_match(text).then_some(Wish::Drop)
            }
        };
        Wishes((0..profile.lines.len()).map(wish).collect())
    }

    /// The pattern that decided on a line, if one did.
    #[must_use]
    pub fn pattern_for(&self, line: &str) -> Option<&str> {
        let of = |set: &RegexSet| set.matches(line).iter().next();
        match of(&self.keep) {
            Some(at) => Some(&self.keep.patterns()[at]),
            None => of(&self.drop).map(|at| self.drop.patterns()[at].as_str()),
        }
    }

    /// Adds the own phrases in the label key `key` to the hits of the built-in ones.
    pub(crate) fn find_phrases(&self, key: &str, hits: &mut Vec<Hit>) {
        if let Some(finder) = &self.finder {
            finder.find(key, hits);
        }
    }
}

impl PartialEq for Own {
    fn eq(&self, other: &Self) -> bool {
        self.keep_lines() == other.keep_lines()
            && self.drop_lines() == other.drop_lines()
            && self.phrases == other.phrases
    }
}

impl Eq for Own {}

/// What a user wants of each line of a text; empty if there are no patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(hidden)]
pub struct Wishes(Vec<Option<Wish>>);

impl Wishes {
    /// What is wished of line `number`, from 0.
    #[must_use]
    pub fn of(&self, number: usize) -> Option<Wish> {
        self.0.get(number).copied().flatten()
    }

    /// Must line `number` stay?
    #[must_use]
    pub fn keeps(&self, number: usize) -> bool {
        self.of(number) == Some(Wish::Keep)
    }
}

fn compile(patterns: &[String]) -> Result<RegexSet, OwnError> {
    let build = |patterns: &[String]| RegexSetBuilder::new(patterns).size_limit(PATTERN_BYTES_MAX).build();
    build(patterns).map_err(|_| {
        // The error of a set does not say whose it is.
        let alone = patterns.iter().find_map(|pattern| {
            build(std::slice::from_ref(pattern)).err().map(|error| (pattern.clone(), error))
        });
        let (pattern, error) =
            alone.unwrap_or_else(|| (patterns.join("|"), regex::Error::CompiledTooBig(PATTERN_BYTES_MAX)));
        OwnError::Pattern { pattern, message: plain(&error) }
    })
}

/// The error of the `regex` crate in one line.
fn plain(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => {
            format!(
                "too large: compiled, it needs more than {} MB; use smaller repetitions",
                PATTERN_BYTES_MAX >> 20
            )
        }
        // The last line says what is wrong; those before draw an arrow below the pattern.
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
    }
}

/// An automaton over own phrases, as [`finder::find`](crate::rules::finder::find) has one over the tables.
#[derive(Clone, Debug)]
struct Finder {
    automaton: AhoCorasick,
    /// For each pattern, what it is evidence of.
    uses: Vec<Vec<(Kind, Role)>>,
}

impl Finder {
    fn of(phrases: &[Phrase]) -> Result<Option<Self>, OwnError> {
        let mut by_key: BTreeMap<String, Vec<(Kind, Role)>> = BTreeMap::new();
        for phrase in phrases {
            let key = checked_key(phrase)?;
            by_key.entry(key).or_default().push((phrase.kind, phrase.role));
        }
        if by_key.is_empty() {
            return Ok(None);
        }
        let (keys, uses): (Vec<_>, Vec<_>) = by_key.into_iter().unzip();
        let automaton = AhoCorasick::new(keys).map_err(|error| OwnError::Phrase {
            text: String::new(),
            message: format!("there are too many phrases: {error}"),
        })?;
        Ok(Some(Self { automaton, uses }))
    }

    fn find(&self, key: &str, hits: &mut Vec<Hit>) {
        for found in self.automaton.find_overlapping_iter(key) {
            let (start, end) = (found.start(), found.end());
            if !word::stands_alone(key, start, end) {
                continue;
            }
            // A phrase that the tables have in the same role says nothing new.
            for &(kind, role) in &self.uses[found.pattern().as_usize()] {
                let known = hits
                    .iter()
                    .any(|hit| (hit.kind, hit.role, hit.start, hit.end) == (kind, role, start, end));
                if !known {
                    // Numbers from the other end: none of the tables has so many phrases.
                    hits.push(Hit { phrase: u32::MAX - found.pattern().as_u32(), kind, role, start, end });
                }
            }
        }
        hits.sort_by_key(|hit| (hit.end, hit.start));
    }
}

/// The phrase in the normal form of labels, if some rule of its kind will read it.
fn checked_key(phrase: &Phrase) -> Result<String, OwnError> {
    let wrong = |message: String| Err(OwnError::Phrase { text: phrase.text.clone(), message });
    let key = label_key(&phrase.text);
    if !key.chars().any(char::is_alphanumeric) {
        return wrong("holds no letter and no digit".to_owned());
    }
    let roles = roles_of(phrase.kind);
    if roles.is_empty() {
        let kinds: Vec<&str> =
            Kind::ALL.into_iter().filter(|&kind| !roles_of(kind).is_empty()).map(Kind::slug).collect();
        return wrong(format!(
            "kind {} has no phrases; kinds that have are {}",
            phrase.kind,
            kinds.join(", ")
        ));
    }
    if !roles.contains(&phrase.role) {
        let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
        return wrong(format!(
            "no rule of kind {} reads a phrase as {}; it may be: {}",
            phrase.kind,
            phrase.role.name(),
            names.join(", ")
        ));
    }
    let facts = features::facts(&key);
    let is_long =
        facts.words() >= PART_WORDS_MIN || facts.unspaced >= PART_UNSPACED_MIN || key.len() >= PART_BYTES_MIN;
    if phrase.role == Role::Part && !is_long {
        return wrong(
            "too short to count anywhere in a line: give three words or more, or make it a label or a hint"
                .to_owned(),
        );
    }
    Ok(key)
}

/// The roles in which some rule of `kind` reads phrases.
#[must_use]
pub(crate) fn roles_of(kind: Kind) -> Vec<Role> {
    let read = |role: Role| rules::RULES.iter().any(|rule| rule.kind == kind && rule.reads(role));
    Role::SECTIONS.into_iter().map(|(_, role)| role).filter(|&role| read(role)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(kind: Kind, role: Role, text: &str) -> Phrase {
        Phrase { kind, role, text: text.to_owned() }
    }

    fn error(keep: &[&str], drop: &[&str], phrases: &[Phrase]) -> String {
        let list = |patterns: &[&str]| patterns.iter().map(|&pattern| pattern.to_owned()).collect::<Vec<_>>();
        Own::new(&list(keep), &list(drop), phrases).unwrap_err().to_string()
    }

    #[test]
    fn patterns_say_what_is_wrong_with_them() {
        assert_eq!(error(&["fine", "(open"], &[], &[]), "\"(open\" is no regular expression: unclosed group");
        assert!(error(&[r"(\w{1,500}){500}"], &[], &[]).contains("needs more than 16 MB"));
        for every in ["", ".*", "x*", "^"] {
            assert_eq!(
                error(&[], &[every], &[]),
                format!("{every:?} matches every line: it would drop the whole text")
            );
        }
        assert!(Own::new(&[".*".to_owned()], &["^$".to_owned(), "^x".to_owned()], &[]).is_ok());
    }

    #[test]
    fn phrases_that_can_do_nothing_or_too_much_are_refused() {
        assert!(error(&[], &[], &[phrase(Kind::Share, Role::Label, "— …")]).contains("holds no letter"));
        assert!(
            error(&[], &[], &[phrase(Kind::Title, Role::Label, "x")]).contains("kind title has no phrases")
        );
        assert!(error(&[], &[], &[phrase(Kind::Copyright, Role::Part, "the")]).contains("too short"));
        assert!(
            error(&[], &[], &[phrase(Kind::Player, Role::End, "x y z")]).contains("no rule of kind player")
        );
    }

    #[test]
    fn what_is_kept_is_not_dropped() {
        let own = Own::new(&["^Keep".to_owned()], &["me$".to_owned()], &[]).unwrap();
        let wishes = own.wishes(&Profile::of("Keep me\nDrop me\r\nneither\n"));
        assert_eq!([0, 1, 2].map(|line| wishes.of(line)), [Some(Wish::Keep), Some(Wish::Drop), None]);
        assert_eq!(own.pattern_for("Keep me"), Some("^Keep"));
        assert_eq!(own.pattern_for("Drop me"), Some("me$"));
    }
}
