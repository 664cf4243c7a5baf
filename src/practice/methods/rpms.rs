// SPDX-License-Identifier: GPL-3.0-or-later
//! The rpms of builds and their signatures. There are no rpms on disk: whether one has a file is a
//! column. A signed copy is a file, of a few bytes that say what it stands for.

use super::super::answer::{Answer, record};
use super::super::call::{Call, event_argument};
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::{lookups, options, tagged};
use rusqlite::Row;
use rusqlite::types::Value as Sql;
use serde_json::Value;
use std::path::PathBuf;

const SELECT: &str = "SELECT rpminfo.id, rpminfo.name, version, release, epoch, arch, size, build.id, \
     build.completion_time, package.name, on_disk FROM rpminfo JOIN build ON build.id = rpminfo.build_id \
     JOIN package ON package.id = build.pkg_id";

/// One rpm.
struct Rpm {
    id: i64,
    name: String,
    version: String,
    release: String,
    epoch: Option<i64>,
    arch: String,
    size: i64,
    build: i64,
    built: Option<i64>,
    package: String,
    on_disk: bool,
}

impl Rpm {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            version: row.get(2)?,
            release: row.get(3)?,
            epoch: row.get(4)?,
            arch: row.get(5)?,
            size: row.get(6)?,
            build: row.get(7)?,
            built: row.get(8)?,
            package: row.get(9)?,
            on_disk: row.get(10)?,
        })
    }

    /// The rpm that a caller means: by number, by name-version-release.arch, or none.
    fn find(call: &Call<'_>, info: &Value) -> Outcome<Option<Self>> {
        let number = match info {
            Value::String(text) => text.parse().ok(),
            other => python::int(other),
        };
        if let Some(id) = number {
            return call.row(&format!("{SELECT} WHERE rpminfo.id = ?"), [id], Self::read);
        }
        let Value::String(text) = info else {
            return fault::generic(format!("Invalid type for rpminfo: <class '{}'>", python::type_name(info)));
        };
        let Some([name, version, release, arch]) = parts(text) else {
            return fault::generic(format!("invalid format: {text}"));
        };
        let sql = format!("{SELECT} WHERE rpminfo.name = ? AND version = ? AND release = ? AND arch = ?");
        call.row(&sql, [name, version, release, arch], Self::read)
    }

    fn some(call: &Call<'_>, info: &Value) -> Outcome<Self> {
        match Self::find(call, info)? {
            Some(rpm) => Ok(rpm),
            None => fault::generic(format!("No such rpm: {}", sought(info))),
        }
    }

    fn nvr(&self) -> String {
        format!("{}-{}-{}", self.name, self.version, self.release)
    }

    /// Where its copy with this signature is, below the hub's `topdir`.
    fn copy_path(&self, key: &str) -> PathBuf {
        let Self { package, version, release, arch, .. } = self;
        let file = format!("{}.{arch}.rpm", self.nvr());
        ["packages", package, version, release, "data", "signed", key, arch, &file].iter().collect()
    }

    /// The members that all answers about rpms have, up to `epoch`, and those behind it.
    fn begin(&self) -> Answer {
        record! {
            "arch" => self.arch.as_str(), "build_id" => self.build, "buildroot_id" => (),
            "buildtime" => self.built.map_or(0, |time| time / 1_000_000), "draft" => false, "epoch" => self.epoch,
        }
    }

    /// As `listTaggedRPMS` shows it, with one of its signatures.
    fn tagged(&self, key: Option<&Answer>) -> Answer {
        let mut answer = self.begin();
        answer.push("extra", ());
        self.end(&mut answer, false, key);
        answer
    }

    /// As `listRPMs` (`with_nvr`) and `getRPM` show it.
    fn whole(&self, with_nvr: bool) -> Answer {
        let mut answer = self.begin();
        answer.push("external_repo_id", 0);
        answer.push("external_repo_name", "INTERNAL");
        answer.push("extra", ());
        self.end(&mut answer, with_nvr, None);
        answer
    }

    fn end(&self, answer: &mut Answer, with_nvr: bool, key: Option<&Answer>) {
        answer.push("id", self.id);
        answer.push("metadata_only", false);
        answer.push("name", self.name.as_str());
        if with_nvr {
            answer.push("nvr", self.nvr());
        }
        answer.push("payloadhash", format!("{:032x}", scattered(self.id)));
        answer.push("release", self.release.as_str());
        if let Some(key) = key {
            answer.push("sigkey", key.clone());
        }
        answer.push("size", self.size);
        answer.push("version", self.version.as_str());
    }
}

/// Something like a digest: the same for the same number.
fn scattered(number: i64) -> u128 {
    let spread =
        u128::from(number.unsigned_abs()).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    spread ^ (spread >> 61)
}

/// name, version, release, arch: cut at the last dot, then at the last two dashes.
fn parts(text: &str) -> Option<[&str; 4]> {
    let (nvr, arch) = text.rsplit_once('.')?;
    let (rest, release) = nvr.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    Some([name, version, release, arch])
}

/// What koji looked for, as Python shows it.
fn sought(info: &Value) -> String {
    let quoted = |text: &str| python::repr(&Value::from(text));
    match info.as_str().and_then(parts) {
        Some([name, version, release, arch]) => format!(
            "{{'release': {}, 'version': {}, 'name': {}, 'epoch': '', 'arch': {}, 'src': {}}}",
            quoted(release),
            quoted(version),
            quoted(name),
            quoted(arch),
            if arch == "src" { "True" } else { "False" }
        ),
        None => format!("{{'id': {}}}", python::shown(info)),
    }
}

/// koji: `getRPM(rpminfo, strict=, multi=)`.
pub(super) fn get(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("rpminfo");
    let found = if args.truthy("strict") { Some(Rpm::some(call, info)?) } else { Rpm::find(call, info)? };
    let answer = found.map(|rpm| rpm.whole(false));
    Ok(match args.truthy("multi") {
        true => Answer::List(answer.into_iter().collect()),
        false => answer.unwrap_or(Answer::Nil),
    })
}

/// koji: `listRPMs(buildID=, buildrootID=, imageID=, componentBuildrootID=, hostID=, arches=, queryOpts=,
/// draft=)`: a practice hub has no buildroots and no images of rpms.
pub(super) fn list(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let elsewhere = ["buildrootID", "imageID", "componentBuildrootID", "hostID"];
    if elsewhere.iter().any(|name| args.given(name).is_some()) || args.get("draft") == &Value::Bool(true) {
        return Ok(options::apply(vec![], args.get("queryOpts")));
    }
    let build = match args.given("buildID") {
        // koji looks no name up here: it is written where a number belongs.
        Some(Value::String(name)) => {
            let text = format!("invalid input syntax for type integer: \"{name}\"");
            return Err(fault::Fault::unexpected("psycopg2.errors.InvalidTextRepresentation", &text, &text).into());
        }
        build => build.map(|build| python::int(build).unwrap_or(0)),
    };
    let rpms = match build {
        Some(build) => {
            call.rows(&format!("{SELECT} WHERE rpminfo.build_id = ? ORDER BY rpminfo.id"), [build], Rpm::read)?
        }
        None => call.rows(&format!("{SELECT} ORDER BY rpminfo.id"), [], Rpm::read)?,
    };
    let arches = arches(args.get("arches"));
    let rpms = rpms.iter().filter(|rpm| arches.as_ref().is_none_or(|some| some.contains(&rpm.arch)));
    Ok(options::apply(rpms.map(|rpm| rpm.whole(true)).collect(), args.get("queryOpts")))
}

/// koji: `listBuildRPMs(build)`.
pub(super) fn of_build(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let build = lookups::some_build(call, args.get("build"))?;
    let rpms = call.rows(&format!("{SELECT} WHERE rpminfo.build_id = ? ORDER BY rpminfo.id"), [build.id], Rpm::read)?;
    Ok(Answer::List(rpms.iter().map(|rpm| rpm.whole(true)).collect()))
}

fn arches(given: &Value) -> Option<Vec<String>> {
    match given {
        Value::String(arch) => Some(vec![arch.clone()]),
        Value::Array(arches) => Some(arches.iter().map(python::shown).collect()),
        _ => None,
    }
}

/// koji: `listTaggedRPMS(tag, event=, inherit=, latest=, package=, arch=, rpmsigs=, owner=, type=, strict=,
/// extra=, draft=)`: the rpms, with `rpmsigs` once for each of their signatures, and the builds.
pub(super) fn tagged(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("tag");
    let event = event_argument(args.get("event"))?;
    let Some(tag) = lookups::tag(call, info, event)? else {
        if args.truthy("strict") {
            return lookups::no_tag(info);
        }
        return Ok(Answer::List(vec![Answer::List(vec![]), Answer::List(vec![])]));
    };
    // What is extra here is that of rpms.
    let query = tagged::Query { extra: false, ..tagged::query(call, tag.id, event, args)? };
    let builds = tagged::read(call, &query)?;
    let arches = arches(args.get("arch"));
    let mut rpms = Vec::new();
    let mut of_build = call.db.prepare_cached(&format!("{SELECT} WHERE rpminfo.build_id = ? ORDER BY rpminfo.id"))?;
    for build in &builds {
        let mut rows = of_build.query([build.id])?;
        while let Some(row) = rows.next()? {
            let rpm = Rpm::read(row)?;
            if arches.as_ref().is_some_and(|some| !some.contains(&rpm.arch)) {
                continue;
            }
            if !args.truthy("rpmsigs") {
                rpms.push(rpm.tagged(None));
                continue;
            }
            let keys = keys(call, rpm.id)?;
            rpms.extend(keys.iter().map(|key| rpm.tagged(Some(&Answer::from(key.as_str())))));
            if keys.is_empty() {
                rpms.push(rpm.tagged(Some(&Answer::Nil)));
            }
        }
    }
    let builds = builds.into_iter().map(|build| build.answer).collect();
    Ok(Answer::List(vec![Answer::List(rpms), Answer::List(builds)]))
}

fn keys(call: &Call<'_>, rpm: i64) -> Outcome<Vec<String>> {
    call.rows("SELECT sigkey FROM rpmsigs WHERE rpm_id = ? ORDER BY sigkey", [rpm], |row| row.get(0))
}

/// koji: `queryRPMSigs(rpm_id=, sigkey=, queryOpts=)`: empty for an rpm that is none.
pub(super) fn signatures(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let rpm = match args.given("rpm_id") {
        None => None,
        Some(info) => match Rpm::find(call, info)? {
            Some(rpm) => Some(rpm.id),
            None => return Ok(options::apply(vec![], args.get("queryOpts"))),
        },
    };
    let key = args.given("sigkey").map(|key| Sql::Text(python::shown(key).to_lowercase()));
    let rows = call.rows(
        "SELECT rpm_id, sigkey FROM rpmsigs WHERE rpm_id BETWEEN ?1 AND ?2 AND (?3 IS NULL OR sigkey = ?3) \
         ORDER BY rpm_id, sigkey",
        // A range is looked up; with a condition for "any" each row would be looked at.
        (rpm.unwrap_or(0), rpm.unwrap_or(i64::MAX), key),
        |row| {
            let (rpm, key): (i64, String) = (row.get(0)?, row.get(1)?);
            let hash = scattered(rpm) ^ key.bytes().fold(0, |sum, byte| (sum << 8) | u128::from(byte));
            Ok(record! { "rpm_id" => rpm, "sighash" => format!("{hash:032x}"), "sigkey" => key })
        },
    )?;
    Ok(options::apply(rows, args.get("queryOpts")))
}

/// koji: `writeSignedRPM(an_rpm, sigkey, force=)`; a copy that is there is left alone.
pub(super) fn write_signed(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("sign")?;
    let key = python::shown(args.get("sigkey")).to_lowercase();
    let rpm = Rpm::some(call, args.get("an_rpm"))?;
    let nvra = format!("{}.{}", rpm.nvr(), rpm.arch);
    if !rpm.on_disk {
        let Rpm { package, version, release, arch, .. } = &rpm;
        let path = format!("/mnt/koji/packages/{package}/{version}/{release}/{arch}/{nvra}.rpm");
        return fault::generic(format!("No such path: {path}"));
    }
    if !keys(call, rpm.id)?.contains(&key) {
        return fault::generic(format!("No cached signature for package {nvra}, key {key}"));
    }
    call.dml |= call.hub.store.write_copy(&rpm.copy_path(&key), &format!("{nvra} signed with {key}\n"))?;
    Ok(Answer::Nil)
}
