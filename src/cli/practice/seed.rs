// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::{Context, embedded};
use crate::output::{escape, human};
use crate::practice::{Grounds, LinkToPlant, Seed, Site, TagToPlant, TargetToPlant};
use crate::release::Role;
use crate::release::layout::{self, Tree, Wanted};
use crate::{Error, Result};
use std::path::PathBuf;

/// Fill the practice hub with packages, builds and tags
///
/// It must be empty: see `flr practice reset`. With cycle, two Fedora releases and ELN are as their layouts
/// say, one release out and the next in rawhide: for rehearsing what flr-release-cycle(7) tells.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What: a handful of packages, 24,000 as in Fedora, or whole releases with few packages
    #[arg(value_enum)]
    pub size: Size,
    /// The hub's state is in this directory
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// How much the hub holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    Small,
    Fedora,
    Cycle,
}

/// Fills it.
pub fn run(args: Args, context: &mut Context) -> anyhow::Result<u8> {
    let dir = embedded::dir(&context.asker.caller, args.dir)?;
    let mut site = Site::open(&dir)?;
    let report = match args.size {
        Size::Small => site.seed(Seed::Small),
        Size::Fedora => site.seed(Seed::Fedora),
        Size::Cycle => site.seed_releases(&grounds()?),
    }?;
    let count = |n: u64, noun| human::count(usize::try_from(n).unwrap_or(usize::MAX), noun);
    context.out.line(format_args!(
        "{}: {}, {}, {}",
        escape(&dir.to_string_lossy()),
        count(report.packages, "package"),
        count(report.builds, "build"),
        count(report.tags, "tag"),
    ));
    Ok(0)
}

/// The releases of a cycle that begins: family, version, dist tag and phase, oldest first.
const RELEASES: [(&str, &str, &str, &str); 3] =
    [("fedora", "42", "fc42", "released"), ("fedora", "43", "fc43", "before-activation"), ("eln", "eln", "", "active")];

/// The newest of them.
const RAWHIDE: &str = "43";

/// What their layouts say.
fn grounds() -> Result<Grounds> {
    let layouts = layout::built_in()?;
    let mut grounds = Grounds::default();
    for (family, version, dist, phase) in RELEASES {
        let layout = layouts
            .iter()
            .find(|layout| layout.family() == family)
            .ok_or_else(|| Error::failed(format!("there is no layout {family}")))?;
        let tree = layout.expand(&Wanted {
            version,
            role: if version == RAWHIDE { Role::Rawhide } else { Role::Other },
            rawhide: Some(RAWHIDE),
            phase: layout.phase(phase)?,
            parts: &[],
        })?;
        if !dist.is_empty() {
            let base = layout.base_of(version).parse().map_err(|e| Error::failed(format!("{version}: {e}")))?;
            grounds.releases.push((base, dist.to_owned()));
        }
        plant(tree, &mut grounds);
    }
    Ok(grounds)
}

fn plant(tree: Tree, grounds: &mut Grounds) {
    grounds.tags.extend(tree.tags.into_iter().map(|tag| {
        TagToPlant {
            name: tag.name,
            arches: tag.arches,
            perm: tag.perm,
            locked: tag.locked,
            parents: tag
                .parents
                .into_iter()
                .map(|link| LinkToPlant {
                    parent: link.tag,
                    priority: link.priority,
                    intransitive: link.intransitive,
                    noconfig: link.noconfig,
                    maxdepth: link.maxdepth,
                })
                .collect(),
            extra: tag.extra,
            groups: tag.groups,
        }
    }));
    grounds.targets.extend(tree.targets.into_iter().map(|target| TargetToPlant {
        name: target.name,
        build_tag: target.build,
        dest_tag: target.dest,
    }));
}
