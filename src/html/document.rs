//! One document: its lines with their numbers, what goes struck and with its reason at the margin.

use std::fmt::Write as _;
use std::ops::Range;

use super::select::Shown;
use super::{Numbers, Text, grouped, line_words, segment, share, status_word};
use crate::kind::Kind;
use crate::pieces::{Piece, pieces};
use crate::report::{Cut, Doc};
use crate::segment::is_blank;

/// Rows of one document that are shown, and characters of one row.
const ROWS_MAX: usize = 3000;
const ROW_CHARS_MAX: usize = 4000;
/// A page of so many bytes takes no more rows: browsers take seconds to open it as it is.
const PAGE_BYTES_MAX: usize = 32 << 20;

/// Writes a document, folded unless `is_open`.
pub(super) fn write(out: &mut String, shown: &Shown, number: usize, is_open: bool, numbers: &Numbers) {
    let doc = &shown.doc;
    let _ = write!(
        out,
        "<details class=\"doc\" id=\"d{number}\"{}>\n<summary><span class=\"name\" dir=\"auto\">{}</span>",
        if is_open { " open" } else { "" },
        Text(&doc.id)
    );
    if let Some(word) = status_word(doc.status) {
        let _ = write!(out, " <span class=\"status\">{word}</span>");
    }
    let kept = doc.kept();
    let _ = write!(
        out,
        "<span class=\"meta\">{} removed, {} of {} lines stay</span>\n<span class=\"bar\" aria-hidden=\"true\">",
        share(doc.before.c - kept.c, doc.before.c),
        grouped(kept.l),
        grouped(doc.before.l)
    );
    segment(out, "kept", kept.c, doc.before.c);
    for kind in Kind::ALL {
        let chars = doc.cut.iter().filter(|cut| cut.kind == kind).map(|cut| cut.c[1] - cut.c[0]).sum();
        segment(out, &format!("k-{kind}"), chars, doc.before.c);
    }
    out.push_str("</span></summary>\n<div class=\"rows\">\n");
    match shown.text.as_deref().and_then(|text| Some((text, spans(doc, text)?))) {
        Some((text, spans)) => with_text(out, doc, text, &spans, number, numbers),
        None => without_text(out, doc, number, numbers),
    }
    out.push_str("</div>\n</details>\n");
}

/// The spans of the cuts, if they are of this text.
fn spans(doc: &Doc, text: &str) -> Option<Vec<Range<usize>>> {
    let mut at = 0;
    let mut spans = Vec::with_capacity(doc.cut.len());
    for cut in &doc.cut {
        let span = usize::try_from(cut.b[0]).ok()?..usize::try_from(cut.b[1]).ok()?;
        if span.start < at || text.get(span.clone()).is_none() {
            return None;
        }
        at = span.end;
        spans.push(span);
    }
    Some(spans)
}

fn with_text(
    out: &mut String,
    doc: &Doc,
    text: &str,
    spans: &[Range<usize>],
    number: usize,
    numbers: &Numbers,
) {
    let pieces = pieces(text, spans);
    let mut last = None;
    // Marks are sorted; one is told where its first line stands.
    let mut marks = doc.mark.iter().peekable();
    let mut shown = 0;
    for piece in &pieces {
        if is_full(out, shown) {
            break;
        }
        shown += 1;
        let begins = piece.cut.is_some() && piece.cut != last;
        last = piece.cut;
        let why = match piece.cut {
            Some(at) => begins.then(|| &doc.cut[at]),
            None => marks.next_if(|mark| mark.l[0] <= piece.line),
        };
        row(out, doc, piece, why, number, numbers);
    }
    more(out, pieces.len() as u64 - shown, "lines are");
}

/// Is there no room for a row of a document of which so many are shown?
fn is_full(out: &str, shown: u64) -> bool {
    shown >= ROWS_MAX as u64 || out.len() >= PAGE_BYTES_MAX
}

/// Says that there is more of a document than is shown, and what shows it.
fn more(out: &mut String, count: u64, what: &str) {
    if count > 0 {
        let _ = writeln!(
            out,
            "<p class=\"gap\">{} more {what} not shown; <code>unchaff clean --diff</code> of this input shows all</p>",
            grouped(count)
        );
    }
}

/// What went and what was found, with gaps for what stays.
fn without_text(out: &mut String, doc: &Doc, number: usize, numbers: &Numbers) {
    let mut found: Vec<(Option<usize>, &Cut)> =
        doc.cut.iter().enumerate().map(|(at, cut)| (Some(at), cut)).collect();
    found.extend(doc.mark.iter().map(|mark| (None, mark)));
    found.sort_by_key(|(at, found)| (found.b[0], at.is_some()));
    let mut next = 1;
    let (mut shown, mut left_out) = (0, 0);
    for (at, cut) in found {
        if is_full(out, shown) {
            left_out += 1;
            continue;
        }
        gap(out, next, cut.l[0]);
        let text = cut.text.as_deref().unwrap_or_default();
        let whole = 0..text.len();
        let lines = pieces(text, std::slice::from_ref(&whole));
        for (offset, piece) in lines.iter().enumerate() {
            if is_full(out, shown) {
                more(out, (lines.len() - offset) as u64, "lines of this removal are");
                break;
            }
            shown += 1;
            let piece = Piece { line: cut.l[0] + piece.line - 1, cut: at, ..piece.clone() };
            row(out, doc, &piece, (offset == 0).then_some(cut), number, numbers);
        }
        if text.is_empty() {
            shown += 1;
            let piece = Piece { line: cut.l[0], goes_on: false, ends: true, text: "", cut: at };
            row(out, doc, &piece, Some(cut), number, numbers);
        }
        next = next.max(cut.l[1] + 1);
    }
    if left_out > 0 {
        more(out, left_out, "removals are");
    } else {
        gap(out, next, doc.before.l + 1);
    }
}

/// A note on lines that stay and are not at hand.
fn gap(out: &mut String, from: u64, until: u64) {
    if until > from {
        let words = line_words([from, until - 1]);
        let _ = writeln!(
            out,
            "<p class=\"gap\">{words} {}</p>",
            if until - from == 1 { "stays" } else { "stay" }
        );
    }
}

/// A line; `why` is told at the margin: of a cut that begins here, or of what was found and stays.
fn row(out: &mut String, doc: &Doc, piece: &Piece, why: Option<&Cut>, number: usize, numbers: &Numbers) {
    let line = piece.line;
    let body = piece.body();
    let cut = piece.cut.map(|cut| &doc.cut[cut]);
    let blank = if is_blank(body) { " e" } else { "" };
    let class = match cut {
        Some(cut) => format!("r x k-{}{blank}", cut.kind),
        None if why.is_some() => format!("r m{blank}"),
        None => format!("r{blank}"),
    };
    let number_cell = if piece.goes_on {
        "<span class=\"n\" aria-hidden=\"true\">…</span>".to_owned()
    } else {
        format!("<span class=\"n\" id=\"d{number}l{line}\">{line}</span>")
    };
    let _ = write!(out, "<div class=\"{class}\">{number_cell}<span class=\"w\">");
    if let Some(why) = why {
        reason(out, doc, why, number, numbers);
        if cut.is_none() {
            out.push_str(" <i>stays</i>");
        }
    }
    let tag = if cut.is_some() { "del" } else { "span" };
    let _ = write!(out, "</span><{tag} class=\"t\" dir=\"auto\">");
    let end = body.char_indices().nth(ROW_CHARS_MAX).map_or(body.len(), |(end, _)| end);
    let _ = write!(out, "{}", Text(&body[..end]));
    if end < body.len() {
        let _ = write!(out, "<span class=\"hid\">… {} more bytes</span>", grouped((body.len() - end) as u64));
    }
    let _ = writeln!(out, "</{tag}></div>");
}

/// Rule and score; of a repeat the place of its first copy.
fn reason(out: &mut String, doc: &Doc, cut: &Cut, number: usize, numbers: &Numbers) {
    let _ = write!(out, "<b>{}</b>", Text(&cut.rule));
    if let Some(first) = &cut.first {
        let is_here = first.id == doc.id;
        let other = if is_here { String::new() } else { format!(" of {}", Text(&first.id)) };
        let words = format!("first copy: {}{other}", line_words(first.l));
        let target = if is_here { Some(number) } else { numbers.get(first.id.as_str()).copied() };
        let _ = match target {
            Some(target) => write!(out, " <a href=\"#d{target}l{}\">{words}</a>", first.l[0]),
            None => write!(out, " {words}"),
        };
    } else if cut.kind != Kind::Blank {
        let _ = write!(out, " <i>{:.2}</i>", cut.score);
    }
}
