// SPDX-License-Identifier: GPL-3.0-or-later
//! Repositories and requests for them.

use super::*;

/// What the hub has of repositories.
#[derive(Debug, Default)]
pub(super) struct Repos {
    /// It makes them by itself: koji before 1.35.
    old: bool,
    ready: BTreeMap<TagName, Repo>,
    requests: Vec<(TagName, RepoRequest)>,
}

impl Hub {
    /// A hub that makes repositories by itself, and cannot be asked.
    pub(in super::super) fn old(mut self) -> Self {
        self.repos.old = true;
        self
    }

    /// A repository that is ready.
    pub(in super::super) fn repo_at(mut self, tag: &str, id: u64, event: u64) -> Self {
        self.repos.ready.insert(word(tag), Repo { id, event: EventId(event) });
        self
    }

    /// A request of kim's: one that is waiting, or that was given up after so many tasks.
    pub(in super::super) fn requested(mut self, tag: &str, id: u64, min_event: u64, failed: Option<u64>) -> Self {
        let request = RepoRequest {
            id,
            owner: Some("kim".into()),
            min_event: EventId(min_event),
            active: failed.is_none(),
            task: failed.map(|_| (TaskId(70), Some(TaskState::Failed))),
            tries: failed.unwrap_or_default(),
            repo: None,
        };
        self.repos.requests.push((word(tag), request));
        self
    }

    pub(super) fn all_methods(&self) -> BTreeSet<String> {
        self.log("system.listMethods");
        let all = ["getRepo", "repo.get", "repo.queryQueue", "repo.request"];
        let new = |method: &&&str| !(self.repos.old && method.starts_with("repo."));
        all.iter().filter(new).map(|method| (*method).to_owned()).collect()
    }

    pub(super) fn ready_repo(&self, tag: &TagName, since: Option<EventId>) -> Result<Option<Repo>> {
        self.must_have(tag)?;
        match since {
            None => self.log(format!("getRepo {tag}")),
            Some(event) => {
                assert!(!self.repos.old, "the hub has no repo.get");
                self.log(format!("repo.get {tag} {event}"));
            }
        }
        let fits = |repo: &&Repo| since.is_none_or(|since| repo.event >= since);
        Ok(self.repos.ready.get(tag).filter(fits).cloned())
    }

    pub(super) fn queue(&self, tag: u64, event: EventId) -> Vec<RepoRequest> {
        assert!(!self.repos.old, "the hub has no repo.queryQueue");
        self.log(format!("repo.queryQueue {event}"));
        let fits = |(of, request): &&(TagName, RepoRequest)| self.tags[of].id == tag && request.min_event >= event;
        self.repos.requests.iter().filter(fits).map(|(_, request)| request.clone()).collect()
    }

    /// The last tagging in the tag or above it.
    pub(super) fn last_tagging(&self, tag: &TagName) -> Result<EventId> {
        assert!(!self.repos.old, "the hub has no tagLastChangeEvent");
        self.log(format!("tagLastChangeEvent {tag}"));
        self.must_have(tag)?;
        let above = self.above(tag);
        let rows = std::iter::once(tag).chain(&above).flat_map(|tag| self.rows_of(tag));
        Ok(rows.map(|row| row.created).max().unwrap_or(EventId(1)))
    }

    pub(super) fn any_tagging_since(&self, event: EventId, tags: &[u64]) -> bool {
        self.log(format!("tagChangedSinceEvent {event} of {}", tags.len()));
        let of = |tag: &&Tag| tags.contains(&tag.id);
        self.tags.values().filter(of).any(|tag| self.rows_of(&tag.name).iter().any(|row| row.created > event))
    }

    /// Builds of a package that is blocked or not listed are hidden.
    pub(super) fn latest_of(&self, tag: &TagName, package: &PackageName) -> Result<Vec<TaggedBuild>> {
        self.log(format!("listTagged {tag} {package}"));
        self.must_have(tag)?;
        let above = self.above(tag);
        let nearest = std::iter::once(tag).chain(&above).find_map(|tag| {
            let rows = self.rows_of(tag).into_iter().filter(|row| row.nvr.package() == *package);
            rows.max_by_key(|row| row.created).map(|row| (tag.clone(), row))
        });
        let listed = |tag: &TagName| self.entries.iter().any(|e| e.tag == *tag && e.package == *package && !e.blocked);
        let shown = nearest.filter(|_| std::iter::once(tag).chain(&above).any(listed));
        let build = |(tag, row): (TagName, TagRow)| TaggedBuild {
            id: row.id,
            nvr: row.nvr,
            epoch: row.epoch,
            tag,
            owner: "kim".into(),
            created: row.created,
            begun: None,
        };
        Ok(shown.map(build).into_iter().collect())
    }
}
