// SPDX-License-Identifier: GPL-3.0-or-later
//! Groups and external repositories of tags.

use super::*;
use crate::plan::{GroupChange, RepoChange};

/// What a tag itself has. There are no blocked entries.
#[derive(Debug, Clone, Default)]
pub(super) struct Belongings {
    groups: BTreeMap<String, GroupSettings>,
    /// By group and name; also of groups that the tag has no more.
    packages: BTreeMap<(String, String), GroupPackage>,
    repos: Vec<RepoLink>,
}

impl Hub {
    /// A group with mandatory packages.
    pub(in super::super) fn group(mut self, tag: &str, group: &str, packages: &[&str]) -> Self {
        self = self.left_in_group(tag, group, packages);
        let own = self.belongings.entry(word(tag)).or_default();
        own.groups.insert(group.to_owned(), GroupSettings::named(group));
        self
    }

    /// Packages of a group that the tag has not.
    pub(in super::super) fn left_in_group(mut self, tag: &str, group: &str, packages: &[&str]) -> Self {
        let own = self.belongings.entry(word(tag)).or_default();
        let package = |name: &&str| ((group.to_owned(), (*name).to_owned()), GroupPackage::named(name));
        own.packages.extend(packages.iter().map(package));
        self
    }

    /// A group that people know by another name.
    pub(in super::super) fn group_called(self, tag: &str, group: &str, called: &str, packages: &[&str]) -> Self {
        let mut hub = self.group(tag, group, packages);
        let own = hub.belongings.entry(word(tag)).or_default();
        own.groups
            .insert(group.to_owned(), GroupSettings { display_name: called.into(), ..GroupSettings::named(group) });
        hub
    }

    /// Makes a package of a group an optional one.
    pub(in super::super) fn optional(mut self, tag: &str, group: &str, name: &str) -> Self {
        let place = (group.to_owned(), name.to_owned());
        let own = self.belongings.entry(word(tag)).or_default();
        own.packages.get_mut(&place).unwrap().kind = "optional".into();
        self
    }

    pub(in super::super) fn external_repo(mut self, tag: &str, name: &str, priority: i64) -> Self {
        let link = RepoLink { name: name.to_owned(), priority, merge_mode: "bare".into(), arches: None };
        self.belongings.entry(word(tag)).or_default().repos.push(link);
        self
    }

    /// A repository that no tag draws from yet.
    pub(in super::super) fn known_repo(mut self, name: &str) -> Self {
        self.known_repos.insert(name.to_owned());
        self
    }

    pub(super) fn repos_there(&self) -> BTreeMap<String, String> {
        let linked = self.belongings.values().flat_map(|own| &own.repos).map(|link| &link.name);
        let url = |name: &String| (name.clone(), format!("https://{name}.example.test/$arch/"));
        linked.chain(&self.known_repos).map(url).collect()
    }

    fn packages_in(&self, tag: &TagName, group: &str) -> Vec<GroupPackage> {
        let own = self.belongings.get(tag).into_iter().flat_map(|own| &own.packages);
        own.filter(|((of, _), _)| of == group).map(|(_, package)| package.clone()).collect()
    }

    pub(super) fn own_groups(&self, tag: &TagName) -> Result<Vec<Group>> {
        self.must_have(tag)?;
        let own = self.belongings.get(tag).into_iter().flat_map(|own| &own.groups);
        let group = |(name, settings): (&String, &GroupSettings)| Group {
            name: name.clone(),
            settings: settings.clone(),
            packages: self.packages_in(tag, name),
        };
        Ok(own.map(group).collect())
    }

    /// The nearest entry counts, of a group and of each package in it.
    pub(super) fn groups_that_count(&self, tag: &TagName) -> Result<Vec<Group>> {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let parents = self.parents.get(tag).cloned().unwrap_or_else(|| self.above(tag));
        let order: Vec<TagName> = std::iter::once(tag.clone()).chain(parents).collect();
        for tag in &order {
            for group in self.own_groups(tag)? {
                groups.entry(group.name.clone()).or_insert(Group { packages: Vec::new(), ..group });
            }
        }
        for group in groups.values_mut() {
            for package in order.iter().flat_map(|tag| self.packages_in(tag, &group.name)) {
                if !group.packages.iter().any(|known| known.name == package.name) {
                    group.packages.push(package);
                }
            }
            group.packages.sort();
        }
        Ok(groups.into_values().collect())
    }

    pub(super) fn belongings_of(&self, tag: &TagName) -> crate::koji::Belongings {
        let own = self.belongings.get(tag).cloned().unwrap_or_default();
        let group = |(name, settings): (String, GroupSettings)| version(GroupEntry { name, blocked: false, settings });
        let package = |((group, _), package): ((String, String), GroupPackage)| {
            version(GroupPackageEntry { group, blocked: false, package })
        };
        crate::koji::Belongings {
            groups: own.groups.into_iter().map(group).collect(),
            packages: own.packages.into_iter().map(package).collect(),
            repos: own.repos.into_iter().map(version).collect(),
        }
    }

    pub(super) fn own_repos(&self, tag: &TagName) -> Result<Vec<ExternalRepo>> {
        self.must_have(tag)?;
        let mut links = self.belongings.get(tag).map(|own| own.repos.clone()).unwrap_or_default();
        links.sort_by_key(|link| link.priority);
        let repo = |RepoLink { name, priority, merge_mode, arches }: RepoLink| ExternalRepo {
            id: 1,
            url: format!("https://{name}.example.test/$arch/"),
            name,
            priority,
            merge_mode,
            arches,
        };
        Ok(links.into_iter().map(repo).collect())
    }

    pub(super) fn set_group(&mut self, change: &GroupChange) {
        let inherited = self.groups_that_count(change.tag()).unwrap();
        let counts = inherited.iter().find(|group| group.name == change.group());
        let own = self.belongings.entry(change.tag().clone()).or_default();
        match change {
            GroupChange::AddGroup { group, settings, before, .. } => {
                assert_eq!(own.groups.get(group), before.as_ref());
                assert!(counts.is_none_or(|counts| counts.settings != *settings), "the hub would do nothing");
                own.groups.insert(group.clone(), settings.clone());
            }
            GroupChange::RemoveGroup { group, before, .. } => {
                assert_eq!(own.groups.remove(group).as_ref(), Some(before), "the hub refuses what is not there");
            }
            GroupChange::AddGroupPackage { group, package, before, .. } => {
                let place = (group.clone(), package.name.clone());
                let counts = counts.expect("the hub wants the group first");
                assert!(!counts.packages.contains(package), "the hub would do nothing");
                assert_eq!(own.packages.get(&place), before.as_ref());
                own.packages.insert(place, package.clone());
            }
            GroupChange::RemoveGroupPackage { group, before, .. } => {
                let place = (group.clone(), before.name.clone());
                assert_eq!(own.packages.remove(&place).as_ref(), Some(before));
            }
        }
    }

    pub(super) fn set_repo(&mut self, change: &RepoChange) {
        assert!(self.tags.contains_key(change.tag()));
        let own = self.belongings.entry(change.tag().clone()).or_default();
        let at = own.repos.iter().position(|link| link.name == change.repo());
        match change {
            RepoChange::AddExternalRepo { repo, .. } => {
                assert_eq!(at, None, "the hub refuses a repository twice");
                own.repos.push(repo.clone());
            }
            RepoChange::EditExternalRepo { repo, before, .. } => {
                assert_eq!(std::mem::replace(&mut own.repos[at.unwrap()], repo.clone()), *before);
            }
            RepoChange::RemoveExternalRepo { before, .. } => assert_eq!(own.repos.remove(at.unwrap()), *before),
        }
        let priorities: BTreeSet<i64> = own.repos.iter().map(|link| link.priority).collect();
        assert_eq!(priorities.len(), own.repos.len(), "the hub refuses a priority twice");
    }
}
