// SPDX-License-Identifier: GPL-3.0-or-later
//! Release-engineering operations for koji, bodhi and pungi.

pub mod error;
pub mod koji;
pub mod names;
pub mod output;
pub mod plan;
#[cfg(feature = "practice")]
pub mod practice;

pub use error::{Error, Result};
