// SPDX-License-Identifier: GPL-3.0-or-later
//! Architectures of a tag.

use super::simple::NameError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The architectures of a tag, at least one, in the order given, with blanks between: `x86_64 aarch64`.
/// Commas are accepted too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Arches(Box<str>);

impl Arches {
    /// As koji stores them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Each by itself.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ')
    }

    /// Whether `stored`, as a hub has it, is the same set.
    pub fn are(&self, stored: &str) -> bool {
        sorted(&self.0) == sorted(stored)
    }
}

fn sorted(arches: &str) -> Vec<&str> {
    let mut arches: Vec<&str> = arches.split_whitespace().collect();
    arches.sort_unstable();
    arches.dedup();
    arches
}

impl FromStr for Arches {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let err = |why: &str| Err(NameError::new("list of arches", text, why));
        let arches: Vec<&str> = text.split([',', ' ', '\t', '\n']).filter(|arch| !arch.is_empty()).collect();
        if arches.is_empty() {
            return err("it is empty");
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if let Some(bad) = arches.iter().flat_map(|arch| arch.chars()).find(|c| !fits(*c)) {
            return err(&format!("an architecture may not contain '{bad}'"));
        }
        if arches.iter().any(|arch| arch.starts_with('-')) {
            return err("an architecture may not begin with a dash");
        }
        if sorted(text.replace(',', " ").as_str()).len() != arches.len() {
            return err("an architecture is named twice");
        }
        if text.len() > 1024 {
            return err("it is too long");
        }
        Ok(Self(arches.join(" ").into()))
    }
}

impl TryFrom<String> for Arches {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Arches> for String {
    fn from(arches: Arches) -> Self {
        arches.0.into()
    }
}

impl fmt::Display for Arches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_as_people_write_them() {
        for text in ["x86_64 aarch64", "x86_64,aarch64", " x86_64,  aarch64\n"] {
            assert_eq!(text.parse::<Arches>().unwrap().as_str(), "x86_64 aarch64");
        }
        let arches: Arches = "x86_64 aarch64".parse().unwrap();
        assert!(arches.are("aarch64  x86_64") && !arches.are("x86_64") && !arches.are(""));
    }

    #[test]
    fn what_is_none() {
        for (text, why) in [
            ("", "it is empty"),
            (" , ", "it is empty"),
            ("x86_64 z80!", "an architecture may not contain '!'"),
            ("x86_64 x86_64", "an architecture is named twice"),
            ("-x", "an architecture may not begin with a dash"),
        ] {
            let error = text.parse::<Arches>().unwrap_err().to_string();
            assert_eq!(error, format!("\"{text}\" is not a list of arches: {why}"));
        }
    }

    proptest! {
        #[test]
        fn a_list_is_refused_or_reads_back(text in any::<String>()) {
            if let Ok(arches) = text.parse::<Arches>() {
                prop_assert_eq!(&arches.to_string().parse::<Arches>().unwrap(), &arches);
                prop_assert!(arches.are(arches.as_str()));
            }
        }
    }
}
