// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, build_change, refused};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::json;

const TAG: &str = "f43-updates-candidate";
const NEWEST: &str = "coreutils-9.7-4.fc43";
/// The tag, the build, its package's rows and entry.
const READS: [&str; 4] = ["getTag", "multiCall getBuild", "multiCall queryHistory", "multiCall listPackages"];

/// 9.7-3, 9.7-4, 9.7-2: the last one hides the others.
fn site() -> Site {
    let site = Site::small();
    site.admin("tagBuildBypass", json!([TAG, "coreutils-9.7-2.fc43", true]));
    site
}

#[test]
fn a_dry_run_a_run_a_second_run_and_back() {
    let site = site();
    let before = site.state();
    let mut change = build_change(&site, "tag-build", TAG, NEWEST);
    change["kind"] = "retag-build".into();
    change["text"] = format!("make {NEWEST} the newest of its package in {TAG} again").into();
    Case {
        args: &["koji", "retag-latest", TAG, NEWEST],
        planned: json!([change]),
        left_out: &[],
        reads: &READS,
        writes: &["multiCall tagBuildBypass"],
        left_out_then: &[[NEWEST, "the latest of its package in f43-updates-candidate already"]],
        reads_then: &READS,
    }
    .holds_at(&site);
    assert_eq!(site.tagged(TAG).last().unwrap(), NEWEST);
    assert_eq!(site.last_undone().code, 0);
    assert_eq!(site.state(), before);
}

#[test]
fn a_lost_answer_is_settled() {
    for what in [What::DropAfter, What::DropBefore] {
        let site = site();
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let ended = agreed(&site, &["koji", "retag-latest", TAG, NEWEST]);
        assert_eq!((ended.code, &ended.document()["msg"]), (0, &json!("1 done")), "{ended:?}");
        assert_eq!(site.tagged(TAG).last().unwrap(), NEWEST);
    }
}

#[test]
fn only_the_newest_can_be_the_latest() {
    let site = site();
    refused(
        &site,
        &["koji", "retag-latest", TAG, "coreutils-9.7-3.fc43", "bash-5.3.1-1.fc43", "nope-1-1"],
        &[
            "getTag",
            "multiCall getBuild getBuild getBuild",
            "multiCall queryHistory queryHistory",
            "multiCall listPackages listPackages",
        ],
        &[
            [
                "coreutils-9.7-3.fc43",
                "coreutils-9.7-4.fc43 is newer and in f43-updates-candidate too; untag it if the older one is to be the latest",
            ],
            ["bash-5.3.1-1.fc43", "not in f43-updates-candidate itself"],
            ["nope-1-1", "the hub has no such build"],
        ],
    );
}
