// SPDX-License-Identifier: GPL-3.0-or-later
//! How tags and targets are set up, as a hub says it.

use crate::names::{TagName, TargetName, UserName};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// All that a tag itself is set to; what it inherits is not in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagSettings {
    /// The hub's number for it.
    pub id: u64,
    /// Its name.
    pub name: TagName,
    /// Nothing can be tagged into or untagged from it, except by an administrator with force.
    pub locked: bool,
    /// The permission that tagging needs, by name.
    pub perm: Option<String>,
    /// Architectures, separated by blanks. `None`: its parents' count; empty means the same to most of
    /// koji but is stored otherwise.
    pub arches: Option<String>,
    /// Further settings by name. Blocked ones are missing, as if they had never been.
    pub extra: BTreeMap<String, Value>,
}

impl TagSettings {
    /// Whether it is a side tag. They have targets of their own name and go with them.
    pub fn is_side_tag(&self) -> bool {
        self.extra
            .get("sidetag")
            .is_some_and(|value| *value == Value::Bool(true) || value.as_i64().is_some_and(|n| n != 0))
    }

    /// The architectures one by one, in the order of names, each once.
    pub fn arch_list(&self) -> Vec<&str> {
        let mut arches: Vec<&str> = self.arches.as_deref().unwrap_or_default().split_whitespace().collect();
        arches.sort_unstable();
        arches.dedup();
        arches
    }
}

/// A tag's own link to a parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentLink {
    /// The parent.
    pub parent: TagName,
    /// The parent's number: links are written with it. `None`: it is made by the plan that the link is in.
    pub parent_id: Option<u64>,
    /// Lower is looked at first; a tag has each priority once.
    pub priority: i64,
    /// How far above the parent inheritance goes; `None`: without end.
    pub maxdepth: Option<i64>,
    /// The children of the tag do not inherit through this link.
    pub intransitive: bool,
    /// The parent's settings do not count, only what is tagged.
    pub noconfig: bool,
    /// A pattern that packages must match; empty: all do.
    pub pkg_filter: String,
}

impl ParentLink {
    /// Whether it leads to the same parent under the same conditions.
    pub fn is_like(&self, other: &Self) -> bool {
        let unnumbered = |link: &Self| Self { parent_id: None, ..link.clone() };
        unnumbered(self) == unnumbered(other)
    }
}

/// A build target: where builds get what they need, and where they go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// The hub's number for it.
    pub id: u64,
    /// Its name.
    pub name: TargetName,
    /// The tag that build roots are made from.
    pub build_tag: TagName,
    /// The tag that finished builds go to.
    pub dest_tag: TagName,
}

/// A user's side tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideTag {
    /// The hub's number for it.
    pub id: u64,
    /// Its name.
    pub name: TagName,
    /// Whose it is; `None` also stands for one whose name could not be sent back.
    pub owner: Option<UserName>,
}

/// A group of packages in a tag, as `comps` knows them; build roots are made from `build` and
/// `srpm-build`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// What it is set to.
    #[serde(flatten)]
    pub settings: GroupSettings,
    /// Its packages, in the order of names.
    pub packages: Vec<GroupPackage>,
}

/// What a tag sets a group to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSettings {
    /// What it is called for people.
    pub display_name: String,
    /// More words for people.
    pub description: Option<String>,
    /// Whether `comps` has it.
    pub exported: Option<bool>,
    /// Whether it is installed unasked.
    pub is_default: Option<bool>,
    /// Whether people see it.
    pub uservisible: Option<bool>,
    /// Only for this language.
    pub langonly: Option<String>,
    /// Only where two architectures are installed side by side.
    pub biarchonly: Option<bool>,
}

impl GroupSettings {
    /// What a hub sets a group of this name to unless it is told otherwise.
    pub fn named(name: &str) -> Self {
        Self {
            display_name: name.to_owned(),
            description: None,
            exported: Some(true),
            is_default: None,
            uservisible: Some(true),
            langonly: None,
            biarchonly: Some(false),
        }
    }
}

/// A package in a group. The name is one of a binary package and need not be known to the hub.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupPackage {
    /// Its name.
    pub name: String,
    /// `mandatory` for build roots.
    pub kind: String,
    /// Only of the first of two architectures.
    pub basearchonly: Option<bool>,
    /// What it is for, if it is conditional.
    pub requires: Option<String>,
}

impl GroupPackage {
    /// The kind that build roots are made of, and that a hub takes unless it is told otherwise.
    pub const MANDATORY: &'static str = "mandatory";

    /// A mandatory one.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), kind: Self::MANDATORY.to_owned(), basearchonly: None, requires: None }
    }
}

/// A repository of elsewhere that a tag draws from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExternalRepo {
    /// The hub's number for the repository.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Where it is, with `$arch` in it.
    pub url: String,
    /// Lower is looked at first.
    pub priority: i64,
    /// How it is merged: `koji`, `simple`, `bare`.
    pub merge_mode: String,
    /// Only for these architectures, separated by blanks; `None`: for all of the tag's.
    pub arches: Option<String>,
}

/// A tag's link to a repository of elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepoLink {
    /// The repository's name.
    pub name: String,
    /// Lower is looked at first; a tag has each priority once.
    pub priority: i64,
    /// How it is merged: `koji`, `simple`, `bare`.
    pub merge_mode: String,
    /// Only for these architectures, separated by blanks; `None` and empty: for all of the tag's.
    pub arches: Option<String>,
}

impl RepoLink {
    /// Whether it leads to the same the same way.
    pub fn is_same(&self, other: &Self) -> bool {
        let arches = |link: &Self| link.arches.clone().filter(|arches| !arches.is_empty());
        (&self.name, self.priority, &self.merge_mode, arches(self))
            == (&other.name, other.priority, &other.merge_mode, arches(other))
    }
}

impl From<&ExternalRepo> for RepoLink {
    fn from(repo: &ExternalRepo) -> Self {
        let ExternalRepo { name, priority, merge_mode, arches, .. } = repo.clone();
        Self { name, priority, merge_mode, arches }
    }
}

impl fmt::Display for RepoLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "priority {}, merged {}", self.priority, self.merge_mode)?;
        match self.arches.as_deref() {
            None | Some("") => Ok(()),
            Some(arches) => write!(f, ", only for {arches}"),
        }
    }
}

/// Which targets. Both given: those with both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetQuery {
    /// Those that build from this tag.
    pub build_tag: Option<TagName>,
    /// Those whose builds go to this tag.
    pub dest_tag: Option<TagName>,
}
