// SPDX-License-Identifier: GPL-3.0-or-later
//! Runs that said what they were about to do and never how it ended.

use super::end::read_from;
use super::log::AuditLog;
use super::record::{Event, Record};
use crate::Result;
use crate::names::RunId;
use jiff::Timestamp;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use std::collections::BTreeMap;

/// So much of the end of the log is looked at, in bytes.
const LOOKED_AT: u64 = 256 * 1024;

/// An intent without a result whose process is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIntent {
    /// Its number.
    pub seq: u64,
    /// Its time.
    pub time: Timestamp,
    /// The run, if any of its records names it.
    pub run: Option<RunId>,
    /// The command.
    pub command: Option<String>,
}

impl AuditLog {
    /// The intents of `caller` near the end of the log that have no result, and whose process is
    /// gone: what became of those runs is in their journals only.
    pub fn open_intents(&self, caller: &str) -> Result<Vec<OpenIntent>> {
        let bytes = self.with_lock(|locked| {
            let len = locked.file.metadata().map_or(0, |meta| meta.len());
            // What cannot be read here was read a moment ago; it is only mentioned.
            Ok(read_from(locked.file, len.saturating_sub(LOOKED_AT), len).unwrap_or_default())
        })?;
        let mut open = BTreeMap::new();
        for record in bytes.split(|b| *b == b'\n').filter_map(|line| Record::read(line).ok()) {
            match (record.body.event, record.body.intent) {
                (Event::Intent, _) if record.body.caller.name == caller => drop(open.insert(record.seq, record)),
                (event, Some(intent)) if event.ends_a_run() => {
                    open.remove(&intent);
                    // It may have been taken up again, and ended then.
                    open.retain(|_, begun| begun.body.run.is_none() || begun.body.run != record.body.run);
                }
                (_, Some(intent)) => {
                    if let Some(of_run) = open.get_mut(&intent) {
                        of_run.body.run = of_run.body.run.take().or(record.body.run);
                    }
                }
                _ => {}
            }
        }
        let gone = open.into_values().filter(|intent| !is_running(intent.pid, intent.mono));
        Ok(gone
            .map(|Record { seq, time, body, .. }| OpenIntent { seq, time, run: body.run, command: body.command })
            .collect())
    }
}

/// Whether the process that wrote a record on this host `mono` milliseconds after its start is still
/// there. One that came later by the same number is another one.
pub(super) fn is_running(pid: u32, mono: u64) -> bool {
    let Some(pid) = i32::try_from(pid).ok().filter(|pid| *pid > 0) else {
        return false;
    };
    if kill(Pid::from_raw(pid), None) == Err(nix::errno::Errno::ESRCH) {
        return false;
    }
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name before it may hold anything. Ticks of the kernel's interface are hundredths.
    let words = stat.rsplit_once(") ").map(|(_, rest)| rest.split(' '));
    let started = words.and_then(|mut words| words.nth(19)).and_then(|ticks| ticks.parse::<u64>().ok());
    started.is_none_or(|ticks| ticks.saturating_mul(10) <= mono.saturating_add(1000))
}

#[cfg(test)]
mod tests {
    use super::is_running;
    use crate::access::clock;

    #[test]
    fn a_process_is_told_from_a_later_one_of_its_number() {
        let now = clock::since_boot();
        assert!(is_running(std::process::id(), now));
        assert!(!is_running(std::process::id(), 0), "it began later than that");
        assert!(!is_running(0, now) && !is_running(u32::MAX, now));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        assert!(!is_running(child.id(), now));
    }
}
