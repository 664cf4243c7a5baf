// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, Site};

/// Tags that hide the build are listed too: its package is blocked, or not on the list.
#[test]
fn tags_of_builds() {
    let site = Site::small();
    assert_eq!(
        site.flr(["koji", "list-tags", "bash-5.3.0-1.fc43", "python2.7-2.7.18-40.fc42", "bash-5.3.1-1.fc43", "no-1-1"]),
        Ended {
            code: 10,
            stdout: "bash-5.3.0-1.fc43         f43\npython2.7-2.7.18-40.fc42  f43\n".into(),
            stderr: "flr: the hub has no build no-1-1\n".into(),
            calls: vec![
                "multiCall getBuild getBuild getBuild getBuild".into(),
                "multiCall listTags listTags listTags".into(),
            ],
        }
    );
}

#[test]
fn as_json() {
    let site = Site::small();
    let ended = site.fed(["koji", "list-tags", "-", "--json"], b"# one\nglibc-2.42-1.fc43\r\n");
    assert_eq!(ended.stdout, "{\"nvr\":\"glibc-2.42-1.fc43\",\"tag\":\"f43\"}\n");
}
