// SPDX-License-Identifier: GPL-3.0-or-later
//! As much as Fedora has: 24,000 packages and builds.

use super::super::fault::Outcome;
use super::planter::{NewBuild, Planter};
use serde_json::json;

const PACKAGES: usize = 24_000;
const BLOCKED: usize = 900;
const REBUILT: usize = 3_000;
const OLDER: usize = 6_000;
const NEWER: usize = 7_000;
const PEOPLE: usize = 1_500;

const ARCHES: &str = "x86_64 aarch64 ppc64le s390x i686";

/// Packages everybody knows, so that examples work.
const KNOWN: [&str; 30] = [
    "bash",
    "coreutils",
    "glibc",
    "kernel",
    "systemd",
    "rpm",
    "dnf5",
    "firefox",
    "gcc",
    "python3.14",
    "perl",
    "openssl",
    "zlib-ng",
    "gnome-shell",
    "plasma-desktop",
    "ansible",
    "koji",
    "bodhi",
    "pungi",
    "vim",
    "emacs",
    "git",
    "curl",
    "wget2",
    "podman",
    "qemu",
    "mesa",
    "llvm",
    "rust",
    "golang",
];

const PREFIXES: [&str; 12] =
    ["python-", "perl-", "rust-", "golang-", "nodejs-", "ghc-", "R-", "gnome-", "lib", "", "", ""];
const WORDS: [&str; 64] = [
    "alpha", "amber", "arrow", "aura", "bento", "blaze", "bolt", "brave", "cache", "cedar", "cobalt", "coral", "crypt",
    "dawn", "delta", "dock", "dune", "eager", "echo", "ember", "event", "fable", "forge", "frost", "gamma", "halo",
    "harbor", "helix", "hyper", "iris", "jade", "karma", "lark", "level", "lint", "lotus", "lunar", "mango", "mist",
    "nova", "opal", "orbit", "otter", "pebble", "pixel", "quartz", "raven", "ring", "robin", "sage", "scale", "serde",
    "smart", "stack", "stream", "sugar", "thorn", "timer", "tree", "umbra", "violet", "willow", "wire", "zinc",
];

/// Tags of one release.
struct Release {
    base: i64,
    updates: i64,
    testing: i64,
    candidate: i64,
}

fn release(p: &mut Planter<'_>, number: usize, parent: Option<i64>) -> Outcome<Release> {
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
    let over = child(p, "override", updates)?;
    let candidate = child(p, "updates-candidate", base)?;
    let testing = child(p, "updates-testing", updates)?;
    for suffix in ["updates-testing-pending", "updates-pending", "pending", "signing-pending", "container", "flatpak"] {
        let tag = child(p, suffix, base)?;
        if suffix.ends_with("-pending") {
            p.protect(tag, "autosign")?;
        }
    }
    let build = p.tag(&format!("f{number}-build"), ARCHES)?;
    p.inherit(build, over, 0)?;
    p.extra(build, "repo.auto", &json!(true))?;
    p.group(
        build,
        "build",
        &["bash", "bzip2", "coreutils", "fedora-release", "gcc", "make", "redhat-rpm-config", "rpm-build"],
    )?;
    p.group(build, "srpm-build", &["bash", "fedora-release", "fedpkg-minimal", "redhat-rpm-config", "rpm-build"])?;
    for target in [format!("f{number}"), format!("f{number}-candidate")] {
        p.target(&target, build, candidate)?;
    }
    Ok(Release { base, updates, testing, candidate })
}

/// Names that are all different.
fn names(p: &mut Planter<'_>) -> Vec<String> {
    let mut seen: std::collections::HashSet<String> = KNOWN.iter().map(|name| (*name).to_owned()).collect();
    let mut names: Vec<String> = KNOWN.iter().map(|name| (*name).to_owned()).collect();
    let pick = |p: &mut Planter<'_>, from: &[&'static str]| {
        let at = p.random(from.len());
        from.get(at).copied().unwrap_or("")
    };
    while names.len() < PACKAGES {
        let mut name = String::from(pick(p, &PREFIXES));
        for word in 0..=p.random(3).max(1) {
            if word > 0 {
                name.push('-');
            }
            name.push_str(pick(p, &WORDS));
        }
        if seen.insert(name.clone()) {
            names.push(name);
        }
    }
    names
}

fn version(p: &mut Planter<'_>) -> String {
    let (a, b, c) = (p.random(30), p.random(60), p.random(20));
    match p.random(10) {
        0 => format!("20{:02}{:02}{:02}", 15 + a % 10, 1 + b % 12, 1 + c),
        1 => format!("{a}.{b}~rc{}", 1 + c % 5),
        2 => format!("{a}.{b}"),
        _ => format!("{a}.{b}.{c}"),
    }
}

pub(super) fn plant(p: &mut Planter<'_>) -> Outcome<()> {
    let mut people = Vec::with_capacity(PEOPLE);
    for n in 0..PEOPLE {
        let at = p.random(WORDS.len());
        let word = WORDS.get(at).copied().unwrap_or("x");
        people.push(p.user(&format!("{word}{n}"))?);
    }
    let f42 = release(p, 42, None)?;
    let f43 = release(p, 43, Some(f42.base))?;
    let f44 = release(p, 44, Some(f43.base))?;
    let rebuild = p.tag("f43-rebuild", ARCHES)?;
    p.inherit(rebuild, f43.base, 0)?;
    p.tag("f43-empty", "")?;
    for n in 0..BLOCKED {
        let owner = people.get(n % PEOPLE).copied().unwrap_or(1);
        let word = WORDS.get(n % WORDS.len()).copied().unwrap_or("x");
        let package = p.package(&format!("retired-{word}-{n}"))?;
        p.list(f43.base, package, owner, true)?;
    }
    let names = names(p);
    // Every eighth is rebuilt, every fourth was in the release before, and so on.
    let every = |n: usize, most: usize| n.is_multiple_of(PACKAGES / most) && n / (PACKAGES / most) < most;
    let mut later = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let at = p.random(PEOPLE);
        let owner = people.get(at).copied().unwrap_or(1);
        let package = p.package(name)?;
        p.list(f43.base, package, owner, false)?;
        let version = version(p);
        let build = |release: &'static str| NewBuild {
            epoch: (n % 50 == 7).then_some(1),
            owner,
            ..NewBuild::of(package, name, &version, release)
        };
        if every(n, OLDER) {
            p.list(f42.base, package, owner, false)?;
            let old = p.build(&build("1.fc42"), "f42-candidate")?;
            p.put(f42.base, old)?;
        }
        let now = p.build(&build("1.fc43"), "f43-candidate")?;
        p.put(f43.base, now)?;
        if n % 60 == 1 {
            let update = p.build(&build("2.fc43"), "f43-candidate")?;
            let tag = [f43.updates, f43.testing, f43.candidate];
            p.put(tag.get(n % 3).copied().unwrap_or(f43.candidate), update)?;
        }
        later.push((package, name, version, owner, n));
    }
    newer(p, &later, every, rebuild, f44.base)?;
    p.lock(f42.base)
}

/// The mass rebuild, and the release to come.
fn newer(
    p: &mut Planter<'_>,
    packages: &[(i64, &String, String, i64, usize)],
    every: impl Fn(usize, usize) -> bool,
    rebuild: i64,
    next: i64,
) -> Outcome<()> {
    for (package, name, version, owner, n) in packages {
        let build = |release: &'static str| NewBuild {
            epoch: (n % 50 == 7).then_some(1),
            owner: *owner,
            ..NewBuild::of(*package, name, version, release)
        };
        if every(*n, REBUILT) {
            let new = p.build(&build("20.fc43"), "f43-rebuild")?;
            p.put(rebuild, new)?;
        }
        if n % 24 < 7 && n / 24 < NEWER / 7 {
            let new = p.build(&build("1.fc44"), "f44-candidate")?;
            p.put(next, new)?;
        }
    }
    Ok(())
}
