// SPDX-License-Identifier: GPL-3.0-or-later
//! The shapes that answers have in common: lists, single things, members of a multicall.

use super::super::Fault;
use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// Something of flr's that is made of something the hub sends.
pub(in crate::koji) trait FromWire: Sized {
    type Wire: DeserializeOwned;

    /// `Err` says which word of the hub's is not what it should be.
    fn from_wire(wire: Self::Wire) -> Result<Self, String>;
}

/// A list, made item by item while it is read. What cannot be made is noted, not dropped: one bad
/// name among 24,000 must neither hide the others' names from the message nor pass unnoticed.
#[derive(Debug)]
pub(in crate::koji) struct List<T> {
    items: Vec<T>,
    bad: Vec<String>,
    bad_count: usize,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new(), bad: Vec::new(), bad_count: 0 }
    }
}

impl<T> List<T> {
    /// Adds an item, or notes why it cannot be made.
    pub(super) fn add(&mut self, made: Result<T, String>) {
        match made {
            Ok(item) => self.items.push(item),
            Err(why) => {
                self.bad_count += 1;
                if self.bad.len() < 8 {
                    self.bad.push(why);
                }
            }
        }
    }

    /// The items made so far.
    pub(super) fn made(&mut self) -> &mut [T] {
        &mut self.items
    }

    /// All items, or the first bad ones by name.
    pub(in crate::koji) fn all(self) -> Result<Vec<T>, String> {
        const SHOWN: usize = 5;
        if self.bad_count == 0 {
            return Ok(self.items);
        }
        let rest = match self.bad_count.saturating_sub(SHOWN) {
            0 => String::new(),
            rest => format!(" and {rest} more"),
        };
        let shown: Vec<_> = self.bad.into_iter().take(SHOWN).collect();
        Err(format!("{}{rest}", shown.join("; ")))
    }
}

impl<'de, T: FromWire> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);

        impl<'de, T: FromWire> Visitor<'de> for Items<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<List<T>, A::Error> {
                let mut list = List::default();
                while let Some(wire) = from.next_element()? {
                    list.add(T::from_wire(wire));
                }
                Ok(list)
            }
        }

        from.deserialize_seq(Items(PhantomData))
    }
}

/// One thing, made like the items of a [`List`].
#[derive(Debug)]
pub(in crate::koji) struct One<T>(pub Result<T, String>);

impl<'de, T: FromWire> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::Wire::deserialize(from).map(|wire| Self(T::from_wire(wire)))
    }
}

/// A multicall's answer to one call: a list of one, or a fault with a third member.
#[derive(Debug)]
pub(in crate::koji) struct Member<T>(pub Result<T, Fault>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);

        impl<'de, T: DeserializeOwned> Visitor<'de> for Either<T> {
            type Value = Member<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of one result or a fault")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Member<T>, A::Error> {
                let none = || de::Error::invalid_length(0, &"one result");
                let value = from.next_element()?.ok_or_else(none)?;
                match from.next_element::<de::IgnoredAny>()? {
                    None => Ok(Member(Ok(value))),
                    Some(_) => Err(de::Error::invalid_length(2, &"one result")),
                }
            }

            fn visit_map<A: de::MapAccess<'de>>(self, from: A) -> Result<Member<T>, A::Error> {
                let fault = Fault::deserialize(de::value::MapAccessDeserializer::new(from))?;
                Ok(Member(Err(fault)))
            }
        }

        from.deserialize_any(Either(PhantomData))
    }
}
