// SPDX-License-Identifier: GPL-3.0-or-later
//! Unlocks a tag.

use super::exists;
use crate::Result;
use crate::access::Dimensions;
use crate::koji::Tag;
use crate::names::TagName;
use crate::pipeline::{Operation, Readers};
use crate::plan::{Plan, TagChange};
use serde::{Deserialize, Serialize};

/// `tag` is not locked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlockTag {
    /// The tag.
    pub tag: TagName,
}

impl Operation for UnlockTag {
    const NAME: &'static str = "koji unlock-tag";
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
            Some(tag) if !tag.locked => plan.leave_out(&self.tag, "not locked"),
            Some(_) => drop(plan.push(TagChange::UnlockTag { tag: self.tag.clone() })),
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
            [("f43", "- f43: not locked"), ("f42", "0 unlock tag f42"), ("f99", "! f99: the hub has no such tag")];
        for (tag, expected) in table {
            same(tag, &hub.text(&UnlockTag { tag: tag.parse().unwrap() }), expected);
        }
        assert_eq!(hub.calls(), ["getTag f43", "getTag f42", "getTag f99"]);
    }
}
