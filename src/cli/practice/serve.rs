// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::{Context, embedded, signals};
use crate::error::Kind;
use crate::output::escape;
use crate::pipeline::Stop;
use crate::practice::{Options, Server};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Serve the practice hub until Ctrl-C
///
/// Prints the hub's URL as the one line on standard output. Only loopback addresses can be
/// listened on. A hub that is new gets a few packages, as with `flr practice seed small`. Users are
/// practice (may tag), releng and others; every password is the user's name and "-pw".
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

/// Serves until somebody wishes to stop.
pub fn run(args: Args, context: &mut Context) -> anyhow::Result<u8> {
    let stop = Stop::new();
    signals::heed(&stop, Some(Kind::Failed))?;
    let dir = embedded::dir(&context.asker.caller, args.dir)?;
    embedded::fill_if_new(&dir)?;
    let options = Options {
        listen: args.listen,
        trust_remote_user: args.trust_remote_user,
        log: args.log,
        control: args.control,
        ..Options::default()
    };
    let server = Server::start(&dir, options)?;
    context.out.line(escape(&server.url()));
    context.out.flush();
    while stop.sleep(Duration::from_secs(3600)) {}
    server.stop();
    Ok(0)
}
