// SPDX-License-Identifier: GPL-3.0-or-later
//! Sources of builds.

use super::PackageName;
use super::simple::NameError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const NOUN: &str = "source (git+https://HOST/PATH#COMMIT)";

/// koji stores sources as text without a limit of its own.
const MOST: usize = 1024;

/// The source of a build at one commit: `git+https://src.example/rpms/bash.git#COMMIT`, the commit
/// as 40 hex digits.
///
/// A branch or a tag would be another source tomorrow, and nobody could say whether it was built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScmUrl {
    text: Box<str>,
    package: PackageName,
}

impl ScmUrl {
    /// The whole address, as koji records it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The repository, whatever commit of it is meant.
    pub fn repository(&self) -> &str {
        self.text.split('#').next().unwrap_or_default()
    }

    /// The package: the last part of the path, without `.git`.
    pub fn package(&self) -> &PackageName {
        &self.package
    }
}

impl FromStr for ScmUrl {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let err = |why: &str| Err(NameError::new(NOUN, text, why));
        if text.len() > MOST {
            return err(&format!("{} bytes are more than {MOST}", text.len()));
        }
        let Some(rest) = text.strip_prefix("git+https://") else {
            return err("it does not begin with git+https://");
        };
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+:/?=&#".contains(&b)) {
            return err("it holds what no such address does");
        }
        let Some((place, commit)) = rest.split_once('#') else {
            return err("it has no commit");
        };
        if commit.len() != 40 || !commit.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return err("its commit is not 40 hex digits");
        }
        let path = place.split('?').next().unwrap_or_default();
        let Some((host, path)) = path.split_once('/') else {
            return err("it has no path");
        };
        if host.is_empty() || path.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
            return err("its host or a part of its path is empty or made of dots");
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        let last = last.strip_suffix(".git").unwrap_or(last);
        match last.parse() {
            Ok(package) => Ok(Self { text: text.into(), package }),
            Err(why) => err(&format!("the end of its path names no package: {why}")),
        }
    }
}

impl TryFrom<String> for ScmUrl {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<ScmUrl> for String {
    fn from(source: ScmUrl) -> String {
        source.text.into()
    }
}

impl fmt::Display for ScmUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "8bf59b0bf9bc3dfc4928e1323e1129daafe34179";

    fn package(text: &str) -> Result<String, String> {
        let source: ScmUrl = text.parse().map_err(|why: NameError| why.to_string())?;
        assert_eq!(source.to_string(), text);
        Ok(source.package().to_string())
    }

    #[test]
    fn the_package_is_the_end_of_the_path() {
        for (path, name) in [
            ("src.example/rpms/bash.git", "bash"),
            ("src.example/rpms/gtk+", "gtk+"),
            ("src.example:8443/rpms/python3.14.git?sub=1", "python3.14"),
        ] {
            assert_eq!(package(&format!("git+https://{path}#{COMMIT}")).as_deref(), Ok(name));
        }
    }

    #[test]
    fn what_is_no_source_at_one_commit_is_refused() {
        let good = format!("git+https://src.example/rpms/bash.git#{COMMIT}");
        let upper = good.replace(COMMIT, &COMMIT.to_uppercase());
        let long = format!("git+https://src.example/{}/bash#{COMMIT}", "a".repeat(MOST));
        for (text, why) in [
            ("", "it does not begin"),
            (&*good.replace("git+https", "git"), "it does not begin"),
            ("git+https://src.example/rpms/bash.git", "it has no commit"),
            ("git+https://src.example/rpms/bash.git#HEAD", "its commit"),
            ("git+https://src.example/rpms/bash.git#origin/f43", "its commit"),
            (&*format!("{good}0"), "its commit"),
            (&upper, "its commit"),
            (&*good.replace("src.example/rpms/bash.git", "src.example"), "it has no path"),
            (&*good.replace("/rpms/", "/../"), "its host"),
            (&*good.replace("/rpms/", "//"), "its host"),
            (&*good.replace("src.example", ""), "its host"),
            (&*good.replace("src.example", "kim@src.example"), "it holds what"),
            // Some servers take it for two dots.
            (&*good.replace("/rpms/", "/rpms/%2e%2e/"), "it holds what"),
            (&*good.replace("bash", "ba sh"), "it holds what"),
            (&*good.replace("bash", "ba\u{202e}sh"), "it holds what"),
            (&*good.replace("bash.git", "-x.git"), "the end of its path"),
            (&*good.replace("bash.git", ".git"), "the end of its path"),
            (&*long, "1"),
        ] {
            let said = package(text).unwrap_err();
            assert!(said.contains(&format!(": {why}")), "{text}: {said}");
        }
    }
}
