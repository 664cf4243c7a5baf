// SPDX-License-Identifier: GPL-3.0-or-later
//! Names that are one word, and numbers that are not just numbers.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a text is not the name it should be. Quotes the text, shortened: foreign, to be escaped before it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameError {
    noun: &'static str,
    text: String,
    why: String,
}

impl NameError {
    pub(super) fn new(noun: &'static str, text: &str, why: impl Into<String>) -> Self {
        let head: String = text.chars().take(60).collect();
        let cut = if head.len() < text.len() { "…" } else { "" };
        Self { noun, text: format!("{head}{cut}"), why: why.into() }
    }

    /// The same about the text that the bad one is a part of.
    pub(super) fn quoting(self, text: &str) -> Self {
        Self::new(self.noun, text, self.why)
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let article = if self.noun.starts_with('e') { "an" } else { "a" };
        let Self { noun, text, why } = self;
        write!(f, "\"{text}\" is not {article} {noun}: {why}")
    }
}

impl std::error::Error for NameError {}

/// koji refuses longer names (its `NameValidationError`).
pub(super) const MAX_NAME: usize = 256;

/// Checks a word against koji's own rule for names and refuses what could be taken for an option.
pub(super) fn check(noun: &'static str, text: &str, extra: &[char]) -> Result<(), NameError> {
    check_up_to(MAX_NAME, noun, text, extra)
}

/// The same for words that may be of another length, in bytes.
pub(super) fn check_up_to(max: usize, noun: &'static str, text: &str, extra: &[char]) -> Result<(), NameError> {
    let err = |why: String| Err(NameError::new(noun, text, why));
    if text.is_empty() {
        return err("it is empty".into());
    }
    if text.len() > max {
        return err(format!("{} bytes are more than {max}", text.len()));
    }
    if text.starts_with('-') {
        return err("it begins with a dash".into());
    }
    if let Some(bad) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || "/_.+-".contains(*c) || extra.contains(c)))
    {
        return err(format!("it may not contain {}", shown(bad)));
    }
    Ok(())
}

fn shown(c: char) -> String {
    match c {
        ' ' => "a blank".into(),
        c if c.is_control() => format!("the control character U+{:04X}", u32::from(c)),
        c => format!("'{c}'"),
    }
}

macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $noun:literal, $extra:expr) => {
        word!($(#[$doc])* $name, $noun, $extra, stored: |text: String| text.parse());
    };
    ($(#[$doc:meta])* $name:ident, $noun:literal, $extra:expr, stored: $stored:expr) => {
        word!($(#[$doc])* $name, $noun, $extra, stored: $stored, check: |_: &str| Ok(()));
    };
    ($(#[$doc:meta])* $name:ident, $noun:literal, $extra:expr, check: $check:expr) => {
        word!($(#[$doc])* $name, $noun, $extra, stored: |text: String| text.parse(), check: $check);
    };
    ($(#[$doc:meta])* $name:ident, $noun:literal, $extra:expr, stored: $stored:expr, check: $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The name as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// A name cut out of a text that has passed the same check already.
            #[allow(dead_code)]
            pub(super) fn checked(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                check($noun, text, $extra)?;
                let more: fn(&str) -> Result<(), NameError> = $check;
                more(text)?;
                Ok(Self(text.into()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                ($stored)(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

word!(
    /// The name of a koji tag, `f43-updates-candidate`. Release aliases are not resolved in it.
    TagName, "tag name", &[]
);
word!(
    /// The name of a package, without version: `python3-foo`, `gtk+`, `NetworkManager`.
    PackageName, "package name", &[]
);
word!(
    /// The name of a koji build target.
    TargetName, "target name", &[]
);
word!(
    /// The name of a permission that koji's users hold: `tag`, `autosign`.
    PermissionName, "permission name", &[]
);
word!(
    /// The name of a koji user; Kerberos names may hold `@`.
    ///
    /// Strict where a person writes it (`FromStr`). A hub's own users are what they are, some older
    /// than its rule for names: see [`UserName::of_hub`]. What was written down (serde) is read
    /// likewise.
    UserName, "user name", &['@'], stored: |text: String| UserName::of_hub(&text)
);
impl UserName {
    /// A user as a hub names them: any text of a name's length without a control character, which no
    /// call could carry. May hold what must be escaped before it is shown.
    pub fn of_hub(text: &str) -> Result<Self, NameError> {
        let err = |why: String| Err(NameError::new("user name", text, why));
        if let Some(bad) = text.chars().find(|c| c.is_control()) {
            return err(format!("it may not contain {}", shown(bad)));
        }
        match text.len() {
            0 => err("it is empty".into()),
            1..=MAX_NAME => Ok(Self(text.into())),
            long => err(format!("{long} bytes are more than {MAX_NAME}")),
        }
    }
}

word!(
    /// What somebody calls a release: `f43`, `43`, `F43`, `rawhide`, `epel10.1`, `EPEL-10.1`, `eln`.
    ReleaseAlias, "release", &[]
);
word!(
    /// A type of builds, as koji's plugins and its own code name them: `rpm`, `image`, `maven`.
    BuildType, "build type", &[]
);
word!(
    /// The name of one run of flr, in the order of time: `20261121-213007-4f1c`. Letters, digits and
    /// dashes: it is part of a file's name.
    RunId, "run id", &[], check: |text: &str| {
        match text.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
            Some(bad) => Err(NameError::new("run id", text, format!("it may not contain {}", shown(bad)))),
            None => Ok(()),
        }
    }
);

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $noun:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                let err = |why: &str| NameError::new($noun, text, why);
                if text.is_empty() {
                    return Err(err("it is empty"));
                }
                if !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(err("it is not a number"));
                }
                match text.parse::<u64>() {
                    Ok(n) if i64::try_from(n).is_ok() => Ok(Self(n)),
                    _ => Err(err("it is too large")),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

number!(
    /// The number of a koji task.
    TaskId, "task id"
);
number!(
    /// The number of an rpm at a koji hub.
    RpmId, "rpm id"
);
number!(
    /// The number of a koji build.
    BuildId, "build id"
);
number!(
    /// The number of a koji event: every change of the hub has one.
    EventId, "event id"
);

/// What releases are told apart by, however they are written: small letters, no dashes.
pub(crate) fn plain_release(name: &str) -> String {
    name.to_lowercase().replace('-', "")
}
