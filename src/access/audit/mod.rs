// SPDX-License-Identifier: GPL-3.0-or-later
//! What privileged flr was asked to do and did, written down before it happens.
//!
//! One log for each service account, `/var/log/flr/ACCOUNT.jsonl`: JSON lines, each with the hash of
//! the line before it. The account can write its own log, so the append-only attribute (root's) keeps
//! it from rewriting what is there, and the number and hash of every record go to the system log,
//! which leaves the host. [`verify`] compares.
//!
//! # Rotation
//!
//! Root moves the log to a name that begins with the old one, `flr-koji.jsonl.1` or
//! `flr-koji.jsonl-20261121`, and puts an empty file of the same owner and mode in its place:
//!
//! ```text
//! cd /var/log/flr && L=flr-koji.jsonl && chattr -a $L && mv $L $L-$(date -u +%Y%m%d) &&
//!     install -o root -g flr-koji -m 0660 /dev/null $L && chattr +a $L
//! ```
//!
//! or has `logrotate` do the same (`create`, `delaycompress`, `chattr` before and after; neither
//! `copytruncate` nor `compress` without `delaycompress`). The first record of an empty log goes on
//! from the last record of the newest of those files, so numbers and hashes run through. Runs that
//! hold the old file notice; those that come while there is no file wait for it. Whoever removes all
//! old files as well begins a new chain.

mod counters;
mod denials;
mod end;
mod heads;
mod lines;
mod log;
mod record;
mod runs;
mod state;
mod story;
mod syslog;
mod verify;

pub use counters::reserve;
pub use denials::{Denied, deny};
pub use heads::Heads;
pub use lines::{LogFiles, logs_in, logs_of};
pub use log::{Appended, AuditLog, Locked};
pub use record::{Body, Event, FORMAT, NO_LINE, Outcomes, Record, Who, hash, words};
pub use runs::OpenIntent;
pub use syslog::Syslog;
pub use verify::{Finding, Verified, What, verify};

#[cfg(test)]
mod tests;
