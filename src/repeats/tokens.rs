//! Words: what repeats are compared by.
//!
//! How a text becomes words stands in `tokenize`.
//!
//! Lines of other documents may stand before those of the text: of their words only the hashes are known
//! ([`SourceLine`]).
//!
//! Cost: one pass over the normal form, and 24 bytes for each token.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use unicode_normalization::char::is_combining_mark;

use super::sentences::sentences;
use super::tokenize::{Piece, tokenize, word_hash};
use crate::normal::normalise;
use crate::profile::Profile;

/// One token of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// xxh3 (64 bits) of its normal form, under the key of the run; the lowest bit says whether it is a
    /// number.
    pub(crate) hash: u64,
    /// Where it begins in the normal form of its line.
    start: u32,
    /// The line among the units of [`Tokens`].
    unit: u32,
    /// Bytes in normal form.
    length: u8,
    /// Twice its length in words: letters of scripts without spaces count half a word.
    halves: u8,
}

/// The tokens of the lines of a text that stay.
#[derive(Debug)]
pub(crate) struct Tokens<'p, 't> {
    profile: &'p Profile<'t>,
    list: Vec<Token>,
    /// Lines of other documents: the first units.
    pub(crate) sources: Vec<SourceLine>,
    /// The lines that are not blank and stay, in order; before them, those of other documents.
    pub(crate) lines: Vec<usize>,
    /// The first token of each of them, and the number of tokens at the end.
    starts: Vec<usize>,
    /// What [`Tokens::written`] told, by unit: a line may be asked for at each of its matches.
    written: Memo<[Range<usize>]>,
    /// And what [`Tokens::sentences`] told.
    sentences: Memo<[Sentence]>,
}

/// A line of another document.
#[derive(Clone, Debug)]
pub(crate) struct SourceLine {
    /// The document.
    pub(crate) document: Arc<str>,
    /// Is it one of an index?
    pub(crate) indexed: bool,
    /// The line in it.
    pub(crate) line: usize,
    /// Its bytes, line end included.
    pub(crate) span: Range<usize>,
    /// xxh3 (64 bits) of the line as it is written, without its line end.
    pub(crate) written: u64,
}

/// What is known of lines, by unit; asked for more than once.
type Memo<T> = RefCell<HashMap<usize, Option<Rc<T>>>>;

/// A sentence of a line.
#[derive(Debug)]
pub(crate) struct Sentence {
    /// Bytes of the line; it takes the blanks behind it.
    pub(crate) span: Range<usize>,
    pub(crate) tokens: Range<usize>,
    /// Do quotation marks stand open before it, and behind it?
    pub(crate) opens_inside: bool,
    pub(crate) ends_inside: bool,
}

impl<'p, 't> Tokens<'p, 't> {
    /// Reads the lines for which `stays` holds.
    pub(crate) fn of(profile: &'p Profile<'t>, stays: impl Fn(usize) -> bool, key: u64) -> Self {
        Self::behind(Vec::new(), profile, stays, key)
    }

    /// Reads them behind lines of other documents, which come with the hashes of their words.
    pub(crate) fn behind(
        sources: Vec<(SourceLine, &[u64])>,
        profile: &'p Profile<'t>,
        stays: impl Fn(usize) -> bool,
        key: u64,
    ) -> Self {
        let mut tokens = Self {
            profile,
            list: Vec::with_capacity(profile.text.len() / 5),
            sources: Vec::with_capacity(sources.len()),
            lines: Vec::new(),
            starts: Vec::new(),
            written: RefCell::default(),
            sentences: RefCell::default(),
        };
        for (source, words) in sources {
            let unit = u32::try_from(tokens.lines.len()).unwrap_or(u32::MAX);
            tokens.starts.push(tokens.list.len());
            tokens.lines.push(source.line);
            tokens.sources.push(source);
            let token = |&hash| Token { hash, start: 0, unit, length: 0, halves: 2 };
            tokens.list.extend(words.iter().map(token));
        }
        for line in (0..profile.lines.len()).filter(|&line| !profile.is_blank(line) && stays(line)) {
            let unit = u32::try_from(tokens.lines.len()).unwrap_or(u32::MAX);
            tokens.lines.push(line);
            tokens.starts.push(tokens.list.len());
            let list = &mut tokens.list;
            let normal = profile.normals.line(line);
            tokenize(normal, |piece| {
                list.push(Token {
                    hash: word_hash(normal, &piece, key),
                    start: u32::try_from(piece.span.start).unwrap_or(u32::MAX),
                    unit,
                    length: u8::try_from(piece.span.len()).unwrap_or(u8::MAX),
                    halves: piece.halves,
                });
            });
        }
        tokens.starts.push(tokens.list.len());
        tokens
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The hashes of tokens.
    pub(crate) fn hashes(&self, tokens: Range<usize>) -> impl Iterator<Item = u64> {
        self.list[tokens].iter().map(|token| token.hash)
    }

    /// The tokens of a line, by its place among the units.
    pub(crate) fn of_unit(&self, unit: usize) -> Range<usize> {
        self.starts[unit]..self.starts[unit + 1]
    }

    /// The unit in which a token stands.
    pub(crate) fn unit(&self, token: usize) -> usize {
        self.list[token].unit as usize
    }

    /// Is the line one of another document?
    pub(crate) fn is_foreign(&self, unit: usize) -> bool {
        unit < self.sources.len()
    }

    /// A token in normal form; of another document's it is not known, and empty.
    pub(crate) fn text(&self, token: usize) -> &'p str {
        let Token { start, unit, length, .. } = self.list[token];
        if self.is_foreign(unit as usize) {
            return "";
        }
        let start = start as usize;
        &self.profile.normals.line(self.lines[unit as usize])[start..start + usize::from(length)]
    }

    /// Are two tokens the same? Their hashes propose, their normal forms decide; of another document the
    /// hash is all there is.
    pub(crate) fn same(&self, one: usize, other: usize) -> bool {
        let (one_token, other_token) = (&self.list[one], &self.list[other]);
        one_token.hash == other_token.hash
            && (self.text(one) == self.text(other)
                || self.is_foreign(one_token.unit as usize)
                || self.is_foreign(other_token.unit as usize))
    }

    /// Is it a number: a token with a digit, or one without any letter?
    pub(crate) fn is_number(&self, token: usize) -> bool {
        self.list[token].hash & 1 == 1
    }

    /// Length in half words.
    pub(crate) fn halves(&self, tokens: Range<usize>) -> usize {
        self.list[tokens].iter().map(|token| usize::from(token.halves)).sum()
    }

    /// Length in words; two letters of a script without spaces are one.
    pub(crate) fn words(&self, tokens: Range<usize>) -> usize {
        self.halves(tokens).div_ceil(2)
    }

    /// Does the normal form say that a credit begins with this token: behind a bracket, a bar or a slash,
    /// or before a colon?
    pub(crate) fn begins_credit(&self, token: usize) -> bool {
        let Token { start, unit, length, .. } = self.list[token];
        if self.is_foreign(unit as usize) {
            return false;
        }
        let line = self.profile.normals.line(self.lines[unit as usize]);
        let (before, behind) = (&line[..start as usize], &line[start as usize + usize::from(length)..]);
        before.trim_end().ends_with(['(', '[', '|', '/', '©', '（', '［', '【'])
            || behind.starts_with([':', '：'])
    }

    /// The sentences of a line; `None` if they cannot be told.
    pub(crate) fn sentences(&self, unit: usize) -> Option<Rc<[Sentence]>> {
        self.sentences.borrow_mut().entry(unit).or_insert_with(|| self.find_sentences(unit)).clone()
    }

    fn find_sentences(&self, unit: usize) -> Option<Rc<[Sentence]>> {
        let (written, base) = (self.written(unit)?, self.of_unit(unit).start);
        let line = self.profile.line(self.lines[unit]);
        let (mut token, mut straight, mut depth) = (0, false, 0_i32);
        let of = |span: Range<usize>| {
            let (start, opens_inside) = (token, straight || depth != 0);
            token += written[token..].iter().take_while(|written| written.start < span.end).count();
            for c in line[span.clone()].chars() {
                match c {
                    '"' => straight = !straight,
                    '“' | '„' | '«' | '「' | '『' => depth += 1,
                    '”' | '»' | '」' | '』' => depth -= 1,
                    _ => {}
                }
            }
            let ends_inside = straight || depth != 0;
            Sentence { span, tokens: base + start..base + token, opens_inside, ends_inside }
        };
        Some(sentences(line).into_iter().map(of).collect())
    }

    /// Where each token of a line stands in the line as it was written, in bytes of the line. `None` if
    /// it cannot be told, as for conjoining letters that only together are a token of the normal form.
    pub(crate) fn written(&self, unit: usize) -> Option<Rc<[Range<usize>]>> {
        self.written.borrow_mut().entry(unit).or_insert_with(|| self.find_written(unit)).clone()
    }

    fn find_written(&self, unit: usize) -> Option<Rc<[Range<usize>]>> {
        let line = self.profile.line(self.lines[unit]);
        let tokens = self.of_unit(unit);
        let mut spans = Vec::with_capacity(tokens.len());
        let mut texts = tokens.clone().map(|token| self.text(token));
        let mut fits = true;
        if line.is_ascii() {
            let normal = line.to_ascii_lowercase().replace('`', "'");
            tokenize(&normal, |Piece { span, .. }| {
                fits &= texts.next() == Some(&normal[span.clone()]);
                spans.push(span);
            });
        } else {
            let (normal, origins) = with_origins(line);
            tokenize(&normal, |Piece { span, .. }| {
                fits &= texts.next() == Some(&normal[span.clone()]);
                spans.push(origins[span.start].start..origins[span.end - 1].end);
            });
        }
        (fits && texts.next().is_none()).then(|| spans.into())
    }
}

/// The normal form of a line, and for each byte of it the characters that it comes from: a character and
/// the marks behind it are normalised together.
fn with_origins(line: &str) -> (String, Vec<Range<usize>>) {
    let mut normal = String::with_capacity(line.len());
    let mut origins: Vec<Range<usize>> = Vec::with_capacity(line.len());
    let mut chars = line.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        while let Some(&(_, next)) = chars.peek() {
            if !is_combining_mark(next) {
                break;
            }
            end += next.len_utf8();
            chars.next();
        }
        if c.is_whitespace() {
            normal.push(' ');
        } else {
            normal.push_str(&normalise(&line[start..end]));
        }
        origins.resize(normal.len(), start..end);
    }
    (normal, origins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_in_the_line_as_written() {
        for line in [
            "“Don’t,” she said—twice.",
            "The ﬁne Ｆｕｌｌ width, Zu\u{308}rich ½ № 5",
            "  \u{feff}soft\u{ad}hy\u{200b}phen ",
            "市议会在春天买下的渡船。ไทยน้ำ",
            "plain `quoted' text",
        ] {
            let profile = Profile::of(line);
            let tokens = Tokens::of(&profile, |_| true, 0);
            let spans = tokens.written(0).unwrap();
            assert_eq!(spans.len(), tokens.len(), "{line}");
            for (token, span) in spans.iter().cloned().enumerate() {
                assert!(normalise(&line[span.clone()]).contains(tokens.text(token)), "{line}: {span:?}");
            }
        }
    }
}
