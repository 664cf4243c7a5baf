// SPDX-License-Identifier: GPL-3.0-or-later
use crate::bodhi::{Bodhi, recorded};
use crate::site::{Ended, LOGIN, Site};

fn find(site: &Site, args: &[&str]) -> Ended {
    let bodhi = Bodhi::with(recorded());
    let mut command = site.command();
    command.args(["koji", "find-block", "--bodhi", &bodhi.url]).args(args);
    site.ended(command, b"")
}

#[test]
fn where_it_is_blocked_and_what_to_unblock() {
    let site = Site::small();
    let ended = find(&site, &["python2.7", "f44"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str(), ended.stderr.as_str()),
        (
            7,
            "\
f43  maria  f44,f44-updates-candidate,f44-build  -
f44  -      -                                    flr koji unblock-pkg f44 python2.7
",
            "flr: python2.7 is blocked from F44 on\n"
        )
    );
    // The tags of f45, which is Rawhide, are not there; each question is asked once.
    let lists = format!("multiCall{}", " listPackages".repeat(6));
    let orders = format!("multiCall{}", " getFullInheritance".repeat(6));
    assert_eq!(ended.calls, [&lists, "multiCall getTag getTag getTag", &orders, "multiCall getTag getTag getTag"]);
    let json = find(&site, &["python2.7", "f43", "--json"]);
    assert_eq!(
        json.stdout,
        "{\"package\":\"python2.7\",\"tag\":\"f43\",\"owner\":\"maria\",\"own\":true,\"keeps_out_of\":[\"f43\",\
         \"f43-updates-candidate\",\"f43-build\",\"f44\",\"f44-updates-candidate\",\"f44-build\"],\
         \"unblock\":\"flr koji unblock-pkg f43 python2.7\"}\n"
    );
}

/// The command that is shown is one: it runs as it stands, and then nothing is blocked.
#[test]
fn the_advice_is_a_command_that_helps() {
    let site = Site::small();
    site.admin("packageListBlock", serde_json::json!(["f44-override", "bash"]));
    site.admin("packageListBlock", serde_json::json!(["f42", "bash"]));
    site.admin("packageListBlock", serde_json::json!(["f43", "bash"]));
    let ended = find(&site, &["bash", "f43"]);
    assert_eq!(ended.code, 7);
    let advice: Vec<&str> =
        ended.lines().into_iter().filter_map(|line| line.split_once("flr ")).map(|(_, command)| command).collect();
    assert_eq!(advice, ["koji unblock-pkg f43 bash", "koji unblock-pkg f44-override bash"]);
    for line in advice {
        let mut command = site.command();
        command.args(line.split(' ')).args(LOGIN).arg("--yes");
        assert_eq!(site.ended(command, b"").code, 0, "{line}");
    }
    let then = find(&site, &["bash", "f43"]);
    assert_eq!((then.code, then.stderr.as_str()), (0, ""));
    assert_eq!(then.stdout, "f42  maria  -  -\n");
}

#[test]
fn one_tag_and_packages_that_are_nowhere() {
    let site = Site::small();
    let ended = site.flr(["koji", "find-block", "python2.7", "--tag", "f43-build"]);
    assert_eq!((ended.code, ended.lines().len()), (7, 2), "{ended:?}");
    let ended = site.flr(["koji", "find-block", "bash", "--tag", "f43-build"]);
    assert_eq!(ended, Ended { calls: ended.calls.clone(), ..Ended::default() });
    let ended = site.flr(["koji", "find-block", "nodejs16", "--tag", "f43"]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, "flr: nodejs16 is on no list there: it is not blocked, and nothing can be tagged\n")
    );
    let ended = site.flr(["koji", "find-block", "bahs", "--tag", "f43"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (10, "flr: no such package at HUB: bahs\n"));
    let ended = site.flr(["koji", "find-block", "bash", "--tag", "f99"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (10, "flr: the hub has no tag f99\n"));
    assert_eq!(site.flr(["koji", "find-block", "bash"]).code, 2);
    assert_eq!(site.flr(["koji", "find-block", "bash", "f43", "--tag", "f43"]).code, 2);
}
