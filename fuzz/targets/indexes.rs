//! Indexes for repeats across documents.

use std::fs;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use unchaff::input::Source;
use unchaff::repeats::{Copies, Scope};
use unchaff::run::index::{self, Index};
use unchaff::run::{self, Event, Job};
use xxhash_rust::xxh3::xxh3_64;

use super::{Place, number};

/// Stories that stand in each other: what the index of the target below is of, and what is cleaned with it.
const STORIES: [&str; 3] = [
    "The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way.\n\nNobody had asked the harbour master.\n\nHe says that he would have told them so for the price of a very small coffee, and of a bun on Sundays, if they had only come.\n",
    "Nobody had asked the harbour master.\n\nSo the paper says. The ferry that the council bought in spring has not left its berth since, because nobody had measured the lock it must pass on its way. It is still there.\n",
    "The ferry that the council bought in autumn has not left its berth since then, because nobody had measured the lock it must pass on the way.\n\nHe says that he would have told them so for the price of a very large coffee, and of a bun on Sundays, if they had only come.\n",
];

/// An index from anywhere: it is refused in words, or a run and a merge with it end.
///
/// The bytes say how a sound index is changed: what is found with it, then places with what stands there. Its hash
/// is made to fit, and so is the length of its facts.
pub(crate) fn index(data: &[u8]) {
    static SOUND: OnceLock<(Vec<u8>, serde_json::Value)> = OnceLock::new();
    let (body, facts) = SOUND.get_or_init(sound_index);
    let (mut body, mut facts) = (body.clone(), facts.clone());
    let (choice, changes) = data.split_first().unwrap_or((&0, &[]));
    for change in changes.chunks_exact(5) {
        let value = u64::from(change[4]);
        let value = if change[0] & 8 == 0 { value } else { u64::MAX - value };
        let at = number(&change[1..4]);
        match change[0] & 7 {
            // A byte anywhere, or what stands behind all; a number of 32 or 64 bits, as its place allows.
            0 if !body.is_empty() => {
                let end = body.len();
                body[at % end] = change[4];
            }
            1 => body.resize(at % (2 * body.len()).max(1), change[4]),
            2 | 3 => {
                let width = if change[0] & 1 == 0 { 4 } else { 8 };
                let at = at % body.len().max(1) / 4 * 4;
                if let Some(place) = body.get_mut(at..at + width) {
                    place.copy_from_slice(&value.to_le_bytes()[..width]);
                }
            }
            // Where a part begins or ends: another place, or one nearby.
            4 | 5 => {
                let names = ["documents", "starts", "groups", "lines", "fingerprints", "short_lines"];
                let place = &mut facts["sections"][names[at % 6]][at / 6 % 2];
                let known = place.as_u64().unwrap_or(0);
                *place = if change[0] & 1 == 0 { value } else { known.wrapping_add(value) }.into();
            }
            6 => facts["docs"] = value.into(),
            _ => facts["version"] = String::from_utf8_lossy(&change[1..]).into(),
        }
    }
    let json = facts.to_string();
    let mut bytes = [&body[..], json.as_bytes(), &(json.len() as u64).to_le_bytes()].concat();
    bytes.extend(xxh3_64(&bytes).to_le_bytes());
    let place = Place::new();
    let (path, stop) = (place.file("index", &bytes), AtomicBool::new(false));
    let index = match Index::open(&path, &stop) {
        Ok(index) => Arc::new(index),
        Err(error) => {
            assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
            return;
        }
    };
    let mut job = stories(&place);
    job.index = Some(index);
    job.report = Some(place.0.join("report"));
    job.config.repeats.copies = if choice & 1 == 0 { Copies::Mark } else { Copies::Drop };
    let ended = run::run(&job, &stop, |event| {
        if let Event::Cleaned { cleaned, .. } = event {
            assert!(cleaned.cuts.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        }
    });
    if let Err(error) = ended {
        assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
    }
    let merged = place.0.join("merged");
    if index::merge(&[path.clone(), path], &merged, true, &stop).is_ok() {
        assert!(Index::open(&merged, &stop).is_ok(), "what is merged is an index");
    }
}

/// A job about the stories, in a scope of all.
fn stories(place: &Place) -> Job {
    let file = |(number, story): (usize, &&str)| {
        let id = format!("{number}.txt");
        let path = place.file(&id, story.as_bytes());
        Source::File { path, id, bytes: story.len() as u64 }
    };
    let mut job = Job {
        sources: STORIES.iter().enumerate().map(file).collect(),
        jobs: 1,
        memory: 1 << 20,
        ..Job::default()
    };
    job.config.repeats.scope = Scope::Corpus;
    job
}

/// An index of the stories: what stands before its facts, and those.
fn sound_index() -> (Vec<u8>, serde_json::Value) {
    let place = Place::new();
    let (path, stop) = (place.0.join("index"), AtomicBool::new(false));
    index::build(&stories(&place), &path, &stop, |_| {}).expect("an index of three texts");
    let mut bytes = fs::read(path).expect("the index");
    bytes.truncate(bytes.len() - 8);
    let length = bytes.split_off(bytes.len() - 8);
    let length = usize::from_le_bytes(length.try_into().expect("eight bytes"));
    let facts = bytes.split_off(bytes.len() - length);
    (bytes, serde_json::from_slice(&facts).expect("its facts"))
}
