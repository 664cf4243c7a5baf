// SPDX-License-Identifier: GPL-3.0-or-later
//! TLS: whom the client trusts, and how it shows a certificate. Needs `openssl` and `python3`.

use crate::server::{Reply, Server, hub, profile};
use crate::sessions::{done, opened, releng, tag};
use flr::error::Kind;
use flr::koji::profile::{Auth, Profile};
use flr::koji::{Login, Reader};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// Takes TLS and hands on what is inside: `CERT CLIENT-CA PORT`; with a client CA a certificate is
/// wanted.
const TERMINATOR: &str = r#"
import socket, ssl, sys, threading
cert, ca, port = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert)
if ca:
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(ca)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
    except OSError:
        pass
    for end in (a, b):
        try: end.shutdown(socket.SHUT_RDWR)
        except OSError: pass
def serve(plain):
    try:
        outside = context.wrap_socket(plain, server_side=True)
    except OSError:
        return
    inside = socket.create_connection(("127.0.0.1", int(port)))
    threading.Thread(target=pump, args=(inside, outside), daemon=True).start()
    pump(outside, inside)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"#;

/// One authority, its server certificates and a client's; a stranger's authority and client.
fn certificates() -> &'static Path {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        for (ca, names) in [("ca", &["localhost", "elsewhere", "bob"][..]), ("stranger-ca", &["stranger"])] {
            openssl(dir.path(), &format!("req -x509 {KEY} -keyout {ca}.key -out {ca}.pem -days 2 -subj /CN={ca}"));
            for name in names {
                std::fs::write(dir.path().join("ext"), format!("subjectAltName=DNS:{name}\n")).unwrap();
                openssl(dir.path(), &format!("req {KEY} -keyout {name}.key -out {name}.csr -subj /CN={name}"));
                openssl(dir.path(), &format!(
                    "x509 -req -in {name}.csr -CA {ca}.pem -CAkey {ca}.key -CAcreateserial -days 2 -extfile ext -out {name}.crt"
                ));
                let both = ["key", "crt"].map(|kind| std::fs::read(dir.path().join(format!("{name}.{kind}"))).unwrap());
                std::fs::write(dir.path().join(format!("{name}.pem")), both.concat()).unwrap();
            }
        }
        dir
    });
    made.path()
}

const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

fn openssl(dir: &Path, args: &str) {
    let output = Command::new("openssl").args(args.split(' ')).current_dir(dir).output().unwrap();
    assert!(output.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&output.stderr));
}

fn file(name: &str) -> PathBuf {
    certificates().join(name)
}

/// The terminator before a server; ends with the test.
struct Front {
    child: Child,
    port: u16,
}

impl Front {
    fn before(server: &Server, certificate: &str, clients: Option<&str>) -> Self {
        let port = server.profile().server.port().unwrap().to_string();
        let mut child = Command::new("python3")
            .args(["-c", TERMINATOR])
            .arg(file(certificate))
            .arg(clients.map(file).unwrap_or_default())
            .arg(port)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap();
        Self { child, port }
    }

    fn profile(&self) -> Profile {
        profile(&format!("https://localhost:{}/kojihub", self.port))
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn event() -> (&'static str, Reply) {
    ("getLastEvent", Reply::value(json!({"id": 7, "ts": 1.5})))
}

#[test]
fn only_the_authority_of_the_profile_counts() {
    let server = Server::new([event(), event()]);
    let front = Front::before(&server, "localhost.pem", None);
    let unknown = |profile: Profile| {
        let (hub, notices) = hub(profile);
        let error = hub.last_event().unwrap_err();
        assert_eq!(error.kind, Kind::Failed);
        assert!(error.what.contains("TLS failed: invalid peer certificate"), "{error}");
        assert!(error.hint.unwrap().contains("serverca"));
        // Nobody becomes somebody else by waiting.
        assert!(notices.lock().unwrap().is_empty());
    };
    unknown(front.profile());
    let mut profile = front.profile();
    profile.serverca = Some(file("stranger-ca.pem"));
    unknown(profile.clone());
    profile.serverca = Some(file("ca.pem"));
    assert_eq!(hub(profile).0.last_event().unwrap().0, 7);
    let mut profile = front.profile();
    profile.no_ssl_verify = true;
    let (hub, notices) = hub(profile);
    assert_eq!(hub.last_event().unwrap().0, 7);
    assert!(notices.lock().unwrap()[0].contains("not checked"));
    server.seen();
}

#[test]
fn a_certificate_of_another_host_is_refused() {
    let server = Server::new([]);
    let front = Front::before(&server, "elsewhere.pem", None);
    let mut profile = front.profile();
    profile.serverca = Some(file("ca.pem"));
    let error = hub(profile).0.last_event().unwrap_err();
    assert!(error.what.contains("TLS failed: invalid peer certificate"), "{error}");
    server.seen();
}

#[test]
fn a_login_by_certificate_stays_on_https() {
    let server = Server::new([
        ("sslLogin", opened(160_000_007, "2-KEY")),
        ("getLoggedInUser", releng()),
        ("multiCall", Reply::fault(1007, "expired")),
        ("sslLogin", opened(160_000_007, "2-NEWKEY")),
        ("multiCall", done(1)),
        ("logout", Reply::value(Value::Null)),
    ]);
    let front = Front::before(&server, "localhost.pem", Some("ca.pem"));
    let mut profile = front.profile();
    // Where nothing but TLS is spoken: http in the profile becomes https for the login and after.
    profile.server.set_scheme("http").unwrap();
    profile.serverca = Some(file("ca.pem"));
    profile.auth = Auth::Certificate(file("bob.pem"));
    let (hub, _) = hub(profile);
    let mut writer = hub.login(Login::default()).unwrap();
    writer.send(&[tag(1)]).unwrap();
    writer.logout().unwrap();
    let seen = server.seen();
    let paths: Vec<_> = seen.iter().map(|seen| seen.path.as_str()).collect();
    let (hub, login) = ("/kojihub", "/kojihub/ssllogin");
    assert_eq!(paths, [login, hub, hub, login, hub, hub]);
    assert_eq!(seen[0].params, [json!({"proxyuser": null, "__starstar": true})]);
    assert_eq!(seen[0].session(), [None; 3]);
    let renewal = json!({"proxyuser": null, "renew": true, "exclusive": false, "__starstar": true});
    assert_eq!(seen[3].params, [renewal]);
    assert_eq!(seen[3].session()[..2], [Some("160000007"), Some("2-KEY")]);
}

#[test]
fn certificates_that_do_not_do_are_told_apart() {
    let server = Server::new([]);
    let front = Front::before(&server, "localhost.pem", Some("ca.pem"));
    for (certificate, why) in [
        ("nowhere.pem", "cannot read the client certificate"),
        ("ca.key", "is no client certificate"),
        ("ext", "is no client certificate"),
        ("stranger.pem", "sslLogin at localhost:"),
    ] {
        let mut profile = front.profile();
        profile.serverca = Some(file("ca.pem"));
        profile.auth = Auth::Certificate(file(certificate));
        profile.max_retries = 0;
        let error = hub(profile).0.login(Login::default()).map(drop).unwrap_err();
        assert!(error.what.contains(why), "{error}");
        if certificate == "stranger.pem" {
            assert!(error.what.contains("TLS failed: received fatal alert"), "{error}");
            assert!(error.hint.unwrap().contains("stranger.pem"));
        }
    }
    server.seen();
}
