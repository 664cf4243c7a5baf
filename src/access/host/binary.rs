// SPDX-License-Identifier: GPL-3.0-or-later
//! The program that the rules name.

use super::{Audit, Id};
use crate::access::sudoers;
use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;

pub(super) fn look(audit: &mut Audit<'_>) {
    let mut paths: BTreeSet<String> = audit
        .policy
        .rules
        .iter()
        .map(|rule| rule.program().to_owned())
        .filter(|program| program.starts_with('/') && program.ends_with("/flr") && !program.contains(['*', '?', '[']))
        .collect();
    if paths.is_empty() {
        paths.insert(sudoers::BINARY.to_owned());
    }
    for path in paths {
        let Some(found) = audit.stat(&path) else {
            let cure = "install flr there, or let flr access sudoers --binary write the rules";
            audit.find_at(Id::BinaryMissing, &path, "the rules name it and it is not there", cure);
            continue;
        };
        audit.trusted(&path);
        if found.is_file() && found.mode() & 0o6000 != 0 {
            let why = format!("its mode is {:04o}: it must not change who runs it", found.mode() & 0o7777);
            audit.find_at(Id::BinarySetId, &path, why, format!("chmod ug-s {path}"));
        }
        let below = audit.scene.places.at(&path);
        if audit.scene.machine.has_attribute(&below, "security.capability") == Some(true) {
            let why = "it has file capabilities: whoever runs it is more than himself";
            audit.find_at(Id::BinarySetId, &path, why, format!("setcap -r {path}"));
        }
    }
}
