//! Data and fixtures are in order.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use unchaff::Kind;
use unchaff::internals::{RULES, Reach, TABLES, entries, facts, label_key};
use unchaff::own::Role;

use crate::util::{files, fixtures, root, tree};

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

/// The lists that single rules ask for are in the same order and form.
#[test]
fn wordlists_are_tidy() {
    let lists = tree(&root().join("src/rules/wordlists"));
    assert!(!lists.is_empty());
    for (file, list) in lists {
        let list = String::from_utf8(list).unwrap();
        let (note, entries) = list.split_once('\n').unwrap();
        assert!(note.starts_with("# "), "{file}: {note}");
        let rows: Vec<(&str, &str)> = entries.lines().map(|line| line.split_once(' ').unwrap()).collect();
        assert!(rows.is_sorted(), "{file}: not sorted");
        let mut seen = BTreeSet::new();
        for (language, phrase) in rows {
            assert!(matches!(language.len(), 2 | 3) && seen.insert(phrase), "{file}: {phrase}");
            assert_eq!(phrase, label_key(phrase), "{file}");
        }
    }
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
            let facts = facts(entry.phrase);
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

/// The table of ARCHITECTURE.md says what each module uses; and each uses only what stands above it, so that
/// there is no circle.
#[test]
fn modules_use_what_the_map_says() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let table = map.split("| module | is | may use |\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let code = uses();
    let mut above: BTreeSet<String> = BTreeSet::new();
    for row in table.lines().filter(|row| row.starts_with("| `") && !row.contains("`src/bin")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let names: BTreeSet<String> =
            cells[0].split(", ").map(|name| name.trim_matches('`').to_owned()).collect();
        let told = cells[2].split(", ").filter(|told| *told != "nothing of ours").map(str::to_owned);
        let used = names.iter().flat_map(|name| code.get(name).unwrap_or_else(|| panic!("no module {name}")));
        let used: BTreeSet<String> = used.filter(|used| !names.contains(*used)).cloned().collect();
        assert_eq!(told.collect::<BTreeSet<_>>(), used, "{}", cells[0]);
        assert!(used.is_subset(&above), "{} uses what does not stand above it", cells[0]);
        above.extend(names);
    }
    assert_eq!(above, code.into_keys().collect::<BTreeSet<_>>(), "each module has its row");
}

/// For each module of the library those that it uses, tests aside.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, bytes) in tree(&root().join("src")) {
        let path = Path::new(&name);
        let module = path.with_extension("").iter().next().unwrap().to_str().unwrap().to_owned();
        let is_rust = path.extension() == Some("rs".as_ref());
        if !is_rust || ["lib", "bin"].contains(&module.as_str()) || is_test(path) {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().lines();
        let code: String = code.filter(|line| !line.trim_start().starts_with("//")).collect();
        let names = code.split("crate::").skip(1).flat_map(first_names);
        uses.entry(module.clone()).or_default().extend(names.filter(|name| *name != module));
    }
    uses
}

/// Is it a file below `src` that the module around it has for tests alone?
fn is_test(path: &Path) -> bool {
    let declared = format!("#[cfg(test)]\nmod {};", path.file_stem().unwrap().to_str().unwrap());
    fs::read_to_string(root().join("src").join(path).with_file_name("mod.rs"))
        .is_ok_and(|parent| parent.contains(&declared))
}

/// The names that a path, or a list of paths, begins with.
fn first_names(path: &str) -> Vec<String> {
    let name =
        |path: &str| path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let Some(list) = path.strip_prefix('{') else { return vec![name(path)] };
    let mut depth = 0;
    let at_top = |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    };
    let list = list.split(';').next().unwrap().trim_end_matches('}');
    list.split(at_top).map(name).filter(|name: &String| !name.is_empty()).collect()
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
