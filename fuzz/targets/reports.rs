//! Reports, and all that reads them.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use unchaff::report::{Header, Reader, Row, dolma};
use unchaff::restore::{self, Originals};
use unchaff::run::Target;
use xxhash_rust::xxh3::Xxh3Default;

use super::Place;

/// A report from anywhere: it is refused in words, or its rows can be shown.
pub(crate) fn report(data: &[u8]) {
    let place = Place::new();
    let path = place.file("report", &signed(data));
    show(&path, None);
}

/// Everything that reads reports.
fn show(path: &Path, clean: Option<&Path>) {
    let Ok(header) = Header::verify(path) else { return };
    let mut page = unchaff::html::Page::new(3);
    let mut log = unchaff::check::sarif::Log::default();
    let mut originals = Originals::new(clean, &header);
    let mut rows = match Reader::open(path) {
        Ok(rows) => rows,
        Err(error) => panic!("it was read before: {error}"),
    };
    loop {
        match rows.next_row() {
            Ok(Some(Row::Doc(doc))) => {
                page.add(&doc, || originals.text(&doc).ok());
                log.add_doc(&doc, header.run.inputs.get(doc.src));
                for offsets in [dolma::Offsets::Bytes, dolma::Offsets::Chars] {
                    let sum = |spans: Vec<[u64; 2]>| spans.iter().map(|span| span[1] - span[0]).sum::<u64>();
                    let all = sum(dolma::removed(&doc, offsets)) + sum(dolma::kept(&doc, offsets));
                    let whole = if offsets == dolma::Offsets::Bytes { doc.before.b } else { doc.before.c };
                    assert_eq!(all, whole);
                }
                drop(doc.counts());
            }
            Ok(Some(Row::Bad(bad))) => page.add_bad(&bad.id, &bad.error),
            Ok(Some(Row::Run(_) | Row::Summary(_))) => {}
            Ok(None) => break,
            Err(error) => panic!("it was whole: {error}"),
        }
    }
    let page = page.write(&header.run);
    assert!(page.ends_with("</html>\n") && !page.contains("<script"));
    drop(log.write());
    drop(unchaff::review::doubtful(path, 2.0));
}

/// The report with the hash that it ought to have: a fuzzer does not guess hashes, an enemy computes them.
fn signed(report: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = report.split_inclusive(|&byte| byte == b'\n').collect();
    let Some(last) = lines.pop() else { return Vec::new() };
    let mut hasher = Xxh3Default::new();
    for line in lines.iter().skip(1).chain(lines.first()) {
        hasher.update(line);
    }
    let mut out = lines.concat();
    match serde_json::from_slice::<serde_json::Value>(last) {
        Ok(mut summary) if summary.get("rows").is_some() => {
            summary["rows"] = format!("xxh3:{:016x}", hasher.digest()).into();
            out.extend_from_slice(summary.to_string().as_bytes());
        }
        _ => out.extend_from_slice(last),
    }
    out
}

/// A clean text and a report from anywhere: what is restored has the hash that the report tells, and
/// nothing is written outside the folder. The bytes are the clean text, a NUL and the report.
pub(crate) fn restore(data: &[u8]) {
    let at = data.iter().position(|&byte| byte == 0).unwrap_or(data.len());
    let (clean, report) = (&data[..at], signed(data.get(at + 1..).unwrap_or_default()));
    let place = Place::new();
    let (clean, report) = (place.file("clean", clean), place.file("report", &report));
    let out = place.0.join("deep/out");
    let stop = AtomicBool::new(false);
    for target in [Target::Folder(out.clone()), Target::File(place.0.join("one"))] {
        let job = restore::Job { clean: Some(clean.clone()), report: report.clone(), target, force: true };
        drop(restore::restore(&job, &stop, |_| {}));
    }
    show(&report, Some(&clean));
    // As a folder, in which the clean text has the name that the report tells, if it is a plain one.
    if let Ok(Header { run, .. }) = Header::verify(&report) {
        let name = run.inputs.first().map_or("", |input| input.path.as_str());
        let folder = place.0.join("folder");
        if !name.is_empty()
            && name.len() < 50
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
            && name.trim_matches('.') == name
        {
            fs::create_dir_all(&folder)
                .and_then(|()| fs::copy(&clean, folder.join(name)))
                .map(drop)
                .unwrap_or_default();
            let job = restore::Job { clean: Some(folder), report, target: Target::Folder(out), force: true };
            drop(restore::restore(&job, &stop, |_| {}));
        }
    }
    let mut names: Vec<String> = fs::read_dir(&place.0)
        .map(|entries| {
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        })
        .unwrap_or_default();
    names.retain(|name| !["clean", "deep", "folder", "one", "report"].contains(&name.as_str()));
    assert_eq!(names, Vec::<String>::new(), "nothing stands where nothing was asked for");
}
