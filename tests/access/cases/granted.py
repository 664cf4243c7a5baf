# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants: each refusal and its near miss, files that are void, hours, counters."""
import datetime
import json
import os
import pathlib
import pwd
import re
import threading

import grants
import house as host
import machine
import start as starting
from case import ANY, Case
from cases import BLOCK, BLOCKED, DONE, LIST, LISTED, READ_BLOCK, TAGGED, done, may_not, refused, says, stopped
from grants import ACCOUNT, READS, USER, Bare, allow, block, grant, in_days, tag
from start import Start

FILE = pathlib.Path(f"/etc/flr/grants.d/{USER}.toml")
DIR = FILE.parent


def no(name, what, covers, *words, clause="block", **more):
    """Not permitted: refused before any call. Says what he may instead."""
    return Case(name, words, 3, **({"err": may_not(what, covers, clause), "records": refused(3, clause)} | more))


def nothing(name, say, *words, **more):
    """Not permitted, and no clause came near."""
    return Case(name, words, 3, err=say, records=refused(3), **more)


def yes(name, *words, **more):
    """The near miss: permitted."""
    return Case(name, words, **({"out": DONE, "calls": BLOCKED, "records": done()} | more))


def tagging(name, tag, build, **more):
    """A build tagged."""
    told = {"out": f"done: tag {build} into {tag}\n1 done\n", "calls": TAGGED, "records": done("tag")}
    return Case(name, ("koji", "tag-build", tag, build), **(told | more))


CANDIDATE = "f43-updates-candidate"
TAGS, PACKAGES = "tags f43, f44", "packages bash, glibc, rpm*"
FOR_TAG, FOR_PACKAGE = "use koji block-pkg for the tag", "use koji tag-build for the package"
ONE = "use koji block-pkg for the package bash"
KERNEL = "kernel-6.16.7-2.fc43"
NO_YES = "the plan needs a yes, and nobody is asked: the grant block does not say confirm = \"not needed\""
DRY_ONLY = grant(block(dry_run_only=True, confirm=None))
WORDS = [
    no("a tag beyond the grant", f"{FOR_TAG} f42", TAGS, "koji", "block-pkg", "f42", "bash"),
    no("a tag that begins like a granted one", f"{FOR_TAG} f43-updates", TAGS, "koji", "block-pkg", "f43-updates", "bash"),
    no("a tag that a granted one begins with", f"{FOR_TAG} f4", TAGS, "koji", "block-pkg", "f4", "bash"),
    no("a tag in capitals", f"{FOR_TAG} F43", TAGS, "koji", "block-pkg", "F43", "bash"),
    yes("the other tag of the grant", "koji", "block-pkg", "f43", "bash", out=DONE.replace("f44", "f43")),
    no("a package beyond the grant", f"{FOR_PACKAGE} kernel", PACKAGES, "koji", "tag-build", CANDIDATE, KERNEL, clause="tag"),
    no("a package that begins like a granted one", f"{FOR_PACKAGE} bash-completion", PACKAGES,
       "koji", "tag-build", CANDIDATE, "bash-completion-1-1.fc43", clause="tag"),
    no("a package that a pattern only ends with", f"{FOR_PACKAGE} drpm", PACKAGES, "koji", "tag-build", CANDIDATE, "drpm-1-1.fc43", clause="tag"),
    no("one build of two beyond the grant", f"{FOR_PACKAGE} kernel", PACKAGES,
       "koji", "tag-build", CANDIDATE, "bash-5.3.0-2.fc43", KERNEL, clause="tag"),
    tagging("a package of the grant", CANDIDATE, "bash-5.3.0-2.fc43"),
    tagging("a package by the grant's pattern", CANDIDATE, "rpm-5.99.92-2.fc43"),
    no("an owner beyond the grant", "use koji add-pkg for the owner kim", "owners releng",
       "koji", "add-pkg", "f44", "fresh-thing", "--owner", "kim", clause="add"),
    Case("an owner of the grant", ("koji", "add-pkg", "f44", "fresh-thing", "--owner", "releng"), calls=ANY, records=done("add"),
         out="done: add package fresh-thing to f44, owner releng\n1 done\n"),
    nothing("a command that the grant does not name",
            says(f"{USER} may not use koji block-pkg", f"the grant covers koji tag-build; see: flr access explain {USER}"), *BLOCK, grant=grant(tag())),
    no("an option that the grant does not name", "use --json with koji block-pkg", "the options --dry-run", *BLOCK, "--json",
       grant=grant(block(options=["--dry-run"])), out={"failed": True, "changed": False, "msg": f"{USER} may not use --json with koji block-pkg"}),
    no("two clauses that each cover half: tag and package", ONE, "packages rpm", *BLOCK, clause="one",
       grant=grant(block(id="one", tags=["f44"], packages=["rpm"]), block(id="two", tags=["f43"], packages=["bash"]))),
    no("two clauses that each cover half: two packages", ONE, "packages rpm", *BLOCK, "rpm", clause="one",
       grant=grant(block(id="one", packages=["rpm"]), block(id="two", packages=["bash"]))),
    yes("two clauses, one of which covers all", *BLOCK, records=done("two"),
        grant=grant(block(id="one", tags=["f44"], packages=["rpm"]), block(id="two", packages=["bash"]))),
    no("an empty list grants nothing", ONE, "packages nothing", *BLOCK, grant=grant(block(packages=[]))),
    nothing("another host", says(f"the grant of {USER} does not hold on kojihost", "it holds on elsewhere"), *BLOCK, grant=grant(block(), hosts=["elsewhere"])),
    nothing("a host that begins like ours", says(f"the grant of {USER} does not hold on kojihost", "it holds on kojihost2"), *BLOCK,
            grant=grant(block(), hosts=["kojihost2"])),
    nothing("the grant has expired", says(f"the grant of {USER} has expired on TIME", "ask releng to renew it"), *BLOCK,
            grant=grant(block(), expires=in_days(-0.0001))),
    yes("the grant is about to expire", *BLOCK, grant=grant(block(), expires=in_days(0.01))),
    no("only dry runs are granted", "use koji block-pkg without --dry-run", "plans only", *BLOCK, grant=DRY_ONLY),
    yes("only dry runs are granted, and it is one", *BLOCK, "--dry-run", calls=READ_BLOCK, out=ANY,
        records=("intent block", "plan block", "result block 0"), grant=DRY_ONLY),
    Case("nobody said that no yes is needed", BLOCK, 4, err=says(NO_YES, "--dry-run shows the plan"), calls=READ_BLOCK, records=stopped(4),
         grant=grant(block(confirm=None))),
    yes("nobody said that no yes is needed, and it is a dry run", *BLOCK, "--dry-run", calls=READ_BLOCK, out=ANY,
        records=("intent block", "plan block", "result block 0"), grant=grant(block(confirm=None))),
    nothing("no grant", says(f"nothing is granted to {USER} on this machine"), *BLOCK, plant=lambda house: FILE.unlink()),
]

READING = [
    Case("reading within the grant", LIST, calls=LISTED, records=stopped(0, "list-pkgs")),
    no("reading a tag beyond the grant", "use koji list-pkgs for the tag f42", TAGS, "koji", "list-pkgs", "f42", clause="list-pkgs"),
    no("a reading option beyond the grant", "use --inherit with koji list-pkgs", "the options --blocked, --json",
       "koji", "list-pkgs", "f44", "--inherit", clause="list-pkgs"),
    Case("a build within the grant", ("koji", "build-info", "bash-5.3.0-1.fc43"), out=re.compile(r"bash-5\.3\.0-1\.fc43  .*\n"), calls=ANY,
         records=stopped(0, "build-info")),
    no("a build beyond the grant", "use koji build-info for the package kernel", "packages bash", "koji", "build-info", KERNEL, clause="build-info"),
    Case("who flr is at the hub", ("koji", "whoami", "--json"), out={"user": "releng-flr", "login": "kerberos"},
         calls=("sslLogin", "getLoggedInUser", "getPerms", "logout"), records=stopped(0, "whoami")),
    Case("the hub's text is quoted", ("koji", "list-tagged", CANDIDATE), calls=("listTagged",), records=stopped(0, "list-tagged"),
         out=re.compile(r"zlib-ng-2\.2\.5-3\.fc43  f43-updates-candidate  ev\\u\{9b\}31mil\\u\{202e\}\\u\{a\}root\n(coreutils-.*\n){3}")),
]


def now():
    """UTC."""
    return datetime.datetime.now(datetime.timezone.utc)


def window(first, last):
    """Hours of every day, from now, as a window."""
    begin, end = (now() + datetime.timedelta(hours=hours) for hours in (first, last))
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    if begin.date() != end.date():
        return [f"{days[begin.weekday()]} {begin:%H:%M}-24:00", f"{days[end.weekday()]} 00:00-{end:%H:%M}"]
    return [f"{days[begin.weekday()]} {begin:%H:%M}-{end:%H:%M}"]


def hours(first, last):
    """The usual clause in these hours only."""
    return grant(block(windows=window(first, last)))


NOW = re.compile(r"flr: loopabull_block may not use koji block-pkg now\nhint: the grant block covers [MTWFS].* UTC; see: flr access explain loopabull_block\n")
WINDOWS = [
    yes("within the hours", *BLOCK, grant=hours(-1, 1)),
    no("before the hours", "", "", *BLOCK, grant=hours(1, 2), err=NOW),
    no("after the hours", "", "", *BLOCK, grant=hours(-3, -1), err=NOW),
    no("hours are UTC, whatever TZ says", "", "", *BLOCK, grant=hours(1, 2), err=NOW, start=Start(env={"TZ": "XXX-1:30"}),
       plant=lambda house: house.rule('Defaults:loopabull_block env_keep += "TZ"\n')),
]


def set_back(house):
    """The clock was later than the grant's end once, as the log tells."""
    call("koji", "list-pkgs", "f44", "--json")
    machine.append_only(host.LOG, False)
    lines = host.LOG.read_text().splitlines()
    last = json.loads(lines[-1])
    lines[-1] = lines[-1].replace(last["time"], f"{in_days(80):%Y-%m-%dT%H:%M:%S.000Z}")
    host.LOG.write_text("".join(f"{line}\n" for line in lines))
    machine.append_only(host.LOG, True)
    house.services.calls()


CLOCK = [
    Case("a clock that was set back brings no grant to life", BLOCK, 3, err=says(f"the grant of {USER} has expired on TIME", "ask releng to renew it"),
         grant=grant(block(), READS, expires=in_days(30)), plant=set_back, check=ANY, sound=False),
]


def chmod(mode, path=FILE):
    """Another mode."""
    return lambda house: path.chmod(mode)


def chown(name, path=FILE):
    """Another owner."""
    return lambda house: os.chown(path, pwd.getpwnam(name).pw_uid, -1)


def acl(entry, path=FILE):
    """An access list."""
    return lambda house: machine.run("setfacl", "-m", entry, path)


def link(house):
    """A link to a file that would do."""
    text = FILE.read_text()
    FILE.unlink()
    FILE.symlink_to(machine.write("/etc/flr/elsewhere.toml", text))


def pipe(house):
    """A pipe that nobody writes to."""
    FILE.unlink()
    os.mkfifo(FILE, 0o640)
    os.chown(FILE, 0, house.group())


def directory(house):
    """A directory."""
    FILE.unlink()
    FILE.mkdir(0o755)


def void(name, why, text):
    """The file has a mistake in it, so nothing is granted to this user."""
    before, after = f"flr: refused: the grant {FILE} is void: ", "\nhint: nothing is granted by a file with an error in it; see flr-grants(5)\n"
    err = re.compile(re.escape(before) + why.pattern + re.escape(after)) if isinstance(why, re.Pattern) else before + why + after
    return Case(f"void: {name}", BLOCK, 6, err=err, records=refused(6), grant=text)


def unsafe(name, why, cure="", text=None, records=refused(6), plant=None):
    """Somebody else could have written the file, or it is none."""
    say = says(f"refused: {why}", f"as root: {cure}" if cure else "")
    return Case(f"void: {name}", BLOCK, 6, err=say, records=records, grant=text, plant=plant, check=ANY)


TEXTS = [
    ("a key nobody knows", grant(block(), colour="red"), re.compile(r".*unknown field `colour`, expected one of `version`.*")),
    ("a key of a clause nobody knows", grant(block(colour="red")), re.compile(r".*unknown field `colour`, expected one of `id`.*")),
    ("a command nobody knows", grant(allow("x", "koji block-pkgs", tags=["f44"])), 'x: there is no command "koji block-pkgs" that can be granted'),
    ("a command that is never granted", grant(allow("x", "koji call")), 'x: there is no command "koji call" that can be granted'),
    ("flr access in a grant", grant(allow("x", "access check")), 'x: there is no command "access check" that can be granted'),
    ("an option nobody knows", grant(block(options=["--force"])), 'block: options: `koji block-pkg` has no option "--force" that can be granted'),
    ("an option that is never granted", grant(block(options=["--yes"])), 'block: options: --yes is never listed; say confirm = "not needed"'),
    ("an option of people", grant(block(options=["--profile"])), 'block: options: `koji block-pkg` has no option "--profile" that can be granted'),
    ("two clauses of one name", grant(block(), block(tags=["f42"])), "block: the id stands twice"),
    ("no clauses", grant(), "it allows nothing: there is no [[allow]]"),
    ("a dimension left out", grant(block(packages=None)), "block: `koji block-pkg` needs `packages`"),
    ("a dimension that the command has not", grant(block(owners="any")), "block: `koji block-pkg` with these options has no `owners`"),
    ("a dimension of an option left out", grant(allow("x", "koji list-pkgs", tags=["f44"], options=["--owner"])), "x: `koji list-pkgs` needs `owners`"),
    ("a star in the middle", grant(block(tags=["f4*4"])), "block: tags: \"f4*4\" is not a tag name: it may not contain '*'"),
    ("a star alone", grant(block(packages=["*"])), 'block: packages: "*" alone says nothing; write "any" for the whole dimension'),
    ("a tag that moves", grant(block(tags=["rawhide"])),
     'block: tags: "rawhide" means another release after each branching; name the tag it means today'),
    ("a package that cannot be typed", grant(block(packages=["ba sh"])), 'block: packages: "ba sh" is not a package name: it may not contain a blank'),
    ("a text instead of a list", grant(block(tags="f44")), 'block: tags = "f44" is neither "any" nor a list'),
    ("no number of changes a run", grant(block(per_run=None)), "block: `koji block-pkg` is of the class destroy and needs `per_run`"),
    ("no number of changes a day", grant(block(per_day=None)), "block: `koji block-pkg` is of the class destroy and needs `per_day`"),
    ("no change a run", grant(block(per_run=0)), "block: per_run is 0; leave the clause out"),
    ("a negative number of changes", grant(block(per_run=-1)), re.compile(r".*invalid value: integer `-1`, expected u64")),
    ("a yes that is not the one there is", grant(block(confirm="yes")), 'block: confirm: "yes" is not "not needed"'),
    ("a yes where nothing is done", grant(block(dry_run_only=True)), "block: dry_run_only: there is nothing to confirm"),
    ("hours that are none", grant(block(windows=["Mon-Fri 25:00-26:00"])),
     'block: windows: "Mon-Fri 25:00-26:00" is not like "Mon-Fri 06:00-18:00" (UTC)'),
    ("no end", grant(block(), expires=None), re.compile(r".*missing field `expires`")),
    ("an end too far away", grant(block(), expires=in_days(401)), "expires: TIME is more than 400 days ahead"),
    ("an end without a zone", grant(block(), expires=Bare("2027-01-01T00:00:00")), "expires: TIME is no point in time with its zone, like TIME"),
    ("no ticket", grant(block(), ticket=None), re.compile(r".*missing field `ticket`")),
    ("no owner", grant(block(), owner=None), re.compile(r".*missing field `owner`")),
    ("no host", grant(block(), hosts=[]), "hosts: no machine is named"),
    ("another user's name", grant(block(), user="loopabull_tag"), f"it is for loopabull_tag, by its name for {USER}"),
    ("another version", grant(block(), version=2), "version 2 is not 1"),
    ("no version", grant(block(), version=None), re.compile(r".*missing field `version`")),
    ("not TOML", "version = = 1\n", re.compile(r"TOML parse error at line 1, .*")),
    ("a key twice", "version = 1\n" + grant(block()), re.compile(r"TOML parse error at line 2, .* duplicate key")),
    ("an empty file", "", re.compile(r".*missing field `version`")),
]

VOID = [
    *(void(name, why, text) for name, text, why in TEXTS),
    unsafe("too long", f"{FILE} is longer than 64 KiB", text=grant(block()) + "#" * 65_536),
    unsafe("not UTF-8", f"{FILE} is not UTF-8 in line 2", plant=lambda house: FILE.write_bytes(b'version = 1\nuser = "\xff"\n')),
    unsafe("writable by its group", f"{FILE} is writable by group {ACCOUNT}", f"chmod g-w {FILE}", plant=chmod(0o660)),
    unsafe("writable by everybody", f"{FILE} is writable by everybody", f"chmod o-w {FILE}", plant=chmod(0o646)),
    unsafe("it is the user's", f"{FILE} belongs to {USER}, not to root", f"chown -h root {FILE}", plant=chown(USER)),
    unsafe("it is the account's", f"{FILE} belongs to {ACCOUNT}, not to root", f"chown -h root {FILE}", plant=chown(ACCOUNT)),
    unsafe("an access list lets the user write", f"{FILE} has an ACL that lets user {USER} write", f"setfacl -b {FILE}", plant=acl(f"u:{USER}:rw")),
    unsafe("a link", f"{FILE} is a symbolic link", plant=link),
    unsafe("a pipe", f"{FILE} is no regular file", plant=pipe),
    unsafe("a directory", f"{FILE} is no regular file", plant=directory),
    unsafe("its directory is writable by everybody", f"{DIR} is writable by group root; {DIR} is writable by everybody",
           f"chmod g-w {DIR}; chmod o-w {DIR}", plant=chmod(0o777, DIR)),
    unsafe("its directory is the user's", f"{DIR} belongs to {USER}, not to root", f"chown -h root {DIR}", plant=chown(USER, DIR)),
    unsafe("its directory has an access list", f"{DIR} has an ACL that lets user {USER} write", f"setfacl -b {DIR}", plant=acl(f"u:{USER}:rwx", DIR)),
    # What lies above holds the settings as well: nobody is known then, and nothing can be recorded.
    unsafe("the directory above is writable by its group", "/etc/flr is writable by group root", "chmod g-w /etc/flr", records=(), plant=chmod(0o775, DIR.parent)),
    yes("not void: readable by everybody", *BLOCK, plant=chmod(0o644)),
    yes("not void: another user's file is", *BLOCK, plant=lambda house: house.grant("nonsense", "loopabull_tag")),
]


def bad_settings(name, why, text=None, plant=None, words=BLOCK, **more):
    """Settings of no use, for everybody."""
    err = re.compile(r"flr: refused: " + why + r"\n(hint: as root: .*\n)?")
    return Case(f"settings: {name}", words, 6, err=err, settings=text, plant=plant, check=ANY, sound=False, **more)


SETTINGS = pathlib.Path("/etc/flr/flr.toml")
NO_TOML = r"/etc/flr/flr\.toml cannot be used: TOML parse error at line 1, .*"
SETTING = [
    bad_settings("not TOML", NO_TOML, "nonsense"),
    bad_settings("not TOML, for people too", NO_TOML, "nonsense", words=("koji", "list-pkgs", "f44"), door="none", user="kim"),
    bad_settings("not TOML, by way of root", NO_TOML, "nonsense", door="root"),
    bad_settings("a key nobody knows", r"/etc/flr/flr\.toml cannot be used: .*unknown field `colour`.*", grants.settings(colour="red")),
    bad_settings("writable by everybody", r".*/etc/flr/flr\.toml is writable by everybody", plant=chmod(0o666, SETTINGS)),
    bad_settings("the account's", r"/etc/flr/flr\.toml belongs to .*, not to root", plant=chown(ACCOUNT, SETTINGS)),
]

HTTPS = "/etc/koji.conf must name the hub by https, with its certificate checked"
CONF, CA = pathlib.Path("/etc/koji.conf"), pathlib.Path("/etc/flr/ca.crt")


def reads_conf(**changed):
    """Another koji.conf."""
    return lambda house: machine.write(CONF, house.profile(**changed))


def unset(name, err, plant, code=6, **more):
    """What a run needs besides the grant is not as it must be."""
    return Case(name, BLOCK, code, **({"err": err, "records": ANY, "plant": plant, "check": ANY} | more))


HOST = [
    unset("the keytab can be read by others", says(f"refused: {grants.KEYTAB} has mode 0444, not 0400 or 0600", f"as root: chmod 0400 {grants.KEYTAB}"),
          chmod(0o444, pathlib.Path(grants.KEYTAB))),
    unset("the keytab is not there", says(f"refused: there is no {grants.KEYTAB}", "put the keys of flr-koji there, with mode 0400"),
          lambda house: pathlib.Path(grants.KEYTAB).unlink()),
    unset("the profile does not want TLS", says("refused: the profile koji has no https address", HTTPS), reads_conf(server="http://localhost:1/kojihub")),
    unset("the profile does not check the hub", says("refused: the profile koji does not check the hub's certificate", HTTPS), reads_conf(no_ssl_verify="true")),
    unset("the profile is the account's", re.compile(r"flr: (refused: )?/etc/koji\.conf .*\n(hint: .*\n)?"), chown(ACCOUNT, CONF)),
    unset("the profile can be written by everybody", re.compile(r"flr: (refused: )?/etc/koji\.conf .*\n(hint: .*\n)?"), chmod(0o666, CONF)),
    unset("the hub's authority can be written by everybody", re.compile(r"flr: (refused: )?/etc/flr/ca\.crt .*\n(hint: .*\n)?"), chmod(0o666, CA)),
    unset("the hub is away", says("getTag at localhost:1: the hub cannot be reached: Connection refused (os error 111)"),
          reads_conf(server="https://localhost:1/kojihub"), 75, records=stopped(75)),
    unset("the hub's certificate is a stranger's",
          says("getTag at HUB: TLS failed: invalid peer certificate: UnknownIssuer", "check the profile's server and serverca, and the clock of this machine"),
          lambda house: machine.write(CA, (house.services.realm.dir / "stranger-ca.crt").read_text()), 10, records=stopped(10)),
]

# Counters

FOUR = ("koji", "block-pkg", "f44", "bash", "rpm", "glibc", "kernel")
ALL = "bash coreutils dnf5 firefox glibc gnome-shell kernel openssl perl python3.14 rpm zlib-ng".split()


def call(*words):
    """One more run of the user's, whatever comes of it."""
    return starting.flr(words, USER, Start(), "account", grants.ACCOUNT)


def all_at_once(words):
    """All of them together; how each ended."""
    ended = [None] * len(words)

    def one(place):
        ended[place] = call(*words[place])

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(words))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def spent(house):
    """Nine of the ten changes of the day are used up."""
    for at in (0, 3, 6):
        call("koji", "block-pkg", "f44", *ALL[at:at + 3])
    house.services.calls()
    house.reset_logs()


def together(house, _):
    """Many runs of one change each, where nine of ten are left: nine happen."""
    words = [("koji", "block-pkg", tag, package) for package in ALL for tag in ("f44", "f43")]
    codes = {end.code for end in all_at_once(words)}
    calls = sum("packageListBlock" in line for line in house.services.calls())
    problems = [] if codes == {0, 3} else [f"exit codes: wanted 0 and 3, seen {codes}"]
    return problems + ([] if calls == 9 else [f"packageListBlock: wanted 9, seen {calls}"])


OVER = re.compile(r"flr: loopabull_block may not do this today: 2 more would exceed per_day of block: 9 of 10 are used on 20\d\d-\d\d-\d\d\n"
                  r"hint: days end at 00:00 UTC\n")
THREE = "done: block package bash in f44\ndone: block package rpm in f44\ndone: block package glibc in f44\n3 done\n"
COUNTERS = [
    no("more changes than a run may make", "make 4 changes in one run of koji block-pkg", "3 changes in a run", *FOUR, calls=ANY, check=0, records=stopped(3)),
    yes("as many changes as a run may make", *FOUR[:-1], calls=ANY, out=THREE),
    Case("the last change of the day", ("koji", "block-pkg", "f44", "zlib-ng"), out=DONE.replace("bash", "zlib-ng"), calls=BLOCKED, records=ANY,
         plant=spent, sound=False),
    Case("two changes where one is left of the day", ("koji", "block-pkg", "f44", "zlib-ng", "rpm"), 3, err=OVER, calls=ANY, plant=spent, check=0, sound=False),
    yes("ten changes a day, however many runs at once", *BLOCK, records=ANY, after=together),
]

CASES = [*WORDS, *READING, *WINDOWS, *CLOCK, *VOID, *SETTING, *HOST, *COUNTERS]
