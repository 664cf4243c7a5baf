# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of cases, and what they have in common."""
import itertools

# Calls at the hub.
READ_BLOCK = ("getTag", "multiCall listPackages")
READ_TAG = ("getTag", "multiCall getBuild", "multiCall queryHistory", "multiCall listPackages")
LOGIN = ("getLastEvent", "sslLogin", "getLoggedInUser")
BLOCKED = (*READ_BLOCK, *LOGIN, "multiCall packageListBlock", "logout")
TAGGED = (*READ_TAG, *LOGIN, "getPerms", "multiCall tagBuildBypass", "logout")

# The command most cases are about, and what it says.
BLOCK = ("koji", "block-pkg", "f44", "bash")


def done(clause, changes=1):
    """The records of a run that did something."""
    return (f"intent {clause}", f"plan {clause}", *itertools.repeat(f"change {clause}", changes), f"result {clause} 0")


def refused(code, clause=""):
    """The record of a run that was refused before it began."""
    return (" ".join(f"deny {clause} {code}".split()),)

