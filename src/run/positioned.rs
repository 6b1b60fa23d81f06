//! A file that many threads read, each at its own places: a temporary one, or an index.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
#[cfg(not(unix))]
use std::sync::{Mutex, PoisonError};

use crate::error::Error;

/// What is said of an index that cannot be what was written.
pub(super) const DAMAGED: &str = "is cut off or damaged; build it again";

/// The file. Reading moves nothing that another reader sees.
#[derive(Debug)]
pub(super) struct Positioned {
    #[cfg(unix)]
    file: File,
    #[cfg(not(unix))]
    file: Mutex<File>,
    /// The name of an index, for errors; a temporary file has none.
    index: Option<PathBuf>,
}

impl Positioned {
    /// A temporary file of this run.
    pub(super) fn temporary(file: File) -> Self {
        Self::new(file, None)
    }

    /// An index. What goes wrong with it is an [`Error`] that names it, inside of the error of input and output.
    pub(super) fn index(file: File, path: &Path) -> Self {
        Self::new(file, Some(path.to_owned()))
    }

    fn new(file: File, index: Option<PathBuf>) -> Self {
        #[cfg(not(unix))]
        let file = Mutex::new(file);
        Self { file, index }
    }

    /// Fills `bytes` from `start` on.
    pub(super) fn read(&self, start: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.read_exact(start, bytes).map_err(|error| match &self.index {
            Some(_) if error.kind() == io::ErrorKind::UnexpectedEof => self.damaged(),
            Some(path) => io::Error::other(Error::input(path, error)),
            None => error,
        })
    }

    #[cfg(unix)]
    fn read_exact(&self, start: u64, bytes: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, bytes, start)
    }

    #[cfg(not(unix))]
    fn read_exact(&self, start: u64, bytes: &mut [u8]) -> io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};

        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(bytes)
    }

    /// The error of a file that holds what was never written.
    pub(super) fn damaged(&self) -> io::Error {
        match &self.index {
            Some(path) => io::Error::other(Error::Index { path: path.clone(), message: DAMAGED.to_owned() }),
            None => io::ErrorKind::InvalidData.into(),
        }
    }
}

/// What an error is for the run: that of an index names it, any other is one of the temporary files.
pub(super) fn failed(error: io::Error) -> Error {
    error.downcast::<Error>().unwrap_or_else(|error| Error::output(&std::env::temp_dir(), error))
}
