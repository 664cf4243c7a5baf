// SPDX-License-Identifier: GPL-3.0-or-later
//! Pages into a directory that a web server shows meanwhile.

use super::Pages;
use crate::{Error, Result};
use rustix::fs::{
    AtFlags, Dir, FileType, Mode, OFlags, RawMode, fchmod, fstat, fsync, open, openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// Nobody writes a page for so long, in seconds.
const LEFT: i64 = 3600;

/// The mark of a page is among its first bytes.
const HEAD: u64 = 4096;

/// Puts the pages into `dir`, which must exist, and says which files they are.
///
/// All are written, whole and on disk, before the first takes the place of an old one: whoever reads
/// sees an old page or a new one, and if the disk is full or flr is killed the old ones stay. A page
/// keeps the mode of the one it replaces; a new one may be read by everybody, as far as the umask allows.
///
/// # Errors
/// The directory is none or cannot be written to; a file of that name is there that the same command
/// did not write, or it is a link: it is not touched.
pub fn publish(dir: &Path, pages: &Pages) -> Result<Vec<PathBuf>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let at = open(dir, flags, Mode::empty()).map_err(|errno| {
        let error = Error::failed(format!("cannot write pages to {}: {errno}", dir.display()));
        match errno {
            Errno::NOENT | Errno::NOTDIR => error.hint("make the directory first"),
            _ => error,
        }
    })?;
    let place = Place { dir, at };
    let written = pages.written();
    let modes = written.iter().map(|(name, _)| place.mode(name, &pages.mark())).collect::<Result<Vec<_>>>()?;
    let mut fresh = Vec::new();
    for ((name, text), mode) in written.iter().zip(modes) {
        fresh.push(place.write(name, text, mode)?);
    }
    for new in fresh {
        place.tidy(new.name, new.written);
        new.rename()?;
    }
    fsync(&place.at).map_err(|errno| place.failed("the directory", errno))?;
    Ok(written.iter().map(|(name, _)| dir.join(name)).collect())
}

struct Place<'a> {
    dir: &'a Path,
    at: OwnedFd,
}

impl Place<'_> {
    fn failed(&self, name: &str, why: impl std::fmt::Display) -> Error {
        Error::failed(format!("cannot write {name} in {}: {why}", self.dir.display()))
    }

    /// The mode of the page that is there; `None`: there is none.
    fn mode(&self, name: &str, mark: &str) -> Result<Option<Mode>> {
        let not_ours = |what: &str| {
            let path = self.dir.join(name);
            Err(Error::failed(format!("{} is {what}: it is not replaced", path.display()))
                .hint("give each list a directory of its own"))
        };
        // A pipe or a device would be waited for.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let old = match openat(&self.at, name, flags, Mode::empty()) {
            Ok(old) => old,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => return not_ours("a symbolic link"),
            Err(errno) => return Err(self.failed(name, errno)),
        };
        let meta = fstat(&old).map_err(|errno| self.failed(name, errno))?;
        if !FileType::from_raw_mode(meta.st_mode).is_file() {
            return not_ours("no file");
        }
        let mut head = Vec::new();
        File::from(old).take(HEAD).read_to_end(&mut head).map_err(|why| self.failed(name, why))?;
        if !String::from_utf8_lossy(&head).contains(mark) {
            return not_ours("no page of this command");
        }
        Ok(Some(Mode::from_raw_mode(meta.st_mode as RawMode & 0o777)))
    }

    /// A whole new page beside the old one.
    fn write<'p>(&'p self, name: &'p str, text: &str, mode: Option<Mode>) -> Result<Fresh<'p>> {
        let beside = format!(".{name}.{}", std::process::id());
        let create = || {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            openat(&self.at, &beside, flags, Mode::from_raw_mode(0o644))
        };
        let file = match create() {
            // Of a process with the same number that was killed.
            Err(Errno::EXIST) => unlinkat(&self.at, &beside, AtFlags::empty()).and_then(|()| create()),
            created => created,
        };
        let file = file.map_err(|errno| self.failed(name, errno))?;
        let mut fresh = Fresh { place: self, name, beside, written: 0, renamed: false };
        if let Some(mode) = mode {
            fchmod(&file, mode).map_err(|errno| self.failed(name, errno))?;
        }
        let mut file = File::from(file);
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|why| self.failed(name, why))?;
        fresh.written = fstat(&file).map_err(|errno| self.failed(name, errno))?.st_mtime;
        Ok(fresh)
    }

    /// Takes away half pages of those that were killed, seen from one `written` now. What cannot be taken
    /// away is in nobody's way.
    fn tidy(&self, name: &str, written: i64) {
        let prefix = format!(".{name}.");
        let half = |file: &str| {
            let number = file.strip_prefix(&prefix)?;
            (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(())
        };
        let Ok(entries) = Dir::read_from(&self.at) else { return };
        for entry in entries.flatten() {
            let file = entry.file_name();
            if file.to_str().ok().and_then(half).is_none() {
                continue;
            }
            let old = statat(&self.at, file, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|meta| {
                FileType::from_raw_mode(meta.st_mode).is_file() && meta.st_mtime < written.saturating_sub(LEFT)
            });
            if old {
                let _ = unlinkat(&self.at, file, AtFlags::empty());
            }
        }
    }
}

/// A page that is not at its place yet; if it never comes there it is taken away.
struct Fresh<'a> {
    place: &'a Place<'a>,
    name: &'a str,
    beside: String,
    /// When, seconds since 1970.
    written: i64,
    renamed: bool,
}

impl Fresh<'_> {
    fn rename(mut self) -> Result<()> {
        let at = &self.place.at;
        renameat(at, &self.beside, at, self.name).map_err(|errno| self.place.failed(self.name, errno))?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Fresh<'_> {
    fn drop(&mut self) {
        if !self.renamed {
            // It is in nobody's way if it stays.
            let _ = unlinkat(&self.place.at, &self.beside, AtFlags::empty());
        }
    }
}
