//! Tables: what is left of a field is read as what it is, by any reader, and every byte comes back.

use proptest::prelude::*;
use unchaff::{Config, clean};

use super::{compressed, uncompressed};
use crate::util::{Place, tree};

const STORY: &str = "The council decided on Tuesday to put the ferry back.";

/// Cleans a table, asserts that it is restored, and gives the clean one.
fn cleaned(place: &Place, name: &str, table: &[u8], options: &[&str]) -> Vec<u8> {
    place.write(name, table);
    let (out, report, back) = (format!("clean-{name}"), format!("{name}.report"), format!("back-{name}"));
    let args = ["clean", name, "-o", &out, "--report", &report, "--force"];
    place.run(&[&args[..], options].concat()).code(0);
    place.run(&["restore", &out, "--report", &report, "-o", &back, "--force"]).code(0);
    let how = name.find(".gz").map_or("", |at| &name[at..]);
    assert_eq!(uncompressed(&place.read(&back), how), uncompressed(table, how), "{name} {options:?}");
    place.read(&out)
}

#[test]
fn an_emptied_text_keeps_its_row_in_a_table_of_one_column() {
    let place = Place::new();
    for (name, how) in [("s.csv", ""), ("s.tsv", ""), ("s.csv.gz", ".gz")] {
        for (end, options) in
            [("\n", &[][..]), ("\n", &["--removed-lines", "blank"]), ("\r\n", &[]), ("", &[])]
        {
            let table = format!("text\nShare this article\n\n{STORY}\nShare this article{end}");
            let clean = cleaned(&place, name, &compressed(table.as_bytes(), how), options);
            let clean = String::from_utf8(uncompressed(&clean, how)).unwrap();
            assert_eq!(clean, format!("text\n\"\"\n\n{STORY}\n\"\"{end}"), "{name} {options:?}");
        }
    }
    // A quoted field is empty as it is, and so is one beside others that hold something.
    let clean = cleaned(&place, "q.csv", b"text\n\"Share this article\"\n", &[]);
    assert_eq!(clean, b"text\n\"\"\n");
    let clean = cleaned(&place, "two.tsv", b"id\ttext\n1\tShare this article\n\tShare this article\n", &[]);
    assert_eq!(clean, b"id\ttext\n1\t\n\t\"\"\n");
    let clean = cleaned(&place, "m.csv", b"text\nShare this article\n", &["--removed-lines", "mark"]);
    assert_eq!(clean, b"text\n[removed: share]\n");
    let clean = cleaned(&place, "d.csv", b"text\nShare this article\nHe came.\n", &["--on-empty", "drop"]);
    assert_eq!(clean, b"text\nHe came.\n");
}

/// What stands in front of a quotation goes: the quotes are the text's, and not the table's.
#[test]
fn a_text_that_begins_with_a_quotation_once_it_is_cut_is_quoted() {
    let place = Place::new();
    let passage = "The council of the old town decided on Tuesday evening after a very long and rather heated debate that the ferry which had been laid up for twenty years would be put back on the river before the summer was over.";
    let quotation = "\"Nobody knew why,\" said the mayor and left.";
    let options = ["--scope", "corpus", "--copies", "drop", "--partial", "cut"];
    for (name, separator) in [("p.tsv", "\t"), ("p.csv", ";")] {
        let table = format!(
            "id{separator}text\n1{separator}{passage} It was late.\n2{separator}{passage} {quotation}\n"
        );
        let clean = String::from_utf8(cleaned(&place, name, table.as_bytes(), &options)).unwrap();
        let wanted = "2;\"\"\"Nobody knew why,\"\" said the mayor and left.\"".replace(';', separator);
        assert_eq!(clean.lines().last(), Some(&*wanted));
        let rows = read_table(&clean, separator.chars().next().unwrap());
        assert_eq!(rows[2][1], quotation);
    }
    let table = format!("id,text\n1,Share this article\r\"{STORY}\" he said.\n2,x\n");
    let clean = cleaned(&place, "r.csv", table.as_bytes(), &[]);
    assert_eq!(String::from_utf8(clean).unwrap(), format!("id,text\n1,\"\"\"{STORY}\"\" he said.\"\n2,x\n"));
}

#[test]
fn a_carriage_return_that_stays_at_the_end_of_a_row_is_quoted() {
    let place = Place::new();
    for end in ["\n2,x\n", "\r\n2,x\r\n", "\n", ""] {
        let table = format!("id,text\n1,{STORY}\rShare this article{end}");
        let clean = cleaned(&place, "b.csv", table.as_bytes(), &[]);
        assert_eq!(String::from_utf8(clean).unwrap(), format!("id,text\n1,\"{STORY}\r\"{end}"));
    }
}

/// Where fields are not quoted, as in much TSV, a text may begin with a quote: that costs its line, and not the
/// table up to the next quote.
#[test]
fn a_quote_that_no_quote_ends_costs_its_line() {
    let place = Place::new();
    let rows = [
        ("1", STORY, true),
        ("2", "\"Nobody knew why, said the mayor.", false),
        ("3", STORY, true),
        ("", "", true),
        ("4", "\"Nobody did.", false),
        ("5", "He said \"yes\" and left.", true),
        ("6", "\"No,\" he said.", false),
        ("7", "He came.", true),
        ("8", "\"And went", false),
        ("9", "again.", true),
    ];
    for (name, separator, end) in [("d.tsv", "\t", "\n"), ("d.csv", ";", "\r\n")] {
        let line = |id: &str, text: &str| {
            if id.is_empty() { end.to_owned() } else { [id, separator, text, end].concat() }
        };
        let all = |is_wanted: fn(bool) -> bool| -> String {
            let rows = rows.iter().filter(|row| is_wanted(row.2)).map(|row| line(row.0, row.1));
            line("id", "text") + &rows.collect::<String>()
        };
        let input = all(|_| true);
        place.write(name, &input);
        for max in ["64M", "60"] {
            let args =
                ["clean", name, "--output-dir", "out", "--report", "r", "--max-record", max, "--force"];
            let ran = place.run(&args).code(2);
            let ran = ran
                .says(&format!("{name}/1: line 3: a field of it begins with a quote, and no quote ends it"))
                .says(&format!("{name}/3: line 6: a field of it begins with a quote, and no quote ends it"))
                .says(&format!("{name}/5: line 8: the quotes of its field text do not match"))
                .says(&format!("{name}/7: line 10: a field of it begins with a quote, and no quote ends it"));
            assert_eq!(ran.err.matches(": line ").count(), 4, "{}", ran.err);
            // The blank line goes with the row behind it.
            let clean = String::from_utf8(place.read(&format!("out/{name}"))).unwrap();
            assert_eq!(clean, all(|is_good| is_good).replace(&format!("{end}{end}"), end));
            place.run(&["restore", "out", "--report", "r", "--output-dir", "back", "--force"]).code(0);
            assert_eq!(String::from_utf8(place.read(&format!("back/{name}"))).unwrap(), input);
        }
        // As it is, in one piece: read again it would be one.
        let args =
            ["clean", name, "--output-dir", "kept", "--report", "r", "--bad-records", "keep", "--force"];
        place.run(&args).code(2);
        place.run(&["restore", "kept", "--report", "r", "--output-dir", "back", "--force"]).code(0);
        assert_eq!(String::from_utf8(place.read(&format!("back/{name}"))).unwrap(), input);
    }
}

/// Whichever column it stands in: among the lines of the clean table it would take those below it for its own.
#[test]
fn a_quote_without_an_end_beside_the_text_costs_its_line() {
    let place = Place::new();
    let input = format!("text\tnote\n{STORY}\t\"stray\nTwo.\tb\nThree.\tc");
    let clean = "text\tnote\nTwo.\tb\nThree.\tc";
    place.write("d.tsv", &input);
    let ran = place.run(&["clean", "d.tsv", "-o", "out.tsv", "--report", "r"]).code(2);
    ran.says("d.tsv/0: line 2: a field of it begins with a quote, and no quote ends it");
    assert_eq!(String::from_utf8(place.read("out.tsv")).unwrap(), clean);
    place.run(&["restore", "out.tsv", "--report", "r", "-o", "back.tsv"]).code(0);
    assert_eq!(String::from_utf8(place.read("back.tsv")).unwrap(), input);
}

/// A quoted text of many lines is one, and so is one that was cut off: its lines are no rows.
#[test]
fn lines_of_a_quoted_text_are_no_rows() {
    let place = Place::new();
    let whole = "text,id\n\"He came, he saw\nand he won, it says\nand went\",2\n\"a, b\nc\",3\n";
    place.write("whole.csv", whole);
    let ran = place.run(&["clean", "whole.csv"]).code(0);
    assert_eq!(ran.out_text(), whole);
    for cut_off in [
        "id,text\n1,\"He came\nand saw\nand won",
        "text\n\"He came\nand saw\n",
        "id\ttext\n1\t\"He came\n\nand saw\n",
    ] {
        place.write("cut.csv", cut_off);
        let ran = place.run(&["clean", "cut.csv", "-o", "out.csv", "--force"]).code(2);
        ran.says("cleaned 0 documents").says("a field of it begins with a quote, and no quote ends it");
        assert!(place.read("out.csv").ends_with(b"text\n"));
    }
}

/// Read to the end for each of its lines, this would take hours.
#[test]
fn many_quotes_without_an_end_take_one_pass() {
    let place = Place::new();
    let lines = 200_000;
    for behind in ["", "x\"y\tz\n", "x\"y\n"] {
        place.write("d.tsv", format!("id\ttext\n{}{behind}", "x\"\t\"y\n".repeat(lines)));
        let ran = place.run(&["clean", "d.tsv", "-o", "out.tsv", "--force"]).code(2);
        ran.says(if behind.ends_with("y\n") { "d.tsv/0: line 2" } else { "199990 more bad records" });
    }
}

/// The rows of a table, header first: a reader as simple as can be, apart from that of the program. A carriage
/// return alone ends no row, and a blank line is none.
fn read_table(table: &str, separator: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut chars = table.chars().peekable();
    // Is the next character the first of its field, and is there none with quotes in the row?
    let (mut is_first, mut is_plain) = (true, true);
    while let Some(c) = chars.next() {
        let is_end = c == '\n' || c == '\r' && chars.peek() == Some(&'\n');
        if c == '"' && is_first {
            is_plain = false;
            while let Some(c) = chars.next() {
                if c == '"' && chars.next_if_eq(&'"').is_none() {
                    break;
                }
                field.push(c);
            }
        } else if !is_end && c != separator {
            field.push(c);
        }
        is_first = is_end || c == separator;
        if is_first {
            row.push(std::mem::take(&mut field));
        }
        if is_end || chars.peek().is_none() {
            chars.next_if(|_| c == '\r' && is_end);
            if !is_end {
                row.push(std::mem::take(&mut field));
            }
            let row = std::mem::take(&mut row);
            if row.len() > 1 || !is_plain || !row[0].trim().is_empty() {
                rows.push(row);
            }
            is_plain = true;
        }
    }
    rows
}

const PIECES: &[&str] = &[
    "\"",
    "\"",
    "\r",
    "\r",
    "\n",
    "\r\n",
    "\t",
    ",",
    " ",
    "a",
    "ä",
    "Share this article",
    "Share this article\r",
    "\rShare this article",
    "\nAdvertisement\n",
    "The council decided on Tuesday to put the ferry back.",
];

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES), 0..6).prop_map(|pieces| pieces.concat())
}

/// A field in quotes, or without where it can stand so.
fn field(text: &str, separator: char, is_last: bool, likes_quotes: bool) -> String {
    let needs = text.starts_with('"') || text.contains(['\n', separator]) || is_last && text.ends_with('\r');
    if needs || likes_quotes { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// How a table is made of texts: its columns, the one that is the text, and what separates them.
type Shape = (usize, usize, char);

fn shape() -> impl Strategy<Value = Shape> {
    (1..4_usize, 0..3_usize, proptest::sample::select(&[',', '\t'][..]))
        .prop_map(|(columns, text, separator)| (columns, text % columns, separator))
}

type Cell = (String, bool);

fn cells() -> impl Strategy<Value = Vec<Cell>> {
    proptest::collection::vec((text(), any::<bool>()), 1..15)
}

fn header((columns, text, separator): Shape, end: &str) -> String {
    let names: Vec<String> =
        (0..columns).map(|at| if at == text { "text".to_owned() } else { format!("c{at}") }).collect();
    names.join(&separator.to_string()) + end
}

fn table(shape: Shape, cells: &[Cell], is_windows: bool, is_ended: bool) -> String {
    let (columns, _, separator) = shape;
    let end = if is_windows { "\r\n" } else { "\n" };
    let mut table = header(shape, end);
    for row in cells.chunks_exact(columns) {
        let fields: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(at, (text, quotes))| field(text, separator, at + 1 == columns, *quotes))
            .collect();
        table += &(fields.join(&separator.to_string()) + end);
    }
    if !is_ended && table.lines().count() > 1 {
        table.truncate(table.len() - end.len());
    }
    table
}

fn name(number: usize, separator: char) -> String {
    format!("{number}.{}", if separator == ',' { "csv" } else { "tsv" })
}

/// What decides of what is written.
const OPTIONS: [&[&str]; 6] = [
    &[],
    &["--bad-records", "keep"],
    &["--on-empty", "drop"],
    &["--removed-lines", "blank", "--bad-records", "keep", "--on-empty", "drop"],
    &["--removed-lines", "mark"],
    &["--scope", "corpus", "--copies", "drop", "--partial", "cut"],
];

/// Fields, most of them with quotes that were meant as such or not.
const STRAY: [&str; 9] = [
    "\"",
    "\"\"",
    "\"Nobody knew.",
    "\"Nobody\" knew.",
    "\"Nobody knew.\"",
    "Nobody \"knew\"",
    "",
    "Share this article",
    "The council decided on Tuesday to put the ferry back.",
];

const GLOBS: [&str; 4] = ["-g", "*.csv", "-g", "*.tsv"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any reader finds in the clean table what is left of each text, and all else as it was.
    #[test]
    fn a_clean_table_is_read_as_what_is_left(
        tables in proptest::collection::vec((shape(), cells(), any::<bool>(), any::<bool>()), 1..40)
    ) {
        let place = Place::new();
        for (number, (shape, cells, is_windows, is_ended)) in tables.iter().enumerate() {
            let table = table(*shape, cells, *is_windows, *is_ended);
            place.write(&format!("in/{}", name(number, shape.2)), table);
        }
        let args = ["clean", "in", "--output-dir", "out", "--report", "r"];
        place.run(&[&args[..], &GLOBS].concat()).code(0);
        place.run(&["restore", "out", "--report", "r", "--output-dir", "back"]).code(0);
        prop_assert!(tree(&place.path("in")) == tree(&place.path("back")));
        for (number, ((_, text, separator), ..)) in tables.iter().enumerate() {
            let read = |folder: &str| {
                let bytes = place.read(&format!("{folder}/{}", name(number, *separator)));
                (read_table(&String::from_utf8(bytes.clone()).unwrap(), *separator), bytes)
            };
            let ((mut rows, before), (mut clean_rows, after)) = (read("in"), read("out"));
            for row in &mut rows[1..] {
                row[*text] = clean(&row[*text], &Config::default()).text();
            }
            // A line of nothing but blanks and separators is no record, and stays as it is.
            for row in rows.iter_mut().chain(&mut clean_rows) {
                if row.iter().all(|field| field.trim().is_empty()) {
                    row.iter_mut().for_each(String::clear);
                }
            }
            prop_assert_eq!(rows, clean_rows, "{} gives {}", before.escape_ascii(), after.escape_ascii());
        }
    }

    /// Rows with quotes where nobody doubled them come back.
    #[test]
    fn rows_with_stray_quotes_come_back(
        tables in proptest::collection::vec((shape(), proptest::collection::vec(0..STRAY.len(), 0..24)), 1..40),
        how in proptest::sample::select(&OPTIONS[..])
    ) {
        let place = Place::new();
        for (number, (shape, cells)) in tables.iter().enumerate() {
            let rows = cells.chunks_exact(shape.0).map(|row| {
                let fields: Vec<&str> = row.iter().map(|&cell| STRAY[cell]).collect();
                fields.join(&shape.2.to_string()) + "\n"
            });
            place.write(&format!("in/{}", name(number, shape.2)), header(*shape, "\n") + &rows.collect::<String>());
        }
        let args = ["clean", "in", "--output-dir", "out", "--report", "r"];
        let ran = place.run(&[&args[..], &GLOBS, how].concat());
        let restored = place.run(&["restore", "out", "--report", "r", "--output-dir", "back"]);
        prop_assert!(restored.code == Some(0), "{}\n{}", ran.err, restored.err);
        prop_assert!(tree(&place.path("in")) == tree(&place.path("back")));
    }

    /// Tables that no program wrote, bad rows and all: they come back.
    #[test]
    fn any_table_comes_back(
        tables in proptest::collection::vec((shape(), proptest::collection::vec(text(), 0..12)), 1..40),
        how in proptest::sample::select(&OPTIONS[..])
    ) {
        let place = Place::new();
        for (number, (shape, texts)) in tables.iter().enumerate() {
            place.write(&format!("in/{}", name(number, shape.2)), header(*shape, "\n") + &texts.concat());
        }
        let args = ["clean", "in", "--output-dir", "out", "--report", "r"];
        let ran = place.run(&[&args[..], &GLOBS, how].concat());
        let restored = place.run(&["restore", "out", "--report", "r", "--output-dir", "back"]);
        prop_assert!(restored.code == Some(0), "{}\n{}", ran.err, restored.err);
        prop_assert!(tree(&place.path("in")) == tree(&place.path("back")));
    }
}
