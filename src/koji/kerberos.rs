// SPDX-License-Identifier: GPL-3.0-or-later
//! What a Kerberos login that failed means, and what to do about it.

use super::profile::KerberosFrom;
use crate::Error;
use crate::error::Kind;
use std::io::Read as _;
use std::path::Path;

/// What a failed call of the GSSAPI library says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// GSSAPI's own code.
    pub major: u32,
    /// The mechanism's code: MIT passes Kerberos's own through.
    pub minor: u32,
}

/// One attempt to log in: to whom, with what, and as whom as far as it is known.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The service's host.
    pub host: String,
    /// Where the credentials come from.
    pub from: KerberosFrom,
    /// Whose credentials they are.
    pub principal: Option<String>,
}

/// GSSAPI's routine errors (RFC 2744 §3.9.1).
mod major {
    pub const NO_CRED: u32 = 7 << 16;
    pub const CREDENTIALS_EXPIRED: u32 = 11 << 16;
}

/// Kerberos's errors, as MIT numbers them: the negative `krb5_error_code` in 32 bits.
mod minor {
    const fn krb5(offset: u32) -> u32 {
        0x96c7_3a00 + offset
    }
    pub const C_PRINCIPAL_UNKNOWN: u32 = krb5(6);
    pub const S_PRINCIPAL_UNKNOWN: u32 = krb5(7);
    pub const CLIENT_REVOKED: u32 = krb5(18);
    pub const KEY_EXPIRED: u32 = krb5(23);
    pub const PREAUTH_FAILED: u32 = krb5(24);
    pub const BAD_INTEGRITY: u32 = krb5(31);
    pub const TICKET_EXPIRED: u32 = krb5(32);
    pub const CLOCK_SKEW: u32 = krb5(37);
    pub const CC_NOT_FOUND: u32 = krb5(141);
    pub const REALM_UNKNOWN: u32 = krb5(154);
    pub const KDC_UNREACHABLE: u32 = krb5(156);
    pub const KEYTAB_KEY_NOT_FOUND: u32 = krb5(181);
    pub const FCC_NO_FILE: u32 = krb5(195);
}

impl Attempt {
    /// What can be told without Kerberos: a keytab that is not there or may not be read.
    pub fn check(&self) -> Result<(), Error> {
        let KerberosFrom::Keytab { keytab, principal } = &self.from else {
            return Ok(());
        };
        let Some(file) = keytab_file(keytab) else {
            return Ok(());
        };
        let mut version = [0; 2];
        let read = std::fs::File::open(file).and_then(|mut open| open.read_exact(&mut version));
        // Kerberos takes any other file for a keytab with nothing in it.
        if read.is_ok() && !matches!(version, [5, 1 | 2]) {
            let what = format!("{} is no keytab", file.display());
            return Err(Error::failed(format!("cannot log in to {} as {principal}: {what}", self.host)));
        }
        read.map_err(|why| {
            Error::failed(format!(
                "cannot log in to {} as {principal}: cannot read the keytab {}: {why}",
                self.host,
                file.display()
            ))
            .hint("name a keytab that you may read, or leave keytab and principal out and kinit")
        })
    }

    /// A call failed before the service had a say; `words` are the library's.
    pub fn failed(&self, status: Status, words: &str) -> Error {
        if status.minor == minor::S_PRINCIPAL_UNKNOWN {
            return self.unknown_service(words);
        }
        let host = &self.host;
        match &self.from {
            KerberosFrom::Keytab { keytab, principal } => {
                let what = format!("cannot log in to {host} as {principal}");
                self.keytab_failed(status, &what, &keytab.display().to_string(), principal, words)
            }
            KerberosFrom::Cache(cache) => {
                let what = format!("cannot log in to {host} by Kerberos");
                self.cache_failed(status, &what, cache.as_deref(), words)
            }
        }
    }

    fn keytab_failed(&self, status: Status, what: &str, keytab: &str, principal: &str, words: &str) -> Error {
        let list = format!("klist -k {keytab} lists the principals of the keytab");
        match status.minor {
            minor::C_PRINCIPAL_UNKNOWN => {
                Error::failed(format!("{what}: Kerberos does not know {principal} ({words})")).hint(list)
            }
            // With no key for the principal MIT falls back to the cache, which is ours and empty.
            minor::KEYTAB_KEY_NOT_FOUND | minor::FCC_NO_FILE | minor::CC_NOT_FOUND => {
                Error::failed(format!("{what}: the keytab {keytab} holds no key for it")).hint(list)
            }
            minor::PREAUTH_FAILED | minor::BAD_INTEGRITY | minor::KEY_EXPIRED => {
                let why = format!("the key in the keytab {keytab} is not valid any more ({words})");
                Error::failed(format!("{what}: {why}")).hint("get a new keytab")
            }
            _ => self.other(status, &format!("{what} with the keytab {keytab}"), words),
        }
    }

    fn cache_failed(&self, status: Status, what: &str, cache: Option<&str>, words: &str) -> Error {
        let cache = cache.map(|cache| format!(" in {cache}")).unwrap_or_default();
        match (status.minor, status.major) {
            // The library's words for it are "Success".
            (minor::TICKET_EXPIRED, _) | (_, major::CREDENTIALS_EXPIRED) => {
                Error::failed(format!("{what}: the ticket{cache} has expired")).hint("kinit USER@REALM")
            }
            (minor::CC_NOT_FOUND | minor::FCC_NO_FILE, _) | (_, major::NO_CRED) => {
                Error::failed(format!("{what}: there is no ticket{cache} ({words})")).hint("kinit USER@REALM")
            }
            _ => self.other(status, what, words),
        }
    }

    /// What the service sent does not prove that it is who it should be.
    pub fn unproved(&self, why: &str) -> Error {
        let host = &self.host;
        Error::failed(format!("{host} has not proved that it is {}: {why}", self.service()))
            .hint("nothing was sent to it but the login; ask its administrators, or look for what sits in between")
    }

    /// The library names the principal as it looked for it: the name in DNS may be another than the
    /// one in the URL.
    fn unknown_service(&self, words: &str) -> Error {
        let (host, spn) = (&self.host, self.service());
        let why = if words.contains("HTTP/") { words.to_owned() } else { format!("server {spn} not found: {words}") };
        Error::failed(format!("cannot log in to {host}: {why}"))
            .hint("the host in the profile's server must be the one the hub's service is registered under")
    }

    fn other(&self, status: Status, what: &str, words: &str) -> Error {
        match status.minor {
            minor::KDC_UNREACHABLE => Error::new(Kind::NotNow, format!("{what}: {words}"))
                .hint("the Kerberos server does not answer; try again later"),
            minor::REALM_UNKNOWN => {
                Error::failed(format!("{what}: {words}")).hint("the realm needs an entry in krb5.conf, or in DNS")
            }
            minor::CLOCK_SKEW => Error::failed(format!("{what}: {words}")).hint("set this machine's clock"),
            minor::CLIENT_REVOKED => {
                Error::failed(format!("{what}: {words}")).hint("the account is locked; ask those who run Kerberos")
            }
            _ => Error::failed(format!("{what}: {words}"))
                .hint("klist shows what tickets there are, KRB5_TRACE=/dev/stderr what Kerberos does"),
        }
    }

    /// The service's principal, in the realm of whoever asks if that is known.
    fn service(&self) -> String {
        let asked = match &self.from {
            KerberosFrom::Keytab { principal, .. } => Some(principal),
            KerberosFrom::Cache(_) => None,
        };
        let from = self.principal.as_ref().or(asked);
        match from.and_then(|principal| principal.rsplit_once('@')) {
            Some((_, realm)) => format!("HTTP/{}@{realm}", self.host),
            None => format!("HTTP/{}", self.host),
        }
    }
}

/// The file a keytab's name stands for; `None` if it is no file.
fn keytab_file(keytab: &Path) -> Option<&Path> {
    match keytab.to_str().and_then(|text| text.split_once(':')) {
        Some(("FILE" | "WRFILE", file)) => Some(Path::new(file)),
        Some((kind, _)) if kind.bytes().all(|byte| byte.is_ascii_uppercase()) => None,
        _ => Some(keytab),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_cache(cache: Option<&str>) -> Attempt {
        Attempt {
            host: "koji.example.test".into(),
            from: KerberosFrom::Cache(cache.map(str::to_owned)),
            principal: None,
        }
    }

    fn by_keytab(keytab: &Path) -> Attempt {
        Attempt {
            host: "koji.example.test".into(),
            from: KerberosFrom::Keytab { keytab: keytab.into(), principal: "robot/releng@EXAMPLE.TEST".into() },
            principal: None,
        }
    }

    /// The codes are the negative numbers of krb5.h, written out here in decimal.
    fn krb5(code: i32) -> Status {
        Status { major: 13 << 16, minor: code.cast_unsigned() }
    }

    #[test]
    fn every_known_reason_says_what_to_do() {
        let keytab = by_keytab(Path::new("/etc/robot.keytab"));
        let cases = [
            (by_cache(None), -1_765_328_243, "there is no ticket (WORDS)", "kinit USER@REALM"),
            (by_cache(Some("KCM:0")), -1_765_328_189, "there is no ticket in KCM:0 (WORDS)", "kinit USER@REALM"),
            (by_cache(Some("KCM:0")), -1_765_328_352, "the ticket in KCM:0 has expired", "kinit USER@REALM"),
            (by_cache(None), -1_765_328_377, "server HTTP/koji.example.test not found: WORDS", "registered under"),
            (by_cache(None), -1_765_328_347, "WORDS", "clock"),
            (by_cache(None), -1_765_328_230, "WORDS", "krb5.conf"),
            (by_cache(None), -1_765_328_366, "WORDS", "locked"),
            (keytab.clone(), -1_765_328_377, "HTTP/koji.example.test@EXAMPLE.TEST not found", "registered under"),
            (keytab.clone(), -1_765_328_378, "does not know robot/releng@EXAMPLE.TEST", "klist -k /etc/robot.keytab"),
            (keytab.clone(), -1_765_328_203, "/etc/robot.keytab holds no key for it", "klist -k /etc/robot.keytab"),
            (keytab.clone(), -1_765_328_189, "/etc/robot.keytab holds no key for it", "klist -k /etc/robot.keytab"),
            (keytab.clone(), -1_765_328_360, "/etc/robot.keytab is not valid any more", "new keytab"),
            (keytab, -1_765_328_353, "/etc/robot.keytab is not valid any more", "new keytab"),
        ];
        for (attempt, code, what, hint) in cases {
            let error = attempt.failed(krb5(code), "WORDS");
            assert_eq!(error.kind, Kind::Failed, "{code}");
            assert!(error.what.starts_with("cannot log in to koji.example.test"), "{code}: {}", error.what);
            assert!(error.what.contains(what), "{code}: {}", error.what);
            let said = error.hint.unwrap_or_default();
            assert!(said.contains(hint), "{code}: {said}");
        }
    }

    #[test]
    fn gssapis_own_codes_are_known() {
        let expired = Status { major: 11 << 16, minor: 0 };
        assert!(by_cache(None).failed(expired, "WORDS").what.contains("the ticket has expired"));
        let none = Status { major: 7 << 16, minor: 0 };
        assert!(by_cache(None).failed(none, "WORDS").what.contains("there is no ticket"));
    }

    #[test]
    fn a_kerberos_server_that_is_away_is_not_now() {
        let error = by_cache(None).failed(krb5(-1_765_328_228), "WORDS");
        assert_eq!(error.kind, Kind::NotNow);
    }

    #[test]
    fn the_librarys_name_for_the_service_is_kept() {
        let words = "Server HTTP/proxy.example.test@EXAMPLE.TEST not found in Kerberos database";
        let error = by_cache(None).failed(krb5(-1_765_328_377), words);
        assert_eq!(error.what, format!("cannot log in to koji.example.test: {words}"));
    }

    #[test]
    fn keytabs_are_looked_at_first() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let good = file("good", &[5, 2, 0, 0]);
        assert_eq!(by_keytab(&good).check(), Ok(()));
        let prefixed = format!("FILE:{}", good.display());
        assert_eq!(by_keytab(Path::new(&prefixed)).check(), Ok(()));
        // Kinds of keytab that are no file are the library's business.
        assert_eq!(by_keytab(Path::new("MEMORY:x")).check(), Ok(()));
        for (path, why) in [
            (dir.path().join("none"), "No such file"),
            (file("pem", b"-----BEGIN"), "is no keytab"),
            (file("empty", b""), "cannot read"),
            (dir.path().to_owned(), "directory"),
        ] {
            let error = by_keytab(&path).check().unwrap_err();
            assert!(error.what.contains(why), "{}", error.what);
            assert!(error.what.contains(&path.display().to_string()), "{}", error.what);
            assert!(error.what.contains("robot/releng@EXAMPLE.TEST"), "{}", error.what);
        }
    }
}
