// SPDX-License-Identifier: GPL-3.0-or-later
use crate::bodhi::{Bodhi, recorded};
use crate::dist_git::DistGit;
use crate::site::{Ended, Site};
use std::fs;

/// With these words; the Bodhi has the recorded releases.
fn list(site: &Site, args: &[&str]) -> Ended {
    let bodhi = Bodhi::with(recorded());
    let mut command = site.command();
    command.args(["koji", "list-retired", "--bodhi", &bodhi.url]).args(args);
    site.ended(command, b"")
}

fn list_file(site: &Site, text: &str, args: &[&str]) -> Ended {
    fs::write(site.path().join("retired.json"), text).unwrap();
    list(site, &[&["f43", "--retired", "retired.json"], args].concat())
}

#[test]
fn retired_and_not_blocked_and_the_other_way() {
    let site = Site::small();
    let ended = list_file(&site, r#"{"f43": ["bash", "never-in-koji", "nodejs16"]}"#, &[]);
    assert_eq!(
        ended,
        Ended {
            code: 7,
            stdout: "\
bash       not-blocked  f43  maria
python2.7  not-retired  f43  maria
"
            .into(),
            stderr: "flr: f43 and dist-git do not agree about 2 packages\n".into(),
            calls: vec!["listPackages".into()],
        }
    );
    let json = list_file(&site, r#"{"f43": ["bash"]}"#, &["--json", "--not-blocked"]);
    assert_eq!(
        (json.code, json.stdout.as_str()),
        (
            7,
            "{\"release\":\"F43\",\"package\":\"bash\",\"found\":\"not-blocked\",\"tag\":\"f43\",\"owner\":\"maria\"}\n"
        )
    );
    let other_way = list_file(&site, r#"{"f43": ["bash", "python2.7"]}"#, &["--not-retired"]);
    assert_eq!((other_way.code, other_way.stdout.as_str(), other_way.stderr.as_str()), (0, "", ""));
}

/// The names go on to block-pkg, and then nothing is left.
#[test]
fn what_is_listed_can_be_blocked() {
    let site = Site::small();
    let listed = list_file(&site, r#"{"f43": ["bash", "python2.7"]}"#, &["--json"]);
    let names: Vec<String> = listed
        .lines()
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["package"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["bash"]);
    let mut command = site.command();
    command.args(["koji", "block-pkg", "f43", "-", "--untag", "--yes"]).args(crate::site::LOGIN);
    assert_eq!(site.ended(command, names.join("\n").as_bytes()).code, 0);
    let then = list_file(&site, r#"{"f43": ["bash", "python2.7"]}"#, &[]);
    assert_eq!((then.code, then.stdout.as_str(), then.stderr.as_str()), (0, "", ""));
}

/// A script prints the list's JSON by hand; what it leaves behind when it fails may look like one.
#[test]
fn a_truncated_list_is_not_believed() {
    let site = Site::small();
    for (text, why) in [
        ("", "it is cut off: EOF while parsing a value at line 1 column 0"),
        (r#"{"f43": ["bash", "py"#, "it is cut off: EOF while parsing a string at line 1 column 20"),
        (r#"{"f42": ["bash"]}"#, "it holds \"f42\" and not \"f43\""),
        (r#"{"f43": []}"#, "nothing at all is retired in f43, which nobody would have written down"),
        ("<html>\u{1b}[2J</html>", "it is not what it should be: expected value at line 1 column 1"),
        (
            "{\"f43\": [\"ba\\u001b[2Jsh\"]}",
            "\"ba\\u{1b}[2Jsh\" is not a package name: it may not contain the control character U+001B",
        ),
    ] {
        let ended = list_file(&site, text, &[]);
        let stderr = format!("flr: the list of retired packages in retired.json cannot be used: {why}\n");
        assert_eq!(ended, Ended { code: 10, stderr, ..Ended::default() }, "{text}");
    }
    let ended = list(&site, &["f43", "--retired", "nowhere.json"]);
    assert_eq!(ended.code, 10);
    assert!(
        ended.stderr.contains("cannot read the list of retired packages in nowhere.json: No such file"),
        "{}",
        ended.stderr
    );
}

/// Rawhide's list holds what was retired before f43 was branched.
#[test]
fn each_branch_has_a_list_and_rawhide_the_older_ones() {
    let (site, dist_git) = (Site::small(), DistGit::new());
    let place = format!("{}/lookaside/retired_in_{{branch}}.json", dist_git.url);
    dist_git.put("/lookaside/retired_in_f43.json", r#"{"f43": ["glibc"]}"#);
    let missing = list(&site, &["f43", "--retired", &place]);
    assert_eq!((missing.code, missing.stdout.as_str()), (10, ""));
    let address = dist_git.url.trim_start_matches("http://");
    assert_eq!(missing.stderr, format!("flr: retired packages at {address}: answered 404\n"));
    dist_git.put("/lookaside/retired_in_rawhide.json", r#"{"rawhide": ["python2.7", "bash"]}"#);
    dist_git.seen();
    let ended = list(&site, &["f43", "--retired", &place]);
    assert_eq!((ended.code, ended.stdout.as_str()), (7, "glibc  not-blocked  f43  jan\n"));
    assert_eq!(dist_git.seen(), ["/lookaside/retired_in_f43.json", "/lookaside/retired_in_rawhide.json"]);
}

#[test]
fn the_place_is_configured_or_named() {
    let (site, dist_git) = (Site::small(), DistGit::new());
    dist_git.put("/f43.json", r#"{"f43": ["python2.7"]}"#);
    dist_git.put("/rawhide.json", r#"{"rawhide": ["python2.7"]}"#);
    let config = site.path().join("home/.config/flr");
    fs::create_dir_all(&config).unwrap();
    fs::write(
        config.join("distgit.toml"),
        format!("[profiles.koji]\nretired = \"{}/{{branch}}.json\"\n", dist_git.url),
    )
    .unwrap();
    assert_eq!(list(&site, &["f43"]), Ended { calls: vec!["listPackages".into()], ..Ended::default() });
    let refused = |place: &str| {
        let ended = list(&site, &["f43", "--retired", place]);
        (ended.code, ended.stderr)
    };
    let hint = "hint: as in https://HOST/FILE, or the path of a file\n";
    assert_eq!(
        refused("http://lists.example.test/x.json"),
        (2, format!("flr: --retired: \"http://lists.example.test/x.json\" is neither https nor on loopback\n{hint}"))
    );
    fs::write(config.join("distgit.toml"), "[profiles.koji]\nretired = \"\"\n").unwrap();
    let ended = list(&site, &["f43"]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (
            10,
            "flr: nothing says where the list of retired packages is\nhint: name it with --retired URL|FILE or in distgit.toml\n"
        )
    );
}
