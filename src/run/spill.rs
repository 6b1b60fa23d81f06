//! Sorting rows of numbers that need not fit in memory.
//!
//! Rows are gathered until they fill their share of the memory; then they are sorted and written to an
//! unnamed temporary file as a run. At the end the runs are merged. Rows are compared as a whole, so that
//! equal rows are all that could change places: the order does not depend on the memory.
//!
//! Cost: with `n` rows, `n log n` comparisons; a row is written and read once at most. While runs are
//! merged, each has a buffer of [`BUFFER_BYTES_MAX`] bytes, or less if they are many.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use rayon::slice::ParallelSliceMut;

use super::positioned::Positioned;
use crate::repeats::passages::order;

/// Buffers of runs that are merged.
const BUFFER_BYTES_MAX: usize = 1 << 20;
const BUFFER_BYTES_MIN: usize = 4 << 10;

/// Takes rows of `N` numbers.
pub(super) struct Sorter<const N: usize> {
    rows: Vec<[u64; N]>,
    /// So many rows are held in memory.
    most: usize,
    /// What was written, and the rows of each run.
    spilled: Option<(BufWriter<File>, Vec<u64>)>,
}

impl<const N: usize> Sorter<N> {
    /// Begins; `bytes` of memory are for its rows.
    pub(super) fn new(bytes: u64) -> Self {
        let most = usize::try_from(bytes / (8 * N as u64)).unwrap_or(usize::MAX).max(1024);
        Self { rows: Vec::new(), most, spilled: None }
    }

    /// Takes a row.
    pub(super) fn push(&mut self, row: [u64; N]) -> io::Result<()> {
        if self.rows.len() == self.most {
            self.spill()?;
        }
        if self.rows.len() == self.rows.capacity() {
            // Doubling at the end would take twice the share.
            let more = self.rows.len().max(1024).min(self.most - self.rows.len());
            self.rows.reserve_exact(more);
        }
        self.rows.push(row);
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        self.sort();
        if self.spilled.is_none() {
            self.spilled = Some((BufWriter::new(tempfile::tempfile()?), Vec::new()));
        }
        if let Some((file, runs)) = &mut self.spilled {
            for number in self.rows.iter().flatten() {
                file.write_all(&number.to_le_bytes())?;
            }
            runs.push(self.rows.len() as u64);
        }
        self.rows.clear();
        Ok(())
    }

    fn sort(&mut self) {
        self.rows.par_sort_unstable_by(order);
    }

    /// The rows, sorted.
    pub(super) fn finish(mut self) -> io::Result<Sorted<N>> {
        if self.spilled.is_none() {
            self.sort();
            return Ok(Sorted::InMemory(self.rows.into_iter()));
        }
        let bytes = self.most * 8 * N;
        self.spill()?;
        self.rows = Vec::new();
        let Some((file, lengths)) = self.spilled.take() else { unreachable!("it spilled") };
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let file = Arc::new(Positioned::temporary(file));
        let mut start = 0;
        let runs = lengths.iter().map(|rows| {
            let next = start;
            start += rows * 8 * N as u64;
            Run::new(&file, next..start)
        });
        Merge::of(runs.collect(), bytes / lengths.len())
    }
}

/// Rows in order.
pub(super) enum Sorted<const N: usize> {
    InMemory(std::vec::IntoIter<[u64; N]>),
    Merged(Box<Merge<N>>),
    Both(Box<[Peekable<Sorted<N>>; 2]>),
}

impl<const N: usize> Sorted<N> {
    /// The rows of a part of a file, which are sorted. `shift` is added to the last number of each, which is less
    /// than `below`; what is not so is an error of the file.
    pub(super) fn section(
        file: &Arc<Positioned>,
        part: Range<u64>,
        shift: u64,
        below: u64,
    ) -> io::Result<Self> {
        Merge::of(vec![Run { shift, below: Some(below), ..Run::new(file, part) }], BUFFER_BYTES_MAX)
    }

    /// These rows and others, in one order.
    pub(super) fn and(self, other: Self) -> Self {
        Self::Both(Box::new([self.peekable(), other.peekable()]))
    }
}

impl<const N: usize> Iterator for Sorted<N> {
    type Item = io::Result<[u64; N]>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::InMemory(rows) => rows.next().map(Ok),
            Self::Merged(merge) => {
                let Reverse((row, run)) = merge.heap.pop()?;
                Some(merge.advance(run).and_then(|()| merge.in_order(row, run)))
            }
            Self::Both(both) => {
                let [one, other] = &mut **both;
                let is_other = match (one.peek(), other.peek()) {
                    (Some(Ok(one)), Some(Ok(other))) => other < one,
                    (None, _) | (_, Some(Err(_))) => true,
                    _ => false,
                };
                if is_other { other.next() } else { one.next() }
            }
        }
    }
}

/// Runs that are read side by side.
pub(super) struct Merge<const N: usize> {
    runs: Vec<Run>,
    /// Bytes of each run's buffer: whole rows.
    buffer: usize,
    heap: BinaryHeap<Reverse<([u64; N], usize)>>,
}

/// A sorted part of a file: what is not read yet, and what is.
struct Run {
    file: Arc<Positioned>,
    next: u64,
    end: u64,
    bytes: Vec<u8>,
    at: usize,
    /// What is added to the last number of each row.
    shift: u64,
    /// That number is less, if it is a part of an index.
    below: Option<u64>,
}

impl Run {
    fn new(file: &Arc<Positioned>, part: Range<u64>) -> Self {
        let (next, end) = (part.start, part.end);
        Self { file: Arc::clone(file), next, end, bytes: Vec::new(), at: 0, shift: 0, below: None }
    }
}

impl<const N: usize> Merge<N> {
    /// Begins to read; `bytes` are for the buffer of each run.
    fn of(runs: Vec<Run>, bytes: usize) -> io::Result<Sorted<N>> {
        let buffer = bytes.clamp(BUFFER_BYTES_MIN, BUFFER_BYTES_MAX) / (8 * N) * (8 * N);
        let count = runs.len();
        let mut merge = Self { runs, buffer: buffer.max(8 * N), heap: BinaryHeap::new() };
        (0..count).try_for_each(|run| merge.advance(run))?;
        Ok(Sorted::Merged(Box::new(merge)))
    }

    /// Puts the next row of a run into the heap.
    fn advance(&mut self, number: usize) -> io::Result<()> {
        let run = &mut self.runs[number];
        if run.at == run.bytes.len() {
            let left = usize::try_from(run.end - run.next).unwrap_or(usize::MAX);
            run.bytes.resize(left.min(self.buffer), 0);
            run.at = 0;
            if run.bytes.is_empty() {
                return Ok(());
            }
            run.file.read(run.next, &mut run.bytes)?;
            run.next += run.bytes.len() as u64;
        }
        let mut row = [0; N];
        for number in &mut row {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&run.bytes[run.at..run.at + 8]);
            *number = u64::from_le_bytes(bytes);
            run.at += 8;
        }
        if run.below.is_some_and(|below| row[N - 1] >= below) {
            return Err(run.file.damaged());
        }
        row[N - 1] = row[N - 1].wrapping_add(run.shift);
        self.heap.push(Reverse((row, number)));
        Ok(())
    }

    /// Gives a row back if none that is left comes before it.
    fn in_order(&self, row: [u64; N], run: usize) -> io::Result<[u64; N]> {
        match self.heap.peek() {
            Some(Reverse((next, _))) if *next < row => Err(self.runs[run].file.damaged()),
            _ => Ok(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_merged_into_one_order() {
        for count in [0_u64, 1, 7, 1023, 1024, 1025, 20_000] {
            let row = |at: u64| [at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50, at % 3];
            let mut expected: Vec<[u64; 2]> = (0..count).map(row).collect();
            expected.sort_unstable();
            for bytes in [0, 40_000, 1 << 30] {
                let mut sorter = Sorter::new(bytes);
                (0..count).try_for_each(|at| sorter.push(row(at))).unwrap();
                let rows: Vec<[u64; 2]> = sorter.finish().unwrap().collect::<io::Result<_>>().unwrap();
                assert!(rows == expected, "{count} rows in {bytes} bytes");
            }
        }
    }
}
