// SPDX-License-Identifier: GPL-3.0-or-later
//! dist-git: what it says of packages ([`Reader`]), in files that jobs beside it write.
//!
//! Anonymous reads only: an implementation cannot change anything.

mod files;
mod lists;
mod settings;

pub use files::Files;
pub use lists::Owners;
pub use settings::{Named, Settings};

use crate::Result;
use crate::names::PackageName;
use std::collections::BTreeSet;

/// The namespace of packages that become rpms.
pub const RPMS: &str = "rpms";

/// Everything flr asks of dist-git. One that is away is [`Kind::NotNow`](crate::error::Kind::NotNow).
pub trait Reader: Send + Sync {
    /// The packages of a namespace that are retired in `branch`: those with a `dead.package` there. A
    /// package without such a branch is not among them, nor is one retired before the branch was made.
    ///
    /// `retired_in_BRANCH.json`: `{"BRANCH": ["a", "b"]}`. A file that is cut off, of another branch, or
    /// without any package is an error.
    fn retired(&self, branch: &str, namespace: &str) -> Result<BTreeSet<PackageName>>;

    /// Whether each branch has a list of its own: else what [`Reader::retired`] reads of one is all there is.
    fn tells_branches_apart(&self) -> bool;

    /// Whose the packages of a namespace are.
    ///
    /// The owner alias file: `{"rpms": {"a": ["kim", "@group"], "b": ["orphan"]}}`.
    fn owners(&self, namespace: &str) -> Result<Owners>;
}
