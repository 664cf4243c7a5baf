// SPDX-License-Identifier: GPL-3.0-or-later
//! A clause as a regular expression, for C sudo 1.9.10 and later.
//!
//! POSIX extended, over the arguments joined by blanks: sudo does not see where one ends. It bounds
//! what sudo lets through; the judge stays the judge. Characters with a meaning stand in brackets,
//! because sudo's own reader takes backslashes and commas for itself, and negated brackets would
//! let tabs and newlines through.

use crate::access::grant::{Allow, Pattern, Values};
use crate::access::table::Dimension;
use std::collections::{BTreeMap, BTreeSet};

/// What a command looks like at the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// `koji block-pkg`.
    pub command: String,
    /// What stands in each place, in order.
    pub arguments: Vec<Argument>,
    /// Every option, `--owner`, with what its value is, if it has one.
    pub options: BTreeMap<String, Option<Word>>,
    /// Those of them that must be given.
    pub required: BTreeSet<String>,
}

/// One place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// What stands there.
    pub word: Word,
    /// Once or more often; `-` is allowed too, for a list on standard input.
    pub many: bool,
    /// It must be there.
    pub required: bool,
}

/// What one word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A value of this dimension.
    Of(Dimension),
    /// A build of a granted package.
    Build,
    /// A tag, or a build of a granted package.
    TagOrBuild,
    /// An earlier run.
    Run,
    /// Something that no grant speaks of.
    Free,
}

/// A whole name; `+` and `.` have no meaning in brackets.
const NAME: &str = "[A-Za-z0-9_./+@][A-Za-z0-9_./+@-]*";
/// What follows the beginning of a name.
const REST: &str = "[A-Za-z0-9_./+@-]*";
/// A version or a release.
const VERSION: &str = "[A-Za-z0-9_./+~^]+";
const NUMBER: &str = "[0-9]+";
/// A key's id, in either case.
const KEY: &str = "[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]";

/// The arguments that sudo lets through for `clause`.
///
/// # Errors
/// What cannot be said.
pub(super) fn expression(clause: &Allow, form: &Form) -> Result<String, String> {
    let mut options = Vec::new();
    for (name, value) in &form.options {
        // What a command must be told is a dimension of its own, not an option that is listed.
        let required = form.required.contains(name) && clause.command.option(name).is_none();
        if !clause.options.contains(name) && !required {
            continue;
        }
        match value {
            None => options.push(name.clone()),
            Some(word) => {
                let value =
                    spelled(*word, clause).ok_or_else(|| format!("{name} takes a value that sudo cannot be told"))?;
                options.push(format!("{name} {value}"));
            }
        }
    }
    let options = match options.is_empty() {
        true => String::new(),
        false => format!("( ({}))*", options.join("|")),
    };
    let mut text = format!("^{}{options}", clause.command.name);
    for Argument { word, many, required } in &form.arguments {
        let value = spelled(*word, clause).ok_or("it takes a word that sudo cannot be told")?;
        text.push_str(&match (many, required) {
            (true, true) => format!("( (-|{value}){options})+"),
            (true, false) => format!("( (-|{value}){options})*"),
            (false, true) => format!(" {value}{options}"),
            (false, false) => format!("( {value}{options})?"),
        });
    }
    text.push('$');
    Ok(text)
}

fn spelled(word: Word, clause: &Allow) -> Option<String> {
    match word {
        Word::Of(dimension) => {
            let any = match dimension {
                Dimension::Tasks | Dimension::Events => NUMBER,
                Dimension::Keys => KEY,
                // Not names: sudo reads some of their characters as its own.
                Dimension::Sources | Dimension::Arches | Dimension::Settings => return None,
                _ => NAME,
            };
            let spelled = values(clause.values.get(&dimension)?, any, "");
            Some(if dimension == Dimension::Keys { in_either_case(&spelled) } else { spelled })
        }
        Word::TagOrBuild => {
            let tag = spelled(Word::Of(Dimension::Tags), clause)?;
            Some(format!("({tag}|{})", spelled(Word::Build, clause)?))
        }
        Word::Build => Some(values(clause.values.get(&Dimension::Packages)?, NAME, &format!("-{VERSION}-{VERSION}"))),
        Word::Run => Some(NAME.to_owned()),
        Word::Free => None,
    }
}

/// One of `values`, with `after` behind it. An empty list matches nothing that can be typed.
fn values(values: &Values, any: &str, after: &str) -> String {
    let patterns = match values {
        Values::Any => return format!("{any}{after}"),
        Values::These(patterns) => patterns,
    };
    let spelled: Vec<String> = patterns
        .iter()
        .map(|pattern| match pattern {
            Pattern::Exactly(name) => literal(name),
            Pattern::Beginning(beginning) => format!("{}{REST}", literal(beginning)),
        })
        .collect();
    match spelled.is_empty() {
        true => "[ ][ ]".to_owned(),
        false => format!("({}){after}", spelled.join("|")),
    }
}

/// Digits of a key as people type them; what stands in brackets is in either case already.
fn in_either_case(keys: &str) -> String {
    let mut inside = false;
    let mut out = String::new();
    for c in keys.chars() {
        inside = (inside || c == '[') && c != ']';
        match c {
            'a'..='f' if !inside => out.push_str(&format!("[{c}{}]", c.to_ascii_uppercase())),
            c => out.push(c),
        }
    }
    out
}

fn literal(name: &str) -> String {
    name.chars().map(|c| if matches!(c, '.' | '+') { format!("[{c}]") } else { c.to_string() }).collect()
}
