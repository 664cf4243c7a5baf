// SPDX-License-Identifier: GPL-3.0-or-later
//! What a release cycle reads and writes, against a hub that was set up for it (`cycle.jsonl`).

use crate::reading::{ask, members, tag};
use crate::recorded::{answer, given, value};
use crate::sessions::{secret, server};
use flr::koji::{
    Belongings, BuildQuery, BuildRpms, BuildState, Call, Extra, GroupPackage, GroupSettings, Inherit, ParentLink,
    Reader, Reply, RepoLink, RpmQuery, TagEdit, TagHistory, TargetTags, TaskQuery, TaskState, Version,
};
use flr::names::{BuildId, EventId, ScmUrl, SigKey, TaskId};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn events<T>(versions: &[Version<T>]) -> Vec<(u64, Option<u64>)> {
    versions.iter().map(|version| (version.created.0, version.revoked.map(|event| event.0))).collect()
}

fn history() -> TagHistory {
    let script = vec![("multiCall", members([value("queryHistory-settings")]))];
    let (found, seen) = ask(script, |hub| hub.tag_histories(&[tag("f44-rec")]));
    assert_eq!(json!(seen[0].params[0][0]["params"]), json!(given("queryHistory-settings")));
    found.unwrap().remove(0)
}

#[test]
fn settings_as_they_were_and_are() {
    let history = history();
    let config: Vec<_> = history.config.iter().map(|v| (v.value.perm.as_deref(), v.value.arches.as_deref())).collect();
    let both = Some("x86_64 aarch64");
    assert_eq!(
        config,
        [(Some("autosign"), both), (Some("fedora-override"), both), (None, both), (None, Some("x86_64"))]
    );
    let (first, second, third) = (40_000_505, 40_000_506, 40_000_507);
    let begun = [(40_000_498, Some(first)), (first, Some(second)), (second, Some(third)), (third, None)];
    assert_eq!(events(&history.config), begun);
    assert!(history.config.iter().all(|v| v.creator == "releng" && v.began > 1.7e9));
    let opts = json!({"src": false, "packages": ["a", null, 1.5]});
    for (key, wanted) in [
        ("repo.opts", Extra::Value(opts)),
        ("mock.package_manager", Extra::Value(json!("dnf"))),
        ("mock.yum.module_hotfixes", Extra::Blocked),
        ("k", Extra::Unset),
    ] {
        assert_eq!(history.extra(key).value, wanted, "{key}");
    }
    // One parent took the place of another in one event.
    let links: Vec<_> = history.parents.iter().map(|v| (v.value.parent.as_str(), v.value.priority)).collect();
    assert_eq!(links.len(), 3);
    let old = history.parents.iter().find(|v| v.value.parent.as_str() == "f44-rec-parent").unwrap();
    let new = history.parents.iter().find(|v| v.value.parent.as_str() == "f43").unwrap();
    assert_eq!((old.revoked, new.revoked), (Some(new.created), None));
    let far = &history.parents.iter().find(|v| v.value.parent.as_str() == "f42").unwrap().value;
    assert_eq!((far.maxdepth, far.intransitive, far.noconfig, far.parent_id), (Some(2), true, true, Some(89001)));
}

#[test]
fn no_arches_are_an_empty_text_or_nothing() {
    let script = vec![("multiCall", members(["getTag-no-arches", "getTag-arches-nil", "getTag-perm"].map(value)))];
    let tags = ["f44-rec-bare", "f44-rec-bare", "f44-rec"].map(tag);
    let found = ask(script, |hub| hub.settings(&tags)).0.unwrap();
    let found: Vec<_> = found.iter().flatten().map(|tag| (tag.arches.as_deref(), tag.perm.as_deref())).collect();
    assert_eq!(found, [(Some(""), None), (None, None), (Some("x86_64 aarch64"), Some("autosign"))]);
}

#[test]
fn groups_and_repositories_as_they_were_and_are() {
    let script = vec![("multiCall", members([value("queryHistory-belongings")]))];
    let (found, seen) = ask(script, |hub| hub.belongings(&[tag("f44-rec")]));
    assert_eq!(json!(seen[0].params[0][0]["params"]), json!(given("queryHistory-belongings")));
    let belongings: Belongings = found.unwrap().remove(0);
    let groups: Vec<_> = belongings.groups.iter().map(|v| (v.value.name.as_str(), v.value.blocked)).collect();
    assert_eq!(groups, [("build", false), ("srpm-build", false), ("srpm-build", true)]);
    // Unblocking takes the entry away, and what it was before does not come back.
    assert_eq!(belongings.group("srpm-build").value, None);
    assert_eq!(belongings.group("srpm-build").by, Some(("releng".into(), EventId(40_000_519))));
    let settings = &belongings.groups[1].value.settings;
    assert_eq!((settings.description.as_deref(), settings.langonly.as_deref()), (Some("popis"), Some("cs")));
    assert_eq!((settings.is_default, settings.uservisible), (Some(true), Some(true)));
    // A group's packages outlive it.
    let package = &belongings.package("srpm-build", "rpm-build").value.unwrap().package;
    assert_eq!(
        (package.kind.as_str(), package.basearchonly, package.requires.as_deref()),
        ("optional", Some(true), Some("x"))
    );
    assert_eq!(belongings.package("build", "gawk").value, None);
    let repos: Vec<_> = belongings
        .repos
        .iter()
        .map(|v| (v.value.name.as_str(), v.value.priority, v.value.merge_mode.as_str(), v.value.arches.as_deref()))
        .collect();
    assert_eq!(
        repos,
        [("rec-one", 5, "bare", Some("x86_64")), ("rec-one", 7, "simple", Some("")), ("rec-two", 9, "koji", None),]
    );
    assert!(belongings.repo("rec-one").value.is_some() && belongings.repo("rec-two").value.is_none());
}

#[test]
fn targets_as_they_were_and_are() {
    let script = vec![("multiCall", members([value("queryHistory-target")]))];
    let (found, seen) = ask(script, |hub| hub.target_histories(&["f44-rec-target".parse().unwrap()]));
    assert_eq!(json!(seen[0].params[0][0]["params"]), json!(given("queryHistory-target")));
    let history = found.unwrap().remove(0);
    let tags: Vec<_> = history.iter().map(|v| v.value.dest_tag.as_str()).collect();
    assert_eq!(tags, ["f44-rec-bare", "f44-rec", "f44-rec-bare"]);
    assert_eq!(events(&history)[1..], [(40_000_539, Some(40_000_540)), (40_000_541, None)]);
}

#[test]
fn a_package_along_the_way_and_a_list_as_it_was() {
    let package = "bash".parse().unwrap();
    let script = vec![("multiCall", members([value("listPackages-dups")]))];
    let (found, seen) = ask(script, |hub| hub.package_chains(&[tag("f44-rec")], &package));
    assert_eq!(json!(seen[0].params[0][0]["params"]), json!(given("listPackages-dups")));
    let chain = found.unwrap().remove(0).unwrap();
    let chain: Vec<_> = chain.iter().map(|e| (e.tag.as_str(), e.blocked, e.extra_arches.as_deref())).collect();
    assert_eq!(chain, [("f44-rec", true, Some("i686")), ("f43", false, None), ("f42", false, None)]);
    let event = EventId(40_000_529);
    let script = vec![("listPackages", answer("listPackages-event"))];
    let (found, seen) = ask(script, |hub| hub.package_list_at(&tag("f44-rec"), event));
    assert_eq!(seen[0].params, given("listPackages-event"));
    let list = found.unwrap();
    let bash = list.iter().find(|entry| entry.package.as_str() == "bash").unwrap();
    assert_eq!((bash.tag.as_str(), bash.blocked, bash.owner.as_ref().unwrap().as_str()), ("f44-rec", false, "kim"));
    let script = vec![("queryHistory", answer("queryHistory-owners"))];
    let (found, seen) = ask(script, |hub| hub.owners_since(&tag("f44-rec"), event));
    assert_eq!(seen[0].params, given("queryHistory-owners"));
    let owners: Vec<_> = found.unwrap().iter().map(|v| v.value.owner.to_string()).collect();
    assert_eq!(owners, ["kim", "kim", "maria"]);
}

#[test]
fn groups_of_a_tag_and_at_an_event() {
    let script = vec![("multiCall", members([value("getTagGroups-own")]))];
    let (found, seen) = ask(script, |hub| hub.groups(&[tag("f44-rec")]));
    assert_eq!(json!(seen[0].params[0][0]["params"]), json!(given("getTagGroups-own")));
    let own = found.unwrap().remove(0);
    let own: Vec<_> = own.iter().map(|group| (group.name.as_str(), group.packages.len())).collect();
    assert_eq!(own, [("build", 1), ("srpm-build", 1)]);
    let [_, named] = &given("getTagGroups-event")[..] else { panic!() };
    let event = EventId(named["event"].as_u64().unwrap());
    let script = vec![("getTagGroups", answer("getTagGroups-event"))];
    let (found, seen) = ask(script, |hub| hub.group_list(&tag("f44-rec"), Some(event)));
    assert_eq!(seen[0].params, given("getTagGroups-event"));
    // Inherited packages are in the tag's own group.
    assert!(found.unwrap().iter().all(|group| group.packages.iter().any(|package| package.name == "bash")));
}

#[test]
fn a_request_from_waiting_to_served() {
    let event = EventId(40_000_494);
    let (found, _) =
        ask(vec![("tagLastChangeEvent", answer("tagLastChangeEvent-build"))], |hub| hub.last_change(&tag("f43-build")));
    assert_eq!(found, Ok(event));
    let task = |state| Some((TaskId(130_002_947), Some(state)));
    for (name, active, task, tries, repo) in [
        ("repo.queryQueue-waiting", true, None, 0, None),
        ("repo.queryQueue-task", true, task(TaskState::Free), 1, None),
        ("repo.queryQueue-served", false, task(TaskState::Closed), 1, Some(2)),
    ] {
        let (found, seen) = ask(vec![("repo.queryQueue", answer(name))], |hub| hub.repo_requests(89329, event));
        assert_eq!(seen[0].params, given(name), "{name}");
        let found = found.unwrap();
        let [request] = &found[..] else { panic!("{found:?}") };
        assert_eq!((request.id, request.owner.as_deref(), request.min_event), (2, Some("kim"), event));
        assert_eq!((request.active, request.task, request.tries, request.repo), (active, task, tries, repo), "{name}");
    }
    // Of the same event and another one's, with options of its own.
    let name = "repo.queryQueue-own-options";
    let (found, seen) = ask(vec![("repo.queryQueue", answer(name))], |hub| hub.repo_requests(89329, event));
    assert_eq!(seen[0].params, given(name));
    assert_eq!(value(name)[0].as_array().map(Vec::len), Some(2));
    assert_eq!(found.unwrap().iter().map(|request| request.id).collect::<Vec<_>>(), [2]);
    let (found, seen) = ask(vec![("repo.get", answer("repo.get-new"))], |hub| hub.repo_since(&tag("f43-build"), event));
    assert_eq!(seen[0].params, given("repo.get-new"));
    let repo = found.unwrap().unwrap();
    assert!(repo.id == 2 && repo.event > event);
}

#[test]
fn tasks_and_builds_that_live() {
    let owner = Some(3);
    let after = given("listTasks-live")[0]["opts"]["createdAfter"].as_f64();
    let query = TaskQuery { owner, created_after: after, topmost: true, ..TaskQuery::live("build") };
    let (found, seen) = ask(vec![("listTasks", answer("listTasks-live"))], |hub| hub.task_list(&query));
    assert_eq!(seen[0].params, given("listTasks-live"));
    let found = found.unwrap();
    let states: Vec<_> = found.iter().map(|task| (task.id.0, task.state, task.owner.as_deref())).collect();
    assert_eq!(states, [(130_002_948, TaskState::Free, Some("kim")), (130_002_949, TaskState::Open, Some("kim"))]);
    assert_eq!(found[0].request.as_ref().unwrap()[2], json!({"fail_fast": true}));
    // Ended well, canceled, failed: as koji decodes what it stores of them.
    let (found, _) = ask(vec![("listTasks", answer("listTasks-over"))], |hub| hub.task_list(&TaskQuery::default()));
    let states: Vec<_> = found.unwrap().iter().map(|task| task.state).collect();
    assert_eq!(states, [TaskState::Closed, TaskState::Canceled, TaskState::Failed]);

    let after = given("listBuilds-building")[0]["createdAfter"].as_f64();
    let query = BuildQuery { state: Some(BuildState::Building), created_after: after, kind: None };
    let (found, seen) = ask(vec![("listBuilds", answer("listBuilds-building"))], |hub| hub.build_list(&query));
    assert_eq!(seen[0].params, given("listBuilds-building"));
    let found = found.unwrap();
    assert_eq!((found[0].nvr.as_str(), found[0].epoch, found[0].completed), ("emacs-30.2-1.fc44", Some(1), None));
    assert_eq!((found[0].state, found[0].task), (BuildState::Building, Some(TaskId(130_002_949))));
    let query = BuildQuery { created_after: Some(1_700_000_000.5), ..BuildQuery::default() };
    let script = vec![("multiCall", members([value("listBuilds-of-package")]))];
    let (found, seen) = ask(script, |hub| hub.builds_of(&["emacs".parse().unwrap()], &query));
    assert_eq!(json!(seen[0].params[0][0]["params"]), json!(given("listBuilds-of-package")));
    let nvrs: Vec<String> = found.unwrap()[0].iter().map(|build| build.nvr.to_string()).collect();
    assert_eq!(nvrs, ["emacs-30.1-1.fc42", "emacs-30.1-1.fc43", "emacs-30.2-1.fc44"]);
}

#[test]
fn what_holds_a_task_up_and_what_a_source_became() {
    let (free, open) = (TaskId(130_002_945), TaskId(130_002_946));
    let script = vec![("listTasks", answer("listTasks-of-parents"))];
    let (found, seen) = ask(script, |hub| hub.held_up(&[free, open]));
    assert_eq!(seen[0].params, given("listTasks-of-parents"));
    // The one was not begun; the other has a child that nobody has taken.
    assert_eq!(found.unwrap(), BTreeSet::from([open]));
    let source: ScmUrl =
        "git+https://src.example.test/rpms/bash.git#c0f0000000000000000000000000000000000000".parse().unwrap();
    let script = vec![("multiCall", members([value("listBuilds-of-source")]))];
    let (found, seen) = ask(script, |hub| hub.builds_from(std::slice::from_ref(&source)));
    assert_eq!(json!(seen[0].params[0][0]["params"]), json!(given("listBuilds-of-source")));
    let [builds] = &found.unwrap()[..] else { panic!("one list for one source") };
    let built: Vec<_> = builds.iter().map(|build| (build.nvr.as_str(), build.task, build.source.as_deref())).collect();
    assert_eq!(built, [("bash-5.9-1.fc44", Some(open), Some(source.as_str()))]);
}

#[test]
fn signatures_of_a_tag_and_of_a_build() {
    let query = RpmQuery { tag: tag("f44-rec"), inherit: Inherit::Direct, latest: true };
    let script = vec![("listTaggedRPMS", answer("listTaggedRPMS-sigs"))];
    let (found, seen) = ask(script, |hub| hub.tagged_rpms(&query));
    assert_eq!(seen[0].params, given("listTaggedRPMS-sigs"));
    let found: Vec<BuildRpms> = found.unwrap();
    // Each was signed with its release's key; the unsigned header is no signature.
    let keys = |build: &BuildRpms| -> BTreeSet<String> {
        build.rpms.iter().map(|rpm| rpm.keys.iter().map(SigKey::as_str).collect::<Vec<_>>().join(" ")).collect()
    };
    let told: Vec<_> = found.iter().map(|build| (build.nvr.as_str(), build.rpms.len(), keys(build))).collect();
    let (bash, emacs) = ("bash-5.3.0-1.fc42", "emacs-30.1-1.fc43");
    assert_eq!(told, [(emacs, 5, ["31645531".to_owned()].into()), (bash, 5, ["105ef944".to_owned()].into())]);
    let rpms = value("listRPMs-build")[0].as_array().unwrap().len();
    let signatures = (0..rpms).map(|_| value("queryRPMSigs-all"));
    let script = vec![("multiCall", members([value("listRPMs-build")])), ("multiCall", members(signatures))];
    let (found, seen) = ask(script, |hub| hub.rpms_of(&[BuildId(2_700_317)]));
    assert_eq!(json!(seen[0].params[0][0]["params"]), json!(given("listRPMs-build")));
    let found = found.unwrap();
    let key: SigKey = "31645531".parse().unwrap();
    assert!(found[0].len() == rpms && found[0].iter().all(|rpm| rpm.keys.contains(&key)));
}

#[test]
fn side_tags_of_a_base() {
    let script = vec![("listSideTags", answer("listSideTags-base"))];
    let (found, seen) = ask(script, |hub| hub.side_tags(Some(&tag("f43-build"))));
    assert_eq!(seen[0].params, given("listSideTags-base"));
    let found = found.unwrap();
    let names: Vec<_> = found.iter().map(|side| (side.id, side.name.as_str())).collect();
    assert_eq!(names, [(89462, "f43-build-side-89462"), (89464, "f43-build-side-89464")]);
}

/// Calls that change something: flr sends what was recorded, argument by argument.
#[test]
fn changes_are_written_as_recorded() {
    let that = || tag("f44-rec");
    let build = || "build".to_owned();
    let extra = |key: &str, to: Extra| TagEdit::Extra(key.into(), to);
    let edit = |edit: TagEdit| Call::EditTag { tag: that(), edit };
    let settings = GroupSettings { description: Some("seznam".into()), ..GroupSettings::named("build") };
    let repo =
        RepoLink { name: "rec-one".into(), priority: 5, merge_mode: "bare".into(), arches: Some("x86_64".into()) };
    let edited = RepoLink { priority: 7, merge_mode: "simple".into(), arches: Some(String::new()), ..repo.clone() };
    let [_, Value::Array(links)] = &given("setInheritanceData-swap")[..] else { panic!() };
    let number = |at: usize| links[at]["parent_id"].as_u64().unwrap();
    let link = ParentLink {
        parent: tag("f43"),
        parent_id: Some(number(1)),
        priority: 10,
        maxdepth: None,
        intransitive: false,
        noconfig: false,
        pkg_filter: String::new(),
    };
    let [_, named] = &given("createTag-perm-extra")[..] else { panic!() };
    let all = named["extra"].as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let tags = TargetTags { build_tag: that(), dest_tag: tag("f44-rec-bare") };
    let event = EventId(given("snapshotTag-as-flr")[2]["event"].as_u64().unwrap());
    let bare = tag("f44-rec-bare");
    let calls = [
        (
            "createTag-perm-extra",
            Call::CreateTag {
                tag: that(),
                perm: Some("autosign".into()),
                arches: Some("x86_64 aarch64".into()),
                extra: all,
            },
        ),
        ("createTag-bare", Call::CreateTag { tag: bare, perm: None, arches: None, extra: [].into() }),
        ("editTag2-block-extra", edit(extra("mock.yum.module_hotfixes", Extra::Blocked))),
        ("editTag2-remove-extra", edit(extra("k", Extra::Unset))),
        ("editTag2-perm", edit(TagEdit::Perm(Some("fedora-override".into())))),
        ("editTag2-perm-nil", edit(TagEdit::Perm(None))),
        ("editTag2-arches", edit(TagEdit::Arches(Some("x86_64".into())))),
        ("setInheritanceData-swap", Call::SetInheritance { tag: that(), unlink: vec![number(0)], link: vec![link] }),
        ("groupListAdd-all", Call::GroupListAdd { tag: that(), group: build(), settings }),
        (
            "groupPackageListAdd-all",
            Call::GroupPackageListAdd { tag: that(), group: build(), package: GroupPackage::named("gawk") },
        ),
        ("groupListRemove", Call::GroupListRemove { tag: that(), group: build() }),
        ("addExternalRepoToTag-all", Call::AddExternalRepoToTag { tag: that(), repo }),
        ("editTagExternalRepo-all", Call::EditTagExternalRepo { tag: that(), repo: edited }),
        ("createBuildTarget-again", Call::CreateTarget { target: "f44-rec-target".parse().unwrap(), tags }),
        ("deleteBuildTarget-own", Call::DeleteTarget { target: "f44-rec-target".parse().unwrap() }),
        ("repo.request-min-event", Call::RequestRepo { tag: tag("f43-build"), min_event: EventId(40_000_494) }),
        ("cancelTask-own", Call::CancelTask { task: TaskId(130_002_948) }),
        (
            "snapshotTag-as-flr",
            Call::SnapshotTag { tag: tag("f44-rec-copy"), source: that(), event: Some(event), force: false },
        ),
        ("deleteTag-own", Call::DeleteTag { tag: tag("f44-rec-copy") }),
    ];
    let answers = calls.iter().map(|(name, _)| value(name));
    let server = server([("multiCall", members(answers))]);
    let (hub, _) = server.hub();
    let (names, calls): (Vec<_>, Vec<_>) = calls.into_iter().unzip();
    let sent = hub.login(secret()).unwrap().send(&calls).unwrap();
    assert!(sent.answers.iter().all(|answer| *answer == Ok(Reply::Done)), "{:?}", sent.answers);
    let members = server.seen()[2].params[0].as_array().unwrap().clone();
    for (name, member) in names.into_iter().zip(members) {
        assert_eq!(member["params"], json!(given(name)), "{name}");
    }
}
