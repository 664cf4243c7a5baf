// SPDX-License-Identifier: GPL-3.0-or-later
//! Compares what two tags have of each package, at one hub or at two.

use crate::access::Dimensions;
use crate::koji::{self, Inherit, Reader, Tagged, TaggedBuild};
use crate::names::{PackageName, TagName};
use crate::pipeline::{Question, Readers};
use crate::{Error, Result};
use serde::Serialize;
use std::cmp::Ordering;

/// What does each of two tags have that the other has not, or has in another version?
pub struct CompareTags<'a> {
    /// The one.
    pub a: TagName,
    /// The other.
    pub b: TagName,
    /// Whether what they inherit counts.
    pub inherit: Inherit,
    /// The hub of `b`, if it is another one.
    pub hub_b: Option<&'a dyn Reader>,
    /// Whether packages that are the same are of interest, for judging.
    pub all: bool,
    /// Whether only numbers are, for judging.
    pub counts: bool,
    /// Whether any difference is a no, for judging.
    pub exit_code: bool,
}

/// How the latest builds of a package stand to each other, in RPM's order of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Of one version.
    Same,
    /// The first tag has the newer one.
    Newer,
    /// The first tag has the older one.
    Older,
    /// The second tag has none.
    OnlyInA,
    /// The first tag has none.
    OnlyInB,
}

impl Class {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Newer => "newer",
            Self::Older => "older",
            Self::OnlyInA => "only-in-a",
            Self::OnlyInB => "only-in-b",
        }
    }
}

/// One package.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Its name.
    pub package: PackageName,
    /// How the two stand to each other.
    pub class: Class,
    /// The latest build in the first tag.
    pub a: Option<TaggedBuild>,
    /// The latest build in the second tag.
    pub b: Option<TaggedBuild>,
}

impl Question for CompareTags<'_> {
    const NAME: &'static str = "koji compare-tags";
    /// In the order of packages, each once.
    type Answer = Vec<Compared>;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new()
            .tag(&self.a)
            .tag(&self.b)
            .option("--inherit", self.inherit == Inherit::Inherited)
            .option("--all", self.all)
            .option("--counts", self.counts)
            .option("--exit-code", self.exit_code)
    }

    /// Only what koji shows is compared: builds of packages that are blocked or not listed are hidden in both tags.
    fn ask(&self, services: &Readers<'_>) -> Result<Self::Answer> {
        if self.a == self.b && self.hub_b.is_none() {
            return Err(Error::usage(format!("{} would be compared with itself", self.a)));
        }
        let latest = |tag: &TagName| Tagged::latest(tag.clone(), self.inherit);
        let hub_b = self.hub_b.unwrap_or(services.koji);
        let (a, b) = koji::tagged_in_both((services.koji, &latest(&self.a)), (hub_b, &latest(&self.b)))?;
        Ok(merged(a, b))
    }
}

/// Both lists side by side, in one pass; either may end first.
fn merged(a: Vec<TaggedBuild>, b: Vec<TaggedBuild>) -> Vec<Compared> {
    let (mut a, mut b) = (by_package(a).peekable(), by_package(b).peekable());
    let mut rows = Vec::new();
    loop {
        let order = match (a.peek(), b.peek()) {
            (None, None) => return rows,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.nvr.name().cmp(b.nvr.name()),
        };
        let (of_a, of_b) = match order {
            Ordering::Less => (a.next(), None),
            Ordering::Equal => (a.next(), b.next()),
            Ordering::Greater => (None, b.next()),
        };
        rows.extend(compared(of_a, of_b));
    }
}

/// Sorted by package; of several builds of one the hub's first, which is the latest.
fn by_package(mut builds: Vec<TaggedBuild>) -> impl Iterator<Item = TaggedBuild> {
    builds.sort_by(|one, other| one.nvr.name().cmp(other.nvr.name()));
    builds.dedup_by(|later, earlier| later.nvr.name() == earlier.nvr.name());
    builds.into_iter()
}

fn compared(a: Option<TaggedBuild>, b: Option<TaggedBuild>) -> Option<Compared> {
    let class = match (&a, &b) {
        (None, None) => return None,
        (Some(_), None) => Class::OnlyInA,
        (None, Some(_)) => Class::OnlyInB,
        (Some(a), Some(b)) => match a.evr().cmp(&b.evr()) {
            Ordering::Equal => Class::Same,
            Ordering::Greater => Class::Newer,
            Ordering::Less => Class::Older,
        },
    };
    let package = a.as_ref().or(b.as_ref())?.nvr.package();
    Some(Compared { package, class, a, b })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{BuildId, EventId};

    /// Builds, with `epoch:` in front where they have one.
    fn builds(texts: &[&str]) -> Vec<TaggedBuild> {
        let build = |text: &&str| {
            let (epoch, nvr) = match text.split_once(':') {
                Some((epoch, nvr)) => (Some(epoch.parse().unwrap()), nvr),
                None => (None, *text),
            };
            TaggedBuild {
                id: BuildId(1),
                nvr: nvr.parse().unwrap(),
                epoch,
                tag: "t".parse().unwrap(),
                owner: "kim".into(),
                created: EventId(1),
                begun: None,
            }
        };
        texts.iter().map(build).collect()
    }

    fn classes(a: &[&str], b: &[&str]) -> Vec<String> {
        let rows = merged(builds(a), builds(b));
        rows.iter().map(|row| format!("{} {}", row.package, row.class.as_str())).collect()
    }

    #[test]
    fn versions_are_compared_as_rpm_does() {
        let pairs = [
            ("a-1.10-1.fc43", "a-1.9-1.fc43", "newer"),
            ("a-1.0~rc1-1.fc43", "a-1.0-1.fc43", "older"),
            ("a-1.0^git1-1.fc43", "a-1.0-1.fc43", "newer"),
            ("1:a-1-1.fc43", "a-2-1.fc43", "newer"),
            ("a-1-1.fc43", "a-1-1.eln150", "newer"),
            ("a-1-1.el10_1", "a-1-1.el10", "newer"),
            ("a-1-1.fc43app", "a-1-1.fc43", "newer"),
            ("a-01-1.fc43", "a-1-1.fc43", "same"),
            ("a-43-20250912.0", "a-43-20250912.10", "older"),
        ];
        for (one, other, class) in pairs {
            assert_eq!(classes(&[one], &[other]), [format!("a {class}")], "{one} and {other}");
        }
    }

    /// Compared as text they differ.
    #[test]
    fn no_epoch_and_epoch_0_are_the_same() {
        assert_eq!(classes(&["a-1-1", "0:b-1-1"], &["0:a-1-1", "b-1-1"]), ["a same", "b same"]);
    }

    #[test]
    fn either_list_may_end_first() {
        let long = ["python3-foo-bar-2-3.fc43", "a-1-1", "z-1-1"];
        assert_eq!(classes(&long, &["a-1-1"]), ["a same", "python3-foo-bar only-in-a", "z only-in-a"]);
        assert_eq!(classes(&["a-1-1"], &long), ["a same", "python3-foo-bar only-in-b", "z only-in-b"]);
        assert_eq!(classes(&[], &["b-1-1"]), ["b only-in-b"]);
        assert_eq!(classes(&["b-1-1"], &[]), ["b only-in-a"]);
        assert_eq!(classes(&[], &[]), [""; 0]);
    }

    #[test]
    fn of_several_builds_the_latest_counts() {
        assert_eq!(classes(&["a-2-1", "a-3-1"], &["a-2-1"]), ["a same"]);
    }
}
