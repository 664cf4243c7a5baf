// SPDX-License-Identifier: GPL-3.0-or-later
use super::super::hub::{Hub, names};
use super::super::of_release::tests::Only;
use super::*;
use serde_json::json;

const SINCE: f64 = 1_000.0;

fn url(package: &str) -> String {
    format!("git+https://src.example/rpms/{package}.git#abc")
}

fn hub() -> Hub {
    let listed = [
        "built", "queued", "failed", "torn", "canceled", "deleted", "old", "image", "imported", "moved", "both",
        "drafted",
    ];
    let build = |package: &str, target: &str| json!([url(package), target, {}]);
    Hub::new()
        .tag("f43")
        .tag("f43-build")
        .tag("f43-rebuild")
        .tag("f43-updates-candidate")
        .target("f43-rebuild", "f43-build", "f43-rebuild")
        .target("f43-candidate", "f43-build", "f43-updates-candidate")
        .target("rawhide", "f43-build", "f43-updates-candidate")
        .target("f42-candidate", "f42-build", "f42-updates-candidate")
        .led("rawhide", "f42-updates-candidate", 1_500.0)
        .listed("f43", &listed)
        .listed("f43", &["skipped", "fresh"])
        .blocked("f43", &["retired"])
        .task(1, "build", TaskState::Closed, build("built", "f43-rebuild"))
        .attempt("built-1-2", BuildState::Complete, Some(1), 1_100.0)
        .task(2, "build", TaskState::Free, build("queued", "f43-rebuild"))
        .task(3, "build", TaskState::Failed, build("failed", "f43-candidate"))
        .attempt("failed-1-2", BuildState::Failed, Some(3), 1_100.0)
        .task(4, "build", TaskState::Failed, build("torn", "f43-rebuild"))
        .task(5, "build", TaskState::Canceled, build("canceled", "f43-rebuild"))
        .attempt("canceled-1-2", BuildState::Canceled, Some(5), 1_100.0)
        .task(11, "build", TaskState::Closed, build("deleted", "f43-rebuild"))
        .attempt("deleted-1-2", BuildState::Deleted, Some(11), 1_100.0)
        .task(6, "build", TaskState::Closed, build("old", "f43-rebuild"))
        .attempt("old-1-2", BuildState::Complete, Some(6), 999.0)
        .task(7, "image", TaskState::Closed, json!(["image", "43", ["x86_64"], "f42-candidate", "x", {}]))
        .attempt("image-43-2", BuildState::Complete, Some(7), 1_100.0)
        .attempt("imported-1-2", BuildState::Complete, None, 1_100.0)
        .task(8, "build", TaskState::Closed, build("moved", "rawhide"))
        .attempt("moved-1-2", BuildState::Complete, Some(8), 1_100.0)
        .task(9, "build", TaskState::Closed, build("both", "rawhide"))
        .attempt("both-1-2", BuildState::Complete, Some(9), 1_600.0)
        .task(10, "build", TaskState::Failed, build("both", "f43-rebuild"))
        .attempt("both-1-3", BuildState::Failed, Some(10), 1_700.0)
        .task(12, "build", TaskState::Closed, json!([url("drafted"), "f43-rebuild", {"draft": true}]))
        .attempt("drafted-1-2,draft_70", BuildState::Complete, Some(12), 1_100.0)
        .task(13, "build", TaskState::Free, json!([url("drafted"), "f43-rebuild", {"draft": true}]))
}

fn what(accepted: &[&str]) -> What {
    What {
        release: "f43".parse().unwrap(),
        since: SINCE,
        target: None,
        accepted: names(accepted).into_iter().collect(),
        skip: names(&["skipped", "gone"]).into_iter().collect(),
    }
}

fn plan(hub: &Hub) -> Found {
    let plan = RebuildPlan { what: what(&[]), left_out: false, directory: &Only, layouts: &[] };
    plan.ask(&Readers { koji: hub }).unwrap()
}

fn unbuilt(hub: &Hub, accepted: &[&str]) -> Result<Found> {
    ListUnbuilt { what: what(accepted), directory: &Only, layouts: &[] }.ask(&Readers { koji: hub })
}

fn rows(found: &Found) -> Vec<String> {
    let why = |row: &Row| row.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
    found.rows.iter().map(|row| format!("{} {}{}", row.standing.as_str(), row.package, why(row))).collect()
}

#[test]
fn every_package_has_a_reason() {
    let hub = hub();
    let found = plan(&hub);
    assert_eq!(
        rows(&found),
        [
            "built both: both-1-2 was built for rawhide",
            "built built: built-1-2 was built for f43-rebuild",
            "to-rebuild canceled: canceled-1-2 was canceled",
            "to-rebuild deleted: deleted-1-2 was deleted",
            "to-rebuild drafted: drafted-1-2,draft_70: it is a draft",
            "failed failed: failed-1-2 failed for f43-candidate",
            "to-rebuild fresh",
            "to-rebuild image: image-43-2: it was built for f42-candidate",
            "to-rebuild imported: imported-1-2: it has no task, so nobody knows for which target it was",
            "to-rebuild moved: moved-1-2: it was built for rawhide when that led to f42-updates-candidate",
            "to-rebuild old",
            "submitted queued: task 2 for f43-rebuild is free",
            "blocked retired: it is blocked in f43",
            "skipped skipped: it is to be skipped",
            "failed torn: task 4 for f43-rebuild is failed",
        ]
    );
    assert_eq!(found.not_listed, names::<PackageName>(&["gone"]));
    assert_eq!(found.targets, names(&["f43-candidate", "f43-rebuild", "rawhide"]).into_iter().collect());
}

/// Two calls for each package make 48,000 before the first clone.
#[test]
fn a_plan_takes_a_handful_of_calls() {
    let hub = hub();
    plan(&hub);
    let expected = [
        "getBuildTargets",
        "getBuildTarget x4",
        "getLastEvent",
        "listPackages f43",
        "listBuilds",
        "getTaskInfo x9",
        "queryHistory of 3 targets",
        "listTasks free open assigned",
        "listTasks failed",
    ];
    assert_eq!(hub.calls(), expected);
}

#[test]
fn only_the_targets_that_are_named_count() {
    let hub = hub();
    let found = unbuilt(&hub, &["f43-rebuild"]).unwrap();
    assert!(found.rows.iter().all(|row| row.standing == Standing::ToRebuild));
    let names: Vec<&str> = found.rows.iter().map(|row| row.package.as_str()).collect();
    assert_eq!(names, ["canceled", "deleted", "drafted", "failed", "fresh", "image", "imported", "moved", "old"]);
    let unknown = unbuilt(&hub, &["f43-rebiuld"]);
    assert_eq!(unknown.unwrap_err().what, "the hub has no target f43-rebiuld");
}
