// SPDX-License-Identifier: GPL-3.0-or-later
//! An embedded koji hub on loopback, for learning, rehearsal and tests.
