// SPDX-License-Identifier: GPL-3.0-or-later
//! The values of a dimension: any, or a list of names and beginnings of names.

use crate::access::table::Dimension;
use crate::names::{
    Arches, BuildType, EventId, PackageName, PermissionName, ReleaseAlias, ScmUrl, SigKey, TagName, TargetName, TaskId,
    UserName, plain_release,
};
use serde::Deserialize;
use std::fmt;
use std::str::FromStr;

/// Names that stand for another release every half year. Who grants one grants what nobody has
/// read yet.
const MOVING: [&str; 4] = ["rawhide", "branched", "eln", "epel10"];

/// What is granted of one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// Every value that can be typed. Said, never implied.
    Any,
    /// These. None of them: nothing.
    These(Vec<Pattern>),
}

/// One name, or all that begin alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// This one.
    Exactly(String),
    /// All that begin with this: `rust-*`.
    Beginning(String),
}

/// As it stands in the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Written {
    Word(String),
    List(Vec<String>),
}

impl Values {
    /// What is written for `dimension`; otherwise everything that is wrong with it.
    pub(super) fn parse(dimension: Dimension, written: &Written) -> Result<Self, Vec<String>> {
        let list = match written {
            Written::Word(word) if word == "any" => return Ok(Self::Any),
            Written::Word(word) => {
                return Err(vec![format!("{dimension} = \"{word}\" is neither \"any\" nor a list")]);
            }
            Written::List(list) => list,
        };
        let (mut patterns, mut wrong) = (Vec::new(), Vec::new());
        for value in list {
            match Pattern::parse(dimension, value) {
                Ok(pattern) if patterns.contains(&pattern) => {
                    wrong.push(format!("{dimension}: {pattern} stands twice"))
                }
                Ok(pattern) => patterns.push(pattern),
                Err(why) => wrong.push(format!("{dimension}: {why}")),
            }
        }
        if wrong.is_empty() { Ok(Self::These(patterns)) } else { Err(wrong) }
    }

    /// What somebody types for `dimension`: `any`, or values with commas between.
    pub fn typed(dimension: Dimension, text: &str) -> Result<Self, Vec<String>> {
        let text = text.trim();
        if text == "any" {
            return Ok(Self::Any);
        }
        let list: Vec<String> = text.split(',').map(|value| value.trim().to_owned()).collect();
        Self::parse(dimension, &Written::List(list))
    }

    /// Whether `value` is granted.
    pub fn cover(&self, value: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(patterns) => patterns.iter().any(|pattern| pattern.matches(value)),
        }
    }
}

impl Pattern {
    fn parse(dimension: Dimension, text: &str) -> Result<Self, String> {
        if let Some(beginning) = text.strip_suffix('*') {
            if beginning.is_empty() {
                return Err("\"*\" alone says nothing; write \"any\" for the whole dimension".into());
            }
            if matches!(dimension, Dimension::Tasks | Dimension::Events | Dimension::Keys) {
                return Err(format!("\"{text}\": numbers have no beginning"));
            }
            // A star inside is no character of a name.
            match dimension {
                Dimension::Sources => begins_a_repository(text, beginning)?,
                _ => checked(dimension, beginning)?,
            }
            // A tag that is called so is one of many that begin alike.
            let plain = plain_release(beginning);
            let alias = MOVING.into_iter().find(|alias| alias.starts_with(&plain));
            let alias = alias.or_else(|| moves(&plain).then_some(&*plain));
            if let Some(alias) = alias.filter(|_| dimension == Dimension::Releases) {
                return Err(format!("\"{text}\" covers {alias}, which means another release after each branching"));
            }
            return Ok(Self::Beginning(beginning.to_owned()));
        }
        checked(dimension, text)?;
        if dimension.can_move() && moves(&plain_release(text)) {
            return Err(format!(
                "\"{text}\" means another release after each branching; name the {} it means today",
                dimension.noun()
            ));
        }
        // A key is the same in either case.
        Ok(Self::Exactly(if dimension == Dimension::Keys { text.to_ascii_lowercase() } else { text.to_owned() }))
    }

    fn matches(&self, value: &str) -> bool {
        match self {
            Self::Exactly(name) => name == value,
            Self::Beginning(beginning) => value.starts_with(beginning.as_str()),
        }
    }
}

/// Whether a release that is called so is another one after each branching. From 10 on EPEL has minor releases, and
/// its number alone means the one that is being developed.
fn moves(alias: &str) -> bool {
    let number = alias.strip_prefix("epel").and_then(|number| number.parse::<u32>().ok());
    MOVING.contains(&alias) || number.is_some_and(|number| number >= 10)
}

/// The beginning of a repository's address holds its whole host: another one may begin with it.
fn begins_a_repository(text: &str, beginning: &str) -> Result<(), String> {
    let host = beginning.strip_prefix("git+https://").and_then(|rest| Some(rest.split_once('/')?.0));
    match host {
        Some(host) if !host.is_empty() => checked(Dimension::Sources, &format!("{beginning}x")),
        _ => Err(format!("\"{text}\" does not begin with git+https://HOST/")),
    }
}

/// The same types as on the command line, so that what cannot be typed cannot be granted.
fn checked(dimension: Dimension, text: &str) -> Result<(), String> {
    fn is<T: FromStr>(text: &str) -> Result<(), String>
    where
        T::Err: fmt::Display,
    {
        text.parse::<T>().map(|_| ()).map_err(|why| why.to_string())
    }
    match dimension {
        Dimension::Tags | Dimension::From | Dimension::To => is::<TagName>(text),
        Dimension::Packages => is::<PackageName>(text),
        Dimension::Owners => is::<UserName>(text),
        Dimension::Tasks => is::<TaskId>(text),
        Dimension::Events => is::<EventId>(text),
        Dimension::Types => is::<BuildType>(text),
        Dimension::Targets => is::<TargetName>(text),
        Dimension::Releases => is::<ReleaseAlias>(text),
        Dimension::Keys => is::<SigKey>(text),
        // At any commit.
        Dimension::Sources if text.contains('#') => Err(format!("\"{text}\": a commit is not granted")),
        Dimension::Sources => is::<ScmUrl>(&format!("{text}#{}", "0".repeat(40))),
        Dimension::Permissions => is::<PermissionName>(text),
        Dimension::Arches => match text.parse::<Arches>() {
            Ok(arches) if arches.as_str() == text && arches.names().count() == 1 => Ok(()),
            Ok(_) => Err(format!("\"{text}\" is more than one architecture")),
            Err(why) => Err(why.to_string()),
        },
        Dimension::Settings if text.is_empty() => Err("a setting has a name".into()),
        Dimension::Settings if !text.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(format!("\"{text}\" holds what the name of a setting does not"))
        }
        Dimension::Settings => Ok(()),
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(name) => f.write_str(name),
            Self::Beginning(beginning) => write!(f, "{beginning}*"),
        }
    }
}

/// `any`, `nothing`, or the values with commas between.
impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::These(patterns) if patterns.is_empty() => f.write_str("nothing"),
            Self::These(patterns) => {
                for (place, pattern) in patterns.iter().enumerate() {
                    if place > 0 {
                        f.write_str(", ")?;
                    }
                    pattern.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(dimension: Dimension, list: &[&str]) -> Result<Values, Vec<String>> {
        Values::parse(dimension, &Written::List(list.iter().map(|s| (*s).to_owned()).collect()))
    }

    #[test]
    fn a_star_stands_for_the_rest_of_one_name() {
        let values = parse(Dimension::Packages, &["bash", "rust-*"]).unwrap();
        for (package, covered) in [
            ("bash", true),
            ("bash-completion", false),
            ("bas", false),
            ("rust-", true),
            ("rust-serde", true),
            ("rust", false),
            ("Bash", false),
        ] {
            assert_eq!(values.cover(package), covered, "{package}");
        }
        assert!(!parse(Dimension::Tags, &[]).unwrap().cover("f43"), "an empty list grants nothing");
    }

    /// However a release is written, it is one that moves.
    #[test]
    fn no_list_covers_a_release_that_moves() {
        for written in ["rawhide", "Rawhide", "BRANCHED", "ELN", "e-l-n", "EPEL10", "epel-10", "epel11"] {
            let why = parse(Dimension::Releases, &[written]).unwrap_err().concat();
            assert!(why.contains("means another release after each branching"), "{why}");
        }
        for written in ["raw*", "EPEL*", "epel10*", "epel-1*", "epel11*", "e*", "eln-*"] {
            let why = parse(Dimension::Releases, &[written]).unwrap_err().concat();
            assert!(why.contains("covers ") && why.contains("after each branching"), "{why}");
        }
        assert!(parse(Dimension::Releases, &["f4*", "epel10.*", "epel9", "epel9*", "EPEL-11.0"]).is_ok());
        assert!(parse(Dimension::Tags, &["eln-*", "epel10*"]).is_ok(), "tags are what they are called");
    }

    #[test]
    fn a_source_is_a_repository_of_one_host() {
        let values = parse(Dimension::Sources, &["git+https://h/rpms/*", "git+https://i:8443/x/bash.git"]).unwrap();
        for (source, covered) in [
            ("git+https://h/rpms/bash.git", true),
            ("git+https://h/forks/kim/rpms/bash.git", false),
            ("git+https://h.evil/rpms/bash.git", false),
            ("git+https://i:8443/x/bash.git", true),
            ("git+https://i:8443/x/bash.git?y", false),
        ] {
            assert_eq!(values.cover(source), covered, "{source}");
        }
        for bad in ["git+https://*", "git+https://h*", "git+https:///*", "https://h/*", "git+https://h/../*", "h/bash"]
        {
            assert!(parse(Dimension::Sources, &[bad]).is_err(), "{bad}");
        }
        let commit = format!("git+https://h/rpms/bash#{}", "0".repeat(40));
        assert!(parse(Dimension::Sources, &[&commit]).unwrap_err().concat().ends_with("a commit is not granted"));
    }

    #[test]
    fn architectures_and_settings_are_named_one_by_one() {
        assert!(parse(Dimension::Arches, &["x86_64", "aarch64"]).is_ok());
        assert!(parse(Dimension::Arches, &["x86_64 aarch64"]).is_err());
        assert!(parse(Dimension::Arches, &["x86_64,aarch64"]).is_err());
        assert!(parse(Dimension::Settings, &["rpm.macro.*", "mock.package_manager"]).unwrap().cover("rpm.macro.dist"));
        assert!(parse(Dimension::Settings, &[""]).is_err());
        assert!(parse(Dimension::Settings, &["a b"]).is_err());
    }

    #[test]
    fn what_cannot_be_typed_cannot_be_granted() {
        let table: [(Dimension, &[&str], &str); 8] = [
            (Dimension::Tags, &["*"], "tags: \"*\" alone says nothing; write \"any\" for the whole dimension"),
            (Dimension::Tags, &["f*3"], "tags: \"f*3\" is not a tag name: it may not contain '*'"),
            (Dimension::Tags, &["f4**"], "tags: \"f4*\" is not a tag name: it may not contain '*'"),
            (Dimension::Tags, &["f43 "], "tags: \"f43 \" is not a tag name: it may not contain a blank"),
            (
                Dimension::To,
                &["rawhide"],
                "to: \"rawhide\" means another release after each branching; name the tag it means today",
            ),
            (Dimension::Packages, &["-x"], "packages: \"-x\" is not a package name: it begins with a dash"),
            (Dimension::Tasks, &["1*"], "tasks: \"1*\": numbers have no beginning"),
            (Dimension::Packages, &["a", "a"], "packages: a stands twice"),
        ];
        for (dimension, list, said) in table {
            assert_eq!(parse(dimension, list).unwrap_err(), [said]);
        }
        let word = Written::Word("ANY".into());
        assert_eq!(
            Values::parse(Dimension::Tags, &word).unwrap_err(),
            ["tags = \"ANY\" is neither \"any\" nor a list"]
        );
    }
}
