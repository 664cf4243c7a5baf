# SPDX-License-Identifier: GPL-3.0-or-later
"""A case, and how it is run: the host made ready, flr called, everything compared."""
import collections.abc
import dataclasses
import json
import pwd
import re
import time
import unicodedata

import grants
import house as host
import machine
import start as starting
from start import Start

ANY = object()
# Codes after which the words and the grant cannot have been the reason.
PAST_THE_GRANT = (0, 5, 7, 10, 75)


@dataclasses.dataclass
class Case:
    """What is asked and what must come of it. What is not said is empty."""

    name: str
    words: collections.abc.Sequence
    code: int = 0
    out: object = ""  # text; a pattern; a dict: fields of the one JSON document
    err: object = ""  # text; a pattern
    calls: collections.abc.Sequence = ()  # at the hub
    records: collections.abc.Sequence = ()  # event, clause, code
    root_records: collections.abc.Sequence = ()  # of the log for who is not known yet
    grant: str = None
    settings: str = None
    door: str = "account"
    user: str = grants.USER
    account: str = grants.ACCOUNT
    start: Start = dataclasses.field(default_factory=Start)
    plant: object = None  # (house): damage, accidents, changes of the set-up
    during: object = None  # (house, process)
    after: object = None  # (house, ended): what else is wrong, as texts
    check: object = None  # what `flr access check` answers; ANY: it cannot know
    sound: bool = True  # the log can be verified afterwards
    heard: bool = True  # and the system log has its hashes
    sooner: bool = False  # another sudo than C's refuses it itself


def normal(text, house):
    """Without what is another each time."""
    text = text.replace(house.services.url(), "HUB").replace(f"localhost:{house.services.realm.gssapi_port}", "HUB")
    text = re.sub(r"\b\d{8}-\d{6}-[0-9a-f]{4,}\b", "RUN", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "SHA", text)
    return re.sub(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?\b", "TIME", text)


def summary(record):
    """A record in a few words."""
    words = [record["event"], record.get("grant"), record.get("code")]
    return " ".join(str(word) for word in words if word not in (None, ""))


def same(wanted, seen):
    """Whether it is as wanted: a text, a pattern for one, or a list of such."""
    if wanted is ANY:
        return True
    if isinstance(seen, list):
        return len(wanted) == len(seen) and all(map(same, wanted, seen))
    return bool(wanted.fullmatch(seen)) if isinstance(wanted, re.Pattern) else wanted == seen


class Runner:
    """Runs cases and counts."""

    def __init__(self, house):
        self.house = house
        self.passed = self.failed = 0

    def tell(self, name, problems):
        """One line, and below it what is wrong."""
        if problems:
            self.failed += 1
            print(f"FAILED  {name}", *problems, sep="\n  ", flush=True)
        else:
            self.passed += 1
            print(f"ok      {name}", flush=True)

    def run(self, group, case):
        """One case."""
        house = self.house
        house.reset(case.grant, case.settings)
        if case.door == "root":
            house.rule(house.fragment(case.user, "--as-root"), f"92-flr-{case.user}-root")
        if case.plant:
            case.plant(house)
        problems = []
        words = [house.run if word == "RUN" else word for word in case.words]
        checked = self.checked(case, words, problems)
        before = house.files()
        house.services.calls()
        during = case.during and (lambda process: self.beside(case, process, problems))
        ended = starting.flr(words, case.user, case.start, case.door, case.account, during)
        if case.sooner and ended.code == 1 and ended.err.startswith("sudo: "):
            case = dataclasses.replace(case, code=1, err=ANY, records=(), check=ANY)
            checked = None
        self.outcome(case, ended, problems)
        self.traces(case, before, problems)
        if checked is not None:
            wanted = self.verdict(case)
            if checked.returncode != wanted:
                said = (checked.stdout + checked.stderr).strip()
                problems.append(f"flr access check: wanted {wanted}, seen {checked.returncode}: {said}")
        if case.after:
            try:
                problems += case.after(house, ended) or []
            except (LookupError, ValueError, OSError) as error:
                problems.append(f"cannot look any further: {error!r}")
        self.tell(f"{group}: {case.name}", problems)

    def beside(self, case, process, problems):
        """What goes on beside the run; an end of it that nobody would see is one of the case."""
        try:
            case.during(self.house, process)
        except (Exception, SystemExit) as error:  # noqa: BLE001
            problems.append(f"beside the run: {error!r}")

    @staticmethod
    def verdict(case):
        """What `flr access check` must answer, if the words decide."""
        if case.check is not None:
            return case.check
        return 0 if case.code in PAST_THE_GRANT else case.code

    def checked(self, case, words, problems):
        """`flr access check`, which asks nobody but sudo and the grant."""
        if case.check is ANY or case.door == "none" or any(isinstance(word, bytes) for word in words):
            return None
        done = self.house.ask("access", "check", case.user, "--", *map(str, words))
        if self.house.services.calls():
            problems.append("flr access check called the hub")
        return done

    def outcome(self, case, ended, problems):
        """Exit code and outputs."""
        def compare(what, wanted, seen):
            if not same(wanted, seen):
                wanted = wanted.pattern if isinstance(wanted, re.Pattern) else wanted
                problems.append(f"{what}: wanted {wanted!r}\n  {' ' * len(what)}    seen {seen!r}")

        compare("exit code", case.code, ended.code)
        out = normal(ended.out, self.house)
        if isinstance(case.out, dict):
            try:
                document = json.loads(out)
                out = {key: document.get(key, "nothing") for key in case.out}
            except ValueError:
                pass
        compare("stdout", case.out, out)
        compare("stderr", case.err, normal(ended.err, self.house))
        if acts := {char for char in ended.out + ended.err if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")}:
            problems.append(f"characters that a terminal acts on: {sorted(acts)}")

    def traces(self, case, before, problems):
        """Calls, records, files and processes."""
        house = self.house
        for _ in range(20):
            left = house.processes()
            if not left:
                break
            time.sleep(0.05)
        for what, wanted, seen in (
            ("calls", case.calls, house.services.calls()),
            ("processes left", [], left),
            ("files left", [], sorted(house.files() - before)),
        ):
            if not same(wanted, seen):
                problems.append(f"{what}: wanted {wanted}\n  {' ' * len(what)}    seen {seen}")
        if not case.sound:
            return
        for path, wanted in ((host.LOG, case.records), (host.ROOT_LOG, case.root_records)):
            seen = [summary(record) for record in house.records(path)]
            if not same(wanted, seen):
                problems.append(f"records: wanted {wanted}\n              seen {seen}")
            if not path.read_bytes().isascii():
                problems.append(f"{path} is not ASCII")
            if case.heard and not house.heads_arrived(path):
                problems.append(f"the system log lacks hashes of {path}:\n{house.authpriv()}")
        verified = house.ask("access", "verify-log")
        if verified.returncode:
            problems.append(f"flr access verify-log: exit {verified.returncode}: {verified.stdout}{verified.stderr}")
        self.journals(problems)

    def journals(self, problems):
        """The journal and the audit log name the same runs; everything is the account's own."""
        house = self.house
        state = house.state()
        planned = {record["run"] for record in house.records() if record["event"] == "change"}
        runs = {path.split("/")[2].split(".")[0] for path in state if path.startswith(f"{grants.ACCOUNT}/runs/")}
        if not planned <= runs:
            problems.append(f"runs in the audit log without a journal: {planned - runs}")
        uids = {account: pwd.getpwnam(account).pw_uid for account in (*machine.ACCOUNTS, "root")}
        for path, (uid, mode, is_dir) in state.items():
            if uid != uids[path.split("/")[0]] or mode not in ((0o700,) if is_dir else (0o600,)):
                problems.append(f"{path} in /var/lib/flr: owner {uid}, mode {mode:o}")
