//! Which inputs there are, and how they are read: arguments that every verb that reads texts shares.
#![expect(clippy::disallowed_methods, reason = "a list of paths is a part of what was typed")]

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use unchaff::error::Error;
use unchaff::input::format::Format;
use unchaff::input::{self, Finding, Reading, Source};
use unchaff::run::Event;
use unchaff::settings::{Layer, Settings, parse_bytes};

use crate::args::MessageArgs;
use crate::message;

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Inputs")]
pub(crate) struct InputArgs {
    /// Of the files below folders only those that match, in any format; `!` before it leaves them out
    #[arg(short, long, value_name = "GLOB")]
    glob: Vec<String>,

    /// Read the paths from FILE, one a line or parted by NUL; `-` is standard input
    #[arg(hide_short_help = true, long, value_name = "FILE")]
    pub(crate) files_from: Option<PathBuf>,

    /// The format of all inputs [default: by the end of the name, then by the first bytes]
    #[arg(hide_short_help = true, long, value_name = "FORMAT", value_parser = parse_format)]
    input_format: Option<Format>,

    /// Text files hold documents parted by blank lines
    #[arg(hide_short_help = true, long, conflicts_with = "input_format")]
    split_blank: bool,

    /// The field that is the text; a.b is b in a [default: the one that is called text, content,
    /// maintext, body, article, markdown or the like]
    #[arg(long, value_name = "FIELD")]
    text_field: Option<String>,

    /// The field that is the id [default: id or the like, if there is one]
    #[arg(hide_short_help = true, long, value_name = "FIELD")]
    id_field: Option<String>,

    /// The field that is the address [default: url or the like, if there is one]
    #[arg(hide_short_help = true, long, value_name = "FIELD")]
    url_field: Option<String>,

    /// An array with one entry for each line of the text: entries go with their lines (JSON)
    #[arg(hide_short_help = true, long, value_name = "FIELD")]
    filter_parallel: Vec<String>,

    /// Records and texts longer than this are bad (K, M, G: powers of 1024)
    /// [default: 64M]
    #[arg(hide_short_help = true, long, value_name = "BYTES", value_parser = parse_size)]
    max_record: Option<String>,

    /// Read text files in this encoding (a label such as windows-1251) instead of detecting it; dumps are UTF-8
    #[arg(hide_short_help = true, long, value_name = "LABEL")]
    pub(crate) encoding: Option<String>,
}

/// What was found.
pub(crate) struct Inputs {
    pub(crate) sources: Vec<Source>,
    /// The paths that were typed or listed; none if standard input is read.
    pub(crate) named: Vec<PathBuf>,
    /// What was looked for.
    finding: Finding,
}

impl Inputs {
    /// Is standard input read?
    pub(crate) fn is_stdin(&self) -> bool {
        self.named.is_empty()
    }

    /// Is it one file, or standard input?
    pub(crate) fn is_one(&self) -> bool {
        self.is_stdin() || self.sources.len() == 1 && !self.has_folder()
    }

    /// Refuses an end of names for backups that makes inputs of them: the next run would clean them away.
    pub(crate) fn refuse_suffix(&self, suffix: &str) -> Result<(), Error> {
        let backups = self.sources.iter().filter_map(|source| {
            let Source::File { path, .. } = source else { return None };
            let mut name = path.clone().into_os_string();
            name.push(suffix);
            Some(PathBuf::from(name))
        });
        let Some(backup) = input::first_found(&self.finding, backups)? else { return Ok(()) };
        let by_glob = format!(", or leave it out with --glob '!*{suffix}'");
        Err(Error::Usage {
            message: format!(
                "--in-place={suffix}: {} may be an input of the next run; take an end that is not read, as .orig{}",
                backup.display(),
                if self.finding.globs.is_empty() { "" } else { &by_glob }
            ),
        })
    }

    /// Is one of the paths a folder?
    pub(crate) fn has_folder(&self) -> bool {
        self.named.iter().any(|path| path.is_dir())
    }
}

impl InputArgs {
    /// Finds the inputs among what was typed.
    pub(crate) fn find(
        &self,
        typed: &[PathBuf],
        settings: &Settings,
        messages: &MessageArgs,
    ) -> Result<Inputs, Error> {
        let usage = |message: &str| Err(Error::Usage { message: message.to_owned() });
        let listed = self.files_from.as_deref().map(read_list).transpose()?;
        let has_dash = typed.iter().any(|path| path.as_os_str() == "-");
        if typed.is_empty() && listed.is_none() && std::io::stdin().is_terminal() {
            return usage(
                "nothing to clean: name files or folders, or pipe text in (`-` reads the terminal); see unchaff --help",
            );
        }
        if typed.is_empty() && listed.is_none() || has_dash && typed.len() == 1 && listed.is_none() {
            return Ok(Inputs {
                sources: vec![Source::Stdin],
                named: Vec::new(),
                finding: Finding::default(),
            });
        }
        if has_dash {
            return usage("`-`, standard input, goes with no other path");
        }
        let finding = Finding {
            paths: typed.to_vec(),
            listed: listed.unwrap_or_default(),
            globs: settings.globs.clone(),
            format: settings.reading.format,
        };
        let found = input::find_all(&finding)?;
        if !messages.quiet {
            message::passed_over(&found.passed_over);
        }
        self.warn_of_idle(&found.sources, &settings.reading);
        let named = [&finding.paths[..], &finding.listed].concat();
        let inputs = Inputs { sources: found.sources, named, finding };
        if !self.glob.is_empty() && !inputs.has_folder() {
            message::say("warning: --glob chooses among the files below folders, and no folder is named");
        }
        Ok(inputs)
    }

    /// Warns of what was typed for inputs of another format than those that were found: which they are depends on
    /// the data, so that the same command may be right elsewhere.
    fn warn_of_idle(&self, sources: &[Source], reading: &Reading) {
        let formats: Option<Vec<Format>> = sources.iter().map(|source| reading.format_of(source)).collect();
        let Some(formats) = formats else { return }; // what stands in some of them is not known yet
        let is_none = |wanted: &[Format]| !formats.iter().any(|format| wanted.contains(format));
        let message = match self.field_option() {
            Some(name)
                if is_none(&[Format::Jsonl, Format::Json, Format::Csv, Format::Tsv, Format::Parquet]) =>
            {
                format!(
                    "{name}: no input has fields; if one is a dump under another name, say --input-format jsonl, or csv"
                )
            }
            _ if self.encoding.is_some() && is_none(&[Format::Text]) => {
                "--encoding is for texts, and no input is one; dumps are UTF-8: convert them first".to_owned()
            }
            _ if self.split_blank && is_none(&[Format::Blocks]) => {
                "--split-blank is for texts, and no input is one".to_owned()
            }
            _ => return,
        };
        message::say(&format!("warning: {message}"));
    }

    /// The first option that was typed of those about fields.
    fn field_option(&self) -> Option<&'static str> {
        let options = [
            ("--text-field", self.text_field.is_some()),
            ("--id-field", self.id_field.is_some()),
            ("--url-field", self.url_field.is_some()),
            ("--filter-parallel", !self.filter_parallel.is_empty()),
        ];
        options.into_iter().find_map(|(name, typed)| typed.then_some(name))
    }

    /// As settings.
    pub(crate) fn layer(&self) -> Layer {
        Layer {
            glob: Some(self.glob.clone()).filter(|globs| !globs.is_empty()),
            input_format: self.input_format.map(|format| format.slug().to_owned()),
            encoding: self.encoding.clone(),
            text_field: self.text_field.clone(),
            id_field: self.id_field.clone(),
            url_field: self.url_field.clone(),
            filter_parallel: Some(self.filter_parallel.clone()).filter(|fields| !fields.is_empty()),
            split_blank: self.split_blank.then_some(true),
            max_record: self.max_record.clone(),
            ..Layer::default()
        }
    }
}

/// Warns once of a text that may be a dump: nothing but its first bytes tells.
pub(crate) struct Mistaken<'a> {
    args: &'a InputArgs,
    is_told: bool,
}

impl<'a> Mistaken<'a> {
    pub(crate) fn new(args: &'a InputArgs) -> Self {
        Self { args, is_told: args.input_format.is_some() }
    }

    pub(crate) fn see(&mut self, event: &Event) {
        let Event::Cleaned { source, document, .. } = event else { return };
        if self.is_told || document.id != source.id() {
            return;
        }
        let format = Format::of_bytes(document.text.as_bytes());
        let message = if format != Format::Text {
            format!(
                "looks like {format} and is cleaned as a text; --input-format {format} reads it as a dump"
            )
        } else if let (Source::Stdin, Some(option)) = (source, self.args.field_option()) {
            format!("is cleaned as a text, which has no fields ({option}); --input-format says what it is")
        } else {
            return;
        };
        self.is_told = true;
        message::say(&format!("{}: warning: {message}", document.id));
    }
}

fn read_list(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|source| Error::Input { path: path.to_owned(), source })?;
    let end = if bytes.contains(&0) { 0 } else { b'\n' };
    let paths = bytes.split(|&byte| byte == end).map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    Ok(paths.filter(|line| !line.is_empty()).map(path_of).collect())
}

/// A path as the system has it: one whose name is not UTF-8 is told as such, and stops no other.
fn path_of(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        std::ffi::OsStr::from_bytes(bytes).into()
    }
    #[cfg(not(unix))]
    {
        String::from_utf8_lossy(bytes).into_owned().into()
    }
}

/// A size stays as it was typed, as it would stand in a file of settings.
fn parse_size(text: &str) -> Result<String, String> {
    parse_bytes(text).map(|_| text.to_owned())
}

fn parse_format(name: &str) -> Result<Format, String> {
    name.parse()
}
