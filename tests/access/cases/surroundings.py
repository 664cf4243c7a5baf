# SPDX-License-Identifier: GPL-3.0-or-later
"""What surrounds a run: environment, directory, descriptors, limits, signals."""
import contextlib
import os
import pathlib
import pwd
import re
import signal
import socket
import threading
import time

import machine
from case import ANY, Case, summary
from cases import BLOCK, BLOCKED, DONE, done, refused, says
from grants import ACCOUNT, EVERYTHING, grant, settings
from start import Start

# Two mistakes of an administrator: what sudo hands on, and a user who may set anything.
KEPT = "Defaults:loopabull_block env_keep += \"{name}\"\n"
SETENV = "Defaults:loopabull_block setenv\nloopabull_block ALL=(flr-koji) NOPASSWD: SETENV: /usr/bin/flr koji block-pkg *\n"
EVIL = machine.HERE / "work/evil"
TRAP = 19999


def good(name, **more):
    """The change happens as if nothing were there."""
    return Case(name, BLOCK, **({"out": DONE, "calls": BLOCKED, "records": done()} | more))


def plant_evil(house):
    """Files that must not be read, and a port that must not be called."""
    EVIL.mkdir(exist_ok=True)
    EVIL.chmod(0o777)
    krb5 = pathlib.Path("/etc/krb5.conf").read_text().replace("kdc = 127.0.0.1:", f"kdc = 127.0.0.1:{TRAP} #")
    machine.write(EVIL / "krb5.conf", krb5)
    machine.write(EVIL / "empty.pem", "")
    machine.write(EVIL / ".koji/config", f"[koji]\nserver = http://127.0.0.1:{TRAP}/kojihub\nno_ssl_verify = true\n")
    machine.write(EVIL / ".k5identity", "nobody@EXAMPLE.TEST host=localhost\n")
    trap = socket.create_server(("127.0.0.1", TRAP))
    trap.settimeout(0.1)
    house.trapped = []
    ended = threading.Event()

    def listen():
        while not ended.is_set():
            try:
                with trap.accept()[0] as caller:
                    house.trapped.append(caller.recv(200))
            except TimeoutError:
                pass

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    house.later(lambda: (ended.set(), thread.join(), trap.close()))


def untouched(house, _):
    """Nothing went astray."""
    return [f"somebody called port {TRAP}: {house.trapped}"] if house.trapped else []


def kept(name, value):
    """A variable that sudo hands on, because another file says so."""

    def plant(house):
        plant_evil(house)
        house.rule(KEPT.format(name=name))

    return good(f"{name} kept by sudo", start=Start(env={name: value}), plant=plant, after=untouched)


def set_by_user(name, value):
    """A variable that the user may set on sudo's command line."""

    def plant(house):
        plant_evil(house)
        house.rule(SETENV)

    sudo = ("-n", f"{name}={value}")
    return good(f"{name} set through SETENV", start=Start(sudo=sudo), plant=plant, after=untouched)


VARIABLES = (
    ("KRB5CCNAME", f"FILE:{EVIL}/cache"),
    ("KRB5_CONFIG", f"{EVIL}/krb5.conf"),
    ("KRB5_KTNAME", f"FILE:{EVIL}/keytab"),
    ("KRB5_CLIENT_KTNAME", f"FILE:{EVIL}/keytab"),
    ("KRB5_TRACE", f"{EVIL}/trace"),
    ("SSL_CERT_FILE", f"{EVIL}/empty.pem"),
    ("SSL_CERT_DIR", f"{EVIL}"),
    ("SSLKEYLOGFILE", f"{EVIL}/keys"),
    ("https_proxy", f"http://127.0.0.1:{TRAP}"),
    ("HTTPS_PROXY", f"http://127.0.0.1:{TRAP}"),
    ("ALL_PROXY", f"socks5://127.0.0.1:{TRAP}"),
    ("HOME", f"{EVIL}"),
    ("XDG_STATE_HOME", f"{EVIL}/state"),
    ("TMPDIR", f"{EVIL}"),
    ("TZ", "Pacific/Kiritimati"),
    ("LC_ALL", "tr_TR.UTF-8"),
    ("PATH", f"{EVIL}"),
    ("KOJI_PROFILE", "evil"),
    ("RUST_LOG", "trace"),
    ("RUST_BACKTRACE", "full"),
    ("FLR_CONFIG", f"{EVIL}/flr.toml"),
    ("MALLOC_CONF", "stats_print:true"),
)


def sudos(name, word):
    """A variable that sudo does not let the user set."""
    said = re.compile(r"sudo: (sorry, )?you are not allowed to set the following environment variables: \w+\n")
    return Case(name, BLOCK, 1, err=said, check=0, start=Start(sudo=("-n", word)))


ENVIRONMENT = [
    *(kept(name, value) for name, value in VARIABLES if name != "PATH"),
    *(set_by_user(name, value) for name, value in VARIABLES if name in ("KRB5_CONFIG", "HOME", "PATH", "SSL_CERT_FILE")),
    # Whoever may set this may do anything, which is for flr access audit to find; a library that does no harm does none.
    *(set_by_user("LD_PRELOAD", str(path)) for path in list(pathlib.Path("/lib").glob("*/libm.so.6"))[:1]),
    sudos("LD_PRELOAD without SETENV is sudo's to refuse", "LD_PRELOAD=/run/rig/work/evil.so"),
    sudos("TZ on sudo's command line", "TZ=UTC"),
]

DIRECTORY = [
    good("the directory is gone", start=Start(cwd="gone")),
    good("a directory of the user's own", start=Start(cwd="/home/loopabull_block")),
    good("umask 000", start=Start(umask=0)),
    good("umask 777", start=Start(umask=0o777)),
]

OUTPUT = [
    # sudo puts the null device where something is closed.
    good("standard output closed", start=Start(closed=(1,)), out=""),
    good("standard input closed", start=Start(closed=(0,))),
    good("standard error closed", start=Start(closed=(2,))),
    good("all three closed", start=Start(closed=(0, 1, 2)), out=""),
    good("standard output full", start=Start(stdout="/dev/full"), out="", code=5, records=(*done()[:-1], "result block 5"),
         err="flr: cannot write the result to standard output: No space left on device (os error 28)\n"),
    good("standard error full", start=Start(stderr="/dev/full")),
    good("nobody reads standard output", start=Start(stdout="closed pipe"), out=""),
    good("nobody reads standard error", start=Start(stderr="closed pipe")),
]


def limited(name, value, said, hint="raise the hard limits of the caller: limits.conf, or Limit…= of the unit", **more):
    """A limit that the user has set before sudo."""
    return Case(f"RLIMIT_{name} of {value}", BLOCK, 6, check=0, start=Start(limits={name: value}),
                err=says(f"refused: the caller's limits are too low: {said} are needed", hint), **({"records": refused(6)} | more))


LIMITS = [
    # Nothing at all can be written, so neither can this.
    Case("RLIMIT_FSIZE of 0", BLOCK, 6, check=0, start=Start(limits={"FSIZE": 0}),
         err=re.compile(r"flr: refused: the caller's limits are too low: 0 bytes of a file \(fsize\), and 1073741824 are needed\nhint: .*could not be recorded.*\n")),
    limited("FSIZE", 4096, "4096 bytes of a file (fsize), and 1073741824"),
    limited("NOFILE", 10, "10 open files (nofile), and 256"),
    limited("CPU", 1, "1 seconds of CPU time (cpu), and 3600"),
    limited("AS", 200 << 20, "209715200 bytes of address space (as), and 4294967296"),
    limited("DATA", 4 << 20, "4194304 bytes of data (data), and 1073741824"),
    good("RLIMIT_NOFILE of 256", start=Start(limits={"NOFILE": 256})),
    good("RLIMIT_CORE of 1 GiB", start=Start(limits={"CORE": 1 << 30})),
]


def flr_process(process):
    """The flr that sudo started; asked for until it is there."""
    for _ in range(200):
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and os.readlink(entry / "exe") == "/usr/bin/flr":
                    if b"practice" not in (entry / "cmdline").read_bytes():
                        return int(entry.name)
            except OSError:
                continue
        time.sleep(0.01)
    raise SystemExit(f"no flr was started by {process.args}")


def slow(when, milliseconds=1500):
    """The hub takes its time over an answer."""
    return lambda house: house.services.control({"when": when, "what": {"delay-answer": milliseconds}})


def hit(number, sudo=False, after=0.5):
    """A signal while the hub takes its time: to flr itself, or to the sudo in front of it."""

    def during(_, process):
        pid = flr_process(process)
        time.sleep(after)
        # It may be over already; then the case fails by what it did.
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid if sudo else pid, number)

    return during


READING = slow({"method": {"name": "getTag", "nth": 1}})
WRITING = slow({"method": {"name": "packageListBlock", "nth": 1}})

WAIT = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def halted(name, during, **more):
    """A wish to stop, while nothing is changed yet: nothing is, and the end is recorded."""
    return Case(name, BLOCK, 10, out="", err=says("stopped by request, nothing was changed"), calls=ANY, records=ANY, check=0, plant=READING,
                during=during,
                after=lambda house, _: [] if "abort block 10" in map(summary, house.records()) else ["no abort is recorded"], **more)


SIGNALS = [
    *(halted(f"{name} to sudo while flr reads", hit(getattr(signal, name), sudo=True)) for name in ("SIGTERM", "SIGHUP", "SIGINT")),
    halted("all signals blocked, SIGTERM to flr while it reads", hit(signal.SIGTERM), start=Start(blocked=WAIT)),
    halted("all signals ignored, SIGTERM to flr while it reads", hit(signal.SIGTERM), start=Start(ignored=(*WAIT, signal.SIGCHLD))),
    good("SIGTERM to flr while the hub writes", plant=WRITING, during=hit(signal.SIGTERM)),
    good("SIGPIPE to flr", plant=READING, during=hit(signal.SIGPIPE)),
    good("SIGXFSZ to flr", plant=READING, during=hit(signal.SIGXFSZ)),
    # Nobody is there any more to be told; flr goes on to the end.
    good("sudo is killed while the hub writes", code=-9, check=0, plant=WRITING, during=hit(signal.SIGKILL, sudo=True)),
]


def looked_into(name, door="account", **more):
    """flr as the kernel sees it, while it waits for the hub."""
    seen = {}

    def during(_, process):
        time.sleep(0.5)
        proc = pathlib.Path(f"/proc/{flr_process(process)}")
        lines = (line.split(":\t", 1) for line in (proc / "status").read_text().splitlines() if ":\t" in line)
        seen.update(lines, cwd=os.readlink(proc / "cwd"), children=(proc / f"task/{proc.name}/children").read_text())
        seen["files"] = sorted(os.readlink(fd) for fd in (proc / "fd").iterdir() if int(fd.name) > 2)

    def after(*_):
        account = pwd.getpwnam(ACCOUNT)
        wanted = {"Uid": f"{account.pw_uid}\t" * 3 + str(account.pw_uid), "Gid": f"{account.pw_gid}\t" * 3 + str(account.pw_gid)}
        wanted |= {"Groups": f"{account.pw_gid} ", "NoNewPrivs": "1", "Umask": "0077", "cwd": "/", "children": "", "CapPrm": "0" * 16}
        wanted |= {"CapEff": "0" * 16, "SigIgn": f"{1 << 12 | 1 << 24:016x}", "SigBlk": "0" * 16}
        problems = [f"{key}: wanted {want!r}, seen {seen.get(key)!r}" for key, want in wanted.items() if seen.get(key) != want]
        stray = [file for file in seen["files"] if not file.startswith(("socket:", "anon_inode:", "/var/log/flr/", "/var/lib/flr/"))]
        return problems + ([f"open files: {stray}"] if stray else [])

    return good(name, door=door, plant=more.pop("plant", READING), during=during, after=after, **more)


INSIDE = [
    looked_into("what flr is, by sudo's account"),
    looked_into("what flr is, by way of root", door="root"),
    looked_into("what flr is, whatever it began with", start=Start(umask=0, ignored=(signal.SIGTERM, signal.SIGCHLD), blocked=(signal.SIGALRM, signal.SIGTERM))),
    looked_into("what flr is, started by the account itself", door="none", user=ACCOUNT, settings=settings(account="unattended = true\n"),
                start=Start(held=("/etc/passwd", "/dev/zero"), umask=0, cwd="/tmp"),
                plant=lambda house: (house.grant(grant(*EVERYTHING, user=ACCOUNT), ACCOUNT), READING(house))),
]

CASES = [*ENVIRONMENT, *DIRECTORY, *OUTPUT, *LIMITS, *SIGNALS, *INSIDE]
