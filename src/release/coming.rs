// SPDX-License-Identifier: GPL-3.0-or-later
//! A release that no source knows yet, because its tags are about to be made.

use super::directory::Known;
use super::layout::Layout;
use super::{Role, role};
use crate::bodhi::Record;
use crate::error::Kind;
use crate::names::ReleaseAlias;
use crate::{Error, Result};

impl Known {
    /// The release that is called so, or the one that will be: its name has the shape of a layout's, and where
    /// versions are numbers it is the next one.
    ///
    /// # Errors
    /// Those of [`Known::find`]; or one that is called so would come out of turn.
    pub fn find_or_coming(&self, alias: &ReleaseAlias, layouts: &[Layout]) -> Result<Record> {
        let error = match self.find(alias, layouts) {
            Ok(release) => return Ok(release.clone()),
            Err(error) => error,
        };
        let broken = self.unreadable.iter().any(|bad| bad.name.eq_ignore_ascii_case(alias.as_str()));
        // A word that may mean several releases is not the name of another one.
        if error.kind != Kind::Failed || broken {
            return Err(error);
        }
        let called = layouts.iter().find_map(|layout| Some((layout, layout.version_called(alias)?)));
        let Some((layout, version)) = called else {
            return Err(error);
        };
        let newest = self.newest(layout);
        if let (Some(newest), Ok(number)) = (newest, version.parse::<u32>())
            && layout.counts()
            && number != newest.saturating_add(1)
        {
            let (base, next) = (layout.base_of(&version), layout.base_of(&newest.saturating_add(1).to_string()));
            return Err(Error::failed(format!("there is no release {base}, and the next one is {next}")));
        }
        layout.guessed(&version, false)
    }

    /// What a release is when its tags are made: the newest of a family that has a Rawhide is the Rawhide, from
    /// the moment it has tags.
    pub fn role_in_the_making(&self, release: &Record, layout: &Layout) -> Role {
        let newest = self.newest(layout);
        let is_newest =
            || release.version.parse().is_ok_and(|number: u32| newest.is_none_or(|newest| number >= newest));
        match layout.rawhide_tag() {
            Some(_) if is_newest() => Role::Rawhide,
            _ => role(release, &self.releases),
        }
    }

    fn newest(&self, layout: &Layout) -> Option<u32> {
        let of_family = self.releases.iter().filter(|release| layout.fits(release));
        of_family.filter_map(|release| release.version.parse().ok()).max()
    }
}
