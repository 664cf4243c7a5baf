// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, Site};

#[test]
fn arguments_are_json_or_words() {
    let site = Site::small();
    let ended = site.flr(["koji", "call", "getTag", "f43-empty", "--json"]);
    assert_eq!((ended.code, ended.calls.clone()), (0, vec!["getTag".to_owned()]));
    let tag = ended.document();
    assert_eq!(tag["name"], "f43-empty");
    let named = site.flr(["koji", "call", "getTag", r#"{"tagInfo": "f43-empty", "__starstar": true}"#, "--json"]);
    assert_eq!(named.document(), tag);
    let by_number = site.flr(["koji", "call", "getTag", &tag["id"].to_string(), "--json"]);
    assert_eq!(by_number.document(), tag);
    assert_eq!(site.flr(["koji", "call", "getTag", "nosuch"]).stdout, "null\n");
}

#[test]
fn a_multicall_keeps_its_shape() {
    let site = Site::small();
    let calls = r#"[{"methodName": "getTag", "params": ["nosuch"]}, {"methodName": "nosuch", "params": []}]"#;
    let ended = site.flr(["koji", "call", "multiCall", calls, "--json"]);
    let answer = ended.document();
    assert_eq!(answer[0], serde_json::json!([null]));
    assert_eq!(answer[1]["faultCode"], 1000);
}

/// Nothing is sent, so that the session stays anonymous.
#[test]
fn logins_are_refused() {
    let site = Site::small();
    let hidden = r#"[{"methodName": "login", "params": ["practice", "practice-pw"]}]"#;
    for args in [
        ["koji", "call", "login", "practice", "practice-pw"].as_slice(),
        &["koji", "call", "sslLogin"],
        &["koji", "call", "subsession"],
        &["koji", "call", "exclusiveSession"],
        &["koji", "call", "logout"],
        &["koji", "call", "multiCall", hidden],
    ] {
        let mut command = site.command();
        command.args(args);
        let ended = site.ended(command, b"");
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{args:?}");
        assert!(ended.stderr.contains("the session is anonymous and stays so"));
        assert_eq!(ended.calls, [""; 0], "{args:?}");
    }
}

#[test]
fn it_cannot_write() {
    let site = Site::small();
    let before = site.tagged("f43-empty");
    let ended = site.flr(["koji", "call", "tagBuildBypass", "f43-empty", "bash-5.3.0-1.fc43"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (10, ""));
    assert_eq!(site.tagged("f43-empty"), before);
}

#[test]
fn a_fault_is_told_in_the_hubs_words() {
    let site = Site::small();
    let ended = site.flr(["koji", "call", "noSuchMethod"]);
    assert_eq!(
        ended,
        Ended {
            code: 10,
            stderr: "flr: noSuchMethod at HUB: hub fault 1000: Invalid method: noSuchMethod\n".into(),
            calls: vec!["noSuchMethod".into()],
            ..Ended::default()
        }
    );
}
