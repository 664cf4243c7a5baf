// SPDX-License-Identifier: GPL-3.0-or-later
//! Drafts: any packager can make one, and whoever reads a list meets it.

use crate::reading::{ask, members, tag};
use crate::recorded::{answer, value};
use flr::koji::{BuildQuery, Inherit, Reader, RpmQuery, Tagged};
use flr::names::{BuildId, Nvr};

const DRAFT: &str = "bash-5.3.0-9.fc43,draft_2700592";

fn draft() -> Nvr {
    DRAFT.parse().unwrap()
}

#[test]
fn a_draft_is_one_of_the_builds_of_every_list() {
    let candidate = || tag("f43-updates-candidate");
    let query = Tagged { package: Some("bash".parse().unwrap()), ..Tagged::latest(candidate(), Inherit::Direct) };
    let (found, _) = ask(vec![("listTagged", answer("listTagged-draft"))], |hub| hub.tagged(&query));
    let found = found.unwrap();
    assert_eq!(found.iter().map(|build| build.nvr.as_str()).collect::<Vec<_>>(), [DRAFT]);
    let script = vec![("multiCall", members([value("queryHistory-draft")]))];
    let (found, _) = ask(script, |hub| hub.package_rows(&candidate(), &["bash".parse().unwrap()]));
    let rows = found.unwrap().remove(0);
    assert_eq!(rows.iter().map(|row| row.nvr.as_str()).collect::<Vec<_>>(), [DRAFT]);
    let script = vec![("listBuilds", answer("listBuilds-draft"))];
    let (found, _) = ask(script, |hub| hub.build_list(&BuildQuery::default()));
    assert!(found.unwrap().iter().any(|build| build.nvr == draft() && build.nvr.is_draft()));
}

#[test]
fn a_draft_is_found_by_the_name_the_hub_gives_it() {
    let (found, seen) = ask(vec![("multiCall", members([value("getBuild-draft")]))], |hub| hub.builds(&[draft()]));
    assert_eq!(seen[0].params[0][0]["params"][0], DRAFT);
    let build = found.unwrap().remove(0).unwrap();
    assert_eq!((build.id, build.nvr), (BuildId(2_700_592), draft()));
    let (found, _) = ask(vec![("multiCall", members([value("listTags-draft")]))], |hub| hub.tags_of(&[draft()]));
    assert_eq!(found.unwrap(), [[tag("f43-updates-candidate")]]);
}

/// The rpms are called as they will be when it is promoted.
#[test]
fn rpms_of_a_draft() {
    let query = RpmQuery { tag: tag("f43-updates-candidate"), inherit: Inherit::Direct, latest: true };
    let (found, _) = ask(vec![("listTaggedRPMS", answer("listTaggedRPMS-draft"))], |hub| hub.tagged_rpms(&query));
    let found = found.unwrap();
    let [build] = &found[..] else { panic!("{found:?}") };
    assert_eq!(build.nvr, draft());
    let rpms: Vec<&str> = build.rpms.iter().map(|rpm| rpm.nvra.as_str()).collect();
    assert_eq!(rpms, ["bash-5.3.0-9.fc43.src", "bash-5.3.0-9.fc43.x86_64"]);
}
