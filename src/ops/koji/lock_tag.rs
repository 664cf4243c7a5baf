// SPDX-License-Identifier: GPL-3.0-or-later
//! Locks a tag.

use super::exists;
use crate::Result;
use crate::access::Dimensions;
use crate::koji::Tag;
use crate::names::TagName;
use crate::pipeline::{Operation, Readers};
use crate::plan::{Plan, TagChange};
use serde::{Deserialize, Serialize};

/// `tag` is locked: nothing can be tagged into it or untagged from it.
///
/// A lock stops neither package lists nor inheritance nor settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockTag {
    /// The tag.
    pub tag: TagName,
}

impl Operation for LockTag {
    const NAME: &'static str = "koji lock-tag";
    type Seen = Option<Tag>;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tag(&self.tag)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Option<Tag>> {
        services.koji.tag(&self.tag)
    }

    fn plan(&self, seen: &Option<Tag>) -> Result<Plan> {
        let mut plan = Plan::default();
        match exists(&mut plan, &self.tag, seen.as_ref()) {
            Some(tag) if tag.locked => plan.leave_out(&self.tag, "already locked"),
            Some(_) => drop(plan.push(TagChange::LockTag { tag: self.tag.clone() })),
            None => {}
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, same};
    use super::*;

    #[test]
    fn what_is_planned() {
        let hub = Hub::new().tag("f43").locked("f42");
        let table =
            [("f43", "0 lock tag f43"), ("f42", "- f42: already locked"), ("f99", "! f99: the hub has no such tag")];
        for (tag, expected) in table {
            same(tag, &hub.text(&LockTag { tag: tag.parse().unwrap() }), expected);
        }
        assert_eq!(hub.calls(), ["getTag f43", "getTag f42", "getTag f99"]);
    }
}
