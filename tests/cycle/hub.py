# SPDX-License-Identifier: GPL-3.0-or-later
"""A practice hub with the releases of a cycle, flr before it, and what the official client sees in it."""
import contextlib
import json
import os
import pathlib
import sqlite3
import subprocess
import time

import koji

# Commands that wait for a builder or a repository are told to look often.
CONFIG = """[koji]
server = {url}
weburl = http://koji.example.test/koji
authtype = noauth
poll_interval = 1
topdir = {topdir}
"""


class Hub:
    """The hub on a free port, its state in `home`."""

    def __init__(self, flr, home):
        self.flr = flr
        self.home = pathlib.Path(home)
        self.env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(home)}
        self.topdir = self.home / "hub/topdir"
        self.run("practice", "seed", "cycle", "--dir", str(self.home / "hub"))
        words = [flr, "practice", "serve", "--dir", str(self.home / "hub"), "--log", str(self.home / "calls")]
        self.process = subprocess.Popen(words, env=self.env, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        (self.home / ".koji").mkdir()
        (self.home / ".koji/config").write_text(CONFIG.format(url=self.url, topdir=self.topdir))
        for user in ("releng", "admin", "bodhi"):
            secret = self.home / f"{user}.password"
            secret.touch(0o600)
            secret.write_text(f"{user}-pw\n")
        self.session = koji.ClientSession(self.url)

    def close(self):
        self.process.terminate()
        self.process.wait(10)

    def run(self, *words, given="", codes=(0,)):
        """Runs flr; exit code and what it printed. Another exit code than these ends the story."""
        done = subprocess.run(
            [self.flr, *map(str, words)], env=self.env, input=given, text=True, capture_output=True, timeout=300
        )
        if done.returncode not in codes:
            raise SystemExit(f"flr {' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.returncode, done.stdout

    def rows(self, *words, codes=(0,)):
        """The answer of a reading command."""
        return [json.loads(line) for line in self.run(*words, "--json", codes=codes)[1].splitlines()]

    def change(self, *words, user="releng", given="", codes=(0,)):
        """The report of a changing command."""
        login = ("--user", user, "--password-file", self.home / f"{user}.password")
        return json.loads(self.run(*words, "--yes", "--json", *login, given=given, codes=codes)[1])

    def login(self, user):
        """A session of the official client."""
        session = koji.ClientSession(self.url, opts={"user": user, "password": f"{user}-pw"})
        session.login()
        return session

    def waiting_build(self, user, source, target):
        """A build's task that no builder takes, however slow this machine is: it is without options."""
        with contextlib.closing(sqlite3.connect(self.home / "hub/hub.sqlite")) as store, store:
            task = "INSERT INTO task (state, create_time, owner, method, request) VALUES (0, ?, ?, 'build', ?)"
            owner = self.session.getUser(user)["id"]
            return store.execute(task, (int(time.time() * 1e6), owner, json.dumps([source, target]))).lastrowid

    def koji(self, *words):
        """What the official program prints."""
        program = pathlib.Path(os.environ["FLR_KOJI_VENV"]) / "koji"
        done = subprocess.run([program, *words], env=self.env, text=True, capture_output=True, timeout=300)
        if done.returncode != 0:
            raise SystemExit(f"koji {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def all(self, method, many):
        """One multicall: `method` for each `(args, kwargs)`."""
        session = self.session
        session.multicall = True
        for args, kwargs in many:
            getattr(session, method)(*args, **kwargs)
        return [answer[0] for answer in session.multiCall(batch=100)]

    def state(self):
        """All that a release is made of: tags with their builds in order, package lists as they count,
        inheritance, groups, repositories, and targets. No numbers that grow, no times."""
        names = sorted(tag["name"] for tag in self.session.listTags())
        each = [([name], {}) for name in names]
        tags = self.all("getTag", each)
        parents = self.all("getInheritanceData", each)
        rows = self.all("queryHistory", [([], {"tables": ["tag_listing"], "tag": name, "active": True}) for name in names])
        lists = self.all("listPackages", [([], {"tagID": name, "inherited": True, "with_blocked": True}) for name in names])
        groups = self.all("getTagGroups", [([name], {"inherit": False}) for name in names])
        repos = self.all("getTagExternalRepos", [([], {"tag_info": name}) for name in names])
        state = {}
        for at, name in enumerate(names):
            order = sorted(rows[at].get("tag_listing", []), key=lambda row: (row["create_event"], row["build_id"]))
            state[f"tag {name}"] = {
                "settings": [tags[at][key] for key in ("perm", "arches", "locked", "extra")],
                "parents": [
                    [link[key] for key in ("name", "priority", "maxdepth", "intransitive", "noconfig", "pkg_filter")]
                    for link in parents[at]
                ],
                "builds": ["{name}-{version}-{release}".format(**row) for row in order],
                "packages": {
                    entry["package_name"]: [entry[key] for key in ("owner_name", "blocked", "extra_arches", "tag_name")]
                    for entry in lists[at]
                },
                "groups": {
                    group["name"]: sorted(package["package"] for package in group["packagelist"]) for group in groups[at]
                },
                "repos": [[repo[key] for key in ("external_repo_name", "priority", "merge_mode")] for repo in repos[at]],
            }
        for target in self.session.getBuildTargets():
            state[f"target {target['name']}"] = [target["build_tag_name"], target["dest_tag_name"]]
        packages = self.topdir / "packages"
        state["signed copies"] = {"files": sorted(str(path.relative_to(packages)) for path in packages.glob("**/*.rpm"))}
        return state


def differences(old, new):
    """What is in one and not the same in the other, in words."""
    found = []
    for name in sorted(set(old) | set(new)):
        if name not in new or name not in old:
            found.append(f"{name}: {'gone' if name in old else 'new'}")
        elif isinstance(old[name], dict):
            for part in old[name]:
                if old[name][part] != new[name][part]:
                    found.append(f"{name}: {part}: {old[name][part]!r} became {new[name][part]!r}")
        elif old[name] != new[name]:
            found.append(f"{name}: {old[name]!r} became {new[name]!r}")
    return found
