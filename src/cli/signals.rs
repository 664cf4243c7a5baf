// SPDX-License-Identifier: GPL-3.0-or-later
//! Ctrl-C: the first one asks to stop at the next safe point, the second one ends at once.
//! SIGTERM and SIGHUP count as well.

use crate::error::Kind;
use crate::output::{Complaint, complain, restore_terminal};
use crate::pipeline::Stop;
use crate::{Error, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// A second signal that comes sooner is the first one again: the terminal and the question on it
/// each raise one, and `timeout` and job control send to the process and to its group.
const ECHO: Duration = Duration::from_millis(300);

/// From now on a signal sets `stop`; another one ends the process with the exit code of `at_once`,
/// if there is one, or as partial where something may have been changed. (What must be recorded to
/// its end is not to be ended at once.)
/// Signals that whoever started flr has switched off (`nohup`, a job in the background) stay off.
pub fn heed(stop: &Stop, at_once: Option<Kind>) -> Result<()> {
    let ignored = ignored();
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter();
    let heeded = wanted.filter(|signal| ignored & (1 << (signal - 1)) == 0);
    let mut signals =
        Signals::new(heeded.collect::<Vec<_>>()).map_err(|e| Error::failed(format!("cannot handle signals: {e}")))?;
    let stop = stop.clone();
    std::thread::spawn(move || {
        let mut first: Option<Instant> = None;
        for _ in &mut signals {
            stop.set();
            let insists = first.is_some();
            let first = *first.get_or_insert_with(Instant::now);
            if !insists {
                std::thread::spawn(move || tell(at_once.is_some()));
            }
            if first.elapsed() > ECHO
                && let Some(at_once) = at_once
            {
                let kind = if stop.has_begun() { Kind::Partial } else { at_once };
                restore_terminal();
                signal_hook::low_level::exit(kind.exit_code().into());
            }
        }
    });
    Ok(())
}

/// Says on a terminal that the wish was heard, unless that was the end of it.
fn tell(can_insist: bool) {
    std::thread::sleep(ECHO);
    if !std::io::stderr().is_terminal() {
        return;
    }
    complain(Complaint::Note(match can_insist {
        true => "stopping at the next safe point; Ctrl-C again ends at once",
        false => "stopping at the next safe point",
    }));
}

/// The set of signals that this process ignores, as the kernel shows it; nothing if it does not.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or_default()
}
