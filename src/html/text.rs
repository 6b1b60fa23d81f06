//! Text from outside in HTML: escaped, and with everything hidden shown.

use std::fmt;

use crate::visible::is_hidden;

/// Text that may hold anything, written as HTML between tags: markup becomes entities, hidden
/// characters become labels such as `U+202E`. It is not for the values of attributes.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t>(pub &'t str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plain = 0;
        for (at, c) in self.0.char_indices() {
            let entity = match c {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\n' | '\t' => continue,
                c if is_hidden(c) => "",
                _ => continue,
            };
            f.write_str(&self.0[plain..at])?;
            if entity.is_empty() {
                write!(f, "<span class=\"hid\">U+{:04X}</span>", u32::from(c))?;
            } else {
                f.write_str(entity)?;
            }
            plain = at + c.len_utf8();
        }
        f.write_str(&self.0[plain..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_is_markup_or_hidden() {
        assert_eq!(
            Text("<script>alert('1')</script> & \"x\"\n\t").to_string(),
            "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;\n\t"
        );
        assert_eq!(
            Text("a\u{202e}b\u{1b}[31m\r").to_string(),
            "a<span class=\"hid\">U+202E</span>b<span class=\"hid\">U+001B</span>[31m<span class=\"hid\">U+000D</span>"
        );
    }
}
