// SPDX-License-Identifier: GPL-3.0-or-later
//! Replaces a parent of a tag by another one.

use crate::access::Dimensions;
use crate::koji::{Parent, ParentLink, TagSettings};
use crate::names::TagName;
use crate::pipeline::{Operation, Readers};
use crate::plan::{Plan, TagChange};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// `child` inherits from `new` where it inherited from `old`: with the same priority, so that the
/// order of its parents stays, and under the same conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwapParent {
    /// The tag that inherits.
    pub child: TagName,
    /// The parent it loses.
    pub old: TagName,
    /// The parent it gets.
    pub new: TagName,
}

/// The three tags, the child's links, and all that the new parent inherits from.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    child: Option<TagSettings>,
    old: Option<TagSettings>,
    new: Option<TagSettings>,
    links: Vec<ParentLink>,
    above: Vec<Parent>,
}

impl SwapParent {
    fn makes_sense(&self) -> Result<()> {
        if self.old == self.new {
            return Err(Error::usage(format!("{} is both the parent to lose and the parent to get", self.old)));
        }
        if self.child == self.new {
            return Err(Error::usage(format!("{} cannot inherit from itself", self.child)));
        }
        Ok(())
    }

    fn link_to(seen: &Seen, parent: &TagName) -> Option<ParentLink> {
        seen.links.iter().find(|link| link.parent == *parent).cloned()
    }
}

impl Operation for SwapParent {
    const NAME: &'static str = "koji swap-parent";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tag(&self.child).tag(&self.old).tag(&self.new)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        self.makes_sense()?;
        let koji = services.koji;
        let mut tags = koji.settings(&[self.child.clone(), self.old.clone(), self.new.clone()])?.into_iter();
        let mut next = || tags.next().flatten();
        let mut seen = Seen { child: next(), old: next(), new: next(), ..Seen::default() };
        if seen.child.is_some() {
            seen.links = koji.parents(std::slice::from_ref(&self.child))?.pop().unwrap_or_default();
        }
        if seen.new.is_some() {
            seen.above = koji.inheritance(&self.new)?;
        }
        Ok(seen)
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        self.makes_sense()?;
        let Self { child, old, new } = self;
        let mut plan = Plan::default();
        for (name, tag) in [(child, &seen.child), (new, &seen.new)] {
            if tag.is_none() {
                plan.refuse(name, "the hub has no such tag");
            }
        }
        let (Some(_), Some(parent)) = (&seen.child, &seen.new) else {
            return Ok(plan);
        };
        match (Self::link_to(seen, old), Self::link_to(seen, new)) {
            (None, Some(_)) => plan.leave_out(child, format!("already inherits from {new} and not from {old}")),
            (Some(_), Some(link)) => {
                let priority = link.priority;
                plan.refuse(child, format!("it inherits from {old} and, with priority {priority}, from {new} as well"));
            }
            (None, None) if seen.old.is_none() => plan.refuse(old, "the hub has no such tag"),
            (None, None) => plan.refuse(child, format!("it does not inherit from {old}")),
            // koji does not refuse a loop; it cuts it somewhere when it looks for builds.
            (Some(_), None) if seen.above.iter().any(|above| above.name == *child) => {
                plan.refuse(child, format!("{new} inherits from it: that would be a loop"));
            }
            (Some(link), None) => {
                let swapped = ParentLink { parent: parent.name.clone(), parent_id: Some(parent.id), ..link.clone() };
                plan.push(TagChange::EditInheritance { tag: child.clone(), unlink: vec![link], link: vec![swapped] });
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, same};
    use super::*;
    use crate::plan::{Change, KojiChange};

    fn hub() -> Hub {
        ["f42", "f43", "f44", "eln", "f43-updates", "f43-build"]
            .iter()
            .fold(Hub::new(), |hub, tag| hub.tag(tag))
            .linked("f43", "f42", 0)
            .linked("f43-updates", "f43", 0)
            .linked("eln", "f42", 5)
            .linked("eln", "f43", 10)
            .linked("eln", "f43-build", 20)
    }

    fn swap(child: &str, old: &str, new: &str) -> SwapParent {
        SwapParent { child: child.parse().unwrap(), old: old.parse().unwrap(), new: new.parse().unwrap() }
    }

    #[test]
    fn what_is_planned() {
        let table = [
            ("eln f43 f44", "0 make eln inherit from f44 instead of f43"),
            ("eln f44 f43", "- eln: already inherits from f43 and not from f44"),
            ("eln f43 f42", "! eln: it inherits from f43 and, with priority 5, from f42 as well"),
            ("f43-updates f42 f44", "! f43-updates: it does not inherit from f42"),
            ("f43 f42 f43-updates", "! f43: f43-updates inherits from it: that would be a loop"),
            ("f43 f99 f44", "! f99: the hub has no such tag"),
            // An old parent that was deleted took its links with it.
            ("f99 f43 f98", "! f99: the hub has no such tag\n! f98: the hub has no such tag"),
            ("f43 f42 f42", "error: f42 is both the parent to lose and the parent to get"),
            ("f43 f42 f43", "error: f43 cannot inherit from itself"),
        ];
        for (words, expected) in table {
            let [child, old, new] = words.split(' ').collect::<Vec<_>>().try_into().unwrap();
            same(words, &hub().text(&swap(child, old, new)), expected);
        }
    }

    /// Taken out and put in again by hand, a parent loses its priority and conditions, and with
    /// them its place.
    #[test]
    fn priority_and_conditions_stay() {
        let hub = hub();
        let plan = hub.plan(&swap("eln", "f43", "f44")).unwrap();
        let Change::Koji(KojiChange::Tag(TagChange::EditInheritance { unlink, link, .. })) = &plan.steps()[0].change
        else {
            panic!("{plan:?}")
        };
        let old = &unlink[0];
        let new = ParentLink {
            parent: "f44".parse().unwrap(),
            parent_id: Some(hub.tag_of(&"f44".parse().unwrap()).id),
            ..old.clone()
        };
        assert_eq!((link.as_slice(), new.priority), (&[new.clone()][..], 10));
    }
}
