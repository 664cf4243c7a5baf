// SPDX-License-Identifier: GPL-3.0-or-later
use std::net::SocketAddr;
use std::path::PathBuf;

/// Serve the practice hub until Ctrl-C
///
/// Prints the hub's URL as the one line on standard output. Only loopback addresses can be
/// listened on.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address to listen on; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Keep the hub's state in this directory
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Write every call to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Take instructions to misbehave, for tests
    #[arg(long)]
    pub control: bool,
    /// Believe this header when it says who logs in: only behind a web server that checks it
    #[arg(long, value_name = "HEADER")]
    pub trust_remote_user: Option<String>,
}
