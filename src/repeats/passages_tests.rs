//! The naive twin of the search across documents: no fingerprint, no key, no sorting; every window is compared
//! with every earlier one.

#![expect(clippy::cast_possible_truncation, reason = "a few words of a few documents")]

use std::convert::Infallible;

use proptest::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::super::hostile::hostile;
use super::super::{WORDS_MIN, windows};
use super::*;

/// For each window of each document that is copied: its place and the first place of its words.
fn naive(documents: &[Vec<u8>], words_min: usize) -> Vec<(Place, Place)> {
    let windows = |document: usize| {
        let text = &documents[document];
        (0..(text.len() + 1).saturating_sub(words_min))
            .map(move |at| (document, at, &text[at..at + words_min]))
    };
    let all: Vec<_> = (0..documents.len()).flat_map(windows).collect();
    let number = |(document, at): (usize, usize)| place(document as u32, at as u32);
    all.iter()
        .filter_map(|&(document, at, words)| {
            let &(first, first_at, _) = all.iter().find(|(_, _, other)| *other == words)?;
            (first != document).then(|| (number((document, at)), number((first, first_at))))
        })
        .collect()
}

fn rows<const N: usize>(mut rows: Vec<[u64; N]>) -> impl Iterator<Item = Result<[u64; N], Infallible>> {
    rows.sort_unstable_by(order);
    rows.into_iter().map(Ok)
}

fn fast(documents: &[Vec<u8>], words_min: usize, key: u64) -> Vec<(Place, Place)> {
    let hashes: Vec<Vec<u64>> = documents
        .iter()
        .map(|words| words.iter().map(|word| xxh3_64_with_seed(&[*word], key)).collect())
        .collect();
    let mut fingerprints = Vec::new();
    for (document, words) in hashes.iter().enumerate() {
        let all = windows::fingerprints(words, words_min);
        fingerprints.extend(all.iter().map(|one| [one.hash, place(document as u32, one.at as u32)]));
    }
    let mut shared_places = vec![Vec::new(); documents.len()];
    let Ok(()) = shared(rows(fingerprints), |at, _| {
        let (document, word) = parts(at);
        shared_places[document as usize].push(word);
        Ok(())
    });
    let mut keys = Vec::new();
    for (document, places) in shared_places.iter_mut().enumerate() {
        places.sort_unstable();
        for (at, key) in windows::keys(&hashes[document], words_min, 0, places, &[]) {
            keys.push([(key >> 64) as u64, key as u64, place(document as u32, at as u32)]);
        }
    }
    let mut found = Vec::new();
    let Ok(()) = copied(rows(keys), |at, first| {
        found.push((at, first));
        Ok(())
    });
    found.sort_unstable();
    found
}

fn passages(documents: &[Vec<u8>], words_min: usize) -> Vec<Passage> {
    let mut passages = Vec::new();
    for (at, first) in fast(documents, words_min, 0) {
        add(&mut passages, words_min, at, first);
    }
    passages
}

/// Documents of few words, and of parts of each other.
fn documents() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let piece = prop_oneof![
        3 => proptest::collection::vec(0..3_u8, 0..30),
        3 => proptest::collection::vec(any::<u8>(), 5..40),
        1 => (0..4_u8, 1..40_usize).prop_map(|(word, count)| vec![word; count]),
    ];
    let document = proptest::collection::vec(0..6_usize, 0..8);
    (proptest::collection::vec(piece, 1..6), proptest::collection::vec(document, 1..6)).prop_map(
        |(pieces, documents)| {
            let text = |order: Vec<usize>| {
                order.into_iter().flat_map(|at| pieces[at % pieces.len()].clone()).collect()
            };
            documents.into_iter().map(text).collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn copied_windows_are_those_of_the_naive_twin(documents in documents(), words_min in 2..30_usize, key in any::<u64>()) {
        let twin = naive(&documents, words_min);
        prop_assert_eq!(&fast(&documents, words_min, 0), &twin);
        prop_assert_eq!(&fast(&documents, words_min, key), &twin, "the key changes nothing");
    }

    #[test]
    fn no_word_of_a_source_is_part_of_a_copy(documents in documents(), words_min in 2..12_usize) {
        let passages = passages(&documents, words_min);
        let mut is_copied: Vec<Vec<bool>> = documents.iter().map(|words| vec![false; words.len()]).collect();
        for one in &passages {
            is_copied[one.document as usize][one.at as usize..one.copy().end as usize].fill(true);
        }
        for document in 0..documents.len() as u32 {
            let mut end = 0;
            for piece in pieces(&passages, document) {
                prop_assert!(end <= piece.at && piece.len > 0 && piece.first < document, "{:?}", piece);
                end = piece.copy().end;
                let source = piece.source().start as usize..piece.source().end as usize;
                prop_assert_eq!(
                    &documents[document as usize][piece.at as usize..end as usize],
                    &documents[piece.first as usize][source.clone()]
                );
                prop_assert!(is_copied[piece.first as usize][source].iter().all(|copied| !copied), "{:?}", piece);
            }
        }
    }

    #[test]
    fn what_is_added_is_disjoint_and_in_order(
        pieces in proptest::collection::vec((0..5_u32, 1..40_u32), 0..12),
        more in proptest::collection::vec((0..400_u32, 1..20_u32), 0..20),
    ) {
        let passage = |at, len, basis| Passage { document: 1, at, len, first: 0, first_at: at, basis };
        let mut end = 0;
        let pieces: Vec<Passage> = pieces.into_iter().map(|(gap, len)| {
            let at = end + gap;
            end = at + len;
            passage(at, len, Basis::Windows)
        }).collect();
        let mut more: Vec<Passage> =
            more.into_iter().map(|(at, len)| passage(at, len, if len % 2 == 0 { Basis::Seed } else { Basis::Line })).collect();
        more.sort_by_key(|one| one.at);
        let (all, groups) = with(pieces.clone(), &more);
        prop_assert!(all.windows(2).all(|pair| pair[0].copy().end <= pair[1].at));
        prop_assert!(pieces.iter().all(|piece| all.contains(piece)));
        prop_assert_eq!(all.len(), groups.len());
        let count = groups.iter().max().map_or(0, |last| last + 1);
        prop_assert!((0..count).all(|group| groups.contains(&group)));
    }
}

/// Each document is another's, and of each a window is changed: what a quadratic search would not end with.
#[test]
fn documents_in_a_chain_keep_their_first_copies() {
    let words: Vec<u8> = (0..=255).collect();
    let documents: Vec<Vec<u8>> = (0..50)
        .map(|number| words.iter().map(|word| if *word as usize == 5 * number { 0 } else { *word }).collect())
        .collect();
    let passages = passages(&documents, 24);
    for document in 1..50 {
        let pieces = pieces(&passages, document);
        let copied: u32 = pieces.iter().map(|piece| piece.len).sum();
        assert!(copied >= 200, "{document}: {pieces:?}");
        assert!(pieces.iter().all(|piece| piece.first < document));
    }
}

/// Two texts of each kind that careless searches are quadratic on, and one line in many documents. Steps are counted,
/// not seconds: rows that are sorted, words rolled over, hashes and passages looked at.
#[test]
fn steps_grow_as_the_texts_on_hostile_documents() {
    let line: Vec<u8> = (0..30).collect();
    for tokens in [20_000, 200_000] {
        let texts = hostile(tokens).into_iter().map(|(name, text)| {
            let second = [&text[tokens / 3..], &text[..tokens / 2]].concat();
            (name, vec![text, second])
        });
        let many = ("one line in many documents", vec![line.repeat(2); tokens / 60]);
        for (name, documents) in texts.chain([many]) {
            let words: usize = documents.iter().map(Vec::len).sum();
            let (steps, copied) = steps(&documents);
            assert!(steps <= 20 * words as u64, "{name}: {steps} steps for {words} words");
            let second: usize = documents[1..].iter().map(Vec::len).sum();
            assert!(copied > second / 2, "{name}: {copied} of {second} words");
        }
    }
}

/// What a search through documents costs, and how many words it finds copied.
fn steps(documents: &[Vec<u8>]) -> (u64, usize) {
    let hashes: Vec<Vec<u64>> = documents
        .iter()
        .map(|words| words.iter().map(|word| xxh3_64_with_seed(&[*word], 0)).collect())
        .collect();
    let (mut steps, mut prints) = (0, Vec::new());
    for (document, words) in hashes.iter().enumerate() {
        let mut last = None;
        let take = |_, picked: windows::Fingerprint| {
            if last.replace(picked) != Some(picked) {
                prints.push([picked.hash, place(document as u32, picked.at as u32)]);
            }
        };
        windows::winnow_counted(words, WORDS_MIN, take, &mut steps);
    }
    let mut places = vec![Vec::new(); documents.len()];
    steps += prints.len() as u64;
    let Ok(()) = shared(rows(prints), |at, _| {
        steps += 1;
        places[parts(at).0 as usize].push(parts(at).1);
        Ok(())
    });
    let mut keys = Vec::new();
    for (document, places) in places.iter_mut().enumerate() {
        places.sort_unstable();
        for (at, key) in windows::keys(&hashes[document], WORDS_MIN, 0, places, &[]) {
            keys.push([(key >> 64) as u64, key as u64, place(document as u32, at as u32)]);
        }
    }
    steps += keys.len() as u64;
    let mut found = Vec::new();
    let Ok(()) = copied(rows(keys), |at, first| {
        found.push((at, first));
        Ok(())
    });
    found.sort_unstable();
    steps += found.len() as u64;
    let mut passages = Vec::new();
    for (at, first) in found {
        add(&mut passages, WORDS_MIN, at, first);
    }
    let mut copied = 0;
    for document in 0..documents.len() as u32 {
        let pieces = pieces_counted(&passages, document, &mut steps);
        copied += pieces.iter().map(|piece| piece.len as usize).sum::<usize>();
        steps += with(pieces, &[]).0.len() as u64;
    }
    (steps, copied)
}

/// The rolling hash is a polynomial modulo 2^64, and weak: texts of other words that have the same one are easily
/// made. They are proposed, and never found.
#[test]
fn texts_that_collide_in_the_rolling_hash_are_no_copies() {
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    let words_min = 25;
    assert_eq!(windows::short(words_min) % 2, 0, "pairs of words make up a short window");
    let text: Vec<u64> = (0..2000_u64).map(|at| xxh3_64_with_seed(&at.to_le_bytes(), 0)).collect();
    // Of each pair the first word is one more, and the second makes up for it.
    let other: Vec<u64> = text
        .iter()
        .enumerate()
        .map(|(at, word)| if at % 2 == 0 { word.wrapping_add(1) } else { word.wrapping_sub(MULTIPLIER) })
        .collect();
    let documents = [text, other];
    let (mut prints, mut keys) = (Vec::new(), Vec::new());
    for (document, words) in documents.iter().enumerate() {
        let own = windows::fingerprints(words, words_min);
        prints.extend(own.iter().map(|one| [one.hash, place(document as u32, one.at as u32)]));
        let places: Vec<u32> = own.iter().map(|one| one.at as u32).collect();
        for (at, key) in windows::keys(words, words_min, 0, &places, &[]) {
            keys.push([(key >> 64) as u64, key as u64, place(document as u32, at as u32)]);
        }
    }
    let mut proposed = 0;
    let Ok(()) = shared(rows(prints), |_, _| {
        proposed += 1;
        Ok(())
    });
    assert!(proposed > 100, "{proposed} fingerprints of both texts");
    let Ok(()) = copied(rows(keys), |at, first| panic!("{at} is no copy of {first}"));
}
