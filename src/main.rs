// SPDX-License-Identifier: GPL-3.0-or-later
//! The `flr` binary.

fn main() {}
