// SPDX-License-Identifier: GPL-3.0-or-later
//! What a hub really holds, and scripts did not think of.

use super::ground::{Ground, source, texts};
use super::samples::Place;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn rows(ground: &Ground, words: &str) -> Vec<Value> {
    let ended = ground.flr(words, &["--json"]);
    assert!(ended.code == 0 || ended.code == 7, "{ended:?}");
    ended.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn words_of(rows: &[Value], keys: &[&str]) -> Vec<String> {
    let word = |row: &Value, key: &&str| row[*key].as_str().unwrap_or("-").to_owned();
    rows.iter().map(|row| keys.iter().map(|key| word(row, key)).collect::<Vec<_>>().join(" ")).collect()
}

/// No epoch and epoch 0 were compared as text, and one of them always won.
#[test]
fn no_epoch_is_epoch_0() {
    for (source, destination) in [("NULL", "0"), ("0", "NULL"), ("0", "0")] {
        let ground = Ground::new(Place::Small);
        let epoch = |tag: &str, epoch: &str| {
            ground.plant(&format!(
                "UPDATE build SET epoch = {epoch} WHERE id IN (SELECT build_id FROM tag_listing JOIN tag ON tag.id = tag_id
                 WHERE tag.name = '{tag}') AND pkg_id = (SELECT id FROM package WHERE name = 'bash')"
            ));
        };
        epoch("f43-rebuild", source);
        epoch("f43", destination);
        let merged = ground.flr("koji mass-tag f43-rebuild f43 --no-gating --dry-run --json", &[]).document();
        assert!(texts(&merged["planned"]).contains("tag bash-5.3.0-2.fc43 into f43"), "{source}: {merged}");
        let back = ground.flr("koji mass-tag f43 f43-rebuild --no-gating --dry-run --json", &[]).document();
        assert!(!texts(&back["planned"]).contains("tag bash-5.3.0-1.fc43 into f43-rebuild"), "{source}: {back}");
    }
}

/// A failed build without a task ended the report with an error.
#[test]
fn builds_without_a_task_are_told() {
    let ground = Ground::new(Place::Small);
    ground.plant("UPDATE build SET task_id = NULL");
    ground.plant("DELETE FROM task");
    let failed = ground.flr("koji list-failures f43 --since 2025-01-01 {bodhi}", &[]);
    assert_eq!(
        (failed.code, failed.stdout.as_str(), failed.stderr.as_str()),
        (0, "", "flr: failed, nobody can say for which target: rpm-6.0.0-7.fc43\n")
    );
    for words in [
        "koji list-unbuilt f43 --since 2025-02-01 --target f43-rebuild {bodhi}",
        "koji list-ftbfs f43 --since 2026-01-01 {bodhi}",
    ] {
        assert!(!rows(&ground, words).is_empty(), "{words}");
    }
    assert_eq!(rows(&ground, "koji build-info bash-5.3.0-1.fc43")[0]["task_id"], Value::Null);
}

/// A task of an image has no target where that of a build has it.
#[test]
fn tasks_of_images_have_another_shape() {
    let ground = Ground::new(Place::Small);
    let before = rows(&ground, "koji list-failures f43 --since 2025-01-01 {bodhi}");
    for (method, request) in [
        ("image", json!(["Fedora-Server-dvd", "43", ["x86_64"], "f43-candidate", "https://x.example.test", {}])),
        ("buildContainer", json!([{"src": "x"}, {"target": 7}])),
        ("build", json!([])),
        ("build", json!([null, {"target": "f43-candidate"}])),
    ] {
        let text = request.to_string();
        ground.plant(&format!(
            "INSERT INTO task (state, create_time, completion_time, owner, method, request, fault)
             SELECT state, create_time, completion_time, owner, '{method}', '{text}', fault FROM task WHERE state = 5 LIMIT 1"
        ));
    }
    assert_eq!(rows(&ground, "koji list-failures f43 --since 2025-01-01 {bodhi}"), before);
    let task = ground.site.admin("listTasks", json!([{"method": "image"}]))[0]["id"].to_string();
    assert_eq!(rows(&ground, &format!("koji task-info {task}"))[0]["method"], "image");
    assert_eq!(ground.flr("koji rebuild-status f43 --since 2025-01-01 {bodhi}", &[]).code, 0);
}

/// A failed build whose package has no owner in the tag, being on no list of it, ended the report.
#[test]
fn packages_without_an_owner_are_no_end_of_the_report() {
    let ground = Ground::new(Place::Small);
    let failures = "koji list-failures f43 --since 2025-01-01 {bodhi}";
    let before = rows(&ground, failures);
    assert_eq!(words_of(&before, &["package"]), ["rpm"]);
    ground.plant(
        "UPDATE task SET state = 5 WHERE id IN (SELECT task_id FROM build JOIN package ON package.id = pkg_id
         WHERE name = 'nodejs16');
         UPDATE build SET state = 3 WHERE pkg_id = (SELECT id FROM package WHERE name = 'nodejs16')",
    );
    let failed = ground.site.admin("listBuilds", json!([{"state": 3, "__starstar": true}]));
    assert!(failed.to_string().contains("nodejs16-16.20.2-9.fc43"), "{failed}");
    assert_eq!(rows(&ground, failures), before);
}

/// The target of rawhide leads elsewhere a year later: builds of then were counted for the release of now.
#[test]
fn rawhide_is_the_target_of_another_release_by_now() {
    let ground = Ground::new(Place::Small);
    let build = |package: &str| {
        let task = ground.site.hub.run_as("practice", "build", vec![json!(source(package)), json!("rawhide")]).unwrap();
        let begin = Instant::now();
        while ground.site.admin("getTaskInfo", json!([task]))["state"] != 2 {
            assert!(begin.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    ground.site.admin("createBuildTarget", json!(["rawhide", "f44-build", "f44-updates-candidate"]));
    build("glibc");
    ground.site.admin("editBuildTarget", json!(["rawhide", "rawhide", "f43-build", "f43-updates-candidate"]));
    build("bash");
    let plan = ground.flr("koji rebuild-plan f43 --since 2026-01-01 {bodhi}", &[]);
    assert_eq!(plan.code, 0, "{plan:?}");
    assert!(plan.lines().contains(&"glibc") && !plan.lines().contains(&"bash"), "{plan:?}");
}

/// Koji's latest build is the one that was tagged last, whatever its version.
#[test]
fn the_order_of_a_tag_is_that_of_tagging() {
    let ground = Ground::new(Place::Small);
    let latest = ground.flr("koji latest-build f43-updates-candidate coreutils", &[]);
    assert!(latest.stdout.starts_with("coreutils-9.7-2.fc43 "), "{latest:?}");
    let hidden = rows(&ground, "koji check-latest f43-updates-candidate");
    assert!(json!(hidden).to_string().contains("coreutils-9.7-4.fc43"), "{hidden:?}");
}

/// The hub tells what a task was asked for only when asked to; without it every target was unknown.
#[test]
fn what_a_task_was_asked_for_is_asked() {
    let ground = Ground::new(Place::Small);
    let failed = rows(&ground, "koji list-failures f43 --since 2025-01-01 {bodhi}");
    assert_eq!(words_of(&failed, &["package", "target"]), ["rpm f43-candidate"]);
}
