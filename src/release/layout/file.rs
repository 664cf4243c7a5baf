// SPDX-License-Identifier: GPL-3.0-or-later
//! A layout's file: read, and checked as far as it can be without a release.

use super::expand;
use super::wire::{Misread, Version, Wire};
use crate::bodhi::{FIELDS, Record};
use crate::names::{ReleaseAlias, plain_release};
use crate::{Error, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// The one version of the language.
const FORMAT: u32 = 1;

/// A layout that makes sense.
#[derive(Debug, Clone)]
pub struct Layout {
    pub(super) file: String,
    pub(super) lines: Lines,
    pub(super) wire: Wire,
}

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// The line, from 1, that holds the byte.
    pub(super) fn of_byte(&self, byte: usize) -> usize {
        self.0.partition_point(|begin| *begin <= byte).max(1)
    }

    pub(super) fn of_value<T>(&self, value: &Spanned<T>) -> usize {
        self.of_byte(value.span().start)
    }
}

impl Layout {
    /// Reads a layout; `file` is what errors call it.
    ///
    /// # Errors
    /// Everything that makes no sense, each with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let lines = Lines::of(text);
        let at = |misread: Vec<Misread>| -> Vec<(usize, String)> {
            misread.into_iter().map(|(byte, why)| (lines.of_byte(byte), why)).collect()
        };
        let (wire, misread) = Wire::read(text).map_err(|misread| Self::refused(file, at(misread)))?;
        let mut wrong = at(misread);
        let layout = Self { file: file.to_owned(), lines: lines.clone(), wire };
        wrong.extend(layout.wrong());
        wrong.extend(expand::rehearse(&layout));
        match wrong.is_empty() {
            true => Ok(layout),
            false => Err(Self::refused(file, wrong)),
        }
    }

    /// Everything that is wrong, in the order of lines.
    fn refused(file: &str, mut wrong: Vec<(usize, String)>) -> Error {
        wrong.sort();
        wrong.dedup();
        let shown: Vec<String> = wrong.into_iter().map(|(line, why)| format!("{file}:{line}: {why}")).collect();
        Error::failed(shown.join("; "))
    }

    /// Its name.
    pub fn family(&self) -> &str {
        &self.wire.family
    }

    /// What can be asked for by itself.
    pub fn parts(&self) -> &[String] {
        &self.wire.parts
    }

    /// Whether it is for this release.
    pub fn fits(&self, release: &Record) -> bool {
        self.wire.release.id_prefix == release.id_prefix && self.is_version(&release.version)
    }

    /// What Bodhi's names of its updates begin with.
    pub fn id_prefix(&self) -> &str {
        &self.wire.release.id_prefix
    }

    /// Bodhi's name of the release with this version.
    pub(super) fn name_of(&self, version: &str) -> String {
        self.wire.release.name.as_ref().replace("{n}", version)
    }

    /// The base tag of the release with this version.
    pub fn base_of(&self, version: &str) -> String {
        self.wire.release.base.as_ref().replace("{n}", version)
    }

    /// Patterns of koji's that find the base tags of its releases, and more.
    pub fn patterns(&self) -> &[String] {
        &self.wire.release.tags
    }

    /// The tag whose first parent is the base of the newest release.
    pub fn rawhide_tag(&self) -> Option<&str> {
        self.wire.release.rawhide_tag.as_ref().map(|tag| tag.as_ref().as_str())
    }

    /// The version of the release whose base tag this is.
    pub fn version_of_base(&self, tag: &str) -> Option<String> {
        self.version_in(self.wire.release.base.as_ref(), tag)
    }

    /// The version that makes `tag` of the name `template`.
    pub(super) fn version_in(&self, template: &str, tag: &str) -> Option<String> {
        let Some((head, tail)) = template.split_once("{n}") else {
            // A release without versions goes by its base.
            let base = self.wire.release.base.as_ref();
            return (template == tag && self.is_version(base)).then(|| base.clone());
        };
        let version = tag.strip_prefix(head)?.strip_suffix(tail)?;
        self.is_version(version).then(|| version.to_owned())
    }

    /// The version of the release that is called so, whether there is one or not: by Bodhi's shape of names in
    /// either case, with or without dashes, by its base tag, or by its number.
    pub(in crate::release) fn version_called(&self, alias: &ReleaseAlias) -> Option<String> {
        let called = plain_release(alias.as_str());
        let name = plain_release(self.wire.release.name.as_ref());
        let by_name = match name.split_once("{n}") {
            Some((head, tail)) => called.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail)),
            None => (name == called).then_some(called.as_str()),
        };
        let fits = |version: &&str| self.is_version(version);
        by_name
            .filter(fits)
            .map(str::to_owned)
            .or_else(|| self.version_of_base(alias.as_str()))
            .or_else(|| Some(called.as_str()).filter(fits).filter(|_| self.counts()).map(str::to_owned))
    }

    /// Whether its versions are numbers that follow one another.
    pub(in crate::release) fn counts(&self) -> bool {
        self.wire.release.version == Version::Number
    }

    /// Whether a release of this layout may have this version.
    pub(super) fn is_version(&self, text: &str) -> bool {
        let number = |text: &str| text.parse::<u32>().is_ok_and(|number| number > 0 && number.to_string() == text);
        match self.wire.release.version {
            Version::Number => number(text),
            Version::Dotted => match text.split_once('.') {
                None => number(text),
                Some((major, minor)) => number(major) && (number(minor) || minor == "0"),
            },
            Version::None => !text.is_empty(),
        }
    }

    /// Words that stand for nothing, each with its line.
    fn wrong(&self) -> Vec<(usize, String)> {
        let wire = &self.wire;
        let mut wrong = Vec::new();
        let mut say = |line: usize, why: String| wrong.push((line, why));
        if *wire.format.as_ref() != FORMAT {
            say(
                self.lines.of_value(&wire.format),
                format!("format {} is not known, only {FORMAT}", wire.format.as_ref()),
            );
        }
        let mut phases = BTreeSet::new();
        for phase in &wire.phase {
            if !phases.insert(phase.name.as_ref().as_str()) {
                say(self.lines.of_value(&phase.name), format!("the phase {} is there twice", phase.name.as_ref()));
            }
        }
        if wire.phase.is_empty() {
            say(1, "there is no phase".to_owned());
        }
        let mut parts_of = Vec::new();
        let mut phases_of = Vec::new();
        let mut roles = Vec::new();
        for tag in &wire.tag {
            parts_of.push(&tag.part);
            phases_of.extend(tag.from.iter().chain(&tag.until).chain(tag.change.iter().map(|change| &change.from)));
            roles.extend(&tag.role);
        }
        for target in &wire.target {
            parts_of.push(&target.part);
            phases_of.extend(target.from.iter().chain(&target.until));
            roles.extend(&target.role);
        }
        for part in parts_of {
            if !wire.parts.contains(part.as_ref()) {
                say(self.lines.of_value(part), format!("there is no part \"{}\"", part.as_ref()));
            }
        }
        for phase in phases_of {
            if !phases.contains(phase.as_ref().as_str()) {
                say(self.lines.of_value(phase), format!("there is no phase \"{}\"", phase.as_ref()));
            }
        }
        for role in roles {
            if role.as_ref() != "rawhide" {
                say(self.lines.of_value(role), format!("there is no role \"{}\", only rawhide", role.as_ref()));
            }
        }
        for fields in std::iter::once(&wire.bodhi).chain(&wire.bodhi_change) {
            self.wrong_fields(fields, &phases, &mut say);
        }
        for change in wire.bodhi_change.iter().filter(|change| !change.contains_key("from")) {
            let line = change.values().next().map_or(1, |value| self.lines.of_value(value));
            say(line, "a change of Bodhi's record needs from = the phase it begins with".to_owned());
        }
        wrong
    }

    fn wrong_fields(
        &self,
        fields: &BTreeMap<String, Spanned<Value>>,
        phases: &BTreeSet<&str>,
        say: &mut impl FnMut(usize, String),
    ) {
        for (name, value) in fields {
            let line = self.lines.of_value(value);
            match value.as_ref() {
                Value::String(phase) if name == "from" => {
                    if !phases.contains(phase.as_str()) {
                        say(line, format!("there is no phase \"{phase}\""));
                    }
                }
                _ if !FIELDS.iter().any(|field| field.name == name) => {
                    say(line, format!("Bodhi's records have no field \"{name}\" that flr knows"));
                }
                Value::String(_) | Value::Bool(_) => {}
                _ => say(line, format!("{name} must be a text, true or false")),
            }
        }
    }
}
