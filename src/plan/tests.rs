// SPDX-License-Identifier: GPL-3.0-or-later
//! How changes are recorded and told: one of each kind.

use super::*;

/// What journals hold and reports tell; an old shape must stay readable.
const RECORDED: [&str; 35] = [
    r#"{"system":"koji","kind":"tag-build","tag":"f43","build":{"nvr":"bash-5.3-1.fc43","id":7}}"#,
    r#"{"system":"koji","kind":"untag-build","tag":"f43","build":{"nvr":"bash-5.3-1.fc43","id":7}}"#,
    r#"{"system":"koji","kind":"retag-build","tag":"f43","build":{"nvr":"bash-5.3-1.fc43","id":7}}"#,
    r#"{"system":"koji","kind":"add-package","tag":"f43","package":"bash","owner":"kim"}"#,
    r#"{"system":"koji","kind":"block-package","tag":"f44","package":"bash","before":{"package":"bash","tag":"f43","owner":"kim","blocked":false,"extra_arches":null}}"#,
    r#"{"system":"koji","kind":"unblock-package","tag":"f43","package":"bash","before":{"package":"bash","tag":"f43","owner":"kim","blocked":true,"extra_arches":""}}"#,
    r#"{"system":"koji","kind":"set-package","tag":"f44","package":"bash","entry":{"package":"bash","tag":"f44","owner":null,"blocked":false,"extra_arches":null},"before":null}"#,
    r#"{"system":"koji","kind":"set-owner","tag":"f43","package":"bash","owner":"jan","before":{"package":"bash","tag":"f43","owner":"kim","blocked":false,"extra_arches":null}}"#,
    r#"{"system":"koji","kind":"restore-package","tag":"f43","package":"bash","entry":{"package":"bash","tag":"f43","owner":"kim","blocked":false,"extra_arches":null}}"#,
    r#"{"system":"koji","kind":"remove-package","tag":"f43","package":"bash","before":{"package":"bash","tag":"f43","owner":"kim","blocked":false,"extra_arches":null}}"#,
    r#"{"system":"koji","kind":"lock-tag","tag":"f43"}"#,
    r#"{"system":"koji","kind":"unlock-tag","tag":"f43"}"#,
    r#"{"system":"koji","kind":"set-tag-permission","tag":"f43","perm":"admin","before":null}"#,
    r#"{"system":"koji","kind":"set-tag-arches","tag":"f43","arches":"x86_64","before":null}"#,
    r#"{"system":"koji","kind":"set-tag-extra","tag":"f43","key":"a","to":{"value":"b"},"before":"unset"}"#,
    r#"{"system":"koji","kind":"edit-inheritance","tag":"f43","unlink":[],"link":[{"parent":"f42","parent_id":9,"priority":0,"maxdepth":null,"intransitive":false,"noconfig":false,"pkg_filter":""}]}"#,
    r#"{"system":"koji","kind":"create-tag","tag":"f44","settings":{"perm":null,"arches":"x86_64","extra":{"mock.package_manager":"dnf5"}}}"#,
    r#"{"system":"koji","kind":"snapshot-tag","tag":"f44","source":"f43","event":null,"settings":{"perm":null,"arches":"x86_64","extra":{}},"locked":false}"#,
    r#"{"system":"koji","kind":"delete-tag","tag":"f44","before":{"perm":null,"arches":"x86_64","extra":{}}}"#,
    r#"{"system":"koji","kind":"remove-side-tag","tag":"f43-build-side-7","owner":"kim"}"#,
    r#"{"system":"koji","kind":"add-group","tag":"f43","group":"build","settings":{"display_name":"build","description":null,"exported":true,"is_default":null,"uservisible":true,"langonly":null,"biarchonly":false},"before":null}"#,
    r#"{"system":"koji","kind":"remove-group","tag":"f43","group":"build","before":{"display_name":"build","description":null,"exported":true,"is_default":null,"uservisible":true,"langonly":null,"biarchonly":false}}"#,
    r#"{"system":"koji","kind":"add-group-package","tag":"f43","group":"build","package":{"name":"bash","kind":"mandatory","basearchonly":null,"requires":null},"before":null}"#,
    r#"{"system":"koji","kind":"remove-group-package","tag":"f43","group":"build","before":{"name":"bash","kind":"mandatory","basearchonly":null,"requires":null}}"#,
    r#"{"system":"koji","kind":"add-external-repo","tag":"f43","repo":{"name":"r","priority":5,"merge_mode":"koji","arches":null}}"#,
    r#"{"system":"koji","kind":"edit-external-repo","tag":"f43","repo":{"name":"r","priority":5,"merge_mode":"koji","arches":null},"before":{"name":"r","priority":7,"merge_mode":"bare","arches":"x86_64"}}"#,
    r#"{"system":"koji","kind":"remove-external-repo","tag":"f43","before":{"name":"r","priority":5,"merge_mode":"koji","arches":null}}"#,
    r#"{"system":"koji","kind":"create-target","target":"f43","tags":{"build_tag":"f43-build","dest_tag":"f43-updates-candidate"}}"#,
    r#"{"system":"koji","kind":"edit-target","target":"f43","tags":{"build_tag":"f43-build","dest_tag":"f43"},"before":{"build_tag":"f43-build","dest_tag":"f43-updates-candidate"}}"#,
    r#"{"system":"koji","kind":"delete-target","target":"f43","before":{"build_tag":"f43-build","dest_tag":"f43"}}"#,
    r#"{"system":"koji","kind":"request-repo","tag":"f43-build","min_event":40}"#,
    r#"{"system":"koji","kind":"write-signed","build":{"nvr":"bash-5.3-1.fc43","id":7},"rpm":{"nvra":"bash-5.3-1.fc43.src","id":70},"key":"31645531"}"#,
    r#"{"system":"koji","kind":"remove-signed","build":{"nvr":"bash-5.3-1.fc43","id":7},"rpm":{"nvra":"bash-5.3-1.fc43.src","id":70},"key":"31645531","bytes":46}"#,
    r#"{"system":"koji","kind":"submit-build","source":"git+https://src.example/rpms/bash.git#8bf59b0bf9bc3dfc4928e1323e1129daafe34179","target":"f43","background":false,"fail_fast":true}"#,
    r#"{"system":"koji","kind":"cancel-task","task":7,"target":"f43","package":"bash"}"#,
];

#[test]
fn each_kind_is_recorded_as_it_always_was() {
    for text in RECORDED {
        let change: Change = serde_json::from_str(text).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(serde_json::to_string(&change).unwrap(), text);
    }
}

/// A newer flr may have written it: half of it is not enough to resume or undo by.
#[test]
fn what_is_not_all_understood_is_refused() {
    for text in RECORDED {
        let more = text.replacen("\"kind\":", "\"later\":true,\"kind\":", 1);
        assert!(serde_json::from_str::<Change>(&more).is_err(), "{more}");
        let other = text.replacen("\"kind\":\"", "\"kind\":\"not-", 1);
        assert!(serde_json::from_str::<Change>(&other).is_err(), "{other}");
    }
}
