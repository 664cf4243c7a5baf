# SPDX-License-Identifier: GPL-3.0-or-later
"""The official koji client, library and command line, against a practice hub (seed `small`).

Usage: check.py URL, with a python whose environment has PyPI's koji; HOME is written to.
"""
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import koji

URL = sys.argv[1]
KOJI = Path(sys.executable).with_name("koji")
AS_PRACTICE = ["--user", "practice", "--password", "practice-pw", "--authtype", "password"]
AS_NOBODY = ["--user", "nobody", "--password", "nobody-pw", "--authtype", "password"]


def configure():
    home = Path(os.environ["HOME"]) / ".koji"
    home.mkdir(parents=True, exist_ok=True)
    lines = ["[koji]", f"server = {URL}", "weburl = http://localhost/koji",
             "topurl = http://localhost/kojifiles", "poll_interval = 1"]
    (home / "config").write_text("\n".join(lines) + "\n")


def run(*words, login=None, code=0):
    """Runs the command line client; its output, after its exit code was checked."""
    words = [str(KOJI), *(login or ["--noauth"]), *words]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != code:
        sys.exit(f"{words}: exit {done.returncode} instead of {code}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def expect(text, *patterns):
    for pattern in patterns:
        if not re.search(pattern, text, re.MULTILINE):
            sys.exit(f"no {pattern!r} in\n{text}")


def refuse(text, pattern):
    if re.search(pattern, text, re.MULTILINE):
        sys.exit(f"{pattern!r} in\n{text}")


def names(text):
    return [line.split()[0] for line in text.splitlines() if line.strip()]


def same(got, wanted):
    if got != wanted:
        sys.exit(f"got {got!r}, wanted {wanted!r}")


def in_order(tag, package):
    return [b["nvr"] for b in koji.ClientSession(URL).listTagged(tag, package=package)]


def reading():
    candidates = ["coreutils-9.7-4.fc43", "coreutils-9.7-2.fc43", "coreutils-9.7-3.fc43"]
    # The command sorts by name; the library shows the hub's order.
    listed = names(run("list-tagged", "--quiet", "f43-updates-candidate", "coreutils"))
    same(listed, sorted(candidates))
    same(in_order("f43-updates-candidate", "coreutils"), candidates)
    latest = run("list-tagged", "--quiet", "--latest", "f43-updates-candidate", "coreutils")
    same(names(latest), candidates[:1])
    same(names(run("latest-build", "--quiet", "f43-updates-candidate", "coreutils")), candidates[:1])
    # Inheritance: the candidate tag has no bash of its own.
    same(names(run("latest-build", "--quiet", "f43-updates-candidate", "bash")), ["bash-5.3.0-1.fc43"])
    inherited = names(run("list-tagged", "--quiet", "--inherit", "--latest", "f43-build"))
    same("coreutils-9.7-1.fc43" in inherited, True)
    # Blocked and unlisted packages hide their builds.
    direct = names(run("list-tagged", "--quiet", "f43"))
    same([b for b in direct if b.startswith(("python2.7", "nodejs16"))], [])
    same("openssl-3.5.1-1.fc43" in direct, True)
    packages = run("list-pkgs", "--tag", "f43")
    expect(packages, r"^bash\s+f43\s", r"^glibc\s+f43\s")
    blocked = run("list-pkgs", "--tag", "f43", "--show-blocked")
    expect(blocked, r"^python2\.7\s+f43\s.*BLOCKED")
    taginfo = run("taginfo", "f43-build")
    expect(taginfo, r"^Tag: f43-build \[\d+\]", r"^Arches: x86_64 aarch64 ppc64le s390x$",
           r"^  f43-candidate$", r"f43-override \[\d+\]", r"mock.package_manager : 'dnf5' \[f43\]")
    expect(run("taginfo", "f42"), r"^LOCKED$")
    expect(run("taginfo", "f43-updates-pending"), r"^Required permission: 'autosign'$")
    buildinfo = run("buildinfo", "coreutils-9.7-4.fc43")
    expect(buildinfo, r"^BUILD: coreutils-9.7-4.fc43 \[27\d{5}\]$", r"^State: COMPLETE$",
           r"^Built by: admin$", r"^Task: 130\d{6} build \(f43-candidate, ", r"^Tags: f43-updates-candidate$")
    expect(run("buildinfo", "no-such-1-1", code=1), r"No such build: no-such-1-1")
    history = run("list-history", "--tag", "f43-updates-candidate", "--package", "glibc")
    expect(history, r"glibc-2.42-3.fc43 tagged into f43-updates-candidate by maria$",
           r"glibc-2.42-3.fc43 untagged from f43-updates-candidate by ev")
    expect(run("list-history", "--build", "bash-5.3.0-1.fc43"), r"tagged into f43 by admin \[still active\]")


def logging_in():
    expect(run("hello", login=AS_PRACTICE), r"practice!", r"^Authenticated via password$")
    wrong = ["--user", "practice", "--password", "wrong", "--authtype", "password"]
    expect(run("hello", login=wrong, code=1), r"invalid username or password")


def task(*words, login, code=0):
    """Runs a command that makes tasks, then watches them; without a terminal it does not wait."""
    out = run(*words, login=login)
    ids = re.findall(r"Created task (\d+)", out)
    same(bool(ids), True)
    return out + run("watch-task", *ids, code=code)


def tagging():
    nvr = "bash-5.3.1-1.fc43"
    out = task("tag-build", "f43-override", nvr, login=AS_PRACTICE)
    expect(out, r"^\d+ tagBuild.*closed")
    expect(run("buildinfo", nvr), r"^Tags: f43-override$")
    # The second time its task fails, in the hub's words.
    expect(task("tag-build", "f43-override", nvr, login=AS_PRACTICE, code=1),
           rf"build {nvr} already tagged \(f43-override\)")
    out = task("move-build", "f43-override", "f43-updates-candidate", nvr, login=AS_NOBODY)
    expect(out, r"Created task 130\d{6}, moving bash-5.3.1-1.fc43")
    expect(run("buildinfo", nvr), r"^Tags: f43-updates-candidate$")
    run("untag-build", "f43-updates-candidate", nvr, login=AS_PRACTICE)
    expect(run("buildinfo", nvr), r"^Tags:\s*$")
    expect(run("tag-build", "f43", nvr, login=AS_NOBODY, code=1),
           r"policy violation \(tag\): this user may not tag into or out of this tag")
    expect(run("tag-build", "f42", nvr, login=AS_PRACTICE, code=1), r"tag is locked")
    expect(run("tag-build", "f43-updates-pending", nvr, login=AS_PRACTICE, code=1),
           r"tag requires autosign permission")
    expect(run("tag-build", "f43-empty", nvr, login=AS_PRACTICE, code=1),
           r"Package bash not in list for f43-empty")
    order = "coreutils-9.7-3.fc43"
    # This one makes its tasks without a word.
    run("move-build", "--all", "f43-updates-candidate", "f43-override", "coreutils", login=AS_PRACTICE)
    session = koji.ClientSession(URL)
    waiting = {"state": [0, 1, 4], "method": "dependantTask"}
    for _ in range(200):
        if not session.listTasks(waiting):
            break
        time.sleep(0.1)
    same(in_order("f43-override", "coreutils"), ["coreutils-9.7-4.fc43", "coreutils-9.7-2.fc43", order])


def package_lists():
    run("add-pkg", "--owner", "kim", "f43", "brand-new", login=AS_PRACTICE)
    expect(run("list-pkgs", "--tag", "f43", "--package", "brand-new"), r"^brand-new\s+f43\s+kim")
    run("block-pkg", "f43", "brand-new", login=AS_PRACTICE)
    expect(run("list-pkgs", "--tag", "f43", "--show-blocked", "--package", "brand-new"), r"BLOCKED")
    run("unblock-pkg", "f43", "brand-new", login=AS_PRACTICE)
    refuse(run("list-pkgs", "--tag", "f43", "--show-blocked", "--package", "brand-new"), r"BLOCKED")
    expect(run("unblock-pkg", "f43", "brand-new", login=AS_PRACTICE, code=1), r"package brand-new NOT blocked in tag f43")
    expect(run("remove-pkg", "f43", "brand-new", login=AS_PRACTICE, code=1), r"policy violation \(package_list\)")
    history = run("list-history", "--tag", "f43", "--package", "brand-new")
    expect(history, r"package list entry created: brand-new in f43 by practice",
           r"blocked: False -> True", r"package owner kim set for brand-new in f43 by practice")


def groups():
    shown = run("list-groups", "f43-build")
    expect(shown, r"^build\s+\[f43-build\]", r"^\s+coreutils: None, mandatory\s+\[f43-build\]", r"^srpm-build\s")
    run("add-group", "f43", "extra", login=AS_PRACTICE)
    run("add-group-pkg", "f43", "extra", "vim", "emacs", login=AS_PRACTICE)
    expect(run("list-groups", "f43"), r"^extra\s+\[f43\]", r"^\s+vim: None, mandatory\s+\[f43\]", r"^\s+emacs: ")
    expect(run("add-group", "f43", "extra", login=AS_PRACTICE, code=1), r"already exists")
    run("block-group-pkg", "f43", "extra", "vim", login=AS_PRACTICE)
    refuse(run("list-groups", "f43"), r"vim")
    expect(run("list-groups", "--show-blocked", "f43"), r"vim.*\[f43\].*BLOCKED")
    run("unblock-group-pkg", "f43", "extra", "vim", login=AS_PRACTICE)
    run("block-group", "f43", "extra", login=AS_PRACTICE)
    refuse(run("list-groups", "f43"), r"extra")
    history = run("list-history", "--tag", "f43")
    expect(history, r"group extra added to tag f43 by practice", r"package emacs added to group extra in tag f43 by practice")
    repos = run("list-external-repos", "--tag", "f43-build")
    expect(repos, r"^5\s+f43-bootstrap\s+bare\s")
    run("add-external-repo", "--tag", "f43", "--priority", "9", "--mode", "simple", "f43-bootstrap", login=AS_PRACTICE)
    expect(run("list-external-repos", "--tag", "f43"), r"^9\s+f43-bootstrap\s+simple\s")
    run("edit-external-repo", "--tag", "f43", "--priority", "3", "f43-bootstrap", login=AS_PRACTICE)
    expect(run("list-external-repos", "--tag", "f43"), r"^3\s+f43-bootstrap\s+simple\s")
    run("remove-external-repo", "f43-bootstrap", "f43", login=AS_PRACTICE)
    refuse(run("list-external-repos", "--tag", "f43"), r"bootstrap")


def library():
    session = koji.ClientSession(URL)
    same(session.getAPIVersion(), 1)
    session = koji.ClientSession(URL, opts={"user": "kim", "password": "kim-pw"})
    session.login()
    same(session.getLoggedInUser()["name"], "kim")
    try:
        session.tagBuildBypass("f43", "no-such-1-1")
        sys.exit("a missing build was tagged")
    except koji.GenericError as error:
        same(str(error), "No such build: 'no-such-1-1'")
    with session.multicall() as batch:
        calls = [batch.getTag("f43"), batch.getTag("nope", strict=True), batch.echo(1, None, "x")]
    same(calls[0].result["name"], "f43")
    try:
        calls[1].result
        sys.exit("a missing tag was found")
    except koji.GenericError as error:
        same(str(error), "No such tagInfo: 'nope'")
    same(calls[2].result, [1, None, "x"])
    child = session.subsession()
    same(child.getLoggedInUser()["name"], "kim")
    session.logout()
    try:
        child.getLoggedInUser()
        sys.exit("a subsession outlived its master")
    except koji.AuthError:
        pass


configure()
for part in (logging_in, reading, tagging, package_lists, groups, library):
    part()
    print(f"{part.__name__}: good")
