//! JSON objects, one a line. Only the text is ever changed: every other byte of a line comes back.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::container::Container;
use super::fields::{FieldNames, Fields, TEXT_NAMES, listed};
use super::lines::Read;
use super::record::{Parallel, Parsed, Part, Piece};
use super::spelling::Spelling;
use crate::segment;

/// Characters of what a parser says that are told.
const CAUSE_CHARS_MAX: usize = 200;

impl Container {
    pub(super) fn next_of_jsonl(&mut self) -> Result<Option<Piece>, String> {
        let (mut bytes, line) = (Vec::new(), self.line);
        let read = self.read_line(&mut bytes)?;
        if read == Read::End {
            return Ok(None);
        }
        let goes_on = std::mem::replace(&mut self.inside_too_long, read == Read::Part);
        if goes_on {
            return Ok(Some(Piece { bytes, part: Part::Rest }));
        }
        if read == Read::Part {
            return Ok(Some(self.too_long(bytes, line)));
        }
        if bytes.trim_ascii().is_empty() {
            return Ok(Some(Piece { bytes, part: Part::Between }));
        }
        let fields = self.fields_of_object(&bytes)?;
        Ok(Some(self.record(bytes, line, fields)))
    }
}

/// What an object tells of the fields of its input.
pub(super) struct Told {
    /// The names of its fields, each with whether it holds a string or nothing.
    pub(super) there: Vec<(String, bool)>,
    /// Does it have the field that was named, or one that may be the text?
    pub(super) has_text: bool,
}

/// What an object tells of the fields of its input; `None` if it is no object.
pub(super) fn told(bytes: &[u8], names: &FieldNames) -> Option<Told> {
    let object: Object = serde_json::from_slice(bytes).ok()?;
    let is_text = |value: &RawValue| value.get().starts_with('"') || value.get() == "null";
    let there: Vec<(String, bool)> =
        object.0.iter().map(|(name, value)| (name.clone(), is_text(value))).collect();
    let has_text = match &names.text {
        Some(path) => object.find(path).is_ok_and(|found| found.is_some()),
        // What holds nothing may be the text, but does not tell.
        None => object
            .0
            .iter()
            .any(|(name, value)| value.get().starts_with('"') && TEXT_NAMES.contains(&name.as_str())),
    };
    Some(Told { there, has_text })
}

/// Finds text, id and address of an object.
pub(crate) fn parse(bytes: &[u8], fields: &Fields) -> Result<Parsed, String> {
    let line = std::str::from_utf8(bytes)
        .map_err(|error| format!("not UTF-8, at byte {} of the record", error.valid_up_to()))?;
    let object: Object = serde_json::from_str(line).map_err(|error| no_object(&error))?;
    let Some(value) = object.find(&fields.text)? else {
        let names: Vec<&str> = object.0.iter().map(|(name, _)| name.as_str()).collect();
        return Err(format!("there is no field {}; the fields are {}", fields.text, listed(&names)));
    };
    let string = |path: &Option<String>| -> Result<Option<String>, String> {
        let Some(path) = path else { return Ok(None) };
        let Some(value) = object.find(path)? else { return Ok(None) };
        Ok(as_name(value.get()))
    };
    let (text, span) = match value.get() {
        "null" => (String::new(), None),
        raw if raw.starts_with('"') => {
            let text = serde_json::from_str(raw)
                .map_err(|error| format!("its field {} is no text ({})", fields.text, cause(&error)))?;
            (text, Some(within(line, raw)))
        }
        _ => return Err(format!("its field {} is no string", fields.text)),
    };
    // Of a string its quotes stay outside; nothing stands where the text would be.
    let span = span.map_or(0..0, |span| span.start + 1..span.end - 1);
    Ok(Parsed {
        spelling: Spelling::of_json(&line[span.clone()]),
        parallel: parallel(&object, line, &text, fields)?,
        text,
        span,
        id: string(&fields.id)?,
        url: string(&fields.url)?,
        order: string(&fields.order)?,
        head: None,
    })
}

/// The arrays that were named, each with as many entries as the text has lines.
fn parallel(object: &Object, line: &str, text: &str, fields: &Fields) -> Result<Vec<Parallel>, String> {
    let mut arrays = Vec::new();
    for field in &fields.parallel {
        let Some(value) = object.find(field)?.filter(|value| value.get() != "null") else { continue };
        let entries: Vec<&RawValue> = serde_json::from_str(value.get())
            .map_err(|_| format!("its field {field} is no array (--filter-parallel)"))?;
        let lines = segment::lines(text).len();
        if !is_parallel(entries.len(), text, lines) {
            let entries = counted(entries.len(), "entry", "entries");
            let lines = counted(lines, "line", "lines");
            return Err(format!("its field {field} has {entries}, and the text {lines} (--filter-parallel)"));
        }
        let entries = entries.iter().map(|entry| within(line, entry.get())).collect();
        let span = within(line, value.get());
        // A field that was named twice is one array.
        if arrays.iter().all(|array: &Parallel| array.span != span) {
            arrays.push(Parallel { field: field.clone(), span, entries });
        }
    }
    Ok(arrays)
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// One entry for each line; or one more, for the empty rest behind the last line end.
fn is_parallel(entries: usize, text: &str, lines: usize) -> bool {
    entries == lines || entries == lines + 1 && text.ends_with('\n')
}

/// The fields of an object that are arrays with as many entries as the text has lines, and were not named.
pub(crate) fn unnamed_parallel(bytes: &[u8], text: &str, fields: &[String]) -> Vec<String> {
    const LINES_MIN: usize = 3; // arrays of two or three of something are everywhere
    let lines = segment::lines(text).len();
    let object = std::str::from_utf8(bytes).ok().and_then(|line| serde_json::from_str::<Object>(line).ok());
    let (Some(object), true) = (object, lines > LINES_MIN) else { return Vec::new() };
    let is_one = |(name, value): &(String, &RawValue)| {
        value.get().starts_with('[')
            && !fields.contains(name)
            && serde_json::from_str::<Vec<&RawValue>>(value.get())
                .is_ok_and(|entries| is_parallel(entries.len(), text, lines))
    };
    object.0.into_iter().filter(is_one).map(|(name, _)| name).collect()
}

/// Where the value of a field stands.
pub(crate) fn place_of(bytes: &[u8], field: &str) -> Option<Range<usize>> {
    let line = std::str::from_utf8(bytes).ok()?;
    let object: Object = serde_json::from_str(line).ok()?;
    let value = object.find(field).ok()??;
    Some(within(line, value.get()))
}

/// A string or number as a name; nothing else is one, and neither is an empty string.
fn as_name(raw: &str) -> Option<String> {
    let name = match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).ok()?,
        b'0'..=b'9' | b'-' => raw.to_owned(),
        _ => return None,
    };
    (!name.is_empty()).then_some(name)
}

/// Where `part`, a slice of `whole`, stands in it.
fn within(whole: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - whole.as_ptr() as usize;
    start..start + part.len()
}

fn no_object(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "not JSON: the object ends in the middle".to_owned();
    }
    match error.classify() {
        serde_json::error::Category::Data => {
            let said = cause(error);
            // The parser repeats the value, however long it is.
            let Some(found) = said.strip_prefix("invalid type: ") else { return shortened(&said) };
            let kinds = [
                ("sequence", "an array"),
                ("string", "a string"),
                ("null", "null"),
                ("boolean", "true or false"),
            ];
            let kind = kinds.into_iter().find(|(name, _)| found.starts_with(name));
            format!("not a JSON object but {}", kind.map_or("a number", |(_, kind)| kind))
        }
        _ => format!("not JSON: {} at byte {}", cause(error), error.column()),
    }
}

/// The beginning of what may name a field of any length.
fn shortened(said: &str) -> String {
    match said.char_indices().nth(CAUSE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &said[..end]),
        None => said.to_owned(),
    }
}

/// What the parser says, without the place: a record is one line.
fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The fields of an object, in order, with their values as they are spelled.
struct Object<'r>(Vec<(String, &'r RawValue)>);

impl<'r> Object<'r> {
    /// The value at a path: a field of that very name, or names joined by dots.
    fn find(&self, path: &str) -> Result<Option<&'r RawValue>, String> {
        if let Some(value) = self.get(path) {
            return Ok(Some(value));
        }
        for (at, _) in path.match_indices('.') {
            let inner = self.get(&path[..at]).filter(|value| value.get().starts_with('{'));
            if let Some(inner) = inner {
                let inner: Object = serde_json::from_str(inner.get()).map_err(|error| no_object(&error))?;
                if let Some(value) = inner.find(&path[at + 1..])? {
                    return Ok(Some(value));
                }
            }
        }
        Ok(None)
    }

    fn get(&self, name: &str) -> Option<&'r RawValue> {
        self.0.iter().find(|(field, _)| field == name).map(|&(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields: Vec<(String, &'de RawValue)> = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    fields.push(entry);
                }
                let mut seen = HashSet::with_capacity(fields.len());
                if let Some((name, _)) = fields.iter().find(|(name, _)| !seen.insert(name.as_str())) {
                    return Err(de::Error::custom(format!("the field {name} stands twice")));
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Fields {
        Fields {
            text: text.to_owned(),
            id: Some("id".to_owned()),
            url: Some("meta.url".to_owned()),
            ..Fields::default()
        }
    }

    #[test]
    fn text_id_and_address_are_found_and_nothing_else_is_read() {
        let line = r#"{"id": 17, "n": 1.50e3, "text":"a\nb" ,"meta":{"url":"https://a.example/","deep":{"text":"c"}}, "odd": "\ud800"}"#;
        let parsed = parse(line.as_bytes(), &fields("text")).unwrap();
        assert_eq!((parsed.text.as_str(), &line[parsed.span]), ("a\nb", "a\\nb"));
        assert_eq!((parsed.id.as_deref(), parsed.url.as_deref()), (Some("17"), Some("https://a.example/")));
        assert_eq!(parse(line.as_bytes(), &fields("meta.deep.text")).unwrap().text, "c");
        let dotted = r#"{"a.b":"one","a":{"b":"two"}}"#;
        assert_eq!(parse(dotted.as_bytes(), &fields("a.b")).unwrap().text, "one");
        assert_eq!(parse(br#"{"text":null}"#, &fields("text")).unwrap().text, "");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, message) in [
            (r#"{"text":"a"#, "ends in the middle"),
            (r#"{"text":"a","text":"b"}"#, "the field text stands twice"),
            (r#"{"text":"\ud800"}"#, "its field text is no text (unexpected end of hex escape)"),
            (r#"{"text":"a","x":NaN}"#, "not JSON: expected value at byte"),
            (r#"{"body":"a"}"#, "there is no field text; the fields are body"),
            (r#"{"text":["a"]}"#, "its field text is no string"),
            (r#"["a"]"#, "not a JSON object but an array"),
            (r#""The ferry sails. at line 3""#, "not a JSON object but a string"),
            ("17", "not a JSON object but a number"),
            ("true", "not a JSON object but true or false"),
            (r#"{"text":"a"} {"text":"b"}"#, "not JSON: trailing characters"),
        ] {
            let error = parse(line.as_bytes(), &fields("text")).err().unwrap();
            assert!(error.contains(message), "{line}: {error}");
        }
        let (name, text) = ("x".repeat(100_000), "a ".repeat(100_000));
        for line in [format!(r#"{{"{name}":1,"{name}":2}}"#), format!(r#""{text}""#)] {
            let error = parse(line.as_bytes(), &fields("text")).err().unwrap();
            assert!(error.chars().count() < 250, "{} characters of a message", error.chars().count());
        }
        assert!(
            parse(b"{\"text\":\"\xff\"}", &fields("text")).err().unwrap().contains("not UTF-8, at byte 9")
        );
    }
}
