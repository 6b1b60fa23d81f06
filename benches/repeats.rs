//! How fast repeats are found: inside documents, and across them. `cargo bench --bench repeats`.
//!
//! The texts are made here, from a seed; what is found in them is known and asserted. All on one thread.

use std::convert::Infallible;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use unchaff::internals::passages::{self, Passage, place};
use unchaff::internals::{Profile, Words, find, windows};
use unchaff::repeats::Settings;

const DOCUMENTS: usize = 1000;
const PARAGRAPHS: usize = 20;
const WORDS: usize = 60;

/// A generator of small quality and known results (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Documents of paragraphs; every fourth ends as the fourth one does, and every tenth has all of its own twice.
fn documents() -> Vec<String> {
    let mut random = Random(7);
    let mut word = || {
        let rank = random.below(40) * random.below(500) + random.below(40);
        let syllables = ["ka", "lo", "mi", "ter", "sen", "du", "ra", "vel", "to", "ni"];
        let mut number = rank + 11;
        let mut word = String::new();
        while number > 0 {
            word += syllables[usize::try_from(number % 10).unwrap_or(0)];
            number /= 10;
        }
        word
    };
    let mut all: Vec<Vec<String>> = Vec::new();
    for number in 0..DOCUMENTS {
        let mut paragraph = || (0..WORDS).map(|_| word()).collect::<Vec<_>>().join(" ") + ".";
        let mut text: Vec<String> = (0..PARAGRAPHS).map(|_| paragraph()).collect();
        if number % 4 == 3 && number > 3 {
            text.truncate(PARAGRAPHS - 5);
            text.extend_from_slice(&all[3][PARAGRAPHS - 5..]);
        }
        if number % 10 == 0 {
            text.extend(text.clone());
        }
        all.push(text);
    }
    all.into_iter().map(|text| text.join("\n\n") + "\n").collect()
}

fn repeats_found(criterion: &mut Criterion) {
    let texts = documents();
    let profiles: Vec<Profile> = texts.iter().map(|text| Profile::of(text)).collect();
    let settings = Settings::default();
    let mut group = criterion.benchmark_group("repeats");
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    group.sample_size(10);
    group.bench_function("inside each document", |bencher| {
        bencher.iter(|| {
            let cuts = profiles.iter().map(|profile| find(profile, |_| true, &settings).cuts.len());
            assert_eq!(cuts.sum::<usize>(), DOCUMENTS / 10);
        });
    });
    let read = || -> Vec<Words> { profiles.iter().map(|profile| Words::of(profile, |_| true, 0)).collect() };
    let words = read();
    group.bench_function("across: words", |bencher| bencher.iter(|| assert_eq!(read().len(), DOCUMENTS)));
    group.bench_function("across: fingerprints, keys, passages", |bencher| {
        bencher.iter(|| {
            let found = across(&words, settings.words_min);
            let copied: u64 = found.iter().map(|passage| u64::from(passage.len)).sum();
            // 249 ends of documents; before five of them stands a word that stood there in another document.
            assert_eq!((found.len(), copied), (249 + 5, 249 * 5 * WORDS as u64 + 5 * 24));
        });
    });
    group.finish();
}

criterion_group!(benches, repeats_found);
criterion_main!(benches);

/// What a run does between its two passes, in memory and on one thread.
fn across(documents: &[Words], words_min: usize) -> Vec<Passage> {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut fingerprints = Vec::new();
    for (document, words) in documents.iter().enumerate() {
        let all = windows::fingerprints(&words.hashes, words_min);
        fingerprints.extend(all.iter().map(|one| [one.hash, place(number(document), number(one.at))]));
    }
    let mut places = Vec::new();
    let Ok(()) = passages::shared(rows(fingerprints), |at, _| {
        places.push(at);
        Ok(())
    });
    places.sort_unstable();
    let mut keys = Vec::new();
    for (document, words) in documents.iter().enumerate() {
        let range = |bound: u32| places.partition_point(|&at| at < place(bound, 0));
        let own: Vec<u32> = places[range(number(document))..range(number(document + 1))]
            .iter()
            .map(|&at| passages::parts(at).1)
            .collect();
        if own.is_empty() {
            continue; // it shares nothing with another, and is not read again
        }
        for (at, key) in windows::keys(&words.hashes, words_min, 0, &own, &[]) {
            let [high, low] =
                [key >> 64, key & u128::from(u64::MAX)].map(|half| u64::try_from(half).unwrap_or(0));
            keys.push([high, low, place(number(document), number(at))]);
        }
    }
    let mut copied = Vec::new();
    let Ok(()) = passages::copied(rows(keys), |at, first| {
        copied.push([at, first]);
        Ok(())
    });
    copied.sort_unstable();
    let mut found = Vec::new();
    for [at, first] in copied {
        passages::add(&mut found, words_min, at, first);
    }
    found
}

fn rows<const N: usize>(mut rows: Vec<[u64; N]>) -> impl Iterator<Item = Result<[u64; N], Infallible>> {
    rows.sort_unstable_by(passages::order);
    rows.into_iter().map(Ok)
}
