// SPDX-License-Identifier: GPL-3.0-or-later
//! The rpms of builds and the keys they are signed with.

use super::Fault;
use super::encode::Ask;
use super::facts::Inherit;
use super::hub::Hub;
use super::topdir::{SignedCopy, Topdir};
use super::wire::{List, Signature, TaggedRpms};
use crate::names::{BuildId, Nvr, Nvra, RpmId, SigKey, TagName};
use crate::{Error, Result};
use std::collections::HashMap;

/// An rpm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rpm {
    /// The hub's number for it.
    pub id: RpmId,
    /// The build it is of.
    pub build: BuildId,
    /// Its name.
    pub nvra: Nvra,
    /// The keys whose signatures of it the hub knows, in the order of their ids. Whether there is a file
    /// signed with one, the hub does not say. Ids that are not of 8 hex digits are left out.
    pub keys: Vec<SigKey>,
}

impl Rpm {
    /// Whether the hub knows a signature of it with this key.
    pub fn is_signed_with(&self, key: SigKey) -> bool {
        self.keys.contains(&key)
    }
}

/// A build and its rpms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildRpms {
    /// The hub's number for the build.
    pub id: BuildId,
    /// Its name.
    pub nvr: Nvr,
    /// Its rpms, in the order of numbers.
    pub rpms: Vec<Rpm>,
}

/// Whose rpms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpmQuery {
    /// Of the builds in this tag.
    pub tag: TagName,
    /// Whether those count that it inherits.
    pub inherit: Inherit,
    /// Only those of the latest build of each package.
    pub latest: bool,
}

impl Hub {
    pub(super) fn rpms_in(&self, query: &RpmQuery) -> Result<Vec<BuildRpms>> {
        const METHOD: &str = "listTaggedRPMS";
        let ask = Ask::new(METHOD)
            .arg(query.tag.as_str())
            .named("inherit", query.inherit == Inherit::Inherited)
            .named("latest", query.latest)
            .named("rpmsigs", true);
        let TaggedRpms { rpms, builds } = match self.ask(ask)? {
            Ok(found) => found,
            Err(fault) => return Err(self.blamed(METHOD, &fault, Some(&query.tag), None)),
        };
        let mut rpms = self.all(METHOD, rpms)?;
        rpms.sort_by_key(|rpm| rpm.id);
        let builds = self.all(METHOD, builds)?;
        let mut places: HashMap<BuildId, usize> = HashMap::with_capacity(builds.len());
        let mut found: Vec<BuildRpms> = Vec::with_capacity(builds.len());
        for (id, nvr) in builds {
            // One that is in several of the tags is listed for each.
            places.entry(id).or_insert_with(|| {
                found.push(BuildRpms { id, nvr, rpms: Vec::new() });
                found.len() - 1
            });
        }
        for rpm in rpms {
            if let Some(of) = places.get(&rpm.build).and_then(|place| found.get_mut(*place)) {
                of.rpms.push(rpm);
            }
        }
        Ok(found)
    }

    pub(super) fn rpms_of_builds(&self, builds: &[BuildId]) -> Result<Vec<Vec<Rpm>>> {
        let asks = builds.iter().map(|build| Ask::new("listRPMs").named("buildID", build.0));
        let mut found = Vec::with_capacity(builds.len());
        for (answer, build) in self.get_all::<List<Option<Rpm>>>(asks)?.into_iter().zip(builds) {
            let list = answer.map_err(|fault| self.faulted(&format!("listRPMs of build {build}"), &fault))?;
            let mut rpms: Vec<Rpm> = self.all("listRPMs", list)?.into_iter().flatten().collect();
            rpms.sort_by_key(|rpm| rpm.id);
            found.push(rpms);
        }
        let ids: Vec<RpmId> = found.iter().flatten().map(|rpm| rpm.id).collect();
        let mut signatures = self.signatures(&ids)?.into_iter();
        for rpm in found.iter_mut().flatten() {
            rpm.keys = signatures.next().unwrap_or_default();
        }
        Ok(found)
    }

    pub(super) fn sizes_of(&self, copies: &[SignedCopy]) -> Result<Vec<Option<u64>>> {
        let files = Topdir::at(&self.profile().topdir)?;
        let size = |copy: &SignedCopy| match self.line.patience.stopped() {
            // On a slow mount a release takes minutes.
            true => Err(Error::failed("stopped by request")),
            false => files.size(copy),
        };
        copies.iter().map(size).collect()
    }

    /// The keys each rpm is signed with, in the order asked for.
    fn signatures(&self, rpms: &[RpmId]) -> Result<Vec<Vec<SigKey>>> {
        const METHOD: &str = "queryRPMSigs";
        let asks = rpms.iter().map(|rpm| Ask::new(METHOD).named("rpm_id", rpm.0));
        let keys = |(answer, rpm): (Result<List<Signature>, Fault>, &RpmId)| {
            let list = answer.map_err(|fault| self.faulted(&format!("{METHOD} of rpm {rpm}"), &fault))?;
            let signatures = self.all(METHOD, list)?;
            let mut keys: Vec<SigKey> = signatures.into_iter().filter_map(|signature| signature.0).collect();
            keys.sort_unstable();
            Ok(keys)
        };
        self.get_all(asks)?.into_iter().zip(rpms).map(keys).collect()
    }
}
