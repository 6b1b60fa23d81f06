//! A file that many threads read, each at its own places.

use std::fs::File;
use std::io;
#[cfg(not(unix))]
use std::sync::{Mutex, PoisonError};

/// The file. Reading moves nothing that another reader sees.
#[derive(Debug)]
pub(super) struct Positioned {
    #[cfg(unix)]
    file: File,
    #[cfg(not(unix))]
    file: Mutex<File>,
}

impl Positioned {
    pub(super) fn new(file: File) -> Self {
        #[cfg(not(unix))]
        let file = Mutex::new(file);
        Self { file }
    }

    /// Fills `bytes` from `start` on.
    #[cfg(unix)]
    pub(super) fn read(&self, start: u64, bytes: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, bytes, start)
    }

    /// Fills `bytes` from `start` on.
    #[cfg(not(unix))]
    pub(super) fn read(&self, start: u64, bytes: &mut [u8]) -> io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};

        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(bytes)
    }
}
