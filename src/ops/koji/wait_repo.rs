// SPDX-License-Identifier: GPL-3.0-or-later
//! Asks for a repository of a tag, and looks whether it is there.

use crate::access::Dimensions;
use crate::koji::{Build, Inherit, Reader, Repo, RepoRequest, TagSettings, Tagged, TaggedBuild, TaskResult, TaskState};
use crate::names::{EventId, Evr, Nvr, PackageName, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{Plan, RequestChange};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Up to so many packages are looked up one by one; for more, the whole tag is read once.
const FEW: usize = 8;

/// A repository that is wanted, before it is known of which event.
#[derive(Debug, Clone)]
pub struct RepoWanted {
    /// The tag.
    pub tag: TagName,
    /// Builds that it is to hold, or newer ones. None: whatever is in the tag now.
    pub builds: BTreeSet<Nvr>,
    /// It may be asked for.
    pub request: bool,
}

/// There is a repository of `tag` as it was at `event` or later, or one has been asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitRepo {
    /// The tag.
    pub tag: TagName,
    /// Its number at the hub.
    pub tag_id: u64,
    /// Builds that it is to hold.
    pub builds: BTreeSet<Nvr>,
    /// The event.
    pub event: EventId,
    /// The hub makes repositories when it is asked to: koji 1.35 and later.
    pub on_request: bool,
    /// It may be asked.
    pub request: bool,
}

/// How the repository stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// It is there.
    Ready(Repo),
    /// It is not, and this is waited for; foreign text.
    Waiting(String),
    /// It was given up; foreign text.
    Failed(String),
}

/// What there is of it.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    repo: Option<Repo>,
    requests: Vec<RepoRequest>,
}

impl RepoWanted {
    /// What it is about, for judging before anything is asked.
    pub fn dimensions(&self) -> Dimensions {
        about(&self.tag, &self.builds).option("--no-request", !self.request)
    }

    /// Finds out of which event the repository has to be.
    ///
    /// # Errors
    /// No such tag; builds that no repository of it could hold, all of them named.
    pub fn resolve(self, services: &Readers<'_>) -> Result<WaitRepo> {
        let koji = services.koji;
        let found = koji.settings(std::slice::from_ref(&self.tag))?.pop().flatten();
        let tag = found.ok_or_else(|| Error::failed(format!("the hub has no tag {}", self.tag)))?;
        let on_request = koji.methods()?.contains("repo.request");
        let event = match (self.builds.is_empty(), on_request) {
            (false, _) => self.shows_builds(koji)?,
            (true, true) => koji.last_change(&self.tag)?,
            (true, false) => self.as_it_is(&tag, koji)?,
        };
        let Self { tag: name, builds, request } = self;
        Ok(WaitRepo { tag: name, tag_id: tag.id, builds, event, on_request, request })
    }

    /// For a hub that cannot say when a tag was changed last: the event of the newest repository, if nothing
    /// was changed since, else now.
    fn as_it_is(&self, tag: &TagSettings, koji: &dyn Reader) -> Result<EventId> {
        let now = koji.last_event()?;
        let Some(repo) = koji.repo(&self.tag)? else {
            return Ok(now);
        };
        let above: Vec<TagName> = koji.inheritance(&self.tag)?.into_iter().map(|parent| parent.name).collect();
        let ids = koji.settings(&above)?.into_iter().flatten().map(|tag| tag.id);
        let ids: Vec<u64> = std::iter::once(tag.id).chain(ids).collect();
        Ok(if koji.changed_since(repo.event, &ids)? { now } else { repo.event })
    }

    /// The first event at which the tag shows all builds as its latest, or newer ones in their place.
    fn shows_builds(&self, koji: &dyn Reader) -> Result<EventId> {
        let nvrs: Vec<Nvr> = self.builds.iter().cloned().collect();
        let builds = koji.builds(&nvrs)?;
        let latest = self.latest(koji)?;
        let (mut wrong, mut event, mut inherited) = (Vec::new(), EventId(0), false);
        for (nvr, build) in nvrs.iter().zip(&builds) {
            match shown(nvr, build.as_ref(), latest.get(&nvr.package())) {
                Ok(shown) => {
                    event = event.max(shown.created);
                    inherited |= shown.tag != self.tag;
                }
                Err(why) => wrong.push(format!("{nvr}: {why}")),
            }
        }
        if !wrong.is_empty() {
            let what = format!("no repository of {} would hold what it is to hold: {}", self.tag, wrong.join("; "));
            return Err(Error::failed(what).hint(format!("tag it into {} or a tag that it inherits from", self.tag)));
        }
        // A parent that was added after its builds were tagged shows them only since then.
        Ok(if inherited { event.max(self.last_link(koji)?) } else { event })
    }

    /// What koji calls latest in the tag, by package.
    fn latest(&self, koji: &dyn Reader) -> Result<BTreeMap<PackageName, TaggedBuild>> {
        let packages: BTreeSet<PackageName> = self.builds.iter().map(Nvr::package).collect();
        let query = |package| Tagged { package, ..Tagged::latest(self.tag.clone(), Inherit::Inherited) };
        let mut latest = BTreeMap::new();
        if packages.len() > FEW {
            latest.extend(koji.tagged(&query(None))?.into_iter().map(|build| (build.nvr.package(), build)));
            return Ok(latest);
        }
        for package in packages {
            let found = koji.tagged(&query(Some(package.clone())))?.into_iter().next();
            latest.extend(found.map(|build| (package, build)));
        }
        Ok(latest)
    }

    /// The newest of the links through which the tag inherits.
    fn last_link(&self, koji: &dyn Reader) -> Result<EventId> {
        let above = koji.inheritance(&self.tag)?.into_iter().map(|parent| parent.name);
        let all: Vec<TagName> = std::iter::once(self.tag.clone()).chain(above).collect();
        let histories = koji.tag_histories(&all)?;
        let links = histories.iter().flat_map(|history| &history.parents).filter(|link| link.active());
        Ok(links.map(|link| link.created).max().unwrap_or(EventId(0)))
    }
}

/// The build that a repository would hold, if it is that one or a newer one.
fn shown<'a>(nvr: &Nvr, build: Option<&Build>, latest: Option<&'a TaggedBuild>) -> Result<&'a TaggedBuild, String> {
    let evr = |epoch, nvr: &Nvr| Evr::new(epoch, nvr.version(), nvr.release());
    match (build, latest) {
        (None, _) => Err("the hub has no such build".into()),
        (Some(_), None) => Err("nothing of its package is there".into()),
        (Some(build), Some(latest)) if latest.nvr != *nvr && evr(latest.epoch, &latest.nvr) < evr(build.epoch, nvr) => {
            Err(format!("the latest there is {}", latest.nvr))
        }
        (Some(_), Some(latest)) => Ok(latest),
    }
}

fn about(tag: &TagName, builds: &BTreeSet<Nvr>) -> Dimensions {
    Dimensions::new().tag(tag).builds(builds).option("--build", !builds.is_empty())
}

impl WaitRepo {
    fn ready(&self, koji: &dyn Reader) -> Result<Option<Repo>> {
        match self.on_request {
            true => koji.repo_since(&self.tag, self.event),
            false => Ok(koji.repo(&self.tag)?.filter(|repo| repo.event >= self.event)),
        }
    }

    fn requests(&self, koji: &dyn Reader) -> Result<Vec<RepoRequest>> {
        if self.on_request { koji.repo_requests(self.tag_id, self.event) } else { Ok(Vec::new()) }
    }

    /// Looks once.
    pub fn look(&self, services: &Readers<'_>) -> Result<Look> {
        let koji = services.koji;
        if let Some(repo) = self.ready(koji)? {
            return Ok(Look::Ready(repo));
        }
        if !self.on_request {
            return Ok(Look::Waiting("the hub makes one by itself".into()));
        }
        let requests = self.requests(koji)?;
        Ok(match (requests.iter().rfind(|request| request.active), requests.last()) {
            (Some(request), _) => Look::Waiting(told(request)),
            (None, Some(request)) if request.repo.is_none() => Look::Failed(self.why(request, koji)?),
            // It was made between the two questions.
            (None, Some(request)) => Look::Waiting(format!("request {} is done", request.id)),
            (None, None) => Look::Waiting("nobody has asked for one".into()),
        })
    }

    fn why(&self, request: &RepoRequest, koji: &dyn Reader) -> Result<String> {
        let tries = request.tries;
        let given_up = format!("request {} for a repository of {} failed {tries} times", request.id, self.tag);
        Ok(match request.task {
            Some((task, Some(TaskState::Failed))) => match koji.task_result(task)? {
                TaskResult::Fault(fault) => format!("{given_up}, last in task {task}: {fault}"),
                TaskResult::Value(_) => format!("{given_up}, last in task {task}"),
            },
            Some((task, _)) => format!("{given_up}, last in task {task}"),
            None => given_up,
        })
    }
}

fn told(request: &RepoRequest) -> String {
    let id = request.id;
    match request.task {
        None => format!("request {id} waits for its turn"),
        Some((task, _)) if request.tries > 1 => {
            format!("request {id}: task {task}, the try with number {}", request.tries)
        }
        Some((task, _)) => format!("request {id}: task {task}"),
    }
}

impl Operation for WaitRepo {
    const NAME: &'static str = "koji wait-repo";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        about(&self.tag, &self.builds).option("--no-request", !self.request)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let koji = services.koji;
        let repo = self.ready(koji)?;
        let requests = if repo.is_none() { self.requests(koji)? } else { Vec::new() };
        Ok(Seen { repo, requests })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let mut plan = Plan::default();
        let waiting = seen.requests.iter().find(|request| request.active);
        match (&seen.repo, waiting) {
            (Some(repo), _) => plan.leave_out(&self.tag, format!("repository {} is of event {}", repo.id, repo.event)),
            (None, Some(request)) => {
                let owner = request.owner.as_deref().unwrap_or("somebody");
                plan.leave_out(&self.tag, format!("{owner} has asked for one in request {}", request.id));
            }
            (None, None) if !self.request => plan.leave_out(&self.tag, "none is asked for, as said"),
            (None, None) if !self.on_request => plan.leave_out(&self.tag, "this hub cannot be asked for one"),
            (None, None) => {
                plan.push(RequestChange::RequestRepo { tag: self.tag.clone(), min_event: self.event });
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, same};
    use super::*;

    /// Events: bash 1 in f43 is 101, bash 2 in f43 102, zsh 1 in f43-build 103, fish 1 in f43 104.
    fn hub() -> Hub {
        ["f43", "f43-build", "apart"]
            .iter()
            .fold(Hub::new(), |hub, tag| hub.tag(tag))
            .linked("f43-build", "f43", 0)
            .listed("f43", &["bash", "zsh"])
            .tagged("f43", &["bash-5.3-1", "bash-5.3-2"])
            .tagged("f43-build", &["zsh-1-1"])
            .tagged("f43", &["fish-1-1"])
            .tagged("apart", &["bash-5.3-3", "dash-1-1"])
    }

    fn wanted(builds: &[&str]) -> RepoWanted {
        let builds = builds.iter().map(|nvr| nvr.parse().unwrap()).collect();
        RepoWanted { tag: "f43-build".parse().unwrap(), builds, request: true }
    }

    fn resolved(hub: &Hub, wanted: RepoWanted) -> WaitRepo {
        wanted.resolve(&Readers { koji: hub }).unwrap()
    }

    /// What is planned, and what the first look says.
    fn text(hub: &Hub, wanted: RepoWanted) -> String {
        let request = resolved(hub, wanted);
        let look = match request.look(&Readers { koji: hub }).unwrap() {
            Look::Ready(repo) => format!("repository {}", repo.id),
            Look::Waiting(why) => format!("waiting: {why}"),
            Look::Failed(why) => format!("failed: {why}"),
        };
        format!("{}\n{look}", hub.text(&request))
    }

    #[test]
    fn what_is_planned() {
        let ask = "0 request a repository of f43-build as of event 104 or later\nwaiting: nobody has asked for one";
        let table = [
            ("there is none", hub(), ask),
            ("one is there, and older", hub().repo_at("f43-build", 5, 103), ask),
            (
                "one is there",
                hub().repo_at("f43-build", 5, 104),
                "- f43-build: repository 5 is of event 104\nrepository 5",
            ),
            (
                "one is being made",
                hub().requested("f43-build", 8, 110, None),
                "- f43-build: kim has asked for one in request 8\nwaiting: request 8 waits for its turn",
            ),
            (
                "what was given up is asked for again",
                hub().requested("f43-build", 8, 104, Some(4)),
                "0 request a repository of f43-build as of event 104 or later
                 failed: request 8 for a repository of f43-build failed 4 times, last in task 70: hub fault 1000: no space",
            ),
            ("another tag's request is no matter", hub().requested("f43", 8, 110, None), ask),
            (
                "an old hub",
                hub().old(),
                "- f43-build: this hub cannot be asked for one\nwaiting: the hub makes one by itself",
            ),
            (
                "an old hub, and its repository is of now",
                hub().old().repo_at("f43-build", 5, 104),
                "- f43-build: repository 5 is of event 104\nrepository 5",
            ),
            (
                "an old hub, and the parent was changed since",
                hub().old().repo_at("f43-build", 5, 103),
                "- f43-build: this hub cannot be asked for one\nwaiting: the hub makes one by itself",
            ),
        ];
        for (what, hub, expected) in table {
            same(what, &text(&hub, wanted(&[])), expected);
        }
        let no_request = RepoWanted { request: false, ..wanted(&[]) };
        same(
            "nothing is asked for",
            &text(&hub(), no_request),
            "- f43-build: none is asked for, as said\nwaiting: nobody has asked for one",
        );
    }

    /// Of the event at which the tag began to show them, not of now: on a busy day a repository of now is
    /// always one too late.
    #[test]
    fn the_event_is_that_of_the_builds() {
        let event = |builds: &[&str]| resolved(&hub(), wanted(builds)).event.0;
        assert_eq!(event(&["bash-5.3-2"]), 102);
        assert_eq!(event(&["zsh-1-1"]), 103);
        assert_eq!(event(&["bash-5.3-2", "zsh-1-1"]), 103);
        // A newer one in its place will do.
        assert_eq!(event(&["bash-5.3-1"]), 102);
    }

    #[test]
    fn builds_that_no_repository_would_hold_are_all_named() {
        let hub = hub();
        let builds = ["bash-5.3-3", "bash-9-9", "dash-1-1", "fish-1-1", "zsh-1-1"];
        let refused = wanted(&builds).resolve(&Readers { koji: &hub }).unwrap_err();
        assert_eq!(
            refused.what,
            "no repository of f43-build would hold what it is to hold: bash-5.3-3: the latest there is bash-5.3-2; \
             bash-9-9: the hub has no such build; dash-1-1: nothing of its package is there; \
             fish-1-1: nothing of its package is there"
        );
        let unknown = RepoWanted { tag: "f99".parse().unwrap(), ..wanted(&[]) };
        assert_eq!(unknown.resolve(&Readers { koji: &hub }).unwrap_err().what, "the hub has no tag f99");
    }
}
