// SPDX-License-Identifier: GPL-3.0-or-later
//! Release-engineering operations for koji, bodhi and pungi.
//!
//! Every change is data before it is an effect. A request names a state; the service is only read; a
//! pure function says what would change; that is judged, agreed to, applied in batches, recorded, and
//! can be taken back:
//!
//! ```
//! use flr::koji::{Hub, Login, Reader, Rows};
//! use flr::ops::koji::TagBuilds;
//! use flr::pipeline::{Desk, Road, Store};
//! use flr::practice::{self, Seed, Server, Site};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let dir = tempfile::tempdir()?;
//! Site::open(dir.path())?.seed(Seed::Small)?;
//! let server = Server::start(dir.path(), practice::Options::default())?;
//!
//! let hub = Hub::new(server.profile()?)?;
//! let login = Login { user: Some(practice::USER), password: Some(practice::PASSWORD) };
//! let (desk, store) = (Desk { hub: &hub, login }, Store::at(dir.path()));
//! let road = Road::new(&desk, &store);
//!
//! let request = TagBuilds { tag: "f43-updates".parse()?, builds: vec!["bash-5.3.1-1.fc43".parse()?] };
//! let planned = road.run(&request, true); // a dry run: no login, nothing is changed
//! let report = road.run(&request, false);
//! assert_eq!((report.exit_code(), &report.plan_sha), (0, &planned.plan_sha));
//! assert_eq!(report.done[0].to_string(), "tag bash-5.3.1-1.fc43 into f43-updates");
//!
//! let run = report.run.expect("a run that changed something has a name");
//! assert_eq!(road.undo(&run, false).exit_code(), 0);
//! let rows = hub.tag_rows(&request.tag, &Rows { active_only: true, ..Rows::default() })?;
//! assert!(rows.iter().all(|row| row.nvr != request.builds[0]));
//! # Ok(()) }
//! ```
//!
//! # The rooms
//!
//! - [`pipeline`]: the one road of every change: observe, plan, permit, confirm, apply; journal,
//!   resume, undo. The only place that writes.
//! - [`plan`]: [`Change`](plan::Change), everything flr can ever change, and the ordered list of them.
//! - [`ops`]: one file for each operation: the request, what it has to see, the plan.
//! - [`koji`]: the hub: what can be read and what can be written, the client, the logins.
//! - [`bodhi`]: what can be read of Bodhi. [`distgit`]: what dist-git says of packages. [`rest`]: how either
//!   is asked.
//! - [`release`]: what a release is: its record, what it is called, the tags it is to have.
//! - [`names`]: the field's words, parsed once at the edge.
//! - [`access`]: who asks and what they may do.
//! - [`practice`]: an embedded hub on loopback, for learning, rehearsal and tests.
//! - [`output`]: the one door to the terminal. [`cli`]: the commands; nobody knows this room.
//! - [`error`]: what went wrong, with the exit code it fixes.

pub mod access;
pub mod bodhi;
pub mod cli;
pub mod distgit;
pub mod error;
pub mod koji;
pub mod names;
pub mod ops;
pub mod output;
pub mod pipeline;
pub mod plan;
#[cfg(feature = "practice")]
pub mod practice;
pub mod release;
pub mod rest;

pub use error::{Error, Result};
