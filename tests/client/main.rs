// SPDX-License-Identifier: GPL-3.0-or-later
//! The client against a scripted hub on loopback, and against recorded answers of a real one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cycle;
mod drafts;
#[cfg(feature = "practice")]
mod embedded;
mod http;
mod listed;
mod lists;
mod reading;
mod recorded;
mod repos;
mod resending;
mod server;
mod sessions;
mod setup;
mod signing;
mod tls;
