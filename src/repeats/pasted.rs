//! Bodies that were pasted twice: a copy that follows its source so that both are nearly the whole text. They go
//! whatever their lines are, if they are prose: lines wrapped at a column, short paragraphs, paragraphs of a
//! language whose words carry twice what English ones do.

use std::ops::Range;

use super::blocks::{Part, Status};
use super::passages::LINE_WORDS_MIN;
use super::tokens::Tokens;
use crate::profile::Profile;
use crate::script::{is_blank_char, is_closing, is_full_stop, is_unspaced};

/// Source and copies are together so many hundredths of the words that stay: a headline and a byline stand before
/// them, a footer behind them.
const SHARE_PERCENT_MIN: usize = 80;
/// And a copy has so many words.
const BODY_WORDS_MIN: usize = 40;
/// So many hundredths of its words stand in sentences that fill their lines: a song ends few of its lines as
/// sentences, and fills none.
const PROSE_PERCENT_MIN: usize = 80;
/// A text that is wrapped has lines of so many characters; those of verse in scripts without spaces are shorter,
/// and equal.
const WRAPPED_CHARS_MIN: usize = 30;

/// The blocks, as a range of their numbers, that are the copies of a body that was pasted twice or more.
///
/// # Complexity
///
/// Linear in the text and the blocks.
pub(super) fn bodies(profile: &Profile, tokens: &Tokens, blocks: &[Vec<Part>]) -> Range<usize> {
    for first in 0..blocks.len() {
        let Some((source, mut copy)) = body(tokens, &blocks[first]) else { continue };
        if source.end != copy.start {
            continue;
        }
        let mut behind = first + 1;
        while let Some((again, next)) = blocks.get(behind).and_then(|block| body(tokens, block)) {
            if again != source || next.start != copy.end {
                break;
            }
            copy = next;
            behind += 1;
        }
        let (all, text) = (source.start..copy.end, 0..tokens.len());
        // Most texts are left here, before their words are counted.
        if all.len() * 2 >= text.len()
            && tokens.words(source) >= BODY_WORDS_MIN
            && tokens.words(all) * 100 >= tokens.words(text) * SHARE_PERCENT_MIN
            && is_prose(profile, tokens, &blocks[first])
        {
            return first..behind;
        }
    }
    0..0
}

/// The tokens of the source and of the copy, if all lines of a block are whole and follow each other in both.
fn body(tokens: &Tokens, block: &[Part]) -> Option<(Range<usize>, Range<usize>)> {
    let (first, last) = (block.first()?, block.last()?);
    let goes_on = |pair: &[Part]| pair[0].source.end == pair[1].source.start;
    let is_whole = |part: &Part| part.status == Status::Whole;
    (block.iter().all(is_whole) && block.windows(2).all(goes_on)).then(|| {
        let copy = tokens.of_unit(first.unit).start..tokens.of_unit(last.unit).end;
        (first.source.start..last.source.end, copy)
    })
}

/// Do most words of these lines stand in sentences that fill their lines? Either a line ends as a sentence and has
/// a few words, or the first word of the next one would not have fitted behind it, until one does.
fn is_prose(profile: &Profile, tokens: &Tokens, block: &[Part]) -> bool {
    let lines: Vec<usize> = block.iter().map(|part| tokens.lines[part.unit]).collect();
    let text = |line: usize| profile.line(line).trim_matches(is_blank_char);
    let widest = lines.iter().map(|&line| text(line).chars().count()).max().unwrap_or(0);
    let (mut all, mut prose, mut open) = (0, 0, 0);
    for (at, &line) in lines.iter().enumerate() {
        let words = profile.facts[line].words() as usize;
        (all, open) = (all + words, open + words);
        if ends_sentence(text(line)) {
            prose += if open >= LINE_WORDS_MIN { open } else { 0 };
            open = 0;
            continue;
        }
        let next = lines.get(at + 1).filter(|&&next| next == line + 1);
        let is_filled =
            next.is_some_and(|&next| text(line).chars().count() + first_word_chars(text(next)) >= widest);
        if widest < WRAPPED_CHARS_MIN || !is_filled {
            open = 0;
        }
    }
    prose * 100 >= all * PROSE_PERCENT_MIN
}

/// The characters of the first word with the blank before it; a letter of a script without spaces is a word.
fn first_word_chars(text: &str) -> usize {
    if text.starts_with(is_unspaced) {
        return 1;
    }
    text.chars().take_while(|&c| !is_blank_char(c)).count() + 1
}

/// Does a line end with a full stop? Songs end their lines with exclamation marks.
fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(|c| is_closing(c) || is_blank_char(c)).ends_with(is_full_stop)
}
