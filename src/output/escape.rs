// SPDX-License-Identifier: GPL-3.0-or-later
//! The one function between foreign text and a terminal or a log.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with everything made visible that a terminal would act on or that could forge a line:
/// control characters (newline and tab too), bidirectional marks, invisible format characters.
/// They become `\u{…}`, and a backslash that could be mistaken for one of these is doubled.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) && !text.contains("\\u{") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if acts(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else if c == '\\' && rest.peek() == Some(&'u') {
            out.push_str("\\\\");
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal or a reader could be misled by it.
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn foreign_text_cannot_act() {
        for (given, shown) in [
            ("bash-5.2-1.fc43", "bash-5.2-1.fc43"),
            ("héllo 世界 🎉", "héllo 世界 🎉"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\nflr: done", "a\\u{a}flr: done"),
            ("tab\there", "tab\\u{9}here"),
            ("\u{202e}gnp.exe", "\\u{202e}gnp.exe"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\\u{1b}b", "a\\\\u{1b}b"),
            ("C:\\dir", "C:\\dir"),
            ("\u{e0041}", "\\u{e0041}"),
        ] {
            assert_eq!(escape(given), shown);
        }
    }
}
