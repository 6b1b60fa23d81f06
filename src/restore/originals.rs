//! Texts as they were before anything was cut, one document after another, for whatever shows them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::{CHANGED, damaged, relative_path, splice};
use crate::input::fields::FieldNames;
use crate::input::record::{self, Part, Piece};
use crate::input::{self, Container, Opened, Reading, Source};
use crate::report::{Doc, Header, ReportText, Row, Run, hash_text};

/// Reads the clean text of a run beside its report: a folder or one file.
///
/// Rows are taken in the order of the report: each either by [`Originals::text`] or by [`Originals::pass`].
pub struct Originals<'h> {
    clean: Option<PathBuf>,
    run: Cow<'h, Run>,
    /// The dump that is being read.
    open: Option<Open>,
}

struct Open {
    src: usize,
    container: Result<Box<Container>, String>,
    /// Records before the next one that nobody asked for.
    passed: u64,
}

impl<'h> Originals<'h> {
    /// Texts of the run whose report begins with `header`; none without `clean`.
    #[must_use]
    pub fn new(clean: Option<&Path>, header: &'h Header) -> Self {
        Self { clean: clean.map(Path::to_owned), run: Cow::Borrowed(&header.run), open: None }
    }

    /// Texts of a run that has no report yet: `run` is what its first row would be.
    #[must_use]
    pub fn of_run(clean: &Path, run: Run) -> Self {
        Self { clean: Some(clean.to_owned()), run: Cow::Owned(run), open: None }
    }

    /// The row is not asked about.
    pub fn pass(&mut self, row: &Row) {
        match row {
            Row::Doc(doc) => self.pass_doc(doc),
            Row::Bad(bad) if bad.kept => self.pass_record(bad.src),
            Row::Bad(_) | Row::Run(_) | Row::Summary(_) => {}
        }
    }

    /// The document is not asked about.
    pub fn pass_doc(&mut self, doc: &Doc) {
        if !doc.dropped {
            self.pass_record(doc.src);
        }
    }

    fn pass_record(&mut self, src: usize) {
        if self.clean.is_some() && self.is_dump(src) {
            self.open(src).passed += 1;
        }
    }

    fn is_dump(&self, src: usize) -> bool {
        self.run.inputs.get(src).is_some_and(|input| input.format.is_some())
    }

    /// The text of the document before anything was cut.
    ///
    /// # Errors
    ///
    /// Words that say why it is not at hand.
    ///
    /// # Complexity
    ///
    /// What was passed of a dump is read, and not parsed.
    pub fn text(&mut self, doc: &Doc) -> Result<String, String> {
        if doc.dropped {
            return Err("it was left out".to_owned());
        }
        let run = &self.run;
        if let (None, Some(clean), false) = (&run.output, self.clean.clone(), self.is_dump(doc.src)) {
            let input = run.inputs.get(doc.src).ok_or_else(|| damaged("its input"))?;
            let path = if clean.is_dir() { clean.join(relative_path(&input.path)?) } else { clean };
            let bytes = input::read_all(&Source::File { path, id: input.path.clone(), bytes: 0 })?;
            return self.whole(doc, &bytes);
        }
        let piece = self.next_record(doc.src)?;
        let format = self.open(doc.src).container.as_ref().map_err(Clone::clone)?.format();
        let record = record::parse(format, "", piece).map_err(|_| CHANGED.to_owned())?;
        self.whole(doc, record.document.text.as_bytes())
    }

    /// The text whose clean text is given.
    fn whole(&self, doc: &Doc, clean: &[u8]) -> Result<String, String> {
        let run = &self.run;
        if run.text != ReportText::Full || hash_text(xxh3_64(clean)) != doc.after.xxh3 {
            return Err(CHANGED.to_owned());
        }
        splice(&doc.cut, clean, run.removed_lines).ok_or_else(|| damaged("its cuts"))
    }

    fn next_record(&mut self, src: usize) -> Result<Piece, String> {
        let open = self.open(src);
        let container = open.container.as_mut().map_err(|message| message.clone())?;
        while let Some(piece) = container.next_piece()? {
            if !matches!(piece.part, Part::Record { .. }) {
                continue;
            }
            if open.passed == 0 {
                return Ok(piece);
            }
            open.passed -= 1;
        }
        Err(CHANGED.to_owned())
    }

    /// The dump of the input `src`.
    fn open(&mut self, src: usize) -> &mut Open {
        if self.open.as_ref().is_none_or(|open| open.src != src) {
            self.open = None;
        }
        let (clean, run) = (self.clean.as_deref(), &*self.run);
        self.open.get_or_insert_with(|| Open { src, container: container(clean, run, src), passed: 0 })
    }
}

/// Opens the clean dump of an input.
fn container(clean: Option<&Path>, run: &Run, src: usize) -> Result<Box<Container>, String> {
    let clean = clean.ok_or("its clean text was not given")?;
    if run.output.is_some() {
        return Err("its clean text is of another format".to_owned());
    }
    let input = run.inputs.get(src).ok_or_else(|| damaged("its input"))?;
    let path = if clean.is_dir() { clean.join(relative_path(&input.path)?) } else { clean.to_owned() };
    let reading = Reading {
        format: Some(input.format.as_deref().unwrap_or("text").parse()?),
        fields: FieldNames { text: input.text_field.clone(), ..FieldNames::default() },
        record_max: u64::MAX,
        ..Reading::default()
    };
    match input::open(&Source::File { path, id: input.path.clone(), bytes: 0 }, &reading) {
        Ok(Opened::Container(container)) => Ok(container),
        Ok(Opened::Whole(_)) => Err(damaged("its format")),
        Err(bad) => Err(bad.message),
    }
}
