// SPDX-License-Identifier: GPL-3.0-or-later
//! Removes the copies that are signed with a key nobody needs any more.

use super::rpms::{Rpms, RpmsOf};
use crate::access::Dimensions;
use crate::koji::{BuildRpms, Inherit, Reader, Rpm, SignedCopy, Tagged};
use crate::names::{BuildId, Nvr, RpmId, SigKey, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildRef, Plan, RpmRef, SigningChange};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The hub has no file of the rpms of `of` with the signature of `key`; it still knows the signatures.
///
/// What a compose of a protected tag would take is left alone. Only files of rpms that the hub knows are
/// looked for, each in its place: the package store is not walked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PruneSigned {
    /// Whose rpms.
    pub of: RpmsOf,
    /// The key.
    pub key: SigKey,
    /// The tags whose latest builds, inherited ones too, keep their copies.
    pub protect: Vec<TagName>,
}

/// What has to be known to plan.
#[derive(Debug, Default)]
pub struct Seen {
    rpms: Rpms,
    /// What is protected, and by which tag.
    protected: BTreeMap<Nvr, TagName>,
    /// The copies that are there, by their rpms, with their sizes in bytes.
    sizes: HashMap<RpmId, u64>,
}

impl PruneSigned {
    fn makes_sense(&self) -> Result<()> {
        self.of.makes_sense()?;
        match &self.of {
            RpmsOf::Tag { tag, .. } if self.protect.contains(tag) => {
                Err(Error::usage(format!("{tag} is named and protected: nothing of it could be removed")))
            }
            RpmsOf::Tag { .. } | RpmsOf::Builds(_) => Ok(()),
        }
    }

    /// The rpms of the builds that are meant; of a tag also those of builds that koji hides because their
    /// package is blocked: their files take up room like any.
    fn rpms(&self, koji: &dyn Reader) -> Result<Rpms> {
        let mut rpms = self.of.read(koji)?;
        let RpmsOf::Tag { tag, .. } = &self.of else {
            return Ok(rpms);
        };
        let shown: HashSet<BuildId> = rpms.builds.iter().map(|build| build.id).collect();
        let rows = koji.active_rows_of(std::slice::from_ref(tag))?.into_iter().flatten();
        let hidden: Vec<_> = rows.filter(|row| !shown.contains(&row.id)).collect();
        let ids: Vec<BuildId> = hidden.iter().map(|row| row.id).collect();
        let theirs = if ids.is_empty() { Vec::new() } else { koji.rpms_of(&ids)? };
        let of_hidden = hidden.into_iter().zip(theirs);
        rpms.builds.extend(of_hidden.map(|(row, rpms)| BuildRpms { id: row.id, nvr: row.nvr, rpms }));
        Ok(rpms)
    }

    fn protected(&self, koji: &dyn Reader) -> Result<BTreeMap<Nvr, TagName>> {
        let mut protected = BTreeMap::new();
        for tag in &self.protect {
            for build in koji.tagged(&Tagged::latest(tag.clone(), Inherit::Inherited))? {
                protected.entry(build.nvr).or_insert_with(|| tag.clone());
            }
        }
        Ok(protected)
    }

    /// The sizes of the copies that are there.
    fn sizes(&self, builds: &[BuildRpms], koji: &dyn Reader) -> Result<HashMap<RpmId, u64>> {
        let of = |build: &BuildRpms, rpm: &Rpm| SignedCopy {
            build: build.nvr.clone(),
            rpm: rpm.nvra.clone(),
            key: self.key,
        };
        let all = builds.iter().flat_map(|build| build.rpms.iter().map(move |rpm| (build, rpm)));
        let signed = all.filter(|(_, rpm)| rpm.is_signed_with(self.key));
        let (ids, copies): (Vec<RpmId>, Vec<SignedCopy>) = signed.map(|(build, rpm)| (rpm.id, of(build, rpm))).unzip();
        let sizes = koji.signed_copies(&copies)?;
        Ok(ids.into_iter().zip(sizes).filter_map(|(id, size)| Some((id, size?))).collect())
    }
}

impl Operation for PruneSigned {
    const NAME: &'static str = "koji prune-signed";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        self.of.dimensions().key(self.key).option("--protect", !self.protect.is_empty())
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        self.makes_sense()?;
        let koji = services.koji;
        let rpms = self.rpms(koji)?;
        let protected = self.protected(koji)?;
        let sizes = self.sizes(&rpms.builds, koji)?;
        Ok(Seen { rpms, protected, sizes })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        self.makes_sense()?;
        let mut plan = self.of.plan(&seen.rpms)?;
        // A mistyped key would do nothing, and end well.
        let rpms = || seen.rpms.builds.iter().flat_map(|build| &build.rpms);
        if rpms().next().is_some() && !rpms().any(|rpm| rpm.is_signed_with(self.key)) {
            let what = match &self.of {
                RpmsOf::Tag { tag, .. } => tag.to_string(),
                RpmsOf::Builds(_) => "the builds".to_owned(),
            };
            plan.refuse(what, format!("none of the {} rpms is signed with {}", rpms().count(), self.key));
        }
        for build in &seen.rpms.builds {
            let copies: Vec<(&Rpm, u64)> =
                build.rpms.iter().filter_map(|rpm| Some((rpm, *seen.sizes.get(&rpm.id)?))).collect();
            if copies.is_empty() {
                plan.leave_out(&build.nvr, format!("it has no copy signed with {}", self.key));
                continue;
            }
            if let Some(tag) = seen.protected.get(&build.nvr) {
                plan.leave_out(&build.nvr, format!("{tag} has it, and is protected"));
                continue;
            }
            for (rpm, bytes) in copies {
                plan.push(SigningChange::RemoveSigned {
                    build: BuildRef { nvr: build.nvr.clone(), id: build.id },
                    rpm: RpmRef { nvra: rpm.nvra.clone(), id: rpm.id },
                    key: self.key,
                    bytes,
                });
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;

    const KEY: &str = "31645531";

    fn hub() -> Hub {
        Hub::new()
            .tag("f42")
            .tag("f43")
            .linked("f43", "f42", 0)
            .listed("f42", &["bash", "zsh", "image", "rpm"])
            .tagged("f42", &["bash-5.3-1.fc42", "zsh-5.9-1.fc42", "image-42-1", "rpm-6-1.fc42"])
            .listed("f43", &["zsh"])
            .tagged("f43", &["zsh-6-1.fc43"])
            .rpms("bash-5.3-1.fc42", &[("src", &["", KEY]), ("x86_64", &["", "105ef944", KEY])])
            .rpms("zsh-5.9-1.fc42", &[("src", &["", KEY]), ("x86_64", &[""])])
            .rpms("rpm-6-1.fc42", &[("src", &["", KEY])])
            .written("bash-5.3-1.fc42", "src", KEY, 100)
            .written("bash-5.3-1.fc42", "x86_64", KEY, 200)
            .written("bash-5.3-1.fc42", "x86_64", "105ef944", 300)
            .written("zsh-5.9-1.fc42", "src", KEY, 50)
            // The hub has not written one that it could.
            .build_in("vim-9-1.fc42", crate::koji::BuildState::Building)
    }

    fn of_tag(tag: &str, key: &str, protect: &[&str]) -> PruneSigned {
        let of = RpmsOf::Tag { tag: tag.parse().unwrap(), inherit: false, latest: false };
        PruneSigned { of, key: key.parse().unwrap(), protect: names(protect) }
    }

    fn of_builds(builds: &[&str]) -> PruneSigned {
        PruneSigned { of: RpmsOf::Builds(names(builds)), key: KEY.parse().unwrap(), protect: Vec::new() }
    }

    #[test]
    fn what_is_planned() {
        let table: &[(&str, PruneSigned, &str)] = &[
            (
                "the copies that are there",
                of_tag("f42", KEY, &[]),
                "0 remove the copy of bash-5.3-1.fc42.src signed with 31645531
                 1 remove the copy of bash-5.3-1.fc42.x86_64 signed with 31645531
                 2 remove the copy of zsh-5.9-1.fc42.src signed with 31645531
                 - image-42-1: it has no copy signed with 31645531
                 - rpm-6-1.fc42: it has no copy signed with 31645531",
            ),
            (
                "what a newer release still takes from this one is protected, what it has replaced is not",
                of_tag("f42", KEY, &["f43"]),
                "0 remove the copy of zsh-5.9-1.fc42.src signed with 31645531
                 - bash-5.3-1.fc42: f43 has it, and is protected
                 - image-42-1: it has no copy signed with 31645531
                 - rpm-6-1.fc42: it has no copy signed with 31645531",
            ),
            (
                "another key, in upper case",
                of_tag("f42", "105EF944", &[]),
                "0 remove the copy of bash-5.3-1.fc42.x86_64 signed with 105ef944
                 - zsh-5.9-1.fc42: it has no copy signed with 105ef944
                 - image-42-1: it has no copy signed with 105ef944
                 - rpm-6-1.fc42: it has no copy signed with 105ef944",
            ),
            (
                "a key that signed nothing",
                of_tag("f42", "deadbeef", &[]),
                "- bash-5.3-1.fc42: it has no copy signed with deadbeef
                 - zsh-5.9-1.fc42: it has no copy signed with deadbeef
                 - image-42-1: it has no copy signed with deadbeef
                 - rpm-6-1.fc42: it has no copy signed with deadbeef
                 ! f42: none of the 5 rpms is signed with deadbeef",
            ),
            ("no such tag", of_tag("f99", KEY, &[]), "error: hub fault 1000: no such tag f99"),
            (
                "the tag itself",
                of_tag("f42", KEY, &["f42"]),
                "error: f42 is named and protected: nothing of it could be removed",
            ),
            (
                "builds by name, with all that stands against it",
                of_builds(&["zsh-5.9-1.fc42", "no-1-1", "vim-9-1.fc42", "image-42-1", "zsh-5.9-1.fc42"]),
                "0 remove the copy of zsh-5.9-1.fc42.src signed with 31645531
                 - zsh-5.9-1.fc42: it is named more than once; once is enough
                 - image-42-1: it has no copy signed with 31645531
                 ! no-1-1: the hub has no such build
                 ! vim-9-1.fc42: the build is still building",
            ),
            ("nothing", of_builds(&[]), "error: no builds are named"),
        ];
        for (what, request, expected) in table {
            same(what, &hub().text(request), expected);
        }
    }
}
