// SPDX-License-Identifier: GPL-3.0-or-later
use crate::granting::{Machine, Said, ends, example};
use crate::terminal::play_in;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs;

fn sha(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

const BLOCK: &str = "koji block-pkg: id=block-retired; tags=f44,f43; packages=any; options=--dry-run,--json; \
    per_run=20; per_day=200; confirm=not needed";
const SEE: &str = "koji list-pkgs: id=see-blocked; tags=f44,f43; options=--blocked,--json";

/// All options; the last two words are the file.
fn wanted<'a>(output: &'a str, ends: &'a str) -> Vec<&'a str> {
    vec![
        "request",
        "--why",
        "retired packages are blocked by hand",
        "--host",
        "kojihost",
        "--user",
        "loopabull_block",
        "--run-as",
        "flr-koji",
        "--owner",
        "releng",
        "--ticket",
        "infra 12345",
        "--expires",
        ends,
        "--allow",
        BLOCK,
        "--allow",
        SEE,
        "--output",
        output,
    ]
}

fn without<'a>(args: &[&'a str], name: &str) -> Vec<&'a str> {
    let place = args.iter().position(|arg| *arg == name).unwrap();
    [&args[..place], &args[place + 2..]].concat()
}

/// The four things, then what the audit wants.
#[test]
fn the_ticket_of_a_file() {
    let machine = Machine::new();
    let text = example("loopabull_block.toml");
    let draft = machine.path().join("draft.toml");
    fs::write(&draft, &text).unwrap();
    let said = machine.flr(&["request", draft.to_str().unwrap(), "--why", "blocked by hand \u{202e}today"]);
    let program = sha(&fs::read(env!("CARGO_BIN_EXE_flr")).unwrap());
    let grant = sha(text.as_bytes());
    let (ends, version, indented) = (ends(), env!("CARGO_PKG_VERSION"), text.replace('\n', "\n  "));
    let indented = indented.trim_end().replace("\n  \n", "\n\n");
    let expected = format!(
        "Sudo access for loopabull_block

1. Why
  blocked by hand \\u{{202e}}today

2. Commands: /etc/sudoers.d/90-flr-loopabull_block
  # grant loopabull_block, digest sha256:{grant}; written by flr access sudoers; change the grant, not this
  Defaults:loopabull_block env_reset, !setenv, !env_keep, !env_check, use_pty, umask=0077, umask_override
  loopabull_block kojihost=(flr-koji) NOPASSWD: NOSETENV: /usr/bin/flr koji block-pkg *, /usr/bin/flr koji list-pkgs *

3. Destination host
  kojihost

4. User
  To be created: loopabull_block. Nothing is granted to it yet.

For the audit: what each command does
  block-retired: flr koji block-pkg (destroy): block packages
  see-blocked: flr koji list-pkgs (read): changes nothing

For the audit: account and credential
  flr-koji: the principal flr-koji/kojihost@EXAMPLE.ORG, by the keytab /etc/flr/flr-koji.keytab, at the hub of the profile koji.

For the audit: the worst case, if loopabull_block is taken over
  Until the grant ends or is taken away, whoever does it can
  - block any package in the tags f44 and f43: at most 20 changes in a run and 200 in a day (UTC);
  all together at most 200 changes a day (UTC).

For the audit: until when
  {ends}; the grant ends by itself.

For the audit: how to take it away
  Remove /etc/flr/grants.d/loopabull_block.toml: nothing is granted from then on.
  Then remove /etc/sudoers.d/90-flr-loopabull_block and, if nothing else needs it, the user.

For the audit: what was looked at
  flr {version}, sha256:{program}

The grant: /etc/flr/grants.d/loopabull_block.toml, sha256:{grant}
  {indented}
"
    );
    said.is(0, &expected, "");
}

fn part<'a>(said: &'a Said, title: &str) -> Vec<&'a str> {
    let from = said.stdout.split_once(&format!("\n{title}\n")).unwrap_or_else(|| panic!("{said:?}")).1;
    from.lines().take_while(|line| !line.is_empty()).collect()
}

/// Whoever reads it sees what is new.
#[test]
fn the_difference_to_what_is_granted() {
    let machine = Machine::new();
    let text = example("loopabull_block.toml");
    let draft = machine.path().join("draft.toml");
    fs::write(&draft, text.replace("\"--json\"]\nper", "\"--json\", \"--untag\"]\nper").replace("= 200", "= 500"))
        .unwrap();
    let ask = || machine.flr(&["request", draft.to_str().unwrap(), "--why", "more"]);
    machine.grants("loopabull_block", &text);
    let said = ask();
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert_eq!(
        part(&said, "4. User"),
        [
            "  To be extended: loopabull_block. What changes in flr access explain loopabull_block:",
            "  - \u{20} It may use --dry-run (shows the plan and changes nothing) and --json (answers as JSON).",
            "  - \u{20} It may make at most 20 changes in a run and 200 in a day (UTC); nobody is asked before.",
            "  + \u{20} With --untag it may also untag every build of them.",
            "  + \u{20} It may use --dry-run (shows the plan and changes nothing), --json (answers as JSON) and --untag.",
            "  + \u{20} It may make at most 20 changes in a run and 500 in a day (UTC); nobody is asked before.",
            "  - \u{20} It may not use --untag: it cannot untag every build of them.",
            "  - \u{20} It cannot tag builds, untag builds, tag builds anew, add packages, unblock packages, restore entries, remove entries, write signed rpms, remove signed rpms, submit builds, cancel builds or change how tags and targets are set up.",
            "  + \u{20} It cannot tag builds, tag builds anew, add packages, unblock packages, restore entries, remove entries, write signed rpms, remove signed rpms, submit builds, cancel builds or change how tags and targets are set up.",
            "  - \u{20} - block any package in the tags f44 and f43: at most 20 changes in a run and 200 in a day (UTC);",
            "  - \u{20} all together at most 200 changes a day (UTC).",
            "  + \u{20} - block any package in the tags f44 and f43, and untag every build of them: at most 20 changes in a run and 500 in a day (UTC);",
            "  + \u{20} all together at most 500 changes a day (UTC).",
        ]
    );
    machine.grants("loopabull_block", "nothing");
    let said = ask();
    let user = part(&said, "4. User");
    assert!(user[0].starts_with("  loopabull_block: what it has now cannot be told: the grant "), "{user:?}");
    fs::write(&draft, format!("# the same\n{text}")).unwrap();
    machine.grants("loopabull_block", &text);
    let same = "  loopabull_block: it has this grant already; nothing is to be done.";
    assert_eq!(part(&ask(), "4. User"), [same]);
}

#[test]
fn a_file_that_would_be_void_is_not_asked_for() {
    let machine = Machine::new();
    let draft = machine.path().join("draft.toml");
    let ask = |text: &str| {
        fs::write(&draft, text).unwrap();
        let said = machine.flr(&["request", draft.to_str().unwrap(), "--why", "x"]);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""));
        said.stderr
    };
    let text = example("loopabull_block.toml");
    let void = "flr: ROOT/draft.toml would be void: ";
    assert_eq!(
        ask(&text.replace("\"any\"", "[\"*\"]").replace("infra 12345", "")),
        format!(
            "{void}ticket is empty, too long, or not one line; \
             block-retired: packages: \"*\" alone says nothing; write \"any\" for the whole dimension\n"
        )
    );
    let over = text.replace(&ends(), "2020-01-01T00:00:00Z");
    assert_eq!(ask(&over), format!("{void}expires: 2020-01-01T00:00:00Z is over\n"));
    let late = text.replace(&ends(), "2099-01-01T00:00:00Z");
    assert_eq!(ask(&late), format!("{void}expires: 2099-01-01T00:00:00Z is more than 400 days ahead\n"));
    fs::write(&draft, vec![b'#'; 70_000]).unwrap();
    let long = machine.flr(&["request", draft.to_str().unwrap(), "--why", "x"]);
    long.is(10, "", "flr: cannot read ROOT/draft.toml: it is longer than 64 KiB\n");
    let none = machine.path().join("none.toml");
    let none = machine.flr(&["request", none.to_str().unwrap(), "--why", "x"]);
    none.is(10, "", "flr: cannot read ROOT/none.toml: No such file or directory (os error 2)\n");
    fs::write(&draft, &text).unwrap();
    let said = machine.flr(&["request", draft.to_str().unwrap()]);
    said.is(2, "", "flr: --why is missing and there is no terminal to ask on\n");
    let both = machine.flr(&["request", draft.to_str().unwrap(), "--why", "x", "--user", "kim"]);
    assert_eq!(both.code, 2);
}

/// The file says what was asked for, neither more nor less, and is the example's twin.
#[test]
fn a_grant_made_of_options() {
    let machine = Machine::new();
    let ends = ends();
    let said = machine.flr(&wanted("new.toml", &ends));
    assert_eq!((said.code, said.stderr.as_str()), (0, "flr: the grant is in new.toml\n"));
    let written = fs::read_to_string(machine.path().join("new.toml")).unwrap();
    let expected = format!(
        "version = 1\nuser = \"loopabull_block\"\nrun_as = \"flr-koji\"\nhosts = [\"kojihost\"]\n\
         ticket = \"infra 12345\"\nowner = \"releng\"\nexpires = {ends}\n\n\
         [[allow]]\nid = \"block-retired\"\ncommand = \"koji block-pkg\"\ntags = [\"f44\", \"f43\"]\n\
         packages = \"any\"\noptions = [\"--dry-run\", \"--json\"]\nper_run = 20\nper_day = 200\n\
         confirm = \"not needed\"\n\n\
         [[allow]]\nid = \"see-blocked\"\ncommand = \"koji list-pkgs\"\ntags = [\"f44\", \"f43\"]\n\
         options = [\"--blocked\", \"--json\"]\n"
    );
    assert_eq!(written, expected);
    assert!(said.stdout.contains(&format!("sha256:{}\n  version = 1\n", sha(written.as_bytes()))), "{}", said.stdout);
    machine.grants("loopabull_block", &written);
    machine.flr(&["explain", "loopabull_block"]).is(0, &example("loopabull_block.txt"), "");

    let again = machine.flr(&wanted("new.toml", &ends));
    again.is(10, "", "flr: new.toml is there already\n");
    std::os::unix::fs::symlink("/nonexistent", machine.path().join("link")).unwrap();
    assert_eq!(machine.flr(&wanted("link", &ends)).code, 10);
}

#[test]
fn everything_missing_is_named_at_once() {
    let machine = Machine::new();
    let hint = "hint: or give the FILE of a grant, and --why\n";
    let missing =
        |names: &str| format!("flr: there is no terminal to ask on, and something is missing: {names}\n{hint}");
    machine.flr(&["request"]).is(
        2,
        "",
        &missing("--why, --allow, --host, --user, --run-as, --owner, --ticket, --expires, --output"),
    );
    let ends = ends();
    let args = without(&without(&wanted("new.toml", &ends), "--host"), "--output");
    machine.flr(&args).is(2, "", &missing("--host, --output"));
    assert!(!machine.path().join("new.toml").exists());
}

#[test]
fn options_that_make_no_grant() {
    let machine = Machine::new();
    let ends = ends();
    let with = |from: &str, to: &str| {
        let args: Vec<&str> =
            wanted("new.toml", &ends).into_iter().map(|arg| if arg == from { to } else { arg }).collect();
        let said = machine.flr(&args);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{to}");
        assert!(!machine.path().join("new.toml").exists(), "{to}");
        said.stderr
    };
    for (from, to, said) in [
        ("kojihost", "ALL", "the grant would be void: hosts: \"ALL\" is no host name"),
        ("loopabull_block", "ALL", "the grant would be void: user: \"ALL\" is no name of an account"),
        (
            SEE,
            "koji tag-build: tags=f43",
            "the grant would be void: tag-build: `koji tag-build` needs `packages`; tag-build: nothing could be done by it: \
             it needs confirm = \"not needed\", or the option --dry-run",
        ),
        (SEE, "koji call: x; y", "--allow: there is no command \"koji call\" that can be granted"),
        (SEE, BLOCK, "the grant would be void: block-retired: the id stands twice"),
        (ends.as_str(), "2020-01-01", "the grant would be void: expires: 2020-01-01T00:00:00Z is over"),
    ] {
        assert_eq!(with(from, to), format!("flr: {said}\n"));
    }
    assert!(with(&ends, "soon").contains("it is neither a date, 2026-11-21, nor a time"));
}

#[test]
fn a_name_without_the_prefix_is_mentioned() {
    let machine = Machine::new();
    let ends = ends();
    let args: Vec<&str> =
        wanted("new.toml", &ends).into_iter().map(|arg| if arg == "loopabull_block" { "kim" } else { arg }).collect();
    let said = machine.flr(&args);
    assert_eq!(said.code, 0);
    assert_eq!(
        said.stderr,
        "flr: the names of automation users begin with loopabull_\nflr: the grant is in new.toml\n"
    );
}

const STEPS: [[&str; 2]; 17] = [
    ["Why is it needed", "retired packages are blocked by hand\r"],
    ["koji check-latest", "the command is chosen by its place"],
    ["koji block-pkg: options", "j \r"],
    ["koji block-pkg: tags", "rawhide\r"],
    ["means another release", "f44, f43\r"],
    ["koji block-pkg: packages", "any\r"],
    ["koji block-pkg: changes in a run", "20\r"],
    ["koji block-pkg: changes in a day", "200\r"],
    ["koji block-pkg: may it change things", "y\r"],
    ["koji block-pkg: hours", "\r"],
    ["Hosts", "kojihost\r"],
    ["User", "block\r"],
    ["flr-koji", "\r"],
    ["Who answers for it", "releng\r"],
    ["Ticket", "infra 12345\r"],
    ["When does it end", "\r"],
    ["Write the grant to", "\r"],
];

/// The keys that choose a command, wherever it stands in the list.
fn chosen(command: &str) -> String {
    let place = flr::cli::grantable().iter().position(|known| known.name == command).unwrap();
    format!("{} \r", "j".repeat(place))
}

/// Somebody answers; the ticket alone is on standard output.
#[test]
fn asked_at_a_terminal() {
    let machine = Machine::new();
    let block = chosen("koji block-pkg");
    let mut steps = STEPS;
    steps[1][1] = &block;
    let (root, out) = (machine.path().to_str().unwrap(), machine.path().join("out"));
    let played = play_in(machine.path(), &["access", "request", "--root", root], &steps, json!({"stdout": out}));
    assert_eq!(played.code, 0, "{}", played.seen);
    assert!(played.restored);
    let (hidden, shown) = (played.seen.rfind("\u{1b}[?25l"), played.seen.rfind("\u{1b}[?25h"));
    assert!(hidden < shown, "the cursor is hidden: {:?}", played.seen);
    let written = fs::read_to_string(machine.path().join("loopabull_block.toml")).unwrap();
    let expires = written.lines().find(|line| line.starts_with("expires")).unwrap();
    let expected = format!(
        "version = 1\nuser = \"loopabull_block\"\nrun_as = \"flr-koji\"\nhosts = [\"kojihost\"]\n\
         ticket = \"infra 12345\"\nowner = \"releng\"\n{expires}\n\n\
         [[allow]]\nid = \"block-pkg\"\ncommand = \"koji block-pkg\"\ntags = [\"f44\", \"f43\"]\npackages = \"any\"\n\
         options = [\"--json\"]\nper_run = 20\nper_day = 200\nconfirm = \"not needed\"\n"
    );
    assert_eq!(written, expected);
    let ticket = fs::read_to_string(&out).unwrap();
    assert!(
        ticket.starts_with("Sudo access for loopabull_block\n\n1. Why\n  retired packages are blocked by hand\n"),
        "{ticket}"
    );
    assert!(!ticket.contains('\u{1b}'), "{ticket:?}");
}

/// What was given as an option is not asked.
#[test]
fn only_what_is_open_is_asked() {
    let machine = Machine::new();
    let ends = ends();
    let root = machine.path().to_str().unwrap();
    let args = without(&wanted("new.toml", &ends), "--ticket");
    let args = [&["access"], &args[..], &["--root", root]].concat();
    let played = play_in(machine.path(), &args, &[["Ticket", "infra 7\r"]], json!({}));
    assert_eq!(played.code, 0, "{}", played.seen);
    for [words, _] in STEPS {
        assert!(words == "Ticket" || words.contains("koji") || !played.seen.contains(&format!("{words}:")), "{words}");
    }
    assert!(fs::read_to_string(machine.path().join("new.toml")).unwrap().contains("ticket = \"infra 7\"\n"));
}

/// Ctrl-C at a line, a list, a choice and a yes leaves the terminal as it was, and nothing behind.
#[test]
fn interrupted() {
    let machine = Machine::new();
    let root = machine.path().to_str().unwrap();
    for (step, keys) in
        [(0, "\u{3}"), (1, "\u{3}"), (8, "\u{3}"), (12, "\u{3}"), (16, "\u{3}"), (1, "SIGTERM"), (3, "SIGHUP")]
    {
        let block = chosen("koji block-pkg");
        let mut steps = STEPS[..=step].to_vec();
        if step > 1 {
            steps[1][1] = &block;
        }
        steps[step][1] = keys;
        let played = play_in(machine.path(), &["access", "request", "--root", root], &steps, json!({}));
        assert_eq!(played.code, 4, "{step} {keys:?}: {}", played.seen);
        assert!(played.seen.contains("flr: interrupted at the question\r\n"), "{step} {keys:?}: {}", played.seen);
        assert!(played.restored, "{step} {keys:?}");
        let (hidden, shown) = (played.seen.rfind("\u{1b}[?25l"), played.seen.rfind("\u{1b}[?25h"));
        assert!(hidden <= shown, "{step} {keys:?}: the cursor is hidden: {:?}", played.seen);
        assert!(!machine.path().join("loopabull_block.toml").exists());
    }
}
