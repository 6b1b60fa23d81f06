//! Counts of hashes: how many lines of a document are alike in something.

/// How often each hash was added: an open table. The keys are hashes already, and are taken as they are.
///
/// Memory: 12 bytes and up to as many again for each hash it was made for.
pub(super) struct Counts {
    keys: Vec<u64>,
    /// 0 where the slot is empty.
    counts: Vec<u32>,
}

impl Counts {
    /// Room for so many different hashes.
    pub(super) fn with_capacity(hashes: usize) -> Self {
        let slots = (hashes * 3 / 2 + 1).next_power_of_two();
        Self { keys: vec![0; slots], counts: vec![0; slots] }
    }

    /// Counts a hash, and tells how often it was there with this time.
    pub(super) fn add(&mut self, hash: u64) -> u32 {
        let slot = self.slot(hash);
        self.keys[slot] = hash;
        self.counts[slot] += 1;
        self.counts[slot]
    }

    pub(super) fn of(&self, hash: u64) -> u32 {
        self.counts[self.slot(hash)]
    }

    #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
    fn slot(&self, hash: u64) -> usize {
        let mask = self.keys.len() - 1;
        let mut slot = hash as usize & mask;
        while self.counts[slot] != 0 && self.keys[slot] != hash {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_that_share_a_slot_are_counted_apart() {
        let mut counts = Counts::with_capacity(3);
        assert_eq!([8, 16, 8, 0, 0, 0].map(|hash| counts.add(hash)), [1, 1, 2, 1, 2, 3]);
        assert_eq!([0, 8, 16, 24].map(|hash| counts.of(hash)), [3, 2, 1, 0]);
    }
}
