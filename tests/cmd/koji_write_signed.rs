// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{agreed, refused, run};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};

const KEY: &str = "31645531";

/// Signed copies need a permission of their own.
fn site() -> Site {
    let site = Site::small();
    site.admin("grantPermission", json!(["practice", "sign"]));
    site
}

fn count(report: &Value, list: &str) -> usize {
    report[list].as_array().unwrap().len()
}

const BASH: [&str; 5] = ["koji", "write-signed", "bash-5.3.0-1.fc43", "--key", KEY];

/// The old script ended non-zero after every batch that was good.
#[test]
fn a_good_batch_exits_0_and_so_does_the_second_run() {
    let site = site();
    let dry = run(&site, &BASH, &["--dry-run"]);
    let planned = dry.document();
    assert_eq!((dry.code, count(&planned, "planned")), (0, 5));
    assert!(!dry.calls.iter().any(|call| call == "login"), "{dry:?}");
    let first = &planned["planned"][0];
    assert_eq!(
        (&first["kind"], &first["key"], &first["text"]),
        (&json!("write-signed"), &json!(KEY), &json!("write bash-5.3.0-1.fc43.src signed with 31645531"))
    );
    for _ in 0..2 {
        let ended = agreed(&site, &BASH);
        let told = ended.document();
        assert_eq!((ended.code, ended.stderr.as_str(), count(&told, "done")), (0, "", 5), "{told}");
        // A run that tags nothing asks for no permission to tag.
        let wanted = format!("multiCall{}", " writeSignedRPM".repeat(5));
        assert!(ended.calls.contains(&wanted) && !ended.calls.contains(&"getPerms".to_owned()), "{:?}", ended.calls);
    }
}

/// The table of errors in the old script hid the one that was to be shown; here each rpm has the hub's own
/// words, and the rest goes on.
#[test]
fn each_rpm_has_its_own_outcome() {
    let site = site();
    let ended = agreed(&site, &["koji", "write-signed", "f43", "--key", KEY]);
    let told = ended.document();
    assert_eq!(ended.code, 5, "{told}");
    assert_eq!([count(&told, "done"), count(&told, "failures"), count(&told, "skipped")], [52, 1, 8]);
    let failure = &told["failures"][0];
    assert_eq!(failure["change"]["rpm"]["nvra"], "openssl-3.5.1-1.fc43.s390x");
    assert_eq!(
        failure["why"],
        "hub fault 1000: No such path: /mnt/koji/packages/openssl/3.5.1/1.fc43/s390x/openssl-3.5.1-1.fc43.s390x.rpm"
    );
    let skipped = |subject: &str| {
        let all = told["skipped"].as_array().unwrap().iter();
        all.filter(|item| item["subject"] == subject).map(|item| item["why"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(skipped("kernel-6.16.7-1.fc43.s390x"), ["it is not signed with 31645531"]);
    assert_eq!(skipped("Fedora-Server-dvd-43-20251101.n.1"), ["it has no rpms"]);
    // Files are written in small batches, so that whoever stops the run need not wait.
    let batches: Vec<usize> = ended.calls.iter().map(|call| call.matches("writeSignedRPM").count()).collect();
    assert_eq!((batches.iter().sum::<usize>(), *batches.iter().max().unwrap()), (53, 20), "{batches:?}");
    // What was written cannot be taken back, and is not said to be.
    let hint = ended.stderr.lines().last().unwrap_or_default();
    assert!(hint.ends_with("goes on") && !ended.stderr.contains("run undo"), "{}", ended.stderr);

    // What failed is tried again, and nothing else.
    let resumed = site.agreed(["run", "resume", told["run"].as_str().unwrap(), "--json"]);
    let writes: usize = resumed.calls.iter().map(|call| call.matches("writeSignedRPM").count()).sum();
    assert_eq!((resumed.code, writes), (10, 1), "{resumed:?}");
}

#[test]
fn what_is_not_signed_is_refused_by_name_and_before_anything_is_written() {
    let site = site();
    let signatures = format!("multiCall{}", " queryRPMSigs".repeat(5));
    refused(
        &site,
        &["koji", "write-signed", "kernel-6.16.7-1.fc43", "no-1-1", "--key", KEY],
        &["multiCall getBuild getBuild", "multiCall listRPMs", &signatures],
        &[
            ["no-1-1", "the hub has no such build"],
            ["kernel-6.16.7-1.fc43.ppc64le", "it is not signed with 31645531"],
            ["kernel-6.16.7-1.fc43.s390x", "it is not signed with 31645531"],
        ],
    );
    refused(
        &site,
        &["koji", "write-signed", "f43", "--key", "DEADBEEF"],
        &["listTaggedRPMS"],
        &[["f43", "none of its 60 rpms is signed with deadbeef"]],
    );
}

#[test]
fn without_the_permission_the_first_batch_ends_the_run() {
    let site = Site::small();
    let ended = agreed(&site, &["koji", "write-signed", "f43", "--key", KEY]);
    let told = ended.document();
    assert_eq!((ended.code, &told["changed"]), (10, &json!(false)), "{told}");
    assert!(told["msg"].as_str().unwrap().contains("sign permission required (logged in as practice)"), "{told}");
    assert_eq!(ended.calls.iter().filter(|call| call.contains("writeSignedRPM")).count(), 1);
}

/// Nothing at the hub tells whether a file is there: the call is made again, which harms nothing.
#[test]
fn a_lost_answer_is_asked_for_again() {
    for what in [What::DropAfter, What::DropBefore, What::HalfAnswer] {
        let site = site();
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let ended = agreed(&site, &BASH);
        assert!(site.hub.pending_rules().is_empty());
        let told = ended.document();
        assert_eq!((ended.code, count(&told, "done")), (0, 5), "{told}");
    }
}

/// Nobody can say what became of them: neither done nor failed.
#[test]
fn answers_that_stay_lost_are_unsettled() {
    let site = site();
    for nth in 1..=60 {
        site.hub.misbehave(Misbehaviour::new(When::Writing(nth), What::DropBefore));
    }
    let ended = agreed(&site, &BASH);
    let told = ended.document();
    assert_eq!((ended.code, count(&told, "unsettled"), count(&told, "failures")), (5, 5, 0), "{told}");
    let why = "its answer was lost 4 times, and the hub does not tell whether it is there";
    assert_eq!(told["unsettled"][0]["why"], why);
}

#[test]
fn undo_says_that_it_cannot() {
    let site = site();
    let report = agreed(&site, &BASH).document();
    let undone = site.undone(&report);
    let told = undone.document();
    assert_eq!((undone.code, &told["changed"]), (10, &json!(false)), "{told}");
    assert_eq!(told["skipped"][0]["why"], "it cannot be taken back");
    let [dry, real] = [site.flr([BASH[0], BASH[1], BASH[2], BASH[3], BASH[4], "--dry-run"]), site.agreed(BASH)];
    assert!(dry.stdout.contains("5 changes cannot be undone"), "{}", dry.stdout);
    assert_eq!(real.stderr, "", "nothing is said about taking it back");
}
