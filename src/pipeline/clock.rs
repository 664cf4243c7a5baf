// SPDX-License-Identifier: GPL-3.0-or-later
//! What time it is, and the names that are made of it.
#![allow(clippy::disallowed_methods, reason = "the pipeline is one of the two rooms that know what time it is")]

use crate::names::RunId;
use crate::{Error, Result};
use jiff::Timestamp;
use std::hash::{BuildHasher, RandomState};

/// Now, UTC, to the second: `2026-11-21T21:30:07Z`.
pub(super) fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A name for a run that begins now; names of later runs sort behind it.
pub(super) fn run_id(attempt: u32) -> Result<RunId> {
    // The standard library seeds its hashers at random; nothing here must be hard to guess.
    let salt = RandomState::new().hash_one(attempt) & 0xffff;
    let text = format!("{}-{salt:04x}", Timestamp::now().strftime("%Y%m%d-%H%M%S"));
    text.parse().map_err(|e| Error::failed(format!("cannot name the run: {e}")))
}
