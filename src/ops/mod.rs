// SPDX-License-Identifier: GPL-3.0-or-later
//! One file for each operation: the request, what it has to see, and the plan.

pub mod koji;

use crate::pipeline::{Operation, Planner, UndoRun};
use crate::{Error, Result};

/// The operation that a journal recorded, ready to be planned again.
///
/// # Errors
/// A command this flr does not know, or a request that is not that command's.
pub fn recall(command: &str, request: serde_json::Value) -> Result<Box<dyn Planner>> {
    if command == UndoRun::NAME {
        return read::<UndoRun>(request);
    }
    Err(Error::failed(format!(
        "this flr has no command \"{command}\""
    )))
}

fn read<O: Operation + 'static>(request: serde_json::Value) -> Result<Box<dyn Planner>> {
    let operation: O = serde_json::from_value(request).map_err(|e| {
        Error::failed(format!(
            "the recorded request of {} cannot be read: {e}",
            O::NAME
        ))
    })?;
    Ok(Box::new(operation))
}
