// SPDX-License-Identifier: GPL-3.0-or-later
//! The practice hub holds against the recorded one: every method and every fault it can answer has
//! a line in `traffic.jsonl` or `cycle.jsonl` with the same shape. Texts that have none are named here, with the
//! reason.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "practice")]

mod hub;

use flr::koji::xml::{read_call, read_response};
use hub::{Client, Hub, exchange, member, named};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Texts without a recorded line: they stand so in koji's own source. Code, text, why the
/// practice hub needs it.
const UNRECORDED_FAULTS: &[(i64, &str, &str)] = &[
    (1, "maximum recursion depth exceeded", "multicalls nested without end"),
    (1000, "Dependency failed: {wait}", "moveAllBuilds after one of its tasks failed"),
    (1000, "this practice hub knows no package filters in inheritance", "its own limit, said plainly"),
    (1000, "a user must have a non-empty name", "a principal that begins with @"),
    (1000, "this practice hub makes no repository for tag {} without arches", "its own limit, so that a task can fail"),
    (1000, "GenericError: unknown build target: {}", "a build task's own, from koji's builder"),
    (1005, "BuildError: package {name} {text} tag {}", "a build task's own: not in list for, is blocked for"),
    (
        1005,
        "BuildError: Error running GIT command \"git fetch origin {commit}\", see checkout.log for details",
        "a build task's own",
    ),
    (
        1005,
        "BuildError: error building package {} (arch x86_64), mock exited with status 1; see build.log for more information",
        "a build task's own",
    ),
];

/// Faults whose text is not written where they are made: file, code, all texts it can have.
const INDIRECT: &[(&str, i64, &[&str])] = &[
    ("hub.rs", 0, &[]),        // the fault that a misbehaviour names
    ("respond.rs", 1014, &[]), // the outage that a misbehaviour names
    (
        "methods/building.rs",
        1005,
        &[
            "BuildError: Error running GIT command \"git fetch origin {commit}\", see checkout.log for details",
            "BuildError: package {name} {text} tag {}",
        ],
    ),
    ("methods/tagging.rs", 1003, &["Package {} not in list for {shown}", "Package {} blocked in {shown}"]),
    ("methods/tagging.rs", 1004, &["tag is locked", "tag requires {perm} permission"]),
    ("methods/tasks.rs", 0, &[]), // a task's stored fault
];

struct Line {
    name: String,
    method: Option<String>,
    path: Option<String>,
    request: String,
    status: u16,
    response: String,
}

fn lines() -> Vec<Line> {
    let files = [include_str!("fixtures/koji/traffic.jsonl"), include_str!("fixtures/koji/cycle.jsonl")];
    files
        .iter()
        .flat_map(|file| file.lines())
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| line[key].as_str().map(str::to_owned);
            Line {
                name: text("name").unwrap(),
                method: text("method"),
                path: text("path"),
                request: text("request_body").unwrap_or_default(),
                status: u16::try_from(line["status"].as_u64().unwrap()).unwrap(),
                response: text("response_body").unwrap_or_default(),
            }
        })
        .collect()
}

/// Every recorded answer with its method and parameters; the members of multicalls singly.
struct Recorded {
    answers: Vec<(String, Value)>,
    faults: BTreeSet<(i64, String)>,
}

fn recorded() -> Recorded {
    let mut all = Recorded { answers: vec![], faults: BTreeSet::new() };
    for line in lines().iter().filter(|line| line.status == 200) {
        let Ok((method, params)) = read_call(line.request.as_bytes()) else {
            continue;
        };
        match read_response::<Value>(line.response.as_bytes()) {
            Ok(Ok(answer)) => all.answer(&method, &params, answer),
            Ok(Err(fault)) => {
                all.faults.insert((fault.code, fault.text));
            }
            Err(e) => panic!("{}: {e:?}", line.name),
        }
    }
    all
}

impl Recorded {
    fn answer(&mut self, method: &str, params: &[Value], answer: Value) {
        if method != "multiCall" && method != "system.multicall" {
            self.answers.push((method.to_owned(), answer));
            return;
        }
        let calls = params[0].as_array().unwrap();
        for (call, answer) in calls.iter().zip(answer.as_array().unwrap()) {
            if let Some(code) = answer.get("faultCode") {
                let text = answer["faultString"].as_str().unwrap().to_owned();
                self.faults.insert((code.as_i64().unwrap(), text));
            } else if let (Some(method), Some(params)) = (call.get("methodName"), call.get("params")) {
                let params = params.as_array().unwrap().clone();
                self.answer(method.as_str().unwrap(), &params, answer[0].clone());
            }
        }
    }
}

#[test]
fn every_method_is_recorded() {
    let recorded: BTreeSet<String> = lines().into_iter().filter_map(|l| l.method).collect();
    let hub = Hub::small();
    let ours = hub.anonymous().ok("system.listMethods", json!([]));
    let ours = ours.as_array().unwrap().iter().map(|method| method.as_str().unwrap());
    let lacking: Vec<_> = ours.filter(|method| !recorded.contains(*method)).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

/// What a value is made of: type by path, and the names of the members by path.
#[derive(Default, Debug)]
struct Shape {
    types: BTreeMap<String, BTreeSet<&'static str>>,
    members: BTreeMap<String, BTreeSet<Vec<String>>>,
}

/// Members of the struct that stands for a fault: recorded by getTaskResult.
const FAULT: [&str; 2] = ["faultCode", "faultString"];

/// Structs whose members are data, not fields.
fn is_free(method: &str, path: &str) -> bool {
    path.ends_with("extra")
        || path.ends_with("request")
        || ["echo", "getTaskDescendents", "getTaskRequest", "getTaskResult"].contains(&method)
        || (method == "queryHistory" && path.is_empty())
}

impl Shape {
    fn add(&mut self, method: &str, path: &str, value: &Value) {
        let kind = match value {
            Value::Null => "nil",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.is_f64() => "double",
            Value::Number(_) => "int",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "struct",
        };
        self.types.entry(path.to_owned()).or_default().insert(kind);
        match value {
            Value::Array(items) if !is_free(method, path) => {
                for item in items {
                    self.add(method, &format!("{path}[]"), item);
                }
            }
            Value::Object(members) => {
                if is_free(method, path) && method != "queryHistory" {
                    return;
                }
                if !is_free(method, path) {
                    let mut names: Vec<String> = members.keys().cloned().collect();
                    names.sort();
                    self.members.entry(path.to_owned()).or_default().insert(names);
                }
                for (name, value) in members {
                    self.add(method, &format!("{path}.{name}"), value);
                }
            }
            _ => {}
        }
    }
}

/// Calls that make the hub show every shape it has.
fn samples(hub: &Hub) -> Vec<(String, Value)> {
    let mut c = hub.login("practice");
    let mut admin = hub.login("admin");
    let task = c.ok("tagBuild", json!(["f43-override", "bash-5.3.1-1.fc43"]));
    let failing = c.ok("tagBuild", json!(["f43-override", "glibc-2.42-3.fc43"]));
    let blocked = json!(["f43-override", "glibc", named(json!({"block": true}))]);
    let mut seen = vec![("tagBuild".to_owned(), task.clone())];
    let build = c.ok("getBuild", json!(["bash-5.3.1-1.fc43"]))["id"].clone();
    let event = c.ok("getLastEvent", json!([]))["id"].clone();
    let repo = c.ok("getRepo", json!(["f43-build"]))["id"].clone();
    let mut take = |c: &mut Client, method: &str, params: Value| {
        let answer = c.ok(method, params);
        seen.push((method.to_owned(), answer));
    };
    take(&mut c, "packageListAdd", blocked);
    for (method, params) in [
        ("tagBuildBypass", json!(["f43-empty", build])),
        ("untagBuildBypass", json!(["f43-empty", build])),
        ("massTag", json!(["f43-empty", [build]])),
        ("untagBuild", json!(["f43-empty", build])),
        ("moveBuild", json!(["f43-updates-candidate", "f43-override", "coreutils-9.7-2.fc43"])),
        ("moveAllBuilds", json!(["f43-updates-candidate", "f43-override", "coreutils"])),
        ("packageListBlock", json!(["f43", "bash"])),
        ("packageListUnblock", json!(["f43", "bash"])),
        ("packageListSetOwner", json!(["f43", "bash", "kim"])),
        ("packageListSetArches", json!(["f43", "bash", "x86_64"])),
        ("createTag", json!(["f43-new", named(json!({"parent": "f43", "arches": "x86_64"}))])),
        ("editTag2", json!(["f43-new", named(json!({"locked": true, "extra": {"a": 1}}))])),
        ("setInheritanceData", json!(["f43-new", [], true])),
        ("groupListAdd", json!(["f43-new", "build", named(json!({"description": "x"}))])),
        ("groupPackageListAdd", json!(["f43-new", "build", "bash"])),
        ("groupPackageListBlock", json!(["f43-new", "build", "bash"])),
        ("groupPackageListUnblock", json!(["f43-new", "build", "bash"])),
        ("groupPackageListAdd", json!(["f43-new", "build", "bash"])),
        ("groupPackageListRemove", json!(["f43-new", "build", "bash"])),
        ("groupListBlock", json!(["f43-new", "build"])),
        ("groupListUnblock", json!(["f43-new", "build"])),
        ("groupListAdd", json!(["f43-new", "build", named(json!({"description": "x"}))])),
        ("groupListRemove", json!(["f43-new", "build"])),
        ("addExternalRepoToTag", json!(["f43-new", "f43-bootstrap", 5])),
        ("editTagExternalRepo", json!(["f43-new", "f43-bootstrap", named(json!({"priority": 7}))])),
        ("removeExternalRepoFromTag", json!(["f43-new", "f43-bootstrap"])),
        ("deleteTag", json!(["f43-new"])),
        ("snapshotTag", json!(["f43", "f43-copy"])),
        ("cancelTask", json!([task])),
        ("build", json!(["git+https://src.example.test/rpms/bash.git#1", "f43-candidate"])),
        ("createSideTag", json!(["f43-build"])),
        ("listSideTags", json!([])),
    ] {
        take(&mut c, method, params);
    }
    for (method, params) in [
        ("packageListRemove", json!(["f43", "nodejs16", true])),
        ("createBuildTarget", json!(["new", "f43-build", "f43"])),
        ("editBuildTarget", json!(["new", "new", "f43-build", "f43-rebuild"])),
        ("deleteBuildTarget", json!(["new"])),
        ("grantPermission", json!(["kim", "infra"])),
        ("revokePermission", json!(["kim", "infra"])),
        ("writeSignedRPM", json!(["bash-5.3.0-1.fc43.x86_64", "31645531"])),
        ("newRepo", json!(["f43-build"])),
    ] {
        take(&mut admin, method, params);
    }
    let side = admin.ok("listSideTags", json!([]))[0]["id"].clone();
    take(&mut c, "removeSideTag", json!([side]));
    for (method, params) in [
        ("getAPIVersion", json!([])),
        ("getKojiVersion", json!([])),
        ("hello", json!([])),
        ("echo", json!([1])),
        ("system.listMethods", json!([])),
        ("getLastEvent", json!([])),
        ("getEvent", json!([event])),
        ("getEvent", json!([1, false])),
        ("count", json!(["listPackages", named(json!({"tagID": "f43"}))])),
        (
            "countAndFilterResults",
            json!([
                "listPackages",
                named(json!({"tagID": "f43", "filterOpts": {"order": "package_name", "limit": 2}}))
            ]),
        ),
        ("filterResults", json!(["listTagged", "f43", named(json!({"filterOpts": {"order": "-nvr", "limit": 2}}))])),
        ("getSessionInfo", json!([])),
        ("getSessionInfo", json!([true, "practice"])),
        ("getLoggedInUser", json!([])),
        ("getPerms", json!([])),
        ("hasPerm", json!(["tag"])),
        ("getUserPerms", json!(["kim"])),
        ("getUser", json!(["kim"])),
        ("getUser", json!(["nobody-here"])),
        ("listUsers", json!([])),
        ("getAllPerms", json!([])),
        ("getTag", json!(["f43"])),
        ("getTag", json!(["f43-updates-pending"])),
        ("getTag", json!(["no"])),
        ("getTag", json!(["f43", false, event])),
        ("getTag", json!(["f43-new", named(json!({"event": "auto"}))])),
        ("getTagID", json!(["f43"])),
        ("listTags", json!([])),
        ("listTags", json!([build])),
        ("listTags", json!([null, "bash"])),
        ("getBuildConfig", json!(["f43-build"])),
        ("tagChangedSinceEvent", json!([event, [1]])),
        ("getTagGroups", json!(["f43"])),
        ("getTagGroups", json!(["f43-build"])),
        ("getTagExternalRepos", json!([named(json!({"tag_info": "f43"}))])),
        ("getTagExternalRepos", json!([named(json!({"tag_info": "f43-build"}))])),
        ("getExternalRepo", json!(["f43-bootstrap"])),
        ("listExternalRepos", json!([])),
        ("getRepo", json!(["f43-build"])),
        ("repo.get", json!(["f43-build"])),
        ("repoInfo", json!([repo])),
        // What a request is, is recorded by repo.request.
        ("repo.queryQueue", json!([[["id", "=", 0]]])),
        ("tagLastChangeEvent", json!(["f43-build"])),
        ("getInheritanceData", json!(["f43"])),
        ("getFullInheritance", json!(["f43-build"])),
        ("getFullInheritance", json!(["f43", named(json!({"reverse": true}))])),
        ("getPackage", json!(["bash"])),
        ("getPackageID", json!(["bash"])),
        ("listPackages", json!(["f43", named(json!({"inherited": true}))])),
        ("listPackages", json!(["f43", named(json!({"with_owners": false}))])),
        ("listPackagesSimple", json!(["ba"])),
        ("checkTagPackage", json!(["f43", "bash"])),
        ("getPackageConfig", json!(["f43", "bash"])),
        ("getBuild", json!(["openssl-3.5.1-1.fc43"])),
        ("getBuild", json!(["rpm-6.0.0-9.fc43"])),
        ("getBuild", json!(["rpm-6.0.0-0.fc43"])),
        ("listBuilds", json!([])),
        ("listBuilds", json!([named(json!({"queryOpts": {"countOnly": true}}))])),
        ("getBuildType", json!(["Fedora-Server-dvd-43-20251101.n.1"])),
        ("listBTypes", json!([])),
        ("listTagged", json!(["f43"])),
        ("listTagged", json!(["f43", named(json!({"extra": true}))])),
        ("listTagged", json!(["f43-updates-candidate", named(json!({"inherit": true, "latest": true}))])),
        ("getLatestBuilds", json!(["f43-build"])),
        ("untaggedBuilds", json!([])),
        ("getBuildTarget", json!(["f43"])),
        ("getBuildTargets", json!([])),
        ("queryHistory", json!([named(json!({"tables": ["tag_listing", "tag_packages", "tag_package_owners"]}))])),
        ("queryHistory", json!([named(json!({"tables": ["tag_inheritance", "tag_config"]}))])),
        ("queryHistory", json!([named(json!({"tables": ["tag_listing"], "afterEvent": 40_000_300}))])),
        ("getTaskChildren", json!([task])),
        ("getTaskDescendents", json!([task])),
        ("getTaskInfo", json!([130_000_001])),
        ("getTaskInfo", json!([130_000_001, true])),
        ("getTaskInfo", json!([[130_000_001, 1]])),
        ("getTaskRequest", json!([130_000_001])),
        ("taskFinished", json!([task])),
        ("listTasks", json!([{"decode": true, "method": "tagBuild"}])),
        ("listTasks", json!([{"method": "build", "state": [2, 5]}])),
        ("listTaskOutput", json!([130_000_001, true])),
        ("listArchives", json!([build])),
        ("listRPMs", json!([build])),
        ("listBuildRPMs", json!([build])),
        ("listTaggedRPMS", json!(["f43", named(json!({"package": "bash", "latest": true, "rpmsigs": true}))])),
        ("listTaggedRPMS", json!(["f43", named(json!({"package": "bash", "arch": ["x86_64", "noarch"]}))])),
        ("getRPM", json!(["bash-5.3.1-1.fc43.x86_64"])),
        ("getRPM", json!(["bash-9-9.x86_64"])),
        ("queryRPMSigs", json!([42_000_001])),
        ("queryRPMSigs", json!([42_000_001, "deadbeef"])),
        ("mavenEnabled", json!([])),
        ("winEnabled", json!([])),
        ("getMavenBuild", json!([build])),
        ("getWinBuild", json!([build])),
        ("getImageBuild", json!([build])),
        ("getChangelogEntries", json!([build])),
        ("getBuildLogs", json!([build])),
        ("exclusiveSession", json!([])),
        ("sharedSession", json!([])),
        ("subsession", json!([])),
    ] {
        take(&mut c, method, params);
    }
    let mut failed = Value::Null;
    for _ in 0..200 {
        if c.ok("taskFinished", json!([failing])) == json!(true) {
            failed = c.ok("getTaskResult", json!([failing, false]));
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    seen.push(("getTaskResult".into(), failed));
    // In one go, before the builder takes it up.
    let asks = ["repo.request", "repo.checkRequest"];
    let params = [json!(["f43-build", named(json!({"force": true}))]), json!([1])];
    let calls: Vec<Value> =
        asks.iter().zip(params).map(|(method, params)| json!({"methodName": method, "params": params})).collect();
    let answers = c.ok("multiCall", json!([calls]));
    seen.extend((0..).zip(asks).map(|(at, method): (usize, _)| (method.to_owned(), answers[at][0].clone())));
    let opened = hub.anonymous().ok("login", json!(["kim", "kim-pw"]));
    seen.push(("login".into(), opened));
    let child = c.ok("subsession", json!([]))["session-id"].clone();
    seen.push(("logoutChild".into(), c.ok("logoutChild", json!([child]))));
    seen.push(("logout".into(), c.ok("logout", json!([]))));
    seen
}

#[test]
fn every_answer_has_a_recorded_shape() {
    let mut known: BTreeMap<String, Shape> = BTreeMap::new();
    for (method, answer) in recorded().answers {
        known.entry(method.clone()).or_default().add(&method, "", &answer);
    }
    let hub = Hub::small();
    let mut wrong = BTreeSet::new();
    let mut shown = BTreeSet::new();
    for (method, answer) in samples(&hub) {
        shown.insert(method.clone());
        let mut ours = Shape::default();
        ours.add(&method, "", &answer);
        let Some(theirs) = known.get(&method) else {
            wrong.insert(format!("{method}: no recorded answer"));
            continue;
        };
        for (path, kinds) in ours.types {
            let recorded = theirs.types.get(&path);
            for kind in kinds {
                if !recorded.is_some_and(|kinds| kinds.contains(kind)) {
                    wrong.insert(format!("{method}{path} is {kind}, recorded {recorded:?}"));
                }
            }
        }
        for (path, variants) in ours.members {
            for names in variants {
                if names != FAULT && !theirs.members.get(&path).is_some_and(|known| known.contains(&names)) {
                    wrong.insert(format!(
                        "{method}{path} has members {names:?}, recorded {:?}",
                        theirs.members.get(&path)
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", Vec::from_iter(wrong).join("\n"));
    // Nothing the hub can do is left out.
    let all = hub.anonymous().ok("system.listMethods", json!([]));
    for method in all.as_array().unwrap() {
        let method = method.as_str().unwrap();
        let elsewhere = ["sslLogin", "multiCall", "system.multicall"].contains(&method);
        assert!(elsewhere || shown.contains(method), "{method} has no sample");
    }
}

/// A constructor of a fault in the hub's source.
#[derive(Debug)]
struct Site {
    file: String,
    code: i64,
    /// The text as written, `{}` where something is put in; none if it is not written there.
    template: Option<String>,
}

const CONSTRUCTORS: [(&str, i64); 7] = [
    ("fault::generic(", 1000),
    ("fault::auth(", 1002),
    ("fault::tag(", 1003),
    ("fault::not_allowed(", 1004),
    ("fault::parameter(", 1019),
    ("Fault::numbered(", 0),
    ("Fault::unexpected(", 1),
];

fn sites(dir: &Path, under: &str, found: &mut Vec<Site>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{under}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            sites(&path, &format!("{name}/"), found);
        } else if name.ends_with(".rs") && name != "fault.rs" {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            for (constructor, code) in CONSTRUCTORS {
                for (at, _) in text.match_indices(constructor) {
                    found.push(site(&name, code, &text[at + constructor.len()..], &text[..at]));
                }
            }
        }
    }
}

/// Reads the arguments of a constructor. A text that was given a name right before counts as
/// written there.
fn site(file: &str, mut code: i64, mut rest: &str, before: &str) -> Site {
    rest = rest.trim_start();
    if code == 0 {
        let (number, after) = rest.split_once(',').unwrap();
        code = number.trim().parse().unwrap_or(0);
        rest = after;
    } else if code == 1 {
        rest = rest.split_once(',').unwrap().1;
    }
    let rest = rest.trim_start().trim_start_matches('&');
    let named = ["text)", "text,", "&text", "text.as", "reason)"];
    let template = if named.iter().any(|name| rest.starts_with(name)) {
        let name = if rest.starts_with("reason") { "let reason = " } else { "let text = " };
        before.rfind(name).and_then(|at| {
            let nearby = before.len() - at < 400;
            nearby.then(|| literal(&before[at + name.len()..])).flatten()
        })
    } else {
        literal(rest)
    };
    Site { file: file.to_owned(), code, template }
}

/// The string literal that begins here, perhaps inside `format!(`.
fn literal(text: &str) -> Option<String> {
    let text = text.trim_start().trim_start_matches("format!(").trim_start();
    let text = text.strip_prefix('"')?;
    let mut out = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some(out),
            '\\' => match chars.next()? {
                'n' => out.push('\n'),
                other => out.push(other),
            },
            c => out.push(c),
        }
    }
}

/// Whether a text could have come from a template.
fn fits(template: &str, text: &str) -> bool {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((part, after)) = rest.split_once('{') {
        parts.push(part);
        rest = after.split_once('}').unwrap().1;
    }
    let mut left = text;
    for (at, part) in parts.iter().enumerate() {
        match left.find(part) {
            Some(0) => left = &left[part.len()..],
            Some(n) if at > 0 => left = &left[n + part.len()..],
            _ => return false,
        }
    }
    if parts.is_empty() { left == rest } else { left.ends_with(rest) }
}

#[test]
fn every_fault_is_recorded() {
    let recorded = recorded().faults;
    let mut found = Vec::new();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/practice");
    sites(&dir, "", &mut found);
    assert!(found.len() > 80, "the scan found {} faults", found.len());
    let mut excused: BTreeSet<&(i64, &str, &str)> = BTreeSet::new();
    let mut indirect = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut judge = |code: i64, template: &str, file: &str| {
        let excuse = UNRECORDED_FAULTS.iter().find(|(c, t, _)| (*c, *t) == (code, template));
        let known = recorded.iter().any(|(c, text)| {
            // The database adds the line of the query.
            let bare = text.split_once(">: ").map_or(&**text, |(_, text)| text).lines().next().unwrap_or_default();
            *c == code && (fits(template, text) || code == 1 && fits(template, bare))
        });
        match (known, excuse) {
            (false, None) => wrong.push(format!("{file}: {code} {template:?} is recorded nowhere")),
            (true, Some(excuse)) => wrong.push(format!("{excuse:?} is recorded")),
            (_, excuse) => excused.extend(excuse),
        }
    };
    for site in &found {
        match &site.template {
            Some(template) => judge(site.code, template, &site.file),
            None => {
                indirect.insert((site.file.clone(), site.code));
            }
        }
    }
    let listed: BTreeSet<(String, i64)> = INDIRECT.iter().map(|(file, code, _)| ((*file).to_owned(), *code)).collect();
    for (file, code, templates) in INDIRECT {
        for template in *templates {
            judge(*code, template, file);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(indirect, listed);
    let idle: Vec<_> = UNRECORDED_FAULTS.iter().filter(|e| !excused.contains(*e)).collect();
    assert!(idle.is_empty(), "excuse nothing: {idle:#?}");
}

#[test]
fn templates_fit_what_they_should() {
    assert!(fits("build {} not in tag {}", "build a-1-1 not in tag f43"));
    assert!(!fits("build {} not in tag {}", "build a-1-1 in tag f43"));
    assert!(!fits("No such task", "No such task: 3"));
    assert!(fits("No such task: {id}", "No such task: 3"));
    assert!(!fits("tag is {}", "the tag is locked"));
}

/// Requests whose answer does not depend on what is in the hub: the very bytes are the same.
const SAME_BYTES: &[&str] = &[
    "getAPIVersion",
    "getKojiVersion",
    "hello",
    "getEvent-missing",
    "getEvent-missing-nonstrict",
    "getTag-missing-nil",
    "getTag-missing-strict",
    "getBuildTarget-missing-nil",
    "getBuildTarget-missing-strict",
    "listPackages-missing-tag",
    "getPackage-nil",
    "getPackageConfig-nil",
    "getBuild-missing-nil",
    "getBuild-missing-strict",
    "getBuild-bad-nvr",
    "listBTypes",
    "listTagged-missing-tag",
    "listTagged-missing-tag-nonstrict",
    "listTagged-type-bad",
    "listTagged-unknown-package",
    "listTagged-empty",
    "listPackages-empty",
    "getUser-nil",
    "getUser-strict",
    "getLoggedInUser-anonymous-nil",
    "getTaskInfo-nil",
    "getTaskInfo-strict",
    "listTasks-empty",
    "queryHistory-empty",
    "queryHistory-bad-table",
    "tagHistory-invalid-method",
    "login-bad-password",
    "login-unknown-user",
    "login-empty-password",
    "login-disabled-user",
    "logout-not-logged-in",
    "sslLogin-on-base-url",
    "denied-anonymous-tagBuild",
    "denied-anonymous-createTag",
    "multicall-empty",
    "multicall-nested",
    "system.multicall-alias",
    "multicall-not-a-list",
    "unknown-method",
    "too-many-args",
    "missing-arg",
    "unknown-named-arg",
    "wrong-type-arg",
    "wrong-type-list",
    "non-koji-exception",
    "unknown-query-string",
    "empty-body-400",
    "http-404",
    "GET-405",
    "chunked-request-411",
    "sslLogin-no-ticket-401",
];

#[test]
fn what_does_not_depend_on_data_is_answered_with_the_recorded_bytes() {
    let hub = Hub::small();
    let port = hub.server.port();
    let lines = lines();
    for name in SAME_BYTES {
        let line = lines.iter().find(|line| line.name == *name).expect(name);
        let path = line.path.as_deref().unwrap_or("/kojihub");
        let request = match *name {
            "GET-405" => format!("GET {path} HTTP/1.1\r\n\r\n"),
            "chunked-request-411" => {
                format!("POST {path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            }
            _ => format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{}", line.request.len(), line.request),
        };
        let answer = exchange(port, &request).expect(name);
        assert_eq!((answer.status, &answer.body), (line.status, &line.response), "{name}");
    }
}

/// Bodies that are no XML: the parser's words are its own, status and frame are the hub's.
#[test]
fn what_is_no_xml_is_refused() {
    let hub = Hub::small();
    for name in ["not-xml-400", "bad-xml-400", "doctype-entity-400", "control-char-in-string-400"] {
        let line = lines().into_iter().find(|line| line.name == name).expect(name);
        let request =
            format!("POST /kojihub HTTP/1.1\r\nContent-Length: {}\r\n\r\n{}", line.request.len(), line.request);
        let answer = exchange(hub.server.port(), &request).expect(name);
        assert_eq!(answer.status, 400, "{name}: {answer:?}");
        assert!(answer.body.starts_with("Invalid request: "), "{name}");
    }
}

#[test]
fn a_multicall_of_reads_and_faults_has_the_recorded_shape() {
    let hub = Hub::small();
    let answers = hub.anonymous().ok(
        "multiCall",
        json!([[
            member("getTag", json!(["nope", named(json!({"strict": true}))])),
            member("getAPIVersion", json!([])),
            member("noSuchMethod", json!([1])),
            member("getTag", json!([])),
            member("listTagged", json!(["f43", named(json!({"bogus": 1}))])),
            member("createTag", json!(["x"])),
            member("echo", json!(["žluť <&>"])),
        ]]),
    );
    let texts: Vec<_> = answers.as_array().unwrap().iter().map(|a| a["faultString"].as_str()).collect();
    assert_eq!(
        texts,
        [
            Some("No such tagInfo: 'nope'"),
            None,
            Some("Invalid method: noSuchMethod"),
            Some("get_tag() missing 1 required positional argument: 'tagInfo'"),
            Some("RootExports.listTagged() got an unexpected keyword argument 'bogus'"),
            Some("tag permission required (user not logged in)"),
            None,
        ]
    );
    assert_eq!(answers[6], json!([["žluť <&>"]]));
}
