// SPDX-License-Identifier: GPL-3.0-or-later
//! Everything flr can ever change, as data: [`Change`], and the ordered list of them, [`Plan`].

mod change;
mod koji;
mod tag;
mod target;
mod task;

pub use change::{Change, Key, LeftOut, Plan, Reversal, Step, StepId};
pub use koji::{About, BuildRef, KojiChange};
pub use tag::{NewTag, TagChange};
pub use target::TargetChange;
pub use task::TaskChange;
