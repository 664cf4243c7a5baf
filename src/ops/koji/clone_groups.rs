// SPDX-License-Identifier: GPL-3.0-or-later
//! The groups of a tag that is copied.

use crate::Result;
use crate::koji::{Belongings, Group, GroupPackage, GroupSettings, Reader};
use crate::names::{EventId, TagName};
use crate::plan::{GroupChange, Plan, StepId};

/// The groups of both tags.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups {
    /// Those that count in the source.
    theirs: Vec<Group>,
    /// Those that count in the destination.
    ours: Vec<Group>,
    /// What the destination itself has of them.
    own: Belongings,
}

impl Groups {
    /// Reads them; `destination`: if it is there.
    pub(super) fn of(
        source: &TagName,
        event: Option<EventId>,
        destination: Option<&TagName>,
        koji: &dyn Reader,
    ) -> Result<Self> {
        let theirs = koji.group_list(source, event)?;
        let Some(tag) = destination else {
            return Ok(Self { theirs, ..Self::default() });
        };
        let own = koji.belongings(std::slice::from_ref(tag))?.pop().unwrap_or_default();
        Ok(Self { theirs, ours: koji.group_list(tag, None)?, own })
    }

    /// Each group of the source is in `tag`, inherited or not, and its packages in it. `prune`: what else
    /// the tag itself has goes.
    pub(super) fn plan(&self, tag: &TagName, prune: bool, made: Option<StepId>, plan: &mut Plan) {
        for theirs in &self.theirs {
            let group = self.plan_group(tag, theirs, made, plan);
            for package in
                theirs.packages.iter().filter(|package| self.package(&theirs.name, &package.name) != Some(package))
            {
                let before = self.own_package(&theirs.name, &package.name).cloned();
                let (tag, group_name, package) = (tag.clone(), theirs.name.clone(), package.clone());
                plan.push_after(
                    group.or(made),
                    GroupChange::AddGroupPackage { tag, group: group_name, package, before },
                );
            }
        }
        if prune {
            self.prune(tag, plan);
        }
    }

    fn plan_group(&self, tag: &TagName, theirs: &Group, made: Option<StepId>, plan: &mut Plan) -> Option<StepId> {
        if self.ours(&theirs.name).is_some_and(|ours| ours.settings == theirs.settings) {
            return None;
        }
        let (group, settings) = (theirs.name.clone(), theirs.settings.clone());
        let before = self.own_group(&group).cloned();
        Some(plan.push_after(made, GroupChange::AddGroup { tag: tag.clone(), group, settings, before }))
    }

    /// Packages before their group: those of a group that is gone nobody sees.
    fn prune(&self, tag: &TagName, plan: &mut Plan) {
        let theirs = |group: &str| self.theirs.iter().find(|theirs| theirs.name == group);
        for entry in self.own.packages.iter().filter(|version| version.active()).map(|version| &version.value) {
            let copied = theirs(&entry.group)
                .is_some_and(|theirs| theirs.packages.iter().any(|package| package.name == entry.package.name));
            let seen = theirs(&entry.group).is_some() || self.own_group(&entry.group).is_some();
            if seen && !copied && !entry.blocked {
                let (tag, group, before) = (tag.clone(), entry.group.clone(), entry.package.clone());
                plan.push(GroupChange::RemoveGroupPackage { tag, group, before });
            }
        }
        for entry in self.own.groups.iter().filter(|version| version.active()).map(|version| &version.value) {
            if theirs(&entry.name).is_none() && !entry.blocked {
                let (tag, group, before) = (tag.clone(), entry.name.clone(), entry.settings.clone());
                plan.push(GroupChange::RemoveGroup { tag, group, before });
            }
        }
    }

    fn ours(&self, group: &str) -> Option<&Group> {
        self.ours.iter().find(|ours| ours.name == group)
    }

    fn own_group(&self, group: &str) -> Option<&GroupSettings> {
        self.own.group(group).value.filter(|own| !own.blocked).map(|own| &own.settings)
    }

    fn own_package(&self, group: &str, name: &str) -> Option<&GroupPackage> {
        self.own.package(group, name).value.filter(|own| !own.blocked).map(|own| &own.package)
    }

    /// A package of a group as it counts in the destination, or will once the destination has the group.
    fn package(&self, group: &str, name: &str) -> Option<&GroupPackage> {
        match self.ours(group) {
            Some(ours) => ours.packages.iter().find(|package| package.name == name),
            None => self.own_package(group, name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::CloneTag;
    use super::super::clone_tag::Which;
    use super::super::hub::{Hub, same};

    fn hub() -> Hub {
        Hub::new()
            .tag("f42-build")
            .tag("f43-build")
            .tag("copy")
            .linked("f43-build", "f42-build", 0)
            .links_only()
            .group("f42-build", "build", &["bash", "make"])
            .group("f43-build", "srpm-build", &["rpm-build"])
            .left_in_group("f43-build", "build", &["gcc"])
            .left_in_group("f43-build", "gone", &["gone"])
    }

    fn copy(prune: bool) -> CloneTag {
        CloneTag {
            source: "f43-build".parse().unwrap(),
            destination: "copy".parse().unwrap(),
            event: None,
            builds: Which::Latest,
            prune,
        }
    }

    #[test]
    fn what_is_planned() {
        let rest = "- inheritance of f43-build: not copied";
        let table = [
            (
                "inherited ones count; what a group left behind does not",
                hub(),
                copy(false),
                "0 add group build to copy
                 1 add bash to group build in copy (after 0)
                 2 add gcc to group build in copy (after 0)
                 3 add make to group build in copy (after 0)
                 4 add group srpm-build to copy
                 5 add rpm-build to group srpm-build in copy (after 4)",
            ),
            (
                "what is there, or comes back with its group, is not added",
                hub().group("copy", "srpm-build", &["rpm-build", "own"]).left_in_group(
                    "copy",
                    "build",
                    &["make", "tar"],
                ),
                copy(false),
                "0 add group build to copy
                 1 add bash to group build in copy (after 0)
                 2 add gcc to group build in copy (after 0)",
            ),
            (
                "pruned",
                hub()
                    .group("copy", "srpm-build", &["rpm-build", "own"])
                    .left_in_group("copy", "build", &["make", "tar"])
                    .left_in_group("copy", "unseen", &["unseen"])
                    .group("copy", "extra", &["vim"]),
                copy(true),
                "0 add group build to copy
                 1 add bash to group build in copy (after 0)
                 2 add gcc to group build in copy (after 0)
                 3 remove tar from group build in copy
                 4 remove vim from group extra in copy
                 5 remove own from group srpm-build in copy
                 6 remove group extra from copy",
            ),
            ("the destination inherits them", hub().linked("copy", "f43-build", 0), copy(true), ""),
            (
                "otherwise than the source has them",
                hub()
                    .group_called("copy", "build", "Build root", &["bash", "gcc", "make"])
                    .optional("copy", "build", "gcc"),
                copy(false),
                "0 change the settings of group build in copy
                 1 add gcc to group build in copy (after 0)
                 2 add group srpm-build to copy
                 3 add rpm-build to group srpm-build in copy (after 2)",
            ),
        ];
        for (what, mut hub, request, expected) in table {
            same(what, &hub.text(&request), &format!("{expected}\n{rest}"));
            // Done once, nothing is left.
            let plan = hub.plan(&request).unwrap();
            hub.apply(&plan);
            same(what, &hub.text(&request), rest);
        }
    }
}
