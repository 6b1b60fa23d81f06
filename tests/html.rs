//! The page about a run: whole, safe, true, and the same each time.

use std::collections::BTreeSet;

use crate::util::{Place, root, tree};

const HOSTILE: &str = "Share this article\n\nThe <script>alert(1)</script> \"ferry\" & co \u{1b}[31m sail \u{202e}again, said <img src=x onerror=alert(2)>.\n\nShare on <b>Facebook</b>\n";

/// The example dump and a hostile document, cleaned, with a report.
fn cleaned() -> Place {
    let place = Place::new();
    for (name, bytes) in tree(&root().join("examples/dump")) {
        place.write(&format!("in/{name}"), bytes);
    }
    place
        .write("in/<b>&'\"\u{202e}.txt", HOSTILE)
        .write("in/emptied.txt", "Advertisement\n\nShare this article\n");
    place.write("in/bad.txt", b"a\0b");
    place.run(&["clean", "in", "--output-dir", "out", "--report", "r.jsonl"]).code(2);
    place
}

fn page(place: &Place, args: &[&str]) -> String {
    place.run(&[&["report", "r.jsonl", "--html", "p.html", "--force"], args].concat()).code(0);
    String::from_utf8(place.read("p.html")).unwrap()
}

/// What stands between `from` and the next `to`, each time.
fn between<'t>(text: &'t str, from: &str, to: &str) -> Vec<&'t str> {
    text.split(from).skip(1).map(|rest| rest.split(to).next().unwrap()).collect()
}

#[test]
fn the_page_needs_no_script_no_network_and_no_other_file() {
    let page = page(&cleaned(), &["--clean", "out"]);
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">") && page.ends_with("</html>\n"));
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    for part in
        ["<script", "<img", "<link", "<iframe", "src=", "http:", "https:", "url(", "@import", "<b>Facebook"]
    {
        // Text from outside is escaped, so that none of these can stand in the page as markup.
        let quoted = page.matches(&part.replace('<', "&lt;")).count();
        let raw = page.matches(part).count();
        assert!(raw == 0 || part == "src=" && raw == quoted && raw == 1, "{part} stands {raw} times");
    }
    assert!(page.contains("name=\"viewport\"") && page.contains("prefers-color-scheme: dark"));
}

#[test]
fn hostile_text_is_escaped_and_shown() {
    let page = page(&cleaned(), &["--clean", "out"]);
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot;ferry&quot; &amp; co <span class=\"hid\">U+001B</span>[31m sail <span class=\"hid\">U+202E</span>again"));
    assert!(page.contains("&lt;b&gt;&amp;&#39;&quot;<span class=\"hid\">U+202E</span>.txt"), "a name");
}

#[test]
fn what_goes_is_struck_and_named_and_what_stays_is_plain() {
    let page = page(&cleaned(), &["--clean", "out"]);
    let first = page.split("<b>share/label</b>").nth(1).unwrap();
    assert!(first.contains("</i></span><del class=\"t\" dir=\"auto\">Share this article</del>"), "{first}");
    assert!(
        page.contains("<span class=\"t\" dir=\"auto\">Harbour council votes to restore the old ferry</span>")
    );
    assert!(
        page.contains("<b>bad.txt</b>: binary file")
            || page.contains("<b dir=\"auto\">bad.txt</b>: binary file")
    );
    assert!(page.contains("<span class=\"status\">emptied</span>"));
    for number in
        ["<dt>documents</dt><dd>10</dd>", "<dt>emptied</dt><dd>1</dd>", "<dt>not cleaned</dt><dd>1</dd>"]
    {
        assert!(page.contains(number), "{number}");
    }
}

#[test]
fn every_link_has_its_target() {
    let page = page(&cleaned(), &["--clean", "out"]);
    let targets: BTreeSet<&str> = between(&page, " id=\"", "\"").into_iter().collect();
    let links = between(&page, "href=\"#", "\"");
    assert!(links.len() >= 8, "{links:?}");
    for link in links {
        assert!(targets.contains(link), "{link}");
    }
    assert_eq!(targets.len(), page.matches(" id=\"").count(), "each id once");
}

#[test]
fn tags_are_closed_in_order() {
    let page = page(&cleaned(), &["--clean", "out"]);
    let mut open: Vec<&str> = Vec::new();
    for tag in between(&page, "<", ">") {
        let name = tag.split([' ', '\n']).next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if ["!doctype", "meta"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn without_the_clean_text_the_page_shows_what_was_removed() {
    let place = cleaned();
    let page = page(&place, &[]);
    assert!(page.contains("Share this article</del>") && !page.contains("Harbour council votes"));
    assert!(page.contains("<p class=\"gap\">line 3 stays</p>"), "{page}");
    place.write("out/en/en-ferry-council.txt", "changed");
    let ran = place.run(&["report", "r.jsonl", "--html", "q.html", "--clean", "out"]).code(0);
    ran.says("the clean text of 1 document is not there or was changed");
}

#[test]
fn at_most_so_many_documents_are_shown_and_the_page_says_so() {
    let place = cleaned();
    let page = page(&place, &["--max-docs", "3"]);
    assert_eq!(page.matches("<details class=\"doc\"").count(), 3);
    assert!(page.contains("3 of 10 documents are shown"));
    assert!(page.contains("<h3>Emptied</h3>") && page.contains("<h3>Most changed</h3>"));
}

/// A report of a million rows gives a page that a browser can open.
#[test]
fn a_page_has_an_end() {
    use serde_json::{from_value, json};
    let run = json!({
        "schema": "1.0", "tool": "unchaff", "version": "0", "config": "", "model": "",
        "key": { "algo": "", "norm": "", "unicode": "" }, "text": "full", "inputs": [],
    });
    let run = from_value(run).unwrap();
    let (lines, text) = (20_000, "Advertisement of something or other\n".repeat(3));
    let cuts: Vec<serde_json::Value> = (0..lines)
        .map(|n| {
            let at = [n * 200, n * 200 + 108];
            json!({ "b": at, "c": at, "l": [n * 4 + 1, n * 4 + 3], "kind": "share", "rule": "share/label", "score": 1.0, "text": text })
        })
        .collect();
    let size = json!({ "b": lines * 200, "c": lines * 200, "l": lines * 4, "xxh3": "" });
    let row = |number: usize| {
        from_value(json!({
            "id": format!("{number}.txt"), "src": 0, "rec": 0, "in": size, "out": size, "encoding": "utf-8",
            "status": "changed", "cut": cuts,
        }))
        .unwrap()
    };
    let page = |documents: usize| {
        let mut page = unchaff::html::Page::new(100);
        (0..documents).for_each(|number| page.add(&row(number), || None));
        page.write(&run)
    };
    let one = page(1);
    assert_eq!(one.matches("<div class=\"r x").count(), 3000);
    assert!(
        one.contains(
            "<p class=\"gap\">19,000 more removals are not shown; <code>unchaff clean --diff</code>"
        )
    );
    let many = page(100);
    assert!(many.len() < 36 << 20, "{}", many.len());
    assert_eq!(many.matches("<details class=\"doc\"").count(), 100);
    assert!(many.contains("20,000 more removals are not shown"));
}

#[test]
fn two_pages_of_one_report_are_equal() {
    let place = cleaned();
    let first = page(&place, &["--clean", "out"]);
    assert_eq!(first, page(&place, &["--clean", "out"]));
    let folder = place.path("").to_str().unwrap().to_owned();
    assert!(!first.contains(folder.trim_end_matches('/')), "no path of this machine");
}

#[test]
fn outputs_are_guarded() {
    let place = cleaned();
    place.run(&["report", "r.jsonl"]).code(2).says("--html FILE, --sarif FILE or --stat");
    place.run(&["report", "r.jsonl", "--html", "r.jsonl", "--force"]).code(2).says("inside the input");
    place
        .run(&["report", "r.jsonl", "--html", "out/x.html", "--clean", "out"])
        .code(2)
        .says("inside the input");
    place.run(&["report", "in/bad.txt", "--html", "x.html"]).code(2).says("is no report");
    page(&place, &[]);
    place.run(&["report", "r.jsonl", "--html", "p.html"]).code(2).says("p.html: exists");
}

#[test]
fn removals_become_sarif_results() {
    let place = cleaned();
    place.run(&["report", "r.jsonl", "--sarif", "r.sarif"]).code(0);
    let log: serde_json::Value = serde_json::from_slice(&place.read("r.sarif")).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let in_ferry: Vec<&serde_json::Value> = results
        .iter()
        .filter(|result| {
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "en/en-ferry-council.txt"
        })
        .collect();
    let caption = in_ferry.iter().find(|result| result["ruleId"] == "repeat/caption").unwrap();
    assert_eq!(
        caption["locations"][0]["physicalLocation"]["region"],
        serde_json::json!({ "startLine": 14, "endLine": 14 })
    );
    assert!(caption["message"]["text"].as_str().unwrap().contains("its first copy is line"), "{caption}");
    assert!(results.iter().all(|result| result["level"] == "note" && result["ruleId"] != "blank/end"));
}

/// What an earlier run has done is not cleaned again, and stands in the page all the same.
#[test]
fn the_page_of_a_resumed_run_is_that_of_one_run() {
    let dump = |id: &str| {
        let text = "Home\nNews\nThe council decided on Tuesday to put the ferry back.\nShare this article\n";
        serde_json::json!({ "id": id, "text": text }).to_string()
    };
    let place = Place::new();
    for (name, bytes) in tree(&root().join("examples/dump")) {
        place.write(&format!("in/{name}"), bytes);
    }
    place
        .write("in/emptied.txt", "Advertisement\n\nShare this article\n")
        .write("in/bad.txt", b"a\0b")
        .write("in/d.jsonl", format!("{}\nno record\n{}\n", dump("x"), dump("y")));
    let page = |out: &str, page: &str, how: &[&str]| {
        let args = ["clean", "in", "--output-dir", out, "--resume", "--html", page, "--force"];
        let ran = place.run(&[&args[..], how].concat()).code(2);
        (String::from_utf8(place.read(page)).unwrap(), ran)
    };
    let (whole, _) = page("whole", "whole.html", &[]);
    assert!(whole.contains("The council decided on Tuesday") && whole.contains("d.jsonl/1</b>"), "{whole}");
    place.run(&["clean", "in", "--output-dir", "out", "--resume"]).code(2);
    let (again, ran) = page("out", "p.html", &[]);
    ran.says("inputs were done before");
    assert_eq!(again, whole);
    // A part is done, and of it some rows are lost.
    let notes = String::from_utf8(place.read("out/.unchaff-resume/notes.jsonl")).unwrap();
    let kept: Vec<&str> = notes.lines().filter(|note| !note.contains("\"path\":\"emptied.txt\"")).collect();
    place.write("out/.unchaff-resume/notes.jsonl", kept.join("\n") + "\n");
    let rows = place.read("out/.unchaff-resume/rows.jsonl");
    place.write("out/.unchaff-resume/rows.jsonl", &rows[..rows.len() / 2]);
    assert_eq!(page("out", "p.html", &[]).0, whole);
    // With a report, and with fewer documents than there are.
    assert_eq!(page("out", "p.html", &["--report", "r"]).0, whole);
    let few = page("whole", "whole.html", &["--max-docs", "2"]).0;
    assert!(few.contains(">2 of ") && page("out", "p.html", &["--max-docs", "2"]).0 == few);
}

/// The clean text of another format does not lead back: the page shows what was removed, and counts all.
#[test]
fn the_page_of_a_resumed_run_counts_what_was_converted() {
    let place = Place::new();
    place.write("in/a.txt", "Home\nNews\n\nThe ferry sails again, said the council.\n\nShare this article\n");
    let args = ["clean", "in", "--output-dir", "out", "--output-format", "jsonl", "--resume", "--html"];
    let tiles = |page: &str| {
        place.run(&[&args[..], &[page]].concat()).code(0);
        let page = String::from_utf8(place.read(page)).unwrap();
        between(&page, "<dl class=\"tiles\">", "</dl>")[0].to_owned()
    };
    let first = tiles("1.html");
    assert!(first.contains("<dt>document</dt><dd>1</dd>"), "{first}");
    assert_eq!(tiles("2.html"), first);
}
