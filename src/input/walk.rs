//! Trees of text files: what is below the paths that were given, in sorted order.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{Match, WalkBuilder};

use super::Source;
use super::format::{self, Format};
use crate::error::Error;

/// The file that leaves files out, with the patterns of a `.gitignore`.
const IGNORE_FILE: &str = ".unchaffignore";
/// The file of settings, which is no text.
pub(crate) const SETTINGS_FILE: &str = "unchaff.toml";
/// The folder in which a run notes what it has done, for `--resume`.
pub(crate) const RESUME_FOLDER: &str = ".unchaff-resume";
/// Types that hold text but no plain text, and are not read: cleaned line by line they would be damaged.
const STRUCTURED_TYPES: [&str; 4] = ["htm", "html", "xml", "zip"];

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The inputs, sorted by id, byte by byte.
    pub sources: Vec<Source>,
    /// How many files were passed over because of their type, by extension; links, pipes and devices too.
    pub passed_over: BTreeMap<String, usize>,
}

/// Finds the inputs: files that are named, and every text file below the folders that are named.
///
/// Ids are paths relative to the folder, to a lone file's folder, or to the folder in which several paths are.
/// Hidden files count; symbolic links below a folder are passed over; `.unchaffignore` is obeyed.
/// A file that is named twice is read once. A path that does not exist or cannot be looked at, and a named file
/// that is no plain text, stop no other: they are [`Source::Unusable`].
///
/// # Errors
///
/// None of the paths that were typed can be used, and folders without any text file.
pub fn find(paths: &[PathBuf]) -> Result<Found, Error> {
    find_all(&Finding { paths: paths.to_vec(), ..Finding::default() })
}

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// Files and folders that were typed.
    pub paths: Vec<PathBuf>,
    /// Files and folders of a list: that none of them can be used is no error.
    pub listed: Vec<PathBuf>,
    /// Patterns as in a `.gitignore`, relative to what ids are relative to. Below folders only files that
    /// match are taken, whatever their type; those that match a pattern behind `!` are left out.
    pub globs: Vec<String>,
    /// The format of all inputs: below folders files of this format are taken.
    pub format: Option<Format>,
}

/// Finds inputs, as [`find`] does.
///
/// # Errors
///
/// As [`find`], and a pattern that is none.
pub fn find_all(finding: &Finding) -> Result<Found, Error> {
    let paths = finding.all();
    if paths.is_empty() {
        return Err(Error::usage("nothing to clean: the list of --files-from names no path"));
    }
    let walk = Walk::new(finding, &paths)?;
    let mut found = Found::default();
    let mut files: BTreeMap<String, Source> = BTreeMap::new();
    let mut fault = None;
    for (at, path) in paths.iter().enumerate() {
        let error = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                walk.folder(path, &mut files, &mut found);
                continue;
            }
            Ok(metadata) => match structured_type(path).filter(|_| finding.format.is_none()) {
                None => {
                    take(path, &walk.base, metadata.len(), &mut files);
                    continue;
                }
                Some(extension) => Error::Format { path: path.clone(), extension },
            },
            Err(error) => Error::input(path, error),
        };
        let id = id_of(path, &walk.base).unwrap_or_else(|lossy| lossy);
        // What a folder or a pattern took is read, whatever its name.
        files.entry(id.clone()).or_insert_with(|| Source::Unusable { id, message: error.without_path() });
        fault = fault.or(Some(error).filter(|_| at < finding.paths.len()));
    }
    found.sources = files.into_values().collect();
    if let (Some(fault), true) = (fault, found.sources.iter().all(Source::is_unusable)) {
        return Err(fault);
    }
    if found.sources.is_empty() {
        let path = paths.first().cloned().unwrap_or_default();
        return Err(if finding.globs.is_empty() {
            Error::NoInput { path, passed_over: found.passed_over }
        } else {
            Error::NoMatch { path }
        });
    }
    Ok(found)
}

/// The first of these names that would be an input if a file of that name stood below a folder.
///
/// # Errors
///
/// As [`find_all`].
pub fn first_found(
    finding: &Finding,
    mut names: impl Iterator<Item = PathBuf>,
) -> Result<Option<PathBuf>, Error> {
    let walk = Walk::new(finding, &finding.all())?;
    Ok(names.find(|name| walk.takes(name)))
}

impl Finding {
    fn all(&self) -> Vec<PathBuf> {
        self.paths.iter().chain(&self.listed).cloned().collect()
    }
}

struct Walk {
    base: PathBuf,
    globs: Override,
    format: Option<Format>,
}

impl Walk {
    fn new(finding: &Finding, paths: &[PathBuf]) -> Result<Self, Error> {
        let base = common_base(paths)?;
        let mut globs = OverrideBuilder::new(&base);
        for glob in &finding.globs {
            globs.add(glob).map_err(|error| Error::usage(format!("--glob {glob}: {error}")))?;
        }
        let globs = globs.build().map_err(|error| Error::usage(format!("--glob: {error}")))?;
        Ok(Self { base, globs, format: finding.format })
    }

    fn folder(&self, folder: &Path, files: &mut BTreeMap<String, Source>, found: &mut Found) {
        let walker = WalkBuilder::new(folder)
            .standard_filters(false)
            .add_custom_ignore_filename(IGNORE_FILE)
            .filter_entry(|entry| entry.file_name() != OsStr::new(RESUME_FOLDER))
            .build();
        for entry in walker {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let unusable = unusable(&error, &self.base);
                    files.insert(unusable.id().to_owned(), unusable);
                    continue;
                }
            };
            let Some(file_type) = entry.file_type() else { continue };
            let is_ours =
                [IGNORE_FILE, SETTINGS_FILE].iter().any(|name| entry.file_name() == OsStr::new(name));
            // A folder that is named may be a link.
            if file_type.is_dir() || is_ours || entry.depth() == 0 {
                continue;
            }
            if file_type.is_symlink() {
                *found.passed_over.entry("symbolic link".to_owned()).or_default() += 1;
            } else if file_type.is_file() && self.takes(entry.path()) {
                let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
                take(entry.path(), &self.base, bytes, files);
            } else if !file_type.is_file() {
                *found.passed_over.entry("pipe or device".to_owned()).or_default() += 1;
            } else if self.globs.is_empty() {
                let extension = format::extension(entry.path());
                let name =
                    if extension.is_empty() { "no extension".to_owned() } else { format!(".{extension}") };
                *found.passed_over.entry(name).or_default() += 1;
            }
        }
    }

    /// Is a file below a folder an input?
    fn takes(&self, path: &Path) -> bool {
        let absolute = absolute(path).unwrap_or_else(|_| path.to_owned());
        match self.globs.matched(&absolute, false) {
            Match::Whitelist(_) => return true,
            Match::Ignore(_) => return false,
            Match::None => {}
        }
        let by_name = format::by_name(path);
        match self.format {
            Some(format) => by_name == Some(format),
            None => by_name.is_some_and(Format::is_found),
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

/// What ids are relative to, and where settings are looked for: the folder in which all inputs are. Of a folder
/// it is that folder, also beside a folder or a file in it.
///
/// # Errors
///
/// A path that cannot be looked at.
pub(crate) fn common_base(paths: &[PathBuf]) -> Result<PathBuf, Error> {
    let mut base: Option<PathBuf> = None;
    for path in paths {
        let absolute = absolute(path).map_err(|error| Error::input(path, error))?;
        let is_folder = fs::metadata(path).is_ok_and(|metadata| metadata.is_dir());
        let folder =
            if is_folder { absolute } else { absolute.parent().map_or_else(PathBuf::new, Path::to_owned) };
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

/// The type of a file that is not read, by its name.
fn structured_type(path: &Path) -> Option<String> {
    Some(format::extension(path)).filter(|extension| STRUCTURED_TYPES.contains(&extension.as_str()))
}

fn unusable(error: &ignore::Error, base: &Path) -> Source {
    fn path_of(error: &ignore::Error) -> Option<&Path> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
            _ => None,
        }
    }
    let named = |path: &Path| {
        let id = id_of(path, base).unwrap_or_else(|lossy| lossy);
        if id.is_empty() { path.display().to_string() } else { id } // the folder that was typed
    };
    let id = path_of(error).map_or_else(|| "?".to_owned(), named);
    let reason = error.io_error().map_or_else(|| error.to_string(), crate::error::plain);
    // The walker names the path as it was typed, and no output holds an absolute path.
    let cause = reason.strip_prefix("io error for operation on ").and_then(|rest| rest.rsplit(": ").next());
    let reason = cause.unwrap_or(&reason);
    Source::Unusable { id, message: format!("cannot be read: {reason}") }
}
