//! The keys: what one source of settings may say.
//!
//! A key is one field of [`Layer`]. Its doc comment and its example stand in `unchaff init`, in the JSON
//! Schema and in `docs/configuration.md`; its variable is `UNCHAFF_` and its name. Whoever adds one also
//! reads it in [`super::resolve`], and gives it from the command line in the verb's arguments.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::classify::Preset;
use crate::kind::Kind;
use crate::own::Phrase;
use crate::repeats::{Copies, Order, Partial, Scope};
use crate::report::ReportText;
use crate::rules::phrases::Role;

/// The settings that one source gives: a file, the environment, the command line. What it does not give
/// is left to the source below it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "unchaff.toml", description = "Settings of unchaff; see docs/configuration.md.")]
pub struct Layer {
    /// Another file of settings, relative to this one. What this file says goes before what that one says.
    #[schemars(extend("examples" = ["../shared.toml"]))]
    pub extend: Option<PathBuf>,
    /// How sure to be before a line goes: `precision` takes what is almost surely junk, `balanced` what is
    /// more likely junk than not, `recall` what may be junk.
    #[schemars(extend("examples" = ["balanced"]))]
    pub preset: Option<Preset>,
    /// Kinds that stay in the text.
    #[schemars(extend("examples" = [["byline", "credit"]]))]
    pub keep: Option<Vec<Kind>>,
    /// Kinds that go too, such as `title` and `caption`.
    #[schemars(extend("examples" = [["caption"]]))]
    pub drop: Option<Vec<Kind>>,
    /// No other kinds go than these, and the blank lines that they leave. If none of them is the classifier's, as
    /// in `["repeat", "template"]`, it does not run.
    #[schemars(extend("examples" = [["repeat", "template"]]))]
    pub kinds: Option<Vec<Kind>>,
    /// Nothing but the running text stays: short for `drop = ["title", "caption", "byline"]`.
    #[schemars(extend("examples" = [true]))]
    pub body_only: Option<bool>,
    /// Lines that stay: regular expressions, searched in a line without its line end. What matches is
    /// running text to everything that looks at it, and is never cut.
    #[schemars(extend("examples" = [["^Recipe:", "(?i)editor's note"]]))]
    pub keep_line: Option<Vec<String>>,
    /// Lines that go: regular expressions. `keep-line` is stronger.
    #[schemars(extend("examples" = [["^Story [0-9]+ of [0-9]+$"]]))]
    pub drop_line: Option<Vec<String>>,
    /// A model made by `unchaff train`, relative to this file, in place of the built-in one.
    #[schemars(extend("examples" = ["mine.model"]))]
    pub model: Option<PathBuf>,
    /// The encoding of text files, as a label of the WHATWG Encoding Standard, instead of detecting it. Dumps are
    /// UTF-8.
    #[schemars(extend("examples" = ["windows-1251"]))]
    pub encoding: Option<String>,
    /// Which documents are looked at together: each alone (`document`), those of one `site`, or all (`corpus`).
    /// Lines that stand in many go, passages that stand in an earlier one are told. Inputs are read twice.
    #[schemars(extend("examples" = ["site"]))]
    pub scope: Option<Scope>,
    /// Passages that stand in an earlier document: `drop` them, `mark` them in the report, or `keep` them.
    #[schemars(extend("examples" = ["drop"]))]
    pub copies: Option<Copies>,
    /// Which document has the first copy: the first in the order of the inputs (`input`), the one with the
    /// least `id`, or the one with the least value of a field of this name, such as a date.
    #[schemars(extend("examples" = ["date"]))]
    pub order: Option<Order>,
    /// Least documents, with different main texts, of a line that goes as a template; without it 4, or one in 500
    /// of its scope.
    #[schemars(extend("examples" = [10]))]
    pub min_docs: Option<u32>,
    /// Sentences that stood before, in a line that holds more: they go if they stood in the same `document`; with
    /// `cut` also those of an earlier one, if copies are dropped; with `mark` none.
    #[schemars(extend("examples" = ["mark"]))]
    pub partial: Option<Partial>,
    /// Least words of a repeat, from 8 to 10000; without it 24.
    #[schemars(extend("examples" = [32]))]
    pub repeat_words: Option<usize>,
    /// Of the files below folders only those that match, in any format; with `!` before it those are left out.
    /// Patterns that are typed replace these.
    #[schemars(extend("examples" = [["*.jsonl.zst", "!drafts/**"]]))]
    pub glob: Option<Vec<String>>,
    /// The format of all inputs: `text`, `blocks`, `jsonl`, `json`, `csv`, `tsv`, `warc` or `parquet`. Without it
    /// the end of the name tells, then the first bytes.
    #[schemars(extend("examples" = ["jsonl"]))]
    pub input_format: Option<String>,
    /// The field that holds the text of a record; `a.b` is `b` in `a`. Without it the one that is called `text`,
    /// `content` or the like.
    #[schemars(extend("examples" = ["text"]))]
    pub text_field: Option<String>,
    /// The field that holds the id of a record; without it `id` or the like, if there is one.
    #[schemars(extend("examples" = ["id"]))]
    pub id_field: Option<String>,
    /// The field that holds the address of a record; without it `url` or the like, if there is one.
    #[schemars(extend("examples" = ["url"]))]
    pub url_field: Option<String>,
    /// Fields of JSON records that are arrays with one entry for each line of the text: entries go with their
    /// lines.
    #[schemars(extend("examples" = [["line_scores"]]))]
    pub filter_parallel: Option<Vec<String>>,
    /// Text files hold documents parted by blank lines.
    #[schemars(extend("examples" = [true]))]
    pub split_blank: Option<bool>,
    /// Records and texts longer than this are bad: a number of bytes, or one with `K`, `M` or `G`, powers of 1024.
    #[serde(default, deserialize_with = "size")]
    #[schemars(extend("examples" = ["64M"]), with = "Option<SizeForm>")]
    pub max_record: Option<String>,
    /// Threads; without it one for each core. What is written does not depend on it.
    #[schemars(extend("examples" = [2]))]
    pub jobs: Option<NonZeroUsize>,
    /// How much of each removed text a report holds: `full`, `excerpt` (80 characters) or `none`. `restore`
    /// needs all of it.
    #[schemars(extend("examples" = ["full"]))]
    pub report_text: Option<ReportText>,
    /// Phrases of your own, by kind: evidence, as those of the built-in tables are. A list holds labels (the
    /// phrase is the whole line); other roles are named: `label`, `lead` (before a colon), `start`, `end`,
    /// `part` (anywhere in the line), `hint` (a weak word). `unchaff rules` lists the kinds.
    #[schemars(extend("examples" = [{"navigation": ["back to the quay"], "related": {"lead": ["also on the quay"]}}]))]
    pub phrases: Option<BTreeMap<Kind, Phrases>>,
    /// Settings for the documents of one site: those with an address on this host (`example.org` is also
    /// `www.example.org`), or below a folder of this name.
    #[schemars(extend("examples" = [{"example.org": {"drop-line": ["^Tide table"], "preset": "recall"}}]))]
    pub site: Option<BTreeMap<String, SiteLayer>>,
}

/// The key that may be a number or a text.
pub(super) const MAX_RECORD: &str = "max-record";

/// How a size may be written.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum SizeForm {
    /// With a unit.
    Text(String),
    /// Bytes.
    Number(u64),
}

/// A size: a text, or the number that it would hold.
fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        Text(String),
        Number(i64),
    }
    Ok(Option::<Form>::deserialize(deserializer)?.map(|form| match form {
        Form::Text(text) => text,
        Form::Number(number) => number.to_string(),
    }))
}

/// The settings of one site: keys of the file that concern what goes and what stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SiteLayer {
    /// As in the file: how sure to be before a line goes.
    pub preset: Option<Preset>,
    /// As in the file: kinds that stay.
    pub keep: Option<Vec<Kind>>,
    /// As in the file: kinds that go too.
    pub drop: Option<Vec<Kind>>,
    /// As in the file: no other kinds go.
    pub kinds: Option<Vec<Kind>>,
    /// As in the file: nothing but the running text stays.
    pub body_only: Option<bool>,
    /// Lines that stay, besides those of the file.
    pub keep_line: Option<Vec<String>>,
    /// Lines that go, besides those of the file.
    pub drop_line: Option<Vec<String>>,
    /// Phrases, besides those of the file.
    pub phrases: Option<BTreeMap<Kind, Phrases>>,
}

impl Layer {
    /// What it says of the lines of every document, in the form in which it says so of a site's.
    #[must_use]
    pub fn for_all(&self) -> SiteLayer {
        SiteLayer {
            preset: self.preset,
            keep: self.keep.clone(),
            drop: self.drop.clone(),
            kinds: self.kinds.clone(),
            body_only: self.body_only,
            keep_line: self.keep_line.clone(),
            drop_line: self.drop_line.clone(),
            phrases: self.phrases.clone(),
        }
    }
}

/// Phrases of one kind by their role.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(with = "PhrasesForm")]
pub struct Phrases(pub BTreeMap<Role, Vec<String>>);

/// How phrases may be written.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum PhrasesForm {
    /// Labels.
    List(Vec<String>),
    /// By role.
    ByRole(BTreeMap<Role, Vec<String>>),
}

impl Phrases {
    /// The phrases of `kind`.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = Phrase> {
        let of_role = move |(&role, texts): (&Role, &Vec<String>)| {
            texts.iter().map(move |text| Phrase { kind, role, text: text.clone() }).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(of_role)
    }
}

impl<'de> Deserialize<'de> for Phrases {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;

        impl<'de> Visitor<'de> for Form {
            type Value = Phrases;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a list of phrases, or lists by role such as { lead = [\"also read\"] }")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Phrases, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(Phrases(BTreeMap::from([(Role::Label, texts)])))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Phrases, A::Error> {
                let mut by_role = BTreeMap::new();
                while let Some((role, texts)) = map.next_entry()? {
                    by_role.insert(role, texts);
                }
                Ok(Phrases(by_role))
            }
        }

        deserializer.deserialize_any(Form)
    }
}
