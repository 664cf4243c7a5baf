# SPDX-License-Identifier: GPL-3.0-or-later
"""Words: however they are split, spelled and sized, and lists from standard input."""
import re

from case import ANY, Case
from cases import BLOCK, BLOCKED, LOGIN, READ_BLOCK, done, refused
from grants import block, grant
from start import Start

DONE = re.compile(r"done  block package bash in f44\n1 done\n")


def bad(name, *words, say, **more):
    """Words that are no command of flr's: refused before anything is looked at."""
    return Case(name, words, 2, err=say, records=refused(2), **more)


def absent(option, *value):
    """An option that only people have: for the privileged there is none."""
    say = re.compile(rf"flr: unexpected argument '{option}' found\n.*", re.S)
    return bad(f"there is no {option}", *BLOCK, option, *value, say=say)


SPLIT = [
    Case("two words in one: group and command", ("koji block-pkg", "f44", "bash"), 2, err=ANY, records=refused(2)),
    Case("two words in one: command and tag", ("koji", "block-pkg f44", "bash"), 2, err=ANY, records=refused(2)),
    Case("two words in one: tag and package", ("koji", "block-pkg", "f44 bash"), 2, err=ANY, records=refused(2)),
    Case("two words in one: two packages", ("koji", "block-pkg", "f44", "bash rpm"), 2, err=ANY, records=refused(2)),
    Case("two words in one: package and option", ("koji", "block-pkg", "f44", "bash --dry-run"), 2, err=ANY, records=refused(2)),
    Case("an empty word", ("koji", "block-pkg", "f44", "", "bash"), 2, err=ANY, records=refused(2)),
    Case("an empty word in front", ("", "koji", "block-pkg", "f44", "bash"), 1, err=ANY),
]

BYTES = [
    Case("a newline", ("koji", "block-pkg", "f44", "bash\nflr: done"), 2, err=ANY, records=refused(2)),
    Case("a tab", ("koji", "block-pkg", "f44", "bash\trpm"), 2, err=ANY, records=refused(2)),
    Case("an escape sequence", ("koji", "block-pkg", "f44", "\x1b]0;x\x07bash"), 2, err=ANY, records=refused(2)),
    Case("a C1 control", ("koji", "block-pkg", "f44", "bash\x9b31m"), 2, err=ANY, records=refused(2)),
    Case("a mark that turns the line round", ("koji", "block-pkg", "f44", "\u202ehsab"), 2, err=ANY, records=refused(2)),
    Case("a letter that looks like another", ("koji", "block-pkg", "f44", "b\u0430sh"), 2, err=ANY, records=refused(2)),
    Case("not UTF-8", ("koji", "block-pkg", "f44", b"ba\xffsh"), 2, err=ANY, records=refused(2)),
    Case("a no-break space", ("koji", "block-pkg", "f44", "bash\u00a0rpm"), 2, err=ANY, records=refused(2)),
    Case("a wildcard", ("koji", "block-pkg", "f44", "ba*"), 2, err=ANY, records=refused(2)),
    Case("a file of answers", ("koji", "block-pkg", "f44", "@/etc/passwd"), 2, err=ANY, records=refused(2)),
    Case("words of a shell", ("koji", "block-pkg", "f44", "$(id)"), 2, err=ANY, records=refused(2)),
]

SIZE = [
    Case("a word of 4 KiB", ("koji", "block-pkg", "f44", "a" * 4096), 2, err=ANY, records=refused(2)),
    Case("a word of 120 KiB", ("koji", "block-pkg", "f44", "a" * 120_000), 2, err=ANY, records=refused(2)),
    Case("200 KiB of words", ("koji", "block-pkg", "f44", *["package"] * 25_000), 2, err=ANY, records=refused(2)),
]

OPTIONS = [
    Case("an abbreviated option", (*BLOCK, "--dry"), 2, err=ANY, records=refused(2)),
    Case("a flag with a value", (*BLOCK, "--dry-run=1"), 2, err=ANY, records=refused(2)),
    Case("a flag twice", (*BLOCK, "--json", "--json"), 2, err=ANY, records=refused(2)),
    Case("an option nobody has", (*BLOCK, "--force"), 2, err=ANY, records=refused(2)),
    Case("an option nobody has, with a value", (*BLOCK, "--force=1"), 2, err=ANY, records=refused(2)),
    Case("an option as a name", (*BLOCK, "--", "--yes"), 2, err=ANY, records=refused(2)),
    Case("a short option", (*BLOCK, "-y"), 2, err=ANY, records=refused(2)),
    Case("an option in front", ("--json", *BLOCK), 1, err=ANY),
    Case("an option between", ("koji", "--json", "block-pkg", "f44", "bash"), 1, err=ANY),
    Case("an option that the grant does not name", (*BLOCK, "--untag"), 3, err=ANY, records=refused(3)),
    *(
        absent(*words)
        for words in (
            ("--yes",),
            ("--profile", "koji"),
            ("--profile=practice",),
            ("--user", "admin"),
            ("--password-file", "/dev/stdin"),
            ("--keytab", "/etc/flr/flr-bodhi.keytab"),
            ("--principal", "admin"),
            ("--cert", "/etc/flr/flr-koji.pem"),
        )
    ),
]

COMMANDS = [
    Case("an abbreviated command", ("koji", "block", "f44", "bash"), 1, err=ANY),
    Case("a command in capitals", ("koji", "BLOCK-PKG", "f44", "bash"), 1, err=ANY),
    Case("no words", (), 1, err=ANY, check=ANY),
    Case("too few words", ("koji", "block-pkg", "f44"), 2, err=ANY, records=refused(2)),
    Case("help", ("koji", "block-pkg", "--help"), 0, out=ANY, check=ANY),
    Case("a longer command", ("koji", "block-pkgs", "f44", "bash"), 1, err=ANY),
]

# An administrator's mistake: a rule that names no command. The second lock has to do.
BARE = "loopabull_block ALL=(flr-koji) NOPASSWD: /usr/bin/flr\n"


def bare(name, *words, **more):
    """Words that only a rule without a command lets through."""
    return Case(name, words, plant=lambda house: house.rule(BARE), check=ANY, **more)


BARE_RULE = [
    bare("a bare rule: any method of the hub", "koji", "call", "getTag", "f44", code=2, err=ANY, records=refused(2)),
    bare("a bare rule: a practice hub", "practice", "serve", code=2, err=ANY, records=refused(2)),
    bare("a bare rule: options in front", "--json", *BLOCK, code=2, err=ANY, records=refused(2)),
    bare("a bare rule: a command that is not granted", "koji", "list-history", "f44", code=3, err=ANY, records=refused(3)),
    bare("a bare rule: an abbreviated command", "koji", "block", "f44", "bash", code=2, err=ANY, records=refused(2)),
    bare("a bare rule: no words", code=2, err=ANY, records=refused(2)),
]


BASH_ONLY = grant(block(packages=["bash"]))


def listed(name, stdin, **more):
    """A list from standard input."""
    return Case(name, ("koji", "block-pkg", "f44", "-"), start=Start(stdin=stdin), check=more.pop("check", 0), **more)


BLOCKED_TWO = (
    *("getTag", "multiCall listPackages listPackages", *LOGIN),
    *("multiCall packageListBlock packageListBlock", "logout"),
)
LISTS = [
    listed("a list", b"# retired\nbash\r\n\nrpm\n", out=ANY, calls=BLOCKED_TWO, records=done("block")),
    listed("an empty list", b"", code=2, err=ANY, records=refused(2)),
    listed("a list of comments", b"# nothing\n\n", code=2, err=ANY, records=refused(2)),
    listed("no standard input", None, code=2, err=ANY, records=refused(2)),
    listed("a list with an option in it", b"bash\n--yes\n", code=2, err=ANY, records=refused(2)),
    listed("a list with an escape sequence", b"bash\n\x1b[2Jrpm\n", code=2, err=ANY, records=refused(2)),
    listed("a list that is not UTF-8", b"bash\nrp\xff\n", code=2, err=ANY, records=refused(2)),
    listed("a list with an item beyond the grant", b"bash\nrpm\n", code=3, err=ANY, records=refused(3), grant=BASH_ONLY),
    listed("a list of more items than a run may change", b"bash\nrpm\nglibc\nkernel\n", code=3, err=ANY, records=refused(3, "block")),
    listed("a list too long", b"a-package-with-a-name\n" * 2_000_000, code=2, err=ANY, records=refused(2)),
    listed("a list that does not end", [(0, b"bash\n"), (300, b"")], code=2, err=ANY, records=refused(2)),
    listed("a list that comes slowly", [(0.2, b"ba"), (0.3, b"sh\n"), (0.3, b"")], out=ANY, calls=BLOCKED, records=done("block")),
]

CASES = [
    Case("a change", BLOCK, out=ANY, calls=BLOCKED, records=done("block")),
    Case("a change, in JSON", (*BLOCK, "--json"), out={"changed": True, "failed": False, "msg": "1 done"}, calls=BLOCKED, records=done("block")),
    Case("a dry run", (*BLOCK, "--dry-run", "--json"), out={"changed": True, "dry_run": True, "run": None}, calls=READ_BLOCK,
         records=("intent block", "plan block", "result block 0")),
    Case("a separator", ("koji", "block-pkg", "--", "f44", "bash"), out=ANY, calls=BLOCKED, records=done("block")),
    Case("a package with the name of a path", ("koji", "block-pkg", "f44", "../../etc/passwd"), 10, err=ANY, out=ANY, calls=READ_BLOCK,
         records=("intent block", "plan block", "result block 10")),
    *SPLIT, *BYTES, *SIZE, *OPTIONS, *COMMANDS, *BARE_RULE, *LISTS,
]
