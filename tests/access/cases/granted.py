# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants: each refusal and its near miss, files that are void, hours, counters."""
import datetime
import os
import pathlib
import pwd
import threading

import grants
import machine
import start as starting
from case import ANY, Case
from cases import BLOCK, BLOCKED, READ_BLOCK, TAGGED, done, refused
from grants import USER, Bare, allow, block, grant, in_days, tag
from start import Start

FILE = pathlib.Path(f"/etc/flr/grants.d/{USER}.toml")


def no(name, *words, clause="", **more):
    """Not permitted: refused before any call."""
    return Case(name, words, 3, err=ANY, records=refused(3, clause), **more)


def yes(name, *words, **more):
    """The near miss: permitted."""
    more = {"out": ANY, "calls": BLOCKED, "records": done("block")} | more
    return Case(name, words, **more)


def void(name, text=None, plant=None, code=6, **more):
    """The file is of no use, so nothing is granted to this user."""
    return Case(f"void: {name}", BLOCK, code, err=ANY, records=refused(code), grant=text, plant=plant, check=code, **more)


def tagging(name, *words, **more):
    """A build tagged."""
    more = {"out": ANY, "calls": TAGGED, "records": done("tag")} | more
    return Case(name, ("koji", "tag-build", *words), **more)


CANDIDATE = "f43-updates-candidate"
WORDS = [
    no("a tag beyond the grant", "koji", "block-pkg", "f42", "bash"),
    no("a tag that begins like a granted one", "koji", "block-pkg", "f43-updates", "bash"),
    no("a tag that a granted one begins with", "koji", "block-pkg", "f4", "bash"),
    no("a tag in capitals", "koji", "block-pkg", "F43", "bash"),
    yes("the other tag of the grant", "koji", "block-pkg", "f43", "bash"),
    no("a package beyond the grant", "koji", "tag-build", CANDIDATE, "kernel-6.16.7-2.fc43"),
    no("a package that begins like a granted one", "koji", "tag-build", CANDIDATE, "bash-completion-1-1.fc43"),
    tagging("a package of the grant", CANDIDATE, "bash-5.3.0-2.fc43"),
    tagging("a package by the grant's pattern", CANDIDATE, "rpm-5.99.92-2.fc43"),
    no("a package that a pattern only ends with", "koji", "tag-build", CANDIDATE, "drpm-5.99.92-2.fc43"),
    no("one build of two beyond the grant", "koji", "tag-build", CANDIDATE, "bash-5.3.0-2.fc43", "kernel-6.16.7-2.fc43"),
    no("an owner beyond the grant", "koji", "add-pkg", "f44", "fresh-thing", "--owner", "kim"),
    no("a command that the grant does not name", *BLOCK, grant=grant(tag())),
    no("an option that the grant does not name", *BLOCK, "--json", grant=grant(block(options=["--dry-run"]))),
    no("two clauses that each cover half: tag and package", *BLOCK,
       grant=grant(block(id="one", tags=["f44"], packages=["rpm"]), block(id="two", tags=["f43"], packages=["bash"]))),
    no("two clauses that each cover half: two packages", *BLOCK, "rpm",
       grant=grant(block(id="one", packages=["rpm"]), block(id="two", packages=["bash"]))),
    yes("two clauses, one of which covers all", *BLOCK, records=done("two"),
        grant=grant(block(id="one", tags=["f44"], packages=["rpm"]), block(id="two", packages=["bash"]))),
    no("an empty list grants nothing", *BLOCK, grant=grant(block(packages=[]))),
    no("another host", *BLOCK, grant=grant(block(), hosts=["elsewhere"])),
    no("a host that begins like ours", *BLOCK, grant=grant(block(), hosts=["kojihost2"])),
    no("the grant has expired", *BLOCK, grant=grant(block(), expires=in_days(-0.0001))),
    yes("the grant is about to expire", *BLOCK, grant=grant(block(), expires=in_days(0.01))),
    Case("only dry runs are granted", BLOCK, 3, err=ANY, records=refused(3, "block"), grant=grant(block(dry_run_only=True))),
    yes("only dry runs are granted, and it is one", *BLOCK, "--dry-run", calls=READ_BLOCK,
        records=("intent block", "plan block", "result block 0"), grant=grant(block(dry_run_only=True))),
    Case("nobody said that no yes is needed", BLOCK, 4, err=ANY, out=ANY, calls=READ_BLOCK,
         records=("intent block", "plan block", "result block 4"), grant=grant(block(confirm=None))),
    Case("no grant", BLOCK, 3, err=ANY, records=refused(3), plant=lambda house: FILE.unlink()),
]

READING = [
    Case("reading within the grant", ("koji", "list-pkgs", "f44", "--json"), out=ANY, calls=("listPackages",),
         records=("intent list-pkgs", "result list-pkgs 0")),
    no("reading a tag beyond the grant", "koji", "list-pkgs", "f42"),
    no("a reading option beyond the grant", "koji", "list-pkgs", "f44", "--inherit"),
    Case("a build within the grant", ("koji", "build-info", "bash-5.3.0-1.fc43"), out=ANY, calls=ANY,
         records=("intent build-info", "result build-info 0")),
    no("a build beyond the grant", "koji", "build-info", "kernel-6.16.7-2.fc43"),
    Case("who flr is at the hub", ("koji", "whoami", "--json"), out={"user": "releng-flr", "login": "kerberos"},
         calls=("sslLogin", "getLoggedInUser", "getPerms", "logout"), records=("intent whoami", "result whoami 0")),
    Case("the hub's text is quoted", ("koji", "list-tagged", CANDIDATE), out=ANY, calls=("listTagged",),
         records=("intent list-tagged", "result list-tagged 0")),
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


WINDOWS = [
    yes("within the hours", *BLOCK, grant=hours(-1, 1)),
    no("before the hours", *BLOCK, grant=hours(1, 2)),
    no("after the hours", *BLOCK, grant=hours(-3, -1)),
    no("hours are UTC, whatever TZ says", *BLOCK, grant=hours(1, 2), start=Start(env={"TZ": "XXX-1:30"}),
       plant=lambda house: house.rule('Defaults:loopabull_block env_keep += "TZ"\n')),
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


def directory(house):
    """A directory."""
    FILE.unlink()
    FILE.mkdir(0o755)


TEXTS = [
    ("a key nobody knows", grant(block(), colour="red")),
    ("a key of a clause nobody knows", grant(block(colour="red"))),
    ("a command nobody knows", grant(allow("x", "koji block-pkgs", tags=["f44"]))),
    ("a command that is never granted", grant(allow("x", "koji call"))),
    ("flr access in a grant", grant(allow("x", "access check"))),
    ("an option nobody knows", grant(block(options=["--force"]))),
    ("an option that is never granted", grant(block(options=["--yes"]))),
    ("an option of people", grant(block(options=["--profile"]))),
    ("two clauses of one name", grant(block(), block(tags=["f42"]))),
    ("no clauses", grant()),
    ("a dimension left out", grant(block(packages=None))),
    ("a dimension that the command has not", grant(block(owners="any"))),
    ("a dimension of an option left out", grant(allow("x", "koji list-pkgs", tags=["f44"], options=["--owner"]))),
    ("a star in the middle", grant(block(tags=["f4*4"]))),
    ("a star alone", grant(block(packages=["*"]))),
    ("a tag that moves", grant(block(tags=["rawhide"]))),
    ("a package that cannot be typed", grant(block(packages=["ba sh"]))),
    ("a text instead of a list", grant(block(tags="f44"))),
    ("no number of changes a run", grant(block(per_run=None))),
    ("no number of changes a day", grant(block(per_day=None))),
    ("a negative number of changes", grant(block(per_run=-1))),
    ("a yes that is not the one there is", grant(block(confirm="yes"))),
    ("hours that are none", grant(block(windows=["Mon-Fri 25:00-26:00"]))),
    ("no end", grant(block(), expires=None)),
    ("an end too far away", grant(block(), expires=in_days(401))),
    ("an end without a zone", grant(block(), expires=Bare("2027-01-01T00:00:00"))),
    ("no ticket", grant(block(), ticket=None)),
    ("no owner", grant(block(), owner=None)),
    ("no host", grant(block(), hosts=[])),
    ("another user's name", grant(block(), user="loopabull_tag")),
    ("a user who is no automation user", grant(block(), user="kim")),
    ("another version", grant(block(), version=2)),
    ("no version", grant(block(), version=None)),
    ("not TOML", "version = = 1\n"),
    ("a key twice", 'version = 1\n' + grant(block())),
    ("an empty file", ""),
    ("too long", grant(block()) + "#" * 65_536),
]

VOID = [
    *(void(name, text) for name, text in TEXTS),
    void("not UTF-8", plant=lambda house: FILE.write_bytes(b'version = 1\nuser = "\xff"\n')),
    void("writable by its group", plant=chmod(0o660)),
    void("writable by everybody", plant=chmod(0o646)),
    void("it is the user's", plant=chown(USER)),
    void("it is the account's", plant=chown(grants.ACCOUNT)),
    void("an access list lets the user write", plant=acl(f"u:{USER}:rw")),
    void("a link", plant=link),
    void("a pipe", plant=pipe),
    void("a directory", plant=directory),
    void("its directory is writable by everybody", plant=chmod(0o777, FILE.parent)),
    void("its directory is the user's", plant=chown(USER, FILE.parent)),
    void("its directory has an access list", plant=acl(f"u:{USER}:rwx", FILE.parent)),
    void("the directory above is writable by its group", plant=chmod(0o775, FILE.parent.parent)),
    yes("not void: readable by everybody", *BLOCK, plant=chmod(0o644)),
    yes("not void: another user's file is", *BLOCK, plant=lambda house: house.grant("nonsense", "loopabull_tag")),
]


def bad_settings(name, text=None, plant=None):
    """Settings of no use, for everybody."""
    return Case(f"settings: {name}", BLOCK, 6, err=ANY, settings=text, plant=plant, check=6, sound=False)


SETTINGS = pathlib.Path("/etc/flr/flr.toml")
HOST = [
    bad_settings("not TOML", "nonsense"),
    bad_settings("a key nobody knows", grants.settings(colour="red")),
    bad_settings("writable by everybody", plant=chmod(0o666, SETTINGS)),
    bad_settings("the account's", plant=chown(grants.ACCOUNT, SETTINGS)),
    Case("settings of no use are so for people too", ("koji", "list-pkgs", "f44"), 6, err=ANY, settings="nonsense", door="none",
         user="kim", sound=False),
    Case("the keytab can be read by others", BLOCK, 6, err=ANY, records=ANY, calls=ANY, check=ANY,
         plant=chmod(0o444, pathlib.Path(grants.KEYTAB))),
    Case("the keytab is not there", BLOCK, 6, err=ANY, records=ANY, calls=ANY, check=ANY,
         plant=lambda house: pathlib.Path(grants.KEYTAB).unlink()),
    Case("the profile does not want TLS", BLOCK, 6, err=ANY, records=ANY, check=ANY,
         plant=lambda house: machine.write("/etc/koji.conf", house.profile(server="http://localhost:1/kojihub"))),
    Case("the profile does not check the hub", BLOCK, 6, err=ANY, records=ANY, check=ANY,
         plant=lambda house: machine.write("/etc/koji.conf", house.profile(no_ssl_verify="true"))),
    Case("the profile is the account's", BLOCK, 6, err=ANY, records=ANY, check=ANY, plant=chown(grants.ACCOUNT, pathlib.Path("/etc/koji.conf"))),
    Case("the hub is away", BLOCK, 75, err=ANY, records=ANY, out=ANY,
         plant=lambda house: machine.write("/etc/koji.conf", house.profile(server="https://localhost:1/kojihub"))),
    Case("the hub's certificate is a stranger's", BLOCK, ANY, err=ANY, records=ANY, out=ANY, check=0,
         plant=lambda house: machine.write("/etc/flr/ca.crt", (house.services.realm.dir / "stranger-ca.crt").read_text())),
]

# Counters

FOUR = ("koji", "block-pkg", "f44", "bash", "rpm", "glibc", "kernel")
PACKAGES = "bash coreutils dnf5 firefox glibc gnome-shell kernel openssl perl python3.14 rpm zlib-ng".split()


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
        call("koji", "block-pkg", "f44", *PACKAGES[at:at + 3])
    house.services.calls()
    house.reset_logs()


def together(house, _):
    """Forty runs of one change each, where ten are granted: ten happen."""
    tags = ("f44", "f43")
    words = [("koji", "block-pkg", tags[at % 2], PACKAGES[at // 2 % len(PACKAGES)]) for at in range(2 * len(PACKAGES))]
    codes = sorted(end.code for end in all_at_once(words))
    calls = sum("packageListBlock" in line for line in house.services.calls())
    wanted = [0] * 9 + [3] * 15
    problems = [] if codes == wanted else [f"exit codes: wanted {wanted}, seen {codes}"]
    if calls != 9:
        problems.append(f"packageListBlock: wanted 9, seen {calls}")
    return problems


COUNTERS = [
    no("more changes than a run may make", *FOUR, clause="block", calls=ANY, check=0),
    yes("as many changes as a run may make", *FOUR[:-1], calls=ANY, records=done("block")),
    Case("the last change of the day", ("koji", "block-pkg", "f44", "zlib-ng"), out=ANY, calls=BLOCKED, records=ANY, plant=spent, sound=False),
    Case("two changes where one is left of the day", ("koji", "block-pkg", "f44", "zlib-ng", "rpm"), 3, err=ANY, out=ANY, calls=ANY,
         records=ANY, plant=spent, check=0, sound=False),
    yes("ten changes a day, however many runs at once", *BLOCK, records=ANY, after=together),
    no("no change a run", *BLOCK, grant=grant(block(per_run=0)), calls=ANY, clause="block", check=0),
]

CASES = [*WORDS, *READING, *WINDOWS, *VOID, *HOST, *COUNTERS]
