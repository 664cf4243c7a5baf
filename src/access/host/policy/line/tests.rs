// SPDX-License-Identifier: GPL-3.0-or-later
use super::*;

fn rules(line: &str) -> Vec<(String, String)> {
    let Line::Rules { users, privileges } = read(line).unwrap() else {
        panic!("{line}");
    };
    let told = |privilege: &Privilege, command: &Command| {
        let tags = format!("{:?}{:?}", command.no_password, command.setenv).replace("None", "-");
        let not = if command.negated { "!" } else { "" };
        (
            format!("{} {}=({}) {tags}", users.join("+"), privilege.hosts.join("+"), command.run_as.join("+")),
            format!("{not}{}", command.text),
        )
    };
    privileges.iter().flat_map(|privilege| privilege.commands.iter().map(|command| told(privilege, command))).collect()
}

/// Each form was read by sudo 1.9.13 in the same way.
#[test]
fn rules_as_sudo_reads_them() {
    let table: [(&str, &[(&str, &str)]); 9] = [
        ("root ALL=(ALL:ALL) ALL", &[("root ALL=(ALL) --", "ALL")]),
        (
            "%wheel, !kim ALL = NOPASSWD: /bin/a x\\,y  z, PASSWD:SETENV: !/bin/b # why",
            &[
                ("%wheel+!kim ALL=() Some(true)-", "/bin/a x,y z"),
                ("%wheel+!kim ALL=() Some(false)Some(true)", "!/bin/b"),
            ],
        ),
        ("a h1=(b, c) /bin/x : h2 = (:g) /bin/y", &[("a h1=(b+c) --", "/bin/x"), ("a h2=() --", "/bin/y")]),
        ("#1000 ALL=(#0) /bin/x", &[("#1000 ALL=(#0) --", "/bin/x")]),
        ("%#12, +ng, %:other ALL=(ALL) list", &[("%#12++ng+%:other ALL=(ALL) --", "list")]),
        (
            "\"kim x\" fe80::1/64, !10.0.0.1 = sudoedit /etc/x",
            &[("kim x fe80::1/64+!10.0.0.1=() --", "sudoedit /etc/x")],
        ),
        (
            "a ALL = CWD=/tmp ROLE=x NOTBEFORE=20200101000000Z NOPASSWD: sha256:ab=, sha512:cd== /bin/ls \"\"",
            &[("a ALL=() Some(true)-", "/bin/ls \"\"")],
        ),
        (
            "a ALL=(b) /usr/bin/flr ^koji tag( (--x|-y))* [a-z]{1\\,3}$, /bin/z",
            &[("a ALL=(b) --", "/usr/bin/flr ^koji tag( (--x|-y))* [a-z]{1\\,3}$"), ("a ALL=(b) --", "/bin/z")],
        ),
        ("a ALL=(b) SHELLS, !/usr/bin/", &[("a ALL=(b) --", "SHELLS"), ("a ALL=(b) --", "!/usr/bin/")]),
    ];
    for (line, expected) in table {
        let read = rules(line);
        let read: Vec<_> = read.iter().map(|(who, what)| (who.as_str(), what.as_str())).collect();
        assert_eq!(read, expected, "{line}");
    }
}

#[test]
fn other_lines() {
    assert_eq!(read("  # Defaults setenv").unwrap(), Line::Empty);
    assert_eq!(read("#includes are a comment").unwrap(), Line::Empty);
    let include = |path: &str, directory| Line::Include { path: path.to_owned(), directory };
    assert_eq!(read("@includedir /etc/sudoers.d").unwrap(), include("/etc/sudoers.d", true));
    assert_eq!(read("#include \"/etc/a b\"").unwrap(), include("/etc/a b", false));
    let Line::Defaults { sign, list, settings } =
        read("Defaults:a,%b !env_reset, env_keep += \"A B=x\", umask=0077 # x").unwrap()
    else {
        panic!();
    };
    assert_eq!((sign, list), (Some(':'), vec!["a".to_owned(), "%b".to_owned()]));
    let said = |name: &str, off, value: Option<(&str, &str)>| Said {
        name: name.to_owned(),
        off,
        value: value.map(|(sign, value)| (sign.to_owned(), value.to_owned())),
    };
    let expected = [
        said("env_reset", true, None),
        said("env_keep", false, Some(("+=", "A B=x"))),
        said("umask", false, Some(("=", "0077"))),
    ];
    assert_eq!(settings, expected);
    assert_eq!(
        read("Defaults!/usr/bin/flr,/bin/x !requiretty").unwrap(),
        Line::Defaults {
            sign: Some('!'),
            list: vec!["/usr/bin/flr".into(), "/bin/x".into()],
            settings: vec![said("requiretty", true, None)]
        }
    );
    let Line::Aliases { of, lists } = read("Cmnd_Alias A = /bin/x, !/bin/y : B = ALL").unwrap() else {
        panic!();
    };
    assert_eq!(of, AliasOf::Commands);
    assert_eq!(lists[0], ("A".into(), vec!["/bin/x".into(), "!/bin/y".into()]));
    assert_eq!(lists[1], ("B".into(), vec!["ALL".into()]));
}

#[test]
fn what_is_not_understood_is_told() {
    for bad in [
        "kim",
        "kim ALL",
        "kim ALL=",
        "kim ALL=(ALL",
        "kim ALL=(ALL) bin/x",
        "Defaults",
        "Defaults:",
        "@inc x",
        "User_Alias a = b",
        "User_Alias A b",
        "kim ALL=/bin/x : ",
        "\"kim ALL=ALL",
        "kim ALL=ALL ALL",
        "= x",
        "kim ALL=/bin/x =",
        "\\",
    ] {
        assert!(read(bad).is_err(), "{bad}: {:?}", read(bad));
    }
}

proptest::proptest! {
    #[test]
    fn nothing_makes_it_panic(line in "[ -~\t]{0,60}|[A-Za-z=:,()!#%+^$*\\\\\" /]{0,60}|\\PC{0,30}") {
        let _ = read(&line);
    }
}
