// SPDX-License-Identifier: GPL-3.0-or-later
//! Faults are the normal case: a merge of 3,000 builds and every changing command through every
//! accident the practice hub can have, through kills and through other people's work; after each the
//! record tells the truth, resume ends in the state asked for, nothing is done twice, and undo
//! restores what was.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]
#![cfg(feature = "practice")]

mod bench;
#[allow(dead_code, reason = "other tests need more of it")]
#[path = "../cmd/bodhi.rs"]
mod bodhi;
mod case;
mod commands;
mod disk;
#[allow(dead_code, reason = "other tests need more of it")]
#[path = "../pains/ground.rs"]
mod ground;
mod holds;
mod kills;
mod others;
mod saboteur;
#[allow(dead_code, reason = "other tests need more of it")]
#[path = "../pains/samples.rs"]
mod samples;
#[allow(dead_code, reason = "other tests need more of it")]
#[path = "../cmd/site.rs"]
mod site;
mod wire;
