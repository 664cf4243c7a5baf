// SPDX-License-Identifier: GPL-3.0-or-later
//! What Bodhi would record of a release, as far as a layout says: for when only koji can be asked.

use super::expand::Wanted;
use super::file::Layout;
use crate::Result;
use crate::bodhi::Record;
use crate::names::TagName;
use crate::release::Role;

impl Layout {
    /// The record of a release with this version, with the tags of the first phase.
    pub(in crate::release) fn guessed(&self, version: &str, rawhide: bool) -> Result<Record> {
        let role = if rawhide { Role::Rawhide } else { Role::Other };
        // What hangs on the newest release is no part of a record.
        let wanted = Wanted { version, role, rawhide: Some(version), phase: self.first_phase(), parts: &[] };
        let fields = self.expand(&wanted)?.bodhi;
        let text = |name: &str| fields.get(name).cloned().flatten();
        let tag = |name: &str| text(name).and_then(|text| text.parse::<TagName>().ok());
        let name = self.name_of(version);
        Ok(Record {
            long_name: name.clone(),
            name,
            version: version.to_owned(),
            id_prefix: self.id_prefix().to_owned(),
            branch: if rawhide { "rawhide".to_owned() } else { String::new() },
            state: None,
            dist_tag: tag("dist_tag"),
            stable_tag: None,
            testing_tag: tag("testing_tag"),
            candidate_tag: tag("candidate_tag"),
            pending_signing_tag: tag("pending_signing_tag"),
            pending_testing_tag: tag("pending_testing_tag"),
            pending_stable_tag: tag("pending_stable_tag"),
            override_tag: tag("override_tag"),
            composed_by_bodhi: None,
            create_automatic_updates: None,
            package_manager: None,
            testing_repository: None,
            released_on: None,
            eol: None,
        })
    }
}

/// The tags of a record; the stable one is not among them, because it moves with the phase.
pub(in crate::release) fn tags_of(record: &mut Record) -> [&mut Option<TagName>; 7] {
    [
        &mut record.dist_tag,
        &mut record.testing_tag,
        &mut record.candidate_tag,
        &mut record.pending_signing_tag,
        &mut record.pending_testing_tag,
        &mut record.pending_stable_tag,
        &mut record.override_tag,
    ]
}
