// SPDX-License-Identifier: GPL-3.0-or-later
//! What holds for every command: each is run, with words that make sense.

use super::ground::{Ground, is_reading, methods};
use super::samples::{FILES, Place, Sample, by_command, is_changing};
use super::site::{Ended, LOGIN};
use flr::practice::PASSWORD;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// A changing command that has done its work.
struct Run {
    name: String,
    sample: Sample,
    /// What its dry run told.
    planned: Value,
    ended: Ended,
    /// The same words again.
    again: Ended,
    /// All that is kept of it on disk, and the key of the session it had.
    kept: String,
    key: String,
}

/// Each changing command, on a hub of its own.
fn runs() -> &'static [Run] {
    static RUNS: OnceLock<Vec<Run>> = OnceLock::new();
    RUNS.get_or_init(|| {
        let mut runs = Vec::new();
        for (name, (command, samples)) in by_command() {
            for sample in samples.into_iter().filter(|_| is_changing(&command)) {
                let ground = Ground::new(sample.place);
                let planned = ground.flr(sample.words, &["--dry-run", "--json"]).document()["planned"].clone();
                let ended = ground.agreed(&sample);
                let again = ground.agreed(&sample);
                let mut kept = String::new();
                ["home", "state"].iter().for_each(|dir| read_all(&ground.site.path().join(dir), &mut kept));
                let sessions = rusqlite::Connection::open(ground.site.path().join("hub/sessions.sqlite")).unwrap();
                let newest = "SELECT key FROM sessions ORDER BY id DESC LIMIT 1";
                let key = sessions.query_row(newest, [], |row| row.get(0)).unwrap();
                runs.push(Run { name: name.clone(), sample, planned, ended, again, kept, key });
            }
        }
        runs
    })
}

fn read_all(dir: &Path, text: &mut String) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, text);
        } else {
            text.push_str(&String::from_utf8_lossy(&fs::read(path).unwrap()));
        }
    }
}

/// Whoever looked with `--fix` or `--retire` among the words had changed the hub.
#[test]
fn no_reading_command_can_write() {
    let ground = Ground::new(Place::Small);
    for (name, (command, samples)) in by_command() {
        if is_changing(&command) {
            continue;
        }
        let logs_in = command.get_arguments().any(|arg| arg.get_id() == "password_file");
        // As somebody the hub can be asked nothing but who that is.
        assert_eq!(logs_in, name == "koji whoami", "{name}");
        for sample in samples {
            let (before, login) = (ground.moment(), if logs_in { &LOGIN[..] } else { &[] });
            let ended = ground.flr(sample.words, login);
            assert_eq!(ended.code, sample.code, "{name}: {ended:?}");
            let own = if logs_in { &["login", "logout"][..] } else { &[] };
            let wrote = methods(&ended).into_iter().find(|method| !is_reading(method) && !own.contains(method));
            assert_eq!(wrote, None, "{name}: {ended:?}");
            assert_eq!(ground.moment(), before, "{name}");
        }
    }
}

/// The command that calls any method is asked to call what changes the hub: the session is nobody's.
#[test]
fn a_reading_command_cannot_be_talked_into_writing() {
    let ground = Ground::new(Place::Small);
    let before = ground.moment();
    for (words, code) in [
        ("koji call tagBuildBypass f43-empty bash-5.3.0-1.fc43", 10),
        ("koji call packageListBlock f43 bash", 10),
        ("koji call login practice practice-pw", 2),
    ] {
        let ended = ground.flr(words, &[]);
        assert_eq!((ended.code, ended.stdout.as_str()), (code, ""), "{ended:?}");
        assert_eq!(ground.moment(), before, "{words}");
    }
}

/// The mass rebuild asked for a dry run in three comments and had none: a look was a change.
#[test]
fn every_changing_command_has_a_dry_run_that_neither_logs_in_nor_writes() {
    for place in [Place::Small, Place::Slow] {
        let ground = Ground::new(place);
        for (name, (command, samples)) in by_command() {
            for sample in samples.iter().filter(|sample| is_changing(&command) && sample.place == place) {
                let before = ground.moment();
                // Nobody is asked, and no secret is needed.
                let ended = ground.flr(sample.words, &["--dry-run", "--json"]);
                assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{name}: {}", ended.stdout);
                let report = ended.document();
                assert!(!report["planned"].as_array().unwrap().is_empty(), "{name} has nothing to do: {report}");
                let wrote = methods(&ended).into_iter().find(|method| !is_reading(method));
                assert_eq!(wrote, None, "{name}: {ended:?}");
                assert_eq!(ground.moment(), before, "{name}");
            }
        }
    }
}

/// Of a hundred scripts a third did not start: they did not parse, or called what was gone.
#[test]
fn no_dead_command() {
    for Run { name, sample, planned, ended, .. } in runs() {
        assert_eq!(ended.code, 0, "{name}: {ended:?}");
        let report = ended.document();
        assert_eq!((&report["planned"], &report["done"]), (planned, planned), "{name}: {report}");
        let writes = methods(ended).iter().any(|method| !is_reading(method) && !method.starts_with("log"));
        assert!(writes || sample.takes == FILES, "{name}");
    }
}

/// Half of a second run failed, at all that the first one had made.
#[test]
fn a_second_run_changes_nothing_and_fails_at_nothing() {
    // What these do leaves no trace that a plan could see.
    let always = ["koji retrigger-signing", "koji wait-repo", "koji write-signed"];
    for Run { name, again, .. } in runs() {
        assert_eq!(again.code, 0, "{name}: {again:?}");
        let report = again.document();
        assert_eq!(report["failures"], json!([]), "{name}: {report}");
        assert!(report["changed"] == false || always.contains(&name.as_str()), "{name}: {report}");
    }
}

/// A process and a login for each of a hundred tags.
#[test]
fn one_login_however_many_changes() {
    let mut most = 0;
    for Run { name, planned, ended, .. } in runs() {
        let count = |wanted: &str| methods(ended).iter().filter(|method| **method == wanted).count();
        assert_eq!((count("login"), count("logout")), (1, 1), "{name}: {ended:?}");
        most = most.max(planned.as_array().unwrap().len());
    }
    assert!(most > 10, "no command made more than {most} changes");
}

/// Cloning took away what the source lacked, retiring untagged every build, end of life wiped by path.
#[test]
fn nothing_is_deleted_unless_asked() {
    for Run { name, sample, ended, .. } in runs() {
        let called = methods(ended);
        let words = ["delete", "untag", "cancel", "remove", "Remove"];
        let takes = |method: &&str| words.iter().any(|word| method.contains(word)) || *method == "snapshotTagModify";
        let took = called.iter().copied().filter(takes).find(|method| !sample.takes.contains(method));
        assert_eq!(took, None, "{name}: {ended:?}");
        // Those whose name says so do.
        let left = sample.takes.iter().find(|method| sample.takes != FILES && !called.contains(method));
        assert_eq!(left, None, "{name}: {ended:?}");
    }
}

/// Scripts printed the token, took the password among their words, and left it in files for all.
#[test]
fn no_secret_is_in_words_or_output() {
    for (name, (command, _)) in by_command() {
        for arg in command.get_arguments() {
            let id = arg.get_id().as_str();
            let secret = ["password", "token", "secret", "cert", "keytab"].iter().any(|word| id.contains(word));
            let file = arg.get_value_names().is_some_and(|names| names.iter().any(|name| name == "FILE"));
            assert!(!secret || file, "{name} takes a secret as a word: {id}");
        }
    }
    for Run { name, ended, kept, key, .. } in runs() {
        assert!(key.len() > 10 && kept.contains(r#""record":"session""#), "{name}: {kept}");
        for text in [&ended.stdout, &ended.stderr, kept] {
            assert!(!text.contains(PASSWORD), "{name} tells the password");
            assert!(!text.contains(key.as_str()), "{name} tells the key of its session");
        }
    }
    // The one that is wrong may be right elsewhere.
    let ground = Ground::new(Place::Small);
    fs::write(ground.site.path().join("password"), "right-elsewhere\n").unwrap();
    let ended = ground.flr("koji lock-tag f43 --yes", &LOGIN);
    assert_eq!(ended.code, 10);
    assert!(!ended.stderr.contains("right-elsewhere"), "{}", ended.stderr);
}
