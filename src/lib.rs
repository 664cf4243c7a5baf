// SPDX-License-Identifier: GPL-3.0-or-later
//! Release-engineering operations for koji, bodhi and pungi.

pub mod access;
pub mod cli;
pub mod error;
pub mod koji;
pub mod names;
pub mod ops;
pub mod output;
pub mod pipeline;
pub mod plan;
#[cfg(feature = "practice")]
pub mod practice;

pub use error::{Error, Result};
