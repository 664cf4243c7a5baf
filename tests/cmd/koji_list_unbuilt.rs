// SPDX-License-Identifier: GPL-3.0-or-later
use super::bodhi::{Bodhi, recorded};
use super::koji_rebuild_plan::ask;
use super::site::Site;
use serde_json::Value;
use std::fs;

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

#[test]
fn pages() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let dir = site.path().join("www");
    fs::create_dir(&dir).unwrap();
    let rows = ask(&site, &bodhi, "list-unbuilt", &[]).lines().len();
    let ended = ask(&site, &bodhi, "list-unbuilt", &["--skip", "openssl", "--html", dir.to_str().unwrap()]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""));
    let counted = format!("{} packages of F43 still to be rebuilt; written to ", rows - 1);
    assert!(ended.stderr.contains(&counted), "{}", ended.stderr);
    let page = fs::read_to_string(dir.join("index.html")).unwrap();
    assert_eq!(page.matches("<tr><th scope=\"row\">").count(), rows - 1);
    assert!(
        page.contains("<dt>Skipped</dt><dd>1 package</dd>") && page.contains("it was built for f43-candidate"),
        "{page}"
    );
}
