//! Texts to measure on: pages and articles made of a list of words, the same on every machine.

/// A small generator of random numbers (Vigna 2014, *xorshift64\**): the same numbers everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }

    fn pick<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }
}

const SMALL: &[&str] = &[
    "the", "of", "and", "a", "to", "in", "that", "was", "for", "on", "with", "as", "by", "at", "from", "it",
    "an", "which", "but", "not", "had", "been", "after", "over", "their", "its", "than", "more",
];
const LARGE: &[&str] = &[
    "council",
    "harbour",
    "ferry",
    "winter",
    "budget",
    "teacher",
    "orchard",
    "bridge",
    "river",
    "station",
    "museum",
    "festival",
    "committee",
    "village",
    "market",
    "engine",
    "library",
    "garden",
    "glacier",
    "workshop",
    "hospital",
    "engineer",
    "painter",
    "railway",
    "reservoir",
    "election",
    "weather",
    "harvest",
    "factory",
    "theatre",
    "students",
    "neighbours",
    "measured",
    "decided",
    "repaired",
    "announced",
    "opened",
    "delayed",
    "restored",
    "counted",
    "explained",
    "promised",
    "narrow",
    "early",
    "public",
    "northern",
    "wooden",
    "quiet",
    "expensive",
    "several",
    "hundred",
    "morning",
    "November",
    "engineers",
    "passengers",
    "timetable",
    "concrete",
    "visitors",
    "volunteers",
    "decision",
];
const MENU: &[&str] = &[
    "Home",
    "News",
    "Sport",
    "Weather",
    "Culture",
    "Business",
    "Opinion",
    "Video",
    "Log in",
    "Subscribe",
    "About us",
    "Contact",
    "Privacy policy",
    "Terms of use",
    "Advertise with us",
    "Share this article",
    "Most read",
    "Related stories",
    "Sign up for our newsletter",
    "Advertisement",
    "Comments",
    "Facebook",
];

fn sentence(random: &mut Random, out: &mut String) {
    let words = 8 + random.below(18);
    for at in 0..words {
        let word = if random.below(5) < 2 { random.pick(SMALL) } else { random.pick(LARGE) };
        if at == 0 {
            out.extend(word.chars().take(1).flat_map(char::to_uppercase));
            out.push_str(&word[1..]);
        } else {
            out.push_str(if random.below(12) == 0 { ", " } else { " " });
            out.push_str(word);
        }
    }
    out.push('.');
}

fn title(random: &mut Random, out: &mut String) {
    for at in 0..4 + random.below(6) {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(random.pick(LARGE));
    }
}

/// An extracted article: a title and paragraphs, one in forty of them given twice, and a stray line or two.
pub(crate) fn article(seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut out = String::new();
    title(&mut random, &mut out);
    out.push_str("\n\n");
    let mut last = String::new();
    for _ in 0..8 + random.below(20) {
        if random.below(40) == 0 {
            let again = last.clone();
            out.push_str(&again);
        }
        last.clear();
        for at in 0..2 + random.below(5) {
            if at > 0 {
                last.push(' ');
            }
            sentence(&mut random, &mut last);
        }
        last.push_str("\n\n");
        out.push_str(&last);
    }
    out.push_str("Share this article\n");
    out
}

/// A page as crude text: a menu, the article, a list of other stories, a footer. Four lines in five are
/// junk.
pub(crate) fn page(seed: u64) -> String {
    let mut random = Random::new(seed ^ 0x5eed);
    let mut out = String::new();
    let menu = |random: &mut Random, lines: usize, out: &mut String| {
        for _ in 0..lines {
            out.push_str(random.pick(MENU));
            out.push('\n');
        }
    };
    menu(&mut random, 30, &mut out);
    out.push_str(&article(seed));
    for _ in 0..20 {
        title(&mut random, &mut out);
        out.push('\n');
        menu(&mut random, 1, &mut out);
    }
    menu(&mut random, 30, &mut out);
    out.push_str("© 2026 The Harbour Gazette. All rights reserved.\n");
    out
}
