//! A page about a run: one HTML file that needs no script, no network and no other file.
//!
//! [`Page`] takes the rows of a report one by one, or what a run tells; memory is that of the documents
//! it shows. Every text from outside goes through [`Text`], which escapes it and shows what is hidden
//! in it; and the page's own policy lets a browser load nothing, should that ever fail.
//!
//! The page is written with `write!` and not with a template engine: such an engine escapes, but it does
//! not show direction and control characters, so each text would need a filter of ours all the same, and
//! what is left is one loop over lines.

mod document;
mod select;
mod text;
mod totals;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::numbers::{self, grouped};
use crate::report::{Doc, Run, Status};
use select::{Choice, Shown, Why};
pub use text::Text;
use totals::{Block, Totals};

const STYLE: &str = include_str!("style.css");

/// Documents that are shown unless asked otherwise.
pub const DOCUMENTS_MAX: usize = 100;
/// Repeated blocks that are listed, and characters of each.
const BLOCKS_MAX: usize = 10;
const BLOCK_CHARS_MAX: usize = 600;
const LINE_CHARS_MAX: usize = 90;
/// Inputs that gave no document and are listed.
const BAD_MAX: usize = 50;
/// Documents that stand open when the page is.
const OPEN_MAX: usize = 1;

/// A page that is being made.
#[derive(Debug)]
pub struct Page {
    max: usize,
    totals: Totals,
    choice: Choice,
    bad: Vec<(String, String)>,
    bad_count: u64,
}

/// Where the documents that are shown stand in the page, by name.
type Numbers<'p> = BTreeMap<&'p str, usize>;

impl Page {
    /// A page that shows `max` documents at most.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { max, totals: Totals::default(), choice: Choice::new(max), bad: Vec::new(), bad_count: 0 }
    }

    /// Adds a document. `text` gives its text before anything was cut, if it is at hand; it is asked for
    /// only if the document is shown.
    pub fn add(&mut self, doc: &Doc, text: impl FnOnce() -> Option<String>) {
        self.totals.add(doc);
        self.choice.offer(doc, text);
    }

    /// Adds an input that gave no document.
    pub fn add_bad(&mut self, id: &str, error: &str) {
        self.bad_count += 1;
        if self.bad.len() < BAD_MAX {
            self.bad.push((id.to_owned(), error.to_owned()));
        }
    }

    /// The page.
    #[must_use]
    pub fn write(self, run: &Run) -> String {
        let Self { max, totals, choice, bad, bad_count } = self;
        let mut groups = choice.finish();
        let shown: u64 = groups.iter().map(|(_, documents)| documents.len() as u64).sum();
        if shown == totals.docs {
            groups = together(groups);
        }
        let mut numbers = Numbers::new();
        for (number, document) in groups.iter().flat_map(|(_, documents)| documents).enumerate() {
            numbers.entry(document.doc.id.as_str()).or_insert(number + 1);
        }
        let mut out = String::new();
        out += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
        out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";
        out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
        out +=
            "<meta name=\"color-scheme\" content=\"light dark\">\n<title>unchaff: what was removed</title>\n";
        let _ = write!(out, "<style>\n{STYLE}</style>\n</head>\n<body>\n");
        header(&mut out, &totals, bad_count, run);
        out += "<main>\n";
        kinds(&mut out, &totals);
        blocks(&mut out, &totals.blocks(BLOCKS_MAX), &numbers);
        bad_inputs(&mut out, &bad, bad_count);
        documents(&mut out, &groups, &totals, max, &numbers);
        out += "</main>\n</body>\n</html>\n";
        out
    }
}

/// All documents in one list: there is nothing to choose.
fn together(groups: Vec<(Why, Vec<Shown>)>) -> Vec<(Why, Vec<Shown>)> {
    let mut all: Vec<Shown> = groups.into_iter().flat_map(|(_, documents)| documents).collect();
    all.sort_by(|one, other| one.doc.id.cmp(&other.doc.id));
    if all.is_empty() { Vec::new() } else { vec![(Why::Sample, all)] }
}

fn header(out: &mut String, totals: &Totals, bad: u64, run: &Run) {
    let removed = totals.chars.0.saturating_sub(totals.chars.1);
    out.push_str("<header>\n<h1>What was removed</h1>\n<dl class=\"tiles\">\n");
    let mut tile = |number: &str, label: &str| {
        let _ = writeln!(out, "<div><dt>{label}</dt><dd>{number}</dd></div>");
    };
    tile(&grouped(totals.docs), if totals.docs == 1 { "document" } else { "documents" });
    tile(&grouped(totals.changed), "changed");
    tile(&grouped(totals.emptied), "emptied");
    if bad > 0 {
        tile(&grouped(bad), "not cleaned");
    }
    tile(&share(removed, totals.chars.0), "of characters removed");
    tile(
        &grouped(totals.lines.0.saturating_sub(totals.lines.1)),
        &format!("of {} lines removed", grouped(totals.lines.0)),
    );
    let _ = write!(
        out,
        "</dl>\n<p class=\"made\">Made by {} {}, configuration {}, model {}.</p>\n</header>\n",
        Text(&run.tool),
        Text(&run.version),
        Text(&run.config),
        Text(&run.model)
    );
}

fn kinds(out: &mut String, totals: &Totals) {
    let all = totals.chars.0;
    let kinds = totals.kinds();
    out.push_str("<section aria-labelledby=\"kinds\">\n<h2 id=\"kinds\">By kind</h2>\n");
    let parts: Vec<String> =
        kinds.iter().map(|(kind, of_kind, _)| format!("{kind} {}", share(of_kind.chars, all))).collect();
    let _ = writeln!(
        out,
        "<div class=\"bar\" role=\"img\" aria-label=\"kept {}, {}\">",
        share(totals.chars.1, all),
        parts.join(", ")
    );
    segment(out, "kept", totals.chars.1, all);
    for (kind, of_kind, _) in &kinds {
        segment(out, &format!("k-{kind}"), of_kind.chars, all);
    }
    out.push_str("</div>\n<table role=\"table\">\n<thead role=\"rowgroup\"><tr role=\"row\">");
    for (class, name) in [
        ("", "kind"),
        ("num", "lines"),
        ("num", "characters"),
        ("num", "share"),
        ("freq", "most frequent line"),
    ] {
        let _ = write!(out, "<th role=\"columnheader\" scope=\"col\" class=\"{class}\">{name}</th>");
    }
    out.push_str("</tr></thead>\n<tbody role=\"rowgroup\">\n");
    let mut row = |class: &str, name: &str, lines: u64, chars: u64, frequent: Option<(&str, u64)>| {
        let frequent = frequent.map_or(String::new(), |(line, docs)| {
            let times = if docs > 1 {
                format!(" <small>in {} documents</small>", grouped(docs))
            } else {
                String::new()
            };
            format!("<q dir=\"auto\">{}</q>{times}", Text(line))
        });
        let _ = writeln!(
            out,
            "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\"><span class=\"swatch {class}\"></span>{name}</th><td role=\"cell\" class=\"num\">{}</td><td role=\"cell\" class=\"num\">{}</td><td role=\"cell\" class=\"num\">{}</td><td role=\"cell\" class=\"freq\">{frequent}</td></tr>",
            grouped(lines),
            grouped(chars),
            share(chars, all)
        );
    };
    row("kept", "kept", totals.lines.1, totals.chars.1, None);
    for (kind, of_kind, frequent) in &kinds {
        row(&format!("k-{kind}"), kind.slug(), of_kind.lines, of_kind.chars, *frequent);
    }
    out.push_str("</tbody>\n</table>\n</section>\n");
}

/// A piece of a bar: as wide as its share, and never so narrow that it vanishes.
fn segment(out: &mut String, class: &str, part: u64, whole: u64) {
    if part > 0 {
        let percent = 100.0 * part as f64 / whole.max(1) as f64;
        let _ = writeln!(out, "<span class=\"{class}\" style=\"flex:{percent:.3} 0 2px\"></span>");
    }
}

fn blocks(out: &mut String, blocks: &[&Block], numbers: &Numbers) {
    if blocks.is_empty() {
        return;
    }
    out.push_str("<section aria-labelledby=\"blocks\">\n<h2 id=\"blocks\">Most repeated blocks</h2>\n");
    for block in blocks {
        let line = shortened(block.text.trim().lines().next().unwrap_or_default(), LINE_CHARS_MAX);
        let _ = write!(
            out,
            "<details class=\"block k-repeat\"><summary><span class=\"copies\">{} removed</span> <span class=\"line\" dir=\"auto\">{}</span></summary>\n<blockquote dir=\"auto\">{}</blockquote>\n<p>First copy, kept: {}.</p>\n<p>Removed: ",
            if block.copies == 1 { "1 copy".to_owned() } else { format!("{} copies", grouped(block.copies)) },
            Text(&line),
            Text(&block.text),
            place(numbers, &block.first.0, block.first.1)
        );
        let places: Vec<String> = block.places.iter().map(|(id, lines)| place(numbers, id, *lines)).collect();
        out.push_str(&places.join("; "));
        let more = block.copies - places.len() as u64;
        if more > 0 {
            let _ = write!(out, "; and {} more", grouped(more));
        }
        out.push_str(".</p></details>\n");
    }
    out.push_str("</section>\n");
}

/// A place in words, and a link if the document is shown.
fn place(numbers: &Numbers, id: &str, lines: [u64; 2]) -> String {
    let words = format!("{} {}", Text(id), line_words(lines));
    match numbers.get(id) {
        Some(number) => format!("<a href=\"#d{number}l{}\">{words}</a>", lines[0]),
        None => words,
    }
}

fn line_words([from, to]: [u64; 2]) -> String {
    if from == to { format!("line {from}") } else { format!("lines {from} to {to}") }
}

fn bad_inputs(out: &mut String, bad: &[(String, String)], count: u64) {
    if bad.is_empty() {
        return;
    }
    out.push_str("<section aria-labelledby=\"bad\">\n<h2 id=\"bad\">Not cleaned</h2>\n<ul>\n");
    for (id, error) in bad {
        let _ = writeln!(out, "<li><b dir=\"auto\">{}</b>: {}</li>", Text(id), Text(error));
    }
    if count > bad.len() as u64 {
        let _ = writeln!(out, "<li>and {} more</li>", grouped(count - bad.len() as u64));
    }
    out.push_str("</ul>\n</section>\n");
}

fn documents(out: &mut String, groups: &[(Why, Vec<Shown>)], totals: &Totals, max: usize, numbers: &Numbers) {
    out.push_str("<section aria-labelledby=\"documents\">\n<h2 id=\"documents\">Documents</h2>\n");
    let shown: usize = groups.iter().map(|(_, documents)| documents.len()).sum();
    if (shown as u64) < totals.docs {
        let _ = writeln!(
            out,
            "<p class=\"note\">{} of {} documents are shown: emptied ones first, then the most changed, then a sample that depends on names alone. <code>--max-docs {max}</code> is the limit.</p>",
            grouped(shown as u64),
            grouped(totals.docs)
        );
    }
    let is_whole = shown as u64 == totals.docs;
    let mut number = 0;
    for (why, documents) in groups {
        if !is_whole {
            let heading = match why {
                Why::Emptied => "Emptied",
                Why::MostChanged => "Most changed",
                Why::Sample => "A sample of the others",
            };
            let _ = writeln!(out, "<h3>{heading}</h3>");
        }
        for document in documents {
            number += 1;
            document::write(out, document, number, number <= OPEN_MAX, numbers);
        }
    }
    out.push_str("</section>\n");
}

fn shortened(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn share(part: u64, whole: u64) -> String {
    numbers::share(part, whole).unwrap_or_else(|| "0 %".to_owned())
}

/// The status of a document in a word, if it needs one.
fn status_word(status: Status) -> Option<&'static str> {
    match status {
        Status::Emptied => Some("emptied"),
        Status::Unchanged => Some("unchanged"),
        Status::Changed => None,
    }
}
