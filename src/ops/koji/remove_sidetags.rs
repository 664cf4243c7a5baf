// SPDX-License-Identifier: GPL-3.0-or-later
//! Removes users' side tags.

use super::Named;
use super::list_sidetags::{Found, Which};
use crate::access::Dimensions;
use crate::koji::{Target, TargetQuery};
use crate::names::TagName;
use crate::pipeline::{Operation, Readers};
use crate::plan::{Plan, TagChange};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// None of the side tags `tags`, or, if none is named, none that `which` tells, is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveSideTags {
    /// By name.
    pub tags: Vec<TagName>,
    /// By what they are.
    pub which: Which,
}

/// The side tags there are, the tags that are none, and the targets.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    found: Vec<Found>,
    others: BTreeSet<TagName>,
    targets: Vec<Target>,
}

impl RemoveSideTags {
    fn makes_sense(&self) -> Result<()> {
        match (self.tags.is_empty(), self.which.is_any()) {
            (true, true) => Err(Error::usage("no side tags are named").hint("name them, or say of which --base")),
            (false, false) => Err(Error::usage("side tags are named, and what they are is told as well")),
            _ => Ok(()),
        }
    }
}

impl Operation for RemoveSideTags {
    const NAME: &'static str = "koji remove-sidetags";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        self.which.dimensions().tags(&self.tags)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        self.makes_sense()?;
        let koji = services.koji;
        let mut seen = Seen { found: self.which.find(koji)?, ..Seen::default() };
        if !self.tags.is_empty() {
            seen.found.retain(|found| self.tags.contains(&found.tag.name));
            let there: BTreeSet<&TagName> = seen.found.iter().map(|found| &found.tag.name).collect();
            let rest: Vec<TagName> = self.tags.iter().filter(|tag| !there.contains(tag)).cloned().collect();
            seen.others = koji.settings(&rest)?.into_iter().flatten().map(|tag| tag.name).collect();
        }
        if !seen.found.is_empty() {
            seen.targets = koji.targets(&TargetQuery::default())?;
        }
        Ok(seen)
    }

    /// The hub does not remove a side tag whose target somebody has deleted or changed.
    fn plan(&self, seen: &Seen) -> Result<Plan> {
        self.makes_sense()?;
        let named = Named::new(&self.tags);
        let mut plan = named.plan();
        for name in named.once.iter().filter(|name| !seen.found.iter().any(|found| found.tag.name == ***name)) {
            if seen.others.contains(*name) {
                plan.refuse(name, "it is no side tag");
            } else {
                plan.leave_out(name, "there is no such tag");
            }
        }
        for Found { tag, .. } in &seen.found {
            let target = seen.targets.iter().find(|target| target.name.as_str() == tag.name.as_str());
            match target {
                Some(target) if target.build_tag == tag.name && target.dest_tag == tag.name => {
                    plan.push(TagChange::RemoveSideTag { tag: tag.name.clone(), owner: tag.owner.clone() });
                }
                Some(_) => plan.refuse(&tag.name, "its target leads elsewhere, and the hub would not remove it"),
                None => plan.refuse(&tag.name, "its target is gone, and the hub would not remove it"),
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;
    use crate::koji::Extra;

    fn hub() -> Hub {
        let tags = ["f43-build", "f44-build", "side-1", "side-2", "side-3", "lost", "bent"];
        let hub = tags.iter().fold(Hub::new(), |hub, tag| hub.tag(tag));
        let side =
            |hub: Hub, tag: &str, base: &str| hub.extra(tag, "sidetag", Extra::Value(true.into())).linked(tag, base, 0);
        let hub = side(side(side(hub, "side-1", "f43-build"), "side-2", "f43-build"), "side-3", "f44-build");
        let hub = side(side(hub, "lost", "f44-build"), "bent", "f44-build");
        ["side-1", "side-2", "side-3"]
            .iter()
            .fold(hub, |hub, tag| hub.target(tag, tag, tag))
            .target("bent", "f44-build", "bent")
            .tagged("side-2", &["bash-1-1"])
    }

    fn which(base: &str) -> Which {
        Which { base: Some(base.parse().unwrap()), ..Which::default() }
    }

    #[test]
    fn what_is_planned() {
        let by_name = |tags: &[&str]| RemoveSideTags { tags: names(tags), which: Which::default() };
        let by_kind = |which: Which| RemoveSideTags { tags: Vec::new(), which };
        let table = [
            (
                "those of a base",
                by_kind(which("f43-build")),
                "0 remove side tag side-1 of kim\n1 remove side tag side-2 of kim",
            ),
            ("empty ones", by_kind(Which { empty: true, ..which("f43-build") }), "0 remove side tag side-1 of kim"),
            ("old ones", by_kind(Which { older_than: Some(11), ..which("f43-build") }), ""),
            (
                "a target that is gone, and one that leads elsewhere",
                by_kind(which("f44-build")),
                "0 remove side tag side-3 of kim
                 ! lost: its target is gone, and the hub would not remove it
                 ! bent: its target leads elsewhere, and the hub would not remove it",
            ),
            (
                "by name",
                by_name(&["side-3", "side-9", "f43-build", "side-3"]),
                "0 remove side tag side-3 of kim
                 - side-3: it is named more than once; once is enough
                 - side-9: there is no such tag
                 ! f43-build: it is no side tag",
            ),
            ("nothing", by_name(&[]), "error: no side tags are named"),
            (
                "both",
                RemoveSideTags { tags: names(&["side-1"]), which: which("f43-build") },
                "error: side tags are named, and what they are is told as well",
            ),
        ];
        for (what, request, expected) in table {
            same(what, &hub().text(&request), expected);
        }
    }
}
