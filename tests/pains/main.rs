// SPDX-License-Identifier: GPL-3.0-or-later
//! What has hurt release engineers, each by its name: the real binary against a practice hub shows that
//! flr does not have it. Each test names the accident it stands against.
#![cfg(feature = "practice")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accidents;
#[allow(dead_code, reason = "other tests need more of it")]
#[path = "../cmd/bodhi.rs"]
mod bodhi;
mod commands;
mod ground;
mod many;
mod odd_data;
mod releases;
mod samples;
#[allow(dead_code, reason = "other tests need more of it")]
#[path = "../cmd/site.rs"]
mod site;
