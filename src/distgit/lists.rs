// SPDX-License-Identifier: GPL-3.0-or-later
//! What the lists hold. A script glues them together, so nothing about them is taken for granted.

use crate::names::PackageName;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// By package: who has it, the first before the others; `@` before the name of a group.
pub type Owners = BTreeMap<PackageName, Vec<String>>;

/// How many bad names a message holds.
const NAMED: usize = 20;

/// The members of an object in their order. One that is there twice stays there twice.
struct Members<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<T> {
            type Value = Members<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each(std::marker::PhantomData))
    }
}

impl<T> Members<T> {
    fn read<'de>(json: &'de [u8]) -> Result<Self, String>
    where
        T: Deserialize<'de>,
    {
        serde_json::from_slice(json).map_err(|error| match error.is_eof() {
            true => format!("it is cut off: {error}"),
            false => format!("it is not what it should be: {error}"),
        })
    }

    /// The one member of that name.
    fn only(self, name: &str) -> Result<T, String> {
        let names: Vec<String> = self.0.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let mut found = self.0.into_iter().filter(|(found, _)| found == name);
        match (found.next(), found.next()) {
            (Some((_, member)), None) => Ok(member),
            (Some(_), Some(_)) => Err(format!("it holds \"{name}\" more than once")),
            (None, _) if names.is_empty() => Err(format!("it holds nothing, where \"{name}\" should be")),
            (None, _) => Err(format!("it holds {} and not \"{name}\"", shown(&names))),
        }
    }
}

fn shown(items: &[String]) -> String {
    let head = items.get(..NAMED.min(items.len())).unwrap_or_default().join(", ");
    match items.len().saturating_sub(NAMED) {
        0 => head,
        more => format!("{head} and {more} more"),
    }
}

/// The packages of a namespace that are retired in `branch`. A name without a namespace is an rpm's.
pub(super) fn retired(json: &[u8], branch: &str, namespace: &str) -> Result<BTreeSet<PackageName>, String> {
    let names: Vec<String> = Members::read(json)?.only(branch)?;
    if names.is_empty() {
        // The job writes no file for a branch in which nothing is retired.
        return Err(format!("nothing at all is retired in {branch}, which nobody would have written down"));
    }
    let (mut packages, mut bad) = (BTreeSet::new(), Vec::new());
    for name in names {
        let (of, package) = name.split_once('/').unwrap_or((super::RPMS, &name));
        match package.parse::<PackageName>() {
            Ok(package) if of == namespace => drop(packages.insert(package)),
            Ok(_) => {}
            Err(why) => bad.push(why.to_string()),
        }
    }
    if bad.is_empty() { Ok(packages) } else { Err(shown(&bad)) }
}

/// Whose the packages of a namespace are.
pub(super) fn owners(json: &[u8], namespace: &str) -> Result<Owners, String> {
    let packages: Members<Vec<String>> = Members::read(json)?.only(namespace)?;
    if packages.0.is_empty() {
        return Err(format!("no package is in \"{namespace}\""));
    }
    let (mut owners, mut bad) = (Owners::new(), Vec::new());
    for (name, whose) in packages.0 {
        match name.parse::<PackageName>() {
            Err(why) => bad.push(why.to_string()),
            Ok(package) if owners.contains_key(&package) => bad.push(format!("{package} is there more than once")),
            Ok(package) => drop(owners.insert(package, whose)),
        }
    }
    if bad.is_empty() { Ok(owners) } else { Err(shown(&bad)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(packages: &BTreeSet<PackageName>) -> Vec<&str> {
        packages.iter().map(PackageName::as_str).collect()
    }

    #[test]
    fn the_retired_ones_of_a_branch() {
        let json = br#"{"f43": ["zsh", "bash", "rpms/nano", "container/bash-box", "bash"]}"#;
        assert_eq!(names(&retired(json, "f43", "rpms").unwrap()), ["bash", "nano", "zsh"]);
        assert_eq!(names(&retired(json, "f43", "container").unwrap()), ["bash-box"]);
        let glued = br#"{"f42": ["x"], "f43": ["bash"]}"#;
        assert_eq!(names(&retired(glued, "f43", "rpms").unwrap()), ["bash"]);
    }

    /// The script that writes it prints JSON by hand.
    #[test]
    fn a_glued_file_is_not_trusted() {
        for (json, why) in [
            (&b""[..], "it is cut off: EOF while parsing a value at line 1 column 0"),
            (br#"{"f43": ["bash", "zs"#, "it is cut off: EOF while parsing a string at line 1 column 20"),
            (br#"{"f43": ["bash"]"#, "it is cut off: EOF while parsing an object at line 1 column 16"),
            (br#"{"f43": ["bash",]}"#, "it is not what it should be: trailing comma at line 1 column 17"),
            (br#"{"f43": ["bash"]}{"f43""#, "it is not what it should be: trailing characters at line 1 column 18"),
            (
                br#"["bash"]"#,
                "it is not what it should be: invalid type: sequence, expected an object at line 1 column 0",
            ),
            (
                br#"{"f43": {"bash": 1}}"#,
                "it is not what it should be: invalid type: map, expected a sequence at line 1 column 8",
            ),
            (br#"{}"#, "it holds nothing, where \"f43\" should be"),
            (br#"{"f42": ["bash"]}"#, "it holds \"f42\" and not \"f43\""),
            (br#"{"f43": ["bash"], "f43": ["zsh"]}"#, "it holds \"f43\" more than once"),
            (br#"{"f43": []}"#, "nothing at all is retired in f43, which nobody would have written down"),
            (
                br#"{"f43": ["bash", "", "a b"]}"#,
                "\"\" is not a package name: it is empty, \"a b\" is not a package name: it may not contain a blank",
            ),
        ] {
            let said = retired(json, "f43", "rpms").unwrap_err();
            assert!(said.starts_with(why.trim_end_matches(" at line 1 column 0")), "{said}");
        }
    }

    #[test]
    fn owners_by_package() {
        let json = br#"{"rpms": {"bash": ["kim", "@bash-sig"], "nano": ["orphan"], "vim": []}, "modules": {}}"#;
        let owners = owners(json, "rpms").unwrap();
        let bash: PackageName = "bash".parse().unwrap();
        assert_eq!(owners[&bash], ["kim", "@bash-sig"]);
        assert_eq!(owners.len(), 3);
    }

    #[test]
    fn a_file_of_something_else_names_no_owners() {
        for (json, why) in [
            (&br#"{"bash": {"fedora": ["kim"]}}"#[..], "it holds \"bash\" and not \"rpms\""),
            (br#"{"rpms": {}}"#, "no package is in \"rpms\""),
            (
                br#"{"rpms": {"bash": "kim"}}"#,
                "it is not what it should be: invalid type: string \"kim\", expected a sequence",
            ),
            (br#"{"rpms": {"bash": ["kim"], "bash": []}}"#, "bash is there more than once"),
            (br#"{"rpms": {"ba sh": ["kim"]}}"#, "\"ba sh\" is not a package name: it may not contain a blank"),
        ] {
            let said = owners(json, "rpms").unwrap_err();
            assert!(said.starts_with(why), "{said}");
        }
    }
}
