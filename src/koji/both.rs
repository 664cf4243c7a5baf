// SPDX-License-Identifier: GPL-3.0-or-later
//! Two tags read at the same time: each answer may be long, and they may be of two hubs.

use super::{Reader, Tagged, TaggedBuild};
use crate::{Error, Result};

/// The builds of both.
pub fn tagged_in_both(
    (hub_a, a): (&dyn Reader, &Tagged),
    (hub_b, b): (&dyn Reader, &Tagged),
) -> Result<(Vec<TaggedBuild>, Vec<TaggedBuild>)> {
    let (a, b) = std::thread::scope(|scope| {
        let b = scope.spawn(|| hub_b.tagged(b));
        (hub_a.tagged(a), b.join())
    });
    let b = b.unwrap_or_else(|_| Err(Error::failed("the second tag could not be read")));
    Ok((a?, b?))
}
