// SPDX-License-Identifier: GPL-3.0-or-later
//! The edges of a command: its arguments before clap sees them, and its errors as an exit code.

use super::list::BadItems;
use crate::access::input::short;
use crate::error::Kind;
use crate::output::{Complaint, Stdout, complain};
use std::ffi::OsString;
use std::str::FromStr;

/// The arguments as text. Those that are not UTF-8 or hold control characters are refused, all of
/// them at once: no name, path or number needs them, and they could forge a line in a log. What is
/// said of them is foreign text.
pub fn checked(args: impl IntoIterator<Item = OsString>) -> Result<Vec<String>, Vec<String>> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (place, arg) in args.into_iter().enumerate() {
        match arg.into_string() {
            Ok(text) if place > 0 && text.chars().any(char::is_control) => {
                bad.push(format!("argument {place} holds control characters: {}", short(&text)));
            }
            Ok(text) => good.push(text),
            // The program's own name may be anything; it is not used.
            Err(_) if place == 0 => good.push("flr".to_owned()),
            Err(raw) => bad.push(format!("argument {place} is not UTF-8: {}", short(&raw.to_string_lossy()))),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

/// A count of things, of which there is one at least.
pub fn at_least_one<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "it is not a number from 1 on".to_owned())
}

/// Says on standard error why the command failed; its exit code.
pub fn failed(error: &anyhow::Error) -> u8 {
    if let Some(bad) = error.downcast_ref::<BadItems>() {
        complain(Complaint::Items(&bad.to_string(), bad.items()));
        if let Some(hint) = bad.hint() {
            complain(Complaint::Hint(hint));
        }
        return Kind::Usage.exit_code();
    }
    let root = error.downcast_ref::<crate::Error>();
    let hint = root.and_then(|root| root.hint.as_deref());
    complain(Complaint::Failed(&format!("{error:#}"), hint));
    kind_of(error).exit_code()
}

/// Why the command failed, all bad items included, in one sentence.
pub fn sentence(error: &anyhow::Error) -> String {
    match error.downcast_ref::<BadItems>() {
        Some(bad) => bad.sentence(),
        None => format!("{error:#}"),
    }
}

/// The kind of failure that fixes the exit code.
pub fn kind_of(error: &anyhow::Error) -> Kind {
    if error.is::<BadItems>() {
        return Kind::Usage;
    }
    error.downcast_ref::<crate::Error>().map_or(Kind::Failed, |error| error.kind)
}

/// The exit code after everything is written: a result that could not be written is a failure,
/// unless nobody wanted to read it any more or the command had failed already.
pub fn ended(out: Stdout, code: u8, unshown: Kind) -> u8 {
    match out.finish() {
        Ok(()) => code,
        Err(error) => {
            complain(Complaint::Failed(&error.what, error.hint.as_deref()));
            if code == 0 { unshown.exit_code() } else { code }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::checked;
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn every_bad_argument_is_named() {
        let args = [b"flr\xff".to_vec(), b"koji".to_vec(), b"a\nb".to_vec(), b"c\xfe".to_vec()];
        let said = checked(args.map(OsString::from_vec)).unwrap_err();
        assert_eq!(said, ["argument 2 holds control characters: \"a\nb\"", "argument 3 is not UTF-8: \"c\u{fffd}\"",]);
    }
}
