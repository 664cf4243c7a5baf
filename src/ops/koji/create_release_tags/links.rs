// SPDX-License-Identifier: GPL-3.0-or-later
//! What a tag inherits from.

use super::{Making, UNKNOWN};
use crate::koji::ParentLink;
use crate::plan::TagChange;
use crate::release::layout::{LinkShape, TagShape};

impl Making<'_> {
    /// Changes all links of a tag at once: there is no moment without a parent.
    pub(super) fn links(&mut self, shape: &TagShape) {
        let tag = &shape.name;
        let now: &[ParentLink] = self.now(tag).map_or(&[], |seen| &seen.parents);
        let wanted: Vec<ParentLink> = shape.parents.iter().map(|link| self.link(link)).collect();
        let link: Vec<ParentLink> =
            wanted.iter().filter(|new| !now.iter().any(|old| old.is_like(new))).cloned().collect();
        let mut unlink = Vec::new();
        for old in now {
            match wanted.iter().find(|new| new.parent == old.parent) {
                Some(new) if new.is_like(old) => {}
                None if self.stays(shape, old) => {
                    self.plan.leave_out(format!("parent {} of {tag}", old.parent), UNKNOWN)
                }
                _ => unlink.push(old.clone()),
            }
        }
        if link.is_empty() && unlink.is_empty() {
            return;
        }
        if let Some(old) = unlink.first().filter(|_| shape.moves) {
            let new = link
                .first()
                .map(|new| format!("; `flr koji swap-parent {tag} {} {}` moves it", old.parent, new.parent));
            let why = format!("it follows {} still{}", old.parent, new.unwrap_or_default());
            return self.plan.leave_out(tag, why);
        }
        let parents = link.iter().filter_map(|new| self.made.get(&new.parent)).max();
        let after = self.made.get(tag).or(parents).copied();
        self.plan.push_after(after, TagChange::EditInheritance { tag: tag.clone(), unlink, link });
    }

    /// Whether a tag keeps a parent. A hub takes each priority once: what stands where another is wanted is replaced.
    pub(super) fn stays(&self, shape: &TagShape, old: &ParentLink) -> bool {
        let wanted = |new: &LinkShape| new.tag == old.parent;
        let in_the_way = |new: &LinkShape| new.priority == old.priority;
        shape.parents.iter().any(wanted) || !(self.request.prune || shape.parents.iter().any(in_the_way))
    }

    /// The number of a parent that the plan makes is not known before.
    fn link(&self, shape: &LinkShape) -> ParentLink {
        ParentLink {
            parent: shape.tag.clone(),
            parent_id: self.now(&shape.tag).map(|seen| seen.settings.id),
            priority: shape.priority,
            maxdepth: shape.maxdepth,
            intransitive: shape.intransitive,
            noconfig: shape.noconfig,
            pkg_filter: String::new(),
        }
    }
}
