# SPDX-License-Identifier: GPL-3.0-or-later
"""What the machine is connected to: a hub behind Kerberos and TLS, and a system log."""
import json
import os
import pathlib
import pwd
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
import xmlrpc.client

import machine

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "kerberos"))
import rig as kerberos  # noqa: E402

# The hub lets whoever is called so tag and change package lists.
PRINCIPAL = f"releng-flr@{kerberos.REALM}"
WRITES = {"tagBuildBypass", "untagBuildBypass", "tagBuild", "untagBuild", "moveBuild", "massTag"}
WRITES |= {"packageListAdd", "packageListBlock", "packageListUnblock", "packageListRemove", "packageListSetOwner"}
WRITES |= {"build", "writeSignedRPM"}


class Realm(kerberos.Rig):
    """Forty runs at once on a small machine need more patience than the tests of Kerberos itself."""

    clockskew = 300
    users = ("kim", "releng-flr")


class Services:
    """The realm, the web server, the hub and the system log; `with Services(flr) as services`."""

    def __init__(self, flr):
        self.flr = flr
        self.realm = Realm()
        self.hub = self.syslogd = None
        self.dirty = True
        self.read_to = 0

    def __enter__(self):
        realm = self.realm.__enter__()
        self.calls_file = realm.dir / "calls"
        self.seed = realm.dir / "seed"
        shutil.copyfile(realm.dir / "krb5.conf", "/etc/krb5.conf")
        self.realm.env["HOME"] = str(realm.dir)
        machine.run(self.flr, "practice", "seed", "small", "--dir", self.seed, env=self.realm.env)
        self.start_syslog()
        self.fresh_hub()
        return self

    def __exit__(self, *what):
        for process in (self.hub, self.syslogd):
            if process:
                kerberos.Rig.stop(process)
        self.realm.__exit__(*what)

    def url(self):
        """Where clients find the hub."""
        return f"https://localhost:{self.realm.gssapi_port}/kojihub"

    def keytab(self, path, account):
        """The account's key, as an administrator puts it there."""
        user = pwd.getpwnam(account)
        text = (self.realm.dir / "releng-flr.keytab").read_bytes()
        machine.write(path, text, 0o400, user.pw_uid, user.pw_gid)

    # The hub

    def fresh_hub(self):
        """As it was sown, if anything was changed since."""
        if not self.dirty:
            return
        if self.hub:
            kerberos.Rig.stop(self.hub)
        state = self.realm.dir / "practice"
        shutil.rmtree(state, ignore_errors=True)
        shutil.copytree(self.seed, state)
        port = self.realm.backend_port
        serve = [self.flr, "practice", "serve", "--listen", f"127.0.0.1:{port}", "--dir", state, "--control"]
        serve += ["--log", self.calls_file, "--trust-remote-user", kerberos.USER_HEADER]
        log = self.realm.dir / "practice.log"
        with log.open("ab") as out:
            self.hub = subprocess.Popen(serve, env=self.realm.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        kerberos.wait_for(port, self.hub, "the hub", log)
        self.calls()
        self.dirty = False

    def control(self, *rules):
        """Accidents to come, in the hub's own words; without any, those that did not come are off."""
        path, body = ("/control", json.dumps(rules).encode()) if rules else ("/control/clear", b"")
        url = f"http://127.0.0.1:{self.realm.backend_port}{path}"
        with urllib.request.urlopen(urllib.request.Request(url, body, method="POST"), timeout=10) as answer:
            answer.read()
        self.dirty |= bool(rules)

    def calls(self):
        """The requests since the last time, each with the members of a multicall behind it."""
        if not self.calls_file.exists():
            return []
        with self.calls_file.open("rb") as file:
            file.seek(self.read_to)
            lines = file.read().splitlines()
            self.read_to = file.tell()
        seen = sorted(map(json.loads, lines), key=lambda call: call["seq"])
        calls = []
        for call in seen:
            members = [name for name, _ in call["members"]]
            self.dirty |= not WRITES.isdisjoint([call["method"], *members])
            calls.append(" ".join([call["method"], *members]))
        return calls

    def as_admin(self, method, *args):
        """A call of somebody else's, who may everything."""
        self.control({"when": {"request": 1}, "what": {"meanwhile": {"user": "admin", "calls": [[method, list(args)]]}}})
        xmlrpc.client.ServerProxy(f"http://127.0.0.1:{self.realm.backend_port}/kojihub").getAPIVersion()
        self.calls()

    def permit(self, permission):
        """The account may do more; the hub knows it once it has logged in."""
        headers = [(kerberos.USER_HEADER, PRINCIPAL)]
        xmlrpc.client.ServerProxy(f"http://127.0.0.1:{self.realm.backend_port}/kojihub/ssllogin", headers=headers).sslLogin()
        self.as_admin("grantPermission", PRINCIPAL.split("@", maxsplit=1)[0], permission)

    def active(self, tag):
        """Builds that are in the tag, hidden ones too, oldest first, as the hub's own file has them."""
        query = """SELECT package.name || '-' || version || '-' || release FROM tag_listing
            JOIN build ON build.id = build_id JOIN package ON package.id = pkg_id JOIN tag ON tag.id = tag_id
            WHERE tag.name = ? AND tag_listing.revoke_event IS NULL ORDER BY tag_listing.create_event"""
        return [name for (name,) in self.rows(query, tag)]

    def builds(self):
        """Owner, source and target of each task that was submitted; those of the seed have no options."""
        query = """SELECT users.name, json_extract(request, '$[0]'), json_extract(request, '$[1]') FROM task
            JOIN users ON users.id = owner WHERE method = 'build' AND json_array_length(request) > 2 ORDER BY task.id"""
        return self.rows(query)

    def rows(self, query, *values):
        """Rows of the hub's own file."""
        file = self.realm.dir / "practice/hub.sqlite"
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
            return db.execute(query, values).fetchall()

    # The system log

    def start_syslog(self):
        """rsyslogd on /dev/log; authpriv goes to a file of its own, as on Fedora and Debian."""
        directory = machine.HERE / "syslog"
        directory.mkdir(exist_ok=True)
        self.authpriv = directory / "secure"
        self.authpriv.touch(0o640)
        configuration = machine.write(directory / "rsyslog.conf", f"""\
global(workDirectory="{directory}" maxMessageSize="8k")
module(load="imuxsock" SysSock.Name="/dev/log" SysSock.RateLimit.Interval="0")
template(name="plain" type="string" string="%timegenerated:::date-rfc3339% %syslogfacility-text%.%syslogseverity-text% %syslogtag%%msg%\\n")
authpriv.* action(type="omfile" file="{self.authpriv}" template="plain")
""")
        pathlib.Path("/dev/log").unlink(missing_ok=True)
        command = ["rsyslogd", "-n", "-f", configuration, "-i", directory / "pid"]
        with (directory / "stdout").open("ab") as out:
            self.syslogd = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        for _ in range(200):
            if os.path.exists("/dev/log"):
                return
            time.sleep(0.05)
        raise SystemExit(f"rsyslogd made no /dev/log:\n{(directory / 'stdout').read_text()}")

    def stop_syslog(self):
        """No system log, as after a crash of it: the socket stays where nothing listens."""
        kerberos.Rig.stop(self.syslogd)
        self.syslogd = None

    def syslog(self):
        """What flr said in there, once all of it has arrived."""
        time.sleep(0.3)
        return [line for line in self.authpriv.read_text(errors="replace").splitlines() if "flr" in line]
