// SPDX-License-Identifier: GPL-3.0-or-later
//! Who asks, and what they may do.
//!
//! Every run is judged twice: its typed arguments before any call at any service
//! ([`Access::allow`]), then every concrete change of its plan ([`Access::permit`]). Only this room
//! makes a [`Permitted`], and only a [`Permitted`] reaches the function that writes.

pub mod audit;
mod caller;
mod clock;
mod dimensions;

pub use caller::Caller;
pub use dimensions::Dimensions;

use crate::Result;
use crate::plan::Plan;

/// What the caller holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// The caller acts with credentials of his own: whatever the hub lets him do.
    Personal,
}

/// A plan that has been judged and may be applied.
#[derive(Debug)]
pub struct Permitted {
    plan: Plan,
}

impl Access {
    /// Judges the typed arguments of `command`, before anything is read.
    pub fn allow(&self, _command: &str, _dimensions: &Dimensions) -> Result<()> {
        match self {
            Self::Personal => Ok(()),
        }
    }

    /// Judges every change of `plan`.
    pub fn permit(&self, _command: &str, plan: Plan) -> Result<Permitted> {
        match self {
            Self::Personal => Ok(Permitted { plan }),
        }
    }
}

impl Permitted {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}
