// SPDX-License-Identifier: GPL-3.0-or-later
//! Where a release is not as another one, once the names of the one are put for those of the other.

use super::drift::{Drift, Notes, links, repos, some};
use super::observed::{Seen, SeenTag};
use crate::bodhi::{FIELDS, Record};
use crate::koji::Group;
use crate::names::{TagName, TargetName};
use std::collections::BTreeSet;

/// Words of one release and what stands for them in another.
#[derive(Debug, Clone, Default)]
pub(super) struct Renaming(Vec<(String, String)>);

impl Renaming {
    /// `from` becomes `to`, wherever it is a word of its own.
    pub(super) fn word(mut self, from: &str, to: &str) -> Self {
        if !from.is_empty() && from != to {
            self.0.push((from.to_owned(), to.to_owned()));
            // f42 is looked for before f4.
            self.0.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        }
        self
    }

    /// The text with all words replaced at once: what has been put in is not looked at again.
    pub(super) fn of(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let free = out.chars().next_back().is_none_or(|before| !before.is_alphanumeric());
            let hit = self.0.iter().find(|(from, _)| free && rest.strip_prefix(from.as_str()).is_some_and(ends_word));
            let taken = match hit {
                Some((from, to)) => {
                    out.push_str(to);
                    from.len()
                }
                None => {
                    out.push(first);
                    first.len_utf8()
                }
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        out
    }
}

/// Whether a word can end before `rest`: `epel10` is no word of `epel10.1`.
fn ends_word(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        None => true,
        Some('.') => !chars.next().is_some_and(|next| next.is_ascii_digit()),
        Some(next) => !next.is_alphanumeric(),
    }
}

/// The other release's tags and targets, by which both are looked at.
pub(super) struct Theirs<'a> {
    pub tags: &'a [TagName],
    pub targets: &'a [TargetName],
}

/// The tags whose groups of their own are not those of the other release.
pub(super) fn otherwise_grouped(seen: &Seen, theirs: &[TagName], renaming: &Renaming) -> Vec<TagName> {
    let groups = |tag: &SeenTag| {
        let groups = tag.groups.iter().map(|group| (group.name.clone(), list(group)));
        groups.collect::<BTreeSet<_>>()
    };
    let renamed = |tag: &SeenTag| groups(tag).into_iter().map(|(name, list)| (name, renaming.of(&list))).collect();
    let mut otherwise = Vec::new();
    for tag in theirs {
        let Ok(name) = renaming.of(tag.as_str()).parse::<TagName>() else { continue };
        if let (Some(theirs), Some(ours)) = (seen.tags.get(tag), seen.tags.get(&name))
            && groups(ours) != renamed(theirs)
        {
            otherwise.extend([tag.clone(), name]);
        }
    }
    otherwise
}

/// What differs between our release and the other one's.
pub(super) fn of_hub(seen: &Seen, theirs: &Theirs<'_>, renaming: &Renaming) -> Vec<Drift> {
    let mut drift = Vec::new();
    for tag in theirs.tags {
        let Ok(name) = renaming.of(tag.as_str()).parse::<TagName>() else {
            continue;
        };
        let mut notes = Notes { kind: "tag", name: name.as_str(), drift: &mut drift };
        match (seen.tags.get(tag), seen.tags.get(&name)) {
            (Some(theirs), Some(ours)) => of_tag(ours, theirs, renaming, &mut notes),
            (Some(_), None) => notes.missing(),
            (None, Some(_)) => notes.differs("there", None, Some("there".to_owned())),
            (None, None) => {}
        }
    }
    for target in theirs.targets {
        let Ok(name) = renaming.of(target.as_str()).parse::<TargetName>() else {
            continue;
        };
        let mut notes = Notes { kind: "target", name: name.as_str(), drift: &mut drift };
        match (seen.targets.get(target), seen.targets.get(&name)) {
            (Some(theirs), Some(ours)) => {
                let renamed = |tag: &TagName| some(renaming.of(tag.as_str()));
                notes.differs("build tag", renamed(&theirs.build_tag), some(ours.build_tag.as_str()));
                notes.differs("destination", renamed(&theirs.dest_tag), some(ours.dest_tag.as_str()));
            }
            (Some(_), None) => notes.missing(),
            (None, Some(_)) => notes.differs("there", None, Some("there".to_owned())),
            (None, None) => {}
        }
    }
    drift
}

fn of_tag(ours: &SeenTag, theirs: &SeenTag, renaming: &Renaming, notes: &mut Notes<'_>) {
    let arches = |tag: &SeenTag| some(tag.settings.arch_list().join(","));
    notes.differs("arches", arches(theirs), arches(ours));
    notes.differs("perm", theirs.settings.perm.clone(), ours.settings.perm.clone());
    notes.differs("locked", Some(theirs.settings.locked.to_string()), Some(ours.settings.locked.to_string()));
    notes.differs("parents", some(renaming.of(&links(&theirs.parents))), some(links(&ours.parents)));
    let keys: BTreeSet<&String> = theirs.settings.extra.keys().chain(ours.settings.extra.keys()).collect();
    for key in keys {
        let theirs = theirs.settings.extra.get(key).map(|value| renaming.of(&value.to_string()));
        notes.differs(&format!("extra {key}"), theirs, ours.settings.extra.get(key).map(ToString::to_string));
    }
    let both_counting = !theirs.counting.is_empty() && !ours.counting.is_empty();
    let groups: BTreeSet<&String> = theirs.groups.iter().chain(&ours.groups).map(|group| &group.name).collect();
    for name in groups {
        let packages = |tag: &SeenTag| {
            // One of them may inherit the group and put packages into it, and have no row of its own for it.
            let groups = if both_counting { &tag.counting } else { &tag.groups };
            groups.iter().find(|group| group.name == *name).map(list)
        };
        notes.differs(&format!("group {name}"), packages(theirs).map(|list| renaming.of(&list)), packages(ours));
    }
    let of = |tag: &SeenTag| some(repos(&tag.repos));
    notes.differs("external repos", of(theirs).map(|list| renaming.of(&list)), of(ours));
}

fn list(group: &Group) -> String {
    let names: Vec<&str> = group.packages.iter().map(|package| package.name.as_str()).collect();
    names.join(",")
}

/// Fields that are never the same, or that say where a release stands.
const OWN: [&str; 7] = ["name", "long_name", "version", "branch", "state", "released_on", "eol"];

/// What differs between the two records.
pub(super) fn of_bodhi(ours: &Record, theirs: &Record, renaming: &Renaming) -> Vec<Drift> {
    let mut drift = Vec::new();
    let mut notes = Notes { kind: "bodhi", name: &ours.name, drift: &mut drift };
    for field in FIELDS.iter().filter(|field| !OWN.contains(&field.name)) {
        let expected = (field.value)(theirs).map(|text| renaming.of(&text));
        notes.differs(field.name, expected, (field.value)(ours));
    }
    drift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_are_renamed_and_all_at_once() {
        let renaming = Renaming::default().word("f42", "f43").word("f41", "f42").word("fc42", "fc43");
        for (text, renamed) in [
            ("f42-updates", "f43-updates"),
            ("f41@0,f42-build@5", "f42@0,f43-build@5"),
            ("\".fc42\"", "\".fc43\""),
            ("f420-x", "f420-x"),
            ("xf42", "xf42"),
            ("elf42/f42", "elf42/f43"),
            ("f42.1", "f42.1"),
            ("f42.", "f43."),
            ("č-f42", "č-f43"),
        ] {
            assert_eq!(renaming.of(text), renamed, "{text}");
        }
        let minor = Renaming::default().word("epel10.0", "epel10.1").word("epel10", "epel11");
        assert_eq!(minor.of("epel10.0-build epel10-x epel10.05"), "epel10.1-build epel11-x epel10.05");
    }
}
