// SPDX-License-Identifier: GPL-3.0-or-later
//! Makes a build target, or gives it other tags.

use crate::Result;
use crate::access::Dimensions;
use crate::koji::{TagSettings, Target, TargetTags};
use crate::names::{TagName, TargetName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{Plan, TargetChange};
use serde::{Deserialize, Serialize};

/// There is a target `name`, and it leads builds from `build_tag` to `dest_tag`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetTarget {
    /// The target.
    pub name: TargetName,
    /// The tag that build roots are made from.
    pub build_tag: TagName,
    /// The tag that finished builds go to.
    pub dest_tag: TagName,
}

/// The target as it is, its tags as they are to be, and the side tag it belongs to.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    target: Option<Target>,
    build_tag: Option<TagSettings>,
    dest_tag: Option<TagSettings>,
    side_tag: Option<TagSettings>,
}

impl Operation for SetTarget {
    const NAME: &'static str = "koji set-target";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().target(&self.name).tag(&self.build_tag).tag(&self.dest_tag)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let koji = services.koji;
        let target = koji.targets_by_name(std::slice::from_ref(&self.name))?.pop().flatten();
        let mut tags = vec![self.build_tag.clone(), self.dest_tag.clone()];
        // A side tag and its target have one name.
        tags.extend(self.name.as_str().parse::<TagName>());
        let mut tags = koji.settings(&tags)?.into_iter();
        let mut next = || tags.next().flatten();
        Ok(Seen { target, build_tag: next(), dest_tag: next(), side_tag: next() })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let mut plan = Plan::default();
        let mut named = vec![(&self.build_tag, &seen.build_tag)];
        if self.dest_tag != self.build_tag {
            named.push((&self.dest_tag, &seen.dest_tag));
        }
        for (name, _) in named.into_iter().filter(|(_, tag)| tag.is_none()) {
            plan.refuse(name, "the hub has no such tag");
        }
        let tags = TargetTags { build_tag: self.build_tag.clone(), dest_tag: self.dest_tag.clone() };
        let target = self.name.clone();
        let before = seen.target.as_ref().map(TargetTags::from);
        match before {
            Some(before) if before == tags => plan.leave_out(&self.name, format!("already {tags}")),
            Some(_) if seen.side_tag.as_ref().is_some_and(TagSettings::is_side_tag) => {
                plan.refuse(&self.name, "it belongs to the side tag of that name, which could not be removed any more")
            }
            Some(before) => drop(plan.push(TargetChange::EditTarget { target, tags, before })),
            None => drop(plan.push(TargetChange::CreateTarget { target, tags })),
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, same};
    use super::*;
    use crate::koji::Extra;

    fn hub() -> Hub {
        Hub::new()
            .tag("f43-build")
            .tag("f44-build")
            .tag("f44-updates-candidate")
            .tag("f43-build-side-7")
            .extra("f43-build-side-7", "sidetag", Extra::Value(true.into()))
            .target("rawhide", "f43-build", "f44-updates-candidate")
            .target("f43-build-side-7", "f43-build-side-7", "f43-build-side-7")
    }

    #[test]
    fn what_is_planned() {
        let table = [
            (
                ["rawhide", "f44-build", "f44-updates-candidate"],
                "0 set target rawhide: from f44-build to f44-updates-candidate",
            ),
            (
                ["rawhide", "f43-build", "f44-updates-candidate"],
                "- rawhide: already from f43-build to f44-updates-candidate",
            ),
            (["f44", "f44-build", "f44-build"], "0 create target f44: from f44-build to f44-build"),
            (
                ["f45", "f45-build", "f45"],
                "0 create target f45: from f45-build to f45
                 ! f45-build: the hub has no such tag
                 ! f45: the hub has no such tag",
            ),
            (
                ["f43-build-side-7", "f43-build", "f43-build-side-7"],
                "! f43-build-side-7: it belongs to the side tag of that name, which could not be removed any more",
            ),
        ];
        for ([name, build_tag, dest_tag], expected) in table {
            let request = SetTarget {
                name: name.parse().unwrap(),
                build_tag: build_tag.parse().unwrap(),
                dest_tag: dest_tag.parse().unwrap(),
            };
            same(name, &hub().text(&request), expected);
        }
    }
}
