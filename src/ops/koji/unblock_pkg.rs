// SPDX-License-Identifier: GPL-3.0-or-later
//! Unblocks packages in a tag.

use super::builds::Listing;
use super::{Named, exists};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::Tag;
use crate::names::{PackageName, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{PackageChange, Plan};
use serde::{Deserialize, Serialize};

/// Each of `packages` is listed in `tag` and not blocked there. An inherited block is overridden by
/// an entry of the tag's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnblockPackages {
    /// The tag to unblock them in.
    pub tag: TagName,
    /// The packages, in the order in which they are to be unblocked.
    pub packages: Vec<PackageName>,
}

/// The tag, and what is listed there.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: Option<Tag>,
    listing: Listing,
}

impl Operation for UnblockPackages {
    const NAME: &'static str = "koji unblock-pkg";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tag(&self.tag).packages(&self.packages)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let named = Named::some(&self.packages, "packages")?;
        let koji = services.koji;
        let Some(tag) = koji.tag(&self.tag)? else {
            return Ok(Seen::default());
        };
        Ok(Seen { tag: Some(tag), listing: Listing::of(koji, &self.tag, &named.set())? })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let tag = &self.tag;
        let named = Named::some(&self.packages, "packages")?;
        let mut plan = named.plan();
        if exists(&mut plan, tag, seen.tag.as_ref()).is_none() {
            return Ok(plan);
        }
        for package in named.once {
            match seen.listing.entry(package) {
                None => plan.refuse(package, format!("not listed in {tag}, so nothing to unblock")),
                Some(entry) if !entry.blocked => {
                    plan.leave_out(package, format!("not blocked in {tag}"));
                }
                Some(entry) => {
                    plan.push(PackageChange::UnblockPackage {
                        tag: tag.clone(),
                        package: package.clone(),
                        before: entry.clone(),
                    });
                }
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;
    use crate::plan::{Change, KojiChange};

    fn hub() -> Hub {
        Hub::new()
            .tag("f43")
            .tag("f43-updates")
            .inherits("f43-updates", &["f43"])
            .locked("f42")
            .listed("f43", &["bash"])
            .blocked("f43", &["retired"])
            .blocked("f43-updates", &["bash"])
            .blocked("f42", &["bash"])
    }

    fn unblock_packages(tag: &str, packages: &[&str]) -> UnblockPackages {
        UnblockPackages { tag: tag.parse().unwrap(), packages: names(packages) }
    }

    #[test]
    fn what_is_planned() {
        let table: &[(&str, &str, &[&str], &str)] = &[
            (
                "an own block and an inherited one, one of them twice",
                "f43-updates",
                &["retired", "bash", "retired"],
                "0 unblock package retired in f43-updates
                 1 unblock package bash in f43-updates
                 - retired: it is named more than once; once is enough",
            ),
            (
                "half done",
                "f43",
                &["retired", "bash"],
                "0 unblock package retired in f43
                 - bash: not blocked in f43",
            ),
            (
                "not listed, all of them at once",
                "f43",
                &["bahs", "retired", "vim"],
                "0 unblock package retired in f43
                 ! bahs: not listed in f43, so nothing to unblock
                 ! vim: not listed in f43, so nothing to unblock",
            ),
            ("a lock does not matter", "f42", &["bash"], "0 unblock package bash in f42"),
            ("no such tag", "f99", &["bash"], "! f99: the hub has no such tag"),
            ("nothing", "f43", &[], "error: no packages are named"),
        ];
        for (what, tag, packages, expected) in table {
            same(what, &hub().text(&unblock_packages(tag, packages)), expected);
        }
    }

    /// What undo has to do depends on whose block it was.
    #[test]
    fn the_block_that_counted_is_kept() {
        let hub = hub();
        let plan = hub.plan(&unblock_packages("f43-updates", &["bash", "retired"])).unwrap();
        let blocks = plan.steps().iter().map(|step| match &step.change {
            Change::Koji(KojiChange::Package(PackageChange::UnblockPackage { before, .. })) => {
                (before.tag.to_string(), before.blocked)
            }
            other => panic!("{other}"),
        });
        assert_eq!(blocks.collect::<Vec<_>>(), [("f43-updates".into(), true), ("f43".into(), true)]);
        assert_eq!(hub.calls(), ["getTag f43-updates", "listPackages f43-updates x2"]);
    }
}
