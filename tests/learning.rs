//! `train`, `eval` and models: from labelled lines to a model and back to scores.

use std::fs;

use crate::util::{Place, root};

/// The marks of fixtures/articles in a fresh folder, as a person's own labelled pages.
fn place_with_gold() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("gold")).unwrap();
    for entry in fs::read_dir(root().join("fixtures/articles")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, place.path("gold").join(path.file_name().unwrap())).unwrap();
    }
    place
}

#[test]
fn the_same_pages_and_seed_give_the_same_model_for_any_number_of_threads() {
    let place = place_with_gold();
    let train = |name: &str, more: &[&str]| {
        let args = ["train", "gold", "-o", name, "--epochs", "1", "-q"];
        place.run(&[&args[..], more].concat()).code(0);
        fs::read(place.path(name)).unwrap()
    };
    let model = train("a.model", &["--jobs", "1"]);
    assert!(model == train("b.model", &["--jobs", "3"]));
    assert!(model != train("c.model", &["--seed", "2"]));
    assert!(model != train("d.model", &["--hold-out", "1/3"]));
    place
        .run(&["train", "gold", "-o", "a.model", "--epochs", "1"])
        .code(2)
        .says("a.model: exists; use --force");

    let page = b"The ferry sails again, said the council on Tuesday after a long debate in the hall.\n";
    let one = place.run_with(&["clean", "--model", "a.model"], page).code(0).out_text();
    assert_eq!(one, place.run_with(&["clean", "--model", "b.model"], page).code(0).out_text());
}

#[test]
fn the_scores_are_printed_with_the_lines_that_came_out_worst() {
    let place = place_with_gold();
    let table = place.run(&["eval", "gold", "--worst", "2"]).code(0).out_text();
    for column in ["line keep P/R/F1", "line drop P/R/F1", "char keep P/R/F1"] {
        assert!(table.contains(column), "{table}");
    }
    assert!(table.lines().any(|line| line.starts_with("all ")), "{table}");

    fs::write(
        place.path("wrong.txt"),
        "-The ferry sails again, said the council on Tuesday, and it was glad.\n",
    )
    .unwrap();
    let table = place.run(&["eval", "wrong.txt", "--worst", "1"]).code(0).out_text();
    assert!(table.contains("left     1  The ferry sails again"), "{table}");
}

#[test]
fn presets_and_calibration_are_measured_and_drawn() {
    let place = place_with_gold();
    let table = place.run(&["eval", "gold", "--plot", "curve.svg"]).code(0).out_text();
    for preset in ["precision ", "balanced ", "recall "] {
        assert!(table.lines().any(|line| line.starts_with(preset)), "{table}");
    }
    assert!(table.contains("calibration error 0."), "{table}");
    let svg = fs::read_to_string(place.path("curve.svg")).unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains(">balanced</text>") && !svg.contains("NaN"), "{svg}");
    place.run(&["eval", "gold", "--plot", "curve.svg"]).code(2).says("curve.svg: exists; use --force");
    place.run(&["eval", "gold", "--language", "tlh"]).code(2).says("no labelled document is left");
}

#[test]
fn labelled_documents_that_cannot_be_used_are_named_with_their_line() {
    let place = Place::new();
    for (name, text, message) in [
        ("a.txt", " Fine.\nNo mark\n", "a.txt:2: the line begins with no mark; see docs/labelling.md"),
        ("a.jsonl", "{\"lines\":[\"a\"],\"labels\":\"kk\"}\n", "a.jsonl:1: there are not as many letters"),
        ("b.jsonl", "{\"lines\":[\"a\"],\"labels\":\"k\"}\n\n{\"lines\":\n", "b.jsonl:3: "),
        ("c.jsonl", "{\"page\":\"p\",\"gold\":\"text\"}\n", "no labelled document"),
    ] {
        fs::write(place.path(name), text).unwrap();
        place.run(&["eval", name]).code(2).says(message);
    }
    fs::write(place.path("d.txt"), " Fine.\n").unwrap();
    place.run(&["eval", "missing"]).code(2).says("missing");
    place.run(&["train", "d.txt", "-o", "m", "--weight", "news=2"]).code(2).says("no such set");
    place.run(&["train", "d.txt", "-o", "m", "--hold-out", "5/5"]).code(2).says("from 0/5 to 4/5");
    place.run(&["eval", "d.txt", "--dataset", "news"]).code(2).says("no labelled document is left");
}

#[test]
fn a_file_that_is_no_model_is_refused() {
    let place = Place::new();
    fs::write(place.path("page.txt"), "Text.\n").unwrap();
    fs::write(place.path("no.model"), "hello").unwrap();
    place.run(&["clean", "page.txt", "--model", "no.model"]).code(2).says("no.model is no unchaff model");
    place.run(&["clean", "page.txt", "--model", "gone.model"]).code(2).says("gone.model");
    let mut bytes = unchaff::Model::embedded().to_bytes();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(place.path("damaged.model"), bytes).unwrap();
    place.run(&["clean", "page.txt", "--model", "damaged.model"]).code(2).says("damaged.model is damaged");
}

/// More goes with `recall` than with `balanced`, and more with that than with `precision`: of the parts of
/// the article that are no running text, about which there is the most doubt.
#[test]
fn presets_are_nested() {
    let place = Place::new();
    let mut lines = Vec::new();
    for entry in fs::read_dir(root().join("fixtures/articles")).unwrap() {
        let marks = fs::read_to_string(entry.unwrap().path()).unwrap();
        let page: String = marks
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.get(1..).unwrap_or("").to_owned() + "\n")
            .collect();
        let kept: Vec<usize> = ["precision", "balanced", "recall"]
            .iter()
            .map(|preset| {
                let args = ["clean", "--body-only", "--preset", preset];
                place.run_with(&args, page.as_bytes()).code(0).out_text().len()
            })
            .collect();
        assert!(kept[0] >= kept[1] && kept[1] >= kept[2], "{kept:?}");
        lines.push(kept);
    }
    assert!(lines.iter().any(|kept| kept[0] > kept[2]), "the presets never differ");
}

/// A draft of marks holds every line, and `eval` reads it.
#[test]
fn a_draft_of_labels_is_a_labelled_page() {
    let place = Place::new();
    let page = "Home\nNews\nSport\n\nOld ferry sails again\r\nBy Jane Roe\n\nThe ferry sails again, said the council on Tuesday after a long debate in the old hall.\n\nShare this article\n-dash\n#hash\n";
    place.write("pages/a.txt", page);
    place
        .run(&["clean", "pages", "--format", "marks", "--output-dir", "marks"])
        .code(0)
        .says("drafted the marks of 1 document");
    let marks = String::from_utf8(place.read("marks/a.txt")).unwrap();
    for line in ["-Home", "~By Jane Roe", " The ferry sails again, said", "-Share this article"] {
        assert!(marks.lines().any(|marked| marked.starts_with(line)), "{line}: {marks}");
    }
    let gold = unchaff::learn::gold::from_marks("a.txt", &marks).unwrap();
    assert_eq!(gold.text, page.replace("\r\n", "\n"));
    let table = place.run(&["eval", "marks"]).code(0).out_text();
    assert!(table.contains("all "), "{table}");
    place.run(&["clean", "pages", "--format", "marks", "--body-only"]).code(2).says("--format marks");
}

/// A text of which only its byline would go stays whole, unless parts of the article were asked to go.
#[test]
fn a_byline_alone_makes_no_page() {
    let place = Place::new();
    let text = "By Jane Roe\n\nThe ferry sails again, said the council on Tuesday after a long debate in the old hall.\n\nNobody had measured the lock, and nobody was asked about it before the vote in the spring.\n";
    let run = |args: &[&str]| place.run_with(args, text.as_bytes()).code(0).out_text();
    assert_eq!(run(&["clean"]), text);
    assert!(!run(&["clean", "--body-only"]).contains("Jane Roe"));
    assert!(!run(&["clean", "--drop", "caption"]).contains("Jane Roe"));
}

/// Rows may lack names and lines; a page without a domain is a domain of its own.
#[test]
fn rows_may_be_bare() {
    let place = Place::new();
    let row = "{\"lines\":[\"The ferry sails again, said the council.\",\"Home\"],\"labels\":\"kd\"}\n";
    place.write("bare.jsonl", format!("{{\"lines\":[],\"labels\":\"\"}}\n{}", row.repeat(12)));
    let corpus = unchaff::learn::gold::read(&[place.path("bare.jsonl")]).unwrap();
    let domains: std::collections::BTreeSet<&str> =
        corpus.documents.iter().map(|gold| gold.domain.as_str()).collect();
    assert_eq!(domains.len(), 13);
    place.run(&["train", "bare.jsonl", "-o", "bare.model", "--epochs", "1", "-q"]).code(0);
    place.run(&["train", "bare.jsonl", "-o", "x.model", "--epochs", "0"]).code(2).says("from 1 to 1000");
}
