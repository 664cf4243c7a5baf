// SPDX-License-Identifier: GPL-3.0-or-later
//! Makes a tag beside another one, and a target that builds into it.

use crate::access::Dimensions;
use crate::koji::{ParentLink, TagSettings, Target, TargetTags};
use crate::names::{TagName, TargetName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{NewTag, Plan, TagChange, TargetChange};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// There is a tag `name` that inherits from `parent` and has its architectures, and a target of the
/// same name whose builds go to it.
///
/// Not a user's side tag, whose name the hub gives: one that is known by its name, for a mass rebuild.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateSideTarget {
    /// The tag and the target.
    pub name: TagName,
    /// What the tag inherits from.
    pub parent: TagName,
    /// The tag that build roots are made from; `name` itself sees what was built before.
    pub build_tag: TagName,
}

/// What there is of it.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: Option<TagSettings>,
    parent: Option<TagSettings>,
    build_tag: Option<TagSettings>,
    links: Vec<ParentLink>,
    target: Option<Target>,
}

impl CreateSideTarget {
    fn makes_sense(&self) -> Result<TargetName> {
        if self.name == self.parent {
            return Err(Error::usage(format!("{} cannot inherit from itself", self.name)));
        }
        self.name.as_str().parse().map_err(|e| Error::usage(format!("{e}")))
    }

    fn plan_tag(&self, plan: &mut Plan, seen: &Seen, parent: &TagSettings) {
        let (name, arches) = (&self.name, parent.arches.clone().unwrap_or_default());
        let link = ParentLink {
            parent: parent.name.clone(),
            parent_id: Some(parent.id),
            priority: 0,
            maxdepth: None,
            intransitive: false,
            noconfig: false,
            pkg_filter: String::new(),
        };
        let inherit = TagChange::EditInheritance { tag: name.clone(), unlink: Vec::new(), link: vec![link] };
        let Some(tag) = &seen.tag else {
            if arches.is_empty() {
                plan.refuse(&parent.name, "it has no arches of its own to give");
                return;
            }
            let settings = NewTag { arches: Some(arches), ..NewTag::default() };
            plan.push(TagChange::CreateTag { tag: name.clone(), settings });
            plan.push(inherit);
            return;
        };
        let from = seen.links.iter().find(|link| link.parent == parent.name);
        match (from, seen.links.first()) {
            _ if tag.is_side_tag() => plan.refuse(name, "it is somebody's side tag"),
            _ if tag.arch_list() != parent.arch_list() => {
                let has = tag.arches.as_deref().unwrap_or_default();
                plan.refuse(name, format!("it is there, with the arches \"{has}\" and not those of {}", parent.name));
            }
            (Some(_), _) => plan.leave_out(format!("tag {name}"), format!("already inherits from {}", parent.name)),
            (None, Some(other)) => {
                plan.refuse(name, format!("it inherits from {} and not from {}", other.parent, parent.name));
            }
            (None, None) => drop(plan.push(inherit)),
        }
    }
}

impl Operation for CreateSideTarget {
    const NAME: &'static str = "koji create-side-target";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        let about = Dimensions::new().tag(&self.name).tag(&self.parent).tag(&self.build_tag);
        match self.name.as_str().parse() {
            Ok(target) => about.target(&target),
            Err(_) => about,
        }
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let target = self.makes_sense()?;
        let koji = services.koji;
        let names = [self.name.clone(), self.parent.clone(), self.build_tag.clone()];
        let mut tags = koji.settings(&names)?.into_iter();
        let mut next = || tags.next().flatten();
        let mut seen = Seen { tag: next(), parent: next(), build_tag: next(), ..Seen::default() };
        if seen.tag.is_some() {
            seen.links = koji.parents(std::slice::from_ref(&self.name))?.pop().unwrap_or_default();
        }
        seen.target = koji.targets_by_name(&[target])?.pop().flatten();
        Ok(seen)
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let target = self.makes_sense()?;
        let mut plan = Plan::default();
        match &seen.parent {
            Some(parent) => self.plan_tag(&mut plan, seen, parent),
            None => plan.refuse(&self.parent, "the hub has no such tag"),
        }
        if seen.build_tag.is_none() && self.build_tag != self.name && self.build_tag != self.parent {
            plan.refuse(&self.build_tag, "the hub has no such tag");
        }
        let tags = TargetTags { build_tag: self.build_tag.clone(), dest_tag: self.name.clone() };
        match seen.target.as_ref().map(TargetTags::from) {
            None => drop(plan.push(TargetChange::CreateTarget { target, tags })),
            Some(now) if now == tags => plan.leave_out(format!("target {target}"), format!("already {tags}")),
            Some(now) => plan.refuse(format!("target {target}"), format!("it is there, {now}; set-target changes it")),
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
        ["f43", "f43-build", "half", "other", "f43-build-side-7", "bare"]
            .iter()
            .fold(Hub::new(), |hub, tag| hub.tag(tag))
            .arches("bare", "")
            .linked("other", "f43-build", 0)
            .extra("f43-build-side-7", "sidetag", Extra::Value(true.into()))
            .target("taken", "f43", "f43")
    }

    #[test]
    fn what_is_planned() {
        let table = [
            (
                "f43-rebuild f43 f43-build",
                "0 create tag f43-rebuild
                 1 make f43-rebuild inherit from f43, priority 0
                 2 create target f43-rebuild: from f43-build to f43-rebuild",
            ),
            (
                "half f43 half",
                "0 make half inherit from f43, priority 0
                 1 create target half: from half to half",
            ),
            (
                "other f43 other",
                "0 create target other: from other to other
                 ! other: it inherits from f43-build and not from f43",
            ),
            (
                "f43-build-side-7 f43-build f43-build-side-7",
                "0 create target f43-build-side-7: from f43-build-side-7 to f43-build-side-7
                 ! f43-build-side-7: it is somebody's side tag",
            ),
            (
                "taken f43 taken",
                "0 create tag taken
                 1 make taken inherit from f43, priority 0
                 ! target taken: it is there, from f43 to f43; set-target changes it",
            ),
            (
                "new f99 f98",
                "0 create target new: from f98 to new
                 ! f99: the hub has no such tag
                 ! f98: the hub has no such tag",
            ),
            ("new bare new", "0 create target new: from new to new\n! bare: it has no arches of its own to give"),
            ("f43 f43 f43", "error: f43 cannot inherit from itself"),
        ];
        for (words, expected) in table {
            let [name, parent, build_tag] =
                words.split(' ').map(|word| word.parse().unwrap()).collect::<Vec<_>>().try_into().unwrap();
            same(words, &hub().text(&CreateSideTarget { name, parent, build_tag }), expected);
        }
    }
}
