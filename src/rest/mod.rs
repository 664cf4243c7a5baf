// SPDX-License-Identifier: GPL-3.0-or-later
//! What may be asked of a service over REST, and how: anonymously, over HTTPS or on loopback.
//!
//! No redirect is followed, no cookie is kept. The proxies of the environment are used, never for a
//! service on loopback. The system's certificates are trusted.

mod address;
mod getter;

pub use address::{address, host_of, is_loopback};
pub use getter::{Getter, Notices, Options, Wanted, excerpt};

use crate::{Error, Result};
use std::io::ErrorKind;
use std::path::Path;

/// Reads a file; `None`: there is none. Who runs as root has to look at whose it is.
pub type ReadFile<'a> = &'a dyn Fn(&Path) -> Result<Option<String>>;

/// Reads a file, whoever it belongs to.
pub fn read_file(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::failed(format!("cannot read {}: {error}", path.display()))),
    }
}
