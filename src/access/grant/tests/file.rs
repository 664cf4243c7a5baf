// SPDX-License-Identifier: GPL-3.0-or-later
//! What a file must say, until when and where it holds.

use super::*;

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
