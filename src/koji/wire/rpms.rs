// SPDX-License-Identifier: GPL-3.0-or-later
//! Rpms and their signatures, field by field.

use super::super::rpms::Rpm;
use super::{FromWire, List, id, name};
use crate::names::{BuildId, Nvr, RpmId, SigKey};
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use std::collections::HashMap;
use std::fmt;

#[derive(Deserialize)]
pub(in crate::koji) struct RpmWire {
    id: u64,
    build_id: u64,
    name: String,
    version: String,
    release: String,
    arch: String,
    #[serde(default)]
    metadata_only: bool,
    /// Of `listTaggedRPMS` only: empty for the unsigned header, nil without any.
    #[serde(default)]
    sigkey: Option<String>,
}

impl RpmWire {
    fn key(&self) -> Option<SigKey> {
        self.sigkey.as_deref().and_then(key)
    }
}

/// The unsigned header has an empty one.
fn key(text: &str) -> Option<SigKey> {
    text.parse().ok()
}

fn rpm(wire: &RpmWire) -> Result<Rpm, String> {
    let RpmWire { name: n, version, release, arch, .. } = wire;
    Ok(Rpm {
        id: RpmId(id(wire.id, "rpm id")?),
        build: BuildId(id(wire.build_id, "build id")?),
        nvra: name(&format!("{n}-{version}-{release}.{arch}"))?,
        keys: wire.key().into_iter().collect(),
    })
}

/// Nothing, where koji has the description of an rpm and no file.
impl FromWire for Option<Rpm> {
    type Wire = RpmWire;

    fn from_wire(wire: RpmWire) -> Result<Self, String> {
        if wire.metadata_only { Ok(None) } else { rpm(&wire).map(Some) }
    }
}

/// One of an rpm's signatures, as far as flr knows such ids.
pub(in crate::koji) struct Signature(pub Option<SigKey>);

#[derive(Deserialize)]
pub(in crate::koji) struct SignatureWire {
    sigkey: String,
}

impl FromWire for Signature {
    type Wire = SignatureWire;

    fn from_wire(wire: SignatureWire) -> Result<Self, String> {
        Ok(Self(key(&wire.sigkey)))
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct NamedBuildWire {
    build_id: u64,
    nvr: String,
}

impl FromWire for (BuildId, Nvr) {
    type Wire = NamedBuildWire;

    fn from_wire(wire: NamedBuildWire) -> Result<Self, String> {
        Ok((BuildId(id(wire.build_id, "build id")?), name(&wire.nvr)?))
    }
}

/// `listTaggedRPMS(rpmsigs=true)`: rpms, of which each has a row for every signature, and builds. What is
/// kept is one item for each rpm, made while the rows come.
pub(in crate::koji) struct TaggedRpms {
    pub rpms: List<Rpm>,
    pub builds: List<(BuildId, Nvr)>,
}

impl<'de> Deserialize<'de> for TaggedRpms {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pair;

        impl<'de> Visitor<'de> for Pair {
            type Value = TaggedRpms;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("rpms and builds")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<TaggedRpms, A::Error> {
                let short = |length| move || de::Error::invalid_length(length, &"rpms and builds");
                let Rows(rpms) = from.next_element()?.ok_or_else(short(0))?;
                let builds = from.next_element()?.ok_or_else(short(1))?;
                match from.next_element::<de::IgnoredAny>()? {
                    None => Ok(TaggedRpms { rpms, builds }),
                    Some(_) => Err(short(3)()),
                }
            }
        }

        from.deserialize_seq(Pair)
    }
}

struct Rows(List<Rpm>);

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Merged;

        impl<'de> Visitor<'de> for Merged {
            type Value = Rows;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of rpms")
            }

            /// The rows of an rpm need not follow each other.
            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Rows, A::Error> {
                let mut rpms = List::default();
                let mut places: HashMap<u64, usize> = HashMap::new();
                while let Some(wire) = from.next_element::<RpmWire>()? {
                    if wire.metadata_only {
                        continue;
                    }
                    let place = places.get(&wire.id).and_then(|place| rpms.made().get_mut(*place));
                    if let Some(Rpm { keys, .. }) = place {
                        keys.extend(wire.key());
                        keys.sort_unstable();
                        keys.dedup();
                        continue;
                    }
                    let made = rpm(&wire);
                    if made.is_ok() {
                        places.insert(wire.id, rpms.made().len());
                    }
                    rpms.add(made);
                }
                Ok(Rows(rpms))
            }
        }

        from.deserialize_seq(Merged)
    }
}
