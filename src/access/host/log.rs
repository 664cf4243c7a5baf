// SPDX-License-Identifier: GPL-3.0-or-later
//! The audit logs, and what carries them away.

use super::people::Person;
use super::policy::Place;
use super::{Audit, Id};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;

const DIRECTORY: &str = "/var/log/flr";

/// Files that tell a system log where to send what it gets.
const FORWARDERS: [&str; 8] = [
    "/etc/rsyslog.conf",
    "/etc/rsyslog.d",
    "/etc/syslog-ng/syslog-ng.conf",
    "/etc/syslog-ng/conf.d",
    "/etc/systemd/journal-upload.conf",
    "/etc/systemd/journal-upload.conf.d",
    "/etc/syslog.conf",
    "/etc/vector",
];

pub(super) fn look(audit: &mut Audit<'_>) {
    audit.trusted(DIRECTORY);
    for person in audit.account_people() {
        one(audit, &person);
    }
    forwarder(audit);
}

fn one(audit: &mut Audit<'_>, person: &Person) {
    let name = &person.name;
    let path = format!("{DIRECTORY}/{name}.jsonl");
    let make = format!("install -m 0660 -o root -g {name} /dev/null {path} && chattr +a {path}");
    let Some(found) = audit.stat(&path) else {
        let why = format!("there is no audit log for {name}: no run is possible, or one that nobody can trust");
        return audit.find_at(Id::LogMissing, &path, why, make);
    };
    if !found.is_file() {
        return audit.find_at(Id::FileKind, &path, "it is no regular file", make);
    }
    let mode = found.mode() & 0o7777;
    let of_root = found.uid() == 0 || found.uid() == audit.scene.places.owner;
    // root's and the group's, or the account's own.
    let (owned, fitting) = match (of_root, found.uid() == person.uid) {
        (true, _) => (found.gid() == person.gid, mode == 0o660),
        (false, true) => (true, mode == 0o600),
        (false, false) => (false, mode & 0o007 == 0),
    };
    if !owned {
        let owner = audit.name_of(found.uid());
        let why = format!("it belongs to {owner} and the group {}", found.gid());
        audit.find_at(Id::LogOwner, &path, why, format!("chown root:{name} {path}"));
    }
    if !fitting {
        let why = format!(
            "its mode is {mode:04o}; it should be 0660 and root's with the account's group, or 0600 and the account's"
        );
        audit.find_at(Id::LogMode, &path, why, format!("chmod 0660 {path}"));
    }
    audit.unlisted(&path);
    match audit.scene.machine.append_only(&audit.scene.places.at(&path)) {
        Some(true) => {}
        Some(false) => {
            let why = format!("{name} can rewrite it: it has no append-only attribute");
            audit.find_at(Id::LogAppendOnly, &path, why, format!("chattr +a {path}"));
        }
        None => {
            let why =
                "its file system knows no append-only attribute: only the copies that left the machine can be trusted";
            audit.find_at(Id::LogAppendOnly, &path, why, "move /var/log/flr to a file system like ext4 or xfs");
        }
    }
    for why in chain(audit, &path) {
        let cure = format!("flr access verify-log {path}; compare with what left the machine");
        audit.find(Id::LogChain, &why.0, why.1, cure);
    }
}

/// What is wrong with the chain of a log.
///
/// The one place where the audit of the machine calls the verification of logs.
fn chain(audit: &Audit<'_>, path: &str) -> Vec<(Place, String)> {
    // `audit::verify` is to be called here. Without it, a line that is no record is all that is seen.
    let told = |line: Option<usize>, why: String| vec![(Place { file: path.to_owned(), line }, why)];
    let file = match std::fs::File::open(audit.scene.places.at(path)) {
        Ok(file) => file,
        Err(error) => return told(None, format!("it cannot be read: {error}")),
    };
    for (number, line) in BufReader::new(file).lines().enumerate() {
        match line {
            Ok(line) if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&line).is_ok() => {}
            Ok(_) => return told(Some(number + 1), "this line is no record".to_owned()),
            Err(error) => return told(Some(number + 1), format!("it cannot be read: {error}")),
        }
    }
    Vec::new()
}

fn forwarder(audit: &mut Audit<'_>) {
    let mut texts = Vec::new();
    for path in FORWARDERS {
        let Some(found) = audit.stat(path) else {
            continue;
        };
        let files = match found.is_dir() {
            true => audit.names_in(path).unwrap_or_default().iter().map(|name| format!("{path}/{name}")).collect(),
            false => vec![path.to_owned()],
        };
        for file in files {
            match super::policy::content(&audit.scene.places.at(&file)) {
                Ok(text) => texts.push(text),
                Err(why) => audit.unread(&Place { file, line: None }, why),
            }
        }
    }
    let forwards = texts.iter().flat_map(|text| text.lines()).any(sends);
    if !forwards {
        let why =
            "nothing here sends the system log to another machine: a log that only its writer keeps proves little";
        let cure = "send authpriv to a log host: rsyslog, syslog-ng or systemd-journal-upload";
        audit.find_at(Id::LogForwarder, "/etc/rsyslog.conf", why, cure);
    }
}

/// Whether a line of such a file names another machine: `*.* @@host`, `omfwd`, `URL=https://…`.
fn sends(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with(['#', ';']) || line.is_empty() {
        return false;
    }
    let lower = line.to_lowercase();
    let target = line.split_whitespace().nth(1).is_some_and(|word| word.len() > 1 && word.starts_with('@'));
    target
        || lower.contains("omfwd")
        || lower.contains("omrelp")
        || lower.contains("omgssapi")
        || lower.starts_with("url=")
        || ["network(", "tcp(", "syslog("].iter().any(|way| lower.contains(way)) && !lower.contains("source")
        || lower.contains("type = \"syslog\"") && lower.contains("sink")
}

#[cfg(test)]
mod tests {
    use super::sends;

    #[test]
    fn lines_that_send_elsewhere() {
        for (line, is) in [
            ("*.* @@loghost:514", true),
            ("authpriv.* @10.0.0.1", true),
            ("action(type=\"omfwd\" target=\"loghost\")", true),
            ("URL=https://loghost:19532", true),
            ("#*.* @@remote-host:514", false),
            ("auth,authpriv.* /var/log/auth.log", false),
            ("# URL=", false),
            ("$IncludeConfig /etc/rsyslog.d/*.conf", false),
        ] {
            assert_eq!(sends(line), is, "{line}");
        }
    }
}
