// SPDX-License-Identifier: GPL-3.0-or-later
//! Negotiation with a real Kerberos and a real web server. `tests/kerberos/run` makes both and says
//! through the environment where they are; run by hand without it, every test here is ignored.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "the rig speaks through the environment"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flr::Error;
use flr::error::Kind;
use flr::koji::gssapi::Negotiation;
use flr::koji::profile::KerberosFrom;
use reqwest::blocking::{Client, Response};
use std::path::PathBuf;

/// What the rig says.
fn rig(name: &str) -> String {
    let name = format!("FLR_RIG_{name}");
    std::env::var(&name).unwrap_or_else(|_| panic!("{name} is not set: start this by tests/kerberos/run"))
}

fn dir() -> PathBuf {
    rig("DIR").into()
}

fn cache(name: &str) -> KerberosFrom {
    KerberosFrom::Cache(Some(format!("FILE:{}", dir().join(name).display())))
}

fn keytab(file: &str, principal: &str) -> KerberosFrom {
    KerberosFrom::Keytab { keytab: dir().join(file), principal: principal.into() }
}

/// Shows the token to the server on the rig's port of that name.
fn show(port: &str, token: &[u8]) -> Response {
    let ca = std::fs::read(dir().join("ca.crt")).unwrap();
    let client =
        Client::builder().tls_certs_only([reqwest::Certificate::from_pem(&ca).unwrap()]).no_proxy().build().unwrap();
    client
        .get(format!("https://localhost:{}/negotiation", rig(port)))
        .header("Authorization", format!("Negotiate {}", STANDARD.encode(token)))
        .send()
        .unwrap()
}

/// The token in the server's answer.
fn token(answer: &Response) -> Option<Vec<u8>> {
    let header = answer.headers().get("www-authenticate")?.to_str().ok()?;
    Some(STANDARD.decode(header.strip_prefix("Negotiate ")?).unwrap())
}

/// Logs in; who the server took us for, and the negotiation.
fn log_in(from: &KerberosFrom) -> (String, Negotiation) {
    let mut negotiation = Negotiation::new("localhost", from).unwrap();
    assert!(!negotiation.is_mutual());
    let first = negotiation.step(None).unwrap().unwrap();
    assert!(!negotiation.is_mutual());
    let answer = show("GSSAPI_PORT", &first);
    assert_eq!(answer.status(), 200);
    assert_eq!(negotiation.step(Some(&token(&answer).unwrap())).unwrap(), None);
    assert!(negotiation.is_mutual());
    assert_eq!(negotiation.step(None).unwrap(), None);
    let user = answer.headers().get("x-logged-in").unwrap().to_str().unwrap().to_owned();
    (user, negotiation)
}

fn refused(from: &KerberosFrom) -> Error {
    Negotiation::new("localhost", from).unwrap_err()
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn a_named_ticket_cache() {
    let (user, negotiation) = log_in(&cache("kim"));
    assert_eq!(user, "kim@EXAMPLE.TEST");
    assert_eq!(negotiation.principal(), Some("kim@EXAMPLE.TEST"));
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn the_users_own_ticket_cache() {
    // The rig sets KRB5CCNAME for this process.
    let (user, negotiation) = log_in(&KerberosFrom::Cache(None));
    assert_eq!(user, "kim@EXAMPLE.TEST");
    assert_eq!(negotiation.principal(), Some("kim@EXAMPLE.TEST"));
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn a_keytab_and_its_principal() {
    for principal in ["robot/releng", "robot/releng@EXAMPLE.TEST"] {
        let (user, negotiation) = log_in(&keytab("robot.keytab", principal));
        assert_eq!(user, "robot/releng@EXAMPLE.TEST");
        assert_eq!(negotiation.principal(), Some("robot/releng@EXAMPLE.TEST"));
    }
    // As koji's documentation writes it.
    let named = KerberosFrom::Keytab {
        keytab: format!("FILE:{}", dir().join("robot.keytab").display()).into(),
        principal: "robot/releng".into(),
    };
    let (user, _) = log_in(&named);
    assert_eq!(user, "robot/releng@EXAMPLE.TEST");
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn no_ticket() {
    let error = refused(&cache("none"));
    let file = dir().join("none");
    let file = file.display();
    assert_eq!(
        error.what,
        format!(
            "cannot log in to localhost by Kerberos: there is no ticket in FILE:{file} (No credentials cache found)"
        )
    );
    assert_eq!(error.hint.unwrap(), "kinit USER@REALM");
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn an_expired_ticket() {
    let error = refused(&cache("expired"));
    let file = dir().join("expired");
    let file = file.display();
    assert_eq!(error.what, format!("cannot log in to localhost by Kerberos: the ticket in FILE:{file} has expired"));
    assert_eq!(error.hint.unwrap(), "kinit USER@REALM");
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn keytabs_that_are_of_no_use() {
    for (file, principal, why) in [
        ("none.keytab", "kim", "cannot read the keytab DIR/none.keytab"),
        ("ca.crt", "kim", "DIR/ca.crt is no keytab"),
        ("kim.keytab", "robot/releng", "the keytab DIR/kim.keytab holds no key for it"),
        ("gone.keytab", "gone", "Kerberos does not know gone"),
        ("stale.keytab", "stale", "the key in the keytab DIR/stale.keytab is not valid any more"),
    ] {
        let error = refused(&keytab(file, principal));
        let why = why.replace("DIR", &dir().display().to_string());
        assert_eq!(error.kind, Kind::Failed);
        assert!(error.what.starts_with(&format!("cannot log in to localhost as {principal}: ")), "{}", error.what);
        assert!(error.what.contains(&why), "{}", error.what);
    }
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn a_service_that_kerberos_does_not_know() {
    for from in [cache("kim"), keytab("robot.keytab", "robot/releng")] {
        let error = Negotiation::new("127.0.0.1", &from).unwrap().step(None).unwrap_err();
        assert_eq!(
            error.what,
            "cannot log in to 127.0.0.1: Server HTTP/127.0.0.1@EXAMPLE.TEST not found in Kerberos database"
        );
    }
}

/// Says hello to the server on that port; what becomes of its answer.
fn hello(port: &str) -> (u16, Result<Option<Vec<u8>>, Error>, bool) {
    let mut negotiation = Negotiation::new("localhost", &cache("kim")).unwrap();
    let first = negotiation.step(None).unwrap().unwrap();
    let answer = show(port, &first);
    let stepped = negotiation.step(token(&answer).as_deref());
    (answer.status().as_u16(), stepped, negotiation.is_mutual())
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn a_server_that_does_not_prove_who_it_is() {
    for (port, status, why) in [
        ("WRONG_KEY_PORT", 401, "The ticket isn't for us"),
        ("STRIPPED_PORT", 200, "its answer holds no token"),
        ("CORRUPT_PORT", 200, "SPNEGO acceptor did not return a valid token"),
    ] {
        let (seen, stepped, mutual) = hello(port);
        assert_eq!(seen, status, "{port}");
        assert!(!mutual, "{port}");
        let said = format!("localhost has not proved that it is HTTP/localhost@EXAMPLE.TEST: {why}");
        assert_eq!(stepped.unwrap_err().what, said, "{port}");
    }
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn another_negotiations_answer_proves_nothing() {
    let mut first = Negotiation::new("localhost", &cache("kim")).unwrap();
    let mut second = Negotiation::new("localhost", &cache("kim")).unwrap();
    let answer = show("GSSAPI_PORT", &first.step(None).unwrap().unwrap());
    second.step(None).unwrap().unwrap();
    assert!(second.step(token(&answer).as_deref()).is_err());
    assert!(!second.is_mutual());
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn a_negotiation_that_failed_can_be_asked_again_and_dropped() {
    let mut negotiation = Negotiation::new("localhost", &cache("kim")).unwrap();
    assert!(negotiation.step(Some(b"too early")).is_err());
    negotiation.step(None).unwrap().unwrap();
    for noise in [&b""[..], b"\0", b"noise", &[0xa1, 0x84, 0xff, 0xff, 0xff, 0xff], &[0x60; 70_000]] {
        assert!(negotiation.step(Some(noise)).is_err());
        assert!(!negotiation.is_mutual());
    }
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn a_keytab_gets_a_new_ticket_when_the_old_one_has_expired() {
    // The realm gives this principal tickets of one second.
    let brief = keytab("brief.keytab", "brief");
    log_in(&brief);
    std::thread::sleep(std::time::Duration::from_secs(4));
    let (user, _) = log_in(&brief);
    assert_eq!(user, "brief@EXAMPLE.TEST");
}

/// Memory that this process holds, in KiB. The rig runs one test at a time.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.unwrap().trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn what_the_library_gives_out_is_given_back() {
    let all = [cache("kim"), keytab("robot.keytab", "robot/releng")];
    // Not the expired ticket: MIT itself loses the name it made before it says so.
    let none = [cache("none"), keytab("kim.keytab", "nobody")];
    let round = || {
        for from in &all {
            let mut negotiation = Negotiation::new("localhost", from).unwrap();
            assert!(negotiation.step(None).unwrap().unwrap().len() > 500);
        }
        for from in &none {
            assert!(Negotiation::new("localhost", from).is_err());
        }
    };
    (0..200).for_each(|_| round());
    let before = resident();
    (0..1000).for_each(|_| round());
    // A lost name, credential or token is a hundred bytes at the least, and there were thousands.
    let grown = resident().saturating_sub(before);
    assert!(grown < 200, "{grown} KiB more");
}
