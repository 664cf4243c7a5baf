// SPDX-License-Identifier: GPL-3.0-or-later
//! stub
#![allow(missing_docs)]
use crate::Result;
use std::path::Path;
pub fn read(p: &Path, _: u32) -> Result<Option<String>> {
    Ok(std::fs::read_to_string(p).ok())
}
pub fn is_own_secret(_: &Path, _: &super::process::Account) -> Result<()> {
    Ok(())
}
