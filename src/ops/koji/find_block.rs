// SPDX-License-Identifier: GPL-3.0-or-later
//! Finds where a package is blocked, and what to unblock.

use crate::access::Dimensions;
use crate::bodhi::{Record, State};
use crate::koji::{PackageEntry, Reader};
use crate::names::{PackageName, ReleaseAlias, TagName, UserName};
use crate::pipeline::{Question, Readers};
use crate::release::layout::{self, Layout, Wanted};
use crate::release::{Known, Lookup, Role};
use crate::{Error, Result};
use std::collections::BTreeSet;

/// What keeps `package` out, and what to unblock so that it gets in.
pub struct FindBlock<'a> {
    /// The package.
    pub package: PackageName,
    /// Where it is to get in.
    pub at: At,
    /// Who knows the releases.
    pub directory: &'a dyn Lookup,
    /// Which tags are a release's.
    pub layouts: &'a [Layout],
}

/// Where a package is to get in.
#[derive(Debug, Clone)]
pub enum At {
    /// In this release and those after it that are in use: in the base tag, where builds go first, and in
    /// build roots.
    Release(ReleaseAlias),
    /// In this tag.
    Tag(TagName),
}

/// A tag that blocks the package, or in which to unblock it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The tag.
    pub tag: TagName,
    /// The owner of its own entry, if that blocks.
    pub owner: Option<UserName>,
    /// Whether an entry of its own blocks.
    pub own: bool,
    /// Of the tags that were looked at, those that it keeps the package out of. Another entry may hide it.
    pub keeps_out_of: Vec<TagName>,
    /// Whether to unblock it here.
    pub unblock: bool,
}

/// What was found.
#[derive(Debug)]
pub struct Blocked {
    /// The first release, or the tag.
    pub at: String,
    /// The tags, nearest first.
    pub blocks: Vec<Block>,
    /// Whether anything lists the package there.
    pub listed: bool,
    /// Where the release is known from, and what people should know about that.
    pub known: Option<Known>,
}

impl FindBlock<'_> {
    /// What such a request is about.
    pub fn about(package: &PackageName, at: &At) -> Dimensions {
        let about = Dimensions::new().packages([package]);
        match at {
            At::Release(alias) => about.releases([alias]),
            At::Tag(tag) => about.tag(tag).option("--tag", true),
        }
    }
}

impl Question for FindBlock<'_> {
    const NAME: &'static str = "koji find-block";
    type Answer = Blocked;

    fn dimensions(&self) -> Dimensions {
        Self::about(&self.package, &self.at)
    }

    /// Two requests for up to 200 tags.
    fn ask(&self, services: &Readers<'_>) -> Result<Blocked> {
        let koji = services.koji;
        let (at, ways, known) = match &self.at {
            At::Tag(tag) => (tag.to_string(), vec![vec![tag.clone()]], None),
            At::Release(alias) => {
                let known = self.directory.releases(koji)?;
                let release = known.find(alias, self.layouts)?;
                let mut ways = vec![ways_in(release, self.layouts)?];
                for later in later(release, &known.releases, self.layouts) {
                    ways.push(ways_in(later, self.layouts)?);
                }
                (release.name.clone(), ways, Some(known))
            }
        };
        let tree = Tree::observe(koji, &ways, &self.package)?;
        if let Some(base) = ways.first().and_then(|way| way.first())
            && tree.line(base).is_none()
        {
            return Err(Error::failed(format!("the hub has no tag {base}")));
        }
        if let At::Tag(tag) = &self.at
            && tree.line(tag).is_some_and(|line| line.entries.is_empty())
        {
            super::is_there(koji, tag)?;
        }
        let listed = tree.0.iter().any(|line| !line.entries.is_empty());
        Ok(Blocked { at, blocks: tree.blocks(&ways), listed, known })
    }
}

/// The tags a package must get into: the base first, then where builds go, then build roots.
fn ways_in(release: &Record, layouts: &[Layout]) -> Result<Vec<TagName>> {
    let mut tags = vec![super::base_tag(release)?];
    tags.extend(release.candidate_tag.clone());
    if let Some(layout) = layout::of(layouts, release) {
        let phase = layout.first_phase();
        let wanted = Wanted { version: &release.version, role: Role::Other, rawhide: None, phase, parts: &[] };
        let targets = layout.expand(&wanted)?.targets;
        tags.extend(
            targets
                .into_iter()
                .filter(|target| tags.contains(&target.dest))
                .map(|target| target.build)
                .collect::<Vec<_>>(),
        );
    }
    let mut met = BTreeSet::new();
    tags.retain(|tag| met.insert(tag.clone()));
    Ok(tags)
}

/// The releases of the same family that come after it and are in use, oldest first.
fn later<'r>(release: &Record, all: &'r [Record], layouts: &[Layout]) -> Vec<&'r Record> {
    let version =
        |release: &Record| -> Option<Vec<u32>> { release.version.split('.').map(|part| part.parse().ok()).collect() };
    let (Some(layout), Some(from)) = (layout::of(layouts, release), version(release)) else {
        return Vec::new();
    };
    let in_use = |other: &&Record| !matches!(other.state, Some(State::Archived | State::Disabled));
    let mut later: Vec<(Vec<u32>, &Record)> = all
        .iter()
        .filter(|other| layout.fits(other))
        .filter(in_use)
        .filter_map(|other| Some((version(other)?, other)))
        .filter(|(version, _)| *version > from)
        .collect();
    later.sort_by(|a, b| a.0.cmp(&b.0));
    later.into_iter().map(|(_, release)| release).collect()
}

/// One tag and what it inherits, as far as a package is concerned.
struct Line {
    tag: TagName,
    /// The tag and all that it inherits from, nearest first.
    order: Vec<TagName>,
    /// The package's entries, nearest first.
    entries: Vec<PackageEntry>,
}

impl Line {
    fn place(&self, tag: &TagName) -> Option<usize> {
        self.order.iter().position(|other| other == tag)
    }

    /// The entry that keeps the package out once it is unblocked in `open`.
    fn blocked_by(&self, open: &BTreeSet<TagName>) -> Option<&PackageEntry> {
        let opened = open.iter().filter_map(|tag| self.place(tag)).min();
        let first = self.entries.first().filter(|entry| entry.blocked)?;
        match (opened, self.place(&first.tag)) {
            (Some(opened), Some(at)) if opened <= at => None,
            _ => Some(first),
        }
    }
}

struct Tree(Vec<Line>);

impl Tree {
    fn observe(koji: &dyn Reader, ways: &[Vec<TagName>], package: &PackageName) -> Result<Self> {
        let mut met = BTreeSet::new();
        let tags: Vec<TagName> = ways.iter().flatten().filter(|tag| met.insert(*tag)).cloned().collect();
        let chains = koji.package_chains(&tags, package)?;
        let parents = koji.inheritances(&tags)?;
        let lines = tags.into_iter().zip(chains).zip(parents).filter_map(|((tag, entries), parents)| {
            let above = parents?.into_iter().map(|parent| parent.name);
            Some(Line { order: std::iter::once(tag.clone()).chain(above).collect(), tag, entries: entries? })
        });
        Ok(Self(lines.collect()))
    }

    fn line(&self, tag: &TagName) -> Option<&Line> {
        self.0.iter().find(|line| line.tag == *tag)
    }

    /// Where to unblock: in the base, whatever it inherits the block from, so that nothing changes for the
    /// releases before; then in whatever is nearer than the base.
    fn to_unblock(&self, ways: &[Vec<TagName>]) -> BTreeSet<TagName> {
        let mut open = BTreeSet::new();
        for way in ways {
            let Some(base) = way.first() else { continue };
            for line in way.iter().filter_map(|tag| self.line(tag)) {
                let Some(entry) = line.blocked_by(&open) else { continue };
                let nearer = line.place(&entry.tag).zip(line.place(base)).is_some_and(|(at, base)| at < base);
                open.insert(if nearer { entry.tag.clone() } else { line.tag.clone() });
            }
        }
        open
    }

    fn blocks(&self, ways: &[Vec<TagName>]) -> Vec<Block> {
        let unblock = self.to_unblock(ways);
        let nothing = BTreeSet::new();
        let mut blocks: Vec<Block> = Vec::new();
        for line in &self.0 {
            let own = line.entries.iter().filter(|entry| entry.blocked);
            let tags = own.map(|entry| (&entry.tag, Some(entry))).chain(unblock.get(&line.tag).map(|tag| (tag, None)));
            for (tag, entry) in tags {
                if let Some(known) = blocks.iter_mut().find(|block| block.tag == *tag) {
                    known.own |= entry.is_some();
                    continue;
                }
                let keeps_out = self.0.iter().filter(|line| line.blocked_by(&nothing).is_some_and(|by| by.tag == *tag));
                blocks.push(Block {
                    tag: tag.clone(),
                    owner: entry.and_then(|entry| entry.owner.clone()),
                    own: entry.is_some(),
                    keeps_out_of: keeps_out.map(|line| line.tag.clone()).collect(),
                    unblock: unblock.contains(tag),
                });
            }
        }
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, released};
    use super::*;

    /// Two releases in use with their own tags, where the second inherits from the first.
    fn hub() -> Hub {
        let mut hub = Hub::new().tag("f42").tag("apart");
        for (number, before) in [(43, &["f42"][..]), (44, &["f43", "f42"]), (45, &["f44", "f43", "f42"])] {
            let tag = |suffix: &str| format!("f{number}{suffix}");
            let (base, updates, candidate, over, build) =
                (tag(""), tag("-updates"), tag("-updates-candidate"), tag("-override"), tag("-build"));
            for name in [&base, &updates, &candidate, &over, &build] {
                hub = hub.tag(name);
            }
            let base_and_before = [&[base.as_str()], before].concat();
            hub = hub
                .inherits(&base, before)
                .inherits(&candidate, &[&[updates.as_str()], &*base_and_before].concat())
                .inherits(&build, &[&[over.as_str(), &updates], &*base_and_before].concat());
        }
        hub.listed("f42", &["bash"])
    }

    fn found(hub: &Hub, package: &str, at: At) -> Vec<String> {
        let directory = released();
        let question =
            FindBlock { package: package.parse().unwrap(), at, directory: &directory, layouts: &directory.layouts };
        let line = |block: Block| {
            let keeps: Vec<&str> = block.keeps_out_of.iter().map(TagName::as_str).collect();
            let words = [if block.own { "blocks" } else { "" }, if block.unblock { "unblock" } else { "" }];
            format!("{}: {} [{}]", block.tag, words.join(" ").trim(), keeps.join(" "))
        };
        match question.ask(&Readers { koji: hub }) {
            Ok(found) => found.blocks.into_iter().map(line).collect(),
            Err(error) => vec![format!("error: {error}")],
        }
    }

    fn in_release(hub: &Hub, package: &str, release: &str) -> Vec<String> {
        found(hub, package, At::Release(release.parse().unwrap()))
    }

    #[test]
    fn a_package_that_nothing_blocks() {
        let hub = hub();
        assert_eq!(in_release(&hub, "bash", "f43"), [""; 0]);
        assert_eq!(hub.calls(), ["listPackages bash in 9", "getFullInheritance x9"]);
        assert_eq!(found(&hub, "bash", At::Tag("f43".parse().unwrap())), [""; 0]);
    }

    /// f42 stays as it is: the block is overridden where the package is to come back.
    #[test]
    fn an_older_release_keeps_its_block() {
        let hub = hub().blocked("f42", &["nano"]);
        assert_eq!(
            in_release(&hub, "nano", "f44"),
            [
                "f42: blocks [f44 f44-updates-candidate f44-build f45 f45-updates-candidate f45-build]",
                "f44: unblock []",
            ]
        );
    }

    /// From a release on: later ones have blocks of their own, and nearer tags as well.
    #[test]
    fn what_is_nearer_and_what_is_later_blocks_too() {
        let hub = hub()
            .blocked("f43", &["nano"])
            .blocked("f43-override", &["nano"])
            .listed("f44", &["nano"])
            .blocked("f45", &["nano"])
            .blocked("f42", &["nano"]);
        assert_eq!(
            in_release(&hub, "nano", "f43"),
            [
                "f43: blocks unblock [f43 f43-updates-candidate]",
                "f42: blocks []",
                "f43-override: blocks unblock [f43-build]",
                "f45: blocks unblock [f45 f45-updates-candidate f45-build]",
            ]
        );
        assert_eq!(in_release(&hub, "nano", "f44").len(), 3);
        assert_eq!(
            in_release(&hub, "nano", "rawhide").first().unwrap(),
            "f45: blocks unblock [f45 f45-updates-candidate f45-build]"
        );
    }

    /// What is said to be unblocked is enough.
    #[test]
    fn the_advice_works() {
        let hub = hub().blocked("f42", &["nano"]).blocked("f43-updates", &["nano"]).blocked("f44-build", &["nano"]);
        let lines = in_release(&hub, "nano", "f43");
        let advised: Vec<&str> =
            lines.iter().filter(|line| line.contains("unblock")).filter_map(|line| line.split(':').next()).collect();
        assert_eq!(advised, ["f43", "f43-updates", "f44-build"]);
        // As unblocking leaves it: the tag's own entry, not blocked.
        let hub = advised.iter().fold(self::hub().blocked("f42", &["nano"]), |hub, tag| hub.listed(tag, &["nano"]));
        assert!(!in_release(&hub, "nano", "f43").iter().any(|line| line.contains("unblock")));
    }

    #[test]
    fn one_tag_alone() {
        let hub = hub().blocked("f42", &["nano"]).blocked("apart", &["nano"]);
        let at = |tag: &str| found(&hub, "nano", At::Tag(tag.parse().unwrap()));
        assert_eq!(at("apart"), ["apart: blocks unblock [apart]"]);
        assert_eq!(at("f43-build"), ["f42: blocks [f43-build]", "f43-build: unblock []"]);
        assert_eq!(at("f99"), ["error: the hub has no tag f99"]);
        assert_eq!(
            found(&hub, "nnao", At::Tag("f43".parse().unwrap())),
            ["error: hub fault 1000: no such package nnao"]
        );
    }
}
