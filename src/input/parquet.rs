//! Parquet files: of each row the text, the id, the address and what documents are ordered by are read; the
//! other columns are copied as they are when the file is written again.
//!
//! A row has no bytes of its own in a file of columns. As a piece it is spelled so: the definition level of
//! its text, the lengths of id, address and order, these, the text.

use std::cell::Cell;
use std::collections::VecDeque;
use std::fs::File;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};

use super::container::Container;
use super::fields::{FieldNames, Fields, listed};
use super::record::{Parsed, Piece};
use super::spelling::Spelling;

/// Rows that are read at once: each may be a page of its own.
const ROWS: usize = 16;
/// Bytes before the id in a row.
const HEAD: usize = 13;

thread_local! {
    /// Is a panic of this thread caught by [`guarded`]?
    pub(super) static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// An open file.
pub(super) struct Table {
    reader: SerializedFileReader<File>,
    /// The row group that is opened next.
    group: usize,
    open: Option<Group>,
}

/// Which columns hold what.
#[derive(Clone, Copy)]
struct Columns {
    text: usize,
    id: Option<usize>,
    url: Option<usize>,
    order: Option<usize>,
}

/// The columns of a row group that are read.
struct Group {
    rows_left: usize,
    text: Column,
    id: Option<Column>,
    url: Option<Column>,
    order: Option<Column>,
}

struct Column {
    reader: ColumnReader,
    /// The definition level of values that are there.
    level_max: i16,
    /// What was read ahead.
    read: VecDeque<Value>,
}

/// A value with its definition level.
type Value = (u8, Vec<u8>);

impl Table {
    pub(super) fn open(file: File) -> Result<Self, String> {
        let reader = guarded(|| SerializedFileReader::new(file)).map_err(|error| damaged(&error))?;
        Ok(Self { reader, group: 0, open: None })
    }

    /// About how many of its bytes were read: those of the row groups that were begun.
    pub(super) fn bytes_read(&self) -> u64 {
        let groups = self.reader.metadata().row_groups().iter().take(self.group);
        groups.map(|group| u64::try_from(group.compressed_size()).unwrap_or(0)).sum()
    }

    fn next_row(&mut self, columns: Columns) -> Result<Option<Vec<u8>>, ParquetError> {
        loop {
            if let Some(group) = self.open.as_mut().filter(|group| group.rows_left > 0) {
                let ended = || ParquetError::EOF("a column ends before its row group".to_owned());
                let (level, text) = group.text.next()?.ok_or_else(ended)?;
                let name = |column: &mut Option<Column>| match column {
                    Some(column) => Ok(column.next()?.ok_or_else(ended)?.1),
                    None => Ok::<_, ParquetError>(Vec::new()),
                };
                let names = [name(&mut group.id)?, name(&mut group.url)?, name(&mut group.order)?];
                group.rows_left -= 1;
                return Ok(Some(row(level, &names, &text)));
            }
            if self.group == self.reader.num_row_groups() {
                return Ok(None);
            }
            let group = self.reader.get_row_group(self.group)?;
            let schema = group.metadata().schema_descr_ptr();
            let column = |at| {
                if !is_in_file(group.metadata().column(at)) {
                    return Err(ParquetError::General("a column lies outside of the file".to_owned()));
                }
                let reader = group.get_column_reader(at)?;
                Ok::<_, ParquetError>(Column::new(reader, schema.column(at).max_def_level()))
            };
            self.open = Some(Group {
                rows_left: usize::try_from(group.metadata().num_rows()).unwrap_or(0),
                text: column(columns.text)?,
                id: columns.id.map(column).transpose()?,
                url: columns.url.map(column).transpose()?,
                order: columns.order.map(column).transpose()?,
            });
            self.group += 1;
        }
    }
}

impl Container {
    pub(super) fn next_of_parquet(&mut self) -> Result<Option<Piece>, String> {
        let Some(table) = &self.table else { return Ok(None) };
        let schema = table.reader.metadata().file_metadata().schema_descr_ptr();
        let fields = self.fields_of(|| Some(single_columns(&schema)))?;
        let columns = columns_of(&schema, &fields)?;
        let Some(table) = &mut self.table else { return Ok(None) };
        let Some(bytes) = guarded(|| table.next_row(columns)).map_err(|error| damaged(&error))? else {
            self.read_to_end()?; // its hash is that of the file as it stands
            return Ok(None);
        };
        if text_of(&bytes).len() > self.record_max {
            return Ok(Some(self.too_long(bytes, 0)));
        }
        Ok(Some(self.record(bytes, 0, fields)))
    }
}

impl Column {
    fn new(reader: ColumnReader, level_max: i16) -> Self {
        Self { reader, level_max, read: VecDeque::new() }
    }

    fn next(&mut self) -> Result<Option<Value>, ParquetError> {
        if self.read.is_empty() {
            let level_max = self.level_max;
            self.read = match &mut self.reader {
                ColumnReader::ByteArrayColumnReader(reader) => {
                    read(reader, level_max, |value: &ByteArray| value.data().to_vec())?
                }
                ColumnReader::Int32ColumnReader(reader) => read(reader, level_max, |n: &i32| number(n))?,
                ColumnReader::Int64ColumnReader(reader) => read(reader, level_max, |n: &i64| number(n))?,
                _ => return Err(ParquetError::General("a column of this type is no name".to_owned())),
            };
        }
        Ok(self.read.pop_front())
    }
}

fn number(number: &impl ToString) -> Vec<u8> {
    number.to_string().into_bytes()
}

/// Reads some values with their levels, also those that are not there.
fn read<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    level_max: i16,
    spelled: impl Fn(&T::T) -> Vec<u8>,
) -> Result<VecDeque<Value>, ParquetError> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (rows, ..) = reader.read_records(ROWS, Some(&mut levels), None, &mut values)?;
    let mut values = values.iter();
    let value = |row| {
        let level = if level_max == 0 { 0 } else { levels.get(row).copied().unwrap_or(0) };
        let value = if level == level_max { values.next().map(&spelled) } else { None };
        (u8::try_from(level).unwrap_or(0), value.unwrap_or_default())
    };
    Ok((0..rows).map(value).collect())
}

/// Is a column of this type text or whole numbers, which can name a document?
fn may_be_name(kind: Type) -> bool {
    matches!(kind, Type::BYTE_ARRAY | Type::INT32 | Type::INT64)
}

/// The columns that have one value in a row and can be read, each with whether it may be a text.
fn single_columns(schema: &SchemaDescriptor) -> Vec<(String, bool)> {
    let is_read =
        |column: &&ColumnDescPtr| column.max_rep_level() == 0 && may_be_name(column.physical_type());
    let single = schema.columns().iter().filter(is_read);
    single
        .map(|column| {
            let is_string = match (column.logical_type_ref(), column.converted_type()) {
                (Some(kind), _) => *kind == LogicalType::String,
                (None, kind) => matches!(kind, ConvertedType::UTF8 | ConvertedType::NONE),
            };
            (column.path().string(), column.physical_type() == Type::BYTE_ARRAY && is_string)
        })
        .collect()
}

fn columns_of(schema: &SchemaDescriptor, fields: &Fields) -> Result<Columns, String> {
    let text = column_of(schema, &fields.text)?;
    if schema.column(text).physical_type() != Type::BYTE_ARRAY {
        return Err(format!("its column {} is no text", fields.text));
    }
    let name_of = |name: &str| {
        let at = column_of(schema, name)?;
        let is_name = may_be_name(schema.column(at).physical_type());
        is_name.then_some(at).ok_or_else(|| format!("its column {name} is neither text nor whole numbers"))
    };
    let name = |name: &Option<String>| name.as_deref().map(name_of).transpose();
    // The columns of another file may have no such field: its documents come last.
    let order = fields.order.as_deref().and_then(|name| name_of(name).ok());
    Ok(Columns { text, id: name(&fields.id)?, url: name(&fields.url)?, order })
}

fn column_of(schema: &SchemaDescriptor, name: &str) -> Result<usize, String> {
    let is_it = |at: &usize| {
        let column = schema.column(*at);
        column.max_rep_level() == 0 && column.path().string() == name
    };
    (0..schema.num_columns()).find(is_it).ok_or_else(|| {
        let all: Vec<String> = schema.columns().iter().map(|column| column.path().string()).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        format!("there is no column {name} with one value in a row; the columns are {}", listed(&all))
    })
}

/// The number of the column that holds the text.
pub(crate) fn text_column(schema: &SchemaDescriptor, names: &FieldNames) -> Result<usize, String> {
    let fields = Fields::find(names, &single_columns(schema))?;
    Ok(columns_of(schema, &fields)?.text)
}

/// Does a column begin in the file? The library takes what the footer tells for true.
fn is_in_file(chunk: &ColumnChunkMetaData) -> bool {
    let begin = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
    begin >= 0 && chunk.compressed_size() >= 0
}

/// Does what may panic on a file that was damaged or made up: the library has such places. What it was about is
/// not used again.
pub(crate) fn guarded<T>(act: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    let broke = |_| Err(ParquetError::General("its reader broke down".to_owned()));
    let before = GUARDED.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(act));
    GUARDED.set(before);
    done.unwrap_or_else(broke)
}

/// Why a file cannot be read, in words that follow its name.
pub(crate) fn damaged(error: &ParquetError) -> String {
    let cause = match error {
        ParquetError::General(cause) | ParquetError::EOF(cause) | ParquetError::NYI(cause) => cause.clone(),
        other => other.to_string(),
    };
    format!("its Parquet data is damaged or of a kind that is not read ({cause})")
}

/// A row as a piece.
fn row(level: u8, names: &[Vec<u8>; 3], text: &[u8]) -> Vec<u8> {
    let lengths = names.iter().flat_map(|name| u32::try_from(name.len()).unwrap_or(0).to_le_bytes());
    let mut row: Vec<u8> = std::iter::once(level).chain(lengths).collect();
    row.extend(names.iter().flatten());
    row.extend(text);
    row
}

/// Where id, address, order and text stand in a row.
fn parts(row: &[u8]) -> Option<[Range<usize>; 4]> {
    let length = |at: usize| {
        let bytes = row.get(at..at + 4)?;
        usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    let id = HEAD..HEAD + length(1)?;
    let url = id.end..id.end + length(5)?;
    let order = url.end..url.end + length(9)?;
    let text = order.end..row.len();
    Some([id, url, order, text])
}

/// The definition level of the text of a row.
pub(crate) fn level_of(row: &[u8]) -> i16 {
    row.first().copied().unwrap_or(0).into()
}

/// The text of a row.
pub(crate) fn text_of(row: &[u8]) -> &[u8] {
    parts(row).map_or(&[], |[.., text]| &row[text])
}

pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, String> {
    let [id, url, order, span] = parts(bytes).ok_or("is no row")?;
    let name = |span: Range<usize>| {
        let name = std::str::from_utf8(&bytes[span]).ok()?;
        (!name.is_empty()).then(|| name.to_owned())
    };
    let text = std::str::from_utf8(&bytes[span.clone()])
        .map_err(|error| format!("its text is not UTF-8, at byte {}", error.valid_up_to()))?;
    Ok(Parsed {
        text: text.to_owned(),
        span,
        spelling: Spelling::Plain,
        id: name(id),
        url: name(url),
        order: name(order),
        head: None,
        parallel: Vec::new(),
    })
}
