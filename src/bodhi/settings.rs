// SPDX-License-Identifier: GPL-3.0-or-later
//! Where Bodhi is: what the command line says, else `bodhi.toml`, else the public one.
//!
//! ```toml
//! # /etc/flr/bodhi.toml, then ~/.config/flr/bodhi.toml: later values win, key by key
//! url = "https://bodhi.fedoraproject.org/"   # the default
//! rows-per-page = 100
//! timeout = 60                               # seconds for one answer
//! cache-days = 7                             # how old what Bodhi once said may be when it is away
//!
//! [profiles]                                 # beside a koji profile: another Bodhi, or none
//! stg = "https://bodhi.stg.fedoraproject.org/"
//! mine = ""
//! ```

use crate::rest::{ReadFile, address};
use crate::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use url::Url;

/// Everybody's.
const PUBLIC: &str = "https://bodhi.fedoraproject.org/";

/// How to ask a Bodhi.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where it answers.
    pub url: Url,
    /// Releases on one page; Bodhi gives at most 1,000.
    pub rows_per_page: u32,
    /// Bound on one answer.
    pub timeout: Duration,
    /// How old what it once said may be when it is away.
    pub cache_limit: Duration,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    url: Option<String>,
    rows_per_page: Option<u32>,
    timeout: Option<u64>,
    cache_days: Option<u64>,
    #[serde(default)]
    profiles: BTreeMap<String, String>,
}

impl Settings {
    /// What goes with the koji profile `profile`. `None`: it has no Bodhi.
    ///
    /// `named` is the command line's; `files` are read in order by `read`, those that do not exist (`None`) are
    /// left out.
    ///
    /// # Errors
    /// A file that cannot be read or makes no sense, with its line; an address that is neither https nor on
    /// loopback.
    pub fn load(profile: &str, named: Option<&str>, files: &[&Path], read: ReadFile<'_>) -> Result<Option<Self>> {
        let (mut url, mut from) = (PUBLIC.to_owned(), String::new());
        // A practice hub's releases are not Fedora's.
        let mut of_profile = (profile == "practice").then(String::new);
        let (mut rows, mut timeout, mut days) = (100, 60, 7);
        for path in files {
            let Some(text) = read(path)? else {
                continue;
            };
            let shown = path.display();
            let file = parse(path, &text)?;
            if let Some(value) = file.url {
                (url, from) = (value, format!("{shown}: url: "));
            }
            if let Some(value) = file.profiles.get(profile) {
                of_profile = Some(value.clone());
                from = format!("{shown}: profiles: {profile}: ");
            }
            rows = bounded(&shown, "rows-per-page", file.rows_per_page, rows, 1..=1000)?;
            timeout = bounded(&shown, "timeout", file.timeout, timeout, 1..=3600)?;
            days = bounded(&shown, "cache-days", file.cache_days, days, 0..=365)?;
        }
        let text = match (named, of_profile) {
            (Some(named), _) => {
                from = "--bodhi: ".to_owned();
                named.to_owned()
            }
            (None, Some(text)) if text.is_empty() => return Ok(None),
            (None, Some(text)) => text,
            (None, None) => url,
        };
        Ok(Some(Self {
            url: address(&text).map_err(|why| {
                let shown = if text.contains('@') { "the address".to_owned() } else { format!("\"{text}\"") };
                let what = format!("{from}{shown} {why}");
                let error = if named.is_some() { Error::usage(what) } else { Error::failed(what) };
                error.hint("as in https://HOST/")
            })?,
            rows_per_page: rows,
            timeout: Duration::from_secs(timeout),
            cache_limit: Duration::from_secs(days * 24 * 60 * 60),
        }))
    }
}

fn parse(path: &Path, text: &str) -> Result<File> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
        Error::failed(format!("{}:{line}: {}", path.display(), error.message().trim_end()))
    })
}

fn bounded<T: PartialOrd + Copy + std::fmt::Display>(
    file: &impl std::fmt::Display,
    key: &str,
    value: Option<T>,
    before: T,
    range: std::ops::RangeInclusive<T>,
) -> Result<T> {
    match value {
        None => Ok(before),
        Some(value) if range.contains(&value) => Ok(value),
        Some(value) => {
            let what = format!("{file}: {key}: {value} is not from {} to {}", range.start(), range.end());
            Err(Error::failed(what))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::rest::read_file;
    use std::fs;

    fn load(profile: &str, named: Option<&str>, files: &[&str]) -> Result<Option<Settings>> {
        let dir = tempfile::tempdir().unwrap();
        let paths: Vec<_> = (0..files.len()).map(|n| dir.path().join(format!("{n}.toml"))).collect();
        for (path, text) in paths.iter().zip(files) {
            fs::write(path, text).unwrap();
        }
        let missing = dir.path().join("missing.toml");
        let mut all: Vec<&Path> = paths.iter().map(|path| path.as_path()).collect();
        all.push(&missing);
        let shown = format!("{}/", dir.path().display());
        Settings::load(profile, named, &all, &read_file).map_err(|mut error| {
            error.what = error.what.replace(&shown, "");
            error
        })
    }

    fn url(profile: &str, named: Option<&str>, files: &[&str]) -> String {
        load(profile, named, files).unwrap().map_or("none".to_owned(), |settings| settings.url.to_string())
    }

    #[test]
    fn the_nearest_word_counts() {
        let etc = "url = \"https://a.example.test/\"\n[profiles]\nstg = \"https://stg.example.test/b\"\nmine = \"\"\n";
        assert_eq!(url("koji", None, &[]), "https://bodhi.fedoraproject.org/");
        assert_eq!(url("koji", None, &[etc]), "https://a.example.test/");
        assert_eq!(url("stg", None, &[etc]), "https://stg.example.test/b");
        assert_eq!(url("mine", None, &[etc]), "none");
        assert_eq!(url("practice", None, &[etc]), "none");
        assert_eq!(url("practice", None, &[etc, "profiles.practice = \"http://[::1]:80/\""]), "http://[::1]/");
        assert_eq!(url("stg", Some("http://127.0.0.1:6543"), &[etc]), "http://127.0.0.1:6543/");
        assert_eq!(url("koji", None, &[etc, "url = \"https://home.example.test\""]), "https://home.example.test/");
        let settings = load("koji", None, &["rows-per-page = 3\ntimeout = 5\n", "cache-days = 0"]).unwrap().unwrap();
        assert_eq!((settings.rows_per_page, settings.timeout.as_secs(), settings.cache_limit.as_secs()), (3, 5, 0));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (named, files, what) in [
            (
                Some("http://bodhi.example.test/"),
                "",
                "--bodhi: \"http://bodhi.example.test/\" is neither https nor on loopback",
            ),
            (Some("ftp://127.0.0.1/"), "", "--bodhi: \"ftp://127.0.0.1/\" is no https URL"),
            (Some("https://kim:pw@h/"), "", "--bodhi: the address holds a user name or a password"),
            (Some("https://h/?a=b"), "", "--bodhi: \"https://h/?a=b\" has something behind the path"),
            (Some("bodhi"), "", "--bodhi: \"bodhi\" is no URL"),
            (None, "url = \"http://h/\"", "0.toml: url: \"http://h/\" is neither https nor on loopback"),
            (None, "profiles.koji = \"h\"", "0.toml: profiles: koji: \"h\" is no URL"),
            (None, "rows-per-page = 1001", "0.toml: rows-per-page: 1001 is not from 1 to 1000"),
            (None, "timeout = 0", "0.toml: timeout: 0 is not from 1 to 3600"),
            (
                None,
                "url = \"https://h/\"\n\ncolour = 1",
                "0.toml:3: unknown field `colour`, expected one of `url`, `rows-per-page`, `timeout`, `cache-days`, `profiles`",
            ),
        ] {
            let error = load("koji", named, &[files]).unwrap_err();
            assert_eq!(error.what, what);
            let kind = if named.is_some() { Kind::Usage } else { Kind::Failed };
            assert_eq!(error.kind, kind, "{what}");
        }
    }
}
