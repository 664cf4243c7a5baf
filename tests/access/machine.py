# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine inside this one, for as long as a test runs: real users, real sudo, nothing of it outside.

Own mounts, processes, network, host name. What is written to /etc, /usr/bin, /var, /run, /dev, /tmp and
/home goes to memory and is gone with the last process, also if that is killed.
"""
import fcntl
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys

# Everything the tests make is below this.
HERE = pathlib.Path("/run/rig")
HOST = "kojihost"
SUDO = "/usr/bin/sudo"
LOG_DIR = pathlib.Path("/var/log/flr")
STATE_DIR = pathlib.Path("/var/lib/flr")
MARK = "FLR_ACCESS_MACHINE"
# Its own name server, clock, shells and so on are the outer machine's.
OVERLAYS = ("/etc", "/usr/bin", "/var", "/home")
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")

# The automation users, the accounts that hold keys, and a person.
USERS = {"loopabull_block": 58001, "loopabull_tag": 58002, "kim": 58003}
ACCOUNTS = ("flr-koji", "flr-bodhi")


def run(*command, **options):
    """A command that must succeed; its output."""
    words = [str(word) for word in command]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}")
    return done.stdout


def enter(program, words):
    """Starts this program again inside; only there it comes back."""
    if MARK in os.environ and os.getpid() == 1:
        first_process()
        return
    apart = "unshare --mount --pid --net --uts --ipc --fork --kill-child --mount-proc --propagation private".split()
    os.environ[MARK] = "1"
    os.execvp(apart[0], [*apart, "--", sys.executable, program, *words])


def first_process():
    """Process 1 buries the dead; a child of it is the test."""
    child = os.fork()
    if child == 0:
        return
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, lambda number, _: os.kill(child, number))
    while True:
        pid, status = os.wait()
        if pid == child:
            os._exit(os.waitstatus_to_exitcode(status) % 256)


def mount(*words):
    """`mount`."""
    run("mount", *words)


def make(flr, sudo=None, venv=None):
    """Mounts, network, host name and users, and the program where the rules name it. Nothing below /tmp is seen afterwards."""
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    HERE.mkdir()
    # What is named from outside may be where something of ours is mounted in a moment.
    shutil.copyfile(flr, HERE / "flr")
    if sudo:
        keep_sudo(sudo)
    if venv:
        (HERE / "venv").mkdir()
        mount("--bind", venv, HERE / "venv")
    for top in OVERLAYS:
        upper, work = (HERE / "over" / kind / top.strip("/").replace("/", "-") for kind in ("upper", "work"))
        upper.mkdir(parents=True)
        work.mkdir(parents=True)
        shutil.copystat(top, upper)
        mount("-t", "overlay", "-o", f"lowerdir={top},upperdir={upper},workdir={work}", "overlay", top)
    own_devices()
    for path, mode in (("/var/spool", 0o755), ("/var/tmp", 0o1777), ("/tmp", 0o1777), ("/dev/shm", 0o1777)):
        mount("-t", "tmpfs", "-o", f"mode={mode:o}", "tmpfs", path)
    loopback_up()
    socket.sethostname(HOST)
    pathlib.Path("/etc/hostname").write_text(HOST + "\n")
    pathlib.Path("/etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {HOST}.example.test {HOST}\n")
    make_users()
    install(HERE / "flr", "/usr/bin/flr", 0o755)
    if sudo:
        install(HERE / "sudo", SUDO, 0o4755)
        install(HERE / "visudo", shutil.which("visudo", path="/usr/sbin:/sbin"), 0o755)


def own_devices():
    """A /dev of our own, so that the system log's socket is too."""
    dev = HERE / "dev"
    dev.mkdir()
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", dev)
    for name in DEVICES:
        (dev / name).touch()
        mount("--bind", f"/dev/{name}", dev / name)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        (dev / name).symlink_to(target)
    (dev / "pts").mkdir()
    (dev / "shm").mkdir()
    mount("-t", "devpts", "-o", "newinstance,ptmxmode=0666,mode=620,gid=5", "devpts", dev / "pts")
    (dev / "ptmx").symlink_to("pts/ptmx")
    mount("--rbind", dev, "/dev")


def loopback_up():
    """The one network interface there is."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        up = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS


def make_users():
    """Real ones, with passwords that nobody can use."""
    for path in pathlib.Path("/etc/sudoers.d").glob("*"):
        path.unlink()
    for name, uid in USERS.items():
        run("useradd", "--uid", uid, "--create-home", "--home-dir", f"/home/{name}", "--shell", "/bin/bash", "--user-group", name)
        pathlib.Path(f"/home/{name}").chmod(0o700)
    for name in ACCOUNTS:
        nologin = shutil.which("nologin", path="/usr/sbin:/sbin")
        run("useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", nologin, "--user-group", name)


def install(source, path, mode):
    """A program of root's in place of whatever is there."""
    if not source.exists():
        return
    path = pathlib.Path(path)
    private = HERE / f"installed-{path.name}"
    shutil.copyfile(source, private)
    private.chmod(mode)
    path.touch()
    mount("--bind", private, path)


def keep_sudo(path):
    """Another sudo, with its visudo if there is one beside it."""
    shutil.copyfile(path, HERE / "sudo")
    visudo = pathlib.Path(path).with_name(path.name.replace("sudo", "visudo"))
    if visudo.exists():
        shutil.copyfile(visudo, HERE / "visudo")


def missing_programs():
    """What this machine lacks."""
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    programs = "unshare mount sudo visudo rsyslogd setfacl chattr useradd krb5kdc kadmin.local apache2 openssl".split()
    return [name for name in programs if not shutil.which(name, path=path)]


def write(path, text, mode=0o644, owner=0, group=0):
    """A file with exactly this owner and mode."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text) if isinstance(text, str) else path.write_bytes(text)
    os.chown(path, owner, group)
    path.chmod(mode)
    return path


def append_only(path, on):
    """Sets or takes away the attribute that only root can set."""
    run("chattr", "+a" if on else "-a", path)
