// SPDX-License-Identifier: GPL-3.0-or-later
//! Files that decide what a run may do: read only where nobody but root can have written them.
//!
//! A path is walked from the top, each directory opened below the one before and looked at as it is
//! open, so that nothing can be exchanged in between. Whoever could write a directory on the way
//! could put another file in place, so all of them are judged, and all that is wrong is named at
//! once.

use super::process::extended_attribute;
use crate::error::Kind;
use crate::{Error, Result};
use nix::errno::Errno;
use nix::fcntl::{OFlag, open, openat, readlinkat};
use nix::libc;
use nix::sys::stat::{FileStat, Mode, fstat};
use nix::unistd::{Gid, Group, Uid, User};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

/// Bytes; no settings and no grant is longer.
const MOST: u64 = 64 << 10;
/// Symbolic links on one way; more go in a circle.
const MOST_LINKS: usize = 16;

/// Who can be trusted with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The user id that owns the file and, beside root, may own directories on the way.
    pub owner: u32,
    /// Directories from here on are judged, those above are not; absolute links begin here.
    pub top: PathBuf,
}

impl Rules {
    /// Root's files, from `/` on.
    pub fn of_root() -> Self {
        Self { owner: 0, top: PathBuf::from("/") }
    }
}

/// The text of a file that nobody but its owner can have written. Nothing if there is none.
///
/// # Errors
/// Somebody else could have written it or put it there; the last part of the path is a symbolic
/// link; it is no file, longer than 64 KiB, not UTF-8, or cannot be read.
pub fn read(path: &Path, rules: &Rules) -> Result<Option<String>> {
    // Without waiting: it may be a FIFO.
    let Some(found) = walk(path, rules, OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY)? else {
        return Ok(None);
    };
    let mut seen = found.seen;
    if kind_of(&found.stat) != libc::S_IFREG {
        seen.wrong(path, "is no regular file", None);
    }
    seen.judge(found.fd.as_fd(), &found.stat, path, rules.owner)?;
    seen.verdict()?;
    let mut bytes = Vec::new();
    let read = File::from(found.fd).take(MOST + 1).read_to_end(&mut bytes);
    read.map_err(|why| refused(format!("cannot read {}: {why}", path.display())))?;
    if bytes.len() as u64 > MOST {
        return Err(refused(format!("{} is longer than {} KiB", path.display(), MOST >> 10)));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(why) => {
            let before = &why.as_bytes()[..why.utf8_error().valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(refused(format!("{} is not UTF-8 in line {line}", path.display())))
        }
    }
}

/// Fine, if nobody but its owner can have changed what the directory holds; `false` if there is none.
///
/// # Errors
/// Somebody else could, or it is no directory.
pub fn trust_directory(path: &Path, rules: &Rules) -> Result<bool> {
    let Some(found) = walk(path, rules, OFlag::O_PATH)? else {
        return Ok(false);
    };
    let mut seen = found.seen;
    if kind_of(&found.stat) != libc::S_IFDIR {
        seen.wrong(path, "is no directory", None);
    }
    seen.judge(found.fd.as_fd(), &found.stat, path, rules.owner)?;
    seen.verdict().map(|()| true)
}

/// Fine, if the file of keys is the account's, and nobody else can read it or put another in its
/// place: a regular file with mode 0400 or 0600 and no ACL.
///
/// # Errors
/// It is not, or there is none.
pub fn trust_keys(path: &Path, account: u32, rules: &Rules) -> Result<()> {
    let Some(found) = walk(path, rules, OFlag::O_PATH)? else {
        return Err(refused(format!("there is no {}", path.display()))
            .hint(format!("put the keys of {} there, with mode 0400", user(account))));
    };
    let mut seen = found.seen;
    if kind_of(&found.stat) != libc::S_IFREG {
        seen.wrong(path, "is no regular file", None);
    }
    if found.stat.st_uid != account {
        let cure = format!("chown {} {}", user(account), path.display());
        seen.wrong(path, &format!("belongs to {}, not to {}", user(found.stat.st_uid), user(account)), Some(cure));
    }
    let mode = found.stat.st_mode & 0o7777;
    if !matches!(mode, 0o400 | 0o600) {
        let cure = format!("chmod 0400 {}", path.display());
        seen.wrong(path, &format!("has mode {mode:04o}, not 0400 or 0600"), Some(cure));
    }
    if !acl(found.fd.as_fd(), path)?.is_empty() {
        seen.wrong(path, "has an ACL", Some(format!("setfacl -b {}", path.display())));
    }
    seen.verdict()
}

/// Fine, if `path`, a file or a directory, and what it leads to if it is a link, are root's and nobody
/// else can put another in their place; `false` if there is nothing.
///
/// # Errors
/// Somebody else could.
pub fn is_roots(path: &Path) -> Result<bool> {
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(why) => return Err(refused(format!("cannot look at {}: {why}", path.display()))),
    };
    let rules = Rules::of_root();
    let Some(found) = walk(&real, &rules, OFlag::O_PATH)? else {
        return Ok(false);
    };
    let mut seen = found.seen;
    seen.judge(found.fd.as_fd(), &found.stat, &real, rules.owner)?;
    seen.verdict()?;
    match path.parent() {
        Some(dir) if real != path => trust_directory(dir, &rules),
        _ => Ok(true),
    }
}

/// What a walk ended at, and what was wrong on the way.
struct Found {
    fd: OwnedFd,
    stat: FileStat,
    seen: Seen,
}

/// All that is wrong, and what mends it.
#[derive(Default)]
struct Seen {
    wrongs: Vec<String>,
    cures: Vec<String>,
}

impl Seen {
    fn wrong(&mut self, path: &Path, what: &str, cure: Option<String>) {
        let wrong = format!("{} {what}", path.display());
        // A link can lead past the same directory twice.
        if !self.wrongs.contains(&wrong) {
            self.wrongs.push(wrong);
            self.cures.extend(cure);
        }
    }

    /// Root's things are trusted wherever the owner's are.
    fn owner(&mut self, stat: &FileStat, path: &Path, owner: u32) {
        if stat.st_uid != 0 && stat.st_uid != owner {
            let what = format!("belongs to {}, not to {}", user(stat.st_uid), user(owner));
            self.wrong(path, &what, Some(format!("chown -h {} {}", user(owner), path.display())));
        }
    }

    /// Owner, mode and ACL of one thing on the way.
    fn judge(&mut self, fd: BorrowedFd<'_>, stat: &FileStat, path: &Path, owner: u32) -> Result<()> {
        let shown = path.display();
        self.owner(stat, path, owner);
        let writers: Vec<_> = acl(fd, path)?.into_iter().filter(|entry| entry.may_write).collect();
        // With an ACL, the group's bits are the most that any entry of it can have.
        if writers.is_empty() && stat.st_mode & 0o020 != 0 {
            let what = format!("is writable by group {}", group(stat.st_gid));
            self.wrong(path, &what, Some(format!("chmod g-w {shown}")));
        }
        if stat.st_mode & 0o002 != 0 {
            self.wrong(path, "is writable by everybody", Some(format!("chmod o-w {shown}")));
        }
        if !writers.is_empty() {
            let who: Vec<_> = writers.iter().map(|entry| entry.who(stat)).collect();
            let what = format!("has an ACL that lets {} write", who.join(", "));
            self.wrong(path, &what, Some(format!("setfacl -b {shown}")));
        }
        Ok(())
    }

    /// Where the last part of the path is one.
    fn link(mut self, path: &Path) -> Error {
        self.wrong(path, "is a symbolic link", None);
        self.verdict().err().unwrap_or_else(|| refused("a symbolic link"))
    }

    fn verdict(self) -> Result<()> {
        if self.wrongs.is_empty() {
            return Ok(());
        }
        let error = refused(self.wrongs.join("; "));
        if self.cures.is_empty() { Err(error) } else { Err(error.hint(format!("as root: {}", self.cures.join("; ")))) }
    }
}

/// Opens `path` with `flags`, every directory on the way judged. Nothing if it does not exist.
fn walk(path: &Path, rules: &Rules, flags: OFlag) -> Result<Option<Found>> {
    let cannot = |at: &Path, why: Errno| {
        let error = refused(format!("cannot open {}: {}", at.display(), why.desc()));
        // Only where flr is the account already.
        let hint = "give the account's group the right to read it, and not to write";
        if why == Errno::EACCES { error.hint(hint) } else { error }
    };
    let whole = path.strip_prefix(&rules.top).ok().filter(|_| rules.top.is_absolute());
    let Some(mut parts) = whole.and_then(parts_of) else {
        return Err(refused(format!("{} is no whole path below {}", path.display(), rules.top.display())));
    };
    let as_path = OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let top = open(&rules.top, as_path | OFlag::O_DIRECTORY, Mode::empty()).map_err(|why| cannot(&rules.top, why))?;
    // The directories that are open, each in the one before.
    let mut way = vec![(top, rules.top.clone())];
    let (mut seen, mut links) = (Seen::default(), 0);
    while let Some((above, name)) = way.last() {
        let Some(part) = parts.pop_front() else { break };
        if part == ".." {
            // Only a link says this. Nothing is above the top.
            way.truncate(way.len().saturating_sub(1).max(1));
            continue;
        }
        seen.judge(above.as_fd(), &stat(above, name)?, name, rules.owner)?;
        let (here, last) = (name.join(&part), parts.is_empty());
        let how = if last { flags | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC } else { as_path };
        let fd = match openat(above, part.as_os_str(), how, Mode::empty()) {
            Ok(fd) => fd,
            // It may be somebody's work that there is none.
            Err(Errno::ENOENT) => return seen.verdict().map(|()| None),
            Err(Errno::ELOOP) => return Err(seen.link(&here)),
            Err(why) => return Err(cannot(&here, why)),
        };
        let stat = stat(&fd, &here)?;
        match kind_of(&stat) {
            libc::S_IFLNK if last => return Err(seen.link(&here)),
            _ if last => return Ok(Some(Found { fd, stat, seen })),
            libc::S_IFDIR => way.push((fd, here)),
            libc::S_IFLNK => {
                seen.owner(&stat, &here, rules.owner);
                let target = PathBuf::from(readlinkat(&fd, "").map_err(|why| cannot(&here, why))?);
                links += 1;
                if links > MOST_LINKS {
                    return Err(refused(format!("{} has more than {MOST_LINKS} symbolic links", path.display())));
                }
                if target.is_absolute() {
                    way.truncate(1);
                }
                for part in target.components().rev() {
                    match part {
                        Component::Normal(part) => parts.push_front(part.to_owned()),
                        Component::ParentDir => parts.push_front(OsString::from("..")),
                        _ => {}
                    }
                }
            }
            _ => return Err(cannot(&here, Errno::ENOTDIR)),
        }
    }
    // The top itself.
    let Some((fd, name)) = way.pop() else { return Ok(None) };
    let stat = stat(&fd, &name)?;
    Ok(Some(Found { fd, stat, seen }))
}

/// The names in a path that does not go up.
fn parts_of(path: &Path) -> Option<VecDeque<OsString>> {
    path.components()
        .map(|part| if let Component::Normal(name) = part { Some(name.to_owned()) } else { None })
        .collect()
}

/// One entry of an ACL, those of the owner, of everybody and the mask left out.
struct Entry {
    tag: u16,
    id: u32,
    may_write: bool,
}

const ACL_USER: u16 = 2;
const ACL_OWN_GROUP: u16 = 4;
const ACL_GROUP: u16 = 8;

impl Entry {
    fn who(&self, stat: &FileStat) -> String {
        match self.tag {
            ACL_USER => format!("user {}", user(self.id)),
            ACL_GROUP => format!("group {}", group(self.id)),
            _ => format!("group {}", group(stat.st_gid)),
        }
    }
}

/// The access ACL; empty if there is none beyond the mode. What the mask takes away is listed all
/// the same: one `chmod` gives it back.
///
/// Linux keeps a version, 2, and then eight bytes for each entry: tag, permissions, id (acl(5)).
fn acl(fd: BorrowedFd<'_>, path: &Path) -> Result<Vec<Entry>> {
    let unknown =
        |why: &str| refused(format!("cannot tell who may write {}: its ACL cannot be read: {why}", path.display()));
    let value = extended_attribute(fd, c"system.posix_acl_access").map_err(|errno| unknown(errno.desc()))?;
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    entries(&value).ok_or_else(|| unknown("it is of another form"))
}

fn entries(acl: &[u8]) -> Option<Vec<Entry>> {
    let (version, rest) = acl.split_first_chunk::<4>()?;
    if u32::from_le_bytes(*version) != 2 || !rest.len().is_multiple_of(8) {
        return None;
    }
    let all = rest.chunks_exact(8).map(|raw| {
        let (tag, bits) = (u16::from_le_bytes([raw[0], raw[1]]), u16::from_le_bytes([raw[2], raw[3]]));
        Entry { tag, id: u32::from_le_bytes([raw[4], raw[5], raw[6], raw[7]]), may_write: bits & 2 != 0 }
    });
    Some(all.filter(|entry| matches!(entry.tag, ACL_USER | ACL_OWN_GROUP | ACL_GROUP)).collect())
}

fn stat(fd: &OwnedFd, path: &Path) -> Result<FileStat> {
    fstat(fd).map_err(|why| refused(format!("cannot look at {}: {}", path.display(), why.desc())))
}

fn kind_of(stat: &FileStat) -> libc::mode_t {
    stat.st_mode & libc::S_IFMT
}

fn user(uid: u32) -> String {
    let known = User::from_uid(Uid::from_raw(uid)).ok().flatten();
    known.map_or_else(|| uid.to_string(), |user| user.name)
}

fn group(gid: u32) -> String {
    let known = Group::from_gid(Gid::from_raw(gid)).ok().flatten();
    known.map_or_else(|| gid.to_string(), |group| group.name)
}

fn refused(what: impl Into<String>) -> Error {
    Error::new(Kind::Unsafe, what)
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn an_acl_of_another_form_is_not_guessed_at() {
        let entry = [2, 0, 6, 0, 232, 3, 0, 0];
        let acl = |version: u32, entries: &[u8]| [&version.to_le_bytes(), entries].concat();
        let read = entries(&acl(2, &entry)).unwrap();
        assert_eq!((read.len(), read[0].tag, read[0].id, read[0].may_write), (1, 2, 1000, true));
        assert!(!entries(&acl(2, &[8, 0, 5, 0, 0, 0, 0, 0])).unwrap()[0].may_write);
        for other in [vec![], vec![2, 0, 0], acl(1, &entry), acl(3, &entry), acl(2, &entry[..7])] {
            assert!(entries(&other).is_none(), "{other:?}");
        }
    }
}
