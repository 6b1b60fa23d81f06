//! Where the parts of an index stand.

use serde::{Deserialize, Serialize};

use super::file::MAGIC_BYTES;
use crate::run::store::HEAD_BYTES;

/// Where each part of the file begins and ends, in bytes. They follow one another, from behind the beginning of the
/// file to the facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sections {
    /// The documents with their words.
    pub documents: [u64; 2],
    /// Where each of them begins in that part.
    pub starts: [u64; 2],
    /// The groups of documents and their sizes.
    pub groups: [u64; 2],
    /// Lines.
    pub lines: [u64; 2],
    /// Fingerprints.
    pub fingerprints: [u64; 2],
    /// Lines that are too short for a window.
    pub short_lines: [u64; 2],
}

impl Sections {
    /// The parts, in order, with the bytes of a row of each.
    pub(super) fn all(&self) -> [([u64; 2], u64); 6] {
        [
            (self.documents, 1),
            (self.starts, 8),
            (self.groups, 16),
            (self.lines, 40),
            (self.fingerprints, 16),
            (self.short_lines, 24),
        ]
    }

    /// How many rows each part has; bytes of the documents.
    pub(super) fn rows(&self) -> [u64; 6] {
        self.all().map(|([from, to], bytes)| to.saturating_sub(from) / bytes)
    }

    /// Could these parts have been written, before facts that begin at `facts`? All that is read or held of a file
    /// is bounded by its size if they could.
    pub(super) fn is_sound(&self, facts: u64) -> bool {
        let mut end = MAGIC_BYTES as u64;
        let tiles = self.all().iter().all(|&([from, to], bytes)| {
            let follows = from == end && from <= to && (to - from) % bytes == 0;
            end = to;
            follows
        });
        let [documents, starts, groups, ..] = self.rows();
        tiles && end == facts && starts <= documents / HEAD_BYTES as u64 && groups <= starts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_one_another_in_whole_rows() {
        let sound = Sections {
            documents: [16, 116],
            starts: [116, 132],
            groups: [132, 164],
            lines: [164, 204],
            fingerprints: [204, 220],
            short_lines: [220, 220],
        };
        assert!(sound.is_sound(220));
        assert_eq!(sound.rows(), [100, 2, 2, 1, 1, 0]);
        for facts in [0, 219, 221, u64::MAX] {
            assert!(!sound.is_sound(facts));
        }
        let odd = [
            Sections { documents: [15, 116], ..sound },
            Sections { documents: [17, 116], ..sound },
            Sections { documents: [16, 70], starts: [70, 132], ..sound }, // two heads do not fit
            Sections { starts: [116, 131], groups: [131, 164], ..sound },
            Sections { starts: [116, 124], groups: [124, 164], ..sound }, // half a group
            Sections { starts: [116, 116], groups: [116, 164], ..sound }, // groups without documents
            Sections { starts: [132, 116], ..sound },
            Sections { groups: [132, 172], lines: [164, 204], ..sound },
            Sections { lines: [164, 203], fingerprints: [203, 220], ..sound },
            Sections { lines: [164, u64::MAX], ..sound },
            Sections { fingerprints: [u64::MAX, 220], ..sound },
            Sections { short_lines: [220, 0], ..sound },
            Sections { short_lines: [220, 244], ..sound },
            Sections::default(),
        ];
        for sections in odd {
            assert!(!sections.is_sound(220), "{sections:?}");
        }
    }
}
