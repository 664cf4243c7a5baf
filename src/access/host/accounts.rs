// SPDX-License-Identifier: GPL-3.0-or-later
//! The service accounts: nobody becomes one but through sudo's rules.

use super::people::{Password, Person};
use super::policy::Place;
use super::{Audit, Id};
use std::os::unix::fs::MetadataExt;

/// Programs that end a login at once.
const NO_LOGIN: [&str; 6] =
    ["/usr/sbin/nologin", "/sbin/nologin", "/usr/bin/nologin", "/bin/false", "/usr/bin/false", "/usr/sbin/false"];

/// Groups that are as good as root, or as the hub.
pub(super) const POWERFUL: [&str; 14] = [
    "root",
    "wheel",
    "sudo",
    "admin",
    "adm",
    "docker",
    "podman",
    "lxd",
    "libvirt",
    "mock",
    "disk",
    "shadow",
    "kvm",
    "systemd-journal",
];

/// Where crontabs lie on the usual systems.
const CRONTABS: [&str; 2] = ["/var/spool/cron", "/var/spool/cron/crontabs"];

pub(super) fn look(audit: &mut Audit<'_>) {
    for name in audit.accounts() {
        let Some(person) = audit.people.named(&name).cloned() else {
            let why = format!("there is no account {name} on this machine");
            let cure =
                format!("useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin {name}");
            audit.find_at(Id::AccountUnknown, "/etc/passwd", why, cure);
            continue;
        };
        identity(audit, &person);
        login(audit, &person);
        home(audit, &person);
        crontab(audit, &person);
        state(audit, &person);
        super::keys::look(audit, &person);
    }
}

fn place(person: &Person) -> Place {
    Place { file: "/etc/passwd".to_owned(), line: person.line }
}

fn identity(audit: &mut Audit<'_>, person: &Person) {
    let name = &person.name;
    if person.uid == 0 {
        let cure = "give the account a number of its own";
        audit.find(Id::AccountId, &place(person), format!("{name} has root's number"), cure);
    }
    let others: Vec<String> = audit
        .people
        .numbered(person.uid)
        .filter(|other| other.name != *name && person.uid != 0)
        .map(|other| other.name.clone())
        .collect();
    if !others.is_empty() {
        let why = format!("{name} has the same number as {}", others.join(", "));
        audit.find(Id::AccountId, &place(person), why, "give the account a number of its own");
    }
    let groups: Vec<&str> = person.groups.iter().map(String::as_str).filter(|group| POWERFUL.contains(group)).collect();
    if !groups.is_empty() {
        let why = format!("{name} is in {}", groups.join(", "));
        audit.find_at(Id::AccountGroups, "/etc/group", why, format!("gpasswd -d {name} GROUP"));
    }
}

fn login(audit: &mut Audit<'_>, person: &Person) {
    let name = &person.name;
    if !NO_LOGIN.contains(&person.shell.as_str()) {
        let shell = if person.shell.is_empty() { "/bin/sh" } else { &person.shell };
        let why = format!("{name} can log in: its shell is {shell}");
        audit.find(Id::AccountShell, &place(person), why, format!("usermod -s /usr/sbin/nologin {name}"));
    }
    let why = match person.password {
        Some(Password::Locked) => return,
        Some(Password::Set) => format!("{name} has a password"),
        Some(Password::Empty) => format!("{name} needs no password"),
        None => return audit.unseen.push(format!("the password of {name}: it is not kept in /etc/shadow")),
    };
    audit.find_at(Id::AccountPassword, "/etc/shadow", why, format!("passwd -l {name}"));
}

fn home(audit: &mut Audit<'_>, person: &Person) {
    let Some(home) = person.home.to_str().map(str::to_owned) else {
        return;
    };
    for file in ["authorized_keys", "authorized_keys2"] {
        let path = format!("{}/.ssh/{file}", home.trim_end_matches('/'));
        if audit.stat(&path).is_some_and(|found| found.len() > 0) {
            let why = format!("whoever has one of these keys is {}", person.name);
            audit.find_at(Id::AccountKeys, &path, why, format!("remove {path}"));
        }
    }
    let Some(found) = audit.stat(&home).filter(std::fs::Metadata::is_dir) else {
        return;
    };
    let owner = audit.scene.places.owner;
    let own = (found.uid() == person.uid && person.uid != owner) && found.mode() & 0o200 != 0;
    let shared = found.mode() & 0o022 != 0 && home != "/";
    if own || shared || (found.uid() != 0 && found.uid() != owner && found.uid() != person.uid) {
        let why = format!("the home of {} can be written, by itself or by others", person.name);
        let cure = format!("usermod -d /nonexistent {}, or chown root {home} and chmod go-w {home}", person.name);
        audit.find_at(Id::AccountHome, &home, why, cure);
    }
}

fn crontab(audit: &mut Audit<'_>, person: &Person) {
    let settings = audit.settings.as_ref().and_then(|settings| settings.accounts.get(&person.name));
    if settings.is_some_and(|settings| settings.unattended) {
        return;
    }
    for directory in CRONTABS {
        let path = format!("{directory}/{}", person.name);
        if audit.stat(&path).is_some_and(|found| found.is_file()) {
            let why = format!("{} runs what stands in its crontab, without any caller", person.name);
            let cure = format!("crontab -r -u {0}, or set accounts.{0}.unattended", person.name);
            audit.find_at(Id::AccountCrontab, &path, why, cure);
        }
    }
}

fn state(audit: &mut Audit<'_>, person: &Person) {
    let path = format!("/var/lib/flr/{}", person.name);
    audit.trusted("/var/lib/flr");
    let cure = format!("install -d -m 0700 -o {0} {path}", person.name);
    let Some(found) = audit.stat(&path) else {
        let why = format!("{} has no directory for its state", person.name);
        return audit.find_at(Id::StateDirectory, &path, why, cure);
    };
    if !found.is_dir() || found.uid() != person.uid || found.mode() & 0o077 != 0 {
        let owner = audit.name_of(found.uid());
        let why = format!("it belongs to {owner} with the mode {:04o}", found.mode() & 0o7777);
        audit.find_at(Id::StateDirectory, &path, why, cure);
    }
    audit.unlisted(&path);
}
