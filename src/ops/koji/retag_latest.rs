// SPDX-License-Identifier: GPL-3.0-or-later
//! Makes the newest builds of packages the latest ones again.

use super::builds::{Contents, Known, Listing, known_and_inside, unfit};
use super::{Named, exists, unlocked};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{BuildState, Tag};
use crate::names::{Nvr, PackageName, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildChange, BuildRef, Plan};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Each of `builds`, which are in `tag` itself, is koji's latest of its package there.
///
/// Only the highest version can be: to set a package back, untag what is newer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetagLatest {
    /// The tag.
    pub tag: TagName,
    /// The builds, one of a package.
    pub builds: Vec<Nvr>,
}

/// The tag, and what is in it of the packages of the builds that the hub knows.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: Option<Tag>,
    known: BTreeMap<Nvr, Known>,
    inside: Contents,
    listing: Listing,
}

impl RetagLatest {
    /// What stands against it; `Ok(None)`: it is the latest already.
    fn judge(&self, seen: &Seen, nvr: &Nvr) -> Result<Option<BuildRef>, String> {
        let tag = &self.tag;
        let Some(known) = seen.known.get(nvr) else {
            return Err("the hub has no such build".into());
        };
        let package = nvr.package();
        let Some(row) = seen.inside.row(nvr) else {
            return Err(format!("not in {tag} itself"));
        };
        if let Some(why) = unfit(row.state).or_else(|| seen.listing.keeps_out(tag, &package)) {
            return Err(why);
        }
        if let Some(newer) = seen.inside.highest(&package).filter(|there| there.evr() > known.evr) {
            return Err(format!(
                "{} is newer and in {tag} too; untag it if the older one is to be the latest",
                newer.nvr
            ));
        }
        let rows = seen.inside.rows(&package);
        let latest = rows.iter().rfind(|row| row.state == BuildState::Complete);
        Ok(latest.is_none_or(|latest| latest.id != row.id).then(|| known.build.clone()))
    }
}

impl Operation for RetagLatest {
    const NAME: &'static str = "koji retag-latest";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tag(&self.tag).builds(&self.builds)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let named = Named::some(&self.builds, "builds")?;
        let koji = services.koji;
        let Some(tag) = koji.tag(&self.tag)? else {
            return Ok(Seen::default());
        };
        let (known, inside) = known_and_inside(koji, &self.tag, named.cloned())?;
        let packages: BTreeSet<PackageName> = known.keys().map(Nvr::package).collect();
        let listing = Listing::of(koji, &self.tag, &packages)?;
        Ok(Seen { tag: Some(tag), known, inside, listing })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let named = Named::some(&self.builds, "builds")?;
        let mut plan = named.plan();
        let Some(tag) = exists(&mut plan, &self.tag, seen.tag.as_ref()) else {
            return Ok(plan);
        };
        let mut named_before: BTreeMap<PackageName, &Nvr> = BTreeMap::new();
        for nvr in named.once {
            match (self.judge(seen, nvr), named_before.insert(nvr.package(), nvr)) {
                (Err(why), _) => plan.refuse(nvr, why),
                (Ok(_), Some(other)) => plan.refuse(nvr, format!("{other} is named too, and only one is the latest")),
                (Ok(None), None) => plan.leave_out(nvr, format!("the latest of its package in {} already", self.tag)),
                (Ok(Some(build)), None) => match unlocked(tag) {
                    Err(why) => plan.refuse(nvr, why),
                    Ok(()) => drop(plan.push(BuildChange::RetagBuild { tag: self.tag.clone(), build })),
                },
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;

    fn retag(tag: &str, builds: &[&str]) -> RetagLatest {
        RetagLatest { tag: tag.parse().unwrap(), builds: names(builds) }
    }

    #[test]
    fn what_is_planned() {
        let hub = Hub::new()
            .tag("f43")
            .locked("f42")
            .listed("f43", &["a", "b", "c", "d", "e"])
            .listed("f42", &["a"])
            .blocked("f43", &["python2"])
            .build("c-3-1")
            .build_in("b-3-1", BuildState::Deleted)
            .tagged("f43", &["a-1.10-1", "a-1.9-1", "b-2-1", "b-1-1", "b-3-1", "c-1-1", "1:d-1-1", "d-2-1"])
            .tagged("f43", &["e-1-1", "e-01-1", "python2-2-1", "python2-1-1"])
            .tagged("f42", &["a-2-1", "a-1.9-1"]);
        same(
            "one of each kind",
            &hub.text(&retag("f43", &["a-1.10-1", "b-2-1", "c-1-1", "d-1-1", "a-1.10-1", "e-1-1"])),
            "0 make a-1.10-1 the newest of its package in f43 again
             1 make b-2-1 the newest of its package in f43 again
             2 make d-1-1 the newest of its package in f43 again
             3 make e-1-1 the newest of its package in f43 again
             - a-1.10-1: it is named more than once; once is enough
             - c-1-1: the latest of its package in f43 already",
        );
        same(
            "what cannot be",
            &hub.text(&retag("f43", &["a-1.9-1", "b-3-1", "c-3-1", "nope-1-1", "python2-2-1", "e-1-1", "e-01-1"])),
            "0 make e-1-1 the newest of its package in f43 again
             ! a-1.9-1: a-1.10-1 is newer and in f43 too; untag it if the older one is to be the latest
             ! b-3-1: the build is deleted; only complete builds can be tagged
             ! c-3-1: not in f43 itself
             ! nope-1-1: the hub has no such build
             ! python2-2-1: package python2 is blocked in f43
             ! e-01-1: e-1-1 is named too, and only one is the latest",
        );
        same("a locked tag", &hub.text(&retag("f42", &["a-2-1"])), "! a-2-1: f42 is locked");
        same("no tag", &hub.text(&retag("f99", &["a-2-1"])), "! f99: the hub has no such tag");
        same("no builds", &hub.text(&retag("f43", &[])), "error: no builds are named");
    }
}
