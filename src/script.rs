//! What a character is, for every script: blank, a letter of a script without spaces, a sentence's end.
//!
//! Tables of ranges, because the question is asked for each character and the answer needs no
//! library; sources stand at each table.

/// White space, or a character that shows nothing: zero-width space and joiners, word joiner,
/// byte order mark, soft hyphen, direction marks.
#[inline]
pub(crate) fn is_blank_char(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' ' | '\t'..='\r');
    }
    c.is_whitespace() || is_zero_width(c)
}

/// A text without blank characters at its ends.
#[inline]
pub(crate) fn trim_blank(text: &str) -> &str {
    let is_visible = |byte: Option<&u8>| byte.is_some_and(|&byte| byte > b' ' && byte < 0x80);
    let bytes = text.as_bytes();
    if is_visible(bytes.first()) && is_visible(bytes.last()) {
        text
    } else {
        text.trim_matches(is_blank_char)
    }
}

/// Characters without width that carry no meaning of their own in running text.
#[inline]
pub(crate) fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A letter of a script that is written without spaces between words: Han, Kana, Thai, Lao,
/// Khmer, Myanmar (Unicode blocks; Hangul writes spaces and is not among them).
pub(crate) fn is_unspaced(c: char) -> bool {
    if c < '\u{e00}' {
        return false;
    }
    matches!(c,
        '\u{e00}'..='\u{eff}'        // Thai, Lao
        | '\u{1000}'..='\u{109f}'    // Myanmar
        | '\u{1780}'..='\u{17ff}'    // Khmer
        | '\u{3005}'..='\u{3007}'    // ideographic iteration mark, closing mark, number zero
        | '\u{3041}'..='\u{30ff}'    // Hiragana, Katakana
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9d}'
        | '\u{20000}'..='\u{3ffff}')
}

/// A mark that ends a sentence of statement, in any script (Unicode property `Sentence_Terminal`,
/// without `!` and `?`, which headlines use too).
pub(crate) fn is_full_stop(c: char) -> bool {
    matches!(c, '.' | '…' | '。' | '．' | '｡' | '۔' | '।' | '॥' | '።' | '။' | '៕' | '។' | '։')
}

/// An exclamation or question mark, in any script.
pub(crate) fn is_exclamation_or_question(c: char) -> bool {
    matches!(c, '!' | '?' | '！' | '？' | '؟' | '՞' | '\u{37e}' | '‼' | '⁇' | '⁉')
}

/// Quotation marks and brackets that may stand behind the mark that ends a sentence.
pub(crate) fn is_closing(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '”'
            | '’'
            | '»'
            | '«'
            | '“'
            | '›'
            | '‹'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '】'
            | '）'
            | '〉'
            | '》'
            | '*'
            | '_'
    )
}

/// Arabic vowel signs and the stretching mark: readers leave them out, label texts vary in them.
#[inline]
pub(crate) fn is_arabic_mark(c: char) -> bool {
    matches!(c, '\u{64b}'..='\u{652}' | '\u{640}' | '\u{670}')
}

/// Quotation marks, dashes and the final sigma as one form each.
pub(crate) fn fold(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' | 'ʼ' | '‹' | '›' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '〝' | '〞' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '⸺' => '-',
        'ς' => 'σ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_and_devanagari_write_spaces() {
        assert!("漢かカไทย".chars().all(is_unspaced));
        assert!(!"한국हिन्दीабвabc".chars().any(is_unspaced));
    }
}
