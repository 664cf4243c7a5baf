// SPDX-License-Identifier: GPL-3.0-or-later
//! How a release's tags and targets are.

use crate::Result;
use crate::koji::{ExternalRepo, Group, ParentLink, Reader, TagSettings, Target, TargetQuery};
use crate::names::{TagName, TargetName};
use crate::release::layout::TagShape;
use std::collections::{BTreeMap, BTreeSet};

/// A tag with all that hangs on it.
#[derive(Debug, Clone)]
pub(in crate::ops) struct SeenTag {
    pub settings: TagSettings,
    pub parents: Vec<ParentLink>,
    pub groups: Vec<Group>,
    /// The groups that count in it, inherited ones too, where it was asked for.
    pub counting: Vec<Group>,
    pub repos: Vec<ExternalRepo>,
}

/// What the hub has of what was looked for.
#[derive(Debug, Clone, Default)]
pub(in crate::ops) struct Seen {
    pub tags: BTreeMap<TagName, SeenTag>,
    /// All targets of the hub.
    pub targets: BTreeMap<TargetName, Target>,
}

/// Whether repositories of elsewhere count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ops) enum Repos {
    Read,
    /// Nobody says what they should be.
    Leave,
}

/// Reads the tags of these names that exist, and every target: five requests for up to 200 tags.
pub(in crate::ops) fn observe(koji: &dyn Reader, names: &[TagName], repos: Repos) -> Result<Seen> {
    let settings: Vec<TagSettings> = koji.settings(names)?.into_iter().flatten().collect();
    let names: Vec<TagName> = settings.iter().map(|tag| tag.name.clone()).collect();
    let mut parents = koji.parents(&names)?.into_iter();
    let mut groups = koji.groups(&names)?.into_iter();
    let repos = if repos == Repos::Read { koji.external_repos(&names)? } else { Vec::new() };
    let mut repos = repos.into_iter();
    let mut tags = BTreeMap::new();
    for settings in settings {
        let seen = SeenTag {
            parents: parents.next().unwrap_or_default(),
            groups: groups.next().unwrap_or_default(),
            counting: Vec::new(),
            repos: repos.next().unwrap_or_default(),
            settings,
        };
        tags.insert(seen.settings.name.clone(), seen);
    }
    let targets = koji.targets(&TargetQuery::default())?;
    let targets = targets.into_iter().map(|target| (target.name.clone(), target)).collect();
    Ok(Seen { tags, targets })
}

impl SeenTag {
    /// Whether it inherits a group, as far as it was asked for.
    pub(in crate::ops) fn inherits_group(&self, name: &str) -> bool {
        !self.groups.iter().any(|own| own.name == name) && self.counting.iter().any(|group| group.name == name)
    }

    /// Whether a package is in a group of its own or, as far as it was asked for, in one that it inherits.
    pub(in crate::ops) fn has_in_group(&self, group: &str, package: &str) -> bool {
        let groups = self.groups.iter().chain(&self.counting).filter(|known| known.name == group);
        groups.flat_map(|group| &group.packages).any(|known| known.name == package)
    }

    /// Whether its own groups are all that a layout wants.
    fn lacks_group(&self, shape: &TagShape) -> bool {
        let own = |name: &String| self.groups.iter().any(|own| own.name == *name);
        let holds = |(name, packages): (&String, &BTreeSet<String>)| {
            own(name) && packages.iter().all(|package| self.has_in_group(name, package))
        };
        !shape.groups.iter().all(holds)
    }
}

impl Seen {
    /// Asks what groups count in each of these tags: one request for each that has a parent.
    pub(in crate::ops) fn read_inherited_groups<'t>(
        &mut self,
        koji: &dyn Reader,
        tags: impl Iterator<Item = &'t TagName>,
    ) -> Result<()> {
        for tag in tags {
            if let Some(seen) = self.tags.get_mut(tag).filter(|seen| !seen.parents.is_empty()) {
                seen.counting = koji.group_list(tag, None)?;
            }
        }
        Ok(())
    }

    /// Whether a tag that is there lacks a group, or a package in one, that it must have of its own or inherit.
    pub(in crate::ops) fn lacks_group(&self, shape: &TagShape) -> bool {
        self.tags.get(&shape.name).is_some_and(|seen| seen.lacks_group(shape))
    }
}
