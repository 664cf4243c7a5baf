// SPDX-License-Identifier: GPL-3.0-or-later
//! One file for each operation: the request, what it has to see, and the plan.

pub mod koji;

use crate::pipeline::Planner;
use crate::{Error, Result};

/// The operation that a journal recorded, ready to be planned again.
///
/// # Errors
/// A command this flr does not know, or a request that is not that command's.
pub fn recall(command: &str, _request: serde_json::Value) -> Result<Box<dyn Planner>> {
    Err(Error::failed(format!(
        "this flr has no command \"{command}\""
    )))
}
