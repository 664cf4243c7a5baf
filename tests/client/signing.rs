// SPDX-License-Identifier: GPL-3.0-or-later
//! Rpms and their signatures: what is sent, and what is made of recorded answers.

use crate::reading::{ask, members, tag};
use crate::recorded::{answer, value};
use flr::koji::{BuildRpms, Inherit, Reader, Rpm, RpmQuery};
use flr::names::BuildId;
use serde_json::{Value, json};

fn query(latest: bool) -> RpmQuery {
    RpmQuery { tag: tag("f43"), inherit: Inherit::Direct, latest }
}

fn shown(rpms: &[Rpm]) -> Vec<String> {
    let keys = |rpm: &Rpm| rpm.keys.iter().map(|key| key.as_str()).collect::<Vec<_>>().join(" ");
    rpms.iter().map(|rpm| format!("{} {}: {}", rpm.id, rpm.nvra, keys(rpm))).collect()
}

#[test]
fn the_rows_of_an_rpm_become_one() {
    let (found, seen) = ask(vec![("listTaggedRPMS", answer("listTaggedRPMS"))], |hub| hub.tagged_rpms(&query(true)));
    let found = found.unwrap();
    let [BuildRpms { id, nvr, rpms }] = &found[..] else { panic!("{found:?}") };
    assert_eq!((id.0, nvr.as_str()), (2_839_472, "bash-5.3.0-2.fc43"));
    assert_eq!(
        shown(rpms),
        [
            "42065936 bash-5.3.0-2.fc43.src: 31645531",
            "42065937 bash-5.3.0-2.fc43.x86_64: 31645531",
            "42065938 bash-5.3.0-2.fc43.aarch64: 31645531",
        ]
    );
    let named = json!({"inherit": false, "latest": true, "rpmsigs": true, "__starstar": true});
    assert_eq!(seen[0].params, [json!("f43"), named]);
}

#[test]
fn rpms_of_builds_and_their_signatures() {
    let script = vec![
        ("multiCall", members([value("listRPMs"), json!([[]])])),
        ("multiCall", members([value("queryRPMSigs-empty"), value("queryRPMSigs"), value("queryRPMSigs-key")])),
    ];
    let (found, seen) = ask(script, |hub| hub.rpms_of(&[BuildId(2_839_472), BuildId(7)]));
    let found = found.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(
        shown(&found[0]),
        [
            "42065936 bash-5.3.0-2.fc43.src: ",
            "42065937 bash-5.3.0-2.fc43.x86_64: 31645531",
            "42065938 bash-5.3.0-2.fc43.aarch64: 31645531",
        ]
    );
    assert!(found[1].is_empty());
    assert_eq!(seen[0].params[0][1], json!({"methodName": "listRPMs", "params": [{"buildID": 7, "__starstar": true}]}));
    let asked = json!({"methodName": "queryRPMSigs", "params": [{"rpm_id": 42_065_936, "__starstar": true}]});
    assert_eq!(seen[1].params[0][0], asked);
}

/// One multicall for all rpms of a release was tried: memory, gateway limits, and one fault loses all.
#[test]
fn no_multicall_holds_a_whole_release() {
    let rpm = |id: u64| {
        json!({
            "id": id, "build_id": 1, "name": "bash", "version": "5", "release": "1", "arch": "noarch",
            "metadata_only": id == 3,
        })
    };
    let many: Value = (1..=402).map(rpm).collect();
    let signed = |number: usize| members(std::iter::repeat_n(json!([[]]), number));
    let script = vec![
        ("multiCall", members([json!([many])])),
        ("multiCall", signed(200)),
        ("multiCall", signed(200)),
        ("multiCall", signed(1)),
    ];
    let (found, _) = ask(script, |hub| hub.rpms_of(&[BuildId(1)]));
    // One of them has no file that could be signed.
    assert_eq!(found.unwrap()[0].len(), 401);
}

#[test]
fn an_unknown_tag_is_named() {
    let script = vec![("listTaggedRPMS", answer("listTagged-missing-tag")), ("getTag", answer("getTag-missing-nil"))];
    let (found, _) = ask(script, |hub| hub.tagged_rpms(&query(false)));
    let error = found.unwrap_err();
    assert!(error.what.starts_with("no such tag at ") && error.what.ends_with(": f43"), "{error}");
}
