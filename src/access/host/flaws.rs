// SPDX-License-Identifier: GPL-3.0-or-later
//! Every flaw, planted once on a machine that has no other.

use super::Id;
use super::tree::{KEY, SETTINGS, Tree};
use crate::access::sudoers::Style;
use std::fs;
use std::os::unix::fs::symlink;

pub(super) type Plant = fn(&Tree);

const SUDOERS: &str = "/etc/sudoers";
const GRANTED: &str = "/etc/flr/grants.d/loopabull_x.toml";
const FRAGMENT: &str = "/etc/sudoers.d/90-flr-loopabull_x";
const LOG: &str = "/var/log/flr/flr-koji.jsonl";

/// A name, what is planted, the ids that must be found and no other, and a place among them.
pub(super) type Case = (&'static str, Plant, &'static [Id], &'static str);

/// All of them.
pub(super) const CASES: &[Case] = &[
    ("sudoers cannot be read", |t| t.remove(SUDOERS), &[Id::Unread, Id::FragmentIgnored], SUDOERS),
    ("a line is broken", |t| t.add(SUDOERS, "kim ALL=\n"), &[Id::Unread], "/etc/sudoers:6"),
    ("a grant of kim's", |t| t.own(GRANTED, 64002, 0), &[Id::FileOwner], GRANTED),
    ("a grant for all to write", |t| t.mode(GRANTED, 0o666), &[Id::FileWritable], GRANTED),
    (
        "a profile for all to write",
        |t| {
            t.write("/etc/koji.conf", "[koji]\n");
            t.mode("/etc/koji.conf", 0o666);
        },
        &[Id::FileWritable],
        "/etc/koji.conf",
    ),
    (
        "a part of the profiles that is kim's",
        |t| {
            t.write("/etc/koji.conf.d/x.conf", "[x]\n");
            t.own("/etc/koji.conf.d/x.conf", 64002, 0);
        },
        &[Id::FileOwner],
        "/etc/koji.conf.d/x.conf",
    ),
    (
        "a Bodhi for a group to choose",
        |t| {
            t.write("/etc/flr/bodhi.toml", "");
            t.mode("/etc/flr/bodhi.toml", 0o664);
        },
        &[Id::FileWritable],
        "/etc/flr/bodhi.toml",
    ),
    (
        "lists of dist-git for all to choose",
        |t| {
            t.write("/etc/flr/distgit.toml", "");
            t.mode("/etc/flr/distgit.toml", 0o666);
        },
        &[Id::FileWritable],
        "/etc/flr/distgit.toml",
    ),
    ("a directory for a group to write", |t| t.mode("/etc/flr", 0o775), &[Id::FileWritable], "/etc/flr"),
    ("a list on a grant", |t| t.acl(GRANTED), &[Id::FileAcl], GRANTED),
    ("a list on a keytab", |t| t.acl("/etc/flr/flr-koji.keytab"), &[Id::FileAcl], "/etc/flr/flr-koji.keytab"),
    (
        "a link in place of the settings",
        |t| {
            t.write("/etc/other.toml", SETTINGS);
            t.remove("/etc/flr/flr.toml");
            symlink(t.at("/etc/other.toml"), t.at("/etc/flr/flr.toml")).unwrap();
        },
        &[Id::FileKind],
        "/etc/flr/flr.toml",
    ),
    ("no settings", |t| t.remove("/etc/flr/flr.toml"), &[Id::SettingsMissing], "/etc/flr/flr.toml"),
    ("void settings", |t| t.add("/etc/flr/flr.toml", "x = 1\n"), &[Id::SettingsVoid], "/etc/flr/flr.toml"),
    ("a void grant", |t| t.add(GRANTED, "x = 1\n"), &[Id::GrantVoid], GRANTED),
    (
        "a backup among the grants",
        |t| t.write("/etc/flr/grants.d/x.toml~", ""),
        &[Id::GrantStray],
        "/etc/flr/grants.d/x.toml~",
    ),
    (
        "another account",
        |t| t.change("/etc/flr/flr.toml", "accounts.flr-koji", "accounts.flr-bodhi"),
        &[Id::FragmentDrift, Id::GrantAccount, Id::AccountUnknown],
        "/etc/flr/grants.d/loopabull_x.toml:3",
    ),
    ("no such user", |t| t.change("/etc/passwd", "loopabull_x", "other"), &[Id::GrantUser], GRANTED),
    (
        "another prefix",
        |t| t.change("/etc/flr/flr.toml", "version = 1", "version = 1\nprefix = \"bot_\""),
        &[Id::GrantUser],
        GRANTED,
    ),
    (
        "an expired grant",
        |t| {
            t.change(GRANTED, "2027-04-01", "2026-04-01");
            t.install(&Style::default());
        },
        &[Id::GrantExpired],
        "/etc/flr/grants.d/loopabull_x.toml:7",
    ),
    (
        "a grant that will expire",
        |t| {
            t.change(GRANTED, "2027-04-01", "2026-12-20");
            t.install(&Style::default());
        },
        &[Id::GrantExpires],
        "/etc/flr/grants.d/loopabull_x.toml:7",
    ),
    ("no fragment", |t| t.remove(FRAGMENT), &[Id::FragmentMissing], FRAGMENT),
    ("no grant", |t| t.remove(GRANTED), &[Id::FragmentOrphan], FRAGMENT),
    (
        "a fragment by another name",
        |t| {
            let text = fs::read_to_string(t.at(FRAGMENT)).unwrap();
            t.write("/etc/sudoers.d/10-x", &text);
        },
        &[Id::FragmentOrphan, Id::RuleOutside],
        "/etc/sudoers.d/10-x",
    ),
    (
        "the grant was changed",
        |t| t.change(GRANTED, "f44", "f45"),
        &[Id::FragmentDrift],
        "/etc/sudoers.d/90-flr-loopabull_x:1",
    ),
    (
        "the fragment was changed",
        |t| t.change(FRAGMENT, "block-pkg *", "tag-build *"),
        &[Id::FragmentDrift],
        "/etc/sudoers.d/90-flr-loopabull_x:3",
    ),
    ("a comment was added", |t| t.change(FRAGMENT, "# grant", "# x\n# grant"), &[Id::FragmentDrift], FRAGMENT),
    (
        "a fragment with a dot",
        |t| {
            t.write("/etc/sudoers.d/90-flr-loopabull_x.conf", "#");
            t.mode("/etc/sudoers.d/90-flr-loopabull_x.conf", 0o440);
        },
        &[Id::FragmentIgnored],
        "/etc/sudoers.d/90-flr-loopabull_x.conf",
    ),
    (
        "a file with a tilde about flr",
        |t| t.write("/etc/sudoers.d/x~", "kim ALL=(flr-koji) /usr/bin/flr\n"),
        &[Id::FragmentIgnored],
        "/etc/sudoers.d/x~",
    ),
    (
        "nothing includes the directory",
        |t| t.change(SUDOERS, "@includedir", "# @includedir"),
        &[Id::FragmentIgnored],
        FRAGMENT,
    ),
    ("a fragment to write", |t| t.mode(FRAGMENT, 0o640), &[Id::FragmentMode], FRAGMENT),
    (
        "a later wider rule",
        |t| t.add(SUDOERS, "loopabull_x kojihost=(flr-koji) NOPASSWD: NOSETENV: ALL\n"),
        &[Id::FragmentOrder, Id::RuleAccount, Id::RuleAll],
        "/etc/sudoers:6",
    ),
    (
        "a later rule as root",
        |t| {
            t.install(&Style { as_root: true, ..Style::default() });
            t.add(SUDOERS, "loopabull_x kojihost=(root) NOPASSWD: NOSETENV: ALL\n");
        },
        &[Id::FragmentOrder, Id::RuleAll],
        "/etc/sudoers:6",
    ),
    (
        "an earlier rule for flr",
        |t| t.write("/etc/sudoers.d/10-x", "loopabull_x kojihost=(flr-koji) NOPASSWD: /usr/bin/flr koji tag-build *\n"),
        &[Id::RuleOutside],
        "/etc/sudoers.d/10-x:1",
    ),
    (
        "a bare rule",
        |t| t.change(FRAGMENT, " koji block-pkg *", ""),
        &[Id::FragmentDrift, Id::RuleBare],
        "/etc/sudoers.d/90-flr-loopabull_x:3",
    ),
    (
        "a rule that forbids",
        |t| t.change(FRAGMENT, "block-pkg *", "block-pkg *, !/usr/bin/flr koji block-pkg * --untag *"),
        &[Id::FragmentDrift, Id::RuleNegated],
        FRAGMENT,
    ),
    (
        "a pattern inside",
        |t| t.change(FRAGMENT, "block-pkg *", "block-pkg * --dry-run"),
        &[Id::FragmentDrift, Id::RuleGlob],
        FRAGMENT,
    ),
    (
        "the caller's environment",
        |t| t.change(FRAGMENT, "NOSETENV", "SETENV"),
        &[Id::FragmentDrift, Id::RuleSetenv],
        FRAGMENT,
    ),
    ("as anybody", |t| t.change(FRAGMENT, "(flr-koji)", "(ALL)"), &[Id::FragmentDrift, Id::RuleRunAsAll], FRAGMENT),
    (
        "as root, by hand",
        |t| t.change(FRAGMENT, "(flr-koji) NOPASSWD: ", "(root) NOPASSWD: /bin/x, "),
        &[Id::FragmentDrift, Id::RuleRunAsRoot],
        FRAGMENT,
    ),
    ("on every machine", |t| t.change(FRAGMENT, "kojihost", "ALL"), &[Id::FragmentDrift, Id::RuleHost], FRAGMENT),
    ("with a password", |t| t.change(FRAGMENT, "NOPASSWD: ", ""), &[Id::FragmentDrift, Id::RulePassword], FRAGMENT),
    (
        "kim may act as the account",
        |t| t.add(SUDOERS, "kim ALL=(flr-koji) /bin/ls\n"),
        &[Id::RuleAccount],
        "/etc/sudoers:6",
    ),
    (
        "an alias hides it",
        |t| t.add(SUDOERS, "Runas_Alias OPS = ftp, \\\n  flr-koji\nUser_Alias ADM = %ops\nADM ALL=(OPS) /bin/ls\n"),
        &[Id::RuleAccount],
        "/etc/sudoers:9",
    ),
    (
        "anybody but root",
        |t| t.add(SUDOERS, "%ops ALL=(ALL, !root) NOSETENV: ALL\n"),
        &[Id::RuleAccount, Id::RuleAll],
        "/etc/sudoers:6",
    ),
    (
        "a shell as the account",
        |t| t.add(SUDOERS, "kim ALL=(flr-koji) /bin/sh\n"),
        &[Id::RuleAccount, Id::RuleInterpreter],
        "/etc/sudoers:6",
    ),
    (
        "env as root for the user",
        |t| t.add(SUDOERS, "loopabull_x ALL=(root) /usr/bin/env\n"),
        &[Id::RuleInterpreter],
        "/etc/sudoers:6",
    ),
    (
        "an editor with a number",
        |t| t.add(SUDOERS, "kim ALL=(flr-koji) /usr/bin/python3.11 /opt/x.py\n"),
        &[Id::RuleAccount, Id::RuleInterpreter],
        "/etc/sudoers:6",
    ),
    ("everything but the account", |t| t.add(SUDOERS, "kim ALL=(ALL, !flr-koji) /bin/sh\n"), &[], ""),
    (
        "env_keep after the fragment",
        |t| t.add(SUDOERS, "Defaults env_keep += \"KRB5CCNAME LANG\"\n"),
        &[Id::DefaultsEnvironment],
        "/etc/sudoers:6",
    ),
    (
        "env_keep for the account",
        |t| t.write("/etc/sudoers.d/10-x", "Defaults>flr-koji env_keep += TZ\n"),
        &[Id::DefaultsEnvironment],
        "/etc/sudoers.d/10-x:1",
    ),
    (
        "no env_reset",
        |t| t.add(SUDOERS, "Defaults:%loopabull_x !env_reset\n"),
        &[Id::DefaultsEnvironment],
        "/etc/sudoers:6",
    ),
    ("setenv", |t| t.add(SUDOERS, "Defaults!/usr/bin/flr setenv\n"), &[Id::DefaultsEnvironment], "/etc/sudoers:6"),
    ("setenv for kim", |t| t.add(SUDOERS, "Defaults:kim setenv\n"), &[], ""),
    (
        "a terminal",
        |t| t.write("/etc/sudoers.d/10-x", "Defaults requiretty\n"),
        &[Id::DefaultsTerminal],
        "/etc/sudoers.d/10-x:1",
    ),
    (
        "copies of output",
        |t| t.write("/etc/sudoers.d/10-x", "Defaults log_output\n"),
        &[Id::DefaultsLog],
        "/etc/sudoers.d/10-x:1",
    ),
    ("no log", |t| t.add(SUDOERS, "Defaults !syslog\n"), &[Id::DefaultsLog], "/etc/sudoers:6"),
    ("no account", |t| t.change("/etc/passwd", "flr-koji", "flr-bodhi"), &[Id::AccountUnknown], "/etc/passwd"),
    (
        "root's number",
        |t| t.change("/etc/passwd", &format!("flr-koji:x:{}", t.account), "flr-koji:x:0"),
        &[Id::AccountId, Id::KeyOwner, Id::StateDirectory],
        "/etc/passwd:2",
    ),
    (
        "kim's number",
        |t| t.add("/etc/passwd", &format!("max:x:{}:9::/:/bin/sh\n", t.account)),
        &[Id::AccountId],
        "/etc/passwd:2",
    ),
    (
        "the account in docker",
        |t| t.change("/etc/group", "docker:x:64100:", "docker:x:64100:flr-koji"),
        &[Id::AccountGroups],
        "/etc/group",
    ),
    ("a shell", |t| t.change("/etc/passwd", "/usr/sbin/nologin", "/bin/bash"), &[Id::AccountShell], "/etc/passwd:2"),
    ("a password", |t| t.change("/etc/shadow", "flr-koji:!", "flr-koji:$y$x"), &[Id::AccountPassword], "/etc/shadow"),
    (
        "a key for the account",
        |t| {
            t.change("/etc/passwd", "/nonexistent", "/srv/flr");
            t.write("/srv/flr/.ssh/authorized_keys", KEY);
        },
        &[Id::AccountKeys],
        "/srv/flr/.ssh/authorized_keys",
    ),
    (
        "a crontab",
        |t| t.write("/var/spool/cron/crontabs/flr-koji", "* * * * * x\n"),
        &[Id::AccountCrontab],
        "/var/spool/cron/crontabs/flr-koji",
    ),
    (
        "a crontab that may be",
        |t| {
            t.write("/var/spool/cron/crontabs/flr-koji", "* * * * * x\n");
            t.add("/etc/flr/flr.toml", "unattended = true\n");
        },
        &[],
        "",
    ),
    (
        "a home for all to write",
        |t| {
            t.change("/etc/passwd", "/nonexistent", "/srv/flr");
            t.write("/srv/flr/x", "");
            t.mode("/srv/flr", 0o777);
        },
        &[Id::AccountHome],
        "/srv/flr",
    ),
    ("an open state", |t| t.mode("/var/lib/flr/flr-koji", 0o755), &[Id::StateDirectory], "/var/lib/flr/flr-koji"),
    ("no keytab", |t| t.remove("/etc/flr/flr-koji.keytab"), &[Id::KeyMissing], "/etc/flr/flr-koji.keytab"),
    (
        "kim's keytab",
        |t| t.own("/etc/flr/flr-koji.keytab", 64002, t.group),
        &[Id::KeyOwner],
        "/etc/flr/flr-koji.keytab",
    ),
    ("an open keytab", |t| t.mode("/etc/flr/flr-koji.keytab", 0o440), &[Id::KeyMode], "/etc/flr/flr-koji.keytab"),
    (
        "the user in wheel",
        |t| t.change("/etc/group", "wheel:x:10:kim", "wheel:x:10:kim,loopabull_x"),
        &[Id::UserGroups, Id::RuleAccount, Id::RuleAll, Id::RuleSetenv],
        "/etc/group",
    ),
    (
        "the user in the account's group",
        |t| t.change("/etc/group", &format!("flr-koji:x:{}:", t.group), &format!("flr-koji:x:{}:loopabull_x", t.group)),
        &[Id::UserGroups],
        "/etc/group",
    ),
    (
        "the user's password",
        |t| t.change("/etc/shadow", "loopabull_x:!", "loopabull_x:"),
        &[Id::UserPassword],
        "/etc/shadow",
    ),
    (
        "a key without an address",
        |t| t.add("/home/loopabull_x/.ssh/authorized_keys", "# a\nrestrict ssh-rsa AAAA from=\n"),
        &[Id::UserKey],
        "/home/loopabull_x/.ssh/authorized_keys:3",
    ),
    (
        "a key without restrict",
        |t| t.add("/home/loopabull_x/.ssh/authorized_keys", "from=\"10.0.0.1\" ssh-rsa AAAA\n"),
        &[Id::UserKey],
        "/home/loopabull_x/.ssh/authorized_keys:2",
    ),
    (
        "no shell of the machine's",
        |t| t.change("/etc/passwd", "/home/loopabull_x:/bin/sh", "/home/loopabull_x:/usr/bin/python3"),
        &[Id::UserShell],
        "/etc/passwd:3",
    ),
    ("no binary", |t| t.remove("/usr/bin/flr"), &[Id::BinaryMissing], "/usr/bin/flr"),
    ("a set-id bit", |t| t.mode("/usr/bin/flr", 0o4755), &[Id::BinarySetId], "/usr/bin/flr"),
    ("capabilities", |t| t.attribute("/usr/bin/flr", "security.capability"), &[Id::BinarySetId], "/usr/bin/flr"),
    ("a binary for all to write", |t| t.mode("/usr/bin/flr", 0o757), &[Id::FileWritable], "/usr/bin/flr"),
    ("a directory of kim's", |t| t.own("/usr/bin", 64002, 0), &[Id::FileOwner], "/usr/bin"),
    ("no log", |t| t.remove(LOG), &[Id::LogMissing], LOG),
    ("kim's log", |t| t.own(LOG, 64002, t.group), &[Id::LogOwner], LOG),
    ("a log for all to read", |t| t.mode(LOG, 0o664), &[Id::LogMode], LOG),
    ("a log that can be rewritten", |t| t.append_only(Some(false)), &[Id::LogAppendOnly], LOG),
    ("a file system that cannot say", |t| t.append_only(None), &[Id::LogAppendOnly], LOG),
    (
        "a torn log",
        |t| {
            t.write(LOG, "{\"v\":1}\nnothing\n");
            t.mode(LOG, 0o660);
            t.own(LOG, 0, t.group);
        },
        &[Id::LogChain],
        "/var/log/flr/flr-koji.jsonl:2",
    ),
    ("no forwarder", |t| t.write("/etc/rsyslog.conf", "#*.* @@loghost\n"), &[Id::LogForwarder], "/etc/rsyslog.conf"),
    ("no sudo", |t| t.remove("/usr/bin/sudo"), &[Id::SudoMissing], "/usr/bin/sudo"),
    (
        "an old sudo",
        |t| t.change("/var/lib/dpkg/status", "1.9.17p2-1", "1.9.13p3-1+deb12u1"),
        &[Id::SudoVersion],
        "/usr/bin/sudo",
    ),
    ("an old sudo with the fix", |t| t.change("/var/lib/dpkg/status", "1.9.17p2-1", "1.9.13p3-1+deb12u2"), &[], ""),
    (
        "sudo says how old it is",
        |t| t.says("/usr/bin/sudo -V", "Sudo version 1.9.15p5\n"),
        &[Id::SudoVersion],
        "/usr/bin/sudo",
    ),
    ("sudo-rs", |t| t.says("/usr/bin/sudo -V", "sudo-rs 0.2.14\n"), &[], ""),
    (
        "expressions for sudo-rs",
        |t| {
            t.says("/usr/bin/sudo -V", "sudo-rs 0.2.14\n");
            t.install(&Style { tighten: true, ..Style::default() });
        },
        &[Id::SudoExpressions],
        "/etc/sudoers.d/90-flr-loopabull_x:3",
    ),
    ("a sudo that says nothing", |t| t.says("/usr/bin/sudo -V", "hello\n"), &[Id::Unread], "/usr/bin/sudo"),
];

/// Some plants need accounts of their own, which only root can give files to.
pub(super) const FOR_ROOT: [&str; 7] = [
    "a part of the profiles that is kim's",
    "a grant of kim's",
    "kim's keytab",
    "a directory of kim's",
    "kim's log",
    "root's number",
    "kim's number",
];
