// SPDX-License-Identifier: GPL-3.0-or-later
//! Where a release is not as its layout says.

use super::observed::{Seen, SeenTag};
use crate::bodhi::{FIELDS, Record};
use crate::koji::{ExternalRepo, ParentLink, Target};
use crate::release::layout::{LinkShape, TagShape, TargetShape, Tree};
use serde::Serialize;
use std::fmt;

/// Something that is otherwise than it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// `tag`, `target` or `bodhi`.
    pub kind: &'static str,
    /// The tag's, the target's or the release's name.
    pub name: String,
    /// What of it; nothing: whether it is there at all.
    pub field: Option<String>,
    /// What it should be; lists with commas. Nothing: none.
    pub expected: Option<String>,
    /// What it is.
    pub found: Option<String>,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, .. } = self;
        let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "none".to_owned());
        match &self.field {
            Some(field) => write!(f, "{kind} {name}: {field} is {}, not {}", word(&self.found), word(&self.expected)),
            None if self.found.is_none() => write!(f, "{kind} {name} is missing"),
            None => write!(f, "{kind} {name} should be gone"),
        }
    }
}

/// A place to note what differs about one thing.
pub(super) struct Notes<'a> {
    pub kind: &'static str,
    pub name: &'a str,
    pub drift: &'a mut Vec<Drift>,
}

impl Notes<'_> {
    pub(super) fn differs(&mut self, field: &str, expected: Option<String>, found: Option<String>) {
        if expected != found {
            self.drift.push(Drift {
                kind: self.kind,
                name: self.name.to_owned(),
                field: Some(field.to_owned()),
                expected,
                found,
            });
        }
    }

    pub(super) fn missing(&mut self) {
        self.whole(Some("there"), None);
    }

    fn left(&mut self) {
        self.whole(None, Some("there"));
    }

    fn whole(&mut self, expected: Option<&str>, found: Option<&str>) {
        let [expected, found] = [expected, found].map(|word| word.map(str::to_owned));
        self.drift.push(Drift { kind: self.kind, name: self.name.to_owned(), field: None, expected, found });
    }
}

/// Nothing, if it is empty.
pub(super) fn some(text: impl Into<String>) -> Option<String> {
    Some(text.into()).filter(|text| !text.is_empty())
}

/// What differs between the layout and the hub.
pub(in crate::ops) fn of_hub(tree: &Tree, seen: &Seen) -> Vec<Drift> {
    let mut drift = Vec::new();
    for wanted in &tree.tags {
        let mut notes = Notes { kind: "tag", name: wanted.name.as_str(), drift: &mut drift };
        match seen.tags.get(&wanted.name) {
            Some(tag) => of_tag(wanted, tag, &mut notes),
            None => notes.missing(),
        }
    }
    for wanted in &tree.targets {
        let mut notes = Notes { kind: "target", name: wanted.name.as_str(), drift: &mut drift };
        match seen.targets.get(&wanted.name) {
            Some(target) => of_target(wanted, target, &mut notes),
            None => notes.missing(),
        }
    }
    for gone in &tree.gone {
        let (kind, name) = match gone.split_once(' ') {
            Some(("tag", name)) => ("tag", name),
            Some((_, name)) => ("target", name),
            None => continue,
        };
        let tag = kind == "tag" && seen.tags.keys().any(|tag| tag.as_str() == name);
        let target = kind == "target" && seen.targets.keys().any(|target| target.as_str() == name);
        if tag || target {
            Notes { kind, name, drift: &mut drift }.left();
        }
    }
    drift
}

fn of_tag(wanted: &TagShape, seen: &SeenTag, notes: &mut Notes<'_>) {
    let settings = &seen.settings;
    notes.differs("arches", some(wanted.arches.replace(' ', ",")), some(settings.arch_list().join(",")));
    notes.differs("perm", wanted.perm.clone(), settings.perm.clone());
    notes.differs("locked", Some(wanted.locked.to_string()), Some(settings.locked.to_string()));
    notes.differs("parents", some(shapes(&wanted.parents)), some(links(&seen.parents)));
    for (key, value) in &wanted.extra {
        let found = settings.extra.get(key);
        if found != Some(value) {
            notes.differs(&format!("extra {key}"), Some(value.to_string()), found.map(ToString::to_string));
        }
    }
    for (group, packages) in &wanted.groups {
        if !seen.groups.iter().any(|known| known.name == *group) && !seen.inherits_group(group) {
            notes.differs(&format!("group {group}"), Some("there".to_owned()), None);
            continue;
        }
        let found: Vec<&str> =
            packages.iter().filter(|package| seen.has_in_group(group, package)).map(String::as_str).collect();
        let expected: Vec<&str> = packages.iter().map(String::as_str).collect();
        notes.differs(&format!("group {group}"), some(expected.join(",")), some(found.join(",")));
    }
    if let Some(wanted) = &wanted.external_repos {
        let of_shape = |shape: &crate::release::layout::RepoShape| {
            format!("{}@{}+{}", shape.name, shape.priority, shape.merge_mode)
        };
        let expected: Vec<String> = wanted.iter().map(of_shape).collect();
        notes.differs("external repos", some(expected.join(",")), some(repos(&seen.repos)));
        for shape in wanted {
            let found = seen.repos.iter().find(|repo| repo.name == shape.name);
            if let (Some(url), Some(repo)) = (&shape.url, found) {
                notes.differs(&format!("url of {}", shape.name), Some(url.clone()), Some(repo.url.clone()));
            }
        }
    }
}

fn of_target(wanted: &TargetShape, seen: &Target, notes: &mut Notes<'_>) {
    notes.differs("build tag", some(wanted.build.as_str()), some(seen.build_tag.as_str()));
    notes.differs("destination", some(wanted.dest.as_str()), some(seen.dest_tag.as_str()));
}

/// What differs between the layout and Bodhi's record.
pub(super) fn of_bodhi(tree: &Tree, release: &Record) -> Vec<Drift> {
    let mut drift = Vec::new();
    let mut notes = Notes { kind: "bodhi", name: &release.name, drift: &mut drift };
    for field in FIELDS {
        if let Some(expected) = tree.bodhi.get(field.name) {
            notes.differs(field.name, expected.clone(), (field.value)(release));
        }
    }
    drift
}

/// The links that a tag is to have, with all their conditions.
pub(in crate::ops) fn shapes(links: &[LinkShape]) -> String {
    let shown = |link: &LinkShape| {
        shown_link(link.tag.as_str(), link.priority, link.intransitive, link.noconfig, link.maxdepth, "")
    };
    links.iter().map(shown).collect::<Vec<_>>().join(",")
}

/// The links with all their conditions.
pub(in crate::ops) fn links(links: &[ParentLink]) -> String {
    let shown = |link: &ParentLink| {
        let name = link.parent.as_str();
        shown_link(name, link.priority, link.intransitive, link.noconfig, link.maxdepth, &link.pkg_filter)
    };
    links.iter().map(shown).collect::<Vec<_>>().join(",")
}

fn shown_link(
    tag: &str,
    priority: i64,
    intransitive: bool,
    noconfig: bool,
    maxdepth: Option<i64>,
    filter: &str,
) -> String {
    let mut text = format!("{tag}@{priority}");
    if intransitive {
        text.push_str("+intransitive");
    }
    if noconfig {
        text.push_str("+noconfig");
    }
    if let Some(depth) = maxdepth {
        text.push_str(&format!("+maxdepth={depth}"));
    }
    if !filter.is_empty() {
        text.push_str(&format!("+filter={filter}"));
    }
    text
}

/// The repositories with priority and way of merging.
pub(super) fn repos(repos: &[ExternalRepo]) -> String {
    let shown = |repo: &ExternalRepo| format!("{}@{}+{}", repo.name, repo.priority, repo.merge_mode);
    repos.iter().map(shown).collect::<Vec<_>>().join(",")
}
