// SPDX-License-Identifier: GPL-3.0-or-later
//! The request as it is typed, and what it means.

use super::{CopiedTag, CreateReleaseTags};
use crate::access::Dimensions;
use crate::bodhi::Record;
use crate::error::Kind;
use crate::koji::Reader;
use crate::names::{ReleaseAlias, TagName};
use crate::ops::release::NamesRelease;
use crate::ops::release::drift;
use crate::ops::release::observed::{Repos, observe};
use crate::release::layout::{self, Layout, Phase, TagShape, Tree, Wanted};
use crate::release::{Known, Role, role};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// A release's tags and targets, as they are asked for.
#[derive(Debug, Clone)]
pub struct ReleaseTags {
    /// The release; its tags need not be there yet, nor Bodhi's record.
    pub release: ReleaseAlias,
    /// The release whose base tag the new one is a copy of.
    pub from: Option<ReleaseAlias>,
    /// Only these parts of the layout; empty: all.
    pub only: Vec<String>,
    /// The phase, in the layout's words, if Bodhi's record shall not say.
    pub phase: Option<String>,
    /// What the layout does not know goes.
    pub prune: bool,
    /// A layout that counts before those that flr brings.
    pub layout: Option<Layout>,
}

/// What such a request is about.
pub(super) fn about(
    release: &ReleaseAlias,
    from: Option<&ReleaseAlias>,
    only: &[String],
    phase: Option<&String>,
    prune: bool,
) -> Dimensions {
    Dimensions::new()
        .releases([release])
        .releases(from)
        .option("--from", from.is_some())
        .option("--only", !only.is_empty())
        .option("--phase", phase.is_some())
        .option("--prune", prune)
}

impl NamesRelease for ReleaseTags {
    type Request = CreateReleaseTags;

    fn dimensions(&self) -> Dimensions {
        about(&self.release, self.from.as_ref(), &self.only, self.phase.as_ref(), self.prune)
    }

    fn resolve(self, known: &Known, layouts: &[Layout], koji: &dyn Reader) -> Result<CreateReleaseTags> {
        let layouts: Vec<Layout> = self.layout.iter().chain(layouts).cloned().collect();
        let release = known.find_or_coming(&self.release, &layouts)?;
        let layout = layout::of(&layouts, &release).ok_or_else(|| {
            let families: Vec<&str> = layouts.iter().map(Layout::family).collect();
            Error::failed(format!("no layout is for {} ({} {})", release.name, release.id_prefix, release.version))
                .hint(format!("layouts: {}; --layout FILE names another", families.join(", ")))
        })?;
        let naming = Naming { known, layout, only: &self.only };
        let role = known.role_in_the_making(&release, layout);
        let phase = match &self.phase {
            Some(name) => layout.phase(name)?,
            // Of one that nobody knows nothing can have been activated.
            None if !known.releases.iter().any(|known| known.name == release.name) => layout.first_phase(),
            None => naming.phase(&release, role, koji)?,
        };
        let tree = naming.tree(&release, role, phase)?;
        let (copy, groups_from) = match &self.from {
            Some(from) => naming.copied(&release, known.find(from, &layouts)?, &tree)?,
            None => (None, BTreeMap::new()),
        };
        Ok(CreateReleaseTags {
            release: self.release,
            from: self.from,
            only: self.only,
            phase: self.phase,
            prune: self.prune,
            tags: tree.tags,
            targets: tree.targets,
            gone: tree.gone,
            copy,
            groups_from,
        })
    }
}

/// What gives a layout's words their meaning.
struct Naming<'a> {
    known: &'a Known,
    layout: &'a Layout,
    only: &'a [String],
}

impl Naming<'_> {
    fn tree(&self, release: &Record, of_role: Role, phase: Phase) -> Result<Tree> {
        let all = &self.known.releases;
        let newest = all.iter().find(|release| role(release, all) == Role::Rawhide);
        self.layout.expand(&Wanted {
            version: &release.version,
            role: of_role,
            rawhide: newest.map(|release| release.version.as_str()),
            phase,
            parts: self.only,
        })
    }

    /// The phase that Bodhi's record says. Without one it is the first, unless anything is as only a later one
    /// wants it: what was activated must not be taken back because Bodhi is away.
    fn phase(&self, release: &Record, of_role: Role, koji: &dyn Reader) -> Result<Phase> {
        let error = match self.layout.phase_of(release) {
            Err(error) if error.kind == Kind::NotNow => error,
            said => return said,
        };
        let first = self.layout.first_phase();
        let names: Vec<TagName> = self.tree(release, of_role, first)?.tags.into_iter().map(|tag| tag.name).collect();
        if koji.settings(&names)?.iter().all(Option::is_none) {
            return Ok(first);
        }
        let seen = observe(koji, &names, Repos::Read)?;
        let otherwise = |phase: Phase| -> Result<BTreeSet<(String, Option<String>)>> {
            let drift = drift::of_hub(&self.tree(release, of_role, phase)?, &seen).into_iter();
            // What is missing belongs to every phase.
            let there = drift.filter(|drift| drift.found.is_some() || drift.field.is_some());
            Ok(there.map(|drift| (format!("{} {}", drift.kind, drift.name), drift.field)).collect())
        };
        let in_first = otherwise(first)?;
        let mut later: Vec<(usize, Phase)> = Vec::new();
        for phase in self.layout.phases().filter(|phase| *phase != first) {
            let in_later = otherwise(phase)?;
            if !in_first.is_subset(&in_later) {
                later.push((in_later.len(), phase));
            }
        }
        let Some((_, likest)) = later.into_iter().min() else {
            return Ok(first);
        };
        let likest = self.layout.phase_name(likest);
        let what = format!("{}, and some of its tags are as in {likest}", error.what);
        Err(Error::not_now(what).hint(format!("say it with --phase, as in --phase {likest}")))
    }

    /// What a new tree begins from: the base tag is a copy of the older release's, and groups are those of the
    /// tags that play the same part there.
    fn copied(
        &self,
        release: &Record,
        from: &Record,
        tree: &Tree,
    ) -> Result<(Option<CopiedTag>, BTreeMap<TagName, TagName>)> {
        if from.name == release.name {
            return Err(Error::usage(format!("{} cannot begin from itself", release.name)));
        }
        if !self.layout.fits(from) {
            return Err(Error::usage(format!("{} and {} have no layout in common", release.name, from.name)));
        }
        let base = |release: &Record| {
            let name = self.layout.base_of(&release.version);
            name.parse::<TagName>().map_err(|error| Error::failed(error.to_string()))
        };
        let (tag, source) = (base(release)?, base(from)?);
        if tree.tag(&tag).is_none() {
            return Err(Error::usage(format!("nothing of what is asked for begins as a copy: {tag} is not among it")));
        }
        let with_groups = tree.tags.iter().filter(|ours| !ours.groups.is_empty() && ours.name != tag);
        let pair = |ours: &TagShape| {
            let theirs = self.layout.same_part(&ours.name, &release.version, &from.version)?;
            (theirs != ours.name).then(|| (ours.name.clone(), theirs))
        };
        let groups_from = with_groups.filter_map(pair).collect();
        Ok((Some(CopiedTag { tag, source }), groups_from))
    }
}
