// SPDX-License-Identifier: GPL-3.0-or-later
//! Small things that are kept for each caller between runs. Whoever touches them holds the log's lock.

use crate::error::Kind;
use crate::{Error, Result};
use nix::errno::Errno;
use nix::fcntl::OFlag;
use serde::Serialize;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// No file of these is longer, in bytes.
const LONGEST: u64 = 1 << 20;

const FLAGS: i32 = OFlag::O_NOFOLLOW.union(OFlag::O_CLOEXEC).union(OFlag::O_NONBLOCK).bits();

/// `STATE/KIND/CALLER.json`.
#[derive(Debug)]
pub(super) struct Kept {
    dir: PathBuf,
    path: PathBuf,
}

impl Kept {
    pub(super) fn of(state: &Path, kind: &str, caller: &str) -> Self {
        let dir = state.join(kind);
        let path = dir.join(format!("{}.json", file_name(caller)));
        Self { dir, path }
    }

    /// What was kept; `None`: nothing yet.
    pub(super) fn load(&self) -> Result<Option<Vec<u8>>> {
        let file = match OpenOptions::new().read(true).custom_flags(FLAGS).open(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(self.unusable("read", &e)),
        };
        let meta = file.metadata().map_err(|e| self.unusable("read", &e))?;
        if !meta.is_file() || meta.len() > LONGEST {
            return Err(self.damaged("it is no small file"));
        }
        let mut bytes = Vec::new();
        file.take(LONGEST).read_to_end(&mut bytes).map_err(|e| self.unusable("read", &e))?;
        Ok(Some(bytes))
    }

    /// Keeps `value`: the file is the old one or the new one, whenever the power fails.
    pub(super) fn save(&self, value: &impl Serialize) -> Result<()> {
        let bytes = serde_json::to_vec(value).map_err(|e| self.unusable("written", &e.into()))?;
        self.replace(&bytes).map_err(|e| self.unusable("written", &e))
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        match DirBuilder::new().mode(0o700).create(&self.dir) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
            _ => {}
        }
        let new = self.path.with_extension("new");
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(FLAGS)
            .open(&new)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            });
        written
            .and_then(|()| std::fs::rename(&new, &self.path))
            .inspect_err(|_| drop(std::fs::remove_file(&new)))
            .and_then(|()| File::open(&self.dir)?.sync_all())
    }

    pub(super) fn damaged(&self, why: &str) -> Error {
        self.unusable("used", &io::Error::other(why.to_owned()))
    }

    fn unusable(&self, verb: &str, error: &io::Error) -> Error {
        let why = match error.raw_os_error().map(Errno::from_raw) {
            Some(Errno::ENOSPC) => "no space left".to_owned(),
            Some(Errno::EROFS) => "read-only file system".to_owned(),
            Some(Errno::ELOOP) => "it is a symbolic link".to_owned(),
            _ => error.to_string(),
        };
        Error::new(Kind::Unsafe, format!("{} cannot be {verb} ({why}); nothing was done", self.path.display()))
    }
}

/// A file name for a caller's name, which may hold anything; no two have the same.
fn file_name(caller: &str) -> String {
    let mut name = String::new();
    for (at, byte) in caller.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'@' => name.push(char::from(byte)),
            b'.' if at > 0 => name.push('.'),
            other => name.push_str(&format!("%{other:02x}")),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_caller_has_a_file_of_his_own() {
        for (caller, name) in [
            ("loopabull_block", "loopabull_block"),
            ("kim@example.org", "kim@example.org"),
            ("../../etc/passwd", "%2e.%2f..%2fetc%2fpasswd"),
            ("a b%", "a%20b%25"),
            ("", ""),
        ] {
            assert_eq!(file_name(caller), name);
        }
    }

    #[test]
    fn what_was_kept_comes_back_and_links_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let kept = Kept::of(dir.path(), "counters", "kim");
        assert_eq!(kept.load().unwrap(), None);
        kept.save(&[1, 2]).unwrap();
        kept.save(&[3]).unwrap();
        assert_eq!(kept.load().unwrap().unwrap(), b"[3]");
        assert_eq!(std::fs::read_dir(dir.path().join("counters")).unwrap().count(), 1);

        let path = dir.path().join("counters/kim.json");
        std::fs::rename(&path, dir.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), &path).unwrap();
        let error = kept.load().unwrap_err();
        assert_eq!(error.kind, Kind::Unsafe);
        assert!(error.what.ends_with("(it is a symbolic link); nothing was done"), "{}", error.what);
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(kept.load().unwrap_err().kind, Kind::Unsafe);

        let nowhere = Kept::of(&dir.path().join("missing"), "counters", "kim");
        assert_eq!(nowhere.save(&[1]).unwrap_err().kind, Kind::Unsafe);
    }
}
