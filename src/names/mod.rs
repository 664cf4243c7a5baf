// SPDX-License-Identifier: GPL-3.0-or-later
//! The field's words, parsed once at the edge and trusted afterwards.
//!
//! Every type here is made by `FromStr`, shows exactly what it was made from, orders and hashes as
//! text (builds: see [`Evr`]), and serialises as its text.

mod arches;
mod nvr;
mod scm;
mod simple;

#[cfg(test)]
mod tests;

pub use arches::Arches;
pub use nvr::{Evr, Nvr};
pub use scm::ScmUrl;
pub use simple::{
    BuildId, BuildType, EventId, NameError, PackageName, PermissionName, ReleaseAlias, RunId, TagName, TargetName,
    TaskId, UserName,
};
