// SPDX-License-Identifier: GPL-3.0-or-later
//! Files that only root can have written.

use super::process::{Account, access_list};
use crate::error::Kind;
use crate::{Error, Result};
use nix::fcntl::OFlag;
use nix::unistd::{Gid, Group};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// No settings and no grant are longer, in bytes.
const LONGEST: u64 = 64 * 1024;

const FLAGS: i32 = OFlag::O_NOFOLLOW.union(OFlag::O_CLOEXEC).union(OFlag::O_NONBLOCK).union(OFlag::O_NOCTTY).bits();

/// The text of `path`, read through one descriptor; `None` if there is no such file. `owner` (root)
/// and nobody else can have written it or moved something else to its place.
///
/// # Errors
/// [`Kind::Unsafe`], with the file or directory that is open to others.
pub fn read(path: &Path, owner: u32) -> Result<Option<String>> {
    let file = match OpenOptions::new().read(true).custom_flags(FLAGS).open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) if e.raw_os_error() == Some(nix::errno::Errno::ELOOP as i32) => {
            return Err(refused(path, "is a symbolic link"));
        }
        Err(e) => return Err(refused(path, &format!("cannot be read: {e}"))),
    };
    let meta = file.metadata().map_err(|e| refused(path, &format!("cannot be looked at: {e}")))?;
    if !meta.is_file() {
        return Err(refused(path, "is not a regular file"));
    }
    closed_to_others(path, &file, &meta, owner)?;
    parents_closed(path, owner)?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|e| refused(path, &format!("cannot be read: {e}")))?;
    if bytes.len() as u64 > LONGEST {
        return Err(refused(path, &format!("is longer than {LONGEST} bytes")));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| refused(path, "is not UTF-8"))
}

/// Whether `path`, a file or a directory, is what only root can have put there: itself, what it leads
/// to if it is a link, and everything above both. `false`: there is nothing.
///
/// # Errors
/// [`Kind::Unsafe`], with the file or directory that is open to others.
pub fn is_roots(path: &Path) -> Result<bool> {
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(refused(path, &format!("cannot be looked at: {e}"))),
    };
    let (file, meta) = opened(&real, 0)?;
    closed_to_others(&real, &file, &meta, 0)?;
    parents_closed(&real, 0)?;
    parents_closed(path, 0)?;
    Ok(true)
}

/// Whether `path` is a directory of the account's own in which nobody else can write.
///
/// # Errors
/// [`Kind::Unsafe`]: it is missing, or it is not.
pub fn is_own_directory(path: &Path, account: &Account) -> Result<()> {
    let (file, meta) = opened(path, OFlag::O_DIRECTORY.bits())
        .map_err(|error| error.hint("flr-operations(7) says how an administrator makes it"))?;
    if meta.uid() != account.uid {
        return Err(refused(path, &format!("does not belong to {}", account.name)));
    }
    closed_to_others(path, &file, &meta, account.uid)?;
    parents_closed(path, 0)
}

fn opened(path: &Path, more: i32) -> Result<(File, Metadata)> {
    let unseen = |e: io::Error| refused(path, &format!("cannot be looked at: {e}"));
    let file = OpenOptions::new().read(true).custom_flags(FLAGS | more).open(path).map_err(unseen)?;
    let meta = file.metadata().map_err(unseen)?;
    Ok((file, meta))
}

/// Nobody else can put another file there.
fn parents_closed(path: &Path, owner: u32) -> Result<()> {
    for dir in path.ancestors().skip(1).filter(|dir| !dir.as_os_str().is_empty()) {
        let (file, meta) = opened(dir, OFlag::O_DIRECTORY.bits())?;
        closed_to_others(dir, &file, &meta, owner)?;
    }
    Ok(())
}

/// Whether a keytab or certificate is the account's own and nobody else can read it.
pub fn is_own_secret(path: &Path, account: &Account) -> Result<()> {
    let name = &account.name;
    let file = OpenOptions::new().read(true).custom_flags(FLAGS).open(path);
    let file = file.map_err(|e| refused(path, &format!("cannot be read by {name}: {e}")))?;
    let meta = file.metadata().map_err(|e| refused(path, &format!("cannot be looked at: {e}")))?;
    let mode = meta.mode() & 0o7777;
    let why = if !meta.is_file() {
        "is not a regular file".to_owned()
    } else if meta.uid() != account.uid {
        format!("does not belong to {name}")
    } else if mode & 0o377 != 0 && mode != 0o600 {
        format!("has the mode {mode:04o} instead of 0400")
    } else if opened_by_list(&file).map_err(|e| refused(path, &e.to_string()))?.is_some() {
        "has an access control list".to_owned()
    } else {
        return Ok(());
    };
    Err(refused(path, &why)
        .hint(format!("chown {name} and chmod 0400 it, and have a new key made if others could read it")))
}

fn closed_to_others(path: &Path, file: &File, meta: &Metadata, owner: u32) -> Result<()> {
    let mend = |why: String| refused(path, &why).hint(format!("chown root {0}; chmod go-w {0}", path.display()));
    if meta.uid() != 0 && meta.uid() != owner {
        return Err(mend(format!("belongs to uid {}, not to root", meta.uid())));
    }
    // First: where there is a list, the group's bits of the mode are the list's mask.
    match opened_by_list(file) {
        Ok(None) => {}
        Ok(Some(who)) => {
            return Err(refused(path, &format!("is writable by {who}, by its access control list"))
                .hint(format!("setfacl -b {}", path.display())));
        }
        Err(e) => return Err(refused(path, &format!("has an access control list that cannot be read: {e}"))),
    }
    if meta.mode() & 0o002 != 0 {
        return Err(mend("is writable by everybody".into()));
    }
    if meta.mode() & 0o020 != 0 {
        return Err(mend(format!("is writable by group {}", group_name(meta.gid()))));
    }
    Ok(())
}

/// Whom an access control list lets write besides the owner: `system.posix_acl_access`, a version and
/// entries of tag, permissions and id, little endian.
fn opened_by_list(file: &File) -> io::Result<Option<String>> {
    const WRITE: u16 = 2;
    let Some(list) = access_list(file)? else {
        return Ok(None);
    };
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    let entries: Vec<(u32, u32, u32)> = list
        .get(4..)
        .unwrap_or_default()
        .chunks_exact(8)
        .filter_map(|entry| Some((number(entry.get(0..2)?), number(entry.get(2..4)?), number(entry.get(4..8)?))))
        .collect();
    // What the mask takes away is not granted; the group's own bits of the mode are the mask then.
    let mask = entries.iter().find(|(tag, ..)| *tag == 0x10).map_or(u32::MAX, |(_, permissions, _)| *permissions);
    let writes = |permissions: u32| permissions & mask & u32::from(WRITE) != 0;
    Ok(entries.into_iter().find_map(|(tag, permissions, id)| match tag {
        0x02 if writes(permissions) => Some(format!("uid {id}")),
        0x04 | 0x08 if writes(permissions) => {
            Some(format!("group {}", if tag == 0x08 { group_name(id) } else { "its own".into() }))
        }
        _ => None,
    }))
}

fn group_name(gid: u32) -> String {
    Group::from_gid(Gid::from_raw(gid)).ok().flatten().map_or_else(|| gid.to_string(), |group| group.name)
}

fn refused(path: &Path, why: &str) -> Error {
    Error::new(Kind::Unsafe, format!("refused: {} {why}", path.display()))
}
