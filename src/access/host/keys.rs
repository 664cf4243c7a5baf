// SPDX-License-Identifier: GPL-3.0-or-later
//! The credentials of the service accounts: readable by the account, and by nobody else.

use super::people::Person;
use super::{Audit, Id};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

pub(super) fn look(audit: &mut Audit<'_>, person: &Person) {
    let settings = audit.settings.as_ref().and_then(|settings| settings.accounts.get(&person.name));
    let files: Vec<PathBuf> =
        settings.map(|settings| settings.keytab.iter().chain(&settings.cert).cloned().collect()).unwrap_or_default();
    for file in files {
        if let Some(path) = file.to_str().map(str::to_owned) {
            one(audit, &path, person);
        }
    }
}

fn one(audit: &mut Audit<'_>, path: &str, person: &Person) {
    let name = &person.name;
    if let Some(parent) = Path::new(path).parent().and_then(Path::to_str).map(str::to_owned) {
        audit.trusted(&parent);
    }
    let Some(found) = audit.stat(path) else {
        let why = format!("{name} has no credential: every run ends with 6");
        return audit.find_at(Id::KeyMissing, path, why, format!("put it there, 0400 and {name}'s"));
    };
    if !found.is_file() {
        return audit.find_at(Id::FileKind, path, "it is no regular file", "put the file itself there");
    }
    if found.uid() != person.uid {
        let owner = audit.name_of(found.uid());
        let why = format!("it belongs to {owner}, not to {name}");
        audit.find_at(Id::KeyOwner, path, why, format!("chown {name} {path}"));
    }
    if found.mode() & 0o7777 != 0o400 {
        let why = format!("its mode is {:04o}, not 0400", found.mode() & 0o7777);
        audit.find_at(Id::KeyMode, path, why, format!("chmod 0400 {path}"));
    }
    audit.unlisted(path);
}
