# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of cases, and what they have in common."""
import itertools
import re

from grants import USER

# Calls at the hub.
READ_BLOCK = ("getTag", "multiCall listPackages")
READ_TAG = ("getTag", "multiCall getBuild", "multiCall queryHistory", "multiCall listPackages")
LOGIN = ("getLastEvent", "sslLogin", "getLoggedInUser")
BLOCKED = (*READ_BLOCK, *LOGIN, "multiCall packageListBlock", "logout")
TAGGED = (*READ_TAG, *LOGIN, "getPerms", "multiCall tagBuildBypass", "logout")

# A reading command. No package is listed in the tag: is there a tag at all?
LIST = ("koji", "list-pkgs", "f44", "--json")
LISTED = ("listPackages", "getTag")

# The command most cases are about, and what it says.
BLOCK = ("koji", "block-pkg", "f44", "bash")
DONE = "done: block package bash in f44\n1 done\n"


def done(clause="block", batches=1):
    """The records of a run that did something."""
    return (f"intent {clause}", f"plan {clause}", *itertools.repeat(f"change {clause}", batches), f"result {clause} 0")


def refused(code, clause=""):
    """The record of a run that was refused before it began; the clause is the one that came nearest."""
    return (" ".join(f"deny {clause} {code}".split()),)


def stopped(code, clause="block"):
    """The records of a run that was over before anything was planned that could be done."""
    return (f"intent {clause}", f"result {clause} {code}")


def says(what, hint=""):
    """Both lines of a failure."""
    return f"flr: {what}\n" + (f"hint: {hint}\n" if hint else "")


def may_not(what, covers, clause="block", user=USER):
    """The refusal, and what he may instead."""
    return says(f"{user} may not {what}", f"the grant {clause} covers {covers}; see: flr access explain {user}")


def usage(what):
    """Words that the parser does not know, with whatever tips it has."""
    return re.compile(rf"flr: {re.escape(what)}\n\n(  tip: [^\n]*\n\n)?Usage: flr [^\n]*\n\nFor more information, try '--help'\.\n")
