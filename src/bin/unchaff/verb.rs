//! Which verb is meant: the first word that is no option, if it is one, and `clean` otherwise.

use std::ffi::OsString;
use std::path::Path;

use clap::{Command, CommandFactory};
use unchaff::error::Error;

use crate::args::Args;

/// What the whole command understands beside its verbs.
const OF_ALL: [&str; 5] = ["help", "-h", "--help", "-V", "--version"];

/// Puts the verb in front, where the parser wants it. Options may stand before it: `unchaff -j 2 check …` is
/// `unchaff check -j 2 …`. Where no verb stands it is `clean`: `unchaff dump …` is `unchaff clean dump …`.
///
/// A file that is called as a verb is none where it is the first word: it is a path behind `--`, behind `clean`, and as
/// `./check`.
///
/// # Errors
///
/// The first word is nearly a verb, and no file or folder has that name.
pub(crate) fn with_verb(typed: impl Iterator<Item = OsString>) -> Result<Vec<OsString>, Error> {
    let command = Args::command();
    let mut typed: Vec<OsString> = typed.collect();
    let is_flag_of_all =
        |word: &&OsString| ["-q", "--quiet", "-v", "--verbose"].iter().any(|flag| *word == flag);
    let at = (1 + typed.iter().skip(1).take_while(is_flag_of_all).count()).min(typed.len());
    if typed.get(at).is_some_and(|word| OF_ALL.iter().any(|known| word == known)) {
        return Ok(typed);
    }
    let first = first_word(&typed, at, &command);
    let Some((first, verb)) = first.and_then(|first| Some((first, verb_of(&command, typed.get(first))?)))
    else {
        first.map_or(Ok(()), |first| refuse_mistyped(&typed[first], &command))?;
        typed.insert(at, "clean".into());
        return Ok(typed);
    };
    // Options belong to the last verb of several, as in `index build`.
    let options: Vec<OsString> = typed.drain(at..first).collect();
    let behind = at + 1 + usize::from(verb_of(verb, typed.get(at + 1)).is_some());
    typed.splice(behind..behind, options);
    Ok(typed)
}

/// The verb of a command that a word names.
fn verb_of<'c>(command: &'c Command, word: Option<&OsString>) -> Option<&'c Command> {
    command.get_subcommands().find(|verb| word.is_some_and(|word| word == verb.get_name()))
}

/// Where the first word stands that is neither an option nor the value of one. `None` if there is none before `--`,
/// and where an option is not known: the parser will say so.
fn first_word(typed: &[OsString], mut at: usize, command: &Command) -> Option<usize> {
    while let Some(word) = typed.get(at) {
        let Some(word) = word.to_str() else { return Some(at) };
        at += match (word.strip_prefix("--"), word.strip_prefix('-')) {
            (Some(""), _) => return None,
            (Some(long), _) => 1 + usize::from(!long.contains('=') && takes_value(command, long)?),
            (None, Some(letters)) if !letters.is_empty() => words_of_letters(command, letters)?,
            _ => return Some(at),
        };
    }
    None
}

/// How many words are taken by letters behind one dash: flags, and at most one option, whose value is what
/// follows, in the same word or in the next.
fn words_of_letters(command: &Command, letters: &str) -> Option<usize> {
    for (at, letter) in letters.char_indices() {
        let end = at + letter.len_utf8();
        if takes_value(command, &letters[at..end])? {
            return Some(1 + usize::from(end == letters.len()));
        }
    }
    Some(1)
}

/// Does the value of this option stand in the next word? All verbs that have it agree.
fn takes_value(command: &Command, name: &str) -> Option<bool> {
    let is_named = |arg: &&clap::Arg| {
        arg.get_long() == Some(name) || arg.get_short().is_some_and(|letter| name.chars().eq([letter]))
    };
    let own = command.get_arguments().find(is_named);
    own.map(|arg| arg.get_action().takes_values() && !arg.is_require_equals_set())
        .or_else(|| command.get_subcommands().find_map(|verb| takes_value(verb, name)))
}

/// Refuses a word that looks like a slip of the pen: what it would cost to clean everything else is a surprise.
fn refuse_mistyped(word: &OsString, command: &Command) -> Result<(), Error> {
    let Some(text) = word.to_str() else { return Ok(()) };
    // A link that leads nowhere is there, too.
    let is_plain = text.chars().all(|c| c.is_alphabetic() || c == '-') && text != "-";
    if !is_plain || Path::new(word).symlink_metadata().is_ok() {
        return Ok(());
    }
    let likeness = |verb: &str| strsim::damerau_levenshtein(&text.to_lowercase(), verb);
    let near = command.get_subcommands().map(Command::get_name).min_by_key(|verb| likeness(verb));
    match near.filter(|verb| likeness(verb) <= slips_max(verb)) {
        Some(near) => Err(Error::Usage {
            message: format!(
                "there is neither a verb {text:?} nor a file or folder of that name; did you mean \"{near}\"?"
            ),
        }),
        None => Ok(()),
    }
}

/// So many letters are slips, and more are another name: of short verbs few, chosen by eye on names of folders
/// (`in`, `data`, `text`).
fn slips_max(verb: &str) -> usize {
    1 + verb.len() / 6
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn verb_first(words: &[&str]) -> Vec<String> {
        let typed = std::iter::once("unchaff").chain(words.iter().copied()).map(OsString::from);
        with_verb(typed).unwrap().into_iter().skip(1).map(|word| word.into_string().unwrap()).collect()
    }

    #[test]
    fn clean_is_the_default_verb() {
        assert_eq!(verb_first(&["dump"]), ["clean", "dump"]);
        assert_eq!(verb_first(&[]), ["clean"]);
        assert_eq!(verb_first(&["-q", "dump"]), ["-q", "clean", "dump"]);
        assert_eq!(verb_first(&["-q", "restore", "x"]), ["-q", "restore", "x"]);
        assert_eq!(verb_first(&["restore", "x"]), ["restore", "x"]);
        assert_eq!(verb_first(&["--version"]), ["--version"]);
        assert_eq!(verb_first(&["-v"]), ["-v", "clean"]);
        assert_eq!(verb_first(&["--stat", "-"]), ["clean", "--stat", "-"]);
    }

    #[test]
    fn options_may_stand_before_the_verb() {
        assert_eq!(verb_first(&["--no-config", "explain", "x:1"]), ["explain", "--no-config", "x:1"]);
        assert_eq!(verb_first(&["-q", "--force", "init"]), ["-q", "init", "--force"]);
        assert_eq!(verb_first(&["-j", "2", "check", "f"]), ["check", "-j", "2", "f"]);
        for jobs in ["-j2", "--jobs=2", "-nj2"] {
            assert_eq!(verb_first(&[jobs, "check"]), ["check", jobs]);
        }
        assert_eq!(verb_first(&["-nj", "2", "check"]), ["check", "-nj", "2"]);
        let build = ["-j", "2", "index", "build", "dump", "-o", "x"];
        assert_eq!(verb_first(&build), ["index", "build", "-j", "2", "dump", "-o", "x"]);
        assert_eq!(verb_first(&["--diff", "check"]), ["check", "--diff"], "its value stands behind `=`");
    }

    #[test]
    fn a_path_that_is_called_as_a_verb_can_be_cleaned() {
        assert_eq!(verb_first(&["./check"]), ["clean", "./check"]);
        assert_eq!(verb_first(&["clean", "check"]), ["clean", "check"]);
        assert_eq!(verb_first(&["--", "check"]), ["clean", "--", "check"]);
        assert_eq!(verb_first(&["--stat", "--", "check"]), ["clean", "--stat", "--", "check"]);
        assert_eq!(verb_first(&["dump", "check"]), ["clean", "dump", "check"]);
        assert_eq!(verb_first(&["-o", "check", "dump"]), ["clean", "-o", "check", "dump"]);
        assert_eq!(verb_first(&["--no-such-option", "check"]), ["clean", "--no-such-option", "check"]);
    }

    #[test]
    fn what_is_nearly_a_verb_is_refused() {
        let refused = |word: &str| {
            let typed = ["unchaff", word, "a.txt"].map(OsString::from);
            with_verb(typed.into_iter()).err().map(|error| error.to_string())
        };
        let told =
            "there is neither a verb \"cleen\" nor a file or folder of that name; did you mean \"clean\"?";
        assert_eq!(refused("cleen").as_deref(), Some(told));
        for (slip, verb) in
            [("chekc", "check"), ("Rules", "rules"), ("explian", "explain"), ("reports", "report")]
        {
            assert!(refused(slip).is_some_and(|told| told.contains(&format!("mean \"{verb}\""))), "{slip}");
        }
        for name in ["in", "data", "text", "texts", "dump", "test", "pages", "clean.txt", "./cleen", "src"] {
            assert_eq!(refused(name), None, "{name}");
        }
    }

    /// What stands before the verb is read without knowing which it will be.
    #[test]
    fn an_option_takes_a_value_with_every_verb_or_with_none() {
        fn add(command: &Command, seen: &mut BTreeMap<String, bool>) {
            for arg in command.get_arguments().filter(|arg| !arg.is_positional()) {
                let takes = arg.get_action().takes_values() && !arg.is_require_equals_set();
                for name in
                    arg.get_long().map(str::to_owned).into_iter().chain(arg.get_short().map(String::from))
                {
                    assert_eq!(
                        *seen.entry(name.clone()).or_insert(takes),
                        takes,
                        "{name} of {}",
                        command.get_name()
                    );
                }
            }
            for verb in command.get_subcommands() {
                add(verb, seen);
            }
        }
        let mut seen = BTreeMap::new();
        add(&Args::command(), &mut seen);
        assert!(seen["j"] && seen["output"] && !seen["force"]);
    }
}
