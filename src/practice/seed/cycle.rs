// SPDX-License-Identifier: GPL-3.0-or-later
//! Releases as their layouts say, with a few packages: for rehearsing a release cycle.

use super::super::fault::Outcome;
use super::planter::{NewBuild, Planter};
use crate::names::{TagName, TargetName};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Tags and targets to plant. Whoever asks for them knows the layouts; a hub does not.
#[derive(Debug, Clone, Default)]
pub struct Grounds {
    /// The tags, parents before children.
    pub tags: Vec<TagToPlant>,
    /// The targets.
    pub targets: Vec<TargetToPlant>,
    /// Releases that hold packages: base tag and dist tag, oldest first.
    pub releases: Vec<(TagName, String)>,
}

/// A tag and all that hangs on it.
#[derive(Debug, Clone)]
pub struct TagToPlant {
    /// Its name.
    pub name: TagName,
    /// Its architectures, separated by blanks.
    pub arches: String,
    /// The permission that tagging needs.
    pub perm: Option<String>,
    /// Whether it is locked.
    pub locked: bool,
    /// Its parents.
    pub parents: Vec<LinkToPlant>,
    /// Further settings.
    pub extra: BTreeMap<String, Value>,
    /// Its groups, with these packages in them; without any the usual ones are.
    pub groups: BTreeMap<String, BTreeSet<String>>,
}

/// A link to a parent.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
pub struct LinkToPlant {
    pub parent: TagName,
    pub priority: i64,
    pub intransitive: bool,
    pub noconfig: bool,
    pub maxdepth: Option<i64>,
}

/// A build target.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
pub struct TargetToPlant {
    pub name: TargetName,
    pub build_tag: TagName,
    pub dest_tag: TagName,
}

/// A package, its epoch and its version in each release.
const PACKAGES: [(&str, Option<i64>, &str); 40] = [
    ("acl", None, "2.3.2"),
    ("attr", None, "2.5.2"),
    ("audit", None, "4.0.5"),
    ("bash", None, "5.3.0"),
    ("bind", Some(32), "9.18.37"),
    ("binutils", None, "2.45"),
    ("boost", None, "1.83.0"),
    ("bzip2", None, "1.0.8"),
    ("clang", None, "21.1.0"),
    ("cmake", None, "3.31.6"),
    ("coreutils", None, "9.7"),
    ("curl", None, "8.15.0"),
    ("dnf5", None, "5.2.16.0"),
    ("emacs", Some(1), "30.1"),
    ("fedora-release", None, "43"),
    ("fedora-repos", None, "43"),
    ("firefox", None, "143.0"),
    ("gcc", None, "15.2.1"),
    ("git", None, "2.51.0"),
    ("glib2", None, "2.86~beta"),
    ("glibc", None, "2.42"),
    ("gnome-shell", None, "49~beta"),
    ("grub2", Some(1), "2.12"),
    ("kernel", None, "6.17.0~rc3"),
    ("koji", None, "1.35.3"),
    ("libxml2", None, "2.12.10"),
    ("llvm", None, "21.1.0"),
    ("make", Some(1), "4.4.1"),
    ("mesa", None, "25.1.7"),
    ("openssl", Some(1), "3.5.1"),
    ("perl", Some(4), "5.42.0"),
    ("podman", Some(5), "5.6.0"),
    ("python3.14", None, "3.14.0~rc2"),
    ("redhat-rpm-config", None, "343"),
    ("rpm", None, "5.99.92"),
    ("ruby", None, "3.4.5"),
    ("rust", None, "1.89.0"),
    ("systemd", None, "258~rc2"),
    ("vim", Some(2), "9.1.1623"),
    ("zlib-ng", None, "2.2.5"),
];

/// Retired: blocked in the newest release, built in those before it.
const RETIRED: [&str; 2] = ["nodejs16", "python2.7"];

/// What the build root of a practice hub begins with.
const USUAL: [&str; 4] = ["bash", "fedora-release", "redhat-rpm-config", "rpm-build"];

const PEOPLE: [&str; 4] = ["maria", "jan", "odette", "orphan"];

pub(super) fn plant(p: &mut Planter<'_>, grounds: &Grounds) -> Outcome<()> {
    let tags = structure(p, grounds)?;
    let people = PEOPLE.iter().map(|name| p.user(name)).collect::<Outcome<Vec<_>>>()?;
    let owner = |at: usize| people.get(at % people.len().max(1)).copied().unwrap_or(1);
    let newest = grounds.releases.len().saturating_sub(1);
    let mut planted = Vec::new();
    for (at, (name, epoch, version)) in PACKAGES.iter().enumerate() {
        planted.push((p.package(name)?, *name, *epoch, *version, owner(at), false));
    }
    for name in RETIRED {
        planted.push((p.package(name)?, name, None, "1.0", owner(0), true));
    }
    for (place, (base, dist)) in grounds.releases.iter().enumerate() {
        let Some(tag) = tags.get(base).copied() else { continue };
        let (target, release) = (format!("{base}-candidate"), format!("1.{dist}"));
        for (package, name, epoch, version, owner, retired) in &planted {
            let blocked = *retired && place == newest;
            p.list(tag, *package, *owner, blocked)?;
            if !blocked {
                let build =
                    NewBuild { epoch: *epoch, owner: *owner, ..NewBuild::of(*package, name, version, &release) };
                let build = p.build(&build, &target)?;
                p.put(tag, build)?;
            }
        }
    }
    // Nothing is tagged into a locked tag.
    for tag in grounds.tags.iter().filter(|tag| tag.locked) {
        if let Some(id) = tags.get(&tag.name) {
            p.lock(*id)?;
        }
    }
    Ok(())
}

/// The tags by name, with everything but their builds and locks, and the targets.
fn structure(p: &mut Planter<'_>, grounds: &Grounds) -> Outcome<BTreeMap<TagName, i64>> {
    let mut tags = BTreeMap::new();
    let own: BTreeSet<&TagName> = grounds.tags.iter().map(|tag| &tag.name).collect();
    let parents = grounds.tags.iter().flat_map(|tag| tag.parents.iter().map(|link| &link.parent));
    // No release has what they all hang on.
    for common in parents.filter(|parent| !own.contains(parent)).collect::<BTreeSet<_>>() {
        tags.insert(common.clone(), p.tag(common.as_str(), "")?);
    }
    for tag in &grounds.tags {
        let id = p.tag(tag.name.as_str(), &tag.arches)?;
        tags.insert(tag.name.clone(), id);
        if let Some(perm) = &tag.perm {
            p.protect(id, perm)?;
        }
        for (key, value) in &tag.extra {
            p.extra(id, key, value)?;
        }
        for link in &tag.parents {
            if let Some(parent) = tags.get(&link.parent) {
                p.link(id, *parent, link)?;
            }
        }
        for (group, packages) in &tag.groups {
            let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
            p.group(id, group, if packages.is_empty() { &USUAL } else { &packages })?;
        }
    }
    for TargetToPlant { name, build_tag, dest_tag } in &grounds.targets {
        if let (Some(build), Some(dest)) = (tags.get(build_tag), tags.get(dest_tag)) {
            p.target(name.as_str(), *build, *dest)?;
        }
    }
    Ok(tags)
}
