//! The naive twin of the search: no hash, no table, every pair compared. Surely right, and slow.

use super::super::hostile::hostile;
use super::super::matches::{Match, find};
use super::*;
use proptest::prelude::*;

fn naive(text: &[u8], window: usize) -> Vec<Match> {
    let is_window = |source: usize, at: usize| text[source..source + window] == text[at..at + window];
    // For each token that is a copy: the token it is a copy of.
    let mut origin: Vec<Option<usize>> = vec![None; text.len()];
    let first =
        |at: usize| (0..at).find(|&source| is_window(source, at)).filter(|source| source + window <= at);
    let mut claimed = 0_usize;
    loop {
        let order = (claimed..=claimed)
            .chain((claimed + 1).saturating_sub(window)..claimed)
            .chain(claimed + 1..text.len());
        let place = order.filter(|at| at + window <= text.len()).find_map(|at| Some((at, first(at)?)));
        let Some((mut start, mut source)) = place else { break };
        let mut end = start + window;
        while end < text.len() && source + (end - start) < start && text[source + (end - start)] == text[end]
        {
            end += 1;
        }
        while start > claimed
            && source > 0
            && source + (end - start) < start
            && text[source - 1] == text[start - 1]
        {
            (start, source) = (start - 1, source - 1);
        }
        for token in start.max(claimed)..end {
            let from = source + (token - start);
            origin[token] = Some(origin[from].unwrap_or(from));
        }
        claimed = end;
    }
    let mut matches: Vec<Match> = Vec::new();
    for (token, from) in origin.iter().enumerate().filter_map(|(token, from)| Some((token, (*from)?))) {
        match matches.last_mut() {
            Some(last) if last.copy().end == token && last.first().end == from && from < last.at => {
                last.len += 1;
            }
            _ => matches.push(Match { at: token, source: from, len: 1 }),
        }
    }
    matches
}

fn fast(text: &[u8], window: usize, key: u64) -> (Vec<Match>, u64) {
    let hashes: Vec<u64> =
        text.iter().map(|token| xxhash_rust::xxh3::xxh3_64_with_seed(&[*token], key)).collect();
    let found = find(&hashes, |one, other| text[one] == text[other], window);
    (found.matches, found.steps)
}

/// Texts of few symbols, periods and copies of themselves: where a search goes wrong if it can.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => proptest::collection::vec(0..3_u8, 0..40),
        2 => (0..4_u8, 1..50_usize).prop_map(|(token, count)| vec![token; count]),
        2 => (proptest::collection::vec(0..3_u8, 1..6), 1..12_usize).prop_map(|(period, count)| period.repeat(count)),
        2 => proptest::collection::vec(any::<u8>(), 0..30),
    ];
    (proptest::collection::vec(piece, 1..6), proptest::collection::vec(0..6_usize, 1..12)).prop_map(
        |(pieces, order)| order.into_iter().flat_map(|at| pieces[at % pieces.len()].clone()).collect(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_search_finds_what_its_naive_twin_finds(text in texts(), window in 1..9_usize, key in any::<u64>()) {
        let twin = naive(&text, window);
        prop_assert_eq!(&fast(&text, window, 0).0, &twin);
        prop_assert_eq!(&fast(&text, window, key).0, &twin, "the key changes nothing");
    }

    #[test]
    fn hashes_that_collide_change_nothing(text in texts(), window in 1..6_usize) {
        let few: Vec<u64> = text.iter().map(|token| u64::from(token % 2)).collect();
        let found = find(&few, |one, other| text[one] == text[other], window);
        prop_assert_eq!(found.matches, naive(&text, window));
    }

    #[test]
    fn no_token_of_a_source_is_a_copy(text in texts(), window in 1..9_usize) {
        let matches = fast(&text, window, 0).0;
        let mut copied = vec![false; text.len()];
        let mut end = 0;
        for one in &matches {
            prop_assert!(end <= one.at && one.len > 0 && one.first().end <= one.at);
            prop_assert_eq!(&text[one.copy()], &text[one.first()]);
            copied[one.copy()].fill(true);
            end = one.copy().end;
        }
        for one in &matches {
            prop_assert!(one.first().all(|token| !copied[token]), "{:?}", one);
        }
    }
}

/// Steps are counted, not seconds: a token may be compared once for each place in a window.
#[test]
fn steps_grow_as_the_text_on_hostile_texts() {
    for tokens in [30_000, 300_000] {
        for (name, text) in hostile(tokens) {
            let (_, steps) = fast(&text, WORDS_MIN, 0);
            let most = (4 * WORDS_MIN * text.len()) as u64;
            assert!(steps <= most, "{name}: {steps} steps for {} tokens", text.len());
        }
    }
}

#[test]
fn matches_of_hostile_texts_are_few_and_known() {
    for (tokens, matches) in [(1, 0), (47, 0), (48, 1), (97, 2), (1000, 2)] {
        let found = fast(&vec![7; tokens], WORDS_MIN, 0).0;
        assert!(found.len() >= matches && found.len() <= tokens / WORDS_MIN + 1, "{tokens}: {found:?}");
        let copied: usize = found.iter().map(|one| one.len).sum();
        assert!(tokens < 48 && copied == 0 || copied + 2 * WORDS_MIN > tokens, "{tokens}: {copied}");
    }
}
