// SPDX-License-Identifier: GPL-3.0-or-later
//! What some tags of a layout are for, where their names alone do not say.

use super::expand::Wanted;
use super::file::Layout;
use super::tree::{TagShape, Tree};
use crate::names::TagName;
use crate::release::Role;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// What a tag is for: `use` in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Candidate composes are made of what it holds.
    Compose,
    /// Builds wait in it to be tested or pushed.
    Gating,
    /// Builds wait in it to be signed, and go on by themselves then.
    Signing,
}

impl Layout {
    /// The tag that candidate composes of the release with this version are made of.
    ///
    /// # Errors
    /// The layout has none.
    pub fn compose_tag(&self, version: &str) -> Result<TagName> {
        let tree = self.as_made(version, &[])?;
        tree.used_for(Purpose::Compose)
            .next()
            .cloned()
            .ok_or_else(|| Error::failed(format!("no tag of the layout {} is for composes", self.family())))
    }

    /// Where builds wait before they get to `tag`, in the order of the layout; `None`: no release of this
    /// layout has such a tag.
    ///
    /// # Errors
    /// The layout makes no sense for that release.
    pub fn gating_tags(&self, tag: &TagName) -> Result<Option<Vec<TagName>>> {
        let Some((version, part)) = self.release_with(tag) else {
            return Ok(None);
        };
        let tree = self.as_made(&version, &[part])?;
        let waits = |tag: &&TagShape| matches!(tag.purpose, Some(Purpose::Gating | Purpose::Signing));
        Ok(Some(tree.tags.iter().filter(waits).map(|tag| tag.name.clone()).collect()))
    }

    /// Whether builds wait in a tag of this name to be signed.
    pub fn signs(&self, tag: &TagName) -> bool {
        let mut signing = self.wire.tag.iter().filter(|wire| wire.purpose == Some(Purpose::Signing));
        signing.any(|wire| self.version_in(wire.name.as_ref(), tag.as_str()).is_some())
    }

    /// The version of the release that has a tag of this name, and the tag's part.
    fn release_with(&self, tag: &TagName) -> Option<(String, String)> {
        self.wire.tag.iter().filter(|wire| wire.role.is_none()).find_map(|wire| {
            let version = self.version_in(wire.name.as_ref(), tag.as_str())?;
            Some((version, wire.part.as_ref().clone()))
        })
    }

    /// The tag that is in one release, with its version, what this one is in another.
    pub fn same_part(&self, tag: &TagName, of: &str, other: &str) -> Option<TagName> {
        let mut tags = self.wire.tag.iter().map(|wire| wire.name.as_ref());
        let template = tags.find(|name| name.replace("{n}", of) == tag.as_str())?;
        template.replace("{n}", other).parse().ok()
    }

    /// The tree as it is when the release begins.
    fn as_made(&self, version: &str, parts: &[String]) -> Result<Tree> {
        // What hangs on the newest release has a name as well; which, is no matter here.
        let rawhide = Some(version);
        self.expand(&Wanted { version, role: Role::Other, rawhide, phase: self.first_phase(), parts })
    }
}

impl Tree {
    /// The tags that are for this.
    pub fn used_for(&self, purpose: Purpose) -> impl Iterator<Item = &TagName> {
        self.tags.iter().filter(move |tag| tag.purpose == Some(purpose)).map(|tag| &tag.name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::built_in;
    use super::*;

    fn gating(tag: &str) -> Vec<String> {
        let tag: TagName = tag.parse().unwrap();
        let of = |layout: &Layout| layout.gating_tags(&tag).unwrap();
        let tags = built_in().unwrap().iter().find_map(of).unwrap_or_default();
        let mut tags: Vec<String> = tags.iter().map(TagName::to_string).collect();
        tags.sort();
        tags
    }

    #[test]
    fn builds_of_each_part_wait_in_its_own_tags() {
        let fedora = [
            "f43-pending",
            "f43-signing-pending",
            "f43-updates-candidate",
            "f43-updates-pending",
            "f43-updates-testing",
            "f43-updates-testing-pending",
        ];
        for tag in ["f43", "f43-updates", "f43-pending", "f43-compose"] {
            assert_eq!(gating(tag), fedora, "{tag}");
        }
        let flatpak = ["candidate", "pending", "testing", "testing-pending"];
        assert_eq!(gating("f43-flatpak"), flatpak.map(|end| format!("f43-flatpak-updates-{end}")));
        let epel = ["pending", "signing-pending", "testing", "testing-candidate", "testing-pending"];
        assert_eq!(gating("epel10.1"), epel.map(|end| format!("epel10.1-{end}")));
        assert_eq!(gating("eln"), ["eln-signing-pending", "eln-updates-candidate", "eln-updates-testing-pending"]);
    }

    #[test]
    fn builds_are_signed_in_some_of_them() {
        let layouts = built_in().unwrap();
        let signs = |tag: &str| layouts.iter().any(|layout| layout.signs(&tag.parse().unwrap()));
        for tag in [
            "f43-pending",
            "f43-signing-pending",
            "f43-coreos-signing-pending",
            "epel9-signing-pending",
            "eln-signing-pending",
        ] {
            assert!(signs(tag), "{tag}");
        }
        for tag in
            ["f43", "f43-updates-pending", "f43-updates-testing-pending", "f043-pending", "f-pending", "epel9-pending"]
        {
            assert!(!signs(tag), "{tag}");
        }
    }

    #[test]
    fn a_tag_of_no_release_has_none() {
        for tag in ["f43-rebuild-of-mine", "fx", "f043", "rawhide", "epel", "module-f43"] {
            assert!(gating(tag).is_empty(), "{tag}");
        }
    }

    #[test]
    fn only_fedora_has_a_compose_tag() {
        let of = |family: &str, version: &str| {
            let layouts = built_in().unwrap();
            let layout = layouts.into_iter().find(|layout| layout.family() == family).unwrap();
            layout.compose_tag(version).map_or_else(|error| error.to_string(), |tag| tag.to_string())
        };
        assert_eq!(of("fedora", "43"), "f43-compose");
        assert_eq!(of("epel", "9"), "no tag of the layout epel is for composes");
        assert_eq!(of("fedora", "x"), "x is no version of the layout fedora");
    }

    #[test]
    fn an_unheard_of_use_is_refused_with_its_line() {
        let text = include_str!("../layouts/fedora.toml").replacen("use = \"compose\"", "use = \"lunch\"", 1);
        let line = text.lines().position(|line| line.contains("lunch")).unwrap() + 1;
        let said = Layout::parse("mine.toml", &text).unwrap_err().to_string();
        assert!(said.starts_with(&format!("mine.toml:{line}: ")) && said.contains("lunch"), "{said}");
    }
}
