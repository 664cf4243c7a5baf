// SPDX-License-Identifier: GPL-3.0-or-later
//! Compares a release with its layout, or with another release.

use super::drift::{self, Drift};
use super::like::{self, Renaming, Theirs};
use super::observed::{Repos, observe};
use crate::access::Dimensions;
use crate::bodhi::Record;
use crate::names::{ReleaseAlias, TagName, TargetName};
use crate::pipeline::{Question, Readers};
use crate::release::layout::{Layout, Phase, Tree, Wanted};
use crate::release::{Known, LaidOut, Lookup, Role, Source};
use crate::{Error, Result};

/// Is the release as it should be?
pub struct CheckRelease<'a> {
    /// What it is called.
    pub alias: ReleaseAlias,
    /// The release that it should be like; else its layout says how it should be.
    pub like: Option<ReleaseAlias>,
    /// The phase, in the layout's words, if Bodhi's record shall not say.
    pub phase: Option<String>,
    /// Only these parts of the layout; empty: all.
    pub parts: Vec<String>,
    /// Who knows the releases.
    pub directory: &'a dyn Lookup,
    /// The layouts.
    pub layouts: &'a [Layout],
}

/// What was found.
#[derive(Debug)]
pub struct Checked {
    /// The release.
    pub release: String,
    /// What it was held against: `layout fedora, after-activation` or `F42`.
    pub against: String,
    /// What differs.
    pub drift: Vec<Drift>,
    /// Whether Bodhi's record was looked at as well.
    pub bodhi_too: bool,
    /// Where the release is known from, and what people should know about that.
    pub known: Known,
}

impl Question for CheckRelease<'_> {
    const NAME: &'static str = "release check";
    type Answer = Checked;

    fn dimensions(&self) -> Dimensions {
        Self::about(&self.alias, self.like.as_ref(), self.phase.is_some(), !self.parts.is_empty())
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Checked> {
        let known = self.directory.releases(services.koji)?;
        let laid_out = known.laid_out(&self.alias, self.layouts)?;
        let LaidOut { release, layout, .. } = laid_out;
        let bodhi_too = known.source != Source::Koji;
        let (against, drift) = match &self.like {
            None => self.against_layout(services, laid_out, bodhi_too)?,
            Some(other) => {
                let other = known.find(other, self.layouts)?;
                self.against_other(services, layout, release, other, bodhi_too)?
            }
        };
        Ok(Checked { release: release.name.clone(), against, drift, bodhi_too, known })
    }
}

impl CheckRelease<'_> {
    /// What such a request is about. Which release it is, is no matter: all of this is public.
    pub fn about(alias: &ReleaseAlias, like: Option<&ReleaseAlias>, phase: bool, parts: bool) -> Dimensions {
        Dimensions::new()
            .releases([alias])
            .releases(like)
            .option("--like", like.is_some())
            .option("--phase", phase)
            .option("--part", parts)
    }

    fn phase(&self, layout: &Layout, release: &Record) -> Result<Phase> {
        match &self.phase {
            Some(name) => layout.phase(name),
            None => layout.phase_of(release),
        }
    }

    fn against_layout(
        &self,
        services: &Readers<'_>,
        laid_out: LaidOut<'_>,
        bodhi_too: bool,
    ) -> Result<(String, Vec<Drift>)> {
        let LaidOut { release, layout, .. } = laid_out;
        let phase = self.phase(layout, release)?;
        let tree = laid_out.tree(phase, &self.parts)?;
        let mut names = tag_names(&tree);
        names.extend(tree.gone.iter().filter_map(|gone| gone.strip_prefix("tag ")?.parse().ok()));
        let mut seen = observe(services.koji, &names, Repos::Read)?;
        let lacking: Vec<TagName> =
            tree.tags.iter().filter(|tag| seen.lacks_group(tag)).map(|tag| tag.name.clone()).collect();
        seen.read_inherited_groups(services.koji, lacking.iter())?;
        let mut drift = drift::of_hub(&tree, &seen);
        if bodhi_too {
            drift.extend(drift::of_bodhi(&tree, release));
        }
        Ok((format!("layout {}, {}", layout.family(), layout.phase_name(phase)), drift))
    }

    /// The layout only says which tags and targets to look at.
    fn against_other(
        &self,
        services: &Readers<'_>,
        layout: &Layout,
        release: &Record,
        other: &Record,
        bodhi_too: bool,
    ) -> Result<(String, Vec<Drift>)> {
        if other.name == release.name {
            return Err(Error::usage(format!("{} is like itself", release.name)));
        }
        if !layout.fits(other) {
            return Err(Error::usage(format!("{} and {} have no layout in common", release.name, other.name)));
        }
        let tree = |release: &Record| {
            layout.expand(&Wanted {
                version: &release.version,
                role: Role::Other,
                rawhide: None,
                phase: layout.first_phase(),
                parts: &self.parts,
            })
        };
        let (ours, theirs) = (tree(release)?, tree(other)?);
        let (our_tags, their_tags) = (tag_names(&ours), tag_names(&theirs));
        let both: Vec<TagName> = our_tags.iter().chain(&their_tags).cloned().collect();
        let mut seen = observe(services.koji, &both, Repos::Read)?;
        let renaming = renaming(layout, other, release);
        let otherwise = like::otherwise_grouped(&seen, &their_tags, &renaming);
        seen.read_inherited_groups(services.koji, otherwise.iter())?;
        let theirs = Theirs { tags: &their_tags, targets: &target_names(&theirs) };
        let mut drift = like::of_hub(&seen, &theirs, &renaming);
        if bodhi_too {
            drift.extend(like::of_bodhi(release, other, &renaming));
        }
        Ok((other.name.clone(), drift))
    }
}

fn tag_names(tree: &Tree) -> Vec<TagName> {
    tree.tags.iter().map(|tag| tag.name.clone()).collect()
}

fn target_names(tree: &Tree) -> Vec<TargetName> {
    tree.targets.iter().map(|target| target.name.clone()).collect()
}

/// From the words of `from` to those of `to`; where versions are numbers, also from the release
/// before the one to the release before the other.
fn renaming(layout: &Layout, from: &Record, to: &Record) -> Renaming {
    let mut renaming = Renaming::default()
        .word(&layout.base_of(&from.version), &layout.base_of(&to.version))
        .word(&from.name, &to.name)
        .word(&format!("fc{}", from.version), &format!("fc{}", to.version));
    let before = |release: &Record| {
        release.version.parse::<u32>().ok().and_then(|number| number.checked_sub(1)).map(|number| number.to_string())
    };
    if let (Some(old), Some(new)) = (before(from), before(to))
        && layout.fits(from)
    {
        renaming = renaming.word(&layout.base_of(&old), &layout.base_of(&new));
    }
    renaming
}
