// SPDX-License-Identifier: GPL-3.0-or-later
//! The one door to the terminal.
//!
//! Standard output carries the result and nothing else; everything foreign passes [`escape`].

mod complain;
mod escape;
mod stdout;

pub use complain::{Complaint, complain};
pub use escape::escape;
pub use stdout::Stdout;
