// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, build_change, refused, run};
use super::site::{Ended, Site};
use flr::practice::{Misbehaviour, What, When};
use serde_json::json;

const READS: [&str; 4] = ["getTag", "multiCall getBuild", "multiCall queryHistory", "multiCall listPackages"];

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let site = Site::small();
    let bash = "bash-5.3.1-1.fc43";
    Case {
        args: &["koji", "tag-build", "f43", bash],
        planned: json!([build_change(&site, "tag-build", "f43", bash)]),
        left_out: &[],
        reads: &READS,
        writes: &["multiCall tagBuildBypass"],
        left_out_then: &[[bash, "already in f43"]],
        reads_then: &READS[..3],
    }
    .holds_at(&site);
    assert_eq!(site.tagged("f43").last().unwrap(), bash);
}

#[test]
fn builds_are_tagged_in_the_order_given() {
    let site = Site::small();
    let (second, third) = ("coreutils-9.7-2.fc43", "coreutils-9.7-3.fc43");
    let change = |nvr| build_change(&site, "tag-build", "f43", nvr);
    Case {
        args: &["koji", "tag-build", "f43", second, third, second],
        planned: json!([change(second), change(third)]),
        left_out: &[[second, "it is named more than once; once is enough"]],
        reads: &["getTag", "multiCall getBuild getBuild", "multiCall queryHistory", "multiCall listPackages"],
        // The second one, of the same package, waits for the first.
        writes: &["multiCall tagBuildBypass", "multiCall tagBuildBypass"],
        left_out_then: &[
            [second, "it is named more than once; once is enough"],
            [second, "already in f43"],
            [third, "already in f43"],
        ],
        reads_then: &["getTag", "multiCall getBuild getBuild", "multiCall queryHistory"],
    }
    .holds_at(&site);
    assert_eq!(site.tagged("f43")[site.tagged("f43").len() - 2..], [second, third]);
}

#[test]
fn a_person_reads_what_was_done_and_how_to_take_it_back() {
    let site = Site::small();
    let ended = site.agreed(["koji", "tag-build", "f43", "bash-5.3.1-1.fc43"]);
    assert_eq!(ended.code, 0);
    assert_eq!(ended.stdout, "done: tag bash-5.3.1-1.fc43 into f43\n1 done\n");
    let run = ended.stderr.split([' ', ';']).nth(4).unwrap().to_owned();
    assert_eq!(ended.stderr, format!("hint: this was run {run}; `flr run undo {run}` takes it back\n"));
}

#[test]
fn everything_that_cannot_be_tagged_is_named_at_once() {
    let site = Site::small();
    let state = |state| format!("the build is {state}; only complete builds can be tagged");
    refused(
        &site,
        &[
            "koji",
            "tag-build",
            "f43-pending",
            "bash-9-9.fc43",
            "bash-5.3.1-1.fc43",
            "rpm-6.0.0-9.fc43",
            "rpm-6.0.0-8.fc43",
            "rpm-6.0.0-7.fc43",
            "rpm-6.0.0-6.fc43",
            "python2.7-2.7.18-40.fc42",
            "nodejs16-16.20.2-9.fc43",
        ],
        &[
            "getTag",
            &format!("multiCall{}", " getBuild".repeat(8)),
            &format!("multiCall{}", " queryHistory".repeat(4)),
            &format!("multiCall{}", " listPackages".repeat(4)),
        ],
        &[
            ["bash-9-9.fc43", "the hub has no such build"],
            ["rpm-6.0.0-9.fc43", &state("still building")],
            ["rpm-6.0.0-8.fc43", &state("deleted")],
            ["rpm-6.0.0-7.fc43", &state("failed")],
            ["rpm-6.0.0-6.fc43", &state("canceled")],
            ["python2.7-2.7.18-40.fc42", "package python2.7 is blocked in f43"],
            ["nodejs16-16.20.2-9.fc43", "package nodejs16 is not listed in f43-pending"],
        ],
    );
    assert!(site.tagged("f43-pending").is_empty());
}

#[test]
fn an_older_build_a_locked_tag_no_tag() {
    let site = Site::small();
    refused(
        &site,
        &["koji", "tag-build", "f43", "bash-5.3.0-1.fc42"],
        &READS,
        &[[
            "bash-5.3.0-1.fc42",
            "bash-5.3.0-1.fc43 is newer and in f43 already; untag it first if the older one is to be the latest",
        ]],
    );
    refused(
        &site,
        &["koji", "tag-build", "f42", "bash-5.3.1-1.fc43"],
        &READS,
        &[["bash-5.3.1-1.fc43", "f42 is locked"]],
    );
    refused(
        &site,
        &["koji", "tag-build", "f99", "bash-5.3.1-1.fc43"],
        &["getTag"],
        &[["f99", "the hub has no such tag"]],
    );
}

#[test]
fn nothing_is_done_without_a_yes() {
    let site = Site::small();
    assert_eq!(
        site.flr(["koji", "tag-build", "f43", "bash-5.3.1-1.fc43"]),
        Ended {
            code: 4,
            stderr: "1 change:\n  tag bash-5.3.1-1.fc43 into f43\n\
                     flr: 1 change needs a yes and there is no terminal to ask on\n\
                     hint: pass --yes, or --dry-run to see the plan\n"
                .into(),
            calls: READS.map(str::to_owned).to_vec(),
            ..Ended::default()
        }
    );
}

#[test]
fn the_list_may_come_from_standard_input() {
    let site = Site::small();
    let list = b"# for f43\r\n\r\nbash-5.3.1-1.fc43, coreutils-9.7-2.fc43\n";
    let ended = site.fed(["koji", "tag-build", "f43", "-", "--dry-run"], list);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(
        ended.stdout,
        "would: tag bash-5.3.1-1.fc43 into f43\n\
         would: tag coreutils-9.7-2.fc43 into f43\n\
         would make 2 changes\n"
    );
}

/// Who has no permission `tag` asks the builders.
#[test]
fn without_the_permission_a_task_tags() {
    let site = Site::small();
    std::fs::write(site.path().join("password"), "nobody-pw\n").unwrap();
    let args = ["koji", "tag-build", "f43-updates-candidate", "bash-5.3.1-1.fc43"];
    let login = ["--user", "nobody", "--password-file", "password", "--yes"];
    let ended = run(&site, &args, &login);
    assert_eq!(ended.code, 0, "{ended:?}");
    let change = build_change(&site, "tag-build", args[2], args[3]);
    assert_eq!(ended.document()["done"], json!([change]));
    assert_eq!(site.tagged(args[2]).last().unwrap(), args[3]);
    let mut said = ended.stderr.lines();
    assert_eq!(said.next(), Some("flr: nobody has no permission `tag`: builds are tagged by tasks"));
    let task = said.next().unwrap();
    assert!(task.starts_with("flr: waiting for 1 task(s), the first is "), "{task}");
    assert_eq!(said.next(), None);
    assert_eq!(ended.document()["msg"], "1 done by tasks");
}

#[test]
fn what_the_hub_refuses_is_told_and_the_rest_is_done() {
    let site = Site::small();
    let (bash, glibc) = ("bash-5.3.1-1.fc43", "kernel-6.16.7-2.fc43");
    let why = "policy violation (tag): not today";
    site.hub.misbehave(Misbehaviour::new(When::Change(1), What::Fail { code: 1004, text: why.into() }));
    let ended = agreed(&site, &["koji", "tag-build", "f43", bash, glibc]);
    assert!(site.hub.pending_rules().is_empty());
    let mut told = serde_json::from_str::<serde_json::Value>(&ended.stdout).unwrap();
    let run = told["run"].take().as_str().unwrap().to_owned();
    told["plan_sha"].take();
    let (bash_change, other) =
        (build_change(&site, "tag-build", "f43", bash), build_change(&site, "tag-build", "f43", glibc));
    assert_eq!(
        told,
        json!({
            "changed": true, "failed": true, "dry_run": false,
            "msg": "1 done, 1 failed",
            "run": null, "command": "koji tag-build", "plan_sha": null,
            "planned": [bash_change, other], "done": [other], "already": [],
            "failures": [{"change": bash_change, "why": format!("hub fault 1004: {why}")}],
            "skipped": [], "unsettled": [],
        })
    );
    assert_eq!(ended.code, 5);
    assert_eq!(
        ended.stderr,
        format!(
            "flr: 1 done, 1 failed\nhint: `flr run show {run}` tells what happened, `flr run resume {run}` goes on, `flr run undo {run}` takes it back\n"
        )
    );
}

/// What was refused at first is tried again by resume, unless the world has made it impossible.
#[test]
fn going_on_says_what_has_become_impossible() {
    let site = Site::small();
    let (bash, kernel) = ("bash-5.3.1-1.fc43", "kernel-6.16.7-2.fc43");
    let fault = What::Fail { code: 1004, text: "policy violation (tag)".into() };
    site.hub.misbehave(Misbehaviour::new(When::Change(1), fault).times(2));
    let ended = agreed(&site, &["koji", "tag-build", "f43", bash, kernel]);
    assert!(site.hub.pending_rules().is_empty());
    assert_eq!(ended.code, 10);
    let first: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let run = first["run"].as_str().unwrap();
    assert_eq!(first["done"], json!([]));

    site.hub.run_as("admin", "packageListBlock", vec![json!("f43"), json!("bash")]).unwrap();
    let ended = agreed(&site, &["run", "resume", run]);
    let mut told: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let change = build_change(&site, "tag-build", "f43", kernel);
    told["plan_sha"].take();
    assert_eq!(
        told,
        json!({
            "changed": true, "failed": true, "dry_run": false, "msg": "1 done, 1 left out",
            "run": run, "command": "koji tag-build", "plan_sha": null,
            "planned": [change], "done": [change], "already": [], "failures": [],
            "skipped": [{
                "subject": format!("tag {bash} into f43"),
                "why": "impossible now: package bash is blocked in f43",
            }],
            "unsettled": [],
        })
    );
    assert_eq!(ended.code, 5);
    assert_eq!(site.tagged("f43").last().unwrap(), kernel);

    // A second time nothing is left that could be done, and the state is still not as asked.
    site.hub.run_as("admin", "editTag2", vec![json!("f43"), json!({"locked": true, "__starstar": true})]).unwrap();
    let ended = agreed(&site, &["run", "resume", run]);
    let told: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.code, &told["changed"]), (10, &json!(false)), "{ended:?}");
    assert_eq!(
        told["skipped"],
        json!([{
            "subject": format!("tag {bash} into f43"),
            "why": "impossible now: f43 is locked",
        }])
    );
}
