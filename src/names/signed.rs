// SPDX-License-Identifier: GPL-3.0-or-later
//! Rpms, the keys they are signed with, and words that name a tag or a build.

use super::simple::{NameError, TagName, check_up_to};
use super::{Nvr, nvr};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The id of the key that rpms are signed with: 8 hex digits. People write them in either case; koji and
/// this type keep the lower one, so that one key is one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SigKey([u8; 8]);

impl SigKey {
    /// The digits, in lower case.
    pub fn as_str(&self) -> &str {
        // They are ASCII, whatever made them.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for SigKey {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let err = |why: &str| NameError::new("key id", text, why);
        if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(err("it is not of hex digits"));
        }
        let digits: [u8; 8] = text.as_bytes().try_into().map_err(|_| err("it has not 8 hex digits"))?;
        Ok(Self(digits.map(|digit| digit.to_ascii_lowercase())))
    }
}

impl TryFrom<String> for SigKey {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<SigKey> for String {
    fn from(key: SigKey) -> Self {
        key.as_str().to_owned()
    }
}

impl fmt::Display for SigKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The name of an rpm: name, version, release and architecture, `bash-5.3.0-1.fc43.x86_64`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nvra(Box<str>);

impl Nvra {
    /// The whole name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Nvra {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        const NOUN: &str = "rpm (NAME-VERSION-RELEASE.ARCH)";
        check_up_to(nvr::MAX_NVR, NOUN, text, nvr::VERSION_EXTRA)?;
        let whole = text.rsplit_once('.').filter(|(nvr, arch)| !arch.is_empty() && nvr.matches('-').count() > 1);
        match whole {
            Some(_) => Ok(Self(text.into())),
            None => Err(NameError::new(NOUN, text, "it needs a name, a version, a release and an architecture")),
        }
    }
}

impl TryFrom<String> for Nvra {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Nvra> for String {
    fn from(name: Nvra) -> Self {
        name.0.into()
    }
}

impl fmt::Display for Nvra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A word that names a tag or a build, told apart by its looks alone, so that it can be judged before
/// anybody is asked: it is a build if it falls into name, version and release and both of the latter
/// begin with a digit. `f43-updates-candidate` and `f43-build-side-12345` are tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagOrBuild {
    /// A tag.
    Tag(TagName),
    /// A build.
    Build(Nvr),
}

impl FromStr for TagOrBuild {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let numbered = |part: &str| part.starts_with(|first: char| first.is_ascii_digit());
        match text.parse::<Nvr>() {
            Ok(nvr) if numbered(nvr.version()) && numbered(nvr.release()) => Ok(Self::Build(nvr)),
            _ => text.parse().map(Self::Tag),
        }
    }
}

impl fmt::Display for TagOrBuild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => tag.fmt(f),
            Self::Build(nvr) => nvr.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_in_either_case() {
        let key: SigKey = "6D9F90a6".parse().unwrap();
        assert_eq!((key, key.as_str()), ("6d9f90A6".parse().unwrap(), "6d9f90a6"));
        for bad in ["", "6d9f90a", "6d9f90a61", "0x9f90a6", "6d9f90ä", "fedora-4", " 6d9f90a6"] {
            assert!(bad.parse::<SigKey>().is_err(), "{bad}");
        }
    }

    #[test]
    fn tags_and_builds_are_told_apart_by_their_looks() {
        let builds = [
            "bash-5.3.0-1.fc43",
            "python3-foo-bar-2-3.fc43",
            "openssl-1.1.1k-1.el9",
            "Fedora-Container-Base-43-20250912.0",
            "gnome-shell-49~beta-1.fc43",
        ];
        for build in builds {
            assert!(matches!(build.parse(), Ok(TagOrBuild::Build(_))), "{build}");
        }
        let tags = [
            "f43",
            "f43-rebuild",
            "f43-updates-candidate",
            "f43-updates-testing-pending",
            "f43-build-side-12345",
            "f43-build-side-12345-stack-gnome",
            "f43-build-side-12345-signing-pending",
            "epel10.1-testing-candidate",
            "f43-python3-2",
            "dist-6E-epel",
        ];
        for tag in tags {
            assert!(matches!(tag.parse(), Ok(TagOrBuild::Tag(_))), "{tag}");
        }
        assert!("-f43".parse::<TagOrBuild>().is_err());
    }

    #[test]
    fn an_rpm_has_four_parts() {
        for good in ["bash-5.3.0-1.fc43.x86_64", "gtk+-1-1.src", "a-1~rc1-1^x.noarch"] {
            assert_eq!(good.parse::<Nvra>().unwrap().to_string(), good);
        }
        for bad in ["bash", "bash-1.x86_64", "bash-5.3.0-1.", "bash 5-3-1.src", ""] {
            assert!(bad.parse::<Nvra>().is_err(), "{bad}");
        }
    }
}
