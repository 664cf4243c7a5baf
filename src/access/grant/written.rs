// SPDX-License-Identifier: GPL-3.0-or-later
//! A grant on its way into a file: what somebody asks for, in the words that [`Grant::parse`] reads.

use super::{Allow, Grant, Pattern, Values, Window};
use crate::access::table::{Command, Dimension};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

impl Grant {
    /// The file that says this.
    pub fn written(&self) -> String {
        let Self { user, run_as, hosts, ticket, owner, expires, allow, sha: _ } = self;
        let mut out = String::from("version = 1\n");
        for (key, text) in [("user", user), ("run_as", run_as)] {
            line(&mut out, key, &quoted(text));
        }
        line(&mut out, "hosts", &list(hosts));
        for (key, text) in [("ticket", ticket), ("owner", owner)] {
            line(&mut out, key, &quoted(text));
        }
        line(&mut out, "expires", &expires.to_string());
        for clause in allow {
            out.push_str("\n[[allow]]\n");
            clause.write(&mut out);
        }
        out
    }

    /// Whether the other one says the same, whatever its file looks like.
    pub fn says_the_same(&self, other: &Self) -> bool {
        Self { sha: String::new(), ..self.clone() } == Self { sha: String::new(), ..other.clone() }
    }
}

impl Allow {
    /// A clause for `command` that grants nothing yet, named by the command.
    pub fn of(command: Command) -> Self {
        Self {
            id: command.name.rsplit(' ').next().unwrap_or_default().to_owned(),
            command,
            values: BTreeMap::new(),
            options: BTreeSet::new(),
            per_run: None,
            per_day: None,
            windows: Vec::new(),
            dry_run_only: false,
            confirm_not_needed: false,
        }
    }

    /// A clause in one line: the command, a colon, and the keys of the file with semicolons between
    /// and commas in lists. `koji block-pkg: tags=f43,f44; packages=any; per_run=20; per_day=200`.
    ///
    /// # Errors
    /// Everything that is wrong with it, as far as one line can be wrong.
    pub fn typed(text: &str, commands: &[Command]) -> Result<Self, Vec<String>> {
        let (name, keys) = text.split_once(':').unwrap_or((text, ""));
        let name = name.trim();
        let Some(command) = commands.iter().find(|command| command.name == name) else {
            return Err(vec![format!("there is no command \"{name}\" that can be granted")]);
        };
        let (mut clause, mut wrong, mut seen) = (Self::of(*command), Vec::new(), BTreeSet::new());
        for part in keys.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').map_or((part, None), |(key, value)| (key, Some(value)));
            let (key, value) = (key.trim(), value.map(str::trim));
            if !seen.insert(key) {
                wrong.push(format!("{name}: {key} stands twice"));
            } else if let Err(why) = clause.set(key, value) {
                wrong.extend(why.into_iter().map(|why| format!("{name}: {why}")));
            }
        }
        if wrong.is_empty() { Ok(clause) } else { Err(wrong) }
    }

    fn set(&mut self, key: &str, value: Option<&str>) -> Result<(), Vec<String>> {
        let one = |why: String| vec![why];
        if key == "dry_run_only" && value.is_none() {
            self.dry_run_only = true;
            return Ok(());
        }
        let value = value.ok_or_else(|| one(format!("\"{key}\" is not like KEY=VALUE")))?;
        let number = || value.parse().map(Some).map_err(|_| one(format!("{key}: \"{value}\" is no count")));
        let items = value.split(',').map(str::trim).filter(|item| !item.is_empty());
        if let Some(dimension) = Dimension::ALL.into_iter().find(|dimension| dimension.key() == key) {
            self.values.insert(dimension, Values::typed(dimension, value)?);
            return Ok(());
        }
        match key {
            "id" => self.id = value.to_owned(),
            "options" => self.options = items.map(str::to_owned).collect(),
            "per_run" => self.per_run = number()?,
            "per_day" => self.per_day = number()?,
            "windows" => {
                self.windows = items
                    .map(str::parse)
                    .collect::<Result<_, String>>()
                    .map_err(|why| one(format!("windows: {why}")))?
            }
            "confirm" if value == "not needed" => self.confirm_not_needed = true,
            "confirm" => return Err(one(format!("confirm: \"{value}\" is not \"not needed\""))),
            _ => return Err(one(format!("a clause has no key \"{key}\""))),
        }
        Ok(())
    }

    fn write(&self, out: &mut String) {
        line(out, "id", &quoted(&self.id));
        line(out, "command", &quoted(self.command.name));
        for (dimension, values) in &self.values {
            let value = match values {
                Values::Any => quoted("any"),
                Values::These(patterns) => list(&patterns.iter().map(Pattern::to_string).collect::<Vec<_>>()),
            };
            line(out, dimension.key(), &value);
        }
        if !self.options.is_empty() {
            line(out, "options", &list(&self.options.iter().cloned().collect::<Vec<_>>()));
        }
        for (key, count) in [("per_run", self.per_run), ("per_day", self.per_day)] {
            if let Some(count) = count {
                line(out, key, &count.to_string());
            }
        }
        if !self.windows.is_empty() {
            line(out, "windows", &list(&self.windows.iter().map(Window::to_string).collect::<Vec<_>>()));
        }
        if self.dry_run_only {
            line(out, "dry_run_only", "true");
        }
        if self.confirm_not_needed {
            line(out, "confirm", &quoted("not needed"));
        }
    }
}

fn line(out: &mut String, key: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{key} = {value}");
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}

/// In TOML's quotes, on one line whatever is in it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::grant::{TABLE, example};
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        let mut grant = example();
        let text = grant.written();
        let again = Grant::parse(&text, &TABLE).unwrap();
        assert!(again.says_the_same(&grant) && again.written() == text);
        grant.allow[0].dry_run_only = true;
        assert!(!again.says_the_same(&grant));
        grant.allow[0].confirm_not_needed = false;
        grant.allow[0].windows = vec!["Mon-Fri 06:00-18:00".parse().unwrap(), "Sat 22:00-02:00".parse().unwrap()];
        grant.allow[0].values.insert(Dimension::Packages, Values::These(Vec::new()));
        let again = Grant::parse(&grant.written(), &TABLE).unwrap();
        assert!(again.says_the_same(&grant));
    }

    proptest! {
        /// A reason is any text that a file can hold; nothing in it becomes a key.
        #[test]
        fn any_reason_survives(ticket in "[^\\p{Cc}]{1,40}", owner in "[ -~]{0,20}x") {
            prop_assume!(!ticket.trim().is_empty());
            let grant = Grant { ticket, owner, ..example() };
            let again = Grant::parse(&grant.written(), &TABLE).unwrap();
            prop_assert!(again.says_the_same(&grant));
        }

        /// A control character stays one, and is refused as one.
        #[test]
        fn no_reason_forges_a_line(ticket in "[a-z]{1,5}[\\x00-\\x1f\\x7f\\u{85}][ -~]{0,20}") {
            let grant = Grant { ticket, ..example() };
            let why = Grant::parse(&grant.written(), &TABLE).unwrap_err();
            prop_assert_eq!(why, ["ticket is empty, too long, or not one line"]);
        }
    }

    #[test]
    fn a_clause_in_one_line() {
        let line = "koji block-pkg: id=block; tags = f44, f43; packages=any;options=--dry-run,--json;per_run=2; \
            per_day=5; confirm=not needed;";
        assert_eq!(Allow::typed(line, &TABLE).unwrap(), example().allow[0]);
        let look = "koji list-tagged: tags=any; windows=Mon-Fri 06:00-18:00, Sat 00:00-24:00";
        let clause = Allow::typed(look, &TABLE).unwrap();
        assert_eq!((clause.id.as_str(), clause.windows.len()), ("list-tagged", 2));
        assert!(Allow::typed("koji block-pkg: dry_run_only", &TABLE).unwrap().dry_run_only);
    }

    #[test]
    fn everything_wrong_with_a_line_is_told() {
        let wrong = |line: &str| Allow::typed(line, &TABLE).unwrap_err();
        assert_eq!(wrong("koji call: tags=any"), ["there is no command \"koji call\" that can be granted"]);
        assert_eq!(wrong(""), ["there is no command \"\" that can be granted"]);
        assert_eq!(
            wrong(
                "koji block-pkg: tags=rawhide,f 43; tags=any; per_run=-1; per_day; windows=Mon; yes=1; confirm=no; packages="
            ),
            [
                "koji block-pkg: tags: \"rawhide\" means another release after each branching; name the tag it means today",
                "koji block-pkg: tags: \"f 43\" is not a tag name: it may not contain a blank",
                "koji block-pkg: tags stands twice",
                "koji block-pkg: per_run: \"-1\" is no count",
                "koji block-pkg: \"per_day\" is not like KEY=VALUE",
                "koji block-pkg: windows: \"Mon\" is not like \"Mon-Fri 06:00-18:00\" (UTC)",
                "koji block-pkg: a clause has no key \"yes\"",
                "koji block-pkg: confirm: \"no\" is not \"not needed\"",
                "koji block-pkg: packages: \"\" is not a package name: it is empty",
            ]
        );
    }
}
