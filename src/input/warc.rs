//! WARC files of `conversion` records, as Common Crawl's WET files are: the text of pages, each behind a
//! header that names its address and its length. Other records are passed on as they are.

use std::fmt::Write as _;

use sha1::{Digest, Sha1};

use super::container::Container;
use super::fields::Fields;
use super::lines::Read;
use super::record::{Parsed, Part, Piece};
use super::spelling::Spelling;

/// Longest header.
const HEADER_BYTES_MAX: usize = 1 << 20;
/// How much of a record that is passed on is held at once.
const CHUNK_BYTES: usize = 1 << 20;

/// What is left of a record whose header was read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Open {
    /// Bytes of its body, and of the two line ends behind it, that were not read.
    left: u64,
    is_too_long: bool,
}

impl Container {
    pub(super) fn next_of_warc(&mut self) -> Result<Option<Piece>, String> {
        if self.warc.left > 0 {
            let mut bytes = Vec::new();
            self.body(&mut bytes, CHUNK_BYTES)?;
            let part = if self.warc.is_too_long { Part::Rest } else { Part::Glue };
            return Ok(Some(Piece { bytes, part }));
        }
        let Some(mut bytes) = self.header()? else {
            return if self.rec == 0 && !self.may_be_empty { Err(self.no_text()) } else { Ok(None) };
        };
        if bytes.trim_ascii().is_empty() {
            return Ok(Some(Piece { bytes, part: Part::Glue }));
        }
        let header = Header(&bytes);
        let length = header.get("Content-Length").and_then(|length| length.parse::<u64>().ok());
        let Some(length) = length else {
            return Err(format!("record {} has no Content-Length; the file is damaged", self.rec));
        };
        let kind = header.get("WARC-Type").unwrap_or_default().to_owned();
        let is_text = kind == "conversion";
        if !is_text {
            *self.other_records.entry(kind).or_default() += 1;
        }
        let is_too_long = length > self.record_max as u64;
        self.warc = Open { left: length, is_too_long };
        self.body(&mut bytes, if is_text && !is_too_long { usize::MAX } else { CHUNK_BYTES })?;
        Ok(Some(match (is_text, is_too_long) {
            (false, _) => {
                self.warc.is_too_long = false;
                Piece { bytes, part: Part::Glue }
            }
            (true, true) => self.too_long(bytes, 0),
            (true, false) => {
                // The two line ends belong to the record.
                self.line_end(&mut bytes)?;
                self.line_end(&mut bytes)?;
                let fields = self.order_alone();
                self.record(bytes, 0, fields)
            }
        }))
    }

    /// A header with the empty line behind it, or line ends before it.
    fn header(&mut self) -> Result<Option<Vec<u8>>, String> {
        let mut bytes = Vec::new();
        loop {
            let from = bytes.len();
            let read = self.read_line(&mut bytes)?;
            let is_empty = bytes[from..].trim_ascii().is_empty();
            match read {
                Read::End if from == 0 => return Ok(None),
                _ if from == 0 && is_empty => return Ok(Some(bytes)),
                _ if from == 0 && !bytes.starts_with(b"WARC/") => {
                    return Err(format!(
                        "no WARC header before record {}; the file is damaged or no WARC",
                        self.rec
                    ));
                }
                Read::Line if is_empty => return Ok(Some(bytes)),
                Read::Line if bytes.len() <= HEADER_BYTES_MAX => {}
                _ => {
                    return Err(format!("the header of record {} has no end; the file is damaged", self.rec));
                }
            }
        }
    }

    /// Reads the body, or at most `most` bytes of it.
    fn body(&mut self, out: &mut Vec<u8>, most: usize) -> Result<(), String> {
        let mut most = most as u64;
        while self.warc.left > 0 && most > 0 {
            let wanted = self.warc.left.min(most);
            let rec = self.rec;
            let buffer = self.fill()?;
            if buffer.is_empty() {
                return Err(format!("ends in the middle of record {rec}, it was cut off; fetch it again"));
            }
            let length = usize::try_from(wanted).unwrap_or(usize::MAX).min(buffer.len());
            out.extend_from_slice(&buffer[..length]);
            self.consume(length);
            self.warc.left -= length as u64;
            most -= length as u64;
        }
        Ok(())
    }

    fn line_end(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        for wanted in [b'\r', b'\n'] {
            if self.fill()?.first() == Some(&wanted) {
                out.push(wanted);
                self.consume(1);
            }
        }
        Ok(())
    }

    fn no_text(&self) -> String {
        let others: Vec<String> =
            self.other_records.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        format!(
            "holds no text: no conversion record among its records ({}); give the .wet file, or extract the text first",
            if others.is_empty() { "none at all".to_owned() } else { others.join(", ") }
        )
    }
}

/// A header.
struct Header<'h>(&'h [u8]);

impl<'h> Header<'h> {
    fn get(&self, name: &str) -> Option<&'h str> {
        let lines = self.0.split(|&byte| byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
        lines
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

pub(crate) fn parse(bytes: &[u8], fields: &Fields) -> Result<Parsed, String> {
    let body = header_end(bytes).ok_or("its header has no end")?;
    let header = Header(&bytes[..body]);
    let length = header.get("Content-Length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let text = std::str::from_utf8(&bytes[body..body + length])
        .map_err(|error| format!("not UTF-8, at byte {} of its text", error.valid_up_to()))?;
    let head = String::from_utf8(bytes[..body].to_owned()).map_err(|_| "its header is not UTF-8")?;
    let id = header.get("WARC-Record-ID").map(|id| id.trim_matches(['<', '>']).to_owned());
    let url = header.get("WARC-Target-URI").map(|url| url.trim_matches(['<', '>']).to_owned());
    Ok(Parsed {
        text: text.to_owned(),
        span: body..body + length,
        spelling: Spelling::Plain,
        id: id.filter(|id| !id.is_empty()),
        url: url.filter(|url| !url.is_empty()),
        order: fields.order.as_deref().and_then(|name| header.get(name)).map(str::to_owned),
        head: Some(head),
        parallel: Vec::new(),
    })
}

/// Behind the empty line that ends the header.
fn header_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let line = memchr::memchr(b'\n', &bytes[at..])? + 1;
        at += line;
        if bytes[at - line..at].trim_ascii().is_empty() {
            return Some(at);
        }
    }
}

/// The header of a record whose body is now `body`: length and digests are those of the new one.
pub(crate) fn fit(head: &str, body: &[u8]) -> Vec<u8> {
    let mut out = String::with_capacity(head.len());
    for line in head.split_inclusive('\n') {
        let Some((name, value)) = line.split_once(':') else {
            out.push_str(line);
            continue;
        };
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let new = if is("Content-Length") {
            body.len().to_string()
        } else if is("WARC-Block-Digest") || is("WARC-Payload-Digest") {
            if !value.trim().to_ascii_lowercase().starts_with("sha1:") {
                continue; // a digest of another kind would be wrong now
            }
            format!("sha1:{}", base32(&Sha1::digest(body)))
        } else {
            out.push_str(line);
            continue;
        };
        let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
        let _ = write!(out, "{name}: {new}{end}");
    }
    out.into_bytes()
}

/// RFC 4648, as digests of WARC files are written; 20 bytes need no padding.
fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let bits = chunk.iter().fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
        out.extend((0..8).rev().map(|digit| char::from(DIGITS[(bits >> (5 * digit) & 31) as usize])));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_fitted_to_its_new_body() {
        let head = "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 99\r\nWARC-Block-Digest: sha1:XX\r\nWARC-Payload-Digest: md5:aa\r\n\r\n";
        // The digest of the empty text is known from every digest of an empty file.
        let empty = "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 0\r\nWARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r\n\r\n";
        assert_eq!(String::from_utf8(fit(head, b"")).unwrap(), empty);
        assert_eq!(header_end(head.as_bytes()), Some(head.len()));
    }
}
