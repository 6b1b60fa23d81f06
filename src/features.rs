//! Counts about one line: facts, no thresholds.
//!
//! Everything here is counted the same way in every script. Length is measured in *words*, where
//! two letters of a script without spaces count as one word (the mean length of a Chinese or
//! Japanese word is close to two characters).
//!
//! Cost: one pass over the characters of a line.

use crate::script::{
    is_blank_char, is_closing, is_exclamation_or_question, is_full_stop, is_unspaced, is_zero_width,
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
    let text = line.trim_matches(is_blank_char);
    let mut facts = Facts { end: end(text), marked: is_marked(text), ..Facts::default() };
    facts.begins_small = text.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase);
    for token in text.split(is_blank_char) {
        count_token(token, &mut facts);
    }
    facts.separators +=
        u32::try_from(memchr::memchr_iter(b'\t', text.as_bytes()).count()).unwrap_or(u32::MAX);
    count_chars(text, &mut facts);
    facts
}

fn count_chars(text: &str, facts: &mut Facts) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        facts.chars += 1;
        if c.is_ascii_lowercase() {
            facts.letters += 1;
            continue;
        }
        if is_full_stop(c) || is_exclamation_or_question(c) {
            let next = chars.peek().copied();
            facts.inner_ends += u32::from(next.is_some_and(|n| is_blank_char(n) || is_unspaced(n)));
        } else if matches!(c, ',' | ';' | '，' | '、' | '；' | '،' | '؛') {
            facts.commas += 1;
        } else if c.is_numeric() {
            facts.digits += 1;
        } else if c.is_alphabetic() {
            facts.letters += 1;
            facts.capitals += u32::from(c.is_uppercase());
            facts.unspaced += u32::from(is_unspaced(c));
        }
    }
}

/// Counts one run of characters between blanks.
fn count_token(token: &str, facts: &mut Facts) {
    let mut chars = token.chars().filter(|&c| !is_zero_width(c));
    let Some(first) = chars.next() else { return };
    if matches!(first, '|' | '•' | '·' | '›' | '»' | '>' | '/' | '→' | '‣' | '∙' | '¦' | '｜')
        && chars.next().is_none()
    {
        facts.separators += 1;
        return;
    }
    let Some(letter) = token.chars().find(|c| c.is_alphanumeric()) else { return };
    if is_unspaced(letter) {
        return; // its letters are counted one by one
    }
    facts.spaced_words += 1;
    facts.capitalised += u32::from(letter.is_uppercase());
    let address =
        matches!(first, '@' | '#') && token.len() > 1 || token.contains("://") || token.starts_with("www.");
    facts.addresses += u32::from(address);
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
