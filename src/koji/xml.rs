// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading XML-RPC as koji writes it.

use super::Fault;
use serde::de::DeserializeOwned;
use std::io::BufRead;

/// Why a document is not an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlError(pub String);

/// Reads a whole `methodResponse` into `T`, streaming. A hub's fault is `Ok(Err(fault))`.
pub fn read_response<T: DeserializeOwned>(
    _from: impl BufRead,
) -> Result<Result<T, Fault>, XmlError> {
    Err(XmlError("not yet written".into()))
}

/// Reads a `methodCall`: the method's name and its parameters as JSON (the practice hub's side).
pub fn read_call(_from: impl BufRead) -> Result<(String, Vec<serde_json::Value>), XmlError> {
    Err(XmlError("not yet written".into()))
}
