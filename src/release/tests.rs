// SPDX-License-Identifier: GPL-3.0-or-later
//! What releases are called.

use super::layout::{Layout, built_in};
use super::*;
use crate::bodhi::Record;
use crate::names::ReleaseAlias;
use serde_json::json;

fn record(name: &str, version: &str, prefix: &str, branch: &str, state: &str, automatic: bool) -> Record {
    let text = json!({
        "name": name, "long_name": name, "version": version, "id_prefix": prefix, "branch": branch, "state": state,
        "composed_by_bodhi": !automatic, "create_automatic_updates": automatic,
    });
    serde_json::from_value(text).unwrap()
}

/// After branching, before the activation of updates for the branched one.
fn world() -> Vec<Record> {
    vec![
        record("ELN", "eln", "FEDORA-ELN", "eln", "pending", true),
        record("EPEL-10.0", "10.0", "FEDORA-EPEL", "epel10.0", "current", false),
        record("EPEL-10.1", "10.1", "FEDORA-EPEL", "epel10", "current", false),
        record("EPEL-9", "9", "FEDORA-EPEL", "epel9", "current", false),
        record("EPEL-9N", "9", "FEDORA-EPEL-NEXT", "epel9-next", "current", false),
        record("F42", "42", "FEDORA", "f42", "archived", false),
        record("F43", "43", "FEDORA", "f43", "current", false),
        record("F43C", "43", "FEDORA-CONTAINER", "f43", "current", false),
        record("F43F", "43", "FEDORA-FLATPAK", "f43", "current", false),
        record("F44", "44", "FEDORA", "f44", "pending", true),
        record("F44F", "44", "FEDORA-FLATPAK", "f44", "pending", false),
        record("F45", "45", "FEDORA", "rawhide", "pending", true),
    ]
}

fn layouts() -> Vec<Layout> {
    built_in().unwrap()
}

/// Its name, or the error and the hint.
fn found(alias: &str, all: &[Record]) -> String {
    let alias: ReleaseAlias = alias.parse().unwrap();
    match find(&alias, all, &layouts()) {
        Ok(release) => release.name.clone(),
        Err(error) => format!("{} / {}", error.what, error.hint.unwrap_or_default()),
    }
}

#[test]
fn what_releases_are_called() {
    let all = world();
    for (alias, name) in [
        ("F43", "F43"),
        ("f43", "F43"),
        ("43", "F43"),
        ("f43f", "F43F"),
        ("F43C", "F43C"),
        ("f44", "F44"),
        ("44", "F44"),
        ("rawhide", "F45"),
        ("Rawhide", "F45"),
        ("f45", "F45"),
        ("45", "F45"),
        ("branched", "F44"),
        ("epel9", "EPEL-9"),
        ("EPEL-9", "EPEL-9"),
        ("epel-9", "EPEL-9"),
        ("epel9n", "EPEL-9N"),
        ("epel9-next", "epel9-next is no branch of a described family"),
        ("epel10", "EPEL-10.1"),
        ("epel10.0", "EPEL-10.0"),
        ("epel10.1", "EPEL-10.1"),
        ("eln", "ELN"),
        ("f42", "F42"),
    ] {
        let found = found(alias, &all);
        if alias == "epel9-next" {
            assert!(found.starts_with("there is no release epel9-next / "), "{found}");
        } else {
            assert_eq!(found, name, "{alias}");
        }
    }
}

#[test]
fn what_is_unknown_or_ambiguous_is_refused_with_candidates() {
    let all = world();
    let in_use = "releases in use: ELN, EPEL-10.0, EPEL-10.1, EPEL-9, EPEL-9N, F43, F43C, F43F, F44, F44F, F45";
    for alias in ["f46", "46", "043", "f", "f43-updates", "epel", "x"] {
        assert_eq!(found(alias, &all), format!("there is no release {alias} / {in_use}"));
    }
    // A bare number is a Fedora's; an EPEL's must be spelt out.
    assert_eq!(found("9", &all), "9 does not say which release is meant / one of EPEL-9");
    // Two branched releases, as between branching and the release of the one before.
    let mut two = all.clone();
    two.push(record("F41", "41", "FEDORA", "f41", "frozen", false));
    assert_eq!(found("branched", &two), "branched does not say which release is meant / one of F44, F41");
    // None.
    let mut none = all.clone();
    none.retain(|release| release.name != "F44");
    assert!(found("branched", &none).starts_with("no release is branched now / releases in use: "));
    assert_eq!(
        found("rawhide", &none[..4]),
        "no release is rawhide / releases in use: ELN, EPEL-10.0, EPEL-10.1, EPEL-9"
    );
    assert_eq!(found("rawhide", &[]), "no release is rawhide / ");
    assert_eq!(found("f43", &[]), "there is no release f43 / ");
    // A major version whose branch no record has.
    let mut minor = all.clone();
    minor
        .iter_mut()
        .filter(|release| release.branch == "epel10")
        .for_each(|release| release.branch = "epel10.1".into());
    assert_eq!(found("epel10", &minor), "epel10 does not say which release is meant / one of EPEL-10.0, EPEL-10.1");
}

#[test]
fn rawhide_is_the_highest_to_come_where_no_branch_says_so() {
    let mut all = world();
    all.iter_mut().filter(|release| release.name == "F45").for_each(|release| release.branch = "f45".into());
    assert_eq!((found("rawhide", &all).as_str(), found("branched", &all).as_str()), ("F45", "F44"));
    // As numbers, not as texts.
    all.push(record("F100", "100", "FEDORA", "f100", "pending", true));
    assert_eq!(found("rawhide", &all), "F100");
    // A flatpak's record is no Rawhide.
    all.push(record("F101F", "101", "FEDORA-FLATPAK", "rawhide", "pending", true));
    assert_eq!(found("rawhide", &all), "F100");
}

#[test]
fn roles() {
    let all = world();
    let of = |name: &str| role(all.iter().find(|release| release.name == name).unwrap(), &all);
    assert_eq!((of("F45"), of("F44"), of("F43")), (Role::Rawhide, Role::Branched, Role::Other));
    assert_eq!((of("ELN"), of("F44F"), of("EPEL-9")), (Role::Other, Role::Other, Role::Other));
}

#[test]
fn unknown_states_and_fields_are_tolerated() {
    let mut all = world();
    let text = json!({
        "name": "F46", "long_name": "Fedora 46", "version": "46", "id_prefix": "FEDORA", "branch": "f46",
        "state": "thawed", "colour": "green",
    });
    all.push(serde_json::from_value(text).unwrap());
    assert_eq!(found("f46", &all), "F46");
    assert_eq!(role(all.last().unwrap(), &all), Role::Other);
}
