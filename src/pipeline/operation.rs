// SPDX-License-Identifier: GPL-3.0-or-later
//! What an operation is to the road.

use super::Throttle;
use crate::access::Dimensions;
use crate::koji;
use crate::names::EventId;
use crate::plan::Plan;
use crate::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The services, for reading only.
#[derive(Clone, Copy)]
pub struct Readers<'a> {
    /// The koji hub.
    pub koji: &'a dyn koji::Reader,
}

/// The services, for writing: logs in when the first change is about to be made, not before.
pub trait Writers: Sync {
    /// A logged-in session at the koji hub.
    fn koji(&self) -> Result<Box<dyn koji::Writer>>;
}

/// A hub and how to log in to it.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The hub.
    pub hub: &'a koji::Hub,
    /// User and password, where the profile asks for them.
    pub login: koji::Login<'a>,
}

impl Writers for Desk<'_> {
    fn koji(&self) -> Result<Box<dyn koji::Writer>> {
        self.hub.login(self.login)
    }
}

/// A request that names a state. Running it again changes nothing.
///
/// The value itself is what the journal records, so everything in it is resolved: no alias, no `-`.
pub trait Operation: Serialize + DeserializeOwned {
    /// The command: `koji tag-build`.
    const NAME: &'static str;

    /// What has to be known to plan.
    type Seen;

    /// The typed arguments, for judging.
    fn dimensions(&self) -> Dimensions;

    /// Reads what has to be known; anonymous calls only.
    fn observe(&self, services: &Readers<'_>) -> Result<Self::Seen>;

    /// The difference between what was asked for and what was seen. Pure.
    ///
    /// Items that cannot be done as asked go to [`Plan::refuse`], all of them; an `Err` is for
    /// requests that make no sense whatever the hub says (source = destination, empty list).
    fn plan(&self, seen: &Self::Seen) -> Result<Plan>;

    /// Whether somebody else may add to the work while it is done (a build tagged while its package
    /// is being blocked): after applying, observe and plan again until nothing is left.
    fn repeats(&self) -> bool {
        false
    }

    /// How fast builds are submitted.
    fn throttle(&self) -> Throttle {
        Throttle::default()
    }

    /// It is planned anew for a run that began to write after the event `begun`.
    fn goes_on(&mut self, _begun: EventId) {}

    /// Whether items that cannot be done leave the others to be done. Only taking a run back does:
    /// what somebody else has moved on stays as it is.
    fn does_what_it_can(&self) -> bool {
        false
    }
}

/// An [`Operation`] whose type is forgotten: what the road and the journal work with.
pub trait Planner {
    /// The command.
    fn command(&self) -> &'static str;
    /// The typed arguments, for judging.
    fn dimensions(&self) -> Dimensions;
    /// Observes and plans.
    fn observe_and_plan(&self, services: &Readers<'_>) -> Result<Plan>;
    /// See [`Operation::repeats`].
    fn repeats(&self) -> bool;
    /// See [`Operation::does_what_it_can`].
    fn does_what_it_can(&self) -> bool;
    /// See [`Operation::throttle`].
    fn throttle(&self) -> Throttle;
    /// See [`Operation::goes_on`].
    fn goes_on(&mut self, begun: EventId);
    /// The request, for the journal.
    fn request(&self) -> Result<serde_json::Value>;
}

impl<O: Operation> Planner for O {
    fn command(&self) -> &'static str {
        O::NAME
    }

    fn dimensions(&self) -> Dimensions {
        Operation::dimensions(self)
    }

    fn observe_and_plan(&self, services: &Readers<'_>) -> Result<Plan> {
        let seen = self.observe(services)?;
        self.plan(&seen)
    }

    fn repeats(&self) -> bool {
        Operation::repeats(self)
    }

    fn does_what_it_can(&self) -> bool {
        Operation::does_what_it_can(self)
    }

    fn throttle(&self) -> Throttle {
        Operation::throttle(self)
    }

    fn goes_on(&mut self, begun: EventId) {
        Operation::goes_on(self, begun);
    }

    fn request(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(|e| Error::failed(format!("cannot record the request: {e}")))
    }
}
