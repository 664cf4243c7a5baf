// SPDX-License-Identifier: GPL-3.0-or-later
//! Bodhi: what can be read of it ([`Reader`]), and the client that does it over REST.
//!
//! Anonymous calls only: an implementation cannot change anything.

mod client;
mod facts;
mod settings;
mod wire;

pub use crate::rest::Options;
pub use client::Bodhi;
pub use facts::{FIELDS, Field, Record, Records, State, Unreadable};
pub use settings::Settings;

use crate::Result;

/// Everything flr asks of Bodhi. One that is away is [`Kind::NotNow`](crate::error::Kind::NotNow).
pub trait Reader: Send + Sync {
    /// Every release that Bodhi knows, archived ones as well, in the order of names.
    ///
    /// Bodhi: `GET /releases/?page=&rows_per_page=`, all pages (seen in 26.4.0).
    fn releases(&self) -> Result<Records>;
}
