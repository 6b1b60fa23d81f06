//! Bytes become text, once, so that the text can become the same bytes again.
//!
//! UTF-8 is taken as it is; UTF-16 by its byte order mark; anything else is detected. A decoding that cannot
//! be undone exactly is refused, because `restore` could not keep its promise.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A text and the encoding it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text. A byte order mark stays, as its first character.
    pub text: String,
    /// The label of the encoding, lower case.
    pub encoding: String,
}

/// Why bytes are not taken as text. The messages follow a file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A NUL byte or many control characters.
    #[error(
        "binary file, not cleaned ({what}); leave it out, or name its encoding with --encoding if it is text"
    )]
    Binary {
        /// What was seen.
        what: &'static str,
    },
    /// UTF-8 but for a few bytes.
    #[error("damaged UTF-8 at byte {at}, not cleaned; mend the file, or name its encoding with --encoding")]
    DamagedUtf8 {
        /// Offset of the first bad byte.
        at: usize,
    },
    /// The encoding that was asked for does not fit.
    #[error("not valid {encoding}, not cleaned; name another encoding with --encoding")]
    Invalid {
        /// The label.
        encoding: String,
    },
    /// Decoding loses something.
    #[error(
        "decoding as {encoding} cannot be undone exactly, not cleaned; name the right encoding with --encoding, or convert the file to UTF-8"
    )]
    NotReversible {
        /// The label.
        encoding: String,
    },
}

/// Share of control characters from which a text is taken for binary: one in fifty. Stray form feeds and
/// escape codes in real text are far rarer; random bytes read as a single-byte encoding have one in five.
const CONTROL_SHARE: usize = 50;
/// Valid characters of several bytes for each bad byte from which a file is damaged UTF-8 and not
/// another encoding: East Asian text in its own encodings has one for every six bad ones.
const UTF8_VALID_PER_BAD: usize = 4;

/// Finds an encoding by its label, as `--encoding` gives it.
#[must_use]
pub(crate) fn encoding_for_label(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != encoding_rs::REPLACEMENT)
}

/// Decodes `bytes`, as `forced` if given.
///
/// # Errors
///
/// See `DecodeError`. Every text that is given back encodes to `bytes` again with `encode`.
///
/// # Complexity
///
/// Linear; UTF-8 is checked and taken without a copy.
pub fn decode(bytes: Vec<u8>, forced: Option<&'static Encoding>) -> Result<Decoded, DecodeError> {
    let encoding = forced.or_else(|| utf16_by_mark(&bytes));
    let decoded = match encoding {
        Some(encoding) if encoding != UTF_8 => decode_as(&bytes, encoding, forced.is_some())?,
        _ => match String::from_utf8(bytes) {
            Ok(text) => Decoded { text, encoding: label(UTF_8) },
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                if encoding.is_some() {
                    return Err(DecodeError::Invalid { encoding: label(UTF_8) });
                }
                if bytes.contains(&0) {
                    return Err(DecodeError::Binary { what: "NUL bytes" });
                }
                if is_damaged_utf8(&bytes) {
                    return Err(DecodeError::DamagedUtf8 { at });
                }
                decode_as(&bytes, detect(&bytes), false)?
            }
        },
    };
    match binary_sign(&decoded.text) {
        Some(what) => Err(DecodeError::Binary { what }),
        None => Ok(decoded),
    }
}

/// Encodes `text` as `label` says; the inverse of [`decode`]. `None` if the label is unknown or the
/// text has characters that the encoding lacks.
#[must_use]
pub(crate) fn encode(text: &str, label: &str) -> Option<Vec<u8>> {
    let encoding = encoding_for_label(label)?;
    if encoding == UTF_16LE {
        return Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }
    if encoding == UTF_16BE {
        return Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    let (bytes, _, unmappable) = encoding.encode(text);
    (!unmappable).then(|| bytes.into_owned())
}

fn decode_as(bytes: &[u8], encoding: &'static Encoding, forced: bool) -> Result<Decoded, DecodeError> {
    let name = label(encoding);
    let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) else {
        return Err(if forced {
            DecodeError::Invalid { encoding: name }
        } else {
            DecodeError::NotReversible { encoding: name }
        });
    };
    if encode(&text, &name).as_deref() != Some(bytes) {
        return Err(DecodeError::NotReversible { encoding: name });
    }
    Ok(Decoded { text: text.into_owned(), encoding: name })
}

fn label(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

fn utf16_by_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ => None,
    }
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    valid > 0 && valid >= bad * UTF8_VALID_PER_BAD
}

fn binary_sign(text: &str) -> Option<&'static str> {
    if memchr::memchr(0, text.as_bytes()).is_some() {
        return Some("NUL bytes");
    }
    let ordinary = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}');
    let controls = text.chars().filter(|&c| c.is_control() && !ordinary(c)).count();
    (controls >= 2 && controls * CONTROL_SHARE >= text.len()).then_some("control characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16le(text: &str) -> Vec<u8> {
        encode(text, "utf-16le").unwrap()
    }

    #[test]
    fn utf8_is_taken_as_it_is_with_and_without_a_mark() {
        for text in ["", "plain", "Zürich\r\n", "\u{feff}mit Marke\n"] {
            let decoded = decode(text.as_bytes().to_vec(), None).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.encoding.as_str()), (text, "utf-8"));
        }
    }

    #[test]
    fn utf16_is_known_by_its_mark_and_undone_exactly() {
        let bytes = utf16le("\u{feff}Der Fluß 𝄞\n");
        let decoded = decode(bytes.clone(), None).unwrap();
        assert_eq!(decoded.encoding, "utf-16le");
        assert_eq!(encode(&decoded.text, &decoded.encoding).unwrap(), bytes);
        let torn = [&[0xff, 0xfe][..], &[0x00, 0xd8], &[0x41, 0x00]].concat();
        assert!(matches!(decode(torn, None), Err(DecodeError::NotReversible { .. })), "a lone surrogate");
        let odd = [&[0xff, 0xfe][..], &[0x41]].concat();
        assert!(matches!(decode(odd, None), Err(DecodeError::NotReversible { .. })), "half a unit");
    }

    #[test]
    fn other_encodings_are_detected_and_undone() {
        let russian = "Городской совет решил вернуть старый паром на реку.\n".repeat(3);
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(&russian);
        let decoded = decode(bytes.to_vec(), None).unwrap();
        assert_eq!((decoded.text, decoded.encoding.as_str()), (russian, "windows-1251"));
        let japanese = "市議会は火曜日、古い渡し船を復活させることを決めた。\n".repeat(3);
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&japanese);
        let decoded = decode(bytes.to_vec(), None).unwrap();
        assert_eq!((decoded.text, decoded.encoding.as_str()), (japanese, "shift_jis"));
    }

    #[test]
    fn damaged_utf8_is_not_guessed_at() {
        let mut bytes = "Où étés célèbres à la crèche".as_bytes().to_vec();
        bytes.push(0xc3);
        assert!(matches!(decode(bytes, None), Err(DecodeError::DamagedUtf8 { .. })));
    }

    #[test]
    fn binary_is_refused() {
        assert!(matches!(decode(b"a\0b".to_vec(), None), Err(DecodeError::Binary { .. })));
        assert!(matches!(decode(vec![1, 2, 3, 4, 5], None), Err(DecodeError::Binary { .. })));
        assert!(matches!(decode(vec![0x89, b'P', 0, 0xff], None), Err(DecodeError::Binary { .. })));
    }

    #[test]
    fn an_encoding_that_does_not_fit_is_said_so() {
        let utf8 = encoding_for_label("utf-8");
        assert!(matches!(decode(vec![0xe9], utf8), Err(DecodeError::Invalid { .. })));
        let latin = encoding_for_label("latin1");
        assert_eq!(decode(vec![0xe9], latin).unwrap().text, "é");
        assert_eq!(encoding_for_label("no such thing"), None);
    }
}
