// SPDX-License-Identifier: GPL-3.0-or-later
//! What is built and what was tried: lists of builds and of tasks, and what a task was asked to build.

use super::encode::{Arg, Ask};
use super::hub::Hub;
use super::wire::{Child, Event, List, ListedTask};
use super::{BuildState, Task, TaskState};
use crate::Result;
use crate::names::{BuildId, BuildType, EventId, Nvr, PackageName, TaskId};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// So many rows at once: some 10 MB of answer, far from any gateway's limit of time or size.
const PAGE: usize = 5000;

/// So many tasks whose children are asked for at once; each has a handful.
const PARENTS: usize = 500;

/// A question for `listBuilds`; what is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BuildQuery {
    /// Where they stand.
    pub state: Option<BuildState>,
    /// Begun after this, seconds since 1970, UTC. A build that failed and was tried again counts by the
    /// last time.
    pub created_after: Option<f64>,
    /// Of this kind: `rpm`, `image` …
    pub kind: Option<BuildType>,
}

/// A build as lists have it, in any state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BuildRecord {
    /// The hub's number for it.
    pub id: BuildId,
    /// Its name.
    pub nvr: Nvr,
    /// Epoch, as koji has it.
    pub epoch: Option<u64>,
    /// Where it stands.
    pub state: BuildState,
    /// Who built it.
    pub owner: String,
    /// The task that built it; imported builds have none.
    pub task: Option<TaskId>,
    /// When it was last begun, seconds since 1970, UTC.
    pub created: f64,
    /// When it ended, seconds since 1970, UTC.
    pub completed: Option<f64>,
    /// Where the source came from; images have none.
    pub source: Option<String>,
}

/// A question for `listTasks`; what is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TaskQuery {
    /// `build`, `image` …
    pub method: Option<String>,
    /// Where they stand.
    pub states: BTreeSet<TaskState>,
    /// The owner's number.
    pub owner: Option<u64>,
    /// Made after this, seconds since 1970, UTC.
    pub created_after: Option<f64>,
    /// Only those that no other task made. The hub finds them by an index of its own.
    pub topmost: bool,
}

impl TaskQuery {
    /// Tasks of a method that are not over.
    pub fn live(method: &str) -> Self {
        let states = [TaskState::Free, TaskState::Open, TaskState::Assigned].into();
        Self { method: Some(method.to_owned()), states, ..Self::default() }
    }

    /// Tasks of a method that no other task made, made after a time: seconds since 1970, UTC.
    pub fn since(method: &str, time: f64) -> Self {
        Self { method: Some(method.to_owned()), created_after: Some(time), topmost: true, ..Self::default() }
    }
}

/// What a task was asked to build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuildRequest {
    /// The address of the source, or the path of an uploaded one. Images have none.
    pub source: Option<String>,
    /// The target by the name it had then; builds into nowhere have none.
    pub target: Option<String>,
    /// Whether the build was to be thrown away.
    pub scratch: bool,
    /// Whether it was to be a draft, which is none of a release until somebody promotes it.
    pub draft: bool,
}

impl BuildRequest {
    /// Reads the request of a task. `None` if the task does not build, or its request is unknown or of
    /// no shape that koji's builders take.
    ///
    /// Shapes: koji 1.35, `koji/tasks.py` (`LEGACY_SIGNATURES`) and the image plugins.
    pub fn of(task: &Task) -> Option<Self> {
        let names: &[&str] = match task.method.as_str() {
            "build" | "buildContainer" => &["src", "target", "opts"],
            "maven" => &["url", "target", "opts"],
            "wrapperRPM" => &["url", "target", "build", "task", "opts"],
            "winbuild" => &["name", "src", "target", "opts"],
            "image" => &["name", "version", "arches", "target", "inst_tree", "opts"],
            "livecd" | "appliance" => &["name", "version", "arch", "target", "ksfile", "opts"],
            "livemedia" => &["name", "version", "arches", "target", "ksfile", "opts"],
            "kiwiBuild" => &["target", "arches", "src", "desc_path", "opts"],
            "osbuildImage" => &["name", "version", "distro", "image_types", "target", "arches", "opts"],
            _ => return None,
        };
        let request = named(task.request.as_ref()?, names)?;
        let text = |name: &str| request.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let is = |option| request.get("opts").and_then(|opts| opts.get(option)).is_some_and(truthy);
        Some(Self {
            source: text("src").or_else(|| text("url")),
            target: text("target"),
            scratch: is("scratch"),
            draft: is("draft"),
        })
    }

    /// Whether what comes of it is a build like any other.
    pub fn is_kept(&self) -> bool {
        !self.scratch && !self.draft
    }

    /// The package by the source's address: the last part of its path, `.git` taken off. `None` for
    /// uploaded sources and what is no name.
    pub fn package(&self) -> Option<PackageName> {
        let source = self.source.as_deref().filter(|source| source.contains("://"))?;
        let path = source.split(['#', '?']).next()?;
        let last = path.trim_end_matches('/').rsplit('/').next()?;
        last.strip_suffix(".git").unwrap_or(last).parse().ok()
    }
}

/// Arguments by name: by place, and those of koji's last struct.
fn named<'a>(request: &'a Value, names: &[&'a str]) -> Option<BTreeMap<&'a str, &'a Value>> {
    let mut places = request.as_array()?.as_slice();
    let mut found = BTreeMap::new();
    if let Some((last @ Value::Object(members), before)) = places.split_last()
        && last.get("__starstar").is_some_and(truthy)
    {
        found.extend(members.iter().map(|(name, value)| (name.as_str(), value)));
        places = before;
    }
    found.extend(names.iter().copied().zip(places));
    Some(found)
}

fn truthy(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| value.as_i64().is_some_and(|number| number != 0))
}

/// Something that lists are paged by: when it was made, and its number.
pub(super) trait Made {
    fn made(&self) -> f64;
    fn number(&self) -> u64;
}

impl Made for BuildRecord {
    fn made(&self) -> f64 {
        self.created
    }

    fn number(&self) -> u64 {
        self.id.0
    }
}

impl Made for ListedTask {
    fn made(&self) -> f64 {
        self.created
    }

    fn number(&self) -> u64 {
        self.task.id.0
    }
}

/// All rows, page by page in the order of time. Each page begins with the time the last one ended with,
/// not with a count: rows come and go while they are read, and a count would skip some.
pub(super) fn paged<T: Made>(
    after: Option<f64>,
    size: usize,
    mut page: impl FnMut(Option<f64>, usize) -> Result<Vec<T>>,
) -> Result<Vec<T>> {
    /// Seconds that two pages have in common: rows made at one time may be on both sides of the end
    /// of a page, and two events that happen at once may have their numbers the other way round than their times.
    const OVERLAP: f64 = 1.0;
    let mut rows: BTreeMap<u64, T> = BTreeMap::new();
    let (mut from, mut limit) = (after, size);
    loop {
        let found = page(from, limit)?;
        let full = found.len() >= limit;
        let last = found.last().map(T::made);
        rows.extend(found.into_iter().map(|row| (row.number(), row)));
        let Some(last) = last.filter(|_| full) else {
            return Ok(rows.into_values().collect());
        };
        let next = Some(last - OVERLAP);
        if next <= from {
            limit = limit.saturating_mul(2);
        } else {
            (from, limit) = (next, size);
        }
    }
}

fn page_of(order: &str, limit: usize) -> Arg {
    Arg::from([("order", &json!(order)), ("limit", &json!(limit))].as_slice())
}

impl Hub {
    /// koji: see [`Reader::event_time`](super::Reader::event_time).
    pub(super) fn time_of(&self, event: EventId) -> Result<f64> {
        let found: Event = self.get(Ask::new("getEvent").arg(event.0))?;
        found.ts.ok_or_else(|| self.misnamed("getEvent", "an event without its time"))
    }

    /// koji: see [`Reader::build_list`](super::Reader::build_list).
    pub(super) fn builds_listed(&self, query: &BuildQuery) -> Result<Vec<BuildRecord>> {
        const METHOD: &str = "listBuilds";
        paged(query.created_after, PAGE, |after, limit| {
            let ask = Ask::new(METHOD)
                .maybe("state", query.state.map(BuildState::number))
                .maybe("createdAfter", after)
                .maybe("type", query.kind.as_ref().map(BuildType::as_str))
                .named("queryOpts", page_of("creation_event_id", limit));
            self.all(METHOD, self.get::<List<BuildRecord>>(ask)?)
        })
    }

    /// koji: see [`Reader::task_list`](super::Reader::task_list).
    pub(super) fn tasks_listed(&self, query: &TaskQuery) -> Result<Vec<Task>> {
        const METHOD: &str = "listTasks";
        let listed = paged(query.created_after, PAGE, |after, limit| {
            let mut opts = Map::new();
            opts.insert("decode".into(), true.into());
            if let Some(method) = &query.method {
                opts.insert("method".into(), method.as_str().into());
            }
            if !query.states.is_empty() {
                let states: Vec<i64> = query.states.iter().map(|state| state.number()).collect();
                opts.insert("state".into(), states.into());
            }
            if let Some(owner) = query.owner {
                opts.insert("owner".into(), owner.into());
            }
            if let Some(after) = after {
                opts.insert("createdAfter".into(), after.into());
            }
            if query.topmost {
                opts.insert("parent".into(), Value::Null);
            }
            let members: Vec<(&str, &Value)> = opts.iter().map(|(name, value)| (name.as_str(), value)).collect();
            let ask =
                Ask::new(METHOD).named("opts", members.as_slice()).named("queryOpts", page_of("create_time", limit));
            self.all(METHOD, self.get::<List<ListedTask>>(ask)?)
        })?;
        Ok(listed.into_iter().map(|listed| listed.task).collect())
    }

    /// koji: see [`Reader::held_up`](super::Reader::held_up).
    pub(super) fn parents_of_free(&self, tasks: &[TaskId]) -> Result<BTreeSet<TaskId>> {
        const METHOD: &str = "listTasks";
        let mut parents = BTreeSet::new();
        for some in tasks.chunks(PARENTS) {
            let opts = [("parent", &json!(some)), ("state", &json!([TaskState::Free.number()]))];
            let children =
                self.all(METHOD, self.get::<List<Child>>(Ask::new(METHOD).named("opts", opts.as_slice()))?)?;
            parents.extend(children.into_iter().filter_map(|child| child.parent));
        }
        Ok(parents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(f64, u64);

    impl Made for Row {
        fn made(&self) -> f64 {
            self.0
        }

        fn number(&self) -> u64 {
            self.1
        }
    }

    /// What a hub would answer of `times`, the rows' numbers being their places.
    fn answer(times: &[f64], after: Option<f64>, limit: usize) -> Vec<Row> {
        let rows = times.iter().copied().zip(0..).map(|(made, number)| Row(made, number));
        rows.filter(|row| after.is_none_or(|after| row.0 > after)).take(limit).collect()
    }

    fn numbers(times: &[f64], after: Option<f64>) -> (Vec<u64>, usize) {
        let mut pages = 0;
        let rows = paged(after, 3, |after, limit| {
            pages += 1;
            Ok(answer(times, after, limit))
        });
        (rows.unwrap().iter().map(|row| row.1).collect(), pages)
    }

    #[test]
    fn every_row_is_read_once_page_by_page() {
        assert_eq!(numbers(&[], None), (vec![], 1));
        assert_eq!(numbers(&[1.0, 2.0], None), (vec![0, 1], 1));
        assert_eq!(numbers(&[1.0, 2.0, 3.0, 4.0], Some(1.0)), (vec![1, 2, 3], 2));
        let many: Vec<f64> = (0..20).map(f64::from).collect();
        assert_eq!(numbers(&many, None).0, (0..20).collect::<Vec<u64>>());
    }

    #[test]
    fn what_was_made_a_moment_before_what_stands_before_it_is_read() {
        assert_eq!(numbers(&[1.0, 2.0, 3.0, 2.999_99, 4.0], None).0, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn rows_of_one_time_do_not_end_the_reading_nor_hold_it_up() {
        let times = [1.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 6.0];
        assert_eq!(numbers(&times, None).0, (0..9).collect::<Vec<u64>>());
        // A hub of today: some 1.8e9 s, where a double still tells microseconds apart.
        let times = [1_764_167_051.123_456; 7];
        assert_eq!(numbers(&times, Some(1_764_167_051.123_455)).0, (0..7).collect::<Vec<u64>>());
    }

    #[test]
    fn a_row_that_moves_back_while_it_is_read_is_not_missed() {
        // Build 1 failed and is tried again while the second page is asked for.
        let mut pages = 0;
        let rows = paged(None, 3, |after, limit| {
            pages += 1;
            let rows = match pages {
                1 => vec![Row(1.0, 0), Row(2.0, 1), Row(3.0, 2), Row(4.0, 3)],
                _ => vec![Row(1.0, 0), Row(3.0, 2), Row(4.0, 3), Row(9.0, 1)],
            };
            Ok(rows.into_iter().filter(|row| after.is_none_or(|after| row.0 > after)).take(limit).collect())
        });
        let rows: Vec<_> = rows.unwrap().iter().map(|row| (row.1, row.0)).collect();
        assert_eq!(rows, [(0, 1.0), (1, 9.0), (2, 3.0), (3, 4.0)]);
    }

    fn request(method: &str, request: Value) -> Option<(Option<String>, Option<String>, bool)> {
        let task = Task {
            id: TaskId(1),
            method: method.into(),
            state: TaskState::Free,
            owner: None,
            arch: "noarch".into(),
            request: Some(request),
            created: None,
            completed: None,
        };
        BuildRequest::of(&task).map(|request| (request.source, request.target, request.scratch))
    }

    #[test]
    fn a_request_is_read_by_its_method_not_by_its_place() {
        let some = |text: &str| Some(text.to_owned());
        let url = "git+https://src.example/rpms/bash.git#abc";
        assert_eq!(request("build", json!([url, "f43", {"scratch": true}])), Some((some(url), some("f43"), true)));
        assert_eq!(request("build", json!([url, null, {}])), Some((some(url), None, false)));
        let last = json!([url, {"target": "f43", "opts": {"scratch": 1}, "__starstar": true}]);
        assert_eq!(request("build", last), Some((some(url), some("f43"), true)));
        let image = json!(["Fedora", "43", ["x86_64"], "f43-candidate", "http://tree", {"scratch": false}]);
        assert_eq!(request("image", image), Some((None, some("f43-candidate"), false)));
        let kiwi = json!(["f43-candidate", ["x86_64"], url, "a.kiwi", {}]);
        assert_eq!(request("kiwiBuild", kiwi), Some((some(url), some("f43-candidate"), false)));
        assert_eq!(request("newRepo", json!(["f43-build"])), None);
        for odd in [json!(null), json!("x"), json!({}), json!(7)] {
            assert_eq!(request("build", odd), None);
        }
        assert_eq!(request("build", json!([])), Some((None, None, false)));
    }

    #[test]
    fn neither_scratch_builds_nor_drafts_are_kept() {
        let kept = |opts: Value| {
            let request = json!(["git+https://src.example/rpms/bash.git#abc", "f43", opts]);
            let task = Task {
                id: TaskId(1),
                method: "build".into(),
                state: TaskState::Open,
                owner: None,
                arch: "noarch".into(),
                request: Some(request),
                created: None,
                completed: None,
            };
            BuildRequest::of(&task).unwrap().is_kept()
        };
        assert!(kept(json!({})) && kept(json!({"draft": false})) && kept(json!(null)));
        assert!(!kept(json!({"scratch": true})) && !kept(json!({"draft": true})));
    }

    #[test]
    fn the_package_is_the_last_part_of_the_sources_path() {
        let package = |source: &str| {
            let request = BuildRequest { source: Some(source.into()), target: None, scratch: false, draft: false };
            request.package().map(|package| package.to_string())
        };
        assert_eq!(package("git+https://src.example/rpms/gtk+.git#abc").as_deref(), Some("gtk+"));
        assert_eq!(package("git://src.example/rpms/bash?x#abc/def").as_deref(), Some("bash"));
        assert_eq!(package("cli-build/1.2/bash-5-1.src.rpm"), None);
        assert_eq!(package("git+https://"), None);
    }
}
