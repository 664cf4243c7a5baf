// SPDX-License-Identifier: GPL-3.0-or-later
//! The one door to the terminal.

mod escape;

pub use escape::escape;
