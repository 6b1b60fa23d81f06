//! Names that are none, and what may be meant.

/// Says that there is no such name, and which one may be meant.
pub(crate) fn unknown(name: &str, names: &[String], what: &str) -> String {
    let folded = |name: &str| name.to_lowercase().replace('_', "-");
    let likeness = |known: &String| strsim::damerau_levenshtein(&folded(name), &folded(known));
    let near = names.iter().min_by_key(|known| likeness(known));
    match near.filter(|known| likeness(known) <= 1 + known.len() / 3) {
        Some(near) => format!("there is no {what} {name:?}; did you mean {near:?}?"),
        None => format!("there is no {what} {name:?}; there are {}", names.join(", ")),
    }
}
