//! Text files with documents parted by blank lines.

use std::sync::Arc;

use super::container::Container;
use super::lines::Read;
use super::record::{Parsed, Part, Piece};
use super::spelling::Spelling;

impl Container {
    pub(super) fn next_of_blocks(&mut self) -> Result<Option<Piece>, String> {
        if let Some(bytes) = self.held.take() {
            return Ok(Some(Piece { bytes, part: Part::Between }));
        }
        let (mut bytes, begin) = (Vec::new(), self.line);
        loop {
            let mut line = Vec::new();
            let read = self.read_line(&mut line)?;
            let is_blank = read == Read::Line && line.trim_ascii().is_empty();
            if read == Read::End || is_blank {
                self.inside_too_long = false;
                return Ok(match (bytes.is_empty(), read) {
                    (true, Read::End) => None,
                    (true, _) => Some(Piece { bytes: line, part: Part::Between }),
                    (false, _) => {
                        self.held = is_blank.then_some(line);
                        Some(self.record(bytes, begin, Arc::default()))
                    }
                });
            }
            bytes.extend_from_slice(&line);
            if self.inside_too_long {
                return Ok(Some(Piece { bytes, part: Part::Rest }));
            }
            if read == Read::Part || bytes.len() > self.record_max {
                self.inside_too_long = true;
                return Ok(Some(self.too_long(bytes, begin)));
            }
        }
    }
}

pub(crate) fn parse(bytes: &[u8]) -> Result<Parsed, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        format!("not UTF-8, at byte {} of the document; convert the file first", error.valid_up_to())
    })?;
    Ok(Parsed {
        text: text.to_owned(),
        span: 0..bytes.len(),
        spelling: Spelling::Plain,
        id: None,
        url: None,
        order: None,
        head: None,
        parallel: Vec::new(),
    })
}
