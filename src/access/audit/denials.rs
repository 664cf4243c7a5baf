// SPDX-License-Identifier: GPL-3.0-or-later
//! Denials are written down too, but a caller in a loop cannot fill the disk with them.

use super::log::{Appended, AuditLog, Locked};
use super::record::{Body, Event, stamped};
use super::state::Kept;
use crate::Result;
use crate::access::clock;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// So many denials of one caller are written in one window.
const MOST: u64 = 10;

/// A window, milliseconds.
const WINDOW: u64 = 60_000;

/// What became of a denial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// It has a record.
    Recorded(Appended),
    /// It was counted: the how manieth one of this window without a record.
    Counted(u64),
}

/// The denials of one caller since a window began.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Window {
    /// Milliseconds since the machine was started: nobody can set that clock.
    began: u64,
    /// The same for people.
    since: String,
    /// Denials that have a record.
    written: u64,
    /// Denials that do not.
    suppressed: u64,
}

/// Writes down a denial: at most ten a minute for each caller, then one record that further ones are
/// only counted. The next denial after that minute begins with a record of how many they were.
/// `state` is the account's own directory.
///
/// # Errors
/// The log or the count cannot be written. The denial stands all the same.
pub fn deny(log: &AuditLog, state: &Path, body: Body) -> Result<Denied> {
    log.with_lock(|locked| judge(locked, state, body, clock::since_boot()))
}

fn judge(locked: &mut Locked<'_>, state: &Path, body: Body, now: u64) -> Result<Denied> {
    let kept = Kept::of(state, "denials", &body.caller.name);
    // A count that was damaged begins anew: more is written then, not less.
    let window = kept.load()?.and_then(|bytes| serde_json::from_slice::<Window>(&bytes).ok());
    let mut window = match window {
        // A machine that was started later than that has another clock.
        Some(window) if window.began <= now && now - window.began < WINDOW => window,
        over => {
            if let Some(Window { since, suppressed: n @ 1.., .. }) = over {
                let reason = format!("denials since {since} that have no record of their own");
                let summary = Body::new(Event::Deny, body.caller.clone());
                locked.append(Body { suppressed: Some(n), reason: Some(reason), ..summary })?;
            }
            Window { began: now, since: stamped(locked.now()), ..Window::default() }
        }
    };
    if window.written < MOST {
        window.written += 1;
        kept.save(&window)?;
        return locked.append(body).map(Denied::Recorded);
    }
    window.suppressed = window.suppressed.saturating_add(1);
    kept.save(&window)?;
    if window.suppressed == 1 {
        let reason = format!("{MOST} denials since {}: further ones of this minute are counted", window.since);
        locked.append(Body { reason: Some(reason), ..Body::new(Event::Deny, body.caller) })?;
    }
    Ok(Denied::Counted(window.suppressed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::audit::tests::{Bench, denial, kim};
    use crate::access::audit::{Record, Who};

    fn at(bench: &Bench, now: u64, body: Body) -> Denied {
        bench.log().with_lock(|locked| judge(locked, bench.dir.path(), body, now)).unwrap()
    }

    fn said(records: &[Record]) -> Vec<(String, Option<u64>)> {
        records.iter().map(|r| (r.body.reason.clone().unwrap_or_default(), r.body.suppressed)).collect()
    }

    #[test]
    fn a_loop_of_denials_fills_no_disk() {
        let bench = Bench::new();
        for n in 0..1000 {
            let denied = at(&bench, 100_000 + n, denial("no"));
            assert_eq!(matches!(denied, Denied::Recorded(_)), n < 10, "{n}");
        }
        let records = bench.records();
        assert_eq!(records.len(), 11);
        assert!(said(&records)[10].0.starts_with("10 denials since 20"), "{:?}", said(&records));
        assert!(said(&records)[10].0.ends_with(": further ones of this minute are counted"));

        // Another caller is not affected.
        let sam = Who { name: "sam".into(), ..kim() };
        assert!(matches!(at(&bench, 100_500, Body::new(Event::Deny, sam)), Denied::Recorded(_)));

        // The next minute.
        assert!(matches!(at(&bench, 159_999, denial("no")), Denied::Counted(991)));
        assert!(matches!(at(&bench, 160_000, denial("later")), Denied::Recorded(_)));
        let records = bench.records();
        let said = said(&records[12..]);
        assert_eq!((said[0].1, said[1].0.as_str(), said.len()), (Some(991), "later", 2));
        // Nothing was suppressed: no summary.
        at(&bench, 300_000, denial("much later"));
        assert_eq!(bench.records().len(), 15);
        assert_eq!(bench.findings(), []);
    }

    #[test]
    fn a_machine_that_was_started_anew_has_a_new_clock() {
        let bench = Bench::new();
        (0..12).for_each(|_| drop(at(&bench, 1_000_000, denial("no"))));
        assert!(matches!(at(&bench, 5, denial("no")), Denied::Recorded(_)));
        assert_eq!(bench.records()[11].body.suppressed, Some(2));
    }

    #[test]
    fn a_damaged_count_begins_anew() {
        let bench = Bench::new();
        (0..12).for_each(|_| drop(at(&bench, 5, denial("no"))));
        std::fs::write(bench.dir.path().join("denials/kim.json"), "{").unwrap();
        assert!(matches!(at(&bench, 6, denial("no")), Denied::Recorded(_)));
    }

    #[test]
    fn forty_at_once_are_counted_right() {
        let bench = Bench::new();
        let recorded: usize = std::thread::scope(|scope| {
            let run = || matches!(deny(&bench.log(), bench.dir.path(), denial("no")).unwrap(), Denied::Recorded(_));
            let runs: Vec<_> = (0..40).map(|_| scope.spawn(run)).collect();
            runs.into_iter().map(|run| usize::from(run.join().unwrap())).sum()
        });
        assert_eq!((recorded, bench.records().len()), (10, 11));
        let window = std::fs::read(bench.dir.path().join("denials/kim.json")).unwrap();
        let window: Window = serde_json::from_slice(&window).unwrap();
        assert_eq!((window.written, window.suppressed), (10, 30));
        assert_eq!(bench.findings(), []);
    }
}
