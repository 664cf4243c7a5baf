// SPDX-License-Identifier: GPL-3.0-or-later
//! Blocks packages in a tag.

use super::builds::{Contents, Listing};
use super::{FEW, Named, exists, not_empty, unlocked};
use crate::access::Dimensions;
use crate::koji::{PackageEntry, Reader, Tag};
use crate::names::{PackageName, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildChange, BuildRef, PackageChange, Plan, StepId};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Each of `packages` is blocked in `tag`, by the tag itself or by one it inherits from.
///
/// With `untag`, no build of theirs is left in the tag itself either, also of those that are blocked
/// already. A lock on the tag keeps builds in it, not packages from being blocked. With `unblock_in`, the
/// block does not reach that tag: of EPEL, a package that is retired may come from elsewhere there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockPackages {
    /// The tag to block them in.
    pub tag: TagName,
    /// The packages, in the order in which they are to be blocked.
    pub packages: Vec<PackageName>,
    /// Whether their builds are to leave the tag.
    pub untag: bool,
    /// The tag in which they are not to be blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unblock_in: Option<TagName>,
}

/// The tag, what is listed there, and the builds that are to leave.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: Option<Tag>,
    listing: Listing,
    inside: Contents,
    opened: Opened,
}

/// The tag in which the packages are not to be blocked.
#[derive(Debug, Clone, Default)]
struct Opened {
    tag: Option<Tag>,
    listing: Listing,
    /// All that it inherits from, nearest first.
    above: Vec<TagName>,
    /// The tag to block in inherits from it.
    is_above: bool,
}

impl Opened {
    fn of(koji: &dyn Reader, tag: &TagName, below: &TagName, packages: &BTreeSet<PackageName>) -> Result<Self> {
        let Some(found) = koji.tag(tag)? else {
            return Ok(Self::default());
        };
        let above = |tag: &TagName| -> Result<Vec<TagName>> {
            Ok(koji.inheritance(tag)?.into_iter().map(|parent| parent.name).collect())
        };
        let is_above = above(below)?.contains(tag);
        Ok(Self { tag: Some(found), listing: Listing::of(koji, tag, packages)?, above: above(tag)?, is_above })
    }

    /// The entry that counts here once `block` is made; `None`: the package is not listed.
    fn then<'a>(
        &'a self,
        tag: &TagName,
        package: &PackageName,
        block: Option<&'a PackageEntry>,
    ) -> Option<PackageEntry> {
        let place = |name: &TagName| self.above.iter().position(|above| above == name);
        let now = self.listing.entry(package)?;
        let blocked = block.map(|before| PackageEntry { tag: tag.clone(), blocked: true, ..before.clone() });
        // Whatever is nearer than the block hides it.
        let hidden = place(tag).is_none_or(|at| place(&now.tag).is_none_or(|nearer| nearer < at));
        Some(blocked.filter(|_| !hidden).unwrap_or_else(|| now.clone()))
    }
}

impl BlockPackages {
    fn makes_sense(&self) -> Result<()> {
        not_empty(&self.packages, "packages")?;
        match &self.unblock_in {
            Some(tag) if *tag == self.tag => {
                Err(Error::usage(format!("{tag} is both the tag to block in and to unblock in")))
            }
            _ => Ok(()),
        }
    }

    /// The builds that are to leave. A package that is not listed is refused anyway, and the hub
    /// answers with a fault if it has never seen one.
    fn leavers(&self, koji: &dyn Reader, packages: &BTreeSet<PackageName>, listing: &Listing) -> Result<Contents> {
        if !self.untag {
            return Ok(Contents::default());
        }
        if packages.len() > FEW {
            return Contents::whole(koji, &self.tag);
        }
        let listed = packages.iter().filter(|package| listing.entry(package).is_some()).cloned().collect();
        Contents::of(koji, &self.tag, &listed)
    }

    /// Unblocks the package where it is not to be blocked. `block`: the step that blocks it, and the entry
    /// as it was before.
    fn open(&self, package: &PackageName, block: Option<(StepId, &PackageEntry)>, seen: &Opened, plan: &mut Plan) {
        let Some(tag) = &self.unblock_in else {
            return;
        };
        match seen.then(&self.tag, package, block.map(|(_, entry)| entry)) {
            None => plan.refuse(package, format!("not listed in {tag}, so nothing to unblock")),
            Some(entry) if !entry.blocked => plan.leave_out(package, format!("not blocked in {tag}")),
            Some(before) => {
                // An entry that is blocked now does not wait for the block of another tag.
                let after = block.filter(|_| before.tag == self.tag).map(|(step, _)| step);
                let (tag, package) = (tag.clone(), package.clone());
                plan.push_after(after, PackageChange::UnblockPackage { tag, package, before });
            }
        }
    }
}

impl Operation for BlockPackages {
    const NAME: &'static str = "koji block-pkg";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new()
            .tag(&self.tag)
            .tags(&self.unblock_in)
            .packages(&self.packages)
            .option("--untag", self.untag)
            .option("--unblock-in", self.unblock_in.is_some())
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        self.makes_sense()?;
        let koji = services.koji;
        let Some(tag) = koji.tag(&self.tag)? else {
            return Ok(Seen::default());
        };
        let packages = Named::new(&self.packages).set();
        let listing = Listing::of(koji, &self.tag, &packages)?;
        let inside = self.leavers(koji, &packages, &listing)?;
        let opened = self.unblock_in.as_ref().map(|tag| Opened::of(koji, tag, &self.tag, &packages)).transpose()?;
        Ok(Seen { tag: Some(tag), listing, inside, opened: opened.unwrap_or_default() })
    }

    /// Blocks before untagging, and untags the latest build first: once the package is blocked no
    /// older build shows itself meanwhile, and taken back in reverse the old order is there again.
    fn plan(&self, seen: &Seen) -> Result<Plan> {
        self.makes_sense()?;
        let named = Named::new(&self.packages);
        let mut plan = named.plan();
        let Some(tag) = exists(&mut plan, &self.tag, seen.tag.as_ref()) else {
            return Ok(plan);
        };
        if let Some(opened) = &self.unblock_in {
            if exists(&mut plan, opened, seen.opened.tag.as_ref()).is_none() {
                return Ok(plan);
            }
            if seen.opened.is_above {
                plan.refuse(opened, format!("{} inherits from it, and would be unblocked with it", self.tag));
                return Ok(plan);
            }
        }
        for package in named.once {
            let Some(entry) = seen.listing.entry(package) else {
                plan.refuse(package, format!("not listed in {}, so nothing to block", self.tag));
                continue;
            };
            let blocked = if entry.blocked {
                plan.leave_out(package, format!("already blocked in {}", entry.tag));
                None
            } else {
                let (tag, package) = (self.tag.clone(), package.clone());
                Some(plan.push(PackageChange::BlockPackage { tag, package, before: entry.clone() }))
            };
            self.open(package, blocked.map(|step| (step, entry)), &seen.opened, &mut plan);
            if !self.untag {
                continue;
            }
            for row in seen.inside.rows(package).iter().rev() {
                if let Err(why) = unlocked(tag) {
                    plan.refuse(&row.nvr, why);
                    continue;
                }
                let tag = self.tag.clone();
                let build = BuildRef::from(row);
                plan.push_after(blocked, BuildChange::UntagBuild { tag, build });
            }
        }
        Ok(plan)
    }

    fn repeats(&self) -> bool {
        self.untag
    }
}

#[cfg(test)]
mod tests;
