//! Arguments that are settings: what an `unchaff.toml` may say too.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use unchaff::error::Error;
use unchaff::own::{Phrase, Role};
use unchaff::settings::{self, Choice, Layer, Settings};
use unchaff::{Kind, Preset};

use crate::message::say;

/// How to clean: the same for every verb that cleans.
#[derive(Debug, Default, ClapArgs)]
#[command(next_help_heading = "What goes and what stays")]
pub(crate) struct SettingArgs {
    /// How sure to be before a line goes [default: balanced]
    #[arg(long, value_name = "PRESET")]
    preset: Option<PresetArg>,

    /// Keep removals of these kinds in the text
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', value_parser = parse_kind)]
    keep: Vec<Kind>,

    /// Drop these kinds too: `title`, `caption`
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', value_parser = parse_kind)]
    drop: Vec<Kind>,

    /// Drop these kinds alone; `repeat,template` is fastest: no line is classified
    #[arg(
        hide_short_help = true,
        long,
        value_name = "KIND,…",
        value_delimiter = ',',
        value_parser = parse_kind
    )]
    kinds: Vec<Kind>,

    /// Nothing but the running text: short for --drop title,caption,byline
    #[arg(long)]
    body_only: bool,

    /// Keep every line that matches, whatever it is (may be given several times)
    #[arg(long, value_name = "REGEX")]
    keep_line: Vec<String>,

    /// Drop every line that matches; --keep-line is stronger
    #[arg(hide_short_help = true, long, value_name = "REGEX")]
    drop_line: Vec<String>,

    /// A phrase of your own: KIND=TEXT, or KIND.ROLE=TEXT with a role such as lead
    #[arg(hide_short_help = true, long, value_name = "KIND=TEXT", value_parser = parse_phrase)]
    phrase: Vec<Phrase>,

    /// Score lines with this model, made by `unchaff train` [default: the built-in one]
    #[arg(hide_short_help = true, long, value_name = "FILE")]
    model: Option<PathBuf>,

    /// Take settings from FILE [default: the nearest unchaff.toml, from the input upward]
    #[arg(hide_short_help = true, long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Take settings from no file
    #[arg(hide_short_help = true, long, conflicts_with = "config")]
    no_config: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PresetArg {
    /// Remove what is almost surely junk
    Precision,
    /// Remove what is more likely junk than not
    Balanced,
    /// Remove what may be junk
    Recall,
}

impl From<PresetArg> for Preset {
    fn from(arg: PresetArg) -> Self {
        match arg {
            PresetArg::Precision => Self::Precision,
            PresetArg::Balanced => Self::Balanced,
            PresetArg::Recall => Self::Recall,
        }
    }
}

impl SettingArgs {
    /// Were kinds chosen?
    pub(crate) fn chooses_kinds(&self) -> bool {
        !self.keep.is_empty() || !self.drop.is_empty() || !self.kinds.is_empty() || self.body_only
    }

    /// What counts for `paths`: what was typed here and in `more`, the environment, the nearest file.
    /// Messages about it are said at once.
    pub(crate) fn resolve(&self, paths: &[PathBuf], more: Layer) -> Result<Settings, Error> {
        let choice = match &self.config {
            Some(path) => Choice::Named(path.clone()),
            None if self.no_config => Choice::Without,
            None => Choice::Nearest(settings::start(paths)?),
        };
        // A variable that is no text is none of ours: all our values are.
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let settings = settings::resolve(self.layer(more), variables, &choice)?;
        for warning in &settings.warnings {
            say(&format!("warning: {warning}"));
        }
        Ok(settings)
    }

    fn layer(&self, more: Layer) -> Layer {
        let mut layer = Layer {
            preset: self.preset.map(Preset::from),
            keep: given(&self.keep),
            drop: given(&self.drop),
            kinds: given(&self.kinds),
            body_only: self.body_only.then_some(true),
            keep_line: given(&self.keep_line),
            drop_line: given(&self.drop_line),
            model: self.model.clone(),
            ..more
        };
        for Phrase { kind, role, text } in &self.phrase {
            let of_kind = layer.phrases.get_or_insert_default().entry(*kind).or_default();
            of_kind.0.entry(*role).or_default().push(text.clone());
        }
        layer
    }
}

fn given<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}

fn parse_kind(name: &str) -> Result<Kind, String> {
    name.parse().map_err(|error: unchaff::kind::UnknownKind| error.to_string())
}

fn parse_phrase(text: &str) -> Result<Phrase, String> {
    let (name, text) =
        text.split_once('=').ok_or("a kind and a phrase, as in related=\"More from the quay\"")?;
    let (kind, role) = match name.split_once('.') {
        None => (name, Role::Label),
        Some((kind, role)) => (kind, parse_role(role)?),
    };
    Ok(Phrase { kind: parse_kind(kind)?, role, text: text.to_owned() })
}

fn parse_role(name: &str) -> Result<Role, String> {
    let roles = Role::SECTIONS.map(|(_, role)| role);
    roles.into_iter().find(|role| role.name() == name).ok_or_else(|| {
        format!("there is no role {name:?}; the roles are {}", roles.map(Role::name).join(", "))
    })
}
