//! What the network learns from: the facts of labelled documents, with a weight for each line.

use rayon::prelude::*;

use super::Settings;
use super::boxes::Boxes;
use super::gold::{Corpus, Gold, Label};
use super::random::Random;
use super::variant::Variant;
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

/// Between the seeds of two passes.
const SEEDS_APART: u64 = 1000;
/// Sets the random numbers of variants apart from those of training.
const VARIANTS: u64 = 0x7468_696e;

/// A document as the network sees it.
pub(super) struct Example {
    pub(super) inputs: Inputs,
    pub(super) domain: String,
    /// One for each line of `inputs`, as all that follows.
    pub(super) labels: Vec<Label>,
    /// Weight of each line; they sum to the document's.
    pub(super) weights: Vec<f32>,
}

/// The documents of a corpus, and its articles as clean texts, as the pass of number `epoch` shows them: each pass
/// makes other variants of a page.
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
    let mut random = Random::new(of_pass ^ VARIANTS);
    let seeds: Vec<u64> = documents.iter().map(|_| random.next()).collect();
    let boxes = Boxes::of(&documents);
    let mut examples: Vec<Example> = documents
        .par_iter()
        .zip(seeds)
        .map(|(gold, seed)| {
            let Variant { text, labels } = Variant::of(gold, &boxes, &mut Random::new(seed));
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
