//! Lists of phrases that a single rule asks for: how the path to a page begins, what networks are called.
//!
//! They are plain text files in `wordlists/`, a line each with its language, in the normal form of labels;
//! `tests/tidy.rs` holds them sorted, unique and normal. A phrase here is no evidence by itself, and `finder`
//! does not know it.

use std::sync::LazyLock;

/// The phrases of one list, by their first byte.
pub(crate) struct Wordlist {
    phrases: Vec<&'static str>,
    /// For each first byte where its phrases begin; those of the next byte begin where they end.
    starts: [u16; 257],
}

/// The list in a file.
macro_rules! wordlist {
    ($name:ident, $file:literal) => {
        pub(crate) static $name: LazyLock<Wordlist> =
            LazyLock::new(|| Wordlist::of(include_str!(concat!("wordlists/", $file, ".txt"))));
    };
}

wordlist!(APPARATUS, "apparatus");
wordlist!(CONTENTS, "contents");
wordlist!(COUNT, "count");
wordlist!(COUNT_AT_END, "count_at_end");
wordlist!(FOLLOW, "follow");
wordlist!(FOLLOW_OTHERS, "follow_others");
wordlist!(HERE, "here");
wordlist!(HERE_OR_HEADLINE, "here_or_headline");
wordlist!(HERE_UNSPACED, "here_unspaced");
wordlist!(HOME, "home");
wordlist!(KEY_WORDS, "key_words");
wordlist!(NETWORK, "network");
wordlist!(SEE_ALSO, "see_also");
wordlist!(SOURCE, "source");

impl Wordlist {
    /// The list of a file's lines, `LANGUAGE phrase`, below a note.
    fn of(file: &'static str) -> Self {
        let entries = file.lines().filter(|line| !line.starts_with("# "));
        let mut phrases: Vec<&str> = entries
            .filter_map(|entry| Some(entry.split_once(' ')?.1))
            .filter(|phrase| !phrase.is_empty())
            .collect();
        phrases.sort_unstable();
        let mut starts = [0; 257];
        for (first, start) in (0..).zip(&mut starts) {
            let before = phrases.partition_point(|phrase| u16::from(phrase.as_bytes()[0]) < first);
            *start = u16::try_from(before).expect("a list is short");
        }
        Self { phrases, starts }
    }

    /// Is `text` one of them?
    pub(crate) fn contains(&self, text: &str) -> bool {
        self.like(text).contains(&text)
    }

    /// What follows those of them that `text` begins with, shorter ones first.
    pub(crate) fn behind<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.like(text).iter().filter_map(move |phrase| text.strip_prefix(phrase))
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.phrases.iter().copied()
    }

    /// Those that begin with the same byte.
    fn like(&self, text: &str) -> &[&'static str] {
        let Some(&first) = text.as_bytes().first() else { return &[] };
        let first = usize::from(first);
        &self.phrases[usize::from(self.starts[first])..usize::from(self.starts[first + 1])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_knows_its_phrases() {
        let list = Wordlist::of("# A note.\nde folge\nde folgen sie\nen follow\nja 現在地\n");
        assert!(list.contains("follow") && list.contains("現在地"));
        assert!(!list.contains("") && !list.contains("fol") && !list.contains("zz"));
        let behind = |text| list.behind(text).collect::<Vec<_>>();
        assert_eq!(behind("folgen sie uns"), ["n sie uns", " uns"]);
        assert_eq!(behind("現在地:港"), [":港"]);
        assert!(behind("").is_empty() && behind("to follow").is_empty());
        assert_eq!(list.iter().count(), 4);
    }
}
