//! Lines of a stream, none longer in memory than it may be.

use std::io::{self, BufRead};

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// A line with its line feed, or the last one without.
    Line,
    /// The beginning of a line that is longer than allowed; the next read goes on with it.
    Part,
    /// The end.
    End,
}

/// Appends the next line to `out`, at most `max` bytes and a line feed of it.
pub(crate) fn next_line(reader: &mut dyn BufRead, max: usize, out: &mut Vec<u8>) -> io::Result<Read> {
    let begin = out.len();
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            return Ok(if out.len() == begin { Read::End } else { Read::Line });
        }
        let room = max + 1 - (out.len() - begin);
        if let Some(at) = memchr::memchr(b'\n', buffer).filter(|&at| at < room) {
            out.extend_from_slice(&buffer[..=at]);
            reader.consume(at + 1);
            return Ok(Read::Line);
        }
        let taken = buffer.len().min(room - 1);
        if taken == 0 {
            return Ok(Read::Part);
        }
        out.extend_from_slice(&buffer[..taken]);
        reader.consume(taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    #[test]
    fn lines_come_whole_or_in_parts_with_any_buffer() {
        let text = b"abc\n\nabcd\nabcdefghij\nab";
        for capacity in [1, 2, 3, 7, 1000] {
            let mut reader = BufReader::with_capacity(capacity, &text[..]);
            let (mut whole, mut reads) = (Vec::new(), Vec::new());
            loop {
                let mut line = Vec::new();
                let read = next_line(&mut reader, 4, &mut line).unwrap();
                whole.extend_from_slice(&line);
                if read == Read::End {
                    break;
                }
                reads.push((String::from_utf8(line).unwrap(), read));
            }
            assert_eq!(whole, text);
            let line = |text: &str| (text.to_owned(), Read::Line);
            let part = |text: &str| (text.to_owned(), Read::Part);
            assert_eq!(
                reads,
                [
                    line("abc\n"),
                    line("\n"),
                    line("abcd\n"),
                    part("abcd"),
                    part("efgh"),
                    line("ij\n"),
                    line("ab")
                ]
            );
        }
    }
}
