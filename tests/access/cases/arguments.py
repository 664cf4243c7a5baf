# SPDX-License-Identifier: GPL-3.0-or-later
"""Words: however they are split, spelled and sized, and lists from standard input."""
import re

from case import ANY, Case
from cases import BLOCK, BLOCKED, DONE, LOGIN, READ_BLOCK, done, may_not, refused, says, stopped, usage
from grants import block, grant
from start import Start

# What sudo says for itself when no rule covers the words.
SUDO = re.compile(r"sudo: [^\n]*\n")


def bad(name, say, *words, **more):
    """Words that are no command of flr's: refused before anything is looked at."""
    return Case(name, words or BLOCK, 2, err=say, records=refused(2), **more)


def argument(name, say, *words, **more):
    """A word that is not even looked at."""
    return bad(name, f"flr: argument {say}\n", *words, **more)


def package(name, word, say):
    """A word that is no package's name."""
    return bad(name, f"flr: 1 of 1 item cannot be used\n  {say}\n", "koji", "block-pkg", "f44", word)


def option(name, say, *words, **more):
    """An option that there is not, or not like that."""
    return bad(name, usage(say), *BLOCK, *words, **more)


def absent(word, *value):
    """An option that only people have: for the privileged there is none."""
    return option(f"there is no {word}", f"unexpected argument '{word.split('=')[0]}' found", word, *value)


def sudos(name, *words, **more):
    """Words that sudo's rules do not cover."""
    return Case(name, words, 1, err=SUDO, check=2, **more)


SPLIT = [
    argument("two words in one: group and command", '1 holds a blank: "koji block-pkg"', "koji block-pkg", "f44", "bash", sooner=True),
    argument("two words in one: command and tag", '2 holds a blank: "block-pkg f44"', "koji", "block-pkg f44", "bash", sooner=True),
    argument("two words in one: tag and package", '3 holds a blank: "f44 bash"', "koji", "block-pkg", "f44 bash"),
    argument("two words in one: two packages", '4 holds a blank: "bash rpm"', "koji", "block-pkg", "f44", "bash rpm"),
    argument("two words in one: package and option", '4 holds a blank: "bash --dry-run"', "koji", "block-pkg", "f44", "bash --dry-run"),
    argument("an empty word", '4 is empty', "koji", "block-pkg", "f44", "", "bash"),
    sudos("an empty word in front", "", "koji", "block-pkg", "f44", "bash"),
]

BYTES = [
    argument("a newline", r'4 holds control characters: "bash\u{a}flr: done"', "koji", "block-pkg", "f44", "bash\nflr: done"),
    argument("a tab", r'4 holds control characters: "bash\u{9}rpm"', "koji", "block-pkg", "f44", "bash\trpm"),
    argument("an escape sequence", r'4 holds control characters: "\u{1b}]0;x\u{7}bash"', "koji", "block-pkg", "f44", "\x1b]0;x\x07bash"),
    argument("a C1 control", r'4 holds control characters: "bash\u{9b}31m"', "koji", "block-pkg", "f44", "bash\x9b31m"),
    argument("not UTF-8", '4 is not UTF-8: "ba\ufffdsh"', "koji", "block-pkg", "f44", b"ba\xffsh"),
    argument("a no-break space", '4 holds a blank: "bash\u00a0rpm"', "koji", "block-pkg", "f44", "bash\u00a0rpm"),
    package("a mark that turns the line round", "\u202ehsab", '"\\u{202e}hsab" is not a package name: it may not contain \'\\u{202e}\''),
    package("a letter that looks like another", "b\u0430sh", "\"b\u0430sh\" is not a package name: it may not contain '\u0430'"),
    package("a wildcard", "ba*", "\"ba*\" is not a package name: it may not contain '*'"),
    package("a file of answers", "@/etc/passwd", "\"@/etc/passwd\" is not a package name: it may not contain '@'"),
    package("words of a shell", "$(id)", "\"$(id)\" is not a package name: it may not contain '$'"),
]

SIZE = [
    argument("a word of 4 KiB", f'4 is longer than 1024 bytes: "{"a" * 60}…"', "koji", "block-pkg", "f44", "a" * 4096),
    argument("a word of 120 KiB", f'4 is longer than 1024 bytes: "{"a" * 60}…"', "koji", "block-pkg", "f44", "a" * 120_000),
    bad("200 KiB of words", re.compile(r"flr: \d+ bytes of arguments are more than 131072; 2500\d arguments are more than 1000; a list may come from standard input\n"),
        "koji", "block-pkg", "f44", *["package"] * 25_000),
]

OPTIONS = [
    option("an abbreviated option", "unexpected argument '--dry' found", "--dry"),
    option("a flag with a value", "unexpected value '1' for '--dry-run' found; no more were expected", "--dry-run=1"),
    option("a flag twice", "the argument '--json' cannot be used multiple times", "--json", "--json",
           out={"failed": True, "changed": False, "command": "koji block-pkg", "msg": "the argument '--json' cannot be used multiple times"}),
    option("an option nobody has", "unexpected argument '--force' found", "--force"),
    option("an option nobody has, with a value", "unexpected argument '--force' found", "--force=1"),
    option("a short option", "unexpected argument '-y' found", "-y"),
    bad("an option as a name", 'flr: 1 of 2 items cannot be used\n  "--yes" is not a package name: it begins with a dash\n', *BLOCK, "--", "--yes"),
    sudos("an option in front", "--json", *BLOCK),
    sudos("an option between", "koji", "--json", "block-pkg", "f44", "bash"),
    Case("an option that the grant does not name", (*BLOCK, "--untag"), 3, records=refused(3, "block"),
         err=may_not("use --untag with koji block-pkg", "the options --dry-run, --json")),
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

TOO_FEW = re.compile(r"flr: the following required arguments were not provided:\n  <PKG>\.\.\.\n\nUsage: .*\n\nFor more .*\n")
COMMANDS = [
    sudos("an abbreviated command", "koji", "block", "f44", "bash"),
    sudos("a command in capitals", "koji", "BLOCK-PKG", "f44", "bash"),
    sudos("a longer command", "koji", "block-pkgs", "f44", "bash"),
    Case("no words", (), 1, err=SUDO, check=ANY),
    bad("too few words", TOO_FEW, "koji", "block-pkg", "f44"),
    Case("help", ("koji", "block-pkg", "--help"), out=re.compile(r"Block packages in a tag\n.*", re.S), check=ANY),
]

# An administrator's mistake: a rule that names no command. The second lock has to do.
BARE = "loopabull_block ALL=(flr-koji) NOPASSWD: /usr/bin/flr\n"


def bare(name, code, say, *words, records=refused(2)):
    """Words that only a rule without a command lets through."""
    return Case(f"a bare rule: {name}", words, code, err=say, records=records, plant=lambda house: house.rule(BARE), check=ANY)


BARE_RULE = [
    bare("any method of the hub", 2, usage("unrecognized subcommand 'call'"), "koji", "call", "getTag", "f44"),
    bare("a practice hub", 2, usage("unrecognized subcommand 'practice'"), "practice", "serve"),
    bare("options in front", 2, usage("unexpected argument '--json' found"), "--json", *BLOCK),
    bare("an abbreviated command", 2, usage("unrecognized subcommand 'block'"), "koji", "block", "f44", "bash"),
    bare("no words", 2, re.compile(r"Use a service account's credentials, .*Usage: flr <COMMAND>\n.*", re.S)),
    bare("a command that is not granted", 3, re.compile(r"flr: loopabull_block may not use koji list-history\nhint: the grant covers koji block-pkg, .*\n"),
         "koji", "list-history", "f44", records=refused(3)),
]


def listed(name, stdin, code=0, err="", **more):
    """A list from standard input."""
    more.setdefault("check", 0)
    more.setdefault("records", refused(code))
    return Case(name, ("koji", "block-pkg", "f44", "-"), code, err=err, start=Start(stdin=stdin), **more)


EMPTY = says("the list on standard input is empty", "one item a line; blank lines and lines that begin with # do not count")
BLOCKED_TWO = (
    *("getTag", "multiCall listPackages listPackages", *LOGIN),
    *("multiCall packageListBlock packageListBlock", "logout"),
)
READ_FOUR = ("getTag", "multiCall listPackages listPackages listPackages listPackages")
NOT_ALL = "flr: 1 of 2 items cannot be used\n  line 2: "
LISTS = [
    listed("a list", b"# retired\nbash\r\n\nrpm\n", out="done: block package bash in f44\ndone: block package rpm in f44\n2 done\n",
           calls=BLOCKED_TWO, records=done()),
    listed("a list that comes slowly", [(0.2, b"ba"), (0.3, b"sh\n"), (0.3, b"")], out=DONE, calls=BLOCKED, records=done()),
    listed("an empty list", b"", 2, EMPTY),
    listed("a list of comments", b"# nothing\n\n", 2, EMPTY),
    listed("no standard input", None, 2, EMPTY),
    listed("a list with an option in it", b"bash\n--yes\n", 2, NOT_ALL + '"--yes" is not a package name: it begins with a dash\n'),
    listed("a list with an escape sequence", b"bash\n\x1b[2Jrpm\n", 2,
           NOT_ALL + r'"\u{1b}[2Jrpm" is not a package name: it may not contain the control character U+001B' + "\n"),
    listed("a list that is not UTF-8", b"bash\nrp\xff\n", 2, NOT_ALL + 'not UTF-8: "rp\ufffd"\n'),
    listed("a list with an item beyond the grant", b"bash\nrpm\n", 3, grant=grant(block(packages=["bash"])), records=refused(3, "block"),
           err=may_not("use koji block-pkg for the package rpm", "packages bash")),
    listed("a list of more items than a run may change", b"bash\nrpm\nglibc\nkernel\n", 3, calls=READ_FOUR, records=stopped(3),
           err=may_not("make 4 changes in one run of koji block-pkg", "3 changes in a run")),
    listed("a list too long", b"a-package-with-a-name\n" * 2_000_000, 2, "flr: the list on standard input is longer than 4 MiB\n"),
    listed("a list that does not end", [(0, b"bash\n"), (300, b"")], ANY, re.compile(r"flr: .*standard input.*\n(hint: .*\n)?"), records=ANY),
]

NOT_LISTED = "../../etc/passwd: not listed in f44, so nothing to block\n"
CASES = [
    Case("a change", BLOCK, out=DONE, calls=BLOCKED, records=done()),
    Case("a change, in JSON", (*BLOCK, "--json"), out={"changed": True, "failed": False, "msg": "1 done"}, calls=BLOCKED, records=done()),
    Case("a dry run", (*BLOCK, "--dry-run", "--json"), out={"changed": True, "dry_run": True, "run": None}, calls=READ_BLOCK,
         records=("intent block", "plan block", "result block 0")),
    Case("a separator", ("koji", "block-pkg", "--", "f44", "bash"), out=DONE, calls=BLOCKED, records=done()),
    Case("a package with the name of a path", ("koji", "block-pkg", "f44", "../../etc/passwd"), 10, out="skipped: " + NOT_LISTED,
         err="flr: cannot be done as asked, nothing was changed: " + NOT_LISTED, calls=(*READ_BLOCK, "getTag", "multiCall getPackage"), records=stopped(10)),
    *SPLIT, *BYTES, *SIZE, *OPTIONS, *COMMANDS, *BARE_RULE, *LISTS,
]
