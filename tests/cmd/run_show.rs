// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, Site};
use flr::practice::{Misbehaviour, What, When};
use serde_json::json;

/// Each change with its outcome, in the hub's words where it failed.
#[test]
fn a_run_that_failed_in_part() {
    let site = Site::small();
    let fail = What::Fail { code: 1003, text: "no\u{1b}[2J such luck".into() };
    site.hub.misbehave(Misbehaviour::new(When::Change(2), fail));
    let ended = site.agreed(["koji", "untag-build", "f43", "bash-5.3.0-1.fc43", "rpm-5.99.92-1.fc43", "--json"]);
    assert_eq!(ended.code, 5, "{ended:?}");
    let document = ended.document();
    let run = document["run"].as_str().unwrap();
    let text = site.flr(["run", "show", run]);
    assert_eq!(text.code, 0);
    let lines = text.lines();
    assert_eq!(lines[0], format!("run       {run}"));
    assert_eq!(lines[1], "command   koji untag-build");
    assert!(lines.contains(&"state     failed") && lines.contains(&"exit      5"), "{}", text.stdout);
    let steps = &lines[lines.len() - 2..];
    let (mut done, mut failed) = (0, 0);
    for step in steps {
        done += usize::from(step.starts_with("done: untag "));
        let told = step.contains("hub fault 1003: no\\u{1b}[2J such luck");
        failed += usize::from(step.starts_with("failed: untag ") && told);
    }
    assert_eq!((done, failed), (1, 1), "{}", text.stdout);

    let shown = site.flr(["run", "show", run, "--json"]).document();
    assert_eq!(shown["plan_sha"], document["plan_sha"]);
    assert_eq!(shown["request"], json!({"tag": "f43", "builds": ["bash-5.3.0-1.fc43", "rpm-5.99.92-1.fc43"]}));
    assert_eq!((&shown["exit"], &shown["state"]), (&json!(5), &json!("failed")));
    let standings: Vec<_> =
        shown["steps"].as_array().unwrap().iter().map(|step| step["standing"].as_str().unwrap()).collect();
    assert!(standings.contains(&"done") && standings.contains(&"failed"), "{shown}");
    assert_eq!(shown["steps"][0]["change"]["kind"], "untag-build");
    assert!(shown["steps"][0]["change"]["text"].as_str().unwrap().starts_with("untag "));
    let fields: Vec<_> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "caller",
            "command",
            "ended",
            "exit",
            "flr",
            "msg",
            "plan_sha",
            "profile",
            "request",
            "resumed",
            "run",
            "since",
            "state",
            "steps",
            "time",
            "undoes",
            "undone_by"
        ]
    );
}

#[test]
fn a_run_that_is_not_there() {
    let site = Site::small();
    assert_eq!(
        site.flr(["run", "show", "20200101-000000-0000"]),
        Ended {
            code: 10,
            stderr: "flr: there is no run 20200101-000000-0000\nhint: `flr run list` shows the runs\n".into(),
            ..Ended::default()
        }
    );
    assert_eq!(site.flr(["run", "show", "../../etc/passwd"]).code, 2);
}
