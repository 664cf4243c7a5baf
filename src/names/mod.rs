// SPDX-License-Identifier: GPL-3.0-or-later
//! The field's words, parsed once at the edge and trusted afterwards.
//!
//! Every type here is made by `FromStr`, shows exactly what it was made from (but for keys: see [`SigKey`]), orders and hashes as
//! text (builds: see [`Evr`]), and serialises as its text.

mod arches;
mod nvr;
mod scm;
mod signed;
mod simple;

#[cfg(test)]
mod tests;

pub use arches::Arches;
pub(crate) use nvr::goes_on_as_draft;
pub use nvr::{Evr, Nvr};
pub use scm::ScmUrl;
pub use signed::{Nvra, SigKey, TagOrBuild};
pub(crate) use simple::plain_release;
pub use simple::{
    BuildId, BuildType, EventId, NameError, PackageName, PermissionName, ReleaseAlias, RpmId, RunId, TagName,
    TargetName, TaskId, UserName,
};
