// SPDX-License-Identifier: GPL-3.0-or-later
//! Has builders build sources, each once.

use super::submission::{Decided, How, Seen, Sources};
use super::{Named, not_empty};
use crate::Result;
use crate::access::Dimensions;
use crate::names::{ScmUrl, TargetName};
use crate::pipeline::{Operation, Readers, Throttle};
use crate::plan::Plan;
use serde::{Deserialize, Serialize};

/// Each of `sources` is built for `target`, or will be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmitBuilds {
    /// For this target.
    pub target: TargetName,
    /// In this order.
    pub sources: Vec<ScmUrl>,
    /// How.
    pub how: How,
    /// How fast.
    pub throttle: Throttle,
}

impl Operation for SubmitBuilds {
    const NAME: &'static str = "koji submit-builds";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        self.how
            .about(&self.target, &self.sources)
            .option("--rate", self.throttle.rate.is_some())
            .option("--queue-depth", self.throttle.queue_depth.is_some())
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        not_empty(&self.sources, "sources")?;
        Sources { sources: &self.sources, target: &self.target }.look(services.koji)
    }

    /// What failed or was retired meanwhile is left out, not refused: the rest of a mass rebuild does not wait
    /// for it, and the same list may be given again and again.
    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let named = Named::some(&self.sources, "sources")?;
        let mut plan = named.plan();
        if seen.target.is_none() {
            plan.refuse(&self.target, "the hub has no such target");
            return Ok(plan);
        }
        for source in named.once {
            match self.how.decide(&mut plan, &self.target, source, seen) {
                Decided::Planned => {}
                Decided::There(why) | Decided::PassedOver(why) => plan.leave_out(source, why),
                Decided::Refused(why) => plan.refuse(source, why),
            }
        }
        Ok(plan)
    }

    fn throttle(&self) -> Throttle {
        self.throttle
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;
    use crate::koji::{BuildState, TaskState};
    use crate::plan::TaskChange;
    use serde_json::json;

    pub fn url(package: &str) -> String {
        format!("git+https://src.example/rpms/{package}.git#8bf59b0bf9bc3dfc4928e1323e1129daafe34179")
    }

    fn request(package: &str, target: &str, scratch: bool) -> serde_json::Value {
        json!([url(package), target, {"scratch": scratch}])
    }

    /// `failed` failed in the build, `torn` before there was one, `stopped` was canceled.
    pub fn hub() -> Hub {
        let listed = ["new", "queued", "built", "failed", "torn", "stopped", "elsewhere", "scratched", "drafted"];
        let task = |hub: Hub, id, state, package| hub.task(id, "build", state, request(package, "f43-rebuild", false));
        let hub = Hub::new().tag("f43-build").tag("f43-rebuild").target("f43-rebuild", "f43-build", "f43-rebuild");
        let hub = hub.listed("f43-rebuild", &listed).blocked("f43-rebuild", &["retired", "gone"]);
        let hub = task(hub, 1, TaskState::Assigned, "queued");
        let hub =
            task(hub, 2, TaskState::Closed, "built").attempt_of("built-1-1", BuildState::Complete, 2, &url("built"));
        let hub =
            task(hub, 3, TaskState::Failed, "failed").attempt_of("failed-1-1", BuildState::Failed, 3, &url("failed"));
        let hub = task(task(hub, 4, TaskState::Failed, "torn"), 5, TaskState::Canceled, "stopped");
        let hub = task(hub, 8, TaskState::Closed, "gone").attempt_of("gone-1-1", BuildState::Complete, 8, &url("gone"));
        let head = json!(["git+https://src.example/rpms/headed.git#f43", "f43-rebuild", {}]);
        let hub = hub.task(9, "build", TaskState::Closed, head);
        let hub = hub.attempt_of("headed-1-1", BuildState::Complete, 9, &url("headed"));
        let hub = hub.task(10, "build", TaskState::Closed, json!([url("drafted"), "f43-rebuild", {"draft": true}]));
        let hub = hub.attempt_of("drafted-1-1,draft_70", BuildState::Complete, 10, &url("drafted"));
        hub.task(6, "build", TaskState::Open, request("elsewhere", "f43-candidate", false)).task(
            7,
            "build",
            TaskState::Open,
            request("scratched", "f43-rebuild", true),
        )
    }

    fn submit(packages: &[&str], again: bool) -> SubmitBuilds {
        let urls: Vec<String> = packages.iter().map(|package| url(package)).collect();
        let sources = names(&urls.iter().map(String::as_str).collect::<Vec<_>>());
        let target = "f43-rebuild".parse().unwrap();
        SubmitBuilds { target, sources, how: How { again, ..How::default() }, throttle: Throttle::default() }
    }

    /// What is planned, the packages' names in the place of their sources.
    fn text(request: &SubmitBuilds) -> String {
        let commit = "#8bf59b0bf9bc3dfc4928e1323e1129daafe34179";
        hub().text(request).replace("git+https://src.example/rpms/", "").replace(".git", "").replace(commit, "")
    }

    #[test]
    fn what_is_planned() {
        let all = ["new", "queued", "built", "failed", "torn", "stopped", "elsewhere", "scratched", "drafted", "new"];
        let table = [
            (
                "every fate",
                submit(&all, false),
                "0 build new for f43-rebuild
                 1 build stopped for f43-rebuild
                 2 build elsewhere for f43-rebuild
                 3 build scratched for f43-rebuild
                 4 build drafted for f43-rebuild
                 - new: it is named more than once; once is enough
                 - queued: task 1 builds it already: assigned
                 - built: built-1-1 was built from it
                 - failed: task 3 failed; --again builds it anew
                 - torn: task 4 failed; --again builds it anew",
            ),
            (
                "what failed again",
                submit(&["built", "failed", "torn"], true),
                "0 build failed for f43-rebuild
                 1 build torn for f43-rebuild
                 - built: built-1-1 was built from it",
            ),
            (
                "what would fail in the task",
                submit(&["new", "retired", "unlisted"], false),
                "0 build new for f43-rebuild
                 - retired: package retired is blocked in f43-rebuild
                 ! unlisted: package unlisted is not listed in f43-rebuild",
            ),
            ("a package that is retired, with a build", submit(&["gone"], true), "- gone: gone-1-1 was built from it"),
            (
                "built from the head of the branch, which was that commit",
                submit(&["headed"], false),
                "- headed: headed-1-1 was built from it",
            ),
            (
                "no target",
                SubmitBuilds { target: "f99".parse().unwrap(), ..submit(&["new"], false) },
                "! f99: the hub has no such target",
            ),
            ("nothing", submit(&[], false), "error: no sources are named"),
        ];
        for (what, request, expected) in table {
            same(what, &text(&request), expected);
        }
    }

    /// A change knows the newest task that went before it: a later one is its own.
    #[test]
    fn what_is_built_anew_is_told_from_what_failed() {
        let plan = hub().plan(&submit(&["failed", "new"], true)).unwrap();
        let before: Vec<_> = plan
            .steps()
            .iter()
            .map(|step| match &step.change {
                crate::plan::Change::Koji(crate::plan::KojiChange::Task(TaskChange::SubmitBuild {
                    before, ..
                })) => *before,
                other => panic!("{other}"),
            })
            .collect();
        assert_eq!(before, [Some(crate::names::TaskId(3)), None]);
    }

    /// The builds of a package may be hundreds; those of one commit are few.
    #[test]
    fn what_is_asked_does_not_grow_with_the_builds_of_a_package() {
        let mut hub = hub();
        for number in 0..300 {
            hub = hub.attempt_of(
                &format!("built-1-{}", number + 2),
                BuildState::Complete,
                2,
                "git+https://x/built.git#1",
            );
        }
        hub.plan(&submit(&["built", "new", "new"], false)).unwrap();
        let expected = [
            "getBuildTarget x1",
            "listPackages f43-rebuild x2",
            "listTasks free open assigned",
            "getLastEvent",
            "listTasks canceled failed",
            "listBuilds from x2",
            "getTaskInfo x1",
        ];
        assert_eq!(hub.calls(), expected);
    }

    #[test]
    fn a_second_run_changes_nothing() {
        let mut hub = hub();
        let request = submit(&["new", "stopped"], false);
        let plan = hub.plan(&request).unwrap();
        hub.apply(&plan);
        assert!(hub.plan(&request).unwrap().is_empty());
    }
}
