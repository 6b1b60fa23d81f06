//! docs/configuration.md: its commands run, its files can be read, its table is that of the program.

use std::process::Command;

use serde_json::Value;
use unchaff::settings::keys;

use crate::util::{Place, root, tree};

const PAGE: &str = "docs/configuration.md";

fn page() -> String {
    std::fs::read_to_string(root().join(PAGE)).unwrap()
}

/// The code blocks of one language.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let opening = format!("\n```{language}\n");
    page.split(&opening[..]).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

fn place() -> Place {
    let place = Place::new();
    for (name, bytes) in tree(&root().join("examples/dump")) {
        place.write(&format!("examples/dump/{name}"), bytes);
    }
    place
}

#[cfg(unix)]
#[test]
fn every_command_runs() {
    let (page, place) = (page(), place());
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_unchaff")).parent().unwrap();
    let mut last = String::new();
    for line in blocks(&page, "sh").iter().flat_map(|block| block.lines()) {
        let path = format!("{}:/usr/bin:/bin", bin.display());
        let ran = Command::new("sh")
            .args(["-c", line])
            .current_dir(place.path(""))
            .env_clear()
            .env("PATH", path)
            .output()
            .unwrap();
        assert!(ran.status.success(), "{line}\n{}", String::from_utf8_lossy(&ran.stderr));
        let out = String::from_utf8(ran.stdout).unwrap();
        if line.starts_with("UNCHAFF_KEEP=") {
            last = out;
        }
    }
    let shown = page.split("<!-- origin -->\n```toml\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(last, shown);
    let kept = String::from_utf8(place.read("kept/en/en-ferry-council.txt")).unwrap();
    assert!(kept.contains("Photo: Colin") && kept.contains("Local Democracy Reporter"), "{kept}");
    let gone = String::from_utf8(place.read("gone/en/en-ferry-council.txt")).unwrap();
    assert!(!gone.contains("Wood remembers"), "{gone}");
}

#[test]
fn every_file_can_be_read() {
    let (page, place) = (page(), place());
    for block in blocks(&page, "toml") {
        place.write("unchaff.toml", block);
        place.run(&["config"]).code(0);
    }
}

/// With `UNCHAFF_TIDY=1` the table is written anew.
#[test]
fn every_key_is_in_the_table() {
    let code = |value: &Value| format!("`{}`", value.to_string().replace('|', "\\|"));
    let rows: String = keys::all()
        .iter()
        .map(|key| format!("| `{}` | {} | {} |\n", key.name, code(&key.example), key.about))
        .collect();
    let table = format!("| key | example | meaning |\n|---|---|---|\n{rows}");
    let page = page();
    let (before, rest) = page.split_once("<!-- keys -->\n").unwrap();
    let (old, after) = rest.split_once("\n\n").unwrap();
    if std::env::var_os("UNCHAFF_TIDY").is_some() {
        let page = format!("{before}<!-- keys -->\n{}\n\n{after}", table.trim_end());
        std::fs::write(root().join(PAGE), page).unwrap();
    } else {
        assert_eq!(old, table.trim_end(), "run the tests once with UNCHAFF_TIDY=1");
    }
}
