//! The hook for pre-commit and the action for GitHub.

use std::process::Command;

use crate::util::{Place, root, search_path};

fn file(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_hook_checks_whole_folders_once() {
    let hooks = file(".pre-commit-hooks.yaml");
    let count = hooks.matches("- id: ").count();
    assert!(count >= 1);
    for part in ["  entry: unchaff check\n", "  pass_filenames: false\n", "  require_serial: true\n"] {
        assert_eq!(hooks.matches(part).count(), count, "{part}");
    }
}

/// Inputs of an action reach its script through the environment, never through the text of a command.
#[test]
fn the_action_is_one_run_and_quotes_its_inputs() {
    let action = file("action.yml");
    assert!(
        action.contains("  using: composite\n")
            && action.contains("bash \"$GITHUB_ACTION_PATH/.ci/action\"\n")
    );
    for line in action.lines().filter(|line| line.contains("${{")) {
        let (name, value) = line.trim().split_once(": ").unwrap();
        assert_eq!(value, format!("${{{{ inputs.{} }}}}", name.to_lowercase()), "{line}");
    }
    assert_eq!(file(".ci/action").matches("unchaff check").count(), 2, "one run, and the comment");
}

#[cfg(unix)]
#[test]
fn the_action_annotates_and_writes_what_was_asked_for() {
    let place = Place::new();
    place.write("in/a.txt", "Share this article\n\nThe ferry sails again, said the council.\n");
    let run_on = |paths: &str, expect: &str| {
        let mut command = Command::new("bash");
        command.arg(root().join(".ci/action")).current_dir(place.path("")).env_clear();
        command.env("PATH", search_path()).env("GITHUB_STEP_SUMMARY", place.path("summary.md"));
        command.envs([("PATHS", paths), ("EXPECT", expect), ("JUNIT", "c.xml"), ("ARGS", "--max-emptied 0")]);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let run = |expect: &str| run_on("in", expect);
    let (code, out) = run("want");
    assert_eq!(
        (code, out.as_str()),
        (Some(1), "::error file=in/a.txt,title=unchaff%3A a.txt::has no expectation yet\n")
    );
    assert!(String::from_utf8(place.read("summary.md")).unwrap().starts_with("### unchaff check\n"));
    assert!(String::from_utf8(place.read("c.xml")).unwrap().contains("missing-expectation"));
    place.run(&["check", "in", "--expect", "want", "--update"]).code(0);
    assert_eq!(run("want"), (Some(0), "1 document as expected\n".to_owned()));
    assert_eq!(run(""), (Some(0), "1 document as expected\n".to_owned()));
    // What is wrong with the inputs is trouble, and no difference; and none of them is run.
    for paths in ["", " ", "nowhere", "$(touch pwned)", "in; touch pwned", "*"] {
        assert_eq!(run_on(paths, "want").0, Some(2), "{paths:?}");
    }
    assert!(!place.path("pwned").exists());
}
