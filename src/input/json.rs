//! JSON files: one array of objects, or objects one after another with any white space between.

use super::container::Container;
use super::record::{Part, Piece};

/// How far the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// Before the first value.
    #[default]
    Begin,
    /// Inside an array; true behind an element, where a comma must come before the next.
    Array(bool),
    /// Among values that stand one after another.
    Values,
    /// Behind the array.
    End,
}

/// Where a value ends: brackets are counted outside of strings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    is_scalar: bool,
}

/// Whether the value goes on behind a byte.
#[derive(PartialEq, Eq)]
enum Step {
    GoesOn,
    /// It ends with this byte.
    Ends,
    /// It ended before this byte.
    Ended,
}

impl Scan {
    fn step(&mut self, byte: u8) -> Step {
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => {
                    self.in_string = false;
                    return if self.depth == 0 { Step::Ends } else { Step::GoesOn };
                }
                _ => {}
            }
            return Step::GoesOn;
        }
        if self.is_scalar {
            let ends = byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}' | b'{' | b'[' | b'"');
            return if ends { Step::Ended } else { Step::GoesOn };
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Step::Ends;
                }
            }
            _ => self.is_scalar = self.depth == 0,
        }
        Step::GoesOn
    }
}

impl Container {
    pub(super) fn next_of_json(&mut self) -> Result<Option<Piece>, String> {
        if self.inside_too_long {
            return self.value(true).map(Some);
        }
        let mut bytes = Vec::new();
        let next = self.take_while(&mut bytes, u8::is_ascii_whitespace)?;
        match (self.json, next) {
            (State::Begin, Some(b'[')) => {
                self.json = State::Array(false);
                self.take_one(&mut bytes)?;
                Ok(Some(Piece { bytes, part: Part::Glue }))
            }
            (State::Begin, Some(_)) => {
                self.json = State::Values;
                self.between_or_value(bytes)
            }
            (State::Array(false), Some(b']')) if self.rec > 0 => {
                Err(format!("no record follows the comma behind record {}", self.rec - 1))
            }
            (State::Array(_), Some(b']')) => {
                self.json = State::End;
                self.take_one(&mut bytes)?;
                Ok(Some(Piece { bytes, part: Part::Glue }))
            }
            (State::Array(true), Some(b',')) => {
                self.json = State::Array(false);
                self.take_one(&mut bytes)?;
                self.take_while(&mut bytes, u8::is_ascii_whitespace)?;
                Ok(Some(Piece { bytes, part: Part::Between }))
            }
            (State::Array(false) | State::Values, Some(_)) => self.between_or_value(bytes),
            (State::Begin | State::Values | State::End, None) => {
                Ok((!bytes.is_empty()).then_some(Piece { bytes, part: Part::Glue }))
            }
            (State::Array(_), None) => Err("ends in the middle of its array".to_owned()),
            (State::Array(true), Some(_)) => {
                Err(format!("no comma between records {} and {}", self.rec.saturating_sub(1), self.rec))
            }
            (State::End, Some(_)) => Err("something stands behind the array".to_owned()),
        }
    }

    fn between_or_value(&mut self, space: Vec<u8>) -> Result<Option<Piece>, String> {
        if !space.is_empty() {
            return Ok(Some(Piece { bytes: space, part: Part::Between }));
        }
        if self.json == State::Array(false) {
            self.json = State::Array(true);
        }
        self.scan = Scan::default();
        self.value(false).map(Some)
    }

    /// A value, or as much of it as a piece may hold.
    fn value(&mut self, goes_on: bool) -> Result<Piece, String> {
        let mut bytes = Vec::new();
        let mut scan = self.scan;
        let is_whole = loop {
            let max = self.record_max + 1 - bytes.len();
            let buffer = self.fill()?;
            if buffer.is_empty() {
                // A value that is cut off is a bad record; the array's missing end is told next.
                break true;
            }
            let mut step = Step::GoesOn;
            let length = buffer.iter().take(max).position(|&byte| {
                step = scan.step(byte);
                step != Step::GoesOn
            });
            let length = match (length, &step) {
                (Some(at), Step::Ends) => at + 1,
                (Some(at), _) => at,
                (None, _) => buffer.len().min(max),
            };
            bytes.extend_from_slice(&buffer[..length]);
            self.consume(length);
            if step != Step::GoesOn {
                break true;
            }
            if bytes.len() > self.record_max {
                break false;
            }
        };
        self.scan = scan;
        self.inside_too_long = !is_whole;
        if goes_on {
            return Ok(Piece { bytes, part: Part::Rest });
        }
        if !is_whole {
            return Ok(self.too_long(bytes, 0));
        }
        let fields = self.fields_of_object(&bytes)?;
        Ok(self.record(bytes, 0, fields))
    }

    /// Takes bytes as long as `wanted` holds, and gives the next one, which stays.
    fn take_while(&mut self, out: &mut Vec<u8>, wanted: fn(&u8) -> bool) -> Result<Option<u8>, String> {
        loop {
            let buffer = self.fill()?;
            let length = buffer.iter().position(|byte| !wanted(byte));
            let next = length.map(|at| buffer[at]);
            let length = length.unwrap_or(buffer.len());
            if length == 0 {
                return Ok(next);
            }
            out.extend_from_slice(&buffer[..length]);
            self.consume(length);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    fn take_one(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        out.push(self.fill()?[0]);
        self.consume(1);
        Ok(())
    }
}
