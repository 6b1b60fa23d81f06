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
pub mod features;
pub mod html;
pub mod input;
pub mod kind;
pub mod learn;
mod markdown;
mod masks;
mod names;
pub mod normal;
pub mod numbers;
pub mod output;
pub mod own;
pub mod pieces;
pub mod profile;
pub mod reasons;
pub mod removed;
pub mod repeats;
pub mod report;
pub mod restore;
pub mod review;
pub mod rules;
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
