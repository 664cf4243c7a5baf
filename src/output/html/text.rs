// SPDX-License-Identifier: GPL-3.0-or-later
//! The one way of text into a page.

use crate::output::escape;
use std::fmt::{self, Display, Write};

/// Text in HTML, also between quotes. What would act on a terminal is made visible here too: a mark
/// that turns the direction of writing turns it in a browser as well.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a>(pub &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in escape(self.0).chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // Not characters: no HTML may hold them.
                c if u32::from(c) & 0xFFFE == 0xFFFE || matches!(c, '\u{FDD0}'..='\u{FDEF}') => {
                    f.write_char(char::REPLACEMENT_CHARACTER)?;
                }
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// The name that a place for `text` has in a page, the same in every run: one word of harmless characters,
/// and two texts never share one.
pub(super) fn anchor(text: &str) -> String {
    let mut name = String::from("owner-");
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' => name.push(char::from(byte)),
            // Writing to a String cannot fail.
            other => drop(write!(name, "_{other:02x}")),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_only_text() {
        for (given, shown) in [
            ("bash-5.2-1.fc43", "bash-5.2-1.fc43"),
            (
                "<script>alert('a' & \"b\")</script>",
                "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;",
            ),
            ("&lt;", "&amp;lt;"),
            ("a\u{202e}b\u{1b}[1m\n", "a\\u{202e}b\\u{1b}[1m\\u{a}"),
            ("\u{ffff}\u{1fffe}\u{fdd0}", "\u{fffd}\u{fffd}\u{fffd}"),
            ("děda 世界", "děda 世界"),
        ] {
            assert_eq!(Text(given).to_string(), shown);
        }
    }

    #[test]
    fn places_have_names_of_their_own() {
        for (given, name) in
            [("kim", "owner-kim"), ("a b", "owner-a_20b"), ("a_20b", "owner-a_5f20b"), ("é", "owner-_c3_a9")]
        {
            assert_eq!(anchor(given), name);
        }
    }
}
