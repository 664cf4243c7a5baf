// SPDX-License-Identifier: GPL-3.0-or-later
//! The one road of every change: observe → plan → permit → confirm → apply → report.

mod apply;
mod belongings;
mod calls;
mod clock;
mod copied;
mod created;
mod entries;
mod files;
pub mod journal;
mod lanes;
mod numbers;
mod operation;
mod order;
mod question;
mod report;
mod resume;
mod retry;
mod road;
mod send;
mod settle;
mod stop;
pub mod store;
mod structure;
mod tasks;
mod ui;
mod undo;
mod work;

pub use clock::timestamp;
pub use operation::{Desk, Operation, Planner, Readers, Writers};
pub use question::{Question, ask};
pub use report::{Failure, MadeTask, Outcome, Report};
pub use road::{Pace, Road};
pub use stop::Stop;
pub use store::{RunRecord, Standing, Store};
pub use ui::{Agreed, Ui};
pub use undo::UndoRun;
pub use work::Throttle;
