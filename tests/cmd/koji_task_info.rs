// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::Site;
use serde_json::json;

#[test]
fn tasks_that_are_known_and_not() {
    let site = Site::small();
    let build = site.flr(["koji", "build-info", "bash-5.3.0-1.fc43", "--json"]).document();
    let id = build["task_id"].to_string();
    let ended = site.flr(["koji", "task-info", &id, "7"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (10, "flr: the hub has no task 7\n"));
    let words: Vec<&str> = ended.stdout.split_whitespace().collect();
    assert_eq!((words[0], words[1], words[2]), (id.as_str(), "build", "closed"));
    assert_eq!(words.len(), 8);
    assert_eq!(words[7], "-");
}

/// A task that failed shows why.
#[test]
fn the_fault_of_a_task_is_shown() {
    let site = Site::small();
    let tag = |build: &str| {
        let task = site.hub.run_as("admin", "tagBuild", vec![json!("f43-empty"), json!(build)]).unwrap();
        task.to_string()
    };
    // Two tasks for one build: the second one finds it tagged already.
    let build = "bash-5.3.0-1.fc43";
    site.hub.run_as("admin", "packageListAdd", vec![json!("f43-empty"), json!("bash"), json!("maria")]).unwrap();
    let (first, second) = (tag(build), tag(build));
    let watched = site.flr(["koji", "watch-task", &first, &second]);
    assert_eq!(watched.code, 7, "{watched:?}");
    let ended = site.flr(["koji", "task-info", &second, "--json"]);
    let line = ended.document();
    assert_eq!((&line["method"], &line["state"]), (&"tagBuild".into(), &"failed".into()));
    assert!(line["fault"]["faultCode"].is_i64(), "{line}");
    assert!(line["fault"]["faultString"].as_str().unwrap().contains("already tagged"), "{line}");
    let fields: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["arch", "completed", "created", "fault", "id", "method", "owner", "request", "state"]);
}
