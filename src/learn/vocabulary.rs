//! Which words the model knows: those that tell body, furniture and junk apart on many sites.

use std::collections::HashMap;

use super::examples::Example;
use super::gold::Label;
use crate::classify::network::CLASSES;

/// Words the model knows at most. Measured on held-out domains: 6,000 to 15,000 do equally well and
/// 40,000 worse by half a point, because rarer words are those of single sites.
const WORDS_MAX: usize = 8000;
/// Domains in which a word must stand.
const DOMAINS_MIN: u32 = 12;

#[derive(Default)]
struct Count {
    domains: u32,
    /// Votes for each class.
    votes: [f64; CLASSES],
}

/// The hashed words that say most, in order: by the G statistic (Dunning 1993) of their classes, in
/// which each domain has one vote for each word, so that no large site decides.
pub(super) fn choose(examples: &[Example]) -> Vec<u32> {
    let mut order: Vec<&Example> = examples.iter().collect();
    order.sort_by(|a, b| a.domain.cmp(&b.domain));
    let mut counts: HashMap<u32, Count> = HashMap::new();
    let mut all = [0.0; CLASSES];
    for domain in order.chunk_by(|a, b| a.domain == b.domain) {
        let mut own: HashMap<u32, [u32; CLASSES]> = HashMap::new();
        let mut lines = [0_u32; CLASSES];
        for example in domain {
            for (line, label) in example.labels.iter().enumerate() {
                let Some(class) = class(*label) else { continue };
                lines[class] += 1;
                for &word in &example.inputs.words[example.inputs.spans[line].clone()] {
                    own.entry(word).or_default()[class] += 1;
                }
            }
        }
        add_votes(&mut all, &lines);
        #[expect(clippy::iter_over_hash_type, reason = "each word is counted by itself")]
        for (word, lines) in own {
            let count = counts.entry(word).or_default();
            count.domains += 1;
            add_votes(&mut count.votes, &lines);
        }
    }
    let sum: f64 = all.iter().sum();
    let mut ranked: Vec<(f64, u32)> = counts
        .into_iter()
        .filter(|(_, count)| count.domains >= DOMAINS_MIN)
        .map(|(word, count)| {
            let votes: f64 = count.votes.iter().sum();
            let g: f64 = count
                .votes
                .iter()
                .zip(all)
                .filter(|(seen, _)| **seen > 0.0)
                .map(|(seen, of_all)| seen * (seen / (votes * of_all / sum)).ln())
                .sum();
            (g, word)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked.truncate(WORDS_MAX);
    ranked.into_iter().map(|(_, word)| word).collect()
}

fn class(label: Label) -> Option<usize> {
    match label {
        Label::Body | Label::Stays => Some(0),
        Label::Furniture => Some(1),
        Label::Junk => Some(2),
        Label::Unknown => None,
    }
}

/// Adds one vote, shared among the classes as the lines are.
fn add_votes(votes: &mut [f64; CLASSES], lines: &[u32; CLASSES]) {
    let sum = f64::from(lines.iter().sum::<u32>().max(1));
    for (vote, &lines) in votes.iter_mut().zip(lines) {
        *vote += f64::from(lines) / sum;
    }
}
