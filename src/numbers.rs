//! Numbers as people read them.

/// A number with commas between groups of three digits.
///
/// # Examples
///
/// ```
/// assert_eq!(unchaff::numbers::grouped(1_234_567), "1,234,567");
/// ```
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What part of a whole is, in percent with one digit behind the point; `None` if the whole is nothing.
///
/// # Examples
///
/// ```
/// assert_eq!(unchaff::numbers::share(1, 8).as_deref(), Some("12.5 %"));
/// assert_eq!(unchaff::numbers::share(0, 0), None);
/// ```
#[must_use]
pub fn share(part: u64, whole: u64) -> Option<String> {
    (whole > 0).then(|| format!("{:.1} %", 100.0 * part as f64 / whole as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
