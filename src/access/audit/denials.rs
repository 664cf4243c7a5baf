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
