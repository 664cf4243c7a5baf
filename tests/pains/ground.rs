// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub on which every command has something to do.

use super::bodhi::{Bodhi, recorded};
use super::samples::{Place, Sample};
use super::site::{Ended, LOGIN, Site};
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

/// A source that the hub can build.
pub fn source(package: &str) -> String {
    format!("git+https://src.example.test/rpms/{package}.git#{:0<40}", "1")
}

pub struct Ground {
    pub site: Site,
    pub bodhi: Bodhi,
    task: String,
    failed: String,
}

impl Ground {
    pub fn new(place: Place) -> Self {
        let delay = if place == Place::Slow { Duration::from_secs(600) } else { Duration::from_millis(20) };
        let (site, bodhi) = (Site::with_task_delay(delay), Bodhi::with(recorded()));
        for perm in ["target", "sign"] {
            site.admin("grantPermission", json!(["practice", perm]));
        }
        for tag in ["f43-compose", "f43-signing-pending", "f43-updates-testing-pending"] {
            site.admin("createTag", json!([tag, "f43"]));
        }
        // Of no release, and what the layout draws from.
        site.admin("createTag", json!(["coreos-pool"]));
        site.admin("tagBuildBypass", json!(["f43-compose", "kernel-6.16.7-1.fc43"]));
        site.admin("tagBuildBypass", json!(["f43-signing-pending", "bash-5.3.1-1.fc43"]));
        // The order of tags is not that of versions.
        site.admin("tagBuildBypass", json!(["f43-updates-candidate", "coreutils-9.7-2.fc43", true]));
        for arch in ["src", "x86_64"] {
            site.admin("writeSignedRPM", json!([format!("bash-5.3.0-1.fc43.{arch}"), "31645531"]));
        }
        branch(&site, &bodhi);
        site.hub.run_as("practice", "createSideTag", vec![json!("f43-build")]).unwrap();
        if place == Place::Slow {
            site.hub.run_as("practice", "build", vec![json!(source("rpm")), json!("f43-candidate")]).unwrap();
        }
        fs::write(site.path().join("owners.json"), r#"{"rpms": {"bash": ["jan"], "glibc": ["jan"]}}"#).unwrap();
        fs::write(site.path().join("retired.json"), r#"{"f43": ["bash"]}"#).unwrap();
        let task = site.admin("getBuild", json!(["bash-5.3.0-1.fc43"]))["task_id"].to_string();
        let mut ground = Self { site, bodhi, task, failed: String::new() };
        ground.failed = ground.failed_run();
        ground
    }

    /// A run of which half was done.
    fn failed_run(&self) -> String {
        let fail = What::Fail { code: 1000, text: "not today".into() };
        self.site.hub.misbehave(Misbehaviour::new(When::Change(1), fail));
        let words = "koji untag-build f43 perl-5.42.0-1.fc43 dnf5-5.2.16.0-1.fc43 --yes --json";
        let run = self.flr(words, &LOGIN).document();
        assert_eq!((run["failures"].as_array().unwrap().len(), run["done"].as_array().unwrap().len()), (1, 1));
        run["run"].as_str().unwrap().to_owned()
    }

    /// flr with these words, blanks between; what is in curly brackets is put in.
    pub fn flr(&self, words: &str, more: &[&str]) -> Ended {
        self.flr_at(&self.site, words, more)
    }

    /// The same at a copy of it.
    pub fn flr_at(&self, site: &Site, words: &str, more: &[&str]) -> Ended {
        let mut command = site.command();
        for word in words.split(' ') {
            match word {
                "{bodhi}" => command.args(["--bodhi", &self.bodhi.url]),
                "{task}" => command.arg(&self.task),
                "{failed}" => command.arg(&self.failed),
                "{source}" => command.arg(source("bash")),
                "{sources}" => command.args(["bash", "kernel", "coreutils"].map(source)),
                word => command.arg(word),
            };
        }
        command.args(more);
        site.ended(command, b"")
    }

    /// As it is meant: logged in, and nobody is asked.
    pub fn agreed(&self, sample: &Sample) -> Ended {
        self.flr(sample.words, &[&LOGIN[..], &["--yes", "--json"]].concat())
    }

    /// What the hub's tables are made to hold, which no call could bring about.
    pub fn plant(&self, sql: &str) {
        let hub = rusqlite::Connection::open(self.site.path().join("hub/hub.sqlite")).unwrap();
        hub.execute_batch(sql).unwrap();
    }

    /// What changes with every change: the last event, and how many tasks there are.
    pub fn moment(&self) -> (Value, usize) {
        let tasks = self.site.admin("listTasks", json!([]));
        (self.site.admin("getLastEvent", json!([]))["id"].clone(), tasks.as_array().unwrap().len())
    }
}

/// Fedora 47 has just been branched, and updates are not activated.
fn branch(site: &Site, bodhi: &Bodhi) {
    bodhi.change(|releases| {
        releases[6] = serde_json::from_str(&releases[6].to_string().replace("44", "47")).unwrap();
        releases[6]["composed_by_bodhi"] = json!(false);
    });
    site.admin("createTag", json!(["f47"]));
    for part in ["updates", "updates-candidate", "updates-testing", "updates-pending", "override"] {
        site.admin("createTag", json!([format!("f47-{part}"), "f47"]));
    }
}

/// Each method that was called, members of multicalls singly.
pub fn methods(ended: &Ended) -> Vec<&str> {
    ended.calls.iter().flat_map(|call| call.split(' ')).filter(|name| *name != "multiCall").collect()
}

/// Whether the hub's method only reads. What is not known to is taken to write.
pub fn is_reading(method: &str) -> bool {
    let others = ["repo.get", "repo.checkRequest", "repo.queryQueue", "system.listMethods", "tagLastChangeEvent"];
    others.contains(&method) || ["get", "list", "query"].iter().any(|begin| method.starts_with(begin))
}

/// The words of the changes in a list of a report.
pub fn texts(list: &Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|change| change["text"].as_str().unwrap()).collect()
}
