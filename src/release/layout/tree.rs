// SPDX-License-Identifier: GPL-3.0-or-later
//! The tags and targets that a release is to have.

use super::purpose::Purpose;
use crate::names::{TagName, TargetName};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A layout with a release's names in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tree {
    /// The tags, parents before children.
    pub tags: Vec<TagShape>,
    /// The targets, in the order of the layout.
    pub targets: Vec<TargetShape>,
    /// Fields of Bodhi's record and what they must be, as text; `None`: nothing.
    pub bodhi: BTreeMap<&'static str, Option<String>>,
    /// Tags and targets that the release had and must have no more.
    pub gone: Vec<String>,
}

/// What a tag is to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagShape {
    /// Its name.
    pub name: TagName,
    /// Its part of the layout.
    pub part: String,
    /// What it is for, where its name alone does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// Its architectures, separated by blanks; empty: none of its own.
    pub arches: String,
    /// The permission that tagging needs.
    pub perm: Option<String>,
    /// Whether it is locked.
    pub locked: bool,
    /// Its parents, all of them, lowest priority first.
    pub parents: Vec<LinkShape>,
    /// Settings that it must have; it may have others.
    pub extra: BTreeMap<String, Value>,
    /// Groups that it must have or inherit, and packages that must be in them; others may be as well.
    #[serde(deserialize_with = "groups", serialize_with = "as_names_if_possible")]
    pub groups: BTreeMap<String, BTreeSet<String>>,
    /// Repositories of elsewhere, all of them; `None`: whatever is there.
    pub external_repos: Option<Vec<RepoShape>>,
    /// It follows the newest release: its name is older than the release.
    pub moves: bool,
}

/// What a link to a parent is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkShape {
    /// The parent.
    pub tag: TagName,
    /// Lower is looked at first.
    pub priority: i64,
    /// The children of the tag do not inherit through it.
    pub intransitive: bool,
    /// The parent's settings do not count.
    pub noconfig: bool,
    /// How far above the parent inheritance goes.
    pub maxdepth: Option<i64>,
}

/// What a repository of elsewhere is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepoShape {
    /// Its name.
    pub name: String,
    /// Lower is looked at first.
    pub priority: i64,
    /// Where it is; `None`: wherever.
    pub url: Option<String>,
    /// How it is merged.
    pub merge_mode: String,
}

/// What a target is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetShape {
    /// Its name.
    pub name: TargetName,
    /// Its part of the layout.
    pub part: String,
    /// The tag that build roots are made from.
    pub build: TagName,
    /// The tag that builds go to.
    pub dest: TagName,
    /// It follows the newest release: its name is older than the release.
    pub moves: bool,
}

/// Older journals have a list of names.
#[derive(Deserialize)]
#[serde(untagged)]
enum Groups {
    Names(BTreeSet<String>),
    Packages(BTreeMap<String, BTreeSet<String>>),
}

fn groups<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, BTreeSet<String>>, D::Error> {
    Ok(match Groups::deserialize(deserializer)? {
        Groups::Names(names) => names.into_iter().map(|name| (name, BTreeSet::new())).collect(),
        Groups::Packages(groups) => groups,
    })
}

fn as_names_if_possible<S: Serializer>(
    groups: &BTreeMap<String, BTreeSet<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match groups.values().all(BTreeSet::is_empty) {
        true => serializer.collect_seq(groups.keys()),
        false => groups.serialize(serializer),
    }
}

impl Tree {
    /// The tag of this name.
    pub fn tag(&self, name: &TagName) -> Option<&TagShape> {
        self.tags.iter().find(|tag| tag.name == *name)
    }
}
