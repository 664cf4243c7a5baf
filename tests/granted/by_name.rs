// SPDX-License-Identifier: GPL-3.0-or-later
//! Whatever a request brings with it is judged by name.

use super::bench::Bench;
use flr::access::Access;
use flr::names::PermissionName;
use flr::ops::koji::edit_tag::Wish;
use flr::ops::koji::wait_repo::RepoWanted;
use flr::ops::koji::{EditTag, How, SetTarget, SubmitBuilds, SwapParent, SyncOwners};
use flr::pipeline::{Readers, Road, Throttle};
use std::collections::BTreeSet;

/// dist-git says who owns what; whom the grant does not name gets nothing, however the list reads.
#[test]
fn owners_are_judged_by_name() {
    let bench = Bench::new();
    let sync = |release: &str, tag: &str, owners: &[(&str, &str)]| {
        let request = SyncOwners {
            release: release.parse().unwrap(),
            tag: tag.parse().unwrap(),
            namespace: "rpms".into(),
            only: Vec::new(),
            owners: owners.iter().map(|(name, owner)| (name.parse().unwrap(), owner.parse().unwrap())).collect(),
            without: [].into(),
            adds: true,
            retired: [].into(),
        };
        bench.run(&bench.access("koji sync-owners", &["--dry-run"]), &request, true)
    };
    let planned = sync("f43", "f43", &[("bash", "jan"), ("fresh", "maria")]);
    assert_eq!((planned.exit_code(), planned.planned.len()), (0, 2), "{planned:?}");
    for (owners, what) in [
        (&[("bash", "kim")][..], "set the owner of package bash in f43 to kim: the owner kim"),
        (&[("fresh", "releng")], "add package fresh to f43, owner releng: the owner releng"),
        (&[("rpm", "maria")], "set the owner of package rpm in f43 to maria: the package rpm"),
    ] {
        let refused = sync("f43", "f43", owners);
        assert_eq!((refused.exit_code(), refused.msg), (3, format!("loopabull_x may not {what} is not granted")));
    }
    let refused = sync("f44", "f43", &[("bash", "jan")]);
    assert_eq!(refused.msg, "loopabull_x may not use koji sync-owners for the release f44");
    let refused = sync("f43", "f44", &[("bash", "jan")]);
    assert_eq!(refused.msg, "loopabull_x may not use koji sync-owners for the tag f44");
}

/// An owner who is replaced is as much a matter of the grant when he is put back.
#[test]
fn an_owner_is_given_back_as_far_as_the_grant_goes() {
    let bench = Bench::new();
    let request = SyncOwners {
        release: "f43".parse().unwrap(),
        tag: "f43".parse().unwrap(),
        namespace: "rpms".into(),
        only: Vec::new(),
        owners: [("bash".parse().unwrap(), "jan".parse().unwrap())].into(),
        without: [].into(),
        adds: true,
        retired: [].into(),
    };
    let report = bench.run(&bench.access("koji sync-owners", &[]), &request, false);
    assert_eq!((report.exit_code(), report.done.len()), (0, 1), "{report:?}");
    let (access, desk, store) = (bench.access("run undo", &[]), bench.desk(), bench.store());
    let undone = Road { access: &access, ..Road::new(&desk, &store) }.undo(&report.run.unwrap(), false);
    assert_eq!((undone.exit_code(), undone.done.len()), (0, 1), "{undone:?}");
}

/// What is done to a target is taken back by whoever is granted to take back what is done to it, and by
/// nobody else.
#[test]
fn a_target_is_taken_back_as_far_as_the_grant_goes() {
    let bench = Bench::new();
    bench.server.run_as("admin", "grantPermission", vec!["practice".into(), "target".into()]).unwrap();
    let set = |name: &str| {
        let request = SetTarget {
            name: name.parse().unwrap(),
            build_tag: "f44-build".parse().unwrap(),
            dest_tag: "f44-build".parse().unwrap(),
        };
        let report = bench.run(&bench.access("koji set-target", &[]), &request, false);
        assert_eq!((report.exit_code(), report.done.len()), (0, 1), "{report:?}");
        report.run.unwrap()
    };
    let (desk, mine) = (bench.desk(), bench.store());
    let undo = |run| {
        let access = bench.access("run undo", &[]);
        Road { access: &access, ..Road::new(&desk, &mine) }.undo(run, false)
    };
    let (granted, other) = (set("rawhide"), set("f44"));
    let undone = undo(&granted);
    assert_eq!((undone.exit_code(), undone.done.len()), (0, 1), "{undone:?}");
    let refused = undo(&other);
    assert_eq!((refused.exit_code(), refused.msg.as_str()), (3, "loopabull_x may not use run undo for the target f44"));
}

/// Whoever may ask for a repository of one tag makes the hub work for no other.
#[test]
fn a_repository_is_asked_for_as_far_as_the_grant_goes() {
    let bench = Bench::new();
    let ask = |tag: &str| {
        let wanted = RepoWanted { tag: tag.parse().unwrap(), builds: BTreeSet::new(), request: true };
        let request = wanted.resolve(&Readers { koji: &bench.hub }).unwrap();
        bench.run(&bench.access("koji wait-repo", &[]), &request, false)
    };
    let asked = ask("f43-build");
    assert_eq!((asked.exit_code(), asked.done.len()), (0, 1), "{asked:?}");
    let refused = ask("f44-build");
    assert_eq!(
        (refused.exit_code(), refused.msg.as_str()),
        (3, "loopabull_x may not use koji wait-repo for the tag f44-build")
    );
}

/// Whoever waits for hours is in nobody's way.
#[test]
fn waiting_for_a_repository_keeps_nobody_from_its_tag() {
    let bench = Bench::new();
    let wanted = RepoWanted { tag: "f43-build".parse().unwrap(), builds: BTreeSet::new(), request: true };
    let (one, other) = (bench.access("koji wait-repo", &[]), bench.access("koji wait-repo", &[]));
    let allow = |access: &Access| access.allow("koji wait-repo", &wanted.dimensions()).map(drop);
    assert_eq!((allow(&one), allow(&other)), (Ok(()), Ok(())));
}

/// A source is a package's by its name only, so that where its repository is counts as well.
#[test]
fn sources_are_judged_by_repository_package_and_target() {
    let bench = Bench::new();
    let submit_from = |place: &str, package: &str, target: &str| {
        let source = format!("git+https://{place}/{package}.git#{:0<40}", "7");
        let request = SubmitBuilds {
            target: target.parse().unwrap(),
            sources: vec![source.parse().unwrap()],
            how: How::default(),
            throttle: Throttle::default(),
        };
        bench.run(&bench.access("koji submit-builds", &[]), &request, false)
    };
    let submit = |package: &str, target: &str| submit_from("src.example.test/rpms", package, target);
    for place in ["src.example.test/forks/kim/rpms", "src.example.test.evil.test/rpms", "evil.test/rpms"] {
        let refused = submit_from(place, "bash", "f43-candidate");
        let why = format!("loopabull_x may not use koji submit-builds for the source git+https://{place}/bash.git");
        assert_eq!((refused.exit_code(), refused.msg), (3, why));
    }
    for (package, target, why) in [
        ("bash", "f43", "the target f43"),
        ("perl", "f43-candidate", "the package perl"),
        ("bash-completion", "f43-candidate", "the package bash-completion"),
    ] {
        let refused = submit(package, target);
        assert_eq!((refused.exit_code(), bench.methods().len()), (3, 0), "{refused:?}");
        assert_eq!(refused.msg, format!("loopabull_x may not use koji submit-builds for {why}"));
    }
    let submitted = submit("bash", "f43-candidate");
    assert_eq!((submitted.exit_code(), submitted.done.len()), (0, 1), "{submitted:?}");
    // The task is what the audit log points to.
    let task = submitted.tasks[0].task;
    let targets: Vec<String> = bench.records().into_iter().flat_map(|record| record.body.targets).collect();
    assert!(targets.contains(&format!("task {task}")), "{targets:?}");
}

/// Every tag that a change lets in must be granted: the parent as well as the child, and of a target
/// the name besides its tags. What is refused by its words asks the hub nothing.
#[test]
fn parents_targets_and_settings_are_judged_by_name() {
    let bench = Bench::new();
    let swap = |child: &str, old: &str, new: &str| {
        let request =
            SwapParent { child: child.parse().unwrap(), old: old.parse().unwrap(), new: new.parse().unwrap() };
        bench.run(&bench.access("koji swap-parent", &[]), &request, false)
    };
    let refused = swap("f43-override", "f43-updates", "f44");
    assert_eq!((refused.exit_code(), bench.methods().len()), (3, 0), "{refused:?}");
    assert_eq!(refused.msg, "loopabull_x may not use koji swap-parent for the tag f44");
    let swapped = swap("f43-override", "f43-updates", "f43");
    assert_eq!((swapped.exit_code(), swapped.done.len()), (0, 1), "{swapped:?}");

    let target = |name: &str| {
        let request = SetTarget {
            name: name.parse().unwrap(),
            build_tag: "f44-build".parse().unwrap(),
            dest_tag: "f44-updates-candidate".parse().unwrap(),
        };
        bench.run(&bench.access("koji set-target", &["--dry-run"]), &request, true)
    };
    assert_eq!(target("f43").msg, "loopabull_x may not use koji set-target for the target f43");
    let planned = target("rawhide");
    assert_eq!((planned.exit_code(), planned.planned.len()), (0, 1), "{planned:?}");

    let edit = |options: &[&str], perm: Wish<PermissionName>| {
        let request = EditTag {
            tag: "f44-build".parse().unwrap(),
            perm,
            arches: Wish::Keep,
            extra: [("rpm.macro.eln".to_owned(), 150.into())].into(),
            remove_extra: BTreeSet::new(),
        };
        bench.run(&bench.access("koji edit-tag", &[options, &["--dry-run"]].concat()), &request, true)
    };
    assert_eq!(edit(&["--extra"], Wish::Keep).planned.len(), 1);
    let other = EditTag {
        tag: "f44-build".parse().unwrap(),
        perm: Wish::Keep,
        arches: Wish::Keep,
        extra: [("mock.package_manager".to_owned(), "yum".into())].into(),
        remove_extra: BTreeSet::new(),
    };
    let refused = bench.run(&bench.access("koji edit-tag", &["--extra", "--dry-run"]), &other, true);
    assert_eq!(
        (refused.exit_code(), refused.msg.as_str()),
        (3, "loopabull_x may not use koji edit-tag for the further setting mock.package_manager")
    );
    let refused = edit(&["--extra", "--perm"], Wish::To("autosign".parse().unwrap()));
    assert_eq!((refused.exit_code(), refused.msg.as_str()), (3, "loopabull_x may not use --perm with koji edit-tag"));
    // Words that hide what is planned do not help: the change itself is judged.
    let refused = edit(&["--extra"], Wish::To("autosign".parse().unwrap()));
    assert_eq!(refused.exit_code(), 3, "{refused:?}");
}
