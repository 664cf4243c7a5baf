// SPDX-License-Identifier: GPL-3.0-or-later
//! The one road of every change: observe → plan → permit → confirm → apply → report.

mod operation;
mod question;
mod report;
mod ui;

pub use operation::{Operation, Planner, Readers, Writers};
pub use question::{Question, ask};
pub use report::{Failure, Outcome, Report};
pub use ui::Ui;
