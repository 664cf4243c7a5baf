// SPDX-License-Identifier: GPL-3.0-or-later
//! Questions about releases.

mod check;
pub(super) mod drift;
mod info;
mod like;
mod list;
mod observed;

pub use check::{CheckRelease, Checked};
pub use drift::Drift;
pub use info::{ReleaseInfo, Shown};
pub use list::{ListReleases, Listed};
