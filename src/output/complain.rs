// SPDX-License-Identifier: GPL-3.0-or-later
//! Standard error: what failed, and what to do about it.

use super::escape;
use std::fmt::Write as _;
use std::io::Write as _;

/// Why a command did not do its work.
#[derive(Debug, Clone, Copy)]
pub enum Complaint<'a> {
    /// clap's own words, or words about arguments: several lines, quoting arguments.
    Clap(&'a str),
    /// What failed, and what to do about it. Foreign text may be in it.
    Failed(&'a str, Option<&'a str>),
    /// What failed, and one line for each item.
    Items(&'a str, &'a [String]),
    /// What to do next; nothing failed.
    Hint(&'a str),
    /// Nothing failed; a person should know it.
    Note(&'a str),
}

/// Says it on standard error. If that cannot be written there is nobody to tell.
pub fn complain(complaint: Complaint<'_>) {
    say(&complaint.to_string());
}

/// Writes text that is escaped already to standard error, in one piece.
pub(super) fn say(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

impl std::fmt::Display for Complaint<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Clap(text) => {
                // Help that is shown because nothing was said is no error.
                let error = text.strip_prefix("error: ");
                f.write_str(if error.is_some() { "flr: " } else { "" })?;
                let text = error.unwrap_or(text);
                for line in text.lines() {
                    writeln!(f, "{}", escape(line))?;
                }
                Ok(())
            }
            Self::Failed(what, hint) => {
                writeln!(f, "flr: {}", escape(what))?;
                match hint {
                    Some(hint) => writeln!(f, "hint: {}", escape(hint)),
                    None => Ok(()),
                }
            }
            Self::Items(what, items) => {
                writeln!(f, "flr: {}", escape(what))?;
                for item in *items {
                    writeln!(f, "  {}", escape(item))?;
                }
                Ok(())
            }
            Self::Hint(text) => writeln!(f, "hint: {}", escape(text)),
            Self::Note(text) => {
                f.write_str("flr: ")?;
                f.write_str(&escape(text))?;
                f.write_char('\n')
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Complaint;

    #[test]
    fn foreign_text_cannot_forge_a_line() {
        let what = "cannot untag a-1-1: hub fault 1: x\nflr: done\u{1b}[2J";
        assert_eq!(
            Complaint::Failed(what, Some("look\rhere")).to_string(),
            "flr: cannot untag a-1-1: hub fault 1: x\\u{a}flr: done\\u{1b}[2J\nhint: look\\u{d}here\n"
        );
    }

    #[test]
    fn claps_words_begin_like_ours() {
        assert_eq!(
            Complaint::Clap("error: unexpected argument\n\nUsage: flr koji\n").to_string(),
            "flr: unexpected argument\n\nUsage: flr koji\n"
        );
    }
}
