// SPDX-License-Identifier: GPL-3.0-or-later
//! What every changing command has to show: a dry run that only reads and has the digest of the run
//! that follows, the run itself, and a second run that changes nothing.

use super::site::{Ended, Site};
use serde_json::{Value, json};

/// A command that does its work.
pub struct Case<'a> {
    /// Command and arguments, without what is about login and consent.
    pub args: &'a [&'a str],
    /// What is planned and, as nothing goes wrong, done.
    pub planned: Value,
    /// What is left out, as `[subject, why]`.
    pub left_out: &'a [[&'a str; 2]],
    /// The requests that planning makes.
    pub reads: &'a [&'a str],
    /// The requests that change something, with the members of their multicalls.
    pub writes: &'a [&'a str],
    /// Of the second run: what is left out, and the requests.
    pub left_out_then: &'a [[&'a str; 2]],
    pub reads_then: &'a [&'a str],
}

impl Case<'_> {
    /// Runs it three times. `json` is asked for each time.
    #[track_caller]
    pub fn holds_at(&self, site: &Site) {
        let number = self.planned.as_array().unwrap().len();
        let s = if number == 1 { "" } else { "s" };
        let left_out = pairs(self.left_out);

        let mut dry = document(&run(site, self.args, &["--dry-run"]), 0, self.reads);
        let digest = dry["plan_sha"].take();
        assert_eq!(digest.as_str().unwrap().len(), 64);
        assert_eq!(
            dry,
            json!({
                "changed": true, "failed": false, "dry_run": true,
                "msg": format!("would make {number} change{s}"),
                "run": null, "command": self.command(), "plan_sha": null,
                "planned": self.planned, "done": [], "already": [], "failures": [],
                "skipped": left_out, "unsettled": [],
            })
        );

        let calls = written(self.reads, self.writes);
        let mut real = document(&agreed(site, self.args), 0, &borrowed(&calls));
        assert_eq!(real["plan_sha"].take(), digest, "the digest of the dry run");
        assert!(real["run"].take().is_string());
        assert_eq!(
            real,
            json!({
                "changed": true, "failed": false, "dry_run": false,
                "msg": counted(&[(number, "done"), (self.left_out.len(), "left out")]),
                "run": null, "command": self.command(), "plan_sha": null,
                "planned": self.planned, "done": self.planned, "already": [], "failures": [],
                "skipped": left_out, "unsettled": [],
            })
        );

        let mut again = document(&agreed(site, self.args), 0, self.reads_then);
        assert!(again["plan_sha"].take().is_string());
        assert_eq!(
            again,
            json!({
                "changed": false, "failed": false, "dry_run": false,
                "msg": match counted(&[(self.left_out_then.len(), "left out")]) {
                    told if told.is_empty() => "nothing to do".to_owned(),
                    told => format!("nothing to do: {told}"),
                },
                "run": null, "command": self.command(), "plan_sha": null,
                "planned": [], "done": [], "already": [], "failures": [],
                "skipped": pairs(self.left_out_then), "unsettled": [],
            })
        );
    }

    fn command(&self) -> String {
        self.args[..2].join(" ")
    }
}

/// What a command says that cannot be done as asked: nothing but reading, exit code 10. Items with
/// one reason, which stand together in `items`, are told together.
#[track_caller]
pub fn refused(site: &Site, args: &[&str], reads: &[&str], items: &[[&str; 2]]) {
    let told = items.chunk_by(|[_, one], [_, next]| one == next).map(|alike| {
        let names: Vec<&str> = alike.iter().map(|[item, _]| *item).collect();
        format!("{}: {}", names.join(", "), alike[0][1])
    });
    let told: Vec<String> = told.collect();
    let msg = format!("cannot be done as asked, nothing was changed: {}", told.join("; "));
    let ended = agreed(site, args);
    assert_eq!(ended.stderr, format!("flr: {msg}\n"));
    let ended = Ended { stderr: String::new(), ..ended };
    let mut told = document(&ended, 10, reads);
    assert!(told["plan_sha"].take().is_string());
    let planned = told["planned"].take();
    assert!(planned.is_array());
    assert_eq!(
        told,
        json!({
            "changed": false, "failed": true, "dry_run": false, "msg": msg,
            "run": null, "command": args[..2].join(" "), "plan_sha": null,
            "planned": null, "done": [], "already": [], "failures": [],
            "skipped": pairs(items), "unsettled": [],
        })
    );
}

/// flr with these words and `--json`.
pub fn run(site: &Site, args: &[&str], options: &[&str]) -> Ended {
    let mut command = site.command();
    command.args(args).arg("--json").args(options);
    site.ended(command, b"")
}

/// The same, logged in, and everything is agreed to.
pub fn agreed(site: &Site, args: &[&str]) -> Ended {
    let options = [&super::site::LOGIN[..], &["--yes"]].concat();
    run(site, args, &options)
}

/// The document of a command that ended with `code`, said nothing else, and made these calls.
#[track_caller]
pub fn document(ended: &Ended, code: i32, calls: &[&str]) -> Value {
    assert_eq!((ended.code, ended.stderr.as_str()), (code, ""), "{}", ended.stdout);
    assert_eq!(borrowed(&ended.calls), calls);
    ended.document()
}

/// The calls of a run that writes. Permissions are asked for where they decide how builds are
/// tagged.
pub fn written(reads: &[&str], writes: &[&str]) -> Vec<String> {
    let tags = writes.iter().any(|call| call.contains("Bypass"));
    let login: &[&str] = if tags {
        &["getLastEvent", "login", "getLoggedInUser", "getPerms"]
    } else {
        &["getLastEvent", "login", "getLoggedInUser"]
    };
    let calls = [reads, login, writes, &["logout"]].concat();
    calls.into_iter().map(str::to_owned).collect()
}

fn borrowed(calls: &[String]) -> Vec<&str> {
    calls.iter().map(String::as_str).collect()
}

fn pairs(items: &[[&str; 2]]) -> Value {
    let item = |[subject, why]: &[&str; 2]| json!({"subject": subject, "why": why});
    items.iter().map(item).collect()
}

fn counted(counts: &[(usize, &str)]) -> String {
    let some = counts.iter().filter(|(number, _)| *number > 0);
    let told: Vec<_> = some.map(|(number, what)| format!("{number} {what}")).collect();
    told.join(", ")
}

/// A change of builds as it stands in the document; the hub says the build's number.
pub fn build_change(site: &Site, kind: &str, tag: &str, nvr: &str) -> Value {
    let build = site.hub.run_as("admin", "getBuild", vec![json!(nvr)]).unwrap();
    let text = match kind {
        "tag-build" => format!("tag {nvr} into {tag}"),
        "untag-build" => format!("untag {nvr} from {tag}"),
        other => panic!("{other}"),
    };
    json!({
        "system": "koji", "kind": kind, "tag": tag,
        "build": {"nvr": nvr, "id": build["id"]}, "text": text,
    })
}
