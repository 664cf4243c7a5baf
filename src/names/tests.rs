// SPDX-License-Identifier: GPL-3.0-or-later
//! Names as they come: properties, traps of the field, hostile input.

use super::*;
use proptest::prelude::*;
use std::cmp::Ordering;
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// What any name must do with any text: refuse it with a short sentence that quotes its beginning as it
/// is, or show exactly it again.
fn holds<T>(text: &str) -> Result<(), TestCaseError>
where
    T: FromStr<Err = NameError> + Display + Debug + PartialEq,
{
    match text.parse::<T>() {
        Ok(name) => {
            prop_assert_eq!(name.to_string(), text);
            prop_assert!(!text.starts_with('-'), "{:?} looks like an option", text);
            prop_assert!(!text.contains(char::is_whitespace));
            prop_assert!(text.chars().all(|c| c.is_ascii_graphic()));
        }
        Err(why) => {
            let why = why.to_string();
            // 60 characters of the text, each of at most 4 bytes.
            prop_assert!(why.len() < 440, "{} bytes", why.len());
            let head: String = text.chars().take(60).collect();
            let rest = why.strip_prefix(&format!("\"{head}"));
            prop_assert!(rest.is_some_and(|rest| !rest.contains(char::is_control)), "{:?}", why);
        }
    }
    Ok(())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        // Nearly names.
        "[-a-zA-Z0-9/_.+~^@ \\n\\x1b]{0,40}(,draft_[0-9]{0,3})?",
        "[a-z-]{250,262}",
    ]
}

proptest! {
    #[test]
    fn every_name_refuses_or_repeats(text in any_text()) {
        holds::<Nvr>(&text)?;
        holds::<TagName>(&text)?;
        holds::<PackageName>(&text)?;
        holds::<TargetName>(&text)?;
        holds::<PermissionName>(&text)?;
        holds::<UserName>(&text)?;
        holds::<RunId>(&text)?;
    }

    #[test]
    fn a_build_comes_apart_where_it_was_put_together(
        name in "[a-zA-Z0-9_.+]([-a-zA-Z0-9_.+]{0,30}[a-zA-Z0-9_.+])?",
        version in "[a-zA-Z0-9_.+~^]{1,20}",
        release in "[a-zA-Z0-9_.+~^]{1,20}(,draft_[0-9]{1,9})?",
    ) {
        let text = format!("{name}-{version}-{release}");
        let nvr: Nvr = text.parse().unwrap();
        prop_assert_eq!(nvr.name(), &name);
        prop_assert_eq!(nvr.package().to_string(), name);
        prop_assert_eq!((nvr.version(), nvr.release()), (&*version, &*release));
        prop_assert_eq!((nvr.as_str(), nvr.to_string()), (&*text, text.clone()));
        let json = serde_json::to_string(&nvr).unwrap();
        prop_assert_eq!(&json, &format!("\"{text}\""));
        prop_assert_eq!(serde_json::from_str::<Nvr>(&json).unwrap(), nvr);
    }

    #[test]
    fn numbers_come_back(number in 0..=u64::MAX) {
        let text = number.to_string();
        match text.parse::<BuildId>() {
            Ok(id) => {
                prop_assert!(i64::try_from(number).is_ok());
                prop_assert_eq!((id.0, id.to_string()), (number, text));
            }
            Err(_) => prop_assert!(i64::try_from(number).is_err()),
        }
    }

    #[test]
    fn numbers_refuse_the_rest(text in any_text()) {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        prop_assert!(text.parse::<TaskId>().is_err() || digits);
        prop_assert!(text.parse::<EventId>().is_err() || digits);
    }

    /// Sorting and "the newest" rely on it.
    #[test]
    fn versions_have_an_order(a in evr(), b in evr(), c in evr()) {
        prop_assert_eq!(a.cmp(&a), Ordering::Equal);
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
        if a <= b && b <= c {
            prop_assert!(a <= c, "{} <= {} <= {}", a, b, c);
        }
        if a == b {
            prop_assert_eq!(a.cmp(&c), b.cmp(&c));
        }
    }
}

fn evr() -> impl Strategy<Value = Evr> {
    let part = "[0-2a-b.~^_]{1,5}";
    (prop_oneof![Just(None), (0..3u64).prop_map(Some)], part, part)
        .prop_map(|(epoch, version, release)| Evr::new(epoch, &version, &release))
}

#[track_caller]
fn parts(text: &str, name: &str, version: &str, release: &str) {
    let nvr: Nvr = text.parse().unwrap();
    assert_eq!((nvr.name(), nvr.version(), nvr.release()), (name, version, release));
}

#[test]
fn builds_are_read_from_the_right() {
    parts("bash-5.3.0-2.fc43", "bash", "5.3.0", "2.fc43");
    // The name has digits and dashes.
    parts("python3-foo-bar-2-3.fc43", "python3-foo-bar", "2", "3.fc43");
    parts("java-21-openjdk-21.0.5.0.11-1.fc43", "java-21-openjdk", "21.0.5.0.11", "1.fc43");
    parts("a-1-2-3", "a-1", "2", "3");
    // No package, but of the same shape.
    parts("Fedora-Container-Base-43-20250912.0", "Fedora-Container-Base", "43", "20250912.0");
    parts("flatpak-runtime-f43-1", "flatpak-runtime", "f43", "1");
    // Before and after; disttags.
    parts("systemd-259~rc1-1.fc43", "systemd", "259~rc1", "1.fc43");
    parts("vim-9.1^20250912git0a1b2c3-1.eln150", "vim", "9.1^20250912git0a1b2c3", "1.eln150");
    parts("gtk+-2.24.33-20.el10_1", "gtk+", "2.24.33", "20.el10_1");
    parts("libstdc++-compat-8.3-5.fc43app", "libstdc++-compat", "8.3", "5.fc43app");
    parts("x-0-0", "x", "0", "0");
    parts("bash-5.3.0-2.fc43,draft_2700574", "bash", "5.3.0", "2.fc43,draft_2700574");
}

#[test]
fn a_draft_is_of_the_version_it_is_to_be() {
    let draft: Nvr = "bash-5.3.0-2.fc43,draft_2700574".parse().unwrap();
    let build: Nvr = "bash-5.3.0-2.fc43".parse().unwrap();
    assert!(draft.is_draft() && !build.is_draft() && draft != build);
    let evr = |nvr: &Nvr| Evr::new(None, nvr.version(), nvr.release());
    assert_eq!(evr(&draft), evr(&build));
    assert!(evr(&draft) < Evr::new(None, "5.3.0", "3.fc43"));
    assert_eq!(evr(&draft).to_string(), "5.3.0-2.fc43,draft_2700574");
}

#[track_caller]
fn refused<T: FromStr<Err = NameError> + Debug>(text: &str, why: &str) {
    assert_eq!(text.parse::<T>().unwrap_err().to_string(), why);
}

#[test]
fn what_is_no_build_is_refused_with_the_reason() {
    let says = |text: &str, why: &str| {
        let noun = "is not a build (NAME-VERSION-RELEASE)";
        refused::<Nvr>(text, &format!("\"{text}\" {noun}: {why}"));
    };
    says("", "it is empty");
    says("bash", "it needs a name, a version and a release");
    says("bash-5.3", "it needs a name, a version and a release");
    says("-5.3-1", "it begins with a dash");
    says("--yes-1-1", "it begins with a dash");
    says("bash--1", "its name, version or release is empty");
    says("bash-5.3-", "its name, version or release is empty");
    says("bash~1-5.3-1", "its name may not contain '~' or '^'");
    says("rpm/bash-5.3-1", "it may not contain '/'");
    says("../../etc-1-1", "it may not contain '/'");
    says("1:bash-5.3-1", "it may not contain ':'");
    says("bash-1:5.3-1", "it may not contain ':'");
    says("bash-5.3-1,zsh-5.9-1", "it may not contain ','");
    says("bash-5.3-1,draft_", "it may not contain ','");
    says("bash-5.3-1,draft_1x", "it may not contain ','");
    says("bash-5.3-1,draft_1,draft_2", "it may not contain ','");
    says("bash-5.3-1 ,draft_1", "it may not contain a blank");
    says("bash-5.3-,draft_1", "its name, version or release is empty");
    says("bash-5.3,draft_1-1", "it may not contain ','");
    says("-5.3-1,draft_1", "it begins with a dash");
    says("bash 5.3-1", "it may not contain a blank");
    says("bash-5.3-1\r", "it may not contain the control character U+000D");
    says("bash-5.3-1\u{1b}[2J", "it may not contain the control character U+001B");
    says("bash-5.3-1\0", "it may not contain the control character U+0000");
    says("bаsh-5.3-1", "it may not contain 'а'"); // a Cyrillic letter
    says("bash-5.3-1\u{202e}", "it may not contain '\u{202e}'");
    says("*-*-*", "it may not contain '*'");
    says("%(id)-1-1", "it may not contain '%'");
}

#[test]
fn long_names_are_refused_and_not_repeated_at_length() {
    let longest = "t".repeat(256);
    assert_eq!(longest.parse::<TagName>().unwrap().as_str(), longest);
    refused::<TagName>(
        &"t".repeat(257),
        &format!("\"{}…\" is not a tag name: 257 bytes are more than 256", "t".repeat(60)),
    );
    let nvr = format!("{}-{}-{}", "n".repeat(256), "1".repeat(256), "2".repeat(256));
    parts(&nvr, &"n".repeat(256), &"1".repeat(256), &"2".repeat(256));
    refused::<Nvr>(
        &format!("{}-1-1", "n".repeat(257)),
        &format!("\"{}…\" is not a build (NAME-VERSION-RELEASE): its name is longer than 256 bytes", "n".repeat(60)),
    );
    let hostile = "\u{1b}".repeat(10_000_000);
    let why = hostile.parse::<Nvr>().unwrap_err().to_string();
    let head = "\u{1b}".repeat(60);
    assert_eq!(why, format!("\"{head}…\" is not a build (NAME-VERSION-RELEASE): 10000000 bytes are more than 770"));
}

#[test]
fn other_names_keep_to_their_own_rules() {
    assert!("f43-build-side-130001-x".parse::<TagName>().is_ok());
    assert!("kim@EXAMPLE.TEST".parse::<UserName>().is_ok());
    assert!("HTTP/hub.example.test@EXAMPLE.TEST".parse::<UserName>().is_ok());
    refused::<TagName>("kim@EXAMPLE.TEST", "\"kim@EXAMPLE.TEST\" is not a tag name: it may not contain '@'");
    refused::<TagName>("f43^", "\"f43^\" is not a tag name: it may not contain '^'");
    refused::<PackageName>("-", "\"-\" is not a package name: it begins with a dash");
    refused::<PackageName>(
        "ba\nsh",
        "\"ba\nsh\" is not a package name: it may not contain the control character U+000A",
    );
    refused::<TaskId>("12x", "\"12x\" is not a task id: it is not a number");
    refused::<TaskId>("-1", "\"-1\" is not a task id: it is not a number");
    refused::<TaskId>("+1", "\"+1\" is not a task id: it is not a number");
    refused::<TaskId>("١", "\"١\" is not a task id: it is not a number");
    refused::<BuildId>("", "\"\" is not a build id: it is empty");
    refused::<EventId>("9223372036854775808", "\"9223372036854775808\" is not an event id: it is too large");
}

/// Builds of one package, oldest first; those in one row are of the same version.
#[test]
fn the_order_of_versions() {
    let rows: &[&[(Option<u64>, &str, &str)]] = &[
        &[(None, "1.9", "1.fc43"), (Some(0), "1.9", "1.fc43"), (None, "1.09", "1.fc43")],
        &[(None, "1.9", "1.fc44")],
        // Words in the order of letters: EPEL's disttag is older than ELN's, ELN's than Fedora's.
        &[(None, "1.9", "2.el10_1")],
        &[(None, "1.9", "2.eln150")],
        &[(None, "1.9", "2.fc43")],
        &[(None, "1.9", "2.fc43app")],
        // Where one has a number and the other a word, the number is newer.
        &[(None, "1.9", "2.fc43.1")],
        &[(None, "1.9", "10.fc43")],
        &[(None, "1.10~beta", "1.fc43")],
        &[(None, "1.10~rc1", "3.fc43")],
        &[(None, "1.10~rc1^20250912", "1.fc43")],
        &[(None, "1.10~rc2", "1.fc43")],
        &[(None, "1.10", "0.1.fc43")],
        &[(None, "1.10", "1.fc43"), (Some(0), "1.10", "1_fc43")],
        &[(None, "1.10^20250912git0", "1.fc43")],
        &[(None, "1.10^20250913git0", "1.fc43")],
        &[(None, "1.10a", "1.fc43")],
        &[(None, "1.10.0", "1.fc43")],
        &[(None, "1.10.1", "1.fc43")],
        &[(None, "2025", "1.fc43")],
        &[(None, "184467440737095516150", "1.fc43")],
        &[(None, "184467440737095516151", "1.fc43")],
        &[(Some(1), "0.1", "1.fc43")],
        &[(Some(2), "0.0", "0")],
        &[(Some(10), "0~", "0")],
    ];
    let evr = |&(epoch, version, release): &(Option<u64>, &str, &str)| Evr::new(epoch, version, release);
    let all: Vec<(usize, Evr)> =
        rows.iter().enumerate().flat_map(|(place, row)| row.iter().map(move |one| (place, evr(one)))).collect();
    for (place, ours) in &all {
        for (other, theirs) in &all {
            assert_eq!(ours.cmp(theirs), place.cmp(other), "{ours} and {theirs}");
            assert_eq!(ours == theirs, place == other, "{ours} and {theirs}");
        }
    }
}

#[test]
fn no_epoch_is_not_shown() {
    let shown = |epoch| Evr::new(epoch, "1.9", "1.fc43").to_string();
    assert_eq!(shown(None), "1.9-1.fc43");
    assert_eq!(shown(Some(0)), "1.9-1.fc43");
    assert_eq!(shown(Some(3)), "3:1.9-1.fc43");
}

#[test]
fn users_of_a_hub_are_what_they_are() {
    let odd = "Žofie Nová <zn>\u{202e}";
    assert!(odd.parse::<UserName>().is_err());
    let user = UserName::of_hub(odd).unwrap();
    assert_eq!(user.as_str(), odd);
    // An owner of a package comes back out of a journal.
    let json = serde_json::to_string(&user).unwrap();
    assert_eq!(serde_json::from_str::<UserName>(&json).unwrap(), user);
    for bad in [String::new(), "x".repeat(257), "ev\u{1b}[31mil".into()] {
        assert!(UserName::of_hub(&bad).is_err());
    }
}
