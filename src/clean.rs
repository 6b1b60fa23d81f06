//! The straight line: profile, classify, find repeats, make cuts. Pure, total, no I/O.

use crate::classify::{self, Verdict};
use crate::config::Config;
use crate::cuts::{self, Cut, Mark};
use crate::kind::Kind;
use crate::own::Wishes;
use crate::profile::Profile;
use crate::repeats::templates::TEMPLATE;
use crate::repeats::tokens::Tokens;
use crate::repeats::words::Words;
use crate::repeats::{self, Copies, Findings, Others};

/// Decides what goes from `text`, and cuts nothing: the cuts are sorted and disjoint, and what they
/// leave is the clean text.
///
/// # Complexity
///
/// Linear in the text, in time and in memory: about seven times the text, and 1.6 kB for each line that is not
/// blank.
///
/// # Examples
///
/// ```
/// let text = "Share this article\nThe ferry sails again.\n";
/// let cleaned = unchaff::clean(text, &unchaff::Config::default());
/// assert_eq!(cleaned.text(), "The ferry sails again.\n");
/// assert_eq!(cleaned.cuts[0].rule, "share/label");
/// ```
#[must_use]
pub fn clean<'t>(text: &'t str, config: &Config) -> Cleaned<'t> {
    clean_among(text, config, None, None)
}

/// Decides what goes from `text`, a document among others that tell of it. What [`words`] decided of it alone, if
/// that was kept, is not decided again.
#[must_use]
pub(crate) fn clean_among<'t>(
    text: &'t str,
    config: &Config,
    others: Option<&Others>,
    alone: Option<Alone>,
) -> Cleaned<'t> {
    let profile = Profile::of(text);
    let Judged { wishes, mut verdicts, mut is_free, mut repeats, is_clean, .. } =
        judge(&profile, config, others, alone);
    let asks_for_parts = config.dropped.contains(Kind::Title) || config.dropped.contains(Kind::Caption);
    if let Some(copied) = others.and_then(|others| others.copied.as_ref()) {
        for &line in repeats.cuts.iter().flat_map(|cut| &cut.lines) {
            is_free[line] = false;
        }
        let copies = repeats::across::find(&profile, copied, |line| is_free[line], &config.repeats);
        if config.repeats.copies == Copies::Drop {
            repeats.follow(&copies.cuts);
            repeats.cuts.extend(copies.cuts);
        } else {
            repeats.marks.extend(copies.cuts);
        }
        repeats.marks.extend(copies.marks);
    }
    if is_clean && repeats.cuts.is_empty() && !asks_for_parts {
        classify::spare_clean_text(&mut verdicts);
    }
    let cuts = cuts::assemble(&profile, &verdicts, &repeats, config.dropped, &wishes);
    let lines_kept = profile.lines.len() - cuts.iter().map(|cut| cut.whole_lines().len()).sum::<usize>();
    let marks = cuts::marks(&profile, &repeats, config.dropped, &cuts);
    let emptied = (0..profile.lines.len()).any(|line| !profile.is_blank(line))
        && cuts::kept(text, &cuts).all(crate::segment::is_blank);
    Cleaned { original: text, lines: profile.lines.len(), lines_kept, emptied, cuts, marks }
}

/// The words of a document that others are compared with: those of the lines that stay if it is cleaned
/// alone, so that what goes from one document is no first copy for another. And what was decided of it.
#[must_use]
pub(crate) fn words(profile: &Profile, config: &Config) -> (Words, Alone) {
    let judged = judge(profile, config, None, None);
    let Judged { verdicts, mut is_free, repeats, repeats_itself, tokens, .. } = judged;
    for &line in repeats.cuts.iter().flat_map(|cut| &cut.lines) {
        is_free[line] = false;
    }
    let words = match tokens {
        Some(tokens) => Words::among(profile, &tokens, |line| is_free[line]),
        None => Words::of(profile, |line| is_free[line], config.repeats.key),
    };
    (words, Alone { verdicts, repeats_itself })
}

/// What was decided of a document alone, for a second look at it among others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alone {
    /// The verdict on each line.
    pub verdicts: Vec<Option<Verdict>>,
    /// Was any repeat found, cut or not?
    pub repeats_itself: bool,
}

/// What is known of a document before it is compared with others.
struct Judged<'p, 't> {
    wishes: Wishes,
    verdicts: Vec<Option<Verdict>>,
    /// The lines that stay and may go as repeats.
    is_free: Vec<bool>,
    repeats: Findings,
    repeats_itself: bool,
    is_clean: bool,
    /// The words of the free lines, if repeats were looked for.
    tokens: Option<Tokens<'p, 't>>,
}

fn judge<'p, 't>(
    profile: &'p Profile<'t>,
    config: &Config,
    others: Option<&Others>,
    alone: Option<Alone>,
) -> Judged<'p, 't> {
    let wishes = config.own.wishes(profile);
    let (mut verdicts, mut may_repeat) = match alone {
        Some(alone) => (alone.verdicts, alone.repeats_itself),
        None if config.needs_classifier() => {
            (classify::classify(profile, &config.model, config.preset, &config.own, &wishes), true)
        }
        None => (classify::wished(profile, &wishes), true),
    };
    let goes = |line: usize| verdicts[line].as_ref().is_some_and(|verdict| verdict.is_cut(config.dropped));
    let templates = others.map_or_else(Vec::new, |others| others.templates.of(profile, others.group, goes));
    for line in templates.into_iter().filter(|&line| !wishes.keeps(line)) {
        may_repeat = true; // lines that a template parted are neighbours now
        verdicts[line] = Some(Verdict { kind: Kind::Template, rule: TEMPLATE, score: 1.0, first: None });
    }
    let goes = |line: usize| verdicts[line].as_ref().is_some_and(|verdict| verdict.is_cut(config.dropped));
    // The repeat detector is handed neither what goes nor what must stay: a line that must stay is no
    // copy, and breaks no block. The first copy of a caption stays, whatever else it repeats.
    let mut is_free: Vec<bool> =
        (0..profile.lines.len()).map(|line| !wishes.keeps(line) && !goes(line)).collect();
    let of_captions = (0..verdicts.len()).filter(|&line| goes(line));
    let named: Vec<usize> = of_captions.filter_map(|line| verdicts[line].as_ref()?.first).collect();
    for line in named {
        is_free[line] = false;
    }
    let tokens = may_repeat.then(|| Tokens::of(profile, |line| is_free[line], config.repeats.key));
    let mut repeats = tokens
        .as_ref()
        .map_or_else(Findings::default, |tokens| repeats::find_among(profile, tokens, &config.repeats));
    let repeats_itself = repeats != Findings::default();
    let is_clean = classify::is_clean_text(&verdicts);
    if is_clean {
        repeats.spare_responses(profile);
    }
    repeats.spare_small(profile, is_clean);
    Judged { wishes, verdicts, is_free, repeats, repeats_itself, is_clean, tokens }
}

/// A text and the cuts that clean it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cleaned<'t> {
    /// The text as it was.
    pub original: &'t str,
    /// The cuts, sorted and disjoint.
    pub cuts: Vec<Cut>,
    /// What was found and stays, in the order of the text.
    pub marks: Vec<Mark>,
    /// How many lines the text has.
    pub lines: usize,
    /// How many of them stay.
    pub lines_kept: usize,
    /// Did the text say something, and what is left says nothing?
    pub emptied: bool,
}

impl<'t> Cleaned<'t> {
    /// What stays, in order and piece by piece.
    pub fn kept(&self) -> impl Iterator<Item = &'t str> {
        cuts::kept(self.original, &self.cuts)
    }

    /// The clean text.
    #[must_use]
    pub fn text(&self) -> String {
        self.kept().collect()
    }

    /// The text of a cut.
    #[must_use]
    pub fn removed(&self, cut: &Cut) -> &'t str {
        &self.original[cut.span.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_classified_where_none_of_the_classifier_s_kinds_goes() {
        let text = "Home | News | Sport\n\nThe ferry sails again on Monday, says the council.\n";
        let profile = Profile::of(text);
        let judged = |kinds: [Kind; 2]| {
            let config = Config { dropped: kinds.into_iter().collect(), ..Config::default() };
            judge(&profile, &config, None, None).verdicts.iter().flatten().count()
        };
        assert_eq!(judged([Kind::Repeat, Kind::Template]), 0);
        assert!(judged([Kind::Repeat, Kind::Navigation]) > 0);
    }
}
