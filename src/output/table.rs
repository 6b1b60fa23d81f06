//! A Parquet file written anew: its text column from rows, every other column copied as it stands.
//!
//! Column chunks that are copied are not decoded: their encoding, compression and statistics, and types that
//! nobody here knows, stay byte for byte. The text column is compressed as it was. Row groups, schema,
//! key-value metadata and the name of the writer are kept.
#![expect(clippy::disallowed_methods, reason = "columns are copied from the file as it stands")]

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use parquet::bloom_filter::Sbbf;
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};

use super::sink::Place;
use crate::error::Error;
use crate::input::fields::FieldNames;
use crate::input::parquet::{damaged, guarded, level_of, text_column, text_of};

/// Rows that wait to be written.
const WAITING: usize = 64;
/// Rows that are written at once.
const ROWS: usize = 16;

/// A file that is being written, by a thread of its own: row groups and columns are open one inside the
/// other, while rows come one by one.
pub(super) struct Table {
    rows: Option<SyncSender<Vec<u8>>>,
    thread: Option<JoinHandle<Result<Place, Error>>>,
    original: PathBuf,
}

impl Table {
    /// Writes to `place` the file `original` with other texts.
    ///
    /// # Errors
    ///
    /// The original cannot be opened.
    pub(super) fn new(place: Place, original: &Path, names: FieldNames) -> Result<Self, Error> {
        let file = File::open(original).map_err(|error| Error::input(original, error))?;
        let (rows, to_write) = sync_channel(WAITING);
        let path = original.to_owned();
        let thread = std::thread::spawn(move || write(place, &file, &path, &names, &to_write));
        Ok(Self { rows: Some(rows), thread: Some(thread), original: original.to_owned() })
    }

    /// Writes the next row.
    pub(super) fn write(&mut self, row: &[u8]) -> Result<(), Error> {
        // Nothing stands between rows.
        let sent = row.is_empty() || self.rows.as_ref().is_some_and(|rows| rows.send(row.to_owned()).is_ok());
        if sent { Ok(()) } else { self.end().map(drop) }
    }

    /// Gives the file its name; as it was, byte for byte, if nothing in it was changed.
    pub(super) fn finish(mut self, is_as_it_was: bool) -> Result<(), Error> {
        match self.end()? {
            Place::File(pending) if is_as_it_was && pending.is_temporary() => {
                let mut pending = pending.begin_anew()?;
                let copied =
                    File::open(&self.original).and_then(|mut file| io::copy(&mut file, &mut pending));
                copied.map_err(|error| Error::output(pending.path(), error))?;
                pending.finish()
            }
            place => place.finish(),
        }
    }

    /// All rows are written; gives back the place, which holds the whole file.
    fn end(&mut self) -> Result<Place, Error> {
        self.rows = None;
        let ended = self.thread.take().and_then(|thread| thread.join().ok());
        ended.unwrap_or_else(|| Err(Error::usage("the writer of a Parquet file broke down")))
    }
}

impl Drop for Table {
    /// The thread holds the temporary file: it is gone when this is.
    fn drop(&mut self) {
        self.rows = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The place, which the writer of the library would not give back after a failure.
struct Shared(Arc<Mutex<Place>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

fn write(
    place: Place,
    original: &File,
    path: &Path,
    names: &FieldNames,
    rows: &Receiver<Vec<u8>>,
) -> Result<Place, Error> {
    let shared = Arc::new(Mutex::new(place));
    let copied = guarded(|| copy(Shared(Arc::clone(&shared)), original, names, rows));
    let place =
        Arc::into_inner(shared).map(|shared| shared.into_inner().unwrap_or_else(PoisonError::into_inner));
    let place = place.ok_or_else(|| Error::usage("the writer of a Parquet file broke down"))?;
    match copied {
        Ok(()) => Ok(place),
        Err(ParquetError::External(cause)) if cause.is::<io::Error>() => {
            let cause = cause.downcast::<io::Error>().map_or_else(io::Error::other, |cause| *cause);
            Err(place.failed(cause))
        }
        Err(error) => Err(Error::Record { id: path.display().to_string(), message: damaged(&error) }),
    }
}

fn copy(
    out: Shared,
    original: &File,
    names: &FieldNames,
    rows: &Receiver<Vec<u8>>,
) -> Result<(), ParquetError> {
    let metadata = ParquetMetaDataReader::new()
        .with_page_index_policy(PageIndexPolicy::Optional)
        .parse_and_finish(original)?;
    let schema = metadata.file_metadata().schema_descr();
    let text = text_column(schema, names).map_err(ParquetError::General)?;
    let level_max = schema.column(text).max_def_level();
    let properties = Arc::new(properties(&metadata, text));
    let mut writer = SerializedFileWriter::new(out, schema.root_schema_ptr(), properties)?;
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let mut group_out = writer.next_row_group()?;
        for at in 0..group.num_columns() {
            if at != text {
                group_out.append_column(original, as_it_is(&metadata, number, at, original))?;
                continue;
            }
            let column = group_out.next_column()?;
            let mut column = column.ok_or_else(|| ParquetError::General("no column".to_owned()))?;
            let count = usize::try_from(group.num_rows()).unwrap_or(0);
            write_texts(&mut column, count, level_max, rows)?;
            column.close()?;
        }
        group_out.close()?;
    }
    writer.finish()?;
    Ok(())
}

/// Writes the next `count` texts.
fn write_texts(
    column: &mut SerializedColumnWriter,
    count: usize,
    level_max: i16,
    rows: &Receiver<Vec<u8>>,
) -> Result<(), ParquetError> {
    let column = column.typed::<ByteArrayType>();
    let mut left = count;
    while left > 0 {
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        for _ in 0..left.min(ROWS) {
            // Nobody sends rows any more: the run was stopped, or its input came to nothing.
            let row = rows.recv().map_err(|_| ParquetError::EOF("rows are missing".to_owned()))?;
            levels.push(level_of(&row));
            if level_of(&row) == level_max {
                values.push(ByteArray::from(text_of(&row).to_vec()));
            }
        }
        left -= levels.len();
        column.write_batch(&values, (level_max > 0).then_some(&levels[..]), None)?;
    }
    Ok(())
}

/// How the text column is written: compressed and described as it was.
fn properties(metadata: &ParquetMetaData, text: usize) -> WriterProperties {
    let file = metadata.file_metadata();
    let mut properties =
        WriterProperties::builder().set_key_value_metadata(file.key_value_metadata().cloned());
    if let Some(writer) = file.created_by() {
        properties = properties.set_created_by(writer.to_owned());
    }
    let Some(group) = metadata.row_groups().first() else { return properties.build() };
    let chunk = group.column(text);
    let statistics = match chunk.statistics() {
        Some(_) => EnabledStatistics::Page,
        None => EnabledStatistics::None,
    };
    // An order of rows by their texts is none any more.
    let sorted =
        group.sorting_columns().filter(|by| by.iter().all(|by| usize::try_from(by.column_idx) != Ok(text)));
    properties
        .set_sorting_columns(sorted.cloned())
        .set_compression(chunk.compression())
        .set_dictionary_enabled(chunk.dictionary_page_offset().is_some())
        .set_statistics_enabled(statistics)
        .build()
}

/// A column chunk that is copied, with its indexes and its filter.
fn as_it_is(metadata: &ParquetMetaData, group: usize, at: usize, original: &File) -> ColumnCloseResult {
    let rows = metadata.row_group(group).num_rows();
    let chunk = metadata.row_group(group).column(at).clone();
    let index = metadata.page_index();
    ColumnCloseResult {
        bytes_written: u64::try_from(chunk.compressed_size()).unwrap_or(0),
        rows_written: u64::try_from(rows).unwrap_or(0),
        bloom_filter: Sbbf::read_from_column_chunk(&chunk, original).ok().flatten(),
        column_index: index.and_then(|index| index.column_index(group, at)).cloned(),
        offset_index: index.and_then(|index| index.offset_index(group, at)).cloned(),
        metadata: chunk,
    }
}
