// SPDX-License-Identifier: GPL-3.0-or-later
//! The wish to stop, and waiting that heeds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Set once by Ctrl-C (or by whoever embeds the library): the road stops at the next safe point.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    wish: Arc<AtomicBool>,
    begun: Arc<AtomicBool>,
}

impl Stop {
    /// Nobody wishes to stop yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Wishes to stop.
    pub fn set(&self) {
        self.wish.store(true, Ordering::SeqCst);
    }

    /// Whether somebody wishes to stop.
    pub fn is_set(&self) -> bool {
        self.wish.load(Ordering::SeqCst)
    }

    /// The flag itself, for signal handlers.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.wish)
    }

    /// From now on something may have been changed.
    pub(super) fn begin(&self) {
        self.begun.store(true, Ordering::SeqCst);
    }

    /// Whether something may have been changed: whoever insists on an end must know.
    pub fn has_begun(&self) -> bool {
        self.begun.load(Ordering::SeqCst)
    }

    /// Waits for `pause` or until somebody wishes to stop; `false` if so.
    pub fn sleep(&self, pause: Duration) -> bool {
        let end = Instant::now() + pause;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if self.is_set() {
                return false;
            }
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(Duration::from_millis(50)));
        }
    }
}
