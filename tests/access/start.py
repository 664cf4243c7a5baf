# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a command as a user would, with whatever he can do to a process before it runs."""
import dataclasses
import os
import pwd
import resource
import signal
import subprocess
import tempfile
import threading
import time

SUDO = "/usr/bin/sudo"


@dataclasses.dataclass
class Start:
    """What surrounds the command. What is not said is ordinary."""

    env: dict = dataclasses.field(default_factory=dict)
    stdin: object = b""  # bytes; None: the null device; a list of (seconds to wait, bytes)
    stdout: str = ""  # a device; "closed pipe": nobody reads
    stderr: str = ""
    cwd: str = ""  # "gone": a directory that is no more
    umask: int = 0o022
    limits: dict = dataclasses.field(default_factory=dict)  # name: value, soft and hard
    closed: tuple = ()  # of 0, 1, 2
    held: tuple = ()  # files left open for it, to be read
    ignored: tuple = ()  # signals
    blocked: tuple = ()  # signals
    login: int = None  # login uid, as PAM leaves it
    sudo: tuple = ("-n",)  # sudo's switches
    timeout: float = 90


@dataclasses.dataclass
class Ended:
    """How it ended."""

    code: int
    out: str
    err: str
    seconds: float


def text(data):
    """Output that may hold anything."""
    return data.decode("utf-8", "backslashreplace")


def command(words, user, start, during=None):
    """Runs it as this user; `during` gets the process as soon as it runs."""
    account = pwd.getpwnam(user)
    home = account.pw_dir if os.path.isdir(account.pw_dir) else "/"
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": home, "USER": user} | start.env
    groups = os.getgrouplist(user, account.pw_gid)
    cwd = tempfile.mkdtemp(dir="/tmp") if start.cwd == "gone" else start.cwd or home
    descriptors = {0: subprocess.DEVNULL if start.stdin is None else subprocess.PIPE}
    opened = [os.open(path, os.O_RDONLY) for path in start.held]
    for fd, place in ((1, start.stdout), (2, start.stderr)):
        descriptors[fd] = subprocess.PIPE
        if place == "closed pipe":
            reader, descriptors[fd] = os.pipe()
            os.close(reader)
            opened.append(descriptors[fd])
        elif place:
            descriptors[fd] = os.open(place, os.O_WRONLY)
            opened.append(descriptors[fd])

    def become():
        if start.login is not None:
            with open("/proc/self/loginuid", "w", encoding="ascii") as file:
                file.write(str(start.login))
        if start.cwd == "gone":
            os.rmdir(cwd)
        for number in start.ignored:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, start.blocked)
        os.umask(start.umask)
        os.setgroups(groups)
        os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
        for name, value in start.limits.items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
        os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
        for fd in start.closed:
            os.close(fd)

    began = time.monotonic()
    process = subprocess.Popen(
        words, env=env, cwd=cwd, stdin=descriptors[0], stdout=descriptors[1], stderr=descriptors[2],
        preexec_fn=become, pass_fds=[fd for fd in opened if fd not in descriptors.values()], start_new_session=True,
    )
    for fd in opened:
        os.close(fd)
    stdin = start.stdin
    if isinstance(stdin, list):
        threading.Thread(target=feed, args=(process.stdin, stdin), daemon=True).start()
        process.stdin = stdin = None
    if during:
        threading.Thread(target=during, args=(process,), daemon=True).start()
    try:
        out, err = process.communicate(stdin or None, timeout=start.timeout)
        code = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        code = "still running"
    return Ended(code, text(out or b""), text(err or b""), time.monotonic() - began)


def feed(pipe, pieces):
    """Somebody who writes slowly, and may never end."""
    try:
        for wait, piece in pieces:
            time.sleep(wait)
            pipe.write(piece)
            pipe.flush()
        pipe.close()
    except OSError:
        pass


def flr(words, user, start, door, account, during=None):
    """flr with these words, through this door; another one says its own words."""
    words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    doors = {
        "account": [SUDO, *start.sudo, "-u", account, "flr"],
        "root": [SUDO, *start.sudo, "flr"],
        "none": ["/usr/bin/flr"],
    }
    return command([*(doors[door] if door in doors else door.words()), *words], user, start, during)
