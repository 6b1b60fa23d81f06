//! A document: one article, decoded, with where it came from.

/// A decoded input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The name that reports use: the path relative to the inputs, with `/`; `-` for standard input.
    pub id: String,
    /// The text. A byte order mark is its first character.
    pub text: String,
    /// The encoding of the input, as a label of the WHATWG Encoding Standard in lower case.
    pub encoding: String,
    /// What the input was in bytes.
    pub raw: Raw,
}

/// The size and hash of an input as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw {
    /// Bytes.
    pub bytes: u64,
    /// xxh3 (64 bits).
    pub xxh3: u64,
}
