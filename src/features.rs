//! Counts about one line: facts, no thresholds.
//!
//! Everything here is counted the same way in every script. Length is measured in *words*, where
//! two letters of a script without spaces count as one word (the mean length of a Chinese or
//! Japanese word is close to two characters).
//!
//! Cost: one pass over the characters of a line, with a look-up in a table for each; of a line in ASCII,
//! another that finds its tokens by bit masks.

use crate::masks;
use crate::script::{is_blank_char, is_closing, is_exclamation_or_question, is_full_stop, trim_blank};
use crate::traits;
use crate::traits::{
    ALNUM, AT, BLANK, CAPITAL, COLON, Counts, EXCLAMATION, FOLDED, FULL_STOP, GAP, HASH, SEPARATOR, SMALL,
    Traits, UNSPACED,
};

/// How the text of a line ends, closing quotation marks and brackets passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// In a letter, a digit or anything not named below.
    #[default]
    Open,
    /// In a full stop of any script.
    FullStop,
    /// In an exclamation or question mark.
    Exclamation,
    /// In a colon.
    Colon,
    /// In a comma, semicolon or dash: the sentence goes on in the next line.
    Pause,
}

/// Facts about one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Code points of the trimmed line.
    pub chars: u32,
    /// Words of scripts with spaces: runs of characters between blanks that hold a letter or digit.
    pub spaced_words: u32,
    /// Letters of scripts without spaces.
    pub unspaced: u32,
    /// Words that begin with a capital letter.
    pub capitalised: u32,
    /// Letters that are capitals.
    pub capitals: u32,
    /// Letters of any script.
    pub letters: u32,
    /// Digits of any script.
    pub digits: u32,
    /// Commas and semicolons of any script.
    pub commas: u32,
    /// Full stops, exclamation and question marks inside the line, followed by a blank or a letter
    /// of a script without spaces.
    pub inner_ends: u32,
    /// Bars, bullets, guillemets, slashes and tabs that stand alone between words.
    pub separators: u32,
    /// Words that are an address: with `://`, `www.`, or a leading `@` or `#`.
    pub addresses: u32,
    /// How the line ends.
    pub end: End,
    /// Does it begin with a bullet, a dash or a heading mark?
    pub marked: bool,
    /// Does it begin with a small letter?
    pub begins_small: bool,
    /// Round and square brackets.
    pub brackets: u32,
    /// What its characters are, all together.
    pub(crate) traits: Traits,
}

impl Facts {
    /// Length in words; two letters of a script without spaces are one.
    #[must_use]
    pub fn words(&self) -> u32 {
        self.spaced_words + self.unspaced.div_ceil(2)
    }

    /// Does the line end as a statement ends?
    #[must_use]
    pub fn ends_statement(&self) -> bool {
        self.end == End::FullStop
    }
}

/// Counts the facts of `line`, a line without its line end.
#[must_use]
pub fn facts(line: &str) -> Facts {
    let text = trim_blank(line);
    let mut reader = Reader::new(text);
    if text.is_ascii() {
        return reader.of_ascii();
    }
    for (at, c) in text.char_indices() {
        let (own, counts) = traits::with_counts(c);
        let ends = reader.before & ENDS != 0 && own & UNSPACED != 0;
        reader.facts.inner_ends += u32::from(ends);
        reader.read(at, own, counts);
    }
    reader.finish()
}

/// Marks that end a sentence.
const ENDS: Traits = FULL_STOP | EXCLAMATION;
/// Edges that are kept before their tokens are counted: an even number.
const EDGES: usize = 64;
/// So many characters are counted in bytes before the counts are moved.
const COUNTED_MAX: u32 = 255;

/// Reads the characters of a line one by one.
struct Reader<'t> {
    text: &'t str,
    facts: Facts,
    /// Where blanks and other characters meet, in turn: starts and ends of tokens.
    edges: [usize; EDGES],
    found: usize,
    /// Traits of the character before.
    before: Traits,
    counts: Counts,
    uncounted: u32,
    /// Traits of the first letter or digit.
    first_letter: Option<Traits>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        let facts = Facts { end: end(text), marked: is_marked(text), ..Facts::default() };
        let edges = [0; EDGES];
        Self { text, facts, edges, found: 0, before: BLANK, counts: 0, uncounted: 0, first_letter: None }
    }

    #[inline]
    fn read(&mut self, at: usize, own: Traits, counts: Counts) {
        self.facts.traits |= own | ((own & self.before & BLANK) * GAP);
        // Only an edge that is one is kept: a branch here would be guessed wrong at each word.
        self.edges[self.found % EDGES] = at;
        self.found += usize::from((own ^ self.before) & BLANK != 0);
        self.before = own;
        self.counts += counts;
        self.uncounted += 1;
        if self.uncounted == COUNTED_MAX || self.found == EDGES - 1 {
            self.empty();
        }
    }

    /// Reads a text in ASCII: what its bytes are first, then its tokens.
    fn of_ascii(mut self) -> Facts {
        let bytes = self.text.as_bytes();
        for chunk in bytes.chunks(COUNTED_MAX as usize) {
            for &byte in chunk {
                let (own, counts) = traits::of_byte(byte);
                self.facts.traits |= own;
                self.counts += counts;
            }
            self.uncounted = u32::try_from(chunk.len()).unwrap_or_default();
            self.move_counts();
        }
        let mut end_before = 0;
        masks::runs(bytes, masks::visible, |start, end| {
            // The text is trimmed, so that what is blank stands between two tokens.
            self.facts.traits |= if start > end_before + 1 { GAP } else { 0 };
            end_before = end;
            self.count_token(start, end);
        });
        self.conclude()
    }

    /// Moves the counts to the facts.
    #[inline]
    fn move_counts(&mut self) {
        let facts = &mut self.facts;
        let counts = self.counts.to_le_bytes().map(u32::from);
        facts.chars += self.uncounted;
        facts.letters += counts[0];
        facts.digits += counts[1];
        facts.commas += counts[2];
        facts.brackets += counts[3];
        facts.capitals += counts[4];
        facts.unspaced += counts[5];
        (self.counts, self.uncounted) = (0, 0);
    }

    /// Moves the counts, and counts the tokens that are whole.
    #[inline(never)]
    fn empty(&mut self) {
        self.move_counts();
        let whole = self.found & !1;
        for at in (0..whole).step_by(2) {
            self.count_token(self.edges[at], self.edges[at + 1]);
        }
        self.edges[0] = self.edges[whole % EDGES];
        self.found -= whole;
    }

    /// Counts one run of characters between blanks.
    fn count_token(&mut self, start: usize, end: usize) {
        let token = &self.text[start..end];
        let mut chars = token.chars();
        let first = chars.next().map_or(0, traits::of);
        let last = token.chars().next_back().map_or(0, traits::of);
        self.facts.inner_ends += u32::from(last & ENDS != 0 && end < self.text.len());
        let letter = if first & ALNUM != 0 {
            first
        } else if let Some(letter) = chars.map(traits::of).find(|own| own & ALNUM != 0) {
            letter
        } else {
            let alone = first & SEPARATOR != 0 && token.chars().nth(1).is_none();
            self.facts.separators += u32::from(alone);
            return;
        };
        self.first_letter.get_or_insert(letter);
        if letter & UNSPACED != 0 {
            return; // its letters are counted one by one
        }
        self.facts.spaced_words += 1;
        self.facts.capitalised += u32::from(letter & CAPITAL != 0);
        let may_be_address = self.facts.traits & (COLON | AT | HASH) != 0;
        let address = may_be_address && is_address(token) || token.starts_with("www.");
        self.facts.addresses += u32::from(address);
    }

    fn finish(mut self) -> Facts {
        self.edges[self.found] = self.text.len();
        self.found += 1;
        self.empty();
        self.conclude()
    }

    fn conclude(self) -> Facts {
        let mut facts = self.facts;
        if facts.traits & FOLDED != 0 {
            let tabs = memchr::memchr_iter(b'\t', self.text.as_bytes()).count();
            facts.separators += u32::try_from(tabs).unwrap_or(u32::MAX);
        }
        facts.begins_small = self.first_letter.is_some_and(|letter| letter & SMALL != 0);
        facts
    }
}

fn is_address(token: &str) -> bool {
    token.starts_with(['@', '#']) && token.len() > 1 || token.contains("://")
}

fn end(text: &str) -> End {
    let Some(last) = text.chars().rev().find(|&c| !is_closing(c) && !is_blank_char(c)) else {
        return End::Open;
    };
    if is_full_stop(last) {
        End::FullStop
    } else if is_exclamation_or_question(last) {
        End::Exclamation
    } else if matches!(last, ':' | '：') {
        End::Colon
    } else if matches!(last, ',' | '，' | '、' | '،' | '-' | '–' | '—') {
        End::Pause
    } else {
        End::Open
    }
}

fn is_marked(text: &str) -> bool {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some('•' | '▪' | '■' | '●' | '◆' | '►' | '▶' | '▼' | '→' | '»' | '›' | '‣' | '·'), _) => {
            true
        }
        (Some('*' | '-' | '+' | '–' | '—'), Some(next)) => is_blank_char(next),
        (Some('#'), Some(next)) => next == '#' || is_blank_char(next),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_alike_in_every_script() {
        assert_eq!(facts("The council met on Tuesday.").words(), 5);
        assert_eq!(facts("今天下午市议会开会").words(), 5);
        assert_eq!(facts("परिषद की बैठक हुई।").words(), 4);
        assert_eq!(facts("iPhone 17を発表").words(), 2 + 2);
        assert_eq!(facts(" - | - ").words(), 0);
    }

    #[test]
    fn ends_are_read_behind_quotation_marks() {
        assert_eq!(facts("“It is over.”").end, End::FullStop);
        assert_eq!(facts("終わった。」").end, End::FullStop);
        assert_eq!(facts("वह आया।").end, End::FullStop);
        assert_eq!(facts("Why now?’").end, End::Exclamation);
        assert_eq!(facts("Read more:").end, End::Colon);
        assert_eq!(facts("Read more").end, End::Open);
        assert_eq!(facts("").end, End::Open);
    }

    #[test]
    fn counts_of_a_line() {
        let counted = facts("Home | News › Sport, 24. May 2025 @unit #tag https://example.org");
        assert_eq!(
            (
                counted.separators,
                counted.commas,
                counted.digits,
                counted.addresses,
                counted.capitalised,
                counted.inner_ends
            ),
            (2, 1, 6, 3, 4, 1)
        );
        assert!(facts("* item").marked && facts("## Heading").marked && !facts("*stress* it").marked);
        assert!(facts("“small").begins_small && !facts("Large").begins_small);
    }
}
