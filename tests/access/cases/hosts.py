# SPDX-License-Identifier: GPL-3.0-or-later
"""The host as sudo and `flr access` see it: rules, and what is found when something is planted."""
import json
import os
import pathlib
import pwd
import subprocess

import grants
import house as host
import machine
import start as starting
from grants import ACCOUNT, USER
from start import Start

FRAGMENT = host.RULES / f"90-flr-{USER}"
GRANT = host.FLR / f"grants.d/{USER}.toml"
ANYWHERE = object()


def sudo_says(*words, user=USER, account=ACCOUNT):
    """Whether sudo would let the user run it."""
    command = ["sudo", "-n", "-l", "-U", user, "-u", account, "/usr/bin/flr", *words]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def rules(runner):
    """What `flr access sudoers` prints."""
    house = runner.house
    for options in ((), ("--as-root",), ("--tighten",)):
        house.reset()
        account = "root" if "--as-root" in options else ACCOUNT
        for path in host.RULES.iterdir():
            path.unlink()
        text = house.flr("access", "sudoers", USER, *options)
        fragment = machine.write(FRAGMENT, text, 0o440)
        problems = []
        for words in (["visudo", "-c", "-f", fragment], ["visudo", "-c"]):
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            if done.returncode:
                problems.append(f"{words}: {done.stdout}{done.stderr}")
        for allowed, words in (
            (True, ("koji", "block-pkg", "f44", "bash")),
            (True, ("koji", "tag-build", "f43-updates-candidate", "bash-5.3.0-2.fc43")),
            (True, ("run", "show", "20260101-000000-000001")),
            (False, ("koji", "call", "getTag")),
            (False, ("koji", "list-history", "f44")),
            (False, ("access", "list")),
            (False, ("practice", "serve")),
            (False, ("koji",)),
            (False, ()),
        ):
            if sudo_says(*words, account=account) != allowed:
                problems.append(f"sudo -l {words} as {account}: {'refused' if allowed else 'allowed'}\n{text}")
            if sudo_says(*words, account="flr-bodhi") or sudo_says(*words, user="loopabull_tag", account=account):
                problems.append(f"sudo -l {words}: allowed for another account or user")
        runner.tell(f"host: the rules{''.join(f' {option}' for option in options)}", problems)


def closed_with_rules(runner):
    """Through the printed rules, sudo hands on nothing that leads a program astray."""
    house = runner.house
    house.reset()
    text = FRAGMENT.read_text().replace("/usr/bin/flr koji block-pkg *", "/usr/bin/env")
    machine.write(FRAGMENT, text, 0o440)
    env = {name: "x" for name in ("KRB5CCNAME", "KRB5_CONFIG", "TZ", "LD_PRELOAD", "SSL_CERT_FILE", "https_proxy", "DISPLAY", "COLORTERM")}
    ended = starting.command(["/usr/bin/sudo", "-n", "-u", ACCOUNT, "/usr/bin/env"], USER, Start(env=env))
    kept = {line.split("=", 1)[0] for line in ended.out.splitlines()} & set(env)
    problems = [f"sudo handed on {kept}"] if kept else []
    runner.tell("host: the rules let no variable through", problems + ([] if ended.code == 0 else [ended.err]))


def findings(house):
    """Ids of what `flr access audit` finds, and its exit code."""
    done = house.ask("access", "audit", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return done, found


def rule(text, name="95-more"):
    """One more file of sudo's."""
    return lambda house: house.rule(text, name)


def command(*words):
    """Something an administrator did."""
    return lambda _: machine.run(*words)


def put(path, text, mode=0o644, owner="root"):
    """A file."""
    return lambda _: machine.write(path, text, mode, pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)


def key(user, text):
    """An ssh key."""
    return put(f"/home/{user}/.ssh/authorized_keys", text, 0o600, user)


SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDWv0nZkLdU8cVxyxO6bWQx1h9VfJrWv9mF5u4bY0fJ7 somebody\n"
# What is planted, and words that the finding's id or text must hold.
PLANTED = (
    ("a grant that everybody can write", lambda house: GRANT.chmod(0o666), GRANT.name),
    ("a grant with an access list", command("setfacl", "-m", f"u:{USER}:rw", GRANT), GRANT.name),
    ("a grant's directory that is the user's", lambda house: os.chown(GRANT.parent, machine.USERS[USER], -1), "grants.d"),
    ("rules that are not what the grant makes", lambda house: machine.write(FRAGMENT, FRAGMENT.read_text() + "#\n", 0o440), FRAGMENT.name),
    ("rules without a grant", lambda house: house.rule(FRAGMENT.read_text(), "90-flr-loopabull_gone"), "loopabull_gone"),
    ("a grant without rules", lambda house: FRAGMENT.unlink(), USER),
    ("a file that sudo passes over", lambda house: FRAGMENT.rename(FRAGMENT.with_name(FRAGMENT.name + ".bak")), ".bak"),
    ("a bare rule", rule(f"{USER} ALL=({ACCOUNT}) NOPASSWD: /usr/bin/flr\n"), "95-more"),
    ("a rule with a star inside", rule(f"{USER} ALL=({ACCOUNT}) NOPASSWD: /usr/bin/flr koji * --dry-run\n"), "95-more"),
    ("a rule with an exception", rule(f"{USER} ALL=({ACCOUNT}) NOPASSWD: /usr/bin/flr koji *, !/usr/bin/flr koji * --force *\n"), "95-more"),
    ("a rule that sets variables", rule(f"{USER} ALL=({ACCOUNT}) NOPASSWD: SETENV: /usr/bin/flr koji block-pkg *\n"), "95-more"),
    ("a rule that runs env as the account", rule(f"{USER} ALL=({ACCOUNT}) NOPASSWD: /usr/bin/env\n"), "95-more"),
    ("a rule of another user for a shell as the account", rule(f"kim ALL=({ACCOUNT}) /bin/bash\n"), "95-more"),
    ("a rule for everything", rule(f"{USER} ALL=(ALL) NOPASSWD: ALL\n"), "95-more"),
    ("a variable that sudo hands on", rule('Defaults env_keep += "KRB5CCNAME"\n'), "95-more"),
    ("an environment that is not reset", rule(f"Defaults:{USER} !env_reset\n"), "95-more"),
    ("the user in a group of administrators", command("usermod", "-aG", "sudo", USER), "sudo"),
    ("the user in the account's group", command("usermod", "-aG", ACCOUNT, USER), ACCOUNT),
    ("an account with a shell", command("usermod", "-s", "/bin/bash", ACCOUNT), ACCOUNT),
    ("an account with a password", command("sh", "-c", f"echo {ACCOUNT}:secret | chpasswd"), ACCOUNT),
    ("a user with a password", command("sh", "-c", f"echo {USER}:secret | chpasswd"), USER),
    ("a key without restrictions", key(USER, SSH_KEY), "authorized_keys"),
    ("a keytab that its group can read", lambda house: pathlib.Path(grants.KEYTAB).chmod(0o440), "keytab"),
    ("a keytab that is root's", lambda house: os.chown(grants.KEYTAB, 0, 0), "keytab"),
    ("a keytab with an access list", command("setfacl", "-m", f"u:{USER}:r", grants.KEYTAB), "keytab"),
    ("a log that can be rewritten", lambda house: machine.append_only(host.LOG, False), host.LOG.name),
    ("a log that everybody can write", lambda house: (machine.append_only(host.LOG, False), host.LOG.chmod(0o666)), host.LOG.name),
    ("a crontab of the account's", put(f"/var/spool/cron/crontabs/{ACCOUNT}", "* * * * * true\n", 0o600, ACCOUNT), ACCOUNT),
    ("flr with another's rights", lambda house: os.chmod("/usr/bin/flr", 0o4755), "/usr/bin/flr"),
)


def plant_all(runner):
    """Each of them on a clean host, where nothing was found before."""
    house = runner.house
    lists = pathlib.Path("/etc/passwd"), pathlib.Path("/etc/shadow"), pathlib.Path("/etc/group"), pathlib.Path("/etc/gshadow")
    before = [(path, path.read_bytes()) for path in lists]

    def clean():
        house.reset()
        machine.write(FRAGMENT, house.flr("access", "sudoers", USER), 0o440)
        FRAGMENT.with_name("90-flr-loopabull_tag").unlink()
        machine.write("/etc/rsyslog.conf", "authpriv.* @@loghost.example.test\n")
        for path, text in before:
            path.write_bytes(text)
        os.chmod("/usr/bin/flr", 0o755)
        for path in (f"/home/{USER}/.ssh/authorized_keys", f"/var/spool/cron/crontabs/{ACCOUNT}"):
            pathlib.Path(path).unlink(missing_ok=True)

    clean()
    done, found = findings(house)
    runner.tell("host: nothing is found on a clean host", [done.stdout + done.stderr] if found or done.returncode else [])
    usual = {json.dumps(finding, sort_keys=True) for finding in found}
    for name, plant, word in PLANTED:
        clean()
        plant(house)
        done, found = findings(house)
        new = [text for text in (json.dumps(finding, sort_keys=True) for finding in found) if text not in usual]
        problems = []
        if not any(word in text for text in new):
            problems.append(f"wanted a finding with {word!r}, seen {new} {done.stderr}")
        if done.returncode == 0:
            problems.append("exit code 0")
        runner.tell(f"host: found: {name}", problems)
    clean()


def cases(runner):
    """All of it."""
    rules(runner)
    closed_with_rules(runner)
    plant_all(runner)
