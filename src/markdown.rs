//! What a line says without the addresses of its links: converters to Markdown write `[Share](https://…)`
//! where others write `Share`.
//!
//! Cost: one pass; lines without `](` are not looked at.

use std::ops::Range;

/// The line with its inline links and images reduced to their texts; `None` if it has none, or if nothing would
/// be left.
pub(crate) fn without_addresses(line: &str) -> Option<String> {
    memchr::memmem::find(line.as_bytes(), b"](")?;
    let bytes = line.as_bytes();
    let (mut open, mut gone): (Vec<usize>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1, // what follows is no mark
            b'[' => open.push(at),
            b']' => {
                let begin = open.pop();
                let behind = &line[at + 1..];
                if let (Some(begin), Some(length)) = (begin, address_length(behind)) {
                    let is_image = begin > 0 && bytes[begin - 1] == b'!';
                    gone.push(begin - usize::from(is_image)..begin + 1);
                    gone.push(at..at + 1 + length);
                    at += length;
                }
            }
            _ => {}
        }
        at += 1;
    }
    if gone.is_empty() {
        return None;
    }
    gone.sort_unstable_by_key(|span| span.start);
    let mut text = String::with_capacity(line.len());
    let mut kept = 0;
    for span in gone {
        text.push_str(&line[kept..span.start]);
        kept = span.end;
    }
    text.push_str(&line[kept..]);
    text.contains(char::is_alphanumeric).then_some(text)
}

/// The length of an address in round brackets, with a title or without, at the beginning of a text. In an address
/// stand no blanks and no square brackets, and something that makes it one; `f[i](x)` is a line of a program.
fn address_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('(')?;
    let (mut depth, mut has_mark) = (0, false);
    let mut end = None;
    for (at, c) in inner.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            ')' | ' ' => {
                end = Some(at);
                break;
            }
            '[' | ']' | '\t' => return None,
            '/' | '#' | ':' | '.' | '?' => has_mark = true,
            _ => {}
        }
    }
    let end = end.filter(|&end| has_mark || end == 0)?;
    let rest = &inner[end..];
    if rest.starts_with(')') {
        return Some(end + 2);
    }
    let title = rest.trim_start();
    let quote = title.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let close = title[1..].find([quote, '[', ']']).filter(|&close| title[1 + close..].starts_with(quote))?;
    let behind = &title[close + 2..];
    behind.starts_with(')').then(|| text.len() - behind.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_what_its_text_says() {
        for (line, said) in [
            ("[Skip to content](#content)", "Skip to content"),
            ("* [Home](https://example.org/) | [News](/news \"All news\")", "* Home | News"),
            ("**You might also like:** [A loaf](/loaf)", "**You might also like:** A loaf"),
            ("[![The ferry](/f.jpg)](https://example.org/f_(new))", "The ferry"),
            ("Also read: [Boats [old] ones](<https://example.org>)", "Also read: Boats [old] ones"),
            ("[もっと見る](https://example.org/日本)", "もっと見る"),
        ] {
            assert_eq!(without_addresses(line).as_deref(), Some(said));
        }
    }

    #[test]
    fn other_brackets_stay() {
        for line in [
            "f[i](x)",
            "[1] Home",
            "no \\[link\\](/a)",
            "[](https://example.org)",
            "[a](b c)",
            "](",
            "[x](/a",
        ] {
            assert_eq!(without_addresses(line), None, "{line}");
        }
    }
}
