// SPDX-License-Identifier: GPL-3.0-or-later
//! How tags and targets are set up: what is sent, and what is made of recorded answers.

use crate::reading::{ask, members, tag};
use crate::recorded::{answer, given, value};
use crate::server::Reply;
use crate::sessions::{secret, server};
use flr::koji::{Call, GroupPackage, GroupSettings, Reader, Reply as Answer, RepoLink, TargetQuery};
use serde_json::{Value, json};

#[test]
fn settings_with_extra() {
    let tags = ["f43-build", "nope"].map(tag);
    let script = vec![("multiCall", members([value("getTag"), value("getTag-missing-nil")]))];
    let (found, seen) = ask(script, |hub| hub.settings(&tags));
    let found = found.unwrap();
    let build = found[0].as_ref().unwrap();
    assert_eq!((build.id, build.name.as_str(), build.locked, &build.perm), (89272, "f43-build", false, &None));
    assert_eq!(build.arches.as_deref(), Some("x86_64 aarch64 ppc64le s390x i686"));
    assert_eq!(build.arch_list(), ["aarch64", "i686", "ppc64le", "s390x", "x86_64"]);
    let extra: Vec<(&str, &Value)> = build.extra.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let wanted = [
        ("mock.new_chroot", json!(1)),
        ("mock.package_manager", json!("dnf5")),
        ("mock.yum.module_hotfixes", json!(1)),
        ("repo.auto", json!(true)),
        ("rpm.macro.distcore", json!(".fc43")),
    ];
    assert_eq!(extra, wanted.each_ref().map(|(key, value)| (*key, value)));
    assert!(found[1].is_none());
    let calls = json!([
        {"methodName": "getTag", "params": ["f43-build"]},
        {"methodName": "getTag", "params": ["nope"]},
    ]);
    assert_eq!(seen[0].params, [calls]);
}

#[test]
fn links_to_parents() {
    let tags = ["f43-build", "flr-settle"].map(tag);
    let script = vec![("multiCall", members([value("getInheritanceData"), value("settle-inheritance-saved")]))];
    let (found, seen) = ask(script, |hub| hub.parents(&tags));
    let found = found.unwrap();
    let shown: Vec<Vec<_>> = found
        .iter()
        .map(|links| links.iter().map(|link| (link.parent.as_str(), link.parent_id.unwrap(), link.priority)).collect())
        .collect();
    assert_eq!(shown, [vec![("f43-override", 89164, 0)], vec![("f43", 89150, 0), ("f42", 89015, 5)]]);
    let link = &found[0][0];
    assert_eq!((link.maxdepth, link.intransitive, link.noconfig, &*link.pkg_filter), (None, false, false, ""));
    assert_eq!(seen[0].params[0][1], json!({"methodName": "getInheritanceData", "params": ["flr-settle"]}));
}

#[test]
fn tags_that_do_not_exist_are_named_at_once() {
    let unknown = || json!({"faultCode": 1000, "faultString": "No such entry in table tag: x", "traceback": []});
    let script = vec![
        ("multiCall", members([value("getInheritanceData"), unknown(), unknown()])),
        ("multiCall", members([json!([null]), json!([null])])),
    ];
    let tags = ["f43-build", "gone", "lost"].map(tag);
    let error = ask(script, |hub| hub.parents(&tags)).0.unwrap_err();
    assert!(error.what.starts_with("no such tags at") && error.what.ends_with(": gone, lost"), "{error}");
    // A fault that is no unknown tag is told as it is.
    let broken = json!({"faultCode": 1, "faultString": "out of memory", "traceback": []});
    let script = vec![("multiCall", members([broken]))];
    let error = ask(script, |hub| hub.groups(&tags[..1])).0.unwrap_err();
    assert!(error.what.contains("getTagGroups of f43-build") && error.what.contains("out of memory"), "{error}");
    // Nothing is asked about nothing.
    assert!(ask(vec![], |hub| hub.external_repos(&[])).0.unwrap().is_empty());
}

#[test]
fn groups_of_build_roots() {
    let tags = ["f43-build", "f41"].map(tag);
    let script = vec![("multiCall", members([value("getTagGroups"), value("getTagGroups-empty")]))];
    let (found, seen) = ask(script, |hub| hub.groups(&tags));
    let found = found.unwrap();
    assert!(found[1].is_empty() && found[0].is_sorted_by_key(|group| group.name.clone()));
    let build = found[0].iter().find(|group| group.name == "build").unwrap();
    assert_eq!(
        (build.settings.display_name.as_str(), build.settings.description.as_deref()),
        ("Build – základ", Some("Skupina „build“ <&> \"x\""))
    );
    let first: Vec<_> = build.packages.iter().take(2).map(|p| (p.name.as_str(), p.kind.as_str())).collect();
    assert_eq!(first, [("bash", "mandatory"), ("bzip2", "mandatory")]);
    let wanted = json!({"methodName": "getTagGroups", "params": ["f41", {"inherit": false, "__starstar": true}]});
    assert_eq!(seen[0].params[0][1], wanted);
}

#[test]
fn repositories_of_elsewhere() {
    let tags = ["f43-build", "f43"].map(tag);
    let script = vec![("multiCall", members([value("getTagExternalRepos"), value("getTagExternalRepos-empty")]))];
    let (found, seen) = ask(script, |hub| hub.external_repos(&tags));
    let found = found.unwrap();
    let shown: Vec<_> = found[0]
        .iter()
        .map(|repo| (repo.id, repo.name.as_str(), repo.priority, repo.merge_mode.as_str(), repo.arches.as_deref()))
        .collect();
    let wanted =
        [(300, "coreos-pool-f43", 5, "bare", None), (301, "f43-riscv-bootstrap", 10, "koji", Some("x86_64 aarch64"))];
    assert_eq!(shown, wanted);
    assert_eq!(found[0][0].url, "https://files.example.test/coreos/f43/$arch/");
    assert!(found[1].is_empty());
    let wanted = json!({"methodName": "getTagExternalRepos", "params": [{"tag_info": "f43", "__starstar": true}]});
    assert_eq!(seen[0].params[0][1], wanted);
}

#[test]
fn repositories_that_no_tag_draws_from() {
    let script = vec![("listExternalRepos", answer("listExternalRepos"))];
    let (found, _) = ask(script, |hub| hub.external_repo_urls());
    let found = found.unwrap();
    assert_eq!(found["unused-repo"], "https://files.example.test/unused/");
    assert_eq!(found.len(), 4);
}

#[test]
fn targets_of_a_build_tag() {
    let query = TargetQuery { build_tag: Some(tag("f43-build")), dest_tag: None };
    let script =
        vec![("multiCall", members([value("getTag")])), ("getBuildTargets", answer("getBuildTargets-by-buildtag"))];
    let (found, seen) = ask(script, |hub| hub.targets(&query));
    let found = found.unwrap();
    let names: Vec<_> = found.iter().map(|target| target.name.as_str()).collect();
    assert_eq!(
        names,
        ["f43", "f43-candidate", "f43-container-candidate", "f43-gnome", "f43-kde", "f43-python", "f43-rebuild"]
    );
    let first = &found[0];
    assert_eq!(
        (first.id, first.build_tag.as_str(), first.dest_tag.as_str()),
        (30008, "f43-build", "f43-updates-candidate")
    );
    // By number: by name older hubs find nothing.
    assert_eq!(seen[1].params, [json!({"buildTagID": 89272, "__starstar": true})]);
    let script = vec![("getBuildTargets", answer("getBuildTargets-empty"))];
    let (found, seen) = ask(script, |hub| hub.targets(&TargetQuery::default()));
    assert!(found.unwrap().is_empty() && seen[0].params.is_empty());
    let query = TargetQuery { build_tag: Some(tag("gone")), dest_tag: Some(tag("lost")) };
    let script = vec![("multiCall", members([json!([null]), json!([null])]))];
    let error = ask(script, |hub| hub.targets(&query)).0.unwrap_err();
    assert!(error.what.ends_with(": gone, lost"), "{error}");
}

#[test]
fn targets_by_name() {
    let names = ["f43-candidate", "nope"].map(|name| name.parse().unwrap());
    let script = vec![("multiCall", members([value("getBuildTarget"), value("getBuildTarget-missing-nil")]))];
    let (found, seen) = ask(script, |hub| hub.targets_by_name(&names));
    let found = found.unwrap();
    assert_eq!(found[0].as_ref().unwrap().dest_tag.as_str(), "f43-updates-candidate");
    assert!(found[1].is_none());
    assert_eq!(seen[0].params[0][1], json!({"methodName": "getBuildTarget", "params": ["nope"]}));
}

/// Calls that change groups and links to repositories, beside the recorded ones: the same arguments in the
/// same places; flr says more by name where the hub would take it from elsewhere.
#[test]
fn groups_and_repositories_are_written_as_recorded() {
    let tag = || tag("f43-rec");
    let group = || "build".to_owned();
    let settings = GroupSettings { description: Some("popis – x".into()), ..GroupSettings::named("build") };
    let repo =
        RepoLink { name: "rec-repo".into(), priority: 5, merge_mode: "bare".into(), arches: Some("x86_64".into()) };
    let edited = RepoLink { priority: 7, ..repo.clone() };
    let calls = [
        Call::AddExternalRepoToTag { tag: tag(), repo: repo.clone() },
        Call::AddExternalRepoToTag { tag: tag(), repo: RepoLink { priority: 6, ..repo.clone() } },
        Call::EditTagExternalRepo { tag: tag(), repo: edited },
        Call::RemoveExternalRepoFromTag { tag: tag(), repo: repo.name.clone() },
        Call::GroupListAdd { tag: tag(), group: group(), settings },
        Call::GroupPackageListAdd { tag: tag(), group: group(), package: GroupPackage::named("bash") },
        Call::GroupPackageListRemove { tag: tag(), group: group(), package: "bash".into() },
        Call::GroupListRemove { tag: tag(), group: group() },
    ];
    let names = [
        "addExternalRepoToTag",
        "addExternalRepoToTag-again",
        "editTagExternalRepo",
        "removeExternalRepoFromTag",
        "groupListAdd",
        "groupPackageListAdd",
        "groupPackageListRemove",
    ];
    let answers = names.map(value).into_iter().chain([json!([null])]).collect();
    let server = server([("multiCall", Reply::value(answers))]);
    let (hub, _) = server.hub();
    let sent = hub.login(secret()).unwrap().send(&calls).unwrap();
    for (at, answer) in sent.answers.iter().enumerate() {
        match (at, answer) {
            (1, Err(fault)) => {
                assert_eq!(fault.text, "tag f43-rec already associated with external repo rec-repo");
            }
            (_, answer) => assert_eq!(*answer, Ok(Answer::Done)),
        }
    }
    let members = server.seen()[2].params[0].as_array().unwrap().clone();
    for (name, member) in names.iter().zip(&members) {
        assert_eq!(member["methodName"], name.trim_end_matches("-again"));
        let (ours, theirs) = (member["params"].as_array().unwrap(), given(name));
        for (place, theirs) in theirs.iter().enumerate() {
            let Value::Object(theirs) = theirs else {
                assert_eq!(ours[place], *theirs, "{name}");
                continue;
            };
            // The recorded client says "without force"; flr leaves it at that.
            for (key, theirs) in theirs.iter().filter(|(key, _)| *key != "force") {
                assert_eq!(ours[place][key], *theirs, "{name} {key}");
            }
        }
    }
    assert_eq!(members[7], json!({"methodName": "groupListRemove", "params": ["f43-rec", "build"]}));
    let all = json!({"display_name": "build", "description": "popis – x", "exported": true, "is_default": null,
        "uservisible": true, "langonly": null, "biarchonly": false, "__starstar": true});
    assert_eq!(members[4]["params"][2], all);
}
