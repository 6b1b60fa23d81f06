//! Messages to a person, on standard error.

use std::collections::BTreeMap;
use std::io::Write;

/// Says one line, with the program's name before it.
pub(crate) fn say(message: &str) {
    block(&format!("unchaff: {}\n", shown(message)));
}

/// Writes lines as they are. A standard error that is gone is nobody's trouble.
pub(crate) fn block(lines: &str) {
    let _ = std::io::stderr().lock().write_all(lines.as_bytes());
}

/// Says which files of other types were passed over.
pub(crate) fn passed_over(types: &BTreeMap<String, usize>) {
    // Expectations of `check` may stand beside their inputs.
    let types: BTreeMap<&str, usize> = types
        .iter()
        .filter(|(name, _)| *name != ".expected")
        .map(|(name, &count)| (name.as_str(), count))
        .collect();
    if types.is_empty() {
        return;
    }
    let total: usize = types.values().sum();
    let list: Vec<String> = types.iter().map(|(name, count)| format!("{count} {name}")).collect();
    say(&format!(
        "passed over {total} {} of types that are not read ({})",
        plural(total, "file", "files"),
        list.join(", ")
    ));
}

/// One or many.
pub(crate) fn plural<'w>(count: impl TryInto<u64>, one: &'w str, many: &'w str) -> &'w str {
    if count.try_into().is_ok_and(|count| count == 1) { one } else { many }
}

/// Text from outside, safe for a terminal: control and direction characters are written as escapes.
pub(crate) fn shown(text: &str) -> std::borrow::Cow<'_, str> {
    unchaff::visible::visible(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_steers_the_terminal() {
        assert_eq!(shown("a\u{1b}[31mb\r\u{202e}c"), "a\\u{1b}[31mb\\r\\u{202e}c");
        assert_eq!(shown("Zürich 新聞"), "Zürich 新聞");
    }
}
