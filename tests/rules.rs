//! Each rule, line by line. `fixtures/rules/<kind>.txt` has a section for each rule of the kind:
//! `-` the rule speaks; a space: it does not, and no other rule says that the line goes anywhere.

use std::collections::BTreeMap;
use std::fs;

use unchaff::internals::{LineView, RULES, Reach, Rule, facts, finder, judge, label_key};

use crate::util::{files, root};

/// Least lines of each mark in a section.
const LINES_MIN: usize = 4;

fn judged(line: &str) -> Option<&'static Rule> {
    let key = label_key(line);
    let hits = finder::find(&key);
    judge(&LineView::new(line, &key, &facts(line), &hits))
}

/// Rule id → its lines with their marks.
fn sections() -> BTreeMap<String, Vec<(char, String)>> {
    let mut sections: BTreeMap<String, Vec<(char, String)>> = BTreeMap::new();
    for path in files(&root().join("fixtures/rules")) {
        let kind = path.file_stem().unwrap().to_str().unwrap();
        let mut section = None;
        for line in fs::read_to_string(&path)
            .unwrap()
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = Some(sections.entry(format!("{kind}/{name}")).or_default());
                continue;
            }
            let (mark, text) = line.split_at(1);
            let mark = mark.chars().next().unwrap();
            assert!(matches!(mark, '-' | ' '), "{}: {line}", path.display());
            section.as_mut().expect("a section stands first").push((mark, text.to_owned()));
        }
    }
    sections
}

#[test]
fn every_rule_takes_and_leaves_what_its_fixture_says() {
    let mut wrong = Vec::new();
    for (id, lines) in sections() {
        for (mark, line) in lines {
            let rule = judged(&line);
            let said = rule.map_or("-", |rule| rule.id);
            if mark == '-' && said != id {
                wrong.push(format!("{id} must speak, and {said} did: {line}"));
            }
            if mark == ' ' && (said == id || rule.is_some_and(|rule| rule.reach == Reach::Anywhere)) {
                wrong.push(format!("{id}: {said} must not speak: {line}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} lines:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_has_its_lines_and_every_section_its_rule() {
    let sections = sections();
    let mut wrong: Vec<String> = sections
        .keys()
        .filter(|id| RULES.iter().all(|rule| rule.id != **id))
        .map(|id| format!("{id}: no such rule"))
        .collect();
    for rule in RULES.iter() {
        for mark in ['-', ' '] {
            let count = sections
                .get(rule.id)
                .map_or(0, |lines| lines.iter().filter(|(found, _)| *found == mark).count());
            if count < LINES_MIN {
                wrong.push(format!("{}: {count} lines with mark {mark:?}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
