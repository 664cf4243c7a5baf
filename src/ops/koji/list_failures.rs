// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists the packages of a release that failed to build and were not mended since.

use super::builds::Listing;
use super::of_release::{OfRelease, by_owner};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{BuildQuery, BuildRecord, BuildRequest, BuildState, Reader, Task, TaskQuery, TaskState};
use crate::names::{BuildId, Nvr, PackageName, ReleaseAlias, TargetName, TaskId, UserName};
use crate::pipeline::{Question, Readers};
use crate::release::layout::Layout;
use crate::release::{Known, Lookup};
use std::collections::{BTreeMap, BTreeSet};

/// What failed, and still fails as far as anybody knows?
pub struct ListFailures<'a> {
    /// The release.
    pub release: ReleaseAlias,
    /// Builds begun after this, seconds since 1970, UTC.
    pub since: f64,
    /// Only builds for these targets; none: for all of the release's.
    pub targets: BTreeSet<TargetName>,
    /// Who knows the releases.
    pub directory: &'a dyn Lookup,
    /// The layouts.
    pub layouts: &'a [Layout],
}

/// A package whose builds failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The package.
    pub package: PackageName,
    /// Whose it is in the release.
    pub owner: Option<UserName>,
    /// The build that failed last, and its number; `None`: the task failed before it was one.
    pub build: Option<(Nvr, BuildId)>,
    /// The task that failed last.
    pub task: TaskId,
    /// What it was built for.
    pub target: String,
    /// Who tried.
    pub builder: String,
    /// When it ended, or else when it began: seconds since 1970, UTC.
    pub failed: f64,
    /// How many tasks for the package failed.
    pub failures: usize,
}

/// What was found.
#[derive(Debug)]
pub struct Failures {
    /// The release.
    pub release: String,
    /// The targets that were looked at.
    pub targets: BTreeSet<TargetName>,
    /// By owner, those of nobody last, then by package.
    pub failures: Vec<Failure>,
    /// Builds that failed and do not say for which target, so that nobody can say whose they are.
    pub without_target: Vec<Nvr>,
    /// What time it was for the hub, seconds since 1970, UTC.
    pub seen: f64,
    /// Where the release is known from.
    pub known: Known,
}

impl Question for ListFailures<'_> {
    const NAME: &'static str = "koji list-failures";
    type Answer = Failures;

    fn dimensions(&self) -> Dimensions {
        Self::about(&self.release, &self.targets)
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Failures> {
        let koji = services.koji;
        let known = self.directory.releases(koji)?;
        let release = known.find(&self.release, self.layouts)?.clone();
        let of = OfRelease::find(&release, &self.targets, koji)?;
        let seen = koji.hub_time()?;
        let listing = Listing::whole(koji, &of.base)?;
        let listed = |package: &PackageName| listing.entry(package).is_some_and(|entry| !entry.blocked);
        let query =
            BuildQuery { state: Some(BuildState::Failed), created_after: Some(self.since), ..Default::default() };
        let mut builds = koji.build_list(&query)?;
        builds.retain(|build| !build.nvr.is_draft() && listed(&build.nvr.package()));
        // A task that fails before there is a source package leaves no build.
        let failed = TaskQuery { states: [TaskState::Failed].into(), ..TaskQuery::since("build", self.since) };
        let failed = koji.task_list(&failed)?;
        let tasks: BTreeSet<TaskId> = builds.iter().filter_map(|build| build.task).collect();
        let targets = OfRelease::targets_with(koji, &tasks, &failed)?;
        let mut found = Found::default();
        let mut without_target = Vec::new();
        for build in &builds {
            match build.task.and_then(|task| Some((task, targets.get(&task)?))) {
                Some((task, target)) if of.has_target(target) => {
                    found.add(Failure::of_build(build, task, target), build.created)
                }
                Some(_) => {}
                None => without_target.push(build.nvr.clone()),
            }
        }
        for task in failed.iter().filter(|task| !tasks.contains(&task.id)) {
            if let Some(failure) = Failure::of_task(task, &of, self.since).filter(|failure| listed(&failure.package)) {
                found.add(failure, task.begun().unwrap_or(self.since));
            }
        }
        let mended = found.mended(&of, koji, self.since)?;
        let failures = found.0.into_iter().filter(|(package, _)| !mended.contains(package));
        let mut failures: Vec<Failure> = failures
            .map(|(package, (failure, _))| Failure {
                owner: listing.entry(&package).and_then(|entry| entry.owner.clone()),
                ..failure
            })
            .collect();
        by_owner(&mut failures, |failure| failure.owner.as_ref());
        Ok(Failures { release: release.name, targets: of.targets, failures, without_target, seen, known })
    }
}

impl ListFailures<'_> {
    /// What such a request is about.
    pub fn about(release: &ReleaseAlias, targets: &BTreeSet<TargetName>) -> Dimensions {
        let about =
            Dimensions::new().releases([release]).option("--since", true).option("--target", !targets.is_empty());
        targets.iter().fold(about, Dimensions::target)
    }
}

impl Failure {
    fn of_build(build: &BuildRecord, task: TaskId, target: &str) -> Self {
        Self {
            package: build.nvr.package(),
            owner: None,
            build: Some((build.nvr.clone(), build.id)),
            task,
            target: target.to_owned(),
            builder: build.owner.clone(),
            failed: build.completed.unwrap_or(build.created),
            failures: 1,
        }
    }

    /// `None` if the task was not to build something of the release that is kept.
    fn of_task(task: &Task, of: &OfRelease, since: f64) -> Option<Self> {
        let request = BuildRequest::of(task).filter(BuildRequest::is_kept)?;
        Some(Self {
            package: request.package()?,
            owner: None,
            build: None,
            task: task.id,
            target: request.target.filter(|target| of.has_target(target))?,
            builder: task.owner.clone().unwrap_or_default(),
            failed: task.ended().or(task.begun()).unwrap_or(since),
            failures: 1,
        })
    }
}

/// The last failure of each package, which stands for all of them, and when that was begun.
#[derive(Default)]
struct Found(BTreeMap<PackageName, (Failure, f64)>);

impl Found {
    fn add(&mut self, new: Failure, begun: f64) {
        match self.0.get_mut(&new.package) {
            None => {
                self.0.insert(new.package.clone(), (new, begun));
            }
            Some((failure, last)) => {
                let failures = failure.failures + 1;
                if (begun, new.task) >= (*last, failure.task) {
                    (*failure, *last) = (new, begun);
                }
                failure.failures = failures;
            }
        }
    }

    /// The packages that have a good build of the release which was begun after the last failure.
    fn mended(&self, of: &OfRelease, koji: &dyn Reader, since: f64) -> Result<BTreeSet<PackageName>> {
        let packages: Vec<PackageName> = self.0.keys().cloned().collect();
        let query =
            BuildQuery { state: Some(BuildState::Complete), created_after: Some(since), ..BuildQuery::default() };
        let good = koji.builds_of(&packages, &query)?;
        let later = good
            .iter()
            .zip(self.0.values())
            .flat_map(|(builds, (_, last))| builds.iter().filter(move |build| build.created > *last));
        let later: Vec<&BuildRecord> = later.collect();
        let own = of.own(koji, &later)?;
        Ok(own.iter().map(Nvr::package).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names};
    use super::super::of_release::tests::Only;
    use super::*;
    use serde_json::json;

    const F43: [(&str, &str, &str); 4] = [
        ("f43-candidate", "f43-build", "f43-updates-candidate"),
        ("f43-rebuild", "f43-build", "f43-rebuild"),
        ("f43-build-side-7", "f43-build-side-7", "f43-build-side-7"),
        ("f42-candidate", "f42-build", "f42-updates-candidate"),
    ];

    fn hub() -> Hub {
        let mut hub = Hub::new().tag("f43");
        for (name, build, dest) in F43 {
            hub = hub.tag(build).tag(dest).target(name, build, dest);
        }
        hub.listed("f43", &["bash", "zsh", "perl"])
            .entry("f43", &["nobodys"], None, false)
            .blocked("f43", &["python2.7"])
    }

    /// A build and its task, whose request is that of koji's `build`.
    fn tried(hub: Hub, nvr: &str, target: &str, good: bool, at: f64) -> Hub {
        let task = 1000 + hub.calls().len() as u64 + nvr.len() as u64 * 100 + at as u64;
        let url = format!("git+https://src.example.test/rpms/{nvr}.git#0123");
        let (state, of_task) = match good {
            true => (BuildState::Complete, crate::koji::TaskState::Closed),
            false => (BuildState::Failed, crate::koji::TaskState::Failed),
        };
        hub.task(task, "build", of_task, json!([url, target, {}])).attempt(nvr, state, Some(task), at)
    }

    fn asked(hub: &Hub, targets: &[&str]) -> Result<Failures> {
        ListFailures {
            release: "f43".parse().unwrap(),
            since: 100.0,
            targets: names(targets).into_iter().collect(),
            directory: &Only,
            layouts: &[],
        }
        .ask(&Readers { koji: hub })
    }

    fn told(hub: &Hub, targets: &[&str]) -> Vec<String> {
        let line = |failure: &Failure| {
            let owner = failure.owner.as_ref().map_or("-", |owner| owner.as_str());
            let build = failure.build.as_ref().map_or(failure.package.as_str(), |(nvr, _)| nvr.as_str());
            format!("{owner} {build} {} x{}", failure.target, failure.failures)
        };
        asked(hub, targets).unwrap().failures.iter().map(line).collect()
    }

    #[test]
    fn what_failed_and_was_not_mended() {
        let mut hub = tried(hub(), "bash-5.3-1.fc43", "f43-candidate", false, 150.0);
        hub = tried(hub, "bash-5.3-2.fc43", "f43-rebuild", false, 160.0);
        hub = tried(hub, "bash-5.3-0.fc43", "f43-rebuild", true, 155.0);
        // Mended; failed before the time; failed again after it was mended.
        hub = tried(hub, "zsh-5.9-1.fc43", "f43-candidate", false, 150.0);
        hub = tried(hub, "zsh-5.9-2.fc43", "f43-candidate", true, 151.0);
        hub = tried(hub, "perl-5-1.fc43", "f43-candidate", false, 99.0);
        assert_eq!(told(&hub, &[]), ["kim bash-5.3-2.fc43 f43-rebuild x2"]);
        hub = tried(hub, "zsh-5.9-3.fc43", "f43-candidate", false, 152.0);
        assert_eq!(told(&hub, &[]), ["kim bash-5.3-2.fc43 f43-rebuild x2", "kim zsh-5.9-3.fc43 f43-candidate x2"]);
        assert_eq!(told(&hub, &["f43-rebuild"]), ["kim bash-5.3-2.fc43 f43-rebuild x1"]);
    }

    #[test]
    fn other_releases_and_side_tags_are_no_matter() {
        let mut hub = tried(hub(), "bash-5.3-1.fc42", "f42-candidate", false, 150.0);
        hub = tried(hub, "bash-5.3-1.fc43", "f43-build-side-7", false, 151.0);
        assert_eq!(told(&hub, &[]), [""; 0]);
        assert_eq!(told(&hub, &["f43-build-side-7"]), ["kim bash-5.3-1.fc43 f43-build-side-7 x1"]);
        // What is good in another release mends nothing here.
        hub = tried(hub, "zsh-5.9-1.fc43", "f43-candidate", false, 150.0);
        hub = tried(hub, "zsh-5.9-2.fc42", "f42-candidate", true, 160.0);
        assert_eq!(told(&hub, &[]), ["kim zsh-5.9-1.fc43 f43-candidate x1"]);
        // Built in a side tag whose target is gone, and merged.
        hub = tried(hub, "zsh-5.9-3.fc43", "f43-build-side-5", true, 161.0);
        hub = hub.tagged("f43-updates-candidate", &["zsh-5.9-3.fc43"]);
        assert_eq!(told(&hub, &[]), [""; 0]);
    }

    #[test]
    fn a_draft_neither_fails_nor_mends_a_release() {
        let mut hub = tried(hub(), "bash-5.3-1.fc43,draft_70", "f43-candidate", false, 150.0);
        assert_eq!(told(&hub, &[]), [""; 0]);
        hub = tried(hub, "zsh-5.9-1.fc43", "f43-candidate", false, 150.0);
        hub = tried(hub, "zsh-5.9-2.fc43,draft_71", "f43-candidate", true, 151.0);
        let url = "git+https://src.example.test/rpms/perl.git#0123";
        hub = hub.task(9, "build", crate::koji::TaskState::Failed, json!([url, "f43-candidate", {"draft": true}]));
        assert_eq!(told(&hub, &[]), ["kim zsh-5.9-1.fc43 f43-candidate x1"]);
    }

    /// What broke the script that looped over these: a package without an owner, a build without a task, an
    /// image, a task that the hub does not know any more, a request of another shape.
    #[test]
    fn odd_builds_do_not_break_it() {
        let image = json!(["Fedora", "43", ["x86_64"], "f43-candidate", "https://tree.example.test/", {}]);
        let mut hub = tried(hub(), "nobodys-1-1.fc43", "f43-candidate", false, 150.0);
        hub = hub.listed("f43", &["Fedora"]).task(7, "image", crate::koji::TaskState::Failed, image);
        hub = hub.attempt("Fedora-43-1", BuildState::Failed, Some(7), 151.0);
        hub = hub.attempt("bash-5.3-1.fc43", BuildState::Failed, None, 151.0);
        hub = hub.attempt("zsh-5.9-1.fc43", BuildState::Failed, Some(8), 151.0);
        hub = hub.task(9, "build", crate::koji::TaskState::Failed, json!("odd"));
        hub = hub.attempt("perl-5-1.fc43", BuildState::Failed, Some(9), 151.0);
        // Blocked, and never listed.
        hub = tried(hub, "python2.7-2.7-1.fc43", "f43-candidate", false, 150.0);
        hub = tried(hub, "unknown-1-1.fc43", "f43-candidate", false, 150.0);
        assert_eq!(told(&hub, &[]), ["kim Fedora-43-1 f43-candidate x1", "- nobodys-1-1.fc43 f43-candidate x1"]);
        let without: Vec<String> = asked(&hub, &[]).unwrap().without_target.iter().map(Nvr::to_string).collect();
        assert_eq!(without, ["bash-5.3-1.fc43", "zsh-5.9-1.fc43", "perl-5-1.fc43"]);
    }

    /// The source could not be checked out, or made no source package.
    #[test]
    fn a_task_that_failed_before_there_was_a_build_counts() {
        let url = |package: &str| format!("git+https://src.example.test/rpms/{package}.git#0123");
        let of_task = crate::koji::TaskState::Failed;
        let mut hub = hub().task(7, "build", of_task, json!([url("perl"), "f43-candidate", {}]));
        hub = hub.task(8, "build", of_task, json!([url("bash"), "f43-candidate", {"scratch": true}]));
        hub = hub.task(9, "build", of_task, json!([url("bash"), "f42-candidate", {}]));
        hub = hub.task(10, "build", of_task, json!([url("python2.7"), "f43-candidate", {}]));
        assert_eq!(told(&hub, &[]), ["kim perl f43-candidate x1"]);
        hub = tried(hub, "perl-5-1.fc43", "f43-candidate", false, 150.0);
        assert_eq!(told(&hub, &[]), ["kim perl-5-1.fc43 f43-candidate x2"]);
        hub = tried(hub, "perl-5-2.fc43", "f43-candidate", true, 151.0);
        assert_eq!(told(&hub, &[]), [""; 0]);
    }

    #[test]
    fn calls_do_not_grow_with_the_packages() {
        let mut hub = hub();
        for number in 0..50 {
            hub = tried(hub, &format!("bash-5.{number}-1.fc43"), "f43-candidate", false, 200.0 + f64::from(number));
        }
        asked(&hub, &[]).unwrap();
        assert_eq!(
            hub.calls(),
            [
                "getBuildTargets",
                "getBuildTarget x4",
                "getLastEvent",
                "listPackages f43",
                "listBuilds",
                "listTasks failed",
                "getTaskInfo x0",
                "listBuilds x1",
                "getTaskInfo x0",
                "listTags x0"
            ]
        );
    }

    #[test]
    fn what_cannot_be_answered_is_said() {
        assert_eq!(asked(&hub(), &["f99", "f98"]).unwrap_err().what, "the hub has no target f98, f99");
        let hub = Hub::new().tag("f43").tag("f42").target("f42", "f42", "f42");
        let said = asked(&hub, &[]).unwrap_err();
        assert_eq!(
            (said.what.as_str(), said.hint.as_deref()),
            ("no target builds into F43", Some("name those that count with --target"))
        );
    }
}
