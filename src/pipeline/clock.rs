// SPDX-License-Identifier: GPL-3.0-or-later
//! What time it is, and the names that are made of it.
#![allow(clippy::disallowed_methods, reason = "the pipeline is one of the few places that know what time it is")]

use crate::names::RunId;
use crate::{Error, Result};
use jiff::Timestamp;

/// Now, UTC, to the second: `2026-11-21T21:30:07Z`.
pub(super) fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Now, for those who reckon with ages.
pub fn timestamp() -> Timestamp {
    Timestamp::now()
}

/// A name for a run that begins now; names of later runs sort behind it, also within a second: the
/// last four digits count its 65,536th parts.
pub(super) fn run_id() -> Result<RunId> {
    let now = Timestamp::now();
    let part = i64::from(now.subsec_nanosecond().max(0)) * 0x1_0000 / 1_000_000_000;
    let text = format!("{}-{part:04x}", now.strftime("%Y%m%d-%H%M%S"));
    text.parse().map_err(|e| Error::failed(format!("cannot name the run: {e}")))
}
