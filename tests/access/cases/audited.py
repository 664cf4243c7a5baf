# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log: where it cannot be written, where it was touched, and forty runs at once."""
import os
import pathlib
import pwd
import signal
import time

import grants
import house as host
import machine
from case import ANY, Case
from cases import BLOCK, BLOCKED, done, refused
from cases.granted import all_at_once, call, chmod, chown
from cases.surroundings import WRITING, flr_process, hit
from grants import USER, settings

LOG = host.LOG
LIST = ("koji", "list-pkgs", "f44", "--json")


def own_disk(size):
    """The log on a disk of its own."""

    def plant(house):
        machine.append_only(LOG, False)
        machine.mount("-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", machine.LOG_DIR)
        house.later(lambda: machine.run("umount", machine.LOG_DIR))
        machine.append_only(machine.write(LOG, "", 0o660, 0, house.group()), True)
        machine.write(host.ROOT_LOG, "", 0o600)

    return plant


def fill():
    """Nothing more goes onto the log's disk."""
    with open(machine.LOG_DIR / "filler", "ab", buffering=0) as file:
        try:
            while file.write(b"x" * 512):
                pass
        except OSError:
            pass


def full(house):
    """The disk is full before anything is written."""
    own_disk("64k")(house)
    fill()


def fills_up(house, process):
    """The disk becomes full while the hub makes the change."""
    flr_process(process)
    time.sleep(0.7)
    fill()


def slow_and_small(house):
    """Room for what comes before the change."""
    own_disk("64k")(house)
    WRITING(house)


def read_only(house):
    """The disk is mounted for reading."""
    machine.mount("--bind", machine.LOG_DIR, machine.LOG_DIR)
    machine.mount("-o", "remount,bind,ro", machine.LOG_DIR)
    house.later(lambda: machine.run("umount", machine.LOG_DIR))


def damaged(change):
    """Something is done to the log that only root can do."""

    def plant(house):
        machine.append_only(LOG, False)
        change()

    return plant


def unwritable(name, plant, **more):
    """Nothing is done that cannot be recorded."""
    return Case(name, BLOCK, 6, err=ANY, plant=plant, sound=False, check=0, **more)


def linked():
    """The log is a link."""
    LOG.rename(machine.LOG_DIR / "elsewhere")
    LOG.symlink_to(machine.LOG_DIR / "elsewhere")


def piped():
    """The log is a pipe."""
    LOG.unlink()
    os.mkfifo(LOG, 0o660)
    os.chown(LOG, 0, pwd.getpwnam(grants.ACCOUNT).pw_gid)


CANNOT_WRITE = [
    unwritable("the disk is full", full),
    unwritable("the disk is mounted for reading", read_only),
    unwritable("the log is not there", damaged(lambda: LOG.unlink())),
    unwritable("the log is a link", damaged(linked)),
    unwritable("the log is a pipe", damaged(piped)),
    unwritable("everybody can write to the log", damaged(lambda: LOG.chmod(0o666))),
    unwritable("the log is the user's", damaged(lambda: os.chown(LOG, pwd.getpwnam(USER).pw_uid, -1))),
    unwritable("the log's directory is everybody's", damaged(lambda: machine.LOG_DIR.chmod(0o777))),
    Case("the disk becomes full during the change", BLOCK, 5, err=ANY, out=ANY, calls=ANY, plant=slow_and_small, during=fills_up, sound=False,
         after=lambda house, _: [] if "flr" in house.authpriv() else ["the system log was not told"]),
    Case("the log can be rewritten, which is for flr access audit to find", BLOCK, out=ANY, calls=BLOCKED, records=done("block"),
         plant=lambda house: machine.append_only(LOG, False)),
]

SYSLOG = [
    Case("no system log", BLOCK, 6, err=ANY, plant=lambda house: house.services.stop_syslog(), sound=False, check=0),
    Case("no socket of the system log", BLOCK, 6, err=ANY, sound=False, check=0,
         plant=lambda house: (house.services.stop_syslog(), pathlib.Path("/dev/log").unlink(missing_ok=True))),
    Case("no system log, and none is required", BLOCK, out=ANY, err=ANY, calls=BLOCKED, records=done("block"), heard=False,
         settings=settings(require_syslog=False), plant=lambda house: house.services.stop_syslog()),
]

STATE = machine.STATE_DIR / grants.ACCOUNT
STATES = [
    Case("no directory for the state", BLOCK, 6, err=ANY, calls=ANY, records=ANY, plant=lambda house: STATE.rmdir(), check=0),
    Case("the state is another's", BLOCK, 6, err=ANY, calls=ANY, records=ANY, plant=chown(USER, STATE), check=0, sound=False),
    Case("everybody can write to the state", BLOCK, 6, err=ANY, calls=ANY, records=ANY, plant=chmod(0o777, STATE), check=0, sound=False),
]


def verify(house, code, *words):
    """What `flr access verify-log` says, if it does not say what it should."""
    done = house.ask("access", "verify-log", *words)
    if done.returncode == code:
        return []
    return [f"verify-log {' '.join(map(str, words))}: wanted {code}, seen {done.returncode}: {done.stdout}{done.stderr}"]


def rewrite(change):
    """The lines of the log are changed, as root can after taking the attribute away."""
    machine.append_only(LOG, False)
    lines = LOG.read_bytes().splitlines(keepends=True)
    LOG.write_bytes(b"".join(change(lines)))
    machine.append_only(LOG, True)


def tampered(name, change, code=7, heads=7):
    """Two runs, then the log is touched: the log itself, or the system log, shows it."""

    def after(house, _):
        call(*LIST)
        if not house.heads_arrived():
            return ["the system log lacks hashes"]
        sound = verify(house, 0) + verify(house, 0, "--heads", house.services.authpriv)
        rewrite(change)
        return sound + verify(house, code) + verify(house, heads, "--heads", house.services.authpriv)

    return Case(name, BLOCK, out=ANY, calls=BLOCKED, records=done("block"), after=after)


TAMPERED = [
    tampered("a changed line", lambda lines: [lines[0], lines[1].replace(b"f44", b"f43"), *lines[2:]]),
    tampered("a line taken out", lambda lines: [lines[0], *lines[2:]]),
    tampered("two lines in another order", lambda lines: [lines[1], lines[0], *lines[2:]]),
    tampered("a line of nobody's", lambda lines: [*lines[:2], b'{"v":1}\n', *lines[2:]]),
    tampered("half a line at the end", lambda lines: [*lines, lines[-1][:40]]),
    tampered("a cut tail", lambda lines: lines[:-2], code=0),
    tampered("everything is gone", lambda lines: [], code=0),
]


def dangling(house, _):
    """The next run says so, and so does verify-log."""
    problems = verify(house, 7)
    ended = call(*LIST)
    if ended.code != 0 or "verify-log" not in ended.err and "ended" not in ended.err:
        problems.append(f"the next run says nothing of it: {ended}")
    return problems


def forty(words, codes):
    """Forty runs at once: each ends as it should, and the chain is whole."""

    def after(house, _):
        ended = [end.code for end in all_at_once([words] * 40)]
        house.services.calls()
        problems = [] if set(ended) <= codes else [f"exit codes: wanted {codes}, seen {ended}"]
        seqs = [record["seq"] for record in house.records()]
        if seqs != list(range(seqs[0], seqs[0] + len(seqs))):
            problems.append(f"sequence: {seqs}")
        if len({record["run"] for record in house.records() if record["event"] == "intent"}) != 41:
            problems.append("two runs have one name")
        if not house.heads_arrived():
            problems.append("the system log lacks hashes")
        return problems + verify(house, 0) + verify(house, 0, "--heads", house.services.authpriv)

    return after


def flood(house, _):
    """Denials of one caller fill no disk."""
    for _ in range(60):
        call("koji", "block-pkg", "f42", "bash")
    kept = len(house.records())
    return [] if 1 < kept < 40 else [f"{kept} records of 61 refusals"] + verify(house, 0)


RUNS = [
    Case("flr is killed during the change", BLOCK, ANY, err=ANY, calls=ANY, sound=False, check=0, plant=WRITING,
         during=hit(signal.SIGKILL), after=dangling),
    Case("forty runs that read", LIST, out=ANY, calls=("listPackages",), records=("intent list-pkgs", "result list-pkgs 0"),
         after=forty(LIST, {0})),
    Case("forty runs of one change", BLOCK, out=ANY, calls=BLOCKED, records=done("block"), after=forty(BLOCK, {0})),
    Case("sixty refusals", ("koji", "block-pkg", "f42", "bash"), 3, err=ANY, records=refused(3, "block"), after=flood),
]

CASES = [*CANNOT_WRITE, *SYSLOG, *STATES, *TAMPERED, *RUNS]
