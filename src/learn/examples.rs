//! What the network learns from: the facts of labelled documents, with a weight for each line.

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::Settings;
use super::gold::{Corpus, Gold, Label};
use super::random::Random;
use crate::classify;
use crate::classify::inputs::Inputs;
use crate::profile::Profile;

/// Words of a line beyond which it weighs no more.
const LINE_WORDS_MAX: u32 = 150;
/// Added to the square root of a line's words: so that short lines count, of which there are more.
const LINE_WEIGHT_BASE: f32 = 2.0;
/// Weight of a line of furniture. Its label is the least certain: it also stands for "disputed".
const FURNITURE_WEIGHT: f32 = 0.4;
/// Weight of a clean text: it says what no page does, that nothing may go.
const CLEAN_WEIGHT: f32 = 3.0;
/// Weight of a page's article, given alone as a clean text.
const ARTICLE_WEIGHT: f32 = 0.5;

/// Share of the documents that are shown as if in a script without spaces.
const UNSPACED: f32 = 0.08;
/// Lines of a run of junk of which a part may go.
const LONG_RUN: usize = 6;
/// Between the seeds of two passes.
const SEEDS_APART: u64 = 1000;
/// Sets the random numbers of thinning apart from those of training.
const THINNING: u64 = 0x7468_696e;

/// A document as the network sees it.
pub(super) struct Example {
    pub(super) inputs: Inputs,
    pub(super) domain: String,
    /// One for each line of `inputs`, as all that follows.
    pub(super) labels: Vec<Label>,
    /// Weight of each line; they sum to the document's.
    pub(super) weights: Vec<f32>,
}

/// The documents of a corpus, and its articles as clean texts, as the pass of number `epoch` shows them: what a
/// page loses, and which are shown as if in another script, is another matter in each pass.
pub(super) fn gather(
    corpus: &Corpus,
    settings: &Settings,
    epoch: usize,
    included: impl Fn(&Gold) -> bool,
) -> Vec<Example> {
    let documents: Vec<&Gold> = corpus.documents.iter().filter(|gold| included(gold)).collect();
    let mut pages: Vec<&Gold> = documents
        .iter()
        .copied()
        .filter(|gold| gold.genre.is_none() && corpus.articles.contains_key(&gold.page))
        .collect();
    pages.sort_by(|a, b| a.page.cmp(&b.page));
    pages.dedup_by(|a, b| a.page == b.page);
    let weight = |gold: &Gold| match gold.genre {
        Some(_) => CLEAN_WEIGHT,
        None => settings.set_weights.get(&gold.dataset).copied().unwrap_or(1.0),
    };
    let of_pass = settings.seed.wrapping_add(SEEDS_APART * epoch as u64);
    let mut random = Random::new(of_pass ^ THINNING);
    let seeds: Vec<u64> = documents.iter().map(|_| random.next()).collect();
    let mut examples: Vec<Example> = documents
        .par_iter()
        .zip(seeds)
        .map(|(gold, seed)| {
            let mut random = Random::new(seed);
            let (mut text, labels) =
                thinned(gold, &mut random).unwrap_or_else(|| (gold.text.clone(), gold.labels.clone()));
            if random.unit() < UNSPACED {
                text = unspaced(&text);
            }
            example(&text, &labels, &gold.domain, weight(gold))
        })
        .collect();
    examples.par_extend(pages.par_iter().map(|gold| {
        let article = &corpus.articles[&gold.page];
        let labels = vec![Label::Stays; crate::segment::lines(article).len()];
        example(article, &labels, &gold.domain, ARTICLE_WEIGHT)
    }));
    examples
}

/// Half of the pages lose runs of their junk at random, from a few to nearly all, and parts of long
/// runs: between a whole page and what an extractor leaves of it there is everything, and the corpus
/// has only the two ends.
fn thinned(gold: &Gold, random: &mut Random) -> Option<(String, Vec<Label>)> {
    if gold.genre.is_some() || random.unit() < 0.5 {
        return None;
    }
    let lines = crate::segment::lines(&gold.text);
    let is_blank = |at: usize| crate::segment::is_blank(lines[at].text(&gold.text));
    let is_junk = |at: usize| gold.labels[at] == Label::Junk;
    let share = random.unit();
    let (mut text, mut labels) = (String::new(), Vec::new());
    let mut at = 0;
    while at < lines.len() {
        let mut end = at + 1;
        let mut kept = at..end;
        if is_junk(at) {
            while end < lines.len() && (is_junk(end) || is_blank(end)) {
                end += 1;
            }
            kept = if random.unit() < share {
                at..at
            } else if end - at > LONG_RUN && random.unit() < 0.5 {
                let from = at + random.below(end - at);
                from..from + 1 + random.below(end - from)
            } else {
                at..end
            };
        }
        for line in kept {
            text.push_str(&gold.text[lines[line].span()]);
            labels.push(gold.labels[line]);
        }
        at = end;
    }
    Some((text, labels))
}

/// The text as if it were written in a script without spaces and without capitals: each word becomes two
/// ideographs, the same word the same two, and the marks of sentences those of Chinese. There are few
/// pages in such scripts to learn from, and nearly all are news of one year.
fn unspaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let write_word = |word: &mut String, out: &mut String| {
        if !word.is_empty() {
            let hash = xxh3_64(word.as_bytes());
            for part in [hash & 0xfff, hash >> 32 & 0xfff] {
                let ideograph = u32::try_from(part).ok().and_then(|part| char::from_u32(0x4e00 + part));
                out.extend(ideograph);
            }
            word.clear();
        }
    };
    let mut after_word = false;
    for c in text.chars() {
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
            continue;
        }
        after_word |= !word.is_empty();
        write_word(&mut word, &mut out);
        match c {
            ' ' if after_word => {}
            '.' => out.push('。'),
            ',' => out.push('，'),
            '?' => out.push('？'),
            '!' => out.push('！'),
            other => out.push(other),
        }
        after_word = false;
    }
    write_word(&mut word, &mut out);
    out
}

fn example(text: &str, labels: &[Label], domain: &str, weight: f32) -> Example {
    let inputs = classify::inputs(&Profile::of(text));
    let labels: Vec<Label> =
        inputs.lines.iter().map(|&line| labels.get(line).copied().unwrap_or(Label::Unknown)).collect();
    let mut weights: Vec<f32> = labels
        .iter()
        .zip(&inputs.sizes)
        .map(|(label, &size)| {
            let line = (size.min(LINE_WORDS_MAX) as f32).sqrt() + LINE_WEIGHT_BASE;
            match label {
                Label::Unknown => 0.0,
                Label::Furniture => line * FURNITURE_WEIGHT,
                Label::Body | Label::Junk | Label::Stays => line,
            }
        })
        .collect();
    let sum = weights.iter().sum::<f32>().max(1.0);
    for line in &mut weights {
        *line *= weight / sum;
    }
    Example { inputs, domain: domain.to_owned(), labels, weights }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pass_thins_a_page_in_its_own_way() {
        let menu: String = "Politics\nCulture\nSport\nWeather\n".repeat(10);
        let text = format!("The ferry sails again on Monday, says the council of the island.\n{menu}");
        let mut labels = vec![Label::Junk; 41];
        labels[0] = Label::Body;
        let gold = Gold { text, labels, domain: "example.org".to_owned(), ..Gold::default() };
        let corpus = Corpus { documents: vec![gold], ..Corpus::default() };
        let lines = |epoch| {
            let examples = gather(&corpus, &Settings::default(), epoch, |_| true);
            (examples[0].labels.clone(), examples[0].inputs.words.clone())
        };
        let passes: Vec<_> = (0..12).map(lines).collect();
        assert_eq!(passes, (0..12).map(lines).collect::<Vec<_>>(), "a pass is the same again");
        assert!(passes.iter().all(|(labels, _)| labels[0] == Label::Body), "only junk goes");
        let lengths: std::collections::BTreeSet<usize> =
            passes.iter().map(|(labels, _)| labels.len()).collect();
        assert!(lengths.len() >= 3, "{lengths:?}");
    }
}
