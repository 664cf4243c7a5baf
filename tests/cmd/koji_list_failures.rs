// SPDX-License-Identifier: GPL-3.0-or-later
use crate::bodhi::{Bodhi, recorded};
use crate::koji_submit_builds::{source, wait_until};
use crate::site::{Ended, Site};
use nix::mount::{MsFlags, mount, umount};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;

/// The hub of the tests, and the releases that a real Bodhi had.
pub fn site() -> (Site, Bodhi) {
    let site = Site::small();
    let config = site.path().join("home/.koji/config");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(config, format!("{text}weburl = https://koji.example.test/koji\n")).unwrap();
    (site, Bodhi::with(recorded()))
}

/// `flr koji COMMAND f43`, with more words.
pub fn list(site: &Site, bodhi: &Bodhi, command: &str, words: &[&str]) -> Ended {
    let mut flr = site.command();
    flr.args(["koji", command, "f43", "--bodhi", &bodhi.url]).args(words);
    site.ended(flr, b"")
}

fn failures(site: &Site, bodhi: &Bodhi, words: &[&str]) -> Ended {
    list(site, bodhi, "list-failures", &[&["--since", "2025-01-01"], words].concat())
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn what_failed() {
    let (site, bodhi) = site();
    let ended = failures(&site, &bodhi, &[]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let words: Vec<&str> = ended.stdout.split_whitespace().collect();
    let [package, owner, build, task, target, failed] = words[..] else { panic!("{ended:?}") };
    assert_eq!((package, build, target), ("rpm", "rpm-6.0.0-7.fc43", "f43-candidate"));
    assert_eq!(
        ended.calls,
        ["getBuildTargets", "getLastEvent", "listPackages", "listBuilds", "listTasks", "multiCall listBuilds"]
    );
    let line: Value = serde_json::from_str(&failures(&site, &bodhi, &["--json"]).stdout).unwrap();
    let build_id = site.admin("getBuild", json!([build]))["build_id"].clone();
    let expected = json!({
        "release": "F43", "package": "rpm", "owner": owner, "build": build, "build_id": build_id,
        "task": task.parse::<u64>().unwrap(), "target": target, "builder": "maria", "failed": failed, "failures": 1,
    });
    assert_eq!(line, expected);
}

#[test]
fn what_is_not_asked_for_or_blocked_is_left_out() {
    let (site, bodhi) = site();
    let late = list(&site, &bodhi, "list-failures", &["--since", "2026-01-01"]);
    assert_eq!((late.code, late.stdout.as_str()), (0, ""));
    assert_eq!(failures(&site, &bodhi, &["--target", "f43-rebuild"]).stdout, "");
    assert_eq!(failures(&site, &bodhi, &["--target", "f43-candidate"]).lines().len(), 1);
    let unknown = failures(&site, &bodhi, &["--target", "f99"]);
    assert_eq!((unknown.code, unknown.stderr.as_str()), (10, "flr: the hub has no target f99\n"));
    site.admin("packageListBlock", json!(["f43", "rpm"]));
    assert_eq!(failures(&site, &bodhi, &[]).stdout, "");
}

/// The source could not be checked out; and what is built afterwards mends it.
#[test]
fn a_task_without_a_build() {
    let (site, bodhi) = site();
    let words = |commit: &str| json!([source("bash", commit), "f43-candidate"]);
    let task = site.admin("build", words("dead"));
    wait_until(&site, |_| site.admin("getTaskInfo", json!([task]))["state"] == 5);
    let lines = failures(&site, &bodhi, &["--json"]);
    let line: Value = serde_json::from_str(lines.lines()[1]).unwrap_or_else(|_| panic!("{lines:?}"));
    assert_eq!((&line["package"], &line["build"], &line["task"]), (&json!("bash"), &json!(null), &task));
    let task = site.admin("build", words("good"));
    wait_until(&site, |_| site.admin("getTaskInfo", json!([task]))["state"] == 2);
    assert_eq!(failures(&site, &bodhi, &[]).lines().len(), 1);
}

/// The time is needed: without it a hub's whole history would be read.
#[test]
fn a_time_is_needed() {
    let (site, bodhi) = site();
    let ended = list(&site, &bodhi, "list-failures", &[]);
    assert_eq!(ended.code, 2);
    let ended = list(&site, &bodhi, "list-failures", &["--since", "yesterday"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("neither a date"), "{}", ended.stderr);
}

#[test]
fn pages_by_package_and_by_owner() {
    let (site, bodhi) = site();
    let dir = site.path().join("www");
    let dir_word = dir.to_str().unwrap();
    let missing = failures(&site, &bodhi, &["--html", dir_word]);
    assert_eq!(missing.code, 10);
    let said = format!("flr: cannot write pages to {dir_word}: No such file or directory (os error 2)\n");
    assert_eq!(missing.stderr, format!("{said}hint: make the directory first\n"));
    fs::create_dir(&dir).unwrap();
    for (words, lines) in [(vec!["--html", dir_word], 0), (vec!["--html", dir_word, "--json"], 1)] {
        let ended = failures(&site, &bodhi, &words);
        assert_eq!((ended.code, ended.lines().len()), (0, lines), "{ended:?}");
        let files = format!("{dir_word}/index.html and {dir_word}/owners.html");
        assert!(
            ended
                .stderr
                .contains(&format!("1 package of F43 whose builds failed and were not mended; written to {files}")),
            "{}",
            ended.stderr
        );
    }
    let line: Value = serde_json::from_str(&failures(&site, &bodhi, &["--json"]).stdout).unwrap();
    let (task, build, owner) = (&line["task"], &line["build_id"], line["owner"].as_str().unwrap());
    let pages = "https://koji.example.test/koji";
    for page in ["index.html", "owners.html"] {
        let text = read(&dir.join(page));
        for part in [
            format!("<a href=\"{pages}/taskinfo?taskID={task}\">{task}</a>"),
            format!("<a href=\"{pages}/buildinfo?buildID={build}\">rpm-6.0.0-7.fc43</a>"),
            format!("<a href=\"{pages}/packageinfo?packageID=rpm\">rpm</a>"),
            format!("#owner-{owner}\""),
            "<dd>flr koji list-failures f43 --since 2025-01-01T00:00:00Z</dd>".into(),
        ] {
            assert!(text.contains(&part), "{page} lacks {part}");
        }
    }
}

/// Another list's page, or a page of the site's own.
#[test]
fn a_page_of_something_else_stays() {
    let (site, bodhi) = site();
    let dir = site.path().join("www");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("index.html"), "<h1>Ours</h1>").unwrap();
    let ended = failures(&site, &bodhi, &["--html", dir.to_str().unwrap()]);
    assert_eq!((ended.code, ended.stdout.as_str()), (10, ""));
    assert!(ended.stderr.contains("index.html is no page of this command: it is not replaced\n"), "{}", ended.stderr);
    assert_eq!(read(&dir.join("index.html")), "<h1>Ours</h1>");
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
}

/// The old pages stay whole, and nothing half-written stays beside them.
#[test]
fn a_full_disk_leaves_the_old_pages() {
    let (site, bodhi) = site();
    let dir = site.path().join("www");
    fs::create_dir(&dir).unwrap();
    match mount(Some("tmpfs"), &dir, Some("tmpfs"), MsFlags::empty(), Some("size=64k")) {
        Ok(()) => {}
        Err(errno) if !nix::unistd::Uid::effective().is_root() => {
            eprintln!("not shown: only root may mount a small disk ({errno})");
            return;
        }
        Err(errno) => panic!("cannot mount a small disk: {errno}"),
    }
    let words = ["--html", dir.to_str().unwrap()];
    let first = failures(&site, &bodhi, &words);
    let pages = || ["index.html", "owners.html"].map(|page| read(&dir.join(page)));
    let before = pages();
    let mut filler = fs::File::create(dir.join("filler")).unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    let second = failures(&site, &bodhi, &words);
    let (after, count) = (pages(), fs::read_dir(&dir).unwrap().count());
    drop(filler);
    umount(&dir).unwrap();
    assert_eq!((first.code, second.code, count), (0, 10, 3), "{second:?}");
    assert!(second.stderr.contains("No space left on device"), "{}", second.stderr);
    assert!(before == after && before.iter().all(|page| page.ends_with("</html>\n")));
}
