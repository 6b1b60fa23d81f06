//! What is known of a character, looked up in a table instead of asked again and again.
//!
//! The traits of a character are bits of one number; those of a text are what its characters' have
//! together ([`of`]), so that a question about a whole line is one test.
//!
//! Cost: one look-up. The table is filled by pages of 256 characters when the first of a page is met.

use std::sync::OnceLock;

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, is_nfkc_quick};

use crate::script;

/// Bits, each named below.
pub(crate) type Traits = u32;

/// White space, or without width: shows nothing.
pub(crate) const BLANK: Traits = 1;
/// White space.
pub(crate) const WHITE: Traits = 1 << 1;
/// A letter or a number of any kind.
pub(crate) const ALNUM: Traits = 1 << 2;
/// A number of any kind.
pub(crate) const NUMERIC: Traits = 1 << 3;
/// A letter that is no number.
pub(crate) const LETTER: Traits = 1 << 4;
/// A capital letter.
pub(crate) const CAPITAL: Traits = 1 << 5;
/// A small letter.
pub(crate) const SMALL: Traits = 1 << 6;
/// Of a script without spaces.
pub(crate) const UNSPACED: Traits = 1 << 7;
/// Ends a statement.
pub(crate) const FULL_STOP: Traits = 1 << 8;
/// Ends an exclamation or a question.
pub(crate) const EXCLAMATION: Traits = 1 << 9;
/// A comma or semicolon.
pub(crate) const COMMA: Traits = 1 << 10;
/// A combining mark.
pub(crate) const COMBINING: Traits = 1 << 11;
/// Its normal form is not itself in lower case, or depends on the characters beside it.
pub(crate) const UNSTABLE: Traits = 1 << 12;
/// Outside ASCII.
pub(crate) const NON_ASCII: Traits = 1 << 13;
/// In ASCII, and neither its own normal form nor a capital: tabs and other odd spaces, the grave accent.
pub(crate) const FOLDED: Traits = 1 << 14;
/// An Arabic vowel sign or the stretching mark.
pub(crate) const ARABIC_MARK: Traits = 1 << 15;
/// Stands alone between words as a separator.
pub(crate) const SEPARATOR: Traits = 1 << 16;
/// `>` and its like.
pub(crate) const ARROW: Traits = 1 << 17;
/// `|`
pub(crate) const BAR: Traits = 1 << 18;
/// `@`
pub(crate) const AT: Traits = 1 << 19;
/// `©`
pub(crate) const COPYRIGHT: Traits = 1 << 20;
/// A sign of the large currencies.
pub(crate) const CURRENCY: Traits = 1 << 21;
/// `:`
pub(crate) const COLON: Traits = 1 << 22;
/// A question mark.
pub(crate) const QUESTION: Traits = 1 << 23;
/// A quotation mark that opens, as a dialogue has.
pub(crate) const QUOTE: Traits = 1 << 24;
/// `(`, `)`, `[` or `]`.
pub(crate) const BRACKET: Traits = 1 << 25;
/// `#`
pub(crate) const HASH: Traits = 1 << 27;
/// Of a text: one blank character directly behind another.
pub(crate) const GAP: Traits = 1 << 26;

/// Counts of characters, in bytes of one number: letters, numbers, commas, brackets, capitals, letters of
/// scripts without spaces.
pub(crate) type Counts = u64;

const fn counts_of(own: Traits) -> Counts {
    const fn has(own: Traits, bits: Traits) -> Counts {
        (own & bits == bits) as Counts
    }
    has(own, LETTER)
        | has(own, NUMERIC) << 8
        | has(own, COMMA) << 16
        | has(own, BRACKET) << 24
        | has(own, LETTER | CAPITAL) << 32
        | has(own, LETTER | UNSPACED) << 40
}

const PAGE: usize = 256;

struct Page {
    traits: [Traits; PAGE],
    counts: [Counts; PAGE],
    /// The normal form of each character that is not [`UNSTABLE`].
    normal: [char; PAGE],
}

static PAGES: [OnceLock<Box<Page>>; (char::MAX as usize + 1) / PAGE] =
    [const { OnceLock::new() }; (char::MAX as usize + 1) / PAGE];

static ASCII: [Traits; 128] = {
    let mut table = [0; 128];
    let mut at = 0_u8;
    while at < 128 {
        table[at as usize] = of_ascii(at);
        at += 1;
    }
    table
};

static ASCII_COUNTS: [Counts; 128] = {
    let mut table = [0; 128];
    let mut at = 0;
    while at < 128 {
        table[at] = counts_of(ASCII[at]);
        at += 1;
    }
    table
};

/// The traits of a character, and what it counts for.
#[inline]
pub(crate) fn with_counts(c: char) -> (Traits, Counts) {
    if c.is_ascii() {
        of_byte(c as u8)
    } else {
        let page = page(c);
        (page.traits[c as usize % PAGE], page.counts[c as usize % PAGE])
    }
}

/// The traits of a character.
#[inline]
pub(crate) fn of(c: char) -> Traits {
    match ASCII.get(c as usize) {
        Some(traits) => *traits,
        None => page(c).traits[c as usize % PAGE],
    }
}

/// The traits of an ASCII character, and what it counts for.
#[inline]
pub(crate) fn of_byte(byte: u8) -> (Traits, Counts) {
    let at = usize::from(byte & 127);
    (ASCII[at], ASCII_COUNTS[at])
}

/// All traits that the characters of `text` have.
pub(crate) fn of_text(text: &str) -> Traits {
    let mut blank = 0;
    text.chars().fold(0, |all, c| {
        let own = of(c);
        let gap = if own & blank & BLANK == 0 { 0 } else { GAP };
        blank = own;
        all | own | gap
    })
}

/// The normal form of a character that is not [`UNSTABLE`] and not in ASCII.
#[inline]
pub(crate) fn normal(c: char) -> char {
    page(c).normal[c as usize % PAGE]
}

/// Pages full of ideographs or Hangul syllables, which all have the same traits and are their own normal
/// form: most pages that a run needs, found without asking for each character.
const fn is_uniform(number: usize) -> bool {
    matches!(number, 0x4e..=0x9e | 0xac..=0xd6)
}

fn page(c: char) -> &'static Page {
    let number = c as usize / PAGE;
    PAGES[number].get_or_init(|| {
        let mut page = Box::new(Page { traits: [0; PAGE], counts: [0; PAGE], normal: ['\0'; PAGE] });
        let first = if is_uniform(number) { Some(of_any(c)) } else { None };
        for at in 0..PAGE {
            // Surrogates are no characters, and nobody asks for them.
            let code = u32::try_from(number * PAGE + at).ok();
            if let Some(c) = code.and_then(char::from_u32) {
                page.traits[at] = first.unwrap_or_else(|| of_any(c));
                page.counts[at] = counts_of(page.traits[at]);
                page.normal[at] = if first.is_some() { c } else { normal_of(c) };
            }
        }
        page
    })
}

fn normal_of(c: char) -> char {
    script::fold(c.to_lowercase().next().unwrap_or(c))
}

const fn bit(holds: bool, bit: Traits) -> Traits {
    if holds { bit } else { 0 }
}

const fn of_ascii(byte: u8) -> Traits {
    let white = matches!(byte, b' ' | b'\t'..=b'\r');
    bit(white, BLANK | WHITE)
        | bit(byte.is_ascii_alphanumeric(), ALNUM)
        | bit(byte.is_ascii_digit(), NUMERIC)
        | bit(byte.is_ascii_alphabetic(), LETTER)
        | bit(byte.is_ascii_uppercase(), CAPITAL)
        | bit(byte.is_ascii_lowercase(), SMALL)
        | bit(byte == b'.', FULL_STOP)
        | bit(matches!(byte, b'!' | b'?'), EXCLAMATION)
        | bit(matches!(byte, b',' | b';'), COMMA)
        | bit(white && byte != b' ' || byte == b'`', FOLDED)
        | bit(matches!(byte, b'|' | b'>' | b'/'), SEPARATOR)
        | bit(byte == b'>', ARROW)
        | bit(byte == b'|', BAR)
        | bit(byte == b'@', AT)
        | bit(byte == b'#', HASH)
        | bit(byte == b'$', CURRENCY)
        | bit(byte == b':', COLON)
        | bit(byte == b'?', QUESTION)
        | bit(byte == b'"', QUOTE)
        | bit(matches!(byte, b'(' | b')' | b'[' | b']'), BRACKET)
}

fn of_any(c: char) -> Traits {
    let (zero_width, numeric, alphabetic) = (script::is_zero_width(c), c.is_numeric(), c.is_alphabetic());
    let (full_stop, exclamation) = (script::is_full_stop(c), script::is_exclamation_or_question(c));
    let stable = canonical_combining_class(c) == 0
        && is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes
        && !zero_width
        && c != 'İ';
    NON_ASCII
        | bit(c.is_whitespace() || zero_width, BLANK)
        | bit(c.is_whitespace(), WHITE)
        | bit(alphabetic || numeric, ALNUM)
        | bit(numeric, NUMERIC)
        | bit(alphabetic && !numeric, LETTER)
        | bit(c.is_uppercase(), CAPITAL)
        | bit(c.is_lowercase(), SMALL)
        | bit(script::is_unspaced(c), UNSPACED)
        | bit(full_stop, FULL_STOP)
        | bit(exclamation, EXCLAMATION)
        | bit(matches!(c, '，' | '、' | '；' | '،' | '؛') && !full_stop && !exclamation, COMMA)
        | bit(is_combining_mark(c), COMBINING)
        | bit(!stable, UNSTABLE)
        | bit(script::is_arabic_mark(c), ARABIC_MARK)
        | bit(matches!(c, '•' | '·' | '›' | '»' | '→' | '‣' | '∙' | '¦' | '｜'), SEPARATOR)
        | bit(matches!(c, '›' | '»' | '→'), ARROW)
        | bit(c == '©', COPYRIGHT)
        | bit(matches!(c, '€' | '£' | '¥' | '₹'), CURRENCY)
        | bit(matches!(c, '？' | '؟'), QUESTION)
        | bit(matches!(c, '“' | '„' | '«' | '「'), QUOTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the two ways of asking have in common must not drift apart.
    #[test]
    fn ascii_is_described_as_any_character_is() {
        let common =
            !(NON_ASCII | FOLDED | UNSTABLE | COMMA | SEPARATOR | ARROW | CURRENCY | QUESTION | QUOTE);
        let of_ascii_alone = BAR | AT | HASH | COLON | BRACKET;
        for byte in 0..128_u8 {
            let (short, long) = (of(char::from(byte)), of_any(char::from(byte)));
            assert_eq!(short & common & !of_ascii_alone, long & common, "{:?}", char::from(byte));
        }
    }

    #[test]
    fn uniform_pages_are_uniform() {
        for number in (0..PAGES.len()).filter(|&number| is_uniform(number)) {
            let number = u32::try_from(number * PAGE).unwrap();
            for c in (number..).take(PAGE).filter_map(char::from_u32) {
                assert_eq!(of(c), of_any(c), "{c:?}");
                assert_eq!(normal(c), normal_of(c), "{c:?}");
            }
        }
    }

    #[test]
    fn a_text_has_the_traits_of_its_characters() {
        let all = of_text("Two  words — 二つ。");
        assert!([GAP, CAPITAL, SMALL, UNSPACED, FULL_STOP, NON_ASCII].iter().all(|bit| all & bit != 0));
        assert_eq!(all & (NUMERIC | COLON | UNSTABLE), 0);
    }
}
