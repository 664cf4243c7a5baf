// SPDX-License-Identifier: GPL-3.0-or-later
//! The one door to the terminal.
//!
//! Standard output carries the result and nothing else; what people need beside it goes to standard
//! error. Everything foreign passes [`escape`] (in JSON: [`json`], which keeps the data).

mod complain;
mod escape;
pub mod html;
pub mod human;
pub mod json;
mod password;
mod questions;
mod rows;
mod screen;
mod stdout;
pub mod table;
mod ui;
pub mod when;

pub use complain::{Complaint, complain};
pub use escape::escape;
pub use password::{ask_password, restore_terminal};
pub use questions::Questions;
pub use rows::Rows;
pub use screen::Screen;
pub use stdout::Stdout;
pub use ui::{Answer, Terminal};
