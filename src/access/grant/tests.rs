// SPDX-License-Identifier: GPL-3.0-or-later
//! Every rule of the grants file and of the judgement, with its near miss.

use super::*;
use crate::access::Dimensions;
use crate::access::table::{CommandOption, Effect};
use crate::koji::{GroupPackage, GroupSettings, RepoLink};
use crate::names::BuildId;
use crate::plan::{BuildRef, GroupChange, KojiChange, Plan, RepoChange};

/// Commands with the shapes that the real ones have.
pub(in crate::access) const TABLE: [Command; 4] = [
    Command {
        name: "koji block-pkg",
        class: Class::Destroy,
        does: "block {packages} in {tags}",
        dimensions: &[Dimension::Tags, Dimension::Packages],
        effects: &[Effect::BlockPackage],
        options: &[CommandOption {
            name: "--untag",
            does: "untag every build of them",
            dimension: None,
            effects: &[Effect::UntagBuild],
        }],
        takes_arguments: true,
    },
    Command {
        name: "koji move-builds",
        class: Class::Destroy,
        does: "move builds of {packages} from {from} to {to}",
        dimensions: &[Dimension::From, Dimension::To, Dimension::Packages],
        effects: &[Effect::TagBuild, Effect::UntagBuild],
        options: &[],
        takes_arguments: true,
    },
    Command {
        name: "koji tag-build",
        class: Class::Write,
        does: "tag builds of {packages} into {tags}",
        dimensions: &[Dimension::Tags, Dimension::Packages],
        effects: &[Effect::TagBuild],
        options: &[],
        takes_arguments: true,
    },
    Command {
        name: "koji list-tagged",
        class: Class::Read,
        does: "look at {tags}",
        dimensions: &[Dimension::Tags],
        effects: &[],
        options: &[CommandOption {
            name: "--package",
            does: "of {packages}",
            dimension: Some(Dimension::Packages),
            effects: &[],
        }],
        takes_arguments: true,
    },
];

const HEAD: &str = "version = 1\nuser = \"loopabull_x\"\nrun_as = \"flr-koji\"\nhosts = [\"kojihost\"]\n\
    ticket = \"infra 12345\"\nowner = \"releng\"\nexpires = 2027-04-01T00:00:00Z\n";

const BLOCK: &str = "[[allow]]\nid = \"block\"\ncommand = \"koji block-pkg\"\ntags = [\"f44\", \"f43\"]\n\
    packages = \"any\"\noptions = [\"--dry-run\", \"--json\"]\nper_run = 2\nper_day = 5\nconfirm = \"not needed\"\n";

fn parse(text: &str) -> Result<Grant, Vec<String>> {
    Grant::parse(text, &TABLE)
}

fn grant(clauses: &str) -> Grant {
    parse(&format!("{HEAD}{clauses}")).unwrap()
}

#[track_caller]
fn void(text: &str, why: &[&str]) {
    assert_eq!(parse(text).unwrap_err(), why);
}

/// A grant with a clause that blocks, one that moves and one that only looks.
pub(in crate::access) fn example() -> Grant {
    let look = "[[allow]]\nid = \"look\"\ncommand = \"koji list-tagged\"\ntags = \"any\"\n";
    grant(&format!("{BLOCK}{MOVE}{look}"))
}

fn now() -> Timestamp {
    "2026-11-27T12:00:00Z".parse().unwrap()
}

#[test]
fn a_file_says_what_it_says() {
    let grant = grant(BLOCK);
    assert_eq!(grant.expires, "2027-04-01T00:00:00Z".parse().unwrap());
    assert_eq!(grant.commands().len(), 1);
    let clause = &grant.allow[0];
    assert_eq!(clause.values[&Dimension::Tags].to_string(), "f44, f43");
    assert_eq!(clause.values[&Dimension::Packages], Values::Any);
    assert_eq!((clause.per_run, clause.per_day, clause.confirm_not_needed), (Some(2), Some(5), true));
    assert_eq!(grant.sha.len(), 64);
}

#[test]
fn anything_wrong_makes_the_file_void() {
    let with = |from: &str, to: &str| format!("{HEAD}{BLOCK}").replace(from, to);
    let table: [(&str, &str, &str); 27] = [
        ("version = 1", "version = 2", "version 2 is not 1"),
        ("\"loopabull_x\"", "\"ALL\"", "user: \"ALL\" is no name of an account"),
        ("\"flr-koji\"", "\"#0\"", "run_as: \"#0\" is no name of an account"),
        ("[\"kojihost\"]", "[]", "hosts: no machine is named"),
        ("[\"kojihost\"]", "[\"ALL\"]", "hosts: \"ALL\" is no host name"),
        ("[\"kojihost\"]", "[\"*.example.org\"]", "hosts: \"*.example.org\" is no host name"),
        ("\"infra 12345\"", "\" \"", "ticket is empty, too long, or not one line"),
        ("\"releng\"", "\"a\\nb\"", "owner is empty, too long, or not one line"),
        (
            "2027-04-01T00:00:00Z",
            "2027-04-01",
            "expires: 2027-04-01 is no point in time with its zone, like 2027-04-01T00:00:00Z",
        ),
        (
            "2027-04-01T00:00:00Z",
            "2027-04-01T00:00:00",
            "expires: 2027-04-01T00:00:00 is no point in time with its zone, like 2027-04-01T00:00:00Z",
        ),
        ("id = \"block\"", "id = \"a b\"", "allow: \"a b\" is no id of a clause"),
        ("koji block-pkg", "koji call", "block: there is no command \"koji call\" that can be granted"),
        ("koji block-pkg", "access list", "block: there is no command \"access list\" that can be granted"),
        ("koji block-pkg", "koji block", "block: there is no command \"koji block\" that can be granted"),
        ("packages = \"any\"\n", "", "block: `koji block-pkg` needs `packages`"),
        (
            "packages = \"any\"",
            "packages = \"any\"\nowners = \"any\"",
            "block: `koji block-pkg` with these options has no `owners`",
        ),
        (
            "[\"f44\", \"f43\"]",
            "[\"rawhide\"]",
            "block: tags: \"rawhide\" means another release after each branching; name the tag it means today",
        ),
        ("[\"f44\", \"f43\"]", "\"f44\"", "block: tags = \"f44\" is neither \"any\" nor a list"),
        ("\"--json\"", "\"--jsn\"", "block: options: `koji block-pkg` has no option \"--jsn\" that can be granted"),
        (
            "\"--json\"",
            "\"--profile\"",
            "block: options: `koji block-pkg` has no option \"--profile\" that can be granted",
        ),
        ("\"--json\"", "\"--yes\"", "block: options: --yes is never listed; say confirm = \"not needed\""),
        ("\"--json\"", "\"--dry-run\"", "block: options: --dry-run stands twice"),
        ("per_run = 2\n", "", "block: `koji block-pkg` is of the class destroy and needs `per_run`"),
        ("per_day = 5\n", "", "block: `koji block-pkg` is of the class destroy and needs `per_day`"),
        ("per_run = 2", "per_run = 6", "block: per_run 6 is more than per_day 5"),
        ("\"not needed\"", "\"no\"", "block: confirm: \"no\" is not \"not needed\""),
        (
            "per_run = 2",
            "windows = [\"Mon 6-7\"]\nper_run = 2",
            "block: windows: \"Mon 6-7\" is not like \"Mon-Fri 06:00-18:00\" (UTC)",
        ),
    ];
    for (from, to, why) in table {
        void(&with(from, to), &[why]);
    }
    void(HEAD, &["it allows nothing: there is no [[allow]]"]);
    void(&format!("{HEAD}{BLOCK}{BLOCK}"), &["block: the id stands twice"]);
    void(&with("per_run = 2", "per_run = 0"), &["block: per_run is 0; leave the clause out"]);
    void(
        &with("confirm = \"not needed\"\n", "").replace("\"--dry-run\", ", ""),
        &["block: nothing could be done by it: it needs confirm = \"not needed\", or the option --dry-run"],
    );
    void(
        &with("[\"f44\", \"f43\"]", "[\"f 44\", \"*\"]").replace("\"--json\"", "\"--x\""),
        &[
            "block: options: `koji block-pkg` has no option \"--x\" that can be granted",
            "block: tags: \"f 44\" is not a tag name: it may not contain a blank",
            "block: tags: \"*\" alone says nothing; write \"any\" for the whole dimension",
        ],
    );
}

#[test]
fn unknown_keys_are_told_with_their_line() {
    for (text, line, word) in [
        (format!("{HEAD}deny = 1\n{BLOCK}"), "line 8", "deny"),
        (format!("{HEAD}{BLOCK}include = \"x\"\n"), "line 17", "include"),
        (format!("{HEAD}{BLOCK}per_run = 3\n"), "line 17", "duplicate key"),
        ("version = ".to_owned(), "line 1", ""),
    ] {
        let why = parse(&text).unwrap_err();
        assert!(why.len() == 1 && why[0].contains(line) && why[0].contains(word), "{why:?}");
        assert!(!why[0].contains('\n'), "{why:?}");
    }
}

#[test]
fn the_dimension_of_an_option_is_stated_exactly_if_the_option_is_granted() {
    let list = "[[allow]]\nid = \"l\"\ncommand = \"koji list-tagged\"\ntags = \"any\"\n";
    grant(list);
    grant(&format!("{list}options = [\"--package\"]\npackages = [\"bash\"]\n"));
    void(&format!("{HEAD}{list}options = [\"--package\"]\n"), &["l: `koji list-tagged` needs `packages`"]);
    void(&format!("{HEAD}{list}packages = \"any\"\n"), &["l: `koji list-tagged` with these options has no `packages`"]);
    void(&format!("{HEAD}{list}per_run = 1\n"), &["l: per_run: `koji list-tagged` changes nothing"]);
    void(
        &format!("{HEAD}{list}confirm = \"not needed\"\n"),
        &["l: dry_run_only and confirm: `koji list-tagged` changes nothing"],
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
    let change = |nvr: &str, key: &str| crate::plan::SigningChange::WriteSigned {
        build: BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(1) },
        rpm: crate::plan::RpmRef { nvra: format!("{nvr}.src").parse().unwrap(), id: crate::names::RpmId(10) },
        key: key.parse().unwrap(),
    };
    let judged = |changes: Vec<crate::plan::SigningChange>| {
        judge(&grant, &[], changes.into_iter().map(KojiChange::from).collect(), 0)
    };
    assert!(judged(vec![change("bash-5-1", "6d9f90a6"), change("bash-5-2", "6d9f90a6")]).is_ok());
    for (nvr, key) in [("zsh-5-1", "6d9f90a6"), ("bash-5-1", "6d9f90a7")] {
        assert!(judged(vec![change(nvr, key)]).is_err(), "{nvr} {key}");
    }
}

#[test]
fn a_grant_ends_and_ends_soon_enough() {
    let grant = grant(BLOCK);
    let at = |time: &str| time.parse::<Timestamp>().unwrap();
    assert_eq!(grant.in_time(at("2026-02-25T00:00:00Z")), Ok(()));
    assert_eq!(
        grant.in_time(at("2026-02-24T23:59:59Z")),
        Err("expires: 2027-04-01T00:00:00Z is more than 400 days ahead".into())
    );
    let asked = |now: &str| ask(&grant, "koji block-pkg", &[], &words(&["f43"], &["bash"]), false, at(now));
    assert_eq!(asked("2027-03-31T23:59:59Z"), Ok(vec!["block".to_owned()]));
    assert_eq!(
        asked("2027-04-01T00:00:00Z"),
        Err("the grant of loopabull_x has expired on 2027-04-01T00:00:00Z | ask releng to renew it".into())
    );
}

#[test]
fn hosts_are_whole_names_or_their_first_part() {
    let grant = grant(BLOCK);
    for (host, holds) in
        [("kojihost", true), ("kojihost.example.org", true), ("kojihost2", false), ("x.kojihost", false), ("", false)]
    {
        assert_eq!(grant.is_of_host(host), holds, "{host}");
    }
    let mut full = grant;
    full.hosts = vec!["kojihost.example.org".into()];
    assert!(full.is_of_host("kojihost.example.org") && !full.is_of_host("kojihost"));
}

fn words(tags: &[&str], packages: &[&str]) -> Dimensions {
    let tags: Vec<_> = tags.iter().map(|tag| tag.parse().unwrap()).collect();
    let packages: Vec<_> = packages.iter().map(|package| package.parse().unwrap()).collect();
    Dimensions::new().tags(&tags).packages(&packages)
}

/// The ids of the clauses that cover the words, or `what | hint`.
fn ask(
    grant: &Grant,
    command: &str,
    options: &[&str],
    dimensions: &Dimensions,
    dry_run: bool,
    now: Timestamp,
) -> Result<Vec<String>, String> {
    let options = options.iter().map(|option| (*option).to_owned()).collect();
    let asked = Asked { command, options: &options, dimensions, dry_run, now };
    grant.judge_words(&asked).map(|clauses| clauses.iter().map(|clause| clause.id.clone()).collect()).map_err(
        |refusal| format!("{} | {}", refusal.what, refusal.hint.replace("; see: flr access explain loopabull_x", "")),
    )
}

const MOVE: &str = "[[allow]]\nid = \"move\"\ncommand = \"koji move-builds\"\nfrom = [\"f43-pending\"]\nto = [\"f43\"]\n\
    packages = [\"bash\", \"rust-*\"]\nper_run = 10\nper_day = 10\nconfirm = \"not needed\"\n";

#[test]
fn words_need_one_clause_that_covers_them_whole() {
    let two_halves = "[[allow]]\nid = \"a\"\ncommand = \"koji tag-build\"\ntags = [\"f43\"]\npackages = [\"bash\"]\n\
        confirm = \"not needed\"\n[[allow]]\nid = \"b\"\ncommand = \"koji tag-build\"\ntags = [\"f44\"]\n\
        packages = [\"zsh\"]\nconfirm = \"not needed\"\nwindows = [\"Sat 00:00-24:00\"]\n";
    let grant = grant(&format!("{BLOCK}{MOVE}{two_halves}"));
    let say = |command: &str, options: &[&str], tags: &[&str], packages: &[&str]| {
        ask(&grant, command, options, &words(tags, packages), false, now())
    };
    let ok = |id: &str| Ok(vec![id.to_owned()]);
    let no = |text: &str| Err(format!("loopabull_x may not {text}"));
    assert_eq!(say("koji block-pkg", &["--json"], &["f43", "f44"], &["bash"]), ok("block"));
    assert_eq!(
        say("koji block-pkg", &[], &["f42"], &["bash"]),
        no("use koji block-pkg for the tag f42 | the grant block covers tags f44, f43")
    );
    assert_eq!(
        say("koji block-pkg", &[], &["f43", "f42", "f41"], &["bash"]),
        no("use koji block-pkg for the tags f41, f42 | the grant block covers tags f44, f43")
    );
    assert_eq!(
        say("koji block-pkg", &["--untag"], &["f43"], &["bash"]),
        no("use --untag with koji block-pkg | the grant block covers the options --dry-run, --json")
    );
    assert_eq!(
        say("koji mass-tag", &[], &["f43"], &[]),
        no("use koji mass-tag | the grant covers koji block-pkg, koji move-builds, koji tag-build")
    );
    assert_eq!(say("koji tag-build", &[], &["f43"], &["bash"]), ok("a"));
    assert_eq!(
        say("koji tag-build", &[], &["f43"], &["zsh"]),
        no("use koji tag-build for the package zsh | the grant a covers packages bash")
    );
    assert_eq!(
        say("koji tag-build", &[], &["f43", "f44"], &["bash", "zsh"]),
        no("use koji tag-build for the tag f44 | the grant a covers tags f43")
    );
    assert_eq!(
        say("koji tag-build", &[], &["f44"], &["zsh"]),
        no("use koji tag-build now | the grant b covers Sat 00:00-24:00 UTC")
    );
    assert_eq!(
        say("koji tag-build", &["--json"], &["f43"], &["bash"]),
        no("use --json with koji tag-build | the grant a covers no options")
    );
}

/// What can be changed is not kept from it by a clause that only plans.
#[test]
fn clauses_that_only_plan_stand_last() {
    let plans = BLOCK.replace("\"block\"", "\"plans\"").replace("confirm = \"not needed\"\n", "");
    let grant = grant(&format!("{plans}{BLOCK}"));
    let say = |dry_run| ask(&grant, "koji block-pkg", &[], &words(&["f43"], &["bash"]), dry_run, now()).unwrap();
    assert_eq!(say(true), ["plans", "block"]);
    assert_eq!(say(false), ["block", "plans"]);
}

#[test]
fn a_move_has_a_direction_and_a_build_the_grant_of_its_package() {
    let grant = grant(MOVE);
    let say = |from: &str, to: &str, build: &str| {
        let dimensions =
            Dimensions::new().from(&from.parse().unwrap()).to(&to.parse().unwrap()).builds(&[build.parse().unwrap()]);
        ask(&grant, "koji move-builds", &[], &dimensions, false, now())
    };
    assert!(say("f43-pending", "f43", "bash-5.3-1.fc43").is_ok());
    assert!(say("f43-pending", "f43", "rust-serde-1-1.fc43").is_ok());
    assert_eq!(
        say("f43", "f43-pending", "bash-5.3-1.fc43").unwrap_err(),
        "loopabull_x may not use koji move-builds for the tag f43 | the grant move covers from f43-pending"
    );
    assert_eq!(
        say("f43-pending", "f43", "bash-completion-2-1.fc43").unwrap_err(),
        "loopabull_x may not use koji move-builds for the package bash-completion | the grant move covers packages bash, rust-*"
    );
}

#[test]
fn dry_run_only_changes_nothing() {
    let grant = grant(&BLOCK.replace("confirm = \"not needed\"", "dry_run_only = true"));
    let say = |dry_run| ask(&grant, "koji block-pkg", &[], &words(&["f43"], &["bash"]), dry_run, now());
    assert!(say(true).is_ok());
    assert_eq!(
        say(false).unwrap_err(),
        "loopabull_x may not use koji block-pkg without --dry-run | the grant block covers plans only"
    );
}

fn block(tag: &str, package: &str) -> KojiChange {
    let (tag, package): (crate::names::TagName, crate::names::PackageName) =
        (tag.parse().unwrap(), package.parse().unwrap());
    let before = crate::koji::PackageEntry {
        package: package.clone(),
        tag: tag.clone(),
        owner: None,
        blocked: false,
        extra_arches: None,
    };
    KojiChange::BlockPackage { tag, package, before }
}

fn build(nvr: &str) -> BuildRef {
    BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(1) }
}

fn judge(grant: &Grant, options: &[&str], changes: Vec<KojiChange>, before: u64) -> Result<String, String> {
    let mut plan = Plan::default();
    for change in changes {
        plan.push(change);
    }
    let options = options.iter().map(|option| (*option).to_owned()).collect();
    let clauses: Vec<&Allow> = grant.allow.iter().collect();
    grant.judge_plan(&clauses, &options, &plan, before).map(|clause| clause.id.clone()).map_err(|refusal| {
        format!("{} | {}", refusal.what, refusal.hint.replace("; see: flr access explain loopabull_x", ""))
    })
}

#[test]
fn every_change_of_the_plan_is_judged() {
    let with_untag = grant(&BLOCK.replace("\"--json\"", "\"--json\", \"--untag\""));
    let untag = |tag: &str| KojiChange::UntagBuild { tag: tag.parse().unwrap(), build: build("bash-5.3-1.fc43") };
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
    let tag = |tag: &str, nvr: &str| KojiChange::TagBuild { tag: tag.parse().unwrap(), build: build(nvr) };
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
