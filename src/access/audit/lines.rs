// SPDX-License-Identifier: GPL-3.0-or-later
//! The files of a log, in the order they were written, and their lines.

use super::end::moved_away;
use super::record::{LONGEST, Record, hex};
use crate::{Error, Result};
use nix::fcntl::{Flock, FlockArg};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Take};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The files of one log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFiles {
    /// The account, by the name of the files; the name itself if they are called otherwise.
    pub account: String,
    /// Oldest first.
    pub files: Vec<PathBuf>,
    /// Compressed ones, which are not looked at.
    pub compressed: Vec<PathBuf>,
}

/// All logs in `dir`, with the files they were moved to.
///
/// # Errors
/// The directory or one of the files cannot be read.
pub fn logs_in(dir: &Path) -> Result<Vec<LogFiles>> {
    let unreadable = |e: io::Error| Error::failed(format!("cannot read {}: {e}", dir.display()));
    let mut logs = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|end| end == "jsonl") {
            let (mut files, compressed) = moved_away(&path).map_err(unreadable)?;
            files.push(path.clone());
            logs.push(LogFiles { account: account(&path), files: in_order(files)?, compressed });
        }
    }
    logs.sort_by(|a, b| a.account.cmp(&b.account));
    Ok(logs)
}

/// `files` by the log that each belongs to.
///
/// # Errors
/// One of them cannot be read.
pub fn logs_of(files: Vec<PathBuf>) -> Result<Vec<LogFiles>> {
    let mut logs: BTreeMap<_, Vec<PathBuf>> = BTreeMap::new();
    for path in files {
        let dir = path.parent().map(Path::to_owned);
        let files = logs.entry((dir, account(&path))).or_default();
        if !files.contains(&path) {
            files.push(path);
        }
    }
    logs.into_iter()
        .map(|((_, account), files)| Ok(LogFiles { account, files: in_order(files)?, compressed: Vec::new() }))
        .collect()
}

/// What stands before `.jsonl` in the name.
fn account(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split_once(".jsonl").map_or(&*name, |(account, _)| account).to_owned()
}

/// By the number of the first record; a file without one is the newest.
fn in_order(files: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
    let mut numbered = Vec::new();
    for path in files {
        let mut lines = Lines::open(&path)?;
        let mut first = u64::MAX;
        while let Some(line) = lines.next().map_err(|e| unreadable(&path, &e))? {
            if let Ok(record) = Record::read(&line.bytes) {
                first = record.seq;
                break;
            }
        }
        numbered.push((first, path));
    }
    numbered.sort();
    Ok(numbered.into_iter().map(|(_, path)| path).collect())
}

pub(super) fn unreadable(path: &Path, e: &io::Error) -> Error {
    Error::failed(format!("cannot read {}: {e}", path.display()))
}

/// The lines of a file, as far as it reached when it was opened: others go on writing.
#[derive(Debug)]
pub(super) struct Lines {
    from: BufReader<Take<File>>,
}

/// One line without its newline.
#[derive(Debug)]
pub(super) struct Line {
    /// No more of it than any record has, and a byte.
    pub(super) bytes: Vec<u8>,
    /// SHA-256 of all of it.
    pub(super) hash: String,
    /// It has a newline.
    pub(super) whole: bool,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let flags = nix::fcntl::OFlag::O_NONBLOCK.union(nix::fcntl::OFlag::O_CLOEXEC).bits();
        let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|e| unreadable(path, &e))?;
        let len = settled_len(&file).map_err(|e| unreadable(path, &e))?;
        Ok(Self { from: BufReader::with_capacity(64 * 1024, file.take(len)) })
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let (mut bytes, mut hash, mut whole, mut any) = (Vec::new(), Sha256::new(), false, false);
        while !whole {
            let there = match self.from.fill_buf() {
                Ok(there) => there,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if there.is_empty() {
                break;
            }
            any = true;
            let newline = there.iter().position(|b| *b == b'\n');
            let part = &there[..newline.unwrap_or(there.len())];
            hash.update(part);
            bytes.extend_from_slice(&part[..part.len().min((LONGEST + 1).saturating_sub(bytes.len()))]);
            let used = part.len() + usize::from(newline.is_some());
            whole = newline.is_some();
            self.from.consume(used);
        }
        Ok(any.then(|| Line { bytes, hash: hex(&hash.finalize()), whole }))
    }
}

/// The length of `file` at a moment when nobody was writing, if there was one within two seconds.
fn settled_len(file: &File) -> io::Result<u64> {
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    for _ in 0..100 {
        if let Ok(_lock) = Flock::lock(file.try_clone()?, FlockArg::LockSharedNonblock) {
            return Ok(file.metadata()?.len());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(meta.len())
}
