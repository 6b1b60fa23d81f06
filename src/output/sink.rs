//! Where the bytes of one output go: a file that appears whole, or standard output; compressed or not.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::write::GzEncoder;

use super::Pending;
use crate::error::Error;
use crate::input::fields::FieldNames;
use crate::input::format::Compression;

/// Level of gzip: what `gzip` does when not told.
const GZIP_LEVEL: u32 = 6;
/// Level of Zstandard: what `zstd` does when not told.
const ZSTD_LEVEL: i32 = 3;

/// An output that is being written. Dropped before it is finished, its file vanishes.
pub(crate) struct Sink {
    encoder: Encoder,
    /// Something was written since the file or the member of it began.
    has_bytes: bool,
}

enum Encoder {
    Plain(Place),
    Gzip(GzEncoder<Place>),
    Zstd(zstd::Encoder<'static, Place>),
    /// Rows of a Parquet file; was anything in it changed?
    #[cfg(feature = "parquet")]
    Table(super::table::Table, bool),
}

pub(super) enum Place {
    File(Pending),
    Stdout(BufWriter<io::Stdout>),
    Nowhere,
}

#[cfg(feature = "parquet")]
static NOWHERE: Place = Place::Nowhere;

impl Sink {
    /// A file that appears at `path` when it is finished.
    ///
    /// # Errors
    ///
    /// See [`Pending::create`].
    pub(crate) fn file(path: &Path, compression: Compression, force: bool) -> Result<Self, Error> {
        Self::new(Place::File(Pending::create(path, force)?), compression)
    }

    /// The same; its file will be on disk before it takes its name, however small it is.
    pub(crate) fn synced(mut self) -> Self {
        let place = match &mut self.encoder {
            Encoder::Plain(place) => place,
            Encoder::Gzip(encoder) => encoder.get_mut(),
            Encoder::Zstd(encoder) => encoder.get_mut(),
            #[cfg(feature = "parquet")]
            Encoder::Table(..) => return self, // it is that already
        };
        if let Place::File(pending) = place {
            pending.sync();
        }
        self
    }

    /// Standard output, never compressed.
    #[must_use]
    pub(crate) fn stdout() -> Self {
        let stdout = BufWriter::with_capacity(1 << 16, io::stdout());
        Self { encoder: Encoder::Plain(Place::Stdout(stdout)), has_bytes: false }
    }

    /// Nowhere: what is written is gone.
    #[must_use]
    pub(crate) fn nowhere() -> Self {
        Self { encoder: Encoder::Plain(Place::Nowhere), has_bytes: false }
    }

    /// The Parquet file `original` with other texts, at `path` or on standard output. What is written are its
    /// rows, one at a time.
    ///
    /// # Errors
    ///
    /// See [`Pending::create`]; the original cannot be opened.
    #[cfg(feature = "parquet")]
    pub(crate) fn table(
        path: Option<&Path>,
        original: &Path,
        names: FieldNames,
        force: bool,
    ) -> Result<Self, Error> {
        let place = match path {
            Some(path) => {
                let mut pending = Pending::create(path, force)?;
                pending.sync();
                Place::File(pending)
            }
            None => Place::Stdout(BufWriter::with_capacity(1 << 16, io::stdout())),
        };
        let table = super::table::Table::new(place, original, names)?;
        Ok(Self { encoder: Encoder::Table(table, false), has_bytes: false })
    }

    /// Where Parquet files are not written.
    #[cfg(not(feature = "parquet"))]
    #[expect(clippy::unnecessary_wraps, reason = "where they are written it may fail")]
    pub(crate) fn table(_: Option<&Path>, _: &Path, _: FieldNames, _: bool) -> Result<Self, Error> {
        Ok(Self::nowhere()) // such an input cannot be opened
    }

    /// What is written is what was there, but for rows that say so: of a Parquet file the bytes are those of
    /// the original if nothing in it was changed.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(clippy::unused_self, reason = "where they are written it is used")
    )]
    pub(crate) fn is_as_it_was(&mut self) {
        #[cfg(feature = "parquet")]
        if let Encoder::Table(_, is_as_it_was) = &mut self.encoder {
            *is_as_it_was = true;
        }
    }

    fn new(place: Place, compression: Compression) -> Result<Self, Error> {
        let encoder = match compression {
            Compression::None => Encoder::Plain(place),
            Compression::Gzip => Encoder::Gzip(GzEncoder::new(place, flate2::Compression::new(GZIP_LEVEL))),
            Compression::Zstd => {
                let encoder = zstd::Encoder::new(place, ZSTD_LEVEL).and_then(|mut encoder| {
                    encoder.include_checksum(true)?;
                    Ok(encoder)
                });
                Encoder::Zstd(encoder.map_err(|error| Error::usage(format!("cannot compress: {error}")))?)
            }
        };
        Ok(Self { encoder, has_bytes: false })
    }

    /// Writes bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Output`], as on a full disk, or [`Error::Stream`].
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.has_bytes |= !bytes.is_empty();
        let written = match &mut self.encoder {
            Encoder::Plain(place) => place.write_all(bytes),
            Encoder::Gzip(encoder) => encoder.write_all(bytes),
            Encoder::Zstd(encoder) => encoder.write_all(bytes),
            #[cfg(feature = "parquet")]
            Encoder::Table(table, _) => return table.write(bytes),
        };
        written.map_err(|error| self.place().failed(error))
    }

    /// Begins a new member of a gzip file, as WARC files have one for each record; nothing for others.
    ///
    /// # Errors
    ///
    /// As [`Sink::write`].
    pub(crate) fn begin_member(&mut self) -> Result<(), Error> {
        let Encoder::Gzip(encoder) = &mut self.encoder else { return Ok(()) };
        if !std::mem::take(&mut self.has_bytes) {
            return Ok(());
        }
        if let Err(error) = encoder.try_finish() {
            return Err(self.place().failed(error));
        }
        let encoder = std::mem::replace(&mut self.encoder, Encoder::Plain(Place::Nowhere));
        let Encoder::Gzip(encoder) = encoder else { unreachable!("it was one above") };
        let place = encoder.finish().map_err(|error| Error::usage(format!("cannot compress: {error}")))?;
        self.encoder = Encoder::Gzip(GzEncoder::new(place, flate2::Compression::new(GZIP_LEVEL)));
        Ok(())
    }

    /// Writes what is left and gives the file its name.
    ///
    /// # Errors
    ///
    /// As [`Sink::write`] and [`Pending::finish`].
    pub(crate) fn finish(self) -> Result<(), Error> {
        #[cfg(feature = "parquet")]
        if let Encoder::Table(table, is_as_it_was) = self.encoder {
            return table.finish(is_as_it_was);
        }
        let name = match self.place() {
            Place::File(pending) => Some(pending.path().to_owned()),
            _ => None,
        };
        let failed = |error: io::Error| match &name {
            Some(path) => Error::output(path, error),
            None => Error::Stream { stream: "standard output", source: error },
        };
        let place = match self.encoder {
            Encoder::Plain(place) => place,
            Encoder::Gzip(encoder) => encoder.finish().map_err(failed)?,
            Encoder::Zstd(encoder) => encoder.finish().map_err(failed)?,
            #[cfg(feature = "parquet")]
            Encoder::Table(..) => Place::Nowhere, // finished above
        };
        place.finish()
    }

    fn place(&self) -> &Place {
        match &self.encoder {
            Encoder::Plain(place) => place,
            Encoder::Gzip(encoder) => encoder.get_ref(),
            Encoder::Zstd(encoder) => encoder.get_ref(),
            #[cfg(feature = "parquet")]
            Encoder::Table(..) => &NOWHERE, // it tells its own trouble
        }
    }
}

impl Place {
    pub(super) fn finish(self) -> Result<(), Error> {
        match self {
            Self::File(pending) => pending.finish(),
            Self::Stdout(mut stdout) => {
                let stream = |source| Error::Stream { stream: "standard output", source };
                stdout.flush().map_err(stream)
            }
            Self::Nowhere => Ok(()),
        }
    }

    pub(super) fn failed(&self, error: io::Error) -> Error {
        match self {
            Self::File(pending) => Error::output(pending.path(), error),
            Self::Stdout(_) | Self::Nowhere => Error::Stream { stream: "standard output", source: error },
        }
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(pending) => pending.write(bytes),
            Self::Stdout(stdout) => stdout.write(bytes),
            Self::Nowhere => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(pending) => pending.flush(),
            Self::Stdout(stdout) => stdout.flush(),
            Self::Nowhere => Ok(()),
        }
    }
}
