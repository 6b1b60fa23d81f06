//! Bit masks of ASCII text: which of its bytes are of a class, a bit for each, without a branch for any.
//!
//! Eight bytes are looked at together in a 64-bit number ("SIMD within a register"; the tricks are in Warren,
//! *Hacker's Delight*, chapter 6). All bytes must be below 128; then no sum carries into the next byte.
//!
//! Cost: some four instructions for a byte, and twenty for each edge of a run.

/// The bytes of a block: one bit each in a mask.
const BLOCK: usize = 64;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;

/// The high bit of each byte that is `byte`.
const fn is(bytes: u64, byte: u8) -> u64 {
    (HIGH - (bytes ^ (byte as u64 * ONES))) & HIGH
}

/// The high bit of each byte that is `least` or more.
const fn from(bytes: u64, least: u8) -> u64 {
    (bytes + (0x80 - least) as u64 * ONES) & HIGH
}

/// The high bit of each letter and digit.
pub(crate) const fn alnum(bytes: u64) -> u64 {
    let small = bytes | (0x20 * ONES);
    (from(small, b'a') & !from(small, b'z' + 1)) | digit(bytes)
}

/// The high bit of each digit.
pub(crate) const fn digit(bytes: u64) -> u64 {
    from(bytes, b'0') & !from(bytes, b'9' + 1)
}

/// The high bit of each character of white space.
pub(crate) const fn white(bytes: u64) -> u64 {
    is(bytes, b' ') | (from(bytes, b'\t') & !from(bytes, b'\r' + 1))
}

/// The high bit of each byte that shows something.
pub(crate) const fn visible(bytes: u64) -> u64 {
    !white(bytes) & HIGH
}

/// The high bits of eight bytes as eight bits, the first byte's lowest.
const fn gathered(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The masks of up to 64 bytes for two classes; bits past their end are 0.
fn masks(block: &[u8], class: impl Fn(u64) -> u64, second: impl Fn(u64) -> u64) -> (u64, u64) {
    let (eights, rest) = block.as_chunks::<8>();
    let (mut mask, mut other) = (0, 0);
    for (at, eight) in eights.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight);
        mask |= gathered(class(eight)) << (8 * at);
        other |= gathered(second(eight)) << (8 * at);
    }
    if !rest.is_empty() {
        let mut eight = [0; 8];
        eight[..rest.len()].copy_from_slice(rest);
        let eight = u64::from_le_bytes(eight);
        let inside = (1 << rest.len()) - 1;
        mask |= (gathered(class(eight)) & inside) << (8 * eights.len());
        other |= (gathered(second(eight)) & inside) << (8 * eights.len());
    }
    (mask, other)
}

/// Tells the first byte, and that past the last, of each longest run of bytes of a class.
#[inline]
pub(crate) fn runs(ascii: &[u8], class: impl Fn(u64) -> u64 + Copy, mut see: impl FnMut(usize, usize)) {
    runs_with(ascii, class, |_| 0, |start, end, _| see(start, end));
}

/// The same, and whether a byte of the run is of a second class, whose bytes are all of the first.
#[inline]
pub(crate) fn runs_with(
    ascii: &[u8],
    class: impl Fn(u64) -> u64 + Copy,
    second: impl Fn(u64) -> u64 + Copy,
    mut see: impl FnMut(usize, usize, bool),
) {
    debug_assert!(ascii.is_ascii());
    let mut open = None;
    let mut has_second = false; // the run that is open, in the blocks before
    for (number, block) in ascii.chunks(BLOCK).enumerate() {
        let (inside, mut seconds) = masks(block, class, second);
        let mut edges = inside ^ (inside << 1 | u64::from(open.is_some()));
        while edges != 0 {
            let bit = edges.trailing_zeros();
            let at = number * BLOCK + bit as usize;
            edges &= edges - 1;
            open = match open {
                None => Some(at),
                Some(start) => {
                    let before = (1 << bit) - 1;
                    see(start, at, has_second || seconds & before != 0);
                    seconds &= !before;
                    has_second = false;
                    None
                }
            };
        }
        has_second |= seconds != 0;
    }
    if let Some(start) = open {
        see(start, ascii.len(), has_second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_the_library() {
        for byte in 0..128_u8 {
            for at in 0..8 {
                let mut eight = [b' '; 8];
                eight[at] = byte;
                let bytes = u64::from_le_bytes(eight);
                let is_white = matches!(byte, b' ' | b'\t'..=b'\r');
                assert_eq!(gathered(alnum(bytes)), u64::from(byte.is_ascii_alphanumeric()) << at, "{byte}");
                assert_eq!(gathered(digit(bytes)), u64::from(byte.is_ascii_digit()) << at, "{byte}");
                assert_eq!(gathered(visible(bytes)), u64::from(!is_white) << at, "{byte}");
                assert_eq!(gathered(white(bytes)), 255 ^ u64::from(!is_white) << at, "{byte}");
            }
        }
    }

    #[test]
    fn runs_are_those_that_a_split_finds() {
        let text = "a bc  def, 12 x".repeat(40);
        for (start, end) in (0..140).map(|at| (at, text.len() - 2 * at)) {
            let part = &text[start..end];
            let mut found = Vec::new();
            runs(part.as_bytes(), visible, |from, to| found.push(&part[from..to]));
            assert_eq!(found, part.split_ascii_whitespace().collect::<Vec<_>>());
        }
        runs(b"", visible, |_, _| unreachable!("nothing runs"));
    }

    #[test]
    fn the_second_class_is_looked_for_in_the_run_alone() {
        for at in 0..312 {
            let mut text = "word and longer ones, with no more ".repeat(6) + &"x".repeat(100) + " y";
            let has_digit = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
            text.replace_range(at..=at, "7");
            let mut found = 0;
            runs_with(text.as_bytes(), alnum, digit, |from, to, digits| {
                assert_eq!(digits, has_digit(&text[from..to]), "{at}: {}", &text[from..to]);
                found += usize::from(digits);
            });
            assert_eq!(found, 1);
        }
    }
}
