// SPDX-License-Identifier: GPL-3.0-or-later
//! Releases as Bodhi tells of them, for plan tests.

use crate::bodhi::Record;
use crate::release::layout::{Layout, built_in};
use crate::release::{Known, Source};
use serde_json::json;

/// The layouts that flr brings.
pub(super) fn layouts() -> Vec<Layout> {
    built_in().unwrap()
}

/// Each in two words: its name, and its state or `rawhide`.
pub(super) fn known(releases: &[&str]) -> Known {
    let releases = releases.iter().map(|words| {
        let (name, state) = words.split_once(' ').unwrap();
        let (prefix, version) = match name.strip_prefix("EPEL-") {
            Some(version) => ("FEDORA-EPEL", version),
            None if name == "ELN" => ("FEDORA-ELN", "eln"),
            None => ("FEDORA", name.trim_start_matches('F')),
        };
        let rawhide = state == "rawhide";
        let record = json!({
            "name": name, "long_name": name, "version": version, "id_prefix": prefix,
            "branch": if rawhide { "rawhide".to_owned() } else { name.to_lowercase().replace('-', "") },
            "state": if rawhide { "pending" } else { state },
        });
        serde_json::from_value::<Record>(record).unwrap()
    });
    Known { releases: releases.collect(), unreadable: Vec::new(), source: Source::Bodhi, notes: Vec::new() }
}
