// SPDX-License-Identifier: GPL-3.0-or-later
//! Requests to change what belongs to a release.

use crate::Result;
use crate::access::Dimensions;
use crate::distgit;
use crate::koji;
use crate::pipeline::Operation;
use crate::release::Known;
use crate::release::layout::Layout;

/// dist-git, with its lists at the places that are named.
pub type OpenDistGit<'a> = &'a dyn Fn(distgit::Named<'_>) -> Result<distgit::Files>;

/// A request that names a release as people do. What it is about is known as typed; what it asks for, only
/// when it is known what the release is. The request it becomes holds all of that, so that whoever resumes it
/// need not ask again.
pub trait NamesRelease: Sized {
    /// What it becomes.
    type Request: Operation;

    /// The typed arguments, for judging before anything is asked.
    fn dimensions(&self) -> Dimensions;

    /// Takes along what dist-git says, if it has to know that.
    ///
    /// # Errors
    /// dist-git's list cannot be had or makes no sense; or there is no such release.
    fn informed(self, _known: &Known, _layouts: &[Layout], _dist_git: OpenDistGit<'_>) -> Result<Self> {
        Ok(self)
    }

    /// Looks up what the names mean. `layouts`: those that flr brings; a request that brought one of its own
    /// uses that first.
    ///
    /// # Errors
    /// There is no such release, or several; what is known of it does not suffice, with what is missing.
    fn resolve(self, known: &Known, layouts: &[Layout], koji: &dyn koji::Reader) -> Result<Self::Request>;
}
