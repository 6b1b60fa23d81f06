//! Parquet: the text column is cleaned, everything else is kept, and the texts come back.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::metadata::{KeyValue, RowGroupMetaData};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::{Field, Row};
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use crate::util::{Place, root, tree};

const PAGE: &str = "Share this article\n\nThe ferry sails again, said the council on Tuesday after a long debate.\n\nAdvertisement\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";
const CLEAN: &str = "The ferry sails again, said the council on Tuesday after a long debate.\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";
const PLAIN: &str = "It is raining on the harbour, and has been since Tuesday at noon.\n";

/// A file of row groups with the columns n, text and note; a text may be absent.
fn write(path: &Path, groups: &[&[Option<&[u8]>]], compression: Compression) {
    let schema = "message dump { required int64 n; optional binary text (UTF8); required binary note; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_created_by("a test".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new("made".to_owned(), "by hand".to_owned())]))
        .build();
    let mut writer =
        SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties)).unwrap();
    for texts in groups {
        let mut group = writer.next_row_group().unwrap();
        let numbers: Vec<i64> = (0..).take(texts.len()).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&numbers, None, None).unwrap();
        column.close().unwrap();
        let levels: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
        let values: Vec<ByteArray> = texts.iter().flatten().map(|text| text.to_vec().into()).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).unwrap();
        column.close().unwrap();
        let notes: Vec<ByteArray> = numbers.iter().map(|n| format!("note {n}").into_bytes().into()).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&notes, None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
}

/// The bytes of a file with these texts, in two row groups.
pub(crate) fn table(texts: &[Vec<u8>]) -> Vec<u8> {
    let place = Place::new();
    let texts: Vec<Option<&[u8]>> = texts.iter().map(|text| Some(&text[..])).collect();
    let (one, two) = texts.split_at(texts.len() / 2);
    write(&place.path("d.parquet"), &[one, two], Compression::SNAPPY);
    place.read("d.parquet")
}

fn open(path: &Path) -> SerializedFileReader<File> {
    SerializedFileReader::new(File::open(path).unwrap()).unwrap()
}

/// Every row as JSON.
fn rows(path: &Path) -> Vec<Value> {
    let reader = open(path);
    let value = |field: &Field| match field {
        Field::Null => Value::Null,
        Field::Str(text) => Value::from(text.as_str()),
        other => Value::from(format!("{other:?}")),
    };
    let row = |row: Row| row.get_column_iter().map(|(name, field)| (name.clone(), value(field))).collect();
    reader.get_row_iter(None).unwrap().map(|read| row(read.unwrap())).collect()
}

/// What must be kept of a file besides its rows.
fn frame(path: &Path) -> (Value, Vec<i64>, String, Vec<String>) {
    let reader = open(path);
    let file = reader.metadata().file_metadata();
    let known: Vec<Value> = file
        .key_value_metadata()
        .into_iter()
        .flatten()
        .map(|pair| serde_json::json!([pair.key, pair.value]))
        .collect();
    let groups = reader.metadata().row_groups();
    let compressions =
        groups.iter().flat_map(RowGroupMetaData::columns).map(|c| format!("{:?}", c.compression())).collect();
    (
        serde_json::json!([known, file.created_by()]),
        groups.iter().map(RowGroupMetaData::num_rows).collect(),
        format!("{:?}", file.schema()),
        compressions,
    )
}

#[test]
fn the_text_column_is_cleaned_and_everything_else_is_kept() {
    let place = Place::new();
    let fixture = root().join("fixtures/formats/dump.parquet");
    place.write("in/dump.parquet", std::fs::read(&fixture).unwrap());
    place
        .run(&["clean", "in", "--output-dir", "out", "--report", "r"])
        .code(0)
        .says("2 changed, 1 untouched");
    let out = place.path("out/dump.parquet");
    assert_eq!(frame(&out), frame(&fixture), "metadata, row groups, schema, compression");
    let (before, after) = (rows(&fixture), rows(&out));
    assert_eq!(before.len(), 3);
    for (before, after) in before.iter().zip(&after) {
        let (mut before, mut after) = (before.clone(), after.clone());
        let text = std::fs::read_to_string(
            root().join(format!("fixtures/formats/text/{}.txt", before["id"].as_str().unwrap())),
        );
        assert_eq!(before["text"], text.unwrap());
        before["text"].take();
        after["text"].take();
        assert_eq!(after, before, "other columns, lists and times and what is absent");
    }
    // The columns that were copied kept their page indexes.
    let report = String::from_utf8(place.read("r")).unwrap();
    assert!(report.contains("\"id\":\"ferry\"") && report.contains("https://www.gazette.example/ferry"));
    assert!(report.contains("\"format\":\"parquet\",\"text_field\":\"text\""), "{report}");
    place.run(&["restore", "out", "--report", "r", "--output-dir", "back"]).code(0).says("restored 3");
    assert_eq!(rows(&place.path("back/dump.parquet")), before);
    assert_eq!(frame(&place.path("back/dump.parquet")), frame(&fixture));
}

#[test]
fn every_compression_is_kept_and_absent_texts_stay_absent() {
    let place = Place::new();
    let all = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(parquet::basic::GzipLevel::default()),
        Compression::BROTLI(parquet::basic::BrotliLevel::default()),
        Compression::ZSTD(parquet::basic::ZstdLevel::default()),
        Compression::LZ4_RAW,
    ];
    for (number, compression) in all.into_iter().enumerate() {
        let name = format!("d{number}.parquet");
        let texts = [Some(PAGE.as_bytes()), None, Some(b"")];
        let more: Vec<Option<&[u8]>> = [None, Some(PLAIN.as_bytes()), Some(PAGE.as_bytes())].repeat(40);
        write(&place.path(&name), &[&texts, &more, &[]], compression);
        let out = format!("out/{name}");
        place
            .run(&["clean", &name, "--output-dir", "out", "--report", &format!("r{number}"), "-j", "3"])
            .code(0);
        assert_eq!(frame(&place.path(&out)), frame(&place.path(&name)));
        let clean = rows(&place.path(&out));
        assert_eq!(clean.len(), 123);
        let texts: Vec<&Value> = clean.iter().map(|row| &row["text"]).take(6).collect();
        assert_eq!(
            texts,
            [&CLEAN.into(), &Value::Null, &"".into(), &Value::Null, &PLAIN.into(), &CLEAN.into()]
        );
        place.run(&["restore", &out, "--report", &format!("r{number}"), "-o", "b", "--force"]).code(0);
        assert_eq!(rows(&place.path("b")), rows(&place.path(&name)));
    }
}

#[test]
fn a_file_in_which_nothing_is_cut_stays_byte_for_byte() {
    let place = Place::new();
    write(&place.path("d.parquet"), &[&[Some(PLAIN.as_bytes()), None]], Compression::SNAPPY);
    place.run(&["clean", "d.parquet", "--output-dir", "o", "--report", "r"]).code(0);
    assert_eq!(place.read("o/d.parquet"), place.read("d.parquet"));
    place.run(&["restore", "o", "--report", "r", "--output-dir", "b"]).code(0);
    assert_eq!(place.read("b/d.parquet"), place.read("d.parquet"));
    let names: Vec<String> = tree(&place.path("o")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["d.parquet"]);
}

#[test]
fn what_cannot_be_done_with_parquet_is_said() {
    let place = Place::new();
    write(&place.path("d.parquet"), &[&[Some(PAGE.as_bytes())]], Compression::SNAPPY);
    place
        .run(&["clean", "d.parquet", "-o", "o", "--on-empty", "drop"])
        .code(2)
        .says("no row can be left out");
    place
        .run(&["clean", "d.parquet", "-o", "o", "--text-field", "body"])
        .code(2)
        .says("there is no column body with one value in a row; the columns are n, text, note");
    place
        .run(&["clean", "d.parquet", "-o", "o", "--text-field", "n"])
        .code(2)
        .says("its column n is no text");
    place.run_with(&["clean"], &place.read("d.parquet")).code(2).says("is read from its end; name the file");
    place.run(&["clean", "d.parquet", "-o", "j", "--output-format", "jsonl"]).code(0);
    let line: Value = serde_json::from_slice(&place.read("j")).unwrap();
    assert_eq!((&line["id"], &line["text"]), (&"d.parquet/0".into(), &CLEAN.into()));
    let out = place.run(&["clean", "d.parquet"]).code(0).out;
    place.write("piped.parquet", out);
    assert_eq!(rows(&place.path("piped.parquet"))[0]["text"], CLEAN);
}

#[test]
fn a_bad_row_stays_as_it_is() {
    let place = Place::new();
    let long = "word ".repeat(400_000);
    let texts: [Option<&[u8]>; 3] = [Some(PAGE.as_bytes()), Some(b"\xff\xfe"), Some(long.as_bytes())];
    write(&place.path("d.parquet"), &[&texts], Compression::SNAPPY);
    let args = ["clean", "d.parquet", "-o", "o", "--report", "r", "--max-record", "1M", "--err-dir", "bad"];
    place.run(&args).code(2).says("d.parquet/1: its text is not UTF-8").says("d.parquet/2: longer than");
    let reader = open(&place.path("o"));
    assert_eq!(reader.metadata().file_metadata().num_rows(), 3);
    assert!(place.read("bad/d.parquet.txt").starts_with(b"\xff\xfe\nword word"));
    place.run(&["restore", "o", "--report", "r", "-o", "b"]).code(0);
    assert_eq!(open(&place.path("b")).metadata().file_metadata().num_rows(), 3);
}

/// Whatever byte is wrong: a clear error or a whole file, and no half-written one.
#[test]
fn damage_costs_that_file_alone() {
    let place = Place::new();
    let texts: Vec<Option<&[u8]>> = [Some(PAGE.as_bytes()), Some(PLAIN.as_bytes()), None].repeat(30);
    write(&place.path("whole.parquet"), &[&texts, &texts], Compression::SNAPPY);
    let whole = place.read("whole.parquet");
    for number in 0..30 {
        let mut bytes = whole.clone();
        let at = number * (bytes.len() - 1) / 29;
        bytes[at] ^= 0x5a;
        place.write("in/damaged.parquet", bytes).write("in/whole.parquet", &whole);
        let ran = place.run(&["clean", "in", "--output-dir", "out", "--force"]);
        assert!(!ran.err.contains("panicked"), "byte {at}: {}", ran.err);
        let names: Vec<String> = tree(&place.path("out")).into_iter().map(|(name, _)| name).collect();
        assert!(
            names.iter().all(|name| !name.contains(".tmp")) && names.contains(&"whole.parquet".to_owned())
        );
        std::fs::remove_dir_all(place.path("out")).unwrap();
    }
    // A page of texts that cannot be read, and a file that was cut off.
    let (from, length) = open(&place.path("whole.parquet")).metadata().row_group(1).column(1).byte_range();
    let (from, length) = (usize::try_from(from).unwrap(), usize::try_from(length).unwrap());
    let mut bytes = whole.clone();
    bytes[from + length / 2..from + length].fill(0xff);
    for bytes in [&bytes[..], &whole[..whole.len() / 2]] {
        place.write("in/damaged.parquet", bytes);
        let ran = place.run(&["clean", "in", "--output-dir", "out", "--force"]).code(2);
        ran.says("damaged.parquet: its Parquet data is damaged");
        assert!(!place.path("out/damaged.parquet").exists());
    }
    // A file on which the library panics.
    place
        .write("in/damaged.parquet", std::fs::read(root().join("fuzz/seeds/parquet/broken-reader")).unwrap());
    let ran = place.run(&["clean", "in", "--output-dir", "out", "--force"]).code(2);
    let ran = ran.says("damaged.parquet: its Parquet data is damaged");
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}
