//! Cleans scraped articles: drops menus, share widgets, prompts, advertising marks, lists of other
//! stories and repeated blocks, and says of every removal where, which kind and which rule.
//!
//! [`clean()`] decides and does not cut: it gives a sorted, disjoint list of [`cuts::Cut`]s over the
//! untouched text. The clean text, the [`report`] and [`mod@restore`] are readings of that list.
//!
//! ```
//! let text = "Home\nSport\nWeather\n\nThe ferry sails again, said the council on Tuesday.\n\nShare this article\n";
//! let cleaned = unchaff::clean(text, &unchaff::Config::default());
//! assert_eq!(cleaned.text(), "The ferry sails again, said the council on Tuesday.\n");
//!
//! let kinds: Vec<&str> = cleaned.cuts.iter().map(|cut| cut.kind.slug()).collect();
//! assert_eq!(kinds, ["navigation", "blank", "blank", "share"]);
//! ```
//!
//! A dump is cleaned by a [`run::Job`]: its inputs are found, read, cleaned on all cores and written, with a
//! report that [`restore::restore()`] makes the originals of again.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use unchaff::run::{self, Event, Job, Target};
//! use unchaff::{input, restore};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let (dump, cleaned) = (folder.path().join("dump"), folder.path().join("cleaned"));
//! # let (report, back) = (folder.path().join("report.jsonl"), folder.path().join("back"));
//! # std::fs::create_dir(&dump)?;
//! # std::fs::write(dump.join("a.txt"), "Share this article\n\nThe ferry sails again, said the council.\n")?;
//! let found = input::find(&[dump.clone()])?;
//! let job = Job {
//!     sources: found.sources,
//!     named: vec![dump],
//!     target: Target::Folder(cleaned.clone()),
//!     report: Some(report.clone()),
//!     ..Job::default()
//! };
//! let stop = AtomicBool::new(false); // set it from elsewhere to end the run
//! let tally = run::run(&job, &stop, |event| {
//!     if let Event::Bad { id, message, .. } = event {
//!         eprintln!("{id}: {message}");
//!     }
//! })?;
//! assert_eq!((tally.docs, tally.changed, tally.bad), (1, 1, 0));
//!
//! let job = restore::Job {
//!     clean: Some(cleaned),
//!     report,
//!     target: Target::Folder(back.clone()),
//!     force: false,
//! };
//! assert_eq!(restore::restore(&job, &stop, |_| {})?.docs, 1);
//! # assert!(std::fs::read_to_string(back.join("a.txt"))?.starts_with("Share"));
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! - Of one text: [`mod@clean`], [`cuts`], [`config`], [`own`] (rules of your own), [`mod@explain`] and [`reasons`].
//! - Of files and dumps: [`input`], [`run`] (with [`run::index`], for dumps that come later), [`output`],
//!   [`settings`] (`unchaff.toml` and its like).
//! - Of what was done: [`report`], [`tally`], [`mod@restore`], [`check`], [`html`], [`review`].
//! - Of models: [`learn`] (gold labels, training, scores).
//!
//! # Features
//!
//! Both are on by default, and `default-features = false` leaves a library with two thirds of the dependencies.
//!
//! - `cli`: the command. No code of the library depends on it.
//! - `parquet`: dumps in Parquet files, which are refused in words without it.
//!
//! # Promises
//!
//! - **Conservation**: kept and removed spans, put back in order, are the input, byte for byte.
//! - **Determinism**: the same input and configuration give the same cuts, on any machine.
//! - **Reasons**: every cut names its kind, its rule and its place; a repeat names its first copy.
//!
//! # Cost
//!
//! Time and memory are linear in the text; memory is about seven times the text, and 1.6 kB for each
//! line that is not blank (measured: 236 MB for one document of 10 MB in 119,740 such lines). The core does no
//! I/O, keeps no state and cannot fail; files, encodings, threads and reports are in [`input`],
//! [`output`], [`run`] and [`report`].
//!
//! # When it is the wrong choice
//!
//! With the HTML at hand, an extractor that reads it knows more than any line can tell. `unchaff`
//! is for text: dumps that are text already, and what extractors leave in.

pub mod check;
pub mod classify;
pub mod clean;
pub mod config;
pub mod cuts;
pub mod document;
pub mod error;
pub mod explain;
mod features;
pub mod html;
pub mod input;
pub mod kind;
pub mod learn;
mod links;
mod masks;
mod names;
mod normal;
pub mod numbers;
pub mod output;
pub mod own;
pub mod pieces;
mod profile;
pub mod reasons;
pub mod removed;
pub mod repeats;
pub mod report;
pub mod restore;
pub mod review;
mod rules;
pub mod run;
mod script;
pub mod segment;
pub mod settings;
pub mod tally;
mod traits;
pub mod visible;

pub use classify::Preset;
pub use classify::model::Model;
pub use clean::{Cleaned, clean};
pub use config::Config;
pub use kind::{Kind, KindSet};
pub use own::Own;

/// What the project's own tests, benchmarks and fuzz targets look at. It is no part of the interface and may
/// change with any version.
#[doc(hidden)]
pub mod internals {
    pub use crate::classify::classify;
    pub use crate::cuts::assemble;
    pub use crate::features::facts;
    pub use crate::input::decode::decode;
    pub use crate::input::fields::Fields;
    pub use crate::normal::label_key;
    pub use crate::own::Wishes;
    pub use crate::profile::Profile;
    pub use crate::repeats::words::Words;
    pub use crate::repeats::{Findings, find};
    pub use crate::rules::phrases::{TABLES, entries};
    pub use crate::rules::{LineView, RULES, Reach, Rule, finder, judge};

    pub mod passages {
        pub use crate::repeats::passages::*;
    }
    pub mod record {
        pub use crate::input::record::*;
    }
    pub mod windows {
        pub use crate::repeats::windows::*;
    }
}
