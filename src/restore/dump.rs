//! A dump of many records, record by record: what stands around the texts is in the clean dump.

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::{CHANGED, Failure, Place, damaged};
use crate::error::Error;
use crate::input::fields::FieldNames;
use crate::input::format::Format;
use crate::input::record::{self, Part, Piece, Record};
use crate::input::spelling::Spelling;
use crate::input::{self, Container, Opened, Reading};
use crate::output::Sink;
use crate::report::{Bad, Doc, ESCAPE_ASCII, Row, hash_text};

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
    let container = match input::open(&place.clean()?, &reading) {
        Ok(Opened::Container(container)) => *container,
        Ok(Opened::Whole(_)) => unreachable!("its format is of many records"),
        Err(bad) => {
            let message = bad.message;
            return Err(format!("its clean text {message}; give the folder that the run wrote").into());
        }
    };
    let mut dump = Dump { place, container, sink: place.original()?, hasher: Xxh3Default::new() };
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
        Failure::Input(message) => Failure::Input(format!("record {rec}: {message}")),
        failure @ Failure::Run(_) => failure,
    }
}

struct Dump<'p> {
    place: &'p Place<'p>,
    container: Container,
    sink: Sink,
    /// Hash of what was written.
    hasher: Xxh3Default,
}

impl Dump<'_> {
    fn doc(&mut self, doc: &Doc) -> Result<(), Failure> {
        let piece = self.next_record()?.ok_or_else(|| CHANGED.to_owned())?;
        let format = self.container.format();
        let record = record::parse(format, "", piece).map_err(|_| CHANGED.to_owned())?;
        let text = record.document.text.as_bytes();
        if text.len() as u64 != doc.after.b || hash_text(xxh3_64(text)) != doc.after.xxh3 {
            return Err(CHANGED.to_owned().into());
        }
        let bytes = rebuild(&record, doc)?;
        self.write(&bytes)
    }

    fn bad(&mut self, bad: &Bad) -> Result<(), Failure> {
        if bad.kept {
            let piece = self.next_record()?.ok_or_else(|| CHANGED.to_owned())?;
            return self.write(&piece.bytes);
        }
        let raw = bad.raw.as_ref().ok_or_else(|| {
            "was left out, and is too long for the report; it cannot be restored".to_owned()
        })?;
        self.write(&raw.bytes().ok_or_else(|| damaged("its bytes"))?)
    }

    /// The next record, what stands before it being written.
    fn next_record(&mut self) -> Result<Option<Piece>, Failure> {
        while let Some(piece) =
            self.container.next_piece().map_err(|message| format!("its clean text {message}"))?
        {
            match piece.part {
                Part::Record { .. } => return Ok(Some(piece)),
                Part::Glue | Part::TooLong { .. } | Part::Rest => self.write(&piece.bytes)?,
            }
        }
        Ok(None)
    }

    fn finish(mut self) -> Result<(), Failure> {
        if self.next_record()?.is_some() {
            return Err(CHANGED.to_owned().into());
        }
        if !self.place.is_content(&hash_text(self.hasher.digest())) {
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
fn rebuild(record: &Record, doc: &Doc) -> Result<Vec<u8>, String> {
    let frame = &record.frame;
    if doc.cut.is_empty() {
        return Ok(frame.bytes.clone());
    }
    let misfit = || damaged("its cuts");
    let spelling = match (frame.spelling, doc.escape.as_deref()) {
        (Spelling::Json | Spelling::JsonAscii, Some(ESCAPE_ASCII)) => Spelling::JsonAscii,
        (Spelling::JsonAscii, _) => Spelling::Json,
        (spelling, _) => spelling,
    };
    let mut removed = 0;
    let mut places = Vec::with_capacity(doc.cut.len());
    for cut in &doc.cut {
        places
            .push(cut.b[0].checked_sub(removed).and_then(|at| usize::try_from(at).ok()).ok_or_else(misfit)?);
        removed += cut.b[1].checked_sub(cut.b[0]).ok_or_else(misfit)?;
    }
    let text = &record.document.text;
    if !places.is_sorted() || places.iter().any(|&at| !text.is_char_boundary(at)) {
        return Err(misfit());
    }
    let spelled = &frame.bytes[frame.text.clone()];
    let mut out = frame.bytes[..frame.text.start].to_vec();
    let mut at = 0;
    for (cut, place) in doc.cut.iter().zip(frame.spelling.places(spelled, &places)) {
        out.extend_from_slice(&spelled[at..place]);
        match (&cut.raw, &cut.text) {
            (Some(raw), _) => out.extend_from_slice(raw.as_bytes()),
            (None, Some(text)) => out.extend_from_slice(spelling.spell(text).as_bytes()),
            (None, None) => return Err(misfit()),
        }
        at = place;
    }
    out.extend_from_slice(&spelled[at..]);
    let original = spelling.read(&out[frame.text.start..]).ok_or_else(misfit)?;
    if hash_text(xxh3_64(original.as_bytes())) != doc.before.xxh3 {
        return Err(damaged("the hash of its text"));
    }
    out.extend_from_slice(&frame.bytes[frame.text.end..]);
    Ok(out)
}
