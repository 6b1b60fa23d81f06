//! A document: one article, decoded, with where it came from.

/// A decoded article: a text file, or a record of a dump.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The name that reports use. Of a file: its path relative to the inputs, with `/`, or `-` for standard
    /// input. Of a record: the id it carries, or the path of its dump, `/` and its number.
    pub id: String,
    /// The number of the record in its input, from 0.
    pub rec: u64,
    /// The address that the record carries.
    pub url: Option<String>,
    /// The value of the field by which documents are ordered, if one was named and the record has it.
    pub order: Option<String>,
    /// The text. A byte order mark is its first character.
    pub text: String,
    /// The encoding of the input, as a label of the WHATWG Encoding Standard in lower case.
    pub encoding: String,
}

impl Document {
    /// The site the document belongs to: the host of its address, lower case and without `www.`; without an
    /// address the folder of its id, which is empty for a lone file.
    ///
    /// # Examples
    ///
    /// ```
    /// use unchaff::document::Document;
    /// let mut document = Document { id: "gazette/may/a.txt".to_owned(), ..Document::default() };
    /// assert_eq!(document.site(), "gazette/may");
    /// document.url = Some("https://user@WWW.Gazette.example:8080/may/a?b#c".to_owned());
    /// assert_eq!(document.site(), "gazette.example");
    /// ```
    #[must_use]
    pub fn site(&self) -> String {
        match self.url.as_deref().and_then(host) {
            Some(host) => host,
            None => self.id.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned()),
        }
    }
}

/// The host of an address with a scheme; no registry of suffixes is asked.
pub(crate) fn host(url: &str) -> Option<String> {
    let (_, rest) = url.trim().split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let host = host.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").map_or(host.clone(), str::to_owned);
    (!host.is_empty()).then_some(host)
}

/// The size and hash of bytes that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw {
    /// Bytes.
    pub bytes: u64,
    /// xxh3 (64 bits).
    pub xxh3: u64,
}
