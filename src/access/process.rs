// SPDX-License-Identifier: GPL-3.0-or-later
//! stub
#![allow(missing_docs)]
use super::door::Login;
use crate::{Error, Result};
use std::ffi::OsString;
use std::time::Duration;
#[derive(Debug, Clone)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}
impl Account {
    pub fn named(_: &str) -> Result<Self> {
        Err(Error::failed("stub"))
    }
}
pub fn make_safe() -> Result<()> {
    Ok(())
}
pub fn check_limits() -> Result<()> {
    Ok(())
}
pub fn is_exactly(_: &Account) -> Result<()> {
    Ok(())
}
pub fn drop_to(_: &Account) -> Result<()> {
    Ok(())
}
pub fn login() -> Login {
    Login::default()
}
pub fn host_name() -> Result<String> {
    Ok(String::new())
}
pub fn effective_uid() -> u32 {
    nix::unistd::Uid::effective().as_raw()
}
pub fn name_of(uid: u32) -> Option<String> {
    nix::unistd::User::from_uid(uid.into()).ok().flatten().map(|u| u.name)
}
pub fn words(_: Vec<OsString>) -> Result<Vec<String>> {
    Err(Error::failed("stub"))
}
#[derive(Debug)]
pub struct PatientStdin;
impl PatientStdin {
    pub fn new(_: Duration) -> Self {
        Self
    }
}
impl std::io::Read for PatientStdin {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Ok(0)
    }
}
