// SPDX-License-Identifier: GPL-3.0-or-later
//! dist-git's lists, for commands.

use super::release::Whose;
use crate::Result;
use crate::distgit::{Files, Named, Settings};

/// The lists where the command line and the configuration say. Nothing is read yet.
///
/// # Errors
/// A configuration file or a place makes no sense.
pub fn open(whose: &Whose<'_>, named: Named<'_>) -> Result<Files> {
    let settings = whose.configured("distgit.toml", |files, read| Settings::load(whose.profile, named, files, read))?;
    Ok(Files::new(settings, whose.options()))
}
