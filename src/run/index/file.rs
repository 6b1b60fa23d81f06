//! The file of an index.
//!
//! ```text
//! "unchaff index 1\n"                               16 bytes
//! documents, starts, groups, lines, fingerprints, short lines
//! facts                                             JSON: versions, settings, where each part stands
//! length of the facts, xxh3 of all before it        8 bytes each
//! ```
//!
//! All numbers are little-endian. What is cut off or damaged does not have the hash that it says.
#![expect(clippy::disallowed_methods, reason = "this is where an index is read")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use xxhash_rust::xxh3::Xxh3Default;

use super::{Facts, INDEX_VERSION, Index, Sections};
use crate::error::Error;
use crate::normal::NORMAL_VERSION;
use crate::output::Pending;
use crate::repeats::TOKEN_VERSION;
use crate::run::positioned::{DAMAGED, Positioned};
use crate::run::store::HEAD_BYTES;
use crate::run::survey::first::Rows;

/// What an index begins with; then its version and a line feed.
const MAGIC: &str = "unchaff index ";
pub(super) const MAGIC_BYTES: usize = 16;
/// Length of the facts and hash of the file.
const TRAILER_BYTES: u64 = 16;
/// Facts are not longer.
const FACTS_BYTES_MAX: u64 = 1 << 16;
/// How much is read or copied at once.
const BLOCK_BYTES: usize = 1 << 20;

fn magic() -> String {
    format!("{:<1$}\n", format!("{MAGIC}{INDEX_VERSION}"), MAGIC_BYTES - 1)
}

/// Writes an index.
pub(super) fn write(file: Pending, mut facts: Facts, rows: Rows, stop: &AtomicBool) -> Result<(), Error> {
    let path = file.path().to_owned();
    let mut out = Out { file, hasher: Xxh3Default::new(), at: 0, stop };
    match out.all(&mut facts, rows) {
        Ok(()) => out.file.finish(),
        Err(_) if stop.load(Ordering::Relaxed) => Err(Error::Interrupted),
        // Of a merge, an index may be what cannot be read.
        Err(error) => Err(error.downcast::<Error>().unwrap_or_else(|error| Error::output(&path, error))),
    }
}

struct Out<'s> {
    file: Pending,
    hasher: Xxh3Default,
    at: u64,
    stop: &'s AtomicBool,
}

impl Out<'_> {
    fn all(&mut self, facts: &mut Facts, rows: Rows) -> io::Result<()> {
        self.bytes(magic().as_bytes())?;
        let from = self.at;
        let mut starts = Vec::new();
        for part in &rows.documents {
            let by = self.at - from;
            starts.extend(part.starts.iter().map(|start| start - part.span.start + by));
            let mut next = part.span.start;
            while next < part.span.end {
                let left = usize::try_from(part.span.end - next).unwrap_or(usize::MAX);
                let mut block = vec![0; left.min(BLOCK_BYTES)];
                part.file.read(next, &mut block)?;
                self.bytes(&block)?;
                next += block.len() as u64;
            }
        }
        facts.docs = starts.len() as u64;
        let documents = [from, self.at];
        facts.sections = Sections {
            documents,
            starts: self.rows(starts.into_iter().map(|start| Ok([start])))?,
            groups: self.rows(rows.group_sizes.into_iter().map(|(group, size)| Ok([group, size.into()])))?,
            lines: self.rows(counted(rows.lines))?,
            fingerprints: self.rows(rows.fingerprints)?,
            short_lines: self.rows(rows.short_lines)?,
        };
        let json = serde_json::to_vec(facts)?;
        self.bytes(&json)?;
        self.bytes(&(json.len() as u64).to_le_bytes())?;
        let hash = self.hasher.digest();
        self.file.write_all(&hash.to_le_bytes())
    }

    /// Writes rows, and says where.
    fn rows<const N: usize>(
        &mut self,
        rows: impl Iterator<Item = io::Result<[u64; N]>>,
    ) -> io::Result<[u64; 2]> {
        let from = self.at;
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        for row in rows {
            for number in row? {
                block.extend(number.to_le_bytes());
            }
            if block.len() >= BLOCK_BYTES {
                self.bytes(&block)?;
                block.clear();
            }
        }
        self.bytes(&block)?;
        Ok([from, self.at])
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.hasher.update(bytes);
        self.at += bytes.len() as u64;
        self.file.write_all(bytes)
    }
}

/// Rows of lines, of which equal ones are one: its last number is the sum of theirs.
fn counted(rows: impl Iterator<Item = io::Result<[u64; 5]>>) -> impl Iterator<Item = io::Result<[u64; 5]>> {
    let mut rows = rows.peekable();
    std::iter::from_fn(move || {
        let mut row = match rows.next()? {
            Ok(row) => row,
            Err(error) => return Some(Err(error)),
        };
        while let Some(next) = rows.next_if(|next| next.as_ref().is_ok_and(|next| next[..4] == row[..4])) {
            row[4] = row[4].saturating_add(next.map_or(0, |next| next[4]));
        }
        Some(Ok(row))
    })
}

/// Opens an index. Its hash tells damage and not who made it: what it says of itself is checked here, and its
/// documents and rows where they are read.
pub(super) fn open(path: &Path, stop: &AtomicBool) -> Result<Index, Error> {
    let refused = |message: String| Error::Index { path: path.to_owned(), message };
    let failed =
        |error: io::Error| error.downcast::<Error>().unwrap_or_else(|error| Error::input(path, error));
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(refused("is a folder; name the file of an index".to_owned()));
    }
    let (length, file) = (metadata.len(), Positioned::index(file, path));
    check_version(&file, length).map_err(failed)?.map_err(refused)?;
    let damaged = || refused(DAMAGED.to_owned());
    let facts_end = length.checked_sub(TRAILER_BYTES).ok_or_else(damaged)?;
    let [facts_length, hash] = number_rows(&file, [facts_end, length]).map_err(failed)?[..] else {
        return Err(damaged());
    };
    let facts_start = facts_end.checked_sub(facts_length).filter(|_| facts_length <= FACTS_BYTES_MAX);
    let facts_start = facts_start.filter(|&start| start >= MAGIC_BYTES as u64).ok_or_else(damaged)?;
    if hash_of(&file, length - 8, stop).map_err(failed)? != hash {
        return Err(if stop.load(Ordering::Relaxed) { Error::Interrupted } else { damaged() });
    }
    let mut json = vec![0; usize::try_from(facts_length).unwrap_or(0)];
    file.read(facts_start, &mut json).map_err(failed)?;
    let facts: Facts = serde_json::from_slice(&json).map_err(|_| damaged())?;
    let (major, minor, update) = unicode_normalization::UNICODE_VERSION;
    let now = [NORMAL_VERSION.to_owned(), TOKEN_VERSION.to_owned(), format!("{major}.{minor}.{update}")];
    let then = [&facts.norm, &facts.tokens, &facts.unicode];
    if then != now.each_ref() {
        return Err(refused(format!(
            "was made with other keys (normal form {}, words {}, Unicode {}; this unchaff has {}, {}, {}); build it again",
            then[0], then[1], then[2], now[0], now[1], now[2]
        )));
    }
    if !facts.sections.is_sound(facts_start) {
        return Err(damaged());
    }
    let Sections { documents, starts, groups, .. } = facts.sections;
    let starts = number_rows(&file, starts).map_err(failed)?;
    let starts = places(&starts, documents).ok_or_else(damaged)?;
    let groups = number_rows(&file, groups).map_err(failed)?;
    let group_sizes = sizes(&groups, &starts).ok_or_else(damaged)?;
    if facts.docs != starts.len() as u64 || starts.len() >= u32::MAX as usize {
        return Err(damaged());
    }
    Ok(Index { path: path.to_owned(), facts, hash, file: Arc::new(file), starts, group_sizes })
}

/// Where each document begins in the file, if they tile their part.
fn places(starts: &[u64], [from, to]: [u64; 2]) -> Option<Vec<u64>> {
    let mut end = from;
    let mut places = Vec::with_capacity(starts.len());
    for start in starts {
        let place = from.checked_add(*start).filter(|&place| places.is_empty() || place >= end)?;
        end = place.checked_add(HEAD_BYTES as u64).filter(|&end| end <= to)?;
        places.push(place);
    }
    let is_tiled = places.first().map_or(from == to, |&first| first == from);
    is_tiled.then_some(places)
}

/// How many documents each group has, if each has one and they have all.
fn sizes(groups: &[u64], starts: &[u64]) -> Option<BTreeMap<u64, u32>> {
    let mut sizes = BTreeMap::new();
    let mut docs = 0_u64;
    for group in groups.chunks_exact(2) {
        let is_next = sizes.last_key_value().is_none_or(|(last, _)| *last < group[0]);
        let size = u32::try_from(group[1]).ok().filter(|&size| is_next && size > 0)?;
        docs = docs.checked_add(size.into())?;
        sizes.insert(group[0], size);
    }
    (docs == starts.len() as u64).then_some(sizes)
}

/// Is it an index, and of this version? Words that say what it is instead.
fn check_version(file: &Positioned, length: u64) -> io::Result<Result<(), String>> {
    let mut begin = vec![0; MAGIC_BYTES.min(usize::try_from(length).unwrap_or(MAGIC_BYTES))];
    file.read(0, &mut begin)?;
    if begin == magic().as_bytes() {
        return Ok(Ok(()));
    }
    let begin = String::from_utf8_lossy(&begin);
    Ok(Err(match begin.strip_prefix(MAGIC).and_then(|version| version.strip_suffix('\n')) {
        Some(version) => format!(
            "is an index of version {}, and this unchaff reads version {INDEX_VERSION}; build it again",
            version.trim()
        ),
        None if magic().starts_with(&*begin) => DAMAGED.to_owned(),
        None => "is no index of unchaff; `unchaff index build` makes one".to_owned(),
    }))
}

/// The numbers of a part of the file.
fn number_rows(file: &Positioned, [from, to]: [u64; 2]) -> io::Result<Vec<u64>> {
    let mut bytes = vec![0; usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX)];
    file.read(from, &mut bytes)?;
    Ok(bytes
        .chunks_exact(8)
        .map(|number| u64::from_le_bytes(number.try_into().unwrap_or_default()))
        .collect())
}

/// The hash of the first `length` bytes; of fewer, if a stop was asked for.
fn hash_of(file: &Positioned, length: u64, stop: &AtomicBool) -> io::Result<u64> {
    let mut hasher = Xxh3Default::new();
    let mut at = 0;
    let mut block = vec![0; BLOCK_BYTES];
    while at < length && !stop.load(Ordering::Relaxed) {
        let count = BLOCK_BYTES.min(usize::try_from(length - at).unwrap_or(BLOCK_BYTES));
        file.read(at, &mut block[..count])?;
        hasher.update(&block[..count]);
        at += count as u64;
    }
    Ok(hasher.digest())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_follow_one_another() {
        let part = [16, 16 + 100];
        assert_eq!(places(&[0, 32, 68], part), Some(vec![16, 48, 84]));
        assert_eq!(places(&[], [16, 16]), Some(Vec::new()));
        for starts in
            [&[][..], &[1], &[0, 31], &[0, 40, 39], &[0, 0], &[0, 69], &[0, u64::MAX], &[u64::MAX, 0]]
        {
            assert_eq!(places(starts, part), None, "{starts:?}");
        }
    }

    #[test]
    fn groups_have_all_documents() {
        let starts = [16, 48, 84];
        assert_eq!(sizes(&[3, 2, 9, 1], &starts), Some([(3, 2), (9, 1)].into()));
        for groups in [&[][..], &[3, 2], &[3, 3, 9, 0], &[9, 2, 3, 1], &[3, 2, 3, 1], &[3, u64::MAX, 9, 4]] {
            assert_eq!(sizes(groups, &starts), None, "{groups:?}");
        }
    }
}
