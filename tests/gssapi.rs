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
    std::env::var(&name)
        .unwrap_or_else(|_| panic!("{name} is not set: start this by tests/kerberos/run"))
}

fn dir() -> PathBuf {
    rig("DIR").into()
}

fn cache(name: &str) -> KerberosFrom {
    KerberosFrom::Cache(Some(format!("FILE:{}", dir().join(name).display())))
}

fn keytab(file: &str, principal: &str) -> KerberosFrom {
    KerberosFrom::Keytab {
        keytab: dir().join(file),
        principal: principal.into(),
    }
}

/// Posts to the login of the server on the rig's port of that name.
fn post(port: &str, token: &[u8]) -> Response {
    let ca = std::fs::read(dir().join("ca.crt")).unwrap();
    let client = Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(&ca).unwrap()])
        .no_proxy()
        .build()
        .unwrap();
    client
        .post(format!("https://localhost:{}/kojihub/ssllogin", rig(port)))
        .header(
            "Authorization",
            format!("Negotiate {}", STANDARD.encode(token)),
        )
        .body("who am I")
        .send()
        .unwrap()
}

/// The token in the server's answer.
fn token(answer: &Response) -> Option<Vec<u8>> {
    let header = answer.headers().get("www-authenticate")?.to_str().ok()?;
    Some(STANDARD.decode(header.strip_prefix("Negotiate ")?).unwrap())
}

/// Logs in; who the backend was told logs in, and the negotiation.
fn log_in(from: &KerberosFrom) -> (String, Negotiation) {
    let mut negotiation = Negotiation::new("localhost", from).unwrap();
    assert!(!negotiation.is_mutual());
    let first = negotiation.step(None).unwrap().unwrap();
    assert!(!negotiation.is_mutual());
    let answer = post("GSSAPI_PORT", &first);
    assert_eq!(answer.status(), 200);
    assert_eq!(
        negotiation.step(Some(&token(&answer).unwrap())).unwrap(),
        None
    );
    assert!(negotiation.is_mutual());
    assert_eq!(negotiation.step(None).unwrap(), None);
    let user = answer
        .headers()
        .get("x-echo-user")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    (user, negotiation)
}

fn refused(from: &KerberosFrom) -> Error {
    Negotiation::new("localhost", from).unwrap_err()
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn a_named_ticket_cache() {
    let (user, negotiation) = log_in(&cache("alice"));
    assert_eq!(user, "alice@EXAMPLE.TEST");
    assert_eq!(negotiation.principal(), Some("alice@EXAMPLE.TEST"));
}

#[test]
#[ignore = "needs tests/kerberos/run"]
fn the_users_own_ticket_cache() {
    // The rig sets KRB5CCNAME for this process.
    let (user, negotiation) = log_in(&KerberosFrom::Cache(None));
    assert_eq!(user, "alice@EXAMPLE.TEST");
    assert_eq!(negotiation.principal(), Some("alice@EXAMPLE.TEST"));
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
fn show() {
    for from in [
        cache("none"),
        cache("expired"),
        keytab("none.keytab", "alice"),
        keytab("alice.keytab", "robot/releng"),
        keytab("alice.keytab", "nobody"),
        keytab("gone.keytab", "gone"),
        keytab("stale.keytab", "stale"),
        keytab("ca.crt", "alice"),
        KerberosFrom::Cache(Some("NONSENSE:x".into())),
    ] {
        eprintln!(
            "{from:?}\n   {:?}",
            Negotiation::new("localhost", &from).map(drop)
        );
    }
    eprintln!(
        "SPN {:?}",
        Negotiation::new("127.0.0.1", &cache("alice"))
            .unwrap()
            .step(None)
    );
    eprintln!(
        "SPN {:?}",
        Negotiation::new("127.0.0.1", &keytab("alice.keytab", "alice"))
            .unwrap()
            .step(None)
    );
    for port in ["WRONG_KEY_PORT", "STRIPPED_PORT", "CORRUPT_PORT"] {
        let mut n = Negotiation::new("localhost", &cache("alice")).unwrap();
        let first = n.step(None).unwrap().unwrap();
        let answer = post(port, &first);
        eprintln!("{port} {:?}", answer);
        eprintln!(
            "{:?} mutual {}",
            n.step(token(&answer).as_deref()),
            n.is_mutual()
        );
    }
}
