// SPDX-License-Identifier: GPL-3.0-or-later
//! What can be found. The ids are a contract: a check may look for one, or leave one out.

use serde::Serialize;
use std::fmt;

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub id: Id,
    /// The file, as it is named below the root; or the program that told it.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// What was found, and what it means.
    pub why: String,
    /// What to do about it.
    pub cure: String,
}

macro_rules! ids {
    ($($name:ident $text:literal $what:literal;)*) => {
        /// The kinds of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum Id {
            $(
                #[doc = $what]
                #[serde(rename = $text)]
                $name,
            )*
        }

        impl Id {
            /// All of them, in the order in which they are looked for.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is shown.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// What it means, for the table in the manual page.
            pub const fn what(self) -> &'static str {
                match self { $(Self::$name => $what),* }
            }
        }
    };
}

ids! {
    Unread "unread" "something could not be read or understood, so nothing is known of it";
    FileOwner "file-owner" "a file or directory that flr trusts belongs to another than root";
    FileWritable "file-writable" "others than its owner can write a file or directory that flr trusts";
    FileAcl "file-acl" "an access control list on a file or directory that flr trusts";
    FileKind "file-kind" "a symbolic link, or no regular file, where a file is expected";
    SettingsMissing "settings-missing" "there is no /etc/flr/flr.toml: nothing can be granted";
    SettingsVoid "settings-void" "the settings cannot be used: flr refuses everybody";
    GrantVoid "grant-void" "a grant with an error in it: it grants nothing";
    GrantStray "grant-stray" "a file among the grants that no user's name leads to";
    GrantAccount "grant-account" "a grant for an account that the settings do not name";
    GrantUser "grant-user" "a grant for a user who does not exist, or is no automation user by name";
    GrantExpired "grant-expired" "a grant that has expired";
    GrantExpires "grant-expires" "a grant that expires within 30 days";
    FragmentMissing "fragment-missing" "a grant without its fragment in sudo's rules";
    FragmentOrphan "fragment-orphan" "a fragment without a grant";
    FragmentDrift "fragment-drift" "a fragment that is not what the grant makes now";
    FragmentIgnored "fragment-ignored" "a file about flr that sudo passes over";
    FragmentMode "fragment-mode" "a fragment that is not 0440";
    FragmentOrder "fragment-order" "a later, wider rule wins over a fragment";
    RuleOutside "rule-outside" "a rule for flr outside of the fragments";
    RuleBare "rule-bare" "a rule for flr without a subcommand: everything is allowed";
    RuleNegated "rule-negated" "a rule that forbids: another spelling gets around it";
    RuleGlob "rule-glob" "a pattern before the end of a rule for flr";
    RuleSetenv "rule-setenv" "a rule with SETENV: the caller chooses the environment";
    RuleAll "rule-all" "a rule for every command as a service account, or for an automation user";
    RuleRunAsAll "rule-run-as-all" "a rule for flr as anybody";
    RuleRunAsRoot "rule-run-as-root" "a rule for flr as root that no fragment made with --as-root holds";
    RuleHost "rule-host" "a rule for flr on every machine";
    RulePassword "rule-password" "a rule for flr that asks for a password: automation hangs or fails";
    RuleAccount "rule-account" "another rule lets somebody act as a service account";
    RuleInterpreter "rule-interpreter" "a rule runs env, a shell, an interpreter or an editor as a service account, or for an automation user";
    DefaultsEnvironment "defaults-environment" "sudo lets the caller's environment through";
    DefaultsTerminal "defaults-terminal" "requiretty: automation has no terminal";
    DefaultsLog "defaults-log" "sudo's log is switched off, or copies what passes through flr";
    AccountUnknown "account-unknown" "a service account that does not exist";
    AccountId "account-id" "a service account with root's or another account's number";
    AccountGroups "account-groups" "a service account in groups that give it more";
    AccountShell "account-shell" "a service account with a login shell";
    AccountPassword "account-password" "a service account with a password";
    AccountKeys "account-keys" "a service account with authorized_keys";
    AccountCrontab "account-crontab" "a service account with a crontab, and unattended is not set";
    AccountHome "account-home" "a service account whose home can be written";
    StateDirectory "state-directory" "the account's state directory is not its own, or not 0700";
    KeyMissing "key-missing" "a keytab or certificate that is not there";
    KeyOwner "key-owner" "a keytab or certificate that is not the account's";
    KeyMode "key-mode" "a keytab or certificate that is not 0400";
    UserGroups "user-groups" "an automation user in groups that give him more than his grant";
    UserPassword "user-password" "an automation user with a password";
    UserKey "user-key" "a key of an automation user without restrict or from=";
    UserShell "user-shell" "an automation user's shell is no shell of this machine";
    BinaryMissing "binary-missing" "flr is not where the rules say";
    BinarySetId "binary-set-id" "flr has a set-id bit or capabilities";
    LogMissing "log-missing" "an account without an audit log";
    LogOwner "log-owner" "an audit log that belongs to somebody else";
    LogMode "log-mode" "others can read or write an audit log";
    LogAppendOnly "log-append-only" "an audit log without the append-only attribute: it can be rewritten";
    LogChain "log-chain" "an audit log whose chain is broken";
    LogForwarder "log-forwarder" "nothing carries the system log off this machine";
    SudoMissing "sudo-missing" "there is no sudo";
    SudoVersion "sudo-version" "to check: this sudo may have the holes of 2025 (CVE-2025-32462, CVE-2025-32463)";
    SudoExpressions "sudo-expressions" "a tightened fragment, and this sudo knows no regular expressions";
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}

impl Finding {
    /// Where it is: `/etc/sudoers:12`.
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }
}
