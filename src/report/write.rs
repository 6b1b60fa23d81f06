//! Writing a report: rows as they come, the first row last, because it names every input's hash.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::json;
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::{
    Bytes, Cut, Doc, Docs, Input, Key, Match, Parallel, Place, ReportText, Row, Run, SCHEMA, Size, Status,
    Summary, Top, hash_text,
};
use crate::clean::Cleaned;
use crate::config::{Config, model_hash};
use crate::cuts;
use crate::document::Document;
use crate::error::Error;
use crate::input::record::{self, Record};
use crate::input::spelling::Spelling;
use crate::kind::Kind;
use crate::normal::NORMAL_VERSION;
use crate::output::Pending;
use crate::removed::RemovedLines;
use crate::repeats::Likeness;
use crate::segment;
use crate::tally::Tally;

/// Characters of a removed text that an excerpt holds.
const EXCERPT_CHARS: usize = 80;
/// How many of the most frequent lines the summary names.
const TOP_COUNT: usize = 10;
/// [`Doc::escape`] of a record that spells its text in ASCII.
pub(crate) const ESCAPE_ASCII: &str = "ascii";
/// [`Doc::escape`] of a record of CSV whose text has no quotes, and has them in the clean table.
pub(crate) const ESCAPE_UNQUOTED: &str = "unquoted";

/// The name of standard output, where a report may go.
pub const STDOUT: &str = "-";

/// Writes a report. Rows are spooled to an unnamed temporary file; [`Writer::finish`] puts the first
/// row, the spooled ones and the summary together and gives the file its name.
pub(crate) struct Writer {
    /// Where it will stand; nothing for standard output.
    file: Option<Pending>,
    path: PathBuf,
    spool: BufWriter<File>,
    /// What names the place of the rows where they cannot be written: the report, beside which they are, or a folder.
    spooled_at: PathBuf,
    hasher: Xxh3Default,
    inputs: Vec<Input>,
    /// Bytes of rows that were written.
    spooled: u64,
}

/// What a run was told of its report and its output.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// How much of each removed text the report holds.
    pub text: ReportText,
    /// What stands where lines were removed.
    pub removed_lines: RemovedLines,
    /// The format of the clean text, if it is another than that of the inputs.
    pub output: Option<String>,
    /// Hash of the index of the run.
    pub index: Option<String>,
    /// Did the run stop at its first failure?
    pub stopped: bool,
}

/// A place between two rows ([`Writer::mark`]).
#[derive(Clone)]
pub(crate) struct Mark {
    hasher: Xxh3Default,
    spooled: u64,
}

impl Writer {
    /// Opens a report that will stand at `path`, or go to standard output, if that is [`STDOUT`].
    ///
    /// # Errors
    ///
    /// See [`Pending::create`].
    pub(crate) fn create(path: &Path, force: bool) -> Result<Self, Error> {
        let file = if path.as_os_str() == STDOUT { None } else { Some(Pending::create(path, force)?) };
        // Beside a device or a pipe no file can be made.
        let beside = file.as_ref().filter(|file| file.is_temporary()).and_then(|file| file.path().parent());
        let folder = match beside {
            Some(folder) if folder.as_os_str().is_empty() => PathBuf::from("."),
            Some(folder) => folder.to_owned(),
            None => std::env::temp_dir(),
        };
        let spooled_at = if beside.is_some() { path } else { &folder };
        let spool = tempfile::tempfile_in(&folder).map_err(|error| Error::output(spooled_at, error))?;
        Ok(Self {
            file,
            path: path.to_owned(),
            spool: BufWriter::new(spool),
            spooled_at: spooled_at.to_owned(),
            hasher: Xxh3Default::new(),
            inputs: Vec::new(),
            spooled: 0,
        })
    }

    /// Registers the next input and gives its index.
    pub(crate) fn input(&mut self, input: Input) -> usize {
        self.inputs.push(input);
        self.inputs.len() - 1
    }

    /// Writes a row, as [`line_of`] gives it.
    ///
    /// # Errors
    ///
    /// [`Error::Output`], as on a full disk.
    pub(crate) fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.hasher.update(line);
        self.spooled += line.len() as u64;
        self.spool.write_all(line).map_err(|error| Error::output(&self.spooled_at, error))
    }

    /// This place between two rows, to come back to.
    #[must_use]
    pub(crate) fn mark(&self) -> Mark {
        Mark { hasher: self.hasher.clone(), spooled: self.spooled }
    }

    /// Forgets the rows written since `mark`: their input came to nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Output`].
    pub(crate) fn forget(&mut self, mark: Mark) -> Result<(), Error> {
        let Mark { hasher, spooled } = mark;
        (self.hasher, self.spooled) = (hasher, spooled);
        let rewound = self.spool.seek(io::SeekFrom::Start(spooled)); // writes what is buffered first
        rewound
            .and_then(|_| self.spool.get_ref().set_len(spooled))
            .map_err(|error| Error::output(&self.spooled_at, error))
    }

    /// Writes the first row and the summary around the others, and gives the report its name.
    ///
    /// # Errors
    ///
    /// [`Error::Output`] or [`Error::Exists`].
    pub(crate) fn finish(mut self, told: &Told, config: &Config, tally: &Tally) -> Result<(), Error> {
        let path = self.path;
        let failed = |error: io::Error| Error::output(&path, error);
        let run = line_of(&Row::Run(run_row(config, told, std::mem::take(&mut self.inputs))));
        self.hasher.update(&run);
        let summary = line_of(&Row::Summary(summary_row(tally, told, self.hasher.digest())));

        let spooled_at = self.spooled_at;
        let unspooled = |error: io::Error| Error::output(&spooled_at, error);
        let mut spool = self.spool.into_inner().map_err(|error| unspooled(error.into_error()))?;
        spool.rewind().map_err(failed)?;
        let mut whole = (&run[..]).chain(&mut spool).chain(&summary[..]);
        if let Some(mut file) = self.file {
            io::copy(&mut whole, &mut file).map_err(failed)?;
            file.sync();
            return file.finish();
        }
        let mut out = io::stdout().lock();
        let copied = io::copy(&mut whole, &mut out).and_then(|_| out.flush());
        copied.map_err(|source| Error::Stream { stream: "standard output", source })
    }
}

/// The row of a cleaned record of input `src`: with what `restore` needs to spell it as it was.
#[must_use]
pub(crate) fn record_row(
    record: &Record,
    cleaned: &Cleaned,
    src: usize,
    text: ReportText,
    removed: RemovedLines,
) -> Doc {
    let mut row = doc_row(&record.document, cleaned, src, text, removed);
    if row.cut.is_empty() {
        return row;
    }
    row.escape = match record.frame.spelling {
        Spelling::JsonAscii => Some(ESCAPE_ASCII.to_owned()),
        _ if record.frame.gets_quotes(cleaned, removed) => Some(ESCAPE_UNQUOTED.to_owned()),
        _ => None,
    };
    if text == ReportText::Full {
        for (cut, raw) in row.cut.iter_mut().zip(record.frame.odd_spellings(cleaned)) {
            cut.raw = raw;
        }
        row.head.clone_from(&record.frame.head);
        if removed.is_drop() {
            let bytes = &record.frame.bytes;
            let raw =
                |array: &record::Parallel| String::from_utf8_lossy(&bytes[array.span.clone()]).into_owned();
            let arrays = record.frame.parallel.iter();
            row.parallel =
                arrays.map(|array| Parallel { field: array.field.clone(), raw: raw(array) }).collect();
        }
    }
    row
}

/// The row of a cleaned document of input `src`.
#[must_use]
pub fn doc_row(
    document: &Document,
    cleaned: &Cleaned,
    src: usize,
    text: ReportText,
    removed: RemovedLines,
) -> Doc {
    let rows = Rows::of(document, cleaned, text);
    let cut: Vec<Cut> = cleaned.cuts.iter().map(|cut| rows.cut(cut)).collect();
    let mark: Vec<Cut> = cleaned.marks.iter().map(|mark| rows.mark(mark)).collect();
    let in_chars = rows.places.last().map_or(0, |place| place.code_points);
    let removed_chars: u64 = cut.iter().map(|cut| cut.c[1] - cut.c[0]).sum();
    let (out_chars, out_lines) = if removed.is_drop() {
        (in_chars - removed_chars, cleaned.lines_kept as u64)
    } else {
        let written: String = removed.written(cleaned).collect();
        (written.chars().count() as u64, segment::lines(&written).len() as u64)
    };
    let mut hasher = Xxh3Default::new();
    let mut out_bytes = 0;
    for piece in removed.written(cleaned) {
        hasher.update(piece.as_bytes());
        out_bytes += piece.len() as u64;
    }
    Doc {
        id: document.id.clone(),
        src,
        rec: document.rec,
        url: document.url.clone(),
        before: Size {
            b: cleaned.original.len() as u64,
            c: in_chars,
            l: cleaned.lines as u64,
            xxh3: hash_text(xxh3_64(cleaned.original.as_bytes())),
        },
        after: Size { b: out_bytes, c: out_chars, l: out_lines, xxh3: hash_text(hasher.digest()) },
        encoding: document.encoding.clone(),
        escape: None,
        head: None,
        parallel: Vec::new(),
        dropped: false,
        raw: None,
        glue: None,
        status: match (cleaned.emptied, cleaned.cuts.is_empty()) {
            (true, _) => Status::Emptied,
            (false, true) => Status::Unchanged,
            (false, false) => Status::Changed,
        },
        cut,
        mark,
    }
}

/// Makes the rows of a document's cuts and marks.
struct Rows<'d> {
    id: &'d str,
    original: &'d str,
    text: ReportText,
    /// The places that a row names, by offset.
    places: Vec<Offset>,
}

/// A place in a text.
#[derive(Clone, Copy)]
struct Offset {
    at: usize,
    /// Code points before it.
    code_points: u64,
    /// Where its line begins, and the code points before that.
    line: (usize, u64),
}

impl<'d> Rows<'d> {
    /// Counts code points and finds where lines begin, each byte once.
    fn of(document: &'d Document, cleaned: &Cleaned<'d>, text: ReportText) -> Self {
        let spans =
            cleaned.cuts.iter().map(|cut| &cut.span).chain(cleaned.marks.iter().map(|mark| &mark.span));
        let mut offsets: Vec<usize> = spans.flat_map(|span| [span.start, span.end]).collect();
        offsets.push(cleaned.original.len());
        offsets.sort_unstable();
        let mut place = Offset { at: 0, code_points: 0, line: (0, 0) };
        let places = offsets.into_iter().map(|offset| {
            let between = &cleaned.original[place.at..offset];
            if let Some(end) = memchr::memrchr2(b'\n', b'\r', between.as_bytes()) {
                let before = place.code_points + between[..=end].chars().count() as u64;
                place.line = (place.at + end + 1, before);
            }
            place.code_points += between.chars().count() as u64;
            place.at = offset;
            place
        });
        Self { id: &document.id, original: cleaned.original, text, places: places.collect() }
    }

    fn cut(&self, cut: &cuts::Cut) -> Cut {
        self.row(&cut.span, &cut.lines, cut.kind, cut.rule, cut.score, cut.first.as_ref())
    }

    fn mark(&self, mark: &cuts::Mark) -> Cut {
        self.row(&mark.span, &mark.lines, mark.kind, mark.rule, mark.score, mark.first.as_ref())
    }

    fn row(
        &self,
        span: &Range<usize>,
        lines: &Range<usize>,
        kind: Kind,
        rule: &str,
        score: f32,
        first: Option<&cuts::First>,
    ) -> Cut {
        let found = &self.original[span.clone()];
        let copy = first.and_then(|first| first.copy);
        Cut {
            b: [span.start as u64, span.end as u64],
            c: [self.code_points_before(span.start), self.code_points_before(span.end)],
            l: lines_row(lines),
            col: self.columns(span, lines),
            kind,
            rule: rule.to_owned(),
            score: (score * 1000.0).round() / 1000.0,
            key: copy.map(|copy| format!("xxh3_128:{:032x}", copy.key)),
            first: first.map(|first| Place {
                id: first.document.as_deref().unwrap_or(self.id).to_owned(),
                index: first.indexed,
                b: [first.span.start as u64, first.span.end as u64],
                l: lines_row(&first.lines),
            }),
            matched: copy.map(|copy| match copy.likeness {
                Likeness::Exact => Match::Exact,
                Likeness::Normalised => Match::Normalised,
                Likeness::Near => Match::Near,
            }),
            occurrence: copy.and_then(|copy| copy.occurrence).map(|(number, count)| [number, count]),
            words: copy.map(|copy| copy.words as u64),
            changed: copy
                .filter(|copy| copy.likeness == Likeness::Near)
                .map(|copy| (copy.changed * 1000.0).round() / 1000.0),
            text: match self.text {
                ReportText::Full => Some(found.to_owned()),
                ReportText::Excerpt => Some(found.chars().take(EXCERPT_CHARS).collect()),
                ReportText::None => None,
            },
            raw: None,
        }
    }

    /// The columns of a span that is a part of one line.
    fn columns(&self, span: &Range<usize>, lines: &Range<usize>) -> Option<[u64; 2]> {
        let is_end = |c: char| matches!(c, '\n' | '\r');
        let Offset { code_points: before, line: (start, before_line), .. } = self.place(span.start);
        let splits_end = self.original[..span.start].ends_with('\r');
        let begins_line =
            start == span.start && !(splits_end && self.original[span.start..].starts_with('\n'));
        let ends_line = span.end == self.original.len() || self.original[..span.end].ends_with(is_end);
        if lines.len() != 1 || begins_line && ends_line {
            return None;
        }
        let column = 1 + before - before_line;
        Some([column, column + self.original[span.clone()].trim_end_matches(is_end).chars().count() as u64])
    }

    fn code_points_before(&self, offset: usize) -> u64 {
        self.place(offset).code_points
    }

    fn place(&self, offset: usize) -> Offset {
        self.places[self.places.partition_point(|known| known.at < offset)]
    }
}

/// Lines from 0, half-open, as reports count them: from 1, inclusive.
fn lines_row(lines: &Range<usize>) -> [u64; 2] {
    [lines.start as u64 + 1, lines.end as u64]
}

/// The first row of a report.
#[must_use]
pub fn run_row(config: &Config, told: &Told, inputs: Vec<Input>) -> Run {
    let (major, minor, update) = unicode_normalization::UNICODE_VERSION;
    Run {
        schema: SCHEMA.to_owned(),
        tool: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config: hash_text(config.hash()),
        model: hash_text(model_hash(&config.model)),
        key: Key {
            algo: "xxh3_128".to_owned(),
            norm: NORMAL_VERSION.to_owned(),
            unicode: format!("{major}.{minor}.{update}"),
        },
        text: told.text,
        removed_lines: told.removed_lines,
        output: told.output.clone(),
        index: told.index.clone(),
        inputs,
    }
}

fn summary_row(tally: &Tally, told: &Told, rows: u64) -> Summary {
    let kinds = tally
        .kinds()
        .map(|(kind, of)| {
            (
                kind.slug().to_owned(),
                json!({ "docs": of.docs, "cuts": of.cuts, "l": of.lines, "b": of.bytes }),
            )
        })
        .collect();
    // A report without texts has none in its summary either.
    let top = tally.top(if told.text == ReportText::None { 0 } else { TOP_COUNT });
    Summary {
        docs: Docs {
            given: tally.docs + tally.bad,
            changed: tally.changed,
            emptied: tally.emptied,
            bad: tally.bad,
        },
        b: Bytes { before: tally.bytes.0, after: tally.bytes.1 },
        kinds,
        top: top.into_iter().map(|(text, kind, docs)| Top { text: text.to_owned(), kind, docs }).collect(),
        rows: hash_text(rows),
        stopped: told.stopped,
    }
}

/// A row of another run as one of this run, in which its input has the index `src`.
#[must_use]
pub(crate) fn at_input(row: Row, src: usize) -> Row {
    match row {
        Row::Doc(doc) => Row::Doc(Doc { src, ..doc }),
        Row::Bad(bad) => Row::Bad(super::Bad { src, ..bad }),
        row => row,
    }
}

/// A row that holds all removed text, with as much of it as `text` says.
#[must_use]
pub(crate) fn with_text(row: Row, text: ReportText) -> Row {
    if text == ReportText::Full {
        return row;
    }
    match row {
        Row::Doc(mut doc) => {
            for cut in doc.cut.iter_mut().chain(&mut doc.mark) {
                cut.raw = None;
                cut.text = match text {
                    ReportText::Excerpt => {
                        cut.text.as_ref().map(|removed| removed.chars().take(EXCERPT_CHARS).collect())
                    }
                    _ => None,
                };
            }
            Row::Doc(Doc { head: None, parallel: Vec::new(), raw: None, ..doc })
        }
        Row::Bad(bad) => Row::Bad(super::Bad { raw: None, ..bad }),
        row => row,
    }
}

/// A row as bytes, with its line feed.
///
/// # Panics
///
/// Never: rows hold only what JSON can.
#[must_use]
pub fn line_of(row: &Row) -> Vec<u8> {
    let mut line = serde_json::to_vec(row).expect("rows hold only strings and numbers");
    line.push(b'\n');
    line
}
