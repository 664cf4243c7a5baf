# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks: both doors, forged callers, the account itself, and people."""
import pathlib
import pwd

import grants
import machine
from case import ANY, Case
from cases import BLOCK, BLOCKED, done, refused
from grants import ACCOUNT, USER, grant, settings
from start import Start

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


def forged(name, code=6, words=BLOCK, start=Start(), plant=None, **values):
    """Somebody else's name, through a rule that runs `env` as the account."""
    more = {key: values.pop(key) for key in ("out", "calls", "records", "root_records", "settings") if key in values}
    more.setdefault("records", refused(code))

    def planted(house):
        house.rule(ENV)
        if plant:
            plant(house)

    return Case(name, words, code, err=ANY if code else "", door=Forged(**values), start=start, plant=planted, check=ANY, **more)


def granted_to(user):
    """The usual grant in that user's name."""
    return lambda house: house.grant(grants.grant(*grants.EVERYTHING, user=user), user)


FORGED = [
    forged("SUDO_UID is missing", SUDO_UID=None),
    forged("SUDO_UID is empty", SUDO_UID=""),
    forged("SUDO_UID is root's", SUDO_UID="0", SUDO_USER="root"),
    forged("SUDO_UID is the account's", SUDO_UID=ACCOUNT, SUDO_USER=ACCOUNT),
    forged("SUDO_UID is nobody's", SUDO_UID="54321", SUDO_USER="ghost"),
    forged("SUDO_UID has a sign", SUDO_UID="+58001"),
    forged("SUDO_UID has a blank", SUDO_UID="58001 "),
    forged("SUDO_UID is negative", SUDO_UID="-1"),
    forged("SUDO_UID is all ones", SUDO_UID="4294967295"),
    forged("SUDO_UID is beyond any number", SUDO_UID="9" * 40),
    forged("SUDO_UID is a name", SUDO_UID="loopabull-tag", SUDO_USER="loopabull_tag"),
    forged("SUDO_UID begins with zeros", SUDO_UID="0000"),
    forged("SUDO_USER is another's", SUDO_USER="loopabull_tag", plant=granted_to("loopabull_tag")),
    forged("SUDO_UID is another's", SUDO_UID="loopabull_tag", plant=granted_to("loopabull_tag")),
    forged("SUDO_USER is missing", SUDO_USER=None),
    forged("SUDO_USER has an escape sequence", SUDO_USER="\x1b[31mloopabull_block"),
    # Known: a rule that runs `env` as the account is a rule for everything of the account's …
    forged("both are another's, and nothing else is known", 0, SUDO_UID="loopabull_tag", SUDO_USER="loopabull_tag",
           plant=granted_to("loopabull_tag"), out=ANY, calls=BLOCKED, records=done("block")),
    # … but whoever came in by way of PAM has a number that cannot be forged.
    forged("both are another's, and the login uid tells", SUDO_UID="loopabull_tag", SUDO_USER="loopabull_tag",
           plant=granted_to("loopabull_tag"), start=Start(login=machine.USERS[USER]), settings=settings(require_login_uid=True)),
]


def login_of(name):
    """What login uid the record has."""

    def after(house, _):
        seen = house.records()[0].get("caller", {})
        return [] if str(machine.USERS[USER]) in str(seen) else [f"{name}: the login uid is not in {seen}"]

    return after


LOGIN_UID = [
    Case("the login uid agrees", BLOCK, out=ANY, calls=BLOCKED, records=done("block"), start=Start(login=machine.USERS[USER]),
         settings=settings(require_login_uid=True), after=login_of("agrees")),
    Case("a login uid is required and nobody logged in", BLOCK, out=ANY, calls=BLOCKED, records=done("block"),
         settings=settings(require_login_uid=True)),
    Case("another login uid is only recorded", BLOCK, out=ANY, calls=BLOCKED, records=done("block"), start=Start(login=machine.USERS["loopabull_tag"])),
]


def unattended(account="unattended = true\n", **more):
    """The account's own cron."""

    def plant(house):
        house.grant(grant(*grants.EVERYTHING, user=ACCOUNT), ACCOUNT)

    return Case(words=BLOCK, door="none", user=ACCOUNT, settings=settings(account=account), plant=plant, **more)


THE_ACCOUNT = [
    unattended("", name="the account itself", code=3, err=ANY, records=refused(3)),
    unattended(name="the account itself, unattended", out=ANY, calls=BLOCKED, records=done("block")),
    Case("the account itself, unattended, without a grant", BLOCK, 3, err=ANY, records=refused(3), door="none",
         user=ACCOUNT, settings=settings(account="unattended = true\n")),
]

RULE_FOR_ALL = "ALL ALL=(ALL) NOPASSWD: /usr/bin/flr\n"


def anyone(name, user, account=ACCOUNT, **more):
    """Somebody whom a careless rule lets in."""
    return Case(name, BLOCK, user=user, account=account, plant=lambda house: house.rule(RULE_FOR_ALL), check=ANY, **more)


OTHERS = [
    anyone("a person without a grant", "kim", code=3, err=ANY, records=refused(3)),
    anyone("an automation user without a grant", "loopabull_tag", code=3, err=ANY, records=refused(3)),
    anyone("an account that the grant does not name", USER, "flr-bodhi", code=3, err=ANY),
    anyone("the grant of another user is no help", "loopabull_tag", code=3, err=ANY, records=refused(3)),
]

DOORS = [
    Case("by way of root", BLOCK, out=ANY, calls=BLOCKED, records=done("block"), door="root"),
    Case("by way of root, beyond the grant", ("koji", "block-pkg", "f42", "bash"), 3, err=ANY, records=refused(3), door="root"),
    Case("by way of root, words that are no command", ("koji", "block-pkg", "f44", "bash", "--yes"), 2, err=ANY, records=refused(2, ""), door="root"),
    Case("by way of root, without a grant", BLOCK, 3, err=ANY, root_records=refused(3), door="root",
         plant=lambda house: pathlib.Path("/etc/flr/grants.d/loopabull_block.toml").unlink()),
    Case("by way of root, without settings", BLOCK, 6, err=ANY, door="root", check=ANY, sound=False,
         plant=lambda house: pathlib.Path("/etc/flr/flr.toml").unlink()),
    Case("by way of root, a grant for an account that is none", BLOCK, 6, err=ANY, root_records=refused(6, ""), door="root",
         grant=grant(*grants.EVERYTHING, run_as="nobody")),
    Case("without sudo, a person reads", ("koji", "list-tags", "f44"), 10, err=ANY, door="none", user="kim"),
    Case("without sudo, SUDO_UID is nothing", ("koji", "list-pkgs", "f44", "--json"), 0, out=ANY, calls=("listPackages",), door="none",
         user=USER, start=Start(env={"SUDO_UID": "0", "SUDO_USER": "root"})),
]

CASES = [*DOORS, *FORGED, *LOGIN_UID, *THE_ACCOUNT, *OTHERS]
