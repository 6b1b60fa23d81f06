//! `explain` and `rules`: what a person is told of a line and of a rule.

use std::collections::BTreeSet;

use unchaff::{Config, KindSet, Preset, clean, reasons};

use crate::util::{Place, fixtures, root};

const PAGE: &str = "\
Old ferry to sail again after twenty years

Share this article

The council of Westhaven decided on Tuesday to put the old ferry back on the river, after a long debate.

Read more
Five walks along the river that few people know

The first crossing is planned for June, if the lock is wide enough. Nobody has measured it yet, the harbour master said.
";

fn place() -> Place {
    let place = Place::new();
    place.write("page.txt", PAGE);
    place
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn a_line_that_goes_has_rule_phrase_chances_facts_and_a_way_back() {
    let place = place();
    let text = place.run(&["explain", "page.txt:3"]).code(0).out_text();
    holds(
        &text,
        &[
            "page.txt:3  Share this article\n",
            "It goes: share, by share/label (score ",
            "The rule share/label names it, and the model does not object: running text with ",
            "\n  in this document   running text ",
            "\n  the line alone     running text ",
            "\n  preset balanced    no running text from 55 % on, junk from 75 % on\n",
            "\n  share/label: a share, follow or print widget, or its counter; it counts wherever the line stands\n",
            "\n  phrase \"share this article\": label of share\n",
            "\nAgainst it ",
            "it says \"share this\"",
            "\n  --keep share  (all lines of kind share stay)\n",
            "\n  --keep-line '^Share this article$'  (it stays, ",
        ],
    );
}

/// What is said to flip the verdict does.
#[test]
fn what_is_said_to_change_it_changes_it() {
    let place = place();
    for line in 1..=10 {
        let text = place.run(&["explain", &format!("page.txt:{line}")]).code(0).out_text();
        let Some((_, changes)) = text.split_once("What would change it\n") else { continue };
        let goes = text.contains("\nIt goes: ");
        let wanted = PAGE.lines().nth(line - 1).unwrap();
        for change in changes.lines() {
            let option = change.trim().split("  (").next().unwrap();
            let (name, value) = option.split_once(' ').unwrap();
            let value = value.trim_matches('\'');
            let cleaned = place.run(&["clean", "page.txt", name, value]).code(0).out_text();
            assert_eq!(cleaned.lines().any(|kept| kept == wanted), goes, "{wanted}: {option}");
        }
    }
}

#[test]
fn a_line_that_stays_says_why_and_what_speaks_for_it() {
    let place = place();
    let text = place.run(&["explain", "page.txt:5"]).code(0).out_text();
    holds(
        &text,
        &[
            "It stays. No rule names it, and the model takes it for no running text with ",
            "none speaks of the line by itself",
            "--drop-line '^The council of Westhaven decided on Tuesday to put the old f'",
        ],
    );
    let title = place.run(&["explain", "page.txt:1"]).code(0).out_text();
    holds(&title, &["It stays, as title (title/headline).", "--drop title  (all lines of kind title go)"]);
    let kept = place.run(&["explain", "page.txt:3", "--keep-line", "^Share"]).code(0).out_text();
    holds(&kept, &["It stays. Your pattern ^Share keeps it, whatever else speaks against it."]);
    let dropped = place.run(&["explain", "page.txt:5", "--drop-line", "^The council"]).code(0).out_text();
    holds(
        &dropped,
        &["It goes: boilerplate, by boilerplate/drop-line", "Your pattern ^The council drops it."],
    );
}

#[test]
fn what_neighbours_do_is_told() {
    let place = place();
    let text = place.run(&["explain", "page.txt:8"]).code(0).out_text();
    holds(&text, &["\nLines around it ", "\n  line 7: Read more"]);
}

/// Where the shape of several lines decides, the model is not said to have done so.
#[test]
fn what_the_shape_decides_is_told_as_such() {
    let place = place();
    let page = "---\ntitle: Old ferry to sail again\ndate: 2026-05-14\n---\nThe ferry that the council bought in spring has not left its berth since, because nobody had measured the lock.\n";
    place.write("keys.md", page);
    let text = place.run(&["explain", "keys.md:3"]).code(0).out_text();
    holds(&text, &["It stays, as title", "The rule title/front-matter names it by its shape"]);
    let links: String = (1..=12).fold(String::new(), |all, n| all + &format!("   [{n}]Part {n}\n"));
    let list: String =
        (1..=12).fold(String::new(), |all, n| all + &format!("   {n}. https://gazette.example/{n}\n"));
    place.write(
        "lynx.txt",
        format!(
            "{links}\nThe ferry sails again, and nobody remembers why it had stopped.\n\nReferences\n\n{list}"
        ),
    );
    let text = place.run(&["explain", "lynx.txt:20"]).code(0).out_text();
    holds(&text, &["It goes: navigation, by navigation/addresses", "names it by its shape"]);
}

#[test]
fn repeats_blank_lines_and_clean_texts_have_reasons_too() {
    let place = place();
    let long = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.";
    place.write(
        "twice.txt",
        format!("{long}\n\nBetween them stands a line that says something else, and ends.\n\n{long}\n"),
    );
    let text = place.run(&["explain", "twice.txt:5"]).code(0).out_text();
    holds(
        &text,
        &[
            "It goes: repeat, by repeat/",
            "The same text stands before, from line 1 on; the first copy stays.",
        ],
    );
    holds(
        &place.run(&["explain", "page.txt:4"]).code(0).out_text(),
        &["A blank line that the cuts around it leave over."],
    );
    place.write("clean.txt", format!("A walk\n\nBy Jane Roe\n\n{long}\n"));
    holds(
        &place.run(&["explain", "clean.txt:3"]).code(0).out_text(),
        &["It stays. It would go, but nothing except bylines"],
    );
}

#[test]
fn a_lone_line_and_standard_input_can_be_explained() {
    let place = place();
    let text = place.run(&["explain", "--line", "Accept all cookies"]).code(0).out_text();
    holds(&text, &["It goes: consent, by consent/label", "the line alone"]);
    let piped = place.run_with(&["explain", ":3"], PAGE.as_bytes()).code(0).out_text();
    let from_file = place.run(&["explain", "page.txt:3"]).code(0).out_text();
    assert_eq!(piped.replacen(":3  ", "page.txt:3  ", 1), from_file);
    let chinese = place.run(&["explain", "--line", "关联阅读：渡船重新启航"]).code(0).out_text();
    holds(&chinese, &["It "]);
    let hostile = place.run(&["explain", "--line", "\u{1b}[31mred\u{202e}"]).code(0).out_text();
    assert!(!hostile.contains('\u{1b}') && !hostile.contains('\u{202e}'), "{hostile}");
}

#[test]
fn settings_of_the_file_are_obeyed() {
    let place = place();
    place.write("unchaff.toml", "keep-line = [\"^Share\"]\npreset = \"precision\"\n");
    let text = place.run(&["explain", "page.txt:3"]).code(0).out_text();
    holds(&text, &["Your pattern ^Share keeps it", "preset precision"]);
}

#[test]
fn mistakes_say_what_to_do() {
    let place = place();
    for (what, said) in [
        ("shar/label", "there is no rule or kind \"shar/label\"; did you mean \"share/label\"?"),
        ("page.txt", "page.txt: name the line too, as in page.txt:12"),
        ("page.txt:99", "page.txt: has 10 lines, there is no line 99"),
        ("page.txt:0", "there is no line 0; lines count from 1"),
        ("no.txt:3", "no such file or directory"),
        ("zzzzzzzzz", "`unchaff rules` lists them all"),
    ] {
        place.run(&["explain", what]).code(2).says(said);
    }
    place.run(&["explain"]).code(2).says("RULE|FILE:LINE");
    place.run(&["explain", "--line", " "]).code(2).says("--line takes one line with something in it");
}

#[test]
fn every_rule_in_a_report_has_a_page() {
    let known: BTreeSet<&str> = reasons::all().iter().map(|reason| reason.id).collect();
    for folder in ["articles", "clean"] {
        for fixture in fixtures(folder) {
            for preset in Preset::ALL {
                let config = Config { preset, dropped: KindSet::ALL, ..Config::default() };
                for cut in clean(&fixture.text, &config).cuts {
                    assert!(known.contains(cut.rule), "{}: {}", fixture.name, cut.rule);
                }
            }
        }
    }
    let place = Place::new();
    let list = place.run(&["rules"]).code(0).out_text();
    for id in known {
        assert!(list.lines().any(|line| line.trim_start().starts_with(id)), "{id}");
        holds(&place.run(&["explain", id]).code(0).out_text(), &[&format!("# {id}\n"), "\n- Leaves: "]);
    }
}

/// `docs/rules.md` is made of the program's own tables.
#[test]
fn the_rules_are_documented() {
    let path = root().join("docs/rules.md");
    let text = reasons::markdown();
    if std::env::var_os("UNCHAFF_TIDY").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == text,
        "{}: run the tests once with UNCHAFF_TIDY=1, and read the difference",
        path.display()
    );
}
