// SPDX-License-Identifier: GPL-3.0-or-later
//! What time it is, for grants and the audit log.
#![allow(clippy::disallowed_methods, reason = "a grant ends and a record is made at a time")]

use jiff::Timestamp;

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}
