//! What counts as the same text: the normal form that comparisons use, and nothing ever writes.
//!
//! Normal form `v1`: NFKC, lower case (with final sigma folded), white space collapsed to single
//! spaces and trimmed, quotation marks and dashes folded to `'`, `"` and `-`, zero-width characters
//! dropped. Digits stay: texts that differ in a number differ.
//!
//! Cost: one pass. Lines in ASCII are copied and put in lower case; only characters whose normal form
//! is not simply their lower case, and their neighbours, are brought to NFKC.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

use crate::features::Facts;
use crate::script::{fold, is_arabic_mark, is_zero_width, trim_blank};
use crate::segment::Line;
use crate::traits::{self, ALNUM, ARABIC_MARK, COMBINING, FOLDED, GAP, NON_ASCII, NUMERIC, Traits, UNSTABLE};

/// The version of the normal form, as reports name it. A change of the form is a new version.
pub(crate) const NORMAL_VERSION: &str = "v1";

/// The normal forms of the lines of a text, one after another in one buffer.
///
/// Memory: the size of the text, and 24 bytes for each line.
#[derive(Debug)]
pub struct Normals {
    buffer: String,
    spans: Vec<Range<usize>>,
    hashes: Vec<u64>,
}

impl Normals {
    /// Normalises every line; `facts` has the facts of each.
    #[must_use]
    pub fn of(text: &str, lines: &[Line], facts: &[Facts]) -> Self {
        let mut buffer = String::with_capacity(text.len());
        let (spans, hashes) = lines
            .iter()
            .zip(facts)
            .map(|(line, facts)| {
                let start = buffer.len();
                normalise_into(line.text(text), facts.traits, &mut buffer);
                (start..buffer.len(), xxh3_64(&buffer.as_bytes()[start..]))
            })
            .unzip();
        Self { buffer, spans, hashes }
    }

    /// The normal form of line `number`, from 0. It is empty just when the line is blank.
    #[must_use]
    pub fn line(&self, number: usize) -> &str {
        &self.buffer[self.spans[number].clone()]
    }

    /// xxh3 (64 bits) of the normal form of line `number`.
    #[must_use]
    pub fn hash(&self, number: usize) -> u64 {
        self.hashes[number]
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Is there no line?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

/// Appends the normal form of `text` to `out`; `traits` are those of its characters, blank ones at its
/// ends left out.
fn normalise_into(text: &str, traits: Traits, out: &mut String) {
    let text = trim_blank(text);
    if traits & (NON_ASCII | FOLDED | GAP) == 0 {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
        return;
    }
    let mut writer = Writer { start: out.len(), space: false, out };
    if traits & UNSTABLE == 0 {
        text.split(char::is_whitespace).for_each(|token| writer.push_token(token));
        return;
    }
    // Where a character that is stable stands, the form before it and the form from it on are apart. So
    // only runs that are not are brought to NFKC, with the character before, which they may change.
    let is_stable = |c: char| traits::of(c) & UNSTABLE == 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let run = after.find(is_stable).unwrap_or(after.len());
        let (run, after) = rest.split_at(c.len_utf8() + run);
        if run.len() == c.len_utf8() && is_stable(c) {
            writer.push(lower(c));
        } else {
            writer.push_unstable(run);
        }
        rest = after;
    }
}

/// The normal form of a stable character.
fn lower(c: char) -> char {
    if c.is_ascii() { fold_ascii(c) } else { traits::normal(c) }
}

/// Writes a normal form: white space is collapsed and trimmed.
struct Writer<'o> {
    out: &'o mut String,
    start: usize,
    space: bool,
}

impl Writer<'_> {
    fn push(&mut self, c: char) {
        if c.is_whitespace() {
            self.space = true;
            return;
        }
        if self.space && self.out.len() > self.start {
            self.out.push(' ');
        }
        self.space = false;
        self.out.push(c);
    }

    /// Writes a stable text without white space, and a space before it.
    fn push_token(&mut self, token: &str) {
        if token.is_empty() {
            return;
        }
        if self.out.len() > self.start {
            self.out.push(' ');
        }
        let start = self.out.len();
        if token.is_ascii() {
            self.out.push_str(token);
            self.out[start..].make_ascii_lowercase();
            if token.contains('`') {
                self.out.replace_range(start.., &token.to_ascii_lowercase().replace('`', "'"));
            }
        } else {
            self.out.extend(token.chars().map(lower));
        }
    }

    fn push_unstable(&mut self, run: &str) {
        for c in run.nfkc().filter(|&c| !is_zero_width(c)) {
            if c == 'İ' {
                self.push('i'); // Unicode's lower case keeps the dot as a mark of its own
            } else {
                c.to_lowercase().for_each(|lower| self.push(fold(lower)));
            }
        }
    }
}

/// The key of a label: the form in which phrase tables are written. See `label_key_into`.
#[must_use]
pub fn label_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    label_key_into(&normalise(text), &mut key);
    key
}

/// The normal form of `text`.
#[must_use]
pub(crate) fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    normalise_into(text, traits::of_text(trim_blank(text)), &mut out);
    out
}

/// Appends the key of a label to `out`: its normal form (`normal`) with each run of digits as one
/// `0`, Arabic vowel signs dropped, without punctuation, arrows and bullets at either end and
/// without a bracketed counter at its end. "» Read more (12):" and "Read More" have the same key.
pub(crate) fn label_key_into(normal: &str, out: &mut String) {
    let start = out.len();
    let inner = label_inner(normal);
    let mut rest = inner.chars().peekable();
    while let Some(c) = rest.next() {
        if is_arabic_mark(c) {
            continue;
        }
        if traits::of(c) & NUMERIC == 0 {
            out.push(c);
            continue;
        }
        out.push('0');
        loop {
            match rest.peek() {
                Some(&digit) if traits::of(digit) & NUMERIC != 0 => {}
                Some('.' | ',' | ':') => {
                    let mut ahead = rest.clone();
                    ahead.next();
                    if !ahead.peek().is_some_and(|c| c.is_numeric()) {
                        break;
                    }
                }
                _ => break,
            }
            rest.next();
        }
    }
    for counter in [" (0", " [0", "(0", "[0"] {
        if let Some(shorter) = out[start..].strip_suffix(counter) {
            out.truncate(start + shorter.len());
            break;
        }
    }
}

/// The key of a label with this normal form, of which the characters have `traits`, if it is a part of it.
pub(crate) fn label_key_within(normal: &str, traits: Traits) -> Option<&str> {
    (traits & (NUMERIC | ARABIC_MARK | UNSTABLE) == 0).then(|| label_inner(normal))
}

/// A normal form without punctuation, arrows and bullets at either end.
fn label_inner(normal: &str) -> &str {
    normal.trim_matches(|c: char| traits::of(c) & (ALNUM | COMBINING) == 0)
}

fn fold_ascii(c: char) -> char {
    if c == '`' { '\'' } else { c.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_setting_does_not_tell_texts_apart_and_numbers_do() {
        for (one, other) in [
            ("“Well—then”, he said", "\"well-then\", HE  said "),
            ("ﬁne\u{a0}day", "fine day"),
            ("Zu\u{308}rich", "Zürich"),
            ("soft\u{ad}hy\u{200b}phen", "softhyphen"),
            ("ΟΔΟΣ", "οδος"),
            ("İLGİLİ", "ilgili"),
            ("οδός", "ΟΔΌΣ"),
            ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ] {
            assert_eq!(normalise(one), normalise(other));
        }
        assert_ne!(normalise("Dow 12,400"), normalise("Dow 12,401"));
        assert_eq!(normalise(" \t\u{a0} "), "");
    }

    /// The short paths say what the definition says.
    fn by_definition(text: &str) -> String {
        let lower = text.nfkc().filter(|&c| !is_zero_width(c)).flat_map(|c| {
            let lower: Vec<char> = if c == 'İ' { vec!['i'] } else { c.to_lowercase().collect() };
            lower.into_iter().map(fold)
        });
        lower.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_character_is_normalised_as_defined_beside_others() {
        for c in (0..0x2_0000).chain(0xe_0000..0xe_0200).filter_map(char::from_u32) {
            for text in [format!("{c}a\tb"), format!("a{c}\u{301} {c}B"), format!("ᄀ{c}ᆨ  {c}")] {
                assert_eq!(normalise(&text), by_definition(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn label_keys_fold_counters_and_lose_their_edges() {
        assert_eq!(label_key("» Read more (12):"), "read more");
        assert_eq!(label_key("▶ Weiterlesen …"), "weiterlesen");
        assert_eq!(label_key("12 Comments"), "0 comments");
        assert_eq!(label_key("1.2K shares"), "0k shares");
        assert_eq!(label_key("12:30, 3.5. x"), "0, 0. x");
        assert_eq!(label_key("【関連】"), "関連");
        assert_eq!(label_key("اقرأ أيضاً :"), "اقرأ أيضا");
        assert_eq!(label_key("यह भी पढ़ें:"), label_key("यह भी पढ़ें"));
        assert_eq!(label_key("***"), "");
    }
}
