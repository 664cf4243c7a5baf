# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks: both doors, forged callers, the account itself, and people."""
import os
import pathlib
import pwd
import re

import grants
import machine
from case import ANY, Case, summary
from cases import BLOCK, BLOCKED, DONE, LIST, LISTED, READ_BLOCK, done, may_not, refused, says, usage
from grants import ACCOUNT, USER, grant, settings
from start import Start

FILE = pathlib.Path(f"/etc/flr/grants.d/{USER}.toml")
ENV = "loopabull_block ALL=(flr-koji) NOPASSWD: /usr/bin/env\n"


def uid(name):
    """The number; texts that are no names stay as they are."""
    return str(pwd.getpwnam(name).pw_uid)


class Forged:
    """`sudo -u flr-koji env SUDO_UID=… flr …`: the door of a second rule, made when the users exist."""

    def __init__(self, **values):
        self.values = values

    def words(self):
        """sudo, env, and what is forged; a value that is a user's name becomes its number."""
        names = {*machine.USERS, *machine.ACCOUNTS}
        told = {
            name: uid(value) if name == "SUDO_UID" and value in names else value for name, value in self.values.items()
        }
        unset = [word for name, value in told.items() if value is None for word in ("-u", name)]
        return ["/usr/bin/sudo", "-n", "-u", ACCOUNT, "/usr/bin/env", *unset,
                *(f"{name}={value}" for name, value in told.items() if value is not None), "/usr/bin/flr"]


def forged(name, say, plant=None, **values):
    """Somebody else's name, through a rule that runs `env` as the account."""
    more = {key: values.pop(key) for key in ("code", "out", "calls", "records", "settings", "start") if key in values}

    def planted(house):
        house.rule(ENV)
        if plant:
            plant(house)

    usual = {"code": 6, "err": say and f"flr: refused: {say}\n", "records": refused(6)}
    return Case(name, BLOCK, door=Forged(**values), plant=planted, check=ANY, **(usual | more))


def granted_to(user):
    """The usual grant in that user's name."""
    return lambda house: house.grant(grants.grant(*grants.EVERYTHING, user=user), user)


NO_NUMBER = "SUDO_UID is no number of a user"
UNCALLED = "flr-koji holds a credential and nobody called sudo\nhint: call it with sudo -u flr-koji, or set accounts.flr-koji.unattended in /etc/flr/flr.toml"
ROOT = "the caller is root\nhint: root runs flr as itself, from a shell without SUDO_UID"
OTHER = "SUDO_USER is not loopabull_block, who has the number in SUDO_UID"
FORGED = [
    forged("SUDO_UID is missing", UNCALLED, SUDO_UID=None),
    forged("SUDO_UID is empty", NO_NUMBER, SUDO_UID=""),
    forged("SUDO_UID is root's", ROOT, SUDO_UID="0", SUDO_USER="root"),
    forged("SUDO_UID is root's, written longer", ROOT, SUDO_UID="0000", SUDO_USER="root"),
    forged("SUDO_UID is the account's", "the caller is the service account flr-koji itself", SUDO_UID=ACCOUNT, SUDO_USER=ACCOUNT),
    forged("SUDO_UID is the other account's", "the caller is the service account flr-bodhi itself", SUDO_UID="flr-bodhi", SUDO_USER="flr-bodhi"),
    forged("SUDO_UID is nobody's", "the caller, number 54321, has no account", SUDO_UID="54321", SUDO_USER="ghost"),
    forged("SUDO_UID has a sign", NO_NUMBER, SUDO_UID="+58001"),
    forged("SUDO_UID has a blank", NO_NUMBER, SUDO_UID="58001 "),
    forged("SUDO_UID is negative", NO_NUMBER, SUDO_UID="-1"),
    forged("SUDO_UID is all ones", NO_NUMBER, SUDO_UID="4294967295"),
    forged("SUDO_UID is beyond any number", NO_NUMBER, SUDO_UID="9" * 40),
    forged("SUDO_UID is a name", NO_NUMBER, SUDO_UID="loopabull-tag", SUDO_USER="loopabull_tag"),
    forged("SUDO_USER is another's", OTHER, SUDO_USER="loopabull_tag", plant=granted_to("loopabull_tag")),
    forged("SUDO_USER is missing", OTHER, SUDO_USER=None),
    forged("SUDO_USER has an escape sequence", OTHER, SUDO_USER="\x1b[31mloopabull_block"),
    forged("SUDO_UID is another's", "SUDO_USER is not loopabull_tag, who has the number in SUDO_UID", SUDO_UID="loopabull_tag",
           plant=granted_to("loopabull_tag")),
    # Known: a rule that runs `env` as the account is a rule for everything of the account's …
    forged("both are another's, and nothing else is known", "", SUDO_UID="loopabull_tag", SUDO_USER="loopabull_tag",
           plant=granted_to("loopabull_tag"), code=0, out=DONE, calls=BLOCKED, records=done()),
    # … but whoever came in by way of PAM has a number that cannot be forged.
    forged("both are another's, and the login uid tells", "loopabull_tag is not who logged in", SUDO_UID="loopabull_tag", SUDO_USER="loopabull_tag",
           plant=granted_to("loopabull_tag"), start=Start(login=machine.USERS[USER]), settings=settings(require_login_uid=True)),
]


def login_of(name):
    """What login uid the record has."""

    def after(house, _):
        seen = house.records()[0].get("caller", {})
        return [] if str(machine.USERS[USER]) in str(seen) else [f"{name}: the login uid is not in {seen}"]

    return after


LOGIN_UID = [
    Case("the login uid agrees", BLOCK, out=DONE, calls=BLOCKED, records=done(), start=Start(login=machine.USERS[USER]),
         settings=settings(require_login_uid=True), after=login_of("agrees")),
    Case("a login uid is required and nobody logged in", BLOCK, out=DONE, calls=BLOCKED, records=done(),
         settings=settings(require_login_uid=True)),
    Case("another login uid is only recorded", BLOCK, out=DONE, calls=BLOCKED, records=done(), start=Start(login=machine.USERS["loopabull_tag"])),
]


def in_log_of(account, *wanted):
    """The records of another account's log."""

    def after(house, _):
        seen = [summary(record) for record in house.records(machine.LOG_DIR / f"{account}.jsonl")]
        return [] if list(wanted) == seen else [f"records of {account}: wanted {wanted}, seen {seen}"]

    return after


def unattended(account="unattended = true\n", **more):
    """The account's own cron."""

    def plant(house):
        house.grant(grant(*grants.EVERYTHING, user=ACCOUNT), ACCOUNT)

    return Case(words=BLOCK, door="none", user=ACCOUNT, settings=settings(account=account), plant=plant, **more)


THE_ACCOUNT = [
    unattended("", name="the account itself", code=6, err=f"flr: refused: {UNCALLED}\n", records=refused(6)),
    unattended(name="the account itself, unattended", out=DONE, calls=BLOCKED, records=done()),
    Case("the account itself, unattended, without a grant", BLOCK, 3, err=says("nothing is granted to flr-koji on this machine"), records=refused(3),
         door="none", user=ACCOUNT, settings=settings(account="unattended = true\n")),
]

RULE_FOR_ALL = "ALL ALL=(ALL) NOPASSWD: /usr/bin/flr\n"


def anyone(name, user, say, account=ACCOUNT, records=refused(3), **more):
    """Somebody whom a careless rule lets in."""

    def plant(house):
        house.rule(RULE_FOR_ALL)
        # So that nobody is kept out by not being able to read it.
        FILE.chmod(0o644)

    return Case(name, BLOCK, 3, err=say, user=user, account=account, records=records, plant=plant, check=ANY, **more)


OTHERS = [
    anyone("a person without a grant", "kim", says("nothing is granted to kim on this machine")),
    anyone("an automation user without a grant", "loopabull_tag", says("nothing is granted to loopabull_tag on this machine")),
    anyone("an account that the grant does not name", USER, re.compile(r"flr: .*flr-bodhi.*\n(hint: .*\n)?"), "flr-bodhi", records=(),
           after=in_log_of("flr-bodhi", "deny 3")),
    Case("another user's rights are nobody's", BLOCK, 4, user="kim", account="loopabull_tag", check=ANY, err=ANY, calls=READ_BLOCK,
         plant=lambda house: house.rule(RULE_FOR_ALL)),
]

BEYOND = ("koji", "block-pkg", "f42", "bash")
NO_SETTINGS = says("refused: this machine grants nothing: there is no /etc/flr/flr.toml", "run flr without sudo, as yourself")
DOORS = [
    Case("by way of root", BLOCK, out=DONE, calls=BLOCKED, records=done(), door="root"),
    Case("by way of root, beyond the grant", BEYOND, 3, err=may_not("use koji block-pkg for the tag f42", "tags f43, f44"), records=refused(3, "block"), door="root"),
    Case("by way of root, words that are no command", (*BLOCK, "--yes"), 2, err=usage("unexpected argument '--yes' found"), records=refused(2), door="root"),
    Case("by way of root, without a grant", BLOCK, 3, err=says(f"nothing is granted to {USER} on this machine"), root_records=refused(3), door="root",
         plant=lambda house: FILE.unlink()),
    Case("by way of root, a grant that is a pipe", BLOCK, 6, err=says(f"refused: {FILE} is no regular file"), root_records=refused(6), door="root",
         plant=lambda house: (FILE.unlink(), os.mkfifo(FILE))),
    Case("by way of root, without settings", BLOCK, 6, err=NO_SETTINGS, door="root", check=ANY, sound=False,
         plant=lambda house: pathlib.Path("/etc/flr/flr.toml").unlink()),
    Case("by way of root, a grant for an account that is none", BLOCK, 6, root_records=refused(6), door="root",
         err=says(f"refused: the grant of {USER} is for nobody, which is no service account of this machine"), grant=grant(*grants.EVERYTHING, run_as="nobody")),
    Case("without sudo, a person reads", LIST, calls=LISTED, door="none", user="kim"),
    Case("without sudo, SUDO_UID is nothing", LIST, calls=LISTED, door="none", start=Start(env={"SUDO_UID": "0", "SUDO_USER": "root"})),
    Case("root's own shell is root's", LIST, calls=LISTED, door="none", user="root"),
    Case("root with SUDO_UID in its shell has no grant", LIST, 3, err=says("nothing is granted to kim on this machine"), root_records=refused(3), door="none",
         user="root", start=Start(env={"SUDO_UID": str(machine.USERS["kim"]), "SUDO_USER": "kim"})),
]

CASES = [*DOORS, *FORGED, *LOGIN_UID, *THE_ACCOUNT, *OTHERS]
