// SPDX-License-Identifier: GPL-3.0-or-later
use super::bodhi::{Bodhi, recorded};
use super::koji_rebuild_plan::ask;
use super::site::Site;
use serde_json::Value;

#[test]
fn the_same_as_is_planned_with_owners() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let plan = ask(&site, &bodhi, "rebuild-plan", &["--skip", "openssl"]);
    let list = ask(&site, &bodhi, "list-unbuilt", &["--skip", "openssl"]);
    let first: Vec<&str> = list.lines().iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(first, plan.lines());
    assert!(list.lines()[1].contains("jan") && list.lines()[1].contains("it was built for f43-candidate"), "{list:?}");
    let json = ask(&site, &bodhi, "list-unbuilt", &["--json"]);
    let rows: Vec<Value> = json.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.iter().all(|row| row["standing"] == "to-rebuild" && row["release"] == "F43"));
    assert_eq!(rows.len(), plan.lines().len() + 1);
}
