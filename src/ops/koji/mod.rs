// SPDX-License-Identifier: GPL-3.0-or-later
//! Operations on a koji hub.
