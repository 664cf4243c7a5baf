// SPDX-License-Identifier: GPL-3.0-or-later
//! Other people work at the same tags.

use crate::bench::Bench;
