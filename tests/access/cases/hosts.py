# SPDX-License-Identifier: GPL-3.0-or-later
"""The host as flr access and sudo see it: rules, listings, findings."""


def cases(runner):
    """All of it."""
