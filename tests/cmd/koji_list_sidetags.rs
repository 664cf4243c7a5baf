// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, Site};
use serde_json::{Value, json};

/// A side tag of somebody's; its name.
pub fn side_tag(site: &Site, user: &str, base: &str) -> String {
    let made = site.hub.run_as(user, "createSideTag", vec![json!(base)]).unwrap();
    made["name"].as_str().unwrap().to_owned()
}

#[test]
fn whose_and_how_full() {
    let site = Site::small();
    assert_eq!(site.flr(["koji", "list-sidetags"]), Ended { calls: vec!["listSideTags".into()], ..Ended::default() });
    let one = side_tag(&site, "maria", "f43-build");
    let two = side_tag(&site, "jan", "f44-build");
    site.admin("tagBuildBypass", json!([one, "bash-5.3.1-1.fc43"]));
    let ended = site.flr(["koji", "list-sidetags", "--json"]);
    let lines: Vec<Value> = ended.lines().into_iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| json!([line["tag"], line["owner"], line["base"], line["builds"], line["days"]]))
        .collect();
    assert_eq!(told, [json!([one, "maria", "f43-build", 1, 0]), json!([two, "jan", "f44-build", 0, 0])]);
    assert!(lines[0]["changed"].as_str() >= lines[0]["created"].as_str());
    let histories = "multiCall queryHistory queryHistory";
    assert_eq!(ended.calls, ["listSideTags", "getLastEvent", histories, histories]);
    assert_eq!(site.flr(["koji", "list-sidetags", "--base", "f44-build"]).lines().len(), 1);
    let empty = site.flr(["koji", "list-sidetags", "--empty", "--owner", "jan"]);
    assert!(empty.stdout.starts_with(&format!("{two}  jan  f44-build  0  0  0  20")), "{}", empty.stdout);
    assert_eq!(site.flr(["koji", "list-sidetags", "--older-than", "1"]).stdout, "");
    assert_eq!(site.flr(["koji", "list-sidetags", "--inactive", "0"]).lines().len(), 2);
}

#[test]
fn a_base_that_is_not_there() {
    let ended = Site::small().flr(["koji", "list-sidetags", "--base", "f99-build"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (10, "flr: no such tag at HUB: f99-build\n"));
}
