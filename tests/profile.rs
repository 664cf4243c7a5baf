// SPDX-License-Identifier: GPL-3.0-or-later
//! Profiles from koji's own configuration files, as the koji client would read them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use flr::Result;
use flr::error::Kind;
use flr::koji::profile::{Auth, KerberosFrom, Overrides, Places, Profile};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A machine: `etc/` and `home/`, with these files.
struct Machine(TempDir);

impl Machine {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load_with(&self, name: &str, overrides: &Overrides) -> Result<Profile> {
        let (etc, home) = (self.path("etc"), self.path("home"));
        Profile::load(name, Places { etc: &etc, home: Some(&home) }, overrides)
    }

    fn load(&self, name: &str) -> Result<Profile> {
        self.load_with(name, &Overrides::default())
    }
}

fn in_etc(text: &str) -> Machine {
    Machine::new(&[("etc/koji.conf", text)])
}

#[test]
fn a_section_with_nothing_in_it_has_kojis_defaults() {
    let profile = in_etc("[koji]\n").load("koji").unwrap();
    assert_eq!(profile.name, "koji");
    assert_eq!(profile.server.as_str(), "http://localhost/kojihub");
    assert_eq!(profile.auth, Auth::Kerberos(KerberosFrom::Cache(None)));
    assert_eq!(profile.serverca, None);
    assert!(!profile.no_ssl_verify);
    assert_eq!(profile.timeout.as_secs(), 43_200);
    assert_eq!(profile.auth_timeout.as_secs(), 60);
    assert_eq!(profile.max_retries, 30);
    assert_eq!(profile.retry_interval.as_secs(), 20);
    assert_eq!(profile.poll_interval.as_secs(), 6);
    assert_eq!((profile.weburl, profile.topurl), (None, None));
    assert_eq!(profile.topdir, PathBuf::from("/mnt/koji"));
}

#[test]
fn later_files_win_key_by_key() {
    let machine = Machine::new(&[
        (
            "etc/koji.conf.d/10-a.conf",
            "[koji]\nserver = https://a/h\nweburl = a\ntopurl = a\nmax_retries = 1\ntimeout = 1\n",
        ),
        ("etc/koji.conf.d/20-b.conf", "[koji]\nweburl = b\ntopurl = b\nmax_retries = 2\ntimeout = 2\n"),
        ("etc/koji.conf.d/30-c.conf.rpmsave", "[koji]\nserver = https://no/h\n"),
        ("etc/koji.conf", "[koji]\ntopurl = c\nmax_retries = 3\ntimeout = 3\n"),
        ("home/.koji/config.d/x.conf", "[koji]\nmax_retries = 4\ntimeout = 4\n"),
        ("home/.koji/config", "[koji]\nTimeout = 5\n"),
    ]);
    let profile = machine.load("koji").unwrap();
    assert_eq!(profile.server.as_str(), "https://a/h");
    assert_eq!(profile.weburl.as_deref(), Some("b"));
    assert_eq!(profile.topurl.as_deref(), Some("c"));
    assert_eq!(profile.max_retries, 4);
    assert_eq!(profile.timeout.as_secs(), 5);
}

#[test]
fn the_default_section_stands_behind_every_other() {
    // A section's own key wins, also over a [DEFAULT] that was read later.
    let machine = Machine::new(&[
        (
            "etc/koji.conf",
            "[DEFAULT]\nhost = a.test\nauthtype = ssl\n[koji]\nserver = https://%(host)s/kojihub\nauthtype = kerberos\n",
        ),
        ("home/.koji/config", "[DEFAULT]\nauthtype = noauth\nhost = b.test\n[stage]\n"),
    ]);
    let koji = machine.load("koji").unwrap();
    assert_eq!(koji.server.as_str(), "https://b.test/kojihub");
    assert_eq!(koji.auth, Auth::Kerberos(KerberosFrom::Cache(None)));
    assert_eq!(machine.load("stage").unwrap().auth, Auth::Anonymous);
    assert_eq!(machine.load("DEFAULT").unwrap_err().kind, Kind::Usage);
}

#[test]
fn no_home_is_no_error_until_it_is_needed() {
    let machine = in_etc("[koji]\nserver = https://a/h\n[there]\nserverca = ~/ca.pem\n");
    let etc = machine.path("etc");
    let places = Places { etc: &etc, home: None };
    let none = Overrides::default();
    assert_eq!(Profile::load("koji", places, &none).unwrap().serverca, None);
    let error = Profile::load("there", places, &none).unwrap_err();
    assert!(
        error
            .what
            .ends_with("koji.conf line 4: serverca in section there: \"~/ca.pem\" is in a home, and there is none"),
        "{}",
        error.what
    );
}

#[test]
fn paths_in_the_home() {
    let machine = in_etc("[koji]\nserverca = ~/ca.pem\nauthtype = ssl\ncert=~/my.pem\n");
    let profile = machine.load("koji").unwrap();
    assert_eq!(profile.serverca, Some(machine.path("home/ca.pem")));
    assert_eq!(profile.auth, Auth::Certificate(machine.path("home/my.pem")));
}

#[test]
fn certificates_in_the_usual_place_are_found() {
    let machine = Machine::new(&[
        ("etc/koji.conf", "[koji]\n[plain]\ncert =\nserverca =\n[named]\nauthtype = kerberos\n"),
        ("home/.koji/client.crt", "x"),
        ("home/.koji/serverca.crt", "x"),
    ]);
    let profile = machine.load("koji").unwrap();
    assert_eq!(profile.auth, Auth::Certificate(machine.path("home/.koji/client.crt")));
    assert_eq!(profile.serverca, Some(machine.path("home/.koji/serverca.crt")));
    // Said to be empty: not even the usual place.
    let profile = machine.load("plain").unwrap();
    assert_eq!(profile.auth, Auth::Kerberos(KerberosFrom::Cache(None)));
    assert_eq!(profile.serverca, None);
    assert_eq!(machine.load("named").unwrap().auth, Auth::Kerberos(KerberosFrom::Cache(None)));
}

#[test]
fn every_way_to_log_in() {
    let machine = in_etc(
        "[none]\nauthtype = noauth\n[password]\nauthtype = password\nuser = ignored\npassword = 100%\n\
         [ssl]\nauthtype = ssl\n[gone]\ncert = /nonexistent/cert.pem\n\
         [keytab]\nkeytab = /etc/robot.keytab\nprincipal = robot/releng@EXAMPLE.TEST\n\
         [half]\nkeytab = /etc/robot.keytab\n[other]\nprincipal = kim\n",
    );
    let auth = |name| machine.load(name).unwrap().auth;
    assert_eq!(auth("none"), Auth::Anonymous);
    assert_eq!(auth("password"), Auth::Password { user: None });
    assert_eq!(auth("ssl"), Auth::Certificate(machine.path("home/.koji/client.crt")));
    assert_eq!(auth("gone"), Auth::Kerberos(KerberosFrom::Cache(None)));
    let robot = Auth::Kerberos(KerberosFrom::Keytab {
        keytab: "/etc/robot.keytab".into(),
        principal: "robot/releng@EXAMPLE.TEST".into(),
    });
    assert_eq!(auth("keytab"), robot);
    // As koji: one of the two alone does not count.
    assert_eq!(auth("half"), Auth::Kerberos(KerberosFrom::Cache(None)));
    assert_eq!(auth("other"), Auth::Kerberos(KerberosFrom::Cache(None)));
}

#[test]
fn the_command_line_wins() {
    let machine = in_etc("[koji]\nauthtype = ssl\nkeytab = /etc/a.keytab\nprincipal = a\n[bare]\nauthtype = noauth\n");
    let of = |profile: &str, overrides: &Overrides| machine.load_with(profile, overrides).map(|profile| profile.auth);
    let user = Overrides { user: Some("kim".into()), ..Overrides::default() };
    assert_eq!(of("koji", &user).unwrap(), Auth::Password { user: Some("kim".into()) });
    let cert = Overrides { cert: Some("c.pem".into()), ..Overrides::default() };
    assert_eq!(of("bare", &cert).unwrap(), Auth::Certificate("c.pem".into()));
    let keytab = |keytab: &str, principal: &str| {
        Auth::Kerberos(KerberosFrom::Keytab { keytab: keytab.into(), principal: principal.into() })
    };
    let b = Overrides { keytab: Some("b.keytab".into()), ..Overrides::default() };
    assert_eq!(of("koji", &b).unwrap(), keytab("b.keytab", "a"));
    let principal = Overrides { principal: Some("p".into()), ..Overrides::default() };
    assert_eq!(of("koji", &principal).unwrap(), keytab("/etc/a.keytab", "p"));
    // Half of the pair with the other half nowhere, and two ways at once, are not guessed at.
    for (profile, overrides, why) in [
        ("bare", b.clone(), "no principal for the keytab b.keytab"),
        ("bare", principal, "a principal without a keytab"),
        (
            "koji",
            Overrides { user: Some("kim".into()), ..b },
            "--user, --keytab and --principal are different ways to log in",
        ),
        ("koji", Overrides { user: Some("kim".into()), ..cert }, "--user, --cert are different ways to log in"),
    ] {
        let error = of(profile, &overrides).unwrap_err();
        assert_eq!((error.kind, error.what.as_str()), (Kind::Usage, why));
    }
}

#[test]
fn bad_values_are_named_with_file_line_section_and_key() {
    for (line, why) in [
        ("no_ssl_verify = maybe", "no_ssl_verify in section koji: \"maybe\" is neither yes nor no"),
        ("no_ssl_verify =", "no_ssl_verify in section koji: \"\" is neither yes nor no"),
        ("max_retries = many", "max_retries in section koji: \"many\" is not a number flr can use"),
        ("max_retries = -1", "max_retries in section koji: \"-1\" is not a number flr can use"),
        ("timeout = 0", "timeout in section koji: \"0\" is not a number flr can use"),
        ("timeout = 1.5", "timeout in section koji: \"1.5\" is not a number flr can use"),
        ("poll_interval = 99999999999", "poll_interval in section koji: \"99999999999\" is not a number flr can use"),
        ("authtype = gssapi", "authtype in section koji: \"gssapi\" is no way to log in"),
        ("authtype = SSL", "authtype in section koji: \"SSL\" is no way to log in"),
        ("server = koji.test", "server in section koji: \"koji.test\" is no URL (relative URL without a base)"),
        ("server =", "server in section koji: \"\" is no URL (relative URL without a base)"),
        ("server = ftp://koji.test/", "server in section koji: \"ftp://koji.test/\" is no http or https URL"),
        ("server = https://kim:secret@koji.test/", "server in section koji: the value holds a user name or a password"),
        (
            "server = https://koji.test/hub?x=1",
            "server in section koji: \"https://koji.test/hub?x=1\" has something behind the path",
        ),
        ("topurl = 100%", "topurl in section koji: a single % in the value"),
        ("topurl = %(nothing)s", "topurl in section koji: it refers to nothing, which is not set"),
    ] {
        let machine = in_etc(&format!("# one\n[koji]\nweburl = x\n{line}\n"));
        let error = machine.load("koji").unwrap_err();
        let file = machine.path("etc/koji.conf");
        assert_eq!(error.what, format!("{} line 4: {why}", file.display()));
        assert!(error.hint.is_some(), "{line}");
        assert_eq!(error.kind, Kind::Failed);
    }
}

#[test]
fn an_unknown_profile_names_those_that_exist_and_the_files() {
    let machine = Machine::new(&[("etc/koji.conf", "[koji]\n[Stage]\n"), ("home/.koji/config", "[mine]\n")]);
    let error = machine.load("stage").unwrap_err();
    let (etc, home) = (machine.path("etc/koji.conf"), machine.path("home/.koji/config"));
    assert_eq!(error.what, format!("no koji profile stage in {}, {}", etc.display(), home.display()));
    assert_eq!(error.hint.as_deref(), Some("profiles: Stage, koji, mine"));
    let bare = Machine::new(&[]);
    let error = bare.load("koji").unwrap_err();
    assert!(error.what.starts_with("no koji profile koji: there is no configuration file in "));
    assert!(error.hint.is_some());
}

#[test]
fn broken_files_are_named() {
    for (text, why) in [
        ("server = x\n[koji]\n", " line 1: text before the first section"),
        ("[koji]\n[koji]\n", " line 2: section koji is there twice in this file"),
        ("[koji]\nserver = a\nSERVER = b\n", " line 3: server is there twice in section koji of this file"),
        ("[koji]\nserver\n", " line 2: neither a [section], nor a key = value, in section koji"),
        ("[koji]\n= x\n", " line 2: neither a [section], nor a key = value, in section koji"),
        ("[koji\n", " line 1: a section needs a name between [ and ]"),
        ("[]\n", " line 1: a section needs a name between [ and ]"),
        ("[koji]\na = 1\n  [x]\n", " line 3: [x] is indented, so that it would continue the value above"),
        ("[ koji ]\n", " line 1: blanks around the name of section [ koji ]"),
    ] {
        let machine = in_etc(text);
        let error = machine.load("koji").unwrap_err();
        assert_eq!(error.what, format!("{}{why}", machine.path("etc/koji.conf").display()));
    }
    let machine = Machine::new(&[]);
    fs::create_dir_all(machine.path("etc")).unwrap();
    fs::write(machine.path("etc/koji.conf"), b"[koji]\n# caf\xe9\n").unwrap();
    let error = machine.load("koji").unwrap_err();
    assert!(error.what.ends_with("koji.conf: line 2 is not UTF-8"), "{}", error.what);
}
