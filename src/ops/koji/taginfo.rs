// SPDX-License-Identifier: GPL-3.0-or-later
//! Shows how tags are set up.

use crate::Result;
use crate::access::Dimensions;
use crate::koji::{ExternalRepo, Group, ParentLink, TagSettings, Target, TargetQuery};
use crate::names::TagName;
use crate::pipeline::{Question, Readers};

/// How `tags` are set up.
#[derive(Debug, Clone)]
pub struct TagInfo {
    /// The tags.
    pub tags: Vec<TagName>,
}

/// One tag, as it is itself.
#[derive(Debug, Clone)]
pub struct About {
    /// What it is set to.
    pub settings: TagSettings,
    /// Its parents, lowest priority first.
    pub parents: Vec<ParentLink>,
    /// Its groups, in the order of names.
    pub groups: Vec<Group>,
    /// The repositories of elsewhere that it draws from, lowest priority first.
    pub external_repos: Vec<ExternalRepo>,
    /// The targets that build from it, in the order of names.
    pub builds_from: Vec<Target>,
    /// The targets whose builds go to it, in the order of names.
    pub builds_to: Vec<Target>,
}

/// The tags in the order asked for, and those the hub does not know.
#[derive(Debug, Clone, Default)]
pub struct Tags {
    /// Each tag.
    pub known: Vec<About>,
    /// Those that it does not know.
    pub unknown: Vec<TagName>,
}

impl Question for TagInfo {
    const NAME: &'static str = "koji taginfo";
    type Answer = Tags;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tags(&self.tags)
    }

    /// All targets at once: a hub has few, and would be asked twice for each tag.
    fn ask(&self, services: &Readers<'_>) -> Result<Tags> {
        let koji = services.koji;
        let mut tags = Tags::default();
        let mut known = Vec::new();
        for (name, settings) in self.tags.iter().zip(koji.settings(&self.tags)?) {
            match settings {
                Some(settings) => known.push(settings),
                None => tags.unknown.push(name.clone()),
            }
        }
        if known.is_empty() {
            return Ok(tags);
        }
        let names: Vec<TagName> = known.iter().map(|tag| tag.name.clone()).collect();
        let mut parents = koji.parents(&names)?.into_iter();
        let mut groups = koji.groups(&names)?.into_iter();
        let mut repos = koji.external_repos(&names)?.into_iter();
        let targets = koji.targets(&TargetQuery::default())?;
        let those = |of: &dyn Fn(&Target) -> bool| targets.iter().filter(|target| of(target)).cloned().collect();
        tags.known = known
            .into_iter()
            .map(|settings| About {
                parents: parents.next().unwrap_or_default(),
                groups: groups.next().unwrap_or_default(),
                external_repos: repos.next().unwrap_or_default(),
                builds_from: those(&|target| target.build_tag == settings.name),
                builds_to: those(&|target| target.dest_tag == settings.name),
                settings,
            })
            .collect();
        Ok(tags)
    }
}
