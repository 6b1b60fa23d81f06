//! Data and fixtures are in order.

use std::collections::BTreeSet;
use std::fs;

use unchaff::Kind;
use unchaff::normal::label_key;
use unchaff::rules::phrases::{Role, TABLES, entries};
use unchaff::rules::{RULES, Reach};

use crate::util::{files, fixtures, root};

/// Phrases are in normal form, sorted, and each stands once in a table. With `UNCHAFF_TIDY=1` the
/// tables are put right.
#[test]
fn phrase_tables_are_tidy() {
    for (kind, table) in TABLES {
        let path = root().join(format!("src/rules/phrases/{kind}.txt"));
        let tidy = tidied(table);
        if std::env::var_os("UNCHAFF_TIDY").is_some() {
            fs::write(&path, &tidy).unwrap();
        } else {
            assert!(
                table == tidy,
                "{}: run the tests once with UNCHAFF_TIDY=1, and read the difference",
                path.display()
            );
        }
    }
}

fn tidied(table: &str) -> String {
    let mut out: String =
        table.lines().take_while(|line| line.starts_with("# ")).map(|line| format!("{line}\n")).collect();
    let entries = entries(table).unwrap_or_else(|line| panic!("no entry: {line}"));
    // A lead is a label too, so a phrase that is both is written as a lead.
    let leads = entries.iter().filter(|entry| entry.role == Role::Lead).map(|entry| label_key(entry.phrase));
    let leads: BTreeSet<String> = leads.collect();
    let mut seen = BTreeSet::new();
    for (heading, role) in Role::SECTIONS {
        let mut rows: Vec<(&str, String)> = entries
            .iter()
            .filter(|entry| entry.role == role)
            .map(|entry| (entry.language, label_key(entry.phrase)))
            .filter(|(_, phrase)| !(phrase.is_empty() || role == Role::Label && leads.contains(phrase)))
            .collect();
        rows.sort();
        rows.retain(|(_, phrase)| seen.insert(phrase.clone()));
        if !rows.is_empty() {
            out += &format!("{heading}\n");
        }
        for (language, phrase) in rows {
            out += &format!("{language} {phrase}\n");
        }
    }
    out
}

#[test]
fn phrases_speak_many_languages() {
    for (kind, table) in TABLES {
        let languages: BTreeSet<&str> = entries(table).unwrap().iter().map(|entry| entry.language).collect();
        assert!(languages.len() >= 8, "{kind}: {languages:?}");
    }
}

/// A phrase that alone condemns a line anywhere in it must be long enough to be no accident.
#[test]
fn parts_are_characteristic() {
    for (kind, table) in TABLES {
        for entry in entries(table).unwrap().iter().filter(|entry| entry.role == Role::Part) {
            let facts = unchaff::features::facts(entry.phrase);
            let enough = facts.words() >= 3 || facts.unspaced >= 5 || entry.phrase.len() >= 15;
            assert!(enough, "{kind}: {:?} is too short for a part", entry.phrase);
        }
    }
}

#[test]
fn rules_are_in_order() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    let kinds: Vec<usize> =
        RULES.iter().map(|rule| Kind::ALL.iter().position(|&kind| kind == rule.kind).unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "each id once");
    assert!(kinds.is_sorted(), "in the order of the kinds");
    for rule in RULES.iter() {
        let slug = rule.id.split('/').next().unwrap();
        assert_eq!(slug, rule.kind.slug());
        assert!(!rule.about.is_empty() && !rule.keeps.is_empty(), "{}", rule.id);
        let fits = match rule.reach {
            Reach::Anywhere => rule.score >= 0.85,
            Reach::Edge => (0.7..=0.85).contains(&rule.score),
            Reach::Company => (0.5..=0.7).contains(&rule.score),
        };
        assert!(fits, "{}: score {} does not go with its reach", rule.id, rule.score);
    }
}

#[test]
fn every_snapshot_has_its_fixture() {
    let mut snapshots: Vec<String> = files(&root().join("snapshots"))
        .iter()
        .filter(|path| path.extension() == Some("snap".as_ref()))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut wanted: Vec<String> =
        fixtures("articles").iter().map(|fixture| format!("articles-{}", fixture.name)).collect();
    wanted.extend(crate::help::snapshots());
    snapshots.sort();
    wanted.sort();
    assert_eq!(snapshots, wanted);
}

/// The example dump of the README is made of fixtures, without their marks. With `UNCHAFF_TIDY=1`
/// it is written anew.
#[test]
fn the_example_dump_is_made_of_fixtures() {
    for (folder, names) in EXAMPLES {
        for name in names {
            let fixture = fixtures(folder).into_iter().find(|fixture| fixture.name == name).unwrap();
            let path = root().join("examples/dump").join(&name[..2]).join(format!("{name}.txt"));
            if std::env::var_os("UNCHAFF_TIDY").is_some() {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &fixture.text).unwrap();
            } else {
                assert_eq!(fs::read_to_string(&path).unwrap(), fixture.text, "{}", path.display());
            }
        }
    }
}

const EXAMPLES: [(&str, [&str; 8]); 1] = [(
    "articles",
    [
        "ar-maktaba-mutanaqqila",
        "de-stadtrat-bruecke",
        "en-ferry-council",
        "en-octopus-science",
        "es-sequia-economia",
        "hi-bawdi-jal",
        "ja-tetsudo-eki-neko",
        "ru-most-kamenka",
    ],
)];
