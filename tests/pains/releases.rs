// SPDX-License-Identifier: GPL-3.0-or-later
//! Releases are data: of Bodhi, and of the layouts.

use super::bodhi::{Bodhi, recorded};
use super::ground::Ground;
use super::samples::{by_command, is_changing};
use super::site::{Ended, LOGIN, Site};
use serde_json::{Value, json};
use std::fs;

/// The releases of Bodhi and the hub are a hundred later.
fn later(ground: &Ground) {
    for table in ["tag", "build_target"] {
        ground.plant(&format!("UPDATE {table} SET name = 'f1' || substr(name, 2) WHERE name GLOB 'f4[0-9]*'"));
    }
    ground.plant("UPDATE task SET request = replace(request, '\"f4', '\"f14')");
    ground.bodhi.change(|releases| {
        let text = json!(releases).to_string();
        let text = text.replace("f4", "f14").replace("F4", "F14").replace("Fedora 4", "Fedora 14");
        *releases = serde_json::from_str(&text.replace("\"version\":\"4", "\"version\":\"14")).unwrap();
    });
    fs::write(ground.site.path().join("retired.json"), r#"{"f143": ["bash"]}"#).unwrap();
}

/// Two answers are the same but for the numbers.
fn plain(ended: &Ended) -> (i32, String, Vec<String>) {
    let told: Vec<String> = ended
        .lines()
        .iter()
        .map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            if let Some(line) = line.as_object_mut() {
                // What depends on the names, or on the moment.
                line.retain(|key, _| !["plan_sha", "run", "since", "seconds"].contains(&key.as_str()));
            }
            line.to_string()
        })
        .collect();
    let numbers = |text: &str| (40..50).fold(text.to_owned(), |text, n| text.replace(&format!("1{n}"), &n.to_string()));
    (ended.code, numbers(&told.join("\n")), ended.calls.clone())
}

/// A dozen scripts needed a commit for each release, from one person, on the day.
#[test]
fn release_numbers_are_not_in_the_source() {
    let mut count = 0;
    for (name, (command, samples)) in by_command() {
        for sample in samples.iter().filter(|sample| sample.words.ends_with("{bodhi}")) {
            let (now, then) = (Ground::new(sample.place), Ground::new(sample.place));
            later(&then);
            let login = [&LOGIN[..], &["--yes", "--json"]].concat();
            let more = if is_changing(&command) { &login[..] } else { &["--json"] };
            let (now, then) = (now.flr(sample.words, more), then.flr(&sample.words.replace(" f4", " f14"), more));
            assert_eq!(now.code, sample.code, "{name}: {now:?}");
            assert!(!now.stdout.is_empty() || name == "koji rebuild-status", "{name}: {now:?}");
            assert_eq!(plain(&now), plain(&then), "{name}");
            count += 1;
        }
    }
    assert!(count > 10, "only {count} commands name a release");
}

/// Tags, Bodhi's record and tables elsewhere had to agree, and nothing looked.
#[test]
fn what_koji_and_bodhi_do_not_agree_on_is_told() {
    let (site, all) = (Site::cycle(), recorded());
    let rawhide = serde_json::from_str(&all[7].to_string().replace("45", "43")).unwrap();
    let bodhi = Bodhi::with(vec![all[3].clone(), rawhide]);
    let check = || {
        let mut command = site.command();
        command.args(["release", "check", "f43", "--bodhi", &bodhi.url, "--json"]);
        let ended = site.ended(command, b"");
        let row = |line: &str| {
            let line: Value = serde_json::from_str(line).unwrap();
            ["kind", "name", "field"].map(|key| line[key].as_str().unwrap_or_default().to_owned())
        };
        (ended.code, ended.stdout.lines().map(row).collect::<Vec<_>>())
    };
    assert_eq!(check(), (0, Vec::new()));
    site.admin("editTag2", json!(["f43-override", {"arches": "x86_64", "__starstar": true}]));
    bodhi.change(|releases| releases[1]["candidate_tag"] = json!("f43-updates-candidat"));
    let (code, told) = check();
    assert_eq!(code, 7);
    let fields: Vec<[&str; 3]> = told.iter().map(|row| row.each_ref().map(String::as_str)).collect();
    assert!(fields.contains(&["tag", "f43-override", "arches"]), "{fields:?}");
    assert!(fields.contains(&["bodhi", "F43", "candidate_tag"]), "{fields:?}");
}
