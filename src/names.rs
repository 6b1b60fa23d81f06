//! Names that are none, and what may be meant.

/// Says that there is no such name, and which one may be meant.
pub(crate) fn unknown(name: &str, names: &[String], what: &str) -> String {
    let folded = |name: &str| name.to_lowercase().replace('_', "-");
    let likeness = |known: &String| strsim::damerau_levenshtein(&folded(name), &folded(known));
    let near = names.iter().min_by_key(|known| likeness(known));
    match near.filter(|known| likeness(known) <= 1 + known.len() / 3) {
        Some(near) => format!("there is no {what} {name:?}{}; did you mean {near:?}?", strange(name, near)),
        None => format!("there is no {what} {name:?}; there are {}", names.join(", ")),
    }
}

/// The characters of a name by which it may differ from `near` without looking different: letters of another
/// alphabet, and such as cannot be seen.
fn strange(name: &str, near: &str) -> String {
    let strange = name.chars().filter(|c| !c.is_ascii() && !near.contains(*c));
    let codes: Vec<String> = strange.map(|c| format!("U+{:04X}", u32::from(c))).collect();
    if codes.is_empty() { String::new() } else { format!(" (with {} in it)", codes.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_only_looks_like_another_is_told_by_its_characters() {
        let told = |name: &str| unknown(name, &["preset".to_owned(), "keep".to_owned()], "key");
        assert_eq!(
            told("\u{440}reset"),
            "there is no key \"\u{440}reset\" (with U+0440 in it); did you mean \"preset\"?"
        );
        assert!(told("preset\u{3164}").contains("(with U+3164 in it); did you mean"));
        assert_eq!(told("presett"), "there is no key \"presett\"; did you mean \"preset\"?");
    }
}
