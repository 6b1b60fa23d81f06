//! Why a line of a text stays or goes, and what would change that.

use crate::classify::explain::{Account, Cause, account};
use crate::classify::{self, BELOW, BY_SHAPE, DATED, Preset};
use crate::clean::clean;
use crate::config::Config;
use crate::cuts::Cut;
use crate::kind::Kind;
use crate::own::{DROP_LINE, Wish};
use crate::profile::Profile;
use crate::visible::quoted;

/// Characters of a line that a suggested pattern holds.
const PATTERN_CHARS_MAX: usize = 60;

/// Why a line stays or goes.
#[derive(Debug)]
pub struct Explanation {
    /// The line, from 0.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// The cut that takes it, if one does.
    pub cut: Option<Cut>,
    /// What the user wants of it, and the pattern that says so.
    pub wish: Option<(Wish, String)>,
    /// What the classifier says; `None` for a blank line.
    pub account: Option<Account>,
    /// Does the line stay only because nothing but bylines and credits would go from this text?
    pub spared: bool,
    /// What would change it.
    pub flips: Vec<Flip>,
}

/// Something that changes whether a line stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// What to do, as options of the command line.
    pub option: String,
    /// What follows.
    pub effect: String,
}

/// Explains line `line` (from 0) of `text`; `None` if there is no such line.
///
/// # Complexity
///
/// The text is cleaned or scored some sixty times.
///
/// # Examples
///
/// ```
/// let explained = unchaff::explain::explain("Share this article\n", 0, &unchaff::Config::default()).unwrap();
/// assert_eq!(explained.account.unwrap().evidence.unwrap().id, "share/label");
/// ```
#[must_use]
pub fn explain(text: &str, line: usize, config: &Config) -> Option<Explanation> {
    let profile = Profile::of(text);
    if line >= profile.lines.len() {
        return None;
    }
    let wishes = config.own.wishes(&profile);
    let wish = wishes.of(line).zip(config.own.pattern_for(profile.line(line)).map(str::to_owned));
    let cut = cut_of(text, line, config);
    let account = (!profile.is_blank(line))
        .then(|| account(&profile, line, &config.model, config.preset, &config.own, &wishes));
    let mut verdicts = classify::classify(&profile, &config.model, config.preset, &config.own, &wishes);
    let would_go = verdicts[line].as_ref().is_some_and(|verdict| verdict.is_cut(config.dropped));
    classify::spare_clean_text(&mut verdicts);
    let mut explanation = Explanation {
        line,
        text: profile.line(line).to_owned(),
        spared: would_go && cut.is_none() && verdicts[line].is_none(),
        cut,
        wish,
        account,
        flips: Vec::new(),
    };
    explanation.flips = flips(text, &explanation, config);
    Some(explanation)
}

fn cut_of(text: &str, line: usize, config: &Config) -> Option<Cut> {
    clean(text, config).cuts.into_iter().find(|cut| cut.lines.contains(&line))
}

fn flips(text: &str, explained: &Explanation, config: &Config) -> Vec<Flip> {
    let goes = explained.cut.is_some();
    let other = if goes { "it stays" } else { "it goes" };
    let mut flips = Vec::new();
    let mut add = |option: String, effect: &str| flips.push(Flip { option, effect: effect.to_owned() });
    for preset in Preset::ALL.into_iter().filter(|&preset| preset != config.preset) {
        let changed = Config { preset, ..config.clone() };
        if cut_of(text, explained.line, &changed).is_some() != goes {
            add(format!("--preset {}", preset.name()), other);
        }
    }
    match &explained.cut {
        Some(cut) if cut.rule != DROP_LINE => {
            add(format!("--keep {}", cut.kind), &format!("all lines of kind {} stay", cut.kind));
        }
        Some(_) => {}
        None => {
            let verdict = explained.account.as_ref().and_then(|account| account.verdict.as_ref());
            let kept = verdict.map(|verdict| verdict.kind).filter(|&kind| !config.dropped.contains(kind));
            if let Some(kind) = kept {
                add(format!("--drop {kind}"), &format!("all lines of kind {kind} go"));
            }
        }
    }
    let option = if goes { "--keep-line" } else { "--drop-line" };
    if !explained.text.trim().is_empty() && explained.wish.is_none() {
        add(
            format!("{option} {}", quoted(&pattern(&explained.text))),
            &format!("{other}, and so does every line like it"),
        );
    }
    flips
}

/// A pattern for this line: its beginning, or all of it.
fn pattern(line: &str) -> String {
    let short: String = line.chars().take(PATTERN_CHARS_MAX).collect();
    let end = if short.len() == line.len() { "$" } else { "" };
    format!("^{}{end}", regex::escape(&short))
}

impl Explanation {
    /// How the decision was made, in one or two sentences.
    #[must_use]
    pub fn why(&self) -> String {
        if let Some((wish, pattern)) = &self.wish {
            return match wish {
                Wish::Keep => format!("Your pattern {pattern} keeps it, whatever else speaks against it."),
                Wish::Drop => format!("Your pattern {pattern} drops it."),
            };
        }
        let Some(account) = &self.account else {
            return match &self.cut {
                Some(cut) if cut.kind == Kind::Blank => {
                    "A blank line that the cuts around it leave over.".to_owned()
                }
                Some(cut) => format!("A blank line inside a cut of kind {}.", cut.kind),
                None => "A blank line, which stays where lines around it stay.".to_owned(),
            };
        };
        if self.spared {
            return "It would go, but nothing except bylines and credits would go from this text: it is an article already, and is left whole.".to_owned();
        }
        if let Some(cut) = self.cut.as_ref().filter(|cut| cut.kind == Kind::Repeat) {
            let first = cut.first.as_ref().map_or(0, |first| first.lines.start + 1);
            let what = if cut.part { "A part of it" } else { "The same text" };
            return format!("{what} stands before, from line {first} on; the first copy stays.");
        }
        let why = why_decided(account);
        match &self.cut {
            Some(cut) if matches!(cut.kind, Kind::Title | Kind::Caption) => {
                format!("{why} Lines of kind {} go, as you asked.", cut.kind)
            }
            _ => why,
        }
    }

    /// The strongest causes for the line (it is running text) and against it, each with its words, the share
    /// of running text without it, and whether another verdict would follow.
    #[must_use]
    pub fn causes(&self, speaks_for: bool, most: usize) -> Vec<(String, f32, bool)> {
        let effects = self.account.iter().flat_map(|account| &account.effects);
        effects
            .filter(|effect| !matches!(effect.cause, Cause::Neighbour(_)))
            .filter(
                |effect| if speaks_for { effect.weight > WEIGHT_MIN } else { effect.weight < -WEIGHT_MIN },
            )
            .take(most)
            .map(|effect| {
                let words = match &effect.cause {
                    Cause::Fact(words) => format!("it {words}"),
                    Cause::Words(words) => format!("it says \"{words}\""),
                    Cause::WholeLine => "the model knows this very line".to_owned(),
                    Cause::Neighbour(line) => format!("line {}", line + 1),
                };
                (words, effect.without.body, effect.flips)
            })
            .collect()
    }

    /// The neighbours that change most: their lines (from 0), the share of running text without them, and
    /// whether another verdict would follow.
    #[must_use]
    pub fn neighbours(&self, most: usize) -> Vec<(usize, f32, bool)> {
        let effects = self.account.iter().flat_map(|account| &account.effects);
        effects
            .filter(|effect| effect.weight.abs() > WEIGHT_MIN)
            .filter_map(|effect| match effect.cause {
                Cause::Neighbour(line) => Some((line, effect.without.body, effect.flips)),
                _ => None,
            })
            .take(most)
            .collect()
    }
}

fn why_decided(account: &Account) -> String {
    let (chances, asked) = (account.chances, account.asked);
    let no_text = percent(1.0 - chances.body);
    let named = account.named.as_ref();
    match (&account.verdict, named) {
        (None, Some(named)) => {
            let of_model = if chances.body > asked.named_body_max {
                format!(
                    "the model is so sure that it is running text ({}) that it stays",
                    percent(chances.body)
                )
            } else if chances.junk < 0.5 {
                format!("the model takes it for junk with {} only, and it stays", percent(chances.junk))
            } else {
                "it stands in a comment of a program between lines that stay".to_owned()
            };
            format!("The rule {} names it, but {of_model}.", named.rule)
        }
        (None, None) => {
            let why = asked.because.map_or(String::new(), |why| format!(", for {why}"));
            format!(
                "No rule names it, and the model takes it for no running text with {no_text}, where {} is asked{why}.",
                percent(asked.furniture_min)
            )
        }
        (Some(verdict), _) if BY_SHAPE.contains(&verdict.rule) => {
            format!("The rule {} names it by its shape, whatever the model says.", verdict.rule)
        }
        (Some(verdict), _) if BELOW.contains(&verdict.rule) => format!(
            "It stands below the article, among what goes there, and the model takes it for no running text with {no_text}."
        ),
        (Some(verdict), Some(named)) if verdict.rule == named.rule || DATED.contains(&verdict.rule) => {
            let of_model = if chances.body < 0.5 {
                "the model does not object".to_owned()
            } else {
                format!(
                    "the model is not sure enough that it is running text, for which it must be by {}",
                    percent(asked.named_body_max)
                )
            };
            let body = percent(chances.body);
            format!("The rule {} names it, and {of_model}: running text with {body}.", named.rule)
        }
        (Some(verdict), _) => {
            let junk = percent(chances.junk);
            if matches!(verdict.kind, Kind::Title | Kind::Caption) {
                let why = if chances.junk >= asked.junk_min {
                    "and it belongs to few lines beside what stays, none of which is surely junk".to_owned()
                } else {
                    format!("where {} is asked before it goes as junk", percent(asked.junk_min))
                };
                format!(
                    "The model takes it for a part of the article that is no running text: junk with {junk}, {why}."
                )
            } else {
                format!(
                    "The model takes it for junk with {junk}, where {} is asked.",
                    percent(asked.junk_min)
                )
            }
        }
    }
}

/// What does less to the log-odds of running text, in nats, is not told: a chance of one half by 5 points.
const WEIGHT_MIN: f32 = 0.2;

/// A chance as people say it: with a digit behind the point where it is nearly never or nearly always.
#[must_use]
pub fn percent(chance: f32) -> String {
    match chance * 100.0 {
        chance if chance < 0.1 => "under 0.1 %".to_owned(),
        chance if chance > 99.9 => "over 99.9 %".to_owned(),
        chance if !(9.95..90.0).contains(&chance) => format!("{chance:.1} %"),
        chance => format!("{chance:.0} %"),
    }
}
