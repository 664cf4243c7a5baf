# SPDX-License-Identifier: GPL-3.0-or-later
"""The host as an administrator sets it up for flr, brought back to that before every case."""
import hashlib
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import time

import grants
import machine

WATCHED = (*(f"/home/{name}" for name in machine.USERS), "/tmp", "/var/tmp", "/dev/shm", "/run/rig/work")
FLR = pathlib.Path("/etc/flr")
RULES = pathlib.Path("/etc/sudoers.d")
LOG = machine.LOG_DIR / f"{grants.ACCOUNT}.jsonl"
ROOT_LOG = machine.LOG_DIR / "root.jsonl"


class House:
    """Settings, grants, rules, keys, logs and state."""

    def __init__(self, services):
        self.services = services
        (machine.HERE / "work").mkdir(mode=0o777)
        (machine.HERE / "work").chmod(0o777)
        self.ca = (services.realm.dir / "ca.crt").read_text()
        self.undo = []
        shutil.rmtree(FLR, ignore_errors=True)
        machine.write(FLR / "flr.toml", grants.settings())
        self.fragments = {(user, options): self.print_rules(user, *options) for user in grants.USERS for options in ((), ("--as-root",))}
        self.run = None

    def group(self, account=grants.ACCOUNT):
        """The account's group number."""
        return pwd.getpwnam(account).pw_gid

    def reset(self, grant=None, settings=None):
        """Everything as it should be, with this grant."""
        while self.undo:
            self.undo.pop()()
        if self.services.syslogd is None:
            self.services.start_syslog()
        self.services.fresh_hub()
        self.services.control()
        for path in (FLR, RULES, machine.STATE_DIR):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(mode=0o755)
            path.chmod(0o755)
        self.reset_logs()
        for account in machine.ACCOUNTS:
            user = pwd.getpwnam(account)
            (machine.STATE_DIR / account).mkdir(mode=0o700)
            os.chown(machine.STATE_DIR / account, user.pw_uid, user.pw_gid)
            self.services.keytab(FLR / f"{account}.keytab", account)
        machine.write(FLR / "ca.crt", self.ca)
        machine.write("/etc/koji.conf", self.profile())
        machine.write(FLR / "flr.toml", settings or grants.settings())
        for user in grants.USERS:
            machine.write(RULES / f"90-flr-{user}", self.fragment(user), 0o440)
        self.grant(grants.usual() if grant is None else grant)

    def reset_logs(self):
        """Empty logs that can only be appended to."""
        # Some were replaced by what has no such attribute.
        subprocess.run(["chattr", "-R", "-a", machine.LOG_DIR], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(machine.LOG_DIR, ignore_errors=True)
        machine.LOG_DIR.mkdir(mode=0o755)
        machine.LOG_DIR.chmod(0o755)
        for account in machine.ACCOUNTS:
            path = machine.write(machine.LOG_DIR / f"{account}.jsonl", "", 0o660, 0, self.group(account))
            machine.append_only(path, True)
        machine.append_only(machine.write(ROOT_LOG, "", 0o600), True)
        self.authpriv_from = self.services.authpriv.stat().st_size

    def profile(self, **changed):
        """koji's configuration file with one hub."""
        usual = {"server": self.services.url(), "serverca": "/etc/flr/ca.crt", "authtype": "kerberos"}
        usual |= {"max_retries": 0, "retry_interval": 1, "poll_interval": 1, "timeout": 30}
        return "[koji]\n" + "".join(f"{key} = {value}\n" for key, value in (usual | changed).items())

    def grant(self, text, user=grants.USER, mode=0o640):
        """A user's grant, as root writes it."""
        return machine.write(FLR / f"grants.d/{user}.toml", text, mode, 0, self.group())

    def print_rules(self, user, *options):
        """What `flr access sudoers` prints for all commands that any case uses."""
        self.grant(grants.grant(*grants.EVERYTHING, user=user), user)
        return self.flr("access", "sudoers", user, *options)

    def fragment(self, user, *options):
        """The same, printed when the house was made."""
        return self.fragments[user, options]

    def rule(self, text, name="95-more"):
        """One more file of sudo's, after ours."""
        machine.write(RULES / name, text, 0o440)

    def later(self, undo):
        """Something to take back before the next case."""
        self.undo.append(undo)

    def flr(self, *words, code=0):
        """flr as root in a shell; what it says on standard output."""
        done = self.ask(*words)
        if done.returncode != code:
            raise SystemExit(f"flr {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    @staticmethod
    def ask(*words):
        """flr as root in a shell, however it ends."""
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": "/nonexistent"}
        words = ["/usr/bin/flr", *words]
        return subprocess.run(words, env=env, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

    # What is there afterwards

    def records(self, path=LOG):
        """The audit log's records."""
        lines = path.read_bytes().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def authpriv(self):
        """What was said to the system log since the case began."""
        with self.services.authpriv.open("rb") as file:
            file.seek(self.authpriv_from)
            return file.read().decode(errors="replace")

    def heads(self):
        """What the system log has of this case, as a file."""
        return machine.write(machine.HERE / "heads", self.authpriv())

    def heads_arrived(self, path=LOG):
        """Whether each record's hash is in the system log, once all has arrived."""
        wanted = [hashlib.sha256(line).hexdigest() for line in path.read_bytes().splitlines()]
        return self.said(lambda text: all(head in text for head in wanted))

    def said(self, holds):
        """Whether this holds of what the system log was told, once all has arrived."""
        for _ in range(40):
            if holds(self.authpriv()):
                return True
            time.sleep(0.05)
        return False

    @staticmethod
    def files():
        """Everything in places where a careless program leaves something."""
        found = set()
        for top in WATCHED:
            found.update(str(path) for path in pathlib.Path(top).rglob("*"))
        return found

    @staticmethod
    def state():
        """Files of flr's own, with owner and mode."""
        found = {}
        for path in sorted(machine.STATE_DIR.rglob("*")):
            stat = path.lstat()
            found[str(path.relative_to(machine.STATE_DIR))] = (stat.st_uid, stat.st_mode & 0o7777, path.is_dir())
        return found

    @staticmethod
    def processes():
        """Commands that run as one of the users or accounts."""
        uids = {pwd.getpwnam(name).pw_uid for name in (*machine.USERS, *machine.ACCOUNTS)}
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                mine = entry.stat().st_uid in uids or os.readlink(entry / "exe") == "/usr/bin/flr"
                zombie = "\nState:\tZ" in (entry / "status").read_text()
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if mine and not zombie and "practice serve" not in line:
                found.append(line)
        return found
