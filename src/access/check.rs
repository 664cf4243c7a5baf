// SPDX-License-Identifier: GPL-3.0-or-later
//! What would become of a request, without making it: sudo is asked and the grant is judged, nothing
//! is connected to.

use super::Dimensions;
use super::grant::{Allow, Asked, Grant};
use super::process;
use super::reception::{known_account, trust_credential};
use super::settings::{Places, Settings};
use super::table::Command;
use crate::error::Kind;
use crate::{Error, Result};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Command as Process, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const SUDO: &str = "/usr/bin/sudo";

/// sudo answers within that, even where it asks a directory server.
const PATIENCE: Duration = Duration::from_secs(20);

/// What sudo says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SudoSays {
    /// It lets the user do it: as the account, or as root, which flr then leaves.
    Yes {
        /// Whom it makes him.
        run_as: String,
    },
    /// It does not; in its own words, if it has any.
    No(String),
    /// It was not asked, and why.
    NotAsked(&'static str),
}

/// The words, as the parser of privileged mode understood them.
#[derive(Debug)]
pub struct Understood {
    /// The command: `koji block-pkg`.
    pub command: String,
    /// The options that are about what is shown, and `--dry-run`.
    pub options: BTreeSet<String>,
    /// The typed arguments.
    pub dimensions: Dimensions,
}

/// The grant by which `user` is judged on the machine called `host`: the same questions in the same
/// order as when he comes in.
///
/// # Errors
/// What he would be told.
pub fn grant_of(places: &Places, user: &str, host: &str, commands: &[Command], now: Timestamp) -> Result<Grant> {
    let settings = Settings::load(places)?.ok_or_else(|| {
        let path = places.settings();
        Error::new(Kind::Unsafe, format!("refused: this machine grants nothing: there is no {}", path.display()))
    })?;
    if settings.accounts.contains_key(user) {
        return Err(Error::new(Kind::Unsafe, format!("refused: the caller is the service account {user} itself")));
    }
    let grant = Grant::of(places, user, commands, now)?;
    grant.holds_on(host)?;
    let of_account = settings.account_of(&grant)?;
    if places.is_this_machine() && process::effective_uid() == 0 {
        trust_credential(of_account, &known_account(&grant.run_as)?)?;
    }
    Ok(grant)
}

/// The clauses that cover the words; the first is recorded.
///
/// # Errors
/// [`Kind::NotPermitted`]: the refusal. [`Kind::NotConfirmed`]: what is not there yet would need a
/// yes.
pub fn judge<'a>(grant: &'a Grant, words: &Understood, now: Timestamp) -> Result<Vec<&'a Allow>> {
    let options = words.dimensions.options_with(&words.options);
    let dry_run = options.contains("--dry-run");
    let asked = Asked { command: &words.command, options: &options, dimensions: &words.dimensions, dry_run, now };
    let clauses = grant.judge_words(&asked)?;
    match clauses.first() {
        // A run that is resumed makes the changes of its own command, by the clause of that.
        Some(first) if !dry_run && first.command.has_effects() && !first.confirm_not_needed => Err(first.needs_a_yes()),
        _ => Ok(clauses),
    }
}

/// Asks sudo whether `user` may run `argv`, its first word the whole path of flr, as `run_as` or,
/// failing that, as root.
///
/// # Errors
/// It cannot be asked, or does not answer.
pub fn ask_sudo(places: &Places, user: &str, run_as: &str, argv: &[String]) -> Result<SudoSays> {
    if !places.is_this_machine() {
        return Ok(SudoSays::NotAsked("it knows the rules of this machine only"));
    }
    if process::effective_uid() != 0 {
        return Ok(SudoSays::NotAsked("only root can ask it about others"));
    }
    let mut said = String::new();
    for run_as in [run_as, "root"] {
        let (status, words) = ask(user, run_as, argv)?;
        if status.success() {
            return Ok(SudoSays::Yes { run_as: run_as.to_owned() });
        }
        said = words;
    }
    Ok(SudoSays::No(said))
}

/// sudo's status and what it says about it, both without a shell between.
fn ask(user: &str, run_as: &str, argv: &[String]) -> Result<(ExitStatus, String)> {
    let broken = |why: &dyn std::fmt::Display| Error::new(Kind::Unsafe, format!("{SUDO} cannot be asked: {why}"));
    let mut child = Process::new(SUDO)
        .args(["-n", "-l", "-U", user, "-u", run_as, "--"])
        .args(argv)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| broken(&e))?;
    let until = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|e| broken(&e))? {
            break status;
        }
        if Instant::now() >= until {
            // It is given up, whether or not it can still be stopped.
            let _ = child.kill();
            let _ = child.wait();
            return Err(broken(&format!("no answer within {} s", PATIENCE.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let mut words = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        // Whatever else it says, the status is its answer.
        let _ = stderr.take(4096).read_to_end(&mut words);
    }
    Ok((status, String::from_utf8_lossy(&words).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::grant::{TABLE, example};

    fn words(command: &str, tag: &str, options: &[&str]) -> Understood {
        let dimensions = Dimensions::new().tag(&tag.parse().unwrap()).packages(&["bash".parse().unwrap()]);
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        Understood { command: command.to_owned(), options, dimensions }
    }

    #[test]
    fn words_are_judged_as_they_would_be() {
        let mut grant = example();
        let now = "2026-11-27T12:00:00Z".parse().unwrap();
        let ids = |grant: &Grant, words: &Understood| {
            let clauses = judge(grant, words, now).map_err(|e| (e.kind, e.what))?;
            Ok::<_, (Kind, String)>(clauses.iter().map(|clause| clause.id.clone()).collect::<Vec<_>>())
        };
        let block = "koji block-pkg";
        assert_eq!(ids(&grant, &words(block, "f43", &["--json"])).unwrap(), ["block"]);
        assert_eq!(
            ids(&grant, &words(block, "f42", &[])).unwrap_err(),
            (Kind::NotPermitted, "loopabull_x may not use koji block-pkg for the tag f42".into())
        );
        grant.allow[0].confirm_not_needed = false;
        assert_eq!(ids(&grant, &words(block, "f43", &["--dry-run"])).unwrap(), ["block"]);
        let (kind, what) = ids(&grant, &words(block, "f43", &[])).unwrap_err();
        assert_eq!(kind, Kind::NotConfirmed);
        assert!(what.starts_with("the plan needs a yes, and nobody is asked: the grant block"), "{what}");
    }

    /// Its answer is heard, and the machine's rules are asked of the machine only.
    #[test]
    fn sudo_is_asked() {
        let argv = ["/usr/bin/flr".to_owned(), "koji".to_owned(), "block-pkg".to_owned(), "f43".to_owned()];
        let ask = |places: &Places| ask_sudo(places, "flr-nobody-there", "nobody", &argv);
        let elsewhere = ask(&Places::below(std::path::Path::new("/srv")));
        assert_eq!(elsewhere, Ok(SudoSays::NotAsked("it knows the rules of this machine only")));
        let here = ask(&Places::of_this_machine());
        if process::effective_uid() != 0 {
            assert_eq!(here, Ok(SudoSays::NotAsked("only root can ask it about others")));
        } else if std::path::Path::new(SUDO).exists() {
            assert!(matches!(&here, Ok(SudoSays::No(words)) if words.contains("flr-nobody-there")), "{here:?}");
        } else {
            let said = here.unwrap_err();
            assert!(said.kind == Kind::Unsafe && said.what.starts_with("/usr/bin/sudo cannot be asked: "), "{said:?}");
        }
    }

    #[test]
    fn a_machine_without_settings_grants_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let said = grant_of(&Places::below(dir.path()), "loopabull_x", "h", &TABLE, Timestamp::MIN).unwrap_err();
        assert_eq!(said.kind, Kind::Unsafe);
    }
}
