// SPDX-License-Identifier: GPL-3.0-or-later
//! Untags all but the newest builds of each package.

use super::builds::Contents;
use super::{exists, unlocked};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{BuildState, Tag, TagRow};
use crate::names::{PackageName, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildChange, BuildRef, Plan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::num::NonZeroUsize;

/// Of each package `tag` itself holds at the most `keep` builds, those of the highest versions.
///
/// Versions decide, not the order of tagging; of two builds of one version the one that was tagged
/// later stays. Builds that koji hides, because their package is blocked or not listed, count like
/// all others. What is not complete, or a draft, is no version: it neither counts nor goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PruneTag {
    /// The tag.
    pub tag: TagName,
    /// So many builds of a package stay.
    pub keep: NonZeroUsize,
    /// Only of these packages; empty: of all.
    pub packages: Vec<PackageName>,
}

/// The tag and what is in it.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: Option<Tag>,
    contents: Contents,
}

impl PruneTag {
    /// Those of one package that go, in the order of tagging.
    fn surplus<'a>(&self, rows: &'a [TagRow]) -> Vec<&'a TagRow> {
        let mut surplus: Vec<&TagRow> = rows.iter().filter(|row| no_version(row).is_none()).collect();
        if surplus.len() <= self.keep.get() {
            return Vec::new();
        }
        surplus.sort_by_cached_key(|row| (row.evr(), row.created, row.id));
        surplus.truncate(surplus.len() - self.keep.get());
        surplus.sort_by_key(|row| (row.created, row.id));
        surplus
    }
}

/// What it is instead of a version of its package.
fn no_version(row: &TagRow) -> Option<&'static str> {
    match row.state {
        BuildState::Complete => row.nvr.is_draft().then_some("a draft"),
        _ => Some("not complete"),
    }
}

fn builds(keep: NonZeroUsize) -> String {
    let s = if keep.get() == 1 { "" } else { "s" };
    format!("{keep} complete build{s} in it")
}

impl Operation for PruneTag {
    const NAME: &'static str = "koji prune-tag";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new()
            .tag(&self.tag)
            .packages(&self.packages)
            .option("--keep", self.keep.get() > 1)
            .option("--package", !self.packages.is_empty())
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let koji = services.koji;
        let Some(tag) = koji.tag(&self.tag)? else {
            return Ok(Seen::default());
        };
        let packages: BTreeSet<PackageName> = self.packages.iter().cloned().collect();
        let contents = match packages.is_empty() {
            true => Contents::whole(koji, &self.tag)?,
            false => Contents::of(koji, &self.tag, &packages)?,
        };
        Ok(Seen { tag: Some(tag), contents })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let mut plan = Plan::default();
        let Some(tag) = exists(&mut plan, &self.tag, seen.tag.as_ref()) else {
            return Ok(plan);
        };
        let named: BTreeSet<&PackageName> = self.packages.iter().collect();
        for (_, rows) in seen.contents.iter().filter(|(package, _)| named.is_empty() || named.contains(package)) {
            for row in rows {
                if let Some(what) = no_version(row) {
                    plan.leave_out(&row.nvr, format!("it is {what}: neither counted nor untagged"));
                }
            }
            for row in self.surplus(rows) {
                plan.push(BuildChange::UntagBuild { tag: self.tag.clone(), build: BuildRef::from(row) });
            }
        }
        match unlocked(tag) {
            _ if plan.is_empty() => {
                plan.leave_out(&self.tag, format!("no package has more than {}", builds(self.keep)))
            }
            Err(why) => plan.refuse(&self.tag, why),
            Ok(()) => {}
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;

    fn prune(tag: &str, keep: usize, packages: &[&str]) -> PruneTag {
        PruneTag { tag: tag.parse().unwrap(), keep: NonZeroUsize::new(keep).unwrap(), packages: names(packages) }
    }

    fn hub() -> Hub {
        Hub::new()
            .tag("f43")
            .locked("f42")
            .blocked("f43", &["python2"])
            .build_in("c-9-1", BuildState::Deleted)
            .tagged("f43", &["a-1.10-1", "a-1.9-1", "a-1.10~rc1-1", "1:b-1-1", "b-2-1", "c-9-1", "c-1-1", "d-1-1"])
            .tagged("f43", &["python2-2-1", "python2-1-1", "0:e-1-1", "e-01-1"])
            .tagged("f42", &["a-1.9-1", "b-2-1"])
    }

    /// The script kept what was tagged last.
    #[test]
    fn the_highest_versions_stay_whatever_was_tagged_last() {
        same(
            "one of each",
            &hub().text(&prune("f43", 1, &[])),
            "0 untag a-1.9-1 from f43
             1 untag a-1.10~rc1-1 from f43
             2 untag b-2-1 from f43
             3 untag e-1-1 from f43
             4 untag python2-1-1 from f43
             - c-9-1: it is not complete: neither counted nor untagged",
        );
        same(
            "two of each",
            &hub().text(&prune("f43", 2, &[])),
            "0 untag a-1.9-1 from f43
             - c-9-1: it is not complete: neither counted nor untagged",
        );
        same("of one package", &hub().text(&prune("f43", 1, &["b", "d"])), "0 untag b-2-1 from f43");
        let all_stay = "- f43: no package has more than 3 complete builds in it";
        same("all stay", &hub().text(&prune("f43", 3, &["a", "b"])), all_stay);
    }

    /// Else a draft on top of a release would take its place.
    #[test]
    fn drafts_neither_count_nor_go() {
        let hub = hub().tagged("f43", &["d-2-1,draft_70", "d-1-2", "d-1-2,draft_71"]);
        same(
            "two builds and two drafts",
            &hub.text(&prune("f43", 1, &["d"])),
            "0 untag d-1-1 from f43
             - d-2-1,draft_70: it is a draft: neither counted nor untagged
             - d-1-2,draft_71: it is a draft: neither counted nor untagged",
        );
    }

    #[test]
    fn a_tag_that_is_locked_or_not_there() {
        let nothing = "- f42: no package has more than 1 complete build in it";
        same("nothing to do", &hub().text(&prune("f42", 1, &[])), nothing);
        let hub = hub().tagged("f42", &["a-1.10-1"]);
        same(
            "locked",
            &hub.text(&prune("f42", 1, &[])),
            "0 untag a-1.9-1 from f42
             ! f42: f42 is locked",
        );
        same("not there", &hub.text(&prune("f99", 1, &[])), "! f99: the hub has no such tag");
    }

    #[test]
    fn the_tag_is_read_once_however_many_packages() {
        let hub = hub();
        let _ = hub.text(&prune("f43", 1, &[]));
        assert_eq!(hub.calls(), ["getTag f43", "queryHistory f43"]);
    }
}
