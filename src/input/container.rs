//! An input of many records, read piece by piece in bounded memory.

use std::io;
use std::sync::Arc;

use super::fields::{FieldNames, Fields};
use super::format::{Compression, Format};
use super::jsonl;
use super::lines::{Read, next_line};
use super::record::{Part, Piece};
use super::stream::Stream;
use crate::document::Raw;

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// An open container.
pub struct Container {
    format: Format,
    stream: Stream,
    names: FieldNames,
    record_max: usize,
    /// A byte order mark comes first.
    has_mark: bool,
    fields: Option<Arc<Fields>>,
    /// The number of the next record.
    rec: u64,
    /// The line that is read next, from 1.
    line: u64,
    /// The last piece was a part of a record that is too long.
    inside_too_long: bool,
}

impl Container {
    pub(crate) fn new(stream: Stream, format: Format, names: FieldNames, record_max: u64) -> Self {
        let record_max = usize::try_from(record_max).unwrap_or(usize::MAX).min(usize::MAX / 2);
        let has_mark = stream.head.starts_with(MARK);
        Self {
            format,
            stream,
            names,
            record_max,
            has_mark,
            fields: None,
            rec: 0,
            line: 1,
            inside_too_long: false,
        }
    }

    /// The format of its records.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// How it is compressed.
    #[must_use]
    pub fn compression(&self) -> Compression {
        self.stream.compression
    }

    /// How many bytes of the file were read so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.stream.bytes_read()
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// The rest of the input cannot be read, or its fields cannot be told: words that follow its name.
    pub fn next_piece(&mut self) -> Result<Option<Piece>, String> {
        if std::mem::take(&mut self.has_mark) {
            let mut bytes = vec![0; MARK.len()];
            self.stream.reader.read_exact(&mut bytes).map_err(|error| self.stream.broken(&error))?;
            return Ok(Some(Piece { bytes, part: Part::Glue }));
        }
        let piece = match self.format {
            Format::Jsonl => self.next_of_jsonl()?,
            Format::Text => unreachable!("a text file is read whole"),
        };
        if piece.is_none() && self.stream.was_changed() {
            return Err("was changed while it was read; try again when nothing writes to it".to_owned());
        }
        Ok(piece)
    }

    /// Size and hash of the file, and of its content uncompressed. Whole only at the end.
    #[must_use]
    pub fn raws(&self) -> (Raw, Raw) {
        self.stream.raws()
    }

    /// The field that is the text, if there are fields and a record was read.
    #[must_use]
    pub fn text_field(&self) -> Option<&str> {
        self.fields.as_ref().map(|fields| fields.text.as_str())
    }

    fn next_of_jsonl(&mut self) -> Result<Option<Piece>, String> {
        let mut bytes = Vec::new();
        let read = self.read_line(&mut bytes)?;
        if read == Read::End {
            return Ok(None);
        }
        let goes_on = std::mem::replace(&mut self.inside_too_long, read == Read::Part);
        let line = self.line;
        self.line += u64::from(read == Read::Line);
        if goes_on {
            return Ok(Some(Piece { bytes, part: Part::Rest }));
        }
        if read == Read::Part {
            return Ok(Some(self.too_long(bytes, line)));
        }
        if bytes.trim_ascii().is_empty() {
            return Ok(Some(Piece { bytes, part: Part::Glue }));
        }
        let fields = self.fields_of(|| jsonl::field_names(&bytes))?;
        Ok(Some(self.record(bytes, line, fields)))
    }

    fn record(&mut self, bytes: Vec<u8>, line: u64, fields: Arc<Fields>) -> Piece {
        self.rec += 1;
        Piece { bytes, part: Part::Record { rec: self.rec - 1, line, fields } }
    }

    fn too_long(&mut self, bytes: Vec<u8>, line: u64) -> Piece {
        self.rec += 1;
        Piece { bytes, part: Part::TooLong { rec: self.rec - 1, line } }
    }

    /// The fields of the input: told by the first record that can be read at all.
    fn fields_of(
        &mut self,
        there: impl FnOnce() -> Option<Vec<(String, bool)>>,
    ) -> Result<Arc<Fields>, String> {
        if let Some(fields) = &self.fields {
            return Ok(Arc::clone(fields));
        }
        let Some(there) = there() else { return Ok(Arc::default()) };
        let fields = Arc::new(Fields::find(&self.names, &there)?);
        self.fields = Some(Arc::clone(&fields));
        Ok(fields)
    }

    fn read_line(&mut self, out: &mut Vec<u8>) -> Result<Read, String> {
        let read: io::Result<Read> = next_line(&mut *self.stream.reader, self.record_max, out);
        read.map_err(|error| self.stream.broken(&error))
    }
}
