//! A user's own rules: patterns of lines and phrases, and what they do to the lines around.

use std::sync::Arc;

use proptest::prelude::*;
use unchaff::internals::{Profile, classify};
use unchaff::own::{DROP_LINE, Own, Phrase, Role};
use unchaff::segment::lines;
use unchaff::{Cleaned, Config, Kind, KindSet, Preset, clean};

fn own(keep: &[&str], drop: &[&str], phrases: &[(Kind, Role, &str)]) -> Own {
    let list = |patterns: &[&str]| patterns.iter().map(|&pattern| pattern.to_owned()).collect::<Vec<_>>();
    let phrase = |&(kind, role, text): &(Kind, Role, &str)| Phrase { kind, role, text: text.to_owned() };
    Own::new(&list(keep), &list(drop), &phrases.iter().map(phrase).collect::<Vec<_>>()).unwrap()
}

fn with(own: Own) -> Config {
    Config { own: Arc::new(own), ..Config::default() }
}

/// The rule by which a line goes, if it does.
fn rule_of(cleaned: &Cleaned, line: &str) -> Option<&'static str> {
    let numbers = lines(cleaned.original);
    let at = numbers.iter().position(|found| found.text(cleaned.original) == line);
    let at = at.unwrap_or_else(|| panic!("no line {line:?}"));
    cleaned.cuts.iter().find(|cut| cut.lines.contains(&at)).map(|cut| cut.rule)
}

const PAGE: &str = "\
Home
News
Sport
Weather

Old ferry to sail again after twenty years

By Jane Roe

The council of Westhaven decided on Tuesday to put the old ferry back on the river, after a long debate.

The first crossing is planned for June, if the lock is wide enough. Nobody has measured it yet, the harbour master said.

You may also like

Five walks along the river that few people know
Why does the clock on the town hall run backwards?
A baker on the quay turns a hundred and tells why
";

#[test]
fn a_kept_line_stays_whatever_speaks_against_it() {
    for line in
        ["Sport", "By Jane Roe", "You may also like", "Five walks along the river that few people know"]
    {
        assert!(rule_of(&clean(PAGE, &Config::default()), line).is_some(), "{line} goes by itself");
        let own = own(&[&format!("^{line}$")], &["."], &[]);
        for preset in Preset::ALL {
            let config = Config { preset, dropped: KindSet::ALL, ..with(own.clone()) };
            assert_eq!(rule_of(&clean(PAGE, &config), line), None, "{line}");
        }
    }
}

#[test]
fn a_kept_line_ends_a_list_and_a_menu() {
    let last = "A baker on the quay turns a hundred and tells why";
    assert_eq!(rule_of(&clean(PAGE, &Config::default()), last), Some("related/list"));
    let cleaned = clean(PAGE, &with(own(&["^Why does"], &[], &[])));
    assert_ne!(rule_of(&cleaned, last), Some("related/list"), "the list ended before it");

    let menu = "Sport\nVideo\nWeather\n\nThe council decided on Tuesday to put the old ferry back on the river, after a long debate.\n";
    assert_eq!(rule_of(&clean(menu, &Config::default()), "Sport"), Some("navigation/item"));
    let cleaned = clean(menu, &with(own(&["^Video"], &[], &[])));
    assert_ne!(rule_of(&cleaned, "Sport"), Some("navigation/item"), "two words are no menu");
}

/// The model sees a kept line as running text, and a dropped one as junk, and scores the others by it.
#[test]
fn own_patterns_are_told_to_the_model() {
    let profile = Profile::of(PAGE);
    let config = Config::default();
    let score = |own: &Own, line: usize| {
        let verdicts = classify(&profile, &config.model, config.preset, own, &own.wishes(&profile));
        verdicts[line].as_ref().map_or(0.0, |verdict| verdict.score)
    };
    let (none, keep, drop) = (own(&[], &[], &[]), own(&["^Five"], &[], &[]), own(&[], &["^Five"], &[]));
    let why = 16;
    assert_eq!(profile.line(why), "Why does the clock on the town hall run backwards?");
    assert!(score(&keep, why) < score(&none, why), "{} {}", score(&keep, why), score(&none, why));
    assert!(score(&drop, why) >= score(&none, why));
}

#[test]
fn a_dropped_line_goes_even_if_its_kind_is_kept() {
    let mut dropped = KindSet::default();
    dropped.remove(Kind::Boilerplate);
    let config = Config { dropped, ..with(own(&[], &["^The first crossing"], &[])) };
    let cleaned = clean(PAGE, &config);
    let cut = cleaned.cuts.iter().find(|cut| cut.rule == DROP_LINE).expect("it goes");
    assert!(cleaned.removed(cut).starts_with("The first crossing"));
    assert_eq!((cut.kind, cut.score), (Kind::Boilerplate, 1.0));
}

/// One line that the user does not want makes no page of an article.
#[test]
fn a_clean_text_loses_the_dropped_line_and_no_other() {
    let text = "A walk\n\nBy Jane Roe\n\nThe path begins behind the mill and follows the water for an hour or two, said the keeper of the lock.\n\nTide table: see the board.\n\nIt ends at the old bridge, where a man sells apples from a cart that he painted himself last spring.\n";
    assert_eq!(clean(text, &Config::default()).text(), text);
    let cleaned = clean(text, &with(own(&[], &["^Tide table"], &[])));
    assert_eq!(cleaned.text(), text.replace("Tide table: see the board.\n\n", ""));
}

#[test]
fn own_phrases_are_evidence_like_the_built_in_ones() {
    let label = "Further reading from the quay desk";
    let page = PAGE.replace("You may also like", label);
    assert_ne!(rule_of(&clean(&page, &Config::default()), label), Some("related/label"));
    let config = with(own(&[], &[], &[(Kind::Related, Role::Label, "FURTHER reading from the Quay Desk:")]));
    let cleaned = clean(&page, &config);
    assert_eq!(rule_of(&cleaned, label), Some("related/label"));

    let prose = "The council decided on Tuesday to put the old ferry back, and further reading from the quay desk was no help to it at all.\n";
    assert_eq!(clean(prose, &config).text(), prose, "a label is the whole line");
}

#[test]
fn a_kept_line_is_no_repeat_and_breaks_no_block() {
    let long = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.\n";
    let other = "The harbour master says that he was never asked, and that he would have told them so for the price of a very small coffee, had they come.\n";
    let block = format!("{long}Refrain of the river\n{other}");
    let text = format!("{block}\n{block}");
    let cleaned = clean(&text, &with(own(&["^Refrain"], &[], &[])));
    assert_eq!(cleaned.text().matches("Refrain of the river").count(), 2);
    assert_eq!(cleaned.text().matches("has not left").count(), 1);
    let keys: Vec<_> = cleaned.cuts.iter().filter_map(|cut| Some(cut.first.as_ref()?.copy?.key)).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1], "one block on both sides of the line: {keys:?}");
}

#[test]
fn blank_lines_can_be_kept_too() {
    assert!(clean(PAGE, &Config::default()).cuts.iter().any(|cut| cut.kind == Kind::Blank));
    let cleaned = clean(PAGE, &with(own(&["^$"], &[], &[])));
    let blanks = |text: &str| lines(text).iter().filter(|line| line.text(text).is_empty()).count();
    assert_eq!(blanks(&cleaned.text()), blanks(PAGE));
    assert!(cleaned.cuts.iter().all(|cut| cut.kind != Kind::Blank));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// What matches stays, what goes makes the whole with what stays.
    #[test]
    fn no_cut_takes_a_kept_line(
        pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..40),
        keep in proptest::sample::select(&["^Share", "e", "^$", "Read|By", "x"][..]),
        drop in proptest::sample::select(&["ferry", "^[A-Z]", "^Advert", "y$"][..]),
    ) {
        let text = pieces.concat();
        let own = own(&[keep], &[drop], &[]);
        let all = lines(&text);
        let cleaned = clean(&text, &with(own.clone()));
        for cut in &cleaned.cuts {
            for line in &all[cut.lines.clone()] {
                let is_kept = own.pattern_for(line.text(&text)) == Some(keep);
                prop_assert!(!is_kept, "{:?} was cut by {}", line.text(&text), cut.rule);
            }
        }
        for line in &all {
            let wanted = line.text(&text);
            if own.pattern_for(wanted) == Some(drop) {
                prop_assert!(cleaned.cuts.iter().any(|cut| cut.span.contains(&line.start)), "{wanted:?} stays");
            }
        }
    }
}

const PIECES: [&str; 9] = [
    "\n",
    "Share this article\n",
    "Read more\n",
    "By Jane Roe\n",
    "A headline of another story\n",
    "Advertisement\n",
    "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.\n",
    "Sport\n",
    "  indented, and small\r\n",
];
