// SPDX-License-Identifier: GPL-3.0-or-later
//! Everything flr can ever change, as data: [`Change`], and the ordered list of them, [`Plan`].

mod change;
mod koji;

pub use change::{Change, Key, LeftOut, Plan, Reversal, Step, StepId};
pub use koji::{BuildRef, KojiChange};
