// SPDX-License-Identifier: GPL-3.0-or-later
//! One logical line of a sudoers file.

use super::Item;

/// What a line says, aliases not yet resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Nothing.
    Empty,
    /// Another file, or a directory of files.
    Include { path: String, directory: bool },
    /// Names for lists.
    Aliases { of: AliasOf, lists: Vec<(String, Vec<String>)> },
    /// `Defaults`, with the sign and list behind it, and its settings.
    Defaults { sign: Option<char>, list: Vec<String>, settings: Vec<Said> },
    /// Who may run what.
    Rules { users: Vec<String>, privileges: Vec<Privilege> },
}

/// The four kinds of alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AliasOf {
    Users,
    RunAs,
    Hosts,
    Commands,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub name: String,
    pub off: bool,
    pub value: Option<(String, String)>,
}

/// What may be run on some machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privilege {
    pub hosts: Vec<String>,
    pub commands: Vec<Command>,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub run_as: Vec<String>,
    pub no_password: Option<bool>,
    pub setenv: Option<bool>,
    pub negated: bool,
    /// The command with its arguments, or the name of an alias.
    pub text: String,
}

/// Reads one line, continuation lines joined.
///
/// # Errors
/// What is not understood.
pub fn read(line: &str) -> Result<Line, String> {
    let mut reader = Reader { rest: line.trim_matches([' ', '\t', '\r']) };
    if let Some(include) = include(reader.rest)? {
        return Ok(include);
    }
    if reader.at_end() {
        return Ok(Line::Empty);
    }
    if let Some(rest) = reader.rest.strip_prefix("Defaults")
        && (rest.is_empty() || rest.starts_with([' ', '\t', '@', ':', '!', '>']))
    {
        reader.rest = rest;
        return reader.defaults();
    }
    for (word, of) in [
        ("User_Alias", AliasOf::Users),
        ("Runas_Alias", AliasOf::RunAs),
        ("Host_Alias", AliasOf::Hosts),
        ("Cmnd_Alias", AliasOf::Commands),
        ("Cmd_Alias", AliasOf::Commands),
    ] {
        if let Some(rest) = reader.rest.strip_prefix(word)
            && rest.starts_with([' ', '\t'])
        {
            reader.rest = rest;
            return reader.aliases(of);
        }
    }
    reader.rules()
}

fn include(line: &str) -> Result<Option<Line>, String> {
    let Some(rest) = line.strip_prefix(['#', '@']) else {
        return Ok(None);
    };
    let (directory, rest) = match (rest.strip_prefix("includedir"), rest.strip_prefix("include")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) if line.starts_with('@') => return Err("a line that begins with @".to_owned()),
        (None, None) => return Ok(None),
    };
    if !rest.starts_with([' ', '\t']) {
        return if line.starts_with('@') { Err("an include without a path".to_owned()) } else { Ok(None) };
    }
    let mut reader = Reader { rest };
    let path = reader.word("").ok_or("an include without a path")?;
    Ok(Some(Line::Include { path, directory }))
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r']);
    }

    /// Whether only a comment is left.
    fn at_end(&mut self) -> bool {
        self.blanks();
        let id = |text: &str| text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
        self.rest.is_empty() || self.rest.strip_prefix('#').is_some_and(|rest| !id(rest))
    }

    fn eat(&mut self, c: char) -> bool {
        self.blanks();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, c: char) -> Result<(), String> {
        if self.eat(c) { Ok(()) } else { Err(format!("no '{c}' before \"{}\"", short(self.rest))) }
    }

    /// A word, quoted or not, up to a blank or a sign. `also`: characters that are part of it.
    fn word(&mut self, also: &str) -> Option<String> {
        self.blanks();
        let mut text = String::new();
        let mut chars = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        let mut quoted = false;
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => quoted = !quoted,
                '\\' => match chars.next() {
                    Some((_, next)) => text.push(next),
                    None => text.push('\\'),
                },
                _ if quoted => text.push(c),
                // A number's sign, not a comment.
                '#' if text.is_empty() || text == "%" => text.push(c),
                ' ' | '\t' | ',' | '=' | ':' | '(' | ')' | '!' | '#' if !also.contains(c) => {
                    end = at;
                    break;
                }
                _ => text.push(c),
            }
        }
        if quoted || text.is_empty() {
            return None;
        }
        self.rest = &self.rest[end..];
        Some(text)
    }

    /// A member of a list of users or machines, with its `!`.
    fn member(&mut self) -> Result<String, String> {
        let mut negated = false;
        while self.eat('!') {
            negated = !negated;
        }
        self.blanks();
        let word = match self.address() {
            Some(address) => Some(address),
            // Groups of other directories: %:name
            None if self.rest.starts_with("%:") => self.word(":"),
            None => self.word(""),
        };
        let word = word.ok_or_else(|| format!("no name before \"{}\"", short(self.rest)))?;
        Ok(if negated { format!("!{word}") } else { word })
    }

    /// An address with colons in it, which otherwise end a word.
    fn address(&mut self) -> Option<String> {
        let end = self.rest.find(|c: char| !(c.is_ascii_hexdigit() || ":./".contains(c))).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        let address = text.split('/').next().unwrap_or_default();
        address.parse::<std::net::Ipv6Addr>().ok()?;
        self.rest = rest;
        Some(text.to_owned())
    }

    fn members(&mut self) -> Result<Vec<String>, String> {
        let mut list = vec![self.member()?];
        while self.eat(',') {
            list.push(self.member()?);
        }
        Ok(list)
    }

    fn defaults(mut self) -> Result<Line, String> {
        let sign = self.rest.chars().next().filter(|c| "@:!>".contains(*c));
        let mut list = Vec::new();
        if let Some(sign) = sign {
            self.rest = &self.rest[1..];
            list = match sign {
                '!' => self.commands_alone()?,
                _ => self.members()?,
            };
        }
        let mut settings = Vec::new();
        loop {
            let mut off = false;
            while self.eat('!') {
                off = !off;
            }
            self.blanks();
            let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
            let (name, rest) = self.rest.split_at(end);
            if name.is_empty() {
                return Err(format!("no setting before \"{}\"", short(self.rest)));
            }
            self.rest = rest;
            self.blanks();
            let mut value = None;
            for sign in ["+=", "-=", "="] {
                if let Some(rest) = self.rest.strip_prefix(sign) {
                    self.rest = rest;
                    let word = self.word("=:()!#").unwrap_or_default();
                    value = Some((sign.to_owned(), word));
                    break;
                }
            }
            settings.push(Said { name: name.to_owned(), off, value });
            if !self.eat(',') {
                break;
            }
        }
        self.ended()?;
        Ok(Line::Defaults { sign, list, settings })
    }

    /// The commands that a `Defaults!` line is about.
    fn commands_alone(&mut self) -> Result<Vec<String>, String> {
        let mut list = Vec::new();
        loop {
            let word = self.word("!").ok_or("no command behind Defaults!")?;
            list.push(word);
            if !self.eat(',') {
                return Ok(list);
            }
        }
    }

    fn aliases(mut self, of: AliasOf) -> Result<Line, String> {
        let mut lists = Vec::new();
        loop {
            let name = self.word("").ok_or("no name of an alias")?;
            if !is_alias(&name) {
                return Err(format!("\"{name}\" is no name of an alias"));
            }
            self.expect('=')?;
            let list = match of {
                AliasOf::Commands => {
                    let commands = self.commands()?;
                    commands.into_iter().map(|c| if c.negated { format!("!{}", c.text) } else { c.text }).collect()
                }
                _ => self.members()?,
            };
            lists.push((name, list));
            if !self.eat(':') {
                break;
            }
        }
        self.ended()?;
        Ok(Line::Aliases { of, lists })
    }

    fn rules(mut self) -> Result<Line, String> {
        let users = self.members()?;
        let mut privileges = Vec::new();
        loop {
            let hosts = self.members()?;
            self.expect('=')?;
            let commands = self.commands()?;
            privileges.push(Privilege { hosts, commands });
            if !self.eat(':') {
                break;
            }
        }
        self.ended()?;
        Ok(Line::Rules { users, privileges })
    }

    fn ended(&mut self) -> Result<(), String> {
        if self.at_end() { Ok(()) } else { Err(format!("\"{}\" is not understood", short(self.rest))) }
    }

    /// Commands with what is said before each; account and tags hold for the ones that follow.
    fn commands(&mut self) -> Result<Vec<Command>, String> {
        let mut list = Vec::new();
        let (mut run_as, mut no_password, mut setenv) = (Vec::new(), None, None);
        loop {
            if self.eat('(') {
                run_as = match self.rest.trim_start().starts_with([':', ')']) {
                    true => Vec::new(),
                    false => self.members()?,
                };
                if self.eat(':') && !self.rest.trim_start().starts_with(')') {
                    self.members()?;
                }
                self.expect(')')?;
            }
            while let Some(word) = self.said_before() {
                match word {
                    "NOPASSWD" => no_password = Some(true),
                    "PASSWD" => no_password = Some(false),
                    "SETENV" => setenv = Some(true),
                    "NOSETENV" => setenv = Some(false),
                    _ => {}
                }
            }
            let mut negated = false;
            while self.eat('!') {
                negated = !negated;
            }
            let text = self.command()?;
            list.push(Command { run_as: run_as.clone(), no_password, setenv, negated, text });
            if !self.eat(',') {
                return Ok(list);
            }
        }
    }

    /// A tag (`NOPASSWD:`), or an option with its value (`CWD=/tmp`); the tag's name.
    fn said_before(&mut self) -> Option<&'a str> {
        self.blanks();
        let end = self.rest.find(|c: char| !(c.is_ascii_uppercase() || c == '_'))?;
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() || name == "ALL" {
            return None;
        }
        if let Some(rest) = rest.trim_start_matches([' ', '\t']).strip_prefix(':') {
            self.rest = rest;
            return Some(name);
        }
        let value = rest.trim_start_matches([' ', '\t']).strip_prefix('=')?;
        const OPTIONS: [&str; 10] = [
            "ROLE",
            "TYPE",
            "APPARMOR_PROFILE",
            "PRIVS",
            "LIMITPRIVS",
            "NOTBEFORE",
            "NOTAFTER",
            "TIMEOUT",
            "CWD",
            "CHROOT",
        ];
        if !OPTIONS.contains(&name) {
            return None;
        }
        self.rest = value;
        self.word(":=")?;
        Some(name)
    }

    /// A command with its arguments, without the digests before it.
    fn command(&mut self) -> Result<String, String> {
        loop {
            self.blanks();
            let digest = ["sha224:", "sha256:", "sha384:", "sha512:"].iter().find(|kind| self.rest.starts_with(**kind));
            if digest.is_none() {
                break;
            }
            self.word(":=").ok_or("a digest without a value")?;
            self.eat(',');
        }
        let first = match self.rest.starts_with('^') {
            true => self.pattern(),
            false => self.word("()!"),
        };
        let mut text = first.ok_or_else(|| format!("no command before \"{}\"", short(self.rest)))?;
        let known = text.starts_with(['/', '^', '.']) || matches!(text.as_str(), "ALL" | "sudoedit" | "list");
        if !known && !is_alias(&text) {
            return Err(format!("\"{text}\" is no command"));
        }
        if known && text != "ALL" && self.rest.starts_with([' ', '\t']) {
            let arguments = self.arguments();
            if !arguments.is_empty() {
                text.push(' ');
                text.push_str(&arguments);
            }
        }
        Ok(text)
    }

    /// An expression as the whole command.
    fn pattern(&mut self) -> Option<String> {
        let end = self.rest.find("$").map(|at| at + 1)?;
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(text.to_owned())
    }

    /// Everything up to the sign that ends a command; blanks that follow each other are one.
    fn arguments(&mut self) -> String {
        self.blanks();
        let expression = self.rest.starts_with('^');
        let mut text = String::new();
        let mut chars = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        let mut quoted = false;
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => {
                    let next = chars.next().map(|(_, next)| next);
                    // sudo's own signs lose their backslash; those of patterns keep it.
                    let plain = next.is_some_and(|next| ":\\,= \t#".contains(next));
                    if !plain || expression {
                        text.push('\\');
                    }
                    text.extend(next);
                }
                '"' => {
                    quoted = !quoted;
                    text.push(c);
                }
                '#' => {
                    end = at;
                    break;
                }
                // Inside of an expression sudo ends at the last dollar before a sign.
                ',' | ':' | '=' if !quoted && (!expression || text.ends_with('$')) => {
                    end = at;
                    break;
                }
                ' ' | '\t' if expression && text.ends_with('$') => {
                    end = at;
                    break;
                }
                ' ' | '\t' if !expression && text.ends_with(' ') => {}
                '\t' if !expression => text.push(' '),
                _ => text.push(c),
            }
        }
        self.rest = &self.rest[end..];
        text.trim_end_matches(' ').to_owned()
    }
}

/// Whether `word` could be the name of an alias.
pub fn is_alias(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && word != "ALL"
}

/// The members that `words` name.
pub fn items(words: &[String]) -> Vec<Item> {
    words.iter().map(|word| Item::named(word)).collect()
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(line: &str) -> Vec<(String, String)> {
        let Line::Rules { users, privileges } = read(line).unwrap() else {
            panic!("{line}");
        };
        let told = |privilege: &Privilege, command: &Command| {
            let tags = format!("{:?}{:?}", command.no_password, command.setenv).replace("None", "-");
            let not = if command.negated { "!" } else { "" };
            (
                format!("{} {}=({}) {tags}", users.join("+"), privilege.hosts.join("+"), command.run_as.join("+")),
                format!("{not}{}", command.text),
            )
        };
        privileges
            .iter()
            .flat_map(|privilege| privilege.commands.iter().map(|command| told(privilege, command)))
            .collect()
    }

    /// Each form was read by sudo 1.9.13 in the same way.
    #[test]
    fn rules_as_sudo_reads_them() {
        let table: [(&str, &[(&str, &str)]); 9] = [
            ("root ALL=(ALL:ALL) ALL", &[("root ALL=(ALL) --", "ALL")]),
            (
                "%wheel, !kim ALL = NOPASSWD: /bin/a x\\,y  z, PASSWD:SETENV: !/bin/b # why",
                &[
                    ("%wheel+!kim ALL=() Some(true)-", "/bin/a x,y z"),
                    ("%wheel+!kim ALL=() Some(false)Some(true)", "!/bin/b"),
                ],
            ),
            ("a h1=(b, c) /bin/x : h2 = (:g) /bin/y", &[("a h1=(b+c) --", "/bin/x"), ("a h2=() --", "/bin/y")]),
            ("#1000 ALL=(#0) /bin/x", &[("#1000 ALL=(#0) --", "/bin/x")]),
            ("%#12, +ng, %:other ALL=(ALL) list", &[("%#12++ng+%:other ALL=(ALL) --", "list")]),
            (
                "\"kim x\" fe80::1/64, !10.0.0.1 = sudoedit /etc/x",
                &[("kim x fe80::1/64+!10.0.0.1=() --", "sudoedit /etc/x")],
            ),
            (
                "a ALL = CWD=/tmp ROLE=x NOTBEFORE=20200101000000Z NOPASSWD: sha256:ab=, sha512:cd== /bin/ls \"\"",
                &[("a ALL=() Some(true)-", "/bin/ls \"\"")],
            ),
            (
                "a ALL=(b) /usr/bin/flr ^koji tag( (--x|-y))* [a-z]{1\\,3}$, /bin/z",
                &[("a ALL=(b) --", "/usr/bin/flr ^koji tag( (--x|-y))* [a-z]{1\\,3}$"), ("a ALL=(b) --", "/bin/z")],
            ),
            ("a ALL=(b) SHELLS, !/usr/bin/", &[("a ALL=(b) --", "SHELLS"), ("a ALL=(b) --", "!/usr/bin/")]),
        ];
        for (line, expected) in table {
            let read = rules(line);
            let read: Vec<_> = read.iter().map(|(who, what)| (who.as_str(), what.as_str())).collect();
            assert_eq!(read, expected, "{line}");
        }
    }

    #[test]
    fn other_lines() {
        assert_eq!(read("  # Defaults setenv").unwrap(), Line::Empty);
        assert_eq!(read("#includes are a comment").unwrap(), Line::Empty);
        let include = |path: &str, directory| Line::Include { path: path.to_owned(), directory };
        assert_eq!(read("@includedir /etc/sudoers.d").unwrap(), include("/etc/sudoers.d", true));
        assert_eq!(read("#include \"/etc/a b\"").unwrap(), include("/etc/a b", false));
        let Line::Defaults { sign, list, settings } =
            read("Defaults:a,%b !env_reset, env_keep += \"A B=x\", umask=0077 # x").unwrap()
        else {
            panic!();
        };
        assert_eq!((sign, list), (Some(':'), vec!["a".to_owned(), "%b".to_owned()]));
        let said = |name: &str, off, value: Option<(&str, &str)>| Said {
            name: name.to_owned(),
            off,
            value: value.map(|(sign, value)| (sign.to_owned(), value.to_owned())),
        };
        let expected = [
            said("env_reset", true, None),
            said("env_keep", false, Some(("+=", "A B=x"))),
            said("umask", false, Some(("=", "0077"))),
        ];
        assert_eq!(settings, expected);
        assert_eq!(
            read("Defaults!/usr/bin/flr,/bin/x !requiretty").unwrap(),
            Line::Defaults {
                sign: Some('!'),
                list: vec!["/usr/bin/flr".into(), "/bin/x".into()],
                settings: vec![said("requiretty", true, None)]
            }
        );
        let Line::Aliases { of, lists } = read("Cmnd_Alias A = /bin/x, !/bin/y : B = ALL").unwrap() else {
            panic!();
        };
        assert_eq!(of, AliasOf::Commands);
        assert_eq!(lists[0], ("A".into(), vec!["/bin/x".into(), "!/bin/y".into()]));
        assert_eq!(lists[1], ("B".into(), vec!["ALL".into()]));
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for bad in [
            "kim",
            "kim ALL",
            "kim ALL=",
            "kim ALL=(ALL",
            "kim ALL=(ALL) bin/x",
            "Defaults",
            "Defaults:",
            "@inc x",
            "User_Alias a = b",
            "User_Alias A b",
            "kim ALL=/bin/x : ",
            "\"kim ALL=ALL",
            "kim ALL=ALL ALL",
            "= x",
            "kim ALL=/bin/x =",
            "\\",
        ] {
            assert!(read(bad).is_err(), "{bad}: {:?}", read(bad));
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_it_panic(line in "[ -~\t]{0,60}|[A-Za-z=:,()!#%+^$*\\\\\" /]{0,60}|\\PC{0,30}") {
            let _ = read(&line);
        }
    }
}
