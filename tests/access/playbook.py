# SPDX-License-Identifier: GPL-3.0-or-later
"""The example playbook, run by real ansible as the automation user."""
import json
import pathlib

import grants
import machine
import start as starting
from cases import BLOCKED, READ_BLOCK
from start import Start

PLACE = machine.HERE / "playbook"
VENV = machine.HERE / "venv"
# Read before the machine is made, which may hide where it is.
PLAYBOOK = pathlib.Path(__file__).with_name("playbook.yml").read_text()


def prepare():
    """The playbook, where the user can read it."""
    PLACE.mkdir(mode=0o755)
    machine.write(PLACE / "playbook.yml", PLAYBOOK)
    machine.write(PLACE / "hosts", f"{machine.HOST} ansible_connection=local ansible_python_interpreter={VENV}/bin/python\n")


def play(message, *words):
    """One run for this message."""
    machine.write(PLACE / "message.json", message if isinstance(message, str) else json.dumps(message))
    command = [VENV / "bin/python", "-m", "ansible", "playbook", "-i", PLACE / "hosts", PLACE / "playbook.yml"]
    command += ["-e", f"message_file={PLACE}/message.json", *words]
    env = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "0"}
    return starting.command(list(map(str, command)), grants.USER, Start(env=env))


def stats(ended):
    """The recap's counts of our host."""
    line = next((line for line in ended.out.splitlines() if line.startswith(machine.HOST) and "ok=" in line), "")
    return {key: int(value) for key, value in (word.split("=") for word in line.split() if "=" in word)}


def cases(runner):
    """All of it, if ansible is there."""
    if not VENV.exists():
        return
    prepare()
    house = runner.house

    def check(name, message, want, calls, *words, said="", fresh=True, plant=None):
        if fresh:
            house.reset()
        if plant:
            plant(house)
        house.services.calls()
        before = {path for path in house.files() if "/.ansible" not in path}
        ended = play(message, *words)
        seen = stats(ended)
        problems = []
        seen = {key: seen.get(key) for key in want}
        if seen != want:
            problems.append(f"recap: wanted {want}, seen {seen}\n{ended.out}{ended.err}")
        called = house.services.calls()
        if list(calls) != called:
            problems.append(f"calls: wanted {list(calls)}\n         seen {called}")
        if said not in ended.out:
            problems.append(f"wanted {said!r} in\n{ended.out}{ended.err}")
        left = sorted(path for path in house.files() - before if "/.ansible" not in path)
        if left:
            problems.append(f"files left: {left}")
        runner.tell(f"playbook: {name}", problems)

    one, none, failed = {"changed": 1, "failed": 0}, {"changed": 0, "failed": 0}, {"changed": 0, "failed": 1}
    check("the first run changes", {"package": "bash"}, one, BLOCKED)
    check("the second does not", {"package": "bash"}, none, READ_BLOCK, fresh=False)
    check("check mode says what would change", {"package": "bash"}, one, READ_BLOCK, "--check")
    check("check mode has changed nothing", {"package": "bash"}, one, BLOCKED, fresh=False)
    listed = ("getTag", "multiCall listPackages listPackages")
    check("a list by standard input", {"packages": ["bash", "rpm"]}, one,
          (*listed, *BLOCKED[2:5], "multiCall packageListBlock packageListBlock", "logout"))
    narrow = grants.grant(grants.block(packages=["bash"]))
    check("what is not granted is refused once and for all", {"package": "rpm"}, none, (), said="may not",
          plant=lambda house: house.grant(narrow))
    check("a hub that is away fails the play", {"package": "bash"}, failed, (),
          plant=lambda house: machine.write("/etc/koji.conf", house.profile(server="https://localhost:1/kojihub")))
    check("a void grant fails the play", {"package": "bash"}, failed, (), plant=lambda house: house.grant("nonsense"))
    check("no rule of sudo's fails the play", {"package": "bash"}, failed, (),
          plant=lambda house: pathlib.Path(f"/etc/sudoers.d/90-flr-{grants.USER}").unlink())
    for name, text in (
        ("a blank", "bash rpm"),
        ("an option", "--yes"),
        ("an option after a blank", "bash --yes"),
        ("a newline", "bash\nrpm"),
        ("a template", "{{ lookup('pipe', 'touch /tmp/pwned') }}"),
        ("a filter", "{% set x = 1 %}bash"),
        ("words of a shell", "bash; id"),
        ("an escape sequence", "\x1b]0;x\x07bash"),
        ("nothing", ""),
        ("a list", ["bash", "--yes"]),
        ("a table", {"bash": "rpm"}),
        ("a mark of ansible's own", {"__ansible_unsafe": "{{ 1 + 1 }}"}),
    ):
        check(f"a message field with {name} is refused", {"package": text}, none, (), said="refused, and not to be asked again")
    check("a message that is none is refused", "{{ 1 + 1 }}", none, (), said="refused, and not to be asked again")
    check("a message of another kind is passed over", ["package"], none, ())
    check("a message with variables of ours", {"package": "bash", "tag": "f42", "flr": ["id"]}, one, BLOCKED)
