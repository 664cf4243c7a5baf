// SPDX-License-Identifier: GPL-3.0-or-later
//! sudo itself: its rules, read from the files and heard from its own programs, and its version.

use super::policy::{self, Place, Rule, asked, listed};
use super::{Audit, Id, Ran};

const CONVERTER: &str = "/usr/bin/cvtsudoers";
const SUDO: &str = "/usr/bin/sudo";

/// What a package's version must at least be to hold the fixes of 2025: distribution's mark, and
/// the version. Where none fits, the changelog is searched.
const FIXED: [(&str, &str); 6] = [
    ("+deb11u", "1.9.5p2-3+deb11u2"),
    ("+deb12u", "1.9.13p3-1+deb12u2"),
    ("ubuntu5.22", "1.9.9-1ubuntu2.5"),
    ("ubuntu5.24.04", "1.9.15p5-3ubuntu5.24.04.1"),
    ("ubuntu5.24.10", "1.9.15p5-3ubuntu5.24.10.1"),
    ("ubuntu1.25", "1.9.16p2-1ubuntu1.1"),
];

/// Reads the policy and looks at the program.
pub(super) fn look(audit: &mut Audit<'_>) {
    let host = audit.scene.machine.host_name();
    audit.policy = policy::read(audit.scene.places, host.as_deref());
    for (place, why) in audit.policy.unread.clone() {
        audit.unread(&place, why);
    }
    let paths = audit.policy.files.iter().chain(&audit.policy.directories);
    for path in paths.filter_map(|path| path.to_str()).map(str::to_owned).collect::<Vec<_>>() {
        audit.trusted(&path);
    }
    if audit.scene.places.is_this_machine() {
        second_opinions(audit);
    } else {
        audit.unseen.push("what sudo and cvtsudoers say themselves: only the files were read".to_owned());
    }
    version(audit);
}

/// Rules that only sudo's own programs see are judged too: those of LDAP and SSSD, and any that our
/// reader might read otherwise.
pub(super) fn second_opinions(audit: &mut Audit<'_>) {
    let mut heard: Vec<Rule> = Vec::new();
    if let Ran::Said(text) = audit.scene.machine.run(CONVERTER, &["-f", "json", "-e", "/etc/sudoers"]) {
        let known = &audit.policy.rules;
        let new = asked::converted(&text).unwrap_or_default().into_iter();
        heard.extend(new.filter(|rule| !known.iter().any(|own| own.is_like(rule))));
    }
    for user in audit.grants.iter().map(|file| file.user.clone()).collect::<Vec<_>>() {
        let said = audit.scene.machine.run(SUDO, &["-n", "-ll", "-U", &user]);
        let place = Place { file: format!("sudo -ll -U {user}"), line: None };
        match said {
            Ran::Said(text) => match asked::told(&text, &user) {
                Some(rules) => heard.extend(rules.into_iter().filter(|rule| !is_known(audit, rule, &user))),
                None => audit.unread(&place, "its answer is not understood"),
            },
            // sudo knows of no user of that name; the grant is a finding already.
            Ran::Failed(_) if audit.people.named(&user).is_none() => {}
            Ran::Failed(why) => audit.unread(&place, why),
            Ran::NotThere => {}
        }
    }
    audit.policy.rules.extend(heard);
}

/// Whether a file has what `sudo -ll` tells of `user`.
fn is_known(audit: &Audit<'_>, rule: &Rule, user: &str) -> bool {
    let as_whom = |rule: &Rule| if rule.run_as.is_empty() { "root".to_owned() } else { listed(&rule.run_as) };
    let person = audit.people.named(user);
    audit.policy.rules.iter().any(|own| {
        own.command == rule.command
            && own.negated == rule.negated
            && as_whom(own) == as_whom(rule)
            && person.is_none_or(|person| person.is_in(&own.users))
    })
}

fn version(audit: &mut Audit<'_>) {
    if audit.stat(SUDO).is_none() && audit.stat("/usr/bin/sudo-rs").is_none() {
        let cure = "install sudo, or remove the grants";
        return audit.find_at(Id::SudoMissing, SUDO, "there is no sudo: no grant can be used", cure);
    }
    audit.trusted(SUDO);
    let package = package(audit);
    let said = match audit.scene.machine.run(SUDO, &["-V"]) {
        Ran::Said(text) => text.lines().next().unwrap_or_default().to_owned(),
        Ran::Failed(why) => return audit.unread(&Place { file: SUDO.to_owned(), line: None }, why),
        Ran::NotThere => match &package {
            Some((name, version)) => format!("{name} {}", upstream(version)),
            None => return audit.unseen.push("the version of sudo: it is run on its own machine only".to_owned()),
        },
    };
    expressions(audit, &said);
    let Some(version) = c_version(&said) else {
        if !is_rs(&said) {
            audit
                .unread(&Place { file: SUDO.to_owned(), line: None }, format!("its version is not understood: {said}"));
        }
        return;
    };
    // The option came with 1.8.8, the directory with 1.9.14; both are closed by 1.9.17p1.
    if version < [1, 8, 8, 0] || version >= [1, 9, 17, 1] || package.is_some_and(|(_, own)| is_fixed(&own)) {
        return;
    }
    if audit.scene.places.is_this_machine() && changelog_says(audit) {
        return;
    }
    let hole = if version >= [1, 9, 14, 0] { "CVE-2025-32462 and CVE-2025-32463" } else { "CVE-2025-32462" };
    let why = format!("{said} is older than 1.9.17p1: unless its packager has put the fix in, it has {hole}");
    audit.find_at(Id::SudoVersion, SUDO, why, "check the package's changelog; update sudo");
}

/// Whether tightened fragments mean anything to this sudo.
fn expressions(audit: &mut Audit<'_>, said: &str) {
    let knows = c_version(said).is_some_and(|version| version >= [1, 9, 10, 0]);
    if knows {
        return;
    }
    for rule in audit.policy.rules.clone() {
        if rule.command.contains(" ^") && is_flr(&rule) {
            let why = format!("{said} knows no regular expressions: the rule matches nothing, or something else");
            audit.find(Id::SudoExpressions, &rule.place, why, "write the fragment without --tighten");
        }
    }
}

fn is_flr(rule: &Rule) -> bool {
    rule.program().ends_with("/flr")
}

fn is_rs(said: &str) -> bool {
    said.starts_with("sudo-rs")
}

/// `Sudo version 1.9.13p3` as 1, 9, 13, 3. sudo-rs counts otherwise.
fn c_version(said: &str) -> Option<[u32; 4]> {
    if is_rs(said) {
        return None;
    }
    let text = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = [0u32; 4];
    let (numbers, patch) = text.split_once('p').unwrap_or((text, "0"));
    let leading = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
    for (part, number) in parts.iter_mut().zip(numbers.split('.')) {
        *part = leading(number)?;
    }
    parts[3] = leading(patch)?;
    Some(parts)
}

/// sudo's package by dpkg's own list: name and version.
fn package(audit: &Audit<'_>) -> Option<(String, String)> {
    let text = std::fs::read_to_string(audit.scene.places.at("/var/lib/dpkg/status")).ok()?;
    ["sudo", "sudo-ldap", "sudo-rs"].iter().find_map(|name| {
        let entry = text.split("\n\n").find(|entry| {
            entry.trim_start().strip_prefix("Package: ").is_some_and(|rest| rest.lines().next() == Some(*name))
        })?;
        let field = |key: &str| entry.lines().find_map(|line| line.strip_prefix(key)).map(str::to_owned);
        field("Status: ").filter(|status| status.ends_with(" installed"))?;
        Some(((*name).to_owned(), field("Version: ")?))
    })
}

/// A package's version without the packager's own part.
fn upstream(version: &str) -> &str {
    let version = version.split_once(':').map_or(version, |(_, rest)| rest);
    version.rsplit_once('-').map_or(version, |(upstream, _)| upstream)
}

fn is_fixed(package: &str) -> bool {
    let version = |text: &str| -> Vec<u64> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
    };
    FIXED.iter().any(|(mark, fixed)| package.contains(mark) && version(package) >= version(fixed))
}

/// Whether the packager says that the hole is closed.
fn changelog_says(audit: &Audit<'_>) -> bool {
    let machine = audit.scene.machine;
    let says = |ran: Ran| matches!(ran, Ran::Said(text) if text.contains("CVE-2025-32462"));
    says(machine.run("/usr/bin/rpm", &["-q", "--changelog", "sudo"]))
        || ["/usr/bin/gzip", "/bin/gzip"]
            .iter()
            .any(|gzip| says(machine.run(gzip, &["-dc", "/usr/share/doc/sudo/changelog.Debian.gz"])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_sudo() {
        assert_eq!(c_version("Sudo version 1.9.13p3"), Some([1, 9, 13, 3]));
        assert_eq!(c_version("Sudo version 1.9.17p1"), Some([1, 9, 17, 1]));
        assert_eq!(c_version("Sudo version 1.9.18b1"), Some([1, 9, 18, 0]));
        assert_eq!(c_version("sudo 1.8.31"), Some([1, 8, 31, 0]));
        assert_eq!(c_version("sudo-rs 0.2.14"), None);
        assert_eq!(c_version("something else"), None);
        assert_eq!(upstream("1:1.9.13p3-1+deb12u2"), "1.9.13p3");
        for (package, fixed) in [
            ("1.9.13p3-1+deb12u1", false),
            ("1.9.13p3-1+deb12u2", true),
            ("1.9.13p3-1+deb12u4", true),
            ("1.9.15p5-3ubuntu5", false),
            ("1.9.15p5-3ubuntu5.24.04.1", true),
            ("1.9.15p5-2.fc40", false),
        ] {
            assert_eq!(is_fixed(package), fixed, "{package}");
        }
    }
}
