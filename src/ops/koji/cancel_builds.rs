// SPDX-License-Identifier: GPL-3.0-or-later
//! Cancels the builds that wait or run for some targets.

use super::{Named, not_empty};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{BuildRequest, TaskQuery};
use crate::names::{PackageName, TargetName, TaskId, UserName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{Plan, TaskChange};
use serde::{Deserialize, Serialize};

/// No `build` task for any of `targets` waits or runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelBuilds {
    /// By the names that the tasks know: targets may be gone.
    pub targets: Vec<TargetName>,
    /// Only those of this user.
    pub owner: Option<UserName>,
}

/// The tasks, the targets of which there is neither a task nor a trace, and whether the owner is nobody.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tasks: Vec<(TaskId, TargetName, Option<PackageName>)>,
    unknown: Vec<TargetName>,
    nobody: bool,
}

impl Operation for CancelBuilds {
    const NAME: &'static str = "koji cancel-builds";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        let about = self.targets.iter().fold(Dimensions::new(), Dimensions::target);
        match &self.owner {
            Some(owner) => about.user(owner).option("--owner", true),
            None => about,
        }
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        not_empty(&self.targets, "targets")?;
        let koji = services.koji;
        let mut seen = Seen::default();
        let known = koji.targets_by_name(&self.targets)?.into_iter().zip(&self.targets);
        let mut missing: Vec<TargetName> =
            known.filter(|(known, _)| known.is_none()).map(|(_, name)| name.clone()).collect();
        for task in koji.task_list(&TaskQuery::live("build"))? {
            let Some(request) = BuildRequest::of(&task) else {
                continue;
            };
            let target = self.targets.iter().find(|target| request.target.as_deref() == Some(target.as_str()));
            if let Some(target) = target {
                missing.retain(|name| name != target);
                if self.owner.as_ref().is_none_or(|owner| task.owner.as_deref() == Some(owner.as_str())) {
                    seen.tasks.push((task.id, target.clone(), request.package()));
                }
            }
        }
        seen.unknown = missing;
        // Who has a task is somebody.
        if let (Some(owner), true) = (&self.owner, seen.tasks.is_empty()) {
            seen.nobody = koji.user(owner)?.is_none();
        }
        Ok(seen)
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        not_empty(&self.targets, "targets")?;
        let mut plan = Named::new(&self.targets).plan();
        for target in &seen.unknown {
            plan.refuse(target, "the hub has no such target, and no task is for it");
        }
        if let (Some(owner), true) = (&self.owner, seen.nobody) {
            plan.refuse(owner, "the hub has no such user");
        }
        for (task, target, package) in &seen.tasks {
            plan.push(TaskChange::CancelTask { task: *task, target: target.clone(), package: package.clone() });
        }
        Ok(plan)
    }

    /// Whoever submits builds may go on while they are canceled.
    fn repeats(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;
    use crate::koji::TaskState;
    use serde_json::json;

    fn hub() -> Hub {
        let url = |package: &str| format!("git+https://src.example/rpms/{package}.git#abc");
        Hub::new()
            .tag("f43-build")
            .tag("f43")
            .target("rawhide", "f43-build", "f43")
            .task(1, "build", TaskState::Free, json!([url("bash"), "rawhide", {}]))
            .task(2, "build", TaskState::Open, json!([url("zsh"), "f43", {}]))
            .task(3, "build", TaskState::Closed, json!([url("fish"), "rawhide", {}]))
            .task(4, "build", TaskState::Assigned, json!(["cli-build/x.src.rpm", "rawhide", {"scratch": true}]))
            .user("jan")
            .task(5, "newRepo", TaskState::Open, json!(["rawhide"]))
    }

    fn cancel(targets: &[&str], owner: Option<&str>) -> CancelBuilds {
        CancelBuilds { targets: names(targets), owner: owner.map(|owner| owner.parse().unwrap()) }
    }

    #[test]
    fn what_is_planned() {
        let table = [
            (
                "all of a target",
                cancel(&["rawhide", "rawhide"], None),
                "0 cancel task 1, which builds bash for rawhide
                 1 cancel task 4, which builds for rawhide
                 - rawhide: it is named more than once; once is enough",
            ),
            ("of a target that is gone", cancel(&["f43"], None), "0 cancel task 2, which builds zsh for f43"),
            ("of somebody who builds nothing", cancel(&["rawhide"], Some("jan")), ""),
            ("of nobody", cancel(&["rawhide"], Some("jna")), "! jna: the hub has no such user"),
            (
                "a slip of the pen",
                cancel(&["rawhyde", "f43"], None),
                "0 cancel task 2, which builds zsh for f43
                 ! rawhyde: the hub has no such target, and no task is for it",
            ),
            ("nothing", cancel(&[], None), "error: no targets are named"),
        ];
        for (what, request, expected) in table {
            same(what, &hub().text(&request), expected);
        }
    }

    #[test]
    fn a_second_run_changes_nothing() {
        let mut hub = hub();
        let request = cancel(&["rawhide", "f43"], Some("kim"));
        let plan = hub.plan(&request).unwrap();
        assert_eq!(plan.steps().len(), 3);
        hub.apply(&plan);
        assert!(hub.plan(&request).unwrap().is_empty());
    }
}
