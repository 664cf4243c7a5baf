# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds, signed copies, the tree of a release; and options that only people have."""
import dataclasses
import os
import pwd
import re
import shutil

import machine
from case import ANY, Case
from cases import LOGIN, done, may_not, refused, stopped, usage
from grants import KEY, grant, tree, wider


def no(name, what, covers, clause, *words, **more):
    """Not permitted: refused before any call."""
    return Case(name, words, 3, err=may_not(what, covers, clause), records=refused(3, clause), **more)


def planned(clause):
    """The records of a dry run."""
    return (f"intent {clause}", f"plan {clause}", f"result {clause} 0")


def source(package, host="src.example.test"):
    """A repository at one commit."""
    return f"git+https://{host}/rpms/{package}.git#{'1' * 40}"


TARGET = "f43-candidate"
SUBMIT = ("koji", "submit-builds", TARGET)
SUBMITTED = f"done: build {source('bash')} for {TARGET}\n"
PACKAGES = "packages bash, glibc"


def submitted(house, _):
    """The hub has the one task, and it is the account's."""
    tasks = house.services.builds()
    wanted = [("releng-flr", source("bash"), TARGET)]
    return [] if tasks == wanted else [f"tasks: wanted {wanted}, seen {tasks}"]


def nothing_submitted(house, _):
    """The hub has no such task."""
    tasks = house.services.builds()
    return [f"tasks: {tasks}"] if tasks else []


BUILDS = [
    Case("a build for a target", (*SUBMIT, source("bash")), out=re.compile(re.escape(SUBMITTED) + r"task: \d+: .*\n1 done\n"), calls=ANY,
         records=done("submit", 2), after=submitted),
    Case("a build for a target, looked at", (*SUBMIT, source("bash"), "--dry-run"), calls=ANY, records=planned("submit"), after=nothing_submitted,
         out=re.compile(rf"would: build {re.escape(source('bash'))} for {TARGET}\n(.*\n)*")),
    no("a build of a package beyond the grant", "use koji submit-builds for the package kernel", PACKAGES, "submit",
       *SUBMIT, source("kernel"), after=nothing_submitted),
    no("one build of two of a package beyond the grant", "use koji submit-builds for the package kernel", PACKAGES, "submit",
       *SUBMIT, source("bash"), source("kernel"), after=nothing_submitted),
    no("a build of a package that begins like a granted one", "use koji submit-builds for the package bash-completion", PACKAGES, "submit",
       *SUBMIT, source("bash-completion")),
    no("a build from another host", "use koji submit-builds for the source git+https://src.example.test.evil.test/rpms/bash.git",
       "sources git+https://src.example.test/rpms/*", "submit", *SUBMIT, source("bash", "src.example.test.evil.test"), after=nothing_submitted),
    no("a build for a target beyond the grant", "use koji submit-builds for the target f44-candidate", f"targets {TARGET}", "submit",
       "koji", "submit-builds", "f44-candidate", source("bash"), after=nothing_submitted),
    no("a build again, which is not granted", "use --again with koji submit-builds", "the options --dry-run, --json", "submit",
       *SUBMIT, source("bash"), "--again"),
    Case("more builds than a run may submit", (*SUBMIT, source("bash"), source("glibc")), 3, calls=ANY, records=stopped(3, "submit"), check=0,
         err=may_not("make 2 changes in one run of koji submit-builds", "1 change in a run", "submit"), after=nothing_submitted),
]

NVR = "bash-5.3.0-1.fc43"
SIGN = ("koji", "write-signed", NVR)
SIGNED = "".join(f"done: write {NVR}.{arch} signed with {KEY}\n" for arch in ("src", "x86_64", "aarch64", "ppc64le", "s390x")) + "5 done\n"
WROTE = ("multiCall getBuild", "multiCall listRPMs", f"multiCall{' queryRPMSigs' * 5}", *LOGIN, f"multiCall{' writeSignedRPM' * 5}", "logout")


def signer(house):
    """Signed copies need a permission of their own."""
    house.services.permit("sign")


SIGNED_COPIES = [
    Case("signed copies with the key", (*SIGN, "--key", KEY), out=SIGNED, calls=WROTE, records=done("sign"), plant=signer),
    no("signed copies with another key", "use koji write-signed for the key 6d9f90a6", f"keys {KEY}", "sign", *SIGN, "--key", "6d9f90a6", plant=signer),
    no("signed copies of another package", "use koji write-signed for the package kernel", "packages bash", "sign",
       "koji", "write-signed", "kernel-6.16.7-1.fc43", "--key", KEY, plant=signer),
    no("signed copies of a tag beyond the grant", "use koji write-signed for the tag f42", "tags f43", "sign",
       "koji", "write-signed", "f42", "--key", KEY, plant=signer),
    Case("signed copies of a tag with packages beyond the grant", ("koji", "write-signed", "f43", "--key", KEY), 3, out=ANY, calls=ANY, check=0, plant=signer,
         err=re.compile(r"flr: loopabull_block may not write .*: the package \S+ is not granted\nhint: the grant sign covers packages bash; .*\n"),
         records=stopped(3, "sign")),
]

TOPDIR = machine.HERE / "topdir"
STORED = TOPDIR / f"packages/bash/5.3.0/1.fc43/data/signed/{KEY}"
PRUNE = ("koji", "prune-signed", NVR, "--key", KEY)
LOOKED = WROTE[:3]


def stored(house, account="flr-koji"):
    """The hub's files with two signed copies, the account's or root's."""
    owner = pwd.getpwnam(account).pw_uid
    for arch in ("src", "x86_64"):
        machine.write(STORED / arch / f"{NVR}.{arch}.rpm", "0123456789", owner=owner)
    for path in (TOPDIR, *TOPDIR.rglob("*")):
        os.chown(path, owner, 0)
    house.later(lambda: shutil.rmtree(TOPDIR))
    machine.write("/etc/koji.conf", house.profile(topdir=TOPDIR))


def copies(*archs):
    """What must be left of them."""
    def left(_house, _ended):
        seen = sorted(path.parent.name for path in STORED.rglob("*.rpm"))
        return [] if seen == list(archs) else [f"signed copies: wanted {archs}, seen {seen}"]
    return left


def not_ours(house):
    """Files that the account may look at."""
    stored(house, "root")


GONE = "".join(f"done: remove the copy of {NVR}.{arch} signed with {KEY}\n" for arch in ("src", "x86_64"))
DENIED = "".join(f"failed: remove the copy of {NVR}.{arch} signed with {KEY}: cannot remove {STORED}/{arch}/{NVR}.{arch}.rpm: Permission denied (os error 13)\n"
                 for arch in ("src", "x86_64"))

ELSEWHERE = machine.HERE / "elsewhere"
LINKED = "".join(f"failed: remove the copy of {NVR}.{arch} signed with {KEY}: {STORED} is a symbolic link, which is not koji's\n" for arch in ("src", "x86_64"))


def linked(house):
    """The directory of the key leads to files that are none of the hub's."""
    stored(house)
    STORED.rename(ELSEWHERE)
    STORED.symlink_to(ELSEWHERE)
    house.later(lambda: shutil.rmtree(ELSEWHERE))


def not_followed(_house, _ended):
    """What is behind the link is all there."""
    seen = sorted(path.parent.name for path in ELSEWHERE.rglob("*.rpm"))
    return [] if seen == ["src", "x86_64"] else [f"behind the link: {seen}"]


PRUNED = [
    Case("signed copies removed", PRUNE, out=f"{GONE}gave back 20 B\n2 done\n", calls=(*LOOKED, *LOGIN, "logout"), records=done("prune"), plant=stored,
         after=copies()),
    Case("signed copies that the account may not remove", PRUNE, 10, out=DENIED, calls=(*LOOKED, *LOGIN, "logout"), plant=not_ours, err=ANY,
         records=("intent prune", "plan prune", "change prune", "result prune 10"), after=copies("src", "x86_64")),
    Case("signed copies behind a link that is not koji's", PRUNE, 10, out=LINKED, calls=(*LOOKED, *LOGIN, "logout"), plant=linked, err=ANY,
         records=("intent prune", "plan prune", "change prune", "result prune 10"), after=not_followed),
    no("signed copies removed with another key", "use koji prune-signed for the key 6d9f90a6", f"keys {KEY}", "prune",
       "koji", "prune-signed", NVR, "--key", "6d9f90a6", plant=stored, after=copies("src", "x86_64")),
    no("signed copies removed of another package", "use koji prune-signed for the package kernel", "packages bash", "prune",
       "koji", "prune-signed", "kernel-6.16.7-1.fc43", "--key", KEY, plant=stored, after=copies("src", "x86_64")),
    no("signed copies removed but what is protected, which is not granted", "use --protect with koji prune-signed", "the options --dry-run, --json", "prune",
       *PRUNE, "--protect", "f43", plant=stored, after=copies("src", "x86_64")),
]

TREE = ("koji", "create-release-tags")
INFRA = ("f44", "--only", "infra")
PLANNED = re.compile(r"would: create tag f44-infra\n(would: .*\n){8}undo of .*\nwould make 9 changes\n")


def no_bodhi(house):
    """There is nobody to ask what releases there are but the hub."""
    machine.write("/etc/flr/bodhi.toml", '[profiles]\nkoji = ""\n')


def odd_bodhi(_house):
    """A configuration that makes no sense."""
    machine.write("/etc/flr/bodhi.toml", "colour = 1\n")


ODD = re.compile(r"flr: refused: /etc/flr/bodhi\.toml:1: unknown field `colour`, .*\nhint: an administrator must mend /etc/flr/bodhi\.toml\n")
MOVES = re.compile(r'flr: refused: .* is void: tree: releases: "rawhide" means another release after each branching; name the release it means today\nhint: .*\n')
NARROW = grant(tree(targets=["f44-infra-candidate"]))
RELEASES = [
    Case("the tree of a release, looked at", (*TREE, *INFRA, "--dry-run"), out=PLANNED, calls=ANY, records=planned("tree"), plant=no_bodhi),
    Case("the tree of a release, with a configuration of Bodhi that makes no sense", (*TREE, *INFRA, "--dry-run"), 6, err=ODD, check=0, plant=odd_bodhi,
         records=stopped(6, "tree")),
    no("the tree of a release by an alias that moves", "use koji create-release-tags for the release rawhide", "releases f44", "tree",
       *TREE, "rawhide", "--dry-run", plant=no_bodhi),
    no("the tree of a release beyond the grant", "use koji create-release-tags for the release f43", "releases f44", "tree",
       *TREE, "f43", "--dry-run", plant=no_bodhi),
    no("the tree of a release, copied from one beyond the grant", "use koji create-release-tags for the release f43", "releases f44", "tree",
       *TREE, "f44", "--from", "f43", "--dry-run", plant=no_bodhi),
    no("the tree of a release, pruned", "use --prune with koji create-release-tags", "the options --dry-run, --from, --json, --only",
       "tree", *TREE, *INFRA, "--prune", "--dry-run", plant=no_bodhi),
    no("the tree of a release, of which only plans are granted", "use koji create-release-tags without --dry-run", "plans only", "tree",
       *TREE, *INFRA, plant=no_bodhi),
    Case("the tree of a release with a target beyond the grant", (*TREE, *INFRA, "--dry-run"), 3, out=ANY, calls=ANY, check=0, grant=NARROW, plant=no_bodhi,
         err=may_not("create target f44-infra: from f44-infra-build to f44-infra-candidate: the target f44-infra is not granted",
                     "targets f44-infra-candidate", "tree"),
         records=stopped(3, "tree")),
    Case("void: an alias that moves in a grant, in capitals", (*TREE, *INFRA, "--dry-run"), 6, records=refused(6), grant=grant(tree(releases=["Rawhide"])),
         err=re.compile(MOVES.pattern.replace('"rawhide"', '"Rawhide"'))),
    Case("void: an alias that moves in a grant, as a beginning", (*TREE, *INFRA, "--dry-run"), 6, records=refused(6), grant=grant(tree(releases=["epel10*"])),
         err=re.compile(r'flr: refused: .* is void: tree: releases: "epel10\*" covers epel10, which means another release after each branching\nhint: .*\n')),
    Case("void: an alias that moves in a grant", (*TREE, *INFRA, "--dry-run"), 6, err=MOVES, records=refused(6), grant=grant(tree(releases=["rawhide"]))),
]


def absent(option, value, *words):
    """An option that only people have: for the privileged there is none."""
    name = f"{words[1]}: there is no {option}"
    return Case(name, (*words, option, value), 2, err=usage(f"unexpected argument '{option}' found"), records=refused(2))


PEOPLES = [
    absent("--html", "/tmp/pages", "koji", "list-ftbfs", "f43", "--since", "2025-01-01"),
    absent("--html", "/tmp/pages", "koji", "list-failures", "f43"),
    absent("--html", "/tmp/pages", "koji", "list-unbuilt", "f43"),
    absent("--skip-file", "/etc/shadow", "koji", "rebuild-plan", "f43"),
    absent("--layout", "/etc/shadow", "koji", "create-release-tags", "f44"),
    absent("--layout", "/etc/shadow", "koji", "remove-targets", "f42"),
    absent("--layout", "/etc/shadow", "koji", "activate-updates", "f44"),
    absent("--hub-b", "stage", "koji", "compare-tags", "f43", "f43"),
    absent("--retired", "/etc/shadow", "koji", "list-retired", "f43"),
    absent("--owners", "/etc/shadow", "koji", "sync-owners", "f43"),
    absent("--bodhi", "http://127.0.0.1:1/", "koji", "sync-owners", "f43"),
]

CASES = [dataclasses.replace(case, grant=case.grant or wider()) for case in (*BUILDS, *SIGNED_COPIES, *PRUNED, *RELEASES, *PEOPLES)]
