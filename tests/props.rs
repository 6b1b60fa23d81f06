//! The promises on random text: whatever stands in it, nothing is lost and nothing depends on luck.

use proptest::prelude::*;
use unchaff::segment::{is_blank, lines};
use unchaff::{Config, Kind, KindSet, clean};

use crate::util::{Place, fixtures, tree};

/// Pieces that make parsers stumble: every line end, marks without width, combining marks, bidi
/// controls, letters of many scripts, labels, and prose long enough to be a repeat.
const PIECES: &[&str] = &[
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    " \n",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{b}",
    "\u{c}",
    "\t",
    " ",
    "\u{a0}",
    "\u{3000}",
    "\u{feff}",
    "\u{200b}",
    "\u{ad}",
    "\u{202e}",
    "\u{301}",
    "\u{94d}",
    "👩\u{200d}👧",
    "𝄞",
    "\u{10ffff}",
    "İ",
    "ß",
    "ς",
    "ﬁ",
    "漢字",
    "かな",
    "ไทย",
    "हिन्दी",
    "العربية",
    "한국어",
    ".",
    "。",
    "।",
    ":",
    "…",
    "”",
    "-",
    "* ",
    "# ",
    "a",
    "Word ",
    "12",
    "\\",
    "\"",
    "\u{1}",
    "Advertisement",
    "Read more",
    "You may also like",
    "Share this article",
    "By Jane Roe",
    "Photo: Jane Roe",
    "You may also like\nA headline of another story\nAnother headline of a story\n",
    "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.\n",
    "The harbour master says that he was never asked about any of it, and that he would have told them so for the price of a very small coffee. ",
    "The harbour master says that he was never asked about all of it, and that he would have told them so for the price of a very small coffee. ",
    "市议会在春天买下的渡船从那以后再也没有离开过泊位，因为没有人量过它必须通过的船闸，港务长说从来没有人问过他的意见。\n",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::collection::vec(proptest::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

fn config() -> impl Strategy<Value = Config> {
    proptest::collection::vec(proptest::sample::select(&unchaff::Kind::ALL[..]), 0..4).prop_map(|kinds| {
        let mut dropped = KindSet::default();
        for kind in kinds {
            if dropped.contains(kind) { dropped.remove(kind) } else { dropped.insert(kind) }
        }
        Config { dropped, ..Config::default() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_tile_the_text(text in text()) {
        let mut end = 0;
        for line in lines(&text) {
            prop_assert_eq!(line.start, end);
            prop_assert!(line.text_end <= line.end && line.start < line.end);
            prop_assert!(!line.text(&text).contains(['\n', '\r']));
            prop_assert!(matches!(&text[line.text_end..line.end], "\n" | "\r\n" | "\r" | ""));
            end = line.end;
        }
        prop_assert_eq!(end, text.len());
    }

    #[test]
    fn kept_and_removed_make_the_whole(text in text(), config in config()) {
        let cleaned = clean(&text, &config);
        let mut whole = String::new();
        let mut end = 0;
        for cut in &cleaned.cuts {
            prop_assert!(end <= cut.span.start && cut.span.start < cut.span.end, "sorted, disjoint, not empty");
            whole += &text[end..cut.span.start];
            whole += cleaned.removed(cut);
            end = cut.span.end;
        }
        whole += &text[end..];
        prop_assert_eq!(&whole, &text);
        prop_assert_eq!(cleaned.kept().map(str::len).sum::<usize>(), cleaned.text().len());
    }

    #[test]
    fn cuts_are_whole_lines_or_sentences_with_reasons(text in text(), config in config()) {
        let all = lines(&text);
        let cleaned = clean(&text, &config);
        for cut in &cleaned.cuts {
            if cut.part {
                let line = &all[cut.lines.start];
                prop_assert_eq!((cut.lines.len(), cut.kind), (1, unchaff::Kind::Repeat));
                prop_assert!(line.start <= cut.span.start && cut.span.end <= line.text_end, "its line end stays");
                prop_assert!(cut.span.len() < line.text_end - line.start, "and something of it");
            } else {
                prop_assert_eq!(cut.span.start, all[cut.lines.start].start);
                prop_assert_eq!(cut.span.end, all[cut.lines.end - 1].end);
            }
            prop_assert!(config.dropped.contains(cut.kind), "only what was asked for");
            prop_assert!(cut.rule.starts_with(cut.kind.slug()) && cut.score > 0.0 && cut.score <= 1.0);
            prop_assert_eq!(cut.first.is_some(), cut.kind == unchaff::Kind::Repeat, "a repeat names its first copy");
            if let Some(first) = &cut.first {
                prop_assert!(first.span.end <= cut.span.start, "which stands before it");
            }
            let blank = cut.lines.clone().all(|line| is_blank(all[line].text(&text)));
            prop_assert_eq!(blank, cut.kind == unchaff::Kind::Blank);
        }
    }

    #[test]
    fn a_first_copy_is_never_cut(text in text(), config in config()) {
        let cleaned = clean(&text, &config);
        for first in cleaned.cuts.iter().filter_map(|cut| cut.first.as_ref()) {
            let is_in = |cut: &&unchaff::cuts::Cut| cut.span.start < first.span.end && first.span.start < cut.span.end;
            let cut = cleaned.cuts.iter().filter(is_in).find(|cut| cut.kind == unchaff::Kind::Repeat);
            prop_assert!(cut.is_none(), "{:?} is cut as {:?}", first, cut);
        }
    }

    #[test]
    fn marks_stay_and_name_what_they_are(text in text(), config in config()) {
        let cleaned = clean(&text, &config);
        let mut start = 0;
        for mark in &cleaned.marks {
            prop_assert!(start <= mark.span.start && mark.span.start < mark.span.end, "sorted, not empty");
            let goes = |at: &usize| cleaned.cuts.iter().any(|cut| cut.span.contains(at));
            let stays = |at: usize| !text.as_bytes()[at].is_ascii_whitespace() && !goes(&at);
            prop_assert!(mark.span.clone().any(stays), "nothing of {:?} stays", mark);
            prop_assert!(mark.rule.starts_with(mark.kind.slug()) && (0.0..=1.0).contains(&mark.score));
            start = mark.span.start;
        }
    }

    #[test]
    fn the_hash_key_changes_nothing(text in text(), key in any::<u64>()) {
        let mut config = Config::default();
        let cleaned = clean(&text, &config);
        config.repeats.key = key;
        prop_assert_eq!(clean(&text, &config), cleaned);
    }

    #[test]
    fn the_end_has_no_blank_lines(text in text()) {
        let cleaned = clean(&text, &Config::default()).text();
        let last = lines(&cleaned).last().map(|line| line.text(&cleaned).to_owned());
        prop_assert!(last.is_none_or(|line| !is_blank(&line)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Files of random bytes: each is given back exactly, or refused with a reason.
    #[test]
    fn random_bytes_come_back_or_are_refused(files in proptest::collection::vec(bytes(), 1..8)) {
        let place = Place::new();
        for (number, bytes) in files.iter().enumerate() {
            place.write(&format!("in/{number}.txt"), bytes);
        }
        let ran = place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl", "-q"]);
        let restored = place.run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back", "-q"]);
        prop_assert_eq!(ran.code, restored.code);
        for (number, bytes) in files.iter().enumerate() {
            let name = format!("{number}.txt");
            let about = format!("unchaff: {name}: ");
            let refused = ran.err.lines().any(|line| line.starts_with(&about) && !line.contains(": warning: "));
            prop_assert_eq!(place.path(&format!("out/{name}")).exists(), !refused);
            if !refused {
                prop_assert_eq!(&place.read(&format!("back/{name}")), bytes);
            }
        }
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        proptest::collection::vec(1_u8.., 0..40),
        text().prop_map(String::into_bytes),
        text().prop_map(|text| std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect()),
        "[ а-яё.,\n]{0,300}".prop_map(|text| encoding_rs::WINDOWS_1251.encode(&text).0.into_owned()),
        "[ ぁ-ん。、日本語\n]{0,200}".prop_map(|text| encoding_rs::EUC_JP.encode(&text).0.into_owned()),
    ]
}

#[test]
fn one_thread_and_eight_write_equal_bytes() {
    let place = Place::new();
    for folder in ["articles", "clean"] {
        for fixture in fixtures(folder) {
            for copy in 0..8 {
                place.write(&format!("in/{folder}/{copy}/{}.txt", fixture.name), &fixture.text);
            }
        }
    }
    for (jobs, out) in [("1", "one"), ("8", "eight"), ("3", "three")] {
        let report = format!("{out}.jsonl");
        place.run(&["clean", "in", "--output-dir", out, "--report", &report, "-j", jobs]).code(0);
    }
    let one = tree(&place.path("one"));
    assert!(one.len() > 300);
    assert!(one == tree(&place.path("eight")) && one == tree(&place.path("three")));
    assert!(
        place.read("one.jsonl") == place.read("eight.jsonl")
            && place.read("one.jsonl") == place.read("three.jsonl")
    );
}

#[test]
fn every_fixture_is_restored() {
    let place = Place::new();
    for folder in ["articles", "clean"] {
        for fixture in fixtures(folder) {
            place.write(&format!("in/{folder}/{}.txt", fixture.name), &fixture.text);
            place.write(
                &format!("in/{folder}/windows/{}.md", fixture.name),
                fixture.text.replace('\n', "\r\n"),
            );
            place
                .write(&format!("in/{folder}/bom-{}.txt", fixture.name), format!("\u{feff}{}", fixture.text));
        }
    }
    place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(0);
    place.run(&["restore", "out", "--report", "r.jsonl", "--output-dir", "back"]).code(0);
    assert!(tree(&place.path("in")) == tree(&place.path("back")));
}

/// Of a line that is two copies, each of another place, nothing stays, not even its end.
#[test]
fn a_line_of_two_copies_goes_as_a_whole() {
    let ferry = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.";
    let master = "The harbour master says that he was never asked about any of it, and that he would have told them so for the price of a very small coffee.";
    let text = format!("{ferry}\nIn May it rained.\n{master} And in June.\n\n{master} {ferry}\n");
    let cleaned = clean(&text, &Config::default());
    assert_eq!(cleaned.text(), format!("{ferry}\nIn May it rained.\n{master} And in June.\n"));
    let cut = cleaned.cuts.iter().find(|cut| cut.kind == unchaff::Kind::Repeat).unwrap();
    let first = &text[cut.first.clone().unwrap().span];
    assert!(!cut.part && (master.contains(first) || ferry.contains(first)), "{cut:?}: {first:?}");
    assert_eq!(cleaned.lines_kept, 3);
}

/// Texts that make a careless program quadratic. None has a time to keep; a quadratic one would not end.
#[test]
fn hostile_texts_come_to_an_end() {
    let prose = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.";
    let many = 200_000;
    let texts = [
        "\n".repeat(many),
        "Read more\n".repeat(many),
        "Home\n".repeat(many),
        "By Jane Roe\n".repeat(many),
        format!("Advertisement\n{prose}\n").repeat(many / 20),
        format!("{prose}\n").repeat(many / 10),
        "a\nb\n".repeat(many),
        format!("{prose}\n{}", "Read more\nwalks along the river\nand the quay too\n".repeat(many / 2)),
        "a".repeat(many * 10),
        "cookies accept all ".repeat(many),
        "广告".repeat(many),
        "12 May 2026 14:05\n".repeat(many),
        "\r".repeat(many),
        "the ferry of the lock ".repeat(many / 10) + &"\nof the lock the quay".repeat(many / 10),
        "[".repeat(many) + &"](a ".repeat(many),
        "[a](/b \"".repeat(many),
        "[".repeat(many) + &"][1]".repeat(many),
        "x (http://".repeat(many),
        "(http://a".repeat(many),
    ];
    for text in texts {
        let cleaned = clean(&text, &Config::default());
        let removed: usize = cleaned.cuts.iter().map(|cut| cut.span.len()).sum();
        assert_eq!(cleaned.kept().map(str::len).sum::<usize>() + removed, text.len());
    }
}

const PROSE: &str = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock.\n\nThe harbour master says that he was never asked about any of it, and that he would have told them so.\n\nOn Tuesday the engineers came with a tape and found that the boat is wider than the lock by the breadth of a hand.\n";

/// The headline stands below the menu, and is often as short as its labels.
#[test]
fn a_short_headline_below_a_menu_stays() {
    for title in [
        "# The Kettle",
        "Netflix raises prices again",
        "The 25 Best Albums of 2025",
        "World Cup 2026",
        "Spain beats France 2-1",
        "Ferry returns",
    ] {
        let text = format!(
            "Home\nNews\nSport\nWeather\n\n{title}\n\nBy Jane Roe\nPublished 14 May 2026, 18:42\n\n{PROSE}"
        );
        assert_eq!(clean(&text, &Config::default()).text(), format!("{title}\n\n{PROSE}"));
    }
}

/// What an article ends with is part of it, whatever the page has below.
#[test]
fn a_list_at_the_end_is_no_menu() {
    for list in [
        "## What to bring\n\n* A coat\n* A lamp\n* Bread and cheese\n",
        "Ingredients\n\n2 cups flour\n1 tsp salt\n3 eggs\n",
    ] {
        let article = format!("Old ferry to sail again after twenty years\n\n{PROSE}\n{list}");
        let text = format!(
            "Home\nNews\nSport\nWeather\n\n{article}\nPrivacy policy\nTerms of use\n© 2026 Westhaven Gazette. All rights reserved.\n"
        );
        assert_eq!(clean(&text, &Config::default()).text(), article);
    }
}

/// Menus and lists of stories as converters to Markdown write them.
#[test]
fn rows_and_lists_of_links_go() {
    let rows = [
        "[Home](/) / [News](/news) / [Sport](/sport)",
        "[Start](/) [Bygga och bo](/b) [Kultur](/k) [Om oss](/o)",
    ];
    let labels = ["## Читайте также", "### À lire aussi", "## 関連記事", "## Czytaj też", "### Related"];
    let list = "* [Sea wall: what the engineers found](https://gazette.example/1)\n* [Five walks along the river](https://gazette.example/2)\n* [Why does the clock run backwards](https://gazette.example/3)\n";
    for (row, label) in rows.iter().cycle().zip(labels) {
        let text = format!("{row}\n\n# The Kettle\n\n{PROSE}\n{label}\n\n{list}");
        assert_eq!(
            clean(&text, &Config::default()).text(),
            format!("# The Kettle\n\n{PROSE}"),
            "{row}, {label}"
        );
    }
    let also = format!(
        "# Ferry\n\n{PROSE}\n## See also\n\n* [Boat](/wiki/Boat)\n* [Lock](/wiki/Lock)\n* [Sea](/wiki/Sea)\n"
    );
    assert_eq!(clean(&also, &Config::default()).text(), also, "an encyclopedia's own list");
}

/// Before a text in Markdown may stand keys between two lines of dashes. A block that lacks one is broken.
#[test]
fn front_matter_is_not_torn() {
    let page = format!(
        "---\ntitle: Old ferry to sail again\nauthor: Jane Roe\ndate: 2026-05-14\ntags: [\"ferry\", \"lock\"]\n---\n# Old ferry to sail again\n\n{PROSE}"
    );
    assert_eq!(clean(&page, &Config::default()).text(), page);
    let with_junk = format!("{page}\nShare this article\n");
    assert_eq!(clean(&with_junk, &Config::default()).text(), page);
    let dropped = KindSet::default().iter().chain([Kind::Title]).collect();
    let body = clean(&page, &Config { dropped, ..Config::default() }).text();
    assert!(!body.contains("---") && !body.contains("tags"), "with the title all of it goes: {body}");
}

/// What readers for machines write above a page.
#[test]
fn the_head_of_a_reader_goes() {
    let page = format!(
        "Title: Old ferry to sail again\n\nURL Source: https://gazette.example/2026/05/14/old-ferry-to-sail-again-after-twenty-years\n\nPublished Time: 2026-05-14T18:42:00Z\n\nMarkdown Content:\n[Home](/) [News](/news) [Sport](/sport)\n\n# Old ferry to sail again\n\n{PROSE}"
    );
    let cleaned = clean(&page, &Config::default()).text();
    assert!(cleaned.ends_with(&format!("# Old ferry to sail again\n\n{PROSE}")), "{cleaned}");
    assert!(
        !["URL Source", "Published Time", "Markdown Content", "[Home]"]
            .iter()
            .any(|head| cleaned.contains(head)),
        "{cleaned}"
    );
}

/// Some converters write addresses behind the words of a link, or a number before them. They are no part of what
/// a line says.
#[test]
fn a_link_is_judged_by_its_words() {
    let body = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock.\n\nThe harbour master says that he was never asked about any of it, and that he would have told them so.\n";
    let junk =
        ["Skip to content", "Share this article", "Related articles", "Terms of use", "Privacy policy"];
    for link in [
        "{}",
        "[{}](https://gazette.example/a/b)",
        "* [{}](/a/b#c \"To the page\")",
        "[![{}](/a.png)](/b)",
        "{} <https://gazette.example/a/b>",
        "{} [https://gazette.example/a/b]",
        "{} (https://gazette.example/a/b)",
        "   * [17]{}",
        "[{}][17]",
    ] {
        let junk: Vec<String> = junk.iter().map(|label| link.replace("{}", label)).collect();
        let (above, below) = (junk[..2].join("\n"), junk[2..].join("\n"));
        let text = format!("{above}\n\n{body}\n{below}\n");
        assert_eq!(clean(&text, &Config::default()).text(), body, "{link}");
    }
    let linked = body.replace("the council", "[the council](https://gazette.example/council)");
    assert_eq!(clean(&linked, &Config::default()).text(), linked);
}
