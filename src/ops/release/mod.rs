// SPDX-License-Identifier: GPL-3.0-or-later
//! Questions about releases, and requests that name one.

mod check;
pub(in crate::ops) mod drift;
mod info;
mod like;
mod list;
mod named;
pub(in crate::ops) mod observed;

pub use check::{CheckRelease, Checked};
pub use drift::Drift;
pub use info::{ReleaseInfo, Shown};
pub use list::{ListReleases, Listed};
pub use named::{NamesRelease, OpenDistGit};
