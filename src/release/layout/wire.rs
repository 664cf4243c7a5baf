// SPDX-License-Identifier: GPL-3.0-or-later
//! The words of a layout's file, each with its place in it.

use super::purpose::Purpose;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// A whole file.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    pub format: Spanned<u32>,
    pub family: String,
    pub parts: Vec<String>,
    pub release: Releases,
    pub values: BTreeMap<String, Spanned<String>>,
    pub phase: Vec<PhaseWire>,
    pub bodhi: BTreeMap<String, Spanned<Value>>,
    pub bodhi_change: Vec<BTreeMap<String, Spanned<Value>>>,
    pub tag: Vec<TagWire>,
    pub target: Vec<TargetWire>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Releases {
    pub id_prefix: String,
    pub name: Spanned<String>,
    pub base: Spanned<String>,
    pub version: Version,
    pub tags: Vec<String>,
    pub rawhide_tag: Option<Spanned<String>>,
}

/// What `{n}` may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Version {
    Number,
    Dotted,
    None,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PhaseWire {
    pub name: Spanned<String>,
    pub states: Option<Vec<String>>,
    pub composed_by_bodhi: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TagWire {
    pub name: Spanned<String>,
    pub part: Spanned<String>,
    #[serde(rename = "use")]
    pub purpose: Option<Purpose>,
    pub role: Option<Spanned<String>>,
    pub from: Option<Spanned<String>>,
    pub until: Option<Spanned<String>>,
    pub minor: Option<bool>,
    pub arches: Option<Spanned<String>>,
    pub perm: Option<Spanned<String>>,
    pub locked: Option<bool>,
    pub parents: Option<Vec<Spanned<NameOr<LinkWire>>>>,
    pub groups: Option<Vec<Spanned<NameOr<GroupWire>>>>,
    pub extra: Option<BTreeMap<String, Spanned<Value>>>,
    pub external_repos: Option<Vec<RepoWire>>,
    #[serde(default)]
    pub change: Vec<ChangeWire>,
}

/// What of a tag is otherwise from a phase on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ChangeWire {
    pub from: Spanned<String>,
    pub arches: Option<Spanned<String>>,
    pub perm: Option<Spanned<String>>,
    pub locked: Option<bool>,
    pub parents: Option<Vec<Spanned<NameOr<LinkWire>>>>,
}

/// A name by itself, or a table that says more of it.
#[derive(Debug, Clone)]
pub(super) enum NameOr<T> {
    Name(String),
    More(T),
}

// By hand: an untagged enum keeps for itself what is wrong with a table.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for NameOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = NameOr<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name or a table")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
                Ok(NameOr::Name(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(NameOr::More)
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkWire {
    pub tag: String,
    #[serde(default)]
    pub priority: i64,
    #[serde(default)]
    pub intransitive: bool,
    #[serde(default)]
    pub noconfig: bool,
    pub maxdepth: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupWire {
    pub name: String,
    #[serde(default)]
    pub packages: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RepoWire {
    pub name: Spanned<String>,
    pub priority: i64,
    pub url: Option<Spanned<String>>,
    pub merge_mode: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TargetWire {
    pub name: Spanned<String>,
    pub part: Spanned<String>,
    pub build: Spanned<String>,
    pub dest: Spanned<String>,
    pub role: Option<Spanned<String>>,
    pub from: Option<Spanned<String>>,
    pub until: Option<Spanned<String>>,
    pub minor: Option<bool>,
}

/// What is wrong, and in which byte.
pub(super) type Misread = (usize, String);

/// No more than these are named at once.
const NAMED: usize = 50;

/// A file that is being read: each of its pieces by itself, so that what is wrong with one does not hide what is
/// wrong with another.
struct Pieces<'t> {
    table: DeTable<'t>,
    misread: Vec<Misread>,
}

fn misread(error: &toml::de::Error) -> Misread {
    (error.span().map_or(0, |span| span.start), error.message().trim_end().to_owned())
}

impl<'t> Pieces<'t> {
    fn take(&mut self, key: &str) -> Option<Spanned<DeValue<'t>>> {
        self.table.remove(key)
    }

    fn read<T: Deserialize<'t>>(&mut self, piece: Spanned<DeValue<'t>>) -> Option<T> {
        T::deserialize(ValueDeserializer::from(piece)).map_err(|error| self.misread.push(misread(&error))).ok()
    }

    fn needed<T: Deserialize<'t>>(&mut self, key: &'static str) -> Option<T> {
        match self.take(key) {
            Some(piece) => self.read(piece),
            None => {
                self.misread.push((0, toml::de::Error::missing_field(key).message().to_owned()));
                None
            }
        }
    }

    /// Nothing, if it is not there.
    fn one<T: Deserialize<'t> + Default>(&mut self, key: &str) -> Option<T> {
        self.take(key).map_or_else(|| Some(T::default()), |piece| self.read(piece))
    }

    /// Those that can be read.
    fn each<T: Deserialize<'t>>(&mut self, key: &str) -> Vec<T> {
        match self.take(key).map(|piece| (piece.span(), piece.into_inner())) {
            None => Vec::new(),
            Some((_, DeValue::Array(pieces))) => pieces.into_iter().filter_map(|piece| self.read(piece)).collect(),
            Some((span, other)) => {
                self.misread.push((span.start, format!("{key} is {}, not [[{key}]]", other.type_str())));
                Vec::new()
            }
        }
    }
}

impl Wire {
    /// As much as can be read, and what cannot. `Err`: what is left says nothing of the rest.
    pub(super) fn read(text: &str) -> Result<(Self, Vec<Misread>), Vec<Misread>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            return Err(errors.iter().take(NAMED).map(misread).collect());
        }
        let mut pieces = Pieces { table: table.into_inner(), misread: Vec::new() };
        let format = pieces.needed("format");
        let family = pieces.needed("family");
        let parts = pieces.needed("parts");
        let release = pieces.needed("release");
        let values = pieces.one("values");
        let phase = pieces.each("phase");
        let bodhi = pieces.one("bodhi");
        let whole = pieces.misread.is_empty();
        let (bodhi_change, tag, target) = (pieces.each("bodhi-change"), pieces.each("tag"), pieces.each("target"));
        for key in pieces.table.keys() {
            pieces.misread.push((key.span().start, format!("unknown field `{}`", key.get_ref())));
        }
        pieces.misread.truncate(NAMED);
        let wire = match (format, family, parts, release, values, bodhi) {
            (Some(format), Some(family), Some(parts), Some(release), Some(values), Some(bodhi)) if whole => {
                Self { format, family, parts, release, values, phase, bodhi, bodhi_change, tag, target }
            }
            _ => return Err(pieces.misread),
        };
        Ok((wire, pieces.misread))
    }
}
