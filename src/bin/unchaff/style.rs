//! Colour, where it is wanted, and never the only way to tell things apart.

use std::io::IsTerminal;

use clap::{Args as ClapArgs, ValueEnum};
use console::Style;
use unchaff::Kind;

#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct ColorArgs {
    /// Colour: on a terminal unless `NO_COLOR` is set, always, or never
    #[arg(hide_short_help = true, long, value_name = "WHEN", default_value = "auto")]
    color: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// How text is painted: not at all, or with the colours of the terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    on: bool,
}

impl ColorArgs {
    /// For what goes to standard output.
    pub(crate) fn stdout(self) -> Paint {
        let auto = std::io::stdout().is_terminal() || is_forced();
        Paint { on: self.on(auto && console::colors_enabled()) }
    }

    /// For what goes to standard error.
    pub(crate) fn stderr(self) -> Paint {
        let auto = std::io::stderr().is_terminal() || is_forced();
        Paint { on: self.on(auto && console::colors_enabled_stderr()) }
    }

    fn on(self, auto: bool) -> bool {
        match self.color {
            When::Auto => auto && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            When::Always => true,
            When::Never => false,
        }
    }
}

fn is_forced() -> bool {
    std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0")
}

impl Paint {
    /// No colour.
    pub(crate) fn off() -> Self {
        Self { on: false }
    }

    pub(crate) fn is_on(self) -> bool {
        self.on
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.on { style.force_styling(true).apply_to(text).to_string() } else { text.to_owned() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.with(Style::new().dim(), text)
    }

    /// What is not as it should be, or goes.
    pub(crate) fn minus(self, text: &str) -> String {
        self.with(Style::new().red(), text)
    }

    /// What is well, or new.
    pub(crate) fn plus(self, text: &str) -> String {
        self.with(Style::new().green(), text)
    }

    /// A word that differs inside a line that does.
    pub(crate) fn word(self, text: &str, is_plus: bool) -> String {
        let style = Style::new().reverse();
        self.with(if is_plus { style.green() } else { style.red() }, text)
    }

    /// The colour of a kind.
    pub(crate) fn kind(self, kind: Kind, text: &str) -> String {
        self.with(style_of(kind), text)
    }
}

/// Six colours that every terminal has; kinds of one family share one. Plain blue and magenta are too dark
/// to be read on the black of many terminals.
fn style_of(kind: Kind) -> Style {
    let style = Style::new();
    match kind {
        Kind::Navigation | Kind::Related | Kind::Tags => style.blue().bright(),
        Kind::Share | Kind::Newsletter | Kind::Comments | Kind::Player => style.magenta().bright(),
        Kind::Consent | Kind::Paywall | Kind::Advertisement | Kind::Disclaimer => style.yellow(),
        Kind::Credit | Kind::Copyright | Kind::Byline | Kind::Bio | Kind::Title | Kind::Caption => {
            style.green()
        }
        Kind::Repeat | Kind::Template => style.red(),
        Kind::Boilerplate => style.cyan(),
        _ => style.dim(), // blank lines
    }
}
