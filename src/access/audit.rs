// SPDX-License-Identifier: GPL-3.0-or-later
//! stub
#![allow(missing_docs)]
use crate::Result;
use crate::names::RunId;
use jiff::Timestamp;
use std::path::Path;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Deny,
    Intent,
    Plan,
    Change,
    Result,
    Abort,
}
#[derive(Debug, Clone, Default)]
pub struct Who {
    pub uid: u32,
    pub name: String,
    pub login_uid: Option<u32>,
    pub session: Option<u32>,
    pub audit_session: Option<u32>,
}
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcomes {
    pub done: u64,
    pub already: u64,
    pub failed: u64,
    pub skipped: u64,
    pub unsettled: u64,
}
#[derive(Debug, Clone)]
pub struct Body {
    pub event: Event,
    pub intent: Option<u64>,
    pub run: Option<RunId>,
    pub caller: Who,
    pub command: Option<String>,
    pub argv: Vec<String>,
    pub grant: Option<String>,
    pub ticket: Option<String>,
    pub grant_sha: Option<String>,
    pub plan_sha: Option<String>,
    pub changes: Option<u64>,
    pub outcomes: Option<Outcomes>,
    pub principal: Option<String>,
    pub targets: Vec<String>,
    pub outcome: Option<String>,
    pub code: Option<u8>,
    pub reason: Option<String>,
    pub ms: Option<u64>,
}
impl Body {
    pub fn new(event: Event, caller: Who) -> Self {
        Self {
            event,
            intent: None,
            run: None,
            caller,
            command: None,
            argv: vec![],
            grant: None,
            ticket: None,
            grant_sha: None,
            plan_sha: None,
            changes: None,
            outcomes: None,
            principal: None,
            targets: vec![],
            outcome: None,
            code: None,
            reason: None,
            ms: None,
        }
    }
}
pub struct Appended {
    pub seq: u64,
}
pub enum Syslog {
    Required,
    Wanted,
}
#[derive(Debug)]
pub struct AuditLog;
pub struct Locked;
impl Locked {
    pub fn next_seq(&mut self) -> Result<u64> {
        Ok(1)
    }
    pub fn append(&mut self, _: &Body) -> Result<Appended> {
        Ok(Appended { seq: 1 })
    }
}
impl AuditLog {
    pub fn open(_: &Path, _: &str, _: Syslog) -> Result<Self> {
        Ok(Self)
    }
    pub fn newest_time(&self) -> Result<Option<Timestamp>> {
        Ok(None)
    }
    pub fn append(&self, _: &Body) -> Result<Appended> {
        Ok(Appended { seq: 1 })
    }
    pub fn with_lock<T>(&self, f: impl FnOnce(&mut Locked) -> Result<T>) -> Result<T> {
        f(&mut Locked)
    }
    pub fn deny(&self, _: &Path, _: &Body) -> Result<()> {
        Ok(())
    }
    pub fn unfinished(&self, _: &str) -> Result<Vec<RunId>> {
        Ok(vec![])
    }
}
pub struct Counters;
impl Counters {
    pub fn at(_: &Path) -> Self {
        Self
    }
    pub fn reserve(&self, _: &mut Locked, _: &str, _: &str, _: u64, _: u64) -> Result<std::result::Result<(), u64>> {
        Ok(Ok(()))
    }
}
