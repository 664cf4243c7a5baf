// SPDX-License-Identifier: GPL-3.0-or-later
//! koji's configuration files, read by the rules of Python's `ConfigParser`, because that is what
//! reads them for the koji client.
//!
//! The `configparser` crate reads sections, keys and values. What it does not do is here: duplicate
//! and misplaced lines are errors with a line number, `[DEFAULT]`, `%(key)s`, and several files as
//! one, later ones winning key by key.

use crate::{Error, Result};
use configparser::ini::{Ini, IniDefault};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The section whose keys all other sections inherit.
const DEFAULT: &str = "DEFAULT";
/// Python's bound on references that lead to references.
const MAX_DEPTH: usize = 10;
/// Ten levels of references that each repeat a value often would fill any memory.
const MAX_VALUE: usize = 64 * 1024;
/// A configuration file is never this big; `/dev/zero` is.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// Several files as one.
#[derive(Debug, Default)]
pub struct Merged {
    files: Vec<PathBuf>,
    sections: BTreeMap<String, BTreeMap<String, Entry>>,
}

/// A value as it is written, and where.
#[derive(Debug, Clone)]
struct Entry {
    raw: String,
    file: usize,
    line: usize,
}

/// A value with its references resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The value, blanks at both ends removed. May hold newlines (continuation lines).
    pub text: String,
    /// Where it was written: `FILE line N: KEY in section NAME`.
    pub origin: String,
}

impl Merged {
    /// Adds what `place` holds: a file, or a directory whose `*.conf` files are read in the order of
    /// their names. No such place: nothing.
    pub fn add(&mut self, place: &Path) -> Result<()> {
        for file in files_at(place)? {
            let text = read(&file)?;
            self.add_text(file, &text)?;
        }
        Ok(())
    }

    /// Adds one file's text.
    pub fn add_text(&mut self, file: PathBuf, text: &str) -> Result<()> {
        let text = plain(text);
        let lines = check(&text).map_err(|why| why.in_file(&file))?;
        let mut parser = Ini::new_from_defaults(rules());
        let read = parser.read(text).map_err(|why| Error::failed(format!("{}: {why}", file.display())))?;
        let number = self.files.len();
        self.files.push(file);
        for (section, keys) in read {
            let merged = self.sections.entry(section.clone()).or_default();
            for (key, raw) in keys {
                let key = key.to_lowercase();
                let line = lines.get(&(section.clone(), key.clone())).copied().unwrap_or_default();
                let raw = raw.unwrap_or_default();
                merged.insert(key, Entry { raw, file: number, line });
            }
        }
        Ok(())
    }

    /// The files that were read, in order.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The names of all sections but `[DEFAULT]`, sorted.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.sections.keys().map(String::as_str).filter(|name| *name != DEFAULT)
    }

    /// The value of `key` (lower case) in `section`, its own or that of `[DEFAULT]`. Errors name
    /// file, line, section and key.
    pub fn get(&self, section: &str, key: &str) -> Result<Option<Value>> {
        let Some(entry) = self.entry(section, key) else {
            return Ok(None);
        };
        let origin = self.origin(section, key, entry);
        let mut text = String::new();
        self.resolve(section, &entry.raw, 1, &mut text)
            .map_err(|why| Error::failed(format!("{origin}: {why}")).hint("write %% for a plain %"))?;
        Ok(Some(Value { text, origin }))
    }

    fn entry(&self, section: &str, key: &str) -> Option<&Entry> {
        let own = self.sections.get(section).and_then(|keys| keys.get(key));
        own.or_else(|| self.sections.get(DEFAULT)?.get(key))
    }

    fn origin(&self, section: &str, key: &str, entry: &Entry) -> String {
        let file = self.files.get(entry.file).map(|file| file.display());
        let file = file.map(|file| file.to_string()).unwrap_or_default();
        format!("{file} line {}: {key} in section {section}", entry.line)
    }

    /// Appends `raw` to `out`, `%%` and `%(key)s` resolved as Python's `BasicInterpolation` does.
    fn resolve(&self, section: &str, raw: &str, depth: usize, out: &mut String) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(format!("references lead to references more than {MAX_DEPTH} times"));
        }
        let mut rest = raw;
        while let Some((before, after)) = rest.split_once('%') {
            out.push_str(before);
            if let Some(after) = after.strip_prefix('%') {
                out.push('%');
                rest = after;
            } else if let Some(after) = after.strip_prefix('(') {
                let (name, after) = after
                    .split_once(')')
                    .and_then(|(name, after)| Some((name, after.strip_prefix('s')?)))
                    .filter(|(name, _)| !name.is_empty())
                    .ok_or_else(|| format!("\"%({after}\" is no reference of the form %(key)s"))?;
                let entry = self
                    .entry(section, &name.to_lowercase())
                    .ok_or_else(|| format!("it refers to {name}, which is not set"))?;
                self.resolve(section, &entry.raw, depth + 1, out)?;
                rest = after;
            } else {
                return Err("a single % in the value".into());
            }
            if out.len() > MAX_VALUE {
                return Err(format!("it is longer than {MAX_VALUE} bytes"));
            }
        }
        out.push_str(rest);
        Ok(())
    }
}

/// What makes the crate read as Python does; both cases of a key are one to us, not to the crate.
fn rules() -> IniDefault {
    let mut rules = IniDefault::default();
    rules.case_sensitive = true;
    rules.multiline = true;
    rules.comment_symbols = vec!['#', ';'];
    rules.enable_inline_comments = false;
    rules.delimiters = vec!['=', ':'];
    rules
}

/// A line that Python refuses, or that the crate and Python would read differently.
struct BadLine {
    line: usize,
    why: String,
}

impl BadLine {
    fn in_file(self, file: &Path) -> Error {
        Error::failed(format!("{} line {}: {}", file.display(), self.line, self.why))
    }
}

/// `text` with Python's universal newlines, and indented by as many plain blanks as there were
/// blanks of any kind: Python counts characters, the crate bytes.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        let rest = line.trim_start();
        let blanks = line.strip_suffix(rest).unwrap_or_default().chars();
        out.extend(blanks.map(|_| ' '));
        out.push_str(rest);
        out.push('\n');
    }
    out
}

/// The line of each (section, key in lower case).
type Lines = HashMap<(String, String), usize>;

/// Checks what the crate is silent about.
fn check(text: &str) -> Result<Lines, BadLine> {
    let mut lines = Lines::new();
    let mut sections = HashSet::new();
    let mut section: Option<&str> = None;
    // The indentation of the key that a deeper line would continue.
    let mut open: Option<usize> = None;
    for (number, raw) in (1..).zip(text.split('\n')) {
        let bad = |why: String| Err(BadLine { line: number, why });
        let line = raw.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let indent = raw.len() - raw.trim_start().len();
        let continues = open.is_some_and(|key| indent > key);
        if line.starts_with('[') {
            if continues {
                return bad(format!("{line} is indented, so that it would continue the value above"));
            }
            let name = match header(line) {
                Ok(name) => name,
                Err(why) => return bad(why),
            };
            if name != DEFAULT && !sections.insert(name) {
                return bad(format!("section {name} is there twice in this file"));
            }
            (section, open) = (Some(name), None);
        } else if !continues {
            let Some(section) = section else {
                return bad("text before the first section".into());
            };
            let key = match line.split_once(['=', ':']) {
                Some((key, _)) if !key.trim().is_empty() => key.trim().to_lowercase(),
                _ => {
                    return bad(format!("neither a [section], nor a key = value, in section {section}"));
                }
            };
            if lines.insert((section.to_owned(), key.clone()), number).is_some() {
                return bad(format!("{key} is there twice in section {section} of this file"));
            }
            open = Some(indent);
        }
    }
    Ok(lines)
}

/// The name in `[name]`.
fn header(line: &str) -> Result<&str, String> {
    let name = line
        .strip_prefix('[')
        .and_then(|rest| Some(rest.rsplit_once(']')?.0))
        .filter(|name| !name.is_empty())
        .ok_or("a section needs a name between [ and ]")?;
    // Python keeps the blanks, the crate drops them: nobody means a name with blanks around it.
    if name.trim() != name {
        return Err(format!("blanks around the name of section [{name}]"));
    }
    Ok(name)
}

/// The files to read at `place`, in order.
fn files_at(place: &Path) -> Result<Vec<PathBuf>> {
    let cannot = |why| Error::failed(format!("cannot read {}: {why}", place.display()));
    if !place.is_dir() {
        // Also tells "not there" from "not allowed to look".
        return match place.try_exists() {
            Ok(true) => Ok(vec![place.to_owned()]),
            Ok(false) => Ok(Vec::new()),
            Err(why) => Err(cannot(why)),
        };
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(place).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path.as_os_str().as_encoded_bytes().ends_with(b".conf") && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<String> {
    let cannot = |why: &dyn std::fmt::Display| Error::failed(format!("cannot read {}: {why}", file.display()));
    let open = std::fs::File::open(file).map_err(|why| cannot(&why))?;
    let mut bytes = Vec::new();
    open.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|why| cannot(&why))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(cannot(&format_args!("longer than {MAX_FILE} bytes")));
    }
    String::from_utf8(bytes).map_err(|why| {
        let good = why.utf8_error().valid_up_to();
        let line = why.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count() + 1;
        cannot(&format_args!("line {line} is not UTF-8"))
    })
}

#[cfg(test)]
mod tests;
