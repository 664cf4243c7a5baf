// SPDX-License-Identifier: GPL-3.0-or-later
//! Waiting for a hub that is away: bounded, said aloud, and ended by a stop flag.

use crate::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Takes one line about what is being waited for and how long. The line may hold foreign text.
pub type Notices = Arc<dyn Fn(&str) + Send + Sync>;

/// How often and how long the client waits.
#[derive(Clone)]
pub(super) struct Patience {
    /// Tries after the first one.
    pub retries: u32,
    /// Between two tries at a hub that is away.
    pub interval: Duration,
    /// Before a request whose answer was lost is sent again. Two copies sent in the same instant can
    /// both run in spite of their number; from a second on none was seen to.
    pub resend: Duration,
    pub notices: Notices,
    /// Ends every pause early.
    pub stop: Arc<AtomicBool>,
}

impl Patience {
    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(super) fn say(&self, line: &str) {
        (self.notices)(line);
    }

    /// Waits before try number `next` (the first one is 1), saying why. `false`: it is over, either
    /// because there were tries enough or because somebody asked to stop.
    pub(super) fn wait(&self, pause: Duration, next: u32, why: &Error) -> bool {
        if next > self.retries.saturating_add(1) || self.stopped() {
            return false;
        }
        self.say(&format!(
            "{why}; trying again in {} (try {next} of {})",
            seconds(pause),
            self.retries.saturating_add(1)
        ));
        let end = Instant::now() + pause;
        loop {
            if self.stopped() {
                return false;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(Duration::from_millis(50)));
        }
    }
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience")
            .field("retries", &self.retries)
            .field("interval", &self.interval)
            .field("resend", &self.resend)
            .finish_non_exhaustive()
    }
}

fn seconds(pause: Duration) -> String {
    match pause.as_secs() {
        0 => format!("{} ms", pause.as_millis()),
        seconds => format!("{seconds} s"),
    }
}
