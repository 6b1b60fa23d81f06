//! The bytes of one input: opened, counted and hashed as they stand on disk, and decompressed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::bufread::GzDecoder;
use xxhash_rust::xxh3::Xxh3Default;

use super::format::{Compression, HEAD_BYTES};
use crate::document::Raw;
use crate::error::plain;

const BUFFER_BYTES: usize = 128 << 10;
/// Windows up to 2 GB: what `zstd --long=31` writes.
const WINDOW_LOG_MAX: u32 = 31;
/// The first byte of a gzip member.
const GZIP_BEGIN: u8 = 0x1f;

/// A stream of uncompressed bytes with its first ones looked at.
pub(crate) struct Stream {
    pub(crate) reader: Box<dyn BufRead + Send>,
    pub(crate) compression: Compression,
    pub(crate) head: Vec<u8>,
    disk: Meter,
    content: Meter,
    file: Option<File>,
}

impl Stream {
    /// Opens a file; the error is words that follow its name.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let unreadable = |error: io::Error| broken(&error, Compression::None);
        let file = File::open(path).map_err(unreadable)?;
        let watched = file.try_clone().map_err(unreadable)?;
        let mut stream = Self::new(Box::new(file), Compression::of_name(path))?;
        stream.file = Some(watched);
        Ok(stream)
    }

    pub(crate) fn stdin() -> Result<Self, String> {
        Self::new(Box::new(io::stdin()), Compression::None)
    }

    pub(crate) fn new(bytes: Box<dyn Read + Send>, named: Compression) -> Result<Self, String> {
        let disk = Meter::default();
        let mut bytes = BufReader::with_capacity(BUFFER_BYTES, Metered { inner: bytes, meter: disk.clone() });
        let magic = peek(&mut bytes, 4).map_err(|error| broken(&error, Compression::None))?;
        let compression = match named {
            Compression::None => Compression::of_bytes(&magic),
            named => named,
        };
        let bytes = Cursor::new(magic).chain(bytes);
        let content = Meter::default();
        let opened = decompressed(bytes, compression).and_then(|plain| {
            let metered = Metered { inner: plain, meter: content.clone() };
            let mut plain = BufReader::with_capacity(BUFFER_BYTES, metered);
            let head = peek(&mut plain, HEAD_BYTES)?;
            Ok((plain, head))
        });
        let (plain, head) = opened.map_err(|error| broken(&error, compression))?;
        let reader: Box<dyn BufRead + Send> = Box::new(Cursor::new(head.clone()).chain(plain));
        Ok(Self { reader, compression, head, disk, content, file: None })
    }

    /// How many bytes were read from disk so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.disk.raw().bytes
    }

    /// Size and hash of the file as it stands, and of its content. Whole only at the end of the stream.
    pub(crate) fn raws(&self) -> (Raw, Raw) {
        (self.disk.raw(), self.content.raw())
    }

    /// Was the file made shorter or longer while it was read? Asked at the end of the stream.
    pub(crate) fn was_changed(&self) -> bool {
        let metadata = self.file.as_ref().and_then(|file| file.metadata().ok());
        metadata.is_some_and(|metadata| metadata.is_file() && metadata.len() != self.bytes_read())
    }

    /// Why reading failed, in words that follow the input's name.
    pub(crate) fn broken(&self, error: &io::Error) -> String {
        broken(error, self.compression)
    }
}

fn decompressed(
    bytes: impl BufRead + Send + 'static,
    compression: Compression,
) -> io::Result<Box<dyn Read + Send>> {
    Ok(match compression {
        Compression::None => Box::new(bytes),
        Compression::Gzip => Box::new(Members::new(bytes)),
        Compression::Zstd => {
            let mut decoder = zstd::Decoder::with_buffer(bytes)?;
            decoder.window_log_max(WINDOW_LOG_MAX)?;
            Box::new(decoder)
        }
    })
}

/// Gzip data: one member or more, and zeros behind them as on a tape. The decoder of many members that there is
/// takes whatever follows one for the next, and what is shorter than a header for one that is cut off.
struct Members<R> {
    /// Nothing at the end.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    fn new(bytes: R) -> Self {
        Self { member: Some(GzDecoder::new(bytes)) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let next = member.get_mut().fill_buf()?.first().copied();
            let Some(bytes) = self.member.take().map(GzDecoder::into_inner) else { break };
            match next {
                None => {}
                Some(GZIP_BEGIN) => self.member = Some(GzDecoder::new(bytes)),
                Some(_) => zeros_only(bytes)?,
            }
        }
        Ok(0)
    }
}

/// Reads to the end.
fn zeros_only(mut bytes: impl BufRead) -> io::Result<()> {
    loop {
        let rest = match bytes.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            rest => rest?,
        };
        if rest.is_empty() {
            return Ok(());
        }
        if rest.iter().any(|&byte| byte != 0) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, BehindGzip));
        }
        let count = rest.len();
        bytes.consume(count);
    }
}

/// What is wrong with gzip data that is whole.
#[derive(Debug, thiserror::Error)]
#[error("behind the end of its gzip data stand bytes that are none")]
struct BehindGzip;

fn broken(error: &io::Error, compression: Compression) -> String {
    let name = match compression {
        Compression::None => return format!("cannot be read: {}", plain(error)),
        Compression::Gzip => "gzip",
        Compression::Zstd => "zstd",
    };
    if error.raw_os_error().is_some() {
        return format!("cannot be read: {}", plain(error));
    }
    if matches!(error.get_ref(), Some(cause) if cause.is::<BehindGzip>()) {
        return format!("{BehindGzip}; fetch it again, or unpack it with gzip -d, which leaves them out");
    }
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return format!("its {name} data ends in the middle, it was cut off; fetch it again");
    }
    format!("its {name} data is damaged ({error}); fetch it again")
}

/// The first bytes, up to `count`.
fn peek(reader: &mut impl Read, count: usize) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(count as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Counts and hashes what passes.
#[derive(Clone, Default)]
struct Meter(Arc<Mutex<(u64, Xxh3Default)>>);

impl Meter {
    fn raw(&self) -> Raw {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Raw { bytes: state.0, xxh3: state.1.digest() }
    }
}

struct Metered<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut state = self.meter.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 += count as u64;
        state.1.update(&buffer[..count]);
        Ok(count)
    }
}
