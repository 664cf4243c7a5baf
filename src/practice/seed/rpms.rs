// SPDX-License-Identifier: GPL-3.0-or-later
//! The rpms of all finished builds, and who signed them: what is in a release is signed with its key, what
//! is on the way there is not.

use super::super::fault::Outcome;
use rusqlite::Connection;

/// One for each architecture, numbered as high as Fedora's.
const RPMS: &str = "INSERT INTO rpminfo (id, build_id, name, arch, size) \
     SELECT 42000000 + row_number() OVER (ORDER BY build.id, arches.column2), build.id, package.name, \
     arches.column1, 20000 + build.id * 7919 % 4000000 FROM build JOIN package ON package.id = pkg_id JOIN \
     (VALUES ('src', 0), ('x86_64', 1), ('aarch64', 2), ('ppc64le', 3), ('s390x', 4)) AS arches \
     WHERE btype_id = 1 AND state = 1";

/// koji keeps a header for the unsigned copy too.
const UNSIGNED: &str = "INSERT INTO rpmsigs (rpm_id, sigkey) SELECT id, '' FROM rpminfo";

/// Keys by release.
const KEYS: [(&str, &str); 3] = [("42", "105ef944"), ("43", "31645531"), ("44", "6d9f90a6")];

const SIGNED: &str = "INSERT INTO rpmsigs (rpm_id, sigkey) SELECT rpminfo.id, ?2 FROM rpminfo \
     JOIN build ON build.id = build_id WHERE build.release LIKE '%.fc' || ?1 AND build.id IN \
     (SELECT build_id FROM tag_listing JOIN tag ON tag.id = tag_id WHERE revoke_event IS NULL \
     AND tag.name IN ('f' || ?1, 'f' || ?1 || '-updates', 'f' || ?1 || '-updates-testing'))";

/// What a signing run has left behind: all of a build, some of another, and one that has no file.
const LEFT_BEHIND: &str = "\
     DELETE FROM rpmsigs WHERE sigkey = '31645531' AND rpm_id IN (SELECT rpminfo.id FROM rpminfo \
     JOIN build ON build.id = build_id WHERE release = '1.fc43' AND (rpminfo.name = 'firefox' \
     OR (rpminfo.name = 'kernel' AND arch IN ('ppc64le', 's390x')))); \
     UPDATE rpminfo SET on_disk = 0 WHERE name = 'openssl' AND arch = 's390x' \
     AND build_id IN (SELECT id FROM build WHERE release = '1.fc43')";

/// In a whole release it is one build in 400.
const NOW_AND_THEN: &str = "DELETE FROM rpmsigs WHERE sigkey = '31645531' AND (rpm_id - 1) / 5 % 400 = 3";

/// `seed`: what the hub is seeded with.
pub(super) fn plant(db: &Connection, seed: &str) -> Outcome<()> {
    db.execute(RPMS, [])?;
    db.execute(UNSIGNED, [])?;
    for (release, key) in KEYS {
        db.execute(SIGNED, [release, key])?;
    }
    db.execute_batch(LEFT_BEHIND)?;
    if seed == "fedora" {
        db.execute(NOW_AND_THEN, [])?;
    }
    Ok(())
}
