//! What a run is told: plain fields, with the defaults in one place.

use std::sync::Arc;

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::classify::Preset;
use crate::classify::model::Model;
use crate::kind::{Kind, KindSet};
use crate::own::Own;
use crate::repeats::{self, Partial, Scope};
use crate::rules::phrases;

/// How to clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The kinds that are cut. By default all but `title` and `caption`.
    pub dropped: KindSet,
    /// How sure the classifier must be.
    pub preset: Preset,
    /// What scores the lines. By default the model that comes with the program.
    pub model: Arc<Model>,
    /// How repeats are found.
    pub repeats: repeats::Settings,
    /// The user's own rules about lines.
    pub own: Arc<Own>,
    /// Sites whose documents are cleaned in another way.
    pub sites: Vec<Site>,
}

/// How the documents of a site are cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// A host, such as `example.org`, or the name of a folder; in lower case.
    pub name: String,
    /// The whole configuration of its documents. It has no sites.
    pub config: Config,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            dropped: KindSet::default(),
            preset: Preset::default(),
            model: Model::embedded(),
            repeats: repeats::Settings::default(),
            own: Arc::default(),
            sites: Vec::new(),
        }
    }
}

impl Config {
    /// The configuration for the documents of a site, as [`Document::site`] names it: that of the site of the
    /// same name, or this one.
    ///
    /// `example.org` is also `news.example.org`; where the name is a path, one of its folders is enough. Of
    /// several the longest name wins.
    ///
    /// [`Document::site`]: crate::document::Document::site
    #[must_use]
    pub fn of_site(&self, name: &str) -> &Self {
        let is_site = |site: &&Site| name.to_lowercase().split('/').any(|part| belongs(part, &site.name));
        self.sites.iter().filter(is_site).max_by_key(|site| site.name.len()).map_or(self, |site| &site.config)
    }

    /// Does any kind go that the classifier gives?
    pub(crate) fn needs_classifier(&self) -> bool {
        self.dropped.iter().any(|kind| !matches!(kind, Kind::Template | Kind::Repeat | Kind::Blank))
    }

    /// The hash of everything that decides which lines go, as reports name it.
    #[must_use]
    pub fn hash(&self) -> u64 {
        xxh3_64(self.facts().to_string().as_bytes())
    }

    fn facts(&self) -> Value {
        let dropped: Vec<&str> = self.dropped.iter().map(Kind::slug).collect();
        let mut facts =
            json!({ "dropped": dropped, "preset": [self.preset.furniture_min(), self.preset.junk_min()] });
        // The key of the hashes is a secret, and changes what is found only in texts built against it.
        let repeats = &self.repeats;
        facts["repeats"] = json!([repeats.words_min, repeats.partial != Partial::Mark]);
        if repeats.scope != Scope::Document {
            let said = format!(
                "{:?} {:?} {:?} {:?} {:?}",
                repeats.scope, repeats.copies, repeats.order, repeats.docs_min, repeats.partial
            );
            facts["scope"] = json!(said);
        }
        if !self.own.is_empty() {
            let phrases = self.own.phrases().iter();
            let phrases: Vec<_> =
                phrases.map(|phrase| (phrase.kind.slug(), phrase.role.name(), &phrase.text)).collect();
            facts["own"] = json!([self.own.keep_lines(), self.own.drop_lines(), phrases]);
        }
        if !self.sites.is_empty() {
            let sites = self.sites.iter();
            facts["sites"] = sites.map(|site| json!([site.name, site.config.facts()])).collect();
        }
        facts
    }
}

/// Is `name` the site itself, or a part of it (`www.example.org` of `example.org`)? Documents name their hosts
/// without `www.`, and so may be meant who writes it.
fn belongs(name: &str, site: &str) -> bool {
    name.strip_suffix(site).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        || site.strip_prefix("www.") == Some(name)
}

/// The hash of what judges lines: the model, the phrase tables and the program's version, which pins
/// the rules.
#[must_use]
pub(crate) fn model_hash(model: &Model) -> u64 {
    let mut hasher = xxhash_rust::xxh3::Xxh3Default::new();
    hasher.update(&model.hash().to_le_bytes());
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    for (kind, table) in phrases::TABLES {
        hasher.update(kind.slug().as_bytes());
        hasher.update(table.as_bytes());
    }
    hasher.digest()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_sites(names: &[&str]) -> Config {
        let site = |name: &&str| {
            let own = Own::new(&[(*name).to_owned()], &[], &[]).unwrap();
            Site { name: (*name).to_owned(), config: Config { own: Arc::new(own), ..Config::default() } }
        };
        Config { sites: names.iter().map(site).collect(), ..Config::default() }
    }

    #[test]
    fn a_site_is_found_by_host_or_by_folder() {
        let config = with_sites(&["example.org", "news.example.org", "old-dump"]);
        let site = |name: &str| config.of_site(name).own.keep_lines().first().map_or("", String::as_str);
        assert_eq!(site("example.org"), "example.org");
        assert_eq!(site("eu.example.org"), "example.org");
        assert_eq!(site("eu.news.example.org"), "news.example.org", "the longest name");
        assert_eq!(site("badexample.org"), "", "a name ends at a dot");
        assert_eq!(site("example.org.other.test"), "");
        assert_eq!(site("2026/Old-Dump/may"), "old-dump");
        assert_eq!(site("WWW.Example.org"), "example.org");
        assert_eq!(site(""), "");
        let config = with_sites(&["example.org", "www.quay.example"]);
        let site = |name: &str| config.of_site(name).own.keep_lines().first().map_or("", String::as_str);
        assert_eq!(site("quay.example"), "www.quay.example", "the host of https://www.quay.example/");
        assert_eq!(site("lock.quay.example"), "");
    }

    #[test]
    fn everything_that_decides_is_in_the_hash() {
        let plain = Config::default();
        let own = |keep: &str| {
            let own = Own::new(&[keep.to_owned()], &[], &[]).unwrap();
            Config { own: Arc::new(own), ..Config::default() }
        };
        let mut hashes = vec![plain.hash(), own("a").hash(), own("b").hash(), with_sites(&["x"]).hash()];
        hashes.push(Config { preset: Preset::Recall, ..Config::default() }.hash());
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 5);
        assert_eq!(plain.hash(), Config { model: Model::embedded(), ..Config::default() }.hash());
    }
}
