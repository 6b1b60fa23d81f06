//! What the first pass decided of the lines of each document, kept for the second one: the network is the dearest
//! part of cleaning, and says the same again.
//!
//! In an unnamed temporary file a document is the xxh3 of its text, whether it repeats itself, how many lines it has,
//! and for each line with a verdict: how many lines lie between it and the last one, its kind and rule (as a number of a table in memory),
//! its score, and the line of its first copy plus one. Numbers are LEB128, the hash and scores little-endian. About
//! 7 bytes for each line that is no running text; in memory 8 for each document.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::positioned::Positioned;
use crate::classify::Verdict;
use crate::clean::Alone;
use crate::kind::Kind;

/// What verdicts say: a kind and a rule.
type Name = (Kind, &'static str);

/// Takes what was decided, document by document.
pub(super) struct Writer {
    file: BufWriter<File>,
    /// Where each document begins.
    starts: Vec<u64>,
    end: u64,
    names: Vec<Name>,
    numbers: HashMap<Name, u64>,
}

impl Writer {
    pub(super) fn new() -> io::Result<Self> {
        let file = BufWriter::with_capacity(1 << 20, tempfile::tempfile()?);
        Ok(Self { file, starts: Vec::new(), end: 0, names: Vec::new(), numbers: HashMap::new() })
    }

    /// Takes the next document; `text` is the xxh3 (64 bits) of its text.
    pub(super) fn add(&mut self, text: u64, alone: &Alone) -> io::Result<()> {
        self.starts.push(self.end);
        let mut bytes = text.to_le_bytes().to_vec();
        bytes.push(alone.repeats_itself.into());
        put(&mut bytes, alone.verdicts.len() as u64);
        let mut last = 0;
        for (line, verdict) in alone.verdicts.iter().enumerate() {
            let Some(Verdict { kind, rule, score, first }) = verdict else { continue };
            let next = self.names.len() as u64;
            let number = *self.numbers.entry((*kind, rule)).or_insert(next);
            if number == next {
                self.names.push((*kind, rule));
            }
            put(&mut bytes, (line - last) as u64);
            put(&mut bytes, number);
            bytes.extend(score.to_le_bytes());
            put(&mut bytes, first.map_or(0, |first| first as u64 + 1));
            last = line;
        }
        self.end += bytes.len() as u64;
        self.file.write_all(&bytes)
    }

    pub(super) fn finish(self) -> io::Result<Verdicts> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let mut starts = self.starts;
        starts.push(self.end);
        Ok(Verdicts { file: Some(Positioned::temporary(file)), starts, names: self.names })
    }
}

/// Gives back what was decided, in any order and to any thread.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    file: Option<Positioned>,
    /// Where each document begins, and where the last one ends.
    starts: Vec<u64>,
    names: Vec<Name>,
}

impl Verdicts {
    /// What was decided of document `number` of this run, whose text has this hash. Nothing if it had another text
    /// then.
    pub(super) fn of(&self, number: usize, text: u64) -> io::Result<Option<Alone>> {
        let span = self.starts.get(number..).and_then(<[u64]>::first_chunk);
        let (Some(&[start, end]), Some(file)) = (span, &self.file) else { return Ok(None) };
        let mut bytes = vec![0; usize::try_from(end - start).unwrap_or(usize::MAX)];
        file.read(start, &mut bytes)?;
        Ok(self.read(&bytes, text))
    }

    fn read(&self, mut bytes: &[u8], text: u64) -> Option<Alone> {
        let bytes = &mut bytes;
        if u64::from_le_bytes(*take(bytes)?) != text {
            return None;
        }
        let repeats_itself = *take(bytes)? == [1];
        let mut verdicts = vec![None; get(bytes)?];
        let mut line = 0;
        while !bytes.is_empty() {
            line += get(bytes)?;
            let (kind, rule) = *self.names.get(get(bytes)?)?;
            let score = f32::from_le_bytes(*take(bytes)?);
            let first = get(bytes)?.checked_sub(1);
            *verdicts.get_mut(line)? = Some(Verdict { kind, rule, score, first });
        }
        Some(Alone { verdicts, repeats_itself })
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn get(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let [byte] = *take(bytes)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return usize::try_from(number).ok();
        }
    }
    None
}

fn take<'b, const N: usize>(bytes: &mut &'b [u8]) -> Option<&'b [u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_come_back_as_they_were() {
        let verdict = |rule, score, first| Some(Verdict { kind: Kind::Share, rule, score, first });
        let mut long = vec![None; 5000];
        (long[0], long[4999]) = (verdict("share/label", 0.25, None), verdict("share/row", 1.0, Some(300)));
        let other =
            Some(Verdict { kind: Kind::Caption, rule: "share/label", score: 0.1 + 0.2, first: Some(0) });
        let all = [vec![], vec![None; 3], long, vec![other, verdict("share/row", 0.0, None)]];
        let mut writer = Writer::new().unwrap();
        for (number, verdicts) in all.iter().enumerate() {
            let alone = Alone { verdicts: verdicts.clone(), repeats_itself: number == 2 };
            writer.add(number as u64, &alone).unwrap();
        }
        let written = writer.finish().unwrap();
        for number in [3, 0, 2, 1] {
            let alone = written.of(number, number as u64).unwrap().unwrap();
            assert_eq!((&alone.verdicts, alone.repeats_itself), (&all[number], number == 2));
        }
        assert!(written.of(2, 7).unwrap().is_none(), "another text");
        assert!(written.of(4, 0).unwrap().is_none(), "no such document");
        assert!(Verdicts::default().of(0, 0).unwrap().is_none(), "nothing was kept");
    }
}
