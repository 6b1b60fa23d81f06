//! An input of many records, read piece by piece in bounded memory.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::sync::Arc;

use super::csv::Header;
use super::fields::{FieldNames, Fields};
use super::format::{Compression, Format};
use super::jsonl::{self, Told};
use super::lines::{Read, next_line};
use super::record::{Part, Piece};
use super::stream::Stream;
use crate::document::Raw;
use crate::error::plain;

/// The byte order mark of UTF-8.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// Records that are searched for one that tells which field is the text: what an error page left in front of the
/// others does not end a run, and a name that no record has is told before all of them are bad.
const RECORDS_SEARCHED_MAX: u64 = 100;
/// Bytes from which no further record is searched, as they are held until one is found.
const BYTES_SEARCHED_MAX: usize = 8 << 20;

/// An open container.
pub struct Container {
    format: Format,
    stream: Stream,
    names: FieldNames,
    /// The columns of a Parquet file.
    #[cfg(feature = "parquet")]
    pub(super) table: Option<super::parquet::Table>,
    /// Bytes from which a record is too long.
    pub(super) record_max: usize,
    /// A byte order mark comes first.
    has_mark: bool,
    fields: Option<Arc<Fields>>,
    /// Pieces that were read, and wait to be handed on.
    ahead: VecDeque<Piece>,
    /// The fields of records that do not tell which field is the text, once there is such a record.
    untold: Option<Vec<(String, bool)>>,
    /// The names of the fields of the record that tells which is the text.
    there: Vec<String>,
    /// The number of the next record.
    pub(super) rec: u64,
    /// The line that is read next, from 1.
    pub(super) line: u64,
    /// The last piece was a part of a record that is too long.
    pub(super) inside_too_long: bool,
    /// A blank line that was read behind a document.
    pub(super) held: Option<Vec<u8>>,
    /// How far the reader of a JSON file is.
    pub(super) json: super::json::State,
    /// How far it is in a value.
    pub(super) scan: super::json::Scan,
    /// Where in a record the reader of a table is.
    pub(super) csv: super::csv::State,
    /// The header of a table.
    pub(super) header: Option<Arc<Header>>,
    /// What the reader of a table does with quotes that are not meant as such.
    pub(super) strays: super::csv::Strays,
    /// A WARC file without text is no error: what is left of one whose records were all left out.
    pub(super) may_be_empty: bool,
    /// The record that the reader of a WARC file is in.
    pub(super) warc: super::warc::Open,
    /// Records of a WARC file that hold no text, by their type.
    pub(super) other_records: BTreeMap<String, u64>,
}

impl Container {
    pub(crate) fn new(stream: Stream, format: Format, names: FieldNames, record_max: u64) -> Self {
        let record_max = usize::try_from(record_max).unwrap_or(usize::MAX).min(usize::MAX / 2);
        let has_mark = stream.head.starts_with(MARK);
        Self {
            format,
            stream,
            names,
            #[cfg(feature = "parquet")]
            table: None,
            record_max,
            has_mark,
            fields: None,
            ahead: VecDeque::new(),
            untold: None,
            there: Vec::new(),
            rec: 0,
            line: 1,
            inside_too_long: false,
            held: None,
            json: super::json::State::default(),
            scan: super::json::Scan::default(),
            csv: super::csv::State::default(),
            header: None,
            strays: super::csv::Strays::default(),
            may_be_empty: false,
            warc: super::warc::Open::default(),
            other_records: BTreeMap::new(),
        }
    }

    /// A dump that was cleaned may hold no record any more.
    pub(crate) fn allow_empty(&mut self) {
        self.may_be_empty = true;
    }

    /// Lines of a table that are rows without quotes are read as such where one of them begins a field with a quote:
    /// it costs its line, and not all up to the next quote. What is read so must not be written as it is: among
    /// other lines it may be read in another way.
    pub(crate) fn part_strays(&mut self) {
        self.strays.are_parted = true;
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
        #[cfg(feature = "parquet")]
        if let Some(table) = &self.table {
            return table.bytes_read();
        }
        self.stream.bytes_read()
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// The rest of the input cannot be read, or its fields cannot be told: words that follow its name.
    #[doc(hidden)]
    pub fn next_piece(&mut self) -> Result<Option<Piece>, String> {
        if std::mem::take(&mut self.has_mark) {
            let mut bytes = vec![0; MARK.len()];
            self.stream.reader.read_exact(&mut bytes).map_err(|error| self.stream.broken(&error))?;
            return Ok(Some(Piece { bytes, part: Part::Glue }));
        }
        if let Some(piece) = self.ahead.pop_front() {
            return Ok(Some(piece));
        }
        let piece = self.read_piece()?;
        if self.untold.is_none() || self.fields.is_some() { Ok(piece) } else { self.search(piece) }
    }

    /// Reads on from a record that does not tell which field is the text, until one does.
    fn search(&mut self, first: Option<Piece>) -> Result<Option<Piece>, String> {
        let (mut records, mut bytes) = (0, 0);
        let mut next = first;
        while let Some(piece) = next {
            records += u64::from(matches!(piece.part, Part::Record { .. } | Part::TooLong { .. }));
            bytes += piece.bytes.len() + size_of::<Piece>();
            self.ahead.push_back(piece);
            if self.fields.is_some() || records == RECORDS_SEARCHED_MAX || bytes > BYTES_SEARCHED_MAX {
                break;
            }
            next = self.read_piece()?;
        }
        if self.fields.is_none() {
            // Where no record has a text, a field that is there and holds nothing may be it.
            let there = self.untold.clone().unwrap_or_default();
            let told = match &self.names.text {
                Some(text) => Err(FieldNames::untold(text, &there, records)),
                None => self.fields_of(|| Some(there)),
            };
            if let Err(error) = told {
                self.ahead.clear();
                return Err(error);
            }
        }
        let found = self.fields.clone().unwrap_or_default();
        for piece in &mut self.ahead {
            if let Part::Record { fields, .. } = &mut piece.part {
                *fields = Arc::clone(&found);
            }
        }
        Ok(self.ahead.pop_front())
    }

    fn read_piece(&mut self) -> Result<Option<Piece>, String> {
        let piece = match self.format {
            Format::Blocks => self.next_of_blocks()?,
            Format::Jsonl => self.next_of_jsonl()?,
            Format::Json => self.next_of_json()?,
            Format::Csv | Format::Tsv => self.next_of_csv()?,
            Format::Warc => self.next_of_warc()?,
            #[cfg(feature = "parquet")]
            Format::Parquet => self.next_of_parquet()?,
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => return Err(super::NO_PARQUET.to_owned()),
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

    /// The names of the fields of the first record that tells which is the text, if there are fields and one was
    /// read.
    #[must_use]
    pub fn field_names(&self) -> &[String] {
        &self.there
    }

    pub(super) fn record(&mut self, bytes: Vec<u8>, line: u64, fields: Arc<Fields>) -> Piece {
        self.rec += 1;
        Piece { bytes, part: Part::Record { rec: self.rec - 1, line, fields } }
    }

    pub(super) fn too_long(&mut self, bytes: Vec<u8>, line: u64) -> Piece {
        self.rec += 1;
        Piece { bytes, part: Part::TooLong { rec: self.rec - 1, line } }
    }

    /// The fields of an input of JSON objects: told by the first one that has a text. None are known before it.
    pub(super) fn fields_of_object(&mut self, bytes: &[u8]) -> Result<Arc<Fields>, String> {
        if let Some(fields) = &self.fields {
            return Ok(Arc::clone(fields));
        }
        let Some(Told { there, has_text }) = jsonl::told(bytes, &self.names) else {
            return Ok(Arc::default());
        };
        // Of a dump that was cleaned the records with a text may have been left out.
        if has_text || self.may_be_empty {
            return self.fields_of(|| Some(there));
        }
        let untold = self.untold.get_or_insert_default();
        let mut places: HashMap<String, usize> =
            untold.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        for (name, is_text) in there {
            let at = *places.entry(name.clone()).or_insert(untold.len());
            match untold.get_mut(at) {
                Some((_, known)) => *known |= is_text,
                None => untold.push((name, is_text)),
            }
        }
        Ok(Arc::default())
    }

    /// The fields of the input, found among those that are there.
    pub(super) fn fields_of(
        &mut self,
        there: impl FnOnce() -> Option<Vec<(String, bool)>>,
    ) -> Result<Arc<Fields>, String> {
        if let Some(fields) = &self.fields {
            return Ok(Arc::clone(fields));
        }
        let Some(there) = there() else { return Ok(Arc::default()) };
        let fields = Arc::new(Fields::find(&self.names, &there)?);
        self.fields = Some(Arc::clone(&fields));
        self.there = there.into_iter().map(|(name, _)| name).collect();
        Ok(fields)
    }

    /// The fields of a record that has no others: what documents are ordered by.
    pub(super) fn order_alone(&self) -> Arc<Fields> {
        Arc::new(Fields { order: self.names.order.clone(), ..Fields::default() })
    }

    /// The columns of a table are known to all its records.
    pub(super) fn with_header(&mut self, header: Arc<Header>) {
        let fields = self.fields.as_deref().cloned().unwrap_or_default();
        self.fields = Some(Arc::new(Fields { header: Some(header), ..fields }));
    }

    /// Reads what is left, for its hash.
    #[cfg(feature = "parquet")]
    pub(super) fn read_to_end(&mut self) -> Result<(), String> {
        let read = io::copy(&mut self.stream.reader, &mut io::sink());
        read.map(drop).map_err(|error| self.stream.broken(&error))
    }

    pub(super) fn read_line(&mut self, out: &mut Vec<u8>) -> Result<Read, String> {
        let from = self.strays.lines().unwrap_or(&mut *self.stream.reader);
        let read: io::Result<Read> = next_line(from, self.record_max, out);
        let read = read.map_err(|error| self.stream.broken(&error))?;
        self.line += u64::from(read == Read::Line);
        Ok(read)
    }

    /// The bytes that are read next; none at the end.
    pub(super) fn fill(&mut self) -> Result<&[u8], String> {
        loop {
            match self.stream.reader.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.stream.broken(&error)),
            }
        }
        // Asked again for the borrow checker: a buffer that is filled is given back at once.
        self.stream.reader.fill_buf().map_err(|error| plain(&error))
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.stream.reader.consume(count);
    }
}
