// SPDX-License-Identifier: GPL-3.0-or-later
//! The log of requests: in memory for tests, on request as JSON lines in a file.

use super::store::lock;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Mutex;

/// One HTTP request as the hub saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggedCall {
    /// Counts from 1, in the order of arrival.
    pub seq: u64,
    /// The method; empty if the body was no call.
    pub method: String,
    /// Its parameters, passwords left out; those of a multicall are in `members`.
    pub args: Vec<Value>,
    /// Method and parameters of each member of a multicall.
    pub members: Vec<(String, Vec<Value>)>,
    /// The session it claimed.
    pub session: Option<i64>,
    /// Its call number.
    pub callnum: Option<i64>,
    /// Who was logged in.
    pub user: Option<String>,
    /// `ok`, `fault 1003`, `http 502`, `dropped`, `half`.
    pub outcome: String,
    /// Members of a multicall that faulted.
    pub faults: u64,
}

/// Where requests are noted.
#[derive(Debug, Default)]
pub(super) struct Log {
    calls: Mutex<Vec<LoggedCall>>,
    file: Option<Mutex<File>>,
}

impl Log {
    /// A log that also goes to a file, if one is given; the file is appended to.
    pub(super) fn open(path: Option<&Path>) -> Result<Self> {
        let open = |path: &Path| {
            OpenOptions::new()
                .create(true)
                .append(true)
                .mode(0o600)
                .open(path)
                .map_err(|e| Error::failed(format!("cannot open {}: {e}", path.display())))
        };
        Ok(Self { calls: Mutex::default(), file: path.map(open).transpose()?.map(Mutex::new) })
    }

    /// Notes a request as it arrives; what becomes of it is noted later.
    pub(super) fn arrived(&self, mut call: LoggedCall) -> u64 {
        let mut calls = lock(&self.calls);
        let seq = u64::try_from(calls.len()).unwrap_or(u64::MAX - 1) + 1;
        call.seq = seq;
        calls.push(call);
        seq
    }

    /// Notes what became of a request, before the answer is sent.
    pub(super) fn ended(&self, seq: u64, end: impl FnOnce(&mut LoggedCall)) {
        let mut calls = lock(&self.calls);
        let at = usize::try_from(seq.saturating_sub(1)).unwrap_or(usize::MAX);
        let Some(call) = calls.get_mut(at) else {
            return;
        };
        end(call);
        let line = serde_json::to_vec(call);
        if let (Some(file), Ok(mut line)) = (&self.file, line) {
            line.push(b'\n');
            // A full disk must not stop the hub; whoever reads the log sees the hole in `seq`.
            let _ = lock(file).write_all(&line);
        }
    }

    pub(super) fn calls(&self) -> Vec<LoggedCall> {
        lock(&self.calls).clone()
    }
}
