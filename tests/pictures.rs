//! The pictures of the README: what the command prints, as SVG. With `UNCHAFF_TIDY=1` they are drawn
//! anew.

use anstyle_svg::Term;

use crate::readme::{block, readme};
use crate::util::{Place, root};

/// The page of the README's example.
fn place() -> Place {
    let place = Place::new();
    let page = block(&readme(), "example input");
    place.write("page.txt", &page).write("fixtures/ferry.txt", &page);
    place
}

/// Runs a command in colour and gives what a person would see of it.
fn screen(place: &Place, line: &str) -> String {
    let args: Vec<&str> = line.split(' ').skip(1).chain(["--color", "always"]).collect();
    let output = place.command(&args).env("COLUMNS", "104").output().unwrap();
    let shown = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    format!("\u{1b}[1m$ {line}\u{1b}[0m\n{shown}")
}

fn assert_picture(name: &str, screen: &str) {
    let path = root().join("docs/pictures").join(name);
    let svg = Term::new().palette(anstyle_svg::WIN10_CONSOLE).render_svg(screen);
    if std::env::var_os("UNCHAFF_TIDY").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &svg).unwrap();
    }
    let drawn = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        drawn == svg,
        "{name} is not what the command prints now; run the tests once with UNCHAFF_TIDY=1:\n{screen}"
    );
    assert!(readme().contains(&format!("(docs/pictures/{name})")), "the README shows {name}");
}

#[test]
fn the_difference_is_as_drawn() {
    assert_picture("diff.svg", &screen(&place(), "unchaff clean page.txt --diff"));
}

#[test]
fn a_failing_check_is_as_drawn() {
    let place = place();
    place.run(&["check", "fixtures", "--expect", "expected", "--keep", "related", "--update"]).code(0);
    let screen = screen(&place, "unchaff check fixtures --expect expected");
    assert!(screen.contains("newly removed") && screen.contains("To accept what is found:"), "{screen}");
    assert_picture("check.svg", &screen);
}
