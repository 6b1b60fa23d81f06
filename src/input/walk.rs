//! Trees of text files: what is below the paths that were given, in sorted order.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use ignore::WalkBuilder;

use super::{Source, format};
use crate::error::Error;
use crate::settings::FILE_NAME;

/// The file that leaves files out, with the patterns of a `.gitignore`.
const IGNORE_FILE: &str = ".unchaffignore";
/// Types that hold text but no plain text, and are not read: cleaned line by line they would be damaged.
const STRUCTURED_TYPES: [&str; 4] = ["htm", "html", "xml", "zip"];

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The inputs, sorted by id, byte by byte.
    pub sources: Vec<Source>,
    /// How many files were passed over because of their type, by extension.
    pub passed_over: BTreeMap<String, usize>,
}

/// Finds the inputs: files that are named, and every text file below the folders that are named.
///
/// Ids are paths relative to the folder, to a lone file's folder, or to the common parent of several paths.
/// Hidden files count; symbolic links below a folder are passed over; `.unchaffignore` is obeyed.
/// A file that is named twice is read once.
///
/// # Errors
///
/// A path that does not exist or cannot be looked at, a named file that is no plain text, and folders
/// without any text file.
pub fn find(paths: &[PathBuf]) -> Result<Found, Error> {
    let base = common_base(paths)?;
    let mut found = Found::default();
    let mut files: BTreeMap<String, Source> = BTreeMap::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|error| Error::input(path, error))?;
        if metadata.is_dir() {
            walk(path, &base, &mut files, &mut found);
        } else {
            refuse_structured(path)?;
            take(path, &base, metadata.len(), &mut files);
        }
    }
    found.sources = files.into_values().collect();
    if found.sources.is_empty() {
        return Err(Error::NoInput { path: paths.first().cloned().unwrap_or_default() });
    }
    Ok(found)
}

fn walk(folder: &Path, base: &Path, files: &mut BTreeMap<String, Source>, found: &mut Found) {
    let walker =
        WalkBuilder::new(folder).standard_filters(false).add_custom_ignore_filename(IGNORE_FILE).build();
    for entry in walker {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let unusable = unusable(&error, base);
                files.insert(unusable.id().to_owned(), unusable);
                continue;
            }
        };
        let Some(file_type) = entry.file_type() else { continue };
        if file_type.is_dir()
            || entry.file_name() == OsStr::new(IGNORE_FILE)
            || entry.file_name() == OsStr::new(FILE_NAME)
        {
            continue;
        }
        if file_type.is_symlink() {
            *found.passed_over.entry("symbolic link".to_owned()).or_default() += 1;
        } else if file_type.is_file() && format::by_name(entry.path()).is_some() {
            let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
            take(entry.path(), base, bytes, files);
        } else {
            let extension = format::extension(entry.path());
            let name = if extension.is_empty() { "no extension".to_owned() } else { format!(".{extension}") };
            *found.passed_over.entry(name).or_default() += 1;
        }
    }
}

fn take(path: &Path, base: &Path, bytes: u64, files: &mut BTreeMap<String, Source>) {
    let source = match id_of(path, base) {
        Ok(id) => Source::File { path: path.to_owned(), id, bytes },
        Err(id) => Source::Unusable { id, message: "its name is not valid UTF-8; rename it".to_owned() },
    };
    files.insert(source.id().to_owned(), source);
}

/// The path relative to `base`, with `/`; the error is a readable form of a name that is not UTF-8.
fn id_of(path: &Path, base: &Path) -> Result<String, String> {
    let relative = absolute(path).ok().and_then(|path| path.strip_prefix(base).map(Path::to_owned).ok());
    let relative = relative.unwrap_or_else(|| path.to_owned());
    let parts: Vec<&OsStr> = relative
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name),
            _ => None,
        })
        .collect();
    match parts.iter().map(|part| part.to_str()).collect::<Option<Vec<&str>>>() {
        Some(parts) => Ok(parts.join("/")),
        None => Err(parts.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")),
    }
}

/// What ids are relative to.
/// The folder of the inputs: a lone folder itself, a lone file's folder, or the common parent of several
/// paths.
///
/// # Errors
///
/// A path that cannot be looked at.
pub fn common_base(paths: &[PathBuf]) -> Result<PathBuf, Error> {
    let mut base: Option<PathBuf> = None;
    for path in paths {
        let absolute = absolute(path).map_err(|error| Error::input(path, error))?;
        let is_folder = fs::metadata(path).map_err(|error| Error::input(path, error))?.is_dir();
        let folder = if is_folder && paths.len() == 1 {
            absolute
        } else {
            absolute.parent().map_or_else(PathBuf::new, Path::to_owned)
        };
        base = Some(match base {
            None => folder,
            Some(base) => common_prefix(&base, &folder),
        });
    }
    Ok(base.unwrap_or_default())
}

fn common_prefix(one: &Path, other: &Path) -> PathBuf {
    one.components()
        .zip(other.components())
        .take_while(|(one, other)| one == other)
        .map(|(one, _)| one)
        .collect()
}

/// The absolute path with `.` and `..` resolved by name, so that prefixes can be compared.
fn absolute(path: &Path) -> io::Result<PathBuf> {
    let mut out = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    Ok(out)
}

fn refuse_structured(path: &Path) -> Result<(), Error> {
    let extension = format::extension(path);
    if STRUCTURED_TYPES.contains(&extension.as_str()) {
        return Err(Error::Format { path: path.to_owned(), extension });
    }
    Ok(())
}

fn unusable(error: &ignore::Error, base: &Path) -> Source {
    fn path_of(error: &ignore::Error) -> Option<&Path> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
            _ => None,
        }
    }
    let id =
        path_of(error).map_or_else(|| "?".to_owned(), |path| id_of(path, base).unwrap_or_else(|lossy| lossy));
    let reason = error.io_error().map_or_else(|| error.to_string(), crate::error::plain);
    Source::Unusable { id, message: format!("cannot be read: {reason}") }
}
