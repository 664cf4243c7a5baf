// SPDX-License-Identifier: GPL-3.0-or-later
//! Where dist-git's lists are: what the command line says, else `distgit.toml`, else the public ones.
//!
//! ```toml
//! # /etc/flr/distgit.toml, then ~/.config/flr/distgit.toml: later values win, key by key
//! # An https address or the path of a file; in that of the retired ones {branch} is the branch's name.
//! retired = "https://src.fedoraproject.org/lookaside/retired_in_{branch}.json"   # the default
//! owners = "https://src.fedoraproject.org/extras/pagure_owner_alias.json"        # the default
//! timeout = 60                             # seconds for one answer
//!
//! [profiles.mine]                          # beside a koji profile: other lists, or none
//! retired = "/srv/dist-git/retired_in_{branch}.json"
//! owners = ""
//! ```

use crate::rest::{ReadFile, address};
use crate::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

// Where Fedora's own job that syncs owners reads them (owner-sync-pagure).
const RETIRED: &str = "https://src.fedoraproject.org/lookaside/retired_in_{branch}.json";
const OWNERS: &str = "https://src.fedoraproject.org/extras/pagure_owner_alias.json";

/// Stands for the branch.
const BRANCH: &str = "{branch}";

/// Where a list is: an address or the path of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Url(Url),
    File(PathBuf),
}

/// The same, before the branch is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(String);

impl Pattern {
    fn new(text: &str) -> Result<Self, &'static str> {
        place(&text.replace(BRANCH, "branch")).map(|_| Self(text.to_owned()))
    }

    /// Where the list of `branch` is.
    pub(super) fn of(&self, branch: &str) -> Result<Place> {
        let word = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if branch.is_empty() || branch.starts_with(['.', '-']) || !branch.chars().all(word) {
            return Err(Error::failed(format!("\"{branch}\" is not the name of a branch")));
        }
        place(&self.0.replace(BRANCH, branch)).map_err(|why| Error::failed(format!("\"{}\" {why}", self.0)))
    }

    /// Whether other branches have another list.
    pub(super) fn tells_branches_apart(&self) -> bool {
        self.0.contains(BRANCH)
    }
}

/// Whatever has a scheme is an address.
fn place(text: &str) -> Result<Place, &'static str> {
    match text.contains("://") {
        true => address(text).map(Place::Url),
        false if text.is_empty() => Err("is empty"),
        false => Ok(Place::File(PathBuf::from(text))),
    }
}

/// What the command line says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Named<'a> {
    /// Where the retired ones are.
    pub retired: Option<&'a str>,
    /// Where the owners are.
    pub owners: Option<&'a str>,
}

/// How to ask dist-git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where the retired ones are; `None`: nowhere.
    pub(super) retired: Option<Pattern>,
    /// Where the owners are; `None`: nowhere.
    pub(super) owners: Option<Pattern>,
    /// Bound on one answer.
    pub(super) timeout: Duration,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    retired: Option<String>,
    owners: Option<String>,
    timeout: Option<u64>,
    #[serde(default)]
    profiles: BTreeMap<String, Lists>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    retired: Option<String>,
    owners: Option<String>,
}

/// A place as text, and who says so.
struct Said {
    text: String,
    by: String,
}

impl Said {
    fn pattern(&self) -> Result<Option<Pattern>> {
        let Self { text, by } = self;
        if text.is_empty() && !by.starts_with("--") {
            return Ok(None);
        }
        Pattern::new(text).map(Some).map_err(|why| {
            let shown = if text.contains('@') { "the address".to_owned() } else { format!("\"{text}\"") };
            let what = format!("{by}: {shown} {why}");
            let error = if by.starts_with("--") { Error::usage(what) } else { Error::failed(what) };
            error.hint("as in https://HOST/FILE, or the path of a file")
        })
    }
}

impl Settings {
    /// What goes with the koji profile `profile`; `files` are read in order by `read`, those that do not
    /// exist (`None`) are left out.
    ///
    /// # Errors
    /// A file that cannot be read or makes no sense, with its line; an address that is neither https nor on
    /// loopback.
    pub fn load(profile: &str, named: Named<'_>, files: &[&Path], read: ReadFile<'_>) -> Result<Self> {
        // A practice hub's packages are not Fedora's.
        let public = |text: &str| if profile == "practice" { String::new() } else { text.to_owned() };
        let mut retired = Said { text: public(RETIRED), by: String::new() };
        let mut owners = Said { text: public(OWNERS), by: String::new() };
        let mut timeout = 60;
        for path in files {
            let Some(text) = read(path)? else {
                continue;
            };
            let file = parse(path, &text)?;
            let say = |slot: &mut Said, key: &str, general: Option<String>, own: Option<&String>| {
                if let Some(text) = own.cloned() {
                    *slot = Said { text, by: format!("{}: profiles.{profile}: {key}", path.display()) };
                } else if let Some(text) = general.filter(|_| profile != "practice" && !slot.by.contains("profiles.")) {
                    *slot = Said { text, by: format!("{}: {key}", path.display()) };
                }
            };
            let own = file.profiles.get(profile);
            say(&mut retired, "retired", file.retired, own.and_then(|own| own.retired.as_ref()));
            say(&mut owners, "owners", file.owners, own.and_then(|own| own.owners.as_ref()));
            match file.timeout {
                None => {}
                Some(seconds @ 1..=3600) => timeout = seconds,
                Some(bad) => {
                    return Err(Error::failed(format!("{}: timeout: {bad} is not from 1 to 3600", path.display())));
                }
            }
        }
        for (slot, text, by) in [(&mut retired, named.retired, "--retired"), (&mut owners, named.owners, "--owners")] {
            if let Some(text) = text {
                *slot = Said { text: text.to_owned(), by: by.to_owned() };
            }
        }
        let timeout = Duration::from_secs(timeout);
        Ok(Self { retired: retired.pattern()?, owners: owners.pattern()?, timeout })
    }
}

fn parse(path: &Path, text: &str) -> Result<File> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
        Error::failed(format!("{}:{line}: {}", path.display(), error.message().trim_end()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn load(profile: &str, named: Named<'_>, files: &[&str]) -> Result<Settings> {
        let paths: Vec<PathBuf> = (0..=files.len()).map(|n| PathBuf::from(format!("{n}.toml"))).collect();
        let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
        let read = |path: &Path| {
            let at = paths.iter().position(|known| *known == path);
            Ok(at.and_then(|at| files.get(at)).map(|text| (*text).to_owned()))
        };
        Settings::load(profile, named, &paths, &read)
    }

    fn retired(profile: &str, named: Option<&str>, files: &[&str]) -> String {
        let settings = load(profile, Named { retired: named, owners: None }, files).unwrap();
        match settings.retired.map(|pattern| pattern.of("f43").unwrap()) {
            None => "none".to_owned(),
            Some(Place::Url(url)) => url.to_string(),
            Some(Place::File(path)) => path.display().to_string(),
        }
    }

    #[test]
    fn the_nearest_word_counts() {
        let etc = "retired = \"https://a.example.test/{branch}.json\"\n[profiles.mine]\nretired = \"/srv/{branch}\"\n\
                   [profiles.none]\nretired = \"\"\n[profiles.practice]\nretired = \"http://127.0.0.1:80/{branch}\"\n";
        let home = "retired = \"https://home.example.test/x.json\"\n";
        let public = "https://src.fedoraproject.org/lookaside/retired_in_f43.json";
        assert_eq!(retired("koji", None, &[]), public);
        assert_eq!(retired("koji", None, &[etc]), "https://a.example.test/f43.json");
        assert_eq!(retired("koji", None, &[etc, home]), "https://home.example.test/x.json");
        assert_eq!(retired("mine", None, &[etc, home]), "/srv/f43");
        assert_eq!(retired("none", None, &[etc, home]), "none");
        assert_eq!(retired("practice", None, &[home]), "none");
        assert_eq!(retired("practice", None, &[etc, home]), "http://127.0.0.1/f43");
        assert_eq!(retired("none", Some("list.json"), &[etc]), "list.json");
        assert_eq!(load("koji", Named::default(), &["timeout = 5"]).unwrap().timeout.as_secs(), 5);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (named, file, what) in [
            (
                Some("http://h.example.test/x"),
                "",
                "--retired: \"http://h.example.test/x\" is neither https nor on loopback",
            ),
            (Some("file:///etc/passwd"), "", "--retired: \"file:///etc/passwd\" is no https URL"),
            (Some("https://kim:pw@h/"), "", "--retired: the address holds a user name or a password"),
            (Some("https://h/?a={branch}"), "", "--retired: \"https://h/?a={branch}\" has something behind the path"),
            (Some(""), "", "--retired: \"\" is empty"),
            (None, "owners = \"http://h/\"", "0.toml: owners: \"http://h/\" is neither https nor on loopback"),
            (
                None,
                "[profiles.koji]\nretired = \"ftp://h/\"",
                "0.toml: profiles.koji: retired: \"ftp://h/\" is no https URL",
            ),
            (None, "timeout = 0", "0.toml: timeout: 0 is not from 1 to 3600"),
            (
                None,
                "\nretire = \"x\"",
                "0.toml:2: unknown field `retire`, expected one of `retired`, `owners`, `timeout`, `profiles`",
            ),
        ] {
            let error = load("koji", Named { retired: named, owners: None }, &[file]).unwrap_err();
            assert_eq!(error.what, what);
            assert_eq!(error.kind, if named.is_some() { Kind::Usage } else { Kind::Failed }, "{what}");
        }
    }

    /// Bodhi says what a branch is called.
    #[test]
    fn a_branch_is_a_word() {
        let pattern = Pattern::new("/srv/retired_in_{branch}.json").unwrap();
        for bad in ["", "..", "../../etc/shadow", "a/b", "a?b", "f43\n", "-f43"] {
            assert!(pattern.of(bad).is_err(), "{bad}");
        }
        assert!(pattern.of("epel10.1").is_ok());
    }
}
