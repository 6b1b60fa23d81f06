//! The words of all documents, in an unnamed temporary file or an index: what a second look at them needs.
//!
//! A document is a head (words, lines, bytes of its id, its group, the hash of its text), its words, its
//! lines and its id; all numbers are little-endian. Of each document 8 bytes stay in memory. About 1.5
//! bytes on disk for each byte of text.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::sync::Arc;

use super::positioned::Positioned;
use crate::repeats::across::Source;
use crate::repeats::words::{WordLine, Words};

/// The least that a document takes.
pub(super) const HEAD_BYTES: usize = 32;
const WORD_BYTES: usize = 8;
const LINE_BYTES: usize = 40;

/// Takes documents.
pub(super) struct Writer {
    file: BufWriter<File>,
    /// Where each document begins.
    starts: Vec<u64>,
    end: u64,
}

/// What a document is, apart from its words.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) group: u64,
    /// xxh3 (64 bits) of its text.
    pub(super) text: u64,
    pub(super) words: u32,
    lines: u32,
    id: u32,
    start: u64,
    file: Arc<Positioned>,
}

impl Head {
    /// Where its words, its lines and its id begin.
    fn places(&self) -> [u64; 3] {
        let words = self.start + HEAD_BYTES as u64;
        let lines = words + u64::from(self.words) * WORD_BYTES as u64;
        [words, lines, lines + u64::from(self.lines) * LINE_BYTES as u64]
    }

    /// All words of a document.
    pub(super) fn read_words(&self) -> io::Result<Words> {
        let hashes = hashes(self, 0..self.words)?;
        Ok(Words { hashes, lines: self.lines_of(&(0..self.words), 0..self.lines)? })
    }

    /// The words of a document from `words.start` to `words.end` or its end, their lines and its id.
    pub(super) fn source(&self, words: Range<u32>) -> io::Result<Source> {
        let words = words.start.min(self.words)..words.end.min(self.words);
        // Lines are sorted by their first words.
        let first = |word: u32| -> io::Result<u32> {
            let (mut low, mut high) = (0, self.lines);
            while low < high {
                let middle = low + (high - low) / 2;
                if lines(self, middle..middle + 1)?[0].word <= word {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            Ok(low)
        };
        let (from, to) = (first(words.start)?.saturating_sub(1), first(words.end.saturating_sub(1))?);
        let lines = self.lines_of(&words, from..to)?;
        let id = read(&self.file, self.places()[2], self.id as usize)?;
        Ok(Source {
            id: Arc::from(String::from_utf8_lossy(&id)),
            indexed: false,
            word: words.start,
            words: Words { hashes: hashes(self, words)?, lines },
        })
    }

    /// Lines in which these words stand: in order, and no word in none of them.
    fn lines_of(&self, words: &Range<u32>, range: Range<u32>) -> io::Result<Vec<WordLine>> {
        let lines = lines(self, range)?;
        let is_behind = |pair: &[WordLine]| {
            pair[0].line < pair[1].line && pair[0].word <= pair[1].word && pair[0].span.1 <= pair[1].span.0
        };
        let is_sound = lines.first().map_or(words.is_empty(), |first| first.word <= words.start)
            && lines.last().is_none_or(|last| last.word <= words.end && last.line < u32::MAX)
            && lines.windows(2).all(is_behind)
            && lines.iter().all(|line| line.span.0 <= line.span.1);
        if is_sound { Ok(lines) } else { Err(self.damaged()) }
    }

    /// The error of a document that is not as one was written.
    pub(super) fn damaged(&self) -> io::Error {
        self.file.damaged()
    }
}

impl Writer {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::with_capacity(1 << 20, tempfile::tempfile()?),
            starts: Vec::new(),
            end: 0,
        })
    }

    /// Takes the next document.
    pub(super) fn add(&mut self, id: &str, group: u64, text: u64, words: &Words) -> io::Result<()> {
        self.starts.push(self.end);
        let number = |count: usize| u32::try_from(count).map_err(|_| io::ErrorKind::FileTooLarge);
        let length = HEAD_BYTES + WORD_BYTES * words.hashes.len() + LINE_BYTES * words.lines.len() + id.len();
        let mut bytes: Vec<u8> = Vec::with_capacity(length);
        for count in [words.hashes.len(), words.lines.len(), id.len(), 0] {
            bytes.extend(number(count)?.to_le_bytes());
        }
        bytes.extend(group.to_le_bytes());
        bytes.extend(text.to_le_bytes());
        bytes.extend(words.hashes.iter().flat_map(|hash| hash.to_le_bytes()));
        for line in &words.lines {
            for number in [line.line, line.word, line.span.0, line.span.1] {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend(line.normal.to_le_bytes());
            bytes.extend(line.written.to_le_bytes());
        }
        bytes.extend(id.as_bytes());
        self.end += bytes.len() as u64;
        self.file.write_all(&bytes)
    }

    pub(super) fn finish(self) -> io::Result<Part> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Part { file: Arc::new(Positioned::temporary(file)), starts: self.starts, span: 0..self.end })
    }
}

/// Gives documents back, in any order and to any thread. They may stand in several files, one after another.
pub(super) struct Store {
    parts: Vec<Part>,
}

/// The documents of one file.
pub(super) struct Part {
    pub(super) file: Arc<Positioned>,
    /// Where each of them begins.
    pub(super) starts: Vec<u64>,
    /// Where the first begins and the last ends.
    pub(super) span: Range<u64>,
}

impl Store {
    pub(super) fn new(parts: Vec<Part>) -> Self {
        Self { parts }
    }

    /// The file and the place of a document.
    fn find(&self, document: u32) -> io::Result<(&Arc<Positioned>, Range<u64>)> {
        let mut number = document as usize;
        for part in &self.parts {
            if let Some(&start) = part.starts.get(number) {
                return Ok((
                    &part.file,
                    start..part.starts.get(number + 1).copied().unwrap_or(part.span.end),
                ));
            }
            number -= part.starts.len();
        }
        Err(io::ErrorKind::NotFound.into())
    }

    pub(super) fn head(&self, document: u32) -> io::Result<Head> {
        let (file, Range { start, end }) = self.find(document)?;
        let bytes = read(file, start, HEAD_BYTES)?;
        let small = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap_or_default());
        let large = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or_default());
        let (words, lines, id) = (small(0), small(4), small(8));
        let head =
            Head { group: large(16), text: large(24), words, lines, id, start, file: Arc::clone(file) };
        if head.places()[2] + u64::from(id) == end { Ok(head) } else { Err(head.damaged()) }
    }
}

fn hashes(head: &Head, words: Range<u32>) -> io::Result<Vec<u64>> {
    let start = head.places()[0] + u64::from(words.start) * WORD_BYTES as u64;
    let bytes = read(&head.file, start, words.len() * WORD_BYTES)?;
    let hash = |hash: &[u8]| u64::from_le_bytes(hash.try_into().unwrap_or_default());
    Ok(bytes.chunks_exact(WORD_BYTES).map(hash).collect())
}

fn lines(head: &Head, lines: Range<u32>) -> io::Result<Vec<WordLine>> {
    let start = head.places()[1] + u64::from(lines.start) * LINE_BYTES as u64;
    let bytes = read(&head.file, start, lines.len() * LINE_BYTES)?;
    let line = |line: &[u8]| {
        let number = |at: usize| u32::from_le_bytes(line[at..at + 4].try_into().unwrap_or_default());
        WordLine {
            line: number(0),
            word: number(4),
            span: (number(8), number(12)),
            normal: u128::from_le_bytes(line[16..32].try_into().unwrap_or_default()),
            written: u64::from_le_bytes(line[32..40].try_into().unwrap_or_default()),
        }
    };
    Ok(bytes.chunks_exact(LINE_BYTES).map(line).collect())
}

fn read(file: &Positioned, start: u64, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    file.read(start, &mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(number: u32) -> Words {
        let line = |line: u32| WordLine {
            line,
            word: 3 * line,
            span: (line, line + 1),
            normal: u128::from(number) << 70,
            written: 7,
        };
        Words { hashes: (0..u64::from(3 * number)).collect(), lines: (0..number).map(line).collect() }
    }

    #[test]
    fn documents_come_back_whole_and_in_part() {
        let mut writer = Writer::new().unwrap();
        for number in 0..5 {
            writer.add(&format!("dump/{number}"), 9, u64::from(number), &document(number)).unwrap();
        }
        let store = Store::new(vec![writer.finish().unwrap()]);
        for number in [4, 0, 1, 3, 2] {
            let head = store.head(number).unwrap();
            assert_eq!((head.group, head.text, head.words), (9, u64::from(number), 3 * number));
            assert_eq!(head.read_words().unwrap(), document(number));
        }
        let source = store.head(4).unwrap().source(4..7).unwrap();
        assert_eq!((&*source.id, source.word), ("dump/4", 4));
        assert_eq!(source.words.hashes, [4, 5, 6]);
        assert_eq!(source.words.lines, document(4).lines[1..3]);
        assert!(store.head(5).is_err());
    }
}
