// SPDX-License-Identifier: GPL-3.0-or-later
//! A dozen packages in two releases: small enough to read whole, with one of everything that is
//! odd.

use super::super::fault::Outcome;
use super::planter::{NewBuild, Planter};
use serde_json::json;

/// The package, its version in Fedora 43 and, if it is newer there, in Fedora 44.
const PACKAGES: [(&str, Option<i64>, &str, &str); 12] = [
    ("bash", None, "5.3.0", "5.3.3"),
    ("coreutils", None, "9.7", "9.8"),
    ("dnf5", None, "5.2.16.0", "5.2.17.0"),
    ("firefox", None, "143.0", "144.0"),
    ("glibc", None, "2.42", "2.42"),
    ("gnome-shell", None, "49~beta", "49.0"),
    ("kernel", None, "6.16.7", "6.17.1"),
    ("openssl", Some(1), "3.5.1", "3.5.4"),
    ("perl", Some(4), "5.42.0", "5.42.0"),
    ("python3.14", None, "3.14.0~rc2", "3.14.0"),
    ("rpm", None, "5.99.92", "6.0.0"),
    ("zlib-ng", None, "2.2.5", "2.3.0~rc1"),
];

const ARCHES: &str = "x86_64 aarch64 ppc64le s390x";

/// The tags of a release.
struct Release {
    base: i64,
    candidate: i64,
    rebuild: Option<i64>,
}

fn release(p: &mut Planter<'_>, number: u32, parent: Option<i64>) -> Outcome<Release> {
    let base = p.tag(&format!("f{number}"), ARCHES)?;
    p.extra(base, "mock.package_manager", &json!("dnf5"))?;
    if let Some(parent) = parent {
        p.inherit(base, parent, 0)?;
    }
    let child = |p: &mut Planter<'_>, suffix: &str, of: i64| -> Outcome<i64> {
        let tag = p.tag(&format!("f{number}-{suffix}"), "")?;
        p.inherit(tag, of, 0)?;
        Ok(tag)
    };
    let updates = child(p, "updates", base)?;
    let candidate = child(p, "updates-candidate", updates)?;
    let pending = child(p, "updates-pending", base)?;
    p.protect(pending, "autosign")?;
    child(p, "pending", base)?;
    let over = child(p, "override", updates)?;
    let build = p.tag(&format!("f{number}-build"), ARCHES)?;
    p.inherit(build, over, 0)?;
    p.group(build, "build", &["bash", "coreutils", "rpm-build"])?;
    p.group(build, "srpm-build", &["bash", "rpm-build"])?;
    p.target(&format!("f{number}-candidate"), build, candidate)?;
    p.target(&format!("f{number}"), build, candidate)?;
    let rebuild = if number == 43 {
        p.external_repo(build, "f43-bootstrap", "https://files.example.test/bootstrap/f43/$arch/", 5)?;
        let tag = p.tag("f43-rebuild", ARCHES)?;
        p.inherit(tag, base, 0)?;
        p.target("f43-rebuild", build, tag)?;
        Some(tag)
    } else {
        None
    };
    Ok(Release { base, candidate, rebuild })
}

pub(super) fn plant(p: &mut Planter<'_>) -> Outcome<()> {
    let maria = p.user("maria")?;
    let jan = p.user("jan")?;
    // A name nobody should be able to show on a terminal unescaped. Its control characters are
    // those that XML allows: others, as in the source below, kill every Python client.
    let hostile = p.user("ev\u{9b}31mil\u{202e}\nroot")?;
    let f42 = p.tag("f42", ARCHES)?;
    let f43 = release(p, 43, Some(f42))?;
    let f44 = release(p, 44, Some(f43.base))?;
    p.tag("f43-empty", "")?;
    let mut ids = Vec::new();
    for (at, (name, epoch, old, new)) in PACKAGES.iter().enumerate() {
        let owner = [maria, jan, hostile].get(at % 3).copied().unwrap_or(maria);
        let owner = if *name == "zlib-ng" { hostile } else { owner };
        let package = p.package(name)?;
        ids.push((*name, package));
        p.list(f42, package, owner, false)?;
        p.list(f43.base, package, owner, false)?;
        let plain =
            |version, release| NewBuild { epoch: *epoch, owner, ..NewBuild::of(package, name, version, release) };
        let build = p.build(&plain(old, "1.fc42"), "f42")?;
        p.put(f42, build)?;
        let build = p.build(&plain(old, "1.fc43"), "f43-candidate")?;
        p.put(f43.base, build)?;
        if old != new {
            let build = p.build(&plain(new, "1.fc44"), "f44-candidate")?;
            p.put(f44.base, build)?;
        }
        if let (0, Some(rebuild)) = (at % 2, f43.rebuild) {
            let build = p.build(&plain(old, "2.fc43"), "f43-rebuild")?;
            p.put(rebuild, build)?;
        }
    }
    oddities(p, &ids, &f43, [maria, hostile])?;
    p.lock(f42)
}

fn oddities(
    p: &mut Planter<'_>,
    ids: &[(&'static str, i64)],
    f43: &Release,
    [maria, hostile]: [i64; 2],
) -> Outcome<()> {
    let id = |name: &str| ids.iter().find(|(known, _)| *known == name).map_or(0, |(_, id)| *id);
    // Several builds of a package; the order of tagging is not the order of versions.
    let coreutils = id("coreutils");
    for release in ["3.fc43", "2.fc43", "4.fc43"] {
        let build = p.build(&NewBuild::of(coreutils, "coreutils", "9.7", release), "f43-candidate")?;
        p.put(f43.candidate, build)?;
    }
    // Builds that can not be tagged.
    for (state, release) in [(0, "9.fc43"), (2, "8.fc43"), (3, "7.fc43"), (4, "6.fc43")] {
        let build = NewBuild { state, owner: maria, ..NewBuild::of(id("rpm"), "rpm", "6.0.0", release) };
        p.build(&build, "f43-candidate")?;
    }
    // A build in no tag.
    p.build(&NewBuild::of(id("bash"), "bash", "5.3.1", "1.fc43"), "f43-candidate")?;
    // A blocked package whose build is still there, hidden.
    let retired = p.package("python2.7")?;
    p.list(f43.base, retired, maria, true)?;
    let build = p.build(&NewBuild::of(retired, "python2.7", "2.7.18", "40.fc42"), "f43-candidate")?;
    p.put(f43.base, build)?;
    // A package that was taken off the list, its build still tagged.
    let unlisted = p.package("nodejs16")?;
    p.list(f43.base, unlisted, maria, false)?;
    let build = p.build(&NewBuild::of(unlisted, "nodejs16", "16.20.2", "9.fc43"), "f43-candidate")?;
    p.put(f43.base, build)?;
    p.unlist(f43.base, unlisted)?;
    // Tagged and untagged again.
    let build = p.build(&NewBuild::of(id("glibc"), "glibc", "2.42", "3.fc43"), "f43-candidate")?;
    p.put_by(f43.candidate, build, maria)?;
    p.take_by(f43.candidate, build, hostile)?;
    // Text that a terminal must never get as it is.
    let evil = NewBuild {
        owner: hostile,
        source: Some("git+https://src.example.test/\u{1b}]0;owned\u{7}\u{1b}[2Jrpms/zlib-ng.git\n#0123"),
        ..NewBuild::of(id("zlib-ng"), "zlib-ng", "2.2.5", "3.fc43")
    };
    let build = p.build(&evil, "f43-candidate")?;
    p.put_by(f43.candidate, build, hostile)?;
    // An image.
    let image = p.package("Fedora-Server-dvd")?;
    p.list(f43.base, image, maria, false)?;
    let image = NewBuild { kind: 4, ..NewBuild::of(image, "Fedora-Server-dvd", "43", "20251101.n.1") };
    let build = p.build(&image, "f43")?;
    p.put(f43.base, build)
}
