// SPDX-License-Identifier: GPL-3.0-or-later
//! Users whose things are asked for.

use crate::koji::Reader;
use crate::names::UserName;
use crate::{Error, Result};

/// That a user has nothing is only an answer if the hub knows him: the name may be misspelt.
pub(super) fn known(user: Option<&UserName>, koji: &dyn Reader) -> Result<()> {
    match user {
        Some(user) if koji.user(user)?.is_none() => Err(Error::failed(format!("the hub has no user {user}"))),
        _ => Ok(()),
    }
}
