# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log: where it cannot be written, where it was touched, and forty runs at once."""
import os
import pathlib
import pwd
import re
import signal
import time

import grants
import house as host
import machine
from case import ANY, Case
from cases import BLOCK, BLOCKED, DONE, LIST, LISTED, done, may_not, refused
from cases.granted import all_at_once, call, chmod, chown
from cases.surroundings import WRITING, flr_process, hit
from grants import USER, settings

LOG = host.LOG


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


def fills_up(_, process):
    """No more than a few bytes can be written while the hub makes the change, as where the disk becomes full."""
    pid = flr_process(process)
    time.sleep(0.7)
    room = LOG.stat().st_size + 20
    # As the account itself: root needs one more capability for it, which a container's root has not.
    machine.run("setpriv", "--reuid", grants.ACCOUNT, "--regid", grants.ACCOUNT, "--clear-groups", "prlimit", "--pid", pid, f"--fsize={room}")


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


def unwritable(name, why, plant, log=LOG, **more):
    """Nothing is done that cannot be recorded."""
    err = re.compile(rf"flr: (refused: )?the audit log {re.escape(str(log))} {why}; nothing was done\n(.*\n)?")
    return Case(name, BLOCK, 6, err=err, plant=plant, sound=False, check=ANY, **more)


def told_of_loss(house, _):
    """Who reads the system log learns what the log cannot say."""
    told = house.said(lambda text: re.search(r" flr\[.* event=lost run=", text))
    problems = [] if told else [f"the system log was not told:\n{house.authpriv()}"]
    # What is torn stays torn, for verify-log to show; the next record begins on a line of its own.
    problems += [] if call(*LIST).code == 0 else ["the next run cannot write to the log"]
    house.services.calls()
    return problems + verify(house, 7)


def linked():
    """The log is a link."""
    LOG.rename(machine.LOG_DIR / "elsewhere")
    LOG.symlink_to(machine.LOG_DIR / "elsewhere")


def piped():
    """The log is a pipe."""
    LOG.unlink()
    os.mkfifo(LOG)
    LOG.chmod(0o660)
    os.chown(LOG, 0, pwd.getpwnam(grants.ACCOUNT).pw_gid)


WRITE = r"cannot be written \({}\)".format
CANNOT_WRITE = [
    unwritable("the disk is full", WRITE("no space left"), full),
    unwritable("the disk is mounted for reading", WRITE("read-only file system"), read_only),
    unwritable("the log is not there", "is missing", damaged(LOG.unlink)),
    unwritable("the log is a link", "is a symbolic link", damaged(linked)),
    unwritable("the log is a pipe", "(is no regular file|is not a regular file|cannot be written .*)", damaged(piped)),
    unwritable("everybody can write to the log", "is writable by everybody", damaged(lambda: LOG.chmod(0o666))),
    unwritable("the log is the user's", r"belongs to (uid )?\w+, neither to root nor to flr-koji", damaged(lambda: os.chown(LOG, machine.USERS[USER], -1))),
    unwritable("the log's directory is everybody's", "lies in /var/log/flr, which others than root can write", damaged(lambda: machine.LOG_DIR.chmod(0o777))),
    Case("the disk becomes full during the change", BLOCK, 5, err=re.compile(r"(flr: .*\n|hint: .*\n)*flr: the end of this run is not recorded: .*\n"), out=ANY,
         calls=ANY, plant=WRITING, during=fills_up, sound=False, check=ANY, after=told_of_loss),
    Case("the log can be rewritten, which is for flr access audit to find", BLOCK, out=DONE, calls=BLOCKED, records=done(),
         plant=lambda house: machine.append_only(LOG, False)),
]

NO_SYSLOG = re.compile(r"flr: refused: the system log at /dev/log cannot be told \(nobody listens there\); nothing was done\n(.*\n)?")
SYSLOG = [
    Case("no system log", BLOCK, 6, err=NO_SYSLOG, plant=lambda house: house.services.stop_syslog(), sound=False, check=ANY),
    Case("no socket of the system log", BLOCK, 6, err=NO_SYSLOG, sound=False, check=ANY,
         plant=lambda house: (house.services.stop_syslog(), pathlib.Path("/dev/log").unlink(missing_ok=True))),
    Case("no system log, and none is required", BLOCK, out=DONE, calls=BLOCKED, records=done(), heard=False,
         settings=settings(require_syslog=False), plant=lambda house: house.services.stop_syslog()),
]

STATE = machine.STATE_DIR / grants.ACCOUNT
BAD_STATE = re.compile(r"flr: .*/var/lib/flr/flr-koji.*\n(hint: .*\n)?")


def bad_state(name, plant):
    """Counters that others can take away count nothing."""
    return Case(name, BLOCK, 6, err=BAD_STATE, records=ANY, plant=plant, check=ANY, sound=False)


STATES = [
    bad_state("no directory for the state", lambda house: STATE.rmdir()),
    bad_state("the state is another's", chown(USER, STATE)),
    bad_state("everybody can write to the state", chmod(0o777, STATE)),
    bad_state("the state is a link", lambda house: (STATE.rmdir(), STATE.symlink_to(machine.HERE / "work"))),
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
        sound = verify(house, 0) + verify(house, 0, "--heads", house.heads())
        rewrite(change)
        return sound + verify(house, code) + verify(house, heads, "--heads", house.heads())

    return Case(name, BLOCK, out=DONE, calls=BLOCKED, records=done(), after=after)


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
    house.services.calls()
    if ended.code != 0 or "of yours has no end in the audit log" not in ended.err:
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
        return problems + verify(house, 0) + verify(house, 0, "--heads", house.heads())

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
    Case("forty runs that read", LIST, calls=LISTED, records=("intent list-pkgs", "result list-pkgs 0"),
         after=forty(LIST, {0})),
    Case("forty runs of one change", BLOCK, out=DONE, calls=BLOCKED, records=done(), after=forty(BLOCK, {0})),
    Case("sixty refusals", ("koji", "block-pkg", "f42", "bash"), 3, err=may_not("use koji block-pkg for the tag f42", "tags f43, f44"), records=refused(3, "block"), after=flood),
]

CASES = [*CANNOT_WRITE, *SYSLOG, *STATES, *TAMPERED, *RUNS]
