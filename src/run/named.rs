//! Fields that a user named and that no record of an input has: a slip of the pen, which is told.

use std::collections::{BTreeSet, HashMap};

use super::Job;
use crate::document::Document;
use crate::input::fields::listed;

/// Which of the named fields were seen, of each input that is read.
pub(super) struct Named<'j> {
    job: &'j Job,
    inputs: HashMap<usize, Seen>,
}

/// What any record of an input had.
#[derive(Default)]
struct Seen {
    id: bool,
    url: bool,
    arrays: BTreeSet<String>,
}

impl<'j> Named<'j> {
    pub(super) fn new(job: &'j Job) -> Self {
        Self { job, inputs: HashMap::new() }
    }

    /// Looks whether a record of input `src` has what was named; `arrays` are the arrays that it has.
    pub(super) fn see(&mut self, src: usize, document: &Document, arrays: &[String]) {
        let names = &self.job.reading.fields;
        if names.id.is_none() && names.url.is_none() && names.parallel.is_empty() {
            return;
        }
        let seen = self.inputs.entry(src).or_default();
        seen.id = seen.id || names.id.is_none() || !is_made(document, self.job.sources[src].id());
        seen.url |= document.url.is_some();
        for array in arrays {
            if !seen.arrays.contains(array) {
                seen.arrays.insert(array.clone());
            }
        }
    }

    /// What to warn of at the end of input `src`, the first record of which has these fields.
    pub(super) fn warnings(&mut self, src: usize, there: &[String]) -> Vec<String> {
        let names = &self.job.reading.fields;
        // Without fields there was nothing to name: a WARC file, documents parted by blank lines.
        let Some(seen) = self.inputs.remove(&src).filter(|_| !there.is_empty()) else { return Vec::new() };
        let there: Vec<&str> = there.iter().map(String::as_str).collect();
        let mut missed = Vec::new();
        if let (false, Some(name)) = (seen.id, &names.id) {
            missed.push(format!("a field {name} with a string or a number (--id-field); they are numbered"));
        }
        if let (false, Some(name)) = (seen.url, &names.url) {
            missed.push(format!("a field {name} with a string (--url-field); they have no address"));
        }
        let arrays = names.parallel.iter().filter(|name| !seen.arrays.contains(*name));
        missed.extend(arrays.map(|name| format!("an array {name} (--filter-parallel)")));
        let told = |missed| format!("no record has {missed}; the fields of the first are {}", listed(&there));
        missed.into_iter().map(told).collect()
    }
}

/// Is the id of a record made of its input's and its number?
fn is_made(document: &Document, source: &str) -> bool {
    let number = document.id.strip_prefix(source).and_then(|rest| rest.strip_prefix('/'));
    number.is_some_and(|number| number.parse() == Ok(document.rec))
}
