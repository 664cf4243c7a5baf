# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: what the words allow and the effects do not; runs that are looked at, resumed and taken back."""
import json

import grants
import start as starting
from case import ANY, Case
from cases import BLOCK, READ_TAG, done, refused
from grants import RUNS, USER, allow, block, grant, mass, tag
from start import Start

READ_MASS = ("getTag", "getTag", "queryHistory", "queryHistory", "listPackages", "getFullInheritance", "queryHistory")
MASS = ("koji", "mass-tag", "f43-rebuild", "f43")
CANDIDATE = "f43-updates-candidate"


def beyond(name, words, calls, clause, text=None, **more):
    """The words are granted and the plan is not: it is refused before anything is written."""
    return Case(name, words, 3, err=ANY, out=ANY, calls=calls, records=(f"intent {clause}", f"result {clause} 3"), grant=text,
                check=0, **more)


def everything_active(house, tag):
    """For a look before and after."""
    return house.services.active(tag)


BEYOND = [
    beyond("a rebuild that holds a package beyond the grant", MASS, READ_MASS, "mass",
           grant(mass(packages=["bash", "dnf5", "glibc", "kernel", "perl"]))),
    Case("a rebuild all of whose packages are granted", MASS, out=ANY, calls=ANY, records=done("mass"),
         grant=grant(mass(packages=["bash", "dnf5", "glibc", "kernel", "perl", "rpm"])),
         after=lambda house, _: [] if "rpm-5.99.92-2.fc43" in house.services.active("f43") else ["nothing was tagged"]),
    beyond("a rebuild of more builds than a run may tag", MASS, READ_MASS, "mass", grant(mass(per_run=5, per_day=50))),
    Case("a rebuild of as many builds as a run may tag", MASS, out=ANY, calls=ANY, records=done("mass"), grant=grant(mass(per_run=6, per_day=6))),
    Case("builds untagged without the option in the grant", (*BLOCK, "--untag"), 3, err=ANY, records=refused(3, "block"),
         grant=grant(block())),
    beyond("builds untagged, more than a run may", ("koji", "block-pkg", CANDIDATE, "coreutils", "--untag"), ANY, "block",
           grant(block(tags=[CANDIDATE], options=["--untag"], per_run=3))),
    Case("builds untagged, as the grant says", ("koji", "block-pkg", CANDIDATE, "coreutils", "--untag"), out=ANY, calls=ANY,
         records=("intent block", "plan block", ANY, "result block 0"),
         grant=grant(block(tags=[CANDIDATE], options=["--untag"], per_run=4))),
    Case("the tag to leave is granted, the one to enter is not", ("koji", "move-builds", CANDIDATE, "f43-override", "coreutils-9.7-4.fc43"), 3,
         err=ANY, records=refused(3)),
    Case("the tag to enter is granted, the one to leave is not", ("koji", "move-builds", "f43", "f43-updates", "coreutils-9.7-1.fc43"), 3,
         err=ANY, records=refused(3)),
    Case("both tags the wrong way round", ("koji", "move-builds", "f43-updates", CANDIDATE, "coreutils-9.7-4.fc43"), 3, err=ANY, records=refused(3)),
    Case("both tags are granted", ("koji", "move-builds", CANDIDATE, "f43-updates", "coreutils-9.7-4.fc43"), out=ANY, calls=ANY, records=ANY),
    Case("a locked tag", ("koji", "tag-build", "f42", "bash-5.3.0-2.fc43"), 10, err=ANY, out=ANY, calls=READ_TAG,
         records=("intent tag", "plan tag", "result tag 10"), grant=grant(tag(tags=["f42"]))),
    Case("a package that was blocked meanwhile", ("koji", "tag-build", CANDIDATE, "glibc-2.42-2.fc43"), 10, err=ANY, out=ANY, calls=READ_TAG,
         records=("intent tag", "plan tag", "result tag 10"),
         plant=lambda house: house.services.as_admin("packageListBlock", CANDIDATE, "glibc")),
    Case("the hub refuses a change", BLOCK, 10, err=ANY, out=ANY, calls=ANY, records=done("block")[:-1] + ("result block 10",), check=0,
         plant=lambda house: house.services.control({"when": {"change": 1}, "what": {"fail": {"code": 1000, "text": "no\n\x85\u202eway"}}})),
    Case("the answer to a change is lost", BLOCK, 0, out=ANY, err=ANY, calls=ANY, records=done("block"),
         plant=lambda house: house.services.control({"when": {"method": {"name": "packageListBlock", "nth": 1}}, "what": "drop-after"})),
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


UNDO_UNTAG = allow("undo", "run undo", tags=["f44"], packages="any", options=["--json"], per_run=3, per_day=10, confirm="not needed")
RUNS_OF_OTHERS = [
    Case("a run of his own is shown", ("run", "show", "RUN"), out=ANY, records=("intent show", "result show 0"), plant=Earlier(*BLOCK)),
    Case("a run of another user's is not there", ("run", "show", "RUN"), 10, err=ANY, records=ANY, plant=Earlier(*BLOCK, user="loopabull_tag"), check=0),
    Case("runs of another user's are not listed", ("run", "list", "--json"), out="", records=("intent runs", "result runs 0"),
         plant=Earlier(*BLOCK, user="loopabull_tag")),
    Case("his own runs are listed", ("run", "list"), out=ANY, records=("intent runs", "result runs 0"), plant=Earlier(*BLOCK)),
    Case("a run of his own is taken back", ("run", "undo", "RUN"), out=ANY, err=ANY, calls=ANY, records=done("undo"), plant=Earlier(*BLOCK)),
    Case("a run of another user's is not taken back", ("run", "undo", "RUN"), 10, err=ANY, records=ANY, check=0,
         plant=Earlier(*BLOCK, user="loopabull_tag")),
    Case("taking back is beyond the grant by now", ("run", "undo", "RUN"), 3, err=ANY, out=ANY, calls=ANY, records=ANY, check=ANY,
         plant=Earlier("koji", "block-pkg", "f43", "bash", then=narrowed(block(), UNDO_UNTAG))),
    Case("a run that ended well is gone on with", ("run", "resume", "RUN"), out=ANY, err=ANY, calls=ANY, records=ANY, plant=Earlier(*BLOCK)),
    Case("going on is beyond the grant by now", ("run", "resume", "RUN"), 3, err=ANY, out=ANY, calls=ANY, records=ANY, check=ANY,
         plant=Earlier("koji", "block-pkg", "f43", "bash", then=narrowed(block(tags=["f44"]), RUNS))),
    Case("a run that never was", ("run", "undo", "20260101-000000-000001"), 10, err=ANY, records=ANY, check=0),
    Case("a path as a run", ("run", "show", "../../../etc/passwd"), 2, err=ANY, records=refused(2, "")),
]

CASES = [*BEYOND, *RUNS_OF_OTHERS]
