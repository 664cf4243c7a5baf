// SPDX-License-Identifier: GPL-3.0-or-later
//! What time it is, for grants that expire and records that must be in order.
#![allow(clippy::disallowed_methods, reason = "the one place of this room that knows what time it is")]

use jiff::Timestamp;
use nix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// Now, by the host's clock. Whoever may set the clock may choose it: judge expiry by the newest time
/// in the audit log as well.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Milliseconds since the machine was started, in which nobody can go back. Zero if the kernel does
/// not say.
pub fn since_boot() -> u64 {
    let elapsed = clock_gettime(ClockId::CLOCK_BOOTTIME).map(Duration::from).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

/// When this was written: a clock that says less is wrong, and no grant can be judged by it.
pub const WRITTEN: Timestamp = Timestamp::constant(1_795_000_000, 0);
