//! Temporary files of runs that were killed: whoever writes one holds a lock on it, and a lock dies with
//! its process, on every system and in every container. A file without a lock is nobody's.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use fs4::FileExt;

use super::{TEMPORARY_PREFIX, TEMPORARY_SUFFIX};

/// The folders of this process that were swept, and its temporary files.
static STATE: Mutex<Option<State>> = Mutex::new(None);

#[derive(Default)]
struct State {
    swept: HashSet<PathBuf>,
    pending: HashSet<PathBuf>,
}

fn with<T>(act: impl FnOnce(&mut State) -> T) -> T {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    act(state.get_or_insert_with(State::default))
}

/// Removes temporary files in `folder` that nobody writes any more; once for each folder. Other threads that
/// are about to write there wait: a file that has just been made has no lock yet.
pub(super) fn sweep(folder: &Path) {
    with(|state| {
        if !state.swept.insert(folder.to_owned()) {
            return;
        }
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_ours = name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX);
            if !is_ours || state.pending.contains(&entry.path()) {
                continue;
            }
            let file = File::options().write(true).open(entry.path());
            if file.is_ok_and(|file| FileExt::try_lock(&file).is_ok()) {
                let _ = fs::remove_file(entry.path()); // it may be gone: another run sweeps too
            }
        }
    });
}

/// A temporary file that is being written; dropped when it has its name or is gone.
#[derive(Debug)]
pub(super) struct Held(PathBuf);

impl Drop for Held {
    fn drop(&mut self) {
        with(|state| state.pending.remove(&self.0));
    }
}

/// Takes the lock on a temporary file that was just made; `None` if another process that swept the folder held it
/// in between, and took the file for nobody's.
pub(super) fn hold(file: &File, path: &Path) -> Option<Held> {
    // Where locks are not to be had, nothing is swept away either.
    let _ = FileExt::lock(file);
    if !path.exists() {
        return None;
    }
    with(|state| state.pending.insert(path.to_owned()));
    Some(Held(path.to_owned()))
}

/// Removes all temporary files of this process: it is about to be ended.
pub fn remove_pending() {
    let mut paths: Vec<PathBuf> = with(|state| state.pending.iter().cloned().collect());
    paths.sort();
    for path in paths {
        let _ = fs::remove_file(path);
    }
}
