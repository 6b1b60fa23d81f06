//! Settings: which file counts, what goes before what, and what a person is told.

use crate::util::{Place, root, tree};

const PAGE: &str = "Share this article\n\nAdvertisement\n\nBy Jane Roe\n\nThe ferry sails again, said the council on Tuesday after a long debate.\n\nTide table of the week\n\nNobody had measured the lock, and nobody was asked about it before the vote.\n";

fn place() -> Place {
    let place = Place::new();
    place.write("dump/sub/a.txt", PAGE);
    place
}

fn cleaned(place: &Place, args: &[&str]) -> String {
    place.run(&[&["clean", "dump/sub/a.txt"], args].concat()).code(0).out_text()
}

#[test]
fn the_nearest_file_counts_alone() {
    let place = place();
    place.write("unchaff.toml", "keep = [\"byline\"]\n");
    assert!(cleaned(&place, &[]).contains("By Jane Roe"));
    place.write("dump/unchaff.toml", "keep = [\"share\"]\n");
    let text = cleaned(&place, &[]);
    assert!(text.contains("Share this") && !text.contains("By Jane Roe"), "{text}");
    assert!(cleaned(&place, &["--config", "unchaff.toml"]).contains("By Jane Roe"));
    assert!(!cleaned(&place, &["--no-config"]).contains("Share this"));
    place.write("dump/unchaff.toml", "kinds = [\"byline\"]\n");
    let text = cleaned(&place, &["--drop", "advertisement"]);
    assert_eq!(text, PAGE.replace("Advertisement\n\nBy Jane Roe\n\n", ""));

    place.run(&["clean", "dump", "--output-dir", "out"]).code(0);
    assert!(String::from_utf8(place.read("out/sub/a.txt")).unwrap().contains("Share this"));
    let from_stdin = place.run_with(&["clean"], PAGE.as_bytes()).code(0).out_text();
    assert!(from_stdin.contains("By Jane Roe"), "standard input takes the file of the current folder");
}

/// A folder that is named with itself, or with what is in it, is their common folder.
#[test]
fn the_file_of_a_folder_counts_beside_what_is_in_it() {
    let place = Place::new();
    place.write("a/unchaff.toml", "keep = [\"share\"]\n").write("a/b/x.txt", PAGE).write("a/y.txt", PAGE);
    place.write("c/z.txt", PAGE);
    for paths in
        [&["a"][..], &["a", "a"], &["a", "a/b"], &["a/b", "a/"], &["a", "a/y.txt"], &["a/b", "a/y.txt"]]
    {
        let shown = place.run(&[&["config"], paths].concat()).code(0).out_text();
        assert!(shown.starts_with("# a/unchaff.toml\n"), "{paths:?}: {shown}");
        let out = format!("out-{}", paths.join("-").replace('/', "-"));
        place.run(&[&["clean", "--output-dir", &out], paths].concat()).code(0);
        let text = String::from_utf8(place.read(&format!("{out}/b/x.txt"))).unwrap();
        assert!(text.contains("Share this"), "{paths:?}");
    }
    let shown = place.run(&["config", "a", "c"]).code(0).out_text();
    assert!(shown.starts_with("# no file of settings"), "{shown}");
}

#[test]
fn a_project_file_may_hold_them() {
    let place = place();
    place.write("pyproject.toml", "[project]\nname = \"x\"\n");
    place.write("unchaff.toml", "keep = [\"share\"]\n");
    place.write("dump/pyproject.toml", "[tool.other]\nx = 1\n[tool.unchaff]\nkeep = [\"byline\"]\n");
    assert!(cleaned(&place, &[]).contains("By Jane Roe"));
    place.write("dump/pyproject.toml", "[tool.other]\nx = 1\n");
    assert!(cleaned(&place, &[]).contains("Share this"), "a project without such a table is passed by");
}

#[test]
fn a_file_extends_another_and_goes_before_it() {
    let place = place();
    place.write(
        "shared/base.toml",
        "keep = [\"byline\", \"share\"]\ndrop-line = [\"^Tide\"]\nmodel = \"no.model\"\n",
    );
    place.write("unchaff.toml", "extend = \"shared/base.toml\"\ndrop = [\"share\"]\n");
    place.run(&["clean", "dump/sub/a.txt"]).code(2).says("shared/base.toml:3: shared/no.model: no such file");
    place.write("shared/base.toml", "keep = [\"byline\", \"share\"]\ndrop-line = [\"^Tide\"]\n");
    let text = cleaned(&place, &[]);
    assert!(text.contains("By Jane Roe") && !text.contains("Share this") && !text.contains("Tide"), "{text}");
}

#[test]
fn what_is_typed_goes_before_variables_and_those_before_files() {
    let place = place();
    place.write("unchaff.toml", "keep = [\"byline\"]\nkeep-line = [\"^Share\"]\n");
    let run = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = place.command(&[&["clean", "dump/sub/a.txt"], args].concat());
        String::from_utf8(command.envs(variables.iter().copied()).output().unwrap().stdout).unwrap()
    };
    assert!(run(&[], &[]).contains("By Jane Roe"));
    assert!(!run(&[("UNCHAFF_DROP", "byline")], &[]).contains("By Jane Roe"));
    assert!(run(&[("UNCHAFF_DROP", "byline")], &["--keep", "byline"]).contains("By Jane Roe"));
    let text = run(&[("UNCHAFF_DROP_LINE", "^Tide\n^Nobody")], &["--drop-line", "^The ferry"]);
    assert_eq!(text, "Share this article\n\nBy Jane Roe\n", "patterns add up");
}

#[test]
fn show_origin_names_file_variable_option_and_default() {
    let place = place();
    place.write("unchaff.toml", "# Ours.\njobs = 2\nkeep = [\n  \"byline\",\n  \"credit\",\n]\n");
    let mut command =
        place.command(&["config", "dump", "--show-origin", "--drop", "title", "--keep-line", "^a"]);
    let out = command.env("UNCHAFF_PRESET", "recall").output().unwrap();
    let expected = "\
# unchaff.toml
preset = \"recall\"  # UNCHAFF_PRESET
keep = [
  \"credit\",  # unchaff.toml:5
  \"byline\",  # unchaff.toml:4
]
drop = [
  \"title\",  # --drop
]
keep-line = [
  \"^a\",  # --keep-line
]
max-record = \"64M\"  # default
jobs = 2  # unchaff.toml:2
report-text = \"full\"  # default
";
    assert_eq!(String::from_utf8(out.stdout).unwrap(), expected);
}

#[test]
fn which_files_are_taken_and_their_format_is_a_setting() {
    let place = place();
    place.write("dump/b.log", "{\"text\": \"Share this article\\n\"}\n").write("dump/c.txt", PAGE);
    place.write("unchaff.toml", "glob = [\"*.log\"]\ninput-format = \"jsonl\"\n");
    let names = |out: &str| tree(&place.path(out)).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    place.run(&["clean", "dump", "-q", "--output-dir", "one"]).code(0);
    assert_eq!(names("one"), ["b.log"]);
    assert_eq!(place.read("one/b.log"), b"{\"text\": \"\"}\n");
    let typed = ["clean", "dump", "-q", "--output-dir", "two", "-g", "c.*", "--input-format", "text"];
    place.run(&typed).code(0);
    assert_eq!(names("two"), ["c.txt"], "what is typed counts alone");
    let shown = place.run(&["config", "dump", "--show-origin"]).code(0).out_text();
    assert!(
        shown.contains(
            "glob = [\n  \"*.log\",  # unchaff.toml:1\n]\ninput-format = \"jsonl\"  # unchaff.toml:2\n"
        ),
        "{shown}"
    );
    place.write("unchaff.toml", b"keep = [\"\xff\"]\n");
    place.run(&["clean", "in", "-n"]).code(2).says("unchaff: unchaff.toml: is not UTF-8");
    place.write("unchaff.toml", "input-format = \"jsn\"\n");
    place
        .run(&["clean", "dump", "-n"])
        .code(2)
        .says("unchaff.toml:1: there is no format \"jsn\"; formats are text,");
}

#[test]
fn how_repeats_are_found_is_a_setting() {
    let story = "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way to the sea.\n";
    let place = Place::new();
    place.write("dump/a.txt", format!("The first paper has it so.\n\n{story}"));
    place.write("dump/b.txt", format!("The other one has it, too.\n\n{story}"));
    place.write("unchaff.toml", "scope = \"corpus\"\ncopies = \"drop\"\n");
    let mut count = 0;
    let mut keeps = |args: &[&str]| {
        count += 1;
        let out = format!("out-{count}");
        place.run(&[&["clean", "dump", "-q", "--output-dir", &out], args].concat()).code(0);
        String::from_utf8(place.read(&format!("{out}/b.txt"))).unwrap().contains("ferry")
    };
    assert!(!keeps(&[]), "the file says so");
    assert!(keeps(&["--copies", "mark"]), "what is typed goes before");
    assert!(keeps(&["--repeat-words", "40"]) && keeps(&["--no-config"]));
    let short = place.run(&["clean", "dump", "-n", "--repeat-words", "3"]).code(2);
    short.says("--repeat-words: a number of words from 8 to 10000");
    place.write("unchaff.toml", "\nmin-docs = 1\n");
    place.run(&["clean", "dump", "-n"]).code(2).says("unchaff.toml:2");
    place.write("unchaff.toml", "scope = \"corpse\"\n");
    place.run(&["clean", "dump", "-n"]).code(2).says("corpse");
}

/// What `config` prints is a file that says the same.
#[test]
fn what_is_shown_can_be_read_back() {
    let place = place();
    place.write(
        "unchaff.toml",
        "preset = \"recall\"\nbody-only = true\nkeep-line = ['^Share \\w+', \"it's\"]\n[phrases]\nshare = [\"tell a friend\"]\nrelated = { lead = [\"also on the quay\"] }\n[site.\"example.org\"]\nkeep = [\"byline\"]\n[site.\"example.org\".phrases]\nbio = [\"the writer\"]\n",
    );
    let hash = |args: &[&str]| {
        place
            .run(&[&["clean", "dump/sub/a.txt", "-o", "o", "--report", "r.jsonl", "--force"], args].concat())
            .code(0);
        let report = String::from_utf8(place.read("r.jsonl")).unwrap();
        let run: serde_json::Value = serde_json::from_str(report.lines().next().unwrap()).unwrap();
        run["config"].as_str().unwrap().to_owned()
    };
    let with_file = hash(&[]);
    let shown = place.run(&["config", "dump"]).code(0).out;
    place.write("shown.toml", shown);
    assert_eq!(hash(&["--config", "shown.toml"]), with_file);
    assert_ne!(hash(&["--no-config"]), with_file, "the hash tells configurations apart");
    assert_ne!(hash(&["--keep-line", "new"]), with_file);
}

#[test]
fn a_new_file_is_commented_and_every_example_in_it_is_right() {
    let place = place();
    place.run(&["init", "dump"]).code(0).says("wrote dump/unchaff.toml");
    place.run(&["init", "dump"]).code(2).says("dump/unchaff.toml: exists; use --force");
    place.run(&["init", "dump", "--force", "-q"]).code(0);
    let file = String::from_utf8(place.read("dump/unchaff.toml")).unwrap();
    assert!(file.lines().all(|line| line.is_empty() || line.starts_with('#')), "{file}");
    assert_eq!(
        place.run(&["config", "dump"]).code(0).out_text().lines().nth(1),
        Some("preset = \"balanced\"")
    );

    let active: String = file
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')))
        .filter(|line| !line.starts_with("extend") && !line.starts_with("model"))
        .map(|line| format!("{line}\n"))
        .collect();
    place.write("dump/unchaff.toml", active);
    let shown = place.run(&["config", "dump"]).code(0).out_text();
    assert!(shown.contains("[site.\"example.org\"]"), "{shown}");
}

#[test]
fn mistakes_name_their_place_and_what_may_be_meant() {
    let place = place();
    let said = |file: &str| {
        place.write("unchaff.toml", file);
        place.run(&["clean", "dump/sub/a.txt"]).code(2).err
    };
    let cases = [
        (
            "preset = \"recall\"\nkeeep = []\n",
            "unchaff.toml:2:1: there is no key \"keeep\"; did you mean \"keep\"?",
        ),
        (
            "preset = \"high\"\n",
            "unchaff.toml:1:10: preset: there is no value \"high\"; there are precision, balanced, recall",
        ),
        (
            "preset = \"ballanced\"\n",
            "unchaff.toml:1:10: preset: there is no value \"ballanced\"; did you mean \"balanced\"?",
        ),
        (
            "keep = [\"share\",\n\"bylin\"]\n",
            "unchaff.toml:2:1: keep: there is no kind \"bylin\"; did you mean \"byline\"?",
        ),
        (
            "keep = \"byline\"\n",
            "unchaff.toml:1:8: keep is a list of texts in quotes, as in keep = [\"byline\",\"credit\"]",
        ),
        ("[site.x]\nkeep = true\n", "unchaff.toml:2:8: keep is a list of texts in quotes"),
        ("drop-line = [\"a\", 7]\n", "unchaff.toml:1:19: drop-line is a list of texts in quotes"),
        (
            "text-field = 7\n",
            "unchaff.toml:1:14: text-field is a text in quotes, as in text-field = \"text\"",
        ),
        ("body-only = \"yes\"\n", "unchaff.toml:1:13: body-only is true or false, without quotes"),
        ("jobs = \"2\"\n", "unchaff.toml:1:8: jobs is a whole number, without quotes, as in jobs = 2"),
        ("min-docs = -3\n", "unchaff.toml:1:12: min-docs cannot be -3; give a whole number from 0 on"),
        (
            "min-docs = 5_000_000_000\n",
            "unchaff.toml:1:12: min-docs cannot be 5000000000; give a whole number of 4294967295 at most",
        ),
        ("site = 7\n", "unchaff.toml:1:8: site is a table, as in [site]"),
        (
            "[phrases]\nshare = \"x\"\n",
            "unchaff.toml:2:9: phrases of share are lists of texts in quotes, as in share = [",
        ),
        (
            "max-record = \"64Q\"\n",
            "unchaff.toml:1: max-record is a number of bytes from 1 on, as in 67108864, 64M or 2GiB, and not \"64Q\"",
        ),
        ("max-record = -1\n", "unchaff.toml:1: max-record is a number of bytes from 1 on"),
        (
            "max-record = 1.5\n",
            "unchaff.toml:1:14: max-record is a text in quotes, as in max-record = \"64M\"",
        ),
        (
            "\"\u{440}reset\" = \"recall\"\n",
            "there is no key \"\u{440}reset\" (with U+0440 in it); did you mean \"preset\"?",
        ),
        (
            "[site.x]\nbody_only = true\n",
            "unchaff.toml:2:1: there is no key of a site \"body_only\"; did you mean \"body-only\"?",
        ),
        (
            "[phrases]\nshar = [\"x\"]\n",
            "unchaff.toml:2:1: there is no kind \"shar\"; did you mean \"share\"?",
        ),
        (
            "keep-line = [\n  \"fine\",\n  \"(open\",\n]\n",
            "unchaff.toml:3: \"(open\" is no regular expression: unclosed group",
        ),
        ("drop-line = [\".*\"]\n", "unchaff.toml:1: \".*\" matches every line"),
        (
            "keep = [\"share\"]\ndrop = [\"share\"]\n",
            "unchaff.toml:2: share stands in both keep and drop; choose one",
        ),
        ("encoding = \"latin-x\"\n", "unchaff.toml:1: no such encoding, \"latin-x\""),
        ("jobs = 0\n", "unchaff.toml:1:8: jobs cannot be 0; give a whole number from 1 on"),
        ("model = \"no.model\"\n", "unchaff.toml:1: no.model: no such file or directory"),
        ("extend = \"unchaff.toml\"\n", "unchaff.toml:1: these files extend each other"),
        ("keep = [\n", "unchaff.toml:"),
        ("[phrases]\nshare = { part = [\"the\"] }\n", "unchaff.toml:2: phrase \"the\": too short"),
    ];
    for (file, message) in cases {
        let said = said(file);
        assert!(said.contains(message), "{file}\n{said}");
        assert_eq!(said.lines().count(), 1, "one line: {said}");
    }
    place
        .run(&["clean", "dump/sub/a.txt", "--no-config", "--keep-line", "(x"])
        .code(2)
        .says("--keep-line: \"(x\"");
    let mut command = place.command(&["clean", "dump/sub/a.txt", "--no-config"]);
    let out = command.env("UNCHAFF_PRESETS", "recall").output().unwrap();
    let err = String::from_utf8(out.stderr).unwrap();
    assert!(
        err.contains("warning: there is no variable \"UNCHAFF_PRESETS\"; did you mean \"UNCHAFF_PRESET\"?"),
        "{err}"
    );
}

#[test]
fn a_site_has_rules_of_its_own() {
    let place = Place::new();
    place.write("dump/www.example.org/a.txt", PAGE).write("dump/other/b.txt", PAGE);
    place.write(
        "dump/unchaff.toml",
        "keep = [\"byline\"]\n[site.\"Example.org\"]\nkeep-line = [\"^Share\"]\ndrop-line = [\"^Tide\"]\ndrop = [\"byline\"]\n",
    );
    let args = ["clean", "dump", "--report", "r.jsonl", "--force", "--output-dir"];
    place.run(&[&args[..], &["one", "--jobs", "1"]].concat()).code(0);
    let of = |name: &str| String::from_utf8(place.read(name)).unwrap();
    let site = of("one/www.example.org/a.txt");
    assert!(site.contains("Share this") && !site.contains("Tide") && !site.contains("By Jane"), "{site}");
    let other = of("one/other/b.txt");
    assert!(!other.contains("Share this") && other.contains("Tide") && other.contains("By Jane"), "{other}");

    let report = place.read("r.jsonl");
    place.run(&[&args[..], &["four", "--jobs", "4"]].concat()).code(0);
    assert_eq!(tree(&place.path("one")), tree(&place.path("four")));
    assert_eq!(place.read("r.jsonl"), report);
    place.run(&["restore", "one", "--report", "r.jsonl", "--output-dir", "back"]).code(0);
    assert_eq!(place.read("back/www.example.org/a.txt"), PAGE.as_bytes());

    // What is typed goes before what the file says of the site.
    place.run(&["clean", "dump", "--output-dir", "typed", "--keep", "byline"]).code(0);
    assert!(of("typed/www.example.org/a.txt").contains("By Jane"));
}

/// `docs/unchaff.schema.json` is the schema that the program prints.
#[test]
fn the_schema_is_published() {
    let path = root().join("docs/unchaff.schema.json");
    let schema = Place::new().run(&["config", "--schema"]).code(0).out_text();
    if std::env::var_os("UNCHAFF_TIDY").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == schema,
        "{}: run the tests once with UNCHAFF_TIDY=1, and read the difference",
        path.display()
    );
}
