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


def submit(**changed):
    """Builds of two packages for one target, one at a time."""
    usual = {"sources": ["git+https://src.example.test/rpms/*"], "packages": ["bash", "glibc"], "targets": ["f43-candidate"], "options": BOTH}
    usual |= {"per_run": 1, "per_day": 100, "confirm": SURE}
    return allow("submit", "koji submit-builds", **(usual | changed))


KEY = "31645531"


def sign(**changed):
    """Signed copies of one package."""
    usual = {"tags": ["f43"], "packages": ["bash"], "keys": [KEY], "options": BOTH, "per_run": 10, "per_day": 10, "confirm": SURE}
    return allow("sign", "koji write-signed", **(usual | changed))


def prune(**changed):
    """Signed copies of one package, to be removed."""
    usual = {"tags": ["f43"], "packages": ["bash"], "keys": [KEY], "options": BOTH, "per_run": 10, "per_day": 10, "confirm": SURE}
    return allow("prune", "koji prune-signed", **(usual | changed))


def tree(**changed):
    """What the tree of a release lacks, to be looked at."""
    usual = {"releases": ["f44"], "tags": ["f44*"], "packages": "any", "targets": ["f44*"], "options": [*BOTH, "--from", "--only"]}
    return allow("tree", "koji create-release-tags", **(usual | {"per_run": 500, "per_day": 500, "dry_run_only": True} | changed))


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
    + allow("undo", "run undo", tags="any", packages="any", owners="any", targets="any", keys="any", options=BOTH, per_run=3, per_day=10, confirm=SURE)
)


# Of each of these there is an option that only people have.
PEOPLES = (
    allow("ftbfs", "koji list-ftbfs", releases=["f43"], options=["--json", "--since"])
    + allow("failures", "koji list-failures", releases=["f43"], options=["--json"])
    + allow("unbuilt", "koji list-unbuilt", releases=["f43"], options=["--json"])
    + allow("rebuild", "koji rebuild-plan", releases=["f43"], options=["--json"])
    + allow("compare", "koji compare-tags", tags=["f43"], options=["--json"])
    + allow("retired", "koji list-retired", releases=["f43"], options=["--json"])
    + allow("owners", "koji sync-owners", releases=["f43"], tags=["f43"], packages="any", owners="any", options=BOTH)
    + allow("activate", "koji activate-updates", releases=["f44"], tags=["f44"], options=BOTH)
    + allow("remove", "koji remove-targets", releases=["f42"], tags=["f42*"], targets=["f42*"], options=BOTH, per_run=3, per_day=3)
)


def usual():
    """What a case is granted unless it says otherwise."""
    return grant(*USUAL)


def wider():
    """What the cases of more commands are granted."""
    return grant(*MORE)


def settings(account="", **changed):
    """The settings of the host: both accounts, one key."""
    koji = {"profile": "koji", "keytab": KEYTAB, "principal": "releng-flr@EXAMPLE.TEST"}
    top = {"version": 1} | changed
    other = koji | {"keytab": "/etc/flr/flr-bodhi.keytab"}
    return f"{table(top)}\n[accounts.flr-koji]\n{table(koji)}{account}\n[accounts.flr-bodhi]\n{table(other)}"


USUAL = (block(), tag(), untag(), move(), mass(), add(), unblock(), READS, RUNS)
MORE = (submit(), sign(), prune(), tree(), PEOPLES)
# A clause for every command that any case asks sudo for, for the rules.
EVERYTHING = USUAL + MORE
