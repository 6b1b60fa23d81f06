//! What the command says of itself: help, completions, manual pages.

use std::process::Command;

use crate::util::{Place, root};

/// The shells that can be told what to complete.
const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

/// The verbs, as `unchaff --help` lists them.
fn verbs() -> Vec<String> {
    let help = Place::new().run(&["--help"]).code(0).out_text();
    let commands = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let names = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect()
}

/// The snapshots of this file.
pub(crate) fn snapshots() -> Vec<String> {
    let of_verbs = verbs().into_iter().map(|verb| format!("help-{verb}"));
    let pages = verbs().into_iter().map(|verb| format!("man-{verb}"));
    let scripts = SHELLS.map(|shell| format!("completions-{shell}"));
    let others = ["help", "help-all-clean", "man"].map(str::to_owned);
    of_verbs.chain(pages).chain(scripts).chain(others).collect()
}

#[test]
fn help_is_as_it_was_read() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::assert_snapshot!("help", Place::new().run(&["--help"]).code(0).out_text());
        for verb in verbs() {
            insta::assert_snapshot!(
                format!("help-{verb}"),
                Place::new().run(&[&verb, "-h"]).code(0).out_text()
            );
        }
        insta::assert_snapshot!("help-all-clean", Place::new().run(&["clean", "--help"]).code(0).out_text());
        insta::assert_snapshot!("man", Place::new().run(&["man"]).code(0).out_text());
        for verb in verbs() {
            let page = Place::new().run(&["man", &verb]).code(0).out_text();
            insta::assert_snapshot!(format!("man-{verb}"), page);
        }
        for shell in SHELLS {
            let script = Place::new().run(&["completions", shell]).code(0).out_text();
            insta::assert_snapshot!(format!("completions-{shell}"), script);
        }
    });
}

/// The overview fits a screen; what `-h` shows of a verb are options that are often wanted, in groups, on little more
/// than one. `--help` shows every option.
#[test]
fn help_is_short_and_has_examples() {
    let place = Place::new();
    let overview = place.run(&["-h"]).code(0).out_text();
    assert!(overview.lines().count() <= 40 && overview.contains("\nExamples:\n"), "{overview}");
    for verb in verbs() {
        let summary = place.run(&[&verb, "-h"]).code(0).out_text();
        assert!(summary.lines().count() <= 62, "{verb}: {} lines", summary.lines().count());
        assert!(summary.lines().all(|line| line.chars().count() <= 100), "{summary}");
    }
}

#[test]
fn shells_complete_verbs_and_options() {
    let place = Place::new();
    for shell in SHELLS {
        let script = place.run(&["completions", shell]).code(0).out_text();
        for verb in verbs() {
            assert!(script.contains(&verb), "{shell}: {verb}");
        }
        for option in ["keep-line", "output-dir", "preset"] {
            assert!(script.contains(option), "{shell}: {option}");
        }
    }
    place.run(&["completions", "tcsh"]).code(2).says("tcsh");
}

/// The script does its work in a real shell, where there is one.
#[test]
fn bash_completes_what_is_typed() {
    let place = Place::new();
    place.write("unchaff.bash", place.run(&["completions", "bash"]).code(0).out);
    let line = "source unchaff.bash; COMP_WORDS=(unchaff clean --pre); COMP_CWORD=2; _unchaff unchaff --pre clean; echo \"${COMPREPLY[@]}\"";
    let ran = Command::new("bash").args(["--norc", "-c", line]).current_dir(place.path("")).output();
    let Ok(ran) = ran else {
        println!("skipped: there is no bash here");
        return;
    };
    assert_eq!(
        String::from_utf8(ran.stdout).unwrap().trim(),
        "--preset",
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

#[test]
fn manual_pages_tell_every_verb() {
    let place = Place::new();
    let page = place.run(&["man"]).code(0).out_text();
    assert!(page.contains(".TH unchaff 1") && page.contains(".SH SYNOPSIS"), "{page}");
    let clean = place.run(&["man", "clean"]).code(0).out_text();
    assert!(clean.contains(".TH unchaff-clean 1") && clean.contains("keep\\-line"), "{clean}");
    // Every option has words, also those that `-h` leaves out.
    let lines: Vec<&str> = clean.lines().collect();
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("\\fB")) {
        assert!(!lines[number + 1].is_empty(), "{line}");
    }
    let build = place.run(&["man", "index", "build"]).code(0).out_text();
    assert!(build.contains(".TH unchaff-index-build 1") && build.contains("memory"), "{build}");
    place.run(&["man", "cleen"]).code(2).says("there is no verb \"cleen\"");
    place.run(&["man", "--output-dir", "man1"]).code(0);
    for verb in verbs().into_iter().chain(["index-build".to_owned()]) {
        assert!(place.path(&format!("man1/unchaff-{verb}.1")).exists(), "{verb}");
    }
    place.run(&["man", "--output-dir", "man1"]).code(2).says("exists; use --force");
}

#[test]
fn verbose_says_what_is_used() {
    let place = Place::new();
    place
        .write("unchaff.toml", "preset = \"recall\"\n[site.x]\nkeep = [\"tags\"]\n")
        .write("a.txt", "Share this article\n");
    let ran = place.run(&["-v", "clean", "a.txt"]).code(0);
    let ran = ran.says("settings: unchaff.toml").says("model: built in, xxh3:").says("preset recall");
    ran.says("sites with settings of their own: 1");
    place.run(&["-v", "-q", "clean", "a.txt"]).code(2).says("cannot be used with");
}
