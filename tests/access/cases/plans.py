# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: what the words allow and the effects do not; runs that are looked at, resumed and taken back."""
import functools
import json
import re

import grants
import machine
import start as starting
from case import ANY, Case
from cases import BLOCK, DONE, READ_TAG, done, may_not, refused, says, stopped
from grants import RUNS, USER, allow, block, grant, mass, tag
from start import Start

# Both tags, and those in which newer builds wait to be signed or tested.
READ_MASS = (
    *(f"multiCall{' getTag' * 8}", "queryHistory", "queryHistory", "listPackages", "getFullInheritance", "queryHistory"),
    f"multiCall{' queryHistory' * 3}",
)
MASS = ("koji", "mass-tag", "f43-rebuild", "f43")
CANDIDATE = "f43-updates-candidate"


def beyond(name, what, covers, words, calls, clause, text=None, **more):
    """The words are granted and the plan is not: it is refused before anything is written."""
    return Case(name, words, 3, err=may_not(what, covers, clause), calls=calls, records=stopped(3, clause), grant=text, check=0, **more)


def crossed(name, tag, covers, *words):
    """Half of a move is granted."""
    return Case(name, ("koji", "move-builds", *words), 3, err=may_not(f"use koji move-builds for the tag {tag}", covers, "move"), records=refused(3, "move"))


def rule(when, what):
    """An accident at the hub."""
    return lambda house: house.services.control({"when": when, "what": what})


READ_UNTAG = ("getTag", "multiCall listPackages", "multiCall queryHistory")
REBUILT = ["bash", "dnf5", "glibc", "kernel", "perl", "rpm"]
NVRS = "bash-5.3.0-2.fc43 dnf5-5.2.16.0-2.fc43 glibc-2.42-2.fc43 kernel-6.16.7-2.fc43 perl-5.42.0-2.fc43 rpm-5.99.92-2.fc43".split()
TAGGED_ALL = "".join(f"done: tag {nvr} into f43\n" for nvr in NVRS) + "6 done\n"
LOCKED = "bash-5.3.0-2.fc43: f42 is locked\n"
BLOCKED_THERE = f"glibc-2.42-2.fc43: package glibc is blocked in {CANDIDATE}\n"
CANNOT = "flr: cannot be done as asked, nothing was changed: "
TOLD = "`flr run show RUN` tells what happened, `flr run resume RUN` goes on"


def tagged(house, _):
    """The hub has them."""
    missing = set(NVRS) - set(house.services.active("f43"))
    return [f"not tagged: {missing}"] if missing else []


def untouched(house, _):
    """The hub has none of them."""
    there = set(NVRS) & set(house.services.active("f43"))
    return [f"tagged: {there}"] if there else []


BEYOND = [
    beyond("a rebuild that holds a package beyond the grant", "tag rpm-5.99.92-2.fc43 into f43: the package rpm is not granted",
           "packages bash, dnf5, glibc, kernel, perl", MASS, READ_MASS, "mass", grant(mass(packages=REBUILT[:-1])), after=untouched),
    Case("a rebuild all of whose packages are granted", MASS, out=TAGGED_ALL, calls=ANY, records=done("mass"), grant=grant(mass(packages=REBUILT)),
         after=tagged),
    beyond("a rebuild of more builds than a run may tag", "make 6 changes in one run of koji mass-tag", "5 changes in a run", MASS, READ_MASS, "mass",
           grant(mass(per_run=5, per_day=50)), after=untouched),
    Case("a rebuild of as many builds as a run may tag", MASS, out=TAGGED_ALL, calls=ANY, records=done("mass"), grant=grant(mass(per_run=6, per_day=6))),
    Case("builds untagged without the option in the grant", (*BLOCK, "--untag"), 3, records=refused(3, "block"), grant=grant(block()),
         err=may_not("use --untag with koji block-pkg", "the options --dry-run, --json")),
    beyond("builds untagged, more than a run may", "make 4 changes in one run of koji block-pkg", "3 changes in a run",
           ("koji", "block-pkg", CANDIDATE, "coreutils", "--untag"), READ_UNTAG, "block", grant(block(tags=[CANDIDATE], options=["--untag"], per_run=3))),
    Case("builds untagged, as the grant says", ("koji", "block-pkg", CANDIDATE, "coreutils", "--untag"), calls=ANY, records=done("block", 2),
         out=f"done: block package coreutils in {CANDIDATE}\n" + "".join(
             f"done: untag coreutils-9.7-{at}.fc43 from {CANDIDATE}\n" for at in (4, 2, 3)) + "4 done\n",
         grant=grant(block(tags=[CANDIDATE], options=["--untag"], per_run=4))),
    crossed("the tag to leave is granted, the one to enter is not", "f43-override", "to f43-updates", CANDIDATE, "f43-override", "coreutils-9.7-4.fc43"),
    crossed("the tag to enter is granted, the one to leave is not", "f43", f"from {CANDIDATE}", "f43", "f43-updates", "coreutils-9.7-1.fc43"),
    crossed("both tags the wrong way round", "f43-updates", f"from {CANDIDATE}", "f43-updates", CANDIDATE, "coreutils-9.7-4.fc43"),
    Case("both tags are granted", ("koji", "move-builds", CANDIDATE, "f43-updates", "coreutils-9.7-4.fc43"), calls=ANY, records=done("move", 2),
         out=f"done: tag coreutils-9.7-4.fc43 into f43-updates\ndone: untag coreutils-9.7-4.fc43 from {CANDIDATE}\n2 done\n"),
    Case("a locked tag", ("koji", "tag-build", "f42", "bash-5.3.0-2.fc43"), 10, err=CANNOT + LOCKED, out="skipped: " + LOCKED, calls=READ_TAG,
         records=stopped(10, "tag"), grant=grant(tag(tags=["f42"]))),
    Case("a package that was blocked meanwhile", ("koji", "tag-build", CANDIDATE, "glibc-2.42-2.fc43"), 10, err=CANNOT + BLOCKED_THERE,
         out="skipped: " + BLOCKED_THERE, calls=READ_TAG, records=stopped(10, "tag"),
         plant=lambda house: house.services.as_admin("packageListBlock", CANDIDATE, "glibc")),
    Case("the hub refuses a change", BLOCK, 10, calls=ANY, records=(*done()[:-1], "result block 10"), check=0,
         out="failed: block package bash in f44: hub fault 1000: no\\u{a}\\u{85}\\u{202e}way\n", err=says("1 failed", TOLD),
         plant=rule({"change": 1}, {"fail": {"code": 1000, "text": "no\n\x85\u202eway"}})),
    Case("the answer to a change is lost", BLOCK, out=DONE, calls=ANY, records=done(),
         err=re.compile(r"flr: the answer to a batch is lost \(.*\): closing the session, then reading back\n"),
         plant=rule({"method": {"name": "packageListBlock", "nth": 1}}, "drop-after")),
]


def call(*words, user=USER):
    """One more run, whatever comes of it; its document."""
    ended = starting.flr([*words, "--json"], user, Start(), "account", grants.ACCOUNT)
    try:
        return json.loads(ended.out)
    except ValueError:
        return {"run": None, "said": ended.err}


class Earlier:
    """A run that was before the case; its name stands for `RUN` in the words."""

    def __init__(self, *words, user=USER, then=None):
        self.words, self.user, self.then = words, user, then

    def __call__(self, house):
        if self.user != USER:
            house.grant(grant(*grants.EVERYTHING, user=self.user), self.user)
        document = call(*self.words, user=self.user)
        if not document["run"]:
            raise SystemExit(f"no run to begin with: {document}")
        house.run = document["run"]
        if self.then:
            self.then(house)
        house.services.calls()
        house.reset_logs()


def narrowed(*clauses):
    """The grant is another since."""
    return lambda house: house.grant(grant(*clauses))


def forged_journal(name, house):
    """A journal that the user has written himself: that of another user's run, with his own name in it."""
    Earlier(*BLOCK, user="loopabull_tag")(house)
    journal = machine.STATE_DIR / grants.ACCOUNT / f"runs/{house.run}.jsonl"
    text = journal.read_text().replace("loopabull_tag", USER).replace(house.run, name)
    machine.write(EVIL, text, 0o666, machine.USERS[USER])
    house.later(lambda: EVIL.unlink(missing_ok=True))


def run_of(name, words, code=0, **more):
    """A run is looked at, gone on with, or taken back."""
    return Case(name, ("run", *words), code, **({"records": ANY, "check": ANY} | more))


EVIL = machine.HERE / "work/evil-run.jsonl"
NARROW = allow("undo", "run undo", tags=["f44"], packages="any", owners=[], targets=[], keys=[], options=["--json"], per_run=3, per_day=10, confirm="not needed")
NO_NAME = re.compile(r"flr: invalid value '[^\n]*' for '<ID>': [^\n]* is not a run id: it may not contain '[/.]'\n\nFor more information, try '--help'\.\n")
NOT_THERE = says("there is no run RUN", "`flr run list` shows the runs")
SHOWN = re.compile(r"run       RUN\ncommand   koji block-pkg\n(.*\n)*state     done\n(.*\n)*done: block package bash in f44\n")
THEIRS = Earlier(*BLOCK, user="loopabull_tag")
OWN = Earlier(*BLOCK)
RUNS_OF_OTHERS = [
    run_of("a run of his own is shown", ("show", "RUN"), out=SHOWN, records=stopped(0, "show"), plant=OWN),
    run_of("his own runs are listed", ("list",), out=re.compile(r"RUN .*\n"), records=stopped(0, "runs"), plant=OWN),
    run_of("a run of another user's is not there", ("show", "RUN"), 10, err=NOT_THERE, plant=THEIRS),
    run_of("runs of another user's are not listed", ("list", "--json"), records=stopped(0, "runs"), plant=THEIRS),
    run_of("a run of another user's is not taken back", ("undo", "RUN"), 10, err=NOT_THERE, plant=THEIRS),
    run_of("a run of another user's is not gone on with", ("resume", "RUN"), 10, err=NOT_THERE, plant=THEIRS),
    run_of("a run of his own is taken back", ("undo", "RUN"), out="done: unblock package bash in f44\n1 done\n", calls=ANY, records=done("undo"), plant=OWN),
    run_of("taking back is beyond the grant by now", ("undo", "RUN"), 3, err=may_not("use run undo for the tag f43", "tags f44", "undo"),
           plant=Earlier("koji", "block-pkg", "f43", "bash", then=narrowed(block(), NARROW))),
    run_of("a run that ended well is gone on with", ("resume", "RUN"), out="nothing to do\n", calls=ANY, plant=OWN),
    run_of("going on is beyond the grant by now", ("resume", "RUN"), 3, err=may_not("use koji block-pkg for the tag f43", "tags f44"),
           plant=Earlier("koji", "block-pkg", "f43", "bash", then=narrowed(block(tags=["f44"]), RUNS))),
    run_of("a run that never was", ("undo", "20260101-000000-000001"), 10, err=NOT_THERE),
    *(run_of(f"a path as a run: {what}", (what, word), 2, err=NO_NAME, records=refused(2), plant=functools.partial(forged_journal, word))
      for what in ("show", "resume", "undo") for word in (str(EVIL.with_suffix("")), f"../../../..{EVIL.with_suffix('')}")),
    run_of("a directory as a run", ("show", ".."), 2, err=NO_NAME, records=refused(2)),
]

CASES = [*BEYOND, *RUNS_OF_OTHERS]
