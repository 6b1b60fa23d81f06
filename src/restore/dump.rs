//! A dump of many records, record by record: what stands around the texts is in the clean dump.

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::{CHANGED, Failure, Place, damaged};
use crate::error::Error;
use crate::input::container::MARK;
use crate::input::fields::FieldNames;
use crate::input::format::Format;
use crate::input::jsonl;
use crate::input::record::{self, Parallel, Part, Piece, Record};
use crate::input::spelling::Spelling;
use crate::input::{self, Container, Opened, Reading};
use crate::output::Sink;
use crate::removed::RemovedLines;
use crate::report::{Bad, Doc, ESCAPE_ASCII, ESCAPE_UNQUOTED, RawBytes, Row, hash_text};

/// Restores a dump from its rows, and gives the number of its documents.
pub(super) fn restore(
    place: &Place,
    format: &str,
    first: Option<Row>,
    mut next: impl FnMut() -> Result<Option<Row>, String>,
) -> Result<u64, Failure> {
    let format: Format = format.parse().map_err(|error| format!("{error}; use a newer unchaff"))?;
    let reading = Reading {
        format: Some(format),
        fields: FieldNames { text: place.input.text_field.clone(), ..FieldNames::default() },
        record_max: u64::MAX,
        ..Reading::default()
    };
    let mut container = match input::open(&place.clean()?, &reading) {
        Ok(Opened::Container(container)) => *container,
        Ok(Opened::Whole(_)) => return Err(damaged("its format").into()),
        Err(bad) => {
            let message = bad.message;
            return Err(format!("its clean text {message}; give the folder that the run wrote").into());
        }
    };
    container.allow_empty();
    let mut dump = Dump {
        place,
        container,
        sink: place.original()?,
        hasher: Xxh3Default::new(),
        peeked: None,
        has_lead: false,
        is_changed: false,
    };
    let mut row = first;
    let mut docs = 0;
    while let Some(of_record) = row {
        match of_record {
            Row::Doc(doc) => {
                dump.doc(&doc).map_err(|failure| at_record(doc.rec, failure))?;
                docs += 1;
            }
            Row::Bad(bad) => dump.bad(&bad).map_err(|failure| at_record(bad.rec.unwrap_or(0), failure))?,
            Row::Run(_) | Row::Summary(_) => {}
        }
        row = next()?;
    }
    dump.finish()?;
    Ok(docs)
}

fn at_record(rec: u64, failure: Failure) -> Failure {
    match failure {
        Failure::Input { message, exists } => {
            Failure::Input { message: format!("record {rec}: {message}"), exists }
        }
        failure @ Failure::Run(_) => failure,
    }
}

struct Dump<'p> {
    place: &'p Place<'p>,
    container: Container,
    sink: Sink,
    /// Hash of what was written.
    hasher: Xxh3Default,
    /// A piece that was read and not written yet.
    peeked: Option<Piece>,
    /// What stands before the records was written.
    has_lead: bool,
    /// A text was put back.
    is_changed: bool,
}

impl Dump<'_> {
    fn doc(&mut self, doc: &Doc) -> Result<(), Failure> {
        if doc.dropped {
            return self.left_out(doc.raw.as_ref(), doc.glue);
        }
        let piece = self.next_record()?.ok_or_else(|| CHANGED.to_owned())?;
        let format = self.container.format();
        let record = record::parse(format, "", piece).map_err(|_| CHANGED.to_owned())?;
        let text = record.document.text.as_bytes();
        if text.len() as u64 != doc.after.b || hash_text(xxh3_64(text)) != doc.after.xxh3 {
            return Err(CHANGED.to_owned().into());
        }
        self.is_changed |= !doc.cut.is_empty();
        let bytes = rebuild(record, doc, self.place.removed_lines)?;
        self.write(&bytes)
    }

    fn bad(&mut self, bad: &Bad) -> Result<(), Failure> {
        if bad.kept {
            let piece = self.next_record()?.ok_or_else(|| CHANGED.to_owned())?;
            return self.write(&piece.bytes);
        }
        self.left_out(bad.raw.as_ref(), bad.glue)
    }

    /// Puts back what was left out, behind what stands before it: so many bytes, or what stands before all records.
    fn left_out(&mut self, raw: Option<&RawBytes>, glue: Option<u64>) -> Result<(), Failure> {
        match glue {
            Some(bytes) => self.glue(bytes)?,
            None => self.lead()?,
        }
        let lost = || "was left out, and is too long for the report; it cannot be restored".to_owned();
        self.write(&raw.ok_or_else(lost)?.bytes().ok_or_else(|| damaged("its bytes"))?)
    }

    /// Writes so many bytes that belong to no record.
    fn glue(&mut self, mut left: u64) -> Result<(), Failure> {
        while left > 0 {
            let piece = self.next_piece()?.filter(|piece| matches!(piece.part, Part::Glue));
            let Piece { mut bytes, part } = piece.ok_or_else(|| CHANGED.to_owned())?;
            if left < bytes.len() as u64 {
                let rest = bytes.split_off(usize::try_from(left).unwrap_or(bytes.len()));
                self.peeked = Some(Piece { bytes: rest, part });
            }
            left -= bytes.len() as u64;
            self.write(&bytes)?;
        }
        Ok(())
    }

    /// Writes what stands before the records, once: a byte order mark, a header, the bracket of an array.
    fn lead(&mut self) -> Result<(), Failure> {
        let is_json = self.container.format() == Format::Json;
        while !std::mem::replace(&mut self.has_lead, true) {
            let Some(piece) = self.next_piece()? else { break };
            let is_bracket = is_json && piece.bytes.ends_with(b"[");
            if !matches!(piece.part, Part::Glue) || is_json && !is_bracket && piece.bytes != MARK {
                self.peeked = Some(piece);
                break;
            }
            self.write(&piece.bytes)?;
            self.has_lead = is_bracket;
        }
        Ok(())
    }

    /// The next record, what stands before it being written.
    fn next_record(&mut self) -> Result<Option<Piece>, Failure> {
        while let Some(piece) = self.next_piece()? {
            if matches!(piece.part, Part::Record { .. }) {
                self.has_lead = true;
                return Ok(Some(piece));
            }
            self.write(&piece.bytes)?;
        }
        Ok(None)
    }

    fn next_piece(&mut self) -> Result<Option<Piece>, Failure> {
        if let Some(piece) = self.peeked.take() {
            return Ok(Some(piece));
        }
        Ok(self.container.next_piece().map_err(|message| format!("its clean text {message}"))?)
    }

    fn finish(mut self) -> Result<(), Failure> {
        if self.next_record()?.is_some() {
            return Err(CHANGED.to_owned().into());
        }
        if self.container.format() == Format::Parquet {
            // Written anew, its bytes are others: each text was checked against its hash.
            if !self.is_changed {
                self.sink.is_as_it_was();
            }
        } else if !self.place.is_content(&hash_text(self.hasher.digest())) {
            return Err(damaged("the hash of its input").into());
        }
        Ok(self.sink.finish()?)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.hasher.update(bytes);
        self.sink.write(bytes).map_err(|error: Error| error.into())
    }
}

/// The original bytes of a record: its cut texts are put back where they stood, spelled as they were.
fn rebuild(record: Record, doc: &Doc, removed_lines: RemovedLines) -> Result<Vec<u8>, String> {
    let Record { document, mut frame } = record;
    if doc.cut.is_empty() {
        return Ok(frame.bytes);
    }
    let misfit = || damaged("its cuts");
    if doc.escape.as_deref() == Some(ESCAPE_UNQUOTED) {
        frame = frame.without_quotes(&document.text).ok_or_else(misfit)?;
    }
    let spelling = match (frame.spelling, doc.escape.as_deref()) {
        (Spelling::Json | Spelling::JsonAscii, Some(ESCAPE_ASCII)) => Spelling::JsonAscii,
        (Spelling::JsonAscii, _) => Spelling::Json,
        (spelling, _) => spelling,
    };
    // Where in the clean text the cuts were, and where what stands for them ends.
    let text = &document.text;
    let (mut removed_before, mut stood_in, mut places) = (0, 0, Vec::with_capacity(2 * doc.cut.len()));
    for cut in &doc.cut {
        let removed = cut.text.as_deref().ok_or_else(misfit)?;
        let stand_in = removed_lines.stand_in(cut.kind, removed);
        let begin = usize::try_from(cut.b[0]).ok().and_then(|at| at.checked_sub(removed_before));
        let begin = begin.and_then(|at| at.checked_add(stood_in)).ok_or_else(misfit)?;
        if !text.get(begin..).is_some_and(|rest| rest.starts_with(&stand_in)) {
            return Err(misfit());
        }
        places.extend([begin, begin + stand_in.len()]);
        removed_before += removed.len();
        stood_in += stand_in.len();
    }
    if !places.is_sorted() {
        return Err(misfit());
    }
    let spelled = &frame.bytes[frame.text.clone()];
    let (mut original, mut at) = (Vec::new(), 0);
    for (cut, place) in doc.cut.iter().zip(frame.spelling.places(spelled, &places).chunks_exact(2)) {
        original.extend_from_slice(&spelled[at..place[0]]);
        match (&cut.raw, &cut.text) {
            (Some(raw), _) => original.extend_from_slice(raw.as_bytes()),
            (None, Some(text)) => original.extend_from_slice(spelling.spell(text).as_bytes()),
            (None, None) => return Err(misfit()),
        }
        at = place[1];
    }
    original.extend_from_slice(&spelled[at..]);
    let text = spelling.read(&original).ok_or_else(misfit)?;
    if hash_text(xxh3_64(text.as_bytes())) != doc.before.xxh3 {
        return Err(damaged("the hash of its text"));
    }
    for array in &doc.parallel {
        let Some(span) = jsonl::place_of(&frame.bytes, &array.field) else { return Err(misfit()) };
        frame.parallel.push(Parallel { field: array.field.clone(), span, entries: Vec::new() });
    }
    let arrays = doc.parallel.iter().map(|array| array.raw.as_str());
    frame.uncut(original, doc.head.as_deref(), arrays).ok_or_else(misfit)
}
