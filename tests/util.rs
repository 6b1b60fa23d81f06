//! Fixtures and the command.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The corpus for developers, which no build and no test may need.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let found = root().join("../shared").join(path);
    if !found.exists() {
        println!("skipped: {} is not here", found.display());
        return None;
    }
    Some(found)
}

/// What a person wants of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Keep,
    Drop,
    Either,
}

/// A text with marks. A line of the file is a mark (` `, `-`, `?`) and the line; an empty line is a
/// blank one; lines with `#` on top are notes.
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) text: String,
    /// For each line; blank lines are not judged.
    pub(crate) marks: Vec<Mark>,
}

/// The fixtures of a folder below `fixtures/`, by name.
pub(crate) fn fixtures(folder: &str) -> Vec<Fixture> {
    let mut paths = files(&root().join("fixtures").join(folder));
    paths.retain(|path| path.extension() == Some(OsStr::new("txt")));
    paths.iter().map(|path| read_fixture(path)).collect()
}

fn read_fixture(path: &Path) -> Fixture {
    let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    let (mut text, mut marks) = (String::new(), Vec::new());
    for line in fs::read_to_string(path).unwrap().lines().skip_while(|line| line.starts_with('#')) {
        let mut chars = line.chars();
        marks.push(match chars.next() {
            Some(' ') => Mark::Keep,
            Some('-') => Mark::Drop,
            None | Some('?') => Mark::Either,
            Some(_) => panic!("{name}: no mark before {line:?}"),
        });
        text.push_str(chars.as_str());
        text.push('\n');
    }
    Fixture { name, text, marks }
}

/// The search path, with the command in front.
#[cfg(unix)]
pub(crate) fn search_path() -> std::ffi::OsString {
    let folder = Path::new(env!("CARGO_BIN_EXE_unchaff")).parent().unwrap().to_owned();
    let rest = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&rest))).unwrap()
}

/// The files of a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    paths
}

/// Every file below a folder with its bytes, by relative path.
pub(crate) fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.push((relative, fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// A fresh folder in which the command runs with an empty environment.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::Builder::new().prefix("unchaff-test-").tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, with its folders.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unchaff"));
        command.args(args).current_dir(self.folder.path()).env_clear();
        command
    }

    /// Runs the command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    /// Runs the command with `input` on its standard input.
    pub(crate) fn run_with(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // A command that fails early never reads its input; the broken pipe is its right.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran::new(output)
    }
}

/// How the command ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Ran {
    fn new(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: output.stdout,
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code, showing the messages if it is another.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "messages:\n{}", self.err);
        self
    }

    /// Asserts that the messages hold `part`.
    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        assert!(self.err.contains(part), "{part:?} is not in the messages:\n{}", self.err);
        self
    }

    pub(crate) fn out_text(&self) -> String {
        String::from_utf8(self.out.clone()).unwrap()
    }
}
