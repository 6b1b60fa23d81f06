//! What a line says without the addresses of its links. Converters that keep them write `[Share](https://…)`,
//! `Share [https://…]`, `Share <https://…>` or `[12]Share` where others write `Share`.
//!
//! Cost: one pass; lines without a bracket before or behind what makes a link are not looked at.

use std::ops::Range;

/// What an address begins with that stands in brackets behind its text.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];
/// Most digits of the number of a link.
const NUMBER_DIGITS_MAX: usize = 4;
/// Longest address behind a text, and longest beginning of a text that is looked at: so that time is linear in
/// the line, whatever its brackets.
const ADDRESS_BYTES_MAX: usize = 2000;
const TEXT_CHARS_MAX: usize = 100;

/// May a text have links with addresses?
pub(crate) fn may_have_links(text: &str) -> bool {
    let has = |needle: &str| memchr::memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    has("[") || (has(":") && (has("<http") || has("(http") || has("<mailto:") || has("(mailto:")))
}

/// What a line with links says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unlinked {
    /// The line with its links and images reduced to their texts.
    pub(crate) text: String,
    /// How many links with a text the line has, if no other word stands in it.
    pub(crate) links_alone: usize,
}

/// The line without addresses; `None` if it has none, or if nothing would be left.
pub(crate) fn without_addresses(line: &str) -> Option<Unlinked> {
    let bytes = line.as_bytes();
    memchr::memchr3(b'[', b'<', b'(', bytes)?;
    memchr::memchr2(b'[', b':', bytes)?; // in brackets of other kinds addresses have a scheme
    let (mut open, mut gone): (Vec<usize>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    let (mut links, mut links_end, mut has_words) = (0, 0, false);
    let mut count_link = |span: Range<usize>, text: &str| {
        links += usize::from(text.contains(char::is_alphanumeric));
        if span.start >= links_end {
            has_words |= line[links_end..span.start].contains(char::is_alphabetic);
        }
        links_end = span.end;
    };
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1, // what follows is no mark
            b'[' => open.push(at),
            b']' => {
                if let Some(begin) = open.pop() {
                    if let Some(length) = target_length(line, begin, at) {
                        let is_image = begin > 0 && bytes[begin - 1] == b'!';
                        gone.push(begin - usize::from(is_image)..begin + 1);
                        gone.push(at..at + 1 + length);
                        if !is_image {
                            count_link(begin..at + 1 + length, &line[begin + 1..at]);
                        }
                        at += length;
                    } else if is_number_before_text(line, begin, at) {
                        gone.push(begin..at + 1);
                    } else if is_address_behind(line, begin, at) {
                        gone.push(begin - 1..at + 1);
                    }
                }
            }
            b'<' | b'(' => {
                let close = if bytes[at] == b'<' { b'>' } else { b')' };
                let mut inner = bytes[at + 1..].iter().take(ADDRESS_BYTES_MAX);
                if let Some(length) = inner.position(|byte| *byte == close)
                    && is_address_behind(line, at, at + 1 + length)
                {
                    gone.push(at - 1..at + 2 + length);
                    at += 1 + length;
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
        text.push_str(&line[kept.min(span.start)..span.start]);
        kept = kept.max(span.end);
    }
    text.push_str(&line[kept..]);
    text.truncate(text.trim_end().len());
    has_words |= line[links_end..].contains(char::is_alphabetic);
    let links_alone = if has_words { 0 } else { links };
    text.contains(char::is_alphanumeric).then_some(Unlinked { text, links_alone })
}

/// Does a line begin with the number of a link and its text?
pub(crate) fn begins_with_number(line: &str) -> bool {
    let begins = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '+' | '-' | 'o'));
    let open = line.len() - begins.len();
    let close = begins.bytes().take(NUMBER_DIGITS_MAX + 2).position(|byte| byte == b']');
    begins.starts_with('[') && close.is_some_and(|close| is_number_before_text(line, open, open + close))
}

/// The length of what follows a text in square brackets and makes it a link: an address, or the number of one.
fn target_length(line: &str, open: usize, close: usize) -> Option<usize> {
    let behind = &line[close + 1..];
    address_length(behind).or_else(|| {
        let number = behind.strip_prefix('[')?;
        let digits = number.find(']').filter(|&digits| is_number(&number[..digits]))?;
        let is_text = begins_word(line, open)
            && line[open..close].chars().take(TEXT_CHARS_MAX).any(char::is_alphabetic);
        is_text.then_some(digits + 2)
    })
}

/// Does a word begin here? In `rows[a][1]` none does.
fn begins_word(line: &str, at: usize) -> bool {
    line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric())
}

fn is_number(text: &str) -> bool {
    (1..=NUMBER_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Is this the number of a link before the link's text, as in `[12]Share`?
fn is_number_before_text(line: &str, open: usize, close: usize) -> bool {
    begins_word(line, open)
        && is_number(&line[open + 1..close])
        && line[close + 1..].starts_with(char::is_alphabetic)
}

/// Is this the address behind a link's text, as in `Share <https://…>`?
fn is_address_behind(line: &str, open: usize, close: usize) -> bool {
    let inner = &line[open + 1..close];
    let is_path = line[open..].starts_with('[') && inner.starts_with(['/', '#']);
    line[..open].ends_with(' ')
        && (is_path || SCHEMES.iter().any(|scheme| inner.starts_with(scheme)))
        && !inner.contains(char::is_whitespace)
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
            ("Share [https://example.org/share?u=1]", "Share"),
            ("Home [/] News [/news] Sport [/sport]", "Home News Sport"),
            ("Share <https://example.org/share> | Print <https://example.org/print>", "Share | Print"),
            ("Write to us (mailto:desk@example.org)", "Write to us"),
            (
                "The harbour office (https://example.org/harbour) has the times.",
                "The harbour office has the times.",
            ),
            ("   [12]Home", "   Home"),
            ("* [3]News [4]Sport", "* News Sport"),
            ("[Home][12]", "Home"),
        ] {
            assert_eq!(without_addresses(line).map(|unlinked| unlinked.text).as_deref(), Some(said));
        }
    }

    #[test]
    fn lines_of_nothing_but_links_are_told() {
        for (line, links) in [
            ("[Home](/) / [News](/news) / [Sport](/sport)", 3),
            ("* [The ferry sails again](https://example.org/ferry)", 1),
            ("1. [![The ferry](/f.jpg) The ferry sails](/ferry)", 1),
            ("Also read: [Boats](/boats)", 0),
            ("[Boats](/boats) and [quays](/quays)", 0),
            ("[Boats](/boats) sail.", 0),
        ] {
            assert_eq!(without_addresses(line).map(|unlinked| unlinked.links_alone), Some(links), "{line}");
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
            "matrix[i][1]",
            "rows[0][1]",
            "As Roe showed [12], nobody sails [13].",
            "colour [12] red",
            "a <b> c (and d)",
            "<https://example.org>",
            "(https://example.org/a b)",
        ] {
            assert_eq!(without_addresses(line), None, "{line}");
        }
    }
}
