// SPDX-License-Identifier: GPL-3.0-or-later
//! What a tag that is there, or is made as a copy, is set to.

use super::{Making, UNKNOWN};
use crate::koji::{Extra, TagSettings};
use crate::plan::TagChange;
use crate::release::layout::TagShape;

impl Making<'_> {
    /// Sets what is set otherwise. A tag that is made from nothing is made right.
    pub(super) fn settings(&mut self, shape: &TagShape) {
        let name = &shape.name;
        let source = self.source_of(name).and_then(|source| self.now(source));
        let Some(now) = self.now(name).or(source).map(|seen| &seen.settings) else {
            if shape.locked {
                let after = self.made.get(name).copied();
                self.plan.push_after(after, TagChange::LockTag { tag: name.clone() });
            }
            return;
        };
        let after = self.made.get(name).copied();
        let mut push = |change: TagChange| {
            self.plan.push_after(after, change);
        };
        let tag = || name.clone();
        if now.locked && !shape.locked {
            push(TagChange::UnlockTag { tag: tag() });
        }
        if now.perm != shape.perm {
            push(TagChange::SetTagPermission { tag: tag(), perm: shape.perm.clone(), before: now.perm.clone() });
        }
        if now.arch_list() != shape.arches.split_whitespace().collect::<Vec<_>>() {
            let arches = Some(shape.arches.clone()).filter(|arches| !arches.is_empty());
            push(TagChange::SetTagArches { tag: tag(), arches, before: now.arches.clone() });
        }
        for (key, value) in &shape.extra {
            let before = match (now.extra.get(key), self.seen.blocked.get(name)) {
                (Some(value), _) => Extra::Value(value.clone()),
                (None, Some(history)) => history.extra(key).value,
                (None, None) => Extra::Unset,
            };
            let to = Extra::Value(value.clone());
            if before != to {
                push(TagChange::SetTagExtra { tag: tag(), key: key.clone(), to, before });
            }
        }
        if shape.locked && !now.locked {
            push(TagChange::LockTag { tag: tag() });
        }
        if self.now(name).is_some() {
            self.further(shape, now);
        }
    }

    /// Settings that the layout does not know. A copy has them of its source, and keeps them.
    fn further(&mut self, shape: &TagShape, now: &TagSettings) {
        for (key, value) in now.extra.iter().filter(|(key, _)| !shape.extra.contains_key(*key)) {
            match self.request.prune {
                true => {
                    let (tag, key) = (shape.name.clone(), key.clone());
                    let (before, to) = (Extra::Value(value.clone()), Extra::Unset);
                    self.plan.push(TagChange::SetTagExtra { tag, key, to, before });
                }
                false => self.plan.leave_out(format!("extra {key} of {}", shape.name), UNKNOWN),
            }
        }
    }
}
