// SPDX-License-Identifier: GPL-3.0-or-later
//! The numbers of parents that the plan itself makes: a hub takes links by number alone.

use crate::Result;
use crate::koji::Reader;
use crate::names::TagName;
use crate::plan::{KojiChange, TagChange};
use std::collections::{BTreeMap, BTreeSet};

/// By name, the numbers of tags that exist.
pub(super) type Numbers = BTreeMap<TagName, u64>;

/// Asks for the numbers that `changes` need and that were not known when they were planned: one
/// request, none if all were.
pub(super) fn numbers<'c>(changes: impl Iterator<Item = &'c KojiChange>, koji: &dyn Reader) -> Result<Numbers> {
    let mut unknown = BTreeSet::new();
    for change in changes {
        if let KojiChange::Tag(TagChange::EditInheritance { unlink, link, .. }) = change {
            let unnumbered = unlink.iter().chain(link).filter(|link| link.parent_id.is_none());
            unknown.extend(unnumbered.map(|link| link.parent.clone()));
        }
    }
    if unknown.is_empty() {
        return Ok(Numbers::new());
    }
    let names: Vec<TagName> = unknown.into_iter().collect();
    let found = koji.settings(&names)?;
    Ok(found.into_iter().flatten().map(|tag| (tag.name, tag.id)).collect())
}
