// SPDX-License-Identifier: GPL-3.0-or-later
//! How many changes of a day a clause still covers.

use super::log::Locked;
use super::state::Kept;
use crate::error::Kind;
use crate::{Error, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// What a caller has used on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Day {
    day: String,
    used: BTreeMap<String, u64>,
}

/// Reserves `n` changes of today's (UTC) `per_day` of the clause `clause` for `caller`. They are on
/// disk when it returns and are not given back, whatever becomes of the run. `state` is the
/// account's own directory; the lock of its log makes parallel runs count one after the other.
///
/// # Errors
/// [`Kind::NotPermitted`]: they are more than are left. [`Kind::Unsafe`]: what was used cannot be
/// read or written.
pub fn reserve(locked: &Locked<'_>, state: &Path, caller: &str, clause: &str, per_day: u64, n: u64) -> Result<()> {
    let kept = Kept::of(state, "counters", caller);
    let today = locked.now().to_zoned(TimeZone::UTC).date();
    let mut day = match kept.load()? {
        Some(bytes) => {
            let day: Day = serde_json::from_slice(&bytes).map_err(|e| kept.damaged(&e.to_string()))?;
            let date: Date = day.day.parse().map_err(|_| kept.damaged("its day is no date"))?;
            // A day to come: the clock was wrong, then or now. Nobody gets a second day for that.
            if date >= today { day } else { Day::new(today) }
        }
        None => Day::new(today),
    };
    let used = day.used.get(clause).copied().unwrap_or(0);
    let then = used.checked_add(n).filter(|then| *then <= per_day).ok_or_else(|| {
        let what = format!("{n} more would exceed per_day of {clause}: {used} of {per_day} are used on {}", day.day);
        Error::new(Kind::NotPermitted, what).hint("days end at 00:00 UTC")
    })?;
    if n > 0 {
        day.used.insert(clause.to_owned(), then);
        kept.save(&day)?;
    }
    Ok(())
}

impl Day {
    fn new(date: Date) -> Self {
        Self { day: date.to_string(), used: BTreeMap::new() }
    }
}
