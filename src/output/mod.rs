//! Outputs: files that appear whole or not at all.

mod leftover;
mod sink;
#[cfg(feature = "parquet")]
mod table;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Error;
use crate::input::format::Compression;
pub use leftover::remove_pending;
pub(crate) use sink::Sink;

/// The beginning of the names of temporary files. `kill -9` may leave one; it is never a result, and the
/// next run that writes to its folder removes it.
pub(crate) const TEMPORARY_PREFIX: &str = ".unchaff-";
/// The end of their names.
pub(crate) const TEMPORARY_SUFFIX: &str = ".tmp";

/// A file of so many bytes is on disk before it takes its final name, also if nobody asked for that: after a power
/// cut a name may stand there and the bytes not. To wait for the disk took 3 ms for each file, and 4 ms for a megabyte
/// (ext4, a virtual disk): much beside the tenth of a millisecond that a small text takes, little beside a dump.
const SYNCED_BYTES_MIN: u64 = 1 << 20;

/// How many links are followed from a name of a device; Linux follows 40.
const LINKS_MAX: usize = 40;

/// A file under a temporary name in its final folder. It takes its final name when it is whole;
/// dropped before that, it vanishes. What is no file but a device or a pipe is written as it is. A file whose
/// place it takes gives it its permissions, and a link stays a link: what it leads to is written.
#[derive(Debug)]
pub(crate) struct Pending {
    path: PathBuf,
    target: Target,
    is_synced: bool,
}

#[derive(Debug)]
enum Target {
    Temporary { writer: BufWriter<NamedTempFile>, force: bool, held: leftover::Held },
    Device(BufWriter<fs::File>),
}

impl Pending {
    /// Opens a temporary file beside `path`. Missing folders are made.
    ///
    /// # Errors
    ///
    /// `path` is a folder, or exists and `force` is not given, or its folder cannot be written.
    pub(crate) fn create(path: &Path, force: bool) -> Result<Self, Error> {
        refuse_existing(path, force)?;
        if is_device(path) {
            // Behind `/dev/stdout` may be a file that the shell has opened: nothing of it is overwritten.
            let file = fs::OpenOptions::new().append(true).open(path);
            let file = file.map_err(|error| Error::output(path, error))?;
            return Ok(Self {
                path: path.to_owned(),
                target: Target::Device(BufWriter::new(file)),
                is_synced: false,
            });
        }
        let path = &*behind_links(path);
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(|error| Error::output(folder, error))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX);
        leftover::sweep(folder);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // The permissions of any new file, less the umask; the default of temporary files is 0600.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let (file, held) = loop {
            let file = builder.tempfile_in(folder).map_err(|error| Error::output(path, error))?;
            if let Some(held) = leftover::hold(file.as_file(), file.path()) {
                break (file, held);
            }
        };
        // What takes the place of a file may be read and written by whom that might be.
        let before = fs::metadata(path).ok().map(|metadata| metadata.permissions());
        before
            .map_or(Ok(()), |permissions| file.as_file().set_permissions(permissions))
            .map_err(|error| Error::output(path, error))?;
        let target = Target::Temporary { writer: BufWriter::new(file), force, held };
        Ok(Self { path: path.to_owned(), target, is_synced: false })
    }

    /// It will be on disk before it takes its final name, however small it is.
    pub(crate) fn sync(&mut self) {
        self.is_synced = true;
    }

    /// Gives the file its final name.
    ///
    /// # Errors
    ///
    /// The last bytes cannot be written, or a file of that name has appeared and `force` is not given.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let Self { path, target, is_synced } = self;
        let (writer, force, _held) = match target {
            Target::Temporary { writer, force, held } => (writer, force, held),
            Target::Device(mut writer) => return writer.flush().map_err(|error| Error::output(&path, error)),
        };
        let file = writer.into_inner().map_err(|error| Error::output(&path, error.into_error()))?;
        let is_large = || file.as_file().metadata().is_ok_and(|file| file.len() >= SYNCED_BYTES_MIN);
        if is_synced || is_large() {
            file.as_file().sync_all().map_err(|error| Error::output(&path, error))?;
        }
        let named = if force { file.persist(&path) } else { file.persist_noclobber(&path) };
        match named {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(Error::Exists { path }),
            Err(error) => Err(Error::output(&path, error.error)),
        }
    }

    /// Can what was written be forgotten?
    pub(crate) fn is_temporary(&self) -> bool {
        matches!(self.target, Target::Temporary { .. })
    }

    /// Forgets what was written, and opens another temporary file for the same name.
    #[cfg(feature = "parquet")]
    fn begin_anew(self) -> Result<Self, Error> {
        let force = !matches!(self.target, Target::Temporary { force: false, .. });
        let (path, is_synced) = (self.path.clone(), self.is_synced);
        drop(self);
        let mut anew = Self::create(&path, force)?;
        anew.is_synced = is_synced;
        Ok(anew)
    }

    /// Where the file will stand.
    #[must_use]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Temporary { writer, .. } => writer.write(bytes),
            Target::Device(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Temporary { writer, .. } => writer.flush(),
            Target::Device(writer) => writer.flush(),
        }
    }
}

/// Writes the pieces, one after another, as the file `path`: whole, or not at all, and on disk before it has its
/// name. Missing folders are made.
///
/// # Errors
///
/// `path` is a folder, exists and `force` is not given, or cannot be written.
pub fn write_file<'p>(path: &Path, pieces: impl Iterator<Item = &'p [u8]>, force: bool) -> Result<(), Error> {
    write_to(Sink::file(path, Compression::None, force)?.synced(), pieces)
}

/// Writes the pieces, one after another and compressed, as the file `path`. One of many: a small one is not waited
/// for.
///
/// # Errors
///
/// See [`Pending::create`] and [`Pending::finish`].
pub(crate) fn write_compressed<'p>(
    path: &Path,
    compression: Compression,
    pieces: impl Iterator<Item = &'p [u8]>,
    force: bool,
) -> Result<(), Error> {
    write_to(Sink::file(path, compression, force)?, pieces)
}

/// Writes the pieces, one after another, and gives the file its name.
pub(crate) fn write_to<'p>(mut file: Sink, pieces: impl Iterator<Item = &'p [u8]>) -> Result<(), Error> {
    for piece in pieces {
        file.write(piece)?;
    }
    file.finish()
}

/// Keeps `path` under its name and `suffix` too, if there is one, before it is overwritten.
///
/// # Errors
///
/// That name is taken and `force` is not given, or cannot be written.
pub(crate) fn back_up(path: &Path, suffix: Option<&str>, force: bool) -> Result<(), Error> {
    let Some(suffix) = suffix else { return Ok(()) };
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    let backup = PathBuf::from(name);
    let path = &*behind_links(path);
    if is_same_file(path, &backup) {
        return Ok(()); // by a run that was killed before it overwrote the file
    }
    refuse_existing(&backup, force)?;
    // A second name for the same file: it is given away when the new one takes its place.
    if force {
        let _ = fs::remove_file(&backup);
    }
    fs::hard_link(path, &backup).or_else(|_| copy(path, &backup, force))
}

/// Copies a file, whole or not at all.
#[expect(clippy::disallowed_methods, reason = "what is backed up was an input, and is written as it is")]
fn copy(from: &Path, to: &Path, force: bool) -> Result<(), Error> {
    let mut file = fs::File::open(from).map_err(|error| Error::input(from, error))?;
    let mut copy = Pending::create(to, force)?;
    io::copy(&mut file, &mut copy).map_err(|error| Error::output(to, error))?;
    if let (Target::Temporary { writer, .. }, Ok(metadata)) = (&copy.target, file.metadata()) {
        let _ = writer.get_ref().as_file().set_permissions(metadata.permissions());
    }
    copy.finish()
}

/// Are both names of one file?
fn is_same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let inode = |path| fs::symlink_metadata(path).map(|file| (file.dev(), file.ino()));
        matches!((inode(one), inode(other)), (Ok(one), Ok(other)) if one == other)
    }
    #[cfg(not(unix))]
    {
        let _ = (one, other);
        false
    }
}

/// Writes the pieces to standard output.
///
/// # Errors
///
/// [`Error::Stream`]; ask [`Error::is_broken_pipe`].
pub fn write_stdout<'p>(pieces: impl Iterator<Item = &'p [u8]>) -> Result<(), Error> {
    let stream = |source| Error::Stream { stream: "standard output", source };
    let mut out = BufWriter::new(io::stdout().lock());
    for piece in pieces {
        out.write_all(piece).map_err(stream)?;
    }
    out.flush().map_err(stream)
}

/// Is there something of that name that is neither file nor folder: a device, a pipe? A file must not take
/// its place. `/dev/stdout` and its like are links below `/proc`, whatever stands behind them.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| {
        !metadata.is_dir() && (!metadata.is_file() || link_names(path).any(|name| is_of_process(&name)))
    })
}

/// The file that a link leads to; of anything else, the path itself.
fn behind_links(path: &Path) -> Cow<'_, Path> {
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
        && let Ok(real) = fs::canonicalize(path)
    {
        return Cow::Owned(real);
    }
    Cow::Borrowed(path)
}

/// The name of what `path` names, of what that links to, and so on to what is no link.
fn link_names(path: &Path) -> impl Iterator<Item = PathBuf> {
    std::iter::successors(Some(path.to_owned()), |link| {
        let target = fs::read_link(link).ok()?;
        Some(link.parent().unwrap_or(Path::new(".")).join(target))
    })
    .take(LINKS_MAX)
}

/// Is it a name for an open file of a process?
fn is_of_process(name: &Path) -> bool {
    let folder = name.parent().and_then(|folder| fs::canonicalize(folder).ok());
    folder.is_some_and(|folder| folder.starts_with("/proc"))
}

/// Refuses a path that is a folder, and a file that exists unless `force` is given.
///
/// # Errors
///
/// As said.
pub fn refuse_existing(path: &Path, force: bool) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(Error::IsFolder { path: path.to_owned() }),
        Ok(_) if !force && !is_device(path) => Err(Error::Exists { path: path.to_owned() }),
        _ => Ok(()),
    }
}

/// Refuses a file where a folder for outputs should stand.
///
/// # Errors
///
/// As said.
pub fn refuse_file(folder: &Path) -> Result<(), Error> {
    match fs::metadata(folder) {
        Ok(metadata) if !metadata.is_dir() => Err(Error::IsFile { path: folder.to_owned() }),
        _ => Ok(()),
    }
}

/// The inputs of a run, so that no output is written among them.
#[derive(Debug)]
pub struct Guard {
    /// Each input as it really is, and as it was given.
    inputs: HashMap<PathBuf, PathBuf>,
}

impl Guard {
    /// Guards the files and folders `inputs`.
    #[must_use]
    pub fn new(inputs: &[PathBuf]) -> Self {
        Self { inputs: inputs.iter().map(|input| (real(input), input.clone())).collect() }
    }

    /// Refuses an output that is one of the inputs or stands inside one. Links are followed as far
    /// as the path exists.
    ///
    /// # Errors
    ///
    /// [`Error::OutputInsideInput`].
    pub fn check(&self, output: &Path) -> Result<(), Error> {
        match real(output).ancestors().find_map(|folder| self.inputs.get(folder)) {
            Some(input) => Err(Error::OutputInsideInput { output: output.to_owned(), input: input.clone() }),
            None => Ok(()),
        }
    }
}

/// The path with links resolved as far as it exists, and the rest by name.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut missing: Vec<Component> = Vec::new();
    let mut known = absolute.as_path();
    let mut out = loop {
        if let Ok(real) = fs::canonicalize(known) {
            break real;
        }
        match (known.components().next_back(), known.parent()) {
            (Some(last), Some(parent)) => {
                missing.push(last);
                known = parent;
            }
            _ => break absolute.clone(),
        }
    };
    for part in missing.into_iter().rev() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::Normal(name) => out.push(name),
            _ => {}
        }
    }
    out
}
