// SPDX-License-Identifier: GPL-3.0-or-later
//! Who asks, and what they may do.
//!
//! Every run is judged twice: its typed arguments before any call at any service
//! ([`Access::allow`]), then every concrete change of its plan ([`Access::permit`]). In privileged
//! mode the first also puts the intent on disk, and [`Access::enter`] the plan, with its changes
//! counted against the grant. Each step hands out the token that the next one asks for, and only this
//! room makes tokens: an [`Entered`] is the only way to the function that writes.
//!
//! ```compile_fail
//! let plan = flr::plan::Plan::default();
//! let permitted = flr::access::Permitted { plan, clause: None }; // the fields are private
//! ```
//!
//! ```compile_fail
//! // Without the words having been judged, and the intent written, there is nothing to permit by.
//! flr::access::Access::Personal.permit(&flr::access::Allowed { clauses: Vec::new() }, flr::plan::Plan::default());
//! ```

pub mod account;
pub mod audit;
mod caller;
pub mod check;
pub mod clock;
mod dimensions;
pub mod door;
mod effect;
pub mod explain;
pub mod grant;
mod grantee;
pub mod guarded;
pub mod host;
pub mod input;
mod locks;
pub mod process;
pub mod reception;
pub mod register;
pub mod request;
pub mod settings;
pub mod sudoers;
pub mod table;

pub use caller::{Caller, Sudo};
pub use dimensions::Dimensions;
pub use grantee::{Grantee, Parts};

use crate::Result;
use crate::names::{RunId, TaskId, UserName};
use crate::plan::Plan;
use audit::Outcomes;

/// What the caller holds.
#[derive(Debug)]
pub enum Access {
    /// The caller acts with credentials of his own: whatever the hub lets him do.
    Personal,
    /// The caller uses an account's credentials, as far as his grant goes; all of it is recorded.
    Granted(Box<Grantee>),
}

/// Words that have been judged: in privileged mode their intent is on disk.
#[derive(Debug)]
pub struct Allowed {
    /// The clauses that cover the words, by their place in the grant.
    clauses: Vec<usize>,
    /// The name that the run is to have, if it is fixed.
    run: Option<RunId>,
    options: std::collections::BTreeSet<String>,
}

/// A plan that has been judged.
#[derive(Debug)]
pub struct Permitted {
    plan: Plan,
    /// The clause that covers it, by its place in the grant.
    clause: Option<usize>,
}

/// A permitted plan that has been recorded, and counted, and may be applied.
#[derive(Debug)]
pub struct Entered<'a> {
    plan: &'a Plan,
    run: RunId,
}

impl Access {
    /// Judges the typed arguments of `command`, before anything is read. In privileged mode the
    /// first time writes down what is about to be done; the tags of a changing command are nobody
    /// else's until the process ends.
    ///
    /// # Errors
    /// [`Kind::NotPermitted`](crate::error::Kind::NotPermitted): no clause covers them.
    /// [`Kind::Unsafe`](crate::error::Kind::Unsafe): they cannot be recorded.
    /// [`Kind::NotNow`](crate::error::Kind::NotNow): another run is at work on the same tags.
    pub fn allow(&self, command: &str, dimensions: &Dimensions) -> Result<Allowed> {
        match self {
            Self::Personal => Ok(Allowed { clauses: Vec::new(), run: None, options: Default::default() }),
            Self::Granted(grantee) => grantee.allow(command, dimensions),
        }
    }

    /// Judges every change of `plan`, which the words of `allowed` led to.
    ///
    /// # Errors
    /// [`Kind::NotPermitted`](crate::error::Kind::NotPermitted): no clause covers words and plan.
    pub fn permit(&self, allowed: &Allowed, plan: Plan) -> Result<Permitted> {
        let clause = match self {
            Self::Personal => None,
            Self::Granted(grantee) => Some(grantee.permit(allowed, &plan)?),
        };
        Ok(Permitted { plan, clause })
    }

    /// Records a plan that is only looked at.
    pub fn look(&self, permitted: &Permitted) -> Result<()> {
        match self {
            Self::Personal => Ok(()),
            Self::Granted(grantee) => grantee.look(permitted),
        }
    }

    /// Records the plan of `run`, and takes its changes from what is left of the grant. They are not
    /// given back.
    ///
    /// # Errors
    /// [`Kind::NotPermitted`](crate::error::Kind::NotPermitted): not so many today.
    /// [`Kind::NotConfirmed`](crate::error::Kind::NotConfirmed): the grant wants a yes.
    /// [`Kind::Unsafe`](crate::error::Kind::Unsafe): it cannot be recorded.
    pub fn enter<'a>(&self, permitted: &'a Permitted, run: &RunId) -> Result<Entered<'a>> {
        if let Self::Granted(grantee) = self {
            grantee.enter(permitted, run)?;
        }
        Ok(Entered { plan: &permitted.plan, run: run.clone() })
    }

    /// Records as whom the services know the account.
    pub fn acts_as(&self, user: &UserName) {
        if let Self::Granted(grantee) = self {
            grantee.acts_as(user);
        }
    }

    /// Records how a batch of `run` ended.
    ///
    /// # Errors
    /// It cannot be recorded: nothing more may be sent.
    pub fn batch(&self, run: &RunId, counts: Outcomes, tasks: &[TaskId]) -> Result<()> {
        match self {
            Self::Personal => Ok(()),
            Self::Granted(grantee) => grantee.batch(run, counts, tasks),
        }
    }
}

impl Allowed {
    /// The name that the run is to have; `None`: any.
    pub fn run(&self) -> Option<&RunId> {
        self.run.as_ref()
    }
}

impl Permitted {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl Entered<'_> {
    /// The run that it is recorded as.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        self.plan
    }
}
