//! Writes generated texts, the same on every machine, to measure on: a dump of pages or of articles, or one
//! text of articles one after another.
//! `cargo run --release --example make_texts -- pages 20000000 > pages.jsonl`

use std::io::{BufWriter, Write};

#[path = "../benches/text/mod.rs"]
mod text;

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (make, is_dump): (fn(u64) -> String, bool) = match args.first().map(String::as_str) {
        Some("pages") => (text::page, true),
        Some("articles") => (text::article, true),
        Some("text") => (text::article, false),
        _ => return Err(std::io::Error::other("usage: make_texts pages|articles|text BYTES")),
    };
    let bytes: usize = args.get(1).and_then(|bytes| bytes.parse().ok()).unwrap_or(10_000_000);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut written = 0;
    for seed in 0.. {
        if written >= bytes {
            break;
        }
        let text = make(seed);
        written += text.len();
        if is_dump {
            writeln!(out, "{{\"id\":\"{seed}\",\"text\":{}}}", serde_json::Value::from(text))?;
        } else {
            out.write_all(text.as_bytes())?;
        }
    }
    out.flush()
}
