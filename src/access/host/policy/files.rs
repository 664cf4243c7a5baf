// SPDX-License-Identifier: GPL-3.0-or-later
//! The sudoers files below a root, with what they include, as one policy.

use super::line::{self, AliasOf, Line, Privilege, Said, items};
use super::words::is_alias;
use super::{Place, Policy, Rule, Scope, Setting};
use crate::access::settings::Places;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// sudo itself goes no deeper.
const DEEPEST: usize = 128;
/// An alias may name others, but not for ever.
const DEEPEST_ALIAS: usize = 64;
/// Nobody writes longer ones.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Reads `/etc/sudoers` and what it includes below the root of `places`. `host`: the name that `%h`
/// stands for, if it is known.
pub fn read(places: &Places, host: Option<&str>) -> Policy {
    let mut reader = Reader { places, host, policy: Policy::default(), lines: Vec::new() };
    reader.file("/etc/sudoers", 0);
    reader.resolved()
}

struct Reader<'a> {
    places: &'a Places,
    host: Option<&'a str>,
    policy: Policy,
    lines: Vec<(Place, Line)>,
}

impl Reader<'_> {
    fn unread(&mut self, file: &str, line: Option<usize>, why: impl Into<String>) {
        self.policy.unread.push((Place { file: file.to_owned(), line }, why.into()));
    }

    fn file(&mut self, path: &str, depth: usize) {
        if depth > DEEPEST {
            return self.unread(path, None, "it is included too deeply");
        }
        let below = self.places.at(path);
        let text = match content(&below) {
            Ok(text) => text,
            Err(why) => return self.unread(path, None, why),
        };
        self.policy.files.push(PathBuf::from(path));
        for (number, text) in logical(&text) {
            let place = Place { file: path.to_owned(), line: Some(number) };
            match line::read(&text) {
                Ok(Line::Empty) => {}
                Ok(Line::Include { path: named, directory }) => self.include(path, &place, &named, directory, depth),
                Ok(line) => self.lines.push((place, line)),
                Err(why) => self.policy.unread.push((place, why)),
            }
        }
    }

    fn include(&mut self, from: &str, place: &Place, named: &str, directory: bool, depth: usize) {
        let named = match (named.contains("%h"), self.host) {
            (true, Some(host)) => named.replace("%h", host.split('.').next().unwrap_or(host)),
            (true, None) => {
                let why = format!("{named} cannot be included: the name of the machine is not known");
                return self.policy.unread.push((place.clone(), why));
            }
            (false, _) => named.to_owned(),
        };
        let whole = match named.starts_with('/') {
            true => PathBuf::from(named),
            false => Path::new(from).parent().unwrap_or(Path::new("/")).join(named),
        };
        let Some(whole) = whole.to_str().map(str::to_owned) else {
            return self.policy.unread.push((place.clone(), "a path that is not UTF-8".to_owned()));
        };
        if directory { self.directory(&whole, depth) } else { self.file(&whole, depth + 1) }
    }

    fn directory(&mut self, path: &str, depth: usize) {
        self.policy.directories.push(PathBuf::from(path));
        let entries = match std::fs::read_dir(self.places.at(path)) {
            Ok(entries) => entries,
            // sudo does not mind either.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.unread(path, None, format!("it cannot be read: {error}")),
        };
        let mut names = Vec::new();
        for entry in entries {
            match entry.map(|entry| (entry.file_name().into_string(), entry.path())) {
                Ok((Ok(name), below)) => names.push((name, below)),
                Ok((Err(name), _)) => {
                    self.unread(path, None, format!("\"{}\" in it is not UTF-8", name.to_string_lossy()));
                }
                Err(error) => self.unread(path, None, format!("it cannot be read: {error}")),
            }
        }
        names.sort();
        for (name, below) in names {
            let whole = format!("{}/{name}", path.trim_end_matches('/'));
            if name.contains('.') {
                self.policy.ignored.push((PathBuf::from(whole), "its name holds a dot"));
            } else if name.ends_with('~') {
                self.policy.ignored.push((PathBuf::from(whole), "its name ends in a tilde"));
            } else if below.is_file() {
                self.file(&whole, depth + 1);
            } else if !below.is_dir() {
                self.policy.ignored.push((PathBuf::from(whole), "it is no file"));
            }
        }
    }

    /// Puts the aliases in, wherever they were defined.
    fn resolved(self) -> Policy {
        let Self { mut policy, lines, .. } = self;
        let mut aliases: BTreeMap<(AliasOf, String), Vec<String>> = BTreeMap::new();
        for (_, line) in &lines {
            if let Line::Aliases { of, lists } = line {
                for (name, list) in lists {
                    aliases.entry((*of, name.clone())).or_insert_with(|| list.clone());
                }
            }
        }
        let open = |of: AliasOf, words: &[String]| opened(&aliases, of, words, 0);
        for (order, (place, line)) in lines.into_iter().enumerate() {
            match line {
                Line::Rules { users, privileges } => {
                    let users = items(&open(AliasOf::Users, &users));
                    for Privilege { hosts, commands } in privileges {
                        let hosts = items(&open(AliasOf::Hosts, &hosts));
                        for said in commands {
                            let run_as = items(&open(AliasOf::RunAs, &said.run_as));
                            for text in open(AliasOf::Commands, std::slice::from_ref(&said.text)) {
                                let (inner, text) = match text.strip_prefix('!') {
                                    Some(text) => (true, text.to_owned()),
                                    None => (false, text),
                                };
                                policy.rules.push(Rule {
                                    place: place.clone(),
                                    order,
                                    users: users.clone(),
                                    hosts: hosts.clone(),
                                    run_as: run_as.clone(),
                                    no_password: said.no_password == Some(true),
                                    // ALL implies it.
                                    setenv: said.setenv.unwrap_or(text == "ALL"),
                                    negated: said.negated != inner,
                                    command: text,
                                });
                            }
                        }
                    }
                }
                Line::Defaults { sign, list, settings } => {
                    let scope = match sign {
                        Some(':') => Scope::Users(items(&open(AliasOf::Users, &list))),
                        Some('>') => Scope::RunAs(items(&open(AliasOf::RunAs, &list))),
                        Some('@') => Scope::Hosts(items(&open(AliasOf::Hosts, &list))),
                        Some('!') => Scope::Commands(open(AliasOf::Commands, &list)),
                        _ => Scope::All,
                    };
                    for Said { name, off, value } in settings {
                        let (place, scope) = (place.clone(), scope.clone());
                        policy.defaults.push(Setting { place, order, scope, name, off, value });
                    }
                }
                Line::Empty | Line::Include { .. } | Line::Aliases { .. } => {}
            }
        }
        policy
    }
}

/// `words` with every alias replaced by its members; a negated alias negates each of them.
fn opened(
    aliases: &BTreeMap<(AliasOf, String), Vec<String>>,
    of: AliasOf,
    words: &[String],
    depth: usize,
) -> Vec<String> {
    let mut all = Vec::new();
    for word in words {
        let (negated, name) = match word.strip_prefix('!') {
            Some(name) => (true, name),
            None => (false, word.as_str()),
        };
        let members = match is_alias(name) && depth < DEEPEST_ALIAS {
            true => aliases.get(&(of, name.to_owned())),
            false => None,
        };
        match members {
            None => all.push(word.clone()),
            Some(members) => {
                let inner = opened(aliases, of, members, depth + 1);
                all.extend(inner.into_iter().map(|member| match (negated, member.strip_prefix('!')) {
                    (false, _) => member,
                    (true, Some(positive)) => positive.to_owned(),
                    (true, None) => format!("!{member}"),
                }));
            }
        }
    }
    all
}

/// The text of a file of bearable length.
pub(in super::super) fn content(path: &Path) -> Result<String, String> {
    let told = |error: std::io::Error| format!("it cannot be read: {error}");
    let found = std::fs::metadata(path).map_err(told)?;
    if !found.is_file() {
        return Err("it is no file".to_owned());
    }
    if found.len() > LONGEST {
        return Err("it is longer than anybody writes one".to_owned());
    }
    let bytes = std::fs::read(path).map_err(told)?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

/// Lines, with those that a backslash continues joined; each has the number of its first.
fn logical(text: &str) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (number, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        let goes_on = backslashes % 2 == 1;
        let kept = if goes_on { &line[..line.len() - 1] } else { line };
        match (open, all.last_mut()) {
            (true, Some((_, whole))) => {
                whole.push(' ');
                whole.push_str(kept.trim_start());
            }
            _ => all.push((number + 1, kept.to_owned())),
        }
        open = goes_on;
    }
    all
}
