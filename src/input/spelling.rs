//! How a format spells a text, and where its characters stand in the spelled form.
//!
//! JSON knows many spellings of one text (`é` and `\u00e9`, `/` and `\/`). What stays of a text keeps the
//! spelling it came in; what was removed is spelled in the usual way of its record when it is restored,
//! unless the report holds another spelling.

use std::fmt::Write as _;

/// How a text is spelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spelling {
    /// As it is, in UTF-8.
    #[default]
    Plain,
    /// Inside a JSON string: `"`, `\` and control characters are escaped, as shortly as JSON allows.
    Json,
    /// Inside a JSON string of ASCII: everything else is escaped too, with small hexadecimal digits.
    JsonAscii,
    /// Inside a quoted field of CSV: quotes are doubled.
    Csv,
    /// A field of CSV without quotes, as it is. What is left of it may need them ([`super::csv::quoted`]).
    Unquoted,
}

impl Spelling {
    /// The usual spelling of a JSON string that is spelled `raw`.
    pub(crate) fn of_json(raw: &str) -> Self {
        // The escape of a character that is not ASCII begins its four digits with anything but 00, or with
        // 00 and a digit from 8 on.
        let escapes_letters = |at: usize| {
            let digits = raw.as_bytes().get(at + 2..at + 6);
            digits.is_some_and(|d| !d.starts_with(b"00") || !matches!(d[2], b'0'..=b'7'))
        };
        if raw.is_ascii() && memchr::memmem::find_iter(raw.as_bytes(), b"\\u").any(escapes_letters) {
            Self::JsonAscii
        } else {
            Self::Json
        }
    }

    /// The text in this spelling.
    #[must_use]
    pub fn spell(self, text: &str) -> String {
        match self {
            Self::Plain | Self::Unquoted => return text.to_owned(),
            Self::Csv => return text.replace('"', "\"\""),
            Self::Json | Self::JsonAscii => {}
        }
        let mut out = String::with_capacity(text.len() + text.len() / 16);
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                c if c < ' ' || self == Self::JsonAscii && !c.is_ascii() => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let _ = write!(out, "\\u{unit:04x}");
                    }
                }
                c => out.push(c),
            }
        }
        out
    }

    /// Where the bytes `at` of the text stand in its spelled form. `at` rises, and names boundaries of
    /// characters.
    ///
    /// # Complexity
    ///
    /// One pass.
    #[must_use]
    pub fn places(self, spelled: &[u8], at: &[usize]) -> Vec<usize> {
        let step = match self {
            Self::Plain | Self::Unquoted => return at.to_vec(),
            Self::Csv => csv_step,
            Self::Json | Self::JsonAscii => json_step,
        };
        let (mut text, mut raw) = (0, 0);
        at.iter()
            .map(|&wanted| {
                while text < wanted && raw < spelled.len() {
                    let (of_raw, of_text) = step(&spelled[raw..], wanted - text);
                    raw += of_raw;
                    text += of_text;
                }
                raw
            })
            .collect()
    }

    /// The text of a spelled form; `None` if it is no spelling at all.
    #[must_use]
    pub fn read(self, spelled: &[u8]) -> Option<String> {
        match self {
            Self::Plain | Self::Unquoted => String::from_utf8(spelled.to_owned()).ok(),
            Self::Csv => {
                let text = String::from_utf8(spelled.to_owned()).ok()?;
                let parts: Vec<&str> = text.split("\"\"").collect();
                parts.iter().all(|part| !part.contains('"')).then(|| parts.join("\""))
            }
            Self::Json | Self::JsonAscii => {
                let quoted = [b"\"", spelled, b"\""].concat();
                serde_json::from_slice(&quoted).ok()
            }
        }
    }
}

/// The next step through a quoted field.
fn csv_step(spelled: &[u8], most: usize) -> (usize, usize) {
    match until(b'"', spelled, most) {
        0 => (2, 1),
        plain => (plain, plain),
    }
}

/// The next step through a JSON string: bytes of the spelled form and of the text. Runs without escapes are
/// one step of at most `most` bytes.
fn json_step(spelled: &[u8], most: usize) -> (usize, usize) {
    if spelled[0] != b'\\' {
        let plain = until(b'\\', spelled, most);
        return (plain, plain);
    }
    if spelled.get(1) != Some(&b'u') {
        return (2, 1);
    }
    match hex(spelled) {
        Some(0..=0x7f) => (6, 1),
        Some(0x80..=0x7ff) => (6, 2),
        Some(0xd800..=0xdbff) => (12, 4),
        _ => (6, 3),
    }
}

/// How many of at most `most` bytes stand before the next `byte`. No more are looked at: a text without escapes
/// would be searched to its end for each cut.
fn until(byte: u8, spelled: &[u8], most: usize) -> usize {
    let near = &spelled[..most.min(spelled.len())];
    memchr::memchr(byte, near).unwrap_or(near.len())
}

fn hex(escape: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(escape.get(2..6)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_found_in_every_spelling() {
        let spelled = r#"a\u00e9é\n\"\/\ud834\udd1e\u4e2d中\\u0041\u0007"#;
        let text = Spelling::Json.read(spelled.as_bytes()).unwrap();
        assert_eq!(text, "aéé\n\"/𝄞中中\\u0041\u{7}");
        let at: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let places = Spelling::Json.places(spelled.as_bytes(), &at);
        let pieces: Vec<String> = places
            .windows(2)
            .map(|pair| Spelling::Json.read(&spelled.as_bytes()[pair[0]..pair[1]]).unwrap())
            .collect();
        assert_eq!(pieces.concat(), text);
        assert!(pieces.iter().all(|piece| piece.chars().count() == 1), "{pieces:?}");
        assert_eq!(*places.last().unwrap(), spelled.len());
    }

    #[test]
    fn quotes_are_doubled_in_tables() {
        let spelled = "say \"\"ä\"\"\"\"!";
        assert_eq!(Spelling::Csv.read(spelled.as_bytes()).unwrap(), "say \"ä\"\"!");
        assert_eq!(Spelling::Csv.spell("say \"ä\"\"!"), spelled);
        assert_eq!(
            Spelling::Csv.places(spelled.as_bytes(), &[0, 4, 5, 7, 8, 9, 10]),
            [0, 4, 6, 8, 10, 12, 13]
        );
        assert_eq!(Spelling::Csv.read(b"a\"b"), None);
    }

    /// Searched to its end for each place, these would take minutes.
    #[test]
    fn many_places_take_one_pass() {
        let spelled = vec![b'a'; 32 << 20];
        let at: Vec<usize> = (0..=spelled.len()).step_by(32).collect();
        for spelling in [Spelling::Json, Spelling::JsonAscii, Spelling::Csv] {
            assert!(spelling.places(&spelled, &at) == at, "{spelling:?}");
        }
    }

    #[test]
    fn the_usual_spelling_of_a_record_is_seen() {
        for (raw, spelling) in [
            ("plain", Spelling::Json),
            (r"Z\u00fcrich", Spelling::JsonAscii),
            (r"bell \u0007", Spelling::Json),
            (r"Z\u00fcrich und Köln", Spelling::Json),
            (r"\ud834\udd1e", Spelling::JsonAscii),
        ] {
            assert_eq!(Spelling::of_json(raw), spelling, "{raw}");
        }
        assert_eq!(Spelling::JsonAscii.spell("ü𝄞\u{7}\t"), r"\u00fc\ud834\udd1e\u0007\t");
        assert_eq!(Spelling::Json.spell("ü/\u{7f}\""), "ü/\u{7f}\\\"");
    }
}
