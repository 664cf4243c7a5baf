// SPDX-License-Identifier: GPL-3.0-or-later
//! Everything flr can ever change, as data: [`Change`], and the ordered list of them, [`Plan`].

mod build;
mod change;
mod group;
mod koji;
mod package;
mod repo;
mod request;
mod signing;
mod tag;
mod target;
mod task;

pub use build::{BuildChange, BuildRef};
pub use change::{Change, Key, LeftOut, Plan, Reversal, Step, StepId};
pub use group::GroupChange;
pub use koji::KojiChange;
pub use package::PackageChange;
pub use repo::RepoChange;
pub use request::RequestChange;
pub use signing::{RpmRef, SigningChange};
pub use tag::{NewTag, TagChange};
pub use target::TargetChange;
pub use task::TaskChange;

#[cfg(test)]
mod tests;
