//! What each stage of cleaning costs, over generated texts: `cargo bench --bench stages`.
//!
//! Counts are asserted, so that what is measured is known to do its work.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use regex::Regex;
use unchaff::document::Document;
use unchaff::internals::{Profile, Wishes, assemble, classify, decode, find};
use unchaff::removed::RemovedLines;
use unchaff::report::{ReportText, Row, doc_row, line_of};
use unchaff::{Config, clean, segment};

mod text;

const DOCUMENTS: u64 = 200;

fn stages(criterion: &mut Criterion) {
    let pages: Vec<String> = (0..DOCUMENTS).map(text::page).collect();
    let articles: Vec<String> = (0..DOCUMENTS).map(text::article).collect();
    for (name, texts) in [("pages", &pages), ("articles", &articles)] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
        group.sample_size(10);
        of_texts(&mut group, texts);
        group.finish();
    }
}

fn of_texts(group: &mut BenchmarkGroup<criterion::measurement::WallTime>, texts: &[String]) {
    let config = Config::default();
    let wishes = Wishes::default();
    // Limits: a look at every byte, and one pattern searched for in every line.
    group.bench_function("words", |bench| {
        bench.iter(|| texts.iter().map(|text| text.split_ascii_whitespace().count()).sum::<usize>());
    });
    let pattern =
        Regex::new("(?im)^(share|follow|subscribe|read more|advertisement|related).*$").expect("it is valid");
    group.bench_function("pattern", |bench| {
        bench.iter(|| texts.iter().map(|text| pattern.find_iter(text).count()).sum::<usize>());
    });
    group.bench_function("decode", |bench| {
        let bytes = || texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
        let decoded =
            |bytes: Vec<Vec<u8>>| bytes.into_iter().filter_map(|bytes| decode(bytes, None).ok()).count();
        bench.iter_batched(bytes, decoded, BatchSize::LargeInput);
    });
    group.bench_function("segment", |bench| {
        bench.iter(|| texts.iter().map(|text| segment::lines(text).len()).sum::<usize>());
    });
    group.bench_function("profile", |bench| {
        bench.iter(|| texts.iter().map(|text| Profile::of(text).lines.len()).sum::<usize>());
    });
    let profiles: Vec<Profile> = texts.iter().map(|text| Profile::of(text)).collect();
    let classified =
        |profile: &Profile| classify(profile, &config.model, config.preset, &config.own, &wishes);
    group.bench_function("classify", |bench| {
        bench.iter(|| profiles.iter().map(|profile| classified(profile).len()).sum::<usize>());
    });
    group.bench_function("profile and classify", |bench| {
        bench.iter(|| texts.iter().map(|text| classified(&Profile::of(text)).len()).sum::<usize>());
    });
    let verdicts: Vec<_> = profiles.iter().map(classified).collect();
    let junk = verdicts.iter().flatten().flatten().count();
    assert!(junk as u64 >= DOCUMENTS, "every document has a line to share it: {junk}");
    let found = |profile: &Profile| find(profile, |_| true, &config.repeats);
    group.bench_function("repeats", |bench| {
        bench.iter(|| profiles.iter().map(|profile| found(profile).cuts.len()).sum::<usize>());
    });
    let repeated: Vec<_> = profiles.iter().map(found).collect();
    assert!(repeated.iter().map(|findings| findings.cuts.len()).sum::<usize>() > 20);
    group.bench_function("cuts", |bench| {
        let of_one = |((profile, verdicts), findings): ((&Profile, &Vec<_>), _)| {
            assemble(profile, verdicts, findings, config.dropped, &wishes).len()
        };
        bench.iter(|| profiles.iter().zip(&verdicts).zip(&repeated).map(of_one).sum::<usize>());
    });
    let cleaned: Vec<_> = texts.iter().map(|text| clean(text, &config)).collect();
    let document = Document::default();
    group.bench_function("report", |bench| {
        let row = |cleaned: &_| {
            let row = doc_row(&document, cleaned, 0, ReportText::Full, RemovedLines::Drop);
            line_of(&Row::Doc(row)).len()
        };
        bench.iter(|| cleaned.iter().map(row).sum::<usize>());
    });
    group.bench_function("write", |bench| {
        bench.iter(|| cleaned.iter().map(|cleaned| black_box(cleaned.text()).len()).sum::<usize>());
    });
    group.bench_function("clean", |bench| {
        bench.iter(|| texts.iter().map(|text| clean(text, &config).cuts.len()).sum::<usize>());
    });
}

criterion_group!(benches, stages);
criterion_main!(benches);
