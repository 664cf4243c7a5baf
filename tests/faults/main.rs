// SPDX-License-Identifier: GPL-3.0-or-later
//! Faults are the normal case: a merge of 3,000 builds through every accident the practice hub can
//! have, through kills and through other people's work; after each the record tells the truth,
//! resume ends in the state asked for, nothing is tagged twice, and undo restores what was.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]
#![cfg(feature = "practice")]

mod bench;
mod disk;
mod kills;
mod others;
mod wire;
