// SPDX-License-Identifier: GPL-3.0-or-later
//! One run at a time for each tag: two of them must not race in one package of it.

use crate::error::Kind;
use crate::names::TagName;
use crate::{Error, Result};
use nix::fcntl::{Flock, FlockArg};
use std::collections::BTreeSet;
use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

/// So long is waited for other runs.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tags that are held until this is dropped.
#[derive(Debug, Default)]
pub(super) struct Locks(Vec<Flock<File>>);

impl Locks {
    /// Whether nothing is held.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes all of `tags`, in the order of names, so that two runs never wait for each other.
    pub(super) fn take(state: &Path, tags: &BTreeSet<&TagName>) -> Result<Self> {
        let dir = state.join("locks");
        let broken = |e: &dyn std::fmt::Display| {
            Error::new(Kind::Unsafe, format!("cannot lock a tag in {}: {e}", dir.display()))
        };
        DirBuilder::new().recursive(true).mode(0o700).create(&dir).map_err(|e| broken(&e))?;
        let until = Instant::now() + PATIENCE;
        let mut held = Vec::new();
        for tag in tags {
            // A tag's name may hold a slash; a file's may not, and '%' is in no tag's.
            let path = dir.join(tag.as_str().replace('/', "%"));
            let open = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
            let mut file = open.map_err(|e| broken(&e))?;
            loop {
                file = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
                    Ok(lock) => {
                        held.push(lock);
                        break;
                    }
                    Err((file, nix::errno::Errno::EWOULDBLOCK)) if Instant::now() < until => file,
                    Err((_, nix::errno::Errno::EWOULDBLOCK)) => {
                        return Err(Error::not_now(format!("another run is at work on {tag}"))
                            .hint("wait until it has ended: flr run list shows your own"));
                    }
                    Err((_, errno)) => return Err(broken(&errno)),
                };
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        Ok(Self(held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_one_runs_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let tags: Vec<TagName> = ["f43", "a/b"].iter().map(|tag| tag.parse().unwrap()).collect();
        let set: BTreeSet<&TagName> = tags.iter().collect();
        let held = Locks::take(dir.path(), &set).unwrap();
        assert_eq!(held.0.len(), 2);
        let state = dir.path().to_owned();
        let waiting = std::thread::spawn(move || {
            let tag: TagName = "f43".parse().unwrap();
            Locks::take(&state, &BTreeSet::from([&tag])).map(|_| ())
        });
        std::thread::sleep(Duration::from_millis(120));
        assert!(!waiting.is_finished());
        drop(held);
        waiting.join().unwrap().unwrap();
    }
}
