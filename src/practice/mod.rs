// SPDX-License-Identifier: GPL-3.0-or-later
//! An embedded koji hub on loopback, for learning, rehearsal and tests.
//!
//! It speaks koji's wire protocol to any client, keeps koji's semantics for the methods it has, and
//! answers "Invalid method" for the rest. Its state is in SQLite files of one directory, with rows
//! versioned by create and revoke event as in koji; several processes may serve the same directory.
//!
//! [`Site`] is the state, [`Server`] the hub on a socket, [`Misbehaviour`] an accident on request.

mod answer;
mod builder;
mod call;
mod clock;
mod control;
mod fault;
mod http;
mod hub;
mod log;
mod methods;
mod misbehave;
mod python;
mod respond;
mod seed;
mod server;
mod sessions;
mod signatures;
mod site;
mod store;

pub use log::LoggedCall;
pub use misbehave::{Misbehaviour, What, When};
pub use seed::{Grounds, LinkToPlant, Seed, SeedReport, TagToPlant, TargetToPlant};
pub use server::{Options, Server};
pub use site::Site;

/// The user a learner is: may tag, as releng may, and is no administrator.
pub const USER: &str = "practice";
/// Its password. Every user's password is the name and `-pw`.
pub const PASSWORD: &str = "practice-pw";
