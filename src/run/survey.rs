//! The first pass over the inputs of a run that looks at documents together: their keys, in input order.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;

use super::{Job, WAITING, cleaning, reading};
use crate::error::Error;
use crate::input::Source;
use crate::repeats::corpus::{Corpus, Keys, Scope, Survey};

/// Reads every input once. Inputs and records that cannot be read are passed over: the second pass tells.
///
/// # Errors
///
/// Standard input, which cannot be read twice, and a stop asked for through `stop`.
pub(super) fn survey(job: &Job, pool: &rayon::ThreadPool, stop: &AtomicBool) -> Result<Corpus, Error> {
    if job.sources.contains(&Source::Stdin) {
        return Err(Error::usage(
            "documents are compared with each other in two passes, and standard input can be read only once; give files, or --scope document",
        ));
    }
    let abandoned = AtomicUsize::new(usize::MAX);
    let mut survey = Survey::default();
    std::thread::scope(|scope| {
        let (to, batches) = sync_channel(WAITING);
        let abandoned = &abandoned;
        scope.spawn(move || reading::read_all(job, stop, abandoned, HashMap::new(), &to));
        for batch in batches {
            let documents = pool.install(|| cleaning::documents(job, batch));
            let keys: Vec<Keys> =
                pool.install(|| documents.par_iter().map(|(_, document)| Keys::of(&document.text)).collect());
            for ((src, document), keys) in documents.iter().zip(&keys) {
                let site = document.site();
                survey.add(&document.id, (*src, document.rec), group(job.config.repeats.scope, &site), keys);
            }
        }
    });
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    Ok(survey.finish(&job.config.repeats))
}

/// The group in which a document of `site` is looked at.
pub(super) fn group(scope: Scope, site: &str) -> &str {
    match scope {
        Scope::Site => site,
        Scope::Document | Scope::Corpus => "",
    }
}
