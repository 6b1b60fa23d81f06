//! Texts, and records that hold one.

use std::sync::Arc;

use unchaff::input::format::Format;
use unchaff::internals::Fields;
use unchaff::internals::record::{self, Part, Piece};
use unchaff::kind::{Kind, KindSet};
use unchaff::own::Own;
use unchaff::removed::RemovedLines;
use unchaff::{Config, Preset};

/// Conservation, determinism and reasons, for any text and many configurations.
pub(crate) fn clean(data: &[u8]) {
    let (choice, bytes) = data.split_first().unwrap_or((&0, &[]));
    let text = String::from_utf8_lossy(bytes);
    let config = configured(*choice);
    let cleaned = unchaff::clean(&text, &config);
    let (mut at, mut whole) = (0, String::new());
    for cut in &cleaned.cuts {
        assert!(at <= cut.span.start && !cut.span.is_empty(), "sorted, disjoint and not empty: {cut:?}");
        whole += &text[at..cut.span.start];
        whole += cleaned.removed(cut);
        at = cut.span.end;
        assert!((0.0..=1.0).contains(&cut.score) && cut.rule.starts_with(cut.kind.slug()), "{cut:?}");
        assert!(cut.lines.start < cut.lines.end && cut.lines.end <= cleaned.lines, "{cut:?}");
        if let Some(first) = &cut.first {
            assert!(first.span.end <= cut.span.start && first.document.is_none(), "{cut:?}");
        }
    }
    whole += &text[at..];
    assert_eq!(whole, text, "kept and removed, put back in order, are the text");
    for mark in &cleaned.marks {
        assert!(mark.span.start < mark.span.end && mark.span.end <= text.len(), "{mark:?}");
    }
    assert_eq!(cleaned, unchaff::clean(&text, &config), "the same each time");
}

fn configured(choice: u8) -> Config {
    let preset =
        [Preset::Balanced, Preset::Precision, Preset::Recall, Preset::Balanced][usize::from(choice & 3)];
    let dropped = if choice & 4 == 0 { KindSet::default() } else { KindSet::ALL };
    let own = if choice & 8 == 0 { Own::default() } else { own() };
    let mut config = Config { preset, dropped, own: Arc::new(own), ..Config::default() };
    if choice & 16 != 0 {
        config.dropped.remove(Kind::Blank);
    }
    if choice & 32 != 0 {
        config.repeats.words_min = 8;
    }
    config
}

fn own() -> Own {
    Own::new(&["^The".to_owned()], &["a$".to_owned(), "^$".to_owned()], &[]).unwrap_or_default()
}

/// A record of JSON: what is cut from its text is cut from its bytes and from nothing else.
pub(crate) fn record(data: &[u8]) {
    let (choice, bytes) = data.split_first().unwrap_or((&0, &[]));
    let fields = Fields {
        text: if choice & 1 == 0 { "text" } else { "a.text" }.to_owned(),
        id: Some("id".to_owned()),
        url: Some("url".to_owned()),
        order: Some("date".to_owned()),
        parallel: if choice & 2 == 0 { Vec::new() } else { vec!["scores".to_owned(), "scores".to_owned()] },
        header: None,
    };
    let fields = Arc::new(fields);
    let parsed = |bytes: &[u8]| {
        let part = Part::Record { rec: 0, line: 1, fields: Arc::clone(&fields) };
        record::parse(Format::Jsonl, "in", Piece { bytes: bytes.to_vec(), part })
    };
    let Ok(record) = parsed(bytes) else { return };
    assert_eq!(record.frame.bytes, bytes);
    let cleaned = unchaff::clean(&record.document.text, &configured(choice & 0b11_1100));
    let removed = match choice >> 6 {
        0 | 1 => RemovedLines::Drop,
        2 => RemovedLines::Blank,
        _ => RemovedLines::Mark,
    };
    let cut = record.frame.cut(&cleaned, removed);
    assert_eq!(record.frame.odd_spellings(&cleaned).len(), cleaned.cuts.len());
    if cleaned.cuts.is_empty() {
        assert_eq!(cut, bytes, "nothing was cut: the same bytes");
        return;
    }
    match parsed(&cut) {
        Ok(again) => {
            if removed.is_drop() {
                assert_eq!(again.document.text, cleaned.text());
            }
            assert_eq!((again.document.id, again.document.url), (record.document.id, record.document.url));
        }
        Err(bad) => panic!("a cut record is one still: {}", bad.message),
    }
}
