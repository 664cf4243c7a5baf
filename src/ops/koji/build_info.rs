// SPDX-License-Identifier: GPL-3.0-or-later
//! Shows builds.

use crate::Result;
use crate::access::Dimensions;
use crate::koji::Build;
use crate::names::Nvr;
use crate::pipeline::{Question, Readers};

/// What the hub knows of `builds`.
#[derive(Debug, Clone)]
pub struct BuildInfo {
    /// The builds by name.
    pub builds: Vec<Nvr>,
}

/// The builds in the order asked for, and the names the hub does not know.
#[derive(Debug, Clone, Default)]
pub struct Builds {
    /// Those that it knows.
    pub known: Vec<Build>,
    /// Those that it does not know.
    pub unknown: Vec<Nvr>,
}

impl Question for BuildInfo {
    const NAME: &'static str = "koji build-info";
    type Answer = Builds;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().builds(&self.builds)
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Builds> {
        let mut builds = Builds::default();
        let answers = services.koji.builds(&self.builds)?;
        for (nvr, answer) in self.builds.iter().zip(answers) {
            match answer {
                Some(build) => builds.known.push(build),
                None => builds.unknown.push(nvr.clone()),
            }
        }
        Ok(builds)
    }
}
