// SPDX-License-Identifier: GPL-3.0-or-later
//! Owner, mode and access control lists of what flr trusts.

use super::{Audit, Id};
use std::fs::Metadata;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

/// The access control list of a file, and the one that new files in a directory get.
const LISTS: [&str; 2] = ["system.posix_acl_access", "system.posix_acl_default"];

impl Audit<'_> {
    /// What `path` is, symbolic links not followed; what is wrong with looking is a finding.
    pub(super) fn stat(&mut self, path: &str) -> Option<Metadata> {
        match std::fs::symlink_metadata(self.scene.places.at(path)) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                self.find_at(
                    Id::Unread,
                    path,
                    format!("it cannot be looked at: {error}"),
                    "look at it by hand, or run this as root",
                );
                None
            }
        }
    }

    /// Whether somebody who is not root could have written a file, or put another in its place.
    pub(super) fn trusted(&mut self, path: &str) {
        let mut below = PathBuf::from(path);
        loop {
            if let Some(text) = below.to_str().map(str::to_owned)
                && self.looked.insert(below.clone())
            {
                self.trusted_one(&text, below.as_path() == Path::new(path));
            }
            if !below.pop() {
                return;
            }
        }
    }

    fn trusted_one(&mut self, path: &str, last: bool) {
        let Some(found) = self.stat(path) else {
            return;
        };
        let kind = found.file_type();
        if kind.is_symlink() {
            // Links of the system's own, like /bin, lead to directories of root's.
            if last || found.uid() != self.scene.places.owner {
                self.find_at(Id::FileKind, path, "it is a symbolic link", "put the file itself there");
            }
            return;
        }
        if last && (kind.is_fifo() || kind.is_socket() || kind.is_char_device() || kind.is_block_device()) {
            self.find_at(Id::FileKind, path, "it is no regular file", "put a regular file there");
        }
        if found.uid() != self.scene.places.owner && found.uid() != 0 {
            let owner = self.name_of(found.uid());
            self.find_at(
                Id::FileOwner,
                path,
                format!("it belongs to {owner}, who can write into it"),
                format!("chown root {path}"),
            );
        }
        let writable = found.mode() & 0o022;
        // In a directory like /tmp others cannot replace what is root's.
        let sticky = found.is_dir() && found.mode() & 0o1000 != 0 && !last;
        if writable != 0 && !sticky {
            let who = match (writable & 0o020 != 0, writable & 0o002 != 0) {
                (true, true) => "its group and everybody".to_owned(),
                (true, false) => format!("its group ({})", found.gid()),
                _ => "everybody".to_owned(),
            };
            self.find_at(Id::FileWritable, path, format!("{who} can write it"), format!("chmod go-w {path}"));
        }
        self.unlisted(path);
    }

    /// Whether there is an access control list on it.
    pub(super) fn unlisted(&mut self, path: &str) {
        let below = self.scene.places.at(path);
        for list in LISTS {
            if self.scene.machine.has_attribute(&below, list) == Some(true) {
                self.find_at(
                    Id::FileAcl,
                    path,
                    "an access control list gives others more than its mode says",
                    format!("setfacl -b {path}"),
                );
                return;
            }
        }
    }

    pub(super) fn name_of(&self, uid: u32) -> String {
        let name = self.people.numbered(uid).next().map(|person| person.name.clone());
        name.unwrap_or_else(|| format!("the number {uid}"))
    }

    /// The names in a directory, sorted; `None` if it is not there. What cannot be read is a finding.
    pub(super) fn names_in(&mut self, directory: &str) -> Option<Vec<String>> {
        let entries = match std::fs::read_dir(self.scene.places.at(directory)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(error) => {
                let cure = "look at it by hand, or run this as root";
                self.find_at(Id::Unread, directory, format!("it cannot be read: {error}"), cure);
                return None;
            }
        };
        let mut names = Vec::new();
        for entry in entries {
            match entry.map(|entry| entry.file_name().into_string()) {
                Ok(Ok(name)) => names.push(name),
                Ok(Err(name)) => {
                    let why = format!("\"{}\" in it is not UTF-8", name.to_string_lossy());
                    self.find_at(Id::Unread, directory, why, "remove or rename it");
                }
                Err(error) => {
                    let cure = "look at it by hand";
                    self.find_at(Id::Unread, directory, format!("it cannot be read: {error}"), cure);
                }
            }
        }
        names.sort();
        Some(names)
    }
}
