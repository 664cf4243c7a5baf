// SPDX-License-Identifier: GPL-3.0-or-later
//! The automation users: how they come in, and what they have besides their grants.

use super::accounts::POWERFUL;
use super::people::{Password, Person};
use super::policy::Place;
use super::{Audit, Id};
use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;

pub(super) fn look(audit: &mut Audit<'_>) {
    let accounts = audit.accounts();
    for person in audit.granted() {
        // An account that runs its own crontab is looked at as an account.
        if accounts.contains(&person.name) {
            continue;
        }
        groups(audit, &person);
        password(audit, &person);
        shell(audit, &person);
        keys(audit, &person);
    }
}

fn groups(audit: &mut Audit<'_>, person: &Person) {
    let name = &person.name;
    let mut reasons: Vec<String> =
        person.groups.iter().filter(|group| POWERFUL.contains(&group.as_str())).cloned().collect();
    for account in audit.account_people() {
        let own: BTreeSet<&String> = account.groups.iter().filter(|group| person.groups.contains(*group)).collect();
        let first = person.gids.contains(&account.gid);
        if first || own.iter().any(|group| **group == account.name) {
            reasons.push(format!("the group of {}", account.name));
        }
    }
    let files: Vec<String> = audit
        .settings
        .iter()
        .flat_map(|settings| settings.accounts.values())
        .flat_map(|account| account.keytab.iter().chain(&account.cert))
        .filter_map(|file| file.to_str().map(str::to_owned))
        .collect();
    for file in files {
        if let Some(found) = audit.stat(&file)
            && person.gids.contains(&found.gid())
        {
            reasons.push(format!("the group of {file}"));
        }
    }
    if !reasons.is_empty() {
        let why = format!("{name} is in {}", reasons.join(", "));
        audit.find_at(Id::UserGroups, "/etc/group", why, format!("gpasswd -d {name} GROUP"));
    }
}

fn password(audit: &mut Audit<'_>, person: &Person) {
    let name = &person.name;
    let why = match person.password {
        Some(Password::Locked) => return,
        Some(Password::Set) => format!("{name} has a password"),
        Some(Password::Empty) => format!("{name} needs no password"),
        None => return audit.unseen.push(format!("the password of {name}: it is not kept in /etc/shadow")),
    };
    audit.find_at(Id::UserPassword, "/etc/shadow", why, format!("passwd -l {name}"));
}

/// Playbooks need a shell, so that there is one is no finding.
fn shell(audit: &mut Audit<'_>, person: &Person) {
    let shell = if person.shell.is_empty() { "/bin/sh" } else { person.shell.as_str() };
    if shell.ends_with("/nologin") || shell.ends_with("/false") {
        return;
    }
    let place = Place { file: "/etc/passwd".to_owned(), line: person.line };
    let shells = super::policy::content(&audit.scene.places.at("/etc/shells")).unwrap_or_default();
    if !shells.lines().any(|line| line.trim() == shell) {
        let why = format!("{shell}, the shell of {}, is not one of /etc/shells", person.name);
        audit.find(Id::UserShell, &place, why, format!("usermod -s /bin/sh {}", person.name));
    }
    let target = std::fs::canonicalize(audit.scene.places.at(shell)).ok();
    if target.is_some() && audit.scene.places.is_this_machine() {
        let real = target.and_then(|path| path.to_str().map(str::to_owned)).unwrap_or_else(|| shell.to_owned());
        audit.trusted(&real);
    }
}

fn keys(audit: &mut Audit<'_>, person: &Person) {
    let Some(home) = person.home.to_str().map(str::to_owned) else {
        return;
    };
    for file in ["authorized_keys", "authorized_keys2"] {
        let path = format!("{}/.ssh/{file}", home.trim_end_matches('/'));
        if audit.stat(&path).is_none() {
            continue;
        }
        let text = match super::policy::content(&audit.scene.places.at(&path)) {
            Ok(text) => text,
            Err(why) => {
                audit.unread(&Place { file: path, line: None }, why);
                continue;
            }
        };
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let options = options(line);
            let has = |wanted: &str| options.iter().any(|option| option.split('=').next() == Some(wanted));
            let lacks: Vec<&str> = ["restrict", "from"].into_iter().filter(|option| !has(option)).collect();
            if !lacks.is_empty() {
                let why = format!("this key of {} has no {}", person.name, lacks.join(" and no "));
                let cure = "begin the line with restrict,from=\"ADDRESS\"";
                audit.find(Id::UserKey, &Place { file: path.clone(), line: Some(number + 1) }, why, cure);
            }
        }
    }
}

/// The options before a key, in lower case; quotes may hold commas and blanks.
fn options(line: &str) -> Vec<String> {
    let types = ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-", "webauthn-"];
    if types.iter().any(|kind| line.starts_with(kind)) {
        return Vec::new();
    }
    let (mut all, mut word, mut quoted, mut after_backslash) = (Vec::new(), String::new(), false, false);
    for c in line.chars() {
        match c {
            '"' if !after_backslash => quoted = !quoted,
            ',' if !quoted => all.push(std::mem::take(&mut word).to_lowercase()),
            ' ' | '\t' if !quoted => break,
            _ => word.push(c),
        }
        after_backslash = c == '\\' && !after_backslash;
    }
    all.push(word.to_lowercase());
    all
}

#[cfg(test)]
mod tests {
    use super::options;

    #[test]
    fn options_of_keys() {
        assert_eq!(options("ssh-ed25519 AAAA kim"), Vec::<String>::new());
        assert_eq!(options("restrict,from=\"10.0.0.1, restrict\" ssh-rsa AA"), ["restrict", "from=10.0.0.1, restrict"]);
        assert_eq!(options("command=\"echo \\\", restrict\" ssh-rsa AA"), ["command=echo \\\", restrict"]);
    }
}
