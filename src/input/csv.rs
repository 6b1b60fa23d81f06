//! Comma- and tab-separated values with a header, as RFC 4180 and spreadsheets write them: a field in
//! quotes may hold line ends, and doubles the quotes in it.

use std::io::{BufRead, Cursor};
use std::ops::Range;
use std::sync::Arc;

use super::container::Container;
use super::fields::{Fields, listed};
use super::format::Format;
use super::lines::Read;
use super::record::{Parsed, Part, Piece};
use super::spelling::Spelling;

/// Separators that a header is searched for, when it has no comma.
const OTHER_SEPARATORS: [u8; 3] = [b';', b'\t', b'|'];

/// Where in a record the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    #[default]
    FieldBegin,
    Plain,
    Quoted,
    /// Behind a quote in a quoted field: it ends the field, or is the first of two.
    QuoteSeen,
}

impl State {
    fn step(self, byte: u8, separator: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::QuoteSeen,
            (Self::Quoted, _) | (Self::QuoteSeen | Self::FieldBegin, b'"') => Self::Quoted,
            (_, byte) if byte == separator || byte == b'\n' => Self::FieldBegin,
            _ => Self::Plain,
        }
    }
}

/// Quotes that are not meant as such, and the lines behind them that are read again.
#[derive(Default)]
pub(super) struct Strays {
    /// Do they cost their line alone? See [`Container::part_strays`].
    pub(super) are_parted: bool,
    /// Lines that were read, and are read again.
    again: Cursor<Vec<u8>>,
    /// So many of them are a record each, whatever their quotes say.
    alone: u64,
}

impl Strays {
    /// Where lines are read again, if there are any left.
    pub(super) fn lines(&mut self) -> Option<&mut dyn BufRead> {
        if self.again.fill_buf().is_ok_and(<[u8]>::is_empty) {
            self.again = Cursor::default(); // memory is given back
            return None;
        }
        Some(&mut self.again)
    }

    /// Is the next line a record, whatever its quotes say? Asked once for each record.
    fn is_next_alone(&mut self) -> bool {
        let is_alone = self.alone > 0;
        self.alone = self.alone.saturating_sub(1);
        is_alone
    }

    /// Puts back lines, the last that were read, of which so many are read alone.
    fn put_back(&mut self, lines: Vec<u8>, alone: u64) {
        if self.lines().is_some() {
            // They came from here, all of them: nothing is copied.
            self.again.set_position(self.again.position() - lines.len() as u64);
        } else {
            self.again = Cursor::new(lines);
        }
        self.alone = alone;
    }
}

/// What a header says: the names of the columns, and what separates them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The names, in order.
    pub columns: Vec<String>,
    /// The separator.
    pub separator: u8,
}

impl Container {
    pub(super) fn next_of_csv(&mut self) -> Result<Option<Piece>, String> {
        let (mut bytes, begin) = (Vec::new(), self.line);
        let is_alone = self.strays.is_next_alone();
        let mut separators = Separators::default();
        loop {
            let from = bytes.len();
            let read = self.read_line(&mut bytes)?;
            let separator = if let Some(header) = &self.header {
                header.separator
            } else {
                separators.count(&bytes[from..]);
                separators.separator(self.format())
            };
            let state = bytes[from..].iter().fold(self.csv, |state, &byte| state.step(byte, separator));
            self.csv = state;
            let is_open = state == State::Quoted;
            if self.inside_too_long {
                self.inside_too_long = read == Read::Part || read == Read::Line && is_open;
                return Ok((!bytes.is_empty()).then_some(Piece { bytes, part: Part::Rest }));
            }
            let is_too_long = is_open && !is_alone && read == Read::Line && bytes.len() > self.record_max;
            if read == Read::Line && is_open && !is_alone && !is_too_long {
                continue;
            }
            let is_parted = read != Read::Part && self.part_rows(&mut bytes, begin, is_open);
            if read == Read::Part || is_too_long && !is_parted {
                self.inside_too_long = true;
                return Ok(Some(self.too_long(bytes, begin)));
            }
            self.csv = State::default();
            if bytes.is_empty() {
                return Ok(None);
            }
            if is_blank(&bytes) {
                // Blank lines before the header stand before all records.
                let part = if self.header.is_none() { Part::Glue } else { Part::Between };
                return Ok(Some(Piece { bytes, part }));
            }
            if self.header.is_none() {
                self.begin(&bytes, separator)?;
                return Ok(Some(Piece { bytes, part: Part::Glue }));
            }
            let fields = self.fields_of(|| None)?;
            return Ok(Some(self.record(bytes, begin, fields)));
        }
    }

    /// Keeps the first line of a record that is none, and puts the others back, where all of them are rows whose
    /// fields have no quotes: the one that begins the record is not meant as one.
    ///
    /// No line before the one that ended the record could have ended it, so that each that begins in its midst
    /// would be as long: they are read alone, and time stays linear.
    fn part_rows(&mut self, bytes: &mut Vec<u8>, begin: u64, is_open: bool) -> bool {
        let lines = self.line - begin;
        let Some(header) = self.header.as_deref().filter(|_| self.strays.are_parted && lines > 1) else {
            return false;
        };
        if !header.has_plain_rows(bytes) || !is_open && !header.has_stray_quote(bytes) {
            return false;
        }
        let first = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
        let rest = bytes.split_off(first);
        self.line = begin + 1;
        self.strays.put_back(rest, lines - if is_open { 1 } else { 2 });
        true
    }

    fn begin(&mut self, bytes: &[u8], separator: u8) -> Result<(), String> {
        let columns: Option<Vec<String>> =
            spans(bytes, separator).into_iter().map(|span| value(&bytes[span])).collect();
        let columns = columns.ok_or("its header is not UTF-8; convert the file first")?;
        let there: Vec<(String, bool)> = columns.iter().map(|name| (name.clone(), true)).collect();
        let text = &self.fields_of(|| Some(there))?.text;
        let of_text = columns.iter().filter(|column| *column == text).count();
        if of_text > 1 {
            return Err(format!("its header names the column {text} {of_text} times; rename all but one"));
        }
        if of_text == 0 {
            return Err(no_field(text, &columns));
        }
        let header = Arc::new(Header { columns, separator });
        self.header = Some(Arc::clone(&header));
        self.with_header(header);
        Ok(())
    }
}

impl Header {
    /// Has each line as many separators as a row has, quotes or not? Where there is one column any line has.
    fn has_plain_rows(&self, lines: &[u8]) -> bool {
        let between = self.columns.len() - 1;
        let is_row = |line: &[u8]| memchr::memchr_iter(self.separator, line).count() == between;
        between > 0 && lines.split(|&byte| byte == b'\n').all(|line| is_blank(line) || is_row(line))
    }

    /// Does a quoted field of the record go on behind the quote that ends it?
    fn has_stray_quote(&self, record: &[u8]) -> bool {
        let is_stray = |field: &[u8]| {
            let mut state = State::default();
            let mut states = field.iter().map(|&byte| {
                state = state.step(byte, self.separator);
                state
            });
            field.starts_with(b"\"") && states.any(|state| state == State::Plain)
        };
        spans(record, self.separator).into_iter().any(|span| is_stray(&record[span]))
    }
}

/// How often each separator stands in a header.
#[derive(Default)]
struct Separators {
    commas: usize,
    others: [usize; OTHER_SEPARATORS.len()],
}

impl Separators {
    /// Counts those of one more line of it.
    fn count(&mut self, line: &[u8]) {
        let counts = |separator: u8| memchr::memchr_iter(separator, line).count();
        self.commas += counts(b',');
        for (count, separator) in self.others.iter_mut().zip(OTHER_SEPARATORS) {
            *count += counts(separator);
        }
    }

    /// A comma, a tab, or what the header has instead.
    fn separator(&self, format: Format) -> u8 {
        if format == Format::Tsv {
            return b'\t';
        }
        let most = OTHER_SEPARATORS.into_iter().zip(self.others).max_by_key(|&(_, count)| count);
        most.filter(|&(_, count)| self.commas == 0 && count > 0).map_or(b',', |(separator, _)| separator)
    }
}

/// Where the fields of a record stand, quotes included, the line end left out.
fn spans(bytes: &[u8], separator: u8) -> Vec<Range<usize>> {
    let end = bytes.strip_suffix(b"\n").map_or(bytes, |line| line.strip_suffix(b"\r").unwrap_or(line)).len();
    let (mut spans, mut begin, mut state) = (Vec::new(), 0, State::default());
    for (at, &byte) in bytes[..end].iter().enumerate() {
        let is_end = byte == separator && state != State::Quoted;
        state = state.step(byte, separator);
        if is_end {
            spans.push(begin..at);
            begin = at + 1;
        }
    }
    spans.push(begin..end);
    spans
}

/// The value of a field.
fn value(field: &[u8]) -> Option<String> {
    match field {
        [b'"', inner @ .., b'"'] => Spelling::Csv.read(inner),
        field => String::from_utf8(field.to_owned()).ok(),
    }
}

/// Is it a line that holds no record?
fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

/// `field` in quotes, if it cannot stand without them between `before` and `after` in its record: it would be
/// read as a quoted one, its last carriage return as a part of the line end, or the record as a blank line.
pub(super) fn quoted(before: &[u8], field: &[u8], after: &[u8]) -> Option<Vec<u8>> {
    let loses_end = field.ends_with(b"\r") && matches!(after, b"" | b"\n" | b"\r\n");
    let is_lost = [before, field, after].into_iter().all(is_blank);
    if !(field.starts_with(b"\"") || loses_end || is_lost) {
        return None;
    }
    let mut quoted = vec![b'"'];
    for &byte in field {
        quoted.extend_from_slice(if byte == b'"' { b"\"\"" } else { std::slice::from_ref(&byte) });
    }
    quoted.push(b'"');
    Some(quoted)
}

/// Does a quoted field of the record not end?
fn is_open(record: &[u8], separator: u8) -> bool {
    record.iter().fold(State::default(), |state, &byte| state.step(byte, separator)) == State::Quoted
}

/// What is said of a record whose last field does not end.
const NO_END: &str =
    "a field of it begins with a quote, and no quote ends it; in quotes such a quote is doubled";

fn no_field(name: &str, columns: &[String]) -> String {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    format!("there is no field {name}; the fields are {}", listed(&columns))
}

pub(crate) fn parse(bytes: &[u8], fields: &Fields) -> Result<Parsed, String> {
    let header = fields.header.as_ref().ok_or("there is no header")?;
    // In whatever field: among other lines, it would be read as one record with those below it.
    if is_open(bytes, header.separator) {
        return Err(NO_END.to_owned());
    }
    let spans = spans(bytes, header.separator);
    if spans.len() != header.columns.len() {
        let fields = if spans.len() == 1 { "field" } else { "fields" };
        return Err(format!("{} {fields}, and the header has {}", spans.len(), header.columns.len()));
    }
    let find =
        |name: &str| header.columns.iter().position(|column| column == name).map(|at| spans[at].clone());
    let Some(field) = find(&fields.text) else {
        return Err(no_field(&fields.text, &header.columns));
    };
    let name = |path: &Option<String>| {
        path.as_deref().and_then(find).and_then(|span| value(&bytes[span])).filter(|name| !name.is_empty())
    };
    let (span, spelling) = match &bytes[field.clone()] {
        [b'"', .., b'"'] => (field.start + 1..field.end - 1, Spelling::Csv),
        [b'"', ..] => return Err(format!("the quotes of its field {} do not match", fields.text)),
        _ => (field, Spelling::Unquoted),
    };
    let inner = &bytes[span.clone()];
    if let Err(error) = std::str::from_utf8(bytes) {
        return Err(format!("not UTF-8, at byte {} of the record", error.valid_up_to()));
    }
    let text = spelling
        .read(inner)
        .ok_or_else(|| format!("the quotes of its field {} do not match", fields.text))?;
    Ok(Parsed {
        text,
        span,
        spelling,
        id: name(&fields.id),
        url: name(&fields.url),
        order: name(&fields.order),
        head: None,
        parallel: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_with_their_quotes() {
        let line = b"a,\"b, \"\"c\"\"\nd\",,e\"f\r\n";
        let fields: Vec<&[u8]> = spans(line, b',').into_iter().map(|span| &line[span]).collect();
        assert_eq!(fields, [&b"a"[..], b"\"b, \"\"c\"\"\nd\"", b"", b"e\"f"]);
        assert_eq!(value(fields[1]).unwrap(), "b, \"c\"\nd");
    }

    /// Whatever is left of a field: between others, in a record of its own and at its end it is read as it is.
    #[test]
    fn a_field_gets_quotes_where_it_would_be_read_as_something_else() {
        let pieces: [&[u8]; 5] = [b"", b"\"", b"\r", b" ", b"a"];
        let field_of = |number: usize| {
            [pieces[number % 5], pieces[number / 5 % 5], pieces[number / 25 % 5], pieces[number / 125]]
                .concat()
        };
        let around: [(&[u8], &[u8]); 8] = [
            (b"", b"\n"),
            (b"", b"\r\n"),
            (b"", b""),
            (b"1\t", b"\n"),
            (b"\t", b""),
            (b"", b"\t\r\n"),
            (b"\t", b"\t\n"),
            (b"\"x\ty\"\t", b"\tz\n"),
        ];
        let mut plain = 0;
        for (field, (before, after)) in
            (0..625).flat_map(|number| around.map(|around| (field_of(number), around)))
        {
            let written = quoted(before, &field, after);
            plain += usize::from(written.is_none());
            let record = [before, written.as_deref().unwrap_or(&field), after].concat();
            assert!(!is_blank(&record) || record.is_empty(), "{field:?} in {record:?}");
            let at = spans(before, b'\t').len() - 1;
            let text = String::from_utf8(field).unwrap();
            assert_eq!(value(&record[spans(&record, b'\t')[at].clone()]), Some(text), "{record:?}");
        }
        assert!(plain > 2000, "most need no quotes: {plain}");
    }

    #[test]
    fn a_header_says_what_separates_its_names() {
        let separator = |lines: &[&str]| {
            let mut separators = Separators::default();
            for line in lines {
                separators.count(line.as_bytes());
            }
            separators.separator(Format::Csv)
        };
        assert_eq!(separator(&["id;text;x\n"]), b';');
        assert_eq!(separator(&["text\n"]), b',');
        assert_eq!(separator(&["\"the\n", "id\"|text\n"]), b'|');
        assert_eq!(separator(&["a;b;c\n", "d,e\n"]), b',');
    }
}
