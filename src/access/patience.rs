// SPDX-License-Identifier: GPL-3.0-or-later
//! Standard input that somebody else writes: it must have come after some time.

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// Reads standard input until its end or until the time is over.
#[derive(Debug)]
pub struct PatientStdin {
    until: Instant,
    patience: Duration,
}

impl PatientStdin {
    /// The time begins now.
    pub fn new(patience: Duration) -> Self {
        Self { until: Instant::now() + patience, patience }
    }
}

impl Read for PatientStdin {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let stdin = io::stdin();
        loop {
            let left = self.until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let what = format!("it has not come to an end after {} seconds", self.patience.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, what));
            }
            let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
            let mut fds = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
            match poll(&mut fds, timeout) {
                Ok(0) | Err(nix::Error::EINTR) => {}
                // Not through std's buffer: what it has read ahead cannot be waited for.
                Ok(_) => return nix::unistd::read(stdin.as_fd(), to).map_err(io::Error::from),
                Err(e) => return Err(e.into()),
            }
        }
    }
}
