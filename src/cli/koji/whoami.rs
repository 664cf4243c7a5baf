// SPDX-License-Identifier: GPL-3.0-or-later

/// Log in, and show as whom and with which permissions
#[derive(Debug, clap::Args)]
pub struct Args {}
