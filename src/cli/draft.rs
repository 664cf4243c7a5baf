// SPDX-License-Identifier: GPL-3.0-or-later
//! The draft of a grant: filled by options, and what is left open by questions.

use super::moment::Moment;
use crate::access::grant::{Allow, Grant, Values, Window};
use crate::access::register::in_days;
use crate::access::request::is_machine;
use crate::access::settings::{Settings, is_account_name};
use crate::access::table::{Class, Command, Dimension, own_options};
use crate::output::{Complaint, Questions, complain};
use crate::{Error, Result};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// So many days are offered; they can be changed.
const DAYS: u32 = 180;

/// What the options say.
#[derive(Debug)]
pub struct Draft {
    pub why: Option<String>,
    pub output: Option<PathBuf>,
    pub hosts: Vec<String>,
    pub user: Option<String>,
    pub run_as: Option<String>,
    pub owner: Option<String>,
    pub ticket: Option<String>,
    pub expires: Option<Timestamp>,
    pub allow: Vec<String>,
}

/// A draft with nothing left open.
#[derive(Debug)]
pub struct Filled {
    /// Why it is asked for.
    pub why: String,
    /// Where the grant is to be written.
    pub output: PathBuf,
    /// The file.
    pub text: String,
    /// What the file says.
    pub grant: Grant,
}

impl Draft {
    /// Asks what is open, or names all of it if there is nobody to ask.
    ///
    /// # Errors
    /// Something is missing; the grant would be void; the file is there already; Ctrl-C.
    pub fn fill(
        self,
        commands: &[Command],
        settings: Option<&Settings>,
        now: Timestamp,
        questions: Option<&Questions>,
    ) -> Result<Filled> {
        let typed = typed(&self.allow, commands)?;
        if let Some(output) = &self.output {
            is_new(output)?;
        }
        let Some(questions) = questions else {
            self.nothing_open()?;
            return self.filled(typed, commands, settings, now);
        };
        let (draft, clauses) = self.asked(typed, commands, settings, now, questions)?;
        draft.filled(clauses, commands, settings, now)
    }

    /// The reason, if that is all there is to ask.
    pub fn why(why: Option<String>, questions: Option<&Questions>) -> Result<String> {
        match (why, questions) {
            (Some(why), _) if !why.trim().is_empty() => Ok(why),
            (Some(_), _) => Err(Error::usage("--why is empty")),
            (None, Some(questions)) => questions.line("Why is it needed", "", said),
            (None, None) => Err(Error::usage("--why is missing and there is no terminal to ask on")),
        }
    }

    fn nothing_open(&self) -> Result<()> {
        let open = [
            ("--why", self.why.is_none()),
            ("--allow", self.allow.is_empty()),
            ("--host", self.hosts.is_empty()),
            ("--user", self.user.is_none()),
            ("--run-as", self.run_as.is_none()),
            ("--owner", self.owner.is_none()),
            ("--ticket", self.ticket.is_none()),
            ("--expires", self.expires.is_none()),
            ("--output", self.output.is_none()),
        ];
        let missing: Vec<&str> = open.iter().filter(|(_, open)| *open).map(|(name, _)| *name).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let what = format!("there is no terminal to ask on, and something is missing: {}", missing.join(", "));
        Err(Error::usage(what).hint("or give the FILE of a grant, and --why"))
    }

    /// What was said becomes a file, and the file is read again.
    fn filled(
        self,
        allow: Vec<Allow>,
        commands: &[Command],
        settings: Option<&Settings>,
        now: Timestamp,
    ) -> Result<Filled> {
        let text = Option::unwrap_or_default;
        let why = Self::why(self.why, None)?;
        let grant = Grant {
            user: text(self.user),
            run_as: text(self.run_as),
            hosts: self.hosts,
            ticket: text(self.ticket),
            owner: text(self.owner),
            expires: self.expires.unwrap_or(now),
            allow: with_own_ids(allow),
            sha: String::new(),
        };
        let text = grant.written();
        let void = |why: Vec<String>| Error::usage(format!("the grant would be void: {}", why.join("; ")));
        let read = Grant::parse(&text, commands).map_err(void)?;
        read.is_fresh(now).map_err(|why| void(vec![why]))?;
        if !read.says_the_same(&grant) {
            return Err(Error::failed("the grant, read again, says something else than what was asked for"));
        }
        let prefix = prefix(settings);
        if !read.user.starts_with(prefix) {
            complain(Complaint::Note(&format!("the names of automation users begin with {prefix}")));
        }
        Ok(Filled { why, output: self.output.unwrap_or_default(), text, grant: read })
    }

    fn asked(
        self,
        mut clauses: Vec<Allow>,
        commands: &[Command],
        settings: Option<&Settings>,
        now: Timestamp,
        ask: &Questions,
    ) -> Result<(Self, Vec<Allow>)> {
        let why = Self::why(self.why, Some(ask))?;
        if clauses.is_empty() {
            let items: Vec<String> =
                commands.iter().map(|command| format!("{}: {}", command.name, plain(command.does))).collect();
            for place in ask.some_of("Commands", &items, true)? {
                if let Some(command) = commands.get(place) {
                    clauses.push(clause(*command, ask)?);
                }
            }
        }
        let hosts = match self.hosts.is_empty() {
            true => list(&ask.line("Hosts, with commas between", "", hosts)?),
            false => self.hosts,
        };
        let account = |text: &str| match is_account_name(text) {
            true => Ok(()),
            false => Err(format!("\"{text}\" is no name of an account")),
        };
        let user = or_ask(self.user, || ask.line("User", prefix(settings), account))?;
        let accounts: Vec<String> =
            settings.map(|settings| settings.accounts.keys().cloned().collect()).unwrap_or_default();
        let run_as = or_ask(self.run_as, || match accounts.is_empty() {
            true => ask.line("Account that acts for it", "", account),
            false => ask
                .one_of("Account that acts for it", &accounts)
                .map(|place| accounts.get(place).cloned().unwrap_or_default()),
        })?;
        let owner = or_ask(self.owner, || ask.line("Who answers for it", "", said))?;
        let ticket = or_ask(self.ticket, || ask.line("Ticket", "", said))?;
        let expires = self.expires.map_or_else(|| end(now, ask), Ok)?;
        let output = self.output.map_or_else(|| new_file(&user, ask), Ok)?;
        let draft = Self {
            why: Some(why),
            output: Some(output),
            hosts,
            user: Some(user),
            run_as: Some(run_as),
            owner: Some(owner),
            ticket: Some(ticket),
            expires: Some(expires),
            allow: Vec::new(),
        };
        Ok((draft, clauses))
    }
}

/// Asks when the grant ends.
fn end(now: Timestamp, ask: &Questions) -> Result<Timestamp> {
    let date = in_days(now, DAYS).strftime("%Y-%m-%d").to_string();
    let day = |text: &str| text.parse::<Moment>().map(|_| ());
    let typed = ask.line("When does it end (UTC)", &date, day)?;
    Ok(typed.parse::<Moment>().map_err(Error::usage)?.0)
}

/// Asks where the grant of `user` is to be written.
fn new_file(user: &str, ask: &Questions) -> Result<PathBuf> {
    let new = |text: &str| match text {
        "" => Err("a file is needed".to_owned()),
        text => is_new(Path::new(text)).map_err(|error| error.what),
    };
    Ok(ask.line("Write the grant to", &format!("{user}.toml"), new)?.into())
}

/// Asks for everything that a clause for `command` must say.
fn clause(command: Command, ask: &Questions) -> Result<Allow> {
    let mut clause = Allow::of(command);
    let about = |what: &str| format!("{}: {what}", command.name);
    let options: Vec<(&str, &str)> = own_options(command.class)
        .iter()
        .map(|name| (*name, own_does(name)))
        .chain(command.options.iter().map(|option| (option.name, option.does)))
        .collect();
    let items: Vec<String> = options.iter().map(|(name, does)| format!("{name}: {}", plain(does))).collect();
    let chosen = ask.some_of(&about("options"), &items, false)?;
    clause.options = chosen.iter().filter_map(|place| options.get(*place)).map(|(name, _)| (*name).into()).collect();
    let of_options = command.options.iter().filter(|option| clause.options.contains(option.name));
    let mut needed: Vec<Dimension> =
        command.dimensions.iter().copied().chain(of_options.filter_map(|option| option.dimension)).collect();
    needed.sort();
    needed.dedup();
    for dimension in needed {
        let fine = |text: &str| Values::typed(dimension, text).map(|_| ()).map_err(|why| why.join("; "));
        let typed = ask.line(&about(&format!("{dimension} (any, or names with commas between)")), "", fine)?;
        let values = Values::typed(dimension, &typed).map_err(|why| Error::usage(why.join("; ")))?;
        clause.values.insert(dimension, values);
    }
    if command.class.changes() {
        let most = |what: &str| ask.line(&about(what), "", |text| count(command.class, text).map(|_| ()));
        clause.per_run = most("changes in a run, at most")?.parse().ok();
        clause.per_day = most("changes in a day, at most")?.parse().ok();
        clause.confirm_not_needed = ask.yes(&about("may it change things (no: it may only look at plans)?"))?;
        if !clause.confirm_not_needed {
            clause.dry_run_only = true;
            clause.options.insert("--dry-run".into());
        }
    }
    let hours = ask.line(&about("hours in UTC, as Mon-Fri 06:00-18:00 (nothing: always)"), "", |text| {
        list(text).iter().try_for_each(|window| window.parse::<Window>().map(|_| ()))
    })?;
    clause.windows = list(&hours).iter().filter_map(|window| window.parse().ok()).collect();
    Ok(clause)
}

/// The clauses of the command line; all that is wrong with them at once.
fn typed(lines: &[String], commands: &[Command]) -> Result<Vec<Allow>> {
    let (mut clauses, mut wrong) = (Vec::new(), Vec::new());
    for line in lines {
        match Allow::typed(line, commands) {
            Ok(clause) => clauses.push(clause),
            Err(why) => wrong.extend(why),
        }
    }
    if wrong.is_empty() { Ok(clauses) } else { Err(Error::usage(format!("--allow: {}", wrong.join("; ")))) }
}

/// Clauses that nobody has named are told apart by a number.
fn with_own_ids(mut clauses: Vec<Allow>) -> Vec<Allow> {
    for place in 1..clauses.len() {
        let (before, rest) = clauses.split_at_mut(place);
        let Some(clause) = rest.first_mut() else { continue };
        let last_word = clause.command.name.rsplit(' ').next().unwrap_or_default().to_owned();
        let taken = |id: &str| before.iter().any(|other| other.id == id);
        // One that somebody has named himself stays, and is refused if it stands twice.
        if clause.id == last_word && taken(&clause.id) {
            let free = (2..).map(|n| format!("{last_word}-{n}")).find(|id| !taken(id));
            clause.id = free.unwrap_or(last_word);
        }
    }
    clauses
}

fn own_does(name: &str) -> &'static str {
    match name {
        "--dry-run" => "shows the plan and changes nothing",
        _ => "answers as JSON",
    }
}

/// A template of the table without its braces.
fn plain(does: &str) -> String {
    does.replace(['{', '}'], "")
}

fn count(class: Class, text: &str) -> Result<Option<u64>, String> {
    match text.parse::<u64>() {
        _ if text.is_empty() && !class.needs_counts() => Ok(None),
        Ok(n) if n > 0 => Ok(Some(n)),
        _ => Err(format!("\"{text}\" is no count")),
    }
}

fn hosts(text: &str) -> Result<(), String> {
    let hosts = list(text);
    match hosts.iter().find(|host| !is_machine(host)) {
        Some(bad) => Err(format!("\"{bad}\" is no host name")),
        None if hosts.is_empty() => Err("no machine is named".into()),
        None => Ok(()),
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn said(text: &str) -> Result<(), String> {
    match text.is_empty() || text.len() > 200 {
        true => Err("it is empty or too long".into()),
        false => Ok(()),
    }
}

fn is_new(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Ok(_) => Err(Error::failed(format!("{} is there already", path.display()))),
        Err(_) => Ok(()),
    }
}

fn or_ask(given: Option<String>, ask: impl FnOnce() -> Result<String>) -> Result<String> {
    given.map_or_else(ask, Ok)
}

fn prefix(settings: Option<&Settings>) -> &str {
    settings.map_or("loopabull_", |settings| &settings.prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_that_nobody_named_are_told_apart() {
        let commands = crate::cli::grantable();
        let lines = ["koji tag-build:", "koji tag-build: id=mine", "koji tag-build:", "koji tag-build:"];
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let clauses = with_own_ids(typed(&lines, &commands).unwrap());
        let ids: Vec<&str> = clauses.iter().map(|clause| clause.id.as_str()).collect();
        assert_eq!(ids, ["tag-build", "mine", "tag-build-2", "tag-build-3"]);
    }

    #[test]
    fn counts_are_needed_where_the_class_needs_them() {
        assert_eq!(count(Class::Write, ""), Ok(None));
        assert_eq!(count(Class::Destroy, "20"), Ok(Some(20)));
        for (class, text) in [(Class::Destroy, ""), (Class::Write, "0"), (Class::Write, "-1"), (Class::Write, "many")] {
            assert!(count(class, text).is_err(), "{text}");
        }
    }
}
