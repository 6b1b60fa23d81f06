//! How well a text is cleaned, against labelled lines and gold articles.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::gold::{Corpus, Gold, Label};
use super::random::Random;
use crate::clean::clean;
use crate::config::Config;
use crate::segment;

/// Words of a shingle, as in the article extraction benchmark of Scrapinghub (2020).
const SHINGLE_WORDS: usize = 4;

/// What became of one document.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Lines: body kept, body lost, junk kept, junk gone.
    pub lines: [f64; 4],
    /// The same in characters.
    pub chars: [f64; 4],
    /// Against the page's article, where it is known.
    pub article: Option<Article>,
    /// For a clean text: characters lost, and all of them.
    pub clean: Option<(usize, usize)>,
    /// Numbers of the lines, from 1, that were lost or kept wrongly.
    pub wrong: Vec<usize>,
}

/// What is left of a page against its article, in shingles of four words.
#[derive(Clone, Copy, Debug)]
pub struct Article {
    /// Share of what is left that is in the article; `None` if nothing is left.
    pub precision: Option<f64>,
    /// Share of the article that is left; `None` if the article is empty.
    pub recall: Option<f64>,
    /// Is it the article word for word?
    pub exact: bool,
}

/// Sums over documents.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Labelled pages, and clean texts.
    pub documents: usize,
    /// As in [`Outcome`].
    pub lines: [f64; 4],
    /// As in [`Outcome`].
    pub chars: [f64; 4],
    articles: f64,
    precision: (f64, f64),
    recall: (f64, f64),
    exact: f64,
    /// Clean texts, and those that were changed.
    pub clean: (usize, usize),
    /// Characters of clean texts, and those that went.
    pub clean_chars: (usize, usize),
}

impl Score {
    /// Counts an outcome in.
    pub fn add(&mut self, outcome: &Outcome) {
        self.documents += 1;
        for at in 0..4 {
            self.lines[at] += outcome.lines[at];
            self.chars[at] += outcome.chars[at];
        }
        if let Some(article) = outcome.article {
            self.articles += 1.0;
            self.exact += f64::from(u8::from(article.exact));
            for (sum, value) in [(&mut self.precision, article.precision), (&mut self.recall, article.recall)]
            {
                sum.0 += value.unwrap_or(0.0);
                sum.1 += f64::from(u8::from(value.is_some()));
            }
        }
        if let Some((lost, all)) = outcome.clean {
            self.clean.0 += 1;
            self.clean.1 += usize::from(lost > 0);
            self.clean_chars.0 += all;
            self.clean_chars.1 += lost;
        }
    }

    /// Precision, recall and F1 of keeping, of dropping: by line.
    #[must_use]
    pub fn of_lines(&self) -> ([f64; 3], [f64; 3]) {
        both(self.lines)
    }

    /// The same by character.
    #[must_use]
    pub fn of_chars(&self) -> ([f64; 3], [f64; 3]) {
        both(self.chars)
    }

    /// F1 of the mean precision and the mean recall of the articles, and the share of exact ones.
    #[must_use]
    pub fn of_articles(&self) -> Option<(f64, f64)> {
        if self.articles == 0.0 {
            return None;
        }
        let (precision, recall) =
            (self.precision.0 / self.precision.1.max(1.0), self.recall.0 / self.recall.1.max(1.0));
        Some((f1(precision, recall), self.exact / self.articles))
    }
}

fn both([kept, lost, left, gone]: [f64; 4]) -> ([f64; 3], [f64; 3]) {
    let ratio = |part: f64, other: f64| if part + other > 0.0 { part / (part + other) } else { 1.0 };
    let three = |right, wrong, missed| {
        let (precision, recall) = (ratio(right, wrong), ratio(right, missed));
        [precision, recall, f1(precision, recall)]
    };
    (three(kept, left, lost), three(gone, lost, left))
}

fn f1(precision: f64, recall: f64) -> f64 {
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}

/// Cleans `documents` and compares, in their order, on the threads of the caller. `config` makes the configuration
/// for each.
pub fn outcomes(
    corpus: &Corpus,
    documents: &[&Gold],
    config: &(impl Fn(&Gold) -> Config + Sync),
) -> Vec<Outcome> {
    documents.par_iter().map(|gold| outcome(gold, corpus.articles.get(&gold.page), &config(gold))).collect()
}

fn outcome(gold: &Gold, article: Option<&String>, config: &Config) -> Outcome {
    let cleaned = clean(&gold.text, config);
    let lines = segment::lines(&gold.text);
    let mut gone = vec![false; lines.len()];
    for cut in &cleaned.cuts {
        gone[cut.whole_lines()].fill(true);
    }
    let mut outcome = Outcome::default();
    let (mut lost, mut all) = (0, 0);
    for (number, (line, &label)) in lines.iter().zip(&gold.labels).enumerate() {
        let chars = line.text(&gold.text).trim().chars().count();
        let cell = match (label, gone[number]) {
            (Label::Body | Label::Stays, false) => 0,
            (Label::Body | Label::Stays, true) => 1,
            (Label::Junk, false) => 2,
            (Label::Junk, true) => 3,
            (Label::Furniture | Label::Unknown, _) => continue,
        };
        all += chars;
        lost += if cell == 1 { chars } else { 0 };
        if cell == 1 || cell == 2 {
            outcome.wrong.push(number + 1);
        }
        if gold.genre.is_none() {
            outcome.lines[cell] += 1.0;
            outcome.chars[cell] += chars as f64;
        }
    }
    if gold.genre.is_some() {
        outcome.clean = Some((lost, all));
    } else if let Some(article) = article {
        outcome.article = Some(compare(&tokens(article), &tokens(&cleaned.text())));
    }
    outcome
}

/// The words of a text as that benchmark takes them: runs of letters, digits and underscores.
fn tokens(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(|word| xxh3_64(word.as_bytes()))
        .collect()
}

fn compare(gold: &[u64], kept: &[u64]) -> Article {
    let (theirs, ours) = (shingles(gold), shingles(kept));
    let right: u32 = theirs.iter().map(|(shingle, &n)| n.min(ours.get(shingle).copied().unwrap_or(0))).sum();
    let share = |all: &HashMap<&[u64], u32>| {
        let all: u32 = all.values().sum();
        (all > 0).then(|| f64::from(right) / f64::from(all))
    };
    Article { precision: share(&ours), recall: share(&theirs), exact: gold == kept }
}

fn shingles(tokens: &[u64]) -> HashMap<&[u64], u32> {
    let mut counts = HashMap::new();
    if tokens.is_empty() {
        return counts;
    }
    for shingle in tokens.windows(SHINGLE_WORDS.min(tokens.len())) {
        *counts.entry(shingle).or_insert(0) += 1;
    }
    counts
}

/// Sums by group, `all` among them.
#[must_use]
pub fn by_group<'g>(
    documents: &[&'g Gold],
    outcomes: &[Outcome],
    groups: impl Fn(&'g Gold) -> Vec<String>,
) -> BTreeMap<String, Score> {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for (gold, outcome) in documents.iter().zip(outcomes) {
        for group in groups(gold) {
            scores.entry(group).or_default().add(outcome);
        }
    }
    scores
}

/// The 95 % interval of the article score: percentiles of `rounds` draws of pages with replacement.
#[must_use]
pub fn interval(documents: &[&Gold], outcomes: &[Outcome], rounds: usize) -> Option<(f64, f64)> {
    let mut pages: BTreeMap<&str, Score> = BTreeMap::new();
    for (gold, outcome) in documents.iter().zip(outcomes).filter(|(_, outcome)| outcome.article.is_some()) {
        pages.entry(&gold.page).or_default().add(outcome);
    }
    let pages: Vec<Score> = pages.into_values().collect();
    if pages.len() < 2 || rounds == 0 {
        return None;
    }
    let mut random = Random::new(1);
    let mut draws: Vec<f64> = (0..rounds)
        .map(|_| {
            let mut sum = Score::default();
            for _ in 0..pages.len() {
                let page = &pages[random.below(pages.len())];
                sum.articles += page.articles;
                sum.precision = (sum.precision.0 + page.precision.0, sum.precision.1 + page.precision.1);
                sum.recall = (sum.recall.0 + page.recall.0, sum.recall.1 + page.recall.1);
            }
            sum.of_articles().map_or(0.0, |(f1, _)| f1)
        })
        .collect();
    draws.sort_by(f64::total_cmp);
    let last = draws.len() - 1;
    Some((draws[last * 25 / 1000], draws[last * 975 / 1000]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_compared_in_shingles() {
        let article = "one two three four five";
        let exact = compare(&tokens(article), &tokens("one, two: three four FIVE".to_lowercase().as_str()));
        assert!(exact.exact && exact.precision == Some(1.0) && exact.recall == Some(1.0));
        let half = compare(&tokens(article), &tokens("one two three four six"));
        assert_eq!((half.precision, half.recall, half.exact), (Some(0.5), Some(0.5), false));
        let nothing = compare(&tokens(article), &tokens(""));
        assert_eq!((nothing.precision, nothing.recall), (None, Some(0.0)));
    }

    #[test]
    fn what_was_lost_and_what_was_left_is_counted() {
        let marks = " The ferry sails again, said the council on Tuesday.\n-Share this article\n-Zorp\n";
        let gold = super::super::gold::from_marks("a", marks).unwrap();
        let outcome = outcome(&gold, None, &Config::default());
        let [kept, lost, left, gone] = outcome.lines;
        assert!((kept + lost - 1.0).abs() < 1e-9 && (left + gone - 2.0).abs() < 1e-9);
    }
}
