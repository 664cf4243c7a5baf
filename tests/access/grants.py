# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants and settings as text, and the usual ones."""
import datetime
import json

import machine

USER = "loopabull_block"
USERS = (USER, "loopabull_tag")
ACCOUNT = "flr-koji"
KEYTAB = "/etc/flr/flr-koji.keytab"


class Bare(str):
    """A value that is written as it stands."""


def toml(value):
    """One value of a TOML file."""
    if isinstance(value, Bare):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps(value)


def table(entries):
    """Lines of a table; what is None is left out."""
    return "".join(f"{key} = {toml(value)}\n" for key, value in entries.items() if value is not None)


def in_days(days):
    """That many days from now, to the second."""
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=days)


def grant(*clauses, **changed):
    """A grant of these clauses, everything else usual unless it is changed."""
    usual = {
        "version": 1,
        "user": USER,
        "run_as": ACCOUNT,
        "hosts": [machine.HOST],
        "ticket": "infra 12345",
        "owner": "releng",
        "expires": in_days(90),
    }
    return table(usual | changed) + "".join(clauses)


def allow(id, command, **entries):
    """One clause."""
    return "\n[[allow]]\n" + table({"id": id, "command": command} | entries)


BOTH = ["--dry-run", "--json"]
SURE = "not needed"


def block(id="block", **changed):
    """The clause most cases are about: packages blocked in two releases, a few at a time."""
    usual = {"tags": ["f43", "f44"], "packages": "any", "options": BOTH, "per_run": 3, "per_day": 10, "confirm": SURE}
    return allow(id, "koji block-pkg", **(usual | changed))


def tag(**changed):
    """Builds of three packages into one tag."""
    usual = {"tags": ["f43-updates-candidate"], "packages": ["bash", "glibc", "rpm*"], "options": BOTH, "confirm": SURE}
    return allow("tag", "koji tag-build", **(usual | changed))


def untag(**changed):
    """And out of it again."""
    usual = {"tags": ["f43-updates-candidate"], "packages": ["coreutils"], "options": BOTH, "per_run": 3, "per_day": 10}
    return allow("untag", "koji untag-build", **(usual | {"confirm": SURE} | changed))


def move(**changed):
    """From the candidates to the updates."""
    usual = {"from": ["f43-updates-candidate"], "to": ["f43-updates"], "packages": ["coreutils"], "options": BOTH}
    return allow("move", "koji move-builds", **(usual | {"per_run": 3, "per_day": 10, "confirm": SURE} | changed))


def mass(**changed):
    """The latest of a rebuild."""
    usual = {"from": ["f43-rebuild"], "to": ["f43"], "packages": "any", "options": BOTH, "per_run": 10, "per_day": 20}
    return allow("mass", "koji mass-tag", **(usual | {"confirm": SURE} | changed))


def add(**changed):
    """Packages of one owner."""
    usual = {"tags": ["f44"], "packages": ["fresh-*"], "owners": ["releng"], "options": BOTH, "confirm": SURE}
    return allow("add", "koji add-pkg", **(usual | changed))


def unblock(**changed):
    """What was blocked by mistake."""
    usual = {"tags": ["f43"], "packages": ["python2.7"], "options": BOTH, "confirm": SURE}
    return allow("unblock", "koji unblock-pkg", **(usual | changed))


READS = (
    allow("list-pkgs", "koji list-pkgs", tags=["f43", "f44"], options=["--json", "--blocked"])
    + allow("list-tagged", "koji list-tagged", tags=["f43*"], options=["--json", "--latest"])
    + allow("build-info", "koji build-info", packages=["bash"], options=["--json"])
    + allow("list-tags", "koji list-tags", packages=["bash"], options=["--json"])
    + allow("latest-build", "koji latest-build", tags=["f43"], packages=["bash"], options=["--json"])
    + allow("whoami", "koji whoami", options=["--json"])
)
RUNS = (
    allow("runs", "run list", options=["--json"])
    + allow("show", "run show", options=["--json"])
    + allow("resume", "run resume", options=BOTH, confirm=SURE)
    + allow("undo", "run undo", tags="any", packages="any", targets="any", options=BOTH, per_run=3, per_day=10, confirm=SURE)
)


def usual():
    """What a case is granted unless it says otherwise."""
    return grant(block(), tag(), untag(), move(), mass(), add(), unblock(), READS, RUNS)


def settings(account="", **changed):
    """The settings of the host: both accounts, one key."""
    koji = {"profile": "koji", "keytab": KEYTAB, "principal": "releng-flr@EXAMPLE.TEST"}
    top = {"version": 1} | changed
    other = koji | {"keytab": "/etc/flr/flr-bodhi.keytab"}
    return f"{table(top)}\n[accounts.flr-koji]\n{table(koji)}{account}\n[accounts.flr-bodhi]\n{table(other)}"


# A clause for every command that any case asks sudo for, for the rules.
EVERYTHING = (block(), tag(), untag(), move(), mass(), add(), unblock(), READS, RUNS)
