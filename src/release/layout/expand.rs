// SPDX-License-Identifier: GPL-3.0-or-later
//! From a layout and a release to the tree of tags that the release is to have.

use super::file::Layout;
use super::phase::Phase;
use super::tree::{LinkShape, RepoShape, TagShape, TargetShape, Tree};
use super::wire::{ChangeWire, GroupWire, LinkWire, NameOr, RepoWire, TagWire, TargetWire, Version};
use crate::bodhi::FIELDS;
use crate::names::{NameError, TagName, TargetName};
use crate::release::Role;
use crate::{Error, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use toml::Spanned;

/// Which tree is wanted.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The release's version.
    pub version: &'a str,
    /// Its role: some tags are those of the newest release.
    pub role: Role,
    /// The version of the newest release, for what hangs on it.
    pub rawhide: Option<&'a str>,
    /// Where it stands.
    pub phase: Phase,
    /// Only these parts; empty: all.
    pub parts: &'a [String],
}

/// What is wrong, and in which line.
type Wrong = (usize, String);

impl Layout {
    /// The tree that a release is to have.
    ///
    /// # Errors
    /// The version is not one of this layout, or a part is not.
    pub fn expand(&self, wanted: &Wanted<'_>) -> Result<Tree> {
        if !self.is_version(wanted.version) {
            let what = format!("{} is no version of the layout {}", wanted.version, self.family());
            return Err(Error::usage(what));
        }
        let unknown: Vec<&str> =
            wanted.parts.iter().filter(|part| !self.parts().contains(part)).map(|part| quoted(part)).collect();
        if !unknown.is_empty() {
            return Err(Error::usage(format!("the layout {} has no part {}", self.family(), unknown.join(", ")))
                .hint(format!("its parts: {}", self.parts().join(", "))));
        }
        let mut expanding = Expanding { layout: self, wanted, prev: prev(self, wanted.version), wrong: Vec::new() };
        let tree = expanding.tree();
        match expanding.wrong.as_slice() {
            [] => Ok(tree),
            wrong => {
                let shown: Vec<String> =
                    wrong.iter().map(|(line, why)| format!("{}:{line}: {why}", self.file)).collect();
                Err(Error::failed(shown.join("; ")))
            }
        }
    }
}

/// A word that can be seen.
fn quoted(word: &str) -> &str {
    if word.is_empty() { "\"\"" } else { word }
}

fn prev(layout: &Layout, version: &str) -> Option<String> {
    let number: u32 = version.parse().ok().filter(|_| layout.wire.release.version == Version::Number)?;
    number.checked_sub(1).map(|number| number.to_string())
}

/// Expands a layout as if for every release there can be; what goes wrong.
pub(super) fn rehearse(layout: &Layout) -> Vec<Wrong> {
    let versions: &[&str] = match layout.wire.release.version {
        Version::Number => &["7"],
        Version::Dotted => &["7", "7.1"],
        Version::None => &["word"],
    };
    let mut wrong = Vec::new();
    for (phase, version) in layout.phases().flat_map(|phase| versions.iter().map(move |version| (phase, *version))) {
        for role in [Role::Rawhide, Role::Other] {
            let wanted = Wanted { version, role, rawhide: Some("7"), phase, parts: &[] };
            let mut expanding = Expanding { layout, wanted: &wanted, prev: prev(layout, version), wrong: Vec::new() };
            expanding.text(&layout.wire.release.name);
            expanding.name::<TagName>(&layout.wire.release.base);
            if let Some(tag) = &layout.wire.release.rawhide_tag {
                expanding.name::<TagName>(tag);
            }
            let tree = expanding.tree();
            expanding.check(&tree);
            wrong.extend(expanding.wrong);
        }
    }
    wrong
}

struct Expanding<'a> {
    layout: &'a Layout,
    wanted: &'a Wanted<'a>,
    prev: Option<String>,
    wrong: Vec<Wrong>,
}

impl Expanding<'_> {
    fn line<T>(&self, value: &Spanned<T>) -> usize {
        self.layout.lines.of_value(value)
    }

    /// A text with the release's words in it.
    fn text(&mut self, text: &Spanned<String>) -> String {
        self.filled(text.as_ref(), self.line(text))
    }

    fn filled(&mut self, text: &str, line: usize) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((head, tail)) = rest.split_once('{') {
            out.push_str(head);
            if let Some(after) = tail.strip_prefix('{') {
                out.push('{');
                rest = after;
                continue;
            }
            let Some((word, after)) = tail.split_once('}') else {
                self.wrong.push((line, format!("\"{text}\" opens a brace and does not close it")));
                return out;
            };
            let value = match word {
                "n" => Some(self.wanted.version),
                "prev" => self.prev.as_deref(),
                "rawhide" => self.wanted.rawhide,
                word => self.layout.wire.values.get(word).map(|value| value.as_ref().as_str()),
            };
            match value {
                Some(value) => out.push_str(value),
                None if word == "rawhide" => {
                    self.wrong.push((line, "which release is rawhide is not known".to_owned()))
                }
                None => self.wrong.push((line, format!("{{{word}}} stands for nothing here"))),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn name<T: FromStr<Err = NameError>>(&mut self, text: &Spanned<String>) -> Option<T> {
        self.named(text.as_ref(), self.line(text))
    }

    fn named<T: FromStr<Err = NameError>>(&mut self, text: &str, line: usize) -> Option<T> {
        let before = self.wrong.len();
        let filled = self.filled(text, line);
        if self.wrong.len() > before {
            return None;
        }
        filled.parse().map_err(|error: NameError| self.wrong.push((line, error.to_string()))).ok()
    }

    /// Whether the release has it in this phase; `Err`: it had it and must have it no more.
    fn has(&self, when: When<'_>) -> Has {
        let When { role, minor, from, until } = when;
        if role.is_some() && self.wanted.role != Role::Rawhide {
            return Has::Never;
        }
        if minor.is_some_and(|minor| minor != self.wanted.version.contains('.')) {
            return Has::Never;
        }
        let phase = |name: &Spanned<String>| self.layout.phase(name.as_ref()).unwrap_or(Phase::NEVER);
        if from.as_ref().is_some_and(|from| self.wanted.phase < phase(from)) {
            return Has::Never;
        }
        match until {
            Some(until) if self.wanted.phase >= phase(until) => Has::NoMore,
            _ => Has::Now,
        }
    }

    fn wants(&self, part: &str) -> bool {
        self.wanted.parts.is_empty() || self.wanted.parts.iter().any(|wanted| wanted == part)
    }

    fn tree(&mut self) -> Tree {
        let layout = self.layout;
        let mut tree = Tree { bodhi: self.bodhi(), ..Tree::default() };
        for wire in &layout.wire.tag {
            if !self.wants(wire.part.as_ref()) {
                continue;
            }
            match self.has(When { role: &wire.role, minor: wire.minor, from: &wire.from, until: &wire.until }) {
                Has::Never => {}
                Has::NoMore => tree.gone.extend(self.name::<TagName>(&wire.name).map(|name| format!("tag {name}"))),
                Has::Now => tree.tags.extend(self.tag(wire)),
            }
        }
        for wire in &layout.wire.target {
            if !self.wants(wire.part.as_ref()) {
                continue;
            }
            match self.has(When { role: &wire.role, minor: wire.minor, from: &wire.from, until: &wire.until }) {
                Has::Never => {}
                Has::NoMore => {
                    tree.gone.extend(self.name::<TargetName>(&wire.name).map(|name| format!("target {name}")));
                }
                Has::Now => tree.targets.extend(self.target(wire)),
            }
        }
        parents_first(&mut tree.tags);
        tree
    }

    fn tag(&mut self, wire: &TagWire) -> Option<TagShape> {
        let phase = self.wanted.phase;
        let changes: Vec<&ChangeWire> = wire
            .change
            .iter()
            .filter(|change| self.layout.phase(change.from.as_ref()).is_ok_and(|from| from <= phase))
            .collect();
        let last = |of: fn(&ChangeWire) -> Option<&Spanned<String>>| changes.iter().rev().find_map(|change| of(change));
        let arches = last(|change| change.arches.as_ref()).or(wire.arches.as_ref());
        let perm = last(|change| change.perm.as_ref()).or(wire.perm.as_ref());
        let locked = changes.iter().rev().find_map(|change| change.locked).or(wire.locked).unwrap_or(false);
        let parents = changes.iter().rev().find_map(|change| change.parents.as_ref()).or(wire.parents.as_ref());
        let arches = arches.map(|text| self.text(text)).unwrap_or_default();
        let perm = perm.map(|text| self.text(text)).filter(|perm| !perm.is_empty());
        let parents = self.links(parents.map_or(&[], Vec::as_slice));
        let mut extra = BTreeMap::new();
        for (key, value) in wire.extra.iter().flatten() {
            let filled = match value.as_ref() {
                Value::String(text) => Value::String(self.filled(text, self.line(value))),
                other => other.clone(),
            };
            extra.insert(key.clone(), filled);
        }
        let mut groups = BTreeMap::new();
        for group in wire.groups.iter().flatten() {
            let (line, group) = (self.line(group), self.group(group));
            if let Some((name, _)) = groups.insert(group.0.clone(), group.1).map(|twice| (group.0, twice)) {
                self.wrong.push((line, format!("the group {name} is there twice")));
            }
        }
        let external_repos = self.repos(wire);
        Some(TagShape {
            name: self.name(&wire.name)?,
            part: wire.part.as_ref().clone(),
            purpose: wire.purpose,
            arches: sorted(&arches),
            perm,
            locked,
            parents,
            extra,
            groups,
            external_repos,
            moves: wire.role.is_some(),
        })
    }

    /// The parents of a tag, in the order of their priorities.
    fn links(&mut self, parents: &[Spanned<NameOr<LinkWire>>]) -> Vec<LinkShape> {
        let mut links: Vec<LinkShape> = Vec::new();
        for parent in parents {
            let line = self.line(parent);
            let Some(link) = self.link(parent.as_ref(), line) else { continue };
            // A hub takes neither twice.
            if links.iter().any(|other| other.priority == link.priority) {
                self.wrong.push((line, "two parents have one priority".to_owned()));
            }
            if links.iter().any(|other| other.tag == link.tag) {
                self.wrong.push((line, format!("the parent {} is there twice", link.tag)));
            }
            links.push(link);
        }
        links.sort_by_key(|link| link.priority);
        links
    }

    fn link(&mut self, wire: &NameOr<LinkWire>, line: usize) -> Option<LinkShape> {
        Some(match wire {
            NameOr::Name(name) => LinkShape {
                tag: self.named(name, line)?,
                priority: 0,
                intransitive: false,
                noconfig: false,
                maxdepth: None,
            },
            NameOr::More(link) => LinkShape {
                tag: self.named(&link.tag, line)?,
                priority: link.priority,
                intransitive: link.intransitive,
                noconfig: link.noconfig,
                maxdepth: link.maxdepth,
            },
        })
    }

    /// A group's name, and the packages that it must have.
    fn group(&mut self, wire: &Spanned<NameOr<GroupWire>>) -> (String, BTreeSet<String>) {
        let line = self.line(wire);
        match wire.as_ref() {
            NameOr::Name(name) => (self.filled(name, line), BTreeSet::new()),
            NameOr::More(GroupWire { name, packages }) => {
                (self.filled(name, line), packages.iter().map(|package| self.filled(package, line)).collect())
            }
        }
    }

    fn repos(&mut self, wire: &TagWire) -> Option<Vec<RepoShape>> {
        let mut repos: Vec<RepoShape> = Vec::new();
        for wire in wire.external_repos.as_ref()? {
            let (line, repo) = (self.line(&wire.name), self.repo(wire));
            // A hub takes neither twice.
            if repos.iter().any(|other| other.priority == repo.priority) {
                self.wrong.push((line, "two external repositories have one priority".to_owned()));
            }
            if repos.iter().any(|other| other.name == repo.name) {
                self.wrong.push((line, format!("the external repository {} is there twice", repo.name)));
            }
            repos.push(repo);
        }
        Some(repos)
    }

    fn repo(&mut self, wire: &RepoWire) -> RepoShape {
        RepoShape {
            name: self.text(&wire.name),
            priority: wire.priority,
            url: wire.url.as_ref().map(|url| self.text(url)),
            merge_mode: wire.merge_mode.clone().unwrap_or_else(|| "koji".to_owned()),
        }
    }

    fn target(&mut self, wire: &TargetWire) -> Option<TargetShape> {
        Some(TargetShape {
            name: self.name(&wire.name)?,
            part: wire.part.as_ref().clone(),
            build: self.name(&wire.build)?,
            dest: self.name(&wire.dest)?,
            moves: wire.role.is_some(),
        })
    }

    fn bodhi(&mut self) -> BTreeMap<&'static str, Option<String>> {
        let layout = self.layout;
        let mut fields = BTreeMap::new();
        let begun = layout.wire.bodhi_change.iter().filter(|change| {
            let from = change.get("from").and_then(|from| from.as_ref().as_str());
            from.and_then(|from| layout.phase(from).ok()).is_some_and(|from| from <= self.wanted.phase)
        });
        for (name, value) in std::iter::once(&layout.wire.bodhi).chain(begun).flatten() {
            let Some(field) = FIELDS.iter().find(|field| field.name == name) else {
                continue;
            };
            let text = match value.as_ref() {
                Value::String(text) => self.filled(text, self.line(value)),
                other => other.to_string(),
            };
            fields.insert(field.name, Some(text).filter(|text| !text.is_empty()));
        }
        fields
    }

    /// What can only be wrong with the whole: names that are there twice, circles.
    fn check(&mut self, tree: &Tree) {
        let mut seen = BTreeSet::new();
        let mut lines: BTreeMap<TagName, usize> = BTreeMap::new();
        for wire in &self.layout.wire.tag {
            let line = self.line(&wire.name);
            if let Some(name) = self.name::<TagName>(&wire.name)
                && let Some(_) = lines.insert(name.clone(), line)
            {
                self.wrong.push((line, format!("the tag {name} is there twice")));
            }
        }
        for wire in &self.layout.wire.target {
            if let Some(name) = self.name::<TargetName>(&wire.name)
                && !seen.insert(name.clone())
            {
                self.wrong.push((self.line(&wire.name), format!("the target {name} is there twice")));
            }
        }
        let mut known: BTreeSet<&TagName> = BTreeSet::new();
        for tag in &tree.tags {
            let late = tag.parents.iter().find(|link| !known.contains(&link.tag) && tree.tag(&link.tag).is_some());
            if let Some(link) = late {
                let line = lines.get(&tag.name).copied().unwrap_or(1);
                self.wrong.push((line, format!("{} and {} inherit from each other", tag.name, link.tag)));
            }
            known.insert(&tag.name);
        }
    }
}

/// Which releases have something.
struct When<'a> {
    role: &'a Option<Spanned<String>>,
    minor: Option<bool>,
    from: &'a Option<Spanned<String>>,
    until: &'a Option<Spanned<String>>,
}

/// Whether a release has something.
enum Has {
    Never,
    Now,
    NoMore,
}

/// Architectures in the order of names, so that two lists can be compared.
fn sorted(arches: &str) -> String {
    let set: BTreeSet<&str> = arches.split_whitespace().collect();
    Vec::from_iter(set).join(" ")
}

/// Parents before children; those of a circle stay where they are, at the end.
fn parents_first(tags: &mut Vec<TagShape>) {
    let mut rest = std::mem::take(tags);
    while !rest.is_empty() {
        let waiting: BTreeSet<TagName> = rest.iter().map(|tag| tag.name.clone()).collect();
        let free = |tag: &TagShape| !tag.parents.iter().any(|link| waiting.contains(&link.tag));
        let (ready, later): (Vec<_>, Vec<_>) = rest.into_iter().partition(free);
        if ready.is_empty() {
            tags.extend(later);
            return;
        }
        tags.extend(ready);
        rest = later;
    }
}
