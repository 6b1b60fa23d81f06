//! The kinds of removal: what a cut line was.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a removed line or block was. The slugs are stable: they stand in reports and configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// Menus, breadcrumbs, skip links, pagination, footer links.
    Navigation,
    /// Other stories: "you may also like", "read more", most-read lists.
    Related,
    /// Share, follow and print widgets, with their counters.
    Share,
    /// Calls to subscribe to a newsletter, an app or push messages.
    Newsletter,
    /// Cookie and privacy prompts.
    Consent,
    /// Subscription prompts. They also tell that the article may be cut short.
    Paywall,
    /// Advertising marks, sponsor and affiliate notes.
    Advertisement,
    /// Who made a picture, standing on a line of its own.
    Credit,
    /// Copyright, agency and reprint notices.
    Copyright,
    /// Author line, date, reading time.
    Byline,
    /// Labels and forms of a comment section.
    Comments,
    /// Tags and topics.
    Tags,
    /// Players, loaders, script warnings.
    Player,
    /// Who the author is and how to reach them.
    Bio,
    /// Disclaimers and notes on how the text was made.
    Disclaimer,
    /// Sure to be no part of the article, and of no kind above.
    Boilerplate,
    /// A line that stands in many documents of the corpus.
    Template,
    /// A block that stood before.
    Repeat,
    /// Blank lines that a removal leaves over, and those at the end.
    Blank,
    /// The headline. Recognised, and kept unless asked.
    Title,
    /// The first copy of a picture's caption. Recognised, and kept unless asked.
    Caption,
}

impl Kind {
    /// Every kind, in the order in which tables list them.
    pub const ALL: [Self; 21] = [
        Self::Navigation,
        Self::Related,
        Self::Share,
        Self::Newsletter,
        Self::Consent,
        Self::Paywall,
        Self::Advertisement,
        Self::Credit,
        Self::Copyright,
        Self::Byline,
        Self::Comments,
        Self::Tags,
        Self::Player,
        Self::Bio,
        Self::Disclaimer,
        Self::Boilerplate,
        Self::Template,
        Self::Repeat,
        Self::Blank,
        Self::Title,
        Self::Caption,
    ];

    /// The slug: lower case, one word.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Navigation => "navigation",
            Self::Related => "related",
            Self::Share => "share",
            Self::Newsletter => "newsletter",
            Self::Consent => "consent",
            Self::Paywall => "paywall",
            Self::Advertisement => "advertisement",
            Self::Credit => "credit",
            Self::Copyright => "copyright",
            Self::Byline => "byline",
            Self::Comments => "comments",
            Self::Tags => "tags",
            Self::Player => "player",
            Self::Bio => "bio",
            Self::Disclaimer => "disclaimer",
            Self::Boilerplate => "boilerplate",
            Self::Template => "template",
            Self::Repeat => "repeat",
            Self::Blank => "blank",
            Self::Title => "title",
            Self::Caption => "caption",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

/// A name that is no kind. Its message lists the kinds there are.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind {name:?}; the kinds are {}", Kind::ALL.map(Kind::slug).join(", "))]
pub struct UnknownKind {
    /// The name as it was given.
    pub name: String,
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        let wanted = name.trim();
        Self::ALL
            .into_iter()
            .find(|kind| kind.slug().eq_ignore_ascii_case(wanted))
            .ok_or_else(|| UnknownKind { name: wanted.to_owned() })
    }
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KindSet(u32);

impl KindSet {
    /// All kinds but `title` and `caption`, which people want to keep more often than not.
    pub const DEFAULT_DROPPED: Self =
        Self(((1 << Kind::ALL.len()) - 1) & !(1 << Kind::Title as u32) & !(1 << Kind::Caption as u32));

    /// Every kind.
    pub const ALL: Self = Self((1 << Kind::ALL.len()) - 1);

    /// Is `kind` in the set?
    #[must_use]
    pub fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    /// Adds `kind`.
    pub fn insert(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u32;
    }

    /// Takes `kind` away.
    pub fn remove(&mut self, kind: Kind) {
        self.0 &= !(1 << kind as u32);
    }

    /// The kinds in the set, in the order of [`Kind::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |&kind| self.contains(kind))
    }
}

/// ```
/// use unchaff::{Config, Kind};
///
/// let repeats_alone = Config { dropped: [Kind::Repeat].into_iter().collect(), ..Config::default() };
/// let cleaned = unchaff::clean("Share this article\nThe ferry sails again.\n", &repeats_alone);
/// assert!(cleaned.cuts.is_empty());
/// ```
impl FromIterator<Kind> for KindSet {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        let mut set = Self(0);
        kinds.into_iter().for_each(|kind| set.insert(kind));
        set
    }
}

impl Default for KindSet {
    fn default() -> Self {
        Self::DEFAULT_DROPPED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.slug().parse(), Ok(kind));
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("{:?}", kind.slug()), "serde and slug agree");
        }
    }

    #[test]
    fn title_and_caption_stay_by_default() {
        let kept: Vec<Kind> =
            Kind::ALL.into_iter().filter(|&kind| !KindSet::default().contains(kind)).collect();
        assert_eq!(kept, [Kind::Title, Kind::Caption]);
    }

    #[test]
    fn an_unknown_kind_lists_the_kinds() {
        let message = "advert".parse::<Kind>().unwrap_err().to_string();
        assert!(message.contains("\"advert\"") && message.contains("advertisement, credit"), "{message}");
    }
}
