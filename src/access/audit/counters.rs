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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::audit::tests::{Bench, denial};
    use jiff::ToSpan;

    fn take(bench: &Bench, caller: &str, clause: &str, n: u64) -> Result<()> {
        bench.log().with_lock(|locked| reserve(locked, bench.dir.path(), caller, clause, 10, n))
    }

    #[test]
    fn what_is_reserved_is_gone_for_the_day() {
        let bench = Bench::new();
        take(&bench, "kim", "a", 7).unwrap();
        take(&bench, "kim", "a", 0).unwrap();
        let error = take(&bench, "kim", "a", 4).unwrap_err();
        assert_eq!(error.kind, Kind::NotPermitted);
        assert!(error.what.starts_with("4 more would exceed per_day of a: 7 of 10 are used on 20"), "{error}");
        take(&bench, "kim", "a", 3).unwrap();
        for n in [1, u64::MAX] {
            assert_eq!(take(&bench, "kim", "a", n).unwrap_err().kind, Kind::NotPermitted);
        }
        // Others have their own.
        take(&bench, "kim", "b", 10).unwrap();
        take(&bench, "sam", "a", 10).unwrap();
        assert!(take(&bench, "sam", "b", 11).is_err());
    }

    #[test]
    fn parallel_runs_share_what_there_is() {
        let bench = Bench::new();
        let had: usize = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..40).map(|_| scope.spawn(|| take(&bench, "kim", "a", 1).is_ok())).collect();
            runs.into_iter().map(|run| usize::from(run.join().unwrap())).sum()
        });
        assert_eq!(had, 10);
    }

    /// The log's newest record tells a later day than the clock does; then it is that day.
    #[test]
    fn a_new_day_begins_anew_and_an_old_one_does_not_come_back() {
        let bench = Bench::new();
        let log = bench.log();
        take(&bench, "kim", "a", 10).unwrap();
        let now = log.append(denial("x")).unwrap().time;
        bench.last_written_at(now + 24.hours());
        take(&bench, "kim", "a", 10).unwrap();
        // The log is begun anew and the clock tells the day before.
        std::fs::write(bench.path(), "").unwrap();
        assert_eq!(take(&bench, "kim", "a", 1).unwrap_err().kind, Kind::NotPermitted);
    }

    #[test]
    fn what_cannot_be_read_is_no_zero() {
        let bench = Bench::new();
        take(&bench, "kim", "a", 1).unwrap();
        let path = bench.dir.path().join("counters/kim.json");
        for damaged in ["", "{}", "{\"day\":\"someday\",\"used\":{}}", "{\"day\":\"2026-11-21\",\"used\":{\"a\":-1}}"] {
            std::fs::write(&path, damaged).unwrap();
            let error = take(&bench, "kim", "a", 1).unwrap_err();
            assert_eq!(error.kind, Kind::Unsafe, "{damaged}");
            assert!(error.what.contains("counters/kim.json cannot be used ("), "{error}");
        }
    }
}
