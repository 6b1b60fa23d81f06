//! A text line by line, with what goes of each line: what every view of a cleaned document is made of.

use std::ops::Range;

use crate::segment;

/// A line, or a piece of one where a cut begins or ends inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'t> {
    /// The line, from 1.
    pub line: u64,
    /// Does it go on in the line of the piece before?
    pub goes_on: bool,
    /// Does it end its line?
    pub ends: bool,
    /// Its text, the line end included.
    pub text: &'t str,
    /// The cut it belongs to, as an index; `None` for what stays.
    pub cut: Option<usize>,
}

impl Piece<'_> {
    /// Its text without the line end.
    #[must_use]
    pub fn body(&self) -> &str {
        let body = self.text.strip_suffix('\n').unwrap_or(self.text);
        body.strip_suffix('\r').unwrap_or(body)
    }
}

/// The pieces of `text`; `cuts` are sorted and disjoint spans of its bytes.
///
/// # Panics
///
/// If a span does not begin and end at a character.
///
/// # Complexity
///
/// Linear in text and cuts.
#[must_use]
pub fn pieces<'t>(text: &'t str, cuts: &[Range<usize>]) -> Vec<Piece<'t>> {
    let mut pieces = Vec::new();
    let mut next = 0;
    for (line, number) in segment::lines(text).iter().zip(1..) {
        let mut at = line.start;
        while at < line.end {
            while cuts.get(next).is_some_and(|span| span.end <= at) {
                next += 1;
            }
            let (end, cut) = match cuts.get(next) {
                Some(span) if span.start <= at => (span.end.min(line.end), Some(next)),
                Some(span) => (span.start.min(line.end), None),
                None => (line.end, None),
            };
            pieces.push(Piece {
                line: number,
                goes_on: at > line.start,
                ends: end == line.end,
                text: &text[at..end],
                cut,
            });
            at = end;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_tile_the_text() {
        let text = "One. Two.\r\nThree\n\nFour";
        let spans = [5..9, 11..17, 18..20];
        let pieces = pieces(text, &spans);
        assert_eq!(pieces.iter().map(|piece| piece.text).collect::<String>(), text);
        let gone: String =
            pieces.iter().filter(|piece| piece.cut.is_some()).map(|piece| piece.text).collect();
        assert_eq!(gone, "Two.Three\nFo");
        let lines: Vec<(u64, bool)> = pieces.iter().map(|piece| (piece.line, piece.goes_on)).collect();
        assert_eq!(lines, [(1, false), (1, true), (1, true), (2, false), (3, false), (4, false), (4, true)]);
        assert_eq!(pieces[2].body(), "");
    }
}
