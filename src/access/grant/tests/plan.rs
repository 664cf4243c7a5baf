// SPDX-License-Identifier: GPL-3.0-or-later
//! What would be changed, each change of it.

use super::*;
use crate::koji::{GroupPackage, GroupSettings, PackageEntry, RepoLink};
use crate::names::{PackageName, RpmId, TagName};
use crate::plan::{BuildChange, GroupChange, PackageChange, RepoChange, RpmRef, SigningChange};

fn block(tag: &str, package: &str) -> KojiChange {
    let (tag, package): (TagName, PackageName) = (tag.parse().unwrap(), package.parse().unwrap());
    let before =
        PackageEntry { package: package.clone(), tag: tag.clone(), owner: None, blocked: false, extra_arches: None };
    PackageChange::BlockPackage { tag, package, before }.into()
}

#[test]
fn every_change_of_the_plan_is_judged() {
    let with_untag = grant(&BLOCK.replace("\"--json\"", "\"--json\", \"--untag\""));
    let untag = |tag: &str| {
        KojiChange::from(BuildChange::UntagBuild { tag: tag.parse().unwrap(), build: build("bash-5.3-1.fc43") })
    };
    assert_eq!(judge(&with_untag, &["--untag"], vec![block("f43", "bash"), untag("f43")], 0), Ok("block".into()));
    assert_eq!(
        judge(&with_untag, &[], vec![block("f43", "bash"), untag("f43")], 0).unwrap_err(),
        "loopabull_x may not untag builds with koji block-pkg: untag bash-5.3-1.fc43 from f43 | the grant block covers block packages"
    );
    assert_eq!(
        judge(&with_untag, &["--untag"], vec![untag("f42")], 0).unwrap_err(),
        "loopabull_x may not untag bash-5.3-1.fc43 from f42: the tag f42 is not granted | the grant block covers tags f44, f43"
    );
    assert_eq!(
        judge(&with_untag, &["--untag"], vec![block("f43", "a"), block("f43", "b"), block("f43", "c")], 0).unwrap_err(),
        "loopabull_x may not make 3 changes in one run of koji block-pkg | the grant block covers 2 changes in a run"
    );
    assert!(judge(&with_untag, &[], vec![block("f43", "a")], 1).is_ok());
    assert!(judge(&with_untag, &[], vec![block("f43", "a")], 2).is_err(), "later rounds of a run count as well");
    assert!(judge(&with_untag, &[], vec![block("f43", "a")], u64::MAX).is_err());

    let moves = grant(MOVE);
    let tag =
        |tag: &str, nvr: &str| KojiChange::from(BuildChange::TagBuild { tag: tag.parse().unwrap(), build: build(nvr) });
    assert!(judge(&moves, &[], vec![tag("f43", "bash-5.3-1.fc43")], 0).is_ok());
    assert_eq!(
        judge(&moves, &[], vec![tag("f43-pending", "bash-5.3-1.fc43")], 0).unwrap_err(),
        "loopabull_x may not tag bash-5.3-1.fc43 into f43-pending: the tag f43-pending is not granted | the grant move covers to f43"
    );
    assert_eq!(
        judge(&moves, &[], vec![tag("f43", "zsh-5-1.fc43")], 0).unwrap_err(),
        "loopabull_x may not tag zsh-5-1.fc43 into f43: the package zsh is not granted | the grant move covers packages bash, rust-*"
    );
}

/// Keys are numbers: one is the same in either case, and there are no beginnings of them.
#[test]
fn keys_are_granted_one_by_one() {
    let table = [Command {
        name: "koji write-signed",
        class: Class::Publish,
        does: "write {keys} in {tags} of {packages}",
        dimensions: &[Dimension::Tags, Dimension::Packages, Dimension::Keys],
        effects: &[Effect::WriteSigned],
        options: &[],
        takes_arguments: true,
    }];
    let text = |keys: &str| {
        format!(
            "{HEAD}[[allow]]\nid = \"sign\"\ncommand = \"koji write-signed\"\ntags = [\"f43\"]\npackages = [\"bash\"]\n\
             keys = {keys}\nper_run = 2\nper_day = 5\nconfirm = \"not needed\"\n"
        )
    };
    let grant = Grant::parse(&text("[\"6D9F90A6\"]"), &table).unwrap();
    let about = |key: &str| Dimensions::new().tag(&"f43".parse().unwrap()).key(key.parse().unwrap());
    let may = |key: &str| {
        let (dimensions, options) = (about(key), BTreeSet::new());
        let asked = Asked {
            command: "koji write-signed",
            options: &options,
            dimensions: &dimensions,
            dry_run: false,
            now: now(),
        };
        grant.judge_words(&asked).map(drop).map_err(|error| error.what)
    };
    assert_eq!(may("6d9f90a6"), Ok(()));
    assert!(may("6d9f90a7").is_err());
    for (keys, why) in [
        ("[\"6d9f*\"]", "numbers have no beginning"),
        ("[\"fedora-44\"]", "is not a key id"),
        ("[\"6d9f90a6\", \"6D9F90A6\"]", "6d9f90a6 stands twice"),
    ] {
        let wrong = Grant::parse(&text(keys), &table).unwrap_err().join("; ");
        assert!(wrong.contains(why), "{wrong}");
    }
    // Of the plan each key and each package is judged.
    let change = |nvr: &str, key: &str| SigningChange::WriteSigned {
        build: BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(1) },
        rpm: RpmRef { nvra: format!("{nvr}.src").parse().unwrap(), id: RpmId(10) },
        key: key.parse().unwrap(),
    };
    let judged =
        |changes: Vec<SigningChange>| judge(&grant, &[], changes.into_iter().map(KojiChange::from).collect(), 0);
    assert!(judged(vec![change("bash-5-1", "6d9f90a6"), change("bash-5-2", "6d9f90a6")]).is_ok());
    for (nvr, key) in [("zsh-5-1", "6d9f90a6"), ("bash-5-1", "6d9f90a7")] {
        assert!(judged(vec![change(nvr, key)]).is_err(), "{nvr} {key}");
    }
}

/// What build roots are made of is as much a matter of packages as what is tagged.
#[test]
fn a_group_is_judged_by_its_tag_and_its_packages() {
    let mut copies = grant(
        "[[allow]]\nid = \"copy\"\ncommand = \"koji tag-build\"\ntags = [\"copy\"]\npackages = [\"bash\"]\n\
         confirm = \"not needed\"\n",
    );
    copies.allow[0].command = Command { name: "koji clone-tag", effects: &[Effect::AddGroup], ..TABLE[2] };
    let (group, settings) = (|| "build".to_owned(), || GroupSettings::named("build"));
    let add = |tag: &str| GroupChange::AddGroup {
        tag: tag.parse().unwrap(),
        group: group(),
        settings: settings(),
        before: None,
    };
    let package = |name: &str| GroupChange::AddGroupPackage {
        tag: "copy".parse().unwrap(),
        group: group(),
        package: GroupPackage::named(name),
        before: None,
    };
    let say = |change: KojiChange| judge(&copies, &[], vec![change], 0);
    assert!(say(add("copy").into()).is_ok() && say(package("bash").into()).is_ok());
    assert_eq!(
        say(add("f43").into()).unwrap_err(),
        "loopabull_x may not add group build to f43: the tag f43 is not granted | the grant copy covers tags copy"
    );
    assert_eq!(
        say(package("gcc").into()).unwrap_err(),
        "loopabull_x may not add gcc to group build in copy: the package gcc is not granted | the grant copy covers packages bash"
    );
    let gone = GroupChange::RemoveGroup { tag: "copy".parse().unwrap(), group: group(), before: settings() };
    let refused = say(gone.into()).unwrap_err();
    assert!(refused.contains("with koji clone-tag: remove group build from copy | "), "{refused}");
    let repo = RepoLink { name: "evil".into(), priority: 1, merge_mode: "bare".into(), arches: None };
    let refused = say(RepoChange::AddExternalRepo { tag: "copy".parse().unwrap(), repo }.into()).unwrap_err();
    assert!(refused.contains("add external repo evil to copy, priority 1, merged bare | "), "{refused}");
}
